//! The part of the contract that the API relies on.

use super::{key, new_order};
use crate::{at, full_order, parsed, partner_of, text};
use domain::{
    Attention, CarrierPair, CarrierPairs, Channel, Connection, ConnectionResult, ConnectionTest,
    DeviceId, EventId, Fault, FieldChange, HoursOff, Moment, Order, OrderKey, PairsChange, Partner,
    PartnerChange, PartnerId, RefusedLabel, SellerId, SellerSessions, SessionsEnd, State, Stopped,
    UnlistedCarrier, UnlistedEnd, UnlistedKey, UnlistedLabel, WaitingFor,
};
use flows::ports::{
    AttentionOf, AttentionPlace, Desk, LabelTimes, MovementDays, SaveError, SecretSink, Secrets,
    SeenPlace, Sellers, Urgency, UrgencyRange,
};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// How many orders are read together. They are more than one batch of the table may have.
const MANY: i64 = 130;

fn after<P: Desk>(ports: &P, seconds: i64) -> Moment {
    ports.now().plus(SignedDuration::from_secs(seconds))
}

/// The partners of a seller are listed by id, and no partner of another seller.
pub async fn a_sellers_partners_are_listed<P: Desk>(ports: &P, seller: &SellerId) {
    let of = |id: &str| partner_of(seller, id, Channel::Amazon);
    assert_eq!(ports.partners(seller).await, Ok(Vec::new()));
    let (first, second) = (of("a-shop"), of("b-shop"));
    let another = Partner { seller: parsed(&format!("{seller}-too")), ..of("c-shop") };
    for partner in [&second, &another, &first] {
        assert_eq!(ports.put_partner(partner).await, Ok(()));
    }
    assert_eq!(ports.put_partner(&first).await, Err(SaveError::Stale(None)));
    assert_eq!(ports.partners(seller).await, Ok(vec![first, second]));
}

/// The orders of a partner are listed page by page, the newest first and each once, and no order of another partner.
pub async fn orders_are_listed_newest_first<P: Desk>(ports: &P, seller: &SellerId) {
    let start = ports.now();
    for number in 0..5 {
        let seen_at = start.plus(SignedDuration::from_secs(number));
        let order = Order { seen_at, ..new_order(ports, seller, &format!("o{number}")) };
        assert!(ports.save(&order, None, "a.1").await.is_ok());
    }
    let another = OrderKey { partner: parsed("other"), ..key(seller, "o9") };
    let another = Order::new(another, Channel::Amazon, ports.now());
    assert!(ports.save(&another, None, "a.1").await.is_ok());
    let (mut seen, mut place, mut pages) = (Vec::new(), None, 0);
    loop {
        let page = ports.newest(seller, &parsed("shop"), place, 2).await;
        let (places, has_more) = page.expect("a page");
        assert!(places.len() <= 2);
        seen.extend(places.iter().map(|place| place.order.to_string()));
        place = places.last().cloned();
        pages += 1;
        if !has_more {
            break;
        }
    }
    assert_eq!(seen, ["o4", "o3", "o2", "o1", "o0"]);
    assert!(pages >= 3);
    let nowhere = SeenPlace { seen_at: after(ports, 9_999), order: parsed("nowhere") };
    let from_there = ports.newest(seller, &parsed("shop"), Some(nowhere), 9).await;
    assert_eq!(
        from_there.map(|(places, _)| places.len()),
        Ok(5),
        "a place need not be one of a list"
    );
}

/// Orders that lack an IMEI are listed page by page, the soonest deadline first and each once. They leave the list when they
/// lack none any more, and an order without a phone is never in it.
pub async fn orders_that_lack_an_imei_come_soonest_first<P: Desk>(ports: &P, seller: &SellerId) {
    for order in lacking_orders(ports, seller) {
        assert!(ports.save(&order, None, "a.1").await.is_ok());
    }
    let (mut found, mut place) = (Vec::new(), None);
    loop {
        let page = ports.lacking_imeis(seller, &parsed("shop"), place, 1).await;
        let (places, has_more) = page.expect("a page");
        assert!(places.len() <= 1);
        found.extend(places.iter().map(|place| place.order.to_string()));
        place = places.last().cloned();
        if !has_more {
            break;
        }
    }
    assert_eq!(found, ["soon", "late", "anytime"]);
    let soon = key(seller, "soon");
    let stored = ports.order(&soon).await.expect("a read").expect("it is there");
    let cancelled = Order { cancelled: Some(ports.now()), ..stored.order };
    assert!(ports.save(&cancelled, Some(stored.version), "a.2").await.is_ok());
    let left = ports.lacking_imeis(seller, &parsed("shop"), None, 9).await.expect("a page").0;
    let names: Vec<String> = left.iter().map(|place| place.order.to_string()).collect();
    assert_eq!(names, ["late", "anytime"]);
}

