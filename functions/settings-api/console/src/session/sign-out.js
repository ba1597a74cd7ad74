// Signing out: with the token all that was read or entered goes.

import { outage } from "../api/ask.js";
import { forgetRead } from "../api/live.js";
import { forgetEntries } from "../imeis/entries.js";
import { endSession } from "./session.js";

/** Forgets the token and all that was read with it. */
export function signOut() {
  forgetRead();
  forgetEntries();
  outage.set(null);
  endSession();
}
