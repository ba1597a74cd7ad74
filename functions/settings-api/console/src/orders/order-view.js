// The view of one order: its packages and their labels, its IMEIs, its timeline, and what a person can do.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { pathOf } from "../api/addresses.js";
import { read } from "../api/ask.js";
import { useLive } from "../api/live.js";
import { useChannelName, usePartners } from "../api/partners.js";
import { ChangeImei } from "../imeis/change.js";
import { noteChange } from "../imeis/entries.js";
import { enteredOf, fieldsOf, kindOf } from "../imeis/kinds.js";
import { isClaimed, lineKey } from "../imeis/lines.js";
import { Actions } from "../packages/actions.js";
import { CurrentLabel, OtherLabels } from "../packages/labels.js";
import { Reasons, State } from "../packages/parts.js";
import { Accepted, Sent } from "../packages/sent.js";
import { CancelWish, RefusedWish, ShipBy } from "../packages/ship-by.js";
import { Badge, Empty, Notice, Raw, Time } from "../page/elements.js";
import { Heading } from "../page/heading.js";
import { Loaded } from "../page/loaded.js";
import { counted, remains, shownTimes } from "../wording.js";
import { RefusedLabels } from "./refused-labels.js";
import { Timeline } from "./timeline.js";

export function OrderView({ partner, order }) {
  const path = pathOf("partners", partner, "orders", order);
  const live = useLive(path, (signal) => read(path, signal));
  return html`<${Heading} back=${{ href: `#${pathOf("orders", partner)}`, text: "Orders" }}>${`Order ${order}`}<//>
    <${Loaded} live=${live} what="order">${(found) => html`<${OrderParts} order=${found} reload=${live.reload} onDone=${live.put} />`}<//>`;
}

