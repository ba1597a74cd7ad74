// What happened to an order: its changes, and the carrier's movements between them.

import { html } from "htm/preact";
import { Raw, Time } from "../page/elements.js";
import { CHANGES, shownTimes, STATES, title, when, words } from "../wording.js";

/** A movement as an entry: at the time we were told, with place and the carrier's time. */
function entryOf(pack, { tracking_number: number, status, location, occurred_at: at, received_at: received }) {
  const note = [location, `${when(at)} by the carrier's clock`, number].filter(Boolean).join(", ");
  return { at: received, package_id: pack.package_id, what: "scan", title: `Scan: ${words(status)}`, note };
}

/** Each movement that is kept of a package, by whichever of its labels. */
function movementsOf(pack) {
  const all = [...pack.movements, ...pack.other_labels.flatMap(({ movements }) => movements)];
  const byScan = new Map(all.map((one) => [`${one.tracking_number} ${one.status} ${one.occurred_at}`, one]));
  return [...byScan.values()].map((movement) => entryOf(pack, movement));
}

/** What happened, the newest first. */
export function Timeline({ order: { timeline, packages } }) {
  const entries = [...timeline, ...packages.flatMap(movementsOf)];
  // Entries of one moment keep their order, for the sort is stable.
  entries.sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
  return html`<section class="card" aria-label="Timeline">
    <h2>Timeline</h2>
    ${entries.length === 0 && html`<p class="muted">Nothing happened so far.</p>`}
    <ol class="timeline">
      ${entries.toReversed().map((entry) => html`<${Entry} ...${entry} isSingle=${packages.length === 1} />`)}
    </ol>
  </section>`;
}

function Entry({ at, what, title: said, note, raw, package_id: id, isSingle }) {
  return html`<li class=${STATES[what]?.[1]}>
    <${Time} at=${at} />
    <span class="what">${said ?? CHANGES[what] ?? title(what)}${!isSingle && id && html` <span class="muted">package ${id}</span>`}</span>
    ${note && html`<span class="note">${what === "marked" ? words(note) : shownTimes(note)}<${Raw} text=${raw} /></span>`}
  </li>`;
}
