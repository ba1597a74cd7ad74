// What needs a person where it is much: a row for each partner, reason and day, with what can be done about all of it.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { pathOf } from "../api/addresses.js";
import { TimeUntil } from "../packages/ship-by.js";
import { Time } from "../page/elements.js";
import { counted, title } from "../wording.js";
import { ACTS } from "./acts.js";
import { TogetherDialog } from "./together-dialog.js";

/** Each reason: what is said of its orders, and what can be done about all of them. Where nothing is, each must be looked at. */
const REASONS = {
  conflict: ["the marketplace holds another number", ["put_aside"]],
  cancelled_late: ["cancelled after the number was sent", ["put_aside"]],
  superseded: ["the label was replaced or voided after its number was sent", ["put_aside"]],
  not_shown: ["the marketplace does not show what it accepted", []],
  unresolved: ["nobody knows whether the marketplace took it", []],
  rejected: ["refused by the marketplace", ["retry", "put_aside"]],
  cancel_requested: ["the buyer wishes to cancel", ["release"]],
  label_disputed: ["two tellings of the label contradict each other", []],
  replaced_label_moves: ["a former label's parcel moves", []],
  items_cancelled: ["lines were cancelled", ["send_now"]],
  ship_by_passed: ["past the ship-by, not confirmed", ["send_now", "put_aside"]],
  ship_by_near: ["due, not confirmed so far", ["send_now", "put_aside"]],
  label_refused: ["a label was refused", []],
  no_label: ["no label in place of a voided one", ["put_aside"]],
  number_overused: ["a tracking number of too many orders", ["send_now", "put_aside"]],
  no_movement: ["no scan so far", ["send_now", "put_aside"]],
  imeis_missing: ["held for IMEIs", ["send_now"]],
  one_tracking_per_order: ["another package's number was sent", ["put_aside"]],
  withheld_moved: ["stopped by Never, and on its way", ["release", "put_aside"]],
  delayed: ["due for over an hour", ["put_aside"]],
  held_by_a_person: ["held by a person", ["release"]],
};

/** A reason in words. One that is newer than this page has its own name. */
export function reasonWords(reason) {
  return REASONS[reason]?.[0] ?? title(reason).toLowerCase();
}

/** The address of the orders of a group. */
export function groupHref({ partner_id: partner, reason, day }) {
  return `#${pathOf("attention", partner, reason, day)}`;
}

/** The groups of orders, each with its actions. */
export function GroupBoard({ groups, names, reload }) {
  const [acting, setActing] = useState(null);
  return html`<ul class="plain board">
      ${groups.map((group) => html`<${GroupRow} key=${groupHref(group)} group=${group}
        name=${names.get(group.partner_id) ?? group.partner_id} onAct=${(act) => setActing({ act, group })} />`)}
    </ul>
    ${acting && html`<${TogetherDialog} ...${acting} onClose=${() => setActing(null)} onDone=${reload} />`}`;
}

function GroupRow({ group, name, onAct }) {
  const { reason, count, first_at: first, last_at: last } = group;
  const of = `${counted(count, "order")} of ${name}, ${reasonWords(reason)}`;
  const [, acts = []] = REASONS[reason] ?? [];
  return html`<li class="card">
    <header class="card-head">
      <h3><a href=${groupHref(group)}>${counted(count, "order")}</a>: ${reasonWords(reason)} <span class="muted">${name}</span></h3>
      ${!reason.startsWith("ship_by_") && html`<span class="detail">since <${Time} at=${first} />${last !== first && html` to <${Time} at=${last} />`}</span>`}
    </header>
    <div class="between">
      <div>${reason.startsWith("ship_by_") && html`<${TimeUntil} by=${first} />
        ${last !== first && html`<p class="detail">the last of them <${Time} at=${last} /></p>`}`}</div>
      <div class="buttons">
        ${acts.map((act) => html`<button key=${act} type="button" onClick=${() => onAct(act)}>${ACTS[act].button}<span class="quiet">: ${of}</span></button>`)}
        <a class="button" href=${groupHref(group)}>Look<span class="quiet"> at ${of}</span></a>
      </div>
    </div>
  </li>`;
}
