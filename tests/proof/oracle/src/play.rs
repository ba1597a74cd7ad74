//! Sequences: the product and the oracle are given the same inputs, one after the other, and must agree after each. A
//! sequence with a difference is shortened as far as it still has one.

use crate::act::{Act, Aim, Ms};
use crate::adopt::adopt;
use crate::compare::{Differences, compare, compare_shown};
use crate::generate::{self, Theme};
use crate::input::input;
use crate::met::Met;
use crate::model::Order;
use crate::names::{NAMES, at, millis};
use crate::spans;
use crate::stand::{LineStand, Stand};
use crate::themes;
use domain::{Channel, Decision, Effect, Input};
use fastrand::Rng;

/// How long nothing happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// So long.
    By(Ms),
    /// Until one of the limits ahead, or a little beside it.
    Limit {
        /// Which, in the order of time.
        nth: u8,
        /// How far beside it.
        offset: Ms,
    },
}

/// Nothing for a while, then an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Step {
    pub wait: Wait,
    pub act: Act,
    /// Whether the bus takes none of the notices that follow.
    pub lost: bool,
}

/// What may stand in for the product: it, or a copy that is wrong on purpose.
pub type Product<'a> = &'a dyn Fn(domain::Order, &Input, domain::Moment) -> Decision;

/// Where a sequence went apart.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Apart {
    pub channel: Channel,
    pub steps: Vec<Step>,
    pub differences: Differences,
    pub ours: Order,
    pub theirs: Decision,
}

/// An order, as both have it.
struct Both {
    now: Ms,
    ours: Order,
    theirs: domain::Order,
    last: Option<Act>,
}

fn nothing(channel: Channel) -> domain::Order {
    domain::Order::new(NAMES.key.clone(), channel, at(0))
}

impl Both {
    fn new(channel: Channel) -> Self {
        Self { now: 0, ours: Order::new(channel), theirs: nothing(channel), last: None }
    }

    /// The same input for both; what differs, if anything.
    fn step(
        &mut self,
        step: &Step,
        product: Product<'_>,
        met: Option<&mut Met>,
    ) -> Option<(Differences, Decision)> {
        self.now = self.now.saturating_add(span(&self.ours, step.wait, self.now));
        let fence = self.ours.fence_of(&step.act);
        let input = input(&step.act, fence, self.now);
        let former = std::mem::replace(&mut self.theirs, nothing(self.ours.channel));
        let is_shown = met.as_ref().is_none_or(|met| met.inputs() % 8 == 0);
        let is_repeat = step.act.is_event()
            && step.wait == Wait::By(0)
            && self.last.is_some_and(|last| last == step.act);
        let unchanged = is_repeat.then(|| former.clone());
        let decision = product(former, &input, at(self.now));
        if let Some(met) = met {
            met.note(&self.ours, &step.act, decision.refused.as_ref());
        }
        let answer = self.ours.step(&step.act, self.now);
        let mut differences = compare(&self.ours, &answer, &decision, self.now);
        if is_shown {
            differences.0.extend(compare_shown(&self.ours, &decision).0);
        }
        // Rule M6: what is told again changes nothing.
        let is_same = unchanged.is_none_or(|former| former == decision.order);
        differences.check(is_same, || "the order, by an event that was told again".to_owned());
        if !differences.0.is_empty() {
            return Some((differences, decision));
        }
        adopt(&mut self.ours, &decision.order);
        self.theirs = decision.order;
        self.last = Some(step.act);
        if step.lost {
            for effect in decision.effects {
                if let Effect::Publish(notice) = effect {
                    let (id, age) = (notice.id.clone(), self.now - millis(notice.at));
                    let is_new =
                        self.theirs.unpublished.iter().all(|untold| untold.notice.id != id);
                    self.theirs = std::mem::replace(&mut self.theirs, nothing(self.ours.channel))
                        .with_unpublished(notice, at(self.now));
                    let next = at(self.now + spans::tell_again(age));
                    if is_new && self.theirs.unpublished.last().is_none_or(|last| last.next != next)
                    {
                        differences.0.push("when a notice is told again".to_owned());
                    }
                }
            }
            // The same told twice is noted once: by its id, which the product makes.
            let place = |package| {
                NAMES.packages.iter().position(|name| name == package).unwrap_or_default()
            };
            let untold = self.theirs.unpublished.iter();
            self.ours.untold = untold
                .map(|untold| {
                    (place(&untold.notice.package), untold.notice.kind, millis(untold.next))
                })
                .collect();
        }
        None
    }
}

