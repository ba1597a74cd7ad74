//! Orders as they are stored: a usual one at every stage of its life, and one with every part that an order can have.

use crate::{AMAZON_ORDER, IMEIS, at, key, parsed, text};
use domain::{
    Attempt, Change, Channel, Chosen, Claim, DateOrTime, Deadline, DeadlineAction, DeadlineFlag,
    Device, Doubt, EventId, Evidence, Failures, ImeiList, ImeiTerms, Input, Item, Label,
    LabelCreated, LabelKind, Line, LineState, Lock, LookOf, LookTry, Looks, Mark, MissingImei,
    Mode, Moment, Movement, NotShown, Notice, NoticeKind, OrAfterHours, Order, OrderKey, Outcome,
    Package, Parking, PartnerNow, Pending, Person, Proof, Ready, RefusedLabel, RefusedWish,
    Repeats, Ring, Seal, SendNow, Sent, SerialList, ShipBy, SilenceFlag, SilentHours, Stage, State,
    Target, Telling, Terms, Timing, TimingNow, TransparencyCode, Tries, Unknown, Unpublished,
    Watch, What, Wish, step,
};
use std::collections::{BTreeMap, BTreeSet};

/// A movement: the parcel is in transit, so many seconds after the start. The id of its event is one as `EventBridge` gives them.
pub fn movement(seconds: i64) -> Movement {
    Movement {
        occurred_at: at(seconds),
        status: domain::CarrierStatus::InTransit,
        received_at: at(seconds),
        event: EventId(text(&format!("6f1e5c0a-93a1-4d0e-8f63-{seconds:012}"))),
        location: None,
    }
}

/// The contract's example of a label, with a tracking address of usual length. Source: `functions/README.md`, "Incoming events".
fn example_label() -> LabelCreated {
    let OrderKey { seller, partner, order } = key("amazon-us", AMAZON_ORDER);
    LabelCreated {
        seller_id: seller,
        partner_id: partner,
        order_id: order,
        package_id: parsed("1"),
        label_id: parsed("lbl_81"),
        kind: LabelKind::Outbound,
        carrier: text("FedEx"),
        service: Some(text("Ground")),
        registered: Some(text("fedex")),
        tracking_number: parsed("112345678"),
        also_known_as: BTreeSet::new(),
        tracking_url: Some(text("https://www.fedex.com/fedextrack/?trknbr=112345678&lang=en-us")),
        labeled_at: at(245),
        updated_at: None,
        ordered_at: None,
        ship_by: Some(DateOrTime::Time(at(32 * 3_600))),
        ships_on: None,
        items: vec![item("52986411826454", false)],
        supply_source_id: None,
        left_out: Vec::new(),
    }
}

fn item(id: &str, requires_imei: bool) -> Item {
    Item {
        item_id: parsed(id),
        sku: Some(text("PHN-12")),
        quantity: 1,
        requires_imei,
        transparency_codes: BTreeSet::new(),
        requires_serial: requires_imei,
    }
}

/// The terms of a usual label: nothing was set, and scans of its seller's parcels come.
fn usual_terms(timing: Timing) -> Terms {
    Terms { watch: Watch { is_fed: true, ..Watch::STANDARD }, ..Terms::unwatched(timing, None) }
}

/// The contract's example order at each stage from its label to its confirmation, and when it came to that stage.
pub fn life(timing: Timing) -> Vec<(&'static str, Order, Moment)> {
    let event = EventId(text("6f1e5c0a-93a1-4d0e-8f63-0d2f1c9a77b1"));
    let package: domain::PackageId = parsed("1");
    let target = Target::Confirmation(package);
    let labelled = Input::Label { event: example_label(), terms: usual_terms(timing), id: event };
    let moved = Input::Moved { number: parsed("112345678"), movements: vec![movement(4_000)] };
    let claimed = Input::Claim(Claim {
        target: target.clone(),
        now: PartnerNow {
            verifies: true,
            ..PartnerNow::under(TimingNow { timing, never_until: None })
        },
        restored_at: None,
        lease_until: at(4_067),
        seal: Seal {
            reference: Some(text("483920175")),
            hash: text("9f86d081884c7d659a2feaa0"),
            is_deduped: false,
            carrier_code: None,
        },
    });
    let accepted = Input::Outcome { target, fence: 1, outcome: Outcome::ACCEPTED };
    let mut inputs = vec![("label", labelled, at(246))];
    if timing == Timing::WhenTrackingShowsMovement {
        inputs.push(("ready", moved, at(4_001)));
    }
    inputs.push(("sending", claimed, at(4_002)));
    inputs.push(("confirmed", accepted, at(4_003)));
    let mut order = Order::new(key("amazon-us", AMAZON_ORDER), Channel::Amazon, at(246));
    let mut stages = Vec::new();
    for (stage, input, now) in inputs {
        let decision = step(order, &input, now);
        assert_eq!(decision.refused, None, "{stage}");
        order = decision.order;
        stages.push((stage, order.clone(), now));
    }
    stages
}

