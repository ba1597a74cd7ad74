//! Rules T1 to T3, and I4's default.

use crate::build::{at, text};
use domain::{
    ChangedBy, Channel, ChannelSettings, HoursOff, MissingImei, Partner, PartnerEdit,
    PartnerRegistration, SettingsChange, Timing,
};
use rstest::rstest;
use serde_json::{Value, json};

fn settings(channel: Channel, fields: Value) -> ChannelSettings {
    let Value::Object(fields) = fields else { panic!("fields are an object") };
    ChannelSettings::new(channel, fields)
}

fn amazon() -> ChannelSettings {
    settings(Channel::Amazon, json!({ "region": "na", "marketplace_id": "ATVPDKIKX0DER" }))
}

fn back_market() -> ChannelSettings {
    let fields = json!({ "host": "www.backmarket.com", "language": "en-us", "company": "Acme",
        "integration": "Shipconfirm", "contact": "ops@acme.example" });
    settings(Channel::BackMarket, fields)
}

fn by(person: &str, seconds: i64) -> ChangedBy {
    ChangedBy { person: text(person), at: at(seconds) }
}

fn partner(settings: ChannelSettings) -> Partner {
    let (seller, id) = ("acme".parse().unwrap(), "shop".parse().unwrap());
    let registration = PartnerRegistration { seller, id, name: text("Shop"), settings };
    Partner::new(registration, by("ann", 0))
}

pub(crate) fn amazon_partner() -> Partner {
    partner(amazon())
}

pub(crate) fn partner_at(channel: Channel) -> Partner {
    partner(settings(channel, json!({})))
}

fn to(timing: Timing) -> SettingsChange {
    SettingsChange { timing: Some(timing), ..SettingsChange::NONE }
}

#[rstest]
#[case::t1_new_partner_starts_with_movement(amazon())]
#[case::t1_also_at_back_market(back_market())]
fn starts(#[case] settings: ChannelSettings) {
    let new = partner(settings);
    assert_eq!(new.timing, Timing::WhenTrackingShowsMovement);
    assert_eq!(new.missing_imei, MissingImei::SendWithout);
    assert_eq!((new.version, new.timing_now().never_until), (1, None));
}

#[rstest]
#[case::t2_amazon_has_never(Channel::Amazon, true)]
#[case::t2_ebay_has_not(Channel::Ebay, false)]
#[case::t2_wish_has_not(Channel::Wish, false)]
#[case::t2_back_market_has_not(Channel::BackMarket, false)]
#[case::t2_groupon_has_not(Channel::Groupon, false)]
#[case::t2_until_gone_has_not(Channel::UntilGone, false)]
fn offers_never(#[case] channel: Channel, #[case] expected: bool) {
    assert_eq!(channel.timings().contains(&Timing::Never), expected);
    assert!(channel.timings().contains(&Timing::WhenTrackingIsAssigned));
    assert!(channel.timings().contains(&Timing::WhenTrackingShowsMovement));
}

#[rstest]
fn t2_a_refusal_names_the_channel_and_its_options() {
    let refusal = partner(back_market()).changed(to(Timing::Never), text("ann"), at(1));
    insta::assert_snapshot!(refusal.unwrap_err(), @"timing: `never` is not available for back_market; allowed: when_tracking_shows_movement, when_tracking_is_assigned");
}

#[rstest]
fn t3_a_refusal_names_every_channel() {
    let refusal = "walmart".parse::<Channel>().unwrap_err().to_string();
    let (said, listed) = refusal.split_once("; supported are ").unwrap();
    assert_eq!(said, "`walmart` is not a supported marketplace");
    assert!(listed.split(", ").eq(Channel::ALL.map(Channel::name)), "{listed}");
    assert!(listed.starts_with("amazon, ebay, wish, back_market"), "{listed}");
}

#[rstest]
fn t3_each_channel_is_known_by_its_name() {
    assert!(Channel::ALL.iter().all(|channel| channel.name().parse() == Ok(*channel)));
}

#[rstest]
#[case::amazon(Channel::Amazon, "Amazon")]
#[case::ebay(Channel::Ebay, "eBay")]
#[case::wish(Channel::Wish, "Wish")]
#[case::back_market(Channel::BackMarket, "Back Market")]
#[case::groupon(Channel::Groupon, "Groupon")]
#[case::until_gone(Channel::UntilGone, "UntilGone")]
fn a_channel_is_shown_as(#[case] channel: Channel, #[case] shown: &str) {
    assert_eq!(channel.shown(), shown);
}

#[rstest]
#[case::movement(Timing::WhenTrackingShowsMovement, "When tracking shows movement.")]
#[case::assigned(Timing::WhenTrackingIsAssigned, "When tracking is assigned.")]
#[case::never(Timing::Never, "Never")]
fn a_timing_is_shown_as(#[case] timing: Timing, #[case] shown: &str) {
    assert_eq!(timing.shown(), shown);
}

#[rstest]
fn an_edit_changes_the_name_and_the_channels_settings_and_nothing_else() {
    let eu = amazon().with("region", "eu").with("marketplace_id", "A1PA6");
    let former = partner(amazon()).changed(to(Timing::Never), text("ann"), at(1)).unwrap();
    let edit = PartnerEdit {
        name: text("Store"),
        settings: eu.clone(),
        time_zone: Some(text("Asia/Tokyo")),
        credentials: former.credentials,
    };
    let edited = former.clone().edited(edit, by("bob", 2));
    let expected = Partner {
        name: text("Store"),
        settings: eu,
        time_zone: Some(text("Asia/Tokyo")),
        version: 3,
        changed_at: at(2),
        changed_by: text("bob"),
        ..former
    };
    assert_eq!(edited, Ok(expected));
}

