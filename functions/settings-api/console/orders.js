// The view "Orders": a partner's orders, the newest first, and a search over all partners.

/** Where the partner that was looked at last is remembered. */
const PARTNER_KEY = "shipconfirm.partner";
/** How many more orders are shown at a time. */
const MORE = 25;

/** The partner that was looked at last; storage may be forbidden. */
function rememberedPartner() {
  try {
    return localStorage.getItem(PARTNER_KEY);
  } catch {
    return null;
  }
}

/** @param {string} partner */
function rememberPartner(partner) {
  try {
    localStorage.setItem(PARTNER_KEY, partner);
  } catch {
    // Then the first one is shown next time.
  }
}

/** The seller's partners. */
function usePartners() {
  return useLive("partners", async (signal) => (await read("/partners", signal)).body.partners, 30_000);
}

/** What each channel offers: it does not change while the page is open. */
function useChannels() {
  return useLive("channels", async (signal) => (await read("/channels", signal)).body.channels, 600_000);
}

/** @param {{partner: string|null, search: string}} props */
function OrdersView({ partner, search }) {
  const partners = usePartners();
  return html`<${Heading} name=${search ? `Search: ${search}` : "Orders"}>Orders<//>
    <${Loaded} live=${partners} what="partners">${(all) => html`
      <${OrdersOf} partners=${all} search=${search}
        partner=${partner ?? all.find(({ partner_id: id }) => id === rememberedPartner())?.partner_id ?? all[0]?.partner_id ?? null} />
    `}<//>`;
}

/** @param {{partners: object[], partner: string|null, search: string}} props */
function OrdersOf({ partners, partner, search }) {
  useEffect(() => {
    if (partner) rememberPartner(partner);
  }, [partner]);
  if (!partner) {
    return html`<${Empty} title="No partner yet">
      <p>A partner is one of your accounts at a marketplace. Its orders show here.</p>
      <p><a class="button primary" href="#/add-partner">Add a partner</a></p>
    <//>`;
  }
  const toOrders = (id) => {
    location.hash = pathOf("orders", id);
  };
  return html`<div class="bar">
      <${Field} label="Partner">
        ${(attributes) => html`<select ...${attributes} value=${partner} onChange=${(event) => toOrders(event.target.value)}>
          ${!partners.some(({ partner_id: id }) => id === partner) && html`<option value=${partner}>${partner}</option>`}
          ${partners.map(({ partner_id: id, name }) => html`<option key=${id} value=${id}>${name}</option>`)}
        </select>`}
      <//>
      <${SearchForm} key=${search} partner=${partner} search=${search} />
    </div>
    ${search
      ? html`<${Search} search=${search} partners=${partners} />`
      : html`<${PartnerOrders} key=${partner} partner=${partner} />`}`;
}

/** @param {{partner: string, search: string}} props */
function SearchForm({ partner, search }) {
  const [text, setText] = useState(search);
  const submit = (event) => {
    event.preventDefault();
    const query = text.trim() ? `?${new URLSearchParams({ search: text.trim() })}` : "";
    location.hash = pathOf("orders", partner) + query;
  };
  return html`<form role="search" class="search" onSubmit=${submit}>
    <${TextField} label="Order or tracking number" value=${text} onText=${setText}
      input=${{ type: "search", maxLength: 64, placeholder: "All partners", enterkeyhint: "search" }} />
    <button type="submit">Search</button>
    ${search && html`<a class="button" href="#${pathOf("orders", partner)}">Clear search</a>`}
  </form>`;
}

/** @param {{search: string, partners: object[]}} props */
function Search({ search, partners }) {
  const path = `/orders?${new URLSearchParams({ search })}`;
  const live = useLive(path, async (signal) => (await read(path, signal)).body);
  const names = new Map(partners.map(({ partner_id: id, name }) => [id, name]));
  const found = live.data?.orders.length ?? null;
  useEffect(() => {
    if (found !== null) announce(`${counted(found, "order")} found`);
  }, [found]);
  return html`<${Loaded} live=${live} what="search results">${({ orders }) =>
    orders.length > 0
      ? html`<h2>${counted(orders.length, "order")} found for “${search}”</h2>
          <${PackageTable} orders=${orders} caption="Orders found" names=${names} />`
      : html`<${Empty} title=${`Nothing found for “${search}”`}>
          <p>The whole number is needed, as the marketplace or the carrier writes it.</p>
        <//>`}<//>`;
}

/** @param {{partner: string}} props */
function PartnerOrders({ partner }) {
  const [wanted, setWanted] = useState(MORE);
  const live = useLive(`orders/${partner}`, (signal) => readPages(pathOf("partners", partner, "orders"), {}, { wanted }, signal));
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) live.reload();
    isFirst.current = false;
  }, [wanted]);
  return html`<${Loaded} live=${live} what="orders">${({ orders, cursor }) =>
    orders.length === 0
      ? html`<${Empty} title="No orders yet"><p>Orders show here as soon as their label is made.</p><//>`
      : html`<${PackageTable} orders=${orders} caption="Orders, newest first" />
          ${cursor && html`<p class="more"><button type="button" aria-disabled=${orders.length < wanted}
            onClick=${() => orders.length >= wanted && setWanted(orders.length + MORE)}>
            ${orders.length < wanted ? "Loading…" : "Load more"}</button></p>`}`}<//>`;
}
