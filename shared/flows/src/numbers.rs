//! What a label's and a scan's number stands for: the number in a barcode (rule N3), and the carrier that a label's words
//! lead to (rule K1).

use channels::carriers::{Carrier, Found, Words, look_up};
use domain::guard::{Guard, guarded};
use domain::{Barcode, LabelCreated, NumberKey, Text, TrackingNumber, barcode_readings, gather};
use std::collections::BTreeSet;

/// The label with the number that its barcode holds, and the carrier that its words lead to.
///
/// Where a barcode can be read in two ways it stays as it is, and the parcel is known by both numbers, too.
pub(crate) fn read_label(label: LabelCreated) -> LabelCreated {
    let carrier = carrier_of(&label);
    let is_fedex = carrier.is_some_and(|carrier| carrier.key().starts_with("fedex"));
    let key = label.tracking_number.key();
    let own = readings(&key, |barcode| barcode == Barcode::Usps || is_fedex);
    let registered = carrier.map(|carrier| Text::cut(carrier.key()));
    let is_usps = |barcode| barcode == Barcode::Usps;
    let further: Vec<NumberKey> = label
        .also_known_as
        .iter()
        .flat_map(|key| readings(key, is_usps))
        .map(|number| number.key())
        .collect();
    let mut label = LabelCreated { registered, ..label };
    label.also_known_as.extend(further);
    let mut only = own.iter();
    match (only.next(), only.next()) {
        (Some(number), None) => label.tracking_number = number.clone(),
        _ if !guarded(Guard::BothReadingsCount) => {}
        _ => label.also_known_as.extend(own.iter().map(TrackingNumber::key)),
    }
    label
}

/// Every number that a scan may be of. A scan does not know its label, so what may be a barcode of `FedEx` is the whole of it
/// as well.
pub(crate) fn keys_of_scan(number: &TrackingNumber) -> BTreeSet<NumberKey> {
    let key = number.key();
    let usps = readings(&key, |barcode| barcode == Barcode::Usps);
    let all = readings(&key, |_| true);
    let keys: BTreeSet<NumberKey> = gather(all.iter().map(TrackingNumber::key));
    if usps.len() == 1 && all.len() == 1 {
        return keys;
    }
    gather(keys.into_iter().chain([key]))
}

fn readings(key: &NumberKey, is_read: impl Fn(Barcode) -> bool) -> BTreeSet<TrackingNumber> {
    let readings = barcode_readings(key.as_str()).filter(|reading| is_read(reading.barcode));
    gather(readings.filter_map(|reading| reading.number.parse::<TrackingNumber>().ok()))
}

fn carrier_of(label: &LabelCreated) -> Option<Carrier> {
    let words = Words {
        carrier: label.carrier.as_str(),
        service: label.service.as_ref().map(Text::as_str).unwrap_or_default(),
        number: label.tracking_number.as_str(),
    };
    match look_up(&words) {
        Found::Carrier { carrier, .. } => Some(carrier),
        Found::Unlisted(_) => None,
    }
}
