//! What is stored is what was meant, to the last optional part, and small.

use super::*;
use domain::{
    ChangedBy, ClosedDays, Days, Deadline, DeadlineAction, HoursOff, Lane, MissingImei,
    NeverChange, NeverSpan, NeverSpans, OrAfterHours, Pace, Partner, PartnerEdit, SendAfter,
    SilentHours, SlaDays, Stopped, Text, Timing,
};
use rstest::rstest;
use testkit::{at, full_order, key, life, parsed, partner_of, under};

const NOW: Moment = testkit::START;

/// As long as a writer's name is: the end of a request id, and a count.
const WRITER: &str = "9b3f60a2c4d1.1";

/// One write unit. Source: `DynamoDB` developer guide, "On-demand capacity mode", 1 KB.
const WRITE_UNIT: ItemSize = 1_024;

fn stored_and_read(order: &Order) -> Result<Stored, StoreError> {
    order_from(order_item(order, Version(7), WRITER, NOW, DUE_SHARDS)?, &order.key)
}

fn names(item: &Item) -> Vec<&str> {
    let mut names: Vec<&str> = item.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[rstest]
#[case::nothing_but_its_key(Order::new(key("shop", "9"), Channel::Wish, NOW))]
#[case::every_optional_part(full_order(key("back-market-us", "700001")))]
fn an_order_is_read_as_it_was_stored(#[case] order: Order) {
    assert_eq!(stored_and_read(&order), Ok(Stored { order, version: Version(7) }));
}

#[rstest]
#[case::under_movement_timing(Timing::WhenTrackingShowsMovement)]
#[case::under_assigned_timing(Timing::WhenTrackingIsAssigned)]
fn an_order_is_read_as_it_was_stored_at_every_stage(#[case] timing: Timing) {
    for (stage, order, _) in life(timing) {
        assert_eq!(stored_and_read(&order).map(|stored| stored.order), Ok(order), "{stage}");
    }
}

#[rstest]
#[case::under_movement_timing(Timing::WhenTrackingShowsMovement)]
#[case::under_assigned_timing(Timing::WhenTrackingIsAssigned)]
fn an_order_as_usual_costs_one_write_unit_at_every_stage(#[case] timing: Timing) {
    let sizes: Vec<(&str, ItemSize)> = (1..)
        .zip(life(timing))
        .map(|(version, (stage, order, now))| {
            let size = order_item_size(&order, Version(version), WRITER, now);
            (stage, size.expect("an order can be stored"))
        })
        .collect();
    assert!(sizes.iter().all(|(_, size)| *size <= WRITE_UNIT), "{sizes:?}");
}

#[rstest]
fn an_order_is_in_the_indexes_only_while_it_has_to_be() {
    let quiet = Order::new(key("shop", "9"), Channel::Amazon, NOW);
    let due = Order { due_at: Some(at(60)), ..quiet.clone() };
    let looked_at = Order { attention_since: Some(at(60)), ..quiet.clone() };
    let usual = ["ch", "expires_at", "format", "partner", "pk", "seen_at", "sk", "tl", "v", "w"];
    let of = |order: &Order| {
        order_item(order, Version(1), WRITER, NOW, DUE_SHARDS).expect("can be stored")
    };
    assert_eq!(names(&of(&quiet)), usual);
    let with = |more: &[&'static str], less: &[&str]| {
        let mut names: Vec<&str> = usual.iter().chain(more).copied().collect();
        names.retain(|name| !less.contains(name));
        names.sort_unstable();
        names
    };
    assert_eq!(names(&of(&due)), with(&["due_at", "due_shard"], &[]));
    // What a person must look at is never forgotten.
    let attention = with(&["attention", "attention_since", "urgency"], &["expires_at"]);
    assert_eq!(names(&of(&looked_at)), attention);
}

/// Rule S5: an order of which nothing is known but what became of it at its channel is kept for a month, and is in no list.
#[rstest]
fn s5_an_order_that_was_only_updated_is_in_no_index_and_lives_for_a_month() {
    let unknown = Order::new(key("shop", "9"), Channel::Amazon, NOW);
    let wish = Some(Wish { is_wished: true, at: at(1) });
    let updated = Order { wish, ..unknown };
    let of = |order: &Order| {
        order_item(order, Version(1), WRITER, NOW, DUE_SHARDS).expect("can be stored")
    };
    let days = |item: &Item| {
        let at: i64 = item["expires_at"].as_n().expect("a number").parse().expect("a number");
        (at - NOW.as_millis() / 1_000) / 86_400
    };
    assert!(!of(&updated).contains_key("partner"));
    assert_eq!(days(&of(&updated)), 30);
    let cancelled = Order { cancelled: Some(at(2)), ..updated.clone() };
    assert!(of(&cancelled).contains_key("partner"));
    assert_eq!(days(&of(&cancelled)), 180);
    assert_eq!(order_from(of(&updated), &updated.key).map(|stored| stored.order), Ok(updated));
}

#[rstest]
#[case::as_usual("acme", "amazon-us", "902-1106328-1059050")]
#[case::every_sign("a-_.9", "._-", "-.-")]
fn a_key_is_read_back(#[case] seller: &str, #[case] partner: &str, #[case] order: &str) {
    let key = OrderKey { seller: parsed(seller), partner: parsed(partner), order: parsed(order) };
    assert_eq!(key_of(&order_pk(&key)), Some(key));
}

#[rstest]
#[case::nothing("")]
#[case::a_partner("S#acme")]
#[case::a_tracking_number("S#acme#T#112345678")]
#[case::no_order("S#acme#P#shop#O#")]
#[case::no_id("S#acme#P#shop#O#9 9")]
#[case::out_of_order("P#shop#S#acme#O#9")]
fn what_is_no_orders_key_is_none(#[case] pk: &str) {
    assert_eq!(key_of(pk), None);
}

/// Stored items depend on it: where this fails, the function was changed, not the expectation.
#[rstest]
#[case("902-1106328-1059050", 5)]
#[case("1", 0)]
#[case("2", 9)]
fn a_shard_never_changes(#[case] order: &str, #[case] expected: u8) {
    assert_eq!(shard(&order_pk(&key("amazon-us", order)), DUE_SHARDS), expected);
}

#[rstest]
fn shards_are_used_alike() {
    let mut counts = [0_u32; 16];
    for order in 0..1_600 {
        counts[usize::from(shard(
            &order_pk(&key("amazon-us", &format!("902-{order}"))),
            DUE_SHARDS,
        ))] += 1;
    }
    assert!(counts.iter().all(|count| (60..=140).contains(count)), "{counts:?}");
}

fn with_format(format: Option<&str>) -> Item {
    let order = full_order(key("back-market-us", "700001"));
    let mut item = order_item(&order, Version(1), WRITER, NOW, DUE_SHARDS).expect("can be stored");
    item.remove("format");
    item.extend(format.map(|n| ("format".to_owned(), AttributeValue::N(n.to_owned()))));
    item
}

#[rstest]
fn a_newer_format_is_refused_whatever_else_is_in_it() {
    let key = key("back-market-us", "700001");
    let pk = order_pk(&key);
    let expected = Err(StoreError::Newer { key: pk, found: READS + 1, known: READS });
    assert_eq!(order_from(with_format(Some("2")), &key), expected);
    let mut strange = with_format(Some("2"));
    strange.insert("pkg".to_owned(), AttributeValue::Bool(true));
    assert_eq!(order_from(strange, &key), expected);
    assert!(order_from(with_format(Some("1")), &key).is_ok());
}

/// Puts an attribute of each kind that a release stores into a map, as a newer release might.
fn enriched(map: &mut Item) {
    let n = |number: &str| AttributeValue::N(number.to_owned());
    let kinds = [
        ("zz_text", AttributeValue::S("Straße 1, \"east\"".to_owned())),
        ("zz_count", n("18446744073709551615")),
        ("zz_below", n("-1795446600000")),
        ("zz_part", n("0.25")),
        ("zz_is", AttributeValue::Bool(true)),
        ("zz_none", AttributeValue::Null(true)),
        ("zz_list", AttributeValue::L(vec![n("1"), AttributeValue::M(Item::new())])),
        ("zz_map", AttributeValue::M(Item::from([("k".to_owned(), n("2"))]))),
    ];
    map.extend(kinds.map(|(name, value)| (name.to_owned(), value)));
}

fn inner<'a>(map: &'a mut Item, name: &str) -> Option<&'a mut Item> {
    let value = map.get_mut(name)?;
    if let AttributeValue::M(inner) = value { Some(inner) } else { None }
}

