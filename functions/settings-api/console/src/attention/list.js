// What needs a person, the most urgent first, and how many that are.

import { read, readPages } from "../api/ask.js";
import { useLive } from "../api/live.js";
import { usePartners } from "../api/partners.js";
import { makeStore, useStore } from "../store.js";

/** Up to how many are shown one by one. More are shown in groups. */
const LISTED_MAX = 50;
/** How often the count in the navigation is read while another view is open. */
const BADGE_MS = 30_000;
/** How many need a person, and whether all were counted. */
const attentionCount = makeStore({ count: 0, isComplete: true });

/** What of the partners' credentials ends soon. */
export function nearEnds(partners) {
  return partners.flatMap(({ partner_id: id, credential_ends: ends = [] }) => ends.filter(({ is_near: isNear }) => isNear).map((end) => ({ partner_id: id, ...end })));
}

/** What needs a person, counted in groups of one partner, reason and day. */
async function readGroups(signal) {
  const { groups, quiet_feed: quiet, is_complete: isComplete } = await read("/attention", signal);
  const count = groups.reduce((sum, group) => sum + group.count, quiet ? 1 : 0);
  attentionCount.set({ count, isComplete });
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
 *   carriers: object[], ending: object[], isMore: boolean}>}
 */
export async function readList(group, wanted, signal) {
  const { orders, partners, carriers, ending, cursor } = await readPages("/orders", { attention: "true", ...group }, { wanted }, signal);
  const items = orders.flatMap((order) => order.packages
    .filter((pack) => pack.attention.length > 0)
    .map((pack) => ({ order, pack })));
  const since = ({ order }) => Date.parse(order.attention_since);
  items.sort((one, other) => one.pack.attention[0].rank - other.pack.attention[0].rank || since(one) - since(other));
  const refused = orders.flatMap((order) => order.refused_labels
    .filter(({ is_open: isOpen }) => isOpen)
    .map((label) => ({ order, label })));
  return { items, refused, partners, carriers, ending, isMore: cursor !== null };
}

/**
 * The navigation's count: "12", "100+", or nothing. It is read unless the view itself is open, and counts. What of the partners'
 * credentials ends soon counts, too.
 */
export function useAttentionCount(isOpen) {
  useLive("attention-count", (signal) => (isOpen ? {} : readGroups(signal)), BADGE_MS);
  const { count, isComplete } = useStore(attentionCount);
  const all = count + nearEnds(usePartners().data?.partners ?? []).length;
  return all > 0 ? all.toLocaleString() + (isComplete ? "" : "+") : "";
}
