// How the API is asked.

import { freshToken } from "../session/oauth.js";
import { session } from "../session/session.js";
import { makeStore } from "../store.js";
import { withQuery } from "./addresses.js";
import { parsed } from "./json.js";
import { Problem } from "./problem.js";

/** How many orders the API gives at once at most. */
const PAGE_MAX = 100;
/** How long an answer may take: the gateway gives up before. */
const ANSWER_MAX_MS = 35_000;
/** Why the API cannot be reached, in words; null while it can. */
export const outage = makeStore(null);

/**
 * Asks the API.
 * @param {string} method
 * @param {string} path
 * @param {{body?: object, headers?: Record<string, string>, signal?: AbortSignal}} [more]
 * @returns {Promise<object>} what it answers, with its `etag`
 * @throws {Problem}
 */
export async function ask(method, path, { body, headers, signal } = {}) {
  const token = await freshToken();
  const patience = AbortSignal.timeout(ANSWER_MAX_MS);
  let answer;
  let text;
  try {
    answer = await fetch(path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }), ...headers },
      body: body && JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
      cache: "no-store",
    });
    text = await answer.text();
  } catch (error) {
    if (signal?.aborted) throw error;
    outage.set("No connection to Shipconfirm.");
    throw new Problem(0, { detail: "There is no connection to Shipconfirm." });
  }
  const said = parsed(text);
  const problem = new Problem(answer.status, said, Number(answer.headers.get("retry-after")) || 0);
  const outageNow = problem.isPassing ? "Shipconfirm is busy." : null;
  if (outage.get() !== outageNow) outage.set(outageNow);
  if (answer.ok) return { ...said, etag: answer.headers.get("etag") };
  const trouble = { 401: "ended", 403: "foreign" }[answer.status];
  if (trouble) session.set({ ...session.get(), trouble });
  throw problem;
}

/** Reads something. */
export function read(path, signal) {
  return ask("GET", path, { signal });
}

/**
 * Reads the pages of a list of orders.
 * @param {string} path
 * @param {object} query
 * @param {{wanted: number, pagesMax?: number}} most how many orders, and how many pages, are read
 * @param {AbortSignal} signal
 * @returns {Promise<{orders: object[], partners: object[], carriers: object[], ending: object[], cursor: string|null}>}
 */
export async function readPages(path, query, { wanted, pagesMax = Infinity }, signal) {
  const [orders, partners, carriers, ending] = [[], [], [], []];
  let cursor = null;
  for (let page = 0; page < pagesMax && orders.length < wanted && (page === 0 || cursor); page += 1) {
    const limit = Math.min(PAGE_MAX, wanted - orders.length);
    const body = await read(withQuery(path, { ...query, limit, cursor }), signal);
    orders.push(...body.orders);
    partners.push(...(body.partners ?? []));
    carriers.push(...(body.carriers ?? []));
    ending.push(...(body.ending ?? []));
    cursor = body.cursor;
  }
  return { orders, partners, carriers, ending, cursor };
}
