//! What is told on the bus, how often, and under which id.

use crate::build::*;
use crate::steps;
use NoticeKind::{
    ConfirmationAccepted as Accepted, ConfirmationConflict as Conflict,
    ConfirmationRejected as Rejected, ConfirmationUnresolved as Unresolved, ImeiDueSoon as DueSoon,
    ImeiMissing as Missing, TrackingSuperseded as Superseded,
};
use domain::{Action, Channel, Effect, Notice, NoticeKind, Outcome, Reading};
use rstest::rstest;

const ONE: &[(&str, u32)] = &[("i1", 1)];

#[rustfmt::skip]
#[rstest]
#[case::accepted(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED), 3 => assigned("A"), 4 => tick()], &[Accepted])]
#[case::confirmed_by_reading(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 3 => read(Reading::OURS)], &[Accepted])]
#[case::rejected(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(refused()), 3 => tick()], &[Rejected])]
#[case::rejected_twice(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(refused()), 3 => act(Action::Retry), 4 => claim("1"), 5 => ended(refused())], &[Rejected, Rejected])]
#[case::conflict(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), 3 => read(Reading::Other(text("X9"))), 4 => tick()], &[Conflict])]
#[case::unresolved(steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(unknown()), DAY + 2 => tick(), DAY + 3 => tick()], &[Unresolved])]
#[case::l3_voided(steps![0 => assigned("A"), 1 => claim("1"), 2 => void("A"), 3 => void("A")], &[Superseded])]
#[case::l3_replaced(steps![0 => assigned("A"), 1 => claim("1"), 2 => assigned("B").made(2), 3 => assigned("B").made(2)], &[Superseded])]
#[case::l3_replaced_twice(steps![0 => assigned("A"), 1 => claim("1"), 2 => assigned("B").made(2), 3 => assigned("C").made(3)], &[Superseded, Superseded])]
#[case::l3_replaced_and_voided(steps![0 => assigned("A"), 1 => claim("1"), 2 => assigned("B").made(2), 3 => void("B")], &[Superseded, Superseded])]
#[case::l3_replaced_by_a_reprint_of_the_replacement(steps![0 => assigned("A"), 1 => claim("1"), 2 => assigned("B").made(2), 3 => assigned("C").number("B").made(3)], &[Superseded])]
#[case::l3_an_older_label_is_not_told(steps![1 => assigned("B").made(1), 2 => claim("1"), 3 => assigned("A")], &[])]
#[case::l3_before_the_claim_nothing_is_told(steps![0 => assigned("A"), 2 => assigned("B").made(2), 3 => void("B")], &[])]
fn tells(#[case] steps: Vec<(i64, Step)>, #[case] expected: &[NoticeKind]) {
    assert_eq!(play(Channel::Ebay, steps).told, expected);
}

#[rustfmt::skip]
#[rstest]
#[case::i5_once(steps![0 => assigned("A").phones(ONE), 2_700 => tick(), 2_760 => tick(), 2_800 => assigned("A").phones(ONE)], &[DueSoon])]
#[case::i5_not_when_they_came(steps![0 => assigned("A").phones(ONE), 9 => imeis("i1", &[IMEIS[0]], 9), 2_700 => tick()], &[])]
#[case::i4_missing_under_assigned_timing(steps![0 => assigned("A").phones(ONE), 2_700 => tick(), 3_600 => tick(), 3_660 => tick()], &[DueSoon, Missing])]
#[case::i4_missing_under_movement_timing(steps![0 => label("A").phones(ONE), 9 => moved("A", 8)], &[Missing])]
#[case::i4_missing_and_held(steps![0 => label("A").phones(ONE).or_hold(), 9 => moved("A", 8), 10 => tick()], &[Missing])]
#[case::i4_held_then_sent_without(steps![0 => label("A").phones(ONE).or_hold(), 9 => moved("A", 8), 10 => act(Action::SendNow)], &[Missing])]
#[case::i4_not_again_at_the_next_try(steps![0 => label("A").phones(ONE), 9 => moved("A", 8), 10 => claim("1"), 11 => ended(not_applied())], &[Missing])]
#[case::i4_not_again_back_from_doubt(steps![0 => label("A").phones(ONE), 9 => moved("A", 8), 10 => claim("1"), 10 => ended(unknown()), 40 => read(Reading::Absent), 130 => read(Reading::Absent), 910 => read(Reading::Absent)], &[Missing])]
#[case::i4_when_cleared_while_it_was_sent(steps![0 => imeis("i1", &[IMEIS[0]], 0), 1 => label("A").phones(ONE), 9 => moved("A", 8), 10 => claim("1"), 11 => imeis("i1", &[], 11), 12 => ended(not_applied())], &[Missing])]
fn tells_of_imeis(#[case] steps: Vec<(i64, Step)>, #[case] expected: &[NoticeKind]) {
    assert_eq!(play(Channel::BackMarket, steps).told, expected);
}

