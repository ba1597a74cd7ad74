// One phone's IMEI: a field that judges while it is typed. Enter, which is what a scanner sends, takes it and moves on at once;
// the save runs behind (entries.js).

/** What becomes of the IMEI once it is saved: where only IMEIs are waited for, the last one sends. */
function whatSavingDoes({ lines, packages }) {
  const isDueOtherwise = packages.some(({ state, detail }) =>
    (state === "waiting" && detail.for === "imeis") || (state === "held" && detail.reason === "imeis_missing"));
  const missing = lines.filter((line) => line.is_missing).length;
  if (!isDueOtherwise) return "It goes with the confirmation when the carrier picks up.";
  return missing === 1
    ? "The last one: saving it sends the confirmation at once."
    : `${missing} are missing. The last one sends the confirmation at once.`;
}

/** The field the scanner was led to by an order's number; from there it goes back. */
let fieldLedTo = null;

/** Where what is scanned goes when it is for no field. */
function catchField() {
  return document.querySelector("input[data-catch]");
}

/**
 * Leads on to the next empty field below, never back up: who scans a stack of phones goes down the list. After the last it is
 * where what is scanned is caught.
 */
function focusNext(field) {
  const fields = [...document.querySelectorAll("input[data-imei]")];
  const next = fields.slice(fields.indexOf(field) + 1).find((other) => other.value === "");
  (field === fieldLedTo || !next ? catchField() : next)?.focus();
}

/** An IMEI that was entered for another order: which, and when. */
function twiceProblem({ orderId, at }) {
  return Object.assign(unfit("imeis", `This IMEI was entered for ${orderId}, ${when(at)}: sure?`), { isTwice: true });
}

/** Whether a problem asks if one phone is meant for two orders: seen here, or by the API. */
function isTwiceAsked(problem) {
  return Boolean(problem?.isTwice || (problem?.status === 409 && problem.field === "imeis"));
}

/** A problem's words; where the API asks, without what it says to programs. */
function imeiWords(problem) {
  if (problem.isTwice || !isTwiceAsked(problem)) return problem.message;
  const [said] = problem.message.split("; say");
  return `${shownTimes(said).replace(/^the/, "The").replaceAll("`", "")}: sure?`;
}

/**
 * The field of one phone. `entry`: what was entered for it and is not saved. `isGone`: its IMEI is not waited for any more.
 * `onText` is told whether something is typed.
 */
function ImeiField({ order, line, entry, isGone, onText }) {
  const key = lineKey(order, line);
  const [digits, setDigits] = useState("");
  const [problem, setProblem] = useState(null);
  const field = useRef(null);
  const id = useId();
  const failed = entry?.state === "failed" ? entry : null;
  useEffect(() => {
    if (failed) setDigits(failed.digits);
  }, [failed]);
  const judged = judgeImei(digits);

  const type = (text) => {
    const typed = text.replace(/\D/g, "");
    if (failed && typed !== failed.digits) dropEntry(key);
    setDigits(typed);
    setProblem(null);
    onText(key, typed !== "");
    // What is no digit goes, also where the digits are the same as before.
    if (field.current) field.current.value = typed;
    // Not digit by digit: only what it comes to is read out.
    if (typed.length >= IMEI_DIGITS && typed !== digits) announce(`IMEI: ${judgeImei(typed).says}`);
  };
  /** Stays with what cannot be taken. One that was scanned before is marked, so that the next scan takes its place. */
  const stay = (wrong) => {
    setProblem(wrong);
    announce(wrong.message);
    field.current.focus();
    if (wrong.isTwice) field.current.select();
    if (field.current.value.length >= IMEI_DIGITS) sound();
  };
  const enter = (isMeant) => {
    // As it stands in the field: a scanner is faster than what is drawn.
    const text = field.current.value.replace(/\D/g, "");
    const { tone, says } = judgeImei(text);
    if (tone !== "right") return stay(unfit("imeis", says || `Type or scan the ${IMEI_DIGITS} digits.`));
    const twice = !isMeant && enteredElsewhere(order, line, text);
    if (twice) return stay(twiceProblem(twice));
    focusNext(field.current);
    setDigits("");
    setProblem(null);
    onText(key, false);
    // What the person saw is what is saved on: after a failure that is what it said.
    enterImei(failed?.order ?? order, failed?.line ?? line, text, { isMeant });
  };
  const onSubmit = (event) => {
    event.preventDefault();
    enter(false);
  };

  if (entry?.state === "saving") {
    return html`<div class="imei"><p>IMEI of ${line.sku ?? "line"} <span class="muted">${line.item_id}</span></p>
      <p class="says hint">Saving the IMEI ending in ${entry.digits.slice(-4)}…</p></div>`;
  }
  const wrong = problem ?? failed?.problem;
  const tone = wrong ? "wrong" : judged.tone;
  const isTwice = isTwiceAsked(wrong);
  return html`<form class="imei" novalidate onSubmit=${onSubmit}>
    <label for=${id}>IMEI of ${line.sku ?? "line"} <span class="muted">${line.item_id}</span></label>
    <div class="imei-row">
      <input ref=${field} id=${id} data-imei type="text" inputmode="numeric" autocomplete="off" enterkeyhint="done"
        aria-describedby="${id}-says ${id}-does" aria-invalid=${tone === "wrong" ? "true" : null}
        value=${digits} onInput=${(event) => type(event.target.value)} />
      <button type="submit" class=${tone === "right" && "primary"}>${failed?.problem.now ? "Save mine over it" : "Save"}</button>
    </div>
    <p class="says ${tone}" id="${id}-says">${failed && html`<strong>NOT saved.</strong> `}${wrong ? imeiWords(wrong) : judged.says}</p>
    <div id="${id}-does">${isGone
      ? html`<${GoneNote} order=${order} line=${line} />`
      : html`<p class="hint">${whatSavingDoes(order)}</p>`}</div>
    ${isTwice && html`<button type="button" onClick=${() => enter(true)}>It is this order's: save it</button>`}
    ${(isGone || failed) && digits && html`<button type="button" onClick=${() => type("")}>Clear</button>`}
  </form>`;
}

/** Why a phone is not waited for any more: who entered it, or that the order went on. */
function GoneNote({ order, line }) {
  const [now, setNow] = useState(null);
  useEffect(() => {
    const control = new AbortController();
    const path = pathOf("partners", order.partner_id, "orders", order.order_id);
    // Where it cannot be read the words say less.
    read(path, control.signal).then(setNow, () => {});
    return () => control.abort();
  }, [order.version]);
  const found = now?.lines.find(({ item_id: item }) => item === line.item_id);
  const list = now?.imeis.find(({ item_id: item }) => item === line.item_id);
  const isEntered = found?.imeis.length > 0;
  return html`<p class="hint">${isEntered
    ? html`<span class="mark">entered by ${list?.updated_by ?? "somebody"}</span> It has ${endingsOf(found)}.`
    : "Not waited for any more: it was entered, or the order was sent, meanwhile."}</p>`;
}

/**
 * Changes an IMEI that was entered, until the order is claimed: what it has is read, shown, and named by its version.
 */
function ChangeImei({ order, line, onClose, onDone }) {
  const path = pathOf("partners", order.partner_id, "orders", order.order_id);
  const live = useLive(`${path} to change`, (signal) => read(path, signal));
  return html`<${Dialog} title="Change the IMEI" onClose=${onClose}>
    <p class="muted">Order ${order.order_id}, ${line.sku ?? "line"} ${line.item_id}</p>
    <${Loaded} live=${live} what="order">${(now) => html`<${ChangeImeiForm} now=${now} line=${line} reload=${live.reload}
      onClose=${onClose} onDone=${onDone} />`}<//>
  <//>`;
}

