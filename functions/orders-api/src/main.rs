//! Answers the API's requests about orders: what people look for, what they do, and what needs them.

use api::{DoorConfig, GatewayRequest, OrdersApi};
use aws::Aws;
use aws::config::{Environment, OrdersApiConfig};
use aws::lambda::{invocation, log};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use std::rc::Rc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log();
    let config = OrdersApiConfig::read(Environment::read())?;
    let OrdersApiConfig { aws, seller_claim, calls_max } = config;
    let aws = Rc::new(Aws::connect(aws).await);
    let api = &OrdersApi::new(aws, DoorConfig { seller_claim, calls_max });
    run(service_fn(move |event: LambdaEvent<GatewayRequest>| async move {
        let writer = invocation(&event.context).writer;
        let call = api.call(event.payload);
        Ok::<_, Error>(Box::pin(api.answer(&call, &writer)).await.for_gateway())
    }))
    .await
}
