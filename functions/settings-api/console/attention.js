// The view "Attention": what needs a person, the worst and the longest first, each with what resolves it.

/** How many pages are read: 1,000 orders in all. */
const ATTENTION_PAGES_MAX = 10;
/** How often the count in the navigation is read while another view is open. */
const BADGE_MS = 30_000;

/** How many need a person, for the navigation: `{count, isMore}`, or null while unknown. */
const attentionCount = makeStore(null);

/**
 * What needs a person: stopped partners, and orders.
 * @param {number} pagesMax
 * @param {AbortSignal} signal
 */
async function readAttention(pagesMax, signal) {
  const { orders, partners, cursor } = await readPages("/orders", { attention: "true" }, { wanted: Infinity, pagesMax }, signal);
  return { items: itemsOf(orders), partners, isMore: cursor !== null };
}

/**
 * The packages that need a person, the worst first, then those that wait longest.
 * @param {object[]} orders
 */
function itemsOf(orders) {
  const items = orders.flatMap((order) => order.packages
    .filter((pack) => pack.attention.length > 0)
    .map((pack) => ({ order, pack })));
  const since = ({ order }) => Date.parse(order.attention_since ?? order.seen_at);
  return items.sort((one, other) =>
    one.pack.attention[0].rank - other.pack.attention[0].rank || since(one) - since(other));
}

/**
 * Keeps the navigation's count.
 * @param {{items: object[], partners: object[], isMore: boolean}|null} data
 */
function useAttentionCount(data) {
  useEffect(() => {
    if (data) attentionCount.set({ count: data.items.length + data.partners.length, isMore: data.isMore });
  }, [data]);
}

/** Reads the navigation's count from time to time; only what fits one page is counted. */
function useAttentionBadge() {
  const live = useLive("attention-badge", (signal) => readAttention(1, signal), BADGE_MS);
  useAttentionCount(live.data);
  return useStore(attentionCount);
}

function AttentionView() {
  const live = useLive("attention", (signal) => readAttention(ATTENTION_PAGES_MAX, signal));
  const partners = usePartners();
  const names = new Map(partners.data?.map(({ partner_id: id, name }) => [id, name]));
  useAttentionCount(live.data);
  return html`<${Heading}>Attention<//>
    <${Loaded} live=${live} what="attention list">${(data) => html`<${AttentionList} ...${data} names=${names} reload=${live.reload} />`}<//>`;
}

/** @param {{items: object[], partners: object[], isMore: boolean, names: Map<string, string>, reload: () => Promise<void>}} props */
function AttentionList({ items, partners, isMore, names, reload }) {
  const [resolving, setResolving] = useState(null);
  const [isRetrying, setIsRetrying] = useState(false);
  const canRetry = isMore || items.some(({ pack }) => pack.state === "rejected");
  if (items.length === 0 && partners.length === 0) {
    return html`<${Empty} title="Nothing needs you"><p>Everything is sent, or goes out by itself.</p><//>`;
  }
  const count = isMore ? "1,000 or more orders need" : `${counted(items.length, "package")} ${items.length === 1 ? "needs" : "need"}`;
  return html`<div class="bar between">
      <p class="lead-in">${count} a person${partners.length > 0 ? `, and ${counted(partners.length, "partner")} ${partners.length === 1 ? "is" : "are"} stopped` : ""}.</p>
      ${canRetry && html`<button type="button" onClick=${() => setIsRetrying(true)}>Retry all rejected…</button>`}
    </div>
    ${partners.length > 0 && html`<section aria-label="Stopped partners">
      <h2>Stopped partners</h2>
      ${partners.map((partner) => html`<${StoppedPartner} key=${partner.partner_id} partner=${partner} />`)}
    </section>`}
    ${items.length > 0 && html`<section aria-label="Packages">
      <h2>Packages</h2>
      <ul class="plain board">
        ${items.map(({ order, pack }) => html`<${AttentionItem} key=${`${orderKey(order)}/${pack.package_id}`} order=${order}
          pack=${pack} partnerName=${names.get(order.partner_id) ?? order.partner_id} onResolve=${() => setResolving({ order, pack })} />`)}
      </ul>
    </section>`}
    ${resolving && html`<${ResolveDialog} line=${resolving.order} packageId=${resolving.pack.package_id}
      onClose=${() => setResolving(null)} onDone=${reload} />`}
    ${isRetrying && html`<${RetryDialog} onClose=${() => setIsRetrying(false)} onDone=${reload} />`}`;
}

/** @param {{partner: object}} props */
function StoppedPartner({ partner }) {
  return html`<article class="card bad" aria-label="Partner ${partner.name}">
    <header class="card-head">
      <h3>${partner.name} <span class="muted">${partner.partner_id}</span></h3>
      <span class="state"><span class="badge bad">Stopped</span>
        ${" "}<span class="detail">since <${Time} at=${partner.stopped.at} /></span></span>
    </header>
    <div class="reason">
      <p class="says">Nothing of it is sent: ${partner.stopped.reason}</p>
      <p class="advice">Put the right credentials. It goes on by itself then.</p>
    </div>
    <div class="buttons"><a class="button primary" href="#${pathOf("partners", partner.partner_id)}">Replace credentials<span class="quiet"> of ${partner.name}</span></a></div>
  </article>`;
}

/** @param {{order: object, pack: object, partnerName: string, onResolve: () => void}} props */
function AttentionItem({ order, pack, partnerName, onResolve }) {
  const lacksImeis = pack.attention.some(({ reason }) => reason === "imeis_missing");
  return html`<li class="card">
    <header class="card-head">
      <h3><a href=${orderHref(order)}>${order.order_id}</a>
        ${order.packages.length > 1 && html` <span class="muted">package ${pack.package_id}</span>`}
        ${" "}<span class="muted">${partnerName}</span></h3>
      <span class="state"><${Badge} state=${pack.state} />
        ${order.attention_since && html` <span class="detail">since <${Time} at=${order.attention_since} /></span>`}</span>
    </header>
    <${Reasons} reasons=${pack.attention} />
    <p><${Tracking} number=${pack.tracking_number} carrier=${pack.carrier} /></p>
    <div class="buttons">
      <button type="button" onClick=${onResolve}>Resolve…<span class="quiet"> order ${order.order_id}, package ${pack.package_id}</span></button>
      ${lacksImeis && html`<a class="button" href="#/imeis">Enter IMEIs</a>`}
    </div>
  </li>`;
}
