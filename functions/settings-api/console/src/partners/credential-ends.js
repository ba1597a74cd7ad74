// When credentials end that end by themselves: what is known of it, and fields for what only people know.

import { html } from "htm/preact";
import { Day, Notice } from "../page/elements.js";
import { TextField, wrongOf } from "../page/form-fields.js";
import { title } from "../wording.js";

/** The parts that can end, as the API's problems name them. */
export const END_FIELDS = ["authorization", "client_secret"].map(fieldOf);

function fieldOf(part) {
  return `credential_ends.${part}`;
}

/** The days that were typed, for a request. */
export function endsBody(values) {
  return Object.fromEntries(Object.entries(values).map(([part, day]) => [part, day.trim()]));
}

/** What ends soon, to be read. */
export function Ends({ ends }) {
  return ends.filter(({ is_near: isNear }) => isNear).map(({ part, on, is_said: isSaid, says }) => html`<${Notice} key=${part} tone="warn">
    <p><strong>${title(part)} ${isSaid ? "ends on" : "ends by"} <${Day} on=${on} />.</strong> ${says}</p><//>`);
}

/** Fields for the days, where a marketplace's credentials end by themselves. */
export function EndFields({ channel, known, values, onValue, problem }) {
  if (channel.credential_ends.length === 0) return null;
  return html`<fieldset class="stack">
    <legend>When they end</legend>
    <p class="hint">You are warned two weeks before. Other credentials begin anew.</p>
    ${channel.credential_ends.map(({ part, says }) => {
      const end = known.find((one) => one.part === part);
      const reckoned = end && !end.is_said ? ` By ${end.on}, as they were put.` : "";
      return html`<${TextField} key=${part} label="${title(part)} ends on" hint="${says} A day such as 2027-03-31, or nothing.${reckoned}"
        value=${values[part] ?? (end?.is_said ? end.on : "")} onText=${(text) => onValue(part, text)} wrong=${wrongOf(problem, fieldOf(part))}
        input=${{ maxLength: 10 }} />`;
    })}
  </fieldset>`;
}
