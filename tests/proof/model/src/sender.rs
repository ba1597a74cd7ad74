//! What a sender can do next: the same steps as `flows::sender`.

use crate::items::{Happening, Kind, ReadResult, SubmissionEnd, Todo};
use crate::model::{Model, Next};
use crate::moves::{Does, Fate, Move, Reply};
use crate::state::{Claimed, InHand, Payload, Purpose, Sender, State, Warned};
use domain::guard::Guard;

/// A sender, and where it stands among the others.
#[derive(Clone, Copy)]
struct At {
    place: usize,
    number: u8,
}

impl At {
    fn does(self, does: Does) -> Move {
        Move::Sender(self.number, does)
    }
}

fn fair(by: Move, state: State) -> Next {
    Next { by, state, is_fair: true, violation: None }
}

fn fault(by: Move, state: State) -> Next {
    Next { by, state, is_fair: false, violation: None }
}

impl Model {
    /// What one sender can do next.
    pub(crate) fn sender(&mut self, state: &State, number: u8, nexts: &mut Vec<Next>) {
        let at = At { place: usize::from(number), number };
        match state.senders[at.place] {
            Sender::Idle => self.wake(state, at, nexts),
            Sender::Submits { .. } => self.submit(state, at, nexts),
            Sender::Sent(claimed) => self.answer(state, at, claimed, nexts),
            Sender::Knows(claimed, ended) => {
                let (package, is_current) = (claimed.package, claimed.is_current);
                let what = Happening::Outcome { package, ended, is_current };
                let applied = self.items.apply(state.item, what);
                let mut next = *state;
                self.save(&mut next, applied, Some(at.place));
                self.look(next, at, at.does(Does::Records), nexts);
            }
            Sender::Reads { package, number, is_current, purpose, .. } => {
                self.read(state, at, (package, number, is_current, purpose), nexts);
                self.cannot_read(state, at, (package, number, is_current, purpose), nexts);
            }
            Sender::HasRead { .. } => self.record_read(state, at, nexts),
        }
        self.die(state, at, nexts);
    }

    /// A doorbell comes, or comes again. One sender that is free is as good as another.
    fn wake(&mut self, state: &State, at: At, nexts: &mut Vec<Next>) {
        if !self.is_free(state, at) {
            return;
        }
        let view = self.items.view(state.item);
        let waits = |kind| matches!(kind, Kind::Ready | Kind::InDoubt);
        let is_later = view.packages.iter().flatten().any(|p| waits(p.kind) && p.is_later);
        // One that was rung for later comes when its work is due.
        if state.bell && (!is_later || !view.work.is_empty()) {
            let next = State { bell: false, ..*state };
            self.look(next, at, at.does(Does::Wakes), nexts);
        }
        let again = nexts.len();
        self.look(*state, at, at.does(Does::WakesAgain), nexts);
        nexts.iter_mut().skip(again).for_each(|next| next.is_fair = false);
        nexts.retain(|next| next.by != at.does(Does::WakesAgain) || next.state != *state);
    }

    /// The sweep rings, and its doorbell comes.
    pub(crate) fn wake_by_sweep(&mut self, state: &State, nexts: &mut Vec<Next>) {
        for number in 0..3 {
            let at = At { place: usize::from(number), number };
            if state.senders[at.place] == Sender::Idle && self.is_free(state, at) {
                self.look(*state, at, at.does(Does::Wakes), nexts);
            }
        }
    }

    /// Whether one more sender may run. One that is free is as good as another.
    fn is_free(&self, state: &State, at: At) -> bool {
        let busy = state.senders.iter().filter(|sender| **sender != Sender::Idle).count();
        let is_first = !state.senders[..at.place].contains(&Sender::Idle);
        is_first && busy < usize::from(self.world.senders)
    }

