// The view "IMEIs": each phone that can still go out with its IMEI, the soonest deadline first.

/** From when a deadline is urgent: a quarter of the usual window (rule I5). */
const URGENT_MS = 15 * 60_000;
/** How often the deadlines are read out at most. */
const SUMMARY_MS = 60_000;

/** The orders that lack an IMEI, of all partners whose channel takes them. */
async function readMissing(signal) {
  const [{ channels }, { partners }] = await Promise.all([read("/channels", signal), read("/partners", signal)]);
  const taking = channels.filter((channel) => channel.takes_imeis).map(({ channel }) => channel);
  const those = partners.filter(({ channel }) => taking.includes(channel));
  const found = await Promise.all(those.map(({ partner_id: id }) =>
    readPages(pathOf("partners", id, "orders"), { imeis: "missing" }, { wanted: Infinity }, signal)));
  return { partners: those, orders: found.flatMap(({ orders }) => orders) };
}

/** The soonest deadline first; those without one last, the oldest first. */
function bySoonest(one, other) {
  const at = ({ imei_deadline: deadline }) => Date.parse(deadline ?? "9999-12-31");
  return at(one) - at(other) || one.seen_at.localeCompare(other.seen_at);
}

function ImeisView() {
  const live = useLive("imeis", readMissing);
  return html`<${Heading}>IMEIs<//>
    <p class="lead-in">Phones that go out with their IMEI. Scan or type it; Enter takes it and leads to the next, and it is saved behind.</p>
    <${Loaded} live=${live} what="missing IMEIs">${(data) => html`<${ImeiBoard} ...${data} />`}<//>`;
}

