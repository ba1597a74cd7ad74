// The view "IMEIs": every phone that still can go out with its IMEI, the soonest deadline first. An IMEI is kept only until it
// is saved.

/** How many pages of a partner's orders are looked through. */
const IMEI_PAGES_MAX = 5;
/** From when a deadline is urgent: a quarter of the usual window (rule I5). */
const URGENT_MS = 15 * 60_000;
/** How often the deadlines are read out at most. */
const SUMMARY_MS = 60_000;
/** How many saved ones are listed. */
const SAVED_MAX = 10;

/**
 * The orders that lack an IMEI, of all partners whose channel takes them.
 * @param {AbortSignal} signal
 */
async function readMissing(signal) {
  const [{ body: channels }, { body: partners }] = await Promise.all([read("/channels", signal), read("/partners", signal)]);
  const taking = new Set(channels.channels.filter((channel) => channel.takes_imeis).map(({ channel }) => channel));
  const those = partners.partners.filter(({ channel }) => taking.has(channel));
  const found = await Promise.all(those.map((partner) => readMissingOf(partner.partner_id, signal)));
  return {
    partners: those,
    orders: found.flatMap(({ orders }) => orders),
    isComplete: found.every(({ isComplete }) => isComplete),
  };
}

/** Pages may be short or empty with more to come, so they are counted, not the orders. */
async function readMissingOf(partner, signal) {
  const most = { wanted: Infinity, pagesMax: IMEI_PAGES_MAX };
  const { orders, cursor } = await readPages(pathOf("partners", partner, "orders"), { imeis: "missing" }, most, signal);
  return { orders, isComplete: cursor === null };
}

/** The soonest deadline first; those without one last, the oldest first. */
function bySoonest(one, other) {
  const at = ({ imei_deadline: deadline }) => (deadline ? Date.parse(deadline) : Infinity);
  return at(one) === at(other) ? one.seen_at.localeCompare(other.seen_at) : at(one) - at(other);
}

/** @param {object} order */
function orderKey({ partner_id: partner, order_id: order }) {
  return `${partner}/${order}`;
}

function ImeisView() {
  const live = useLive("imeis", readMissing);
  return html`<${Heading}>IMEIs<//>
    <p class="lead-in">Phones that go out with their IMEI. Scan or type it; Enter saves it and leads to the next.</p>
    <${Loaded} live=${live} what="missing IMEIs">${(data) => html`<${ImeiBoard} ...${data} reload=${live.reload} />`}<//>`;
}

