// What needs a person, the most urgent first, and how many that are.

import { read, readPages } from "../api/ask.js";
import { useLive } from "../api/live.js";
import { makeStore, useStore } from "../store.js";

/** Up to how many are shown one by one. More are shown in groups. */
const LISTED_MAX = 50;
/** How often the count in the navigation is read while another view is open. */
const BADGE_MS = 30_000;
/** How many need a person, for the navigation: "12", or "100+". */
const attentionCount = makeStore("");

/** What needs a person, counted in groups of one partner, reason and day. */
async function readGroups(signal) {
  const { groups, quiet_feed: quiet, is_complete: isComplete } = await read("/attention", signal);
  const count = groups.reduce((sum, group) => sum + group.count, quiet ? 1 : 0);
  attentionCount.set(count > 0 ? count.toLocaleString() + (isComplete ? "" : "+") : "");
  return { groups, quiet, count, isComplete };
}

/**
 * What needs a person: groups, where it is much, and else each of it.
 * @returns {Promise<{groups: object[], quiet: object|null, count: number, isComplete: boolean, list: object|null}>}
 */
export async function readAttention(signal) {
  const grouped = await readGroups(signal);
  const list = grouped.count > LISTED_MAX ? null : await readList({}, LISTED_MAX * 2, signal);
  return { ...grouped, list };
}

/**
 * What needs a person, each of it: stopped partners, carriers that are not listed, refused labels, and packages, the worst first, then those
 * that wait longest.
 * @returns {Promise<{items: {order: object, pack: object}[], refused: {order: object, label: object}[], partners: object[],
 *   carriers: object[], isMore: boolean}>}
 */
export async function readList(group, wanted, signal) {
  const { orders, partners, carriers, cursor } = await readPages("/orders", { attention: "true", ...group }, { wanted }, signal);
  const items = orders.flatMap((order) => order.packages
    .filter((pack) => pack.attention.length > 0)
    .map((pack) => ({ order, pack })));
  const since = ({ order }) => Date.parse(order.attention_since);
  items.sort((one, other) => one.pack.attention[0].rank - other.pack.attention[0].rank || since(one) - since(other));
  const refused = orders.flatMap((order) => order.refused_labels
    .filter(({ is_open: isOpen }) => isOpen)
    .map((label) => ({ order, label })));
  return { items, refused, partners, carriers, isMore: cursor !== null };
}

/** The navigation's count, unless the view itself is open, and counts. */
export function useAttentionCount(isOpen) {
  useLive("attention-count", (signal) => (isOpen ? {} : readGroups(signal)), BADGE_MS);
  return useStore(attentionCount);
}