    /// Loads the order, lets time have its say, and takes what is to be done.
    fn look(&mut self, mut state: State, at: At, by: Move, nexts: &mut Vec<Next>) {
        if self.items.view(state.item).is_paused && !state.is_paused {
            let applied = self.items.apply(state.item, Happening::Resumed);
            self.save(&mut state, applied, Some(at.place));
        }
        let applied = self.items.apply(state.item, Happening::Tick);
        self.save(&mut state, applied, Some(at.place));
        if state.is_paused && self.keeps(Guard::PauseStops) {
            self.park(state, at, by, nexts);
            return;
        }
        let work = self.items.view(state.item).work.clone();
        let (can_be_read, packages) =
            (self.world.can_be_read(), self.items.view(state.item).packages);
        let looks_first = self.world.channel.facts().looks_first;
        let warned = |package: u8| Warned {
            // A person has seen the former number, and said that it is nothing.
            is_foreign: state.shop.is_foreign
                && looks_first
                && !(state.shop.is_former
                    && packages[usize::from(package)].is_some_and(|seen| seen.is_former_said)),
            is_never: state.is_never,
            is_off: state.is_off,
            is_paused: state.is_paused,
            is_observing: state.is_observing,
        };
        let is_paused = state.is_paused;
        let takes = work.into_iter().filter_map(|(package, todo)| match todo {
            Todo::Submit => {
                let (hand, warned) = (InHand::Current, warned(package));
                Some(Sender::Submits { package, hand, warned, has_looked: false })
            }
            Todo::Read if can_be_read => {
                let number = packages[usize::from(package)]?.locked?;
                let purpose = Purpose::Doubt;
                Some(Sender::Reads { package, number, is_current: true, is_paused, purpose })
            }
            Todo::Look if can_be_read => {
                let seen = packages[usize::from(package)]?;
                let (number, purpose) = (seen.locked.or(seen.current)?, Purpose::Look);
                Some(Sender::Reads { package, number, is_current: true, is_paused, purpose })
            }
            Todo::Read | Todo::Look => None,
        });
        let before = nexts.len();
        nexts.extend(takes.map(|sender| fair(by, with(&state, at, sender))));
        if nexts.len() == before {
            nexts.push(fair(by, with(&state, at, Sender::Idle)));
        }
    }

    /// Leaves all that is to be done for later: the partner is paused.
    fn park(&mut self, mut state: State, at: At, by: Move, nexts: &mut Vec<Next>) {
        for (package, todo) in self.items.view(state.item).work.clone() {
            let applied = self.items.apply(state.item, Happening::Park { package, todo });
            self.save(&mut state, applied, Some(at.place));
        }
        nexts.push(fair(by, with(&state, at, Sender::Idle)));
    }

    fn submit(&mut self, state: &State, at: At, nexts: &mut Vec<Next>) {
        let Sender::Submits { package, hand, warned, has_looked } = state.senders[at.place] else {
            return;
        };
        let what = Happening::Postpone { package };
        let applied = self.items.apply(state.item, what);
        if applied.is_saved {
            let mut next = *state;
            self.save(&mut next, applied, Some(at.place));
            nexts.push(fault(at.does(Does::Postpones), with(&next, at, Sender::Idle)));
        }
        let looks = self.world.channel.facts().looks_first && self.keeps(Guard::LookFirst);
        if looks && !has_looked {
            self.look_first(state, at, package, nexts);
            return;
        }
        let item = match hand {
            InHand::Current => state.item,
            InHand::Old(item) => item,
        };
        let (deployed, never, sends) = (state.is_deployed, warned.is_never, !warned.is_off);
        let (restored, observes) = (state.past.is_restored, warned.is_observing);
        let what = Happening::Claim { package, deployed, never, sends, restored, observes };
        let applied = self.items.apply(item, what);
        let mut next = *state;
        if applied.is_refused {
            if applied.is_saved && hand == InHand::Current {
                self.save(&mut next, applied, Some(at.place));
                self.look(next, at, at.does(Does::IsRefused), nexts);
            } else {
                nexts.push(fair(at.does(Does::IsRefused), with(&next, at, Sender::Idle)));
            }
            return;
        }
        self.save(&mut next, applied, Some(at.place));
        let seen = self.items.view(applied.item).packages[usize::from(package)];
        if seen.is_some_and(|seen| seen.kind != Kind::Sending) {
            self.look(next, at, at.does(Does::AsksFirst), nexts);
            return;
        }
        let Some(number) = seen.and_then(|seen| seen.locked) else { return };
        let payload = Payload { number, deployed };
        let claimed = Claimed { package, payload, is_current: true };
        let claims = with(&next, at, Sender::Sent(claimed));
        nexts.push(fair(at.does(Does::Claims), claims));
        if !self.keeps(Guard::WriterCompared) {
            self.look(next, at, at.does(Does::MistakesItsClaim), nexts);
            nexts.iter_mut().filter(|n| n.by == at.does(Does::MistakesItsClaim)).for_each(|n| {
                n.is_fair = false;
            });
        }
    }

