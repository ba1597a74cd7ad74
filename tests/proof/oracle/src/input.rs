//! What happens, in the product's words.

use crate::act::{Act, Aim, End, Failure, Found, Made, Ms, SCANS, Scan, Seal, Shown, Shows, Under};
use crate::names::{NAMES, at};
use domain::{
    Action, CarrierStatus, Claim, EventId, ImeiTerms, ImeiUpdated, Input, LabelCreated,
    LabelVoided, Movement, NotApplied, OrderCancelled, Outcome, Person, Reading, Resolution,
    ShownImei, ShownImeis, Target, Terms, Timing, TimingNow,
};
use jiff::SignedDuration;

/// The product's input for an act, at a time; a fence that the act leaves open is `fence`.
pub fn input(act: &Act, fence: u32, now: Ms) -> Input {
    match *act {
        Act::Label { made, under, event } => {
            Input::Label { event: label(made), terms: terms(under), id: event_id(event) }
        }
        Act::Void { package, label } => void(package, label),
        Act::Cancel { at: when } => cancel(when),
        Act::Moved { number, scans } => moved(number, scans, now),
        Act::Imei { item, list, at: when, author } => imei((item, list), when, author),
        Act::Twice { item, imei, place } => Input::Twice {
            item: NAMES.items[item].clone(),
            imei: NAMES.imeis[imei].clone(),
            place: NAMES.words[place].clone(),
        },
        Act::Tick => Input::Tick,
        Act::Preflight { package, number, found } => Input::Preflight {
            package: NAMES.packages[package].clone(),
            tracking: NAMES.numbers[number].clone(),
            reading: reading(found),
        },
        Act::Claim { aim, never, never_until, lease, seal } => Input::Claim(Claim {
            target: target(aim),
            timing: TimingNow {
                timing: if never { Timing::Never } else { Timing::WhenTrackingShowsMovement },
                never_until: never_until.map(at),
            },
            lease_until: at(now.saturating_add(lease)),
            seal: sealed(seal),
        }),
        Act::Postpone { aim, failure } => {
            Input::Postpone { target: target(aim), why: not_applied(failure) }
        }
        Act::Wait { aim, span } => {
            Input::Wait { target: target(aim), until: at(now.saturating_add(span)) }
        }
        Act::Park { aim } => Input::Park { target: target(aim) },
        Act::Outcome { aim, end, .. } => {
            Input::Outcome { target: target(aim), fence, outcome: outcome(end) }
        }
        Act::Probe { aim, found, hash, ago, .. } => Input::Probe {
            asked_at: at(now.saturating_sub(ago)),
            target: target(aim),
            fence,
            reading: reading(found),
            hash: hash.map(|hash| NAMES.hashes[hash].clone()),
        },
        Act::Operator { package, action } => Input::Operator {
            package: NAMES.packages[package].clone(),
            action,
            person: person(action, now),
        },
    }
}

fn target(aim: Aim) -> Target {
    let package = NAMES.packages[aim.package()].clone();
    match aim {
        Aim::Package(_) => Target::Confirmation(package),
        Aim::Line(_, item) => Target::Imei(package, NAMES.items[item].clone()),
    }
}

fn sealed(seal: Seal) -> domain::Seal {
    domain::Seal {
        reference: seal.reference.then(|| NAMES.reference.clone()),
        hash: NAMES.hashes[seal.hash].clone(),
        is_deduped: seal.deduped,
    }
}

fn event_id(event: usize) -> EventId {
    EventId(NAMES.events[event].clone())
}

fn label(made: Made) -> LabelCreated {
    LabelCreated {
        seller_id: NAMES.seller.clone(),
        partner_id: NAMES.partner.clone(),
        order_id: NAMES.key.order.clone(),
        package_id: NAMES.packages[made.package].clone(),
        label_id: NAMES.labels[made.id].clone(),
        carrier: NAMES.carriers[made.carrier].clone(),
        service: NAMES.service.clone(),
        tracking_number: NAMES.numbers[made.number].clone(),
        tracking_url: NAMES.urls[made.url].clone(),
        labeled_at: at(made.at),
        ship_by: None,
        items: NAMES.baskets[made.basket].clone(),
    }
}

fn terms(under: Under) -> Terms {
    let imei = ImeiTerms { missing: under.missing, window_s: under.window_s };
    Terms { timing: under.timing, imei: under.imei.then_some(imei) }
}

fn void(package: usize, label: usize) -> Input {
    Input::Void(LabelVoided {
        seller_id: NAMES.seller.clone(),
        partner_id: NAMES.partner.clone(),
        order_id: NAMES.key.order.clone(),
        package_id: NAMES.packages[package].clone(),
        label_id: NAMES.labels[label].clone(),
        voided_at: at(0),
    })
}

fn cancel(when: Ms) -> Input {
    Input::Cancel(OrderCancelled {
        seller_id: NAMES.seller.clone(),
        partner_id: NAMES.partner.clone(),
        order_id: NAMES.key.order.clone(),
        cancelled_at: at(when),
    })
}

fn moved(number: usize, scans: [Option<Scan>; SCANS], now: Ms) -> Input {
    let movement = |scan: Scan| Movement {
        occurred_at: at(scan.at),
        status: CarrierStatus::ALL[scan.status],
        received_at: at(now),
        event: event_id(scan.event),
    };
    Input::Moved {
        tracking: NAMES.numbers[number].clone(),
        movements: scans.into_iter().flatten().map(movement).collect(),
    }
}

fn imei((item, list): (usize, usize), when: Ms, author: usize) -> Input {
    Input::Imei(ImeiUpdated {
        seller_id: NAMES.seller.clone(),
        partner_id: NAMES.partner.clone(),
        order_id: NAMES.key.order.clone(),
        item_id: NAMES.items[item].clone(),
        imeis: NAMES.lists[list].clone(),
        updated_at: at(when),
        updated_by: NAMES.authors[author].clone(),
    })
}

fn not_applied(failure: Failure) -> NotApplied {
    NotApplied {
        reason: NAMES.words[failure.words].clone(),
        retry_after: failure.after.map(SignedDuration::from_millis),
    }
}

fn shown(shown: Shown) -> ShownImeis {
    let lines = shown.into_iter().enumerate();
    let imei = |shows| match shows {
        Shows::Ours => ShownImei::Ours,
        Shows::Another => ShownImei::Another,
    };
    lines.filter_map(|(item, shows)| Some((NAMES.items[item].clone(), imei(shows?)))).collect()
}

fn outcome(end: End) -> Outcome {
    match end {
        End::Accepted { shown: of } => Outcome::Accepted(shown(of)),
        End::NotApplied(failure) => Outcome::NotApplied(not_applied(failure)),
        End::Refused { words } => {
            Outcome::Refused { code: NAMES.words[0].clone(), message: NAMES.words[words].clone() }
        }
        End::AlreadyShipped { words } => {
            Outcome::AlreadyShipped { message: NAMES.words[words].clone() }
        }
        End::Unknown(failure) => {
            let NotApplied { reason, retry_after } = not_applied(failure);
            Outcome::Unknown { reason, retry_after }
        }
    }
}

fn reading(found: Found) -> Reading {
    match found {
        Found::Ours { shown: of } => Reading::Ours(shown(of)),
        Found::Other { words } => Reading::Other(NAMES.words[words].clone()),
        Found::Former { words } => Reading::Former(NAMES.words[words].clone()),
        Found::Absent => Reading::Absent,
        Found::Untold { words } => Reading::Unclear(NAMES.words[words].clone()),
        Found::Unreadable(failure) => Reading::Unreadable(not_applied(failure)),
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
