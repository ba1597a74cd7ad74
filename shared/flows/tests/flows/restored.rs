//! Rule A2: the sender of a restored table asks its marketplace first, and sends no request for what it has not claimed.

use channels::Amazon;
use domain::Moment;
use flows::{Handled, Sender, SenderConfig};
use rstest::rstest;
use testkit::fixtures::*;
use testkit::{Deployment, NUMBER, START, sender_config};

/// Lets a sender answer the order's doorbell that was told of a restore.
async fn ring(deployment: &mut Deployment, restored_at: Moment) -> Handled {
    deployment.memory.take_bells();
    let config = SenderConfig { restored_at: Some(restored_at), ..sender_config() };
    let sender = Sender::<Amazon, _>::new(std::rc::Rc::clone(&deployment.ports), config);
    let invocation = deployment.invocation_of(minutes(1));
    deployment.memory.catch_up().await;
    sender.answer(&amazon_key(), &invocation).await
}

fn methods(deployment: &Deployment) -> Vec<String> {
    deployment.memory.sent().iter().map(|sent| sent.method().to_string()).collect()
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a2_what_the_table_forgot_is_found_and_not_sent_again() {
    let mut deployment = deployment_with_ready_order().await;
    let backup = deployment.memory.back_up();
    assert_eq!(ring_at::<Amazon>(&mut deployment, &amazon_key()).await, Handled::Done);
    assert_eq!(deployment.shown(&amazon_key()), format!("1: confirmed {NUMBER}"));
    deployment.memory.restore(&backup);
    assert_eq!(deployment.shown(&amazon_key()), "1: ready");
    let before = methods(&deployment).len();
    assert_eq!(ring(&mut deployment, START).await, Handled::Done);
    assert_eq!(
        methods(&deployment).get(before..),
        Some(["POST".to_owned(), "GET".to_owned()].as_slice()),
        "a token, and a read"
    );
    assert_eq!(deployment.memory.shops().applied(), [number_of(testkit::AMAZON_ORDER)]);
    assert_eq!(deployment.shown(&amazon_key()), format!("1: confirmed {NUMBER}"));
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a2_what_is_not_there_is_in_doubt_and_goes_later() {
    let mut deployment = deployment_with_ready_order().await;
    for _ in 0..3 {
        assert_eq!(ring(&mut deployment, START).await, Handled::Done);
        assert_eq!(deployment.memory.shops().applied(), []);
        deployment.memory.advance(minutes(5));
    }
    // The quarantine is over, and four reads have shown nothing.
    assert_eq!(ring(&mut deployment, START).await, Handled::Done);
    assert_eq!(deployment.memory.shops().applied(), [number_of(testkit::AMAZON_ORDER)]);
}
