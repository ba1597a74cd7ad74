// A form for what others can change, too, and what is said when they did.

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { ask } from "../api/ask.js";
import { announce } from "../page/announcements.js";
import { Notice, Time } from "../page/elements.js";
import { focusHeading } from "../page/heading.js";
import { useSending } from "../page/sending.js";

/**
 * A form for what others can change, too: what a person changes stays, on the version they began with, until it is saved.
 * @param {string} path
 * @param {object} current as it was read last, with its `etag`
 * @param {{put: Function, reload: Function}} live
 * @param {(changes: object) => object} toBody
 */
export function useVersioned(path, current, live, toBody) {
  const [draft, setDraft] = useState(null);
  const [saved, setSaved] = useState(null);
  const sending = useSending(async (etag) => {
    setSaved(null);
    try {
      const answer = await ask("PUT", path, { body: await toBody(draft?.changes ?? {}), headers: { "if-match": etag } });
      live.put(answer);
      setDraft(null);
      setSaved(answer);
      announce("Saved.");
    } catch (problem) {
      if (problem.status === 412) await live.reload();
      throw problem;
    }
  });
  return {
    ...sending,
    changes: draft?.changes ?? {},
    /** What was answered to the last save, until something else is changed. */
    saved,
    change(changes) {
      setSaved(null);
      setDraft({ version: current.version, etag: current.etag, ...draft, changes: { ...draft?.changes, ...changes } });
    },
    save(event) {
      event.preventDefault();
      if (draft) sending.submit(draft.etag);
      else setSaved(current);
    },
    saveOver: () => sending.submit(current.etag),
    takeTheirs() {
      setDraft(null);
      sending.clear();
      focusHeading();
    },
    /** Whether somebody else saved since the person began. */
    isOvertaken: draft !== null && draft.version !== current.version,
  };
}

/** What is said when somebody else changed the same meanwhile: who, when, to what; and what can be done. */
export function Overtaken({ current, versioned, children }) {
  return html`<${Notice} tone="warn" isAlert>
    <p><strong>${current.changed_by} changed this meanwhile, <${Time} at=${current.changed_at} />.</strong></p>
    <p>It is now: ${children}</p>
    <p>What you chose is still here, and not saved.</p>
    <div class="buttons">
      <button type="button" class="primary" onClick=${versioned.saveOver}>Save mine over it</button>
      <button type="button" onClick=${versioned.takeTheirs}>Take theirs</button>
    </div>
  <//>`;
}
