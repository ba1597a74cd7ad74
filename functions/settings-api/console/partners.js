// The views of the partners: their list, one of them, and a new one.

/** How a partner's id is made: see the API's description. */
const ID_PATTERN = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

/** @param {object[]|null} channels @param {string} channel */
function channelName(channels, channel) {
  return channels?.find((one) => one.channel === channel)?.name ?? title(channel);
}

function PartnersView() {
  const live = usePartners();
  const channels = useChannels();
  return html`<${Heading}>Partners<//>
    <div class="bar between">
      <p class="lead-in">Your accounts at marketplaces, and when each is told that an order has shipped.</p>
      <a class="button primary" href="#/add-partner">Add a partner</a>
    </div>
    <${Loaded} live=${live} what="partners">${(partners) => partners.length === 0
      ? html`<${Empty} title="No partner yet"><p>Add your first account at a marketplace.</p><//>`
      : html`<ul class="plain board">
          ${partners.map((partner) => html`<li class="card" key=${partner.partner_id}>
            <header class="card-head">
              <h2>${partner.name} <span class="muted">${partner.partner_id}</span></h2>
              ${partner.stopped && html`<span class="badge bad">Stopped</span>`}
            </header>
            <dl class="facts">
              <${Fact} name="Marketplace">${channelName(channels.data, partner.channel)}<//>
              <${Fact} name="Send ship confirmations">${TIMINGS[partner.timing]}<//>
              ${partner.stopped && html`<${Fact} name="Stopped">since <${Time} at=${partner.stopped.at} />: ${partner.stopped.reason}<//>`}
            </dl>
            <div class="buttons">
              <a class="button" href="#${pathOf("partners", partner.partner_id)}">Edit<span class="quiet"> ${partner.name}</span></a>
              <a class="button" href="#${pathOf("orders", partner.partner_id)}">Orders<span class="quiet"> of ${partner.name}</span></a>
            </div>
          </li>`)}
        </ul>`}<//>`;
}

/**
 * Something with its ETag.
 * @param {string} path
 * @param {AbortSignal} [signal]
 */
async function readVersioned(path, signal) {
  const { body, etag } = await read(path, signal);
  return { ...body, etag };
}

/** @param {{partner: string}} props */
function PartnerView({ partner }) {
  const path = pathOf("partners", partner);
  const live = useLive(path, (signal) => readVersioned(path, signal));
  const channels = useChannels();
  return html`<${Heading} name="Edit ${live.data?.name ?? partner}" back=${{ href: "#/partners", text: "Partners" }}>
      ${live.data?.name ?? partner}<//>
    <${Loaded} live=${live} what="partner">${(found) => html`
      <${Loaded} live=${channels} what="marketplaces">${(all) => html`
        <${PartnerForm} key=${partner} path=${path} partner=${found} live=${live}
          channel=${all.find(({ channel }) => channel === found.channel)} />`}<//>`}<//>`;
}

