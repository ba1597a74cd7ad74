// The setting "Send ship confirmations" of a partner: what each choice means, what a change would do, and saving it.

/** How often the effect of a choice is counted again: it looks through many orders. */
const EFFECT_MS = 30_000;

/** @param {{partner: string}} props */
function SettingsView({ partner }) {
  const path = pathOf("partners", partner, "settings");
  const live = useLive(path, (signal) => readVersioned(path, signal));
  const partners = usePartners();
  const channels = useChannels();
  const name = partners.data?.find(({ partner_id: id }) => id === partner)?.name ?? partner;
  return html`<${Heading} name="Settings of ${name}" back=${{ href: `#${pathOf("partners", partner)}`, text: `Edit ${name}` }}>
      Settings <span class="muted">${name}</span><//>
    <${Loaded} live=${live} what="settings">${(settings) => html`
      <${Loaded} live=${channels} what="marketplaces">${(all) => html`
        <${SettingsForm} key=${partner} path=${path} settings=${settings} live=${live}
          channel=${all.find(({ channel }) => channel === settings.channel)} />`}<//>`}<//>`;
}

/** @param {{path: string, settings: object, channel: object, live: object}} props */
function SettingsForm({ path, settings, channel, live }) {
  const draft = useDraft(settings);
  const [problem, setProblem] = useState(null);
  const [isBusy, setIsBusy] = useState(false);
  const [saved, setSaved] = useState(null);
  const form = useFocusOnProblem(problem);
  const { timing = settings.timing, missing_imei: missingImei = settings.missing_imei } = draft.changes;
  const change = (changes) => {
    setSaved(null);
    setProblem(null);
    draft.change(changes);
  };

  const save = async (etag) => {
    if (isBusy) return;
    if (!draft.isBegun) {
      setSaved({ words: ["Nothing was changed."] });
      return;
    }
    setIsBusy(true);
    setProblem(null);
    try {
      const body = { timing, ...(channel.takes_imeis && { missing_imei: missingImei }) };
      const answer = await ask("PUT", path, { body, headers: { "if-match": etag } });
      live.put({ ...answer.body, etag: answer.etag });
      draft.discard();
      const said = answer.body.effect?.in_words ?? [];
      setSaved({ words: ["Saved.", ...said] });
      announce(["Saved.", ...said].join(" "));
    } catch (error) {
      if (error.status === 412) await live.reload();
      setProblem(error);
    }
    setIsBusy(false);
  };
  const submit = (event) => {
    event.preventDefault();
    save(draft.etag);
  };
  const takeTheirs = () => {
    draft.discard();
    setProblem(null);
    focusHeading();
  };

  const offered = channel.timings.filter((option) => settings.timings.includes(option.timing));
  const shownOf = (value) => offered.find((option) => option.timing === value)?.shown ?? TIMINGS[value];
  return html`<form class="card" ref=${form} onSubmit=${submit} novalidate>
    <p class="muted">${channel.name}. ${channel.lock}</p>
    ${draft.isOvertaken
      ? html`<${Conflict} theirs=${settings} isBusy=${isBusy} onOverwrite=${() => save(settings.etag)} onTakeTheirs=${takeTheirs}>
          <p>It is now: “${shownOf(settings.timing)}”${channel.takes_imeis && `, and if IMEIs are missing: “${MISSING_IMEI[settings.missing_imei][0]}”`}</p><//>`
      : html`<${FormProblem} problem=${problem} fields=${["timing", "missing_imei"]} />`}
    <${Choices} legend="Send ship confirmations" name="timing" value=${timing} onChoice=${(to) => change({ timing: to })}
      wrong=${problem?.field === "timing" ? problem.message : null}
      options=${offered.map((option) => ({ value: option.timing, label: option.shown, meaning: option.meaning, warnings: option.warnings }))} />
    ${timing !== settings.timing && html`<${EffectPreview} path=${path} timing=${timing} />`}
    ${channel.takes_imeis && html`<${Choices} legend="If IMEIs are missing" name="missing_imei" value=${missingImei}
      hint="When a confirmation is due and an IMEI is not there." onChoice=${(to) => change({ missing_imei: to })}
      wrong=${problem?.field === "missing_imei" ? problem.message : null}
      options=${Object.entries(MISSING_IMEI).map(([value, [label, meaning]]) => ({ value, label, meaning }))} />`}
    <div class="buttons"><button type="submit" class="primary" aria-disabled=${isBusy}>${isBusy ? "Saving…" : "Save"}</button></div>
    ${saved && html`<${Notice} tone="good">${saved.words.map((text) => html`<p>${text}</p>`)}<//>`}
    <p class="muted">Last changed by ${settings.changed_by}, <${Time} at=${settings.changed_at} /></p>
  </form>`;
}

/**
 * What a change would do to packages that wait, before it is made.
 * @param {{path: string, timing: string}} props
 */
function EffectPreview({ path, timing }) {
  const address = `${path}/effect?${new URLSearchParams({ timing })}`;
  const live = useLive(address, async (signal) => (await read(address, signal)).body, EFFECT_MS);
  const isLate = useLate(!live.data && !live.error);
  return html`<section class="notice info" aria-label="What this changes" aria-live="polite">
    <h3>What this changes for packages already waiting</h3>
    ${live.data && live.data.in_words.map((text) => html`<p>${text}</p>`)}
    ${!live.data && live.error && html`<p>It cannot be counted now: ${live.error.message}</p>`}
    ${isLate && html`<p>Counting…</p>`}
  </section>`;
}
