//! What happens in the model, as inputs of the real [`domain::step`], without the guards that its world lacks.

use crate::clock::{Choice, FENCE, NOW, asked_at, due_ring};
use crate::guard::{Without, World};
use crate::items::{Happening, PersonAction, ReadResult, SubmissionEnd, Todo, Wished, package_id};
use domain::{
    Action, Attempt, Claim, DateOrTime, Deadline, DeadlineAction, Effect, EventId, Input, Item,
    LabelCreated, LabelKind, LabelVoided, Mode, Moment, NotApplied, Order, OrderCancelled,
    OrderShown, OrderUpdated, Outcome, Package, Parking, PartnerNow, Person, Reading, Ready,
    Resolution, Seal, Sent, Stage, State, Target, Terms, Text, Timing, TimingNow, Watch, Work,
    may_follow, step, submission, work,
};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// The step of a world that lacks some guards.
pub(crate) struct Around {
    pub(crate) world: World,
    pub(crate) without: Without,
}

/// What came of it.
pub(crate) struct Came {
    pub(crate) order: Order,
    pub(crate) rings: bool,
    pub(crate) is_refused: bool,
}

impl Around {
    pub(crate) fn step(&self, before: &Order, what: Happening) -> Came {
        let shown = shown(before, what);
        let Some(input) = self.input(&shown, what) else {
            return Came { order: before.clone(), rings: false, is_refused: true };
        };
        let decision = self.without.run(|| step(shown, &input, NOW));
        let rings = decision.effects.iter().any(|e| matches!(e, Effect::Ring { .. }));
        Came { order: decision.order, rings, is_refused: decision.refused.is_some() }
    }

    /// What a sender finds to do.
    pub(crate) fn work(&self, order: &Order) -> Vec<Work> {
        self.without.run(|| work(order, NOW))
    }

    /// Whether a claim may follow what a look before it showed.
    pub(crate) fn may_follow(&self, order: &Order, package: u8, found: ReadResult) -> bool {
        self.without.run(|| may_follow(order, &package_id(package), &reading(found)))
    }

    fn input(&self, order: &Order, what: Happening) -> Option<Input> {
        let fence = |is_current| if is_current { FENCE } else { FENCE.saturating_sub(1) };
        Some(match what {
            Happening::Label(number) => self.label(number),
            Happening::Void(number) => self.void(number),
            Happening::Cancel => Input::Cancel(OrderCancelled {
                seller_id: order.key.seller.clone(),
                partner_id: order.key.partner.clone(),
                order_id: order.key.order.clone(),
                cancelled_at: NOW.minus(SignedDuration::from_mins(1)),
                items: None,
            }),
            Happening::Wish(wished) => Input::Updated(OrderUpdated {
                seller_id: order.key.seller.clone(),
                partner_id: order.key.partner.clone(),
                order_id: order.key.order.clone(),
                updated_at: told_at(wished),
                ship_by: None,
                cancel_requested: Some(wished != Wished::TakenBack),
                shipped: false,
                is_channels: false,
            }),
            Happening::Tick | Happening::Sweep => Input::Tick,
            Happening::Claim { .. } => return self.claim(order, what),
            Happening::Park { package, todo } => parked(package, todo),
            Happening::Resumed => Input::Resumed,
            Happening::Postpone { package } => {
                Input::Postpone { target: target(package), why: not_applied() }
            }
            Happening::Outcome { package, ended, is_current } => Input::Outcome {
                target: target(package),
                fence: fence(is_current),
                outcome: outcome(ended),
            },
            Happening::Probe { package, found, is_current, deployed, is_early } => {
                let stored = order.packages.get(&package_id(package))?;
                stored.lock()?.seal.as_ref()?;
                Input::Probe {
                    target: target(package),
                    fence: fence(is_current),
                    reading: reading(found),
                    hash: hash(order, package, deployed),
                    asked_at: asked_at(stored, is_early),
                    shown: OrderShown::default(),
                }
            }
            Happening::Preflight { package, number, found } => Input::Preflight {
                package: package_id(package),
                tracking: tracking(number),
                reading: reading(found),
                shown: OrderShown::default(),
                asked_at: NOW,
            },
            Happening::Looked { package, number, found, is_current } => Input::Looked {
                package: package_id(package),
                tracking: tracking(number),
                fence: fence(is_current),
                reading: reading(found),
                shown: OrderShown::default(),
                asked_at: NOW,
            },
            Happening::Person { package, act } => Input::Operator {
                package: package_id(package),
                action: action(act),
                person: Person { by: text("ann"), reason: text("asked"), evidence: None, at: NOW },
            },
        })
    }

