//! The step of a world: the real step, and what is done around it to take a guard away.
//!
//! Without a guard the rules get a changed order, or what they decided is undone. With every guard kept, nothing but
//! [`domain::step`] is called.

use crate::clock::{Age, Choice, FENCE, NOW, asked_at, due_ring};
use crate::guard::{Guard, Without, World};
use crate::items::{Happening, PersonAction, ReadResult, SubmissionEnd, package_id};
use crate::masked_facts::Masked;
use domain::{
    Action, Attempt, Claim, Effect, EventId, Input, Item, LabelCreated, LabelVoided, NotApplied,
    Order, OrderCancelled, Outcome, Package, PackageId, Person, Reading, Ready, Resolution, Seal,
    Sent, Stage, State, Target, Terms, Text, Timing, TimingNow, WaitingFor, Work, step, submission,
    work,
};
use jiff::SignedDuration;

/// The step of a world that lacks some guards.
pub(crate) struct GuardedStep {
    pub(crate) world: World,
    pub(crate) without: Without,
}

/// The result of a step.
pub(crate) struct Came {
    pub(crate) order: Order,
    pub(crate) rings: bool,
    pub(crate) is_refused: bool,
}

impl GuardedStep {
    pub(crate) fn step(&self, before: &Order, what: Happening) -> Came {
        if self.is_apart(what) {
            self.step_apart(before, what)
        } else {
            self.step_one(before, what)
        }
    }

    /// The work that a sender finds.
    pub(crate) fn work(&self, order: &Order) -> Vec<Work> {
        if self.without.keeps(Guard::OneSending) && self.without.keeps(Guard::OneNumber) {
            return work(order, NOW);
        }
        let alone = order.packages.keys().map(|id| only(order, id));
        alone.flat_map(|order| work(&order, NOW)).collect()
    }

    /// Steps each package as if it were the order's only one, where the guards between packages are away.
    fn is_apart(&self, what: Happening) -> bool {
        let is_claim = matches!(what, Happening::Claim { .. });
        !self.without.keeps(Guard::OneNumber) || is_claim && !self.without.keeps(Guard::OneSending)
    }

    fn step_apart(&self, before: &Order, what: Happening) -> Came {
        let target = package_of(what).map(package_id);
        let mut all = Came { order: before.clone(), rings: false, is_refused: false };
        let ids: Vec<PackageId> = before.packages.keys().cloned().collect();
        if ids.is_empty() || target.as_ref().is_some_and(|id| !before.packages.contains_key(id)) {
            return self.step_one(before, what);
        }
        for id in ids {
            if target.as_ref().is_some_and(|target| *target != id) {
                continue;
            }
            let came = self.step_one(&only(before, &id), what);
            all.order.packages.extend(came.order.packages);
            all.order.cancelled = came.order.cancelled;
            all.order.due_at = came.order.due_at.or(all.order.due_at);
            all.order.attention_since = came.order.attention_since.or(all.order.attention_since);
            all.rings |= came.rings;
            all.is_refused |= came.is_refused;
        }
        all
    }

    fn step_one(&self, before: &Order, what: Happening) -> Came {
        let (mut shown, masked) = self.shown(before, what);
        if what == Happening::Sweep {
            shown.packages.values_mut().for_each(|package| ring_if_due(package));
        }
        let Some(input) = self.input(&shown, what) else {
            return Came { order: before.clone(), rings: false, is_refused: true };
        };
        let decision = step(shown, &input, NOW);
        let mut rings = decision.effects.iter().any(|e| matches!(e, Effect::Ring { .. }));
        let mut order = decision.order;
        if let Some(masked) = masked {
            masked.put_back(&mut order);
        }
        if self.undo(before, &mut order, what) {
            let decision = step(order, &Input::Tick, NOW);
            rings |= decision.effects.iter().any(|e| matches!(e, Effect::Ring { .. }));
            order = decision.order;
        }
        Came { order, rings, is_refused: decision.refused.is_some() }
    }

    /// The order as the rules get it.
    fn shown(&self, before: &Order, what: Happening) -> (Order, Option<Masked>) {
        let mut shown = before.clone();
        let keeps = |guard| self.without.keeps(guard);
        let masked =
            (!keeps(Guard::RepeatFollowsLabel)).then(|| Masked::take(&mut shown)).flatten();
        for (id, package) in &mut shown.packages {
            if !keeps(Guard::DayOfDoubt)
                && let State::Sent(Sent { repeats: Some(repeats), .. }) = &mut package.state
            {
                repeats.since = NOW;
            }
            let is_target = package_of(what).is_some_and(|n| package_id(n) == *id);
            if is_target {
                self.show_target(package, what);
            }
        }
        (shown, masked)
    }

