// Signing out: with the token all that was read or entered goes, and so does the session of the sign-in page.

import { outage } from "../api/ask.js";
import { forgetRead } from "../api/live.js";
import { forgetEntries } from "../imeis/entries.js";
import { leaveSignIn, SIGNED_OUT_KEY } from "./oauth.js";
import { endSession, isGivenOut, isSignedIn } from "./session.js";

/** Forgets the session and all that was read with it. One that the sign-in page gave out is left there, too. */
export function signOut() {
  const isOfPage = isGivenOut();
  forgetAll();
  if (isOfPage) leaveSignIn();
}

function forgetAll() {
  forgetRead();
  forgetEntries();
  outage.set(null);
  endSession();
}

/** Signs this tab out when another tab of this machine signs out. */
export function followOtherTabs() {
  window.addEventListener("storage", ({ key, newValue }) => {
    if (key === SIGNED_OUT_KEY && newValue && isSignedIn() && isGivenOut()) forgetAll();
  });
}
