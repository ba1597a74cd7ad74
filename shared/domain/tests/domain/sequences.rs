//! Random sequences of every input, also absurd ones, keep what must hold at each step and strand nothing.

use crate::build::*;
use crate::invariants::{Claims, check, settles};
use domain::{
    Action, CarrierStatus, Channel, Input, LabelKind, Order, OrderShown, Outcome, Parking, Reading,
    Resolution, ShownImei, ShownImeis, Timing, TimingNow, step,
};
use proptest::prelude::*;

/// A channel, and what happens at its order after how many seconds each.
pub(crate) type Journey = (Channel, Vec<(i64, Step)>);

fn package() -> impl Strategy<Value = &'static str> {
    prop_oneof![4 => Just("1"), 1 => Just("2")]
}

fn timing() -> impl Strategy<Value = Timing> {
    prop_oneof![2 => Just(MOVES), 4 => Just(ASSIGNED), 1 => Just(Timing::Never)]
}

pub(crate) fn labels() -> impl Strategy<Value = Made> {
    let ids = prop::sample::select(vec!["A", "B", "C"]);
    let numbers = prop::sample::select(vec!["A", "B"]);
    let times = prop::sample::select(vec![0, 30, DAY + 60]);
    let lines = prop::sample::select(vec![
        None,
        Some(&[("i1", 1)][..]),
        Some(&[("i1", 1), ("i2", 1)][..]),
        Some(&[("i1", 2)][..]),
    ]);
    let phones = (lines, 0..4_u8);
    let updates = prop::sample::select(vec![None, None, None, Some(40), Some(DAY + 70)]);
    let further = prop::sample::select(vec![None, None, None, Some("B"), Some("C")]);
    let days = prop::sample::select(vec![None, None, None, Some(2 * DAY), Some(3 * DAY + 60)]);
    let kinds = prop_oneof![12 => Just(LabelKind::Outbound), 1 => Just(LabelKind::Return)];
    let ship_bys = prop::sample::select(vec![None, None, Some(HOUR), Some(3 * DAY)]);
    let telling = (updates, further, days, kinds, (ship_bys, 0..4_u8));
    (package(), ids, numbers, times, timing(), phones, any::<bool>(), telling).prop_map(
        |(
            package,
            id,
            number,
            made,
            timing,
            phones,
            holds,
            (updated, further, day, kind, (ship_by, watch)),
        )| {
            let label = label(id).of(package).number(number).made(made).under(timing);
            let label = match phones {
                (None, _) => label,
                (Some(lines), 0) => label.tablets(lines),
                (Some(lines), 1) => label.phones(lines).with_serials(),
                (Some(lines), _) => label.phones(lines),
            };
            let mut label = if holds { label.or_hold() } else { label };
            label.event.updated_at = updated.map(at);
            label.event.also_known_as =
                further.into_iter().map(|letter| crate::build::number(letter).key()).collect();
            label.event.ships_on = day.map(|day| domain::DateOrTime::Time(at(day)));
            label.event.kind = kind;
            label.event.ship_by = ship_by.map(|by| domain::DateOrTime::Time(at(by)));
            match watch {
                0 => label,
                1 => label.warned().silent(6).fed(),
                2 => label.warns(72).watched(),
                _ => label.silent(240).fed().sent_after(2 * DAY),
            }
        },
    )
}

