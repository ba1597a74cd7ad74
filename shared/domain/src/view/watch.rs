//! What is watched of a package, for people: its ship-by with where that is from, and a buyer's wish to cancel with who refused it.
//! How much time is left is reckoned where it is shown: a view has no clock.

use super::package::person_view;
use crate::step::{ship_by, watched};
use crate::{Order, Package, Stage, Telling};
use serde_json::{Value, json};

/// The ship-by of a package, and where it is from (rule S1).
pub(super) fn ship_by_view(order: &Order, package: &Package) -> Value {
    let Some(by) = ship_by(order, package) else { return Value::Null };
    let of_label = watched(package).map(|label| &label.telling);
    let of_label = of_label.filter(|telling| telling.ship_by == Some(by));
    let of_order = order.ship_by.filter(|told| told.by == by);
    let label_at = of_label.map(Telling::place);
    let (source, told_at) = match (label_at, of_order.map(|told| told.at)) {
        (label_at, Some(order_at)) if label_at.is_none_or(|at| at < order_at) => {
            ("order_updated", Some(order_at))
        }
        (label_at, _) => ("label", label_at),
    };
    json!({ "by": by.to_string(), "source": source, "told_at": told_at.map(|at| at.to_string()) })
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
