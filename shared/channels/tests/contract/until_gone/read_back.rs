//! Nobody can be asked what the receiver of a webhook holds.

use super::given::{until_gone, until_gone_submission};
use crate::given::{IMEI, answer, at, device, json_answer, line, near};
use channels::{Answer, Marketplace, UntilGone};
use domain::{Channel, ReadBack, Reading};
use rstest::rstest;
use serde_json::json;

#[test]
fn nothing_is_asked() {
    let partner = until_gone();
    let submission = until_gone_submission();
    assert!(UntilGone::read(at(&partner), &submission, &[]).is_none());
    assert!(UntilGone::read(near(&partner), &submission, &[]).is_none());
    assert!(UntilGone::read(at(&partner), &submission, &[answer(200, "{}")]).is_none());
    assert_eq!(Channel::UntilGone.facts().read_back, ReadBack::Impossible);
}

#[rstest]
#[case::none(vec![])]
#[case::our_own_number(vec![json_answer(200, &json!({ "tracking_number": "1Z999AA10123456784" }))])]
#[case::no_such_order(vec![answer(404, "")])]
#[case::several(vec![answer(200, "[]"), answer(200, "[]")])]
fn no_answer_proves_anything(#[case] answers: Vec<Answer>) {
    let Reading::Unreadable(why) = UntilGone::found(&answers, &until_gone_submission()) else {
        panic!("it was read");
    };
    assert_eq!(why.reason.as_str(), "the receiver of a webhook cannot be asked what it holds");
    assert_eq!(why.retry_after, None);
    let imei = device(IMEI);
    assert!(matches!(
        UntilGone::device_found(&answers, &line("7001"), &imei),
        Reading::Unreadable(_)
    ));
}
