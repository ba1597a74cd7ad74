//! What is watched of a package, for people: its ship-by with where that is from, and a buyer's wish to cancel with who refused it.
//! How much time is left is reckoned where it is shown: a view has no clock.

use super::package::person_view;
use crate::step::{ShipBySource, known_ship_by};
use crate::{Order, Package, Stage};
use serde_json::{Value, json};

/// The ship-by of a package, and where it is from (rule S1).
pub(super) fn ship_by_view(order: &Order, package: &Package) -> Value {
    let Some((known, source)) = known_ship_by(order, package) else { return Value::Null };
    let source = match source {
        ShipBySource::Channel => "channel",
        ShipBySource::OrderUpdated => "order_updated",
        ShipBySource::Label => "label",
        ShipBySource::Reckoned => "reckoned",
    };
    json!({ "by": known.by.to_string(), "source": source, "told_at": known.at.to_string() })
}

/// Whether a confirmation was claimed after its ship-by (rule S3).
pub(super) fn is_confirmed_late(package: &Package) -> bool {
    let is_confirmed = matches!(package.state.stage(), Some(Stage::Confirmed { .. }));
    is_confirmed && package.lock().is_some_and(|lock| lock.is_late)
}

/// Whether the buyer wishes to cancel, and as of when that was told (rule S5).
pub(super) fn wish_view(order: &Order) -> Value {
    order.wish.map_or(
        Value::Null,
        |wish| json!({ "is_wished": wish.is_wished, "told_at": wish.at.to_string() }),
    )
}

/// The wish that a person refused for the package: as of when it was told, who refused it, when and why.
pub(super) fn refused_wish_view(package: &Package) -> Value {
    package.refused_wish.as_ref().map_or(Value::Null, |refused| {
        json!({ "told_at": refused.told_at.to_string(), "refused": person_view(&refused.person) })
    })
}
