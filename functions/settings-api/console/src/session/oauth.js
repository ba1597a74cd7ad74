// Signing in at the sign-in page, coming back from there (OAuth 2.0 authorization code with PKCE, RFC 7636), renewing a token, and
// signing out there.

import { parsed } from "../api/json.js";
import { forgetRenewal, renewal, renewWith, session, signInFromPage } from "./session.js";

/** Where a sign-in under way keeps its secrets and the place to come back to. */
const SIGN_IN_KEY = "shipconfirm.sign-in";
/** Where it is kept that somebody signed out at this machine: in all tabs, until somebody signs in. */
export const SIGNED_OUT_KEY = "shipconfirm.signed-out";
/** How long before its end a token is renewed. */
const RENEW_BEFORE_MS = 5 * 60_000;

/** The question where to sign in, once it was asked. */
let signInAsked = null;
/** The renewal under way. */
let renewing = null;

/** The sign-in's addresses, null where a token has to be pasted, and the claim that names the seller. Asked once, without a token. */
export function signInConfig() {
  signInAsked ??= fetch("/sign-in", { cache: "no-store" }).then(async (answer) => {
    if (!answer.ok) throw new Error(`The answer was ${answer.status}.`);
    return answer.json();
  });
  signInAsked.catch(() => {
    signInAsked = null;
  });
  return signInAsked;
}

function base64Url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Goes to the sign-in page (OAuth 2.0 authorization code with PKCE, RFC 7636), keeping the place. */
export async function beginSignIn() {
  const { authorize_url: address, client_id: client } = (await signInConfig()).sign_in;
  const random = () => base64Url(crypto.getRandomValues(new Uint8Array(32)));
  const [state, verifier] = [random(), random()];
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  sessionStorage.setItem(SIGN_IN_KEY, JSON.stringify({ state, verifier, place: location.hash }));
  const query = new URLSearchParams({
    response_type: "code",
    client_id: client,
    redirect_uri: `${location.origin}/`,
    // Alone: with others beside it Cognito leaves the seller out of the token.
    scope: "openid",
    state,
    code_challenge: base64Url(new Uint8Array(digest)),
    code_challenge_method: "S256",
    // After somebody signed out, the next one is somebody else, whatever the sign-in page remembers.
    ...(localStorage.getItem(SIGNED_OUT_KEY) && { prompt: "login" }),
  });
  location.assign(`${address}?${query}`);
}

/** Comes back from the sign-in page: trades the code for a token, if the answer is one to our own question. */
export async function endSignIn() {
  const answer = new URLSearchParams(location.search);
  if (!answer.has("code") && !answer.has("error")) return;
  const begun = JSON.parse(sessionStorage.getItem(SIGN_IN_KEY));
  sessionStorage.removeItem(SIGN_IN_KEY);
  history.replaceState(null, "", `${location.pathname}${begun?.place ?? ""}`);
  try {
    if (answer.has("error")) throw new Error(answer.get("error_description") ?? answer.get("error"));
    if (!begun || answer.get("state") !== begun.state) throw new Error("It was not begun here.");
    const { idToken, refreshToken } = await tradeCode(answer.get("code"), begun.verifier);
    localStorage.removeItem(SIGNED_OUT_KEY);
    signInFromPage(idToken, refreshToken);
  } catch (error) {
    session.set({ ...session.get(), token: null, trouble: `The sign-in failed. ${error.message}` });
  }
}

async function tradeCode(code, verifier) {
  const given = { grant_type: "authorization_code", code, redirect_uri: `${location.origin}/`, code_verifier: verifier };
  const { status, body } = await askForTokens(given);
  if (!body.id_token) throw new Error(body.error ?? `The answer was ${status}.`);
  return { idToken: body.id_token, refreshToken: body.refresh_token ?? null };
}

/** Asks where tokens are given out. */
async function askForTokens(given) {
  const { token_url: address, client_id: client } = (await signInConfig()).sign_in;
  // Form-encoded, for that is how fetch sends URLSearchParams.
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams({ client_id: client, ...given }) });
  const body = parsed(await answer.text());
  return { status: answer.status, body: answer.ok ? body : { error: body.error } };
}

/** The session's token, renewed where it ends soon. Where that fails the token is used to its end. */
export async function freshToken() {
  const { refreshToken, until } = renewal() ?? {};
  if (refreshToken && until - Date.now() < RENEW_BEFORE_MS) {
    renewing ??= renew(refreshToken).finally(() => {
      renewing = null;
    });
    await renewing;
  }
  return session.get().token;
}

async function renew(refreshToken) {
  try {
    const { status, body } = await askForTokens({ grant_type: "refresh_token", refresh_token: refreshToken });
    if (renewal()?.refreshToken !== refreshToken) return;
    if (body.id_token) renewWith(body.id_token, body.refresh_token ?? refreshToken);
    else if (status >= 400 && status < 500) forgetRenewal();
  } catch {
    // It is tried again with the next question.
  }
}

/** Leaves the sign-in page's own session, too, where it has an address for that. */
export async function leaveSignIn() {
  localStorage.setItem(SIGNED_OUT_KEY, new Date().toISOString());
  const { logout_url: address, client_id: client } = (await signInConfig()).sign_in ?? {};
  if (!address) return;
  const here = `${location.origin}/`;
  // Cognito's name of the address to come back to, and the one of OpenID Connect RP-Initiated Logout 1.0.
  location.assign(`${address}?${new URLSearchParams({ client_id: client, logout_uri: here, post_logout_redirect_uri: here })}`);
}
