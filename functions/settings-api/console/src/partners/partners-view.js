// The views of the partners: their list, one of them, and a new one.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { pathOf } from "../api/addresses.js";
import { ask, read } from "../api/ask.js";
import { useLive } from "../api/live.js";
import { useChannelName, useChannels, usePartners } from "../api/partners.js";
import { unfit } from "../api/problem.js";
import { notify } from "../page/announcements.js";
import { Badge, Empty, Fact, Notice, Time } from "../page/elements.js";
import { FormProblem, SelectField, Submit, TextField, wrongOf } from "../page/form-fields.js";
import { Heading } from "../page/heading.js";
import { Loaded } from "../page/loaded.js";
import { useSending } from "../page/sending.js";
import { counted, shownTimes, TIMINGS, words } from "../wording.js";
import { Connection } from "./connection.js";
import { EndFields, Ends, END_FIELDS, endsBody } from "./credential-ends.js";
import { DeletionCard, Leaving } from "./deletion.js";
import { CredentialFields, fieldNames, SettingFields, typedCredentials } from "./fields.js";
import { Pause } from "./pause.js";
import { SessionsCard } from "./sessions-card.js";
import { Overtaken, useVersioned } from "./versioned.js";

/** How a partner's id is made: see the API's description. */
const ID_PATTERN = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/;

export function PartnersView() {
  const live = usePartners();
  return html`<${Heading}>Partners<//>
    <div class="bar">
      <p class="lead-in">Your accounts at marketplaces, and when each is told that an order has shipped.</p>
      <a class="button primary" href="#/add-partner">Add a partner</a>
    </div>
    <${Loaded} live=${live} what="partners">${({ partners }) => partners.length === 0
      ? html`<${Empty} title="No partner yet"><p>Add your first account at a marketplace.</p><//>`
      : html`<ul class="plain board">${partners.map((partner) => html`<${PartnerItem} key=${partner.partner_id} partner=${partner} />`)}</ul>`}<//>
    ${live.data?.leaving.length > 0 && html`<h2>Being deleted</h2>
      <ul class="plain board">${live.data.leaving.map((one) => html`<${Leaving} key=${one.partner_id} leaving=${one} onDone=${live.reload} />`)}</ul>`}
    <${SessionsCard} />`;
}

function PartnerItem({ partner: { partner_id: id, name, channel, timing, mode, stopped, paused } }) {
  return html`<li class="card">
    <header class="card-head"><h2>${name} <span class="muted">${id}</span></h2>
      <span>${stopped && html`<${Badge} state="stopped" />`} ${paused && html`<${Badge} state="paused" />`}</span></header>
    <div class="between">
      <dl>
        <${Fact} name="Marketplace">${useChannelName(channel)}<//>
        <${Fact} name="Confirmations">${mode === "observe" ? "Only observed: nothing is sent." : TIMINGS[timing]}<//>
        ${paused && html`<${Fact} name="Paused">by ${paused.by}, since <${Time} at=${paused.at} />: ${paused.reason}<//>`}
        ${stopped && html`<${Fact} name="Stopped">since <${Time} at=${stopped.at} />: ${stopped.reason}<//>`}
      </dl>
      <div class="buttons">
        <a class="button" href="#${pathOf("orders", id)}">Orders<span class="quiet"> of ${name}</span></a>
        <a class="button" href="#${pathOf("partners", id)}">Edit<span class="quiet"> ${name}</span></a>
      </div>
    </div>
  </li>`;
}

export function PartnerView({ partner }) {
  const path = pathOf("partners", partner);
  const live = useLive(path, (signal) => read(path, signal));
  const channels = useChannels();
  const name = live.data?.name ?? partner;
  return html`<${Heading} name="Edit ${name}" back=${{ href: "#/partners", text: "Partners" }}>${name}<//>
    <${Loaded} live=${live} what="partner">${(found) => html`<${Loaded} live=${channels} what="marketplaces">${(all) => html`
      <${PartnerForm} path=${path} partner=${found} live=${live} channel=${all.channels.find(({ channel }) => channel === found.channel)} />
    `}<//>`}<//>`;
}

