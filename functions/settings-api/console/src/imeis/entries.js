// IMEIs and serial numbers that were entered: each is saved behind, while the person goes on to the next, and comes back where that fails. What was
// entered outlives the view, and is kept only until it is saved.

import { orderHref } from "../api/addresses.js";
import { notify } from "../page/announcements.js";
import { makeStore } from "../store.js";
import { endingOf, kindOf, named } from "./kinds.js";
import { lineKey } from "./lines.js";
import { imeiWords } from "./problems.js";
import { saveImei } from "./saving.js";
import { sound } from "./sound.js";

/** How many saved ones are listed. */
export const SAVED_MAX = 10;
/**
 * What was entered and is not saved, by line: `{order, line, digits, state: "saving"|"failed", problem}`. `order` and `line` are
 * as the person saw them.
 */
export const entries = makeStore(new Map());
/** What was saved last, the newest first: `{key, order, line, ending, by, at}`; `by` where another person was faster with the same. */
export const savedEntries = makeStore([]);
/** By a digest of the digits, for which order an IMEI was entered in this tab, and when. */
const enteredFor = new Map();
/** The lines whose IMEI was saved here, and the orders as the saves answered: a list that was read before is older. */
export const ownLines = new Set();
export const answeredOrders = new Map();
/** The save under way of each order: they go one after the other, for each is made on the version the one before left. */
const savesOfOrders = new Map();

/** Forgets all, with the session. */
export function forgetEntries() {
  entries.set(new Map());
  savedEntries.set([]);
  enteredFor.clear();
  ownLines.clear();
  answeredOrders.clear();
}

/** A digest (FNV-1a), so that the IMEI itself need not be kept to see it again. */
function digestOf(digits) {
  let hash = 0x811c9dc5;
  for (const char of digits) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}

/** For which other line this IMEI was entered here, if for one. */
export function enteredElsewhere(order, line, digits) {
  const found = kindOf(line).parts(digits).map((part) => enteredFor.get(digestOf(part)));
  return found.find((entered) => entered && entered.key !== lineKey(order, line)) ?? null;
}

function setEntry(key, entry) {
  const next = new Map(entries.get());
  if (entry) next.set(key, entry);
  else next.delete(key);
  entries.set(next);
}

/** Gives up what was entered for a line, and did not get saved. */
export function dropEntry(key) {
  setEntry(key, null);
}

/** Remembers which IMEI a line has, in the place of the one before; none, where nothing was saved. */
function rememberDigits(order, line, digits) {
  const key = lineKey(order, line);
  for (const [digest, entered] of enteredFor) if (entered.key === key) enteredFor.delete(digest);
  const entered = { key, orderId: order.order_id, at: new Date().toISOString() };
  for (const part of digits ? kindOf(line).parts(digits) : []) enteredFor.set(digestOf(part), entered);
}

/** Notes that an IMEI was changed elsewhere than by entering it: `order` as the API answered to that. */
export function noteChange(order, line, digits) {
  rememberDigits(order, line, digits);
  answeredOrders.set(orderHref(order), order);
}

/**
 * Enters an IMEI: it is saved behind. `order` is as the person sees it. `isMeant`: it may be another order's, too.
 * @returns {Promise<void>} when it is saved, or has failed
 */
export function enterImei(order, line, digits, { isMeant = false } = {}) {
  const key = lineKey(order, line);
  setEntry(key, { order, line, digits, state: "saving", problem: null });
  rememberDigits(order, line, digits);
  const former = savesOfOrders.get(orderHref(order)) ?? Promise.resolve();
  const saving = former.then(() => saveEntry(key, { order, line, digits, isMeant }));
  savesOfOrders.set(orderHref(order), saving);
  return saving;
}

async function saveEntry(key, { order, line, digits, isMeant }) {
  try {
    const { order: now, by } = await saveImei(order, line, digits, isMeant);
    setEntry(key, null);
    ownLines.add(key);
    answeredOrders.set(orderHref(now), now);
    const entry = { key, order: now, line, ending: endingOf(digits), by, at: new Date().toISOString() };
    savedEntries.set([entry, ...savedEntries.get()].slice(0, SAVED_MAX));
    notify(by
      ? `${by} had entered the ${named(line, digits)} for order ${order.order_id} already.`
      : `Saved: ${named(line, digits)}, order ${order.order_id}.`);
  } catch (problem) {
    rememberDigits(order, line, null);
    setEntry(key, { order: problem.now ?? order, line: problem.line ?? line, digits, state: "failed", problem });
    sound();
    notify(`NOT SAVED: ${named(line, digits)}, order ${order.order_id}. ${imeiWords(problem)}`);
  }
}

/** Asks before the tab is closed over what is not saved. */
export function holdTab() {
  window.addEventListener("beforeunload", (event) => {
    if (entries.get().size > 0) event.preventDefault();
  });
}
