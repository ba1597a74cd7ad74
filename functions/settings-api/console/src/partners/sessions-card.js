// Ending all sessions of the seller's people.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { ask } from "../api/ask.js";
import { notify } from "../page/announcements.js";
import { Dialog } from "../page/dialog.js";
import { FormProblem, Submit } from "../page/form-fields.js";
import { useSending } from "../page/sending.js";
import { signOut } from "../session/sign-out.js";

export function SessionsCard() {
  const [isAsking, setIsAsking] = useState(false);
  return html`<section class="card card-head" aria-label="People who are signed in">
    <div><h2>People who are signed in</h2>
      <p>A device was lost, or somebody left? End all sessions, and everybody signs in again.</p></div>
    <button type="button" onClick=${() => setIsAsking(true)}>End all sessions…</button>
    ${isAsking && html`<${EndDialog} onClose=${() => setIsAsking(false)} />`}
  </section>`;
}

function EndDialog({ onClose }) {
  const { isBusy, problem, form, onSubmit } = useSending(async () => {
    await ask("DELETE", "/sessions");
    signOut();
    notify("All sessions are ended.");
  });
  return html`<${Dialog} title="End all sessions" onClose=${onClose}>
    <form ref=${form} onSubmit=${onSubmit}>
      <p>Everybody of your company who is signed in here is signed out within ten seconds, you too. IMEIs that are typed and not saved are lost.</p>
      <p>Whoever may still sign in can do so again. Who must not needs to be disabled where your accounts are managed, and before this.</p>
      <${FormProblem} problem=${problem} fields=${[]} />
      <div class="buttons"><${Submit} isBusy=${isBusy} kind="grave">End all sessions<//>${!isBusy && html`<button type="button" onClick=${onClose}>Cancel</button>`}</div>
    </form>
  <//>`;
}
