// The view of a partner's setting "Send ship confirmations": what each choice means, what a change would do, and saving it.

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { pathOf, withQuery } from "../api/addresses.js";
import { read } from "../api/ask.js";
import { useLive } from "../api/live.js";
import { namesOf, useChannels, usePartners } from "../api/partners.js";
import { unfit } from "../api/problem.js";
import { useLate } from "../page/clock.js";
import { Notice, Time } from "../page/elements.js";
import { Choices, FormProblem, Submit, TextField, wrongOf } from "../page/form-fields.js";
import { Heading } from "../page/heading.js";
import { Loaded } from "../page/loaded.js";
import { counted, MISSING_IMEI, MODE_CHANGES, MODES, shownTimes } from "../wording.js";
import { Overtaken, useVersioned } from "./versioned.js";
import { WATCH_FIELDS, watchBody, WatchFields } from "./watch-fields.js";

/** How often the effect of a choice is counted again: it looks through many orders. */
const EFFECT_MS = 30_000;

export function SettingsView({ partner }) {
  const path = pathOf("partners", partner, "settings");
  const live = useLive(path, (signal) => read(path, signal));
  const channels = useChannels();
  const name = namesOf(usePartners().data?.partners ?? []).get(partner) ?? partner;
  return html`<${Heading} name="Settings of ${name}" back=${{ href: `#${pathOf("partners", partner)}`, text: `Edit ${name}` }}>
      Settings <span class="muted">${name}</span><//>
    <${Loaded} live=${live} what="settings">${(settings) => html`<${Loaded} live=${channels} what="marketplaces">${(all) => html`
      <${SettingsForm} path=${path} settings=${settings} live=${live}
        channel=${all.channels.find(({ channel }) => channel === settings.channel)} />
    `}<//>`}<//>`;
}

function SettingsForm({ path, settings, channel, live }) {
  const [typed, setTyped] = useState("");
  const stopping = useRef(null);
  const versioned = useVersioned(path, settings, live, async (changes) => {
    const { timing = settings.timing, mode, missing_imei: policy, ...watched } = changes;
    const body = { timing, ...(mode && { mode }), ...(policy && { missing_imei: policy }), ...watchBody(settings, watched) };
    if (body.timing !== "never" || settings.timing === "never") return body;
    return { ...body, stops: await stopsAgreed(path, stopping.current, typed) };
  });
  const { form, isBusy, problem, saved, change, save, isOvertaken, changes } = versioned;
  const { timing = settings.timing, mode = settings.mode, missing_imei: missingImei = settings.missing_imei, ...watched } = changes;
  const zone = usePartners().data?.partners.find(({ partner_id: id }) => id === settings.partner_id)?.time_zone;
  const timings = channel.timings.map((option) => ({ ...option, value: option.timing, label: option.shown }));
  const modes = Object.entries(MODES).map(([value, [label, meaning]]) => ({ value, label, meaning }));
  const policies = Object.entries(MISSING_IMEI).map(([value, [label, meaning]]) => ({ value, label, meaning }));
  return html`<form class="card" ref=${form} onSubmit=${save} novalidate>
    <p class="muted">${channel.name}. ${channel.lock}</p>
    ${isOvertaken
      ? html`<${Overtaken} current=${settings} versioned=${versioned}>“${settings.shown}”${channel.takes_imeis
          && `, and if IMEIs are missing: “${MISSING_IMEI[settings.missing_imei][0]}”`}<//>`
      : html`<${FormProblem} problem=${problem} fields=${["stops", ...WATCH_FIELDS]} />`}
    <${Choices} legend="Send ship confirmations" name="timing" value=${timing} options=${timings} onChoice=${(to) => change({ timing: to })} />
    ${timing !== settings.timing && html`<${EffectPreview} path=${path} timing=${timing} stopping=${stopping}
      typed=${typed} onTyped=${(text) => { setTyped(text); versioned.clear(); }} wrong=${wrongOf(problem, "stops")} />`}
    <${Choices} legend="Mode" name="mode" value=${mode} options=${modes} onChoice=${(to) => change({ mode: to })} />
    ${mode !== settings.mode && html`<${Notice} tone="info"><p>${MODE_CHANGES[mode]}</p><//>`}
    ${channel.takes_imeis && html`<${Choices} legend="If IMEIs are missing" name="missing_imei" value=${missingImei} options=${policies}
      onChoice=${(to) => change({ missing_imei: to })} />`}
    <${WatchFields} channel=${channel} settings=${settings} changes=${watched} timing=${timing}
      zone=${zone} onChange=${change} problem=${problem} />
    <div class="buttons"><${Submit} isBusy=${isBusy}>Save<//></div>
    ${saved && html`<${Notice} tone="good"><p><strong>Saved.</strong></p>${saved.effect?.in_words.map((text) => html`<p>${text}</p>`)}<//>`}
    ${settings.never && html`<p class="muted">${shownTimes(settings.never.in_words)}</p>`}
    <p class="muted">Last changed by ${settings.changed_by}, <${Time} at=${settings.changed_at} /></p>
  </form>`;
}

/** The address of what a change to this timing does. */
function effectAddress(path, timing) {
  return withQuery(`${path}/effect`, { timing });
}

/**
 * How many packages the person agrees to stop: the number that is shown, which they typed.
 * @param {string} path
 * @param {object|null} effect as it is shown; read where it is not there yet
 * @param {string} typed
 * @throws {Problem} where it is another number
 */
async function stopsAgreed(path, effect, typed) {
  const { packages } = (effect ?? await read(effectAddress(path, "never"))).stopped_by_never;
  const number = Number(typed.replace(/[\s.,]/g, "") || NaN);
  if (packages > 0 && number !== packages) throw unfit("stops", `Type ${packages}, the number of packages that Never stops.`);
  return packages;
}

/**
 * What a change would do to packages that wait, before it is made. `Never` asks for the number it stops, since going back releases none.
 * `stopping` is told the effect that is shown.
 */
function EffectPreview({ path, timing, stopping, typed, onTyped, wrong }) {
  const address = effectAddress(path, timing);
  const live = useLive(address, (signal) => read(address, signal), EFFECT_MS);
  const isLate = useLate(!live.data && !live.error);
  stopping.current = timing === "never" ? live.data : null;
  // Refused: there are more by now.
  useEffect(() => {
    if (wrong) live.reload();
  }, [wrong]);
  const stops = timing === "never" ? live.data?.stopped_by_never.packages : 0;
  return html`<section class="notice info" aria-label="What this changes" aria-live="polite">
    <h2>What this changes for packages already waiting</h2>
    ${live.data?.in_words.map((text) => html`<p>${text}</p>`)}
    ${stops > 0 && html`<${TextField} label="Type ${stops} to stop ${counted(stops, "package")}" hint="Each can then only be sent by a person, one by one."
      value=${typed} onText=${onTyped} wrong=${wrong} input=${{ inputmode: "numeric" }} />`}
    ${!live.data && live.error && html`<p>It cannot be counted now: ${live.error.message}</p>`}
    ${isLate && html`<p>Counting…</p>`}
  </section>`;
}
