// Whether a scanner reads two IMEIs of each phone, and ends each with Enter. Nobody can tell by the IMEIs: those of two phones of one model
// begin as the two of one phone do. So a person says it, for as long as the tab is open.

import { html } from "htm/preact";
import { makeStore, useStore } from "../store.js";

/** Whether two IMEIs of each phone are scanned. */
export const twoEach = makeStore(false);

/** The switch for it. */
export function TwoEach() {
  const isOn = useStore(twoEach);
  return html`<label class="flag"><input type="checkbox" checked=${isOn} onChange=${(event) => twoEach.set(event.target.checked)} />
    <span>Two IMEIs of each phone are scanned, with Enter after each. Enter once more where a phone has one.</span></label>`;
}
