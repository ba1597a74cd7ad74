// Deleting a partner: what it means is said before, it is done at a rate, and what is left is shown until it is done.

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { pathOf } from "../api/addresses.js";
import { ask, read } from "../api/ask.js";
import { unfit } from "../api/problem.js";
import { notify } from "../page/announcements.js";
import { useLate } from "../page/clock.js";
import { Dialog } from "../page/dialog.js";
import { Notice, Time } from "../page/elements.js";
import { FormProblem, Submit, TextField, wrongOf } from "../page/form-fields.js";
import { useSending } from "../page/sending.js";
import { counted } from "../wording.js";

/** How long the page waits between two calls that delete: the end takes two minutes at least. */
const PAUSE_MS = 5_000;

/** The part of a partner's page by which it is deleted. */
export function DeletionCard({ partner }) {
  const [isAsking, setIsAsking] = useState(false);
  return html`<section class="card card-head" aria-label="Delete this partner">
    <div><h2>Delete this partner</h2><p>With its orders and its credentials. You are told what that means first.</p></div>
    <button type="button" class="sends" onClick=${() => setIsAsking(true)}>Delete…</button>
    ${isAsking && html`<${DeletionDialog} partner=${partner} onClose=${() => setIsAsking(false)} />`}
  </section>`;
}

function DeletionDialog({ partner: { partner_id: id, name }, onClose }) {
  const [preview, setPreview] = useState(null);
  // Read once: what is agreed to is what was seen.
  const looking = useSending(async () => setPreview(await read(pathOf("partners", id, "deletion"))));
  const isLate = useLate(looking.isBusy);
  useEffect(() => {
    looking.submit();
  }, []);
  return html`<${Dialog} title="Delete ${name}" onClose=${onClose}>
    ${isLate && html`<p role="status">Counting its orders…</p>`}
    <${FormProblem} problem=${looking.problem} fields=${[]} />
    ${preview
      ? html`<${DeletionForm} id=${id} preview=${preview} onClose=${onClose} />`
      : html`<div class="buttons"><button type="button" onClick=${onClose}>Cancel</button></div>`}
  <//>`;
}

function DeletionForm({ id, preview, onClose }) {
  const [typed, setTyped] = useState("");
  const { orders, is_complete: isComplete, packages_unsent: unsent, packages_under_way: underWay, warnings, etag } = preview;
  const { form, isBusy, problem, onSubmit } = useSending(async () => {
    if (typed.trim() !== id) throw unfit("typed", `Type ${id}, the ID of the partner that is deleted.`);
    await ask("DELETE", pathOf("partners", id), { headers: { "if-match": etag } });
    notify(`${preview.name} is being deleted.`);
    location.hash = "#/partners";
  });
  return html`<form ref=${form} novalidate onSubmit=${onSubmit}>
    <p><strong>${counted(orders, "order")}${isComplete ? "" : " or more"}.</strong> ${counted(unsent, "package")} of them ${unsent === 1 ? "waits" : "wait"}, and ${unsent === 1 ? "is" : "are"} not sent.</p>
    ${underWay > 0 && html`<p>${counted(underWay, "package")} ${underWay === 1 ? "is" : "are"} being sent or in doubt. Settle ${underWay === 1 ? "it" : "them"} first.</p>`}
    <${Notice} tone="bad">${warnings.map((warning) => html`<p key=${warning}>${warning}</p>`)}<//>
    <${FormProblem} problem=${problem} fields=${["typed"]} />
    <${TextField} label="Type ${id} to delete it" value=${typed} onText=${setTyped} wrong=${wrongOf(problem, "typed")} input=${{ autocapitalize: "none" }} />
    <div class="buttons"><${Submit} isBusy=${isBusy} kind="grave">Delete for good<//>${!isBusy && html`<button type="button" onClick=${onClose}>Cancel</button>`}</div>
  </form>`;
}

/** A partner that is being deleted. While this is looked at it is gone on with, and it can be gone on with at any time. */
export function Leaving({ leaving, onDone }) {
  const [progress, setProgress] = useState(leaving);
  const [problem, setProblem] = useState(null);
  const isHere = useRef(true);
  useEffect(() => {
    isHere.current = true;
    goOn();
    return () => {
      isHere.current = false;
    };
  }, []);
  const goOn = async () => {
    while (isHere.current) {
      try {
        const answer = await ask("POST", pathOf("partners", leaving.partner_id, "deletion"));
        setProblem(null);
        setProgress(answer);
        if (answer.done_at) {
          notify(`${leaving.name} is deleted, with ${counted(answer.orders_deleted, "order")}.`);
          onDone();
          return;
        }
      } catch (failure) {
        setProblem(failure);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  };
  return html`<li class="card">
    <header class="card-head"><h3>${leaving.name} <span class="muted">${leaving.partner_id}</span></h3>
      <span class="detail">deleted by ${leaving.begun_by}, <${Time} at=${leaving.begun_at} /></span></header>
    <p role="status">${counted(progress.orders_deleted, "order")} deleted so far. It goes on while this page is open.</p>
    ${problem && html`<p class="wrong">${problem.message} It is tried again.</p>`}
  </li>`;
}
