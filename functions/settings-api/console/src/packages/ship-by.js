// By when a package must be on its way, how long there is still time, and a buyer's wish to cancel.

import { html } from "htm/preact";
import { useClock } from "../page/clock.js";
import { Fact, Notice, Time } from "../page/elements.js";
import { left } from "../wording.js";

/** From when a ship-by is urgent. */
const URGENT_MS = 60 * 60_000;

const SOURCES = {
  channel: "told by the marketplace",
  label: "told by its label",
  order_updated: "told by an update of the order",
  reckoned: "reckoned by business days",
};

/** Whether a ship-by still matters: the marketplace has no number of the package, and may yet get one. */
function isAwaited({ state }) {
  return !["confirmed", "conflict", "closed", "withheld"].includes(state);
}

/** How long there is still time until a ship-by. Not read out each second. */
export function TimeLeft({ pack }) {
  const now = useClock();
  if (!pack.ship_by || !isAwaited(pack)) return null;
  const leftMs = Date.parse(pack.ship_by.by) - now;
  return html`<p class=${leftMs < URGENT_MS ? "deadline urgent" : "deadline"}>
    <span role="timer" aria-live="off">${leftMs > 0 ? left(leftMs) : "Ship-by is over"}</span>
    ${" "}<span class="muted">until <${Time} at=${pack.ship_by.by} /></span></p>`;
}

/** The ship-by with where it is from, and whether it was kept. */
export function ShipBy({ pack }) {
  const { ship_by: shipBy, confirmed_late: isLate } = pack;
  if (!shipBy) return null;
  return html`<dl>
    <${Fact} name="Ship by"><${Time} at=${shipBy.by} />, ${SOURCES[shipBy.source]}${shipBy.told_at && html` as of <${Time} at=${shipBy.told_at} />`}
      ${isLate && html` <span class="mark">confirmed late</span>`}<//>
  </dl><${TimeLeft} pack=${pack} />`;
}

/** That the buyer wishes to cancel, or no longer does. */
export function CancelWish({ wish }) {
  if (!wish) return null;
  return html`<${Notice} tone=${wish.is_wished ? "warn" : "info"}><p>${wish.is_wished
    ? html`The buyer asked to cancel, told as of <${Time} at=${wish.told_at} />.`
    : html`The buyer no longer wishes to cancel, told as of <${Time} at=${wish.told_at} />.`}</p><//>`;
}

/** Who refused a wish for the package. */
export function RefusedWish({ refused: word }) {
  if (!word) return null;
  const { told_at: told, refused } = word;
  return html`<p>The wish of <${Time} at=${told} /> was refused by ${refused.by}, <${Time} at=${refused.at} />: ${refused.reason}</p>`;
}
