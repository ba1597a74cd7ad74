//! What a person should know of a label's number and carrier before it is sent. A hint changes nothing by itself: a carrier may
//! have numbers of a form that we do not know, and a channel may list a carrier that we do not (rules N6 and K3).
//!
//! The words of a label were looked up when it came, and the carrier that they led to is kept with it. The names of all carriers,
//! and the codes that each channel has for them, are too large for this function; whether a channel lists a carrier is not.

use channels::carriers::{
    Carrier, CarrierList, NumberHint, OtherCarriers, Words, number_hint, own_code,
};
use channels::{Marketplace, Visitor, visit};
use domain::{CarrierPair, Channel, Package, Telling, Text};
use serde_json::{Value, json};

/// The hints for a package, by its current label. There is none for a label that was voided.
pub(super) fn hints(channel: Channel, pairs: &[CarrierPair], package: &Package) -> Vec<Value> {
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
    let list = visit(channel, ListOf).filter(|_| package.lock().is_none());
    let unlisted = list.filter(|list| !carrier.is_some_and(|carrier| list.listed.has(carrier)));
    let of_carrier = match own_code_for(pairs, package, telling) {
        Some(code) => {
            let says = format!("By a pair of your own {} is told {code}.", channel.shown());
            Some(json!({ "hint": "own_carrier_code", "says": says }))
        }
        None => unlisted.map(|list| {
            let (channel, carrier) = (channel.shown(), &telling.carrier);
            let becomes = match list.others {
                OtherCarriers::WithName(word) => {
                    format!("It is told {word}, with the carrier's name.")
                }
                OtherCarriers::Word(word) => format!("It is told {word}."),
                OtherCarriers::Refused => {
                    "It takes no others, so the confirmation is refused before it is sent."
                        .to_owned()
                }
            };
            let says =
                format!("{channel} lists no carrier {carrier}, as far as we know. {becomes}");
            json!({ "hint": "carrier_not_listed", "says": says })
        }),
    };
    of_number.into_iter().chain(of_carrier).collect()
}

/// The code by a pair of the partner's own: the one that was claimed, or else the one that would be now (rule K2).
fn own_code_for<'a>(
    pairs: &'a [CarrierPair],
    package: &'a Package,
    telling: &Telling,
) -> Option<&'a Text> {
    if let Some(lock) = package.lock() {
        return lock.seal.as_ref()?.carrier_code.as_ref();
    }
    let words = Words {
        carrier: telling.carrier.as_str(),
        service: telling.service.as_ref().map(Text::as_str).unwrap_or_default(),
        number: telling.tracking.as_str(),
    };
    own_code(pairs, &words)
}

/// Asks which carriers a channel lists, if it lists any.
struct ListOf;

impl Visitor for ListOf {
    type Output = Option<CarrierList>;

    fn visit<M: Marketplace>(self) -> Self::Output {
        M::CARRIER_LIST
    }
}
