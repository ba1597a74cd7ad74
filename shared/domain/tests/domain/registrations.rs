//! Rule I7: with several lines, each IMEI is registered by a request of its own, after the confirmation.

use crate::build::*;
use crate::steps;
use domain::{
    Action, Channel, Outcome, Reading, Refusal, Resolution, ShownImei, ShownImeis, Text, What, Work,
};
use rstest::rstest;

const A: &str = IMEIS[0];
const B: &str = IMEIS[1];
const CLOSED: Action = Action::Resolve(Resolution::Closed);

/// Confirmed at 10 with two lines, both IMEIs known.
fn confirmed() -> Vec<(i64, Step)> {
    steps![
        0 => imeis("i1", &[A], 0), 0 => imeis("i2", &[B], 0),
        1 => assigned("L").phones(&[("i1", 1), ("i2", 1)]),
        9 => claim("1"), 10 => ended(Outcome::ACCEPTED)
    ]
}

fn and(steps: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    confirmed().into_iter().chain(steps).collect()
}

fn done(outcome: Outcome) -> Vec<(i64, Step)> {
    and(steps![11 => claim_of(line("i1")), 12 => ended_of(line("i1"), outcome)])
}

fn doubted(reads: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    and(steps![12 => claim_of(line("i1")), 12 => ended_of(line("i1"), unknown())])
        .into_iter()
        .chain(reads)
        .collect()
}

fn absent() -> Step {
    read_of(line("i1"), Reading::Absent)
}

fn one_phone(then: Vec<(i64, Step)>) -> Vec<(i64, Step)> {
    let claimed =
        steps![0 => imeis("i1", &[A], 0), 1 => assigned("L").phones(&[("i1", 1)]), 9 => claim("1")];
    claimed.into_iter().chain(then).collect()
}

fn shown(imei: ShownImei) -> ShownImeis {
    ShownImeis::from([("i1".parse().unwrap(), imei)])
}

fn shows(imei: ShownImei) -> Outcome {
    Outcome::Accepted(shown(imei))
}

/// Rule I7: an IMEI never costs the confirmation.
#[rustfmt::skip]
#[rstest]
#[case::refused_with_it(steps![10 => ended(refused())], "ready at 15")]
#[case::goes_without_it(steps![10 => ended(refused()), 15 => claim("1"), 16 => ended(Outcome::ACCEPTED)], "confirmed [i1 pending]")]
#[case::refused_without_it_is_refused(steps![10 => ended(refused()), 15 => claim("1"), 16 => ended(refused())], "rejected InvalidInput")]
#[case::not_applied_goes_with_it_again(steps![10 => ended(not_applied())], "ready at 15")]
#[case::out_of_doubt_goes_without(steps![10 => ended(unknown()), 40 => read(Reading::Absent), 130 => read(Reading::Absent), 910 => read(Reading::Absent)], "ready")]
fn an_imei_costs_no_confirmation(#[case] then: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::BackMarket, one_phone(then)).shown(), expected);
}

#[rstest]
#[case::at_first(steps![10 => tick()], true)]
#[case::after_a_passing_failure(steps![10 => ended(not_applied())], true)]
#[case::after_a_refusal(steps![10 => ended(refused())], false)]
#[case::out_of_doubt(steps![10 => ended(unknown()), 40 => read(Reading::Absent), 130 => read(Reading::Absent), 910 => read(Reading::Absent)], false)]
fn it_goes_inside(#[case] then: Vec<(i64, Step)>, #[case] expected: bool) {
    let scene = play(Channel::BackMarket, one_phone(then));
    let submission = domain::submission(&scene.order, &"1".parse().unwrap(), at(1_000)).unwrap();
    assert_eq!(submission.device_inside().is_some(), expected);
}

