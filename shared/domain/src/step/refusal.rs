//! Why an input was not followed.

use crate::{Channel, Fault, IMEI_LINES_MAX, LABELS_MAX, Moment, PACKAGES_MAX};
use std::fmt;

/// Why an input was not followed.
///
/// What a person or an event can mend is a [`Fault`] of a field; the rest is for the sender alone, which looks again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The channel takes no IMEIs (rule I1).
    NoImeisThere(Channel),
    /// The order has as many packages as are kept: an item may not grow without bound.
    TooManyPackages,
    /// The package has as many labels as are kept.
    TooManyLabels,
    /// As many lines have IMEIs as are kept.
    TooManyLines,
    /// The order would be too large to be stored (rule L14).
    TooLarge {
        /// What it would be. Unit: bytes.
        bytes: usize,
        /// What it may be after such an event. Unit: bytes.
        most: usize,
    },
    /// There is no refused label of this event that needs a person.
    NoneRefused,
    /// There is no such package, or no such line.
    Absent,
    /// The package, or the line, is in no state to be claimed.
    NotReady,
    /// It may be tried from this moment on.
    NotBefore(Moment),
    /// Another package of the order is being sent: one goes at a time.
    OtherSending,
    /// `never` stopped it (rule T5).
    Never,
    /// Nothing goes without a movement any more: its partner's setting is another by now (rules S2 and S11).
    NoLongerSent,
    /// Its partner observes: it would have been sent (rule A3).
    Observed,
    /// The request is not the one that is in doubt: a repeat must be identical.
    NotIdentical,
    /// The claim is over.
    Fenced {
        /// The fence that the input carried.
        given: u32,
        /// The fence now.
        current: u32,
    },
    /// A person cannot say yet that the channel has nothing: it may not stay so.
    TooEarly {
        /// From when they can say it.
        from: Moment,
    },
    /// The action does not exist in this state.
    NotNow {
        /// The name of the state.
        state: &'static str,
        /// The actions that exist, or what has to happen first.
        allowed: Vec<&'static str>,
    },
}

impl Refusal {
    /// What is wrong with which field, and what would be right; `None` where it is no field's fault. The field is named as
    /// in the event or in the request that brought the input.
    pub fn fault(&self) -> Option<Fault> {
        match self {
            Self::NoImeisThere(channel) => {
                let problem = format!("its channel {channel} takes no IMEIs");
                Some(Fault::new("partner_id", problem).allowing(["a partner at back_market"]))
            }
            Self::TooManyPackages => {
                let problem = format!("the order has {PACKAGES_MAX} packages already");
                Some(Fault::new("package_id", problem).allowing(["one of them"]))
            }
            Self::TooManyLabels => {
                let problem = format!("the package has {LABELS_MAX} labels already");
                Some(Fault::new("label_id", problem).allowing(["one of them"]))
            }
            Self::TooManyLines => {
                let problem = format!("{IMEI_LINES_MAX} lines have IMEIs already");
                Some(Fault::new("item_id", problem).allowing(["one of them"]))
            }
            Self::TooLarge { bytes, most } => {
                let problem = format!("the order would have {bytes} bytes with it");
                Some(Fault::new("order_id", problem).allowing([format!("at most {most}")]))
            }
            Self::NoneRefused => {
                let fault = Fault::new("event_id", "names no refused label that needs a person");
                Some(fault.allowing(["an event_id of the order's refused_labels that is open"]))
            }
            Self::TooEarly { from } => {
                let fault = Fault::new("action", "what was sent may still be applied");
                Some(fault.allowing([format!("nothing_there from {from} on")]))
            }
            Self::NotNow { state, allowed } => {
                let problem = format!("not possible while the package is {state}");
                Some(Fault::new("action", problem).allowing(allowed.iter().copied()))
            }
            Self::Absent
            | Self::NotReady
            | Self::NotBefore(_)
            | Self::OtherSending
            | Self::Never
            | Self::NoLongerSent
            | Self::Observed
            | Self::NotIdentical
            | Self::Fenced { .. } => None,
        }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("the order has no such package or line"),
            Self::NotReady => f.write_str("it is not ready"),
            Self::NotBefore(at) => write!(f, "it is not to be tried before {at}"),
            Self::OtherSending => f.write_str("another package of the order is being sent"),
            Self::Never => f.write_str("the partner's timing is, or was since the label, never"),
            Self::NoLongerSent => {
                f.write_str("its partner sends nothing without a movement any more")
            }
            Self::Observed => f.write_str("its partner observes: nothing is sent"),
            Self::NotIdentical => {
                f.write_str("the request can no longer be repeated exactly as it was")
            }
            Self::Fenced { given, current } => {
                write!(f, "its claim is over: fence {given}, now {current}")
            }
            Self::NoImeisThere(_)
            | Self::TooManyPackages
            | Self::TooManyLabels
            | Self::TooManyLines
            | Self::TooLarge { .. }
            | Self::NoneRefused
            | Self::TooEarly { .. }
            | Self::NotNow { .. } => self.fault().map_or(Ok(()), |fault| fault.fmt(f)),
        }
    }
}
