// An API that runs in the page itself and answers late. It has 40 phones of a partner, and another person who saves in
// between. The test moves the clock (Playwright's), so that late answers take no real time. `window.shop` is the test's
// access to the API.
(() => {
  const { seed, phones, withFaults } = JSON.parse(sessionStorage.getItem("late") ?? "{}");
  if (seed === undefined) return;

  /** Pseudo-random numbers, equal for equal seeds (mulberry32). */
  let state = seed >>> 0;
  const random = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
  const until = (minutes) => new Date(Date.now() + minutes * 60_000).toISOString();

  const orders = new Map();
  const add = (id, minutes) => orders.set(id, { id, version: 1, imei: null, by: null, number: `T${id}`, state: "waiting", deadline: until(minutes) });
  phones.forEach((_, place) => add(`phone-${String(place).padStart(2, "0")}`, 30 + place));

  const label = (number, at) => ({ label_id: number, tracking_number: number, tracking_url: null, carrier: "UPS", service: "Ground",
    event_id: `told-${number}`, also_known_as: [], labeled_at: at, updated_at: null, ship_by: null, ships_on: null, kind: "outbound",
    voided: false, is_sent: false, disputed: null, supply_source_id: null,
    items: [{ item_id: "1", sku: "PHN", quantity: 1, transparency_codes: [], remaining: null }] });
  const actions = (number) => [{ action: "send_now", label: "Send now", sends: true, warning: `Back Market is told ${number}.` }];

  const view = ({ id, version, imei, by, number, state, deadline }) => ({
    partner_id: "shop", order_id: id, channel: "back_market", version, seen_at: deadline, cancelled_at: null, attention_since: null,
    cancelled_lines: [], refused_labels: [], cancel_wish: null,
    imei_deadline: imei ? null : deadline,
    lines: [{ item_id: "1", sku: "PHN", quantity: 1, requires_imei: true, requires_serial: false, serials: [],
      imeis: imei ? [`***********${imei.slice(-4)}`] : [], is_missing: !imei, missing: imei ? [] : ["imei"], is_ambiguous: false, is_by_hand: false }],
    returns: [],
    imeis: imei ? [{ item_id: "1", imeis: [`***********${imei.slice(-4)}`], updated_by: by }] : [],
    serials: [],
    packages: [{ package_id: "1", state, detail: imei || state !== "waiting" ? { for: "movement" } : { for: "imeis", deadline },
      tracking_number: number, carrier: "UPS", attention: [], actions: state === "waiting" ? actions(number) : [], proof: null, sent: null,
      ship_by: null, confirmed_late: false, refused_wish: null, hold: null, attempts: null, imei_registrations: [], movements: [], other_labels: [], chosen: null, hints: [], timing: "when_tracking_is_assigned", label: label(number, deadline) }],
    timeline: [],
  });

  const save = (order, imei, by) => Object.assign(order, { imei, by, version: order.version + 1 });

  const shop = {
    /** The orders that a person sent, with the number that was sent. */
    sent: () => Object.fromEntries([...orders.values()].filter(({ state }) => state === "ready").map(({ id, number }) => [id, number])),
    relabel: (id, number) => Object.assign(orders.get(id), { number, version: orders.get(id).version + 1 }),
    /** Another person enters an IMEI. If the order has one already, this does nothing unless `isOver` is set. */
    other: (id, imei, isOver = false) => {
      const order = orders.get(id);
      if (order.imei && !isOver) return false;
      save(order, imei, "bob@acme.example");
      return true;
    },
    /** Changes an order's version, as any other change would. */
    touch: (id) => { orders.get(id).version += 1; },
    arrives: (id, minutes) => add(id, minutes),
    imeis: () => Object.fromEntries([...orders.values()].map(({ id, imei, by }) => [id, { imei, by }])),
    open: 0,
    asked: 0,
    /** How many requests the page made so far. */
    requests: () => shop.asked,
  };
  window.shop = shop;

  const lists = {
    "/channels": { channels: [{ channel: "back_market", name: "Back Market", takes_imeis: true, lock: "",
      watch: { late: "", deadline: "", silent_hours: "", send_after: "", cost: "" }, timings: [
      { timing: "when_tracking_is_assigned", shown: "When tracking is assigned.", meaning: "", warnings: [] },
      { timing: "never", shown: "Never", meaning: "", warnings: [] }] }] },
    "/partners": { seller_id: "acme", partners: [{ partner_id: "shop", channel: "back_market", name: "Shop", stopped: null }] },
    "/orders": { orders: [], partners: [], carriers: [], ending: [], cursor: null },
    "/attention": { groups: [], is_complete: true },
  };

  /** The partner's setting. `never` would stop `shop.waiting` packages. */
  const settings = { partner_id: "shop", channel: "back_market", timing: "when_tracking_is_assigned", shown: "When tracking is assigned.",
    missing_imei: "hold", deadline: { warn_hours: 4, action: "warn" }, silent_hours: 96, send_after: "off", version: 1, changed_by: "ann@acme.example", changed_at: until(0) };
  shop.waiting = 3;
  shop.timing = () => settings.timing;
  const effect = () => ({ stopped_by_never: { packages: shop.waiting, is_complete: true }, in_words: [`${shop.waiting} packages are stopped.`] });
  const change = ({ timing, stops }) => {
    if (timing === "never" && !(stops >= shop.waiting)) return [409, { field: "stops", detail: `it would stop ${shop.waiting} packages by now` }];
    Object.assign(settings, { timing, version: settings.version + 1 });
    return [200, { ...settings, effect: effect() }];
  };

  const missing = () => [...orders.values()].filter(({ imei }) => !imei).map(view);

  const answer = (method, path, query, headers, body) => {
    if (path === "/orders" && query.has("imeis")) return [200, { ...lists[path], orders: missing() }];
    if (lists[path]) return [200, lists[path]];
    if (path === "/partners/shop/orders") {
      return [200, { orders: missing(), cursor: null }];
    }
    if (path === "/partners/shop/settings/effect") return [200, effect()];
    if (path === "/partners/shop/settings") return method === "GET" ? [200, settings] : change(body);
    const order = orders.get(path.split("/")[4]);
    if (method === "GET") return [200, view(order)];
    if (headers["if-match"] !== `"${order.version}"`) return [412, { field: "If-Match", detail: `it is of version ${order.version} by now` }];
    if (method === "POST") return [200, view(Object.assign(order, { state: "ready", version: order.version + 1 }))];
    const other = [...orders.values()].find((one) => one !== order && one.imei === body.imeis[0]);
    if (other && !body.is_meant) return [409, { field: "imeis", 
      detail: `the IMEI ending in ${other.imei.slice(-4)} was saved for order \`${other.id}\` of \`shop\` by ${other.by} at `
        + "2026-11-29T07:00:00Z; say `is_meant` if it is this line's, too" }];
    save(order, body.imeis[0], "ann@acme.example");
    return [200, view(order)];
  };

  window.fetch = async (address, { method = "GET", headers = {}, body, signal } = {}) => {
    const { pathname, searchParams } = new URL(address, location.href);
    shop.asked += 1;
    const isWrite = method !== "GET";
    shop.open += isWrite ? 1 : 0;
    try {
      const [before, after] = [random() * 1_500, random() * 1_500];
      await later(before);
      signal?.throwIfAborted();
      const fault = withFaults && isWrite ? random() : 1;
      if (fault < 0.03) throw new TypeError("the request was lost");
      const [status, said] = answer(method, pathname, searchParams, headers, body && JSON.parse(body));
      await later(after);
      signal?.throwIfAborted();
      if (fault < 0.06) throw new TypeError("the answer was lost");
      return new Response(JSON.stringify(said), { status, headers: { "content-type": "application/json" } });
    } finally {
      shop.open -= isWrite ? 1 : 0;
    }
  };
})();
