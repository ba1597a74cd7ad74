// Signing in at the sign-in page, and coming back from there (OAuth 2.0 authorization code with PKCE, RFC 7636).

import { parsed } from "../api/ask.js";
import { session, signInWith } from "./session.js";

/** Where a sign-in under way keeps its secrets and the place to come back to. */
const SIGN_IN_KEY = "shipconfirm.sign-in";

/** The question where to sign in, once it was asked. */
let signInAsked = null;

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
    signInWith(await tradeCode(answer.get("code"), begun.verifier));
  } catch (error) {
    session.set({ token: null, trouble: `The sign-in failed. ${error.message}` });
  }
}

async function tradeCode(code, verifier) {
  const { token_url: address, client_id: client } = (await signInConfig()).sign_in;
  const form = { grant_type: "authorization_code", client_id: client, code, redirect_uri: `${location.origin}/`, code_verifier: verifier };
  // Form-encoded, for that is how fetch sends URLSearchParams.
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams(form) });
  const body = parsed(await answer.text());
  if (!answer.ok || !body.id_token) throw new Error(body.error ?? `The answer was ${answer.status}.`);
  return body.id_token;
}
