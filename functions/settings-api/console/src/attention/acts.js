// What can be done about many packages by one word, as it is said before, while and after it is done.

import { counted } from "../wording.js";

/**
 * Each action: its button, the heading of its dialog, what is said of the packages that it is for, the button that does it, and
 * what is said of those to which it was done.
 */
export const ACTS = {
  retry: { button: "Retry all…", title: "Retry all rejected", will: "will be tried again", does: (n) => `Retry ${counted(n, "package")}`, done: "tried again" },
  send_now: { button: "Send all now…", title: "Send all now", will: "will be sent", does: (n) => `Send ${counted(n, "package")} now`, done: "sent" },
  release: { button: "Let all go on…", title: "Let all go on", will: "will go on", does: (n) => `Let ${counted(n, "package")} go on`, done: "let go on" },
  put_aside: { button: "Put all aside…", title: "Put all aside", will: "will be put aside", does: (n) => `Put ${counted(n, "package")} aside`, done: "put aside" },
};