/// The contract's example order at a partner that observes, and at one that is paused; each with the moment.
pub fn kept_back() -> [(&'static str, Order, Moment); 2] {
    let package: domain::PackageId = parsed("1");
    let target = Target::Confirmation(package);
    let timing = Timing::WhenTrackingIsAssigned;
    let (_, labelled, _) = life(timing).swap_remove(0);
    let now = PartnerNow {
        mode: Mode::Observe,
        ..PartnerNow::under(TimingNow { timing, never_until: None })
    };
    let seal = Seal {
        reference: Some(text("483920175")),
        hash: text("9f86d081884c7d659a2feaa0"),
        is_deduped: false,
        carrier_code: None,
    };
    let claim =
        Claim { target: target.clone(), now, lease_until: at(4_067), restored_at: None, seal };
    let observed = step(labelled.clone(), &Input::Claim(claim), at(4_002)).order;
    let parked = Input::Park { target, parking: Parking::Paused };
    let paused = step(labelled, &parked, at(4_002)).order;
    [("observed", observed, at(4_002)), ("paused", paused, at(4_002))]
}

fn person() -> Person {
    Person { by: text("ann"), reason: text("asked to"), evidence: None, at: at(1) }
}

fn ring() -> Ring {
    Ring { next: at(300), count: 2, is_paused: false }
}

fn tries() -> Tries {
    Tries { since: at(2), failures: Some(Failures { count: 3, why: text("429: too many") }) }
}

fn pending() -> Pending {
    Pending { not_before: Some(at(50)), ring: ring() }
}

fn doubt() -> Doubt {
    let (since, read_at) = (at(10), at(40));
    Doubt {
        since,
        why: text("no answer"),
        reads: 1,
        absent: 1,
        read_at,
        ring: ring(),
        is_restored: true,
    }
}

fn lines() -> BTreeMap<domain::ItemId, Line> {
    let states = [
        LineState::Open(Attempt::Pending(pending())),
        LineState::Open(Attempt::Sending { lease_until: at(65) }),
        LineState::Open(Attempt::InDoubt(doubt())),
        LineState::Done { at: at(3) },
        LineState::Failed { at: at(4), why: text("the channel holds another one") },
    ];
    let device = Device { imei: Some(parsed(IMEIS[0])), serial: Some(parsed("C02XK1ABJG5J")) };
    let restored = Some(at(12));
    let line = |state| Line { device: device.clone(), fence: 1, tries: tries(), restored, state };
    (11..).zip(states).map(|(id, state)| (parsed(&format!("{id}")), line(state))).collect()
}

fn parsed_code(code: &str) -> TransparencyCode {
    TransparencyCode::try_from(code.to_owned()).expect("a code")
}

fn full_label() -> Label {
    let example = example_label();
    let telling = Telling {
        labeled_at: example.labeled_at,
        updated_at: Some(at(250)),
        tracking: example.tracking_number,
        also_known_as: BTreeSet::from([parsed("112345686")]),
        carrier: example.carrier,
        service: example.service,
        registered: example.registered,
        tracking_url: example.tracking_url,
        ship_by: Some(at(32 * 3_600)),
        ships_on: Some(at(24 * 3_600)),
        items: vec![
            item("11", true),
            Item {
                sku: None,
                transparency_codes: BTreeSet::from([parsed_code("AZ:2S9XQ7KD41B0M6TRW8PJFHYZ3N")]),
                ..item("12", false)
            },
        ],
        supply_source_id: Some(parsed("057d3fcc-b750-419f-bbcd-4d340c60c430")),
        event: EventId(text("6f1e5c0a-93a1-4d0e-8f63-0d2f1c9a77b1")),
    };
    Label {
        id: example.label_id,
        disputed: Some(Box::new(Telling { carrier: text("UPS"), ..telling.clone() })),
        telling,
        latest_at: Some(at(251)),
        settled: Some(at(252)),
        is_right: true,
        terms: Terms {
            timing: Timing::WhenTrackingIsAssigned,
            imei: Some(ImeiTerms { missing: MissingImei::Hold, window_s: 3_600 }),
            watch: Watch {
                deadline: Deadline::new(72, DeadlineAction::Off).expect("hours that may be set"),
                silent_hours: SilentHours::OFF,
                is_fed: true,
                or_after: Some(OrAfterHours::new(240).expect("hours that may be set")),
            },
            send_after: Some(at(3_000)),
            reckoned: Some(at(30 * 3_600)),
        },
        stopped: true,
        released: Some(at(247)),
        stays: true,
        former: Some(text("X9")),
        received_at: at(246),
        unknown: Unknown::default(),
    }
}

fn sent(stage: Stage) -> State {
    let lock = Lock {
        label: Some(full_label()),
        ship_date: at(245),
        items: Some(vec![item("11", true)]),
        devices: BTreeMap::from([(
            parsed("11"),
            Device { imei: Some(parsed(IMEIS[0])), serial: Some(parsed("C02XK1ABJG5J")) },
        )]),
        seal: Some(Seal {
            reference: Some(text("483920175")),
            hash: text("9f86d081884c7d659a2feaa0"),
            is_deduped: true,
            carrier_code: Some(text("FedEx Freight")),
        }),
        proof: Proof::Movement(movement(5)),
        despite_cancel: true,
        despite_lines: BTreeMap::from([(parsed("11"), 0)]),
        despite_wish: Some(at(6)),
        is_late: true,
        verify: true,
        sent_by: Some(person()),
    };
    let repeats = Some(Repeats { count: 1, since: at(40), refused: true });
    State::Sent(Sent { lock, tries: tries(), repeats, stage })
}

fn look_of(seconds: i64) -> LookOf {
    LookOf { at: at(seconds), number: parsed("112345678") }
}

fn full_package(state: State) -> Package {
    Package {
        label: Some(full_label()),
        others: vec![Label { id: parsed("lbl_79"), ..full_label() }],
        chosen: Some(Chosen { label: parsed("lbl_81"), until: at(253), person: person() }),
        overused: BTreeSet::from([parsed("112345686")]),
        voided: BTreeSet::from([parsed("lbl_80")]),
        movements: BTreeMap::from([(parsed("112345678"), vec![movement(5), movement(6)])]),
        hold: Some(person()),
        send_now: Some(SendNow {
            label: parsed("lbl_81"),
            person: person(),
            despite_wish: Some(at(6)),
        }),
        state,
        fence: 4,
        lines: lines(),
        delayed: true,
        deadline: Some(DeadlineFlag::Passed),
        silence: Some(SilenceFlag::Told),
        unlabelled_since: Some(at(5)),
        refused_wish: Some(RefusedWish { told_at: at(6), person: person() }),
        looks: Looks {
            answered: Some(look_of(7)),
            dropped: Some(look_of(8)),
            asked_for: Some(at(9)),
            due: Some(LookTry { at: at(10), due_since: Some(at(9)), ring: ring() }),
        },
        shown: Some(ShipBy { by: at(41 * 3_600), at: at(7) }),
        not_shown: Some(NotShown { found: Some(text("X9")) }),
        restored: Some(at(12)),
        imeis_apart: true,
        resolved: BTreeSet::from([Mark::Superseded, Mark::Delayed]),
        unknown: Unknown::default(),
    }
}

fn notice() -> Notice {
    let OrderKey { seller, partner, order } = key("back-market-us", "700001");
    Notice {
        kind: NoticeKind::ConfirmationAccepted,
        id: "acme/back-market-us/700001/1/ConfirmationAccepted/1".to_owned(),
        seller,
        partner,
        channel: Channel::BackMarket,
        order,
        package: Some(parsed("1")),
        tracking_number: Some(parsed("112345678")),
        at: at(9),
        reason: text("accepted"),
    }
}

/// An order that has every optional part. No events lead to such an order: it shows that all of it is stored and read back.
pub fn full_order(key: OrderKey) -> Order {
    let states = [
        State::Ready(Ready { tries: tries(), pending: pending() }),
        sent(Stage::Open(Attempt::InDoubt(doubt()))),
        sent(Stage::Confirmed { at: at(9), by: Evidence::ReadBack }),
    ];
    let change = Change {
        at: at(3),
        package: Some(parsed("1")),
        what: What::Postponed,
        note: Some(text("to later: 429")),
    };
    let list = ImeiList {
        twice: None,
        updated_at: at(2),
        entries: vec![parsed(IMEIS[0]), parsed("356938035643809/353879234252633")],
        updated_by: Some(text("ann")),
    };
    let serials = SerialList {
        twice: Some(text("order 7 of shop")),
        updated_at: at(3),
        entries: vec![parsed("C02XK1ABJG5J")],
        updated_by: Some(text("ann")),
    };
    Order {
        cancelled: Some(at(8)),
        remaining: BTreeMap::from([(parsed("11"), 0)]),
        ship_by: Some(ShipBy { by: at(40 * 3_600), at: at(7) }),
        channel_ship_by: Some(ShipBy { by: at(39 * 3_600), at: at(7) }),
        shipped: Some(at(7)),
        wish: Some(Wish { is_wished: true, at: at(7) }),
        refused: vec![RefusedLabel {
            event: EventId(text("6f1e5c0a-93a1-4d0e-8f63-0d2f1c9a77b2")),
            package: Some(parsed("1")),
            label: Some(parsed("lbl_82")),
            reason: text("detail.tracking_number: is a word"),
            allowed: Some(text("one tracking number")),
            at: at(7),
            is_over: true,
        }],
        packages: (1..)
            .zip(states)
            .map(|(id, state)| (parsed(&format!("{id}")), Box::new(full_package(state))))
            .collect(),
        imeis: BTreeMap::from([(parsed("11"), list)]),
        serials: BTreeMap::from([(parsed("11"), serials)]),
        timeline: vec![change.clone(), Change { package: None, note: None, ..change }],
        unpublished: vec![Unpublished { notice: notice(), next: at(60) }],
        due_at: Some(at(60)),
        attention_since: Some(at(9)),
        ..Order::new(key, Channel::BackMarket, at(0))
    }
}
