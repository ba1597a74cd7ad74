// The page as a whole: which view is open, the frame around it, and signing in.

const NAVIGATION = [
  { href: "#/orders", text: "Orders", views: ["orders", "order"] },
  { href: "#/imeis", text: "IMEIs", views: ["imeis"] },
  { href: "#/attention", text: "Attention", views: ["attention"] },
  { href: "#/partners", text: "Partners", views: ["partners", "partner", "settings", "add"] },
];

/**
 * Which view an address asks for.
 * @param {string} hash
 * @returns {{view: string, place: string, partner?: string, order?: string, search?: string}} `place` changes where the focus is to move
 */
function routeOf(hash) {
  const [path, query] = hash.replace(/^#\/?/, "").split("?");
  const [first, ...rest] = path.split("/").map(unescaped);
  const [partner = null, second = null] = rest;
  if (first === "order" && partner && second) return { view: "order", place: path, partner, order: second };
  if (first === "imeis" || first === "attention") return { view: first, place: first };
  if (first === "add-partner") return { view: "add", place: first };
  if (first === "partners" && partner) return { view: second === "settings" ? "settings" : "partner", place: path, partner };
  if (first === "partners") return { view: "partners", place: first };
  return { view: "orders", place: "orders", partner: first === "orders" ? partner : null, search: new URLSearchParams(query).get("search") ?? "" };
}

/** @param {string} part */
function unescaped(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
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

/** @param {{route: object}} props */
function View({ route }) {
  switch (route.view) {
    case "order":
      return html`<${OrderView} key=${route.place} partner=${route.partner} order=${route.order} />`;
    case "imeis":
      return html`<${ImeisView} />`;
    case "attention":
      return html`<${AttentionView} />`;
    case "add":
      return html`<${AddPartnerView} />`;
    case "partner":
      return html`<${PartnerView} key=${route.place} partner=${route.partner} />`;
    case "settings":
      return html`<${SettingsView} key=${route.place} partner=${route.partner} />`;
    case "partners":
      return html`<${PartnersView} />`;
    default:
      return html`<${OrdersView} partner=${route.partner} search=${route.search} />`;
  }
}

/** The navigation, with how many need a person. */
function Navigation({ view }) {
  const badge = useAttentionBadge();
  return html`<nav aria-label="Main"><ul>
    ${NAVIGATION.map(({ href, text, views }) => html`<li key=${href}>
      <a href=${href} aria-current=${views.includes(view) ? "page" : undefined}>${text}${text === "Attention" && badge?.count > 0
        && html` <span class="count">${badge.count.toLocaleString()}${badge.isMore ? "+" : ""}<span class="quiet"> need a person</span></span>`}</a>
    </li>`)}
  </ul></nav>`;
}

/** The page of somebody who is signed in. */
function Shell({ token }) {
  const route = useRoute();
  const who = whoIs(token);
  const trouble = useStore(outage);
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) {
      window.scrollTo(0, 0);
      focusHeading();
    }
    isFirst.current = false;
  }, [route.place]);
  const skip = (event) => {
    event.preventDefault();
    document.querySelector("main h1")?.focus();
  };
  return html`
    <a class="skip" href="#main" onClick=${skip}>Skip to content</a>
    <header class="top">
      <div class="top-row">
        <a class="brand" href="#/orders">Shipconfirm</a>
        <${Navigation} view=${route.view} />
        <div class="who">
          <span title="Signed in"><span class="quiet">Signed in as </span><span class="name">${who.name ?? "unknown"}</span> <span class="muted">${who.seller}</span></span>
          <button type="button" class="plain-button" onClick=${signOut}>Sign out</button>
        </div>
      </div>
    </header>
    ${trouble && html`<div class="outage" role="alert">${trouble} Trying again by itself; what you see may be older.</div>`}
    <main id="main"><${View} route=${route} /></main>`;
}

/** The page of somebody who is not signed in, or whose session is over. */
function SignIn({ trouble }) {
  const [config, setConfig] = useState(undefined);
  const [isUnreachable, setUnreachable] = useState(false);
  useEffect(() => {
    signInConfig().then(setConfig, () => setUnreachable(true));
  }, []);
  const heading = { ended: "Your session has ended", foreign: "This sign-in belongs to no seller" }[trouble] ?? "Sign in";
  useEffect(() => {
    if (trouble) focusHeading();
  }, [trouble]);
  return html`<main class="narrow"><div class="card">
    <p class="brand">Shipconfirm</p>
    <${Heading}>${heading}<//>
    ${trouble === "ended" && html`<p>Sign in again to go on where you were.</p>`}
    ${trouble === "foreign" && html`<p>You are signed in, but your token names no seller (it has no <code>custom:seller_id</code>). Whoever manages your
      accounts can set it. Then sign in again.</p>`}
    ${trouble && !["ended", "foreign"].includes(trouble) && html`<${Notice} tone="bad" isAlert><p>${trouble}</p><//>`}
    ${!trouble && html`<p>When marketplaces are told that your orders have shipped.</p>`}
    ${isUnreachable && html`<${Notice} tone="bad" isAlert><p>There is no connection to Shipconfirm.</p><//>
      <div class="buttons"><button type="button" onClick=${() => location.reload()}>Try again</button></div>`}
    ${config && html`<div class="buttons"><button type="button" class="primary" onClick=${beginSignIn}>Sign in</button></div>`}
    ${config === null && html`<${TokenForm} />`}
    ${trouble === "foreign" && html`<div class="buttons"><button type="button" onClick=${signOut}>Sign out</button></div>`}
  </div></main>`;
}

/** Where no sign-in page is set up: a token is pasted. */
function TokenForm() {
  const [token, setToken] = useState("");
  const [problem, setProblem] = useState(null);
  const form = useFocusOnProblem(problem);
  const submit = (event) => {
    event.preventDefault();
    const bare = token.trim().replace(/^Bearer\s+/i, "");
    if (/^[\w-]+\.[\w-]+\.[\w-]*$/.test(bare)) signInWith(bare);
    else setProblem({ message: "This is no token: three parts with dots between them are expected." });
  };
  return html`<form ref=${form} onSubmit=${submit} novalidate>
    <${TextField} label="ID token" hint="Kept in this tab until you sign out or close it." value=${token} onText=${setToken}
      wrong=${problem?.message} input=${{ type: "password" }} />
    <div class="buttons"><button type="submit" class="primary">Sign in</button></div>
  </form>`;
}

/** What was said last, for everybody or for screen readers. */
function Said() {
  const { text, isShown } = useStore(said);
  return html`<div role="status" class=${isShown ? "toast" : "quiet"}>${text}</div>`;
}

/** Everything. */
function App() {
  const { token, trouble } = useStore(session);
  return html`${token && !trouble ? html`<${Shell} key=${token} token=${token} />` : html`<${SignIn} trouble=${trouble} />`}
    <${Said} />`;
}

takeTokenFromAddress();
// Also where the page is open already, and whoever signs in follows a link to it.
window.addEventListener("hashchange", takeTokenFromAddress);
endSignIn().finally(() => render(html`<${App} />`, document.getElementById("app")));
