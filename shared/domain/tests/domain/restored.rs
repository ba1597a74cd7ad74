//! Rule A2: what may have been sent before the table was restored is asked for first, and nothing of it is repeated.

use crate::build::*;
use crate::steps;
use domain::{Action, Channel, Outcome, Reading, Refusal, Resolution};
use rstest::rstest;

const NOTHING_THERE: Action = Action::Resolve(Resolution::NothingThere);

/// When the system was started again.
const RESTORED: i64 = 10;

/// The first moment of a label that cannot be from before.
const NEW: i64 = RESTORED + DAY;

fn absent() -> Step {
    read(Reading::Absent)
}

/// A label from before, and its claim after the restore.
fn asked(then: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    let first = steps![0 => assigned("A"), RESTORED => claim_restored(RESTORED)];
    first.into_iter().chain(then).collect()
}

/// The reads that show for long enough that nothing is there.
fn proven_absent(then: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    let reads =
        steps![RESTORED => absent(), RESTORED + 120 => absent(), RESTORED + 900 => absent()];
    asked(reads).into_iter().chain(then).collect()
}

#[rustfmt::skip]
#[rstest]
#[case::it_is_read_at_once(Channel::Ebay, asked(vec![]), "in doubt, read at 10")]
#[case::ours_confirms(Channel::Ebay, asked(steps![10 => read(Reading::OURS)]), "confirmed by reading")]
#[case::another_stays(Channel::Ebay, asked(steps![10 => read(Reading::Other(text("X9")))]), "conflict with X9")]
#[case::one_absent_read_is_no_proof(Channel::Ebay, asked(steps![10 => absent()]), "in doubt, read at 40")]
#[case::nor_are_three_within_the_quarantine(Channel::Ebay, asked(steps![10 => absent(), 40 => absent(), 909 => absent()]), "in doubt, read at 910")]
#[case::nor_are_two_after_it(Channel::Ebay, asked(steps![10 => absent(), 910 => absent()]), "in doubt, read at 1810")]
#[case::three_and_the_quarantine_free_it(Channel::Ebay, proven_absent(vec![]), "ready")]
#[case::then_it_is_claimed_as_any_other(Channel::Ebay, proven_absent(steps![911 => claim_restored(RESTORED)]), "sending")]
#[case::another_restore_asks_again(Channel::Ebay, proven_absent(steps![911 => claim_restored(RESTORED + 900)]), "in doubt, read at 911")]
#[case::also_one_that_was_before_it(Channel::Ebay, proven_absent(steps![911 => claim_restored(RESTORED - 1)]), "in doubt, read at 911")]
#[case::no_restore_asks_nothing(Channel::Ebay, steps![0 => assigned("A"), 10 => claim("1")], "sending")]
#[case::it_is_not_repeated_where_that_is_safe(Channel::Amazon, asked(steps![10 => absent()]), "in doubt, read at 40")]
#[case::nor_at_wish(Channel::Wish, asked(steps![10 => absent()]), "in doubt, read at 40")]
#[case::a_former_number_is_for_a_person(Channel::Wish, asked(steps![10 => read(Reading::Former(text("X9")))]), "unresolved")]
#[case::shipped_by_an_unknown_number_is_for_a_person(Channel::Groupon, asked(steps![10 => read(Reading::Unclear(text("shipped")))]), "unresolved")]
#[case::nobody_can_be_asked(Channel::UntilGone, asked(vec![]), "unresolved")]
#[case::nor_where_repeats_are_dropped(Channel::UntilGone, steps![0 => assigned("A"), 10 => Step::ClaimRestored { target: confirmation("1"), restored_at: RESTORED, is_deduped: true }], "unresolved")]
#[case::after_a_person_looked_it_is_claimed(Channel::UntilGone, asked(steps![910 => act(NOTHING_THERE), 911 => claim_restored(RESTORED)]), "sending")]
#[case::a_day_in_doubt(Channel::Ebay, asked(steps![DAY + 10 => tick()]), "unresolved")]
#[case::p11j_absent_and_relabelled(Channel::Ebay, asked(steps![10 => absent(), 40 => absent(), 50 => void("A"), 910 => absent()]), "unresolved +superseded")]
fn is_in_doubt_first(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(channel, steps).shown(), expected);
}

