// A pause of partners: one button with a reason, what is said while it lasts, and its end.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { pathOf } from "../api/addresses.js";
import { ask } from "../api/ask.js";
import { announce } from "../page/announcements.js";
import { Notice, Time } from "../page/elements.js";
import { FormProblem, Submit, TextField, wrongOf } from "../page/form-fields.js";
import { useSending } from "../page/sending.js";
import { counted } from "../wording.js";

/** What a pause does, said before it is made. */
const MEANING = "Nothing of it is sent or read until it is resumed. Labels, scans and IMEIs are taken, and its orders wait without being late for it.";

/** What is seen on every page while partners are paused: who, why and since when. */
export function PausedBanner({ partners }) {
  const paused = partners.filter((partner) => partner.paused);
  if (paused.length === 0) return null;
  return html`<aside class="outage" aria-label="Paused">
    ${paused.length === 1
      ? html`<strong>${paused[0].name} is paused.</strong> <${Who} paused=${paused[0].paused} />`
      : html`<strong>${counted(paused.length, "partner")} are paused:</strong> ${paused.map(({ name }) => name).join(", ")}.`}
    ${" "}Nothing of ${paused.length === 1 ? "it" : "them"} is sent.
    ${" "}<a href=${paused.length === 1 ? `#${pathOf("partners", paused[0].partner_id)}` : "#/partners"}>Resume</a>
  </aside>`;
}

function Who({ paused: { by, reason, at } }) {
  return html`${by}, since <${Time} at=${at} />: ${reason}.`;
}

/** A partner's pause: the button that begins it, or what it is and the button that ends it. `onDone` has the partner as it is then. */
export function Pause({ partner, onDone }) {
  return partner.paused
    ? html`<${Paused} partner=${partner} onDone=${onDone} />`
    : html`<${NotPaused} partner=${partner} onDone=${onDone} />`;
}

function Paused({ partner, onDone }) {
  const { isBusy, problem, form, onSubmit } = useSending(async () => {
    onDone(await ask("POST", pathOf("partners", partner.partner_id, "resume"), { body: {} }));
    announce(`${partner.name} goes on.`);
  });
  return html`<form ref=${form} onSubmit=${onSubmit} aria-label="Pause">
    <${Notice} tone="warn">
      <p><strong>Paused.</strong> <${Who} paused=${partner.paused} /></p>
      <p>Nothing of it is sent or read. When it is resumed, what waited goes out within a minute or two, the oldest first.</p>
      <${FormProblem} problem=${problem} fields=${[]} />
      <div class="buttons"><${Submit} isBusy=${isBusy}>Resume<//></div>
    <//>
  </form>`;
}

function NotPaused({ partner, onDone }) {
  const [isOpen, setIsOpen] = useState(false);
  const [reason, setReason] = useState("");
  const { isBusy, problem, form, onSubmit } = useSending(async () => {
    onDone(await ask("POST", pathOf("partners", partner.partner_id, "pause"), { body: { reason: reason.trim() } }));
    announce(`${partner.name} is paused.`);
  });
  return html`<form class="card" ref=${form} onSubmit=${onSubmit} aria-label="Pause" novalidate>
    <div class="card-head"><div><h2>Pause</h2><p class="muted">${MEANING}</p></div>
      ${!isOpen && html`<button type="button" onClick=${() => setIsOpen(true)}>Pause…</button>`}</div>
    ${isOpen && html`<${FormProblem} problem=${problem} fields=${["reason"]} />
      <${TextField} label="Reason" hint="In a few words. Everybody sees it while it is paused." value=${reason} onText=${setReason}
        wrong=${wrongOf(problem, "reason") && "Say why, in a few words."} input=${{ maxLength: 120 }} />
      <div class="buttons"><${Submit} isBusy=${isBusy}>Pause<//>
        <button type="button" onClick=${() => setIsOpen(false)}>Cancel</button></div>`}
  </form>`;
}