function ChangeImeiForm({ now, line, reload, onClose, onDone }) {
  const [digits, setDigits] = useState("");
  const [isMeant, setIsMeant] = useState(false);
  const found = now.lines.find(({ item_id: item }) => item === line.item_id);
  const shown = found?.imeis.join() ?? "";
  // What the person began with: where the order has another by now, they are told, and look again.
  const [seen, setSeen] = useState(shown);
  const isChanged = seen !== shown;
  const { form, isBusy, problem, onSubmit, clear } = useSending(async () => {
    const judged = judgeImei(digits);
    if (judged.tone !== "right") throw unfit("imeis", judged.says || `Type or scan the ${IMEI_DIGITS} digits.`);
    const twice = !isMeant && enteredElsewhere(now, line, digits);
    if (twice) throw twiceProblem(twice);
    try {
      const body = { imeis: [digits], ...(isMeant && { is_meant: true }) };
      const changed = await ask("PUT", imeisPath(now, line), { body, headers: { "if-match": `"${now.version}"` } });
      notify(`Changed: the IMEI of order ${now.order_id} ends in ${digits.slice(-4)}.`);
      onDone(changed, digits);
      onClose();
    } catch (refused) {
      if (refused.status !== 412) throw refused;
      await reload();
      throw unfit(null, "Changed: look again. What is shown here is how it is now.");
    }
  });
  const type = (text) => {
    setDigits(text.replace(/\D/g, ""));
    setIsMeant(false);
    clear();
  };
  if (!found || isClaimed(now)) {
    return html`<p>The order was sent: its IMEI cannot be changed here any more.</p>
      <div class="buttons"><button type="button" onClick=${onClose}>Close</button></div>`;
  }
  const isTwice = isTwiceAsked(problem);
  return html`<form ref=${form} novalidate onSubmit=${onSubmit}>
    <p>It has ${found.imeis.length > 0 ? endingsOf(found) : "no IMEI"} now. ${whatSavingDoes(now)}</p>
    ${isChanged && html`<${Notice} tone="warn" isAlert><p><strong>Changed: look again.</strong></p>
      <div class="buttons"><button type="button" onClick=${() => setSeen(shown)}>I have looked</button></div><//>`}
    <${FormProblem} problem=${problem} fields=${["imeis", "imeis[0]"]} />
    <${TextField} label="The right IMEI" hint="${IMEI_DIGITS} digits" value=${digits} onText=${type}
      wrong=${problem?.field?.startsWith("imeis") && imeiWords(problem)} input=${{ inputmode: "numeric" }} />
    ${isTwice && html`<label class="flag"><input type="checkbox" checked=${isMeant}
      onChange=${(event) => setIsMeant(event.target.checked)} /> It is this order's, too</label>`}
    <div class="buttons">${!isChanged && html`<${Submit} isBusy=${isBusy}>Change it<//>`}
      <button type="button" onClick=${onClose} disabled=${isBusy}>Cancel</button></div>
  </form>`;
}