    /// Asks the channel before the claim, where a submission would override what a person entered.
    fn look_first(&self, state: &State, at: At, package: u8, nexts: &mut Vec<Next>) {
        let Sender::Submits { hand, warned, .. } = state.senders[at.place] else { return };
        let seen = self.items.view(state.item).packages[usize::from(package)];
        // What it looks for is of the order in its hands; where that is old, the record finds out.
        let Some(number) = seen.and_then(|seen| seen.locked.or(seen.current)) else {
            let next = with(state, at, Sender::Idle);
            nexts.push(fair(at.does(Does::IsRefused), next));
            return;
        };
        let found = self.reading(state, number);
        // It may be of a former shipment only by now, and a person have said so of it.
        let is_said = state.shop.is_former && seen.is_some_and(|seen| seen.is_former_said);
        let warned = Warned { is_foreign: warned.is_foreign && !is_said, ..warned };
        let sender = if self.items.may_follow(state.item, package, found) {
            Sender::Submits { package, hand, warned, has_looked: true }
        } else {
            let (is_current, is_early, purpose) = (true, false, Purpose::Claim);
            Sender::HasRead { package, number, found, is_current, is_early, purpose }
        };
        nexts.push(fair(at.does(Does::Looks(found)), with(state, at, sender)));
    }

    /// What the channel may do about a request.
    fn answer(&self, state: &State, at: At, claimed: Claimed, nexts: &mut Vec<Next>) {
        let mut push = |reply: Reply, state: &State, ended: SubmissionEnd, violation| {
            let mut next = with(state, at, Sender::Knows(claimed, ended));
            next.past.has_cause |= self.asks_cause()
                && matches!(ended, SubmissionEnd::Unknown | SubmissionEnd::AlreadyShipped);
            let (by, is_fair) = (at.does(Does::IsAnswered(reply)), reply == Reply::Takes);
            nexts.push(Next { by, state: next, is_fair, violation });
        };
        let mut taken = *state;
        let violation = self.receive(&mut taken, claimed.payload);
        push(Reply::Takes, &taken, SubmissionEnd::Accepted, violation);
        push(Reply::TakesInSilence, &taken, SubmissionEnd::Unknown, violation);
        if self.world.late {
            push(
                Reply::IsSlow,
                &self.with_late(state, claimed.payload),
                SubmissionEnd::Unknown,
                None,
            );
        } else {
            push(Reply::NeverGotIt, state, SubmissionEnd::Unknown, None);
        }
        push(Reply::IsBusy, state, SubmissionEnd::NotApplied, None);
        push(Reply::Refuses, state, SubmissionEnd::Refused, None);
        if state.shop.is_taken() && !self.world.overwrites() && self.world.can_be_read() {
            push(Reply::HasShipped, state, SubmissionEnd::AlreadyShipped, None);
        }
    }

