//! What a person should know of a label's number and carrier before it is sent. A hint changes nothing by itself: a carrier may
//! have numbers of a form that we do not know, and a channel may list a carrier that we do not (rules N6 and K3).

use channels::carriers::{Found, NumberHint, Standing, Words, look_up, number_hint};
use channels::{Marketplace, Visitor, visit};
use domain::{Channel, Package, Telling, Text};
use serde_json::{Value, json};

/// The hints for a package, by its current label. There is none for a label that was voided.
pub(super) fn hints(channel: Channel, package: &Package) -> Vec<Value> {
    let label = package.label.as_ref().filter(|label| !package.voided.contains(&label.id));
    let Some(label) = label else { return Vec::new() };
    let words = words_of(&label.telling);
    let carrier = match look_up(&words) {
        Found::Carrier { carrier, .. } => Some(carrier),
        Found::Unlisted(_) => None,
    };
    let of_number = number_hint(carrier, words.number).map(|hint| match hint {
        NumberHint::CheckDigitWrong(form) => {
            let says =
                format!("The number has the form {}, and its check digit is wrong.", form.name);
            json!({ "hint": "check_digit_wrong", "says": says })
        }
        NumberHint::OfAnother(found) => {
            let owner = found.owner().map(|owner| format!(" of {}", owner.shown()));
            let (form, owner) = (found.form.name, owner.unwrap_or_default());
            let says = format!(
                "The number has the form {form}{owner}, and none that {} has.",
                words.carrier
            );
            json!({ "hint": "number_of_another_carrier", "says": says })
        }
    });
    let of_carrier = visit(channel, AtChannel { words });
    of_number.into_iter().chain(of_carrier).collect()
}

fn words_of(telling: &Telling) -> Words<'_> {
    Words {
        carrier: telling.carrier.as_str(),
        service: telling.service.as_ref().map(Text::as_str).unwrap_or_default(),
        number: telling.tracking.as_str(),
    }
}

/// How a label's carrier stands at a channel.
struct AtChannel<'a> {
    words: Words<'a>,
}

impl Visitor for AtChannel<'_> {
    type Output = Option<Value>;

    fn visit<M: Marketplace>(self) -> Option<Value> {
        let (channel, carrier) = (M::CHANNEL.shown(), self.words.carrier);
        let says = match M::told_carrier(&self.words) {
            Ok(told) => match told.standing {
                Standing::Listed | Standing::NoList => return None,
                Standing::Unlisted => {
                    format!(
                        "{channel} does not list the carrier {carrier}, and is told `{}`.",
                        told.carrier
                    )
                }
            },
            Err(_) => format!(
                "{channel} does not list the carrier {carrier}, and takes no other: the confirmation would be refused."
            ),
        };
        Some(json!({ "hint": "carrier_not_listed", "says": says }))
    }
}
