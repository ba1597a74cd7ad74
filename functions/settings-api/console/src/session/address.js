// A token that comes with the address (`#token=…`), as `cargo local` gives one out.

import { notify } from "../page/announcements.js";
import { signInConfig } from "./oauth.js";
import { isSignedIn, session, signInWith } from "./session.js";

/** This machine's own names. */
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Takes over a token from the address, and removes it from there before anything else sees it. It is taken on this machine, and
 * where people bring their tokens anyway: elsewhere a link could let somebody work for another seller unseen. So it never takes
 * the place of a session either.
 */
export async function takeTokenFromAddress() {
  const found = /^#token=([^&]+)/.exec(location.hash);
  if (!found) return;
  history.replaceState(null, "", location.pathname);
  if (!LOOPBACK.test(location.hostname) && !(await isBroughtHere())) return;
  if (isSignedIn()) {
    notify("The token of the address was not taken: you are signed in. Sign out first.");
    return;
  }
  try {
    signInWith(decodeURIComponent(found[1]));
  } catch (error) {
    session.set({ ...session.get(), trouble: `The token of the address cannot be read. ${error.message}` });
  }
}

/** Whether people bring their tokens, for want of a sign-in page. Where that cannot be asked, none is taken. */
async function isBroughtHere() {
  try {
    return (await signInConfig()).sign_in === null;
  } catch {
    return false;
  }
}
