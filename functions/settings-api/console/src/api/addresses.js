// Paths of the API, and addresses of the page.

/** The path of something, each part escaped. */
export function pathOf(...parts) {
  return `/${parts.map(encodeURIComponent).join("/")}`;
}

/** A path with a query, without what is null. */
export function withQuery(path, query) {
  return `${path}?${new URLSearchParams(Object.entries(query).filter(([, value]) => value !== null))}`;
}

/** The address of an order's page. */
export function orderHref({ partner_id: partner, order_id: order }) {
  return `#${pathOf("order", partner, order)}`;
}

/** Whether an address from outside may be linked: only the web's own schemes, never `javascript:`. */
export function isWebAddress(address) {
  return Boolean(address) && URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}