    fn claim(&self, order: &Order, what: Happening) -> Option<Input> {
        let Happening::Claim { package, deployed, never, sends, restored, observes } = what else {
            return None;
        };
        let timing = if never { Timing::Never } else { Timing::WhenTrackingIsAssigned };
        let hash = hash(order, package, deployed)?;
        Some(Input::Claim(Claim {
            target: target(package),
            now: PartnerNow {
                sends_at_deadline: sends,
                mode: if observes { Mode::Observe } else { Mode::Live },
                ..PartnerNow::under(TimingNow { timing, never_until: None })
            },
            restored_at: restored.then_some(NOW),
            lease_until: Choice::lease_until(),
            seal: Seal {
                reference: None,
                hash,
                is_deduped: self.world.is_deduped,
                carrier_code: None,
            },
        }))
    }

    fn label(&self, number: u8) -> Input {
        let letter = letter(number);
        let package = if self.world.packages == 1 { 0 } else { number };
        let ago = SignedDuration::from_hours(2 - i64::from(number));
        let item = Item {
            item_id: format!("i{letter}").parse().unwrap(),
            sku: None,
            quantity: 1,
            requires_imei: false,
            transparency_codes: BTreeSet::new(),
            requires_serial: false,
        };
        Input::Label {
            event: LabelCreated {
                seller_id: "acme".parse().unwrap(),
                partner_id: "shop".parse().unwrap(),
                order_id: "902-1".parse().unwrap(),
                package_id: package_id(package),
                label_id: letter.parse().unwrap(),
                kind: LabelKind::Outbound,
                carrier: text("UPS"),
                service: Some(text("Ground")),
                registered: None,
                tracking_number: tracking(number),
                also_known_as: BTreeSet::new(),
                tracking_url: None,
                labeled_at: NOW.minus(ago),
                updated_at: None,
                ordered_at: None,
                ship_by: self.world.sends.then_some(DateOrTime::Time(SHIP_BY)),
                ships_on: None,
                items: vec![item],
                supply_source_id: None,
                left_out: Vec::new(),
            },
            terms: self.terms(),
            id: EventId(text(letter)),
        }
    }

    fn terms(&self) -> Terms {
        let unwatched = Terms::unwatched(Timing::WhenTrackingIsAssigned, None);
        if !self.world.sends {
            return unwatched;
        }
        let deadline = Deadline::new(4, DeadlineAction::Send).unwrap();
        let watch = Watch { deadline, ..Watch::OFF };
        Terms { timing: Timing::WhenTrackingShowsMovement, watch, ..unwatched }
    }

    fn void(&self, number: u8) -> Input {
        let package = if self.world.packages == 1 { 0 } else { number };
        Input::Void(LabelVoided {
            seller_id: "acme".parse().unwrap(),
            partner_id: "shop".parse().unwrap(),
            order_id: "902-1".parse().unwrap(),
            package_id: package_id(package),
            label_id: letter(number).parse().unwrap(),
            voided_at: NOW,
        })
    }
}

/// The order as it is when this happens: what the classes of moments leave open is as it must be for that.
fn shown(before: &Order, what: Happening) -> Order {
    let mut shown = before.clone();
    if what == Happening::Sweep {
        shown.packages.values_mut().for_each(|package| ring_if_due(package));
    }
    if let Happening::Person { package, .. } = what {
        wait_for_a_person(&mut shown, package);
    }
    shown
}

/// A person acts a quarantine after it was given up: here, when nothing is under way (`Guard::PersonWaits`).
fn wait_for_a_person(order: &mut Order, package: u8) {
    let quarantine = order.channel.facts().quarantine;
    let Some(package) = order.packages.get_mut(&package_id(package)) else { return };
    if let State::Sent(Sent { stage: Stage::Unresolved { at, .. }, .. }) = &mut package.state {
        *at = NOW.minus(quarantine);
    }
}

