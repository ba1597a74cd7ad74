// What a person does about a package: a reason is demanded, and what cannot be taken back is said before.

/** Longest reason, and longest evidence, in characters. */
const REASON_MAX = 120;

/**
 * Has something done that must not be done twice by mistake.
 * @throws {Problem} where no answer came, it says that it may have been done
 */
async function haveDone(path, body, headers = {}) {
  try {
    return await ask("POST", path, { body, headers });
  } catch (problem) {
    if (problem.status !== 0) throw problem;
    throw unfit(null, "No answer came, so it may have been done or not. Look at the order before you try again.");
  }
}

/** A field for a short text that is kept with the person's name. */
function ShortField({ label, hint, text, onText, wrong }) {
  return html`<${TextField} label=${label} hint=${`${hint}, in at most ${REASON_MAX} characters. Kept with your name.`}
    value=${text} onText=${onText} wrong=${wrong} input=${{ maxLength: REASON_MAX, required: true }} />`;
}

/** What a person agrees to when they act on a package: where any of it is otherwise, they look again. */
function agreement(pack, action) {
  const { state, detail, tracking_number: number, label, sent } = pack;
  return JSON.stringify([action?.warning ?? null, state, detail.reason ?? detail.for ?? null, detail.found ?? detail.former ?? null,
    number ?? label?.tracking_number ?? null, sent?.tracking_number ?? null]);
}

/** The word on the button that does it. */
function sendWord({ detail }, { resolution, label }) {
  if (resolution !== "nothing_there") return label;
  return detail.former ? "Send ours" : "Send again";
}

/** The same action among those that are possible now. */
function sameAction(pack, { action, resolution }) {
  return pack?.actions.find((other) => other.action === action && other.resolution === resolution);
}

/**
 * The form of an action on the order as it is now: the warning, then why, then the button that names what it does. What is sent
 * names the version that is shown; where that says something else than when the dialog was opened, the person looks again first.
 */
function ActionForm({ order, pack, chosen, reload, onDone, onBack, backWord }) {
  const [reason, setReason] = useState("");
  const [evidence, setEvidence] = useState("");
  const action = sameAction(pack, chosen);
  const shown = agreement(pack, action);
  const [agreed, setAgreed] = useState(shown);
  const needsEvidence = chosen.action === "resolve";
  const { form, isBusy, problem, onSubmit } = useSending(async () => {
    if (needsEvidence && !evidence.trim()) throw unfit("evidence", "Say what you saw there.");
    if (!reason.trim()) throw unfit("reason", "Say why, in a few words.");
    const resolving = needsEvidence ? { resolution: chosen.resolution, evidence: evidence.trim() } : {};
    const path = pathOf("partners", order.partner_id, "orders", order.order_id, "packages", pack.package_id, "actions");
    const changed = await act(path, { action: chosen.action, reason: reason.trim(), ...resolving });
    await onDone(changed);
    const now = changed.packages.find(({ package_id: id }) => id === pack.package_id);
    notify(`Done: ${chosen.label}. Package ${pack.package_id} is now: ${STATES[now.state][0]}.`);
  });
  const act = async (path, body) => {
    try {
      return await haveDone(path, body, { "if-match": `"${order.version}"` });
    } catch (refused) {
      if (refused.status !== 412) throw refused;
      await reload();
      throw unfit(null, "Changed: look again. Nothing was done; what is shown here is how it is now.");
    }
  };
  const wrong = (field) => problem?.field === field && problem.message;
  const isChanged = shown !== agreed;
  const back = html`<button type="button" onClick=${onBack} disabled=${isBusy}>${backWord}</button>`;
  if (!action) {
    return html`<${Notice} tone="warn" isAlert><p><strong>Changed: look again.</strong> This is not possible any more.</p><//>
      <p><${State} pack=${pack} /></p><div class="buttons">${back}</div>`;
  }
  return html`<form ref=${form} novalidate onSubmit=${onSubmit}>
    <p><${State} pack=${pack} /> <${Tracking} number=${pack.tracking_number ?? pack.label?.tracking_number} /></p>
    ${action.warning && html`<${Notice} tone="warn"><p><strong>${action.warning}</strong></p><//>`}
    <${FormProblem} problem=${problem} fields=${["reason", "evidence"]} />
    ${needsEvidence && html`<${ShortField} label="Evidence" hint="What you saw at the marketplace" text=${evidence}
      onText=${setEvidence} wrong=${wrong("evidence")} />`}
    <${ShortField} label="Reason" hint="Why" text=${reason} onText=${setReason} wrong=${wrong("reason")} />
    ${isChanged && html`<${Notice} tone="bad" isAlert><p><strong>Changed: look again.</strong> What is shown here is how it is now.</p><//>`}
    <div class="buttons">
      ${isChanged && !isBusy
        ? html`<button type="button" onClick=${() => setAgreed(shown)}>I have looked</button>`
        : html`<${Submit} isBusy=${isBusy} kind=${action.sends && "grave"}>${sendWord(pack, action)}<//>`}
      ${back}
    </div>
  </form>`;
}

/** A package's actions as buttons. */
function ActionButtons({ pack, onChoice }) {
  return pack.actions.map((action) => html`<button type="button" key=${action.label} class=${action.sends && "sends"}
    onClick=${() => onChoice(action)}>${action.label}</button>`);
}

/** A package's actions on its order's page, and the dialog of the one that is chosen. */
function Actions({ order, pack, reload, onDone }) {
  const [chosen, setChosen] = useState(null);
  const close = () => setChosen(null);
  const done = (changed) => {
    onDone(changed);
    close();
  };
  if (pack.actions.length === 0 && !chosen) return null;
  return html`<div class="buttons">
    <${ActionButtons} pack=${pack} onChoice=${setChosen} />
    ${chosen && html`<${Dialog} title=${chosen.label} onClose=${close}>
      <p class="muted">Order ${order.order_id}, package ${pack.package_id}</p>
      <${ActionForm} order=${order} pack=${pack} chosen=${chosen} reload=${reload} onDone=${done} onBack=${close} backWord="Cancel" />
    <//>`}
  </div>`;
}

/** Resolves a package from the attention list: reads its order for what can be done, and does it. */
function ResolveDialog({ line, packageId, onClose, onDone }) {
  const [chosen, setChosen] = useState(null);
  const path = pathOf("partners", line.partner_id, "orders", line.order_id);
  const live = useLive(path, (signal) => read(path, signal));
  const done = async () => {
    await onDone();
    onClose();
  };
  const choose = (order) => {
    const pack = order.packages.find(({ package_id: id }) => id === packageId);
    if (chosen) {
      return html`<${ActionForm} order=${order} pack=${pack} chosen=${chosen} reload=${live.reload} onDone=${done}
        onBack=${() => setChosen(null)} backWord="Back" />`;
    }
    return html`<p><${State} pack=${pack} /></p>
      <${Reasons} reasons=${pack.attention} />
      ${pack.actions.length === 0 && html`<p>Nothing can be done about it here now.</p>`}
      <div class="stack"><${ActionButtons} pack=${pack} onChoice=${setChosen} /></div>
      <div class="buttons"><button type="button" onClick=${onClose}>Cancel</button></div>`;
  };
  return html`<${Dialog} title=${chosen?.label ?? "Resolve"} onClose=${onClose}>
    <p class="muted">Order ${line.order_id}, package ${packageId}</p>
    <${Loaded} live=${live} what="order">${choose}<//>
  <//>`;
}
