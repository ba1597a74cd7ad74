//! The real ports keep the contract of the ports in memory, on the real engine. The flows' tests rely on this.
//!
//! Due orders are left out, because the deployed sweep works on them at the same time. The flows use them in every other test
//! of this folder.

use crate::stack::run;
use domain::SellerId;
use testkit::contract;

/// A seller of these tests only.
fn seller(name: &str) -> SellerId {
    format!("contract-{name}").parse().expect("an id")
}

#[test]
fn what_was_never_saved_is_absent() {
    run(|shared| async {
        contract::what_was_never_saved_is_absent(&shared.aws, &seller("absent")).await;
    });
}

#[test]
fn tracking_numbers() {
    run(|shared| async {
        contract::adding_to_a_number_is_idempotent(&shared.aws, &seller("adds")).await;
        contract::a_number_can_be_full(&shared.aws, &seller("full")).await;
        contract::a_note_is_conditional(&shared.aws, &seller("notes")).await;
    });
}

#[test]
fn partners() {
    run(|shared| async {
        let aws = &shared.aws;
        contract::a_partner_stops_only_at_its_version(aws, &seller("stops")).await;
        contract::a_pause_is_kept(aws, &seller("pauses")).await;
        contract::who_set_never_is_kept(aws, &seller("never")).await;
        contract::a_place_is_given_once(aws, &seller("paced")).await;
        contract::a_renewal_is_leased_once(aws, &seller("renewed")).await;
        contract::links_are_found_by_their_account(aws, &seller("links")).await;
    });
}

#[test]
fn secrets() {
    run(|shared| async {
        contract::a_secret_may_be_absent(&shared.aws, &seller("absent")).await;
        let name = "shipconfirm-contract/secret";
        let secrets = shared.stack.secrets();
        let made = secrets.create_secret().name(name).secret_string("{}").send().await;
        made.expect("the engine makes a secret");
        contract::a_secret_that_is_put_has_another_version(&shared.aws, name).await;
        let name = "shipconfirm-contract/written";
        contract::a_secret_is_written_whether_it_is_there_or_not(&shared.aws, name).await;
    });
}

#[test]
fn lists() {
    run(|shared| async {
        let aws = &shared.aws;
        contract::a_sellers_partners_are_listed(aws, &seller("listed")).await;
        contract::orders_are_listed_newest_first(aws, &seller("newest")).await;
        contract::orders_that_lack_an_imei_come_soonest_first(aws, &seller("lacking")).await;
        contract::an_imei_is_known_by_its_orders(aws, &seller("entered")).await;
        contract::what_needs_a_person_is_listed_most_urgent_first(aws, &seller("attention")).await;
        contract::what_is_noted_of_a_partner_stays(aws, &seller("noted")).await;
        contract::a_connection_test_is_kept(aws, &seller("tested")).await;
        contract::calls_are_counted_by_their_window(aws, &seller("counted")).await;
        contract::changes_of_a_partner_come_newest_first(aws, &seller("changed")).await;
        contract::pairs_are_saved_on_their_version(aws, &seller("pairs")).await;
        contract::a_carrier_that_is_not_listed_is_noted(aws, &seller("unlisted")).await;
        contract::many_orders_are_read_in_their_order(aws, &seller("many")).await;
        contract::a_seller_with_a_partner_is_known(aws, &seller("known")).await;
    });
}
