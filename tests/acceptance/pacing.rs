//! Pacing, through the built functions: fifty orders of one Amazon account at once, against a rate of 2 a second and a burst
//! of 10. Another seller's order among them does not wait.
#![expect(clippy::print_stdout, reason = "the figures are for people")]

use crate::parcel::Parcel;
use crate::stack::{Shared, run};
use channels::about::example_settings;
use domain::{ChangedBy, Channel, OrderKey, Partner, PartnerRegistration, Stage, Text, Timing};
use flows::ports::{Clock as _, Orders as _, Registry as _};
use local::Event;
use std::time::Duration;
use tokio::time::Instant;

const ORDERS: u32 = 50;

/// How long the other seller's order may take.
const OTHERS_OWN: Duration = Duration::from_secs(10);

const OTHER_SELLER: &str = "zeta";

/// HTTP 429.
const TOO_MANY: u16 = 429;

/// A partner of another seller, with an account of its own.
async fn register_other(shared: &Shared) {
    let settings = example_settings(Channel::Amazon);
    let registration = PartnerRegistration {
        seller: OTHER_SELLER.parse().expect("an id"),
        id: "amazon-us".parse().expect("an id"),
        name: Text::cut("Zeta"),
        settings,
    };
    let by = ChangedBy { person: Text::cut("test"), at: shared.aws.now() };
    let partner = Partner::new(registration, by);
    let partner = Partner { timing: Timing::WhenTrackingIsAssigned, ..partner };
    shared.aws.put_partner(&partner).await.expect("it is new");
    let name = format!("{}/amazon/{OTHER_SELLER}/amazon-us", shared.stack.state().stack);
    let secret = marketplaces::credentials("amazon", "beside-paced-amazon").to_string();
    let made = shared.stack.secrets().create_secret().name(name).secret_string(secret);
    made.send().await.expect("the secret is new");
}

#[test]
fn fifty_orders_of_an_account_keep_to_its_rate_and_hold_up_nobody() {
    run(|shared| async move {
        register_other(shared).await;
        let parcels: Vec<Parcel> =
            (0..ORDERS).map(|n| Parcel::amazon(shared, "paced-amazon", 600 + n).sold()).collect();
        let theirs = Parcel::amazon(shared, "amazon-us", 699).sold();
        let labels: Vec<Event> = parcels.iter().map(Parcel::label).collect();
        let mut label = theirs.label();
        label.detail["seller_id"] = OTHER_SELLER.into();
        let (first, second) = labels.split_at(labels.len() / 2);
        let started = Instant::now();
        shared.stack.put_events(first).await.expect("the bus takes events");
        shared.stack.put_events(&[label]).await.expect("the bus takes events");
        let put = Instant::now();
        shared.stack.put_events(second).await.expect("the bus takes events");

        let key = OrderKey { seller: OTHER_SELLER.parse().expect("an id"), ..theirs.key() };
        loop {
            let stored = shared.aws.order(&key).await.expect("the table answers");
            let is_done = stored.is_some_and(|stored| {
                let mut stages =
                    stored.order.packages.values().filter_map(|package| package.state.stage());
                stages.any(|stage| matches!(stage, Stage::Confirmed { .. }))
            });
            if is_done {
                break;
            }
            assert!(put.elapsed() <= OTHERS_OWN, "the other seller's order waits");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        let other_took = put.elapsed();
        for parcel in &parcels {
            parcel.until_is("confirmed").await;
        }
        let took = started.elapsed();
        let submissions: Vec<_> = parcels.iter().flat_map(Parcel::submissions).collect();
        let refused =
            submissions.iter().filter(|submission| submission.status() == Some(TOO_MANY)).count();
        println!(
            "{ORDERS} orders: {} requests, {refused} of them answered 429, in {:.1} s; the other seller's took {:.1} s",
            submissions.len(),
            took.as_secs_f32(),
            other_took.as_secs_f32(),
        );
        assert!(
            refused * 100 <= submissions.len(),
            "{refused} of {} were answered 429",
            submissions.len()
        );
        assert_eq!(
            submissions.iter().filter(|submission| submission.applied).count(),
            parcels.len()
        );
        assert_eq!(parcels[0].channel, Channel::Amazon);
    });
}
