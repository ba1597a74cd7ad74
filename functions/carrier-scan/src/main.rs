//! Handles `CarrierScan` events: the carrier's first movement makes a confirmation due.

use adapters::aws::Aws;
use adapters::config::{Environment, EventConfig};
use adapters::flow::handle_scans;
use adapters::lambda::{log, serve_batches};
use lambda_runtime::Error;
use std::rc::Rc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log();
    let config = EventConfig::read(Environment::read())?;
    let aws = Rc::new(Aws::connect(config.aws).await);
    serve_batches(Rc::clone(&aws), |bodies, invocation| {
        let aws = Rc::clone(&aws);
        async move { handle_scans(&*aws, &bodies, &invocation.writer).await }
    })
    .await
}
