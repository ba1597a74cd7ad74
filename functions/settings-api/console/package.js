// A package as the lists and the order's page show it: its state, its number, its proof.

/**
 * A state as a word in a colour.
 * @param {{state: string}} props
 */
function Badge({ state }) {
  const [word, tone] = STATES[state] ?? [title(state), "calm"];
  return html`<span class="badge ${tone}">${word}</span>`;
}

/**
 * A state with what there is to know beside it.
 * @param {{pack: object}} props
 */
function State({ pack }) {
  const detail = stateDetail(pack);
  return html`<span class="state"><${Badge} state=${pack.state} />${detail && html` <span class="detail">${detail}</span>`}</span>`;
}

/**
 * A tracking number, linked where its address is one of the web.
 * @param {{number: string|null, carrier?: string|null, url?: string|null}} props
 */
function Tracking({ number, carrier, url }) {
  if (!number) return html`<span class="muted">none yet</span>`;
  const shown = isWebAddress(url)
    ? html`<a class="number" href=${url} target="_blank" rel="noopener noreferrer">${number}</a>`
    : html`<span class="number">${number}</span>`;
  return html`${shown}${carrier && html` <span class="muted">${carrier}</span>`}`;
}

/**
 * The address of an order's page.
 * @param {{partner_id: string, order_id: string}} order
 */
function orderHref({ partner_id: partner, order_id: order }) {
  return `#${pathOf("order", partner, order)}`;
}

/**
 * What made a confirmation due, or that nothing did so far.
 * @param {{proof: object|null}} props
 */
function ProofLine({ proof }) {
  return proof
    ? html`<span class="proof">${proofLine(proof)}</span>`
    : html`<span class="muted">not sent</span>`;
}

/**
 * Orders as a table, a row for each package; on narrow screens each row is a card.
 * The roles are written out, for laid out as cards a table would lose them.
 * @param {{orders: object[], caption: string, names?: Map<string, string>|null}} props `names`: of partners, to be shown
 */
function PackageTable({ orders, caption, names = null }) {
  const heads = ["Order", ...(names ? ["Partner"] : []), "Tracking number", "State", "When", "Proof"];
  return html`<table role="table" class="rows">
    <caption class="quiet">${caption}</caption>
    <thead role="rowgroup"><tr role="row">
      ${heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`)}
    </tr></thead>
    <tbody role="rowgroup">
      ${orders.map((order) => rowsOf(order).map((pack) => html`<${PackageRow}
        key=${`${order.partner_id}/${order.order_id}/${pack?.package_id}`} order=${order} pack=${pack} names=${names} />`))}
    </tbody>
  </table>`;
}

/** @param {{packages: object[]}} order an order heard of before its label has no package yet */
function rowsOf(order) {
  return order.packages.length > 0 ? order.packages : [null];
}

/** @param {{order: object, pack: object|null, names: Map<string, string>|null}} props */
function PackageRow({ order, pack, names }) {
  const isOneOfMany = order.packages.length > 1;
  return html`<tr role="row">
    <td role="cell" class="lead">
      <a href=${orderHref(order)}>${order.order_id}</a>
      ${isOneOfMany && html` <span class="muted">package ${pack.package_id}</span>`}
    </td>
    ${names && html`<td role="cell" data-head="Partner">${names.get(order.partner_id) ?? order.partner_id}</td>`}
    <td role="cell" data-head="Tracking">
      <${Tracking} number=${pack?.tracking_number ?? null} carrier=${pack?.carrier} />
    </td>
    <td role="cell" data-head="State">
      ${pack ? html`<${State} pack=${pack} />` : html`<span class="muted">no label yet</span>`}
      ${order.cancelled_at && html` <span class="mark">order cancelled</span>`}
      ${pack?.attention.length > 0 && html` <a class="mark" href="#/attention">needs attention</a>`}
    </td>
    <td role="cell" data-head="When"><${Time} at=${order.seen_at} /></td>
    <td role="cell" data-head="Proof"><${ProofLine} proof=${pack?.proof ?? null} /></td>
  </tr>`;
}

/**
 * Why a person must look, and what resolves it.
 * @param {{reasons: {reason: string, says: string, advice: string}[]}} props
 */
function Reasons({ reasons }) {
  return reasons.map(({ reason, says, advice }) => html`<div class="reason" key=${reason}>
    <p class="says">${says}</p>
    <p class="advice">${advice}</p>
  </div>`);
}
