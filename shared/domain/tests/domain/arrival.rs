//! Rules M3 and P1, the merging of facts: every arrival order of the same events ends in the same state. The part of the
//! shell that takes scans to their orders is played here: whoever comes second sees the first.

use crate::build::*;
use crate::sequences::{facts, labels};
use domain::{
    Change, Channel, EventId, Input, LabelKind, Movement, NumberKey, Order, OrderId, OrderKey,
    State, Tracking, WaitingFor, step,
};
use proptest::prelude::*;
use rstest::rstest;
use std::collections::BTreeMap;

/// A seller's orders and tracking numbers.
struct World {
    channel: Channel,
    orders: BTreeMap<OrderId, Order>,
    trackings: BTreeMap<NumberKey, Tracking>,
    now: i64,
}

impl World {
    fn new(channel: Channel) -> Self {
        Self { channel, orders: BTreeMap::new(), trackings: BTreeMap::new(), now: NOW }
    }

    fn step(&mut self, id: &OrderId, input: &Input) {
        let now = at(self.now);
        let new = || Order::new(OrderKey { order: id.clone(), ..key() }, self.channel, now);
        let order = self.orders.remove(id).unwrap_or_else(new);
        self.orders.insert(id.clone(), step(order, input, now).order);
    }

    fn tracking(&mut self, number: &NumberKey) -> &mut Tracking {
        let new = || Tracking::new(key().seller, number.clone());
        self.trackings.entry(number.clone()).or_insert_with(new)
    }

    fn handle(&mut self, input: Input) {
        // Each event is another delivery, with an id and a receipt of its own.
        self.now += 1;
        let event_id = EventId(text(&format!("event-{}", self.now)));
        match input {
            Input::Label { event, terms, .. } => {
                self.step(
                    &event.order_id.clone(),
                    &Input::Label { event: event.clone(), terms, id: event_id },
                );
                if event.kind == LabelKind::Outbound {
                    let further = event.also_known_as.iter().cloned();
                    for number in [event.tracking_number.key()].into_iter().chain(further) {
                        self.belongs(&number, &event.order_id);
                    }
                }
            }
            Input::Moved { number, movements } => {
                let received_at = at(self.now);
                let seen = |scan| Movement { received_at, event: event_id.clone(), ..scan };
                self.scanned(&number, &movements.into_iter().map(seen).collect::<Vec<_>>());
            }
            Input::Void(event) => self.step(&event.order_id.clone(), &Input::Void(event)),
            Input::Cancel(event) => self.step(&event.order_id.clone(), &Input::Cancel(event)),
            Input::Updated(event) => self.step(&event.order_id.clone(), &Input::Updated(event)),
            Input::Imei(event) => self.step(&event.order_id.clone(), &Input::Imei(event)),
            other @ (Input::LabelRefused(_)
            | Input::PutAside { .. }
            | Input::Twice { .. }
            | Input::Overused { .. }
            | Input::Tick
            | Input::Preflight { .. }
            | Input::Claim(_)
            | Input::Postpone { .. }
            | Input::Wait { .. }
            | Input::Park { .. }
            | Input::Outcome { .. }
            | Input::Probe { .. }
            | Input::Looked { .. }
            | Input::WaitToLook { .. }
            | Input::ParkLook { .. }
            | Input::Resumed
            | Input::Operator { .. }) => panic!("not an event of the bus: {other:?}"),
        }
    }

    /// A label adds its order to the number, and takes over what was noted there and what other orders of it know.
    fn belongs(&mut self, number: &NumberKey, order: &OrderId) {
        let owner = (key().partner, order.clone());
        let tracking = self.tracking(number);
        if !tracking.orders.contains(&owner) {
            tracking.orders.push(owner);
        }
        let mut movements = tracking.movements.clone();
        let others = tracking.orders.clone().into_iter().map(|(_, other)| other);
        for other in others.filter(|other| other != order) {
            movements.extend(self.orders[&other].movements_of(number).cloned());
        }
        if !movements.is_empty() {
            self.step(order, &Input::Moved { number: number.clone(), movements });
        }
    }

    /// A scan reaches every order of its number, or is noted where there is none.
    fn scanned(&mut self, number: &NumberKey, movements: &[Movement]) {
        let orders = self.tracking(number).orders.clone();
        for (_, order) in &orders {
            let movements = movements.to_vec();
            self.step(order, &Input::Moved { number: number.clone(), movements });
        }
        let tracking = self.tracking(number);
        for movement in movements.iter().filter(|_| orders.is_empty()) {
            if let Some(noted) = tracking.noted(movement) {
                tracking.movements = noted;
            }
        }
    }
}

