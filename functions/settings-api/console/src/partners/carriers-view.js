// The view of a partner's own pairs of a label's words and its channel's code, and of the carriers that have none yet.

import { html } from "htm/preact";
import { pathOf } from "../api/addresses.js";
import { ask, read } from "../api/ask.js";
import { useLive } from "../api/live.js";
import { namesOf, useChannelName, usePartners } from "../api/partners.js";
import { notify } from "../page/announcements.js";
import { Time } from "../page/elements.js";
import { FormProblem, Submit, TextField, wrongOf } from "../page/form-fields.js";
import { Heading } from "../page/heading.js";
import { Loaded } from "../page/loaded.js";
import { useSending } from "../page/sending.js";
import { counted } from "../wording.js";
import { Overtaken, useVersioned } from "./versioned.js";

/** The fields of a pair: name, label, hint. */
const FIELDS = [
  ["carrier", "Carrier", "As your labels name it."],
  ["service", "Service", "Leave it empty for every service."],
  ["code", "Code", "What the marketplace is told."],
];

export function CarriersView({ partner }) {
  const path = pathOf("partners", partner, "carriers");
  const live = useLive(path, (signal) => read(path, signal));
  const name = namesOf(usePartners().data?.partners ?? []).get(partner) ?? partner;
  return html`<${Heading} name="Carriers of ${name}" back=${{ href: `#${pathOf("partners", partner)}`, text: `Edit ${name}` }}>
      Carriers <span class="muted">${name}</span><//>
    <${Loaded} live=${live} what="carriers">${(carriers) => html`<${Carriers} path=${path} carriers=${carriers} live=${live} />`}<//>`;
}

function Carriers({ path, carriers, live }) {
  const channel = useChannelName(carriers.channel);
  const versioned = useVersioned(path, carriers, live, ({ pairs = carriers.pairs }) => ({ pairs: pairs.map(filledIn) }));
  const { pairs = carriers.pairs } = versioned.changes;
  const put = (changed) => versioned.change({ pairs: changed });
  const offered = carriers.unlisted.filter(({ carrier }) => !pairs.some((pair) => isAlike(pair.carrier, carrier)));
  return html`
    <p class="lead-in">${channel} is told by its own code for a label's carrier. Where we do not know it, or you know better, say it here.</p>
    ${offered.length > 0 && html`<section class="card" aria-label="Not listed">
      <h2>Not listed at ${channel}</h2>
      <p class="muted">Your labels name these carriers, and ${channel} lists none of them, as far as we know.</p>
      <ul class="plain">${offered.map((one) => html`<${Offer} key=${one.carrier} path=${path} one=${one} live=${live}
        onPair=${() => put([...pairs, { carrier: one.carrier, code: "" }])} />`)}</ul>
    </section>`}
    <form class="card" ref=${versioned.form} onSubmit=${versioned.save} novalidate>
      <h2>Your own pairs</h2>
      ${versioned.isOvertaken
        ? html`<${Overtaken} current=${carriers} versioned=${versioned}>${counted(carriers.pairs.length, "pair")}.<//>`
        : html`<${FormProblem} problem=${versioned.problem} fields=${pairs.flatMap((_, place) => FIELDS.map(([field]) => fieldOf(place, field)))} />`}
      ${pairs.length === 0 && html`<p>None yet.</p>`}
      ${pairs.map((pair, place) => html`<${Pair} key=${place} place=${place} pair=${pair} problem=${versioned.problem}
        onPair=${(changed) => put(pairs.map((other, at) => (at === place ? changed : other)))}
        onRemove=${() => put(pairs.filter((_, at) => at !== place))} />`)}
      <div class="buttons">
        <${Submit} isBusy=${versioned.isBusy}>Save<//>
        <button type="button" onClick=${() => put([...pairs, { carrier: "", code: "" }])}>Add a pair</button>
        ${versioned.saved && html`<span class="verdict good">Saved.</span>`}
      </div>
      <p class="muted">They count for what is not sent yet.</p>
      ${carriers.changed_at && html`<p class="muted">Last changed by ${carriers.changed_by}, <${Time} at=${carriers.changed_at} /></p>`}
    </form>`;
}

/** A carrier that is not listed, to make a pair for or to put aside. */
function Offer({ path, one, live, onPair }) {
  const { isBusy, problem, form, onSubmit } = useSending(async () => {
    live.put(await ask("POST", `${path}/aside`, { body: { carrier: one.carrier } }));
    notify(`${one.carrier} is put aside.`);
  });
  const labels = one.is_more ? `${one.labels} or more labels` : counted(one.labels, "label");
  return html`<li><form class="between" ref=${form} onSubmit=${onSubmit}>
    <div><strong>${one.carrier}</strong> <span class="muted">${labels}${one.since === null && ", put aside"}</span>
      <${FormProblem} problem=${problem} fields=${[]} /></div>
    <div class="buttons">
      <button type="button" class="primary" onClick=${onPair}>Make a pair<span class="quiet"> for ${one.carrier}</span></button>
      ${one.since !== null && html`<button type="submit" aria-disabled=${isBusy && "true"}>Put aside<span class="quiet"> ${one.carrier}</span></button>`}
    </div>
  </form></li>`;
}

function Pair({ place, pair, problem, onPair, onRemove }) {
  return html`<fieldset>
    <legend>Pair ${place + 1}<span class="quiet"> ${pair.carrier}</span></legend>
    <div class="columns">${FIELDS.map(([name, label, hint]) => html`<${TextField} key=${name} label=${label} hint=${hint} value=${pair[name] ?? ""}
      onText=${(text) => onPair({ ...pair, [name]: text })} wrong=${wrongOf(problem, fieldOf(place, name))} input=${{ maxLength: 200 }} />`)}</div>
    <button type="button" onClick=${onRemove}>Remove<span class="quiet"> pair ${place + 1}</span></button>
  </fieldset>`;
}

/** How the API's problems name a field of a pair. */
function fieldOf(place, field) {
  return `pairs[${place}].${field}`;
}

/** A pair without an empty service. */
function filledIn({ carrier, service = "", code }) {
  return { carrier: carrier.trim(), ...(service.trim() && { service: service.trim() }), code: code.trim() };
}

/** Whether two names have the same letters and digits. */
function isAlike(one, other) {
  const plain = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  return plain(one) === plain(other);
}
