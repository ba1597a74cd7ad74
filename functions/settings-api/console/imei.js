// One phone's IMEI: a field that judges while it is typed, and is saved by Enter, which is what a scanner sends.

/** The key of a line's field. */
function lineKey(order, line) {
  return `${orderHref(order)}/${line.item_id}`;
}

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

/** Leads on to the next empty field, or to the heading where there is none. */
function focusNext(field) {
  const fields = [...document.querySelectorAll("input[data-imei]")];
  const place = fields.indexOf(field);
  const next = [...fields.slice(place + 1), ...fields.slice(0, place)].find((other) => other.value === "");
  if (next) next.focus();
  else focusHeading();
}

/**
 * The field of one phone. `isGone`: its IMEI is not waited for any more, while something is typed here.
 * `onText` is told whether something is typed; `onSaved` the order as it is then, the line, and the digits.
 */
function ImeiField({ order, line, isGone, onText, onSaved }) {
  const [digits, setDigits] = useState("");
  const field = useRef(null);
  const id = useId();
  const judged = judgeImei(digits);
  const { form, isBusy, problem, onSubmit, clear } = useSending(async () => {
    if (judged.tone !== "right") throw unfit("imeis", judged.says || `Type or scan the ${IMEI_DIGITS} digits.`);
    const path = pathOf("partners", order.partner_id, "orders", order.order_id, "items", line.item_id, "imeis");
    const changed = await ask("PUT", path, { body: { imeis: [digits] } });
    // Only somebody who is still here is led on.
    if (form.current?.contains(document.activeElement)) focusNext(field.current);
    type("");
    onSaved(changed, line, digits);
  });
  const type = (text) => {
    const typed = text.replace(/\D/g, "");
    setDigits(typed);
    clear();
    onText(lineKey(order, line), typed !== "");
    // What is no digit goes, also where the digits are the same as before.
    if (field.current) field.current.value = typed;
    // Not digit by digit: only what it comes to is read out.
    if (typed.length >= IMEI_DIGITS && typed !== digits) announce(`IMEI: ${judgeImei(typed).says}`);
  };
  const tone = problem ? "wrong" : judged.tone;
  return html`<form class="imei" ref=${form} novalidate onSubmit=${onSubmit}>
    <label for=${id}>IMEI of ${line.sku ?? "line"} <span class="muted">${line.item_id}</span></label>
    <div class="imei-row">
      <input ref=${field} id=${id} data-imei type="text" inputmode="numeric" autocomplete="off" enterkeyhint="done"
        aria-describedby="${id}-says ${id}-does" aria-invalid=${tone === "wrong" ? "true" : null} readonly=${isBusy}
        value=${digits} onInput=${(event) => type(event.target.value)} />
      <button type="submit" class=${tone === "right" && "primary"} aria-disabled=${isBusy && "true"}>${isBusy ? "Saving…" : "Save"}</button>
    </div>
    <p class="says ${tone}" id="${id}-says">${problem?.message ?? judged.says}</p>
    <p class="hint" id="${id}-does">${isGone ? "Not waited for any more: it was entered, or the order was sent, meanwhile." : whatSavingDoes(order)}</p>
    ${isGone && html`<button type="button" onClick=${() => type("")}>Clear</button>`}
  </form>`;
}