    fn show_target(&self, package: &mut Package, what: Happening) {
        let keeps = |guard| self.without.keeps(guard);
        let is_absent = matches!(what, Happening::Probe { found: ReadResult::Absent, .. });
        let State::Sent(sent) = &mut package.state else { return };
        if is_absent && let Stage::Open(Attempt::InDoubt(doubt)) = &mut sent.stage {
            if !keeps(Guard::Quarantine) && Age::of(doubt) == Age::Young {
                doubt.since = NOW.minus(SignedDuration::from_mins(20));
            }
            if !keeps(Guard::ThreeAbsentReads) {
                doubt.absent = 2;
            }
            if !keeps(Guard::ReadCountsWhenDue) {
                doubt.read_at = doubt.since;
            }
        }
        // A quarantine has passed since it was given up, so nothing is under way any more ([`Guard::PersonWaits`]).
        if let Happening::Person { .. } = what
            && let Stage::Unresolved { at, .. } = &mut sent.stage
        {
            *at = NOW.minus(self.world.channel.facts().quarantine);
        }
        let is_refused = matches!(what, Happening::Outcome { ended: SubmissionEnd::Refused, .. });
        if is_refused && !keeps(Guard::RefusedRepeatProvesNothing) {
            sent.repeats = None;
        }
    }

    /// Undoes what a guard decided. Returns whether the order is to be settled anew.
    fn undo(&self, before: &Order, order: &mut Order, what: Happening) -> bool {
        let mut is_undone = false;
        for (id, package) in &mut order.packages {
            let was_over = before.packages.get(id).is_some_and(|package| {
                matches!(package.state.stage(), Some(Stage::Open(Attempt::Sending { lease_until }))
                    if crate::clock::is_lease_over(*lease_until))
            });
            let is_in_doubt = package.state.doubt().is_some();
            let is_doubted =
                is_in_doubt || matches!(package.state.stage(), Some(Stage::Unresolved { .. }));
            let is_ended = matches!(what, Happening::Outcome { is_current: true, .. });
            let again =
                !self.without.keeps(Guard::LeaseEndIsDoubt) && was_over && is_doubted && !is_ended;
            let moves =
                !self.without.keeps(Guard::LockStaysInDoubt) && is_in_doubt && is_replaced(package);
            // The fact that came in this step is not followed either.
            let was_repeat = before
                .packages
                .get(id)
                .filter(|former| former.lock().is_some() && former.state.pending().is_some());
            if let Some(former) = was_repeat
                && !self.without.keeps(Guard::RepeatFollowsLabel)
                && is_doubted
            {
                package.state = former.state.clone();
            }
            if again || moves {
                package.state = State::Waiting(WaitingFor::Label);
                is_undone = true;
            }
        }
        is_undone
    }

    fn input(&self, order: &Order, what: Happening) -> Option<Input> {
        let keeps = |guard| self.without.keeps(guard);
        let fence = |is_current: bool, guard| {
            if is_current || !keeps(guard) { FENCE } else { FENCE.saturating_sub(1) }
        };
        Some(match what {
            Happening::Label(number) => self.label(number),
            Happening::Void(number) => self.void(number),
            Happening::Cancel => Input::Cancel(OrderCancelled {
                seller_id: order.key.seller.clone(),
                partner_id: order.key.partner.clone(),
                order_id: order.key.order.clone(),
                cancelled_at: NOW.minus(SignedDuration::from_mins(1)),
            }),
            Happening::Tick | Happening::Sweep => Input::Tick,
            Happening::Claim { package, deployed, never } => {
                return self.claim(order, package, (deployed, never));
            }
            Happening::Postpone { package } => {
                Input::Postpone { target: target(package), why: not_applied() }
            }
            Happening::Outcome { package, ended, is_current } => Input::Outcome {
                target: target(package),
                fence: fence(is_current, Guard::FenceOnOutcome),
                outcome: self.outcome(ended),
            },
            Happening::Probe { package, found, is_current, deployed, is_early } => {
                let stored = order.packages.get(&package_id(package))?;
                let locked = seal_of(stored)?.hash.clone();
                let is_early = is_early && keeps(Guard::ReadCountsFromItsTime);
                let hash = if keeps(Guard::IdenticalByHash) {
                    hash(order, package, deployed)
                } else {
                    Some(locked)
                };
                Input::Probe {
                    target: target(package),
                    fence: fence(is_current, Guard::FenceOnProbe),
                    reading: self.reading(found),
                    hash,
                    asked_at: asked_at(stored, is_early),
                }
            }
            Happening::Preflight { package, number, found } => Input::Preflight {
                package: package_id(package),
                tracking: tracking(number),
                reading: self.reading(found),
            },
            Happening::Person { package, act } => Input::Operator {
                package: package_id(package),
                action: match act {
                    PersonAction::SendNow => Action::SendNow,
                    PersonAction::Retry => Action::Retry,
                    PersonAction::Release => Action::Release,
                    PersonAction::NothingThere => Action::Resolve(Resolution::NothingThere),
                },
                person: Person { by: text("ann"), reason: text("asked"), evidence: None, at: NOW },
            },
        })
    }

