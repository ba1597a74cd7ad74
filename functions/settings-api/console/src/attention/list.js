// What needs a person, the worst and the longest first, and how many that are.

import { readPages } from "../api/ask.js";
import { useLive } from "../api/live.js";
import { makeStore, useStore } from "../store.js";

/** How many pages are read: 1,000 orders in all. */
export const ATTENTION_PAGES_MAX = 10;
/** How often the count in the navigation is read while another view is open. */
const BADGE_MS = 30_000;
/** How many need a person, for the navigation: "12", or "100+". */
const attentionCount = makeStore("");

/**
 * What needs a person: stopped partners, carriers that are not listed, refused labels, and packages, the worst first, then those
 * that wait longest.
 * @returns {Promise<{items: {order: object, pack: object}[], refused: {order: object, label: object}[], partners: object[],
 *   carriers: object[], isMore: boolean}>}
 */
export async function readAttention(pagesMax, signal) {
  const { orders, partners, carriers, cursor } = await readPages("/orders", { attention: "true" }, { wanted: Infinity, pagesMax }, signal);
  const items = orders.flatMap((order) => order.packages
    .filter((pack) => pack.attention.length > 0)
    .map((pack) => ({ order, pack })));
  const since = ({ order }) => Date.parse(order.attention_since);
  items.sort((one, other) => one.pack.attention[0].rank - other.pack.attention[0].rank || since(one) - since(other));
  const refused = orders.flatMap((order) => order.refused_labels
    .filter(({ is_open: isOpen }) => isOpen)
    .map((label) => ({ order, label })));
  const count = items.length + refused.length + partners.length + carriers.length;
  attentionCount.set(count > 0 ? count.toLocaleString() + (cursor ? "+" : "") : "");
  return { items, refused, partners, carriers, isMore: cursor !== null };
}

/** The navigation's count: of what fits one page, unless the view itself is open, and counts all. */
export function useAttentionCount(isOpen) {
  useLive("attention-count", (signal) => (isOpen ? {} : readAttention(1, signal)), BADGE_MS);
  return useStore(attentionCount);
}
