// The page as a whole: the frame around the view that is open.

import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { outage } from "./api/ask.js";
import { usePartners } from "./api/partners.js";
import { useAttentionCount } from "./attention/list.js";
import { AttentionView } from "./attention/view.js";
import { UnsavedImeis } from "./imeis/unsaved.js";
import { ImeisView } from "./imeis/view.js";
import { OrderView } from "./orders/order-view.js";
import { OrdersView } from "./orders/orders-view.js";
import { said } from "./page/announcements.js";
import { focusHeading } from "./page/heading.js";
import { CarriersView } from "./partners/carriers-view.js";
import { ChangesView } from "./partners/changes-view.js";
import { AddPartnerView, PartnersView, PartnerView } from "./partners/partners-view.js";
import { PausedBanner } from "./partners/pause.js";
import { SettingsView } from "./partners/settings-view.js";
import { useRoute } from "./routes.js";
import { session, whoIs } from "./session/session.js";
import { SignIn } from "./session/sign-in.js";
import { signOut } from "./session/sign-out.js";
import { useStore } from "./store.js";

/** The navigation: address, text, and the views it stands for. */
const NAVIGATION = [
  ["#/orders", "Orders", [OrdersView, OrderView]],
  ["#/imeis", "IMEIs", [ImeisView]],
  ["#/attention", "Attention", [AttentionView]],
  ["#/partners", "Partners", [PartnersView, PartnerView, SettingsView, CarriersView, ChangesView, AddPartnerView]],
];

/** The navigation, with how many need a person. */
function Navigation({ view }) {
  const count = useAttentionCount(view === AttentionView);
  return html`<nav aria-label="Main"><ul>
    ${NAVIGATION.map(([href, text, views]) => html`<li key=${href}>
      <a href=${href} aria-current=${views.includes(view) ? "page" : null}>${text}${text === "Attention" && count
        && html` <span class="count">${count}<span class="quiet"> need a person</span></span>`}</a>
    </li>`)}
  </ul></nav>`;
}

/** The page of somebody who is signed in. */
function Shell({ token }) {
  const { View, place, ...given } = useRoute();
  const { seller_id: seller, partners = [] } = usePartners().data ?? {};
  const trouble = useStore(outage);
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) {
      window.scrollTo(0, 0);
      focusHeading();
    }
    isFirst.current = false;
  }, [place]);
  const skip = (event) => {
    event.preventDefault();
    focusHeading();
  };
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to content</a>
    <header class="top"><div class="top-row">
      <a class="brand" href="#/orders">Shipconfirm</a>
      <${Navigation} view=${View} />
      <div class="who">
        <span><span class="quiet">Signed in as </span><span class="name">${whoIs(token)}</span> <span class="muted">${seller}</span></span>
        <button type="button" onClick=${signOut}>Sign out</button>
      </div>
    </div></header>
    ${trouble && html`<div class="outage" role="alert">${trouble} Trying again by itself; what you see may be older.</div>`}
    <${PausedBanner} partners=${partners} />
    ${View !== ImeisView && html`<${UnsavedImeis} />`}
    <main id="main"><${View} key=${place} ...${given} /></main>`;
}

/** Everything, and what was said last, for everybody or for screen readers. */
export function App() {
  const { token, count, trouble } = useStore(session);
  const { text, isShown } = useStore(said);
  return html`${token && !trouble ? html`<${Shell} key=${count} token=${token} />` : html`<${SignIn} trouble=${trouble} />`}
    <div role="status" class=${isShown ? "toast" : "quiet"}>${text}</div>`;
}
