//! Answers the API's requests about orders: what people look for, what they do, and what needs them.

use api::{GatewayRequest, OrdersApi};
use aws::Aws;
use aws::config::{Environment, OrdersApiConfig};
use aws::lambda::{invocation, log};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use std::rc::Rc;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    log();
    let OrdersApiConfig { aws, seller_claim } = OrdersApiConfig::read(Environment::read())?;
    let aws = Rc::new(Aws::connect(aws).await);
    let api = &OrdersApi::new(aws, seller_claim);
    run(service_fn(move |event: LambdaEvent<GatewayRequest>| async move {
        let writer = invocation(&event.context).writer;
        let call = api.call(event.payload);
        Ok::<_, Error>(Box::pin(api.answer(&call, &writer)).await.for_gateway())
    }))
    .await
}
