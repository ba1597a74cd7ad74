//! Handles `ImeiUpdated` events: a phone's IMEI is known, for the confirmation to carry.

use adapters::aws::Aws;
use adapters::config::{Environment, EventConfig};
use adapters::flow::handle_events;
use adapters::lambda::{log, serve_batches};
use lambda_runtime::Error;
use std::rc::Rc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log();
    let config = EventConfig::read(Environment::read())?;
    let window = config.imei_window_minutes;
    let aws = Rc::new(Aws::connect(config.aws).await);
    serve_batches(Rc::clone(&aws), |bodies, invocation| {
        let aws = Rc::clone(&aws);
        async move { handle_events(&*aws, &bodies, ("ImeiUpdated", window), &invocation.writer).await }
    })
    .await
}
