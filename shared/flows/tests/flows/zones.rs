//! The days that labels and updates tell are read in their partner's time zone (rule L10), and labels whose times are whole hours
//! off are counted.

use domain::{Channel, ClosedDays, HoursOff, Partner, SlaDays};
use rstest::rstest;
use serde_json::Value;
use testkit::fixtures::*;
use testkit::{
    AMAZON_ORDER, Deployment, Port, amazon, at, key, label, partner_of, seller, text, under, update,
};

fn in_zone(zone: Option<&str>) -> Deployment {
    let deployment = deployment_under(ASSIGNED);
    let partner = Partner { time_zone: zone.map(text), ..under(ASSIGNED, amazon()) };
    deployment.memory.register(&partner);
    deployment
}

async fn label_of(deployment: &mut Deployment, field: &str, day: &str) -> Value {
    deployment.put_event(&amazon_label().with(field, day));
    deployment.run_for(minutes(1)).await;
    let stored = deployment.memory.stored(&amazon_key()).expect("it is there");
    domain::order_view(&stored.order, stored.version.0)
}

/// The day is 25 November 2026, a winter's day, and one in summer for the change of clocks.
#[rstest]
#[case::none(None, "2026-11-25", "2026-11-25T12:00:00Z")]
#[case::chicago(Some("America/Chicago"), "2026-11-25", "2026-11-25T06:00:00Z")]
#[case::berlin(Some("Europe/Berlin"), "2026-11-25", "2026-11-24T23:00:00Z")]
#[case::tokyo(Some("Asia/Tokyo"), "2026-11-25", "2026-11-24T15:00:00Z")]
#[case::by_half_an_hour(Some("Asia/Kolkata"), "2026-11-25", "2026-11-24T18:30:00Z")]
#[case::the_first(Some("Pacific/Kiritimati"), "2026-11-25", "2026-11-24T10:00:00Z")]
#[case::a_former_name(Some("US/Pacific"), "2026-11-25", "2026-11-25T08:00:00Z")]
#[case::a_zone_that_is_gone(Some("Mars/Olympus"), "2026-11-25", "2026-11-25T12:00:00Z")]
#[case::a_time_has_its_own(Some("Asia/Tokyo"), "2026-11-25T09:30:00-06:00", "2026-11-25T15:30:00Z")]
#[tokio::test(start_paused = true)]
async fn a_day_to_go_begins_in_the_partners_zone(
    #[case] zone: Option<&str>,
    #[case] day: &str,
    #[case] begins: &str,
) {
    let mut deployment = in_zone(zone);
    let view = label_of(&mut deployment, "ships_on", day).await;
    assert_eq!(view["packages"][0]["label"]["ships_on"], begins, "{view:#}");
}

#[rstest]
#[case::none(None, "2026-11-25T09:59:59.999Z")]
#[case::chicago(Some("America/Chicago"), "2026-11-26T05:59:59.999Z")]
#[case::tokyo(Some("Asia/Tokyo"), "2026-11-25T14:59:59.999Z")]
#[case::berlin(Some("Europe/Berlin"), "2026-11-25T22:59:59.999Z")]
#[tokio::test(start_paused = true)]
async fn a_day_to_be_gone_by_ends_in_the_partners_zone(
    #[case] zone: Option<&str>,
    #[case] ends: &str,
) {
    let mut deployment = in_zone(zone);
    let view = label_of(&mut deployment, "ship_by", "2026-11-25").await;
    assert_eq!(view["packages"][0]["label"]["ship_by"], ends, "{view:#}");
}

/// A day that an update tells is the same day as one of a label's. It is read at the price of the partner, which a time needs not.
#[rstest]
#[case::none(None, "2026-11-25", "2026-11-25T09:59:59.999Z", true)]
#[case::los_angeles(Some("America/Los_Angeles"), "2026-11-25", "2026-11-26T07:59:59.999Z", true)]
#[case::tokyo(Some("Asia/Tokyo"), "2026-11-25", "2026-11-25T14:59:59.999Z", true)]
#[case::a_zone_that_is_gone(Some("Mars/Olympus"), "2026-11-25", "2026-11-25T09:59:59.999Z", true)]
#[case::a_time(Some("Asia/Tokyo"), "2026-11-25T18:00:00-06:00", "2026-11-26T00:00:00Z", false)]
#[tokio::test(start_paused = true)]
async fn s1_a_day_of_an_update_ends_in_the_partners_zone(
    #[case] zone: Option<&str>,
    #[case] day: &str,
    #[case] ends: &str,
    #[case] reads_partner: bool,
) {
    let mut deployment = in_zone(zone);
    deployment.put_event(&amazon_label());
    deployment.run_for(minutes(1)).await;
    deployment.ports.take_calls();
    deployment.put_event(&update("amazon-us", AMAZON_ORDER).with("ship_by", day));
    deployment.run_for(minutes(1)).await;
    let stored = deployment.memory.stored(&amazon_key()).expect("it is there");
    let told = stored.order.ship_by.map(|told| told.by.to_string());
    assert_eq!(told.as_deref(), Some(ends));
    assert_eq!(deployment.ports.take_calls().contains(&Port::Partner), reads_partner);
}

/// What a label says of when its order was placed, with its partner's business days.
struct Ordered {
    at: &'static str,
    sla_days: u64,
    closed: &'static [&'static str],
}

const fn ordered(at: &'static str) -> Ordered {
    Ordered { at, sla_days: 1, closed: &[] }
}

