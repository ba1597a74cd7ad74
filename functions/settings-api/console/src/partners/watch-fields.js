// What is watched of a partner's orders, and what its confirmations wait for: fields beside the timing.

import { html } from "htm/preact";
import { unfit } from "../api/problem.js";
import { Field, TextField, wrongOf } from "../page/form-fields.js";

/** The fields of these settings, as the API's problems name them. */
export const WATCH_FIELDS = ["deadline.warn_hours", "silent_hours", "send_after", "send_after.hours", "send_after.earliest", "send_after.days"];

/** The hours that stand in a field which was off. */
const STANDARD = { warnHours: "4", silentHours: "96" };
const DAYS = { mon: "Monday", tue: "Tuesday", wed: "Wednesday", thu: "Thursday", fri: "Friday", sat: "Saturday", sun: "Sunday" };
/** The fields of the form that make up one setting. */
const PARTS = {
  deadline: ["warns", "warnHours"],
  silent_hours: ["isTold", "silentHours"],
  send_after: ["hours", "earliest", "days"],
};

/** What the fields show: the settings, and over them what the person changed. */
export function watchOf({ deadline, silent_hours: silent, send_after: after }, changes) {
  const isSet = after !== "off";
  return {
    warns: deadline.action === "warn",
    warnHours: String(deadline.warn_hours),
    isTold: silent !== "off",
    silentHours: silent === "off" ? STANDARD.silentHours : String(silent),
    hours: isSet ? String(after.hours) : "0",
    earliest: (isSet && after.earliest) || "",
    days: isSet ? after.days : Object.keys(DAYS),
    ...changes,
  };
}

/**
 * What the person changed, for a request: each setting of which a field was touched, and no other.
 * @throws {Problem} where hours are no number
 */
export function watchBody(settings, changes) {
  const shown = watchOf(settings, changes);
  const made = {
    deadline: () => ({ warn_hours: number("deadline.warn_hours", shown.warnHours), action: shown.warns ? "warn" : "off" }),
    silent_hours: () => (shown.isTold ? number("silent_hours", shown.silentHours) : "off"),
    send_after: () => sendAfter(shown),
  };
  const touched = Object.keys(PARTS).filter((name) => PARTS[name].some((part) => part in changes));
  return Object.fromEntries(touched.map((name) => [name, made[name]()]));
}

function sendAfter({ hours, earliest, days }) {
  const after = number("send_after.hours", hours);
  const isEveryDay = days.length === Object.keys(DAYS).length;
  if (after === 0 && !earliest && isEveryDay) return "off";
  return { hours: after, ...(earliest && { earliest }), ...(!isEveryDay && { days }) };
}

function number(field, text) {
  if (!/^\d+$/.test(text.trim())) throw unfit(field, `“${text}” is not a whole number of hours.`);
  return Number(text);
}

/** The fields. `isAssigned`: whether confirmations go out when tracking is assigned, which alone can wait for a time. */
export function WatchFields({ channel: { name, watch }, settings, changes, isAssigned, zone, onChange, problem }) {
  const shown = watchOf(settings, changes);
  const wrong = (field) => wrongOf(problem, field);
  return html`
    <fieldset class="watch">
      <legend>What people are warned of</legend>
      <p class="hint">${name}: ${watch.late}</p>
      <${Flag} label="Warn before a ship-by" hint=${watch.deadline} isSet=${shown.warns} onFlag=${(warns) => onChange({ warns })} />
      ${shown.warns && html`<${Hours} label="Hours before the ship-by" hint="1 to 72" value=${shown.warnHours}
        onText=${(warnHours) => onChange({ warnHours })} wrong=${wrong("deadline.warn_hours")} />`}
      <${Flag} label="Tell of parcels that no carrier scans" hint=${watch.silent_hours} isSet=${shown.isTold} onFlag=${(isTold) => onChange({ isTold })} />
      ${shown.isTold && html`<${Hours} label="Hours without a scan" hint="6 to 240" value=${shown.silentHours}
        onText=${(silentHours) => onChange({ silentHours })} wrong=${wrong("silent_hours")} />`}
      <p class="muted">${watch.cost}</p>
    </fieldset>
    ${isAssigned && html`<fieldset class="stack">
      <legend>Send after</legend>
      <p class="hint">${watch.send_after}</p>
      ${wrong("send_after") && html`<p class="wrong" role="alert">${wrong("send_after")}</p>`}
      <${Hours} label="Hours after the label" hint="0 to 120" value=${shown.hours} onText=${(hours) => onChange({ hours })} wrong=${wrong("send_after.hours")} />
      <${TextField} label="Not before" hint="A time such as 09:30, or nothing. ${zoneHint(zone)}" value=${shown.earliest}
        onText=${(text) => onChange({ earliest: text.trim() })} wrong=${wrong("send_after.earliest")} />
      <${Days} days=${shown.days} onDays=${(days) => onChange({ days })} hint=${zoneHint(zone)} wrong=${wrong("send_after.days")} />
    </fieldset>`}`;
}

/** In which zone a time of the day is read. */
function zoneHint(zone) {
  return zone ? `In ${zone}.` : "Needs a time zone of the partner first: Edit, Time zone.";
}

function Flag({ label, hint, isSet, onFlag }) {
  return html`<${Field} label=${label} hint=${hint} isFlag>${(attributes) => html`<input type="checkbox" ...${attributes} checked=${isSet}
    onChange=${(event) => onFlag(event.target.checked)} />`}<//>`;
}

function Hours(field) {
  return html`<${TextField} ...${field} input=${{ inputmode: "numeric" }} />`;
}

/** The days of the week on which something is sent. */
function Days({ days, onDays, hint, wrong }) {
  const after = (name, isOn) => Object.keys(DAYS).filter((one) => (one === name ? isOn : days.includes(one)));
  return html`<fieldset class="days">
    <legend>On these days</legend>
    <p class="hint">${hint}</p>
    ${wrong && html`<p class="wrong" role="alert">${wrong}</p>`}
    <div class="buttons">${Object.entries(DAYS).map(([name, label]) => html`<${Field} key=${name} label=${label} isFlag>
      ${(attributes) => html`<input type="checkbox" ...${attributes} checked=${days.includes(name)}
        onChange=${(event) => onDays(after(name, event.target.checked))} />`}<//>`)}</div>
  </fieldset>`;
}
