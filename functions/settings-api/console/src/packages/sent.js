// What was sent of a package against what was accepted.

import { html } from "htm/preact";
import { Fact, Raw, Time } from "../page/elements.js";
import { EVIDENCE, itemsLine, proofLine } from "../wording.js";

/** What was submitted; nothing overrides it. Where the partner observed, what would have been. */
export function Sent({ pack: { sent, observed, state } }) {
  if (observed) return html`<p class="muted">Nothing was sent: its partner observed. This would have been:</p><${Submitted} sent=${observed} />`;
  if (!sent) return html`<p class="muted">Nothing is sent${state === "rejected" ? " that stands: it was refused" : " so far"}.</p>`;
  return html`<${Submitted} sent=${sent} />`;
}

function Submitted({ sent }) {
  return html`<dl>
    <${Fact} name="Number"><span class="number">${sent.tracking_number ?? "unknown"}</span><//>
    <${Fact} name="Carrier">${sent.carrier ?? "unknown"}<//>
    <${Fact} name="Ship date"><${Time} at=${sent.ship_date} /><//>
    ${sent.reference && html`<${Fact} name="Our reference">${sent.reference}<//>`}
    ${sent.items.length > 0 && html`<${Fact} name="Lines">${itemsLine(sent.items)}<//>`}
    ${sent.devices.map(({ item_id: item, imei, serial }) => html`
      ${imei && html`<${Fact} name=${`IMEI, line ${item}`}><span class="number">${imei}</span><//>`}
      ${serial && html`<${Fact} name=${`Serial number, line ${item}`}><span class="number">${serial}</span><//>`}`)}
    <${Fact} name="Proof">${proofLine(sent.proof)}<//>
  </dl>`;
}

/** What is to be said of a marketplace's acceptance, by the package's state: its tone, and the words. */
const VERDICTS = {
  confirmed: ["good", "The marketplace has this number."],
  conflict: ["bad", "The marketplace has another number."],
  in_doubt: ["warn", "Nobody knows yet whether it was accepted."],
  unresolved: ["bad", "It cannot be found out whether it was accepted."],
  rejected: ["bad", "The marketplace refused it."],
  sending: ["", "Waiting for the answer."],
  observed: ["", "It was not told."],
  closed: ["", "Closed by a person: nothing more is done about it."],
};

/** What the marketplace had of what was observed, in words. */
const SHOWN = {
  ours: () => "this very number",
  other: (found) => `another number: ${found}`,
  former: (found) => `${found}, and wants the order shipped`,
  nothing: () => "no number",
  unclear: (found) => found,
};

/** The same where it shows a number, and that the order is still to be shipped. */
const FORMER = ["bad", "The marketplace has a former number, and wants the order shipped."];

/** The same where it took a number, and does not show it. */
const NOT_SHOWN = ["bad", "The marketplace took this number, and does not show it."];

function verdictOf({ state, detail, verification }) {
  if (detail.former) return FORMER;
  if (state === "confirmed" && verification?.state === "not_shown") return NOT_SHOWN;
  return VERDICTS[state] ?? ["", "Nothing yet."];
}

/** What the marketplace has of it, as far as we know. */
export function Accepted({ pack: { state, detail, sent, verification } }) {
  const [tone, verdict] = verdictOf({ state, detail, verification });
  const at = detail.at && html`<${Time} at=${detail.at} />`;
  const why = detail.reason && html`${detail.reason}<${Raw} text=${detail.raw} />`;
  const facts = {
    confirmed: () => [
      ["Number", sent?.tracking_number], ["How we know", EVIDENCE[detail.evidence]], ["When", at],
      ["Verified", verification?.says], ["It shows", verification?.found],
    ],
    conflict: () => [["It has", detail.found], ["Seen", at]],
    in_doubt: () => [
      ["Why", why], ["It has", detail.found], ["Since", html`<${Time} at=${detail.since} />`],
      ["Asked", detail.reads === 1 ? "once" : `${detail.reads} times`], ["Asked next", html`<${Time} at=${detail.next_read_at} />`],
    ],
    unresolved: () => [["It has", detail.former], ["Why", why], ["Since", at]],
    rejected: () => [["Code", detail.code], ["Its words", detail.message], ["When", at]],
    closed: () => [["When", at]],
    observed: () => [["Decided", at], ["It has", detail.shows && html`${SHOWN[detail.shows.what](detail.shows.found)}, <${Time} at=${detail.shows.at} />`]],
  }[state]?.() ?? [];
  return html`<p class=${tone ? `verdict ${tone}` : "muted"}>${verdict}</p>
    <dl>${facts.map(([name, value]) => value && html`<${Fact} key=${name} name=${name}>${value}<//>`)}</dl>`;
}
