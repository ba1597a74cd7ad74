// The view "IMEIs": each phone that can still go out with its IMEI, the soonest deadline first. An IMEI is kept only until it
// is saved.

/** How many pages of a partner's orders are looked through. */
const IMEI_PAGES_MAX = 5;
/** From when a deadline is urgent: a quarter of the usual window (rule I5). */
const URGENT_MS = 15 * 60_000;
/** How often the deadlines are read out at most. */
const SUMMARY_MS = 60_000;
/** How many saved ones are listed. */
const SAVED_MAX = 10;

/** The orders that lack an IMEI, of all partners whose channel takes them. */
async function readMissing(signal) {
  const [{ channels }, { partners }] = await Promise.all([read("/channels", signal), read("/partners", signal)]);
  const taking = channels.filter((channel) => channel.takes_imeis).map(({ channel }) => channel);
  const those = partners.filter(({ channel }) => taking.includes(channel));
  const most = { wanted: Infinity, pagesMax: IMEI_PAGES_MAX };
  const found = await Promise.all(those.map(({ partner_id: id }) =>
    readPages(pathOf("partners", id, "orders"), { imeis: "missing" }, most, signal)));
  return { partners: those, orders: found.flatMap(({ orders }) => orders), isComplete: found.every(({ cursor }) => !cursor) };
}

/** The soonest deadline first; those without one last, the oldest first. */
function bySoonest(one, other) {
  const at = ({ imei_deadline: deadline }) => Date.parse(deadline ?? "9999-12-31");
  return at(one) - at(other) || one.seen_at.localeCompare(other.seen_at);
}

function ImeisView() {
  const live = useLive("imeis", readMissing);
  return html`<${Heading}>IMEIs<//>
    <p class="lead-in">Phones that go out with their IMEI. Scan or type it; Enter saves it and leads to the next.</p>
    <${Loaded} live=${live} what="missing IMEIs">${(data) => html`<${ImeiBoard} ...${data} reload=${live.reload} />`}<//>`;
}

function ImeiBoard({ partners, orders, isComplete, reload }) {
  // The fields in which something is typed: they stay, whatever is read meanwhile.
  const [typed, setTyped] = useState(new Set());
  const [saved, setSaved] = useState([]);
  const known = useRef(new Map());
  const now = useClock();
  const shown = ordersShown(orders, known.current, typed);
  const names = namesOf(partners);
  useSummary(shown);

  const onText = (key, isTyped) => setTyped((was) => new Set(isTyped ? [...was, key] : [...was].filter((one) => one !== key)));
  const onSaved = (order, line, digits) => {
    known.current.set(orderHref(order), { order, savedDuring: orders });
    const entry = { order, line, ending: digits.slice(-4), at: new Date().toISOString() };
    setSaved((was) => [entry, ...was].slice(0, SAVED_MAX));
    notify(`Saved: IMEI ending in ${entry.ending}, order ${order.order_id}.`);
    reload();
  };
  return html`
    ${!isComplete && html`<${Notice} tone="info"><p>There are more than can be shown; the newest are here.</p><//>`}
    ${shown.length === 0 && html`<${Empty} title="No IMEI is missing">
      <p>${partners.length === 0 ? "None of your partners is at a marketplace that takes IMEIs." : "Phones show here as soon as their label is made."}</p><//>`}
    <div class="board imeis">
      ${shown.map((order) => html`<${ImeiOrder} key=${orderHref(order)} order=${order} now=${now} typed=${typed}
        partnerName=${names.get(order.partner_id)} onText=${onText} onSaved=${onSaved} />`)}
    </div>
    ${saved.length > 0 && html`<section class="card" aria-label="Saved just now">
      <h2>Saved just now</h2>
      <ul class="plain">${saved.map(({ order, line, ending, at }) => html`<li key=${at}>
        <a href=${orderHref(order)}>${order.order_id}</a>, ${line.sku ?? line.item_id}: IMEI ending in ${ending}, <${Time} at=${at} /></li>`)}</ul>
    </section>`}`;
}

/**
 * The orders to be shown: as read, unless what a save answered is newer; and those in whose fields something is typed.
 * @param {object[]} orders
 * @param {Map<string, {order: object, savedDuring?: object[]}>} known what was read and saved before
 * @param {Set<string>} typed
 */
function ordersShown(orders, known, typed) {
  const listed = new Map(orders.map((order) => [orderHref(order), order]));
  for (const [key, order] of listed) {
    if (!(known.get(key)?.order.version > order.version)) known.set(key, { order });
  }
  const shown = [];
  for (const [key, { order, savedDuring }] of known) {
    const isAwaited = (listed.has(key) || savedDuring === orders) && order.lines.some((line) => line.is_missing);
    const isTypedIn = order.lines.some((line) => typed.has(lineKey(order, line)));
    if (isAwaited || isTypedIn) shown.push({ ...order, isAwaited });
    else if (savedDuring !== orders && !listed.has(key)) known.delete(key);
  }
  return shown.sort(bySoonest);
}

/** One order: its deadline, and a field for each phone. */
function ImeiOrder({ order, now, typed, partnerName, onText, onSaved }) {
  const isTyped = (line) => typed.has(lineKey(order, line));
  const lines = order.lines.filter((line) => isTyped(line) || (order.isAwaited && (line.is_missing || line.is_by_hand)));
  return html`<section class="card" aria-label="Order ${order.order_id}">
    <header class="card-head">
      <h2><a href=${orderHref(order)}>${order.order_id}</a> <span class="muted">${partnerName}</span></h2>
      <${Deadline} order=${order} now=${now} />
    </header>
    ${lines.map((line) => line.is_by_hand
      ? html`<p key=${line.item_id}>${line.sku ?? "Line"} <span class="muted">${line.item_id}</span>, quantity ${line.quantity}:
          ${" "}<span class="mark">by hand</span>. The marketplace takes one IMEI of a line; enter them there.</p>`
      : html`<${ImeiField} key=${line.item_id} order=${order} line=${line} onText=${onText} onSaved=${onSaved}
          isGone=${!order.isAwaited || !line.is_missing} />`)}
  </section>`;
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