function PartnerForm({ path, partner, channel, live }) {
  const versioned = useVersioned(path, partner, live, ({ name = partner.name, time_zone: zone, settings, credentials = {}, ends }) => ({
    channel: partner.channel, name: name.trim(), ...(zone !== undefined && { time_zone: zone.trim() }), settings: { ...partner.settings, ...settings }, ...typedCredentials(credentials),
    ...(ends && { credential_ends: endsBody(ends) }),
  }));
  const { form, isBusy, problem, saved, change, save, isOvertaken, changes } = versioned;
  const { name = partner.name, time_zone: zone = partner.time_zone ?? "", settings = {}, credentials = {}, ends = {} } = changes;
  const partners = usePartners();
  const onPause = (changed) => {
    live.put(changed);
    partners.reload();
  };
  const facts = Object.entries({ name: partner.name, ...partner.settings }).map(([key, value]) => `${words(key)} “${value}”`);
  return html`
    ${partner.stopped && html`<${Notice} tone="bad">
      <p><strong>Stopped since <${Time} at=${partner.stopped.at} />:</strong> ${partner.stopped.reason}</p>
      <p>Nothing of it is sent. Put the right credentials; it goes on by itself then.</p><//>`}
    <${Pause} partner=${partner} onDone=${onPause} />
    <section class="card card-head" aria-label="Send ship confirmations">
      <div><h2>Send ship confirmations</h2><p>${TIMINGS[partner.timing]}${partner.mode === "observe" && " Only observed: nothing is sent."}</p>
        ${partner.never && html`<p class="muted">${shownTimes(partner.never.in_words)}</p>`}</div>
      <a class="button" href="#${path}/settings">Settings</a>
    </section>
    <${Ends} ends=${partner.credential_ends} />
    ${partner.hints.map(({ hint, says }) => html`<${Notice} key=${hint} tone="info"><p>${says}</p><//>`)}
    ${partner.refused_orders.length > 0 && html`<${Notice} tone="warn">
      <p>${counted(partner.refused_orders.length, "order")} in a row ${partner.refused_orders.length === 1 ? "was" : "were"} refused although the account is taken: ${partner.refused_orders.join(", ")}. The third stops the account.</p>
      <p><a href="#/attention">Retry them</a> once the marketplace takes them.</p><//>`}
    <${Connection} partner=${partner.partner_id} />
    <section class="card card-head" aria-label="Carriers">
      <div><h2>Carriers</h2><p>What ${channel.name} is told of your labels’ carriers, where you know better.</p></div>
      <a class="button" href="#${path}/carriers">Carriers</a>
    </section>
    <form class="card" ref=${form} onSubmit=${save} novalidate>
      <h2>Account</h2>
      <p class="muted">${channel.name}, ${partner.partner_id}. The marketplace of a partner never changes.</p>
      ${isOvertaken
        ? html`<${Overtaken} current=${partner} versioned=${versioned}>${facts.join(", ")}.<//>`
        : html`<${FormProblem} problem=${problem} fields=${["name", "time_zone", ...fieldNames(channel), ...END_FIELDS]} />`}
      <${TextField} label="Name" hint="As you know it." value=${name} onText=${(text) => change({ name: text })}
        wrong=${wrongOf(problem, "name")} input=${{ maxLength: 200 }} />
      <${TextField} label="Time zone" hint="In which the days of your labels are read, such as America/Chicago. Empty: so that nothing is early."
        value=${zone} onText=${(text) => change({ time_zone: text })} wrong=${wrongOf(problem, "time_zone")} input=${{ maxLength: 40, autocapitalize: "none" }} />
      <${SettingFields} channel=${channel} values=${{ ...partner.settings, ...settings }} problem=${problem}
        onValue=${(key, value) => change({ settings: { ...settings, [key]: value } })} />
      <${CredentialFields} channel=${channel} kept=${partner.credentials} values=${credentials} problem=${problem}
        onValue=${(key, value) => change({ credentials: { ...credentials, [key]: value } })} />
      <${EndFields} channel=${channel} known=${partner.credential_ends} values=${ends} problem=${problem}
        onValue=${(key, value) => change({ ends: { ...ends, [key]: value } })} />
      <div class="buttons"><${Submit} isBusy=${isBusy}>Save<//>${saved && html`<span class="verdict good">Saved.</span>`}</div>
      <p class="muted">Last changed by ${partner.changed_by}, <${Time} at=${partner.changed_at} />. <a href="#${path}/changes">All changes</a></p>
    </form>
    <${DeletionCard} partner=${partner} />`;
}

export function AddPartnerView() {
  const channels = useChannels();
  return html`<${Heading} back=${{ href: "#/partners", text: "Partners" }}>Add a partner<//>
    <${Loaded} live=${channels} what="marketplaces">${(all) => html`<${NewPartnerForm} channels=${all.channels} />`}<//>`;
}