#[rustfmt::skip]
#[rstest]
#[case::pending_after_acceptance(confirmed(), "confirmed [i1 pending] [i2 pending]")]
#[case::claimed(and(steps![11 => claim_of(line("i1"))]), "confirmed [i1 sending] [i2 pending]")]
#[case::done(done(Outcome::ACCEPTED), "confirmed [i1 done] [i2 pending]")]
#[case::refused_for_good(done(refused()), "confirmed [i1 failed] [i2 pending] +imei_failed")]
#[case::a_passing_failure(done(not_applied()), "confirmed [i1 pending at 17] [i2 pending]")]
#[case::unknown(done(unknown()), "confirmed [i1 in doubt, read at 42] [i2 pending]")]
#[case::registered_already_it_says(done(Outcome::AlreadyShipped { message: text("x") }), "confirmed [i1 in doubt, read at 12] [i2 pending]")]
#[case::lease_not_over(and(steps![11 => claim_of(line("i1")), 80 => tick()]), "confirmed [i1 sending] [i2 pending]")]
#[case::lease_over(and(steps![11 => claim_of(line("i1")), 81 => tick()]), "confirmed [i1 in doubt, read at 111] [i2 pending]")]
#[case::read_back(doubted(steps![42 => read_of(line("i1"), Reading::OURS)]), "confirmed [i1 done] [i2 pending]")]
#[case::another_is_there(doubted(steps![42 => read_of(line("i1"), Reading::Other(text("x")))]), "confirmed [i1 failed] [i2 pending] +imei_failed")]
#[case::absent_is_no_proof_yet(doubted(steps![42 => absent(), 132 => absent()]), "confirmed [i1 in doubt, read at 312] [i2 pending]")]
#[case::absent_after_the_quarantine(doubted(steps![42 => absent(), 132 => absent(), 912 => absent()]), "confirmed [i1 pending] [i2 pending]")]
#[case::a_day_in_doubt(doubted(steps![DAY + 12 => tick()]), "confirmed [i1 failed] [i2 pending] +imei_failed +delayed")]
#[case::postponed(and(steps![11 => domain::Input::Postpone { target: line("i1"), why: why("429", Some(60)) }]), "confirmed [i1 pending at 71] [i2 pending]")]
#[case::seven_days(and(steps![7 * DAY + 10 => domain::Input::Postpone { target: line("i1"), why: why("429", None) }]), "confirmed [i1 failed] [i2 pending] +imei_failed +delayed")]
#[case::not_an_hour_old(and(steps![HOUR + 9 => tick()]), "confirmed [i1 pending] [i2 pending]")]
#[case::an_hour_old(and(steps![HOUR + 10 => tick()]), "confirmed [i1 pending] [i2 pending] +delayed")]
#[case::an_hour_in_doubt(doubted(steps![HOUR + 10 => tick()]), "confirmed [i1 in doubt, read at 42] [i2 pending] +delayed")]
#[case::under_a_stop_it_is_not_its_own_time(and(steps![HOUR => domain::Input::Park { target: line("i1"), parking: domain::Parking::Stopped }, HOUR => domain::Input::Park { target: line("i2"), parking: domain::Parking::Stopped }, 2 * HOUR - 1 => tick()]), "confirmed [i1 pending at 3900] [i2 pending at 3900]")]
#[case::registered_late(and(steps![HOUR + 10 => tick(), HOUR + 11 => claim_of(line("i1")), HOUR + 12 => ended_of(line("i1"), Outcome::ACCEPTED), HOUR + 13 => claim_of(line("i2")), HOUR + 14 => ended_of(line("i2"), Outcome::ACCEPTED)]), "confirmed [i1 done] [i2 done]")]
#[case::a_mark_put_aside_stays_so(done(refused()).into_iter().chain(steps![13 => act(CLOSED), 14 => tick()]).collect(), "confirmed [i1 failed] [i2 pending]")]
#[case::another_failure_renews_it(done(refused()).into_iter().chain(steps![13 => act(CLOSED), 14 => claim_of(line("i2")), 15 => ended_of(line("i2"), refused())]).collect(), "confirmed [i1 failed] [i2 failed] +imei_failed")]
#[case::also_when_confirmed_by_reading(steps![0 => imeis("i1", &[A], 0), 1 => label("L").phones(&[("i1", 1), ("i2", 1)]), 2 => moved("L", 1), 9 => claim("1"), 10 => ended(unknown()), 40 => read(Reading::OURS)], "confirmed by reading [i1 pending]")]
#[case::one_line_carries_it_in_the_confirmation(one_phone(steps![10 => ended(shows(ShownImei::Ours))]), "confirmed [i1 done]")]
#[case::and_it_may_be_left_out(one_phone(steps![10 => ended(Outcome::ACCEPTED)]), "confirmed [i1 pending]")]
#[case::another_one_is_never_overridden(one_phone(steps![10 => ended(shows(ShownImei::Another))]), "confirmed [i1 failed] +imei_failed")]
#[case::read_back_with_it(one_phone(steps![10 => ended(unknown()), 40 => read(Reading::Ours(shown(ShownImei::Ours)))]), "confirmed by reading [i1 done]")]
#[case::read_back_without_it(one_phone(steps![10 => ended(unknown()), 40 => read(Reading::OURS)]), "confirmed by reading [i1 pending]")]
#[case::several_lines_may_show_some(steps![0 => imeis("i1", &[A], 0), 0 => imeis("i2", &[B], 0), 1 => assigned("L").phones(&[("i1", 1), ("i2", 1)]), 9 => claim("1"), 10 => ended(shows(ShownImei::Ours))], "confirmed [i1 done] [i2 pending]")]
#[case::a_quantity_above_one_is_by_hand(steps![0 => imeis("i1", &[A, B], 0), 0 => imeis("i2", &[IMEIS[2]], 0), 1 => assigned("L").phones(&[("i1", 2), ("i2", 1)]), 9 => claim("1"), 10 => ended(Outcome::ACCEPTED)], "confirmed [i2 pending] +imei_by_hand")]
#[case::i6_a_later_one_is_not_registered(and(steps![11 => imeis("i1", &[IMEIS[2]], 11)]), "confirmed [i1 pending] [i2 pending] +imei_late")]
fn comes_to(#[case] steps: Vec<(i64, Step)>, #[case] expected: &str) {
    assert_eq!(play(Channel::BackMarket, steps).shown(), expected);
}

