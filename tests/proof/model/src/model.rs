//! The model: from a state, everything that can happen next.

use crate::clock::{Age, Choice, Passing};
use crate::guard::{Without, World};
use crate::items::{Applied, Happening, Items, Kind, PersonAction, ReadResult, View, Wished};
use crate::moves::Move;
use crate::safety::Violation;
use crate::state::{Arrival, InHand, Payload, Purpose, Sender, State};
use domain::guard::Guard;

/// A world, with some guards away.
pub struct Model {
    /// The world.
    pub world: World,
    /// Which guards are away.
    pub without: Without,
    /// The order, in every form it takes.
    pub items: Items,
}

/// What happens next, and what comes of it.
#[derive(Clone, Copy, Debug)]
pub struct Next {
    /// What happens.
    pub by: Move,
    /// The state after it, its senders where they were.
    pub state: State,
    /// Whether it happens in the end when no more faults come.
    pub is_fair: bool,
    /// What must not be, if it is.
    pub violation: Option<Violation>,
}

impl Model {
    /// A model in which nothing has happened yet.
    pub fn new(world: World, without: Without) -> Self {
        Self::with_choice(world, without, Choice::USUAL)
    }

    /// The same with other moments.
    pub fn with_choice(world: World, without: Without, choice: Choice) -> Self {
        let items = Items::new(world, without.clone(), choice);
        Self { world, without, items }
    }

    pub(crate) fn keeps(&self, guard: Guard) -> bool {
        self.without.keeps(guard)
    }

    /// Everything that can happen next.
    pub fn next(&mut self, state: &State, nexts: &mut Vec<Next>) {
        nexts.clear();
        self.arrive(state, nexts);
        if state.arrival == Arrival::Waits {
            return;
        }
        self.channel(state, nexts);
        if state.arrival == Arrival::Done {
            self.events(state, nexts);
            self.people(state, nexts);
            self.time(state, nexts);
        }
        for sender in 0..3 {
            self.sender(state, sender, nexts);
        }
        for next in nexts.iter_mut() {
            next.violation = next.violation.or_else(|| self.violation(state, next));
        }
    }

    /// Whether nothing more is to be done, or a person must look, for every package.
    pub fn is_at_rest(&self, state: &State) -> bool {
        let view = self.items.view(state.item);
        state.arrival != Arrival::Waits
            && view.packages.iter().any(Option::is_some)
            && view.packages.iter().flatten().all(|package| package.is_at_rest)
    }

    /// Something happened to the order, and is saved.
    pub(crate) fn save(&self, state: &mut State, applied: Applied, writer: Option<usize>) {
        let former = state.item;
        let counts =
            |item| self.items.view(item).packages.map(|p| p.is_some_and(|p| p.is_read_due()));
        let (could, can) = (counts(former), counts(applied.item));
        for (place, sender) in state.senders.iter_mut().enumerate() {
            let is_overtaken = applied.is_saved && writer != Some(place);
            // What it has read was not due when it was asked: that will say nothing.
            if let Sender::HasRead {
                package,
                found: ReadResult::Absent,
                purpose: Purpose::Doubt,
                ..
            } = *sender
                && could[usize::from(package)]
                && !can[usize::from(package)]
                && self.keeps(Guard::ReadCountsWhenDue)
            {
                *sender = Sender::Idle;
            }
            sender.fence_out(applied.is_fenced);
            *sender = self.overtaken(*sender, is_overtaken.then_some(former));
        }
        state.item = applied.item;
        state.bell |= applied.rings && self.world.bells;
        self.remember(state, former);
    }

