// One phone's IMEI: a field that judges while it is typed, and is saved by Enter, which is what a scanner sends.

/**
 * The key of a line's field.
 * @param {object} order
 * @param {object} line
 */
function lineKey(order, line) {
  return `${order.partner_id}/${order.order_id}/${line.item_id}`;
}

/**
 * Whether the last missing IMEI sends the confirmation: it is due but for the IMEIs.
 * @param {{packages: object[]}} order
 */
function waitsForImeisOnly({ packages }) {
  return packages.some(({ state, detail }) =>
    (state === "waiting" && detail.for === "imeis") || (state === "held" && detail.reason === "imeis_missing"));
}

/**
 * What becomes of the IMEI once it is saved.
 * @param {{lines: object[], packages: object[]}} order
 */
function whatSavingDoes(order) {
  const missing = order.lines.filter(({ is_missing: isMissing }) => isMissing).length;
  if (!waitsForImeisOnly(order)) return "It goes with the confirmation when the carrier picks up.";
  return missing <= 1
    ? "The last one: saving it sends the confirmation at once."
    : `${missing} are missing. The last one sends the confirmation at once.`;
}

/**
 * The next field that waits for an IMEI after the given one, or the first.
 * @param {HTMLInputElement} field
 */
function nextField(field) {
  const fields = [...document.querySelectorAll("input[data-imei]")];
  const place = fields.indexOf(field);
  return [...fields.slice(place + 1), ...fields.slice(0, place)].find((other) => other !== field && other.value === "") ?? null;
}

/**
 * The field of one phone.
 * @param {{order: object, line: object, isGone: boolean, onText: (key: string, isTyped: boolean) => void,
 *   onSaved: (order: object, line: object, digits: string) => void}} props
 *   `isGone`: it is not waited for any more, while something is typed here
 */
function ImeiField({ order, line, isGone, onText, onSaved }) {
  const [digits, setDigits] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState(null);
  const field = useRef(null);
  const key = lineKey(order, line);
  const id = useId();
  const judged = judgeImei(digits);

  const type = (text) => {
    const typed = text.replace(/\D/g, "");
    setDigits(typed);
    setProblem(null);
    onText(key, typed !== "");
    // Not digit by digit: only what it comes to is read out.
    if (typed.length >= IMEI_DIGITS && typed !== digits) announce(`IMEI: ${judgeImei(typed).says}`);
    // The field shows digits only, also where the state is the same as before.
    if (field.current) field.current.value = typed;
  };

  const save = async (event) => {
    event.preventDefault();
    if (isBusy) return;
    if (judged.tone !== "right") {
      setProblem(judged.says || `Type or scan the ${IMEI_DIGITS} digits.`);
      field.current.focus();
      return;
    }
    setIsBusy(true);
    try {
      const path = pathOf("partners", order.partner_id, "orders", order.order_id, "items", line.item_id, "imeis");
      const { body } = await ask("PUT", path, { body: { imeis: [digits] } });
      // Only somebody who still is in this field is led on.
      if (field.current === document.activeElement || document.activeElement === document.body
        || field.current?.form.contains(document.activeElement)) {
        (nextField(field.current) ?? document.querySelector("main h1"))?.focus();
      }
      type("");
      onSaved(body, line, digits);
    } catch (error) {
      setProblem(error.message);
      field.current?.focus();
    }
    setIsBusy(false);
  };

  const tone = problem ? "wrong" : judged.tone;
  return html`<form class="imei" onSubmit=${save} novalidate>
    <label for=${id}>IMEI of ${line.sku ?? "line"} <span class="muted">${line.item_id}</span></label>
    <div class="imei-row">
      <input ref=${field} id=${id} data-imei type="text" inputmode="numeric" autocomplete="off" spellcheck=${false}
        enterkeyhint="done" aria-describedby="${id}-says ${id}-does" aria-invalid=${tone === "wrong" ? "true" : undefined}
        readonly=${isBusy} value=${digits} onInput=${(event) => type(event.target.value)} />
      <button type="submit" class=${tone === "right" ? "primary" : ""} aria-disabled=${isBusy}>${isBusy ? "Saving…" : "Save"}</button>
    </div>
    <p class="says ${tone}" id="${id}-says">${problem ?? judged.says}</p>
    <p class="hint" id="${id}-does">${isGone ? "Not waited for any more: it was entered, or the order was sent, meanwhile." : whatSavingDoes(order)}</p>
    ${isGone && html`<button type="button" onClick=${() => type("")}>Clear</button>`}
  </form>`;
}
