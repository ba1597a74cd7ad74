//! Serves the console, and answers the API's requests about what people set.

mod config;
mod site;

use api::{GatewayRequest, SettingsApi};
use aws::Aws;
use aws::config::Environment;
use aws::lambda::log;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use std::rc::Rc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log();
    let (aws, config) = config::read(Environment::read())?;
    let aws = Rc::new(Aws::connect_settings(aws).await);
    let api = &SettingsApi::new(aws, config, site::SITE);
    run(service_fn(move |event: LambdaEvent<GatewayRequest>| async move {
        let call = api.call(event.payload);
        Ok::<_, Error>(Box::pin(api.answer(&call)).await.for_gateway())
    }))
    .await
}
