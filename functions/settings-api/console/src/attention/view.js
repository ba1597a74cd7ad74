// The view "Attention": what needs a person, each with what resolves it.

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { orderHref, pathOf } from "../api/addresses.js";
import { useLive } from "../api/live.js";
import { namesOf, usePartners } from "../api/partners.js";
import { ofWhat } from "../orders/refused-labels.js";
import { Reasons, Tracking } from "../packages/parts.js";
import { ResolveDialog } from "../packages/resolve-dialog.js";
import { TimeLeft } from "../packages/ship-by.js";
import { Badge, Day, Empty, Time } from "../page/elements.js";
import { Heading } from "../page/heading.js";
import { Loaded } from "../page/loaded.js";
import { counted, title } from "../wording.js";
import { GroupBoard, groupHref, reasonWords } from "./groups.js";
import { nearEnds, readAttention, readList } from "./list.js";
import { TogetherDialog } from "./together-dialog.js";

/** How many more of a group are shown at a time. */
const MORE = 50;

/** All that needs a person; with `partner`, `reason` and `day` the orders of that group. */
export function AttentionView({ partner, order: reason, day }) {
  return partner && reason && day
    ? html`<${GroupView} group=${{ partner_id: partner, reason, day }} />`
    : html`<${WholeView} />`;
}

function WholeView() {
  const live = useLive("attention", readAttention);
  const all = usePartners().data?.partners ?? [];
  const names = namesOf(all);
  return html`<${Heading}>Attention<//>
    <${Loaded} live=${live} what="attention list">${(data) => (data.list
      ? html`<${AttentionList} ...${data.list} quiet=${data.quiet} names=${names} reload=${live.reload} />`
      : html`<${Groups} ...${data} partners=${all} names=${names} reload=${live.reload} />`)}<//>`;
}

/** Much that needs a person: a row for each partner, reason and day. */
function Groups({ groups, quiet, count, isComplete, partners, names, reload }) {
  const stopped = partners.filter((partner) => partner.stopped || partner.paused);
  const carriers = groups.filter(({ reason }) => reason === "carrier_unlisted");
  const orders = groups.filter(({ reason }) => !["carrier_unlisted", "partner_stopped", "partner_paused"].includes(reason));
  return html`<p class="lead-in">${count.toLocaleString()}${!isComplete && " or more"} need a person, in ${counted(groups.length + (quiet ? 1 : 0), "row")}.</p>
    <${HaltedPartners} partners=${stopped} />
    ${quiet && html`<${QuietFeed} ...${quiet} names=${names} />`}
    <${EndingCredentials} ending=${nearEnds(partners)} names=${names} />
    ${orders.length > 0 && html`<h2>Orders</h2><${GroupBoard} groups=${orders} names=${names} reload=${reload} />`}
    ${carriers.length > 0 && html`<h2>Carriers that are not listed</h2>
      <ul class="plain board">${carriers.map(({ partner_id: id, count: many, day }) => html`<li key=${`${id}/${day}`} class="card between">
        <h3>${counted(many, "carrier")} <span class="muted">${names.get(id) ?? id}</span></h3>
        <a class="button" href="#${pathOf("partners", id, "carriers")}">Carriers<span class="quiet"> of ${names.get(id) ?? id}</span></a></li>`)}</ul>`}`;
}

/** The orders of one partner, reason and day: as many as are wanted, read anew as a whole. */
function GroupView({ group }) {
  const [wanted, setWanted] = useState(MORE);
  const live = useLive(`attention/${Object.values(group).join("/")}`, (signal) => readList(group, wanted, signal));
  const names = namesOf(usePartners().data?.partners ?? []);
  useEffect(() => {
    if (wanted > MORE) live.reload();
  }, [wanted]);
  return html`<${Heading} name=${`Attention: ${reasonWords(group.reason)}`}>${names.get(group.partner_id) ?? group.partner_id}: ${reasonWords(group.reason)}<//>
    <p><a href="#/attention">All that needs a person</a></p>
    <${Loaded} live=${live} what="attention list">${(data) => html`<${AttentionList} ...${data} group=${group} names=${names} reload=${live.reload} />
      ${data.isMore && html`<p class="more"><button type="button" onClick=${() => setWanted(wanted + MORE)}>Load more</button></p>`}`}<//>`;
}

