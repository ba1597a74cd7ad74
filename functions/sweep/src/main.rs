//! Runs each minute: looks at every order whose timer has run out.

use adapters::aws::Aws;
use adapters::config::{AwsConfig, Environment};
use adapters::flow::sweep;
use adapters::lambda::{log, serve_schedule};
use lambda_runtime::Error;
use std::rc::Rc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log();
    let aws = Rc::new(Aws::connect(AwsConfig::read(Environment::read())?).await);
    serve_schedule(|invocation| {
        let aws = Rc::clone(&aws);
        async move { sweep(&*aws, &invocation.writer).await.verdict() }
    })
    .await
}
