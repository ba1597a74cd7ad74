//! What is sold, what is told about it and when, and what the marketplace does wrong: all of it follows from the seed.

use super::random::Random;
use crate::parcel::Parcel;
use crate::stack::{Shared, of_channel};
use channels::about::example_settings;
use domain::{Channel, Timing};
use local::{Event, NewPartner};
use marketplaces::{Answer, BackMarketOrder, Fault, Operation};
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const fn partner(id: &'static str, channel: Channel) -> NewPartner {
    NewPartner::new(id, id, channel).of_its_own()
}

const fn assigned(id: &'static str, channel: Channel) -> NewPartner {
    partner(id, channel).timing(Timing::WhenTrackingIsAssigned)
}

/// The partners: of each channel one that confirms on the label, and one on movement, which drops repeats where it can.
/// Each has an account of its own.
pub(super) fn partners() -> &'static [NewPartner] {
    static ALL: LazyLock<Vec<NewPartner>> = LazyLock::new(|| {
        let on_label = Channel::ALL.map(|channel| assigned(of_channel("killed", channel), channel));
        let moving = Channel::ALL.map(|channel| {
            let partner = partner(of_channel("killed-moves", channel), channel);
            let may_drop = example_settings(channel).fields().contains_key("receiver_dedupes");
            if may_drop { partner.deduping() } else { partner }
        });
        on_label.into_iter().chain(moving).collect()
    });
    &ALL
}

/// Longer than a request may take; and later than the first reads, but within the quarantine. Unit: milliseconds.
const TOO_LATE_MS: u64 = 20_000;
const APPLIED_LATE_MS: u64 = 100_000;

/// One thing told about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Told {
    Label,
    /// A label of another number in its place.
    OtherLabel,
    /// A pick-up that is merely booked: no movement.
    Booked,
    Scan,
    Imeis,
    Void,
    Cancel,
}

/// An order, and all that happens to it.
pub(super) struct Sale {
    pub(super) parcel: Parcel,
    /// The number of its second label, if it gets one.
    pub(super) other: Option<String>,
    /// Its lines, and their IMEIs.
    pub(super) lines: Vec<(String, Option<String>)>,
    /// What is told, and when. Unit: milliseconds after the start.
    pub(super) script: Vec<(u64, Told)>,
    /// What its marketplace does wrong.
    pub(super) faults: Vec<(Operation, Fault)>,
    /// What was told already: told again, it is the same.
    said: RefCell<BTreeMap<Told, Vec<Event>>>,
}

