// What a person does about a package: a reason is demanded, and what cannot be taken back is said before.

/** Longest reason, and longest evidence, in characters. */
const REASON_MAX = 120;

/**
 * Has something done that must not be done twice by mistake.
 * @throws {Problem} where no answer came, it says that it may have been done
 */
async function haveDone(path, body) {
  try {
    return await ask("POST", path, { body });
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

/** The form of an action: the warning, then why, then the button that names what it does. */
function ActionForm({ order, pack, action, onDone, onBack, backWord }) {
  const [reason, setReason] = useState("");
  const [evidence, setEvidence] = useState("");
  const needsEvidence = action.action === "resolve";
  const { form, isBusy, problem, onSubmit } = useSending(async () => {
    if (needsEvidence && !evidence.trim()) throw unfit("evidence", "Say what you saw there.");
    if (!reason.trim()) throw unfit("reason", "Say why, in a few words.");
    const resolving = needsEvidence ? { resolution: action.resolution, evidence: evidence.trim() } : {};
    const path = pathOf("partners", order.partner_id, "orders", order.order_id, "packages", pack.package_id, "actions");
    const changed = await haveDone(path, { action: action.action, reason: reason.trim(), ...resolving });
    await onDone(changed);
    const now = changed.packages.find(({ package_id: id }) => id === pack.package_id);
    notify(`Done: ${action.label}. Package ${pack.package_id} is now: ${STATES[now.state][0]}.`);
  });
  const wrong = (field) => problem?.field === field && problem.message;
  return html`<form ref=${form} novalidate onSubmit=${onSubmit}>
    ${action.warning && html`<${Notice} tone="warn"><p><strong>${action.warning}</strong></p><//>`}
    <${FormProblem} problem=${problem} fields=${["reason", "evidence"]} />
    ${needsEvidence && html`<${ShortField} label="Evidence" hint="What you saw at the marketplace" text=${evidence}
      onText=${setEvidence} wrong=${wrong("evidence")} />`}
    <${ShortField} label="Reason" hint="Why" text=${reason} onText=${setReason} wrong=${wrong("reason")} />
    <div class="buttons">
      <${Submit} isBusy=${isBusy} kind=${action.sends && "grave"}>${action.resolution === "nothing_there" ? "Send again" : action.label}<//>
      <button type="button" onClick=${onBack} disabled=${isBusy}>${backWord}</button>
    </div>
  </form>`;
}

/** A package's actions as buttons. */
function ActionButtons({ pack, onChoice }) {
  return pack.actions.map((action) => html`<button type="button" key=${action.label} class=${action.sends && "sends"}
    onClick=${() => onChoice(action)}>${action.label}</button>`);
}

/** A package's actions on its order's page, and the dialog of the one that is chosen. */
function Actions({ order, pack, onDone }) {
  const [chosen, setChosen] = useState(null);
  const close = () => setChosen(null);
  const done = (changed) => {
    onDone(changed);
    close();
  };
  return html`<div class="buttons">
    <${ActionButtons} pack=${pack} onChoice=${setChosen} />
    ${chosen && html`<${Dialog} title=${chosen.label} onClose=${close}>
      <p class="muted">Order ${order.order_id}, package ${pack.package_id}</p>
      <${ActionForm} order=${order} pack=${pack} action=${chosen} onDone=${done} onBack=${close} backWord="Cancel" />
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
      return html`<${ActionForm} order=${order} pack=${pack} action=${chosen} onDone=${done} onBack=${() => setChosen(null)} backWord="Back" />`;
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
