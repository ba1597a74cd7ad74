//! The protocol is complete, safe and live; and each guard is there for a reason.

use domain::Channel;
use model::{
    Choice, GUARDS, Guard, Model, Report, Shown, Violation, Without, World, check, search, trial,
    worlds,
};
use rstest::rstest;

#[rstest]
#[case::doorbells(worlds::BELLS)]
#[case::without_losses(worlds::FAULTLESS)]
#[case::one_label(worlds::ONE_LABEL)]
#[case::lagging(worlds::LAGGING)]
#[case::a_wish_to_cancel(worlds::WISHES)]
#[case::a_deadline_that_sends(worlds::SENDS)]
#[case::restored(worlds::RESTORED)]
#[case::restored_two_packages_one_number(worlds::RESTORED_TWO)]
#[case::restored_amazon(worlds::RESTORED_AMAZON)]
#[case::restored_until_gone_deduped(worlds::RESTORED_DEDUPED)]
#[case::a_pause(worlds::PAUSES)]
#[case::observed(worlds::OBSERVES)]
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
fn a_channel_of_another_kind_is_complete_safe_and_live() {
    worlds::of_other_kinds(&worlds::CHOSEN).into_iter().for_each(is_complete_safe_and_live);
}

#[rstest]
fn each_kind_of_channel_has_one_world_more_where_none_was_chosen() {
    let of_all = worlds::of_other_kinds(&[]).into_iter().map(|world| world.channel);
    let first = [Channel::Amazon, Channel::Ebay, Channel::Wish, Channel::BackMarket];
    assert!(of_all.take(first.len()).eq(first));
    let but_wish = [worlds::EBAY, worlds::AMAZON, worlds::UNTIL_GONE, worlds::TWO_AT_BACK_MARKET];
    let others = worlds::of_other_kinds(&but_wish);
    assert_eq!((others[0].name, others[0].channel), ("wish", Channel::Wish));
    let is_known = |channel: Channel| {
        worlds::all().iter().any(|world| world.channel.facts() == channel.facts())
    };
    assert!(Channel::ALL.into_iter().all(is_known));
}

#[rstest]
fn each_guard_does_what_is_said_of_it() {
    for (guard, shown) in GUARDS {
        let results = match shown {
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

/// Not a wish, but a limit: absent reads count from the first, so a request that is applied after two true ones is
/// overlooked with one wrong one.
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