    /// What becomes of a sender under whose hands the order has changed. What it would save is refused, so that it looks
    /// at the order again: it is as one whose doorbell has yet to come.
    fn overtaken(&self, sender: Sender, former: Option<u32>) -> Sender {
        match sender {
            Sender::Submits { package, hand: InHand::Current, warned, has_looked } => {
                match former {
                    None => sender,
                    Some(_) if self.keeps(Guard::ClaimOnVersion) => Sender::Idle,
                    Some(item) => {
                        let hand = InHand::Old(item);
                        Sender::Submits { package, hand, warned, has_looked }
                    }
                }
            }
            Sender::Knows(claimed, _)
                if !claimed.is_current && self.keeps(Guard::FenceOnOutcome) =>
            {
                Sender::Idle
            }
            Sender::Reads { is_current: false, purpose, .. }
            | Sender::HasRead { is_current: false, purpose, .. }
                if self.is_fenced(purpose) =>
            {
                Sender::Idle
            }
            Sender::Idle
            | Sender::Submits { .. }
            | Sender::Sent(_)
            | Sender::Knows(..)
            | Sender::Reads { .. }
            | Sender::HasRead { .. } => sender,
        }
    }

    /// Whether a record of what was read for this says nothing once the fence has moved.
    fn is_fenced(&self, purpose: Purpose) -> bool {
        match purpose {
            Purpose::Doubt => self.keeps(Guard::FenceOnProbe),
            Purpose::Claim => false,
            Purpose::Look => self.keeps(Guard::LookUnderItsFence),
        }
    }

    /// What properties ask for later.
    fn remember(&self, state: &mut State, former: u32) {
        let is_repeated = |item| self.items.view(item).packages[0].is_some_and(|p| p.is_repeated);
        state.past.is_day_over &= is_repeated(state.item);
        if self.world.lags == 0 || former == state.item {
            return;
        }
        let kind = |item| self.items.view(item).packages[0].map(|package| package.kind);
        let (was, is) = (kind(former), kind(state.item));
        if was != Some(Kind::InDoubt) || is != Some(Kind::InDoubt) {
            (state.past.lags, state.past.is_lagging) = (0, false);
        }
    }

    fn event(&mut self, state: &State, by: Move, what: Happening, nexts: &mut Vec<Next>) {
        let applied = self.items.apply(state.item, what);
        if !applied.is_saved || applied.is_refused {
            return;
        }
        let mut next = *state;
        self.save(&mut next, applied, None);
        nexts.push(Next { by, state: next, is_fair: false, violation: None });
    }

    /// The first label: saved, then rung for. Two packages have one each, in one event's batch.
    fn arrive(&mut self, state: &State, nexts: &mut Vec<Next>) {
        let mut push =
            |by, state, is_fair| nexts.push(Next { by, state, is_fair, violation: None });
        let is_first = state.arrival == Arrival::Waits;
        let rings_first = !self.keeps(Guard::RingAfterSave);
        if is_first && rings_first {
            push(Move::Rings, State { bell: true, arrival: Arrival::Rung, ..*state }, true);
        }
        if is_first && !rings_first || state.arrival == Arrival::Rung {
            let mut next = *state;
            for number in 0..self.world.packages {
                let applied = self.items.apply(next.item, Happening::Label(number));
                self.save(&mut next, applied, None);
            }
            next.bell = self.world.bells && (state.bell || !rings_first);
            next.arrival = Arrival::Done;
            push(Move::Saves, next, true);
        }
    }

    fn events(&mut self, state: &State, nexts: &mut Vec<Next>) {
        if self.world.relabel {
            self.event(state, Move::Relabels, Happening::Label(1), nexts);
        }
        if self.world.void {
            let packages = self.items.view(state.item).packages;
            for number in packages.iter().flatten().filter_map(|package| package.current) {
                self.event(state, Move::Voids(number), Happening::Void(number), nexts);
            }
        }
        if self.world.cancel {
            self.event(state, Move::Cancels, Happening::Cancel, nexts);
        }
        if self.world.wishes {
            for wished in Wished::ALL {
                self.event(state, Move::Wishes(wished), Happening::Wish(wished), nexts);
            }
        }
    }

