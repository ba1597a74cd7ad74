//! The configuration: everything that is wrong with it is said at once.

use aws::config::{AwsConfig, ConfigError, Environment, EventConfig, SenderConfig};
use aws::lambda::UnknownPartners;
use domain::Channel;
use jiff::SignedDuration;
use rstest::rstest;
use testkit::environment;

fn with(changes: &[(&str, Option<&str>)]) -> Environment {
    let mut variables = environment();
    for (name, value) in changes {
        variables.retain(|(known, _)| known != name);
        variables.extend(value.map(|value| ((*name).to_owned(), value.to_owned())));
    }
    Environment::of(variables)
}

#[rstest]
#[case::a_sender(
    SenderConfig::read(Environment::of([]), Channel::Amazon).err(),
    &["AWS_REGION is missing", "AWS_ACCESS_KEY_ID is missing", "AWS_SECRET_ACCESS_KEY is missing",
      "TABLE_NAME is missing", "EVENT_BUS_NAME is missing", "AMAZON_QUEUE_URL is missing",
      "DEAD_LETTER_QUEUE_URL is missing", "SECRET_PREFIX is missing", "FUNCTION_TIMEOUT_S is missing",
      "SENDER_CONCURRENCY is missing"],
)]
#[case::a_sender_needs_its_own_queue_only(
    SenderConfig::read(with(&[("AMAZON_QUEUE_URL", None)]), Channel::BackMarket).err(),
    &[],
)]
#[case::a_handler_of_events(
    EventConfig::read(with(&[("DEAD_LETTER_QUEUE_URL", None), ("IMEI_WINDOW_MINUTES", Some("0"))])).err(),
    &["DEAD_LETTER_QUEUE_URL is missing", "IMEI_WINDOW_MINUTES is `0`; allowed: a number from 1 to 10080"],
)]
#[case::a_handler_without_a_window(EventConfig::read(with(&[])).err(), &[])]
#[case::the_sweep_rings_every_channel(
    AwsConfig::read(with(&[("AMAZON_QUEUE_URL", Some(" ")), ("BACK_MARKET_QUEUE_URL", None)])).err(),
    &["AMAZON_QUEUE_URL is missing", "BACK_MARKET_QUEUE_URL is missing"],
)]
#[case::the_sweep_dead_letters_nothing(
    AwsConfig::read(with(&[("DEAD_LETTER_QUEUE_URL", None)])).err(),
    &[],
)]
#[case::more_shards_than_the_sweep_reads(
    AwsConfig::read(with(&[("DUE_SHARDS", Some("65"))])).err(),
    &["DUE_SHARDS is `65`; allowed: a number from 1 to 64"],
)]
#[case::no_shard(
    AwsConfig::read(with(&[("DUE_SHARDS", Some("0"))])).err(),
    &["DUE_SHARDS is `0`; allowed: a number from 1 to 64"],
)]
#[case::shards_nobody_said(AwsConfig::read(with(&[("DUE_SHARDS", None)])).err(), &[])]
#[case::partners_neither_refused_nor_ignored(
    EventConfig::read(with(&[("UNKNOWN_PARTNERS", Some("keep"))])).err(),
    &["UNKNOWN_PARTNERS is `keep`; allowed: refuse, ignore"],
)]
#[case::more_senders_than_lambda_runs(
    SenderConfig::read(with(&[("SENDER_CONCURRENCY", Some("1001"))]), Channel::Amazon).err(),
    &["SENDER_CONCURRENCY is `1001`; allowed: a number from 1 to 1000"],
)]
#[case::a_timeout_too_short(
    SenderConfig::read(with(&[("FUNCTION_TIMEOUT_S", Some("29"))]), Channel::Amazon).err(),
    &["FUNCTION_TIMEOUT_S is `29`; allowed: a number from 30 to 900"],
)]
#[case::a_timeout_that_is_no_number(
    SenderConfig::read(with(&[("FUNCTION_TIMEOUT_S", Some("a minute"))]), Channel::Amazon).err(),
    &["FUNCTION_TIMEOUT_S is `a minute`; allowed: a number from 30 to 900"],
)]
#[case::a_restore_that_is_no_time(
    SenderConfig::read(with(&[("RESTORED_AT", Some("2026-11-23"))]), Channel::Amazon).err(),
    &["RESTORED_AT is `2026-11-23`; allowed: a number from 0 to 4294967295"],
)]
fn faults_are_told_at_once(#[case] error: Option<ConfigError>, #[case] expected: &[&str]) {
    let faults = error.map(|ConfigError(faults)| faults).unwrap_or_default();
    assert_eq!(faults, expected);
}

#[rstest]
fn faults_read_as_one_sentence() {
    let error = AwsConfig::read(with(&[("TABLE_NAME", None), ("EVENT_BUS_NAME", None)])).err();
    let words = error.map(|error| error.to_string()).unwrap_or_default();
    assert_eq!(
        words,
        "the function is not configured: TABLE_NAME is missing; EVENT_BUS_NAME is missing"
    );
}

#[rstest]
fn a_whole_environment_is_read() {
    let config = SenderConfig::read(with(&[]), Channel::Amazon).expect("it is whole").sender;
    assert_eq!(config.timeout, SignedDuration::from_mins(1));
    assert_eq!(config.at_once, 10);
    assert_eq!(config.secret_prefix, "shipconfirm");
    assert_eq!(config.endpoint.as_deref(), Some("http://shops.test"));
}

/// Rule A2: the moment of a restore is in seconds, and 0 where there was none.
#[rstest]
#[case::none(Some("0"), None)]
#[case::not_set(None, None)]
#[case::a_moment(Some("1795446000"), Some("2026-11-23T15:00:00Z"))]
fn a_restore_is_read(#[case] set: Option<&str>, #[case] expected: Option<&str>) {
    let config = SenderConfig::read(with(&[("RESTORED_AT", set)]), Channel::Amazon).expect("whole");
    let restored_at = config.sender.restored_at.map(|at| at.to_string());
    assert_eq!(restored_at.as_deref(), expected);
}

#[rstest]
#[case::said(Some("ignore"), UnknownPartners::Ignore)]
#[case::said_the_standard(Some("refuse"), UnknownPartners::Refuse)]
#[case::not_said(None, UnknownPartners::Refuse)]
fn events_of_unknown_partners_are(#[case] value: Option<&str>, #[case] expected: UnknownPartners) {
    let config = EventConfig::read(with(&[("UNKNOWN_PARTNERS", value)])).expect("it is whole");
    assert_eq!(config.unknown_partners, expected);
}

#[rstest]
#[case::said(Some("64"), 64)]
#[case::not_said(None, 16)]
fn orders_are_spread_over_so_many_shards(#[case] value: Option<&str>, #[case] expected: u8) {
    let config = AwsConfig::read(with(&[("DUE_SHARDS", value)])).expect("it is whole");
    assert_eq!(config.due_shards, expected);
}
