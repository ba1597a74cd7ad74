//! Where an order stands beside its shipments: what a marketplace says of it when it is read.

use serde::{Deserialize, Serialize};

/// By when an order is to ship, and whether it is wanted any more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Standing {
    /// By when the order is to ship, as the marketplace writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ship_by: Option<String>,
    /// Whether the buyer asks to cancel it.
    #[serde(skip_serializing_if = "is_not")]
    pub is_wished: bool,
    /// Whether it was cancelled. It can then not be shipped any more.
    #[serde(skip_serializing_if = "is_not")]
    pub is_cancelled: bool,
}

impl Standing {
    /// An order that is to ship by then.
    pub fn due(ship_by: impl Into<String>) -> Self {
        Self { ship_by: Some(ship_by.into()), ..Self::default() }
    }

    /// An order whose buyer asks to cancel it.
    pub fn wished() -> Self {
        Self { is_wished: true, ..Self::default() }
    }

    /// An order that was cancelled.
    pub fn cancelled() -> Self {
        Self { is_cancelled: true, ..Self::default() }
    }

    /// Refuses a wish, where the marketplace has none.
    pub(crate) fn without_wish(&self) -> Result<(), String> {
        if self.is_wished {
            Err("is_wished: this marketplace tells no wish".to_owned())
        } else {
            Ok(())
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
const fn is_not(value: &bool) -> bool {
    !*value
}

/// Why an order is not there to be changed.
pub(crate) fn unknown(order: &str) -> String {
    format!("order {order} is not known; add it first")
}
