// What an order's lines say of their IMEIs and serial numbers.

import { orderHref, pathOf } from "../api/addresses.js";
import { enteredOf, fieldsOf, kindOf } from "./kinds.js";

/** The key of a line's field. */
export function lineKey(order, line) {
  return `${orderHref(order)}/${line.item_id}/${line.kind}`;
}

/** The path of a line's IMEIs. */
export function imeisPath(order, line) {
  return pathOf("partners", order.partner_id, "orders", order.order_id, "items", line.item_id, "imeis");
}

/** The masked endings of what a line has of its kind, in words. */
export function endingsOf(line) {
  const shown = enteredOf(line).map((masked) => masked.replaceAll("*", "")).filter(Boolean);
  return `the ${kindOf(line).name}${shown.length > 1 ? "s" : ""}${shown.length > 0 ? ` ending in ${shown.join(", ")}` : ""}`;
}

/** Whether something of the order was sent, so that its IMEIs are settled (rule I6). */
export function isClaimed({ packages }) {
  const settled = ["sending", "confirmed", "in_doubt", "conflict", "unresolved", "closed"];
  return packages.some(({ state, sent }) => settled.includes(state) || Boolean(sent));
}

/** What becomes of one once it is saved: where only they are waited for, the last one sends. */
export function whatSavingDoes(order) {
  const { packages } = order;
  const isDueOtherwise = packages.some(({ state, detail }) =>
    (state === "waiting" && detail.for === "imeis") || (state === "held" && detail.reason === "imeis_missing"));
  const missing = fieldsOf(order).filter((line) => line.is_missing).length;
  if (!isDueOtherwise) return "It goes with the confirmation when the carrier picks up.";
  return missing === 1
    ? "The last one: saving it sends the confirmation at once."
    : `${missing} are missing. The last one sends the confirmation at once.`;
}
