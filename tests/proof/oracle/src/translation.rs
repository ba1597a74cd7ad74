//! The oracle's inputs, translated into the product's.

use crate::inputs::{
    Action, DeviceName, Failure, Input, LabelDetails, Ms, OrderShown, Outcome, RETURNED_BY,
    Reading, Remaining, SCANS, Scan, Seal, SetNow, ShownImei, ShownImeis, Target, Terms, Watch,
};
use crate::names::{NAMES, SERIALS, at};
use domain::{
    CarrierStatus, Claim, DateOrTime, Deadline, DeadlineAction, DeviceId, EventId, ImeiTerms,
    ImeiUpdated, ItemId, LabelChoice, LabelCreated, LabelKind, LabelVoided, Mode, Movement,
    NotApplied, OrAfterHours, OrderCancelled, OrderUpdated, PartnerNow, Person, RefusedLabel,
    Resolution, SilentHours, Timing, TimingNow,
};
use jiff::SignedDuration;
use std::collections::BTreeMap;

/// The product's input at a moment. An input that carries the current fence gets `fence`.
pub fn product_input(input: &Input, fence: u32, now: Ms) -> domain::Input {
    match *input {
        Input::Label { .. }
        | Input::Return { .. }
        | Input::Overused { .. }
        | Input::Void { .. }
        | Input::Cancel { .. }
        | Input::CancelLines { .. }
        | Input::LabelRefused { .. }
        | Input::Updated { .. }
        | Input::PutAside { .. }
        | Input::Moved { .. }
        | Input::Imei { .. }
        | Input::Twice { .. } => product_fact(input, now),
        Input::Tick => domain::Input::Tick,
        Input::Preflight { package, number, reading, shown, ago } => domain::Input::Preflight {
            package: NAMES.packages[package].clone(),
            tracking: NAMES.numbers[number].clone(),
            reading: product_reading(reading),
            shown: product_order_shown(shown),
            asked_at: at(now.saturating_sub(ago)),
        },
        Input::Claim { target, never, never_until, set, restored_at, lease, seal } => {
            let timing = if never { Timing::Never } else { Timing::WhenTrackingShowsMovement };
            let timing = TimingNow { timing, never_until: never_until.map(at) };
            domain::Input::Claim(Claim {
                target: product_target(target),
                now: product_now(timing, set),
                restored_at: restored_at.map(at),
                lease_until: at(now.saturating_add(lease)),
                seal: product_seal(seal),
            })
        }
        Input::Postpone { target, failure } => {
            domain::Input::Postpone { target: product_target(target), why: not_applied(failure) }
        }
        Input::Wait { target, span } => domain::Input::Wait {
            target: product_target(target),
            until: at(now.saturating_add(span)),
        },
        Input::Park { target, parking } => {
            domain::Input::Park { target: product_target(target), parking }
        }
        Input::Resumed => domain::Input::Resumed,
        Input::Outcome { target, outcome, .. } => domain::Input::Outcome {
            target: product_target(target),
            fence,
            outcome: product_outcome(outcome),
        },
        Input::Looked { .. } | Input::WaitToLook { .. } | Input::ParkLook { .. } => {
            product_look(input, fence, now)
        }
        Input::Probe { target, reading, hash, ago, shown, .. } => domain::Input::Probe {
            shown: product_order_shown(shown),
            asked_at: at(now.saturating_sub(ago)),
            target: product_target(target),
            fence,
            reading: product_reading(reading),
            hash: hash.map(|hash| NAMES.hashes[hash].clone()),
        },
        Input::Operator { package, action } => domain::Input::Operator {
            package: NAMES.packages[package].clone(),
            action: product_action(action),
            person: person(action, now),
        },
    }
}

/// What the product's partner has set at a claim.
const fn product_now(timing: TimingNow, set: SetNow) -> PartnerNow {
    PartnerNow {
        timing,
        sends_at_deadline: set.sends_at_deadline,
        sends_after_wait: set.sends_after_wait,
        verifies: set.verifies,
        mode: if set.observes { Mode::Observe } else { Mode::Live },
    }
}

