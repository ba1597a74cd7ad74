// The test of a partner's connection: what came of the last one, and a button for another.

import { html } from "htm/preact";
import { pathOf } from "../api/addresses.js";
import { ask, read } from "../api/ask.js";
import { useLive } from "../api/live.js";
import { Time } from "../page/elements.js";
import { FormProblem } from "../page/form-fields.js";
import { useSending } from "../page/sending.js";

/** What came of a test: its words and their tone. */
const CONNECTIONS = {
  taken: ["The marketplace takes the credentials.", "good"],
  refused: ["The marketplace refuses the credentials.", "bad"],
  unclear: ["The marketplace gave no answer that says it.", "warn"],
  untestable: ["This marketplace cannot be asked.", ""],
};

/** The last test that was asked for; nothing where none was. */
async function readTest(path, signal) {
  try {
    return await read(path, signal);
  } catch (problem) {
    if (problem.status === 404) return {};
    throw problem;
  }
}

export function Connection({ partner }) {
  const path = pathOf("partners", partner, "test");
  const live = useLive(path, (signal) => readTest(path, signal));
  const { isBusy, problem, form, onSubmit } = useSending(async () => live.put(await ask("POST", path, { body: {} })));
  return html`<form class="card card-head" aria-label="Connection" ref=${form} onSubmit=${onSubmit}>
    <div><h2>Connection</h2>${live.data && html`<${Outcome} test=${live.data} />`}<${FormProblem} problem=${problem} fields=${[]} /></div>
    <button type="submit" aria-disabled=${isBusy && "true"}>Test connection</button>
  </form>`;
}

/** What is known of the last test. A refusal is said in the marketplace's words, too. */
function Outcome({ test: { asked_at: askedAt, at, connection, says } }) {
  if (!askedAt) return html`<p class="muted">Not tested yet.</p>`;
  if (!at) return html`<p role="status">Asked <${Time} at=${askedAt} />. The answer is on its way.</p>`;
  const [words, tone] = CONNECTIONS[connection];
  return html`<p role="status"><span class="verdict ${tone}">${words}</span> <span class="muted"><${Time} at=${at} /></span></p>
    ${["refused", "unclear"].includes(connection) && html`<p class="muted">${says}</p>`}`;
}