/// A function of this release saves an order that a newer one has saved before: while a deployment lasts, or after one that
/// was taken back.
#[rstest]
fn what_a_newer_release_stored_is_carried_along() {
    let order = full_order(key("back-market-us", "700001"));
    let mut newer = order_item(&order, Version(7), WRITER, NOW, DUE_SHARDS).expect("can be stored");
    enriched(&mut newer);
    let packages = inner(&mut newer, "pkg").expect("it has packages");
    for name in packages.keys().cloned().collect::<Vec<_>>() {
        let package = inner(packages, &name).expect("a package is a map");
        enriched(package);
        enriched(inner(package, "lbl").expect("it has a label"));
    }
    let read = order_from(newer.clone(), &order.key).expect("it can be read");
    let saved =
        order_item(&read.order, Version(7), WRITER, NOW, DUE_SHARDS).expect("can be stored");
    assert_eq!(saved, newer);
    let without = Order { unknown: Unknown::default(), ..read.order };
    assert_ne!(without, order, "packages and labels carry theirs, too");
}

#[rstest]
fn what_a_newer_release_stored_of_a_partner_is_carried_along() {
    let partner = under(Timing::Never, testkit::back_market());
    let mut newer = partner_item(&partner).expect("can be stored");
    enriched(&mut newer);
    let read = partner_from(newer.clone(), &partner.seller, &partner.id).expect("can be read");
    let by = ChangedBy { person: Text::cut("eve"), at: NOW };
    let credentials = read.credentials;
    let edit = PartnerEdit {
        name: partner.name,
        settings: partner.settings,
        time_zone: None,
        credentials,
    };
    let edited = read.edited(edit, by).expect("no zone is needed");
    let saved = partner_item(&edited).expect("can be stored");
    let kept = |name: &String| name.starts_with("zz_");
    let of =
        |item: &Item| item.clone().into_iter().filter(|(name, _)| kept(name)).collect::<Item>();
    assert_eq!(of(&saved), of(&newer));
    assert_eq!(of(&saved).len(), 8);
}

