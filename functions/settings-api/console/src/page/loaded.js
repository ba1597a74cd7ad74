// How loading and trouble look.

import { html } from "htm/preact";
import { when } from "../wording.js";
import { useLate } from "./clock.js";
import { Empty } from "./elements.js";

/** Data, with what can be the case before it is there, and after it is out of reach. `what` is loaded: "orders". */
export function Loaded({ live, what, children }) {
  const isLate = useLate(!live.data && !live.error);
  const { data, error } = live;
  if (data && (!error || error.isPassing)) {
    return html`${error && html`<p class="as-of" role="status">As of ${when(live.at)}. Trying again by itself.</p>`}${children(data)}`;
  }
  if (error) {
    return html`<${Empty} title=${error.isPassing ? `The ${what} cannot be read now` : "That cannot be shown"}>
      <p>${error.message}</p>
      <button type="button" onClick=${live.reload}>Try again</button>
    <//>`;
  }
  return html`<div class="loading" role="status">
    ${isLate && html`<p>Loading the ${what}…</p><i class="bone" /><i class="bone" />`}
  </div>`;
}