/// Late enough that no label is ahead of the clock, and every wait for IMEIs is over or in its grace.
const NOW: i64 = 3 * DAY;

fn forget_receipt(scan: &Movement) -> Movement {
    Movement { received_at: at(0), event: EventId(text("-")), ..scan.clone() }
}

/// The order without what depends on when and by which event it was told.
fn without_receipts(mut order: Order) -> Order {
    order.seen_at = at(0);
    order.timeline = Vec::<Change>::new();
    order.due_at = order.due_at.map(|_| at(0));
    order.attention_since = order.attention_since.map(|_| at(0));
    for package in order.packages.values_mut() {
        package.unlabelled_since = package.unlabelled_since.map(|_| at(0));
        if let Some(due) = &mut package.looks.due {
            (due.at, due.ring.next) = (at(0), at(0));
        }
        for label in package.label.iter_mut().chain(&mut package.others) {
            label.received_at = at(0);
            let tellings = [&mut label.telling].into_iter().chain(label.disputed.as_deref_mut());
            for telling in tellings {
                telling.event = EventId(text("-"));
            }
        }
        for scans in package.movements.values_mut() {
            *scans = scans.iter().map(forget_receipt).collect();
        }
        if let State::Ready(ready) = &mut package.state {
            (ready.tries.since, ready.pending.ring.next) = (at(0), at(0));
        }
        if let State::Waiting(WaitingFor::Imeis { deadline, warn_at, .. }) = &mut package.state {
            (*deadline, *warn_at) = (at(0), at(0));
        }
    }
    order
}

fn end(channel: Channel, events: &[Input]) -> Vec<Order> {
    let mut world = World::new(channel);
    for event in events {
        world.handle(event.clone());
    }
    world.orders.into_values().map(without_receipts).collect()
}

fn permutations(items: &[Input]) -> Vec<Vec<Input>> {
    let Some((first, rest)) = items.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    for tail in permutations(rest) {
        for place in 0..=tail.len() {
            let mut one = tail.clone();
            one.insert(place, first.clone());
            all.push(one);
        }
    }
    all
}

fn every_order_ends_alike(channel: Channel, events: &[Input]) {
    let expected = end(channel, events);
    for arrival in permutations(events) {
        assert_eq!(end(channel, &arrival), expected, "{arrival:#?}");
    }
}

