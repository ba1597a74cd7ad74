//! The restore of the table, as the runbook says it: what was sent after the backup is found again, and nothing goes out twice (rule A2).

use local::drill::{self, Drill, Patience};
use local::{Options, Progress};
use tokio::runtime::Builder;

/// Six of each fate: one at each channel.
const ORDERS: u32 = 36;

#[test]
fn a_restored_table_sends_nothing_twice_and_loses_nothing() {
    let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let options = Options { progress: Progress::Quiet, ..Options::new("") };
        let (mut stack, shops) = drill::open(options).await.expect("the stack starts");
        let drill = Drill { orders: ORDERS, patience: Patience::UntilAsked };
        let outcome = drill::play(&mut stack, &shops, drill, |_| {}).await;
        let outcome = outcome.expect("the stack answers");
        assert_eq!(outcome.wrong, Vec::<String>::new(), "{:#?}", outcome.counts);
        let ended: usize = outcome.counts.values().sum();
        assert_eq!(u32::try_from(ended), Ok(ORDERS));
        let found = outcome.counts.get("sent after the backup, and found again: confirmed");
        assert_eq!(found, Some(&4), "{:#?}", outcome.counts);
        let asked = outcome.counts.get("asked for before it goes: in_doubt");
        assert_eq!(asked, Some(&5), "{:#?}", outcome.counts);
    });
}
