//! Orders: the newest of a partner, those that need a person, those that are searched for, and one in full.

use super::groups::Group;
use super::hints::hints;
use super::quiet::quiet_view;
use super::{OrdersCall, cursor};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::views::{credential_ends, partner_view, unlisted_view};
use domain::{
    Moment, NumberKey, Order, OrderId, OrderKey, Partner, PartnerId, Text, Tracking,
    TrackingNumber, UnlistedCarrier, barcode_readings, by_key, gather, order_line, order_line_at,
    order_view_at,
};
use flows::ports::{AttentionOf, AttentionPlace, ImeiPlace, OrdersDesk, Stored};
use serde_json::{Value, json};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The longest text that is searched for. Unit: characters.
const SEARCH_MAX: usize = 100;

/// The state that a list may be of.
const OBSERVED: &str = "observed";

fn is_observed(order: &Order) -> bool {
    order.packages.values().any(|package| package.observed().is_some())
}

/// The most orders that lack an IMEI on the page of all partners.
const LACKING_MAX: u16 = 500;

/// The partners of a seller, by their ids. Their timings are needed to show a package that `never` stops as withheld (rule T5).
pub(super) type Partners = BTreeMap<PartnerId, Partner>;

pub(super) fn by_id(partners: Vec<Partner>) -> Partners {
    gather(partners.into_iter().map(|partner| (partner.id.clone(), partner)))
}

/// The order as it is shown to people.
pub(super) fn shown(order: Order, partners: &Partners) -> Order {
    match partners.get(&order.key.partner) {
        Some(partner) => order.shown_under(partner.timing_now()),
        None => order,
    }
}

fn lines(orders: Vec<Stored>, partners: &Partners) -> Vec<Value> {
    let line = |stored: Stored| match partners.get(&stored.order.key.partner) {
        Some(partner) => order_line_at(partner, stored.order, stored.version.0),
        None => order_line(&stored.order, stored.version.0),
    };
    orders.into_iter().map(line).collect()
}