/// Two orders that wait for IMEIs until a deadline, one that waits for movement, and one that needs no IMEI. They are not
/// sorted.
fn lacking_orders<P: Desk>(ports: &P, seller: &SellerId) -> Vec<Order> {
    let phone = |name: &str, requires_imei: bool| {
        let mut order = full_order(key(seller, name));
        order.channel = Channel::BackMarket;
        order.cancelled = None;
        order.attention_since = None;
        order.imeis.clear();
        order.packages.retain(|id, _| id.as_str() == "1");
        for package in order.packages.values_mut() {
            package.state = State::Waiting(WaitingFor::Movement);
            for item in package.label.iter_mut().flat_map(|label| label.telling.items.iter_mut()) {
                (item.quantity, item.requires_imei) = (1, requires_imei);
            }
        }
        order
    };
    let until = |order: Order, seconds: i64| {
        let deadline = after(ports, seconds);
        let mut order = order;
        for package in order.packages.values_mut() {
            package.state =
                State::Waiting(WaitingFor::Imeis { deadline, warn_at: deadline, warned: false });
        }
        order
    };
    vec![
        phone("anytime", true),
        until(phone("late", true), 900),
        phone("none", false),
        until(phone("soon", true), 60),
    ]
}

/// The orders that an IMEI or a serial number was entered for are known, each seller's apart.
pub async fn an_imei_is_known_by_its_orders<P: Desk>(ports: &P, seller: &SellerId) {
    let (imei, other) =
        (DeviceId::Imei(parsed("490154203237518")), DeviceId::Serial(parsed("C02XK1")));
    let (first, second) = (key(seller, "first"), key(seller, "second"));
    assert_eq!(ports.note_device(&first, &imei).await, Ok(vec![first.clone()]));
    assert_eq!(ports.note_device(&first, &imei).await, Ok(vec![first.clone()]));
    let mut both = ports.note_device(&second, &imei).await.expect("it is noted");
    both.sort();
    assert_eq!(both, [first, second.clone()]);
    assert_eq!(ports.note_device(&second, &other).await, Ok(vec![second.clone()]));
    let foreign = OrderKey { seller: parsed(&format!("{seller}-too")), ..second };
    assert_eq!(ports.note_device(&foreign, &imei).await, Ok(vec![foreign.clone()]));
}

/// What needs a person is listed the most urgent first, orders and stopped partners together: the worst reason, and then the
/// earliest moment.
pub async fn what_needs_a_person_is_listed_most_urgent_first<P: Desk>(
    ports: &P,
    seller: &SellerId,
) {
    let start = ports.now();
    let after = |seconds| start.plus(SignedDuration::from_secs(seconds));
    let needing = |name: &str, since: i64| Order {
        attention_since: Some(after(since)),
        ..new_order(ports, seller, name)
    };
    let fault = Fault::new("carrier", "is missing".to_owned());
    let refused = RefusedLabel::of(EventId(text("e1")), &fault, ports.now());
    let worse = Order { refused: vec![refused], ..needing("worse", 40) };
    let quiet = new_order(ports, seller, "quiet");
    for order in [needing("late", 30), worse, needing("early", 10), quiet] {
        assert!(ports.save(&order, None, "a.1").await.is_ok());
    }
    let partner = partner_of(seller, "shop", Channel::Amazon);
    assert_eq!(ports.put_partner(&partner).await, Ok(()));
    let stopped = Stopped { at: after(20), reason: text("refused"), secret: "v1".to_owned() };
    assert_eq!(ports.stop_partner(&partner, &stopped).await, Ok(()));
    let (all, has_more) =
        ports.attention(seller, UrgencyRange::ALL, None, 10).await.expect("a page");
    let named = |place: &AttentionPlace| {
        place.order().map_or_else(|| "the partner".to_owned(), ToString::to_string)
    };
    let listed = |places: &[AttentionPlace]| places.iter().map(named).collect::<Vec<_>>();
    assert_eq!(listed(&all), ["the partner", "worse", "early", "late"]);
    assert!(!has_more);
    let of = |seconds| Urgency::of_reason(Attention::LabelRefused, after(seconds));
    for (from, to, expected) in
        [(40, 40, ["worse"].as_slice()), (0, 90, &["worse"]), (41, 90, &[]), (0, 39, &[])]
    {
        let range = UrgencyRange { from: of(from), to: of(to) };
        let (some, _) = ports.attention(seller, range, None, 10).await.expect("a page");
        assert_eq!(listed(&some), expected, "{from} to {to}");
    }
    let mut one_by_one = Vec::new();
    while let Ok((places, _)) =
        ports.attention(seller, UrgencyRange::ALL, one_by_one.last().cloned(), 1).await
        && !places.is_empty()
    {
        one_by_one.extend(places);
    }
    assert_eq!(one_by_one, all);
}