    fn claim(&self, order: &Order, package: u8, (deployed, never): (bool, bool)) -> Option<Input> {
        let locked = seal_of(order.packages.get(&package_id(package))?);
        let built = hash(order, package, deployed)?;
        let hash = match locked {
            Some(seal) if !self.without.keeps(Guard::IdenticalByHash) => seal.hash.clone(),
            Some(_) | None => built,
        };
        let timing = if never && self.without.keeps(Guard::NeverAtClaim) {
            Timing::Never
        } else {
            Timing::WhenTrackingIsAssigned
        };
        Some(Input::Claim(Claim {
            target: target(package),
            timing: TimingNow { timing, never_until: None },
            lease_until: Choice::lease_until(),
            seal: Seal { reference: None, hash, is_deduped: self.world.is_deduped },
        }))
    }

    fn outcome(&self, ended: SubmissionEnd) -> Outcome {
        match ended {
            SubmissionEnd::Accepted => Outcome::ACCEPTED,
            SubmissionEnd::Refused => Outcome::Refused { code: text("400"), message: text("no") },
            SubmissionEnd::AlreadyShipped => Outcome::AlreadyShipped { message: text("shipped") },
            SubmissionEnd::Unknown if self.without.keeps(Guard::UnknownIsNotRefused) => {
                Outcome::Unknown { reason: text("timeout"), retry_after: None }
            }
            SubmissionEnd::NotApplied | SubmissionEnd::Unknown => {
                Outcome::NotApplied(not_applied())
            }
        }
    }

    pub(crate) fn reading(&self, found: ReadResult) -> Reading {
        match found {
            ReadResult::Ours => Reading::OURS,
            ReadResult::Other if self.without.keeps(Guard::ForeignStays) => {
                Reading::Other(text("X9"))
            }
            ReadResult::Former if self.without.keeps(Guard::FormerByAPerson) => {
                Reading::Former(text(FORMER))
            }
            ReadResult::Other | ReadResult::Former | ReadResult::Absent => Reading::Absent,
            ReadResult::Unclear => Reading::Unclear(text("shipped")),
            ReadResult::Unreadable => Reading::Unreadable(not_applied()),
        }
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
        };
        Input::Label {
            event: LabelCreated {
                seller_id: "acme".parse().unwrap(),
                partner_id: "shop".parse().unwrap(),
                order_id: "902-1".parse().unwrap(),
                package_id: package_id(package),
                label_id: letter.parse().unwrap(),
                carrier: text("UPS"),
                service: text("Ground"),
                tracking_number: tracking(number),
                tracking_url: None,
                labeled_at: NOW.minus(ago),
                ship_by: None,
                items: vec![item],
            },
            terms: Terms { timing: Timing::WhenTrackingIsAssigned, imei: None },
            id: EventId(text(letter)),
        }
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

/// The number of a former shipment, where the order was released again.
pub(crate) const FORMER: &str = "X9";

/// The digest of a request, from its number and from how the request is built.
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

const fn package_of(what: Happening) -> Option<u8> {
    match what {
        Happening::Claim { package, .. }
        | Happening::Postpone { package }
        | Happening::Outcome { package, .. }
        | Happening::Probe { package, .. }
        | Happening::Preflight { package, .. }
        | Happening::Person { package, .. } => Some(package),
        Happening::Label(_)
        | Happening::Void(_)
        | Happening::Cancel
        | Happening::Tick
        | Happening::Sweep => None,
    }
}

fn only(order: &Order, id: &PackageId) -> Order {
    let mut alone = order.clone();
    alone.packages.retain(|other, _| other == id);
    alone
}

/// The moment of the sweep: five minutes after the work was due.
fn ring_if_due(package: &mut Package) {
    match &mut package.state {
        State::Ready(Ready { pending, .. })
        | State::Sent(Sent { stage: Stage::Open(Attempt::Pending(pending)), .. })
            if pending.not_before.is_none() =>
        {
            pending.ring = due_ring();
        }
        State::Sent(Sent { stage: Stage::Open(Attempt::InDoubt(doubt)), .. })
            if doubt.read_at <= NOW =>
        {
            doubt.ring = due_ring();
        }
        State::Waiting(_)
        | State::Ready(_)
        | State::Held(_)
        | State::Withheld(_)
        | State::Rejected(_)
        | State::Closed { .. }
        | State::Sent(_) => {}
    }
}

fn seal_of(package: &Package) -> Option<&Seal> {
    package.lock()?.seal.as_ref()
}

fn is_replaced(package: &Package) -> bool {
    let current = package.label.as_ref().filter(|label| !package.voided.contains(&label.id));
    package.lock().is_some_and(|lock| {
        lock.label
            .as_ref()
            .or(package.label.as_ref())
            .is_none_or(|locked| current.is_none_or(|label| label.tracking != locked.tracking))
    })
}