function AttentionList({ items, refused, partners, carriers, quiet, ending, isMore, group, names, reload }) {
  const [resolving, setResolving] = useState(null);
  const [isRetrying, setIsRetrying] = useState(false);
  const needing = `${counted(items.length, "package")}${isMore ? " or more" : ""} ${items.length === 1 && !isMore ? "needs" : "need"}`;
  const stopped = partners.length > 0 ? `, and ${counted(partners.length, "partner")} ${partners.length === 1 ? "is" : "are"} stopped or paused` : "";
  const labels = refused.length > 0 ? `, and ${counted(refused.length, "label")} ${refused.length === 1 ? "was" : "were"} refused` : "";
  const isEmpty = !quiet && items.length + refused.length + partners.length + carriers.length + ending.length === 0;
  return html`
    ${isEmpty
      ? html`<${Empty} title="Nothing needs you"><p>Everything is sent, or goes out by itself.</p><//>`
      : html`<div class="bar"><p class="lead-in">${needing} a person${stopped}${labels}.</p>
          ${(isMore || items.some(({ pack }) => pack.state === "rejected"))
            && html`<button type="button" onClick=${() => setIsRetrying(true)}>Retry all rejected…</button>`}</div>`}
    <${HaltedPartners} partners=${partners} />
    ${quiet && html`<${QuietFeed} ...${quiet} names=${names} />`}
    <${EndingCredentials} ending=${ending} names=${names} />
    ${refused.length > 0 && html`<h2>Refused labels</h2>
      <ul class="plain board">
        ${refused.map(({ order, label }) => html`<${RefusedLabel} key=${`${orderHref(order)}/${label.event_id}`} order=${order}
          label=${label} partnerName=${names.get(order.partner_id) ?? order.partner_id} />`)}
      </ul>`}
    ${carriers.length > 0 && html`<h2>Carriers that are not listed</h2>
      <ul class="plain board">${carriers.map((carrier) => html`<${UnlistedCarrier} key=${`${carrier.partner_id}/${carrier.carrier}`}
        carrier=${carrier} partnerName=${names.get(carrier.partner_id) ?? carrier.partner_id} />`)}</ul>`}
    ${items.length > 0 && html`<h2>Packages</h2>
      <ul class="plain board">
        ${items.map(({ order, pack }) => html`<${AttentionItem} key=${`${orderHref(order)}/${pack.package_id}`} order=${order}
          pack=${pack} partnerName=${names.get(order.partner_id) ?? order.partner_id} onResolve=${() => setResolving({ order, pack })} />`)}
      </ul>`}
    ${resolving && html`<${ResolveDialog} line=${resolving.order} packageId=${resolving.pack.package_id}
      onClose=${() => setResolving(null)} onDone=${reload} />`}
    ${isRetrying && html`<${TogetherDialog} act="retry" group=${group} onClose=${() => setIsRetrying(false)} onDone=${reload} />`}`;
}

/** Partners of which nothing is sent: their credentials fail, or a person paused them. */
function HaltedPartners({ partners }) {
  const stopped = partners.filter((partner) => partner.stopped);
  const paused = partners.filter((partner) => partner.paused);
  return html`${stopped.length > 0 && html`<h2>Stopped partners</h2>
      ${stopped.map((partner) => html`<${StoppedPartner} key=${partner.partner_id} partner=${partner} />`)}`}
    ${paused.length > 0 && html`<h2>Paused partners</h2>
      ${paused.map((partner) => html`<${PausedPartner} key=${partner.partner_id} partner=${partner} />`)}`}`;
}

function PausedPartner({ partner: { partner_id: id, name, paused } }) {
  return html`<article class="card" aria-label="Partner ${name}">
    <header class="card-head"><h3>${name} <span class="muted">${id}</span></h3>
      <span><${Badge} state="paused" /> <span class="detail">since <${Time} at=${paused.at} /></span></span></header>
    <div class="between">
      <div><p class="says">Nothing of it is sent: ${paused.by} paused it. ${paused.reason}</p>
        <p class="advice">Resume it when the reason is gone. What waits goes out then.</p></div>
      <a class="button primary" href="#${pathOf("partners", id)}">Resume…<span class="quiet"> ${name}</span></a>
    </div>
  </article>`;
}

function StoppedPartner({ partner: { partner_id: id, name, stopped } }) {
  return html`<article class="card bad" aria-label="Partner ${name}">
    <header class="card-head"><h3>${name} <span class="muted">${id}</span></h3>
      <span><${Badge} state="stopped" /> <span class="detail">since <${Time} at=${stopped.at} /></span></span></header>
    <div class="between">
      <div><p class="says">Nothing of it is sent: ${stopped.reason}</p>
        <p class="advice">Put the right credentials. It goes on by itself then.</p></div>
      <a class="button primary" href="#${pathOf("partners", id)}">Replace credentials<span class="quiet"> of ${name}</span></a>
    </div>
  </article>`;
}

/** One row in place of one for each parcel that is not scanned: it is about the feed, not about the parcels. */
function QuietFeed({ says, advice, groups, names }) {
  const words = (group) => `${counted(group.count, "order")} of ${names.get(group.partner_id) ?? group.partner_id}`;
  return html`<article class="card" aria-label="The feed of scans is quiet">
    <header class="card-head"><h3>The feed of scans is quiet</h3></header>
    <p class="says">${says}</p>
    <p class="advice">${advice}</p>
    ${groups.length > 0 && html`<ul class="plain">${groups.map((group) => html`<li key=${groupHref(group)}>
      <a href=${groupHref(group)}>${words(group)}</a>, ${reasonWords(group.reason)} since ${group.day}</li>`)}</ul>`}
  </article>`;
}

/** Credentials that end soon: there is time to replace them before their partner is stopped. */
function EndingCredentials({ ending, names }) {
  return ending.length > 0 && html`<h2>Credentials that end soon</h2>
    <ul class="plain board">${ending.map(({ partner_id: id, part, on, is_said: isSaid, says }) => {
      const name = names.get(id) ?? id;
      return html`<li key=${`${id}/${part}`} class="card">
        <header class="card-head"><h3>${title(part)} <span class="muted">${name}</span></h3>
          <span class="detail">${isSaid ? "ends on" : "ends by"} <${Day} on=${on} /></span></header>
        <div class="between">
          <div><p class="says">${says}</p>
            ${!isSaid && html`<p class="advice">Reckoned from when the credentials were put. If you know the day, say it with the partner.</p>`}</div>
          <a class="button" href="#${pathOf("partners", id)}">Replace credentials<span class="quiet"> of ${name}</span></a>
        </div>
      </li>`;
    })}</ul>`;
}

function RefusedLabel({ order, label, partnerName }) {
  return html`<li class="card">
    <header class="card-head">
      <h3><a href=${orderHref(order)}>${order.order_id}</a>
        ${" "}<span class="muted">${partnerName}, ${ofWhat(label)}</span></h3>
      <span class="detail"><${Time} at=${label.at} /></span>
    </header>
    <div class="between">
      <div><${Reasons} reasons=${[label.attention]} /></div>
      <a class="button" href=${orderHref(order)}>Look<span class="quiet"> at order ${order.order_id}</span></a>
    </div>
  </li>`;
}

function UnlistedCarrier({ carrier: { partner_id: id, carrier, labels, is_more: isMore, since }, partnerName }) {
  return html`<li class="card">
    <header class="card-head"><h3>${carrier} <span class="muted">${partnerName}</span></h3>
      <span class="detail">since <${Time} at=${since} /></span></header>
    <div class="between">
      <div><p class="says">${isMore ? `${labels} or more labels name` : `${counted(labels, "label")} ${labels === 1 ? "names" : "name"}`} it, and the marketplace does not list it.</p>
        <p class="advice">Say by which code it goes, or put it aside.</p></div>
      <a class="button" href="#${pathOf("partners", id, "carriers")}">Carriers<span class="quiet"> of ${partnerName}</span></a>
    </div>
  </li>`;
}

function AttentionItem({ order, pack, partnerName, onResolve }) {
  return html`<li class="card">
    <header class="card-head">
      <h3><a href=${orderHref(order)}>${order.order_id}</a>
        ${order.packages.length > 1 && html` <span class="muted">package ${pack.package_id}</span>`}
        ${" "}<span class="muted">${partnerName}, <${Tracking} number=${pack.tracking_number} carrier=${pack.carrier} /></span></h3>
      <span><${Badge} state=${pack.state} /> <span class="detail">since <${Time} at=${order.attention_since} /></span></span>
    </header>
    <div class="between">
      <div><${Reasons} reasons=${pack.attention} />
        ${pack.attention.some(({ reason }) => reason.startsWith("ship_by_")) && html`<${TimeLeft} pack=${pack} />`}</div>
      <div class="buttons">
        ${pack.attention.some(({ reason }) => reason === "imeis_missing") && html`<a class="button" href="#/imeis">Enter IMEIs</a>`}
        <button type="button" onClick=${onResolve}>Resolve…<span class="quiet"> order ${order.order_id}, package ${pack.package_id}</span></button>
      </div>
    </div>
  </li>`;
}
