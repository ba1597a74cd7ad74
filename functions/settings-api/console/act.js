// What a person does about a package: a reason is demanded, and what cannot be taken back is said before.

/** Longest reason, and longest evidence, in characters. */
const REASON_MAX = 120;

/**
 * The button that carries an action out says what it does.
 * @param {{label: string, resolution?: string}} action
 */
function confirmWord({ label, resolution }) {
  return resolution === "nothing_there" ? "Send again" : label;
}

/**
 * A field for a reason.
 * @param {{reason: string, onText: (text: string) => void, wrong: string|null}} props
 */
function ReasonField({ reason, onText, wrong }) {
  return html`<${TextField} label="Reason" hint=${`Why, in at most ${REASON_MAX} characters. Kept with your name.`}
    value=${reason} onText=${onText} wrong=${wrong} input=${{ maxLength: REASON_MAX, required: true }} />`;
}

/**
 * The form of an action, in a dialog.
 * @param {{order: object, pack: object, action: object, isBusy: boolean, setIsBusy: (isBusy: boolean) => void,
 *   onDone: (order: object) => Promise<void>|void, onBack: () => void, backWord: string}} props
 */
function ActionForm({ order, pack, action, isBusy, setIsBusy, onDone, onBack, backWord }) {
  const [text, setText] = useState({ reason: "", evidence: "" });
  const [problem, setProblem] = useState(null);
  const form = useFocusOnProblem(problem);
  const needsEvidence = action.action === "resolve";
  const wrong = (field) => (problem?.field === field ? problem.message : null);

  const submit = async (event) => {
    event.preventDefault();
    if (isBusy) return;
    const unfilled = needsEvidence && !text.evidence.trim() ? "evidence" : !text.reason.trim() ? "reason" : null;
    if (unfilled) {
      const message = unfilled === "reason" ? "Say why, in a few words." : "Say what you saw there.";
      setProblem({ field: unfilled, message });
      return;
    }
    setIsBusy(true);
    try {
      const body = { action: action.action, reason: text.reason.trim() };
      if (needsEvidence) Object.assign(body, { resolution: action.resolution, evidence: text.evidence.trim() });
      const path = pathOf("partners", order.partner_id, "orders", order.order_id, "packages", pack.package_id, "actions");
      const { body: changed } = await ask("POST", path, { body });
      const now = changed.packages.find(({ package_id: id }) => id === pack.package_id);
      await onDone(changed);
      notify(`Done: ${action.label}. Package ${pack.package_id} is now: ${STATES[now?.state]?.[0] ?? "changed"}.`);
    } catch (error) {
      setProblem(error.status === 0 ? doubtful() : error);
      setIsBusy(false);
    }
  };

  return html`<form ref=${form} onSubmit=${submit} novalidate>
    ${action.warning && html`<${Notice} tone="warn"><p><strong>${action.warning}</strong></p><//>`}
    <${FormProblem} problem=${problem} fields=${["reason", "evidence"]} />
    ${needsEvidence && html`<${TextField} label="Evidence" hint=${`What you saw at the marketplace, in at most ${REASON_MAX} characters.`}
      value=${text.evidence} wrong=${wrong("evidence")} input=${{ maxLength: REASON_MAX, required: true }}
      onText=${(evidence) => setText({ ...text, evidence })} />`}
    <${ReasonField} reason=${text.reason} wrong=${wrong("reason")} onText=${(reason) => setText({ ...text, reason })} />
    <div class="buttons">
      <button type="submit" class=${action.sends ? "primary grave" : "primary"} aria-disabled=${isBusy}>
        ${isBusy ? "Working…" : confirmWord(action)}
      </button>
      <button type="button" onClick=${onBack} disabled=${isBusy}>${backWord}</button>
    </div>
  </form>`;
}

/** What is to be said when no answer came: it may have been done. */
function doubtful() {
  return { field: null, message: "No answer came, so it may have been done or not. Look at the order before you try again." };
}

/**
 * A package's actions as buttons, and the dialog of the one that is chosen.
 * @param {{order: object, pack: object, onDone: (order: object) => Promise<void>|void}} props
 */
function Actions({ order, pack, onDone }) {
  const [chosen, setChosen] = useState(null);
  const [isBusy, setIsBusy] = useState(false);
  const close = () => setChosen(null);
  const done = async (changed) => {
    await onDone(changed);
    setIsBusy(false);
    close();
  };
  return html`<div class="buttons">
    ${pack.actions.map((action) => html`<button type="button" key=${action.label}
      class=${action.sends ? "sends" : ""} onClick=${() => setChosen(action)}>${action.label}</button>`)}
    ${chosen && html`<${Dialog} title=${chosen.label} onClose=${close} isBusy=${isBusy}>
      <p class="muted">Order ${order.order_id}, package ${pack.package_id}</p>
      <${ActionForm} order=${order} pack=${pack} action=${chosen} isBusy=${isBusy} setIsBusy=${setIsBusy}
        onDone=${done} onBack=${close} backWord="Cancel" />
    <//>`}
  </div>`;
}

/**
 * Resolves a package from the attention list: reads its order for what can be done, and does it.
 * @param {{line: object, packageId: string, onClose: () => void, onDone: () => Promise<void>}} props
 */
function ResolveDialog({ line, packageId, onClose, onDone }) {
  const [chosen, setChosen] = useState(null);
  const [isBusy, setIsBusy] = useState(false);
  const path = pathOf("partners", line.partner_id, "orders", line.order_id);
  const live = useLive(path, async (signal) => (await read(path, signal)).body);
  const pack = live.data?.packages.find(({ package_id: id }) => id === packageId);
  const done = async () => {
    await onDone();
    onClose();
  };
  return html`<${Dialog} title=${chosen?.label ?? "Resolve"} onClose=${onClose} isBusy=${isBusy}>
    <p class="muted">Order ${line.order_id}, package ${packageId}</p>
    ${chosen
      ? html`<${ActionForm} order=${live.data} pack=${pack} action=${chosen} isBusy=${isBusy} setIsBusy=${setIsBusy}
          onDone=${done} onBack=${() => setChosen(null)} backWord="Back" />`
      : html`<${Loaded} live=${live} what="order">${() => html`
          <p>${pack && html`<${State} pack=${pack} />`}</p>
          <${Reasons} reasons=${pack?.attention ?? []} />
          ${!pack?.actions.length && html`<p>Nothing can be done about it here now.</p>`}
          <div class="stack">
            ${pack?.actions.map((action) => html`<button type="button" key=${action.label}
              class=${action.sends ? "sends" : ""} onClick=${() => setChosen(action)}>${action.label}</button>`)}
          </div>
        `}<//>
        <div class="buttons"><button type="button" onClick=${onClose}>Cancel</button></div>`}
  <//>`;
}