fn outcome(ended: SubmissionEnd) -> Outcome {
    match ended {
        SubmissionEnd::Accepted => Outcome::ACCEPTED,
        SubmissionEnd::Refused => Outcome::Refused { code: text("400"), message: text("no") },
        SubmissionEnd::AlreadyShipped => Outcome::AlreadyShipped { message: text("shipped") },
        SubmissionEnd::Unknown => Outcome::Unknown { reason: text("timeout"), retry_after: None },
        SubmissionEnd::NotApplied => Outcome::NotApplied(not_applied()),
    }
}

fn reading(found: ReadResult) -> Reading {
    match found {
        ReadResult::Ours => Reading::OURS,
        ReadResult::Other => Reading::Other(text("X9")),
        ReadResult::Former => Reading::Former(text(FORMER)),
        ReadResult::Absent => Reading::Absent,
        ReadResult::Unclear => Reading::Unclear(text("shipped")),
        ReadResult::Unreadable => Reading::Unreadable(not_applied()),
    }
}

/// When something is told of the buyer's wish to cancel, by the clock of whoever tells it.
fn told_at(wished: Wished) -> Moment {
    let minutes = match wished {
        Wished::First => 3,
        Wished::TakenBack => 2,
        Wished::Again => 1,
    };
    NOW.minus(SignedDuration::from_mins(minutes))
}

/// By when a label is to be shipped that goes by its deadline: its warning is due, and it is not over.
const SHIP_BY: Moment = Moment::from_millis(NOW.as_millis() + 2 * 60 * 60 * 1_000);

/// The number of a former shipment, where the order was released again.
pub(crate) const FORMER: &str = "X9";

/// A digest: of the number, and of how the request is built.
fn hash(order: &Order, package: u8, deployed: bool) -> Option<Text> {
    let submission = submission(order, &package_id(package), NOW)?;
    Some(text(&format!("{} {}", submission.tracking, u8::from(deployed))))
}

const fn letter(number: u8) -> &'static str {
    if number == 0 { "A" } else { "B" }
}

fn tracking(number: u8) -> domain::TrackingNumber {
    format!("1Z999{}", letter(number)).parse().unwrap()
}

fn text(words: &str) -> Text {
    Text::cut(words)
}

fn not_applied() -> NotApplied {
    NotApplied { reason: text("429"), retry_after: None }
}

fn target(package: u8) -> Target {
    Target::Confirmation(package_id(package))
}

/// The sweep comes five minutes after the work was due.
fn ring_if_due(package: &mut Package) {
    if let Some(tried) = package.looks.due.as_mut().filter(|tried| tried.at <= NOW) {
        tried.ring = due_ring(tried.ring);
    }
    match &mut package.state {
        State::Ready(Ready { pending, .. })
        | State::Sent(Sent { stage: Stage::Open(Attempt::Pending(pending)), .. })
            if pending.not_before.is_none() =>
        {
            pending.ring = due_ring(pending.ring);
        }
        State::Sent(Sent { stage: Stage::Open(Attempt::InDoubt(doubt)), .. })
            if doubt.read_at <= NOW =>
        {
            doubt.ring = due_ring(doubt.ring);
        }
        State::Waiting(_)
        | State::Ready(_)
        | State::Held(_)
        | State::Withheld(_)
        | State::Rejected(_)
        | State::Observed(_)
        | State::Closed { .. }
        | State::Sent(_) => {}
    }
}

const fn action(act: PersonAction) -> Action {
    match act {
        PersonAction::SendNow => Action::SendNow,
        PersonAction::Retry => Action::Retry,
        PersonAction::Release => Action::Release,
        PersonAction::NothingThere => Action::Resolve(Resolution::NothingThere),
    }
}

/// What a sender says of the work that a pause keeps from it.
fn parked(package: u8, todo: Todo) -> Input {
    match todo {
        Todo::Look => Input::ParkLook { package: package_id(package), parking: Parking::Paused },
        Todo::Submit | Todo::Read => {
            Input::Park { target: target(package), parking: Parking::Paused }
        }
    }
}
