//! The SDK's clients. All of them share one HTTP client and one TLS stack. They read no configuration files, and probe for
//! nothing.

use super::connector::http_client;
use crate::config::{AwsConfig, AwsCredentials};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_dynamodb::config::{BehaviorVersion, Region};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use std::time::Duration;

/// The longest wait for one try of an AWS call.
const CALL_TIMEOUT: Duration = Duration::from_secs(3);

/// The longest wait for the bus. A publication is tried once.
const BUS_TIMEOUT: Duration = Duration::from_secs(1);

/// The clients of AWS's services. A client that is never made is not in a function's code, so a function makes only those that
/// it uses.
#[derive(Clone, Debug)]
pub struct Clients {
    /// `DynamoDB`.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// SQS.
    pub sqs: aws_sdk_sqs::Client,
    /// `EventBridge`, with one try of at most a second. `None` in a function that publishes nothing.
    pub eventbridge: Option<aws_sdk_eventbridge::Client>,
    /// Secrets Manager. `None` in a function that has no secrets.
    pub secrets: Option<aws_sdk_secretsmanager::Client>,
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

/// What the clients of a configuration are made of.
struct Maker<'a> {
    config: &'a AwsConfig,
    http: SharedHttpClient,
}

impl Maker<'_> {
    fn usual() -> TimeoutConfig {
        TimeoutConfig::builder().operation_attempt_timeout(CALL_TIMEOUT).build()
    }

    /// The clients that every function has.
    fn common(&self) -> Clients {
        let (retry, usual) = (RetryConfig::standard(), Self::usual());
        Clients {
            dynamodb: client!(
                aws_sdk_dynamodb,
                self.config,
                self.http,
                retry.clone(),
                usual.clone()
            ),
            sqs: client!(aws_sdk_sqs, self.config, self.http, retry, usual),
            eventbridge: None,
            secrets: None,
        }
    }

    fn eventbridge(&self) -> aws_sdk_eventbridge::Client {
        let bus = TimeoutConfig::builder().operation_timeout(BUS_TIMEOUT).build();
        client!(aws_sdk_eventbridge, self.config, self.http, RetryConfig::disabled(), bus)
    }

    fn secrets(&self) -> aws_sdk_secretsmanager::Client {
        let retry = RetryConfig::standard();
        client!(aws_sdk_secretsmanager, self.config, self.http, retry, Self::usual())
    }
}

impl Clients {
    /// Makes all clients of a configuration. Nothing is connected yet.
    pub fn new(config: &AwsConfig) -> Self {
        let maker = Maker { config, http: http_client() };
        Self {
            eventbridge: Some(maker.eventbridge()),
            secrets: Some(maker.secrets()),
            ..maker.common()
        }
    }

    /// Makes the clients of a function that publishes and has no secrets.
    pub(super) fn without_secrets(config: &AwsConfig) -> Self {
        let maker = Maker { config, http: http_client() };
        Self { eventbridge: Some(maker.eventbridge()), ..maker.common() }
    }

    /// Makes the clients of a function that writes secrets and publishes nothing.
    pub(super) fn without_bus(config: &AwsConfig) -> Self {
        let maker = Maker { config, http: http_client() };
        Self { secrets: Some(maker.secrets()), ..maker.common() }
    }
}
