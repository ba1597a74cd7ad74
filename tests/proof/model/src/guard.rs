//! Which guards of the rules a world lacks, and what may happen in it.

use domain::guard::{Guard, leave_out};
use domain::{Channel, Confirming, ReadBack};

/// Which guards a world lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Without(Vec<Guard>);

impl Without {
    /// The protocol as it is.
    pub const NOTHING: Self = Self(Vec::new());

    /// Without one guard.
    pub fn guard(guard: Guard) -> Self {
        Self(vec![guard])
    }

    /// Without another one, too.
    #[must_use]
    pub fn and(mut self, guard: Guard) -> Self {
        self.0.push(guard);
        self
    }

    /// Does something without these guards, and then has all of them again.
    pub(crate) fn run<T>(&self, what: impl FnOnce() -> T) -> T {
        leave_out(&self.0);
        let came = what();
        leave_out(&[]);
        came
    }

    /// Whether a guard is there.
    pub fn keeps(&self, guard: Guard) -> bool {
        !self.0.contains(&guard)
    }
}

/// What a model is of: a channel, and what may happen at it and around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent things that may happen")]
pub struct World {
    /// Its name.
    pub name: &'static str,
    /// The marketplace.
    pub channel: Channel,
    /// Whether its receiver drops a repeat by itself.
    pub is_deduped: bool,
    /// Packages of the order: one with two labels, or two with one label each.
    pub packages: u8,
    /// Senders at the same time, at most [`SENDERS`].
    pub senders: u8,
    /// Whether the label may be replaced by another number.
    pub relabel: bool,
    /// Whether labels may be voided.
    pub void: bool,
    /// Whether the order may be cancelled.
    pub cancel: bool,
    /// Whether the buyer may wish to cancel, take that back, and wish so once more.
    pub wishes: bool,
    /// Whether labels wait for a movement that never comes, and go by their deadline instead, which their partner may stop.
    pub sends: bool,
    /// Whether the partner may be paused, and resumed (rule A1).
    pub pauses: bool,
    /// Whether the partner may observe, and be live again (rule A3).
    pub observes: bool,
    /// Whether somebody else may put a number at the channel.
    pub foreign: bool,
    /// Whether the channel may release an order again, and still shows that number.
    pub again: bool,
    /// Whether the request may be built otherwise from some moment on: a deployment, or a changed setting.
    pub deploy: bool,
    /// Whether the timing may become `never`.
    pub never: bool,
    /// Whether a person may act.
    pub person: bool,
    /// Whether doorbells are followed one by one. Else every one is lost but those of the sweep, or comes at any time.
    pub bells: bool,
    /// Whether doorbells get lost and senders die.
    pub loses: bool,
    /// Whether a request may be applied after nobody waits for it.
    pub late: bool,
    /// Whether the table may be restored to what it was before, once.
    pub restores: bool,
    /// How often in one doubt the channel may answer from an older copy, until the next read's time.
    pub lags: u8,
}

/// The most senders at the same time.
pub const SENDERS: usize = 3;

impl World {
    /// Everything that may happen at this channel, with one package.
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
            wishes: false,
            sends: false,
            pauses: false,
            observes: false,
            foreign: true,
            again: false,
            deploy: facts.identical_is_safe,
            never: facts.never_allowed,
            person: true,
            bells: false,
            loses: true,
            late: true,
            restores: false,
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

    /// Whether a read says that it has shipped, and never by which number.
    pub fn is_silent_on_numbers(&self) -> bool {
        self.channel == Channel::Groupon
    }
}
