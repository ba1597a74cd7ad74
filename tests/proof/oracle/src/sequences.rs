//! Sequences of inputs. The product and the oracle get equal inputs, one after the other, and must agree after each.
//!
//! A sequence with a difference is shortened for as long as it still has one.

use crate::announcements::Ids;
use crate::comparison::{Differences, compare, compare_shown};
use crate::coverage::Coverage;
use crate::generator::{self, Theme};
use crate::inputs::{Input, Ms, Target};
use crate::jitter::take_over_moments;
use crate::names::{NAMES, at, millis};
use crate::order::{Order, PackageNotice, UnpublishedNotice};
use crate::spans;
use crate::states::{ImeiState, PackageState};
use crate::themes;
use crate::translation::product_input;
use domain::{Channel, Decision, Effect};
use fastrand::Rng;

/// How long nothing happens before an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// This span.
    By(Ms),
    /// Until one of the limits ahead, or a little before or after it.
    Limit {
        /// The index of the limit, in the order of time.
        nth: u8,
        /// How far after the limit; negative before it.
        offset: Ms,
    },
}

/// A step of a sequence: nothing for a while, then an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Step {
    pub wait: Wait,
    pub input: Input,
    /// Whether the bus takes none of the notices that follow from the input.
    pub lost: bool,
}

/// The product, or a copy of it that is wrong on purpose.
pub type Product<'a> = &'a dyn Fn(domain::Order, &domain::Input, domain::Moment) -> Decision;

/// A sequence whose last step made the product and the oracle differ.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Divergence {
    pub channel: Channel,
    pub steps: Vec<Step>,
    pub differences: Differences,
    pub ours: Order,
    pub theirs: Decision,
}

/// An order as the oracle and as the product have it.
struct Pair {
    now: Ms,
    ours: Order,
    theirs: domain::Order,
    ids: Ids,
    last: Option<Input>,
}

fn nothing(channel: Channel) -> domain::Order {
    domain::Order::new(NAMES.key.clone(), channel, at(0))
}

impl Pair {
    fn new(channel: Channel) -> Self {
        let (ours, theirs) = (Order::new(channel), nothing(channel));
        Self { now: 0, ours, theirs, ids: Ids::default(), last: None }
    }

    /// Gives both an equal input. Returns what differs, if anything does.
    fn step(
        &mut self,
        step: &Step,
        product: Product<'_>,
        coverage: Option<&mut Coverage>,
    ) -> Option<(Differences, Decision)> {
        self.now = self.now.saturating_add(span(&self.ours, step.wait, self.now));
        let fence = self.ours.fence_of(&step.input);
        let input = product_input(&step.input, fence, self.now);
        let former = std::mem::replace(&mut self.theirs, nothing(self.ours.channel));
        let is_shown = coverage.as_ref().is_none_or(|coverage| coverage.inputs() % 8 == 0);
        let is_repeat = step.input.is_event()
            && step.wait == Wait::By(0)
            && self.last.is_some_and(|last| last == step.input);
        let unchanged = is_repeat.then(|| former.clone());
        let decision = product(former, &input, at(self.now));
        if let Some(coverage) = coverage {
            coverage.record(&self.ours, &step.input, decision.refused.as_ref());
        }
        // Rule L14 says how large an order is within bounds only.
        let is_large = matches!(decision.refused, Some(domain::Refusal::TooLarge { .. }));
        let answer = self.ours.step(&step.input, self.now, is_large);
        let mut differences = compare(&self.ours, &answer, &decision, self.now);
        if is_shown {
            differences.0.extend(compare_shown(&self.ours, &decision, self.now).0);
        }
        let wrong_id = self.ids.note(&answer.announced, &decision);
        differences.check(wrong_id.is_none(), || format!("the id of a notice: {wrong_id:?}"));
        // Rule M6: an event that is redelivered changes nothing.
        let is_same = unchanged.is_none_or(|former| former == decision.order);
        differences.check(is_same, || "the order, by an event that was redelivered".to_owned());
        if !differences.0.is_empty() {
            return Some((differences, decision));
        }
        take_over_moments(&mut self.ours, &decision.order);
        self.last = Some(step.input);
        if !step.lost {
            self.theirs = decision.order;
            return None;
        }
        let Decision { order, effects, refused } = decision;
        self.theirs = order;
        differences = self.lose(&effects);
        (!differences.0.is_empty())
            .then(|| (differences, Decision { order: self.theirs.clone(), effects, refused }))
    }