/// Any number of orders is read, in the order of their keys. Orders that do not exist are left out.
pub async fn many_orders_are_read_in_their_order<P: Desk>(ports: &P, seller: &SellerId) {
    let keys: Vec<OrderKey> = (0..MANY).rev().map(|n| key(seller, &format!("m{n}"))).collect();
    for key in keys.iter().skip(1) {
        let order = Order::new(key.clone(), Channel::Amazon, ports.now());
        assert!(ports.save(&order, None, "a.1").await.is_ok());
    }
    let read = ports.orders(keys.clone()).await.expect("the orders");
    let read: Vec<OrderKey> = read.into_iter().map(|stored| stored.order.key).collect();
    assert_eq!(read, keys.into_iter().skip(1).collect::<Vec<_>>());
    assert_eq!(ports.orders(Vec::new()).await, Ok(Vec::new()));
}

/// A secret is made by its first write, and each write gives it another version.
pub async fn a_secret_is_written_whether_it_is_there_or_not<P: SecretSink + Secrets>(
    ports: &P,
    name: &str,
) {
    let text = async |text: &str| {
        assert_eq!(ports.write_secret(name, text).await, Ok(()));
        let secret = ports.secret(name).await.expect("readable").expect("it is there");
        assert_eq!(secret.text, text);
        secret.version
    };
    assert_ne!(text("first").await, text("second").await);
}

/// Calls are counted by their window, which never goes back, and the end of all sessions stays beside them.
pub async fn calls_are_counted_by_their_window<P: Desk>(ports: &P, seller: &SellerId) {
    let (first, second) = (ports.now(), after(ports, 10));
    let known = |window, calls, ended: &Option<SessionsEnd>| {
        Ok(SellerSessions { ended: ended.clone(), window: Some(window), calls })
    };
    assert_eq!(ports.count_calls(seller, first, 1).await, known(first, 1, &None));
    assert_eq!(ports.count_calls(seller, first, 9).await, known(first, 10, &None));
    let ended = SessionsEnd { at: ports.now(), by: text("ann") };
    assert_eq!(ports.end_sessions(seller, &ended).await, Ok(()));
    let ended = Some(ended);
    assert_eq!(ports.count_calls(seller, second, 2).await, known(second, 2, &ended));
    assert_eq!(ports.count_calls(seller, first, 5).await, known(second, 2, &ended));
    assert_eq!(ports.count_calls(seller, second, 0).await, known(second, 2, &ended));
    let other: SellerId = parsed(&format!("{seller}-too"));
    let end = SessionsEnd { at: ports.now(), by: text("bob") };
    assert_eq!(ports.end_sessions(&other, &end).await, Ok(()));
    assert_eq!(ports.count_calls(&other, first, 1).await, known(first, 1, &Some(end)));
}

/// Changes of a partner are kept, and read the newest first. Those of a partner with a longer name are its own.
pub async fn changes_of_a_partner_come_newest_first<P: Desk>(ports: &P, seller: &SellerId) {
    let (shop, shops) =
        (partner_of(seller, "shop", Channel::Ebay), partner_of(seller, "shop-2", Channel::Ebay));
    let change = |seconds: i64, by: &str| PartnerChange {
        at: after(ports, seconds),
        by: text(by),
        fields: vec![
            FieldChange::new("name", None, Some("Shop")),
            FieldChange::secret("credentials"),
        ],
    };
    let (first, second, third) = (change(1, "ann"), change(2, "bob"), change(3, "ann"));
    for change in [&first, &second, &third] {
        assert_eq!(ports.note_change(&shop, change).await, Ok(()));
    }
    assert_eq!(ports.note_change(&shops, &second).await, Ok(()));
    let read = ports.changes(seller, &shop.id, 2).await;
    assert_eq!(read, Ok((vec![third.clone(), second.clone()], true)));
    let read = ports.changes(seller, &shop.id, 9).await;
    assert_eq!(read, Ok((vec![third, second.clone(), first], false)));
    assert_eq!(ports.changes(seller, &shops.id, 9).await, Ok((vec![second], false)));
    assert_eq!(ports.changes(seller, &parsed("absent"), 9).await, Ok((Vec::new(), false)));
}