/// Plays a sequence that is made up as it goes.
pub fn search(rng: &mut Rng, product: Product<'_>, met: &mut Met) -> Option<Apart> {
    let channel = Channel::ALL[rng.usize(0..Channel::ALL.len())];
    let theme = match rng.u16(0..2_000) {
        0 => Theme::Crowded,
        1..500 if channel == Channel::BackMarket => Theme::Phones,
        500..520 => Theme::Doubts,
        _ => Theme::Usual,
    };
    let length = match theme {
        Theme::Crowded => 800,
        Theme::Doubts => 400,
        Theme::Usual | Theme::Phones => rng.usize(1..=60),
    };
    let mut both = Both::new(channel);
    let mut steps: Vec<Step> = Vec::with_capacity(length);
    for place in 0..length {
        let step = match steps.last() {
            _ if theme == Theme::Phones && place < themes::OPENING => themes::opening(rng, place),
            // Redelivered: mostly what was told last.
            Some(last) if rng.u8(0..20) == 0 => {
                Step { wait: Wait::By(0), act: last.act, lost: false }
            }
            Some(_) if rng.u8(0..30) == 0 => steps[rng.usize(0..steps.len())],
            Some(_) | None => generate::step(rng, &both.ours, theme),
        };
        steps.push(step);
        if let Some((differences, theirs)) = both.step(&step, product, Some(met)) {
            return Some(Apart { channel, steps, differences, ours: both.ours, theirs });
        }
    }
    None
}

/// Plays a sequence again; up to where it goes apart, if it does.
pub fn replay(channel: Channel, steps: &[Step], product: Product<'_>) -> Option<Apart> {
    let mut both = Both::new(channel);
    for (place, step) in steps.iter().enumerate() {
        if let Some((differences, theirs)) = both.step(step, product, None) {
            let steps = steps.iter().take(place + 1).copied().collect();
            return Some(Apart { channel, steps, differences, ours: both.ours, theirs });
        }
    }
    None
}

/// The shortest sequence that is found to go apart still, in the same fields if possible.
pub fn shrink(apart: Apart, product: Product<'_>) -> Apart {
    let mut best = apart;
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
        for place in 0..best.steps.len() {
            for wait in [Wait::By(0), Wait::By(spans::SECOND)] {
                let Some(step) = best.steps.get(place) else { continue };
                let is_simpler = step.wait != Wait::By(0) && step.wait != wait;
                if !is_simpler || step.wait == Wait::By(spans::SECOND) {
                    continue;
                }
                let mut simpler = best.steps.clone();
                simpler[place].wait = wait;
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
            let mut ahead: Vec<Ms> = limits(order)
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

/// Every moment at which something may change by time alone.
fn limits(order: &Order) -> Vec<Ms> {
    let mut limits = Vec::new();
    for parcel in &order.parcels {
        if let Some(since) = parcel.due_since {
            limits.extend([since + spans::DELAYED, since + spans::GIVE_UP]);
        }
        match parcel.stand {
            Stand::WaitingImeis { deadline, warn_at, .. } => limits.extend([deadline, warn_at]),
            Stand::Ready { not_before, rings, .. } => {
                limits.extend(not_before.map(|when| when.latest));
                limits.push(rings.next.latest);
            }
            Stand::Sending { lease } => limits.push(lease + spans::LEASE_GRACE),
            Stand::InDoubt(doubt) => limits.extend([
                doubt.read_at.latest,
                doubt.rings.next.latest,
                doubt.since + spans::QUARANTINE,
                parcel.doubted_since(&doubt) + spans::DOUBT_MAX,
            ]),
            Stand::Unresolved { at, .. } => limits.push(at + spans::QUARANTINE),
            _ => {}
        }
        for line in &parcel.lines {
            limits.push(line.since + spans::DELAYED);
            match line.stand {
                LineStand::Pending { not_before, rings } => {
                    limits.extend(not_before.map(|when| when.latest));
                    limits.extend([rings.next.latest, line.since + spans::GIVE_UP]);
                }
                LineStand::Sending { lease } => limits.push(lease + spans::LEASE_GRACE),
                LineStand::InDoubt(doubt) => limits.extend([
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

/// The place in the tables that an input meets.
pub fn aim(act: &Act) -> Option<Aim> {
    match *act {
        Act::Claim { aim, .. }
        | Act::Postpone { aim, .. }
        | Act::Wait { aim, .. }
        | Act::Park { aim }
        | Act::Outcome { aim, .. }
        | Act::Probe { aim, .. } => Some(aim),
        Act::Label { made, .. } => Some(Aim::Package(made.package)),
        Act::Void { package, .. }
        | Act::Preflight { package, .. }
        | Act::Operator { package, .. } => Some(Aim::Package(package)),
        Act::Cancel { .. }
        | Act::Moved { .. }
        | Act::Imei { .. }
        | Act::Twice { .. }
        | Act::Tick => None,
    }
}