/// The product's input of a look.
fn product_look(input: &Input, fence: u32, now: Ms) -> domain::Input {
    match *input {
        Input::Looked { package, number, reading, shown, ago, .. } => domain::Input::Looked {
            package: NAMES.packages[package].clone(),
            tracking: NAMES.numbers[number].clone(),
            fence,
            reading: product_reading(reading),
            shown: product_order_shown(shown),
            asked_at: at(now.saturating_sub(ago)),
        },
        Input::WaitToLook { package, span } => domain::Input::WaitToLook {
            package: NAMES.packages[package].clone(),
            until: at(now.saturating_add(span)),
        },
        Input::ParkLook { package, parking } => {
            domain::Input::ParkLook { package: NAMES.packages[package].clone(), parking }
        }
        _ => domain::Input::Tick,
    }
}

/// The product's input of a fact: what an event brings, or what is found out about one.
fn product_fact(input: &Input, now: Ms) -> domain::Input {
    match *input {
        Input::Label { details, terms, event } => domain::Input::Label {
            event: product_label(details, LabelKind::Outbound),
            terms: product_terms(terms),
            id: event_id(event),
        },
        Input::Return { package, label } => product_return(package, label),
        Input::Overused { package, number } => domain::Input::Overused {
            package: NAMES.packages[package].clone(),
            number: NAMES.numbers[number].key(),
        },
        Input::Void { package, label } => product_void(package, label),
        Input::Cancel { at: when } => product_cancel(when, None),
        Input::CancelLines { lines } => {
            let line = |line: Remaining| (NAMES.items[line.item].clone(), line.pieces);
            product_cancel(0, Some(lines.into_iter().flatten().map(line).collect()))
        }
        Input::LabelRefused { event, package } => domain::Input::LabelRefused(RefusedLabel {
            event: event_id(event),
            package: package.map(|package| NAMES.packages[package].clone()),
            label: None,
            reason: NAMES.words[0].clone(),
            allowed: None,
            at: at(now),
            is_over: false,
        }),
        Input::Updated { at: when, ship_by, is_wished, is_shipped, is_channels } => {
            domain::Input::Updated(OrderUpdated {
                seller_id: NAMES.seller.clone(),
                partner_id: NAMES.partner.clone(),
                order_id: NAMES.key.order.clone(),
                updated_at: at(when),
                ship_by: ship_by.map(|by| DateOrTime::Time(at(by))),
                cancel_requested: is_wished,
                shipped: is_shipped,
                is_channels,
            })
        }
        Input::PutAside { event } => {
            domain::Input::PutAside { event: event_id(event), person: person(Action::Hold, now) }
        }
        Input::Moved { number, scans } => product_movements(number, scans, now),
        Input::Imei { item, imeis, serials, at: when, author } => {
            let serial = |serial: &usize| NAMES.serials[*serial].clone();
            let list = |list: usize| SERIALS[list].iter().map(serial).collect();
            domain::Input::Imei(ImeiUpdated {
                imeis: imeis.map(|list| NAMES.phones[list].clone()),
                serials: serials.map(list),
                ..product_lists(item, when, author)
            })
        }
        Input::Twice { item, device, place } => domain::Input::Twice {
            item: NAMES.items[item].clone(),
            id: match device {
                DeviceName::Imei(imei) => DeviceId::Imei(NAMES.imeis[imei].clone()),
                DeviceName::Serial(serial) => DeviceId::Serial(NAMES.serials[serial].clone()),
            },
            place: NAMES.words[place].clone(),
        },
        _ => domain::Input::Tick,
    }
}

fn product_target(target: Target) -> domain::Target {
    let package = NAMES.packages[target.package()].clone();
    match target {
        Target::Package(_) => domain::Target::Confirmation(package),
        Target::Line { item, .. } => domain::Target::Imei(package, NAMES.items[item].clone()),
    }
}

fn product_seal(seal: Seal) -> domain::Seal {
    domain::Seal {
        reference: seal.reference.then(|| NAMES.reference.clone()),
        hash: NAMES.hashes[seal.hash].clone(),
        is_deduped: seal.deduped,
        carrier_code: None,
    }
}

fn event_id(event: usize) -> EventId {
    EventId(NAMES.events[event].clone())
}