function OrderParts({ order, reload, onDone }) {
  return html`
    <p class="muted">${useChannelName(order.channel)}, <a href="#${pathOf("partners", order.partner_id)}">${order.partner_id}</a>,
      ${" "}first heard of <${Time} at=${order.seen_at} /></p>
    ${order.cancelled_at && html`<${Notice} tone="warn"><p>The order was cancelled <${Time} at=${order.cancelled_at} />.</p><//>`}
    ${order.cancelled_lines.length > 0 && html`<${Notice} tone="warn"><p>Lines were cancelled:
      ${" "}${order.cancelled_lines.map(({ item_id: item, remaining }) => `${item} (${remains(remaining)})`).join(", ")}.</p><//>`}
    <${CancelWish} wish=${order.cancel_wish} />
    <${RefusedLabels} order=${order} onDone=${onDone} />
    ${order.returns.length > 0 && html`<p class="muted">Return labels, which are never sent: ${order.returns.join(", ")}</p>`}
    ${order.packages.length === 0 && html`<${Empty} title="No label yet"><p>So this order has no package. What is known of it is below.</p><//>`}
    ${order.packages.map((pack) => html`<${PackagePart} key=${pack.package_id} order=${order} pack=${pack} reload=${reload} onDone=${onDone} />`)}
    <${ImeiPart} order=${order} onDone=${onDone} />
    <${Timeline} order=${order} />`;
}

function PackagePart({ order, pack, reload, onDone }) {
  const [chosen, setChosen] = useState(null);
  const { attention, hold, attempts, imei_registrations: registrations, state, detail } = pack;
  return html`<section class="card" aria-label="Package ${pack.package_id}">
    <header class="card-head"><h2>Package ${pack.package_id}</h2><${State} pack=${pack} /></header>
    ${attention.length > 0 && html`<${Notice} tone="warn"><${Reasons} reasons=${attention} /><//>`}
    ${hold && attention.every(({ reason }) => reason !== "held_by_a_person") && html`<p>Held by ${hold.by}, <${Time} at=${hold.at} />: ${hold.reason}</p>`}
    ${attempts?.failures > 0 && html`<p>${counted(attempts.failures, "attempt")} failed so far: ${attempts.reason}<${Raw} text=${attempts.raw} /></p>`}
    <${ShipBy} pack=${pack} />
    <${RefusedWish} refused=${pack.refused_wish} />
    <div class="pair">
      <section class="side" aria-label="Sent of package ${pack.package_id}"><h3>Sent</h3><${Sent} pack=${pack} /></section>
      <section class="side" aria-label="Accepted of package ${pack.package_id}"><h3>Accepted</h3><${Accepted} pack=${pack} /></section>
    </div>
    ${detail.reason === "never" && state === "withheld" && html`<${NeverNote} partner=${order.partner_id} never=${detail.never} pack=${pack} />`}
    <${CurrentLabel} pack=${pack} onChoice=${setChosen} />
    <${OtherLabels} pack=${pack} onChoice=${setChosen} />
    ${registrations.length > 0 && html`<h3>Registrations of IMEIs and serial numbers</h3><ul class="plain">
      ${registrations.map(({ item_id: item, imei, serial, state, reason, raw }) => html`<li key=${item}>
        <${Badge} state=${state} /> <span class="number">${[imei, serial].filter(Boolean).join(", ")}</span>, line ${item}${reason && `: ${reason}`}<${Raw} text=${raw} /></li>`)}
    </ul>`}
    <${Actions} order=${order} pack=${pack} chosen=${chosen} onChoice=${setChosen} reload=${reload} onDone=${onDone} />
  </section>`;
}

/** Who stopped it, as far as that is kept, and what is left to do. */
function NeverNote({ partner, never, pack }) {
  const canRelease = pack.actions.some(({ action }) => action === "release");
  const found = usePartners().data?.partners.find(({ partner_id: id }) => id === partner);
  const who = never ? `${shownTimes(never.in_words)}.` : "Who set Never was not kept.";
  return html`<p>${who} ${found?.timing === "never"
    ? html`<a href="#${pathOf("partners", partner, "settings")}">Never</a> is in force for this partner: it stops what was not sent.`
    : `Never was in force for this partner while this waited. Going back has not released it: a person can ${canRelease ? "release it to go by its own timing, or send it now" : "send it"}.`}</p>`;
}

/** What tells the devices of an order from others, masked; until the order is claimed one can be changed. */
function ImeiPart({ order, onDone }) {
  const [changing, setChanging] = useState(null);
  const lines = fieldsOf(order);
  if (lines.length === 0) return null;
  const canChange = (line) => enteredOf(line).length > 0 && !line.is_by_hand && !isClaimed(order);
  const done = (changed, digits) => {
    noteChange(changed, changing, digits);
    onDone(changed);
  };
  const title = lines.every(({ kind }) => kind === "imei") ? "IMEIs" : "IMEIs and serial numbers";
  return html`<section class="card" aria-label=${title}>
    <header class="card-head"><h2>${title}</h2>
      ${lines.some((line) => line.is_missing) && html`<a class="button" href="#/imeis">Enter ${title}</a>`}</header>
    <ul class="plain">
      ${lines.map((line) => html`<li key=${lineKey(order, line)}>${line.sku ?? "Line"} <span class="muted">${line.item_id}</span>, ${kindOf(line).name}:
        ${" "}<span class="number">${enteredOf(line).join(", ") || "none entered"}</span>
        ${line.is_missing && html` <span class="mark">missing</span>`}
        ${line.is_ambiguous && enteredOf(line).length > 0 && html` <span class="mark">two devices or one?</span>`}
        ${line.is_by_hand && html` <span class="mark">by hand at the marketplace</span>`}
        ${canChange(line) && html` <button type="button" onClick=${() => setChanging(line)}>Change<span class="quiet"> the ${kindOf(line).name} of ${line.sku ?? "line"} ${line.item_id}</span></button>`}</li>`)}
    </ul>
    ${changing && html`<${ChangeImei} order=${order} line=${changing} onClose=${() => setChanging(null)} onDone=${done} />`}
  </section>`;
}
