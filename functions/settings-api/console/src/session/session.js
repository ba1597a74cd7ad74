// Who is signed in. What a session has is kept in this tab's sessionStorage and nowhere else.

import { makeStore } from "../store.js";

/** Where the token is kept, whether a sign-in page gave it out, when it ends by this machine's clock, and what it is renewed by. */
const KEYS = { token: "shipconfirm.token", isGivenOut: "shipconfirm.given-out", until: "shipconfirm.until", refreshToken: "shipconfirm.refresh-token" };
/** Counts the sessions of this tab, so that a token that is renewed opens no other page. */
let count = 0;

/** The session's token, its number in this tab, and its trouble: "ended", "foreign" (of no seller), or the words of a failed sign-in. */
export const session = makeStore({ token: sessionStorage.getItem(KEYS.token), count, trouble: null });

/** Whether somebody is signed in, as far as this tab knows. */
export function isSignedIn() {
  const { token, trouble } = session.get();
  return Boolean(token) && !trouble;
}

/** Takes a token that somebody brought, and shows the console with it. */
export function signInWith(token) {
  begin(token);
}

/** Takes a token that the sign-in page gave out. It can be renewed, where there is a token for that beside it. */
export function signInFromPage(token, refreshToken) {
  begin(token, { refreshToken });
}

function begin(token, givenOut = null) {
  for (const key of Object.values(KEYS)) sessionStorage.removeItem(key);
  if (givenOut) sessionStorage.setItem(KEYS.isGivenOut, "yes");
  keep(token, givenOut?.refreshToken);
  count += 1;
  session.set({ token, count, trouble: null });
}

/** Takes a newer token of the same session. */
export function renewWith(token, refreshToken) {
  keep(token, refreshToken);
  session.set({ ...session.get(), token });
}

/** Forgets the session. */
export function endSession() {
  for (const key of Object.values(KEYS)) sessionStorage.removeItem(key);
  session.set({ token: null, count, trouble: null });
}

function keep(token, refreshToken) {
  sessionStorage.setItem(KEYS.token, token);
  if (!refreshToken) return;
  const { iat, exp } = claimsOf(token);
  // By how long it lasts, for this machine's clock may be wrong.
  sessionStorage.setItem(KEYS.until, String(Date.now() + (exp - iat) * 1_000));
  sessionStorage.setItem(KEYS.refreshToken, refreshToken);
}

/** Whether the session is one of the sign-in page. */
export function isGivenOut() {
  return sessionStorage.getItem(KEYS.isGivenOut) !== null;
}

/** What the session is renewed by, and when its token ends; null where nothing is. */
export function renewal() {
  const refreshToken = sessionStorage.getItem(KEYS.refreshToken);
  return refreshToken && { refreshToken, until: Number(sessionStorage.getItem(KEYS.until)) };
}

/** The session can be renewed no more. */
export function forgetRenewal() {
  sessionStorage.removeItem(KEYS.refreshToken);
}

/** The name that the token has for who is signed in; nothing is decided by it. */
export function whoIs(token) {
  const claims = claimsOf(token);
  return claims.email ?? claims["cognito:username"] ?? claims.sub ?? "";
}

/** What a token says. The API alone knows whether it is true. */
function claimsOf(token) {
  try {
    const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) ?? {};
  } catch {
    return {};
  }
}
