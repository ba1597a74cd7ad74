// The page of somebody who is not signed in.

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { unfit } from "../api/problem.js";
import { Notice } from "../page/elements.js";
import { Submit, TextField } from "../page/form-fields.js";
import { focusHeading, Heading } from "../page/heading.js";
import { useSending } from "../page/sending.js";
import { beginSignIn, signInConfig } from "./oauth.js";
import { signInWith } from "./session.js";
import { signOut } from "./sign-out.js";

const SIGN_IN_HEADINGS = { ended: "Your session has ended", foreign: "This sign-in belongs to no seller" };

/** The page of somebody who is not signed in, or whose session is over. */
export function SignIn({ trouble }) {
  const isKnown = Object.hasOwn(SIGN_IN_HEADINGS, trouble ?? "");
  const [config, setConfig] = useState(null);
  const [failure, setFailure] = useState(null);
  useEffect(() => {
    signInConfig().then(setConfig, setFailure);
  }, []);
  useEffect(() => {
    if (trouble) focusHeading();
  }, [trouble]);
  return html`<main class="narrow"><div class="card">
    <p class="brand">Shipconfirm</p>
    <${Heading}>${isKnown ? SIGN_IN_HEADINGS[trouble] : "Sign in"}<//>
    ${trouble === "ended" && html`<p>Sign in again to go on where you were.</p>`}
    ${trouble === "foreign" && html`<p>You are signed in, but your token names no seller: it has no <code>${config?.seller_claim}</code>. Whoever
      manages your accounts can set it. Then sign in again.</p>`}
    ${trouble && !isKnown && html`<${Notice} tone="bad" isAlert><p>${trouble}</p><//>`}
    ${failure && html`<${Notice} tone="bad" isAlert><p>There is no connection to Shipconfirm.</p><//>
      <div class="buttons"><button type="button" onClick=${() => location.reload()}>Try again</button></div>`}
    ${config?.sign_in && html`<div class="buttons"><button type="button" class="primary" onClick=${beginSignIn}>Sign in</button></div>`}
    ${config && !config.sign_in && html`<${TokenForm} />`}
    ${trouble === "foreign" && html`<div class="buttons"><button type="button" onClick=${signOut}>Sign out</button></div>`}
  </div></main>`;
}

/** Where no sign-in page is set up, a token is pasted. */
function TokenForm() {
  const [token, setToken] = useState("");
  const { form, problem, onSubmit } = useSending(() => {
    const bare = token.trim().replace(/^Bearer\s+/i, "");
    if (!/^[\w-]+\.[\w-]+\.[\w-]*$/.test(bare)) throw unfit("token", "This is no token: three parts with dots between them are expected.");
    signInWith(bare);
  });
  return html`<form ref=${form} novalidate onSubmit=${onSubmit}>
    <${TextField} label="ID token" hint="Kept in this tab until you sign out or close it." value=${token} onText=${setToken}
      wrong=${problem?.message} input=${{ type: "password" }} />
    <div class="buttons"><${Submit}>Sign in<//></div>
  </form>`;
}
