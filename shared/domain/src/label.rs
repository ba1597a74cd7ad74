//! A label as it is stored: what a package ships by, and the terms that it keeps.

use crate::guard::{Guard, guarded};
use crate::{EventId, ItemId, LabelId, MissingImei, Moment, Text, Timing, TrackingNumber, Unknown};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

/// A carrier's label.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// When it was made, by the clock of its maker.
    #[serde(rename = "at")]
    pub labeled_at: Moment,
    /// Its id.
    pub id: LabelId,
    /// Its number.
    #[serde(rename = "trk")]
    pub tracking: TrackingNumber,
    /// The carrier, in the maker's words.
    #[serde(rename = "car")]
    pub carrier: Text,
    /// The carrier's service, in the maker's words.
    #[serde(rename = "svc")]
    pub service: Text,
    /// Where the buyer can follow it.
    #[serde(rename = "url", skip_serializing_if = "Option::is_none", default)]
    pub tracking_url: Option<Text>,
    /// When the order must be on its way. People see it; no rule uses it.
    #[serde(rename = "by", skip_serializing_if = "Option::is_none", default)]
    pub ship_by: Option<Moment>,
    /// What is in the parcel.
    #[serde(rename = "it")]
    pub items: Vec<Item>,
    /// The settings that were in force when its event was first handled (rule T4).
    #[serde(rename = "tm")]
    pub terms: Terms,
    /// Whether a `never` that was set after the label was made has stopped it (rule T5).
    #[serde(rename = "stop", skip_serializing_if = "std::ops::Not::not", default)]
    pub stopped: bool,
    /// When a person released it after such a stop. A `never` that was left before then does not stop it again.
    #[serde(rename = "rel", skip_serializing_if = "Option::is_none", default)]
    pub released: Option<Moment>,
    /// The former number that this label's number may replace: a person saw it at the channel, and said that it is nothing.
    #[serde(rename = "fmr", skip_serializing_if = "Option::is_none", default)]
    pub former: Option<Text>,
    /// When its event was first handled.
    #[serde(rename = "got")]
    pub received_at: Moment,
    /// The event that brought it.
    #[serde(rename = "ev")]
    pub event: EventId,
    /// What a newer release stored beside it.
    #[serde(flatten)]
    pub unknown: Unknown,
}

impl Label {
    /// Since when the label goes by its own timing: a `never` that was left before then does not stop it (rule T5).
    pub(crate) fn goes_since(&self) -> Moment {
        self.released.unwrap_or(self.received_at)
    }

    /// What decides which of two labels is the greater: time, then id, then the rest by value.
    #[expect(clippy::type_complexity, reason = "a sort key, named nowhere else")]
    pub(crate) fn rank(
        &self,
    ) -> (Moment, &LabelId, &TrackingNumber, &Text, &Text, &[Item], Option<&Text>, Option<Moment>)
    {
        (
            self.labeled_at,
            &self.id,
            &self.tracking,
            &self.carrier,
            &self.service,
            &self.items,
            self.tracking_url.as_ref(),
            self.ship_by,
        )
    }

    /// The timing that it is under now. A label that `never` stopped is under `never`, and keeps its own timing for a
    /// release.
    pub fn timing(&self) -> Timing {
        if self.stopped { Timing::Never } else { self.terms.timing }
    }

    /// Whether a person can release it from `never`. A label that was made under `never` has no other timing to go by.
    pub(crate) fn is_releasable(&self) -> bool {
        self.stopped && self.terms.timing != Timing::Never
    }

    /// When it was made, and at the latest when we heard of it.
    pub(crate) fn made_at(&self) -> Moment {
        if guarded(Guard::WaitFromLabel) {
            self.labeled_at.min(self.received_at)
        } else {
            self.received_at
        }
    }
}

/// A line of the order that is in the parcel.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Item {
    /// The channel's own id of the line.
    #[serde(rename = "id")]
    #[expect(clippy::struct_field_names, reason = "the contract's name")]
    pub item_id: ItemId,
    /// The seller's article number.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sku: Option<Text>,
    /// How many pieces of it.
    #[serde(rename = "n")]
    pub quantity: u32,
    /// Whether each piece needs an IMEI.
    #[serde(rename = "imei", skip_serializing_if = "std::ops::Not::not", default)]
    pub requires_imei: bool,
}

/// The settings that a label is under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// When its confirmation is due.
    #[serde(rename = "t", with = "timing_code")]
    pub timing: Timing,
    /// The settings for IMEIs, at channels that take them.
    #[serde(rename = "i", skip_serializing_if = "Option::is_none", default)]
    pub imei: Option<ImeiTerms>,
}

/// The settings for IMEIs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImeiTerms {
    /// What to do when IMEIs are missing.
    #[serde(rename = "m")]
    pub missing: MissingImei,
    /// How long after the label to wait for them. Unit: seconds.
    #[serde(rename = "s")]
    pub window_s: u32,
}

impl ImeiTerms {
    pub(crate) fn window(self) -> SignedDuration {
        SignedDuration::from_secs(i64::from(self.window_s))
    }
}

/// Timings as stored: a fifth of the length of their names.
mod timing_code {
    use crate::Timing;
    use serde::{Deserialize, Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature serde asks for")]
    pub(super) fn serialize<S: Serializer>(timing: &Timing, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(match timing {
            Timing::WhenTrackingShowsMovement => "moves",
            Timing::WhenTrackingIsAssigned => "label",
            Timing::Never => "never",
        })
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timing, D::Error> {
        match String::deserialize(from)?.as_str() {
            "moves" => Ok(Timing::WhenTrackingShowsMovement),
            "label" => Ok(Timing::WhenTrackingIsAssigned),
            "never" => Ok(Timing::Never),
            other => Err(serde::de::Error::unknown_variant(other, &["moves", "label", "never"])),
        }
    }
}
