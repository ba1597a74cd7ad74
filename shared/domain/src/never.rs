//! Who set `never` for a partner, who left it, and when. This is kept apart from the partner's last change, which every
//! later change of anything else replaces.

use crate::{Moment, Text};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most spans that a partner keeps; the oldest goes first. A partner is written for each place in its pace, and must stay
/// within one write unit.
pub const NEVER_SPANS_MAX: usize = 3;

/// A change of the timing to `never`, or away from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeverChange {
    /// When.
    pub at: Moment,
    /// Who. `None` where the change was made before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Text>,
}

/// One time in which `never` was in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeverSpan {
    /// The change that began it. `None` where it began before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<NeverChange>,
    /// The change that ended it. `None` while it lasts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<NeverChange>,
}

impl NeverSpan {
    /// Whether `never` of this span stops a label first handled at this moment (rule T5).
    fn stops(&self, received_at: Moment) -> bool {
        self.left.as_ref().is_none_or(|left| received_at < left.at)
    }
}

/// As a person reads it: `ann set Never (2026-11-28T14:05:00Z); bob left it (2026-11-29T09:00:00Z)`.
impl fmt::Display for NeverSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.set {
            Some(NeverChange { at, by: Some(by) }) => write!(f, "{by} set Never ({at})"),
            Some(NeverChange { at, by: None }) => write!(f, "Never was set ({at})"),
            None => f.write_str("Never was set"),
        }?;
        match &self.left {
            Some(NeverChange { at, by: Some(by) }) => write!(f, "; {by} left it ({at})"),
            Some(NeverChange { at, by: None }) => write!(f, "; it was left ({at})"),
            None => Ok(()),
        }
    }
}

/// The last spans in which `never` was in force, the oldest first. Only the last one can be open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NeverSpans(Vec<NeverSpan>);

impl NeverSpans {
    /// The spans as they were kept. `until` is when `never` was last left, which was kept before the spans were, and
    /// is what rule T5 goes by: a span that does not say so is completed by it.
    pub fn kept(spans: Vec<NeverSpan>, until: Option<Moment>) -> Self {
        let kept = Self(spans);
        match until {
            Some(at) if kept.left_at() != until => kept.left(NeverChange { at, by: None }),
            Some(_) | None => kept,
        }
    }

    /// The spans with a new one that begins with this change.
    #[must_use]
    pub fn set(mut self, change: NeverChange) -> Self {
        self.0.push(NeverSpan { set: Some(change), left: None });
        self.bounded()
    }

    /// The spans with the last one ended by this change.
    #[must_use]
    pub fn left(mut self, change: NeverChange) -> Self {
        match self.0.last_mut() {
            Some(open) if open.left.is_none() => open.left = Some(change),
            Some(_) | None => self.0.push(NeverSpan { set: None, left: Some(change) }),
        }
        self.bounded()
    }

    fn bounded(mut self) -> Self {
        self.0.drain(..self.0.len().saturating_sub(NEVER_SPANS_MAX));
        self
    }

    /// When `never` was last left.
    pub fn left_at(&self) -> Option<Moment> {
        self.0.iter().rev().find_map(|span| span.left.as_ref()).map(|left| left.at)
    }

    /// The last span.
    pub fn last(&self) -> Option<&NeverSpan> {
        self.0.last()
    }

    /// The first span that stops a label first handled at this moment: `never` stays where it once stopped a package.
    pub fn first_to_stop(&self, received_at: Moment) -> Option<&NeverSpan> {
        self.0.iter().find(|span| span.stops(received_at))
    }

    /// All of them, the oldest first.
    pub fn as_slice(&self) -> &[NeverSpan] {
        &self.0
    }
}
