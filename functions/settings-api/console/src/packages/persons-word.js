// What every act of a person on packages needs: a reason, and an answer.

import { html } from "htm/preact";
import { ask } from "../api/ask.js";
import { unfit } from "../api/problem.js";
import { TextField } from "../page/form-fields.js";

/** Longest reason, and longest evidence, in characters. */
const REASON_MAX = 120;

/**
 * Has something done that must not be done twice by mistake.
 * @throws {Problem} where no answer came, it says that it may have been done
 */
export async function haveDone(path, body, headers = {}) {
  try {
    return await ask("POST", path, { body, headers });
  } catch (problem) {
    if (problem.status !== 0) throw problem;
    throw unfit(null, "No answer came, so it may have been done or not. Look at the order before you try again.");
  }
}

/** A field for a short text that is kept with the person's name. */
export function ShortField({ label, hint, text, onText, wrong }) {
  return html`<${TextField} label=${label} hint=${`${hint}, in at most ${REASON_MAX} characters. Kept with your name.`}
    value=${text} onText=${onText} wrong=${wrong} input=${{ maxLength: REASON_MAX, required: true }} />`;
}