/// Pairs are saved on the version before, and the partner says from then on that it may have some, whoever changes it.
pub async fn pairs_are_saved_on_their_version<P: Desk>(ports: &P, seller: &SellerId) {
    let partner = partner_of(seller, "pairs", Channel::Ebay);
    assert_eq!(ports.put_partner(&partner).await, Ok(()));
    let none = CarrierPairs::default();
    assert_eq!(ports.carrier_pairs(seller, &partner.id).await, Ok(none.clone()));
    assert_eq!(ports.expect_carrier_pairs(&partner).await, Ok(()));
    let pair = |service: Option<&str>| CarrierPair {
        carrier: text("黒猫 Couriers"),
        service: service.map(text),
        code: text("Kuroneko"),
    };
    let change = PairsChange { at: ports.now(), by: text("ann") };
    let first = none.clone().changed(vec![pair(None), pair(Some("Ground"))], change.clone());
    assert_eq!(ports.put_carrier_pairs(&partner, &first).await, Ok(()));
    assert_eq!(ports.put_carrier_pairs(&partner, &first).await, Err(SaveError::Stale(None)));
    assert_eq!(ports.carrier_pairs(seller, &partner.id).await, Ok(first.clone()));
    let second = first.clone().changed(Vec::new(), change);
    assert_eq!(ports.put_carrier_pairs(&partner, &second).await, Ok(()));
    assert_eq!(ports.put_carrier_pairs(&partner, &second).await, Err(SaveError::Stale(None)));
    assert_eq!(ports.carrier_pairs(seller, &partner.id).await, Ok(second));
    // Whoever changes the partner has read it before.
    assert_eq!(ports.put_partner(&Partner { version: 2, ..partner.clone() }).await, Ok(()));
    let read = ports.partner(seller, &partner.id).await.expect("readable").expect("it is there");
    assert_eq!((read.version, read.has_carrier_pairs), (2, true));
    let all = ports.partners(seller).await.expect("readable");
    assert_eq!(all.len(), 1, "pairs are no partner");
}

/// A carrier that is not listed is noted once for each label, until a pair is for it; a person puts it aside for good.
pub async fn a_carrier_that_is_not_listed_is_noted<P: Desk>(ports: &P, seller: &SellerId) {
    let partner: PartnerId = parsed("unlisted");
    let key = |form: &str| UnlistedKey {
        seller: seller.clone(),
        partner: partner.clone(),
        form: text(form),
    };
    let note = async |form: &str, label: &str| {
        let (key, carrier) = (key(form), text(&form.to_uppercase()));
        let label = UnlistedLabel { key, carrier, label: label.to_owned(), at: after(ports, 0) };
        assert_eq!(ports.note_unlisted(&label).await, Ok(()));
    };
    let seen = async || {
        let all = ports.unlisted_carriers(seller, &partner).await.expect("readable");
        let shown = |one: &UnlistedCarrier| {
            (one.carrier.as_str().to_owned(), one.labels, one.since.is_some())
        };
        all.iter().map(shown).collect::<Vec<_>>()
    };
    let listed = async || {
        let (places, _) =
            ports.attention(seller, UrgencyRange::ALL, None, 10).await.expect("a page");
        let mut forms: Vec<String> = places
            .iter()
            .map(|place| match &place.of {
                AttentionOf::Carrier(form) => form.as_str().to_owned(),
                AttentionOf::Partner | AttentionOf::Order(_) => String::new(),
            })
            .collect();
        forms.sort();
        forms
    };
    for (form, label) in [("kestrel", "1"), ("kestrel", "2"), ("kestrel", "2"), ("黒猫", "3")] {
        note(form, label).await;
    }
    let both = [("KESTREL".to_owned(), 2, true), ("黒猫".to_owned(), 1, true)];
    assert_eq!(seen().await, both);
    assert_eq!(listed().await, ["kestrel", "黒猫"]);
    let (first, _) = ports.attention(seller, UrgencyRange::ALL, None, 1).await.expect("a page");
    let (second, _) =
        ports.attention(seller, UrgencyRange::ALL, first.last().cloned(), 1).await.expect("a page");
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_ne!(first, second);
    assert_eq!(ports.end_unlisted(&key("kestrel"), &UnlistedEnd::Paired).await, Ok(()));
    assert_eq!(listed().await, ["黒猫"]);
    note("kestrel", "2").await;
    let aside = UnlistedEnd::PutAside(PairsChange { at: ports.now(), by: text("ann") });
    assert_eq!(ports.end_unlisted(&key("黒猫"), &aside).await, Ok(()));
    note("黒猫", "4").await;
    let after = [("KESTREL".to_owned(), 1, true), ("黒猫".to_owned(), 1, false)];
    assert_eq!(seen().await, after, "it counts anew, and what was put aside stays so");
    assert_eq!(listed().await, ["kestrel"]);
    // What nobody noted is not made by its end.
    assert_eq!(ports.end_unlisted(&key("gone"), &UnlistedEnd::Paired).await, Ok(()));
    assert_eq!(seen().await, after);
}

