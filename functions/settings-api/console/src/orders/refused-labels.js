// The labels of an order that were refused: what was refused and why, until a good one comes or a person puts it aside.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { pathOf } from "../api/addresses.js";
import { unfit } from "../api/problem.js";
import { haveDone, ShortField } from "../packages/persons-word.js";
import { Reasons } from "../packages/parts.js";
import { notify } from "../page/announcements.js";
import { Dialog } from "../page/dialog.js";
import { Time } from "../page/elements.js";
import { FormProblem, Submit } from "../page/form-fields.js";
import { useSending } from "../page/sending.js";

/** What a refused label is of, as far as that can be read: "Package 1, label lbl_81". */
export function ofWhat({ package_id: pack, label_id: label }) {
  const parts = [pack ? `package ${pack}` : "package unknown", label && `label ${label}`];
  return parts.filter(Boolean).join(", ");
}

export function RefusedLabels({ order, onDone }) {
  const [chosen, setChosen] = useState(null);
  const open = order.refused_labels.filter(({ is_open: isOpen }) => isOpen);
  if (open.length === 0) return null;
  const close = () => setChosen(null);
  const done = (changed) => {
    onDone(changed);
    close();
  };
  return html`<section class="card" aria-label="Refused labels">
    <h2>Refused labels</h2>
    <ul class="plain">
      ${open.map((label) => html`<li key=${label.event_id} class="stack">
        <p class="muted">${ofWhat(label)}, <${Time} at=${label.at} /></p>
        <div class="notice warn"><${Reasons} reasons=${[label.attention]} /></div>
        <div class="buttons">${label.actions.map((action) => html`<button type="button" key=${action.action}
          onClick=${() => setChosen({ action, label })}>${action.label}<span class="quiet"> the refused label of ${ofWhat(label)}</span></button>`)}</div>
      </li>`)}
    </ul>
    ${chosen && html`<${Dialog} title=${chosen.action.label} onClose=${close}>
      <p class="muted">Order ${order.order_id}, ${ofWhat(chosen.label)}</p>
      <${PutAside} order=${order} event=${chosen.label.event_id} onDone=${done} onBack=${close} />
    <//>`}
  </section>`;
}

/** The form that puts a refused label aside: it asks why. */
function PutAside({ order, event, onDone, onBack }) {
  const [reason, setReason] = useState("");
  const { form, isBusy, problem, onSubmit } = useSending(async () => {
    if (!reason.trim()) throw unfit("reason", "Say why, in a few words.");
    const path = pathOf("partners", order.partner_id, "orders", order.order_id, "actions");
    onDone(await haveDone(path, { action: "put_aside", event_id: event, reason: reason.trim() }));
    notify("Done: the refused label is put aside.");
  });
  return html`<form ref=${form} novalidate onSubmit=${onSubmit}>
    <${FormProblem} problem=${problem} fields=${["reason"]} />
    <${ShortField} label="Reason" hint="Why" text=${reason} onText=${setReason} wrong=${problem?.field === "reason" && problem.message} />
    <div class="buttons"><${Submit} isBusy=${isBusy}>Put aside<//>
      <button type="button" onClick=${onBack} disabled=${isBusy}>Cancel</button></div>
  </form>`;
}
