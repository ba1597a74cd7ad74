//! Answers the settings API's requests, and serves the console.

mod config;
mod site;

use api::{Api, GatewayRequest};
use aws::Aws;
use aws::config::Environment;
use aws::lambda::{invocation, log};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use std::rc::Rc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log();
    let (aws, config) = config::read(Environment::read())?;
    let aws = Rc::new(Aws::connect(aws).await);
    let api = &Api::new(aws, config, site::SITE);
    run(service_fn(move |event: LambdaEvent<GatewayRequest>| async move {
        let writer = invocation(&event.context).writer;
        let call = api.call(event.payload);
        Ok::<_, Error>(Box::pin(api.answer(&call, &writer)).await.for_gateway())
    }))
    .await
}