#[rstest]
#[case::without_a_format(with_format(None), "it has no format")]
#[case::with_a_strange_one(with_format(Some("one")), "it has no format")]
fn what_this_code_did_not_write_is_malformed(#[case] item: Item, #[case] expected: &str) {
    let key = key("back-market-us", "700001");
    let why = expected.to_owned();
    assert_eq!(order_from(item, &key), Err(StoreError::Malformed { key: order_pk(&key), why }));
}

#[rstest]
#[case::at_amazon(testkit::amazon())]
#[case::at_ebay(partner_of(&testkit::seller(), "shop", Channel::Ebay))]
#[case::at_wish(partner_of(&testkit::seller(), "shop", Channel::Wish))]
#[case::at_back_market(testkit::back_market())]
#[case::at_groupon(partner_of(&testkit::seller(), "shop", Channel::Groupon))]
#[case::at_until_gone(partner_of(&testkit::seller(), "shop", Channel::UntilGone))]
#[case::with_every_optional_part(Partner {
    never: spans(1),
    stopped: Some(stopped()),
    time_zone: Some(Text::cut("America/Argentina/Buenos_Aires")),
    has_carrier_pairs: true,
    refused: ["902-1", "902-2"].map(|order| order.parse().expect("an id")).into(),
    deadline: Deadline::new(72, DeadlineAction::Off).expect("hours that may be set"),
    silent_hours: SilentHours::new(240).expect("hours that may be set"),
    send_after: Some(send_after()),
    or_after: Some(or_after()),
    verify: false,
    sla_days: SlaDays::new(20).expect("days that may be set"),
    closed_days: closed_days(20),
    moved_on: Some(at(0).day()),
    hours_off: Some(HoursOff { hours: -8, labels: 10 }),
    pace: Pace {
        submit: Lane { go: Some(at(5)), back: Some(at(6)) },
        read: Lane { go: Some(at(7)), back: Some(at(8)) },
    },
    missing_imei: MissingImei::Hold,
    ..under(Timing::Never, testkit::amazon())
})]
fn a_partner_is_read_as_it_was_stored(#[case] partner: Partner) {
    let item = partner_item(&partner).expect("can be stored");
    let read = partner_from(item, &partner.seller, &partner.id);
    assert_eq!(read, Ok(partner));
}