/// What functions note of a partner stays through a person's change of it: refused orders, at most three, label times, and the
/// last day of a movement, which never goes back.
pub async fn what_is_noted_of_a_partner_stays<P: Desk + LabelTimes + MovementDays>(
    ports: &P,
    seller: &SellerId,
) {
    let partner = partner_of(seller, "noted", Channel::Amazon);
    assert_eq!(ports.put_partner(&partner).await, Ok(()));
    let mut noted = BTreeSet::new();
    for (order, size) in [("b", 1), ("a", 2), ("b", 2), ("c", 3), ("d", 3)] {
        noted = ports.note_refused(&partner, &parsed(order)).await.expect("it is noted");
        assert_eq!(noted.len(), size, "{order}");
    }
    let off = Some(HoursOff { hours: -8, labels: 3 });
    assert_eq!(ports.note_hours_off(&partner, off).await, Ok(()));
    for day in [2, 1] {
        let day = at(day * 86_400).day();
        assert_eq!(ports.note_moved_on(seller, &partner.id, day).await, Ok(()));
    }
    let gone = ports.note_moved_on(seller, &parsed("gone"), at(0).day()).await;
    assert_eq!(gone, Ok(()));
    assert_eq!(ports.partner(seller, &parsed("gone")).await, Ok(None), "it is not made");
    let moved_on = Some(at(2 * 86_400).day());
    let changed = Partner { version: 2, time_zone: Some(text("Asia/Tokyo")), ..partner.clone() };
    assert_eq!(ports.put_partner(&changed).await, Ok(()));
    let expected = Partner { refused: noted, hours_off: off, moved_on, ..changed.clone() };
    assert_eq!(ports.partner(seller, &partner.id).await, Ok(Some(expected)));
    assert_eq!(ports.clear_refused(&changed).await, Ok(()));
    assert_eq!(ports.note_hours_off(&changed, None).await, Ok(()));
    let changed = Partner { moved_on, ..changed };
    assert_eq!(ports.partner(seller, &partner.id).await, Ok(Some(changed.clone())));
    let none = Partner { version: 3, time_zone: None, ..changed };
    assert_eq!(ports.put_partner(&none).await, Ok(()));
    assert_eq!(ports.partner(seller, &partner.id).await, Ok(Some(none)));
}

/// The last test of a connection that was asked for is known, with what came of it.
pub async fn a_connection_test_is_kept<P: Desk>(ports: &P, seller: &SellerId) {
    let partner = partner_of(seller, "tested", Channel::Amazon);
    assert_eq!(ports.connection_test(seller, &partner.id).await, Ok(None));
    let result = ConnectionResult {
        at: after(ports, 2),
        connection: Connection::Refused,
        says: text("invalid_grant"),
    };
    assert_eq!(ports.end_connection_test(&partner, &result).await, Ok(()));
    assert_eq!(ports.connection_test(seller, &partner.id).await, Ok(None), "nobody has asked");
    let asked = ConnectionTest { asked_at: after(ports, 1), asked_by: text("ann"), result: None };
    assert_eq!(ports.ask_connection_test(&partner, &asked).await, Ok(()));
    assert_eq!(ports.connection_test(seller, &partner.id).await, Ok(Some(asked.clone())));
    assert_eq!(ports.end_connection_test(&partner, &result).await, Ok(()));
    let ended = ConnectionTest { result: Some(result), ..asked.clone() };
    assert_eq!(ports.connection_test(seller, &partner.id).await, Ok(Some(ended)));
    assert_eq!(ports.ask_connection_test(&partner, &asked).await, Ok(()));
    assert_eq!(ports.connection_test(seller, &partner.id).await, Ok(Some(asked)));
}

/// A seller is known by its partners.
pub async fn a_seller_with_a_partner_is_known<P: Desk + Sellers>(ports: &P, seller: &SellerId) {
    let partner = partner_of(seller, "a-shop", Channel::Amazon);
    assert_eq!(ports.put_partner(&partner).await, Ok(()));
    assert_eq!(ports.has_partner(seller).await, Ok(true));
    let stranger = parsed(&format!("{seller}-stranger"));
    assert_eq!(ports.has_partner(&stranger).await, Ok(false));
}
