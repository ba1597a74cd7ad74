// IMEIs that were entered: each is saved behind, while the person goes on to the next, and comes back where that fails. What was
// entered outlives the view. An IMEI is kept only until it is saved.

/** How often a save is tried where the API is out of reach, and how long is waited between two tries. */
const SAVE_TRIES = 4;
const SAVE_AGAIN_MS = 1_000;
/** How often an order may change under a save by what does not touch the phone. */
const SAVE_RACES = 8;
/** How many saved ones are listed. */
const SAVED_MAX = 10;

/**
 * What was entered and is not saved, by line: `{order, line, digits, state: "saving"|"failed", problem}`. `order` and `line` are
 * as the person saw them.
 */
const entries = makeStore(new Map());
/** What was saved last, the newest first: `{key, order, line, ending, by, at}`; `by` where another person was faster with the same. */
const savedEntries = makeStore([]);
/** By a digest of the digits, for which order an IMEI was entered in this tab, and when. */
const enteredFor = new Map();
/** The lines whose IMEI was saved here, and the orders as the saves answered: a list that was read before is older. */
const ownLines = new Set();
const answeredOrders = new Map();
/** The save under way of each order: they go one after the other, for each is made on the version the one before left. */
const savesOfOrders = new Map();

/** Forgets all, with the session. */
function forgetEntries() {
  entries.set(new Map());
  savedEntries.set([]);
  enteredFor.clear();
  ownLines.clear();
  answeredOrders.clear();
}

/** The key of a line's field. */
function lineKey(order, line) {
  return `${orderHref(order)}/${line.item_id}`;
}

/** A digest (FNV-1a), so that the IMEI itself need not be kept to see it again. */
function digestOf(digits) {
  let hash = 0x811c9dc5;
  for (const char of digits) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return hash >>> 0;
}

/** For which other line this IMEI was entered here, if for one. */
function enteredElsewhere(order, line, digits) {
  const found = enteredFor.get(digestOf(digits));
  return found && found.key !== lineKey(order, line) ? found : null;
}

/** The path of a line's IMEIs. */
function imeisPath(order, line) {
  return pathOf("partners", order.partner_id, "orders", order.order_id, "items", line.item_id, "imeis");
}

function setEntry(key, entry) {
  const next = new Map(entries.get());
  if (entry) next.set(key, entry);
  else next.delete(key);
  entries.set(next);
}

/** Gives up what was entered for a line, and did not get saved. */
function dropEntry(key) {
  setEntry(key, null);
}

/** Remembers which IMEI a line has, in the place of the one before; none, where nothing was saved. */
function rememberDigits(order, line, digits) {
  const key = lineKey(order, line);
  for (const [digest, entered] of enteredFor) if (entered.key === key) enteredFor.delete(digest);
  if (digits) enteredFor.set(digestOf(digits), { key, orderId: order.order_id, at: new Date().toISOString() });
}

/**
 * Enters an IMEI: it is saved behind. `order` is as the person sees it. `isMeant`: it may be another order's, too.
 * @returns {Promise<void>} when it is saved, or has failed
 */
function enterImei(order, line, digits, { isMeant = false } = {}) {
  const key = lineKey(order, line);
  setEntry(key, { order, line, digits, state: "saving", problem: null });
  rememberDigits(order, line, digits);
  const former = savesOfOrders.get(orderHref(order)) ?? Promise.resolve();
  const saving = former.then(() => saveEntry(key, { order, line, digits, isMeant }));
  savesOfOrders.set(orderHref(order), saving);
  return saving;
}

async function saveEntry(key, { order, line, digits, isMeant }) {
  try {
    const { order: now, by } = await saveImei(order, line, digits, isMeant);
    setEntry(key, null);
    ownLines.add(key);
    answeredOrders.set(orderHref(now), now);
    const entry = { key, order: now, line, ending: digits.slice(-4), by, at: new Date().toISOString() };
    savedEntries.set([entry, ...savedEntries.get()].slice(0, SAVED_MAX));
    notify(by
      ? `${by} had entered the IMEI ending in ${entry.ending} for order ${order.order_id} already.`
      : `Saved: IMEI ending in ${entry.ending}, order ${order.order_id}.`);
  } catch (problem) {
    rememberDigits(order, line, null);
    setEntry(key, { order: problem.now ?? order, line: problem.line ?? line, digits, state: "failed", problem });
    sound();
    notify(`NOT SAVED: IMEI ending in ${digits.slice(-4)}, order ${order.order_id}. ${imeiWords(problem)}`);
  }
}