pub(crate) fn facts() -> impl Strategy<Value = Input> {
    let lists = vec![
        &[][..],
        &IMEIS[..1],
        &IMEIS[1..2],
        &IMEIS[..2],
        &[IMEIS[1], OF_ONE_MODEL],
        &[OF_ONE_MODEL, IMEIS[1]],
        &["490154203237518/356938035643809"],
    ];
    let items = prop::sample::select(vec!["i1", "i2"]);
    let numbers = vec![&[][..], &SERIALS[..1], &SERIALS[1..2], &SERIALS[..2]];
    let status = prop_oneof![
        3 => Just(CarrierStatus::InTransit),
        1 => Just(CarrierStatus::Delivered),
        1 => Just(CarrierStatus::PickupRequested)
    ];
    prop_oneof![
        4 => labels().prop_map(Input::from),
        1 => (package(), prop::sample::select(vec!["A", "B", "C"])).prop_map(|(p, id)| void_of(p, id)),
        1 => (0..3_i64).prop_map(cancel),
        2 => (prop::sample::select(vec!["i1", "i2"]), 0..3_u32)
            .prop_map(|(line, remaining)| cancel_lines(&[(line, remaining)])),
        1 => (prop::sample::select(vec![2 * HOUR, DAY, 61 * DAY]), 0..3_i64)
            .prop_map(|(by, at)| told_ship_by(by, at)),
        2 => (any::<bool>(), 0..3_i64).prop_map(|(is_wished, at)| told_wish(is_wished, at)),
        3 => (prop::sample::select(vec!["A", "B"]), status, prop::sample::select(vec![10, 20, DAY]))
            .prop_map(|(number, status, at)| scanned(number, status, at)),
        2 => (items, prop::sample::select(lists), prop::sample::select(numbers), 0..3_u8, 0..3_i64)
            .prop_map(|(item, phones, numbers, which, at)| match which {
                0 => imeis(item, phones, at),
                1 => serials(item, numbers, at),
                _ => entered(item, phones, numbers, at),
            }),
    ]
}

fn target() -> impl Strategy<Value = domain::Target> {
    prop_oneof![
        6 => Just(confirmation("1")), 1 => Just(confirmation("2")),
        2 => Just(line("i1")), 1 => Just(line("i2"))
    ]
}

fn hash() -> impl Strategy<Value = &'static str> {
    prop_oneof![6 => Just("h"), 1 => Just("other")]
}

/// A channel's words, which may repeat an IMEI.
const WORDS: &str = "imei 490154203237518 is odd";

/// What a channel shows of a line.
fn shown() -> impl Strategy<Value = ShownImeis> {
    use ShownImei::{Another, OnlyImei, OnlySerial, Ours};
    let shown = prop::sample::select(vec![Ours, OnlyImei, OnlySerial, Another]);
    let items = prop::sample::select(vec!["i1", "i2"]);
    (items, shown).prop_map(|(item, shown)| ShownImeis::from([(item.parse().unwrap(), shown)]))
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let wait = prop::sample::select(vec![None, Some(1), Some(1_000), Some(DAY)]);
    prop_oneof![
        2 => Just(Outcome::ACCEPTED),
        1 => shown().prop_map(Outcome::Accepted),
        2 => wait.prop_map(|wait| Outcome::NotApplied(why(WORDS, wait))),
        1 => Just(Outcome::Refused { code: text("400"), message: text(WORDS) }),
        1 => Just(Outcome::AlreadyShipped { message: text(WORDS) }),
        4 => Just(Outcome::Unknown { reason: text(WORDS), retry_after: None }),
    ]
}

fn reading() -> impl Strategy<Value = Reading> {
    prop_oneof![
        1 => Just(Reading::OURS),
        1 => shown().prop_map(Reading::Ours),
        1 => Just(Reading::Other(text("X9"))),
        1 => Just(Reading::Former(text("X9"))),
        1 => Just(Reading::Unclear(text(WORDS))),
        8 => Just(Reading::Absent),
        1 => Just(Reading::Unreadable(why(WORDS, None))),
    ]
}

fn shown_of_order() -> impl Strategy<Value = OrderShown> {
    let ship_by = prop::option::of((0..10 * DAY).prop_map(at));
    (ship_by, prop::bool::weighted(0.1), prop::bool::weighted(0.1)).prop_map(
        |(ship_by, is_wished, is_cancelled)| OrderShown { ship_by, is_wished, is_cancelled },
    )
}

fn parking() -> impl Strategy<Value = Parking> {
    prop::sample::select(vec![Parking::Stopped, Parking::Paused])
}

