//! A partner's own pairs of words and codes (rule K2), and the carriers that its labels name and its channel does not list
//! (rule K3). Both are items of their own, so that the partner's item, which each paced request writes, stays small.

use crate::{Moment, PartnerId, SellerId, Text};
use serde::{Deserialize, Serialize};

/// The most pairs of a partner.
pub const CARRIER_PAIRS_MAX: usize = 200;

/// The most labels that are counted of a carrier that is not listed.
pub const UNLISTED_LABELS_MAX: usize = 250;

/// The words of a label, and the channel's code for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarrierPair {
    /// The carrier, as labels name it. Words are compared by their letters and digits.
    #[serde(rename = "c")]
    pub carrier: Text,
    /// The service. `None` where the pair is for every service of the carrier.
    #[serde(rename = "s", skip_serializing_if = "Option::is_none", default)]
    pub service: Option<Text>,
    /// The channel's code.
    #[serde(rename = "is")]
    pub code: Text,
}

/// All pairs of a partner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarrierPairs {
    /// Counts the changes. 0 while there never were any pairs.
    pub version: u64,
    /// The pairs, at most [`CARRIER_PAIRS_MAX`].
    pub pairs: Vec<CarrierPair>,
    /// When a person changed them last, and who. `None` while there never were any.
    pub changed: Option<PairsChange>,
}

/// A change of a partner's pairs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PairsChange {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: Text,
}

impl CarrierPairs {
    /// These pairs in place of those before.
    #[must_use]
    pub fn changed(self, pairs: Vec<CarrierPair>, change: PairsChange) -> Self {
        Self { version: self.version.saturating_add(1), pairs, changed: Some(change) }
    }
}

/// What names a carrier among those that a partner's channel does not list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnlistedKey {
    /// The tenant.
    pub seller: SellerId,
    /// The partner.
    pub partner: PartnerId,
    /// The carrier's words in the form in which words are compared.
    pub form: Text,
}

/// A carrier that a partner's labels name and its channel does not list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlistedCarrier {
    /// What names it.
    pub key: UnlistedKey,
    /// The carrier, in the words of its first label.
    pub carrier: Text,
    /// How many labels named it, at most [`UNLISTED_LABELS_MAX`].
    pub labels: usize,
    /// Since when a person is to look at it. `None` once one has put it aside.
    pub since: Option<Moment>,
}

/// One label that names a carrier which is not listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnlistedLabel {
    /// The carrier.
    pub key: UnlistedKey,
    /// The carrier, in the label's words.
    pub carrier: Text,
    /// What tells the label from others, so that a redelivered event is not counted again.
    pub label: String,
    /// When it came.
    pub at: Moment,
}

/// Why a carrier needs no person any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnlistedEnd {
    /// There is a pair for it. Labels that no pair is for count anew.
    Paired,
    /// A person has put it aside, for good.
    PutAside(PairsChange),
}