/// By Chicago's clocks, which go back on 1 November.
#[rstest]
#[case::a_friday(
    Channel::Groupon,
    ordered("2026-11-20T16:00:00-06:00"),
    Some("2026-11-23T23:00:00Z")
)]
#[case::a_friday_evening(
    Channel::Groupon,
    ordered("2026-11-20T23:30:00Z"),
    Some("2026-11-24T23:00:00Z")
)]
#[case::in_summer(
    Channel::Groupon,
    ordered("2026-10-29T12:00:00-05:00"),
    Some("2026-10-30T22:00:00Z")
)]
#[case::over_the_change_of_clocks(
    Channel::Groupon,
    ordered("2026-10-30T12:00:00-05:00"),
    Some("2026-11-02T23:00:00Z")
)]
#[case::by_its_own_business_days(
    Channel::Groupon,
    Ordered { at: "2026-11-23T12:00:00-06:00", sla_days: 2, closed: &["2026-11-24"] },
    Some("2026-11-27T23:00:00Z")
)]
#[case::l11_no_time(Channel::Groupon, ordered("yesterday"), None)]
#[case::s1_long_after_the_label(Channel::Groupon, ordered("2027-03-01T12:00:00Z"), None)]
#[case::at_another_channel(Channel::Ebay, ordered("2026-11-20T16:00:00-06:00"), None)]
#[tokio::test(start_paused = true)]
async fn s9_a_ship_by_is_reckoned_from_when_the_order_was_placed(
    #[case] channel: Channel,
    #[case] ordered: Ordered,
    #[case] by: Option<&str>,
) {
    let mut deployment = deployment_under(MOVES);
    let closed = ordered.closed.iter().map(|day| day.parse().expect("a day"));
    deployment.memory.register(&Partner {
        sla_days: SlaDays::new(ordered.sla_days).expect("days"),
        closed_days: ClosedDays::new(closed).expect("days"),
        ..partner_of(&seller(), "shop", channel)
    });
    deployment.put_event(&label("shop", "1001").with("ordered_at", ordered.at));
    deployment.run_for(minutes(1)).await;
    let stored = deployment.memory.stored(&key("shop", "1001")).expect("it is there");
    let view = domain::order_view(&stored.order, stored.version.0);
    let shown = &view["packages"][0]["ship_by"];
    assert_eq!(shown["by"].as_str(), by, "{shown}");
    assert_eq!(shown["source"].as_str(), by.map(|_| "reckoned"));
}

/// The names that the API takes are those that there is data of, and from 2026 on their clocks go as in the whole data.
#[test]
fn every_name_has_its_data() {
    let known: Vec<&str> = domain::zone_names().collect();
    assert!(known.is_sorted() && known.len() > 500, "{}", known.len());
    let [from, to] = ["2026-01-01T00:00:00Z", "2088-01-01T00:00:00Z"]
        .map(|time| time.parse::<jiff::Timestamp>().expect("it is a time"));
    for name in &known {
        let ours = flows::zone_named(name).unwrap_or_else(|| panic!("{name} has no data"));
        assert_eq!(ours.iana_name(), Some(*name));
        let whole = jiff::tz::TimeZone::get(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        let clocks = |zone: &jiff::tz::TimeZone| {
            let changes = zone.following(from).take_while(|change| change.timestamp() < to);
            let changes: Vec<_> =
                changes.map(|change| (change.timestamp(), change.offset())).collect();
            (zone.to_offset(from), changes)
        };
        assert_eq!(clocks(&ours), clocks(&whole), "{name}");
    }
    let mut data: Vec<String> =
        jiff::tz::db().available().map(|name| name.as_str().to_owned()).collect();
    data.sort();
    data.dedup();
    assert_eq!(data, known);
    assert!(flows::zone_named("Mars/Olympus").is_none());
}

fn hours_off(deployment: &Deployment) -> Option<HoursOff> {
    deployment.memory.partner_now(&amazon()).expect("it is registered").hours_off
}

/// Ten labels in a row that are eight hours ahead are a hint; a usual one ends it, and costs nothing where there is no count.
#[rstest]
#[tokio::test(start_paused = true)]
async fn l10_a_local_time_that_is_marked_as_utc_is_hinted_at() {
    let mut deployment = deployment_under(MOVES);
    let user = testkit::api_user::ApiUser::of(&deployment);
    let mut labels = 0;
    let mut put = async |deployment: &mut Deployment, ahead: i64| {
        labels += 1;
        let order = format!("902-7106328-{labels:07}");
        let label = amazon_label_of(&order, &format!("1Z999HOURS{labels:04}"));
        let now = deployment.memory.now_seconds();
        deployment.put_event(&label.with("labeled_at", at(now + ahead).to_string()));
        deployment.until_quiet().await;
    };
    put(&mut deployment, -20).await;
    let calls = deployment.ports.take_calls();
    assert!(!calls.contains(&Port::NoteHoursOff), "a usual label costs nothing");
    for n in 1..=9 {
        put(&mut deployment, 8 * 3_600 - 30).await;
        assert_eq!(hours_off(&deployment), Some(HoursOff { hours: -8, labels: n }));
    }
    let hints = async || user.get("/partners/amazon-us").await.1["hints"].clone();
    assert_eq!(hints().await, serde_json::json!([]));
    put(&mut deployment, 8 * 3_600 - 30).await;
    let hint = hints().await[0].clone();
    assert_eq!(hint["hint"], "label_times_off");
    assert!(hint["says"].as_str().unwrap_or_default().contains("8 h ahead"), "{hint}");
    deployment.ports.take_calls();
    put(&mut deployment, 8 * 3_600 - 30).await;
    assert!(!deployment.ports.take_calls().contains(&Port::NoteHoursOff), "it is said once");
    put(&mut deployment, -5).await;
    assert_eq!(hours_off(&deployment), None);
    assert_eq!(hints().await, serde_json::json!([]));
}