fn sending() -> impl Strategy<Value = Step> {
    let in_force = (timing(), prop::sample::select(vec![None, None, Some(0), Some(1_000)]))
        .prop_map(|(timing, until)| TimingNow { timing, never_until: until.map(at) });
    let number = prop::sample::select(vec!["A", "B"]).prop_map(number);
    let stale = (target(), 0..3_u32, outcome(), reading(), any::<bool>());
    prop_oneof![
        6 => (target(), hash()).prop_map(|(target, hash)| Step::Claim { target, timing: IN_FORCE, hash }),
        1 => (target(), in_force).prop_map(|(target, timing)| Step::Claim { target, timing, hash: "h" }),
        2 => Just(claim_verified()),
        2 => (reading(), shown_of_order()).prop_map(|(reading, shown)| {
            Step::Looked { reading, shown, asked_at: None }
        }),
        1 => Just(Input::ParkLook { package: "1".parse().unwrap(), parking: Parking::Stopped }.into()),
        1 => (0..DAY).prop_map(|until| {
            Input::WaitToLook { package: "1".parse().unwrap(), until: at(until) }.into()
        }),
        1 => hash().prop_map(claim_deduped),
        2 => (target(), parking()).prop_map(|(target, parking)| Input::Park { target, parking }.into()),
        1 => Just(Input::Resumed.into()),
        1 => Just(claim_observing()),
        1 => (target(), 0..DAY).prop_map(|(target, until)| Input::Wait { target, until: at(until) }.into()),
        6 => (target(), outcome()).prop_map(|(target, outcome)| Step::Outcome { target, outcome }),
        8 => (target(), reading(), prop::option::of(hash()))
            .prop_map(|(target, reading, hash)| Step::Probe { target, reading, hash }),
        1 => target().prop_map(|target| Input::Postpone { target, why: why(WORDS, None) }.into()),
        1 => (number, reading()).prop_map(|(tracking, reading)| {
            let (shown, asked_at) = (OrderShown::default(), at(0));
            Input::Preflight { package: "1".parse().unwrap(), tracking, reading, shown, asked_at }.into()
        }),
        1 => stale.prop_map(|(target, fence, outcome, reading, is_read)| if is_read {
            let (hash, asked_at) = (Some(text("h")), at(0));
            let shown = OrderShown::default();
            Input::Probe { target, fence, reading, hash, asked_at, shown }.into()
        } else {
            Input::Outcome { target, fence, outcome }.into()
        }),
    ]
}

fn acting() -> impl Strategy<Value = Input> {
    let actions = vec![
        Action::SendNow,
        Action::Hold,
        Action::Release,
        Action::Retry,
        Action::Look,
        Action::Resolve(Resolution::Confirmed),
        Action::Resolve(Resolution::Closed),
        Action::Resolve(Resolution::NothingThere),
    ];
    (package(), prop::sample::select(actions)).prop_map(|(package, action)| act_on(package, action))
}

pub(crate) fn journey() -> impl Strategy<Value = Journey> {
    let what = prop_oneof![
        4 => facts().prop_map(Step::from),
        8 => sending(),
        1 => acting().prop_map(Step::from),
        1 => Just(Step::from(tick()))
    ];
    let wait = prop_oneof![
        6 => Just(0), 6 => Just(5), 6 => Just(300), 6 => Just(900), 1 => Just(HOUR), 1 => Just(DAY),
        1 => Just(7 * DAY)
    ];
    // Most begin with a label that can be claimed, so that they get far.
    let start = (prop::sample::select(Channel::ALL.to_vec()), labels());
    (start, prop::collection::vec((wait, what), 1..40)).prop_map(|((channel, first), rest)| {
        let first = std::iter::once((0, Step::from(first)));
        (channel, first.chain(rest).collect())
    })
}

/// Every state the order went through.
pub(crate) fn run((channel, steps): Journey) -> Vec<Order> {
    let mut now = 0;
    let mut orders = vec![Order::new(key(), channel, at(0))];
    for (wait, what) in steps {
        now += wait;
        let order = orders.last().unwrap().clone();
        let input = what.resolve(&order, at(now));
        orders.push(step(order, &input, at(now)).order);
    }
    orders
}

proptest! {
    #[test]
    fn every_step_keeps_what_must_hold((channel, steps) in journey()) {
        let mut order = Order::new(key(), channel, at(0));
        let mut claims = Claims::default();
        let mut now = 0;
        for (wait, what) in steps {
            now += wait;
            let input = what.resolve(&order, at(now));
            let decision = step(order.clone(), &input, at(now));
            check(&order, &input, &decision, at(now))?;
            claims.follow(&order, &input, &decision, at(now))?;
            order = decision.order;
        }
    }

    #[test]
    fn nothing_is_stranded((channel, steps) in journey()) {
        let now: i64 = steps.iter().map(|(wait, _)| wait).sum();
        let order = run((channel, steps)).pop().unwrap();
        settles(order, at(now))?;
    }
}
