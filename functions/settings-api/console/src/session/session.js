// Who is signed in. The token is kept in this tab's sessionStorage and nowhere else.

import { makeStore } from "../store.js";

/** Where the token is kept. */
const TOKEN_KEY = "shipconfirm.token";

/** The session's token, and its trouble: "ended", "foreign" (of no seller), or the words of a failed sign-in. */
export const session = makeStore({ token: sessionStorage.getItem(TOKEN_KEY), trouble: null });

/** Takes a token, and shows the console with it. */
export function signInWith(token) {
  sessionStorage.setItem(TOKEN_KEY, token);
  session.set({ token, trouble: null });
}

/** Forgets the token. */
export function endSession() {
  sessionStorage.removeItem(TOKEN_KEY);
  session.set({ token: null, trouble: null });
}

/** The name that the token has for who is signed in; nothing is decided by it. */
export function whoIs(token) {
  try {
    const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return claims.email ?? claims["cognito:username"] ?? claims.sub;
  } catch {
    return "";
  }
}

/** Takes over a token from the address (`#token=…`), and removes it from there before anything else sees it. */
export function takeTokenFromAddress() {
  const found = /^#token=([^&]+)/.exec(location.hash);
  if (!found) return;
  history.replaceState(null, "", location.pathname);
  signInWith(decodeURIComponent(found[1]));
}
