//! The orders of a run: the events about each order and their times, and what its marketplace does wrong. All of it follows
//! from the seed.

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

/// The partners: for each channel one that confirms on the label, and one that confirms on movement and drops repeats where
/// its channel can. Each has an account of its own.
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

/// Longer than a request may take. Unit: milliseconds.
const TOO_LATE_MS: u64 = 20_000;

/// Later than the first reads, but within the quarantine. Unit: milliseconds.
const APPLIED_LATE_MS: u64 = 100_000;

/// An event of an order's script.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum ScriptEvent {
    Label,
    /// A label of another number, which takes the first label's place.
    OtherLabel,
    /// A scan that says that a pick-up is booked. It is no movement.
    Booked,
    Scan,
    Imeis,
    Void,
    Cancel,
}

/// An order, and all that happens to it in a run.
pub(super) struct ScriptedOrder {
    pub(super) parcel: Parcel,
    /// The number of its second label, if the order gets one.
    pub(super) other: Option<String>,
    /// The lines of the order, and their IMEIs.
    pub(super) lines: Vec<(String, Option<String>)>,
    /// The events, and when each is published. Unit: milliseconds after the start.
    pub(super) script: Vec<(u64, ScriptEvent)>,
    /// The faults of its marketplace.
    pub(super) faults: Vec<(Operation, Fault)>,
    /// The events that were published already. A repeat is the identical event.
    published: RefCell<BTreeMap<ScriptEvent, Vec<Event>>>,
}

/// A valid IMEI. Each number gives another one. Source: 3GPP TS 23.003, annex B.
fn imei(number: u32) -> String {
    let digits = format!("35{number:012}");
    let sum: u32 = digits
        .chars()
        .enumerate()
        .filter_map(|(index, digit)| {
            let digit = digit.to_digit(10)? * if index % 2 == 1 { 2 } else { 1 };
            Some(digit / 10 + digit % 10)
        })
        .sum();
    format!("{digits}{}", (10 - sum % 10) % 10)
}

/// A random fault of a submission.
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

impl ScriptedOrder {
    /// The `number`-th order, whose script begins at this moment.
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
        let mut script = vec![(0, ScriptEvent::Label)];
        if has_imeis {
            script.push((random.below(4_000), ScriptEvent::Imeis));
        }
        if other.is_some() {
            script.push((1_000 + random.below(2_000), ScriptEvent::OtherLabel));
        }
        if moves {
            // One in five scans comes before its label.
            let scanned = if random.percent(20) { 0 } else { 4_000 + random.below(6_000) };
            script.push((random.below(3_000), ScriptEvent::Booked));
            script.push((scanned, ScriptEvent::Scan));
            if scanned == 0 {
                script[0].0 = 2_000;
            }
        } else if random.percent(8) {
            let taken_back = *random.pick(&[ScriptEvent::Void, ScriptEvent::Cancel]);
            script.push((200 + random.below(4_000), taken_back));
        }
        for (at, event) in script.clone() {
            if random.percent(30) {
                script.push((at + random.below(5_000), event));
            }
        }
        let script = script.into_iter().map(|(at, event)| (start_ms + at, event)).collect();
        let faults = faults(partner.channel, random);
        Self { parcel, other, lines, script, faults, published: RefCell::default() }
    }

    /// Sells the order, and sets its marketplace's faults.
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

    /// The tracking numbers of its labels.
    pub(super) fn numbers(&self) -> Vec<&str> {
        std::iter::once(self.parcel.tracking.as_str()).chain(self.other.as_deref()).collect()
    }

    /// Whether its label is voided, or the order cancelled.
    pub(super) fn is_taken_back(&self) -> bool {
        self.script
            .iter()
            .any(|(_, event)| matches!(event, ScriptEvent::Void | ScriptEvent::Cancel))
    }

    /// The bus events of an event of the script.
    pub(super) fn events_of(&self, event: ScriptEvent) -> Vec<Event> {
        let mut published = self.published.borrow_mut();
        published.entry(event).or_insert_with(|| self.events(event)).clone()
    }

    fn events(&self, event: ScriptEvent) -> Vec<Event> {
        let parcel = &self.parcel;
        let other = self.other.as_deref().unwrap_or(&parcel.tracking);
        let last = Parcel { tracking: other.to_owned(), ..parcel.clone() };
        match event {
            ScriptEvent::Label => vec![self.with_items(parcel.label())],
            ScriptEvent::OtherLabel => {
                let mut label = self.with_items(last.label_of("1", "lbl_2", other));
                label.detail["labeled_at"] = parcel.ago(0).to_string().into();
                vec![label]
            }
            ScriptEvent::Booked => vec![last.scan("pickup_requested")],
            ScriptEvent::Scan => vec![last.scan("in_transit")],
            ScriptEvent::Imeis => {
                let entered = self
                    .lines
                    .iter()
                    .filter_map(|(line, imei)| Some(parcel.imei(line, &[imei.as_deref()?])));
                entered.collect()
            }
            ScriptEvent::Void => vec![parcel.void()],
            ScriptEvent::Cancel => vec![parcel.cancel()],
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

/// The lines of an order. At Back Market one or two of them may be phones.
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