    fn people(&mut self, state: &State, nexts: &mut Vec<Next>) {
        let push = |nexts: &mut Vec<Next>, by, state| {
            nexts.push(Next { by, state, is_fair: false, violation: None });
        };
        if self.world.foreign && (!state.shop.is_foreign || state.shop.is_former) {
            let mut next = *state;
            (next.shop.is_foreign, next.shop.is_former, next.shop.ours) = (true, false, 0);
            push(nexts, Move::Edits, next);
        }
        if self.world.again && state.shop.is_foreign && !state.shop.is_former {
            let mut next = *state;
            next.shop.is_former = true;
            push(nexts, Move::ReleasesAgain, next);
        }
        let lags = state.past.lags;
        if lags < self.world.lags
            && !state.past.is_lagging
            && Self::is_in_doubt(self.items.view(state.item))
        {
            let mut next = *state;
            (next.past.lags, next.past.is_lagging) = (lags + 1, true);
            push(nexts, Move::Lags, next);
        }
        if self.world.deploy && !state.is_deployed {
            push(nexts, Move::Deploys, State { is_deployed: true, ..*state });
        }
        if self.world.never && !state.is_never {
            push(nexts, Move::TurnsNever, State { is_never: true, ..*state });
        }
        if self.world.sends {
            let is_off = !state.is_off;
            push(nexts, Move::Switches(is_off), State { is_off, ..*state });
        }
        if self.world.pauses {
            let is_paused = !state.is_paused;
            let next = State { is_paused, ..*state };
            // Somebody who pauses a partner resumes it in the end.
            let (by, is_fair) = (Move::Pauses(is_paused), !is_paused);
            nexts.push(Next { by, state: next, is_fair, violation: None });
        }
        if self.world.observes {
            let is_observing = !state.is_observing;
            push(nexts, Move::Observes(is_observing), State { is_observing, ..*state });
        }
        if self.world.never && self.world.person && state.is_never {
            push(nexts, Move::LeavesNever, State { is_never: false, ..*state });
        }
        self.restore(state, nexts);
        if !self.world.person {
            return;
        }
        for package in 0..self.world.packages {
            let seen = self.items.view(state.item).packages[usize::from(package)];
            let asks = seen.is_some_and(|seen| seen.asks_of_former);
            for act in [
                PersonAction::SendNow,
                PersonAction::Retry,
                PersonAction::Release,
                PersonAction::NothingThere,
            ] {
                // What a person says is true when they say it; whether it stays so is for them to know.
                let is_true = act != PersonAction::NothingThere
                    || !state.shop.is_taken()
                    || asks && state.shop.is_former && state.shop.ours == 0;
                let waits = act != PersonAction::NothingThere
                    || !self.keeps(Guard::PersonWaits)
                    || !(state.is_under_way(0) || state.is_under_way(1));
                if is_true && waits {
                    let what = Happening::Person { package, act };
                    self.event(state, Move::Acts(package, act), what, nexts);
                }
            }
        }
    }

    /// The table is backed up, or restored.
    fn restore(&self, state: &State, nexts: &mut Vec<Next>) {
        if !self.world.restores || state.past.is_restored {
            return;
        }
        let mut push = |by, state| nexts.push(Next { by, state, is_fair: false, violation: None });
        if state.backup.is_none() {
            push(Move::BacksUp, State { backup: Some(state.item), ..*state });
        }
        let is_sent = |sender: &Sender| matches!(sender, Sender::Sent(_));
        // A restore waits until nothing is under way any more.
        if state.late != [0; 4] || state.senders.iter().any(is_sent) {
            return;
        }
        if let Some(item) = state.backup {
            push(Move::Restores { backup: true }, state.restored(item));
        }
        push(Move::Restores { backup: false }, state.restored(0));
    }

    /// Requests that nobody waits for.
    fn channel(&self, state: &State, nexts: &mut Vec<Next>) {
        for payload in Payload::all() {
            let Some(left) = state.late[payload.place()].checked_sub(1) else { continue };
            let mut next = *state;
            next.late[payload.place()] = left;
            let (by, is_fair) = (Move::Vanishes(payload), true);
            nexts.push(Next { by, state: next, is_fair, violation: None });
            // Where one more does no harm there may be any number of them: they are not counted.
            if self.world.identical_is_safe() {
                next = *state;
            }
            let violation = self.receive(&mut next, payload);
            nexts.push(Next { by: Move::Applies(payload), state: next, is_fair, violation });
        }
    }