    /// The bus takes none of the notices. Returns what differs in when they are published again.
    fn lose(&mut self, effects: &[Effect]) -> Differences {
        let mut differences = Differences::default();
        for effect in effects {
            let Effect::Publish(notice) = effect else { continue };
            let next = at(self.now + spans::publish_again(self.now - millis(notice.at)));
            let unpublished = &self.theirs.unpublished;
            let is_new = unpublished.iter().all(|known| known.notice.id != notice.id);
            self.theirs = std::mem::replace(&mut self.theirs, nothing(self.ours.channel))
                .with_unpublished(notice.clone(), at(self.now));
            let last = self.theirs.unpublished.last();
            differences.check(!is_new || last.is_some_and(|last| last.next == next), || {
                "when a notice is published again".to_owned()
            });
        }
        // A notice that the bus refused twice is kept once, by its id. The product makes the id, so its list is taken.
        self.ours.unpublished = unpublished_notices(&self.theirs);
        differences
    }
}

/// The notices that the product keeps as unpublished.
fn unpublished_notices(order: &domain::Order) -> Vec<UnpublishedNotice> {
    let index = |package: Option<&domain::PackageId>| {
        NAMES.packages.iter().position(|name| Some(name) == package)
    };
    let unpublished = order.unpublished.iter().map(|unpublished| UnpublishedNotice {
        notice: PackageNotice {
            package: index(unpublished.notice.package.as_ref()),
            kind: unpublished.notice.kind,
        },
        next: millis(unpublished.next),
    });
    unpublished.collect()
}

/// Plays a random sequence until the product and the oracle differ, or the sequence ends.
pub fn search(rng: &mut Rng, product: Product<'_>, coverage: &mut Coverage) -> Option<Divergence> {
    let channel = Channel::ALL[rng.usize(0..Channel::ALL.len())];
    let theme = match rng.u16(0..2_000) {
        0 => Theme::Crowded,
        1..800 if channel == Channel::BackMarket => Theme::Phones,
        800..820 => Theme::Doubts,
        1_999 => Theme::Large,
        _ => Theme::Usual,
    };
    search_theme(rng, (channel, theme), product, coverage)
}

/// Plays a random sequence of a theme at a channel.
pub fn search_theme(
    rng: &mut Rng,
    (channel, theme): (Channel, Theme),
    product: Product<'_>,
    coverage: &mut Coverage,
) -> Option<Divergence> {
    let length = match theme {
        Theme::Crowded => 550,
        Theme::Doubts => 400,
        Theme::Large => 220,
        Theme::Usual | Theme::Phones => rng.usize(1..=60),
    };
    let mut pair = Pair::new(channel);
    let mut steps: Vec<Step> = Vec::with_capacity(length);
    for index in 0..length {
        let step = match steps.last() {
            _ if theme == Theme::Phones && index < themes::OPENING => {
                themes::opening(rng, &pair.ours, index)
            }
            // A redelivery: mostly of the last input.
            Some(last) if rng.u8(0..20) == 0 => {
                Step { wait: Wait::By(0), input: last.input, lost: false }
            }
            Some(_) if rng.u8(0..30) == 0 => steps[rng.usize(0..steps.len())],
            Some(_) | None => generator::step(rng, &pair.ours, theme, index),
        };
        steps.push(step);
        if let Some((differences, theirs)) = pair.step(&step, product, Some(coverage)) {
            return Some(Divergence { channel, steps, differences, ours: pair.ours, theirs });
        }
    }
    None
}

/// Plays a sequence again, up to the step that makes a difference, if one does.
pub fn replay(channel: Channel, steps: &[Step], product: Product<'_>) -> Option<Divergence> {
    let mut pair = Pair::new(channel);
    for (index, step) in steps.iter().enumerate() {
        if let Some((differences, theirs)) = pair.step(step, product, None) {
            let steps = steps.iter().take(index + 1).copied().collect();
            return Some(Divergence { channel, steps, differences, ours: pair.ours, theirs });
        }
    }
    None
}