fn or_after() -> OrAfterHours {
    OrAfterHours::new(240).expect("hours that may be set")
}

/// The first days of a December.
fn closed_days(count: i8) -> ClosedDays {
    let days = (1..=count).map(|day| jiff::civil::Date::constant(2026, 12, day));
    ClosedDays::new(days).expect("days that may be set")
}

fn send_after() -> SendAfter {
    let earliest = Some("23:59".parse().expect("a time of the day"));
    let days = Days::of(&["mon", "tue", "wed", "thu", "fri"]).expect("days");
    SendAfter::new(120, earliest, days).expect("hours that may be set")
}

/// What nobody set is not stored: a partner is written for each place in its pace.
#[rstest]
fn what_holds_where_nothing_was_set_is_not_stored() {
    let item = partner_item(&testkit::amazon()).expect("can be stored");
    let names =
        ["deadline", "silent", "send_after", "or_after", "unverified", "sla", "closed", "moved_on"];
    for name in names {
        assert!(!item.contains_key(name), "{name}");
    }
}

/// So many times under `never`, each set and left, and one in force.
fn spans(left: u32) -> NeverSpans {
    let change = |by: &str, seconds| NeverChange { at: at(seconds), by: Some(Text::cut(by)) };
    let both = |spans: NeverSpans, n: u32| {
        let seconds = i64::from(n) * 9;
        let set = spans.set(change("ann.longname@acme.example", seconds));
        set.left(change("bob.longname@acme.example", seconds + 3))
    };
    (0..left).fold(NeverSpans::default(), both).set(change("eve@acme.example", 900))
}

/// Each place in a partner's pace is a write of its item.
#[rstest]
fn a_partner_stays_within_one_write_unit_with_all_its_times_under_never() {
    let partner = Partner {
        never: spans(9),
        time_zone: Some(Text::cut("America/Argentina/ComodRivadavia")),
        has_carrier_pairs: true,
        deadline: Deadline::new(72, DeadlineAction::Off).expect("hours that may be set"),
        silent_hours: SilentHours::new(240).expect("hours that may be set"),
        send_after: Some(send_after()),
        or_after: Some(or_after()),
        verify: false,
        moved_on: Some(at(0).day()),
        hours_off: Some(HoursOff { hours: -8, labels: 10 }),
        pace: Pace {
            submit: Lane { go: Some(at(5)), back: Some(at(6)) },
            read: Lane { go: Some(at(7)), back: Some(at(8)) },
        },
        ..under(Timing::Never, testkit::amazon())
    };
    assert!(size_of_partner(&partner) <= WRITE_UNIT, "{}", size_of_partner(&partner));
}

/// Groupon has no `never`, and is the one channel with closed days.
#[rstest]
fn a_partner_stays_within_one_write_unit_with_all_its_closed_days() {
    let partner = Partner {
        time_zone: Some(Text::cut("America/Argentina/ComodRivadavia")),
        has_carrier_pairs: true,
        deadline: Deadline::new(72, DeadlineAction::Off).expect("hours that may be set"),
        silent_hours: SilentHours::new(240).expect("hours that may be set"),
        send_after: Some(send_after()),
        sla_days: SlaDays::new(20).expect("days that may be set"),
        closed_days: closed_days(20),
        moved_on: Some(at(0).day()),
        hours_off: Some(HoursOff { hours: -8, labels: 10 }),
        pace: Pace {
            submit: Lane { go: Some(at(5)), back: Some(at(6)) },
            read: Lane { go: Some(at(7)), back: Some(at(8)) },
        },
        stopped: Some(stopped()),
        ..partner_of(&testkit::seller(), "groupon-goods-us", Channel::Groupon)
    };
    assert!(size_of_partner(&partner) <= WRITE_UNIT, "{}", size_of_partner(&partner));
}

