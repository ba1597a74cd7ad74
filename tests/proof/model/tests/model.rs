//! The protocol is complete, safe and live, and each guard is there for a reason.

use model::{
    Choice, Guard, Model, Report, Shown, Violation, Without, World, check, expected, search, trial,
    worlds,
};
use rstest::rstest;

#[rstest]
#[case::doorbells(worlds::BELLS)]
#[case::without_losses(worlds::FAULTLESS)]
#[case::one_label(worlds::ONE_LABEL)]
#[case::lagging(worlds::LAGGING)]
#[case::ebay(worlds::EBAY)]
#[case::groupon(worlds::GROUPON)]
#[case::amazon(worlds::AMAZON)]
#[case::amazon_rules(worlds::AMAZON_RULES)]
#[case::wish(worlds::WISH)]
#[case::wish_released_again(worlds::WISH_AGAIN)]
#[case::until_gone(worlds::UNTIL_GONE)]
#[case::until_gone_deduped(worlds::UNTIL_GONE_DEDUPED)]
#[case::two_packages_each_its_number(worlds::TWO_AT_UNTIL_GONE)]
#[case::two_packages_one_number(worlds::TWO_AT_BACK_MARKET)]
fn is_complete_safe_and_live(#[case] world: World) {
    let trial = trial(world, Without::NOTHING);
    assert_eq!(check(&trial, None), Ok(()));
    assert!(trial.report.depth > 10, "the search got nowhere: {:?}", trial.report);
}

#[rstest]
fn each_guard_does_what_is_said_of_it() {
    for guard in Guard::ALL {
        let results = match expected(guard) {
            Shown::Harm { world, violation } => {
                vec![check(&trial(world, Without::guard(guard)), Some(violation))]
            }
            Shown::Redundant { worlds, with, .. } => {
                let alone =
                    worlds.iter().map(|world| check(&trial(*world, Without::guard(guard)), None));
                let both = with.into_iter().flat_map(|(other, world, violation)| {
                    let without = Without::guard(other);
                    [
                        check(&trial(world, without.clone()), None),
                        check(&trial(world, without.and(guard)), Some(violation)),
                    ]
                });
                alone.chain(both).collect()
            }
        };
        for result in results {
            assert_eq!(result, Ok(()), "without: {}", guard.words());
        }
    }
}

fn counts(world: World, choice: Choice) -> (usize, usize, usize, Option<Violation>) {
    let mut model = Model::with_choice(world, Without::NOTHING, choice);
    let Report { states, transitions, depth, found, .. } = search(&mut model);
    (states, transitions, depth, found.map(|found| found.violation))
}

#[rstest]
#[case::doorbells(worlds::BELLS)]
#[case::lagging(worlds::LAGGING)]
#[case::until_gone(worlds::UNTIL_GONE)]
#[case::until_gone_deduped(worlds::UNTIL_GONE_DEDUPED)]
#[case::amazon_one_label(worlds::AMAZON_PLAIN)]
#[case::two_packages_one_number(worlds::TWO_AT_BACK_MARKET)]
fn other_moments_of_the_same_classes_lead_to_the_same_model(#[case] world: World) {
    for other in Choice::OTHERS {
        assert_eq!(counts(world, other), counts(world, Choice::USUAL));
    }
}

/// This is a limit of the protocol. Absent reads count from the first one, so a request that is applied after two true reads
/// is overlooked when the third read is wrong.
#[rstest]
fn late_and_read_wrongly_is_more_than_it_is_made_for() {
    let trial = trial(worlds::LAGGING_AND_LATE, Without::NOTHING);
    assert_eq!(check(&trial, Some(Violation::Twice)), Ok(()));
}

#[rstest]
fn a_counter_example_is_told_in_words() {
    let trial = trial(worlds::UNTIL_GONE, Without::guard(Guard::UnknownIsNotRefused));
    let expected = [
        "the label's event is handled: its order is saved -> ready",
        "A gets the doorbell, loads the order: to be sent",
        "A claims, and sends a request with number 1 -> sending",
    ];
    assert_eq!(trial.story[..3], expected);
    assert_eq!(trial.story.last().unwrap(), "=> a number is applied twice (D1)");
}
