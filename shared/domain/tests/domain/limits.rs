//! An order's item may not grow without bound: each limit, on both sides.

use crate::build::*;
use domain::{Channel, IMEI_LINES_MAX, LABELS_MAX, PACKAGES_MAX, Refusal, VOIDS_MAX};
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

fn lines(n: usize) -> Step {
    imeis(&n.to_string(), &[], 0).into()
}

#[rstest]
#[case::packages(packages, PACKAGES_MAX, Refusal::TooManyPackages)]
#[case::voids(voids, VOIDS_MAX, Refusal::TooManyLabels)]
#[case::returns(returns, VOIDS_MAX, Refusal::TooManyLabels)]
#[case::labels(labels, LABELS_MAX, Refusal::TooManyLabels)]
#[case::lines(lines, IMEI_LINES_MAX, Refusal::TooManyLines)]
fn are_kept(#[case] what: fn(usize) -> Step, #[case] most: usize, #[case] refusal: Refusal) {
    assert_eq!(many(most, what).refused(), None);
    assert_eq!(many(most + 1, what).refused(), Some(&refusal));
    let full = many(most, what);
    let before = full.order.clone();
    let again = then(full, 0, what(0));
    assert_eq!((again.refused(), &again.order), (None, &before), "a known one is no more");
}