pub(crate) fn notices(scene: &Scene) -> Vec<Notice> {
    let notice = |effect: &Effect| match effect {
        Effect::Publish(notice) => Some(notice.clone()),
        Effect::Ring { .. } => None,
    };
    scene.last.effects.iter().filter_map(notice).collect()
}

#[rstest]
fn the_same_told_again_has_the_same_id_and_another_thing_another() {
    let claimed = || play(Channel::Ebay, steps![0 => assigned("A"), 1 => claim("1")]);
    let first = notices(&then(claimed(), 2, ended(refused())));
    let again = notices(&then(claimed(), 3, ended(refused())));
    assert_eq!(first[0].id, again[0].id);
    let gave_up = steps![0 => act(Action::Retry), 7 * DAY => domain::Input::Postpone { target: confirmation("1"), why: why("429", None) }];
    let retried = gave_up
        .into_iter()
        .fold(then(claimed(), 2, ended(refused())), |scene, (now, step)| then(scene, now, step));
    assert_eq!(retried.shown(), "rejected gave_up");
    assert_ne!(first[0].id, notices(&retried)[0].id);
}

#[rstest]
fn a_notice_has_all_its_fields() {
    let scene = play(
        Channel::Ebay,
        steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED)],
    );
    insta::assert_snapshot!(notices(&scene)[0].detail(), @r#"{"at":"2026-11-23T15:00:02Z","channel":"ebay","id":"acme/shop/902-1/1/ConfirmationAccepted/1","order_id":"902-1","package_id":"1","partner_id":"shop","reason":"accepted","seller_id":"acme","tracking_number":"1Z999A"}"#);
}

#[rstest]
fn what_the_bus_did_not_take_is_told_again_after_a_minute() {
    let scene = play(
        Channel::Ebay,
        steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED)],
    );
    let notice = notices(&scene).remove(0);
    // Unpublished once more before that, it waits no longer.
    let order =
        scene.order.with_unpublished(notice.clone(), at(2)).with_unpublished(notice.clone(), at(9));
    assert_eq!(order.due_at, Some(at(62)));
    let looked_at = domain::step(order.clone(), &tick(), at(9)).order;
    assert_eq!(looked_at, order, "a look before its time");
    let early = domain::step(order.clone(), &tick(), at(61));
    assert_eq!((early.effects, &early.order), (vec![], &order));
    let later = domain::step(order, &tick(), at(62));
    assert_eq!(later.effects, [Effect::Publish(notice)]);
    assert_eq!((later.order.unpublished.len(), later.order.due_at), (0, None));
}

#[rstest]
#[case::the_earlier_timer_stays(299, 300)]
#[case::soon(32, 92)]
#[case::a_minute_old_in_five_minutes(62, 300)]
#[case::an_earlier_one_than_the_timer(61, 121)]
fn an_untold_notice_is_due(#[case] now: i64, #[case] due: i64) {
    let confirmed = play(
        Channel::Ebay,
        steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED)],
    );
    let waiting = play(Channel::Ebay, steps![0 => assigned("A")]).order;
    assert_eq!(waiting.due_at, Some(at(300)));
    let order = waiting.with_unpublished(notices(&confirmed).remove(0), at(now));
    assert_eq!(order.due_at, Some(at(due)));
}

/// A bus that is away for hours must not fill each sweep: the notice is of second 2.
#[rstest]
#[case::less_than_a_minute_old(61, 60)]
#[case::a_minute_old(62, 300)]
#[case::less_than_six(361, 300)]
#[case::six(362, 900)]
#[case::less_than_twenty_one(1_261, 900)]
#[case::twenty_one(1_262, 3_600)]
#[case::a_day(86_400, 3_600)]
fn an_untold_notice_waits_longer_and_longer(#[case] now: i64, #[case] wait: i64) {
    let confirmed = play(
        Channel::Ebay,
        steps![0 => assigned("A"), 1 => claim("1"), 2 => ended(Outcome::ACCEPTED)],
    );
    let told = notices(&confirmed).remove(0);
    let order = confirmed.order.with_unpublished(told, at(now));
    assert_eq!(order.due_at, Some(at(now + wait)));
}