/// A valid IMEI, another for each number. Source: 3GPP TS 23.003, annex B.
fn imei(number: u32) -> String {
    let digits = format!("35{number:012}");
    let sum: u32 = digits
        .chars()
        .enumerate()
        .filter_map(|(place, digit)| {
            let digit = digit.to_digit(10)? * if place % 2 == 1 { 2 } else { 1 };
            Some(digit / 10 + digit % 10)
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// Something that goes wrong with a submission.
fn wrong(random: &mut Random) -> Fault {
    let too_many = |retry_after_s| Answer::TooManyRequests { retry_after_s };
    let faults = [
        Fault::apply_and_hang_up(),
        Fault::apply_and_hang_up(),
        Fault::hang_up(),
        Fault::hang_up(),
        Fault::SlowAnswer { delay_ms: 2_000 },
        Fault::SlowAnswer { delay_ms: 2_000 },
        Fault::SlowAnswer { delay_ms: TOO_LATE_MS },
        Fault::late_not_applied(TOO_LATE_MS),
        Fault::AppliedLater { after_ms: APPLIED_LATE_MS, answer: Answer::HangUp },
        Fault::applied(Answer::ServerError),
        Fault::not_applied(Answer::ServerError),
        Fault::applied(Answer::NotJson),
        Fault::applied(Answer::AlreadyShipped),
        Fault::not_applied(too_many(Some(3))),
        Fault::not_applied(too_many(None)),
        Fault::not_applied(Answer::Unauthorized),
        Fault::not_applied(Answer::Firewall),
    ];
    random.pick(&faults).clone()
}

impl Sale {
    /// The `number`-th sale, told about from this moment on.
    pub(super) fn new(
        shared: &'static Shared,
        number: u32,
        start_ms: u64,
        random: &mut Random,
    ) -> Self {
        let partners = partners();
        let partner = partners[usize::try_from(number).unwrap_or_default() % partners.len()];
        let parcel = Parcel::new(shared, (partner.channel, partner.id), number);
        let moves = partner.timing == Timing::WhenTrackingShowsMovement;
        let other = (moves && random.percent(10)).then(|| format!("OTHER{number:06}"));
        let lines = lines(&parcel, number, random);
        let has_imeis = lines.iter().any(|(_, imei)| imei.is_some());
        let mut script = vec![(0, Told::Label)];
        if has_imeis {
            script.push((random.below(4_000), Told::Imeis));
        }
        if other.is_some() {
            script.push((1_000 + random.below(2_000), Told::OtherLabel));
        }
        if moves {
            // One in five scans is there before its label.
            let scanned = if random.percent(20) { 0 } else { 4_000 + random.below(6_000) };
            script.push((random.below(3_000), Told::Booked));
            script.push((scanned, Told::Scan));
            if scanned == 0 {
                script[0].0 = 2_000;
            }
        } else if random.percent(8) {
            let taken_back = *random.pick(&[Told::Void, Told::Cancel]);
            script.push((200 + random.below(4_000), taken_back));
        }
        for (at, told) in script.clone() {
            if random.percent(30) {
                script.push((at + random.below(5_000), told));
            }
        }
        let script = script.into_iter().map(|(at, told)| (start_ms + at, told)).collect();
        let faults = faults(partner.channel, random);
        Self { parcel, other, lines, script, faults, said: RefCell::default() }
    }

    /// Sells it, with what will go wrong.
    pub(super) fn sell(&self) {
        let Self { parcel, lines, .. } = self;
        if parcel.channel == Channel::BackMarket {
            let numbers: Vec<(u64, u32)> = lines
                .iter()
                .map(|(line, _)| (line.parse().expect("Back Market's lines are numbers"), 1))
                .collect();
            let order = BackMarketOrder::accepted(parcel.number(), &numbers);
            parcel.shared.shops.back_market().add_order(order);
        } else {
            let sold = parcel.shop().sell(&parcel.order, &[(&parcel.item, 1)]);
            sold.expect("it can be sold");
        }
        for (operation, fault) in &self.faults {
            parcel.fault(*operation, fault.clone());
        }
    }

    /// The numbers that are ours.
    pub(super) fn numbers(&self) -> Vec<&str> {
        std::iter::once(self.parcel.tracking.as_str()).chain(self.other.as_deref()).collect()
    }

    /// Whether its label was voided, or it was cancelled.
    pub(super) fn is_taken_back(&self) -> bool {
        self.script.iter().any(|(_, told)| matches!(told, Told::Void | Told::Cancel))
    }

    /// The events of a thing that is told.
    pub(super) fn say(&self, told: Told) -> Vec<Event> {
        let mut said = self.said.borrow_mut();
        said.entry(told).or_insert_with(|| self.events(told)).clone()
    }

    fn events(&self, told: Told) -> Vec<Event> {
        let parcel = &self.parcel;
        let other = self.other.as_deref().unwrap_or(&parcel.tracking);
        let last = Parcel { tracking: other.to_owned(), ..parcel.clone() };
        match told {
            Told::Label => vec![self.with_items(parcel.label())],
            Told::OtherLabel => {
                let mut label = self.with_items(last.label_of("1", "lbl_2", other));
                label.detail["labeled_at"] = parcel.ago(0).to_string().into();
                vec![label]
            }
            Told::Booked => vec![last.scan("pickup_requested")],
            Told::Scan => vec![last.scan("in_transit")],
            Told::Imeis => {
                let entered = self
                    .lines
                    .iter()
                    .filter_map(|(line, imei)| Some(parcel.imei(line, &[imei.as_deref()?])));
                entered.collect()
            }
            Told::Void => vec![parcel.void()],
            Told::Cancel => vec![parcel.cancel()],
        }
    }

    fn with_items(&self, mut label: Event) -> Event {
        let items = self.lines.iter().map(|(line, imei)| {
            json!({ "item_id": line, "quantity": 1, "requires_imei": imei.is_some() })
        });
        label.detail["items"] = items.collect();
        label
    }
}

/// An order's lines: at Back Market also phones, one or two.
fn lines(parcel: &Parcel, number: u32, random: &mut Random) -> Vec<(String, Option<String>)> {
    let first = parcel.item.clone();
    if parcel.channel != Channel::BackMarket {
        return vec![(first, None)];
    }
    match random.below(3) {
        0 => vec![(first, None)],
        1 => vec![(first, Some(imei(number)))],
        _ => vec![
            (first, Some(imei(number))),
            (format!("596{number:06}"), Some(imei(number + 500_000))),
        ],
    }
}

fn faults(channel: Channel, random: &mut Random) -> Vec<(Operation, Fault)> {
    let mut faults = Vec::new();
    if random.percent(40) {
        faults.push((Operation::Submit, wrong(random)));
        if random.percent(25) {
            faults.push((Operation::Submit, wrong(random)));
        }
    }
    if random.percent(10) {
        faults.push((Operation::ReadBack, Fault::not_applied(Answer::Unavailable)));
    }
    if channel == Channel::BackMarket && random.percent(30) {
        faults.push((Operation::Imei, Fault::apply_and_hang_up()));
    }
    faults
}