function NewPartnerForm({ channels }) {
  const [given, setGiven] = useState({ id: "", channel: channels[0].channel, name: "", settings: {}, credentials: {} });
  const channel = channels.find((one) => one.channel === given.channel);
  const change = (changes) => setGiven({ ...given, ...changes });
  const { form, isBusy, problem, onSubmit } = useSending(async () => {
    if (!ID_PATTERN.test(given.id)) throw unfit("partner", "1 to 64 letters, digits, hyphens, underscores or dots; no dot at the beginning.");
    // A box that is not ticked is a no.
    const unticked = channel.settings.filter(({ kind }) => kind === "flag").map(({ name }) => [name, false]);
    const settings = { ...Object.fromEntries(unticked), ...given.settings };
    const body = { channel: given.channel, name: given.name.trim(), settings, ...typedCredentials(given.credentials) };
    try {
      await ask("PUT", pathOf("partners", given.id), { body, headers: { "if-none-match": "*" } });
    } catch (refused) {
      throw refused.status === 412 ? unfit("partner", "There is a partner with this ID already.") : refused;
    }
    notify(`${body.name} is added. Its confirmations go out when tracking shows movement.`);
    location.hash = pathOf("partners", given.id);
  });
  return html`<form class="card" ref=${form} novalidate onSubmit=${onSubmit}>
    <${FormProblem} problem=${problem} fields=${["partner", "name", "channel", ...fieldNames(channel)]} />
    <${TextField} label="Partner ID" hint="How your events name it, such as amazon-us. It never changes." value=${given.id}
      wrong=${wrongOf(problem, "partner")} onText=${(id) => change({ id: id.trim() })} input=${{ maxLength: 64, autocapitalize: "none" }} />
    <${SelectField} label="Marketplace" hint="It never changes." value=${given.channel} wrong=${wrongOf(problem, "channel")}
      onText=${(to) => change({ channel: to, settings: {}, credentials: {} })} options=${channels.map((one) => [one.channel, one.name])} />
    <${TextField} label="Name" hint="As you know it." value=${given.name} wrong=${wrongOf(problem, "name")}
      onText=${(name) => change({ name })} input=${{ maxLength: 200 }} />
    <${SettingFields} channel=${channel} values=${given.settings} problem=${problem}
      onValue=${(key, value) => change({ settings: { ...given.settings, [key]: value } })} />
    <${CredentialFields} channel=${channel} values=${given.credentials} problem=${problem}
      onValue=${(key, value) => change({ credentials: { ...given.credentials, [key]: value } })} />
    <div class="buttons"><${Submit} isBusy=${isBusy}>Add<//><a class="button" href="#/partners">Cancel</a></div>
  </form>`;
}