impl<P: OrdersDesk> OrdersCall<'_, P> {
    /// The keys of the orders among what needs a person.
    pub(super) fn keys_of(&self, places: &[AttentionPlace]) -> Vec<OrderKey> {
        let key = |place: &AttentionPlace| Some(self.key(&place.partner, place.order()?));
        places.iter().filter_map(key).collect()
    }

    /// The key of an order, and its partner. It is a problem if there is no such partner.
    pub(super) async fn key_at(
        &self,
        partner: &PartnerId,
        order: &OrderId,
    ) -> Result<(OrderKey, Partner), Problem> {
        let known = self.known(partner).await?;
        Ok((self.key(partner, order), known))
    }

    /// `GET …/orders/{order}`.
    pub(super) async fn order(
        &self,
        partner: &PartnerId,
        order: &OrderId,
    ) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let (key, partner) = self.key_at(partner, order).await?;
        let stored = self.desk.order(&key).await?;
        let stored = stored.ok_or_else(|| Problem::not_there("order", order))?;
        self.whole(stored, &partner).await
    }

    /// `GET /partners/{partner}/orders`.
    pub(super) async fn partner_orders(&self, id: &PartnerId) -> Result<Reply, Problem> {
        let [cursor, limit, imeis, state] =
            self.call.parameters(["cursor", "limit", "imeis", "state"])?;
        let limit = cursor::limit(limit)?;
        if let Some(other) = imeis.as_deref().filter(|imeis| *imeis != "missing") {
            let problem = format!("`{}` is not one of its values", Text::cut(other));
            return Err(Problem::wrong("imeis", &problem).allowing(&["missing"]));
        }
        if let Some(other) = state.as_deref().filter(|state| *state != OBSERVED) {
            let problem = format!("`{}` is not one of its values", Text::cut(other));
            return Err(Problem::wrong("state", &problem).allowing(&[OBSERVED]));
        }
        if imeis.is_some() && state.is_some() {
            return Err(
                Problem::wrong("state", "stands beside imeis").allowing(&["one of the two"])
            );
        }
        if imeis.is_some() {
            return self.lacking_imeis(id, cursor::imeis(cursor)?, limit).await;
        }
        let after = cursor::seen(cursor)?;
        let partner = self.known(id).await?;
        let (places, has_more) = self.desk.newest(&self.caller.seller, id, after, limit).await?;
        let keys = places.iter().map(|place| self.key(id, &place.order)).collect();
        let mut orders = self.desk.orders(keys).await?;
        // No index has what was observed, so a page may be empty although there are more.
        orders.retain(|stored| state.is_none() || is_observed(&stored.order));
        let partners = by_id(vec![partner]);
        let cursor = places.last().filter(|_| has_more).map(cursor::of_seen);
        Ok(Reply::ok(&json!({ "orders": lines(orders, &partners), "cursor": cursor })))
    }

    /// The orders that lack an IMEI which could still go out, the soonest deadline first.
    async fn lacking_imeis(
        &self,
        id: &PartnerId,
        after: Option<ImeiPlace>,
        limit: u16,
    ) -> Result<Reply, Problem> {
        let partner = self.known(id).await?;
        let lacking = self.desk.lacking_imeis(&self.caller.seller, id, after, limit);
        let (places, has_more) = lacking.await?;
        let keys = places.iter().map(|place| self.key(id, &place.order)).collect();
        let mut orders = self.desk.orders(keys).await?;
        // The index may not know yet what was entered a moment ago.
        orders.retain(|stored| stored.order.awaits_imeis());
        let partners = by_id(vec![partner]);
        let cursor = places.last().filter(|_| has_more).map(cursor::of_imeis);
        Ok(Reply::ok(&json!({ "orders": lines(orders, &partners), "cursor": cursor })))
    }

    /// `GET /orders`.
    pub(super) async fn orders(&self) -> Result<Reply, Problem> {
        let [attention, search, imeis, cursor, limit, partner, reason, day] =
            self.call.parameters([
                "attention",
                "search",
                "imeis",
                "cursor",
                "limit",
                "partner_id",
                "reason",
                "day",
            ])?;
        if let Some(value) = imeis {
            let others = [attention, search, cursor, limit, partner, reason, day];
            return self.lacking_imeis_anywhere(&value, others).await;
        }
        let limit = cursor::limit(limit)?;
        let group = Group::of([partner, reason, day])?;
        match (attention.as_deref(), search) {
            (Some("true"), None) => {
                self.needing_a_person(group.as_ref(), cursor::attention(cursor)?, limit).await
            }
            (None, Some(_)) if group.is_some() => {
                Err(Problem::wrong("partner_id", "is not for a search")
                    .allowing(&["only with attention=true"]))
            }
            (None, Some(text)) if cursor.is_none() => self.search(&text).await,
            (None, Some(_)) => {
                Err(Problem::wrong("cursor", "is not for a search: it has one page")
                    .allowing(&["only with attention=true"]))
            }
            (Some(other), None) => {
                let problem = format!("`{}` is not one of its values", Text::cut(other));
                Err(Problem::wrong("attention", &problem).allowing(&["true"]))
            }
            (Some(_), Some(_)) | (None, None) => {
                Err(Problem::wrong("attention", "or `search` is needed, not both or neither")
                    .allowing(&["attention=true", "search=<an order's id or a tracking number>"]))
            }
        }
    }

    /// The orders at any partner that lack an IMEI or a serial number, the soonest deadline first, on one page: whoever packs looks
    /// at all of them every few seconds.
    async fn lacking_imeis_anywhere(
        &self,
        value: &str,
        others: [Option<String>; 7],
    ) -> Result<Reply, Problem> {
        if value != "missing" {
            let problem = format!("`{}` is not one of its values", Text::cut(value));
            return Err(Problem::wrong("imeis", &problem).allowing(&["missing"]));
        }
        if others.iter().any(Option::is_some) {
            return Err(Problem::wrong("imeis", "stands beside another parameter")
                .allowing(&["imeis=missing alone"]));
        }
        let seller = &self.caller.seller;
        let partners = self.desk.partners(seller).await?;
        let taking = partners.iter().filter(|one| one.settings.channel().facts().takes_imeis);
        let mut places = Vec::new();
        for Partner { id, .. } in taking {
            let (page, _) = self.desk.lacking_imeis(seller, id, None, LACKING_MAX).await?;
            places.extend(page.into_iter().map(|place| (place, id.clone())));
        }
        places.sort();
        places.truncate(LACKING_MAX.into());
        let keys = places.iter().map(|(place, id)| self.key(id, &place.order)).collect();
        let mut orders = self.desk.orders(keys).await?;
        // The index may not know yet what was entered a moment ago.
        orders.retain(|stored| stored.order.awaits_imeis());
        Ok(found(&lines(orders, &by_id(partners))))
    }

    async fn needing_a_person(
        &self,
        group: Option<&Group>,
        after: Option<AttentionPlace>,
        limit: u16,
    ) -> Result<Reply, Problem> {
        let seller = &self.caller.seller;
        let is_first = group.is_none() && after.is_none();
        let partners = self.desk.partners(seller).await?;
        let feed = match group {
            Some(_) => None,
            None => self.quiet_feed(&partners).await?,
        };
        let (places, has_more) = match feed {
            Some(_) => self.places_beside_silence(after, limit).await?,
            None => self.places(group, after, limit).await?,
        };
        let mut orders = self.desk.orders(self.keys_of(&places)).await?;
        // The index may not know yet what was resolved a moment ago.
        orders.retain(|stored| stored.order.attention_since.is_some());
        let is_stopped = |partner: &&Partner| {
            let is_listed = places
                .iter()
                .any(|place| place.of == AttentionOf::Partner && place.partner == partner.id);
            (partner.stopped.is_some() || partner.paused.is_some()) && is_listed
        };
        let now = self.desk.now();
        let stopped = partners.iter().filter(is_stopped).map(|one| partner_view(one, now));
        let stopped: Vec<Value> = stopped.collect();
        let ending: Vec<Value> = if is_first {
            partners.iter().flat_map(|one| ending(one, now)).collect()
        } else {
            Vec::new()
        };
        let cursor = places.last().filter(|_| has_more).map(cursor::of_attention);
        let orders = lines(orders, &by_id(partners));
        let carriers = self.unlisted_at(&places).await?;
        Ok(Reply::ok(&json!({ "orders": orders, "partners": stopped, "carriers": carriers,
            "quiet_feed": feed.map(quiet_view), "ending": ending, "cursor": cursor })))
    }

    /// The carriers that are not listed, among what needs a person.
    async fn unlisted_at(&self, places: &[AttentionPlace]) -> Result<Vec<Value>, Problem> {
        let is_carrier = |place: &&AttentionPlace| matches!(place.of, AttentionOf::Carrier(_));
        let partners: BTreeSet<&PartnerId> =
            places.iter().filter(is_carrier).map(|place| &place.partner).collect();
        let mut views = Vec::new();
        for partner in partners {
            let all = self.desk.unlisted_carriers(&self.caller.seller, partner).await?;
            let is_named = |carrier: &&UnlistedCarrier| {
                let of = AttentionOf::Carrier(carrier.key.form.clone());
                let is_here = |place: &AttentionPlace| place.of == of && place.partner == *partner;
                carrier.since.is_some() && places.iter().any(is_here)
            };
            views.extend(all.iter().filter(is_named).map(unlisted_view));
        }
        Ok(views)
    }

    /// The orders at any partner that have this id or this tracking number, the newest first.
    async fn search(&self, text: &str) -> Result<Reply, Problem> {
        let text = text.trim();
        if Text::try_from(text.to_owned()).is_err() || text.chars().count() > SEARCH_MAX {
            return Err(Problem::wrong("search", "is empty or too long")
                .allowing(&[&format!("a text of 1 to {SEARCH_MAX} characters")]));
        }
        let partners = self.desk.partners(&self.caller.seller).await?;
        let mut keys: BTreeSet<OrderKey> = BTreeSet::new();
        if let Ok(order) = text.parse::<OrderId>() {
            keys.extend(partners.iter().map(|partner| self.key(&partner.id, &order)));
        }
        if let Ok(number) = text.parse::<TrackingNumber>() {
            keys.extend(self.orders_named(&self.known_by(&number).await?));
        }
        let orders = self.desk.orders(keys.into_iter().collect()).await?;
        let orders = by_key(orders, |stored| Reverse(stored.order.seen_at));
        let orders = lines(orders, &by_id(partners));
        Ok(found(&orders))
    }

    /// `GET /trackings/{number}`.
    pub(super) async fn tracking(&self, number: &TrackingNumber) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let known = self.known_by(number).await?;
        if known.is_empty() {
            return Err(Problem::not_there("tracking number", number));
        }
        let keys = self.orders_named(&known).into_iter().collect();
        let orders = self.desk.orders(keys).await?;
        let partners = by_id(self.desk.partners(&self.caller.seller).await?);
        let movements = known.iter().flat_map(|tracking| {
            let view = |movement| domain::movement_view(&tracking.number, movement);
            tracking.movements.iter().map(view)
        });
        let movements: Vec<Value> = movements.collect();
        Ok(Reply::ok(&json!({ "tracking_number": number.key(),
            "orders": lines(orders, &partners), "movements": movements })))
    }

    /// What is known by a number, however it is written, and by each number that it may be a barcode of (rule N3).
    async fn known_by(&self, number: &TrackingNumber) -> Result<Vec<Tracking>, Problem> {
        let key = number.key();
        let readings = barcode_readings(key.as_str());
        let readings = readings.filter_map(|reading| reading.number.parse().ok());
        let keys: BTreeSet<NumberKey> = gather(readings.chain([key.clone()]));
        let mut known = Vec::new();
        for key in keys {
            known.extend(self.desk.tracking(&self.caller.seller, &key).await?);
        }
        Ok(known)
    }

    /// The reply with an order in full.
    pub(super) async fn whole(&self, stored: Stored, partner: &Partner) -> Result<Reply, Problem> {
        let pairs = if partner.has_carrier_pairs {
            self.desk.carrier_pairs(&partner.seller, &partner.id).await?.pairs
        } else {
            Vec::new()
        };
        let (version, channel) = (stored.version.0, stored.order.channel);
        let packages = stored.order.packages.values();
        let hints: Vec<Vec<Value>> =
            packages.map(|package| hints(channel, &pairs, package)).collect();
        let mut view = order_view_at(partner, stored.order, version);
        let packages = view.get_mut("packages").and_then(Value::as_array_mut);
        let packages = packages.into_iter().flatten().filter_map(Value::as_object_mut);
        for (package, hints) in packages.zip(hints) {
            package.insert("hints".to_owned(), hints.into());
        }
        Ok(Reply::ok(&view).tagged(version))
    }

    fn orders_named(&self, known: &[Tracking]) -> BTreeSet<OrderKey> {
        let named = known.iter().flat_map(|tracking| &tracking.orders);
        gather(named.map(|(partner, order)| self.key(partner, order)))
    }
}

/// The one page of a list that has orders alone.
fn found(orders: &[Value]) -> Reply {
    Reply::ok(&json!({ "orders": orders, "partners": [], "carriers": [],
        "quiet_feed": null, "ending": [], "cursor": null }))
}

/// The credentials of a partner that end soon.
fn ending(partner: &Partner, now: Moment) -> Vec<Value> {
    let near = credential_ends(partner, now).into_iter().filter(|end| end["is_near"] == true);
    let named = near.map(|mut end| {
        if let Some(fields) = end.as_object_mut() {
            fields.insert("partner_id".to_owned(), json!(partner.id));
        }
        end
    });
    named.collect()
}

/// The problem of an order that is not what the caller has seen. It says what the order is now.
pub(super) fn changed(key: &OrderKey, now: Option<&Stored>) -> Problem {
    let order = &key.order;
    Problem::Lost(match now {
        Some(stored) => format!("order `{order}` is of version \"{}\" by now", stored.version.0),
        None => format!("there is no order `{order}`"),
    })
}
