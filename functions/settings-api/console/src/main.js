// Starts the console: takes a token that came with the address or from the sign-in page, and shows the page.

import { html, render } from "htm/preact";
import { App } from "./app.js";
import { holdTab } from "./imeis/entries.js";
import { takeTokenFromAddress } from "./session/address.js";
import { endSignIn } from "./session/oauth.js";
import { followOtherTabs } from "./session/sign-out.js";

holdTab();
followOtherTabs();
// Also where the page is open already, and whoever signs in follows a link to it.
window.addEventListener("hashchange", takeTokenFromAddress);
Promise.allSettled([takeTokenFromAddress(), endSignIn()]).then(() => render(html`<${App} />`, document.getElementById("app")));
