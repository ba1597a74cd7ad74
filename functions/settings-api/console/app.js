// The page as a whole: which view is open, the frame around it, and signing in.

/** The views, by the first part of their address. */
const VIEWS = { orders: OrdersView, order: OrderView, imeis: ImeisView, attention: AttentionView, partners: PartnersView, "add-partner": AddPartnerView };

/** The navigation: address, text, and the views it stands for. */
const NAVIGATION = [
  ["#/orders", "Orders", [OrdersView, OrderView]],
  ["#/imeis", "IMEIs", [ImeisView]],
  ["#/attention", "Attention", [AttentionView]],
  ["#/partners", "Partners", [PartnersView, PartnerView, SettingsView, AddPartnerView]],
];

/**
 * Which view an address asks for: `#/order/<partner>/<order>`, `#/partners/<partner>/settings`, ….
 * @returns {{View: Function, place: string, partner?: string, order?: string, search: string}} where `place` changes, the focus moves
 */
function routeOf(hash) {
  const [path, query] = hash.slice(1).split("?");
  const [, first, partner, second] = path.split("/");
  const search = new URLSearchParams(query).get("search") ?? "";
  let View = Object.hasOwn(VIEWS, first ?? "") ? VIEWS[first] : OrdersView;
  if (first === "partners" && partner) View = second === "settings" ? SettingsView : PartnerView;
  // Another partner's orders are chosen in the view itself.
  return { View, place: View === OrdersView ? "orders" : path, partner, order: second, search };
}

/** The view the address asks for, and again when that changes. */
function useRoute() {
  const [route, setRoute] = useState(routeOf(location.hash));
  useEffect(() => {
    const onChange = () => setRoute(routeOf(location.hash));
    window.addEventListener("hashchange", onChange);
    return () => window.removeEventListener("hashchange", onChange);
  }, []);
  return route;
}

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
  const { name, seller } = whoIs(token);
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
        <span><span class="quiet">Signed in as </span><span class="name">${name}</span> <span class="muted">${seller}</span></span>
        <button type="button" onClick=${signOut}>Sign out</button>
      </div>
    </div></header>
    ${trouble && html`<div class="outage" role="alert">${trouble} Trying again by itself; what you see may be older.</div>`}
    ${View !== ImeisView && html`<${UnsavedImeis} />`}
    <main id="main"><${View} key=${place} ...${given} /></main>`;
}

const SIGN_IN_HEADINGS = { ended: "Your session has ended", foreign: "This sign-in belongs to no seller" };

/** The page of somebody who is not signed in, or whose session is over. */
function SignIn({ trouble }) {
  const isKnown = Object.hasOwn(SIGN_IN_HEADINGS, trouble ?? "");
  const [config, setConfig] = useState(undefined);
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
    ${trouble === "foreign" && html`<p>You are signed in, but your token names no seller: it has no <code>custom:seller_id</code>. Whoever
      manages your accounts can set it. Then sign in again.</p>`}
    ${trouble && !isKnown && html`<${Notice} tone="bad" isAlert><p>${trouble}</p><//>`}
    ${failure && html`<${Notice} tone="bad" isAlert><p>There is no connection to Shipconfirm.</p><//>
      <div class="buttons"><button type="button" onClick=${() => location.reload()}>Try again</button></div>`}
    ${config && html`<div class="buttons"><button type="button" class="primary" onClick=${beginSignIn}>Sign in</button></div>`}
    ${config === null && html`<${TokenForm} />`}
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

/** Everything, and what was said last, for everybody or for screen readers. */
function App() {
  const { token, trouble } = useStore(session);
  const { text, isShown } = useStore(said);
  return html`${token && !trouble ? html`<${Shell} key=${token} token=${token} />` : html`<${SignIn} trouble=${trouble} />`}
    <div role="status" class=${isShown ? "toast" : "quiet"}>${text}</div>`;
}

takeTokenFromAddress();
// Also where the page is open already, and whoever signs in follows a link to it.
window.addEventListener("hashchange", takeTokenFromAddress);
endSignIn().finally(() => render(html`<${App} />`, document.getElementById("app")));
