//! What a person should know of a label's number and carrier before it is sent. A hint changes nothing by itself: a carrier may
//! have numbers of a form that we do not know, and a channel may list a carrier that we do not (rules N6 and K3).
//!
//! The words of a label were looked up when it came, and the carrier that they led to is kept with it. The names of all carriers,
//! and the codes that each channel has for them, are too large for this function.

use channels::carriers::{Carrier, NumberHint, number_hint};
use channels::{Marketplace, Visitor, visit};
use domain::{Channel, Package};
use serde_json::{Value, json};

/// The hints for a package, by its current label. There is none for a label that was voided.
pub(super) fn hints(channel: Channel, package: &Package) -> Vec<Value> {
    let label = package.label.as_ref().filter(|label| !package.voided.contains(&label.id));
    let Some(telling) = label.map(|label| &label.telling) else { return Vec::new() };
    let registered = telling.registered.as_ref();
    let carrier = registered.and_then(|key| Carrier::all().find(|one| one.key() == key.as_str()));
    let of_number = number_hint(carrier, telling.tracking.as_str()).map(|hint| match hint {
        NumberHint::CheckDigitWrong(form) => {
            let says =
                format!("The number has the form {}, and its check digit is wrong.", form.name);
            json!({ "hint": "check_digit_wrong", "says": says })
        }
        NumberHint::OfAnother(found) => {
            let (form, carrier) = (found.form.name, &telling.carrier);
            let says = format!("The number has the form {form}, and none that {carrier} has.");
            json!({ "hint": "number_of_another_carrier", "says": says })
        }
    });
    let is_unlisted = registered.is_none() && visit(channel, HasList);
    let of_carrier = is_unlisted.then(|| {
        let (channel, carrier) = (channel.shown(), &telling.carrier);
        let says = format!("{channel} lists no carrier {carrier}, as far as we know.");
        json!({ "hint": "carrier_not_listed", "says": says })
    });
    of_number.into_iter().chain(of_carrier).collect()
}

/// Asks whether a channel lists carriers.
struct HasList;

impl Visitor for HasList {
    type Output = bool;

    fn visit<M: Marketplace>(self) -> bool {
        M::CARRIERS.is_some()
    }
}
