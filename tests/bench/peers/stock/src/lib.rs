//! Makes our ports with SDK clients that have default features.

use aws::{Aws, Clients};
use aws::config::{Environment, EventConfig};
use aws_config::BehaviorVersion;
use lambda_runtime::Error;

/// The ports, and how long a confirmation waits for missing IMEIs. Unit: minutes.
///
/// # Errors
/// The configuration lacks something.
pub async fn connect() -> Result<(Aws, Option<u32>), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let sdk = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let clients = Clients {
        dynamodb: aws_sdk_dynamodb::Client::new(&sdk),
        sqs: aws_sdk_sqs::Client::new(&sdk),
        eventbridge: Some(aws_sdk_eventbridge::Client::new(&sdk)),
        secrets: None,
    };
    let config = EventConfig::read(Environment::read())?;
    Ok((Aws::with(config.aws, clients), config.imei_window_minutes))
}
