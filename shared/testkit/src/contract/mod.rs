//! The contract of the ports. One suite runs against [`crate::Memory`] and against the real ports on the local engine. Each
//! function needs a seller that nobody else uses at the same time.

mod api;

pub use api::*;

use crate::{full_order, movement, parsed, partner_of, text};
use domain::{
    ChangedBy, Channel, MerchantAccount, MerchantLink, NumberKey, ORDERS_MAX, Order, OrderKey,
    Partner, SellerId, SettingsChange, Stopped, Timing, Tracking,
};
use flows::DUE_SHARDS;
use flows::ports::{
    AddError, Booked, Booking, Clock, Desk, DueOrders, LinkDesk, MerchantLinks, Orders, Pacing,
    Partners, Renewals, SaveError, Secrets, Stored, Trackings, Traffic, UrgencyRange, Version,
};
use jiff::SignedDuration;
use std::collections::BTreeMap;

fn key(seller: &SellerId, order: &str) -> OrderKey {
    OrderKey { seller: seller.clone(), partner: parsed("shop"), order: parsed(order) }
}

fn new_order<P: Clock>(ports: &P, seller: &SellerId, order: &str) -> Order {
    Order::new(key(seller, order), Channel::Amazon, ports.now())
}

/// The order, changed in some way.
fn changed(order: &Order) -> Order {
    Order { cancelled: Some(order.seen_at), ..order.clone() }
}

fn stale(stored: Stored) -> Result<Version, SaveError> {
    Err(SaveError::Stale(Some(Box::new(stored))))
}

/// What was never saved does not exist, and reading it is no error.
pub async fn what_was_never_saved_is_absent<P: Orders + Partners + Trackings>(
    ports: &P,
    seller: &SellerId,
) {
    let number: NumberKey = parsed("CONTRACT0000");
    assert_eq!(ports.order(&key(seller, "absent")).await, Ok(None));
    assert_eq!(ports.partner(seller, &parsed("absent")).await, Ok(None));
    assert_eq!(ports.tracking(seller, &number).await, Ok(None));
}

/// An order is read as it was saved, every optional part included.
pub async fn an_order_is_read_as_it_was_saved<P: Clock + Orders>(ports: &P, seller: &SellerId) {
    let order = full_order(key(seller, "full"));
    assert_eq!(ports.save(&order, None, "a.1").await, Ok(Version(1)));
    assert_eq!(
        ports.order(&order.key).await,
        Ok(Some(Stored { order: order.clone(), version: Version(1) }))
    );
    // Nothing is left that a sweep would find.
    let quiet = Order::new(order.key, order.channel, order.seen_at);
    assert_eq!(ports.save(&quiet, Some(Version(1)), "a.2").await, Ok(Version(2)));
}

/// A save is made only on the version that was read. A save that comes too late gets the order as it is.
pub async fn a_save_is_conditional<P: Clock + Orders>(ports: &P, seller: &SellerId) {
    let order = new_order(ports, seller, "conditional");
    let later = changed(&order);
    assert_eq!(ports.save(&order, None, "a.1").await, Ok(Version(1)));
    assert_eq!(ports.save(&later, Some(Version(1)), "b.1").await, Ok(Version(2)));
    let current = Stored { order: later, version: Version(2) };
    assert_eq!(ports.save(&order, Some(Version(1)), "a.2").await, stale(current.clone()));
    assert_eq!(ports.save(&order, Some(Version(3)), "a.3").await, stale(current.clone()));
    assert_eq!(ports.order(&order.key).await, Ok(Some(current)));
}

/// A save of a new order fails where the order exists, and gets the order as it is.
pub async fn a_new_order_never_replaces_one<P: Clock + Orders>(ports: &P, seller: &SellerId) {
    let order = new_order(ports, seller, "new");
    let first = changed(&order);
    assert_eq!(ports.save(&first, None, "a.1").await, Ok(Version(1)));
    let there = Stored { order: first, version: Version(1) };
    assert_eq!(ports.save(&order, None, "b.1").await, stale(there));
}