#[rstest]
#[case::twice_claimed(and(steps![11 => claim_of(line("i1")), 12 => claim_of(line("i1"))]), Some(Refusal::NotReady))]
#[case::before_its_time(and(steps![11 => claim_of(line("i1")), 12 => ended_of(line("i1"), not_applied()), 16 => claim_of(line("i1"))]), Some(Refusal::NotBefore(at(17))))]
#[case::at_its_time(and(steps![11 => claim_of(line("i1")), 12 => ended_of(line("i1"), not_applied()), 17 => claim_of(line("i1"))]), None)]
#[case::no_such_line(and(steps![11 => claim_of(line("i9"))]), Some(Refusal::Absent))]
#[case::both_at_once(and(steps![11 => claim_of(line("i1")), 12 => claim_of(line("i2"))]), None)]
fn claims(#[case] steps: Vec<(i64, Step)>, #[case] refused: Option<Refusal>) {
    assert_eq!(play(Channel::BackMarket, steps).refused(), refused.as_ref());
}

#[rstest]
fn rings_and_has_a_timer() {
    let scene = play(Channel::BackMarket, confirmed());
    assert_eq!((scene.rings(), scene.due()), (vec![0], Some(310)));
    let scene = then(scene, 310, tick());
    assert_eq!((scene.rings(), scene.due()), (vec![0], Some(310 + 900)));
}

#[rustfmt::skip]
#[rstest]
#[case::the_earliest_of_both(and(steps![11 => domain::Input::Postpone { target: line("i1"), why: why("429", Some(60)) }]), Some(310))]
#[case::a_day_in_doubt_at_the_latest(and(steps![
    11 => claim_of(line("i2")), 12 => ended_of(line("i2"), Outcome::ACCEPTED),
    12 => claim_of(line("i1")), 12 => ended_of(line("i1"), unknown()),
    86_000 => read_of(line("i1"), Reading::Unreadable(why("429", Some(HOUR))))
]), Some(DAY + 12))]
fn is_due(#[case] steps: Vec<(i64, Step)>, #[case] due: Option<i64>) {
    assert_eq!(play(Channel::BackMarket, steps).due(), due);
}

#[rstest]
#[case::both_to_be_sent(confirmed(), 10, vec![Work::Submit(line("i1")), Work::Submit(line("i2"))])]
#[case::one_not_yet(done(not_applied()), 16, vec![Work::Submit(line("i2"))])]
#[case::one_by_then(done(not_applied()), 17, vec![Work::Submit(line("i1")), Work::Submit(line("i2"))])]
#[case::not_to_be_read_yet(done(unknown()), 41, vec![Work::Submit(line("i2"))])]
#[case::to_be_read(done(unknown()), 42, vec![Work::Read(line("i1")), Work::Submit(line("i2"))])]
fn there_is_to_do(#[case] steps: Vec<(i64, Step)>, #[case] now: i64, #[case] expected: Vec<Work>) {
    assert_eq!(domain::work(&play(Channel::BackMarket, steps).order, at(now)), expected);
}

#[rstest]
fn done_has_none() {
    let steps = steps![
        11 => claim_of(line("i1")), 12 => ended_of(line("i1"), Outcome::ACCEPTED),
        13 => claim_of(line("i2")), 14 => ended_of(line("i2"), Outcome::ACCEPTED)
    ];
    let scene = play(Channel::BackMarket, and(steps));
    assert_eq!(scene.due(), None);
    assert_eq!(scene.order.attention_since, None);
}

#[rstest]
#[case::registered(Outcome::ACCEPTED, What::ImeiRegistered, "i1")]
#[case::refused(refused(), What::ImeiFailed, "i1: no such carrier")]
fn the_timeline_tells_once(#[case] outcome: Outcome, #[case] what: What, #[case] note: &str) {
    let steps = done(outcome).into_iter().chain(steps![13 => claim_of(line("i2")), 14 => tick()]);
    let order = play(Channel::BackMarket, steps.collect()).order;
    let told = order.timeline.iter().filter(|change| change.what == what);
    let told: Vec<(i64, Option<&Text>)> =
        told.map(|change| (seconds(change.at), change.note.as_ref())).collect();
    assert_eq!(told, [(12, Some(&text(note)))]);
}

#[rstest]
fn i8_the_imei_found_instead_is_not_kept() {
    let other = Reading::Other(text(IMEIS[2]));
    let scene = play(Channel::BackMarket, doubted(steps![42 => read_of(line("i1"), other)]));
    assert!(!format!("{:?}", scene.order).contains(IMEIS[2]));
}