/** @param {{path: string, partner: object, channel: object, live: object}} props */
function PartnerForm({ path, partner, channel, live }) {
  const draft = useDraft(partner);
  const [problem, setProblem] = useState(null);
  const [isBusy, setIsBusy] = useState(false);
  const [isSaved, setIsSaved] = useState(false);
  const form = useFocusOnProblem(problem);
  const { name = partner.name, settings = {}, credentials = {} } = draft.changes;
  const change = (changes) => {
    setIsSaved(false);
    draft.change(changes);
  };

  const save = async (etag) => {
    if (isBusy) return;
    setIsBusy(true);
    setProblem(null);
    try {
      const body = { channel: partner.channel, name: name.trim(), settings: { ...partner.settings, ...settings }, ...typedCredentials(credentials) };
      const answer = await ask("PUT", path, { body, headers: { "if-match": etag } });
      live.put({ ...answer.body, etag: answer.etag });
      draft.discard();
      setIsSaved(true);
      announce("Saved.");
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

  return html`
    ${partner.stopped && html`<${Notice} tone="bad"><p><strong>Stopped since <${Time} at=${partner.stopped.at} />:</strong> ${partner.stopped.reason}</p>
      <p>Nothing of it is sent. Put the right credentials; it goes on by itself then.</p><//>`}
    <section class="card" aria-label="Settings">
      <header class="card-head"><h2>Send ship confirmations</h2>
        <a class="button" href="#${path}/settings">Settings</a></header>
      <p>${TIMINGS[partner.timing]}</p>
    </section>
    <form class="card" ref=${form} onSubmit=${submit} novalidate>
      <h2>Account</h2>
      <p class="muted">${channel.name}, ${partner.partner_id}. The marketplace of a partner never changes.</p>
      ${draft.isOvertaken
        ? html`<${Conflict} theirs=${partner} isBusy=${isBusy} onOverwrite=${() => save(partner.etag)} onTakeTheirs=${takeTheirs}>
            <p>It is now: ${[`name “${partner.name}”`, ...Object.entries(partner.settings).map(([key, value]) => `${words(key)} “${value}”`)].join(", ")}.</p><//>`
        : html`<${FormProblem} problem=${problem} fields=${["name", ...fieldNames(channel)]} />`}
      <${TextField} label="Name" hint="As you know it." value=${name} onText=${(text) => change({ name: text })}
        wrong=${problem?.field === "name" ? problem.message : null} input=${{ maxLength: 200, required: true }} />
      <${SettingFields} channel=${channel} values=${{ ...partner.settings, ...settings }} problem=${problem}
        onValue=${(key, value) => change({ settings: { ...settings, [key]: value } })} />
      <${CredentialFields} channel=${channel} kept=${partner.credentials} values=${credentials} problem=${problem}
        onValue=${(key, value) => change({ credentials: { ...credentials, [key]: value } })} />
      <div class="buttons">
        <button type="submit" class="primary" aria-disabled=${isBusy}>${isBusy ? "Saving…" : "Save"}</button>
        ${isSaved && html`<span class="verdict good">Saved.</span>`}
      </div>
      <p class="muted">Last changed by ${partner.changed_by}, <${Time} at=${partner.changed_at} /></p>
    </form>`;
}

function AddPartnerView() {
  const channels = useChannels();
  return html`<${Heading} back=${{ href: "#/partners", text: "Partners" }}>Add a partner<//>
    <${Loaded} live=${channels} what="marketplaces">${(all) => html`<${NewPartnerForm} channels=${all} />`}<//>`;
}

/** @param {{channels: object[]}} props */
function NewPartnerForm({ channels }) {
  const [given, setGiven] = useState({ id: "", channel: channels[0].channel, name: "", settings: {}, credentials: {} });
  const [problem, setProblem] = useState(null);
  const [isBusy, setIsBusy] = useState(false);
  const form = useFocusOnProblem(problem);
  const channel = channels.find((one) => one.channel === given.channel);
  const change = (changes) => setGiven((was) => ({ ...was, ...changes }));
  const wrong = (field) => (problem?.field === field ? problem.message : null);

  const submit = async (event) => {
    event.preventDefault();
    if (isBusy) return;
    if (!ID_PATTERN.test(given.id)) {
      setProblem({ field: "partner", message: "1 to 64 letters, digits, hyphens, underscores or dots; no dot at the beginning." });
      return;
    }
    setIsBusy(true);
    try {
      // A box that is not ticked is a no.
      const flags = channel.settings.filter(({ kind }) => kind === "flag").map(({ name }) => [name, false]);
      const settings = { ...Object.fromEntries(flags), ...given.settings };
      const body = { channel: given.channel, name: given.name.trim(), settings, ...typedCredentials(given.credentials) };
      await ask("PUT", pathOf("partners", given.id), { body, headers: { "if-none-match": "*" } });
      notify(`${body.name} is added. Its confirmations go out when tracking shows movement.`);
      location.hash = pathOf("partners", given.id);
    } catch (error) {
      setIsBusy(false);
      setProblem(error.status === 412 ? { field: "partner", message: "There is a partner with this ID already." } : error);
    }
  };

  return html`<form class="card" ref=${form} onSubmit=${submit} novalidate>
    <${FormProblem} problem=${problem} fields=${["partner", "name", "channel", ...fieldNames(channel)]} />
    <${TextField} label="Partner ID" hint="How your events name it, such as amazon-us. It never changes." value=${given.id}
      wrong=${wrong("partner")} onText=${(id) => change({ id: id.trim() })} input=${{ maxLength: 64, required: true, autocapitalize: "none" }} />
    <${Field} label="Marketplace" hint="It never changes." wrong=${wrong("channel")}>
      ${(attributes) => html`<select ...${attributes} value=${given.channel}
        onChange=${(event) => change({ channel: event.target.value, settings: {}, credentials: {} })}>
        ${channels.map((one) => html`<option key=${one.channel} value=${one.channel}>${one.name}</option>`)}
      </select>`}
    <//>
    <${TextField} label="Name" hint="As you know it." value=${given.name} wrong=${wrong("name")}
      onText=${(name) => change({ name })} input=${{ maxLength: 200, required: true }} />
    <${SettingFields} key=${`settings-${given.channel}`} channel=${channel} values=${given.settings} problem=${problem}
      onValue=${(key, value) => change({ settings: { ...given.settings, [key]: value } })} />
    <${CredentialFields} key=${`credentials-${given.channel}`} channel=${channel} kept=${{}} values=${given.credentials} problem=${problem}
      onValue=${(key, value) => change({ credentials: { ...given.credentials, [key]: value } })} />
    <div class="buttons">
      <button type="submit" class="primary" aria-disabled=${isBusy}>${isBusy ? "Adding…" : "Add"}</button>
      <a class="button" href="#/partners">Cancel</a>
    </div>
  </form>`;
}
