// The view of one order: what was sent against what was accepted, its timeline, and what a person can do.

/** @param {{partner: string, order: string}} props */
function OrderView({ partner, order }) {
  const path = pathOf("partners", partner, "orders", order);
  const live = useLive(path, async (signal) => (await read(path, signal)).body);
  const back = { href: `#${pathOf("orders", partner)}`, text: "Orders" };
  return html`<${Heading} back=${back}>Order ${order}<//>
    <${Loaded} live=${live} what="order">${(found) => html`<${OrderParts} order=${found} onDone=${live.put} />`}<//>`;
}

/** @param {{order: object, onDone: (order: object) => void}} props */
function OrderParts({ order, onDone }) {
  const isSingle = order.packages.length === 1;
  return html`
    <p class="muted">
      ${title(order.channel)}, <a href="#${pathOf("partners", order.partner_id)}">${order.partner_id}</a>, first heard of
      ${" "}<${Time} at=${order.seen_at} />
    </p>
    ${order.cancelled_at && html`<${Notice} tone="warn"><p>The order was cancelled <${Time} at=${order.cancelled_at} />.</p><//>`}
    ${order.packages.length === 0 && html`<${Empty} title="No label yet">
      <p>This order has no package so far. What is known of it is below.</p><//>`}
    ${order.packages.map((pack) => html`<${PackagePart} key=${pack.package_id} order=${order} pack=${pack}
      isSingle=${isSingle} onDone=${onDone} />`)}
    <${ImeiPart} order=${order} />
    <${Timeline} changes=${order.timeline} isSingle=${isSingle} />`;
}

/** @param {{order: object, pack: object, isSingle: boolean, onDone: (order: object) => void}} props */
function PackagePart({ order, pack, isSingle, onDone }) {
  return html`<section class="card" aria-label="Package ${pack.package_id}">
    <header class="card-head">
      <h2>Package ${pack.package_id}</h2>
      <${State} pack=${pack} />
    </header>
    ${pack.attention.length > 0 && html`<${Notice} tone="warn"><${Reasons} reasons=${pack.attention} /><//>`}
    ${pack.hold && html`<p>Held by ${pack.hold.by}, <${Time} at=${pack.hold.at} />: ${pack.hold.reason}</p>`}
    ${pack.attempts?.failures > 0 && html`<p>${counted(pack.attempts.failures, "try").replace("trys", "tries")} failed so far: ${pack.attempts.reason}</p>`}
    <${Comparison} pack=${pack} />
    <${LabelPart} pack=${pack} />
    <${Registrations} all=${pack.imei_registrations} />
    ${pack.actions.length > 0 && html`<h3 class="quiet">What can be done${isSingle ? "" : ` about package ${pack.package_id}`}</h3>
      <${Actions} order=${order} pack=${pack} onDone=${onDone} />`}
  </section>`;
}

/**
 * What was sent beside what was accepted.
 * @param {{pack: object}} props
 */
function Comparison({ pack }) {
  const { sent } = pack;
  return html`<div class="pair">
    <section aria-label="Sent of package ${pack.package_id}" class="side">
      <h3>Sent</h3>
      ${sent
        ? html`<dl>
            <${Fact} name="Number"><span class="number">${sent.tracking_number ?? "unknown"}</span><//>
            <${Fact} name="Carrier">${sent.carrier ?? "unknown"}<//>
            <${Fact} name="Ship date"><${Time} at=${sent.ship_date} /><//>
            ${sent.reference && html`<${Fact} name="Our reference">${sent.reference}<//>`}
            ${sent.imeis.map(({ item_id: item, imeis }) => html`<${Fact} key=${item} name=${`IMEI of line ${item}`}>
              <span class="number">${imeis.join(", ") || "none"}</span><//>`)}
            <${Fact} name="Proof"><${ProofLine} proof=${sent.proof} /><//>
          </dl>`
        : html`<p class="muted">Nothing is sent${pack.state === "rejected" ? " that stands: it was refused" : " so far"}.</p>`}
    </section>
    <section aria-label="Accepted of package ${pack.package_id}" class="side">
      <h3>Accepted</h3>
      <${Accepted} pack=${pack} />
    </section>
  </div>`;
}

/** @param {{name: string, children: any}} props */
function Fact({ name, children }) {
  return html`<div><dt>${name}</dt><dd>${children}</dd></div>`;
}

/**
 * What the marketplace has of it, as far as we know.
 * @param {{pack: object}} props
 */
function Accepted({ pack: { state, detail, sent } }) {
  switch (state) {
    case "confirmed":
      return html`<p class="verdict good">The marketplace has this number.</p>
        <dl>
          <${Fact} name="Number"><span class="number">${sent?.tracking_number ?? "as sent"}</span><//>
          <${Fact} name="How we know">${title(EVIDENCE[detail.evidence] ?? "unknown")}<//>
          ${detail.at && html`<${Fact} name="When"><${Time} at=${detail.at} /><//>`}
        </dl>`;
    case "conflict":
      return html`<p class="verdict bad">The marketplace has another number.</p>
        <dl><${Fact} name="It has"><span class="number">${detail.found}</span><//>
          ${detail.at && html`<${Fact} name="Seen"><${Time} at=${detail.at} /><//>`}</dl>`;
    case "in_doubt":
      return html`<p class="verdict warn">Nobody knows yet whether it was accepted.</p>
        <dl>
          <${Fact} name="Why">${detail.reason}<//>
          ${detail.found && html`<${Fact} name="It has"><span class="number">${detail.found}</span><//>`}
          ${detail.since && html`<${Fact} name="Since"><${Time} at=${detail.since} /><//>`}
          <${Fact} name="Asked">${detail.reads === 1 ? "once" : `${detail.reads ?? 0} times`}<//>
          ${detail.next_read_at && html`<${Fact} name="Asked next"><${Time} at=${detail.next_read_at} /><//>`}
        </dl>`;
    case "unresolved":
      return html`<p class="verdict bad">It cannot be found out whether it was accepted.</p>
        <dl><${Fact} name="Why">${detail.reason}<//></dl>`;
    case "rejected":
      return html`<p class="verdict bad">The marketplace refused it.</p>
        <dl>
          <${Fact} name="Code">${detail.code}<//>
          <${Fact} name="Its words">${detail.message}<//>
          ${detail.at && html`<${Fact} name="When"><${Time} at=${detail.at} /><//>`}
        </dl>`;
    case "sending":
      return html`<p class="muted">Waiting for the answer.</p>`;
    case "closed":
      return html`<p class="muted">Closed by a person: nothing more is done about it.</p>`;
    default:
      return html`<p class="muted">Nothing yet.</p>`;
  }
}

/** @param {{pack: object}} props */
function LabelPart({ pack: { label, timing, movements } }) {
  if (!label) return html`<p class="muted">There is no label now.</p>`;
  return html`<h3>Label</h3>
    <dl class="facts">
      <${Fact} name="Number"><${Tracking} number=${label.tracking_number} url=${label.tracking_url} />
        ${label.voided && html` <span class="mark">voided</span>`}<//>
      <${Fact} name="Carrier">${label.carrier}, ${label.service}<//>
      <${Fact} name="Made"><${Time} at=${label.labeled_at} /><//>
      ${label.ship_by && html`<${Fact} name="Ship by"><${Time} at=${label.ship_by} /><//>`}
      <${Fact} name="Send ship confirmations">${TIMINGS[timing] ?? timing ?? "unknown"}<//>
      <${Fact} name="In it">${label.items.map(({ sku, item_id: item, quantity }) => `${quantity} × ${sku ?? item}`).join(", ")}<//>
      ${movements.length > 0 && html`<${Fact} name="Movement">
        ${movements.map(({ status, occurred_at: at }) => `${words(status)}, ${when(at)}`).join("; ")}<//>`}
    </dl>`;
}

/** The states of an IMEI's registration: its word, and its tone. */
const REGISTRATIONS = {
  pending: ["Pending", "calm"],
  sending: ["Sending", "info"],
  in_doubt: ["In doubt", "warn"],
  done: ["Registered", "good"],
  failed: ["Failed", "bad"],
};

/** @param {{all: {item_id: string, imei: string, state: string, reason: string|null}[]}} props */
function Registrations({ all }) {
  if (all.length === 0) return null;
  return html`<h3>IMEI registrations</h3>
    <ul class="plain">
      ${all.map(({ item_id: item, imei, state, reason }) => html`<li key=${item}>
        <span class="badge ${REGISTRATIONS[state]?.[1]}">${REGISTRATIONS[state]?.[0] ?? state}</span>
        ${" "}<span class="number">${imei}</span>, line ${item}${reason && `: ${reason}`}
      </li>`)}
    </ul>`;
}

/** @param {{order: object}} props the lines of an order at a channel that takes IMEIs */
function ImeiPart({ order }) {
  const phones = order.lines.filter(({ requires_imei: isPhone }) => isPhone);
  if (phones.length === 0) return null;
  const isMissing = phones.some(({ is_missing: lacks }) => lacks);
  return html`<section class="card" aria-label="IMEIs">
    <header class="card-head"><h2>IMEIs</h2>
      ${isMissing && html`<a class="button" href="#/imeis">Enter IMEIs</a>`}</header>
    <ul class="plain">
      ${phones.map((line) => html`<li key=${line.item_id}>
        ${line.sku ?? "Line"} <span class="muted">${line.item_id}</span>:
        ${" "}${line.imeis.length > 0 ? html`<span class="number">${line.imeis.join(", ")}</span>` : "none entered"}
        ${line.is_missing && html` <span class="mark">missing</span>`}
        ${line.is_by_hand && html` <span class="mark">by hand at the marketplace</span>`}
      </li>`)}
    </ul>
  </section>`;
}

/**
 * What happened, the newest first.
 * @param {{changes: object[], isSingle: boolean}} props
 */
function Timeline({ changes, isSingle }) {
  return html`<section class="card" aria-label="Timeline">
    <h2>Timeline</h2>
    ${changes.length === 0 && html`<p class="muted">Nothing happened so far.</p>`}
    <ol class="timeline">
      ${[...changes].reverse().map((change) => html`<li class=${STATES[change.what]?.[1] ?? "calm"}>
        <${Time} at=${change.at} />
        <span class="what">${CHANGES[change.what] ?? title(change.what)}${!isSingle && change.package_id
          && html` <span class="muted">package ${change.package_id}</span>`}</span>
        ${change.note && html`<span class="note">${noteOf(change)}</span>`}
      </li>`)}
    </ol>
  </section>`;
}

/**
 * A change's note; a time in it is written as the reader writes times.
 * @param {{what: string, note: string}} change
 */
function noteOf({ what, note }) {
  const readable = note.replace(/\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, (at) => when(at));
  return what === "marked" ? words(readable) : readable;
}
