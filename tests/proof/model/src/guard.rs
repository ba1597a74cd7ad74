//! The guards of the protocol, of which each can be taken away alone, and the worlds around the protocol.

use domain::{Channel, Confirming, ReadBack};

/// A guard: something that the protocol does so that nothing is sent twice and nothing is stranded. Each guard is a word of
/// the section "A package's life" of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "`Guard::words` says what each is")]
pub enum Guard {
    LeaseEndIsDoubt,
    UnknownIsNotRefused,
    Quarantine,
    ThreeAbsentReads,
    ReadCountsWhenDue,
    ReadCountsFromItsTime,
    ClaimOnVersion,
    FenceOnOutcome,
    FenceOnProbe,
    LeaseOutlivesFunction,
    LeaseGrace,
    Sweep,
    RingAfterSave,
    IdenticalByHash,
    DayOfDoubt,
    RepeatFollowsLabel,
    RefusedRepeatProvesNothing,
    OneSending,
    OneNumber,
    LookFirst,
    NeverAtClaim,
    ForeignStays,
    LockStaysInDoubt,
    WriterCompared,
    PersonWaits,
    FormerByAPerson,
}

impl Guard {
    /// Every guard.
    pub const ALL: [Self; 26] = [
        Self::LeaseEndIsDoubt,
        Self::UnknownIsNotRefused,
        Self::Quarantine,
        Self::ThreeAbsentReads,
        Self::ReadCountsWhenDue,
        Self::ReadCountsFromItsTime,
        Self::ClaimOnVersion,
        Self::FenceOnOutcome,
        Self::FenceOnProbe,
        Self::LeaseOutlivesFunction,
        Self::LeaseGrace,
        Self::Sweep,
        Self::RingAfterSave,
        Self::IdenticalByHash,
        Self::DayOfDoubt,
        Self::RepeatFollowsLabel,
        Self::RefusedRepeatProvesNothing,
        Self::OneSending,
        Self::OneNumber,
        Self::LookFirst,
        Self::NeverAtClaim,
        Self::ForeignStays,
        Self::LockStaysInDoubt,
        Self::WriterCompared,
        Self::PersonWaits,
        Self::FormerByAPerson,
    ];

    /// The guard in a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::LeaseEndIsDoubt => "a lease's end means in doubt, never another submission",
            Self::UnknownIsNotRefused => "an unknown outcome is never \"not applied\"",
            Self::Quarantine => "absence counts only after the quarantine",
            Self::ThreeAbsentReads => "absence counts only after three reads",
            Self::ReadCountsWhenDue => "a read that shows nothing counts only when it is due",
            Self::ReadCountsFromItsTime => {
                "a read counts as of when it was made, not of when it is recorded"
            }
            Self::ClaimOnVersion => "a claim is saved on the version that was read",
            Self::FenceOnOutcome => "an outcome carries the fence of its claim",
            Self::FenceOnProbe => "a read carries the fence it was made under",
            Self::LeaseOutlivesFunction => "a lease is longer than its function can live",
            Self::LeaseGrace => "a lease is over only five seconds past its end",
            Self::Sweep => "the sweep",
            Self::RingAfterSave => "the doorbell is rung after the save",
            Self::IdenticalByHash => "a repeat without proof has the digest of the first",
            Self::DayOfDoubt => "a doubt ends after a day, over all repeats",
            Self::RepeatFollowsLabel => {
                "a repeat goes back to doubt when its label is replaced or its order cancelled"
            }
            Self::RefusedRepeatProvesNothing => {
                "a refusal of a repeat proves nothing about the submission before"
            }
            Self::OneSending => "one package of an order is sent at a time",
            Self::OneNumber => "one tracking number per order, where the channel takes one (L5)",
            Self::LookFirst => "Wish is read before each claim",
            Self::NeverAtClaim => "`never` is read consistently before each claim (T5)",
            Self::ForeignStays => "another number is never overridden",
            Self::LockStaysInDoubt => "the lock never moves to another number while in doubt (L1)",
            Self::WriterCompared => "the writer is compared when a save's condition fails",
            Self::PersonWaits => {
                "a person can say \"nothing there\" only once the quarantine is over"
            }
            Self::FormerByAPerson => {
                "nothing goes over a former number before a person said that it is nothing"
            }
        }
    }
}

