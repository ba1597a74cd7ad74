// Why an IMEI is not taken, in words.

import { unfit } from "../api/problem.js";
import { shownTimes, when } from "../wording.js";
import { kindOf } from "./kinds.js";

/** What was entered for another order: which, and when. */
export function twiceProblem(line, { orderId, at }) {
  const { field, name } = kindOf(line);
  return Object.assign(unfit(field, `This ${name} was entered for ${orderId}, ${when(at)}: sure?`), { isTwice: true });
}

/** Whether a problem asks if one device is meant for two orders: seen here, or by the API. */
export function isTwiceAsked(problem) {
  return Boolean(problem?.isTwice || (problem?.status === 409 && ["imeis", "serials"].includes(problem.field)));
}

/** A problem's words; where the API asks, without what it says to programs. */
export function imeiWords(problem) {
  if (problem.isTwice || !isTwiceAsked(problem)) return problem.message;
  const [said] = problem.message.split("; say");
  return `${shownTimes(said).replace(/^the/, "The").replaceAll("`", "")}: sure?`;
}