/// The shortest sequence found that still makes a difference.
pub fn shrink(divergence: Divergence, product: Product<'_>) -> Divergence {
    let mut best = divergence;
    let mut changed = true;
    while changed {
        changed = false;
        for length in [16, 8, 4, 2, 1] {
            let mut start = 0;
            while start < best.steps.len() {
                let mut shorter = best.steps.clone();
                shorter.drain(start..(start + length).min(best.steps.len()));
                match replay(best.channel, &shorter, product) {
                    Some(found) => {
                        best = found;
                        changed = true;
                    }
                    None => start += length,
                }
            }
        }
        for index in 0..best.steps.len() {
            for wait in [Wait::By(0), Wait::By(spans::SECOND)] {
                let Some(step) = best.steps.get(index) else { continue };
                let is_simpler = step.wait != Wait::By(0) && step.wait != wait;
                if !is_simpler || step.wait == Wait::By(spans::SECOND) {
                    continue;
                }
                let mut simpler = best.steps.clone();
                simpler[index].wait = wait;
                if let Some(found) = replay(best.channel, &simpler, product) {
                    best = found;
                    changed = true;
                }
            }
        }
    }
    best
}

fn span(order: &Order, wait: Wait, now: Ms) -> Ms {
    match wait {
        Wait::By(span) => span,
        Wait::Limit { nth, offset } => {
            let mut ahead: Vec<Ms> = limits(order, now)
                .into_iter()
                .map(|limit| limit + offset)
                .filter(|l| *l > now)
                .collect();
            ahead.sort_unstable();
            ahead.dedup();
            ahead.get(usize::from(nth)).or_else(|| ahead.first()).map_or(0, |limit| limit - now)
        }
    }
}

/// The moments at which something may change by time alone.
fn limits(order: &Order, now: Ms) -> Vec<Ms> {
    let mut limits = Vec::new();
    for parcel in &order.parcels {
        if let Some(since) = parcel.due_since {
            limits.extend([since + spans::DELAYED, since + spans::GIVE_UP]);
        }
        match parcel.state {
            PackageState::WaitingDay { from } | PackageState::WaitingTime { from } => {
                limits.push(from);
            }
            PackageState::WaitingImeis { deadline, warn_at, .. } => {
                limits.extend([deadline, warn_at]);
            }
            PackageState::Ready { not_before, rings, .. } => {
                limits.extend(not_before.map(|when| when.latest));
                limits.push(rings.next.latest);
            }
            PackageState::Sending { lease } => limits.push(lease + spans::LEASE_GRACE),
            PackageState::InDoubt(doubt) => limits.extend([
                doubt.read_at.latest,
                doubt.rings.next.latest,
                doubt.since + spans::QUARANTINE,
                parcel.doubted_since(&doubt) + spans::DOUBT_MAX,
            ]),
            PackageState::Unresolved { at, .. } => limits.push(at + spans::QUARANTINE),
            _ => {}
        }
        if let Some(deadline) = order.deadline(parcel) {
            limits.extend([deadline.warn_at, deadline.by]);
        }
        limits.extend(order.look_limits(parcel, now));
        if let Some(silence) = order.silence(parcel) {
            limits.extend(silence.wanted_at);
            limits.push(silence.told_at);
        }
        for line in &parcel.lines {
            limits.push(line.since + spans::DELAYED);
            match line.state {
                ImeiState::Pending { not_before, rings } => {
                    limits.extend(not_before.map(|when| when.latest));
                    limits.extend([rings.next.latest, line.since + spans::GIVE_UP]);
                }
                ImeiState::Sending { lease } => limits.push(lease + spans::LEASE_GRACE),
                ImeiState::InDoubt(doubt) => limits.extend([
                    doubt.read_at.latest,
                    doubt.since + spans::QUARANTINE,
                    doubt.since + spans::DOUBT_MAX,
                ]),
                _ => {}
            }
        }
    }
    limits
}

/// What an input is about, where it is about one package or line.
pub fn target_of(input: &Input) -> Option<Target> {
    match *input {
        Input::Claim { target, .. }
        | Input::Postpone { target, .. }
        | Input::Wait { target, .. }
        | Input::Park { target, .. }
        | Input::Outcome { target, .. }
        | Input::Probe { target, .. } => Some(target),
        Input::Label { details, .. } => Some(Target::Package(details.package)),
        Input::Void { package, .. }
        | Input::Return { package, .. }
        | Input::Overused { package, .. }
        | Input::Preflight { package, .. }
        | Input::Looked { package, .. }
        | Input::WaitToLook { package, .. }
        | Input::ParkLook { package, .. }
        | Input::Operator { package, .. } => Some(Target::Package(package)),
        Input::Cancel { .. }
        | Input::CancelLines { .. }
        | Input::LabelRefused { .. }
        | Input::Updated { .. }
        | Input::PutAside { .. }
        | Input::Moved { .. }
        | Input::Imei { .. }
        | Input::Twice { .. }
        | Input::Resumed
        | Input::Tick => None,
    }
}
