// Changing an IMEI or a serial number that was entered.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { pathOf } from "../api/addresses.js";
import { ask, read } from "../api/ask.js";
import { useLive } from "../api/live.js";
import { unfit } from "../api/problem.js";
import { notify } from "../page/announcements.js";
import { Dialog } from "../page/dialog.js";
import { Notice } from "../page/elements.js";
import { FormProblem, Submit, TextField } from "../page/form-fields.js";
import { Loaded } from "../page/loaded.js";
import { useSending } from "../page/sending.js";
import { enteredElsewhere } from "./entries.js";
import { endingOf, enteredOf, kindOf } from "./kinds.js";
import { endingsOf, imeisPath, isClaimed, whatSavingDoes } from "./lines.js";
import { imeiWords, isTwiceAsked, twiceProblem } from "./problems.js";

/**
 * Changes one that was entered, until the order is claimed: what it has is read, shown, and named by its version.
 */
export function ChangeImei({ order, line, onClose, onDone }) {
  const path = pathOf("partners", order.partner_id, "orders", order.order_id);
  const live = useLive(`${path} to change`, (signal) => read(path, signal));
  return html`<${Dialog} title="Change the ${kindOf(line).name}" onClose=${onClose}>
    <p class="muted">Order ${order.order_id}, ${line.sku ?? "line"} ${line.item_id}</p>
    <${Loaded} live=${live} what="order">${(now) => html`<${ChangeImeiForm} now=${now} line=${line} reload=${live.reload}
      onClose=${onClose} onDone=${onDone} />`}<//>
  <//>`;
}

function ChangeImeiForm({ now, line, reload, onClose, onDone }) {
  const [digits, setDigits] = useState("");
  const [isMeant, setIsMeant] = useState(false);
  const kind = kindOf(line);
  const its = now.lines.find(({ item_id: item }) => item === line.item_id);
  const found = its && { ...its, kind: line.kind };
  const shown = found ? enteredOf(found).join() : "";
  // What the person began with: where the order has another by now, they are told, and look again.
  const [seen, setSeen] = useState(shown);
  const isChanged = seen !== shown;
  const { form, isBusy, problem, onSubmit, clear } = useSending(async () => {
    const judged = kind.judge(digits);
    if (judged.tone !== "right") throw unfit(kind.field, judged.says || kind.ask);
    const twice = !isMeant && enteredElsewhere(now, line, digits);
    if (twice) throw twiceProblem(line, twice);
    try {
      const body = { [kind.field]: [kind.entry(digits)], ...(isMeant && { is_meant: true }) };
      const changed = await ask("PUT", imeisPath(now, line), { body, headers: { "if-match": `"${now.version}"` } });
      notify(`Changed: the ${kind.name} of order ${now.order_id} ends in ${endingOf(digits)}.`);
      onDone(changed, digits);
      onClose();
    } catch (refused) {
      if (refused.status !== 412) throw refused;
      await reload();
      throw unfit(null, "Changed: look again. What is shown here is how it is now.");
    }
  });
  const type = (text) => {
    setDigits(kind.keep(text));
    setIsMeant(false);
    clear();
  };
  if (!found || isClaimed(now)) {
    return html`<p>The order was sent: its ${kind.name} cannot be changed here any more.</p>
      <div class="buttons"><button type="button" onClick=${onClose}>Close</button></div>`;
  }
  const isTwice = isTwiceAsked(problem);
  return html`<form ref=${form} novalidate onSubmit=${onSubmit}>
    <p>It has ${shown ? endingsOf(found) : `no ${kind.name}`} now. ${whatSavingDoes(now)}</p>
    ${isChanged && html`<${Notice} tone="warn" isAlert><p><strong>Changed: look again.</strong></p>
      <div class="buttons"><button type="button" onClick=${() => setSeen(shown)}>I have looked</button></div><//>`}
    <${FormProblem} problem=${problem} fields=${[kind.field, `${kind.field}[0]`]} />
    <${TextField} label="The right ${kind.name}" hint=${kind.hint} value=${digits} onText=${type}
      wrong=${problem?.field?.startsWith(kind.field) && imeiWords(problem)} input=${{ inputmode: kind.inputmode }} />
    ${isTwice && html`<label class="flag"><input type="checkbox" checked=${isMeant}
      onChange=${(event) => setIsMeant(event.target.checked)} /> It is this order's, too</label>`}
    <div class="buttons">${!isChanged && html`<${Submit} isBusy=${isBusy}>Change it<//>`}
      <button type="button" onClick=${onClose} disabled=${isBusy}>Cancel</button></div>
  </form>`;
}
