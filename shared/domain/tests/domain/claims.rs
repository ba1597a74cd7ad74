//! Rules P2, P3, P4 and P10: what may be claimed, and when a claim is over.

use crate::build::*;
use crate::steps;
use domain::{Channel, Outcome, Reading, Refusal, Target, Timing, Work};
use rstest::rstest;

#[rustfmt::skip]
#[rstest]
#[case::a_ready_package(steps![0 => assigned("A"), 1 => claim("1")], None)]
#[case::no_such_package(steps![0 => assigned("A"), 1 => claim("2")], Some(Refusal::Absent))]
#[case::waiting(steps![0 => label("A"), 1 => claim("1")], Some(Refusal::NotReady))]
#[case::sending_already(steps![0 => assigned("A"), 1 => claim("1"), 2 => claim("1")], Some(Refusal::NotReady))]
#[case::in_doubt(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 3 => claim("1")], Some(Refusal::NotReady))]
#[case::confirmed(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED), 3 => claim("1")], Some(Refusal::NotReady))]
#[case::before_its_time(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(not_applied()), 6 => claim("1")], Some(Refusal::NotBefore(at(7))))]
#[case::at_its_time(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(not_applied()), 7 => claim("1")], None)]
#[case::another_is_being_sent(steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => claim("2")], Some(Refusal::OtherSending))]
#[case::another_was_sent(steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED), 3 => claim("2")], None)]
#[case::another_is_in_doubt(steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1"), 2 => ended(unknown()), 3 => claim("2")], None)]
#[case::never_by_now(steps![0 => assigned("A"), 1 => claim_under(Timing::Never, None)], Some(Refusal::Never))]
#[case::voided_a_moment_before(steps![0 => assigned("A"), 1 => void("A"), 2 => claim("1")], Some(Refusal::NotReady))]
#[case::the_identical_repeat(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(Reading::Absent), 33 => claim("1")], None)]
#[case::another_request_is_no_repeat(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(Reading::Absent), 33 => Step::Claim { target: confirmation("1"), timing: IN_FORCE, hash: "other" }], Some(Refusal::NotIdentical))]
fn claims(#[case] steps: Vec<(i64, Step)>, #[case] refused: Option<Refusal>) {
    assert_eq!(play(Channel::Amazon, steps).refused(), refused.as_ref());
}

#[rstest]
fn a_repeat_that_cannot_be_identical_is_in_doubt_again() {
    let other = Step::Claim { target: confirmation("1"), timing: IN_FORCE, hash: "other" };
    let scene = play(
        Channel::Amazon,
        steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 32 => read(Reading::Absent), 33 => other],
    );
    assert_eq!(scene.shown(), "in doubt, read at 63");
    assert_eq!(scene.rings(), [30]);
}

#[rustfmt::skip]
#[rstest]
#[case::just_before_it_is_over(steps![0 => assigned("A"), 1 => claim("1"), 70 => tick()], "sending")]
#[case::over_five_seconds_after_its_end(steps![0 => assigned("A"), 1 => claim("1"), 71 => tick()], "in doubt, read at 101")]
#[case::an_outcome_before_the_sweep_counts(steps![0 => assigned("A"), 1 => claim("1"), 200 => ended(Outcome::ACCEPTED)], "confirmed")]
fn lease(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Ebay, steps).shown(), expected);
}

#[rstest]
fn an_outcome_after_the_lease_is_dropped() {
    let late = domain::Input::Outcome {
        target: confirmation("1"),
        fence: 1,
        outcome: Outcome::NotApplied(why("late", None)),
    };
    let scene =
        play(Channel::Ebay, steps![0 => assigned("A"), 1 => claim("1"), 71 => tick(), 72 => late]);
    assert_eq!(scene.refused(), Some(&Refusal::Fenced { given: 1, current: 2 }));
    assert_eq!(scene.shown(), "in doubt, read at 101");
}

#[rstest]
#[case::left_alone_when_it_is_soon_enough(steps![0 => assigned("A"), 1 => claim("1")], Some(300))]
#[case::left_alone_up_to_five_minutes_after_the_lease(steps![0 => assigned("A"), -70 => claim("1")], Some(300))]
#[case::else_the_end_of_the_lease(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(not_applied()), 307 => tick(), 308 => claim("1")], Some(378))]
fn due_after_a_claim(#[case] steps: Vec<(i64, Step)>, #[case] due: Option<i64>) {
    assert_eq!(play(Channel::Amazon, steps).due(), due);
}

#[rstest]
#[case::ready(steps![0 => assigned("A")], 0, vec![Work::Submit(confirmation("1"))])]
#[case::not_yet(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(not_applied())], 6, vec![])]
#[case::by_then(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(not_applied())], 7, vec![Work::Submit(confirmation("1"))])]
#[case::another_is_being_sent(steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("1")], 2, vec![])]
#[case::both(steps![0 => assigned("A"), 0 => assigned("B").of("2")], 2, vec![Work::Submit(confirmation("1")), Work::Submit(confirmation("2"))])]
#[case::not_to_be_read_yet(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown())], 31, vec![])]
#[case::to_be_read(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown())], 32, vec![Work::Read(confirmation("1"))])]
fn there_is_to_do(#[case] steps: Vec<(i64, Step)>, #[case] now: i64, #[case] expected: Vec<Work>) {
    assert_eq!(domain::work(&play(Channel::Amazon, steps).order, at(now)), expected);
}

