// A package's labels: what is told of each, which contradict each other, and by which one a person says the parcel goes.

import { html } from "htm/preact";
import { Fact, Time } from "../page/elements.js";
import { itemsLine, TIMINGS, when, words } from "../wording.js";
import { Tracking } from "./parts.js";

/** The action that makes this telling of this label count, if a person can have it now. */
function choiceOf({ actions }, labelId, eventId) {
  return actions.find(({ action, label_id: label, event_id: event }) => action === "use_label" && label === labelId && event === eventId);
}

/** The action that says that the current label is right, if a former one's parcel moves. */
function rightnessOf({ actions, attention }) {
  const moves = attention.some(({ reason }) => reason === "replaced_label_moves");
  return moves ? actions.find(({ action }) => action === "release") : undefined;
}

/** The actions that have their place beside a label: they are not repeated below it. */
export function isAboutLabels(pack, action) {
  return action.action === "use_label" || action === rightnessOf(pack);
}

function ChoiceButton({ action, number, onChoice }) {
  return action && html`<div class="buttons"><button type="button" class=${action.sends && "sends"} onClick=${() => onChoice(action)}>
    ${action.label}${action.action === "use_label" && html`<span class="quiet">, number ${number}</span>`}</button></div>`;
}

/** What was told of a label. */
function Telling({ told, isLong, children }) {
  const { tracking_number: number, tracking_url: url, also_known_as: further, carrier, service, items } = told;
  return html`<dl class=${isLong ? "columns" : ""}>
    <${Fact} name="Number"><${Tracking} number=${number} url=${url} />
      ${told.voided && html` <span class="mark">voided</span>`}${told.kind === "return" && html` <span class="mark">return</span>`}<//>
    ${further.length > 0 && html`<${Fact} name="Further numbers"><span class="number">${further.join(", ")}</span><//>`}
    <${Fact} name="Carrier">${[carrier, service].filter(Boolean).join(", ")}<//>
    <${Fact} name="Made"><${Time} at=${told.labeled_at} /><//>
    ${told.updated_at && html`<${Fact} name="Told as of"><${Time} at=${told.updated_at} /><//>`}
    ${told.ship_by && html`<${Fact} name="Ship by"><${Time} at=${told.ship_by} /><//>`}
    ${told.ships_on && html`<${Fact} name="Ships on"><${Time} at=${told.ships_on} /><//>`}
    <${Fact} name="In it">${itemsLine(items)}<//>
    ${items.map(({ item_id: item, transparency_codes: codes }) => codes.length > 0 && html`<${Fact} key=${item} name="Codes">
      <span class="number">${codes.join(", ")}</span>, Transparency, line ${item}<//>`)}
    ${told.supply_source_id && html`<${Fact} name="Ships from"><span class="number">${told.supply_source_id}</span><//>`}
    ${children}
  </dl>`;
}

/** Movements in one line: "picked up, Memphis, 14:02". */
function movementLine(movements) {
  return movements.map(({ status, location, occurred_at: at }) => [words(status), location, when(at)].filter(Boolean).join(", ")).join("; ");
}

/** The label that counts, or both tellings of it where they contradict each other. */
export function CurrentLabel({ pack, onChoice }) {
  const { label, timing, movements, state, detail, hints, chosen } = pack;
  if (!label) return html`<p class="muted">There is no label now.</p>`;
  const isStopped = state === "withheld" && detail.reason === "never";
  const moved = movements.length > 0 && html`<${Fact} name="Movement">${movementLine(movements)}<//>`;
  const facts = html`
    <${Fact} name="Timing">${TIMINGS[timing]}${isStopped && " Stopped by Never."}<//>
    ${chosen && html`<${Fact} name="Chosen by">${chosen.by}, <${Time} at=${chosen.at} />: ${chosen.reason}<//>`}
    ${moved}`;
  const number = label.tracking_number;
  return html`<h3>Label</h3>
    ${label.disputed
      ? html`<${Disputed} pack=${pack} onChoice=${onChoice} /><dl class="columns">${facts}</dl>`
      : html`<${Telling} told=${label} isLong>${facts}<//>`}
    ${hints.map(({ hint, says }) => html`<p key=${hint} class="warning">${says}</p>`)}
    ${!label.disputed && html`<${ChoiceButton} action=${rightnessOf(pack)} number=${number} onChoice=${onChoice} />`}
    ${label.voided && html`<${ChoiceButton} action=${choiceOf(pack, label.label_id, label.event_id)} number=${number} onChoice=${onChoice} />`}`;
}

/** Both tellings of a label side by side, each with the button that makes it count. */
function Disputed({ pack, onChoice }) {
  const { label } = pack;
  return html`<div class="pair">
    ${[label, label.disputed].map((told, place) => html`<section class="side" key=${told.event_id}
      aria-label="Label ${label.label_id}, as told ${place === 0 ? "one way" : "the other way"}">
      <h4>${place === 0 ? "Told one way" : "Told the other way"}</h4>
      <${Telling} told=${told}><${Fact} name="Event">${told.event_id}<//><//>
      <${ChoiceButton} action=${choiceOf(pack, label.label_id, told.event_id)} number=${told.tracking_number} onChoice=${onChoice} />
    </section>`)}
  </div>`;
}

/** The package's other labels, each with its parcel's movements and the button that makes it count. */
export function OtherLabels({ pack, onChoice }) {
  const others = pack.other_labels;
  if (others.length === 0) return null;
  return html`<h3>Other labels</h3><div class="pair">
    ${others.map((label) => html`<section class="side" key=${label.label_id} aria-label="Label ${label.label_id}">
      <h4>${label.label_id}${label.is_sent && html` <span class="mark">its number was sent</span>`}</h4>
      ${[label, label.disputed].filter(Boolean).map((told) => html`
        <${Telling} told=${told}>
          ${told === label && label.movements.length > 0 && html`<${Fact} name="Movement">${movementLine(label.movements)}<//>`}
        <//>
        <${ChoiceButton} action=${choiceOf(pack, label.label_id, told.event_id)} number=${told.tracking_number} onChoice=${onChoice} />`)}
    </section>`)}
  </div>`;
}