/// Which label may be from before.
#[rustfmt::skip]
#[rstest]
#[case::made_within_a_day(steps![3 * DAY => assigned("A").made(NEW - 1), 3 * DAY => claim_restored(RESTORED)], "in doubt, read at 259200")]
#[case::made_later(steps![3 * DAY => assigned("A").made(NEW), 3 * DAY => claim_restored(RESTORED)], "sending")]
#[case::made_ahead_and_handled_within_a_day(steps![NEW - 1 => assigned("A").made(2 * DAY), NEW => claim_restored(RESTORED)], "in doubt, read at 86410")]
#[case::handled_later(steps![NEW => assigned("A").made(2 * DAY), NEW => claim_restored(RESTORED)], "sending")]
#[case::the_new_one_has_a_former_one_from_before(steps![0 => assigned("A"), 1 => void("A"), 2 * DAY => assigned("B").made(2 * DAY), 2 * DAY => claim_restored(RESTORED)], "in doubt, read at 172800")]
#[case::told_anew_it_is_as_old_as_it_was(steps![0 => assigned("A"), 2 * DAY => assigned("A").number("B").made(2 * DAY), 2 * DAY => claim_restored(RESTORED)], "in doubt, read at 172800")]
#[case::what_was_refused_in_the_backup(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(refused()), 11 => act(Action::Retry), 12 => claim_restored(RESTORED)], "in doubt, read at 12")]
fn is_of_before(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::Ebay, steps).shown(), expected);
}

/// What stood in the backup in doubt, with reads that were counted there.
#[rustfmt::skip]
#[rstest]
#[case::its_reads_free_it_and_it_is_asked_again(Channel::Ebay, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => absent(), 120 => absent(), 900 => absent(), 901 => claim_restored(890)], "in doubt, read at 901")]
#[case::a_repeat_is_not_made(Channel::Amazon, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => absent(), 40 => claim_restored(35)], "in doubt, read at 40")]
#[case::and_not_after_its_absence(Channel::Amazon, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => absent(), 40 => claim_restored(35), 40 => absent()], "in doubt, read at 70")]
#[case::its_day_begins_anew(Channel::Amazon, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => absent(), 2 * DAY => claim_restored(DAY)], "in doubt, read at 172800")]
#[case::a_repeat_where_nobody_can_be_asked(Channel::UntilGone, steps![0 => assigned("A"), 0 => claim_deduped("h"), 0 => ended(unknown()), 30 => tick(), 40 => Step::ClaimRestored { target: confirmation("1"), restored_at: 35, is_deduped: true }], "unresolved")]
#[case::what_may_not_be_repeated_is_in_its_own_doubt(Channel::Amazon, steps![0 => assigned("A"), 0 => claim("1"), 0 => ended(unknown()), 30 => absent(), 31 => void("A"), 40 => claim_restored(35)], "in doubt, read at 61 +superseded")]
fn was_in_doubt(#[case] channel: Channel, #[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(channel, steps).shown(), expected);
}

/// Package `1` has a label from before, package `2` one from after.
#[rustfmt::skip]
#[rstest]
#[case::one_number_an_order(Channel::BackMarket, "1: one_tracking_per_order; 2: in doubt, read at 172800")]
#[case::one_number_a_package(Channel::Ebay, "1: waits for movement; 2: sending")]
fn another_package_of_the_order(#[case] channel: Channel, #[case] expected: &str) {
    let claim = claim_restored_of(confirmation("2"), RESTORED);
    let steps = steps![0 => label("A"), 2 * DAY => assigned("B").of("2").made(2 * DAY), 2 * DAY => claim];
    assert_eq!(play(channel, steps).shown(), expected);
}