#[rustfmt::skip]
#[rstest]
#[case::m3_scan_and_label(vec![label("A").into(), moved("A", 10), moved("A", 10)])]
#[case::m3_scan_label_and_void(vec![label("A").into(), moved("A", 10), void("A")])]
#[case::l2_relabelled(vec![label("A").into(), label("B").made(30).into(), moved("A", 10), moved("B", 40)])]
#[case::l2_relabelled_and_voided(vec![label("A").into(), label("B").made(30).into(), void("B"), moved("B", 40)])]
#[case::l2_reprinted(vec![label("A").into(), label("B").number("A").made(30).into(), void("A"), moved("A", 10)])]
#[case::l2_a_number_comes_back(vec![label("A").into(), label("B").made(30).into(), label("C").number("A").made(60).into(), moved("A", 10)])]
#[case::m4_reprinted_a_day_later(vec![label("A").into(), label("B").number("A").made(DAY + 60).into(), moved("A", 10), moved("A", DAY)])]
#[case::l2_the_same_moment(vec![label("A").into(), label("B").into(), void("A"), void("B")])]
#[case::l2_the_same_label_in_other_words(vec![label("A").into(), label("A").number("B").into(), moved("A", 10), moved("B", 10)])]
#[case::l4_cancelled_twice(vec![label("A").into(), cancel(5), cancel(3), moved("A", 10)])]
#[case::m5_two_packages_of_one_number(vec![label("A").into(), label("B").of("2").number("A").into(), moved("A", 10), void_of("2", "B")])]
#[case::m5_a_scan_too_old_for_one_and_not_for_the_other(vec![label("A").made(DAY + 60).into(), label("B").of("2").number("A").into(), moved("A", 10)])]
#[case::m5_two_orders_of_one_number(vec![label("A").into(), label("A").for_order("902-2").into(), moved("A", 10), cancel(3)])]
#[case::m5_two_orders_one_relabelled(vec![label("A").into(), label("A").for_order("902-2").into(), label("B").made(30).for_order("902-2").into(), moved("A", 10)])]
#[case::m2_no_movement(vec![label("A").into(), scanned("A", domain::CarrierStatus::PickupRequested, 10), moved("A", 20)])]
#[case::l9_a_line_of_one_package(vec![assigned("A").lines(&[("i1", 2), ("i2", 1)]).into(), cancel_lines(&[("i1", 1)]), cancel_lines(&[("i2", 0)]), moved("A", 10)])]
#[case::l9_a_line_of_two_packages(vec![assigned("A").lines(&[("i1", 2)]).into(), assigned("B").of("2").lines(&[("i1", 1)]).into(), cancel_lines(&[("i1", 2)]), void_of("2", "B")])]
#[case::l9_the_least_that_remains(vec![assigned("A").lines(&[("i1", 3)]).into(), cancel_lines(&[("i1", 2)]), cancel_lines(&[("i1", 1)]), cancel_lines(&[("i1", 2)])])]
#[case::l9_with_codes(vec![assigned("A").lines(&[("i1", 2)]).with_codes(&["SN1234567"]).into(), assigned("B").made(30).lines(&[("i1", 1)]).with_codes(&["SN1234567"]).into(), cancel_lines(&[("i1", 1)]), cancel(3)])]
#[case::l13_codes_that_are_told_later(vec![assigned("A").into(), assigned("A").with_codes(&["SN1234567"]).into(), assigned("A").with_codes(&["SN1234568"]).into()])]
#[case::s1_a_ship_by_of_the_label_and_of_the_order(vec![label("A").ship_by(NOW + HOUR).warned().into(), told_ship_by(NOW, 1), told_ship_by(NOW + 9 * HOUR, 1), told_ship_by(NOW, 0)])]
#[case::s1_of_two_tellings(vec![label("A").ship_by(NOW + HOUR).warned().into(), label("A").ship_by(NOW).warned().into(), told_ship_by(NOW + 2 * HOUR, 0), void("A")])]
#[case::s3_of_what_is_replaced(vec![label("A").ship_by(NOW).warned().into(), label("B").made(30).ship_by(NOW + HOUR).warned().into(), told_ship_by(NOW + DAY, 20), cancel(3)])]
#[case::s4_silent_and_replaced(vec![label("A").silent(6).into(), label("B").made(30).silent(240).into(), moved("A", 10), void("B")])]
#[case::s4_moved_before_its_label(vec![label("A").made(2 * DAY).watched().into(), moved("A", 10), moved("A", 9), told_wish(true, 1)])]
#[case::s4_waits_for_another_label(vec![label("A").silent(6).into(), label("B").made(30).silent(6).into(), void("B"), moved("B", 40)])]
#[case::s5_wishes(vec![assigned("A").into(), told_wish(true, 1), told_wish(false, 1), told_wish(false, 2)])]
#[case::s5_a_wish_and_a_cancelled_line(vec![assigned("A").lines(&[("i1", 2)]).into(), told_wish(false, 1), told_wish(true, 1), cancel_lines(&[("i1", 1)])])]
#[case::s10_a_time(vec![assigned("A").sent_after(NOW + HOUR).into(), moved("A", 10), told_wish(true, 1), told_wish(false, 2)])]
fn of_an_order(#[case] events: Vec<Input>) {
    every_order_ends_alike(Channel::Amazon, &events);
}

const PHONE: &[(&str, u32)] = &[("i1", 1)];

/// The two IMEIs of that model as one entry, the second first.
const OF_ONE_PHONE: &str = "356938035643817/356938035643809";

