// Who is signed in, and how the API is asked. The token is kept in this tab's sessionStorage and nowhere else.

/** Where the token is kept; where a sign-in under way keeps its secrets and the place to come back to. */
const TOKEN_KEY = "shipconfirm.token";
const SIGN_IN_KEY = "shipconfirm.sign-in";
/** How many orders the API gives at once at most. */
const PAGE_MAX = 100;
/** How long an answer may take: the gateway gives up before. */
const ANSWER_MAX_MS = 35_000;

/** A value that is watched by components. */
function makeStore(value) {
  const watchers = new Set();
  return {
    get: () => value,
    set(next) {
      value = next;
      for (const watcher of [...watchers]) watcher(next);
    },
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}

/** The session's token, and its trouble: "ended", "foreign" (of no seller), or the words of a failed sign-in. */
const session = makeStore({ token: sessionStorage.getItem(TOKEN_KEY), trouble: null });
/** Why the API cannot be reached, in words; null while it can. */
const outage = makeStore(null);

/** What the API answers when it does not do what it was asked (RFC 9457); status 0 where no answer came. */
class Problem extends Error {
  constructor(status, { detail, message, field }) {
    super(detail ?? message ?? `The answer was ${status}.`);
    this.status = status;
    this.field = field ?? null;
  }

  /** Whether asking again may help. */
  get isPassing() {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

let signInAsked = null;

/** The sign-in's addresses; null where a token has to be pasted. Asked for by who has no token only, and once. */
function signInConfig() {
  signInAsked ??= fetch("/sign-in", { cache: "no-store" }).then(async (answer) => {
    if (!answer.ok) throw new Error(`The answer was ${answer.status}.`);
    return (await answer.json()).sign_in;
  });
  signInAsked.catch(() => {
    signInAsked = null;
  });
  return signInAsked;
}

/** Takes a token, and shows the console with it. */
function signInWith(token) {
  sessionStorage.setItem(TOKEN_KEY, token);
  session.set({ token, trouble: null });
}

/** Forgets the token and all that was read with it. */
function signOut() {
  sessionStorage.removeItem(TOKEN_KEY);
  remembered.clear();
  forgetEntries();
  outage.set(null);
  session.set({ token: null, trouble: null });
}

/** What the token says of who is signed in; nothing is decided by it. */
function whoIs(token) {
  try {
    const part = token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(part), (char) => char.charCodeAt(0));
    const claims = JSON.parse(new TextDecoder().decode(bytes));
    return { name: claims.email ?? claims["cognito:username"] ?? claims.sub, seller: claims["custom:seller_id"] };
  } catch {
    return {};
  }
}

function base64Url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Goes to the sign-in page (OAuth 2.0 authorization code with PKCE, RFC 7636), keeping the place. */
async function beginSignIn() {
  const { authorize_url: address, client_id: client } = await signInConfig();
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
async function endSignIn() {
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
  const { token_url: address, client_id: client } = await signInConfig();
  const form = { grant_type: "authorization_code", client_id: client, code, redirect_uri: `${location.origin}/`, code_verifier: verifier };
  // Form-encoded, for that is how fetch sends URLSearchParams.
  const answer = await fetch(address, { method: "POST", body: new URLSearchParams(form) });
  const body = parsed(await answer.text());
  if (!answer.ok || !body.id_token) throw new Error(body.error ?? `The answer was ${answer.status}.`);
  return body.id_token;
}

/** Takes over a token from the address (`#token=…`), and removes it from there before anything else sees it. */
function takeTokenFromAddress() {
  const found = /^#token=([^&]+)/.exec(location.hash);
  if (!found) return;
  history.replaceState(null, "", location.pathname);
  signInWith(decodeURIComponent(found[1]));
}

/** The path of something, each part escaped. */
function pathOf(...parts) {
  return `/${parts.map(encodeURIComponent).join("/")}`;
}

/** A path with a query, without what is null. */
function withQuery(path, query) {
  return `${path}?${new URLSearchParams(Object.entries(query).filter(([, value]) => value !== null))}`;
}

/**
 * Asks the API.
 * @param {string} method
 * @param {string} path
 * @param {{body?: object, headers?: Record<string, string>, signal?: AbortSignal}} [more]
 * @returns {Promise<object>} what it answers, with its `etag`
 * @throws {Problem}
 */
async function ask(method, path, { body, headers, signal } = {}) {
  const patience = AbortSignal.timeout(ANSWER_MAX_MS);
  let answer;
  let text;
  try {
    answer = await fetch(path, {
      method,
      headers: { authorization: `Bearer ${session.get().token}`, ...(body && { "content-type": "application/json" }), ...headers },
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
  const problem = new Problem(answer.status, said);
  const outageNow = problem.isPassing ? "Shipconfirm is busy." : null;
  if (outage.get() !== outageNow) outage.set(outageNow);
  if (answer.ok) return { ...said, etag: answer.headers.get("etag") };
  const trouble = { 401: "ended", 403: "foreign" }[answer.status];
  if (trouble) session.set({ ...session.get(), trouble });
  throw problem;
}

/** What came as JSON, or nothing where it was none. */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** Reads something. */
function read(path, signal) {
  return ask("GET", path, { signal });
}

/**
 * Reads the pages of a list of orders.
 * @param {string} path
 * @param {object} query
 * @param {{wanted: number, pagesMax?: number}} most how many orders, and how many pages, are read
 * @param {AbortSignal} signal
 * @returns {Promise<{orders: object[], partners: object[], cursor: string|null}>}
 */
async function readPages(path, query, { wanted, pagesMax = Infinity }, signal) {
  const [orders, partners] = [[], []];
  let cursor = null;
  for (let page = 0; page < pagesMax && orders.length < wanted && (page === 0 || cursor); page += 1) {
    const limit = Math.min(PAGE_MAX, wanted - orders.length);
    const body = await read(withQuery(path, { ...query, limit, cursor }), signal);
    orders.push(...body.orders);
    partners.push(...(body.partners ?? []));
    cursor = body.cursor;
  }
  return { orders, partners, cursor };
}
