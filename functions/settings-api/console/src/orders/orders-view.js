// The view "Orders": a partner's orders, the newest first, and a search over all partners.

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { pathOf, withQuery } from "../api/addresses.js";
import { read, readPages } from "../api/ask.js";
import { useLive } from "../api/live.js";
import { namesOf, usePartners } from "../api/partners.js";
import { PackageTable } from "../packages/table.js";
import { announce } from "../page/announcements.js";
import { Empty } from "../page/elements.js";
import { SelectField, TextField } from "../page/form-fields.js";
import { Heading } from "../page/heading.js";
import { Loaded } from "../page/loaded.js";
import { counted } from "../wording.js";

/** Where the partner that was looked at last is remembered. */
const PARTNER_KEY = "shipconfirm.partner";
/** How many more orders are shown at a time. */
const MORE = 25;
/** How many pages are read at once: of a list with a condition, a page may be empty. */
const PAGES_MAX = 10;

export function OrdersView({ partner, search }) {
  const live = usePartners();
  return html`<${Heading} name=${search ? `Search: ${search}` : "Orders"}>Orders<//>
    <${Loaded} live=${live} what="partners">${({ partners }) => {
      const last = partners.find(({ partner_id: id }) => id === localStorage.getItem(PARTNER_KEY)) ?? partners[0];
      return html`<${OrdersOf} partners=${partners} partner=${partner ?? last?.partner_id} search=${search} />`;
    }}<//>`;
}

function OrdersOf({ partners, partner, search }) {
  useEffect(() => {
    if (partner) localStorage.setItem(PARTNER_KEY, partner);
  }, [partner]);
  if (!partner) {
    return html`<${Empty} title="No partner yet">
      <p>A partner is one of your accounts at a marketplace. Its orders show here.</p>
      <p><a class="button primary" href="#/add-partner">Add a partner</a></p>
    <//>`;
  }
  const open = (id, query = "") => {
    location.hash = pathOf("orders", id) + query;
  };
  return html`<div class="bar">
      <${SelectField} label="Partner" value=${partner} onText=${open} options=${Object.entries({ [partner]: partner, ...Object.fromEntries(namesOf(partners)) })} />
      <${SearchForm} key=${search} search=${search} onSearch=${(text) => open(partner, text && withQuery("", { search: text }))} />
    </div>
    ${search
      ? html`<${Search} search=${search} names=${namesOf(partners)} />`
      : html`<${PartnerOrders} key=${partner} partner=${partner} />`}`;
}

function SearchForm({ search, onSearch }) {
  const [text, setText] = useState(search);
  const submit = (event) => {
    event.preventDefault();
    onSearch(text.trim());
  };
  return html`<form role="search" onSubmit=${submit}>
    <${TextField} label="Order or tracking number" value=${text} onText=${setText}
      input=${{ type: "search", maxLength: 100, placeholder: "All partners", enterkeyhint: "search" }} />
    <button type="submit">Search</button>
    ${search && html`<button type="button" onClick=${() => onSearch("")}>Clear search</button>`}
  </form>`;
}

function Search({ search, names }) {
  const path = withQuery("/orders", { search });
  const live = useLive(path, (signal) => read(path, signal));
  const found = live.data?.orders.length ?? null;
  useEffect(() => {
    if (found !== null) announce(`${counted(found, "order")} found`);
  }, [found]);
  return html`<${Loaded} live=${live} what="search results">${({ orders }) =>
    orders.length > 0
      ? html`<h2>${counted(orders.length, "order")} found for “${search}”</h2>
          <${PackageTable} orders=${orders} caption="Orders found" names=${names} />`
      : html`<${Empty} title=${`Nothing found for “${search}”`}>
          <p>The whole number is needed, however it is written: any number of the parcel, or its barcode.</p>
        <//>`}<//>`;
}

/** A partner's orders: as many as are wanted, read anew as a whole, so that each is as it is now. */
function PartnerOrders({ partner }) {
  const [wanted, setWanted] = useState(MORE);
  const [state, setState] = useState("");
  const query = state ? { state } : {};
  const live = useLive(`orders/${partner}/${state}`, (signal) => readPages(pathOf("partners", partner, "orders"), query, { wanted, ...(state && { pagesMax: PAGES_MAX }) }, signal));
  useEffect(() => {
    if (wanted > MORE) live.reload();
  }, [wanted]);
  return html`<${SelectField} label="Show" value=${state} onText=${setState} options=${[["", "All orders"], ["observed", "Only observed"]]} />
  <${Loaded} live=${live} what="orders">${({ orders, cursor }) => {
    if (orders.length === 0 && state) return html`<${Empty} title="Nothing was observed"><p>None of the newest orders was decided while this partner observed.</p><//>`;
    if (orders.length === 0) return html`<${Empty} title="No orders yet"><p>Orders show here as soon as their label is made.</p><//>`;
    const isComing = orders.length < wanted && !state;
    return html`<${PackageTable} orders=${orders} caption="Orders, newest first" />
      ${cursor && html`<p class="more"><button type="button" aria-disabled=${isComing && "true"}
        onClick=${() => isComing || setWanted(orders.length + MORE)}>${isComing ? "Loading…" : "Load more"}</button></p>`}`;
  }}<//>`;
}