#[rustfmt::skip]
#[rstest]
#[case::i6_a_tie(vec![assigned("A").phones(PHONE).into(), imeis("i1", &IMEIS[..1], 1), imeis("i1", &IMEIS[1..2], 1), imeis("i1", &[], 1)])]
#[case::i6_cleared(vec![assigned("A").phones(PHONE).into(), imeis("i1", &IMEIS[..1], 1), imeis("i1", &[], 2), moved("A", 10)])]
#[case::i1_two_packages(vec![assigned("A").phones(PHONE).into(), assigned("B").of("2").phones(&[("i2", 1)]).into(), imeis("i1", &IMEIS[..1], 1), imeis("i2", &IMEIS[1..2], 1)])]
#[case::i4_held(vec![label("A").phones(PHONE).or_hold().into(), moved("A", 10), imeis("i1", &IMEIS[..1], 1), imeis("i1", &[], 2)])]
#[case::i10_a_tie_of_orders(vec![assigned("A").phones(PHONE).into(), imeis("i1", &[IMEIS[1], OF_ONE_MODEL], 1), imeis("i1", &[OF_ONE_MODEL, IMEIS[1]], 1), imeis("i1", &[OF_ONE_PHONE], 1)])]
#[case::i10_two_lines(vec![assigned("A").phones(PHONE).into(), assigned("B").of("2").phones(&[("i2", 1)]).into(), imeis("i1", &[IMEIS[1], OF_ONE_MODEL], 1), imeis("i2", &[OF_ONE_PHONE], 1), imeis("i2", &[IMEIS[0]], 1)])]
#[case::i10_one_imei_on_two_lines(vec![assigned("A").phones(PHONE).or_hold().into(), imeis("i1", &[IMEIS[0]], 1), imeis("i2", &[IMEIS[0]], 1), imeis("i2", &[], 2), moved("A", 10)])]
#[case::i10_the_other_phone_goes(vec![assigned("A").phones(PHONE).into(), assigned("B").of("2").phones(&[("i2", 1)]).into(), imeis("i1", &[IMEIS[1], OF_ONE_MODEL], 1), void_of("2", "B")])]
#[case::i11_each_has_its_own_newest(vec![assigned("A").phones(PHONE).with_serials().into(), imeis("i1", &[IMEIS[0]], 1), serials("i1", &[SERIALS[0]], 2), entered("i1", &[IMEIS[1]], &[SERIALS[1]], 2), imeis("i1", &[], 3)])]
#[case::i11_a_tie_of_serial_numbers(vec![assigned("A").tablets(PHONE).or_hold().into(), serials("i1", &[SERIALS[0], SERIALS[1]], 1), serials("i1", &[SERIALS[1], SERIALS[0]], 1), serials("i1", &[SERIALS[1]], 1), moved("A", 10)])]
#[case::i11_both_at_one_time(vec![assigned("A").phones(PHONE).with_serials().into(), entered("i1", &[IMEIS[0]], &[], 1), entered("i1", &[], &[SERIALS[0]], 1), imeis("i1", &[IMEIS[1]], 1), serials("i1", &[SERIALS[2]], 1)])]
#[case::l7_what_a_line_requires(vec![assigned("A").phones(PHONE).into(), assigned("A").tablets(PHONE).into(), assigned("A").phones(PHONE).with_serials().into(), serials("i1", &[SERIALS[0]], 1)])]
#[case::i5_a_backlog(vec![assigned("A").phones(PHONE).into(), assigned("B").made(30).phones(PHONE).into(), imeis("i1", &[], 2), void("B")])]
fn of_a_phone(#[case] events: Vec<Input>) {
    every_order_ends_alike(Channel::BackMarket, &events);
}

/// Labels of one id are made under the same terms here: which of them comes first then matters to nothing (rule T4).
fn under_its_own_terms(input: Input) -> Input {
    let Input::Label { event, id, .. } = input else { return input };
    let made = match event.label_id.as_str() {
        "B" => assigned("B").warned().silent(6).fed().sent_after(NOW + HOUR),
        "C" => label("C").warns(72).silent(6),
        _ => label("A"),
    };
    Input::Label { event, terms: made.terms, id }
}

fn of_order(input: Input, order: &str) -> Input {
    let Input::Label { mut event, terms, id } = input else { return input };
    event.order_id = order.parse().unwrap();
    Input::Label { event, terms, id }
}

fn events(most: usize) -> impl Strategy<Value = Vec<Input>> {
    let fact = prop_oneof![1 => labels().prop_map(Input::from), 2 => facts()];
    let order = prop_oneof![4 => Just("902-1"), 1 => Just("902-2")];
    let fact = (fact, order).prop_map(|(fact, order)| of_order(under_its_own_terms(fact), order));
    let facts = prop::collection::vec(fact, 1..=most);
    (facts, prop::collection::vec(any::<prop::sample::Index>(), 0..=2)).prop_map(
        |(facts, twice)| {
            let again: Vec<Input> = twice.iter().map(|index| index.get(&facts).clone()).collect();
            facts.into_iter().chain(again).collect()
        },
    )
}

fn channel() -> impl Strategy<Value = Channel> {
    prop::sample::select(vec![Channel::Amazon, Channel::BackMarket])
}

fn shuffled() -> impl Strategy<Value = (Vec<Input>, Vec<Input>)> {
    events(6).prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle()))
}

proptest! {
    #[test]
    fn any_order_of_many_ends_alike(channel in channel(), (one, other) in shuffled()) {
        prop_assert_eq!(end(channel, &one), end(channel, &other));
    }

    #[test]
    fn every_order_of_a_few_ends_alike(channel in channel(), events in events(2)) {
        let expected = end(channel, &events);
        for arrival in permutations(&events) {
            prop_assert_eq!(end(channel, &arrival), expected.clone(), "{:#?}", arrival);
        }
    }
}
