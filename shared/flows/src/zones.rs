//! The days that labels and updates of orders tell, in their partner's time zone.

use domain::{DateOrTime, LabelCreated, Moment, OrderUpdated, Partner, SendAfter};
use jiff::tz::TimeZone;
use std::ops::Range;

/// Each zone by its name, sorted, and where its data is. The build script makes both.
const ZONES: &[(&str, Range<usize>)] = include!(concat!(env!("OUT_DIR"), "/zones.rs"));
const DATA: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/zones.bin"));

/// The label with its days as moments of the partner's zone. Without a zone, and with one that this release does not know, they
/// stay days, which begin and end so that nothing is early.
pub(crate) fn in_zone(label: LabelCreated, partner: &Partner) -> LabelCreated {
    let Some(zone) = zone_of(partner) else { return label };
    let begins = |day: DateOrTime| DateOrTime::Time(day.begins(Some(&zone)));
    let ends = |day: DateOrTime| DateOrTime::Time(day.ends(Some(&zone)));
    LabelCreated { ships_on: label.ships_on.map(begins), ship_by: label.ship_by.map(ends), ..label }
}

/// The update with the end of its day as a moment of the partner's zone, as it is for a label.
pub(crate) fn update_in_zone(update: OrderUpdated, partner: &Partner) -> OrderUpdated {
    let Some(zone) = zone_of(partner) else { return update };
    let ends = |day: DateOrTime| DateOrTime::Time(day.ends(Some(&zone)));
    OrderUpdated { ship_by: update.ship_by.map(ends), ..update }
}

/// The ship-by that is reckoned for a label that tells when its order was placed, at a channel that tells none (rule S9).
pub(crate) fn reckoned(label: &LabelCreated, partner: &Partner) -> Option<Moment> {
    let calendar = channels::calendar(partner.settings.channel())?;
    let zone = zone(calendar.zone, partner)?;
    let ordered = zone.to_datetime(label.ordered_at?.timestamp());
    let due = calendar.due(ordered, partner.sla_days, &partner.closed_days)?;
    zone.to_ambiguous_timestamp(due).compatible().ok().map(Moment::from)
}

/// Whether the update tells a day, which is one of its partner's zone.
pub(crate) const fn tells_day(update: &OrderUpdated) -> bool {
    matches!(update.ship_by, Some(DateOrTime::Date(_)))
}

/// The moment that a label which is first handled now is sent after (rule S10).
pub(crate) fn sent_after(after: SendAfter, partner: &Partner, now: Moment) -> Moment {
    let zone = if after.needs_zone() { zone_of(partner) } else { None };
    after.first_after(now, zone.as_ref())
}

fn zone_of(partner: &Partner) -> Option<TimeZone> {
    zone(partner.time_zone.as_ref()?.as_str(), partner)
}

fn zone(name: &str, partner: &Partner) -> Option<TimeZone> {
    let zone = zone_named(name);
    if zone.is_none() {
        tracing::error!(seller = %partner.seller, partner = %partner.id, name, "the time zone of a partner's days is not known");
    }
    zone
}

/// A zone by its name, as the IANA time zone database writes it: what its clocks do from 2026 on.
pub fn zone_named(name: &str) -> Option<TimeZone> {
    let place = ZONES.binary_search_by_key(&name, |(name, _)| name).ok()?;
    let (name, data) = ZONES.get(place)?;
    TimeZone::tzif(name, DATA.get(data.clone())?).ok()
}
