//! Two stacks in one account, such as one for trying and one in earnest: the same seller with the same partner and the same order in
//! both, and neither knows of the other.

use crate::parcel::Parcel;
use crate::stack::{Shared, beside, partner, run, shared};
use domain::Channel;
use flows::ports::{Clock as _, Orders as _};
use jiff::SignedDuration;
use local::{NewPartner, SELLER};
use std::collections::BTreeSet;
use std::time::Duration;

const PARTNER: &str = "two-stacks-amazon";
const PARTNERS: [NewPartner; 1] = [partner(PARTNER, Channel::Amazon)];

/// What names something of a stack in the account.
fn names(shared: &Shared) -> BTreeSet<String> {
    let state = shared.stack.state();
    let queues = state.queues.values().chain(state.dead_letter_queues.values());
    let others = [
        &state.event_bus,
        &state.table,
        &state.api_upstream,
        &state.user_pool,
        &state.user_pool_client,
        &state.published_queue,
    ];
    let secrets = PARTNERS.iter().map(|partner| shared.stack.secret_name(partner));
    queues.chain(others).cloned().chain(secrets).collect()
}

#[test]
fn two_stacks_in_one_account_share_nothing() {
    let (first, second) = (shared(), beside("second", &PARTNERS));
    let shared_names: Vec<_> = names(first).intersection(&names(second)).cloned().collect();
    assert_eq!(shared_names, [""; 0]);
    let parcel = |of| Parcel::amazon(of, PARTNER, 9_700).sold();
    let (here, there) = (parcel(first), parcel(second));
    assert_eq!((&here.order, &here.tracking), (&there.order, &there.tracking));

    // An order of the first is confirmed, and the second has not heard of it.
    run(|_| async {
        here.put(&[here.label(), here.scan("in_transit")]).await;
        here.until_is("confirmed").await;
    });
    second.run(async {
        assert_eq!(there.view().await, None);
        assert_eq!(there.submitted(), (0, 0));

        // The second has a label of the same number, which no scan of its own has moved.
        there.put(&[there.label()]).await;
        there.until_is("waiting").await;
        there.put(&[there.scan("in_transit")]).await;
        there.until_is("confirmed").await;
    });
    assert_eq!((here.submitted(), there.submitted()), ((1, 1), (1, 1)));
    run(|_| async {
        let stored = first.aws.order(&here.key()).await.expect("the table answers");
        let seen = stored.expect("it is there").order.seen_at;
        assert!(first.aws.now().since(seen) < SignedDuration::from_mins(10));
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert_eq!(here.submitted(), (1, 1), "the other stack's events do nothing here");
    });

    // Who may work in one may not in the other.
    let token = run(|first| first.stack.token_for(SELLER)).expect("the pool gives a token");
    second.run(async {
        let answer = second.stack.api("GET /partners", Some(&token), &[], None).await;
        assert_eq!(answer.expect("it answers").status, 401);
        let own = second.stack.token_for(SELLER).await.expect("the pool gives a token");
        let answer = second.stack.api("GET /partners", Some(&own), &[], None).await;
        assert_eq!(answer.expect("it answers").status, 200);
    });
}
