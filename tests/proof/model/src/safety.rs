//! What must never be, looked for at each step.

use crate::guard::World;
use crate::items::{Kind, Seen};
use crate::model::{Model, Next};
use crate::moves::{Does, Move};
use crate::state::{Sender, State};

/// What must not be, and is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "`Violation::words` says what each is")]
pub enum Violation {
    TwoNumbers,
    Twice,
    NotIdentical,
    AfterForeign,
    Overridden,
    OfDeadLabel,
    OfCancelled,
    DespiteWish,
    DespiteNever,
    DespiteOff,
    DespitePause,
    DespiteObserving,
    OfObserved,
    Unlooked,
    NotThere,
    RejectedButThere,
    TooLong,
    Needless,
    NotShown,
    Stranded,
}

impl Violation {
    /// What it is, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::TwoNumbers => "two numbers of ours are applied (D1)",
            Self::Twice => "a number is applied twice (D1)",
            Self::NotIdentical => "a number is applied again, in another form (D1)",
            Self::AfterForeign => "it is claimed after a read showed another number",
            Self::Overridden => {
                "it is claimed although another number stood there when the sender looked at the order"
            }
            Self::OfDeadLabel => "a label is claimed that was voided or replaced before (L2)",
            Self::OfCancelled => "it is claimed although the order was cancelled before (L4)",
            Self::DespiteWish => {
                "it is claimed although the buyer wished to cancel before, and no person said so (S5)"
            }
            Self::DespiteNever => {
                "it is claimed although the timing was `never` when the sender looked (T5)"
            }
            Self::DespiteOff => {
                "it goes by its deadline although its partner had stopped that when the sender looked (S2)"
            }
            Self::DespitePause => {
                "it is sent, or read, although the partner was paused when the sender looked (A1)"
            }
            Self::DespiteObserving => {
                "it is claimed although the partner observed when the sender looked (A3)"
            }
            Self::OfObserved => {
                "it was observed, and something else becomes of it without a person's word (A3)"
            }
            Self::Unlooked => {
                "it goes by its deadline, and nobody looked at the channel before (S2)"
            }
            Self::NotThere => "it is confirmed, and the channel never had it (D3)",
            Self::RejectedButThere => "it is rejected, and the channel has it, or may yet",
            Self::TooLong => {
                "it is in doubt once more after a day of repeats, and no person is shown it"
            }
            Self::Needless => "a person must look, and nothing had gone wrong",
            Self::NotShown => "it ends where nobody is shown it (D2)",
            Self::Stranded => "nothing brings it on any more (D2)",
        }
    }
}

impl Model {
    /// What must not be about this step.
    pub(crate) fn violation(&self, before: &State, next: &Next) -> Option<Violation> {
        if self.leaves_observed(before, next) {
            return Some(Violation::OfObserved);
        }
        self.of_claim(before, next).or_else(|| {
            if self.is_endless(before, next) {
                return Some(Violation::TooLong);
            }
            let view = self.items.view(next.state.item);
            let mut packages = view.packages.iter().flatten();
            packages.find_map(|seen| of_package(&self.world, &next.state, seen))
        })
    }

    /// What is repeated falls into doubt again, though a day of it was over before.
    fn is_endless(&self, before: &State, next: &Next) -> bool {
        let kind = |state: &State| self.items.view(state.item).packages[0].map(|seen| seen.kind);
        let goes_on = !matches!(next.by, Move::Restores { .. });
        goes_on
            && before.past.is_day_over
            && kind(before) == Some(Kind::Sending)
            && kind(&next.state) == Some(Kind::InDoubt)
    }

    /// What was observed becomes something else, and no person said so.
    fn leaves_observed(&self, before: &State, next: &Next) -> bool {
        let is_observed = |state: &State| {
            self.items
                .view(state.item)
                .packages
                .map(|seen| seen.is_some_and(|s| s.kind == Kind::Observed))
        };
        let (was, is) = (is_observed(before), is_observed(&next.state));
        let by_person = matches!(next.by, Move::Acts(..));
        !by_person && was.iter().zip(is).any(|(was, is)| *was && !is)
    }

    fn of_claim(&self, before: &State, next: &Next) -> Option<Violation> {
        let Move::Sender(place, does) = next.by else { return None };
        let place = usize::from(place);
        if matches!(before.senders[place], Sender::Reads { is_paused: true, .. }) {
            return Some(Violation::DespitePause);
        }
        if does != Does::Claims {
            return None;
        }
        let (Sender::Submits { warned, .. }, Sender::Sent(claimed)) =
            (before.senders[place], next.state.senders[place])
        else {
            return None;
        };
        let seen = self.items.view(before.item).packages[usize::from(claimed.package)]?;
        if before.past.is_foreign_known {
            Some(Violation::AfterForeign)
        } else if warned.is_paused {
            Some(Violation::DespitePause)
        } else if warned.is_observing {
            Some(Violation::DespiteObserving)
        } else if warned.is_foreign {
            Some(Violation::Overridden)
        } else if seen.current != Some(claimed.payload.number) {
            Some(Violation::OfDeadLabel)
        } else if seen.is_cancelled {
            Some(Violation::OfCancelled)
        } else if seen.is_wished && seen.locked.is_none() {
            Some(Violation::DespiteWish)
        } else if warned.is_never && seen.locked.is_none() && !seen.is_sent_by_person {
            Some(Violation::DespiteNever)
        } else if warned.is_off && self.world.sends && seen.locked.is_none() {
            Some(Violation::DespiteOff)
        } else if self.world.sends && !before.past.is_looked_at[usize::from(claimed.payload.number)]
        {
            Some(Violation::Unlooked)
        } else {
            None
        }
    }
}

fn of_package(world: &World, state: &State, seen: &Seen) -> Option<Violation> {
    let applied = |number: u8| state.shop.applied[usize::from(number)] != 0;
    // What was replaced by a number of somebody else's is not there any more: a person may have said so since.
    let has = |number: u8| applied(number) && (!world.again || state.shop.shows(number));
    match seen.kind {
        // S5: what was claimed is marked while there is a wish.
        Kind::Sending | Kind::InDoubt | Kind::Confirmed if seen.is_wished && !seen.is_shown => {
            Some(Violation::NotShown)
        }
        Kind::Confirmed if !seen.locked.is_some_and(applied) => Some(Violation::NotThere),
        // What was refused in the backup may have been sent since: a person who tries it again asks first (A2).
        Kind::Rejected
            if !state.past.is_restored
                && seen.rejected.is_some_and(|n| has(n) || state.is_under_way(n)) =>
        {
            Some(Violation::RejectedButThere)
        }
        Kind::Unresolved if !world.can_be_read() && !state.past.has_cause => {
            Some(Violation::Needless)
        }
        Kind::Held | Kind::Rejected | Kind::Conflict | Kind::Unresolved if !seen.is_shown => {
            Some(Violation::NotShown)
        }
        Kind::Waiting
        | Kind::Ready
        | Kind::Held
        | Kind::Withheld
        | Kind::Sending
        | Kind::Confirmed
        | Kind::Rejected
        | Kind::InDoubt
        | Kind::Conflict
        | Kind::Unresolved
        | Kind::Observed
        | Kind::Closed => None,
    }
}
