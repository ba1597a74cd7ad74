//! AWS: the real ports (`DynamoDB`, SQS, `EventBridge`, Secrets Manager and HTTPS, over one TLS stack), the configuration, and
//! what a function is around its flow. This is the only crate that knows an SDK.

mod bus;
mod carriers;
mod clients;
pub mod config;
mod connector;
mod departures;
mod http;
mod http_client;
mod index_pages;
mod item;
mod known_sellers;
pub mod lambda;
mod merchants;
mod moved_today;
mod named_orders;
mod orders;
mod partners;
mod people;
mod ports;
mod queue;
mod reachable_hosts;
mod secrets;
mod table;

pub use bus::NOT_PUBLISHED;
pub use clients::Clients;
pub use http::{Https, Idle};
pub use item::{ItemSize, READS, WRITES, order_item_size};
pub use reachable_hosts::{Reach, is_public};

use crate::config::{AwsConfig, SenderConfig};
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use flows::ports::SecretError;
use known_sellers::KnownSellers;
use moved_today::MovedToday;
use table::Table;

/// The ports over AWS and the marketplaces.
pub struct Aws {
    config: AwsConfig,
    clients: Clients,
    table: Table,
    /// What calls the marketplaces. Only senders have it.
    https: Option<Https>,
    /// The partners that were noted today as those whose parcels move.
    moved: MovedToday,
    /// Which sellers have a partner.
    sellers: KnownSellers,
}

impl Aws {
    /// Makes the clients of a function that has no secrets, and opens a connection to each service that it uses, since the CPU
    /// is not throttled in init.
    pub async fn connect(config: AwsConfig) -> Self {
        let clients = Clients::without_secrets(&config);
        Self::over(config, clients, None).warm().await
    }

    /// Makes the clients of a sender, which reads secrets and calls a marketplace too. It opens connections as
    /// [`Self::connect`] does.
    pub async fn connect_sender(config: &SenderConfig, idle: Idle) -> Self {
        let clients = Clients::new(&config.aws);
        let https = Some(Https::new(config.reach(), idle));
        Self::over(config.aws.clone(), clients, https).warm().await
    }

    /// Makes the clients of the function for settings, which writes secrets and publishes nothing. It opens a connection to the
    /// table and to the queues.
    pub async fn connect_settings(config: AwsConfig) -> Self {
        let clients = Clients::without_bus(&config);
        let aws = Self::over(config, clients, None);
        Box::pin(aws.warm_up()).await;
        aws
    }

    async fn warm(self) -> Self {
        let bus = async {
            if let Some(bus) = &self.clients.eventbridge {
                bus::warm_up(bus).await;
            }
        };
        // Boxed: the future of three calls is large, and `main` awaits it.
        Box::pin(async { tokio::join!(self.warm_up(), bus) }).await;
        self
    }

    /// Makes ports over clients that exist already, for tools and tests. Marketplaces may be on this machine. No connection is
    /// opened.
    pub fn with(config: AwsConfig, clients: Clients) -> Self {
        Self::over(config, clients, Some(Https::new(Reach::Anywhere, Idle::Kept)))
    }

    fn over(config: AwsConfig, clients: Clients, https: Option<Https>) -> Self {
        let table = Table::new(clients.dynamodb.clone(), config.table.clone(), config.due_shards);
        let (moved, sellers) = (MovedToday::default(), KnownSellers::default());
        Self { config, clients, table, https, moved, sellers }
    }

    /// Opens the connections that every function needs. What the calls are answered does not matter.
    async fn warm_up(&self) {
        let table = self.table.warm_up();
        let queue = queue::warm_up(&self.clients.sqs, &self.config);
        tokio::join!(table, queue);
    }

    fn secrets(&self) -> Result<&aws_sdk_secretsmanager::Client, SecretError> {
        let secrets = self.clients.secrets.as_ref();
        secrets.ok_or_else(|| SecretError("this function has no secrets".to_owned()))
    }

    /// Puts a message into the dead-letter queue, whole, with the reason as an attribute.
    ///
    /// # Errors
    /// When the dead-letter queue did not take it.
    pub async fn dead_letter(&self, body: &str, reason: &str) -> Result<(), String> {
        let queue = self.config.dead_letters.as_deref().unwrap_or_default();
        queue::dead_letter(&self.clients.sqs, queue, body, reason).await
    }
}

/// An SDK error and its sources, in one line.
fn chain<E: std::error::Error>(error: &E) -> String {
    DisplayErrorContext(error).to_string()
}
