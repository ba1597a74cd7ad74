//! The SDK's clients. All of them share one HTTP client and one TLS stack. They read no configuration files, and probe for
//! nothing.

use super::connector::http_client;
use crate::config::{AwsConfig, AwsCredentials};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use std::time::Duration;

/// The longest wait for one try of an AWS call.
const CALL_TIMEOUT: Duration = Duration::from_secs(3);

/// The longest wait for the bus. A publication is tried once.
const BUS_TIMEOUT: Duration = Duration::from_secs(1);

/// The clients of every AWS service we use.
#[derive(Clone, Debug)]
pub struct Clients {
    /// `DynamoDB`.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// SQS.
    pub sqs: aws_sdk_sqs::Client,
    /// `EventBridge`, with one try of at most a second.
    pub eventbridge: aws_sdk_eventbridge::Client,
    /// Secrets Manager.
    pub secrets: aws_sdk_secretsmanager::Client,
}

macro_rules! client {
    ($service:ident, $config:expr, $http:expr, $retry:expr, $timeouts:expr) => {{
        let AwsCredentials { access_key_id, secret_access_key, session_token } =
            $config.credentials.clone();
        let credentials =
            Credentials::new(access_key_id, secret_access_key, session_token, None, "environment");
        let mut builder = $service::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new($config.region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(credentials))
            .http_client($http.clone())
            .retry_config($retry)
            .timeout_config($timeouts);
        builder.set_endpoint_url($config.endpoint.clone());
        $service::Client::from_conf(builder.build())
    }};
}

impl Clients {
    /// Makes the clients of a configuration. Nothing is connected yet.
    pub fn new(config: &AwsConfig) -> Self {
        let http = http_client();
        let usual = TimeoutConfig::builder().operation_attempt_timeout(CALL_TIMEOUT).build();
        let bus = TimeoutConfig::builder().operation_timeout(BUS_TIMEOUT).build();
        let retry = RetryConfig::standard();
        Self {
            dynamodb: client!(aws_sdk_dynamodb, config, http, retry.clone(), usual.clone()),
            sqs: client!(aws_sdk_sqs, config, http, retry.clone(), usual.clone()),
            eventbridge: client!(aws_sdk_eventbridge, config, http, RetryConfig::disabled(), bus),
            secrets: client!(aws_sdk_secretsmanager, config, http, retry, usual),
        }
    }
}
