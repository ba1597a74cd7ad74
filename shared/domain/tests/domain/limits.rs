//! An order's item may not grow without bound: each limit, on both sides.

use crate::build::*;
use domain::{Channel, IMEI_LINES_MAX, LABELS_MAX, NUMBERS_MAX, PACKAGES_MAX, Refusal, VOIDS_MAX};
use rstest::rstest;

fn many(count: usize, what: impl Fn(usize) -> Step) -> Scene {
    play(Channel::BackMarket, (0..count).map(|n| (0, what(n))).collect())
}

fn packages(n: usize) -> Step {
    label("A").of(&n.to_string()).into()
}

fn voids(n: usize) -> Step {
    void(&n.to_string()).into()
}

fn labels(n: usize) -> Step {
    label(&n.to_string()).made(i64::try_from(n).unwrap()).into()
}

fn returns(n: usize) -> Step {
    label(&n.to_string()).back().into()
}

/// A correction: the number before it is of no label any more.
fn corrections(n: usize) -> Step {
    label("A").number(&n.to_string()).updated(i64::try_from(n).unwrap()).into()
}

fn lines(n: usize) -> Step {
    imeis(&n.to_string(), &[], 0).into()
}

#[rstest]
#[case::packages(packages, PACKAGES_MAX, Refusal::TooManyPackages)]
#[case::l2_voids(voids, VOIDS_MAX, Refusal::TooManyLabels)]
#[case::l6_returns(returns, VOIDS_MAX, Refusal::TooManyLabels)]
#[case::l2_labels(labels, LABELS_MAX, Refusal::TooManyLabels)]
#[case::n4_former_numbers_and_the_present_one(corrections, NUMBERS_MAX + 1, Refusal::TooManyLabels)]
#[case::lines(lines, IMEI_LINES_MAX, Refusal::TooManyLines)]
fn are_kept(#[case] what: fn(usize) -> Step, #[case] most: usize, #[case] refusal: Refusal) {
    assert_eq!(many(most, what).refused(), None);
    assert_eq!(many(most + 1, what).refused(), Some(&refusal));
    let full = many(most, what);
    let before = full.order.clone();
    let again = then(full, 0, what(0));
    assert_eq!((again.refused(), &again.order), (None, &before), "a known one is no more");
}

/// A label with its number and so many further ones.
fn parcel(n: usize, further: usize) -> (Made, Vec<String>) {
    let numbers: Vec<String> = (0..=further).map(|place| format!("{n}X{place}")).collect();
    let named: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let (own, also) = named.split_first().unwrap();
    (label(&n.to_string()).made(i64::try_from(n).unwrap()).number(own).also(also), numbers)
}

/// Rule N4: four labels with 20 further numbers each were scanned by all of these, which are 84.
#[rstest]
#[case::ninety_in_all(5, None)]
#[case::one_more(6, Some(Refusal::TooManyLabels))]
fn n4_scanned_numbers_are_kept(#[case] further: usize, #[case] expected: Option<Refusal>) {
    let mut steps = Vec::new();
    for n in 0..4 {
        let (made, numbers) = parcel(n, 20);
        steps.push((0, Step::from(made)));
        steps.extend(numbers.iter().map(|number| (0, Step::from(moved(number, 0)))));
    }
    steps.push((0, Step::from(parcel(4, further).0)));
    assert_eq!(play(Channel::Amazon, steps).refused(), expected.as_ref());
}
