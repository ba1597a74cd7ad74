// Orders as a table of their packages.

import { html } from "htm/preact";
import { orderHref } from "../api/addresses.js";
import { Time } from "../page/elements.js";
import { proofLine } from "../wording.js";
import { State, Tracking } from "./parts.js";

/**
 * Orders as a table, a row for each package; on narrow screens each row is a card. `names` of partners are shown if given.
 * The roles are written out, for laid out as cards a table would lose them.
 */
export function PackageTable({ orders, caption, names }) {
  const heads = ["Order", names && "Partner", "Tracking number", "State", "When", "Proof"].filter(Boolean);
  // An order that is heard of before its label has no package yet.
  const rows = orders.flatMap((order) => (order.packages.length > 0 ? order.packages : [null]).map((pack) => ({ order, pack })));
  return html`<table role="table">
    <caption class="quiet">${caption}</caption>
    <thead role="rowgroup"><tr role="row">
      ${heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}
    </tr></thead>
    <tbody role="rowgroup">
      ${rows.map(({ order, pack }) => html`<${PackageRow} key=${`${orderHref(order)}/${pack?.package_id}`}
        order=${order} pack=${pack} names=${names} />`)}
    </tbody>
  </table>`;
}

function PackageRow({ order, pack, names }) {
  return html`<tr role="row">
    <td role="cell" class="lead">
      <a class="number" href=${orderHref(order)}>${order.order_id}</a>
      ${order.packages.length > 1 && html` <span class="muted">package ${pack.package_id}</span>`}
    </td>
    ${names && html`<td role="cell" data-head="Partner">${names.get(order.partner_id) ?? order.partner_id}</td>`}
    <td role="cell" data-head="Tracking"><div><${Tracking} number=${pack?.tracking_number} carrier=${pack?.carrier} /></div></td>
    <td role="cell" data-head="State"><div>
      ${pack ? html`<${State} pack=${pack} />` : html`<span class="muted">no label yet</span>`}
      ${order.refused_labels.some(({ is_open: isOpen }) => isOpen) && html` <a class="mark" href=${orderHref(order)}>label refused</a>`}
      ${order.cancelled_at && html` <span class="mark">order cancelled</span>`}
      ${pack?.attention.length > 0 && html` <a class="mark" href="#/attention">needs attention</a>`}
    </div></td>
    <td role="cell" data-head="When"><${Time} at=${order.seen_at} /></td>
    <td role="cell" data-head="Proof">${pack?.proof ? html`<span>${proofLine(pack.proof)}</span>` : html`<span class="muted">not sent</span>`}</td>
  </tr>`;
}
