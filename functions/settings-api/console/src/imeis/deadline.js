// How long there is still time for an order's IMEIs.

import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { announce } from "../page/announcements.js";
import { Time } from "../page/elements.js";
import { counted, left } from "../wording.js";

/** From when a deadline is urgent: a quarter of the usual window (rule I5). */
const URGENT_MS = 15 * 60_000;
/** How often the deadlines are read out at most. */
const SUMMARY_MS = 60_000;

/** How long there is still time. Not read out each second: `useSummary` does that. */
export function Deadline({ order: { imei_deadline: deadline, packages }, now }) {
  if (!deadline) {
    return html`<p class="deadline muted">${packages.some(({ state }) => state === "held") ? "held until they come" : "until the carrier picks up"}</p>`;
  }
  const leftMs = Date.parse(deadline) - now;
  return html`<p class=${leftMs < URGENT_MS ? "deadline urgent" : "deadline"}>
    <span role="timer" aria-live="off">${left(leftMs)}</span> <span class="muted">until <${Time} at=${deadline} /></span>
  </p>`;
}

/** Reads out, once a minute at most, how urgent it is. */
export function useSummary(orders) {
  const latest = useRef(orders);
  latest.current = orders;
  useEffect(() => {
    const summary = () => {
      const lefts = latest.current.map((order) => Date.parse(order.imei_deadline) - Date.now());
      const urgent = lefts.filter((ms) => ms > 0 && ms < URGENT_MS);
      if (urgent.length === 0) return;
      const minutes = Math.ceil(Math.min(...urgent) / 60_000);
      announce(`${counted(urgent.length, "order")} with IMEIs missing, the first due within ${counted(minutes, "minute")}.`);
    };
    const timer = setInterval(summary, SUMMARY_MS);
    return () => clearInterval(timer);
  }, []);
}
