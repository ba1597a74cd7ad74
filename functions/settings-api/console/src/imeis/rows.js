// Which orders the view of the IMEIs shows, and in which order.

import { orderHref } from "../api/addresses.js";
import { answeredOrders, ownLines } from "./entries.js";
import { fieldsOf } from "./kinds.js";
import { isClaimed, lineKey } from "./lines.js";

/** The soonest deadline first; those without one last, the oldest first. */
function bySoonest(one, other) {
  const at = ({ imei_deadline: deadline }) => Date.parse(deadline ?? "9999-12-31");
  return at(one) - at(other) || one.seen_at.localeCompare(other.seen_at);
}

/**
 * The orders to be shown, with their lines. While somebody enters, no row moves or goes that is not their own doing: the phones in
 * their hand lie in the order of the rows. What another person entered stays where it is, what is new comes below.
 * @param {{orders: object[], waiting: Map<string, object>, typed: Set<string>, isEntering: boolean}} found
 * @param {{known: Map<string, object>, stops: Set<string>, fresh: Set<string>}} rows the orders that were shown before, in that order;
 *   the lines that had a field; and the orders that came while somebody entered
 */
export function arranged({ orders, waiting, typed, isEntering }, rows) {
  const newest = (key, ...some) => [answeredOrders.get(key), ...some].filter(Boolean).reduce((one, other) => (other.version > one.version ? other : one));
  const listed = new Set(orders.map(orderHref));
  const all = new Map();
  for (const order of [...rows.known.values(), ...[...waiting.values()].map((entry) => entry.order), ...orders.toSorted(bySoonest)]) {
    const key = orderHref(order);
    all.set(key, newest(key, order, all.get(key)));
  }
  if (!isEntering) rows.fresh.clear();
  const shown = [];
  for (const [key, order] of all) {
    const isAwaited = listed.has(key) && !isClaimed(order) && order.lines.some((line) => line.is_missing);
    const lines = fieldsOf(order).filter((line) => {
      const its = lineKey(order, line);
      if (isAwaited && line.is_missing) rows.stops.add(its);
      const isKept = waiting.has(its) || typed.has(its) || (isEntering && rows.stops.has(its) && !ownLines.has(its));
      return isKept || (isAwaited && (line.is_missing || line.is_by_hand));
    });
    if (isEntering && !rows.known.has(key)) rows.fresh.add(key);
    if (lines.length > 0) shown.push({ order: { ...order, isAwaited }, lines, isNew: rows.fresh.has(key) });
  }
  if (!isEntering) shown.sort((one, other) => bySoonest(one.order, other.order));
  rows.known = new Map(shown.map(({ order }) => [orderHref(order), order]));
  return shown;
}