/// The guards that are taken away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Without(Vec<Guard>);

impl Without {
    /// No guard: the protocol as it is.
    pub const NOTHING: Self = Self(Vec::new());

    /// One guard.
    pub fn guard(guard: Guard) -> Self {
        Self(vec![guard])
    }

    /// These guards and another one.
    #[must_use]
    pub fn and(mut self, guard: Guard) -> Self {
        self.0.push(guard);
        self
    }

    /// Whether a guard is kept.
    pub fn keeps(&self, guard: Guard) -> bool {
        !self.0.contains(&guard)
    }
}

/// The world of a model: a channel, and what may happen at the channel and around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent things that may happen")]
pub struct World {
    /// The name of the world.
    pub name: &'static str,
    /// The marketplace.
    pub channel: Channel,
    /// Whether the receiver drops a repeat by itself.
    pub is_deduped: bool,
    /// Number of packages of the order: one with two labels, or two with one label each.
    pub packages: u8,
    /// Number of senders that may run at the same time, at most [`SENDERS`].
    pub senders: u8,
    /// Whether the label may be replaced by another number.
    pub relabel: bool,
    /// Whether labels may be voided.
    pub void: bool,
    /// Whether the order may be cancelled.
    pub cancel: bool,
    /// Whether somebody else may put a number at the channel.
    pub foreign: bool,
    /// Whether the channel may release an order again, while it still shows somebody else's number.
    pub again: bool,
    /// Whether requests may be built otherwise from some moment on, by a deployment or by a changed setting.
    pub deploy: bool,
    /// Whether the timing may become `never`.
    pub never: bool,
    /// Whether a person may act.
    pub person: bool,
    /// Whether doorbells are followed one by one. Otherwise each of them but the sweep's may be lost, and may come at any time.
    pub bells: bool,
    /// Whether doorbells get lost and senders die.
    pub loses: bool,
    /// Whether a request may be applied when nobody waits for it any more.
    pub late: bool,
    /// How often in one doubt the channel may answer from an older copy, until the next read's time.
    pub lags: u8,
}

/// The most senders at the same time.
pub const SENDERS: usize = 3;

impl World {
    /// The world with everything that may happen at this channel, with one package.
    pub const fn full(name: &'static str, channel: Channel) -> Self {
        let facts = channel.facts();
        Self {
            name,
            channel,
            is_deduped: false,
            packages: 1,
            senders: 3,
            relabel: true,
            void: true,
            cancel: true,
            foreign: true,
            again: false,
            deploy: facts.identical_is_safe,
            never: facts.never_allowed,
            person: true,
            bells: false,
            loses: true,
            late: true,
            lags: 0,
        }
    }

    /// Whether a second, identical submission does no harm.
    pub const fn identical_is_safe(&self) -> bool {
        self.channel.facts().identical_is_safe || self.is_deduped
    }

    /// Whether a submission replaces what a person entered.
    pub const fn overwrites(&self) -> bool {
        self.channel.facts().identical_is_safe
    }

    /// Whether the order takes one number in all.
    pub fn takes_one_number(&self) -> bool {
        self.packages == 1 || self.channel.facts().confirming == Confirming::WholeOrder
    }

    /// Whether the channel can be asked.
    pub fn can_be_read(&self) -> bool {
        self.channel.facts().read_back == ReadBack::Possible
    }

    /// Whether a read says that an order has shipped, and never by which number.
    pub fn is_silent_on_numbers(&self) -> bool {
        self.channel == Channel::Groupon
    }
}
