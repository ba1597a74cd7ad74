//! The ports in memory keep the same contract as the real ones.

use rstest::rstest;
use testkit::{Memory, START, contract, seller};

#[rstest]
#[tokio::test(start_paused = true)]
async fn what_was_never_saved_is_absent() {
    contract::what_was_never_saved_is_absent(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn an_order_is_read_as_it_was_saved() {
    contract::an_order_is_read_as_it_was_saved(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_save_is_conditional() {
    contract::a_save_is_conditional(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_new_order_never_replaces_one() {
    contract::a_new_order_never_replaces_one(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_save_of_what_is_gone_is_stale() {
    contract::a_save_of_what_is_gone_is_stale(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_save_of_our_own_is_recognised() {
    contract::a_save_of_our_own_is_recognised(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn adding_to_a_number_is_idempotent() {
    contract::adding_to_a_number_is_idempotent(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_number_can_be_full() {
    contract::a_number_can_be_full(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_note_is_conditional() {
    contract::a_note_is_conditional(&Memory::new(START), &seller()).await;
}

#[rstest]
#[case::none(0)]
#[case::one(1)]
#[case::many_pages(150)]
#[tokio::test(start_paused = true)]
async fn what_is_due_comes_in_pages(#[case] orders: usize) {
    contract::what_is_due_comes_in_pages(&Memory::new(START), &seller(), orders).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_partner_stops_only_at_its_version() {
    let memory = Memory::new(START);
    contract::a_partner_stops_only_at_its_version(&memory, &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_pause_is_kept() {
    contract::a_pause_is_kept(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn who_set_never_is_kept() {
    contract::who_set_never_is_kept(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_secret_may_be_absent() {
    contract::a_secret_may_be_absent(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_place_is_given_once() {
    let memory = Memory::new(START);
    contract::a_place_is_given_once(&memory, &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_renewal_is_leased_once() {
    let memory = Memory::new(START);
    contract::a_renewal_is_leased_once(&memory, &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_secret_that_is_put_has_another_version() {
    let memory = Memory::new(START);
    memory.register(&testkit::amazon());
    let name = testkit::secret_name(&testkit::amazon());
    contract::a_secret_that_is_put_has_another_version(&memory, &name).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_sellers_partners_are_listed() {
    contract::a_sellers_partners_are_listed(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn orders_are_listed_newest_first() {
    contract::orders_are_listed_newest_first(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn orders_that_lack_an_imei_come_soonest_first() {
    contract::orders_that_lack_an_imei_come_soonest_first(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn an_imei_is_known_by_its_orders() {
    contract::an_imei_is_known_by_its_orders(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn what_needs_a_person_is_listed_most_urgent_first() {
    contract::what_needs_a_person_is_listed_most_urgent_first(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn many_orders_are_read_in_their_order() {
    contract::many_orders_are_read_in_their_order(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_secret_is_written_whether_it_is_there_or_not() {
    let name = "contract/written";
    contract::a_secret_is_written_whether_it_is_there_or_not(&Memory::new(START), name).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn pairs_are_saved_on_their_version() {
    contract::pairs_are_saved_on_their_version(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_carrier_that_is_not_listed_is_noted() {
    contract::a_carrier_that_is_not_listed_is_noted(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn what_is_noted_of_a_partner_stays() {
    contract::what_is_noted_of_a_partner_stays(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn calls_are_counted_by_their_window() {
    contract::calls_are_counted_by_their_window(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn changes_of_a_partner_come_newest_first() {
    contract::changes_of_a_partner_come_newest_first(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_connection_test_is_kept() {
    contract::a_connection_test_is_kept(&Memory::new(START), &seller()).await;
}

#[tokio::test]
async fn links_are_found_by_their_account() {
    contract::links_are_found_by_their_account(&Memory::new(START), &seller()).await;
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn m3_a_seller_with_a_partner_is_known() {
    contract::a_seller_with_a_partner_is_known(&Memory::new(START), &seller()).await;
}
