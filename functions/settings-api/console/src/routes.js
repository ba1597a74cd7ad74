// Which view an address asks for.

import { useEffect, useState } from "preact/hooks";
import { AttentionView } from "./attention/view.js";
import { ImeisView } from "./imeis/view.js";
import { OrderView } from "./orders/order-view.js";
import { OrdersView } from "./orders/orders-view.js";
import { CarriersView } from "./partners/carriers-view.js";
import { ChangesView } from "./partners/changes-view.js";
import { AddPartnerView, PartnersView, PartnerView } from "./partners/partners-view.js";
import { SettingsView } from "./partners/settings-view.js";

/** The views, by the first part of their address. */
const VIEWS = { orders: OrdersView, order: OrderView, imeis: ImeisView, attention: AttentionView, partners: PartnersView, "add-partner": AddPartnerView };

/**
 * Which view an address asks for: `#/order/<partner>/<order>`, `#/partners/<partner>/settings`, ….
 * @returns {{View: Function, place: string, partner?: string, order?: string, day?: string, search: string}} where `place` changes, the focus moves
 */
function routeOf(hash) {
  const [path, query] = hash.slice(1).split("?");
  const [, first, partner, second, day] = path.split("/");
  const search = new URLSearchParams(query).get("search") ?? "";
  let View = Object.hasOwn(VIEWS, first ?? "") ? VIEWS[first] : OrdersView;
  if (first === "partners" && partner) View = { settings: SettingsView, carriers: CarriersView, changes: ChangesView }[second] ?? PartnerView;
  // Another partner's orders are chosen in the view itself.
  return { View, place: View === OrdersView ? "orders" : path, partner, order: second, day, search };
}

/** The view the address asks for, and again when that changes. */
export function useRoute() {
  const [route, setRoute] = useState(routeOf(location.hash));
  useEffect(() => {
    const onChange = () => setRoute(routeOf(location.hash));
    window.addEventListener("hashchange", onChange);
    return () => window.removeEventListener("hashchange", onChange);
  }, []);
  return route;
}