/// A save on a version of an order that is gone says that it is gone.
pub async fn a_save_of_what_is_gone_is_stale<P: Clock + Orders>(ports: &P, seller: &SellerId) {
    let order = new_order(ports, seller, "gone");
    let answer = ports.save(&order, Some(Version(1)), "a.1").await;
    assert_eq!(answer, Err(SaveError::Stale(None)));
    assert_eq!(ports.order(&order.key).await, Ok(None));
}

/// A save that is repeated because its answer was lost is no error, for a new order and for one that was read.
pub async fn a_save_of_our_own_is_recognised<P: Clock + Orders>(ports: &P, seller: &SellerId) {
    let order = new_order(ports, seller, "own");
    for _ in 0..2 {
        assert_eq!(ports.save(&order, None, "a.1").await, Ok(Version(1)));
    }
    let later = changed(&order);
    for _ in 0..2 {
        assert_eq!(ports.save(&later, Some(Version(1)), "a.2").await, Ok(Version(2)));
    }
    let current = Stored { order: later, version: Version(2) };
    assert_eq!(ports.save(&order, Some(Version(1)), "a.1").await, stale(current));
}

/// Links are found by their account alone, whoever's they are. Belief is of the link that was read, and ends with it.
pub async fn links_are_found_by_their_account<P: Clock + MerchantLinks + LinkDesk>(
    ports: &P,
    seller: &SellerId,
) {
    // The seller's name makes the account one that nobody else has.
    let account = |marketplace: &str| MerchantAccount {
        merchant: parsed(&format!("M-{seller}")),
        marketplace: text(marketplace),
    };
    let link = |marketplace: &str, seller: &str| MerchantLink {
        account: account(marketplace),
        seller: parsed(seller),
        partner: parsed("shop"),
        since: ports.now(),
        believed_at: None,
    };
    assert_eq!(ports.merchant_links(&account("US")).await, Ok(Vec::new()));
    let (first, second) = (link("US", "a-seller"), link("US", "b-seller"));
    for link in [&second, &first, &link("US#x", "c-seller"), &link("USA", "d-seller")] {
        assert_eq!(ports.link_merchant(link).await, Ok(()));
    }
    let found = ports.merchant_links(&account("US")).await;
    assert_eq!(found, Ok(vec![first.clone(), second.clone()]));

    let later = |minutes: i64| ports.now().plus(SignedDuration::from_mins(minutes));
    let (first_time, again) = (later(1), later(2));
    assert_eq!(ports.believe_link(&first, first_time).await, Ok(()));
    assert_eq!(ports.believe_link(&first, again).await, Ok(()));
    let believed = MerchantLink { believed_at: Some(first_time), ..first.clone() };
    let found = ports.merchant_links(&account("US")).await;
    assert_eq!(found, Ok(vec![believed, second.clone()]));

    let anew = MerchantLink { since: later(3), ..first.clone() };
    assert_eq!(ports.link_merchant(&anew).await, Ok(()));
    assert_eq!(ports.believe_link(&first, again).await, Ok(()), "of what is no longer there");
    let found = ports.merchant_links(&account("US")).await;
    assert_eq!(found, Ok(vec![anew, second]));
}

/// An order is in a tracking number once, however often it is added. The number's other orders and its movements are returned.
pub async fn adding_to_a_number_is_idempotent<P: Trackings>(ports: &P, seller: &SellerId) {
    let number: NumberKey = parsed("CONTRACT0001");
    let before = Tracking::new(seller.clone(), number.clone());
    let movements = [movement(1), movement(2)];
    assert_eq!(ports.note_movements(&before, &movements).await, Ok(true));
    for order in ["one", "two", "one"] {
        let tracking = ports.add_to_tracking(&key(seller, order), &number).await;
        let tracking = tracking.expect("there is room");
        assert!(tracking.orders.contains(&(parsed("shop"), parsed(order))), "{tracking:?}");
        assert_eq!(tracking.movements, movements);
    }
    let tracking = ports.tracking(seller, &number).await.expect("readable").expect("there");
    let mut orders = tracking.orders;
    orders.sort();
    assert_eq!(orders, [(parsed("shop"), parsed("one")), (parsed("shop"), parsed("two"))]);
}

