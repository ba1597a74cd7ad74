//! The partners: many of each kind, so that no account exceeds its marketplace's rate.

use crate::Error;
use crate::events::SELLER;
use serde_dynamo::{Item, to_item};
use serde_json::{Value, json};
use std::fmt::Display;

/// Number of partners of each kind.
pub(crate) const PARTNERS_OF_KIND: usize = 100;

/// The id of Amazon's marketplace in the United States. Source: the vendor's sandbox order.
const MARKETPLACE: &str = "ATVPDKIKX0DER";

/// What a partner sells at, and when it confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Amazon; sends at the first movement.
    Movement,
    /// Amazon; sends as soon as the label is made.
    Assigned,
    /// Back Market; sends as soon as the label is made, but phones wait for their IMEIs.
    Phones,
}

/// Every partner, as kind and number.
pub(crate) fn all() -> impl Iterator<Item = (Kind, usize)> {
    let kinds = [Kind::Movement, Kind::Assigned, Kind::Phones];
    kinds.into_iter().flat_map(|kind| (0..PARTNERS_OF_KIND).map(move |number| (kind, number)))
}

impl Kind {
    pub(crate) fn channel(self) -> &'static str {
        match self {
            Self::Movement | Self::Assigned => "amazon",
            Self::Phones => "back_market",
        }
    }

    pub(crate) fn id(self, number: usize) -> String {
        let name = match self {
            Self::Movement => "amazon-us",
            Self::Assigned => "amazon-labels",
            Self::Phones => "back-market",
        };
        format!("{name}-{number:02}")
    }

    /// The partner's item, as the API writes it. Nothing is watched or verified, as with the peers: both have lines of their own in
    /// `tests/acceptance/costs.rs`.
    pub(crate) fn item(self, number: usize) -> Result<Value, Error> {
        let settings = match self {
            Self::Movement | Self::Assigned => {
                json!({ "channel": "amazon", "region": "na", "marketplace_id": MARKETPLACE })
            }
            Self::Phones => {
                json!({ "channel": "back_market", "host": "www.backmarket.com", "language": "en-us",
                "company": "Acme", "integration": "Shipconfirm", "contact": "it@acme.example" })
            }
        };
        let timing = match self {
            Self::Movement => "when_tracking_shows_movement",
            Self::Assigned | Self::Phones => "when_tracking_is_assigned",
        };
        let id = self.id(number);
        let partner = json!({ "pk": format!("S#{SELLER}"), "sk": format!("PARTNER#{id}"), "format": 1,
            "v": 1, "name": id, "settings": settings, "timing": timing,
            "missing_imei": "send_without", "deadline": { "a": "off" }, "silent": 0, "unverified": true, "changed_at": 1_795_446_000_000_i64, "changed_by": "ann" });
        let refused = |why: &dyn Display| Error::Function(format!("the partner {id}: {why}"));
        let item: Item = to_item(partner).map_err(|error| refused(&error))?;
        serde_json::to_value(item).map_err(|error| refused(&error))
    }
}