/// A return: nothing else of it matters.
fn product_return(package: usize, label: usize) -> domain::Input {
    let details = LabelDetails { package, id: label, ..LabelDetails::default() };
    domain::Input::Label {
        event: product_label(details, LabelKind::Return),
        terms: domain::Terms::unwatched(Timing::WhenTrackingShowsMovement, None),
        id: event_id(RETURNED_BY),
    }
}

fn product_action(action: Action) -> domain::Action {
    match action {
        Action::SendNow => domain::Action::SendNow,
        Action::Hold => domain::Action::Hold,
        Action::Release => domain::Action::Release,
        Action::UseLabel { label, event } => domain::Action::UseLabel(LabelChoice {
            label: NAMES.labels[label].clone(),
            event: event_id(event),
        }),
        Action::Retry => domain::Action::Retry,
        Action::Look => domain::Action::Look,
        Action::Resolve(resolution) => domain::Action::Resolve(resolution),
    }
}

fn product_label(details: LabelDetails, kind: LabelKind) -> LabelCreated {
    LabelCreated {
        seller_id: NAMES.seller.clone(),
        partner_id: NAMES.partner.clone(),
        order_id: NAMES.key.order.clone(),
        package_id: NAMES.packages[details.package].clone(),
        label_id: NAMES.labels[details.id].clone(),
        kind,
        carrier: NAMES.carriers[details.carrier].clone(),
        service: NAMES.services[details.service].clone(),
        registered: NAMES.registered[details.carrier].clone(),
        also_known_as: NAMES.further[details.further].clone(),
        tracking_number: NAMES.numbers[details.number].clone(),
        tracking_url: NAMES.urls[details.url].clone(),
        labeled_at: at(details.at),
        updated_at: details.updated_at.map(at),
        ordered_at: None,
        ship_by: details.ship_by.map(|ship_by| DateOrTime::Time(at(ship_by))),
        ships_on: details.ships_on.map(|ships_on| DateOrTime::Time(at(ships_on))),
        items: NAMES.baskets[details.basket].clone(),
        supply_source_id: NAMES.supplies[details.supply].clone(),
        left_out: Vec::new(),
    }
}

fn product_terms(terms: Terms) -> domain::Terms {
    let imei = ImeiTerms { missing: terms.missing, window_s: terms.window_s };
    domain::Terms {
        timing: terms.timing,
        imei: terms.imei.then_some(imei),
        watch: domain::Watch {
            deadline: product_deadline(terms.watch),
            silent_hours: product_silence(terms.watch),
            is_fed: terms.watch.is_fed,
            or_after: product_or_after(terms.watch),
        },
        send_after: terms.watch.send_after.map(at),
        reckoned: terms.watch.reckoned.map(at),
    }
}

/// What a label keeps of the warnings before a ship-by.
#[expect(clippy::expect_used, reason = "hours of our own")]
pub(crate) fn product_deadline(watch: Watch) -> Deadline {
    let action = if watch.sends { DeadlineAction::Send } else { DeadlineAction::Warn };
    let warn = |hours: u8| Deadline::new(u64::from(hours), action);
    watch.warn_hours.map_or(Deadline::OFF, |hours| warn(hours).expect("good hours"))
}

/// What a label keeps of when a silence is told.
#[expect(clippy::expect_used, reason = "hours of our own")]
pub(crate) fn product_silence(watch: Watch) -> SilentHours {
    let hours = watch.silent_hours.map(|hours| SilentHours::new(u64::from(hours)));
    hours.map_or(SilentHours::OFF, |hours| hours.expect("good hours"))
}

/// What a label keeps of when it goes without a movement.
#[expect(clippy::expect_used, reason = "hours of our own")]
pub(crate) fn product_or_after(watch: Watch) -> Option<OrAfterHours> {
    let hours = watch.or_after_hours.map(|hours| OrAfterHours::new(u64::from(hours)));
    hours.map(|hours| hours.expect("good hours"))
}

fn product_order_shown(shown: OrderShown) -> domain::OrderShown {
    domain::OrderShown {
        ship_by: shown.ship_by.map(at),
        is_wished: shown.is_wished,
        is_cancelled: shown.is_cancelled,
    }
}