/// A number belongs to so many orders and no more. An order that it belongs to already may be added again.
pub async fn a_number_can_be_full<P: Trackings>(ports: &P, seller: &SellerId) {
    let number: NumberKey = parsed("CONTRACT0002");
    for order in 0..ORDERS_MAX {
        let added = ports.add_to_tracking(&key(seller, &format!("o{order}")), &number).await;
        assert_eq!(added.expect("there is room").orders.len(), order.saturating_add(1));
    }
    let more = ports.add_to_tracking(&key(seller, "one-more"), &number).await;
    assert_eq!(more, Err(AddError::Full { number: number.clone() }));
    let again = ports.add_to_tracking(&key(seller, "o7"), &number).await;
    assert_eq!(again.expect("it is there already").orders.len(), ORDERS_MAX);
}

/// Movements are noted only while no order has the number, and only if the noted ones are still those that were read.
pub async fn a_note_is_conditional<P: Clock + Trackings>(ports: &P, seller: &SellerId) {
    let number: NumberKey = parsed("CONTRACT0003");
    let nothing = Tracking::new(seller.clone(), number.clone());
    let (one, two) = ([movement(1)], [movement(1), movement(2)]);
    let noted = |movements: &[domain::Movement]| Tracking {
        movements: movements.to_vec(),
        ..nothing.clone()
    };
    assert_eq!(ports.note_movements(&nothing, &one).await, Ok(true));
    assert_eq!(ports.tracking(seller, &number).await, Ok(Some(noted(&one))));
    assert_eq!(ports.note_movements(&nothing, &two).await, Ok(false), "there are some by now");
    assert_eq!(ports.note_movements(&noted(&two), &one).await, Ok(false), "there are others");
    assert_eq!(ports.note_movements(&noted(&one), &two).await, Ok(true));
    let added = ports.add_to_tracking(&key(seller, "labelled"), &number).await;
    assert_eq!(added.map(|tracking| tracking.movements), Ok(two.to_vec()));
    assert_eq!(ports.note_movements(&noted(&two), &one).await, Ok(false), "it has an order");
}

/// Every order that is due is found once, however many pages there are. An order that is due later or never is not found.
pub async fn what_is_due_comes_in_pages<P: Clock + Orders + DueOrders>(
    ports: &P,
    seller: &SellerId,
    orders: usize,
) {
    let now = ports.now();
    let mut expected = BTreeMap::new();
    for place in 0..orders {
        let order = new_order(ports, seller, &format!("due-{place}"));
        let minutes = i64::try_from(place % 3).unwrap_or_default();
        let due_at = Some(now.minus(SignedDuration::from_mins(minutes)));
        let order = Order { due_at, ..order };
        assert_eq!(ports.save(&order, None, "a.1").await, Ok(Version(1)));
        expected.insert(order.key, 1);
    }
    let later = new_order(ports, seller, "due-later");
    let later = Order { due_at: Some(now.plus(SignedDuration::from_mins(1))), ..later };
    assert_eq!(ports.save(&later, None, "a.1").await, Ok(Version(1)));
    let never = new_order(ports, seller, "due-never");
    assert_eq!(ports.save(&never, None, "a.1").await, Ok(Version(1)));
    assert_eq!(due(ports, seller, now).await, expected);
    // A timer that no longer runs is no longer found.
    for key in expected.into_keys() {
        let stored = ports.order(&key).await.expect("readable").expect("there");
        let order = Order { due_at: None, ..stored.order };
        assert_eq!(ports.save(&order, Some(Version(1)), "a.2").await, Ok(Version(2)));
    }
    assert_eq!(due(ports, seller, now).await, BTreeMap::new());
    let later = Order { due_at: None, ..later };
    assert_eq!(ports.save(&later, Some(Version(1)), "a.2").await, Ok(Version(2)));
}