/**
 * Saves an IMEI on the version the person saw. Where the order is of another by now it is read again: what does not touch the
 * phone is gone over, everything else is the person's to decide.
 * @returns {Promise<{order: object, by: string|null}>} the order as it is then; `by` who had saved the same before
 * @throws {Problem}
 */
async function saveImei(order, line, digits, isMeant) {
  const body = { imeis: [digits], ...(isMeant && { is_meant: true }) };
  let seen = order;
  let [tries, races] = [1, 1];
  for (;;) {
    try {
      const changed = await ask("PUT", imeisPath(order, line), { body, headers: { "if-match": `"${seen.version}"` } });
      return { order: changed, by: null };
    } catch (problem) {
      if (problem.status === 412 && races < SAVE_RACES) {
        races += 1;
        seen = await readAgain(order);
        const found = sameEntry(seen, line, digits);
        if (found) return { order: seen, by: found.by };
      } else if (problem.isPassing && tries < SAVE_TRIES) {
        await new Promise((resolve) => setTimeout(resolve, SAVE_AGAIN_MS * 2 ** tries));
        tries += 1;
      } else throw problem;
    }
  }
}

/** Reads an order, also where that takes some tries. */
async function readAgain(order) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await read(pathOf("partners", order.partner_id, "orders", order.order_id));
    } catch (problem) {
      if (!problem.isPassing || tries === SAVE_TRIES) throw problem;
      await new Promise((resolve) => setTimeout(resolve, SAVE_AGAIN_MS * 2 ** tries));
    }
  }
}

/**
 * The same IMEI, where it is there already: saved by another person meanwhile, or by ourselves, whose answer was lost (`by` is null);
 * nothing where the phone is as the person saw it.
 * @throws {Problem} where it is otherwise, with the order as it is `now`
 */
function sameEntry(now, line, digits) {
  const changed = (detail) => Object.assign(new Problem(412, { detail: `Changed: look again. ${detail}` }), { now });
  const found = now.lines.find(({ item_id: item }) => item === line.item_id);
  if (!found) throw changed("The order has no such line any more.");
  const by = now.imeis.find(({ item_id: item }) => item === line.item_id)?.updated_by ?? "Somebody";
  const isSame = found.imeis.length === 1 && found.imeis[0].endsWith(digits.slice(-4));
  if (isSame && found.imeis[0] !== line.imeis[0]) return { by: isMe(by) ? null : by };
  if (isClaimed(now)) throw changed("The order was sent meanwhile, so this IMEI does not go with it.");
  if (found.imeis.join() === line.imeis.join()) return null;
  const has = found.imeis.length > 0 ? `entered ${endingsOf(found)}` : "cleared the entry";
  throw Object.assign(changed(`${by} ${has} meanwhile; yours ends in ${digits.slice(-4)}.`), { line: found });
}

/** Whether this is the name of who is signed in; the API keeps as much of it as fits. */
function isMe(name) {
  return Boolean(name) && (whoIs(session.get().token).name ?? "").trim().startsWith(name);
}

/** The masked endings of a line's IMEIs, in words. */
function endingsOf({ imeis }) {
  return `the IMEI ending in ${imeis.map((imei) => imei.slice(-4)).join(", ")}`;
}

/** Whether something of the order was sent, so that its IMEIs are settled (rule I6). */
function isClaimed({ packages }) {
  const settled = ["sending", "confirmed", "in_doubt", "conflict", "unresolved", "closed"];
  return packages.some(({ state, sent }) => settled.includes(state) || Boolean(sent));
}

/** Asks for an ear: who scans looks at the phone, and not at the page. */
function sound() {
  try {
    const audio = new AudioContext();
    const tone = new OscillatorNode(audio, { type: "square", frequency: 220 });
    tone.connect(new GainNode(audio, { gain: 0.1 })).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + 0.4);
    tone.onended = () => audio.close();
  } catch {
    // A browser without sound still shows it.
  }
}

// A tab is not closed over what is not saved.
window.addEventListener("beforeunload", (event) => {
  if (entries.get().size > 0) event.preventDefault();
});

/** What did not get saved, on every view but that of the IMEIs, which shows each. */
function UnsavedImeis() {
  const failed = [...useStore(entries).values()].filter(({ state }) => state === "failed");
  if (failed.length === 0) return null;
  return html`<div class="outage" role="alert">${counted(failed.length, "IMEI")} NOT saved: <a href="#/imeis">look at ${failed.length === 1 ? "it" : "them"}</a>.</div>`;
}
