// What the page says to people while they look on.

import { makeStore } from "../store.js";

/** How long what was said stays in sight. */
const SAID_MS = 8_000;
/** What the page says: its text, and whether it is shown, or for screen readers alone. */
export const said = makeStore({ text: "", isShown: false });
let saidTimer = 0;

function say(text, isShown) {
  clearTimeout(saidTimer);
  // Emptied first, for a screen reader says nothing where a text is replaced by the same.
  said.set({ text: "", isShown: false });
  saidTimer = setTimeout(() => {
    said.set({ text, isShown });
    saidTimer = setTimeout(() => said.set({ text: "", isShown: false }), SAID_MS);
  }, 50);
}

/** Says to screen readers what is in sight anyway. */
export function announce(text) {
  say(text, false);
}

/** Says something to everybody. */
export function notify(text) {
  say(text, true);
}