/// How often each due order of the seller is found.
async fn due<P: Clock + DueOrders>(
    ports: &P,
    seller: &SellerId,
    until: domain::Moment,
) -> BTreeMap<OrderKey, usize> {
    let mut found = BTreeMap::new();
    for shard in 0..DUE_SHARDS {
        let mut after = None;
        loop {
            let (keys, next) = ports.due(shard, until, after).await.expect("readable");
            for key in keys.into_iter().filter(|key| key.seller == *seller) {
                let times: &mut usize = found.entry(key).or_default();
                *times = times.saturating_add(1);
            }
            after = next;
            if after.is_none() {
                break;
            }
        }
    }
    found
}

/// A partner is stopped only at the version whose credentials failed, since credentials that were put meanwhile may be right.
pub async fn a_partner_stops_only_at_its_version<P: Desk>(ports: &P, seller: &SellerId) {
    let partner = partner_of(seller, "contract", Channel::Amazon);
    let stopped =
        Stopped { at: ports.now(), reason: text("invalid_grant"), secret: "v1".to_owned() };
    assert_eq!(ports.put_partner(&partner).await, Ok(()));
    assert_eq!(
        ports.put_partner(&partner).await,
        Err(SaveError::Stale(None)),
        "it is registered already"
    );
    let renewed = Partner { version: 2, ..partner.clone() };
    assert_eq!(ports.put_partner(&renewed).await, Ok(()));
    assert_eq!(ports.stop_partner(&partner, &stopped).await, Ok(()));
    assert_eq!(ports.partner(seller, &partner.id).await, Ok(Some(renewed.clone())));
    assert_eq!(ports.stop_partner(&renewed, &stopped).await, Ok(()));
    let expected = Partner { stopped: Some(stopped.clone()), ..renewed.clone() };
    assert_eq!(ports.partner(seller, &partner.id).await, Ok(Some(expected.clone())));
    // The first stop stays, because it says since when. It ends only when it is ended as it was read.
    let later = Stopped { secret: "v2".to_owned(), ..stopped };
    assert_eq!(ports.stop_partner(&renewed, &later).await, Ok(()));
    let another = Partner { stopped: Some(later), ..renewed.clone() };
    assert_eq!(ports.resume_partner(&another).await, Ok(()));
    assert_eq!(ports.partner(seller, &partner.id).await, Ok(Some(expected.clone())));
    // A change of settings is no change of credentials.
    let changed = Partner { version: 3, ..renewed.clone() };
    assert_eq!(ports.put_partner(&changed).await, Ok(()));
    let (renewed, expected) = (changed.clone(), Partner { stopped: expected.stopped, ..changed });
    assert_eq!(ports.partner(seller, &partner.id).await, Ok(Some(expected.clone())));
    assert_eq!(ports.resume_partner(&expected).await, Ok(()));
    assert_eq!(ports.partner(seller, &partner.id).await, Ok(Some(renewed)));
}

