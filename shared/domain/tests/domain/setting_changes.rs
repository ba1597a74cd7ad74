//! What of a partner's settings a channel has: what is refused by name, and what stays (rules S2, S8, S9, S11).

use crate::build::at;
use domain::{
    ChangedBy, Channel, ChannelSettings, ClosedDays, Deadline, DeadlineAction, OrAfterChange,
    OrAfterHours, Partner, PartnerRegistration, SettingsChange, SlaDays, Text,
};
use jiff::civil::Date;
use rstest::rstest;
use serde_json::Map;

fn partner(channel: Channel) -> Partner {
    let registration = PartnerRegistration {
        seller: "acme".parse().unwrap(),
        id: "shop".parse().unwrap(),
        name: Text::cut("Shop"),
        settings: ChannelSettings::new(channel, Map::new()),
    };
    Partner::new(registration, ChangedBy { person: Text::cut("ann"), at: at(0) })
}

fn changed(channel: Channel, change: SettingsChange) -> Result<Partner, String> {
    let partner = partner(channel).changed(change, Text::cut("ann"), at(60));
    partner.map_err(|fault| fault.to_string())
}

fn sends() -> SettingsChange {
    let deadline = Deadline::new(4, DeadlineAction::Send).unwrap();
    SettingsChange { deadline: Some(deadline), ..SettingsChange::NONE }
}

fn after(hours: u64) -> SettingsChange {
    let or_after = OrAfterChange::To(OrAfterHours::new(hours).unwrap());
    SettingsChange { or_after: Some(or_after), ..SettingsChange::NONE }
}

fn day(day: &str) -> Date {
    day.parse().unwrap()
}

#[test]
fn s2_and_s11_are_refused_where_nothing_goes_before_the_parcel_moves() {
    for channel in Channel::ALL {
        let is_refused = matches!(channel, Channel::Groupon | Channel::UntilGone);
        let (sends, after) = (changed(channel, sends()), changed(channel, after(24)));
        assert_eq!((sends.is_err(), after.is_err()), (is_refused, is_refused), "{channel}");
        if let (Err(sends), Err(after)) = (sends, after) {
            let none = format!("{channel} has no confirmations that go before the parcel moves");
            assert_eq!(sends, format!("deadline.action: {none}; allowed: warn, off"));
            assert_eq!(after, format!("or_after_hours: {none}; allowed: off"));
        }
    }
}

#[test]
fn s11_off_is_possible_everywhere() {
    let off = SettingsChange { or_after: Some(OrAfterChange::Off), ..SettingsChange::NONE };
    for channel in Channel::ALL {
        assert_eq!(changed(channel, off.clone()).unwrap().or_after, None);
    }
    let set = changed(Channel::Ebay, after(24)).unwrap();
    assert_eq!(set.changed(off, Text::cut("bob"), at(120)).unwrap().or_after, None);
}

#[test]
fn s8_only_what_is_verified_can_be_told_not_to_be() {
    let off = SettingsChange { verify: Some(false), ..SettingsChange::NONE };
    for channel in Channel::ALL {
        let changed = changed(channel, off.clone());
        assert_eq!(changed.is_ok(), channel == Channel::Amazon, "{channel}");
        assert!(partner(channel).verify, "it is on where nothing was set");
    }
    assert!(!changed(Channel::Amazon, off).unwrap().now().verifies);
}

#[test]
fn s9_only_a_channel_without_a_ship_by_has_business_days() {
    let sla = SettingsChange { sla_days: Some(SlaDays::new(2).unwrap()), ..SettingsChange::NONE };
    let closed = ClosedDays::new([day("2026-12-24")]).unwrap();
    let closed = SettingsChange { closed_days: Some(closed), ..SettingsChange::NONE };
    for channel in Channel::ALL {
        let has_them = channel == Channel::Groupon;
        assert_eq!(changed(channel, sla.clone()).is_ok(), has_them, "{channel}");
        assert_eq!(changed(channel, closed.clone()).is_ok(), has_them, "{channel}");
    }
    let set = changed(Channel::Groupon, sla).unwrap();
    let set = set.changed(closed, Text::cut("ann"), at(120)).unwrap();
    assert_eq!((set.sla_days.days(), set.closed_days.has(day("2026-12-24"))), (2, true));
    assert!(!set.closed_days.has(day("2026-12-25")));
}

#[rstest]
#[case::none(0, false)]
#[case::the_least(1, true)]
#[case::the_most(20, true)]
#[case::one_more(21, false)]
#[case::many(256, false)]
fn s9_an_sla_has_1_to_20_days(#[case] days: u64, #[case] fits: bool) {
    assert_eq!(SlaDays::new(days).is_ok(), fits);
}

#[rstest]
#[case::none(0, true)]
#[case::the_most(20, true)]
#[case::one_more(21, false)]
fn s9_a_partner_has_at_most_20_closed_days(#[case] count: i8, #[case] fits: bool) {
    let days = (1..=count).map(|of| Date::constant(2026, 12, of));
    // Each of them twice: a day is there once.
    assert_eq!(ClosedDays::new(days.clone().chain(days)).is_ok(), fits);
}

#[rstest]
#[case::what_was_set(sends(), true, false)]
#[case::a_wait(after(1), false, true)]
#[case::nothing(SettingsChange::NONE, false, false)]
fn s2_and_s11_are_what_a_claim_reads(
    #[case] change: SettingsChange,
    #[case] at_deadline: bool,
    #[case] after_wait: bool,
) {
    let now = changed(Channel::Amazon, change).unwrap().now();
    assert_eq!((now.sends_at_deadline, now.sends_after_wait), (at_deadline, after_wait));
}