#[rstest]
#[case::amazon(Channel::Amazon, false)]
#[case::ebay(Channel::Ebay, false)]
#[case::wish_would_override_what_a_person_entered(Channel::Wish, true)]
#[case::back_market(Channel::BackMarket, false)]
#[case::groupon(Channel::Groupon, false)]
#[case::until_gone(Channel::UntilGone, false)]
fn is_asked_before_each_claim(#[case] channel: Channel, #[case] expected: bool) {
    assert_eq!(channel.facts().looks_first, expected);
}

fn preflight(letter: &str, reading: Reading) -> domain::Input {
    domain::Input::Preflight {
        package: "1".parse().unwrap(),
        tracking: number(letter),
        reading,
        shown: domain::OrderShown::default(),
        asked_at: at(0),
    }
}

#[rustfmt::skip]
#[rstest]
#[case::absent_may_be_claimed(steps![0 => assigned("A"), 1 => preflight("A", Reading::Absent), 2 => claim("1")], "sending")]
#[case::our_number_confirms(steps![0 => assigned("A"), 1 => preflight("A", Reading::OURS)], "confirmed by reading")]
#[case::and_stays(steps![0 => assigned("A"), 1 => preflight("A", Reading::OURS), 2 => assigned("B").made(2)], "confirmed by reading +superseded")]
#[case::another_is_never_overridden(steps![0 => assigned("A"), 1 => preflight("A", Reading::Other(text("X9")))], "conflict with X9")]
#[case::unreadable_waits(steps![0 => assigned("A"), 1 => preflight("A", Reading::Unreadable(why("503", None)))], "ready at 6")]
#[case::untold_is_for_a_person(steps![0 => assigned("A"), 1 => preflight("A", Reading::Unclear(text("SHIPPED")))], "unresolved")]
#[case::l1_one_entered_before_a_repeat_is_never_overridden(steps![0 => assigned("A"), 1 => claim("1"), 1 => ended(unknown()), 31 => read(Reading::Absent), 32 => preflight("A", Reading::Other(text("X9")))], "conflict with X9")]
#[case::ours_found_before_a_repeat_confirms(steps![0 => assigned("A"), 1 => claim("1"), 1 => ended(unknown()), 31 => read(Reading::Absent), 32 => preflight("A", Reading::OURS)], "confirmed by reading")]
#[case::of_a_former_number_says_nothing(steps![0 => assigned("A"), 1 => assigned("B").made(1), 2 => preflight("A", Reading::OURS)], "ready")]
#[case::while_another_package_is_sent_says_nothing(steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("2"), 2 => preflight("A", Reading::Other(text("B")))], "1: ready; 2: sending")]
#[case::of_a_claimed_package_says_nothing(steps![0 => assigned("A"), 1 => claim("1"), 2 => preflight("A", Reading::Other(text("X9")))], "sending")]
fn preflights(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Wish, steps).shown(), expected);
}

#[rstest]
#[case::of_the_others("1", &["B", "C"])]
#[case::not_of_itself("2", &["A", "C"])]
fn a_submission_names_the_numbers_of_other_packages(
    #[case] package: &str,
    #[case] expected: &[&str],
) {
    let steps = steps![0 => assigned("A"), 0 => assigned("B").of("2"), 0 => assigned("C").of("3"), 1 => claim("2")];
    let order = play(Channel::Amazon, steps).order;
    let submitted = domain::submission(&order, &package.parse().unwrap(), at(1)).unwrap();
    let expected = expected.iter().map(|letter| number(letter).key()).collect();
    assert_eq!(submitted.siblings, expected);
}

#[rstest]
fn l1_our_reference_at_the_channel_is_frozen_with_the_claim() {
    let claim = domain::Claim {
        target: confirmation("1"),
        now: domain::PartnerNow::under(IN_FORCE),
        restored_at: None,
        lease_until: at(LEASE),
        seal: domain::Seal {
            reference: Some(text("7")),
            hash: text("h"),
            is_deduped: false,
            carrier_code: None,
        },
    };
    let steps = steps![0 => assigned("A"), 0 => domain::Input::Claim(claim)];
    let order = play(Channel::Amazon, steps).order;
    let submitted = domain::submission(&order, &"1".parse().unwrap(), at(1)).unwrap();
    assert_eq!(submitted.reference, Some(text("7")));
}

#[rstest]
fn a_target_knows_its_package() {
    let Target::Imei(package, _) = line("i1") else { panic!("an IMEI's target") };
    assert_eq!(line("i1").package(), &package);
}