/// A pause is written on the version that was read. It stays through other changes, and through the beginning and the end of a stop,
/// and a partner that is stopped or paused needs a person.
pub async fn a_pause_is_kept<P: Desk>(ports: &P, seller: &SellerId) {
    let partner = partner_of(seller, "paused", Channel::Amazon);
    assert_eq!(ports.put_partner(&partner).await, Ok(()));
    let by = || ChangedBy { person: text("ann"), at: ports.now() };
    let paused = partner.clone().pause(text("a look"), by());
    assert_eq!(ports.put_pause(&paused).await, Ok(()));
    assert_eq!(ports.put_pause(&paused).await, Err(SaveError::Stale(None)), "it was read before");
    let read = async || ports.partner(seller, &partner.id).await.expect("a read").expect("there");
    let is_listed = async || {
        let listed = ports.attention(seller, UrgencyRange::ALL, None, 10).await.expect("a page");
        !listed.0.is_empty()
    };
    assert_eq!((read().await, is_listed().await), (paused.clone(), true));
    let renamed = Partner { name: text("Renamed"), version: 3, paused: None, ..paused.clone() };
    assert_eq!(ports.put_partner(&renamed).await, Ok(()));
    assert_eq!(read().await.paused, paused.paused, "another change leaves it");
    let stopped = Stopped { at: ports.now(), reason: text("refused"), secret: "v1".to_owned() };
    assert_eq!(ports.stop_partner(&read().await, &stopped).await, Ok(()));
    assert_eq!(ports.resume_partner(&read().await).await, Ok(()));
    assert_eq!((read().await.stopped, is_listed().await), (None, true), "it is paused still");
    assert_eq!(ports.stop_partner(&read().await, &stopped).await, Ok(()));
    let resumed = read().await.resume(by());
    assert_eq!(ports.put_pause(&resumed).await, Ok(()));
    assert_eq!((read().await.paused, is_listed().await), (None, true), "it is stopped still");
    assert_eq!(ports.resume_partner(&read().await).await, Ok(()));
    assert!(!is_listed().await);
}

/// Who set `never` and who left it stays known through every change of something else.
pub async fn who_set_never_is_kept<P: Desk>(ports: &P, seller: &SellerId) {
    let partner = partner_of(seller, "never", Channel::Amazon);
    assert_eq!(ports.put_partner(&partner).await, Ok(()));
    let to = |partner: Partner, timing, by: &str, seconds: i64| {
        let change = SettingsChange { timing: Some(timing), ..SettingsChange::NONE };
        let at = ports.now().plus(SignedDuration::from_secs(seconds));
        partner.changed(change, text(by), at).expect("Amazon has each timing")
    };
    let set = to(partner, Timing::Never, "ann", 1);
    let left = to(set.clone(), Timing::WhenTrackingIsAssigned, "bob", 2);
    let after = to(left.clone(), Timing::WhenTrackingShowsMovement, "eve", 3);
    for changed in [set, left, after] {
        assert_eq!(ports.put_partner(&changed).await, Ok(()));
        let read = ports.partner(seller, &changed.id).await.expect("a read").expect("it is there");
        assert_eq!(read, changed);
        let span = read.last_never().expect("it is kept");
        assert_eq!(span.set.as_ref().and_then(|set| set.by.clone()), Some(text("ann")));
    }
}

