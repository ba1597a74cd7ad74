// Parts of a package as lists and the order's page show it: its state, its number, why a person must look.

import { html } from "htm/preact";
import { isWebAddress } from "../api/addresses.js";
import { Badge } from "../page/elements.js";
import { shownTimes, stateDetail } from "../wording.js";

/** A state with what there is to know beside it. */
export function State({ pack }) {
  return html`<span class="state"><${Badge} state=${pack.state} />${" "}<span class="detail">${stateDetail(pack)}</span></span>`;
}

/** A tracking number, linked where its address is one of the web. */
export function Tracking({ number, carrier, url }) {
  if (!number) return html`<span class="muted">none yet</span>`;
  const shown = isWebAddress(url)
    ? html`<a class="number" href=${url} target="_blank" rel="noopener noreferrer">${number}</a>`
    : html`<span class="number">${number}</span>`;
  return html`${shown}${carrier && html` <span class="muted">${carrier}</span>`}`;
}

/** Why a person must look, and what resolves it. */
export function Reasons({ reasons }) {
  return reasons.map(({ reason, says, advice }) => html`<div class="reason" key=${reason}>
    <p class="says">${shownTimes(says)}</p>
    <p class="advice">${advice}</p>
  </div>`);
}
