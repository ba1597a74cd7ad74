// The view of what people changed of a partner: who, when, and each field from what to what.

import { html } from "htm/preact";
import { pathOf } from "../api/addresses.js";
import { read } from "../api/ask.js";
import { useLive } from "../api/live.js";
import { namesOf, usePartners } from "../api/partners.js";
import { Empty, Time } from "../page/elements.js";
import { Heading } from "../page/heading.js";
import { Loaded } from "../page/loaded.js";
import { title } from "../wording.js";

export function ChangesView({ partner }) {
  const path = pathOf("partners", partner, "changes");
  const live = useLive(path, (signal) => read(path, signal));
  const name = namesOf(usePartners().data?.partners ?? []).get(partner) ?? partner;
  return html`<${Heading} name="Changes of ${name}" back=${{ href: `#${pathOf("partners", partner)}`, text: `Edit ${name}` }}>
      Changes <span class="muted">${name}</span><//>
    <p class="lead-in">Who changed what, the newest first. Kept for two years.</p>
    <${Loaded} live=${live} what="changes">${({ changes, is_complete: isComplete }) => changes.length === 0
      ? html`<${Empty} title="No change is known"><p>Changes are kept from now on.</p><//>`
      : html`<ul class="plain board">${changes.map((change) => html`<${Change} key=${`${change.at}/${change.by}`} change=${change} />`)}</ul>
          ${!isComplete && html`<p class="muted">There are older ones.</p>`}`}<//>`;
}

function Change({ change: { at, by, fields } }) {
  return html`<li class="card">
    <header class="card-head"><h2>${by}</h2><span class="detail"><${Time} at=${at} /></span></header>
    ${fields.length === 0
      ? html`<p class="muted">Saved without a change.</p>`
      : html`<dl>${fields.map(({ field, from, to }, place) => html`<div key=${place}><dt>${field.split(".").map(title).join(": ")}</dt><dd><${Values} from=${from} to=${to} /></dd></div>`)}</dl>`}
  </li>`;
}

/** What a field was, and what it is. Of a secret nothing is known but that it was replaced. */
function Values({ from, to }) {
  if (from === null && to === null) return "replaced";
  if (from === null) return to;
  return html`<del>${from}</del>${to === null ? " removed" : html` → <ins>${to}</ins>`}`;
}