/// Places in a lane are given one after the other, a gap apart, however old the partner is that the caller read. A booking
/// that would have to wait long is turned away, and those come back a gap apart, too. One lane says nothing of the other.
pub async fn a_place_is_given_once<P: Desk + Pacing>(ports: &P, seller: &SellerId) {
    let partner = partner_of(seller, "paced", Channel::Amazon);
    assert_eq!(ports.put_partner(&partner).await, Ok(()));
    let (now, second) = (ports.now(), SignedDuration::from_secs(1));
    let at = |seconds: i64| now.plus(SignedDuration::from_secs(seconds));
    let booking = Booking { now, start: at(1), gap: second, horizon: second + second };
    let take = async |traffic, booking| ports.book(&partner, traffic, booking).await;
    assert_eq!(take(Traffic::Submit, booking).await, Ok(Booked::Go(at(1))));
    assert_eq!(take(Traffic::Submit, booking).await, Ok(Booked::Go(at(2))));
    assert_eq!(take(Traffic::Submit, booking).await, Ok(Booked::Later(at(3))));
    assert_eq!(take(Traffic::Submit, booking).await, Ok(Booked::Later(at(4))));
    assert_eq!(take(Traffic::Read, booking).await, Ok(Booked::Go(at(1))));
    // A second later the next place is near enough.
    let later = Booking { now: at(1), ..booking };
    assert_eq!(take(Traffic::Submit, later).await, Ok(Booked::Go(at(3))));
    // Nothing goes before the end of a hold, and a shorter hold changes nothing.
    assert_eq!(ports.hold_back(&partner, Traffic::Submit, at(60)).await, Ok(()));
    assert_eq!(ports.hold_back(&partner, Traffic::Submit, at(30)).await, Ok(()));
    assert_eq!(take(Traffic::Submit, later).await, Ok(Booked::Later(at(60))));
    assert_eq!(take(Traffic::Submit, later).await, Ok(Booked::Later(at(61))));
    // Long after, the lane is as at the beginning.
    let much_later = Booking { now: at(100), start: at(101), ..booking };
    assert_eq!(take(Traffic::Submit, much_later).await, Ok(Booked::Go(at(101))));
    let pace = ports.partner(seller, &partner.id).await.expect("readable").expect("there").pace;
    assert_eq!((pace.submit.go, pace.read.go), (Some(at(102)), Some(at(2))));
    // Whoever changes the settings has read the partner before all that.
    assert_eq!(ports.put_partner(&Partner { version: 2, ..partner.clone() }).await, Ok(()));
    let changed = ports.partner(seller, &partner.id).await.expect("readable").expect("there");
    assert_eq!((changed.version, changed.pace), (2, pace));
    let gone = partner_of(seller, "gone", Channel::Amazon);
    assert!(ports.book(&gone, Traffic::Submit, booking).await.is_err());
    assert_eq!(ports.partner(seller, &gone.id).await, Ok(None), "a booking makes no partner");
}

/// Only one sender renews a token at a time, until its time is over.
pub async fn a_renewal_is_leased_once<P: Desk + Renewals>(ports: &P, seller: &SellerId) {
    let partner = partner_of(seller, "renewed", Channel::Wish);
    assert_eq!(ports.put_partner(&partner).await, Ok(()));
    let (past, ahead) = (ports.now(), ports.now().plus(SignedDuration::from_mins(5)));
    assert_eq!(ports.lease_renewal(&partner, past, "one").await, Ok(true));
    assert_eq!(ports.lease_renewal(&partner, ahead, "two").await, Ok(true), "the first is over");
    assert_eq!(ports.lease_renewal(&partner, ahead, "three").await, Ok(false));
    assert_eq!(ports.lease_renewal(&partner, ahead, "two").await, Ok(true), "its own, repeated");
    assert_eq!(ports.end_renewal(&partner, "three").await, Ok(()), "another's stays");
    assert_eq!(ports.lease_renewal(&partner, ahead, "three").await, Ok(false));
    assert_eq!(ports.end_renewal(&partner, "two").await, Ok(()));
    assert_eq!(ports.lease_renewal(&partner, ahead, "three").await, Ok(true), "given back");
}

/// Reading a secret that does not exist is no error.
pub async fn a_secret_may_be_absent<P: Secrets>(ports: &P, seller: &SellerId) {
    let name = format!("shipconfirm-contract/amazon/{seller}/absent");
    assert_eq!(ports.secret(&name).await, Ok(None));
    assert!(ports.put_secret(&name, "{}").await.is_err(), "a put makes no secret");
}

/// Each text of a secret has a version of its own. `name` is the name of a secret that exists.
pub async fn a_secret_that_is_put_has_another_version<P: Secrets>(ports: &P, name: &str) {
    let before = ports.secret(name).await.expect("readable").expect("there");
    assert_eq!(ports.put_secret(name, "another").await, Ok(()));
    let after = ports.secret(name).await.expect("readable").expect("there");
    assert_eq!(after.text, "another");
    assert_ne!(after.version, before.version);
    assert!(!format!("{after:?}").contains("another"), "a secret is not shown");
}