/** @param {{partners: object[], orders: object[], isComplete: boolean, reload: () => Promise<void>}} props */
function ImeiBoard({ partners, orders, isComplete, reload }) {
  // The fields in which something is typed: they stay, whatever is read meanwhile.
  const [typed, setTyped] = useState(new Set());
  const [saved, setSaved] = useState([]);
  const known = useRef(new Map());
  const now = useClock();
  const shown = ordersShown(orders, known.current, typed);
  useSummary(shown);

  const onText = (key, isTyped) => setTyped((was) => {
    const next = new Set(was);
    if (isTyped) next.add(key);
    else next.delete(key);
    return next;
  });
  const onSaved = (order, line, digits) => {
    known.current.set(orderKey(order), { order, savedDuring: orders });
    const entry = { key: lineKey(order, line), order, line, ending: digits.slice(-4), at: new Date().toISOString() };
    setSaved((was) => [entry, ...was.filter(({ key }) => key !== entry.key)].slice(0, SAVED_MAX));
    notify(`Saved: IMEI ending in ${entry.ending}, order ${order.order_id}.`);
    reload();
  };

  const names = new Map(partners.map(({ partner_id: id, name }) => [id, name]));
  return html`
    ${!isComplete && html`<${Notice} tone="info"><p>There are more than can be shown; the newest are here.</p><//>`}
    ${shown.length === 0 && html`<${Empty} title="No IMEI is missing">
      <p>${partners.length === 0 ? "None of your partners is at a marketplace that takes IMEIs." : "Phones show here as soon as their label is made."}</p><//>`}
    <div class="board">
      ${shown.map((order) => html`<${ImeiOrder} key=${orderKey(order)} order=${order} now=${now} typed=${typed}
        partnerName=${names.get(order.partner_id) ?? order.partner_id} onText=${onText} onSaved=${onSaved} />`)}
    </div>
    ${saved.length > 0 && html`<section class="card" aria-label="Saved just now">
      <h2>Saved just now</h2>
      <ul class="plain">${saved.map(({ key, order, line, ending, at }) => html`<li key=${key}>
        <a href=${orderHref(order)}>${order.order_id}</a>, ${line.sku ?? line.item_id}: IMEI ending in
        ${" "}<span class="number">${ending}</span>, <${Time} at=${at} /></li>`)}</ul>
    </section>`}`;
}

/**
 * The orders to be shown: as read, unless what a save answered is newer; and those in whose fields something is typed.
 * @param {object[]} orders
 * @param {Map<string, {order: object, savedDuring?: object[]}>} known
 * @param {Set<string>} typed
 */
function ordersShown(orders, known, typed) {
  const listed = new Map(orders.map((order) => [orderKey(order), order]));
  for (const [key, order] of listed) {
    if (!(known.get(key)?.order.version > order.version)) known.set(key, { order });
  }
  const shown = [];
  for (const [key, { order, savedDuring }] of known) {
    const isAwaited = (listed.has(key) || savedDuring === orders) && order.lines.some((line) => line.is_missing);
    const isTypedIn = order.lines.some((line) => typed.has(lineKey(order, line)));
    if (isAwaited || isTypedIn) shown.push({ ...order, isAwaited });
    else if (savedDuring !== orders) known.delete(key);
  }
  return shown.sort(bySoonest);
}

/**
 * One order: its deadline, and a field for each phone.
 */
function ImeiOrder({ order, now, typed, partnerName, onText, onSaved }) {
  const isTyped = (line) => typed.has(lineKey(order, line));
  const isShown = (line) => isTyped(line) || (order.isAwaited && (line.is_missing || line.is_by_hand));
  const lines = order.lines.filter(isShown);
  return html`<section class="card" aria-label="Order ${order.order_id}">
    <header class="card-head">
      <h2><a href=${orderHref(order)}>${order.order_id}</a> <span class="muted">${partnerName}</span></h2>
      <${Deadline} order=${order} now=${now} />
    </header>
    ${lines.map((line) => line.is_by_hand && !isTyped(line)
      ? html`<p key=${line.item_id}>${line.sku ?? "Line"} <span class="muted">${line.item_id}</span>, quantity ${line.quantity}: <span class="mark">by hand</span>
          ${" "}The marketplace takes one IMEI of a line. Enter them there.</p>`
      : html`<${ImeiField} key=${line.item_id} order=${order} line=${line} onText=${onText} onSaved=${onSaved}
          isGone=${!order.isAwaited || !line.is_missing} />`)}
  </section>`;
}

/**
 * How long there is still time; not read out each second, `useSummary` does that.
 * @param {{order: object, now: number}} props
 */
function Deadline({ order, now }) {
  if (!order.imei_deadline) {
    const isHeld = order.packages.some(({ state }) => state === "held");
    return html`<p class="deadline muted">${isHeld ? "held until they come" : "until the carrier picks up"}</p>`;
  }
  const leftMs = Date.parse(order.imei_deadline) - now;
  return html`<p class="deadline ${leftMs < URGENT_MS ? "urgent" : ""}">
    <span role="timer" aria-live="off">${left(leftMs)}</span>
    <span class="muted"> until <${Time} at=${order.imei_deadline} /></span>
  </p>`;
}

/**
 * Reads out, once a minute at most, how urgent it is.
 * @param {object[]} orders
 */
function useSummary(orders) {
  const latest = useRef(orders);
  latest.current = orders;
  useEffect(() => {
    const timer = setInterval(() => {
      const lefts = latest.current.filter((order) => order.imei_deadline).map((order) => Date.parse(order.imei_deadline) - Date.now());
      const urgent = lefts.filter((ms) => ms > 0 && ms < URGENT_MS);
      if (urgent.length === 0 || document.hidden) return;
      const minutes = Math.max(1, Math.floor(Math.min(...urgent) / 60_000));
      announce(`${counted(urgent.length, "order")} with IMEIs missing, the first within ${counted(minutes, "minute")}.`);
    }, SUMMARY_MS);
    return () => clearInterval(timer);
  }, []);
}