    fn time(&mut self, state: &State, nexts: &mut Vec<Next>) {
        let mut push =
            |by, state, is_fair| nexts.push(Next { by, state, is_fair, violation: None });
        for package in 0..self.world.packages {
            for passing in [
                Passing::NotBefore,
                Passing::Read,
                Passing::Lease,
                Passing::Quarantine,
                Passing::Day,
            ] {
                if self.can_pass(state, package, passing)
                    && let Some(item) = self.items.pass(state.item, package, passing)
                {
                    let mut next = State { item, ..*state };
                    next.past.is_lagging &= passing != Passing::Read;
                    let seen = self.items.view(item).packages[0];
                    next.past.is_day_over |=
                        passing == Passing::Day && seen.is_some_and(|seen| seen.is_repeated);
                    push(Move::Passes(package, passing), next, true);
                }
            }
        }
        if state.bell && self.world.loses {
            push(Move::BellIsLost, State { bell: false, ..*state }, false);
        }
        if self.items.view(state.item).has_timer {
            let applied = self.items.apply(state.item, Happening::Sweep);
            let mut next = *state;
            self.save(&mut next, applied, None);
            if !self.world.bells && applied.rings {
                self.wake_by_sweep(&next, nexts);
            } else if next != *state {
                push(Move::Sweeps, next, true);
            }
        }
    }

    /// What the world grants: a function is dead once its lease is over, and nothing is applied after the quarantine.
    fn can_pass(&self, state: &State, package: u8, passing: Passing) -> bool {
        let lives = |is_current: bool| {
            state
                .senders
                .iter()
                .filter_map(Sender::claimed)
                .any(|claimed| claimed.package == package && claimed.is_current == is_current)
        };
        let is_unbound = !self.keeps(Guard::LeaseOutlivesFunction);
        match passing {
            Passing::Lease => !lives(true) || is_unbound || !self.keeps(Guard::LeaseGrace),
            // Without the grace a function outlives its lease by seconds, not by the half minute to the first read.
            Passing::Read => !lives(false) || is_unbound,
            Passing::Quarantine => (!lives(false) || is_unbound) && state.late == [0; 4],
            Passing::NotBefore | Passing::Day => true,
        }
    }

    /// What a read shows.
    pub(crate) fn reading(&self, state: &State, number: u8) -> ReadResult {
        let shop = state.shop;
        if state.past.is_lagging {
            ReadResult::Absent
        } else if self.world.is_silent_on_numbers() && shop.is_taken() {
            ReadResult::Unclear
        } else if shop.shows(number) {
            ReadResult::Ours
        } else if state.past.is_restored && shop.ours != 0 && self.world.takes_one_number() {
            // Another number of ours, which the table has forgotten.
            ReadResult::Other
        } else if shop.is_foreign && shop.is_former {
            ReadResult::Former
        } else if shop.is_foreign {
            ReadResult::Other
        } else {
            ReadResult::Absent
        }
    }

    /// A request is applied.
    pub(crate) fn receive(&self, state: &mut State, payload: Payload) -> Option<Violation> {
        let how = 1 + u8::from(payload.deployed);
        let number = usize::from(payload.number);
        let former = state.shop.applied[number];
        let other = state.shop.applied[1 - number];
        let violation = if other != 0 && self.world.takes_one_number() {
            Some(Violation::TwoNumbers)
        } else if former == 0 || former == how && self.world.identical_is_safe() {
            None
        } else if former == how {
            Some(Violation::Twice)
        } else {
            Some(Violation::NotIdentical)
        };
        state.shop.applied[number] = how;
        // A receiver that drops repeats has it once, whatever shows by now.
        if former == 0 || self.world.overwrites() {
            state.shop.ours |= 1 << payload.number;
            state.shop.is_foreign &= !self.world.overwrites();
            state.shop.is_former &= state.shop.is_foreign;
        }
        violation
    }

    fn is_in_doubt(view: &View) -> bool {
        view.packages.iter().flatten().any(|package| package.kind == Kind::InDoubt)
    }

    pub(crate) fn is_young(view: &View, package: u8) -> bool {
        let seen = view.packages.get(usize::from(package)).copied().flatten();
        seen.is_some_and(|seen| seen.age == Some(Age::Young))
    }
}