function ImeiBoard({ partners, orders }) {
  // The fields in which something is typed: they stay, whatever is read meanwhile.
  const [typed, setTyped] = useState(new Set());
  const [changing, setChanging] = useState(null);
  const board = useRef(null);
  const isEntering = useEntering(board);
  const [waiting, saved] = [useStore(entries), useStore(savedEntries)];
  const rows = useRef({ known: new Map(), stops: new Set(), fresh: new Set() });
  const now = useClock();
  const shown = arranged({ orders, waiting, typed, isEntering }, rows.current);
  const names = namesOf(partners);
  useSummary(shown.map(({ order }) => order));
  useCaughtKeys();

  const onText = (key, isTyped) => setTyped((was) => new Set(isTyped ? [...was, key] : [...was].filter((one) => one !== key)));
  const failed = [...waiting.values()].filter(({ state }) => state === "failed");
  return html`
    ${failed.length > 0 && html`<${Notice} tone="bad" isAlert><p><strong>${counted(failed.length, "IMEI")} NOT saved:</strong></p>
      <ul>${failed.map(({ order, line, problem }) => html`<li key=${lineKey(order, line)}>${order.order_id}: ${imeiWords(problem)}</li>`)}</ul><//>`}
    <${CatchField} shown=${shown} />
    ${shown.length === 0 && html`<${Empty} title="No IMEI is missing">
      <p>${partners.length === 0 ? "None of your partners is at a marketplace that takes IMEIs." : "Phones show here as soon as their label is made."}</p><//>`}
    <div class="board imeis" ref=${board}>
      ${shown.map(({ order, lines, isNew }) => html`<${ImeiOrder} key=${orderHref(order)} order=${order} lines=${lines} isNew=${isNew}
        waiting=${waiting} now=${now} partnerName=${names.get(order.partner_id)} onText=${onText} />`)}
    </div>
    ${saved.length > 0 && html`<section class="card" aria-label="Saved just now">
      <h2>Saved just now</h2>
      <ul class="plain">${saved.map((entry) => html`<${SavedEntry} key=${entry.key + entry.at} entry=${entry} onChange=${setChanging} />`)}</ul>
    </section>`}
    ${changing && html`<${ChangeImei} order=${changing.order} line=${changing.line} onClose=${() => setChanging(null)}
      onDone=${(order, digits) => noteChanged(changing, order, digits)} />`}`;
}

/** One that was saved, and can be changed until the order is claimed. */
function SavedEntry({ entry, onChange }) {
  const { order, line, ending, by, at } = entry;
  return html`<li><a href=${orderHref(order)}>${order.order_id}</a>, ${line.sku ?? line.item_id}: IMEI ending in ${ending}, <${Time} at=${at} />
    ${by && html` <span class="mark">entered by ${by}</span>`}
    ${!isClaimed(order) && html` <button type="button" onClick=${() => onChange(entry)}>Change<span class="quiet"> the IMEI of order ${order.order_id}</span></button>`}</li>`;
}

/** The entry as it is after a change. */
function noteChanged(changed, order, digits) {
  rememberDigits(order, changed.line, digits);
  answeredOrders.set(orderHref(order), order);
  const entry = { ...changed, order, ending: digits.slice(-4), by: null, at: new Date().toISOString() };
  savedEntries.set(savedEntries.get().map((one) => (one === changed ? entry : one)));
}

/** Whether somebody is entering: the focus is among the phones. A button there must not move away from under the pointer either. */
function useEntering(board) {
  const [isEntering, setIsEntering] = useState(false);
  useEffect(() => {
    const look = () => setIsEntering(Boolean(board.current?.contains(document.activeElement)));
    // After the focus has moved on.
    const later = () => setTimeout(look);
    document.addEventListener("focusin", look);
    document.addEventListener("focusout", later);
    return () => {
      document.removeEventListener("focusin", look);
      document.removeEventListener("focusout", later);
    };
  }, []);
  return isEntering;
}

/**
 * The orders to be shown, with their lines. While somebody enters, no row moves or goes that is not their own doing: the phones in
 * their hand lie in the order of the rows. What another person entered stays where it is, what is new comes below.
 * @param {{orders: object[], waiting: Map<string, object>, typed: Set<string>, isEntering: boolean}} found
 * @param {{known: Map<string, object>, stops: Set<string>, fresh: Set<string>}} rows the orders that were shown before, in that order;
 *   the lines that had a field; and the orders that came while somebody entered
 */
function arranged({ orders, waiting, typed, isEntering }, rows) {
  const newest = (key, ...some) => [answeredOrders.get(key), ...some].filter(Boolean).reduce((one, other) => (other.version > one.version ? other : one));
  const listed = new Set(orders.map(orderHref));
  const all = new Map();
  for (const order of [...rows.known.values(), ...[...waiting.values()].map((entry) => entry.order), ...orders.toSorted(bySoonest)]) {
    const key = orderHref(order);
    all.set(key, newest(key, order, all.get(key)));
  }
  if (!isEntering) rows.fresh.clear();
  const shown = [];
  for (const [key, order] of all) {
    const isAwaited = listed.has(key) && !isClaimed(order) && order.lines.some((line) => line.is_missing);
    const lines = order.lines.filter((line) => {
      const its = lineKey(order, line);
      if (isAwaited && line.is_missing) rows.stops.add(its);
      const isKept = waiting.has(its) || typed.has(its) || (isEntering && rows.stops.has(its) && !ownLines.has(its));
      return isKept || (isAwaited && (line.is_missing || line.is_by_hand));
    });
    if (isEntering && !rows.known.has(key)) rows.fresh.add(key);
    if (lines.length > 0) shown.push({ order: { ...order, isAwaited }, lines, isNew: rows.fresh.has(key) });
  }
  if (!isEntering) shown.sort((one, other) => bySoonest(one.order, other.order));
  rows.known = new Map(shown.map(({ order }) => [orderHref(order), order]));
  return shown;
}

/** One order: its deadline, and a field for each phone. */
function ImeiOrder({ order, lines, isNew, waiting, now, partnerName, onText }) {
  return html`<section class="card" aria-label="Order ${order.order_id}" data-order=${orderHref(order)}>
    <header class="card-head">
      <h2><a href=${orderHref(order)}>${order.order_id}</a> <span class="muted">${partnerName}</span>${isNew && html` <span class="mark">new</span>`}</h2>
      <${Deadline} order=${order} now=${now} />
    </header>
    ${lines.map((line) => line.is_by_hand
      ? html`<p key=${line.item_id}>${line.sku ?? "Line"} <span class="muted">${line.item_id}</span>, quantity ${line.quantity}:
          ${" "}<span class="mark">by hand</span>. The marketplace takes one IMEI of a line; enter them there.</p>`
      : html`<${ImeiField} key=${line.item_id} order=${order} line=${line} entry=${waiting.get(lineKey(order, line))} onText=${onText}
          isGone=${!order.isAwaited || !line.is_missing} />`)}
  </section>`;
}

/** A number as scanners and people write it alike. */
function plainNumber(text) {
  return (text ?? "").replace(/[^0-9a-z]/gi, "").toUpperCase();
}

/**
 * Where a scan goes that is for no field: an order's or a tracking number leads to its phone, and an IMEI is not swallowed, but
 * said to be nobody's.
 */
function CatchField({ shown }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState(null);
  const [stray, setStray] = useState([]);
  const field = useRef(null);
  const onSubmit = (event) => {
    event.preventDefault();
    const asked = plainNumber(field.current.value);
    if (!asked) return;
    const found = shown.find(({ order }) => [order.order_id, ...order.packages.map((pack) => pack.tracking_number)].map(plainNumber).includes(asked));
    const target = found && [...document.querySelectorAll("[data-order]")].find((part) => part.dataset.order === orderHref(found.order));
    const its = target && [...target.querySelectorAll("input[data-imei]")].find((one) => one.value === "");
    if (its) {
      fieldLedTo = its;
      its.focus();
      setText("");
      setProblem(null);
    } else if (/^\d+$/.test(asked) && judgeImei(asked).tone === "right") {
      setStray((was) => [{ ending: asked.slice(-4), at: new Date().toISOString() }, ...was].slice(0, SAVED_MAX));
      setText("");
      sound();
    } else {
      setProblem("No order shown here that lacks an IMEI has this number.");
      sound();
      field.current.select();
    }
  };
  return html`<form role="search" class="catch" novalidate onSubmit=${onSubmit}>
      <${TextField} label="Order or tracking number" hint="Scan it to go to its phone." value=${text} wrong=${problem}
        onText=${(typed) => { setText(typed); setProblem(null); }} input=${{ ref: field, "data-catch": true }} />
    </form>
    ${stray.length > 0 && html`<${Notice} tone="bad" isAlert><p><strong>NOT saved: scanned while no phone's field was chosen.</strong></p>
      <ul>${stray.map(({ ending, at }) => html`<li key=${at}>IMEI ending in ${ending}, <${Time} at=${at} /></li>`)}</ul>
      <div class="buttons"><button type="button" onClick=${() => setStray([])}>I have seen it</button></div><//>`}`;
}

/** What is typed while the cursor is nowhere goes where scans are caught. */
function useCaughtKeys() {
  useEffect(() => {
    const onKey = (event) => {
      const isText = /^[0-9a-z]$/i.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
      if (isText && !event.target.closest?.("input, select, textarea, dialog")) catchField()?.focus();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
}
/** How long there is still time. Not read out each second: `useSummary` does that. */
function Deadline({ order: { imei_deadline: deadline, packages }, now }) {
  if (!deadline) {
    return html`<p class="deadline muted">${packages.some(({ state }) => state === "held") ? "held until they come" : "until the carrier picks up"}</p>`;
  }
  const leftMs = Date.parse(deadline) - now;
  return html`<p class=${leftMs < URGENT_MS ? "deadline urgent" : "deadline"}>
    <span role="timer" aria-live="off">${left(leftMs)}</span> <span class="muted">until <${Time} at=${deadline} /></span>
  </p>`;
}

/** Reads out, once a minute at most, how urgent it is. */
function useSummary(orders) {
  const latest = useRef(orders);
  latest.current = orders;
  useEffect(() => {
    const summary = () => {
      const lefts = latest.current.map((order) => Date.parse(order.imei_deadline) - Date.now());
      const urgent = lefts.filter((ms) => ms > 0 && ms < URGENT_MS);
      if (urgent.length === 0) return;
      const minutes = Math.ceil(Math.min(...urgent) / 60_000);
      announce(`${counted(urgent.length, "order")} with IMEIs missing, the first due within ${counted(minutes, "minute")}.`);
    };
    const timer = setInterval(summary, SUMMARY_MS);
    return () => clearInterval(timer);
  }, []);
}