#[rstest]
#[case::t5_into_never(Timing::Never, None, None)]
#[case::t5_out_of_never(Timing::WhenTrackingIsAssigned, Some(Timing::Never), Some(2))]
#[case::t5_from_never_to_never(Timing::Never, Some(Timing::Never), None)]
#[case::between_others(Timing::WhenTrackingIsAssigned, None, None)]
fn never_until(#[case] last: Timing, #[case] first: Option<Timing>, #[case] until: Option<i64>) {
    let start = first.into_iter().fold(partner(amazon()), |partner, timing| {
        partner.changed(to(timing), text("ann"), at(1)).unwrap()
    });
    let version = start.version;
    let changed = start.changed(to(last), text("bob"), at(2)).unwrap();
    assert_eq!(changed.timing_now().never_until, until.map(at));
    assert_eq!((changed.timing, changed.version), (last, version + 1));
    assert_eq!((changed.changed_at, changed.changed_by), (at(2), text("bob")));
}

#[rstest]
#[case::into_hold(Some(MissingImei::Hold), MissingImei::Hold)]
#[case::left_as_it_is(None, MissingImei::SendWithout)]
fn i4_missing_imei(#[case] missing_imei: Option<MissingImei>, #[case] expected: MissingImei) {
    let change = SettingsChange { missing_imei, ..SettingsChange::NONE };
    let changed = partner(back_market()).changed(change, text("ann"), at(1)).unwrap();
    assert_eq!(changed.missing_imei, expected);
}

#[rstest]
#[case::timing("sometimes".parse::<Timing>().unwrap_err().to_string(), "timing: `sometimes` is not one of its values; allowed: when_tracking_shows_movement, when_tracking_is_assigned, never")]
#[case::missing_imei("ask".parse::<MissingImei>().unwrap_err().to_string(), "missing_imei: `ask` is not one of its values; allowed: send_without, hold")]
fn refuses_unknown(#[case] refusal: String, #[case] expected: &str) {
    assert_eq!(refusal, expected);
}

#[rstest]
fn every_timing_and_policy_is_known_by_its_name() {
    assert!(Timing::ALL.iter().all(|timing| timing.name().parse() == Ok(*timing)));
    assert!(MissingImei::ALL.iter().all(|policy| policy.name().parse() == Ok(*policy)));
}

#[rstest]
#[case::of_the_seller("America/Chicago", Ok("America/Chicago"))]
#[case::with_three_parts("America/Argentina/Buenos_Aires", Ok("America/Argentina/Buenos_Aires"))]
#[case::utc("UTC", Ok("UTC"))]
#[case::a_former_name("US/Pacific", Ok("US/Pacific"))]
#[case::an_offset("Etc/GMT+5", Ok("Etc/GMT+5"))]
#[case::another_case("europe/berlin", Err("Europe/Berlin"))]
#[case::german(
    "Europa/Berlin",
    Err("a name of the IANA time zone database, such as America/Chicago")
)]
#[case::an_abbreviation(
    "CEST",
    Err("a name of the IANA time zone database, such as America/Chicago")
)]
#[case::digits("+02:00", Err("a name of the IANA time zone database, such as America/Chicago"))]
#[case::a_blank(
    "America/New York",
    Err("a name of the IANA time zone database, such as America/Chicago")
)]
#[case::empty("", Err("a name of the IANA time zone database, such as America/Chicago"))]
#[case::two_lines(
    "UTC\nUTC",
    Err("a name of the IANA time zone database, such as America/Chicago")
)]
fn a_time_zone_is_known_by_its_name(#[case] given: &str, #[case] expected: Result<&str, &str>) {
    match (domain::zone_name(given), expected) {
        (Ok(name), expected) => assert_eq!(Ok(name.as_str()), expected),
        (Err(fault), Err(right)) => {
            assert_eq!(
                (fault.field.as_str(), fault.allowed),
                ("time_zone", vec![right.to_owned()])
            );
        }
        (Err(fault), Ok(_)) => panic!("{fault}"),
    }
}

const fn off(labels: u8, hours: i8) -> HoursOff {
    HoursOff { hours, labels }
}

/// Rule L10: a local time that is marked as UTC is a whole number of hours off, each time by the same.
#[rstest]
#[case::as_it_is_made(None, 20, None)]
#[case::nearly_an_hour(None, 3_500, None)]
#[case::an_hour_late(None, 3_620, Some(off(1, 1)))]
#[case::an_hour_ahead(None, -3_590, Some(off(1, -1)))]
#[case::a_little_before_the_hour(None, 3_545, Some(off(1, 1)))]
#[case::a_few_minutes_after_it(None, 3_600 + 180, Some(off(1, 1)))]
#[case::too_long_after_it(None, 3_600 + 181, None)]
#[case::half_an_hour_beside(None, 5 * 3_600 + 1_800, None)]
#[case::fourteen(None, -14 * 3_600 + 5, Some(off(1, -14)))]
#[case::fifteen(None, 15 * 3_600 + 5, None)]
#[case::one_more(Some(off(3, -8)), -8 * 3_600 + 2, Some(off(4, -8)))]
#[case::the_tenth(Some(off(9, -8)), -8 * 3_600 + 2, Some(off(10, -8)))]
#[case::more_than_ten(Some(off(10, -8)), -8 * 3_600 + 2, Some(off(10, -8)))]
#[case::by_another_hour(Some(off(9, -8)), -7 * 3_600 + 2, Some(off(1, -7)))]
#[case::a_usual_one_between(Some(off(9, -8)), 4, None)]
fn l10_labels_that_are_whole_hours_off_are_counted(
    #[case] before: Option<HoursOff>,
    #[case] received_after: i64,
    #[case] expected: Option<HoursOff>,
) {
    assert_eq!(HoursOff::after(before, at(0), at(received_after)), expected);
}