    fn read(
        &self,
        state: &State,
        at: At,
        (package, number, is_current, purpose): (u8, u8, bool, Purpose),
        nexts: &mut Vec<Next>,
    ) {
        let found = self.reading(state, number);
        let is_early = Self::is_young(self.items.view(state.item), package);
        let read =
            |found| Sender::HasRead { package, number, found, is_current, is_early, purpose };
        let seen = self.items.view(state.item).packages[usize::from(package)];
        let counts = purpose != Purpose::Doubt
            || found != ReadResult::Absent
            || !self.keeps(Guard::ReadCountsWhenDue)
            || seen.is_some_and(|seen| seen.is_read_due());
        let sender = if counts { read(found) } else { Sender::Idle };
        nexts.push(fair(at.does(Does::Reads(found)), with(state, at, sender)));
    }

    /// A read that fails says nothing, so it is recorded at once.
    fn cannot_read(
        &mut self,
        state: &State,
        at: At,
        (package, number, is_current, purpose): (u8, u8, bool, Purpose),
        nexts: &mut Vec<Next>,
    ) {
        let (found, deployed, is_early) = (ReadResult::Unreadable, state.is_deployed, false);
        let what = match purpose {
            Purpose::Look => Happening::Looked { package, number, found, is_current },
            Purpose::Doubt | Purpose::Claim => {
                Happening::Probe { package, found, is_current, deployed, is_early }
            }
        };
        let applied = self.items.apply(state.item, what);
        let mut next = *state;
        self.save(&mut next, applied, Some(at.place));
        let next = with(&next, at, Sender::Idle);
        nexts.push(fault(at.does(Does::Reads(found)), next));
    }

    fn record_read(&mut self, state: &State, at: At, nexts: &mut Vec<Next>) {
        let Sender::HasRead { package, number, found, is_current, is_early, purpose } =
            state.senders[at.place]
        else {
            return;
        };
        let deployed = state.is_deployed;
        let what = match purpose {
            Purpose::Claim => Happening::Preflight { package, number, found },
            Purpose::Look => Happening::Looked { package, number, found, is_current },
            Purpose::Doubt => Happening::Probe { package, found, is_current, deployed, is_early },
        };
        let applied = self.items.apply(state.item, what);
        let mut next = *state;
        self.save(&mut next, applied, Some(at.place));
        next.past.is_looked_at[usize::from(number)] |=
            purpose == Purpose::Look && !applied.is_refused;
        next.past.is_foreign_known |= found == ReadResult::Other && !applied.is_refused;
        next.past.has_cause |= self.asks_cause() && found == ReadResult::Unclear;
        self.look(next, at, at.does(Does::RecordsRead), nexts);
    }

    fn die(&self, state: &State, at: At, nexts: &mut Vec<Next>) {
        let sender = state.senders[at.place];
        if sender == Sender::Idle || !self.world.loses {
            return;
        }
        let mut next = with(state, at, Sender::Idle);
        next.past.has_cause |= self.asks_cause() && sender.claimed().is_some();
        let Sender::Sent(Claimed { payload, .. }) = sender else {
            nexts.push(fault(at.does(Does::Dies(Fate::None)), next));
            return;
        };
        if self.world.late {
            let next = self.with_late(&next, payload);
            nexts.push(fault(at.does(Does::Dies(Fate::UnderWay)), next));
        } else {
            nexts.push(fault(at.does(Does::Dies(Fate::None)), next));
            let violation = self.receive(&mut next, payload);
            let by = at.does(Does::Dies(Fate::Applied));
            nexts.push(Next { violation, ..fault(by, next) });
        }
    }

    fn with_late(&self, state: &State, payload: Payload) -> State {
        let mut next = *state;
        let late = &mut next.late[payload.place()];
        let most = if self.world.identical_is_safe() { 1 } else { 3 };
        *late = late.saturating_add(1).min(most);
        next
    }

    /// Where a lost answer ends with a person at once, that it was lost is remembered.
    fn asks_cause(&self) -> bool {
        !self.world.can_be_read()
    }
}

fn with(state: &State, at: At, sender: Sender) -> State {
    let mut next = *state;
    next.senders[at.place] = sender;
    next
}
