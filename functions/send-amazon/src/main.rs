//! Answers the doorbells of Amazon: claims, submits and records confirmations.

use adapters::aws::Aws;
use adapters::config::{Environment, SenderConfig};
use adapters::flow::Sender;
use adapters::lambda::{log, serve_doorbells};
use channels::{Amazon, Marketplace as _};
use lambda_runtime::Error;
use std::rc::Rc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log();
    let config = SenderConfig::read(Environment::read(), Amazon::CHANNEL)?;
    let aws = Rc::new(Aws::connect(config.aws.clone()).await);
    let sender = Sender::<Amazon, _>::new(Rc::clone(&aws), config);
    sender.warm_up().await;
    serve_doorbells(aws, sender).await
}