fn size_of_partner(partner: &Partner) -> usize {
    let item = partner_item(partner).expect("can be stored");
    item.iter().map(|(name, value)| name.len() + size_of(value)).sum()
}

/// The moment at which `never` was left was kept before anybody's name was.
#[rstest]
fn a_partner_that_was_stored_without_who_left_never_is_read() {
    let partner = Partner { never: spans(1), ..testkit::amazon() };
    let mut item = partner_item(&partner).expect("can be stored");
    assert_eq!(item["never_until"], AttributeValue::N(at(3).as_millis().to_string()));
    item.remove("never");
    let read = partner_from(item, &partner.seller, &partner.id).expect("can be read");
    let left = Some(NeverChange { at: at(3), by: None });
    assert_eq!(read.never.as_slice(), [NeverSpan { set: None, left }]);
    assert_eq!(read.timing_now(), partner.timing_now());
}

fn stopped() -> Stopped {
    Stopped { at: at(4), reason: Text::cut("invalid_grant"), secret: "v1".to_owned() }
}

#[rstest]
fn a_stopped_partner_is_what_a_person_must_look_at() {
    let partner = Partner { stopped: Some(stopped()), ..testkit::amazon() };
    let item = partner_item(&partner).expect("can be stored");
    assert_eq!(item[ATTENTION], AttributeValue::S("S#acme".to_owned()));
    assert_eq!(item[URGENCY], AttributeValue::N(at(4).as_millis().to_string()));
    let item = partner_item(&testkit::amazon()).expect("can be stored");
    assert!(!item.contains_key(ATTENTION) && !item.contains_key(URGENCY));
}

#[rstest]
fn t3_a_partner_elsewhere_is_refused_by_name() {
    let partner = testkit::amazon();
    let mut item = partner_item(&partner).expect("can be stored");
    let settings = HashMap::from([("channel".to_owned(), AttributeValue::S("shopify".to_owned()))]);
    item.insert("settings".to_owned(), AttributeValue::M(settings));
    let key = partner_key(&partner.seller, &partner.id).sk;
    let why = "shopify".parse::<Channel>().expect_err("it is no channel").to_string();
    let refused = StoreError::Malformed { key, why };
    assert_eq!(partner_from(item, &partner.seller, &partner.id), Err(refused));
}

#[rstest]
fn a_tracking_number_is_read_as_it_was_stored() {
    let key = key("amazon-us", "902-1106328-1059050");
    let number: NumberKey = parsed("112345678");
    let movements = vec![testkit::movement(1), testkit::movement(2)];
    let item = Item::from([
        ("format".to_owned(), AttributeValue::N("1".to_owned())),
        ("orders".to_owned(), AttributeValue::Ss(vec![order_name(&key)])),
        ("movements".to_owned(), movements_value(&movements).expect("can be stored")),
    ]);
    let orders = vec![(key.partner, key.order)];
    let expected = Tracking { orders, movements, ..Tracking::new(key.seller, number) };
    assert_eq!(tracking_from(item, &expected.seller, &expected.number), Ok(expected.clone()));
}

/// Source of the expectations: `DynamoDB` developer guide, "`DynamoDB` item sizes and formats".
#[rstest]
#[case::a_text(AttributeValue::S("häh".to_owned()), 4)]
#[case::two_digits_a_byte_and_one(AttributeValue::N("1234".to_owned()), 3)]
#[case::an_odd_digit(AttributeValue::N("12345".to_owned()), 4)]
#[case::zeros_at_the_end_are_free(AttributeValue::N("1000".to_owned()), 2)]
#[case::a_sign(AttributeValue::N("-12".to_owned()), 3)]
#[case::a_truth(AttributeValue::Bool(true), 1)]
#[case::a_list(AttributeValue::L(vec![AttributeValue::Bool(true)]), 5)]
#[case::a_map(AttributeValue::M(HashMap::from([("ab".to_owned(), AttributeValue::Bool(true))])), 7)]
fn a_value_has_its_size(#[case] value: AttributeValue, #[case] expected: usize) {
    assert_eq!(size_of(&value), expected);
}
