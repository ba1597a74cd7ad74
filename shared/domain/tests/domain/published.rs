//! The schemas of what is published: the bus gets nothing that they refuse, and each kind has one.

use crate::build::*;
use crate::notices::notices;
use crate::steps;
use domain::{Action, Channel, Outcome, Reading};
use domain::{Notice, NoticeKind};
use jsonschema::Validator;
use rstest::rstest;
use serde_json::Value;

const ONE: &[(&str, u32)] = &[("i1", 1)];

fn validator(kind: NoticeKind) -> Validator {
    let file = format!("{}/published/{}.schema.json", env!("CARGO_MANIFEST_DIR"), kind.name());
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let schema: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(schema["title"], kind.name());
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

/// The last step publishes one of the kind, and its schema takes it.
#[rustfmt::skip]
#[rstest]
#[case::accepted(Channel::Ebay, steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED)], NoticeKind::ConfirmationAccepted)]
#[case::accepted_by_reading(Channel::Ebay, steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 3 => read(Reading::OURS)], NoticeKind::ConfirmationAccepted)]
#[case::rejected(Channel::Ebay, steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(refused())], NoticeKind::ConfirmationRejected)]
#[case::conflict(Channel::Ebay, steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 3 => read(Reading::Other(text("X9")))], NoticeKind::ConfirmationConflict)]
#[case::unresolved(Channel::Ebay, steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), DAY + 2 => tick()], NoticeKind::ConfirmationUnresolved)]
#[case::superseded(Channel::Ebay, steps![0 => assigned("A"), 1 => claim("1"), 2 => void("A")], NoticeKind::TrackingSuperseded)]
#[case::imei_due_soon(Channel::BackMarket, steps![0 => assigned("A").phones(ONE), 2_700 => tick()], NoticeKind::ImeiDueSoon)]
#[case::imei_missing(Channel::BackMarket, steps![0 => label("A").phones(ONE), 9 => moved("A", 8)], NoticeKind::ImeiMissing)]
#[case::ship_by_near(Channel::Amazon, steps![0 => label("A").ship_by(10 * HOUR).warned(), 6 * HOUR => tick()], NoticeKind::ShipByNear)]
#[case::ship_by_passed(Channel::Amazon, steps![0 => label("A").ship_by(10 * HOUR).warned(), 10 * HOUR => tick()], NoticeKind::ShipByPassed)]
#[case::movement_wanted(Channel::Amazon, steps![0 => label("A").watched(), 96 * HOUR - 15 * MINUTE => tick()], NoticeKind::MovementWanted)]
#[case::no_movement(Channel::Amazon, steps![0 => label("A").watched(), 96 * HOUR => tick()], NoticeKind::NoMovement)]
#[case::a_wish_that_holds(Channel::Amazon, steps![0 => label("A"), 1 => told_wish(true, 1)], NoticeKind::CancelRequested)]
#[case::a_wish_that_is_late(Channel::Amazon, steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED), 3 => told_wish(true, 3)], NoticeKind::CancelRequested)]
#[case::a_dispute(Channel::Amazon, steps![0 => label("A"), 1 => label("A").number("B")], NoticeKind::AttentionNeeded)]
#[case::no_label(Channel::Amazon, steps![0 => label("A").watched(), 0 => void("A"), 96 * HOUR => tick()], NoticeKind::AttentionNeeded)]
#[case::a_moving_label(Channel::Amazon, steps![0 => label("A"), 1 => label("B").made(1), 9 => moved("A", 9)], NoticeKind::AttentionNeeded)]
#[case::after_a_persons_retry(Channel::Amazon, steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(refused()), 3 => act(Action::Retry), 4 => claim("1"), 5 => ended(Outcome::ACCEPTED)], NoticeKind::ConfirmationAccepted)]
fn d4_what_is_published_fits_its_schema(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] kind: NoticeKind) {
    let published = notices(&play(channel, steps));
    let notice = published.iter().find(|notice| notice.kind == kind).expect("it is published");
    assert_takes(notice);
}

/// A refused label whose package cannot be read has none.
#[rstest]
fn d4_a_notice_without_a_package_fits_its_schema() {
    let scene =
        play(Channel::Ebay, steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(refused())]);
    let rejected = notices(&scene).remove(0);
    let needed = Notice {
        kind: NoticeKind::AttentionNeeded,
        id: "acme/shop/902-1//AttentionNeeded/label_refused/e1".to_owned(),
        package: None,
        tracking_number: None,
        reason: text("label_refused"),
        ..rejected.clone()
    };
    assert_takes(&needed);
    let detail = Notice { package: None, ..rejected }.detail();
    let detail: Value = serde_json::from_str(&detail).unwrap();
    assert!(!validator(NoticeKind::ConfirmationRejected).is_valid(&detail), "{detail}");
}

fn assert_takes(notice: &Notice) {
    let detail: Value = serde_json::from_str(&notice.detail()).unwrap();
    let problem = validator(notice.kind).validate(&detail).err().map(|error| error.to_string());
    assert_eq!(problem, None, "{detail}");
}

#[rstest]
fn d4_each_kind_has_a_schema_and_refuses_another_kind() {
    let scene = play(
        Channel::Ebay,
        steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED)],
    );
    let detail: Value = serde_json::from_str(&notices(&scene)[0].detail()).unwrap();
    for kind in NoticeKind::ALL {
        let is_its_own = kind == NoticeKind::ConfirmationAccepted;
        assert_eq!(validator(kind).is_valid(&detail), is_its_own, "{}", kind.name());
    }
    let folder = format!("{}/published", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), NoticeKind::ALL.len());
}
