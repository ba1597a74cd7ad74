// A package as the lists and the order's page show it: its state, its number, its proof.

/** A state with what there is to know beside it. */
function State({ pack }) {
  return html`<span class="state"><${Badge} state=${pack.state} />${" "}<span class="detail">${stateDetail(pack)}</span></span>`;
}

/** A tracking number, linked where its address is one of the web. */
function Tracking({ number, carrier, url }) {
  if (!number) return html`<span class="muted">none yet</span>`;
  const shown = isWebAddress(url)
    ? html`<a class="number" href=${url} target="_blank" rel="noopener noreferrer">${number}</a>`
    : html`<span class="number">${number}</span>`;
  return html`${shown}${carrier && html` <span class="muted">${carrier}</span>`}`;
}

/** The address of an order's page. */
function orderHref({ partner_id: partner, order_id: order }) {
  return `#${pathOf("order", partner, order)}`;
}

/** Why a person must look, and what resolves it. */
function Reasons({ reasons }) {
  return reasons.map(({ reason, says, advice }) => html`<div class="reason" key=${reason}>
    <p class="says">${shownTimes(says)}</p>
    <p class="advice">${advice}</p>
  </div>`);
}

/**
 * Orders as a table, a row for each package; on narrow screens each row is a card. `names` of partners are shown if given.
 * The roles are written out, for laid out as cards a table would lose them.
 */
function PackageTable({ orders, caption, names }) {
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
      ${order.cancelled_at && html` <span class="mark">order cancelled</span>`}
      ${pack?.attention.length > 0 && html` <a class="mark" href="#/attention">needs attention</a>`}
    </div></td>
    <td role="cell" data-head="When"><${Time} at=${order.seen_at} /></td>
    <td role="cell" data-head="Proof">${pack?.proof ? html`<span>${proofLine(pack.proof)}</span>` : html`<span class="muted">not sent</span>`}</td>
  </tr>`;
}