fn product_void(package: usize, label: usize) -> domain::Input {
    domain::Input::Void(LabelVoided {
        seller_id: NAMES.seller.clone(),
        partner_id: NAMES.partner.clone(),
        order_id: NAMES.key.order.clone(),
        package_id: NAMES.packages[package].clone(),
        label_id: NAMES.labels[label].clone(),
        voided_at: at(0),
    })
}

fn product_cancel(when: Ms, items: Option<BTreeMap<ItemId, u32>>) -> domain::Input {
    domain::Input::Cancel(OrderCancelled {
        seller_id: NAMES.seller.clone(),
        partner_id: NAMES.partner.clone(),
        order_id: NAMES.key.order.clone(),
        cancelled_at: at(when),
        items,
    })
}

fn product_movements(number: usize, scans: [Option<Scan>; SCANS], now: Ms) -> domain::Input {
    let movement = |scan: Scan| Movement {
        occurred_at: at(scan.at),
        status: CarrierStatus::ALL[scan.status],
        received_at: at(now),
        event: event_id(scan.event),
        location: None,
    };
    domain::Input::Moved {
        number: NAMES.numbers[number].key(),
        movements: scans.into_iter().flatten().map(movement).collect(),
    }
}

/// The lists of a line, without what is in them.
fn product_lists(item: usize, when: Ms, author: usize) -> ImeiUpdated {
    ImeiUpdated {
        seller_id: NAMES.seller.clone(),
        partner_id: NAMES.partner.clone(),
        order_id: NAMES.key.order.clone(),
        item_id: NAMES.items[item].clone(),
        imeis: None,
        serials: None,
        updated_at: at(when),
        updated_by: NAMES.authors[author].clone(),
    }
}

fn not_applied(failure: Failure) -> NotApplied {
    NotApplied {
        reason: NAMES.words[failure.words].clone(),
        retry_after: failure.after.map(SignedDuration::from_millis),
    }
}

fn product_shown(shown: ShownImeis) -> domain::ShownImeis {
    let lines = shown.into_iter().enumerate();
    let imei = |shows| match shows {
        ShownImei::Ours => domain::ShownImei::Ours,
        ShownImei::OnlyImei => domain::ShownImei::OnlyImei,
        ShownImei::OnlySerial => domain::ShownImei::OnlySerial,
        ShownImei::Another => domain::ShownImei::Another,
    };
    lines.filter_map(|(item, shows)| Some((NAMES.items[item].clone(), imei(shows?)))).collect()
}

fn product_outcome(outcome: Outcome) -> domain::Outcome {
    match outcome {
        Outcome::Accepted { shown: of } => domain::Outcome::Accepted(product_shown(of)),
        Outcome::NotApplied(failure) => domain::Outcome::NotApplied(not_applied(failure)),
        Outcome::Refused { words } => domain::Outcome::Refused {
            code: NAMES.words[0].clone(),
            message: NAMES.words[words].clone(),
        },
        Outcome::AlreadyShipped { words } => {
            domain::Outcome::AlreadyShipped { message: NAMES.words[words].clone() }
        }
        Outcome::Unknown(failure) => {
            let NotApplied { reason, retry_after } = not_applied(failure);
            domain::Outcome::Unknown { reason, retry_after }
        }
    }
}

fn product_reading(reading: Reading) -> domain::Reading {
    match reading {
        Reading::Ours { shown: of } => domain::Reading::Ours(product_shown(of)),
        Reading::Other { words } => domain::Reading::Other(NAMES.words[words].clone()),
        Reading::Former { words } => domain::Reading::Former(NAMES.words[words].clone()),
        Reading::Absent => domain::Reading::Absent,
        Reading::Unclear { words } => domain::Reading::Unclear(NAMES.words[words].clone()),
        Reading::Unreadable(failure) => domain::Reading::Unreadable(not_applied(failure)),
    }
}

fn person(action: Action, now: Ms) -> Person {
    let saw = matches!(
        action,
        Action::Resolve(Resolution::Confirmed | Resolution::Closed | Resolution::NothingThere)
    );
    Person {
        by: NAMES.person.clone(),
        reason: NAMES.words[3].clone(),
        evidence: saw.then(|| NAMES.words[3].clone()),
        at: at(now),
    }
}
