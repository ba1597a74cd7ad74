// What did not get saved, for every other view.

import { html } from "htm/preact";
import { useStore } from "../store.js";
import { counted } from "../wording.js";
import { entries } from "./entries.js";

/** What those are that did not get saved. */
export function unsavedName(failed) {
  return failed.every(({ line }) => line.kind === "imei") ? "IMEI" : "entry";
}

/** What did not get saved, on every view but that of the IMEIs, which shows each. */
export function UnsavedImeis() {
  const failed = [...useStore(entries).values()].filter(({ state }) => state === "failed");
  if (failed.length === 0) return null;
  return html`<div class="outage" role="alert">${counted(failed.length, unsavedName(failed))} NOT saved: <a href="#/imeis">look at ${failed.length === 1 ? "it" : "them"}</a>.</div>`;
}
