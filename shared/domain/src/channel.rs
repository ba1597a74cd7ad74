//! The marketplaces, and what the rules need to know of each. Their requests and answers are in the `channels` crate.

use crate::Timing;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Makes the list of channels: a row has all that a channel is called.
macro_rules! channels {
    ($($channel:ident = $name:literal, $shown:literal;)+) => {
        /// A marketplace.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "the names say it")]
        pub enum Channel {
            $(#[serde(rename = $name)] $channel,)+
        }

        impl Channel {
            /// Every channel, in the order they are shown.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$channel),+];

            /// Its name in data: `back_market`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$channel => $name,)+ }
            }

            /// Its name for people: `Back Market`.
            pub const fn shown(self) -> &'static str {
                match self { $(Self::$channel => $shown,)+ }
            }
        }
    };
}

channels! {
    Amazon = "amazon", "Amazon";
    Ebay = "ebay", "eBay";
    Wish = "wish", "Wish";
    BackMarket = "back_market", "Back Market";
    Groupon = "groupon", "Groupon";
    UntilGone = "until_gone", "UntilGone";
}

/// How many tracking numbers a channel takes for an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirming {
    /// Each package by itself.
    PerPackage,
    /// One number for the whole order, whose every line ships with it (rule L5).
    WholeOrder,
}

/// Whether the channel can be asked what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadBack {
    /// It can.
    Possible,
    /// It cannot: an outcome in doubt is for a person.
    Impossible,
}

/// What the rules need to know of a channel. Source: `shared/channels/README.md` and the READMEs of the
/// channels, where each fact has its origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts, each with its own rule")]
pub struct Facts {
    /// Rule T2: whether [`Timing::Never`] may be chosen.
    pub never_allowed: bool,
    /// Rule L5.
    pub confirming: Confirming,
    /// Whether a submission in doubt can be looked up.
    pub read_back: ReadBack,
    /// How long a submission that timed out may still be applied, before its absence proves anything.
    pub quarantine: SignedDuration,
    /// Whether repeating the very same request can do no harm, once a read has shown nothing. A partner whose receiver
    /// drops repeats by itself says so in [`Seal`](crate::Seal).
    pub identical_is_safe: bool,
    /// Whether a submission would override what a person entered, so that the channel is asked before each claim.
    pub looks_first: bool,
    /// Whether a confirmation may go without a movement because its ship-by is near, or because it has waited for long (rules S2 and
    /// S11).
    pub sends_late: bool,
    /// Whether an order that is read shows a ship-by (rule S7).
    pub shows_ship_by: bool,
    /// Whether the channel tells no ship-by, so that it is reckoned by its business days (rule S9).
    pub reckons_ship_by: bool,
    /// Whether what was taken is verified by looks: the channel takes it before it is applied (rule S8).
    pub is_verified: bool,
    /// Whether the channel takes IMEIs (rules I1 to I8).
    pub takes_imeis: bool,
    /// Whether the channel takes Transparency codes and a supply source (rule L13).
    pub takes_transparency: bool,
}

/// The longest that a request which timed out may still be on its way. This is inferred: no channel publishes it.
const QUARANTINE: SignedDuration = SignedDuration::from_mins(15);

impl Channel {
    /// What the rules need to know of it.
    pub const fn facts(self) -> Facts {
        let usual = Facts {
            never_allowed: false,
            confirming: Confirming::PerPackage,
            read_back: ReadBack::Possible,
            quarantine: QUARANTINE,
            identical_is_safe: false,
            looks_first: false,
            sends_late: true,
            shows_ship_by: true,
            reckons_ship_by: false,
            is_verified: false,
            takes_imeis: false,
            takes_transparency: false,
        };
        match self {
            Self::Amazon => Facts {
                never_allowed: true,
                identical_is_safe: true,
                is_verified: true,
                takes_transparency: true,
                ..usual
            },
            Self::Wish => Facts {
                confirming: Confirming::WholeOrder,
                identical_is_safe: true,
                looks_first: true,
                ..usual
            },
            Self::BackMarket => {
                Facts { confirming: Confirming::WholeOrder, takes_imeis: true, ..usual }
            }
            Self::Ebay => usual,
            Self::Groupon => {
                Facts { sends_late: false, shows_ship_by: false, reckons_ship_by: true, ..usual }
            }
            Self::UntilGone => Facts {
                read_back: ReadBack::Impossible,
                sends_late: false,
                shows_ship_by: false,
                ..usual
            },
        }
    }

    /// The timings a partner at this channel may choose (rule T2).
    pub fn timings(self) -> &'static [Timing] {
        if self.facts().never_allowed {
            &[Timing::WhenTrackingShowsMovement, Timing::WhenTrackingIsAssigned, Timing::Never]
        } else {
            &[Timing::WhenTrackingShowsMovement, Timing::WhenTrackingIsAssigned]
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A marketplace that does not support the setting "Send ship confirmations" (rule T3).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a supported marketplace; supported are {all}", all = Channel::ALL.map(Channel::name).join(", "))]
pub struct UnknownChannel(pub crate::Text);

impl FromStr for Channel {
    type Err = UnknownChannel;

    fn from_str(text: &str) -> Result<Self, UnknownChannel> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.name() == text)
            .ok_or_else(|| UnknownChannel(crate::Text::cut(text)))
    }
}
