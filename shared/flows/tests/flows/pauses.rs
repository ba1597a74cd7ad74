//! A pause (rule A1) and observing (rule A3): nothing leaves, and what waited goes on once nobody holds it back.

use channels::Amazon;
use domain::{ChangedBy, Mode, Partner};
use flows::ports::{Clock as _, Partners as _, Registry as _, TestBells as _};
use flows::{Handled, Sender, SenderConfig};
use std::rc::Rc;
use testkit::fixtures::*;
use testkit::{Deployment, NUMBER, sender_config, text};

fn left(deployment: &Deployment) -> usize {
    deployment.memory.sent().len()
}

async fn partner(deployment: &Deployment) -> Partner {
    let key = amazon_key();
    let read = deployment.memory.partner(&key.seller, &key.partner).await;
    read.expect("a read").expect("it is there")
}

fn by(deployment: &Deployment) -> ChangedBy {
    ChangedBy { person: text("ann"), at: deployment.memory.now() }
}

async fn pause(deployment: &Deployment) {
    let paused = partner(deployment).await.pause(text("a look"), by(deployment));
    deployment.memory.put_pause(&paused).await.expect("it is kept");
}

async fn resume(deployment: &Deployment) {
    let resumed = partner(deployment).await.resume(by(deployment));
    deployment.memory.put_pause(&resumed).await.expect("it is kept");
    assert!(deployment.memory.ring_resumed(&resumed).await);
}

#[tokio::test(start_paused = true)]
async fn a_pause_sends_nothing_and_its_end_starts_at_once() {
    let mut deployment = deployment_with_ready_order().await;
    pause(&deployment).await;
    deployment.run_for(minutes(100)).await;
    assert_eq!((deployment.shown(&amazon_key()), left(&deployment)), ("1: ready".to_owned(), 0));
    resume(&deployment).await;
    deployment.run_for(minutes(1)).await;
    assert_eq!(deployment.shown(&amazon_key()), format!("1: confirmed {NUMBER}"));
    assert!(!deployment.has_stuck());
}

#[tokio::test(start_paused = true)]
async fn a_lost_message_of_a_resume_costs_half_an_hour() {
    let mut deployment = deployment_with_ready_order().await;
    pause(&deployment).await;
    deployment.run_for(minutes(10)).await;
    resume(&deployment).await;
    assert_eq!(deployment.memory.take_resume_bells().len(), 1);
    deployment.run_for(minutes(33)).await;
    assert_eq!(deployment.shown(&amazon_key()), format!("1: confirmed {NUMBER}"));
}

#[tokio::test(start_paused = true)]
async fn a_deployment_that_pauses_a_channel_sends_nothing_of_it() {
    let mut deployment = deployment_with_ready_order().await;
    let config = SenderConfig { is_paused: true, ..sender_config() };
    let sender = Sender::<Amazon, _>::new(Rc::clone(&deployment.ports), config);
    let invocation = deployment.invocation_of(minutes(1));
    assert_eq!(sender.answer(&amazon_key(), &invocation).await, Handled::Done);
    assert_eq!((deployment.shown(&amazon_key()), left(&deployment)), ("1: ready".to_owned(), 0));
    let stored = deployment.memory.stored(&amazon_key()).expect("it is there");
    assert!(stored.order.is_paused(), "{stored:?}");
    deployment.run_for(minutes(33)).await;
    assert_eq!(deployment.shown(&amazon_key()), format!("1: confirmed {NUMBER}"));
}

#[tokio::test(start_paused = true)]
async fn a_partner_that_observes_sends_nothing_and_leaving_sends_nothing_of_it() {
    let mut deployment = deployment_with_ready_order().await;
    let live = partner(&deployment).await;
    deployment.memory.register(&Partner { mode: Mode::Observe, ..live.clone() });
    deployment.run_for(minutes(5)).await;
    assert_eq!(deployment.shown(&amazon_key()), "1: observed");
    deployment.memory.register(&live);
    deployment.run_for(minutes(100)).await;
    assert_eq!(deployment.shown(&amazon_key()), "1: observed");
    let submits = |path: &str| path.ends_with("shipmentConfirmation");
    assert!(!deployment.memory.sent().iter().any(|sent| submits(sent.uri().path())));
}
