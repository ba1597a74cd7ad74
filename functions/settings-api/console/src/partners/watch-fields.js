// What is watched of a partner's orders, what its confirmations wait for, and when they go without a movement: fields beside the timing.

import { html } from "htm/preact";
import { unfit } from "../api/problem.js";
import { Field, SelectField, TextField, wrongOf } from "../page/form-fields.js";

/** The fields of these settings, as the API's problems name them. */
export const WATCH_FIELDS = [
  "deadline.warn_hours", "deadline.action", "silent_hours", "send_after", "send_after.hours", "send_after.earliest", "send_after.days",
  "or_after_hours", "verify", "sla_days", "closed_days",
];

/** The hours that stand in a field which was off. */
const STANDARD = { warnHours: "4", silentHours: "96", orAfterHours: "24" };
const ACTIONS = { warn: "Warn people", send: "Warn people, and send", off: "Nothing" };
const DAYS = { mon: "Monday", tue: "Tuesday", wed: "Wednesday", thu: "Thursday", fri: "Friday", sat: "Saturday", sun: "Sunday" };
/** The fields of the form that make up one setting. */
const PARTS = {
  deadline: ["action", "warnHours"],
  silent_hours: ["isTold", "silentHours"],
  send_after: ["hours", "earliest", "days"],
  or_after_hours: ["goesAnyway", "orAfterHours"],
  verify: ["isVerified"],
  sla_days: ["slaDays"],
  closed_days: ["closedDays"],
};

/** What the fields show: the settings, and over them what the person changed. */
export function watchOf({ deadline, silent_hours: silent, send_after: after, or_after_hours: orAfter, ...own }, changes) {
  const isSet = after !== "off";
  return {
    action: deadline.action,
    warnHours: String(deadline.warn_hours),
    isTold: silent !== "off",
    silentHours: silent === "off" ? STANDARD.silentHours : String(silent),
    hours: isSet ? String(after.hours) : "0",
    earliest: (isSet && after.earliest) || "",
    days: isSet ? after.days : Object.keys(DAYS),
    goesAnyway: orAfter !== "off",
    orAfterHours: orAfter === "off" ? STANDARD.orAfterHours : String(orAfter),
    isVerified: own.verify ?? false,
    slaDays: String(own.sla_days ?? ""),
    closedDays: (own.closed_days ?? []).join(", "),
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
    deadline: () => ({ warn_hours: number("deadline.warn_hours", shown.warnHours), action: shown.action }),
    silent_hours: () => (shown.isTold ? number("silent_hours", shown.silentHours) : "off"),
    send_after: () => sendAfter(shown),
    or_after_hours: () => (shown.goesAnyway ? number("or_after_hours", shown.orAfterHours) : "off"),
    verify: () => shown.isVerified,
    sla_days: () => number("sla_days", shown.slaDays, "days"),
    closed_days: () => shown.closedDays.split(/[\s,;]+/).filter(Boolean),
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

function number(field, text, unit = "hours") {
  if (!/^\d+$/.test(text.trim())) throw unfit(field, `“${text}” is not a whole number of ${unit}.`);
  return Number(text);
}

/** What can be done before a ship-by at a marketplace; what is set there is among it. */
function actionsOf({ may_send: maySend }) {
  return Object.entries(ACTIONS).filter(([action]) => maySend || action !== "send");
}

/** The fields. `timing` decides which there are: only what is sent when tracking is assigned can wait for a time, and only what waits for
 *  a movement can go without one. */
export function WatchFields({ channel: { name, watch }, settings, changes, timing, zone, onChange, problem }) {
  const shown = watchOf(settings, changes);
  const isAssigned = timing === "when_tracking_is_assigned";
  const isMoving = timing === "when_tracking_shows_movement";
  const wrong = (field) => wrongOf(problem, field);
  return html`
    <fieldset class="watch">
      <legend>What people are warned of</legend>
      <p class="hint">${name}: ${watch.late}</p>
      <${SelectField} label="Before a ship-by" hint=${watch.deadline} value=${shown.action} options=${actionsOf(watch)}
        onText=${(action) => onChange({ action })} wrong=${wrong("deadline.action")} />
      ${shown.action === "send" && html`<p class="hint">${watch.without_movement}</p>`}
      ${shown.action !== "off" && html`<${Hours} label="Hours before the ship-by" hint="1 to 72" value=${shown.warnHours}
        onText=${(warnHours) => onChange({ warnHours })} wrong=${wrong("deadline.warn_hours")} />`}
      <${Flag} label="Tell of parcels that no carrier scans" hint=${watch.silent_hours} isSet=${shown.isTold} onFlag=${(isTold) => onChange({ isTold })} />
      ${shown.isTold && html`<${Hours} label="Hours without a scan" hint="6 to 240" value=${shown.silentHours}
        onText=${(silentHours) => onChange({ silentHours })} wrong=${wrong("silent_hours")} />`}
      ${watch.verify && html`<${Flag} label="Verify what was confirmed" hint=${watch.verify} isSet=${shown.isVerified}
        onFlag=${(isVerified) => onChange({ isVerified })} />`}
      <p class="muted">${watch.cost}</p>
    </fieldset>
    ${watch.business_days && html`<fieldset class="stack">
      <legend>Business days</legend>
      <p class="hint">${watch.business_days}</p>
      <${Hours} label="Business days to ship" hint="1 to 20" value=${shown.slaDays} onText=${(slaDays) => onChange({ slaDays })} wrong=${wrong("sla_days")} />
      <${TextField} label="Closed days" hint="At most 20, such as 2026-12-24, 2026-12-31" value=${shown.closedDays}
        onText=${(closedDays) => onChange({ closedDays })} wrong=${wrong("closed_days")} />
    </fieldset>`}
    ${isMoving && watch.may_send && html`<fieldset class="stack">
      <legend>Without a scan</legend>
      <${Flag} label="Send what no carrier scans" hint=${watch.or_after_hours} isSet=${shown.goesAnyway}
        onFlag=${(goesAnyway) => onChange({ goesAnyway })} />
      ${shown.goesAnyway && html`<p class="hint">${watch.without_movement}</p>
        <${Hours} label="Hours until it goes" hint="1 to 240" value=${shown.orAfterHours}
          onText=${(orAfterHours) => onChange({ orAfterHours })} wrong=${wrong("or_after_hours")} />`}
    </fieldset>`}
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
