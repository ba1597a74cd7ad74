// One action on many packages: first what would happen, then a reason, then what became of each.

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { orderHref, withQuery } from "../api/addresses.js";
import { read } from "../api/ask.js";
import { unfit } from "../api/problem.js";
import { haveDone, ShortField } from "../packages/persons-word.js";
import { useLate } from "../page/clock.js";
import { Dialog } from "../page/dialog.js";
import { Badge, Notice } from "../page/elements.js";
import { FormProblem, Submit } from "../page/form-fields.js";
import { useSending } from "../page/sending.js";
import { counted, STATES } from "../wording.js";
import { ACTS } from "./acts.js";

/** How many packages one request may name. */
const PACKAGES_MAX = 100;

/** `act` is one of `ACTS`. `group`: the partner, reason and day that it is for; without it, all that needs a person. */
export function TogetherDialog({ act, group, onClose, onDone }) {
  const words = ACTS[act];
  const [preview, setPreview] = useState(null);
  const [outcome, setOutcome] = useState(null);
  // Read once: what is confirmed is what was seen.
  const looking = useSending(async () => setPreview(await read(previewPath(act, group))));
  const isLate = useLate(looking.isBusy);
  useEffect(() => {
    looking.submit();
  }, []);
  const close = html`<button type="button" onClick=${onClose}>${outcome ? "Close" : "Cancel"}</button>`;
  if (preview && !outcome && preview.does.length > 0) {
    return html`<${Dialog} key="together" title=${words.title} onClose=${onClose}>
      <${TogetherForm} words=${words} preview=${preview} close=${close} onOutcome=${(done) => { setOutcome(done); onDone(); }} />
    <//>`;
  }
  return html`<${Dialog} key="together" title=${words.title} onClose=${onClose}>
    ${isLate && html`<p role="status">Looking what would happen…</p>`}
    <${FormProblem} problem=${looking.problem} fields=${[]} />
    ${preview && !outcome && html`<p>There is no package that ${words.will}.</p><${LeftOut} all=${preview.left_out} />`}
    ${outcome && html`<${Outcome} words=${words} ...${outcome} />`}
    <div class="buttons">${looking.problem && html`<button type="button" onClick=${looking.submit}>Try again</button>`}${close}</div>
  <//>`;
}

function previewPath(act, group) {
  const { partner_id = null, reason = null, day = null } = group ?? {};
  return withQuery("/attention/actions", { action: act, partner_id, reason, day });
}

/** Posts the packages a hundred at a time; a failure is told with what was done before it. */
async function actInChunks(action, packages, reason, onProgress) {
  const results = [];
  try {
    for (let from = 0; from < packages.length; from += PACKAGES_MAX) {
      const chunk = packages.slice(from, from + PACKAGES_MAX);
      const refs = chunk.map(({ partner_id, order_id, package_id, version }) => ({ partner_id, order_id, package_id, version }));
      const done = await haveDone("/attention/actions", { action, packages: refs, reason });
      results.push(...done.results);
      onProgress(results.length);
    }
  } catch (problem) {
    if (results.length === 0) throw problem;
    return { results, problem, rest: packages.length - results.length };
  }
  return { results, problem: null, rest: 0 };
}

/** What it would be done to and what is left out, and the button that does it. */
function TogetherForm({ words, preview: { action, does, left_out: leftOut, is_complete: isComplete, warning }, close, onOutcome }) {
  const [reason, setReason] = useState("");
  const [progress, setProgress] = useState(0);
  const { form, isBusy, problem, onSubmit } = useSending(async () => {
    if (!reason.trim()) throw unfit("reason", "Say why, in a few words.");
    onOutcome(await actInChunks(action, does, reason.trim(), setProgress));
  });
  return html`<form ref=${form} novalidate onSubmit=${onSubmit}>
    <h3>${counted(does.length, "package")} ${words.will}</h3>
    <${PackageList} label="Packages that ${words.will}" all=${does} says=${({ code, message, then }) => (code === null ? STATES[then][0] : `${code}: ${message}`)} />
    ${!isComplete && html`<p>The 1,000 most urgent orders were looked at; there may be more after these.</p>`}
    <${LeftOut} all=${leftOut} />
    ${warning && html`<${Notice} tone="warn"><p><strong>${warning}</strong></p><//>`}
    <${FormProblem} problem=${problem} fields=${["reason"]} />
    <${ShortField} label="Reason" hint="Why" text=${reason} onText=${setReason} wrong=${problem?.field === "reason" && problem.message} />
    ${isBusy && html`<p role="status">${progress} of ${does.length} done…</p>`}
    <div class="buttons"><${Submit} isBusy=${isBusy} kind=${warning && "grave"}>${words.does(does.length)}<//>${!isBusy && close}</div>
  </form>`;
}

/** Packages, each with its state if that is told, and what is to be said of it. */
function PackageList({ label, all, says }) {
  return html`<ul class="plain scroll" tabindex="0" aria-label=${label}>
    ${all.map((one) => html`<li key=${`${orderHref(one)}/${one.package_id}`}>
      ${one.state && html`<${Badge} state=${one.state} /> `}<strong>${one.order_id}</strong>, ${one.partner_id}, package ${one.package_id}
      ${one.tracking_number && `, ${one.tracking_number}`}<br /><span class="muted">${says(one)}</span></li>`)}
  </ul>`;
}

function LeftOut({ all }) {
  return all.length > 0 && html`<h3>${counted(all.length, "package")} left out</h3>
    <${PackageList} label="Packages left out" all=${all} says=${({ why }) => why} />`;
}

/** What became of each. */
function Outcome({ words, results, problem, rest }) {
  const others = results.filter((one) => !one.is_done);
  return html`<${Notice} tone="good" isAlert><p>${counted(results.length - others.length, "package")} ${words.done}${others.length > 0 ? `, ${others.length} not` : ""}.</p><//>
    ${problem && html`<${Notice} tone="bad" isAlert><p>It stopped before the last ${counted(rest, "package")}. ${problem.message}</p><//>`}
    ${others.length > 0 && html`<h3>Not ${words.done}</h3>
      <${PackageList} label="Packages not ${words.done}" all=${others} says=${({ why_not: why }) => why} />`}`;
}
