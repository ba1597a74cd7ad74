//! The real ports: `DynamoDB`, SQS, `EventBridge`, Secrets Manager and HTTPS, over one TLS stack.

mod bus;
mod clients;
mod http;
mod item;
mod queue;
mod secrets;
mod store;

pub use clients::Clients;
pub use http::{HTTP_TIMEOUT, Https};
pub use item::{FORMAT, ItemSize, order_item_size, partner_key};

use crate::config::AwsConfig;
use crate::ports::{
    AddError, Bell, DuePage, HttpError, Ports, SaveError, SecretError, StoreError, Stored, Version,
};
use ::http::Request;
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use channels::Answer;
use domain::{
    Moment, Movement, Notice, Order, OrderKey, Partner, PartnerId, SellerId, Stopped, Tracking,
    TrackingNumber,
};
use jiff::SignedDuration;

/// AWS, and the marketplaces, as ports.
pub struct Aws {
    config: AwsConfig,
    clients: Clients,
    https: Https,
}

impl Aws {
    /// Makes the clients and opens a connection to each service that is used: in init the CPU is not throttled.
    pub async fn connect(config: AwsConfig) -> Self {
        let clients = Clients::new(&config);
        let https = Https::new();
        let aws = Self { config, clients, https };
        // Boxed: three calls at once are a large future, and this one is awaited in `main`.
        Box::pin(aws.warm_up()).await;
        aws
    }

    /// Ports over clients that are there already. Opens nothing.
    pub fn with(config: AwsConfig, clients: Clients) -> Self {
        Self { config, clients, https: Https::new() }
    }

    /// Opens connections. What the answers say does not matter: each comes over a connection that is then there.
    async fn warm_up(&self) {
        let table = store::warm_up(&self.clients.dynamodb, &self.config.table);
        let queue = queue::warm_up(&self.clients.sqs, &self.config);
        let bus = bus::warm_up(&self.clients.eventbridge);
        tokio::join!(table, queue, bus);
    }

    /// Puts a message aside, whole, with the reason as an attribute.
    ///
    /// # Errors
    /// When the dead-letter queue did not take it.
    pub async fn put_aside(&self, body: &str, reason: &str) -> Result<(), String> {
        let queue = self.config.dead_letters.as_deref().unwrap_or_default();
        queue::put_aside(&self.clients.sqs, queue, body, reason).await
    }

    /// Registers a partner, or changes it on the condition that it is still of the version before.
    ///
    /// # Errors
    /// When it changed meanwhile, or the table could not be used.
    pub async fn put_partner(&self, partner: &Partner) -> Result<(), SaveError> {
        store::put_partner(&self.clients.dynamodb, &self.config.table, partner).await
    }
}

impl Ports for Aws {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Moment {
        jiff::Timestamp::now().into()
    }

    async fn sleep(&self, span: SignedDuration) {
        tokio::time::sleep(span.unsigned_abs()).await;
    }

    async fn order(&self, key: &OrderKey) -> Result<Option<Stored>, StoreError> {
        store::order(&self.clients.dynamodb, &self.config.table, key).await
    }

    async fn save(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> Result<Version, SaveError> {
        let (client, table) = (&self.clients.dynamodb, &self.config.table);
        store::save(client, table, (order, read), writer, self.now()).await
    }

    async fn partner(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Option<Partner>, StoreError> {
        store::partner(&self.clients.dynamodb, &self.config.table, seller, partner).await
    }

    async fn stop_partner(&self, partner: &Partner, stopped: &Stopped) -> Result<(), StoreError> {
        store::stop_partner(&self.clients.dynamodb, &self.config.table, partner, stopped).await
    }

    async fn tracking(
        &self,
        seller: &SellerId,
        number: &TrackingNumber,
    ) -> Result<Option<Tracking>, StoreError> {
        store::tracking(&self.clients.dynamodb, &self.config.table, seller, number).await
    }

    async fn add_to_tracking(
        &self,
        key: &OrderKey,
        number: &TrackingNumber,
    ) -> Result<Tracking, AddError> {
        let (client, table) = (&self.clients.dynamodb, &self.config.table);
        store::add_to_tracking(client, table, key, number, self.now()).await
    }

    async fn note_movements(
        &self,
        before: &Tracking,
        movements: &[Movement],
    ) -> Result<bool, StoreError> {
        let (client, table) = (&self.clients.dynamodb, &self.config.table);
        store::note_movements(client, table, before, movements, self.now()).await
    }

    async fn due(
        &self,
        shard: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> Result<(Vec<OrderKey>, Option<DuePage>), StoreError> {
        store::due(&self.clients.dynamodb, &self.config.table, (shard, until), after).await
    }

    async fn ring(&self, bells: Vec<Bell>) -> Vec<Bell> {
        queue::ring(&self.clients.sqs, &self.config.doorbells, bells).await
    }

    async fn publish(&self, notices: &[Notice]) -> Vec<Notice> {
        bus::publish(&self.clients.eventbridge, &self.config.bus, notices).await
    }

    async fn secret(&self, name: &str) -> Result<Option<String>, SecretError> {
        secrets::read(&self.clients.secrets, name).await
    }

    async fn http(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        self.https.send(request).await
    }
}

/// An SDK error with its causes in one line.
fn chain<E: std::error::Error>(error: &E) -> String {
    DisplayErrorContext(error).to_string()
}