/// What stands there by a number of another package is no stranger's, whether it is known that it was submitted or not.
#[rstest]
fn numbers_of_other_packages_are_known() {
    let steps = steps![0 => label("A"), 0 => assigned("B").of("2"), 1 => void("A"),
        2 => label("C").made(2), RESTORED => claim_restored_of(confirmation("2"), RESTORED)];
    let order = play(Channel::Ebay, steps).order;
    let submitted = domain::submission(&order, &"2".parse().unwrap(), at(RESTORED)).unwrap();
    assert_eq!(Vec::from_iter(submitted.siblings), [number("A").key(), number("C").key()]);
}

/// What anything else stops is in no doubt for a restore.
#[rstest]
fn it_is_asked_last() {
    let early = steps![0 => assigned("A"), 1 => wait(60), RESTORED => claim_restored(RESTORED)];
    let scene = play(Channel::Ebay, early);
    assert_eq!(scene.refused(), Some(&Refusal::NotBefore(at(60))));
    let other = steps![0 => assigned("A"), 0 => assigned("B").of("2"), 1 => claim("2"),
        RESTORED => claim_restored(RESTORED)];
    assert_eq!(play(Channel::Ebay, other).refused(), Some(&Refusal::OtherSending));
}

/// An outcome from before the doubt is dropped, and a read has the new fence.
#[rstest]
fn its_fence_is_a_new_one() {
    let scene = play(Channel::Ebay, asked(vec![]));
    assert_eq!(fence(&scene.order, &confirmation("1")), 1);
    let scene = then(scene, RESTORED, ended(Outcome::ACCEPTED));
    assert_eq!(scene.refused(), Some(&Refusal::NotReady));
    assert_eq!(scene.told, []);
}

/// Rule I7: nothing that had an IMEI in it has failed.
#[rstest]
fn its_imei_goes_inside_as_in_a_first_one() {
    let read = || read(Reading::Absent);
    let steps = steps![0 => imeis("i1", &[IMEIS[0]], 0), 1 => assigned("L").phones(&[("i1", 1)]),
        10 => claim_restored(RESTORED), 10 => read(), 130 => read(), 910 => read()];
    let order = play(Channel::BackMarket, steps).order;
    let submitted = domain::submission(&order, &"1".parse().unwrap(), at(911)).unwrap();
    assert!(submitted.device_inside().is_some());
}

/// Rule A2 of an IMEI's own request.
#[rustfmt::skip]
#[rstest]
#[case::it_is_read_at_once(vec![], "in doubt, read at 11")]
#[case::ours_is_done(steps![11 => read_of(line("i1"), Reading::OURS)], "done")]
#[case::absence_frees_it(steps![11 => read_of(line("i1"), Reading::Absent), 131 => read_of(line("i1"), Reading::Absent), 911 => read_of(line("i1"), Reading::Absent)], "pending")]
#[case::and_then_it_goes(steps![11 => read_of(line("i1"), Reading::Absent), 131 => read_of(line("i1"), Reading::Absent), 911 => read_of(line("i1"), Reading::Absent), 912 => claim_restored_of(line("i1"), RESTORED)], "sending")]
fn an_imei_is_in_doubt_first(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    let confirmed = steps![
        0 => imeis("i1", &[IMEIS[0]], 0), 0 => imeis("i2", &[IMEIS[1]], 0),
        1 => assigned("L").phones(&[("i1", 1), ("i2", 1)]),
        2 => claim("1"), 3 => ended(Outcome::ACCEPTED),
        11 => claim_restored_of(line("i1"), RESTORED)
    ];
    let scene = play(Channel::BackMarket, confirmed.into_iter().chain(steps).collect());
    assert_eq!(scene.shown(), format!("confirmed [i1 {expected}] [i2 pending]"));
}
