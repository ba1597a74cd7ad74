//! AWS: the real ports (`DynamoDB`, SQS, `EventBridge`, Secrets Manager and HTTPS, over one TLS stack), configuration, and
//! what a function is around its flow. The one crate that knows an SDK.

mod bus;
mod clients;
pub mod config;
mod connector;
mod http;
mod imeis;
mod item;
pub mod lambda;
mod lists;
mod partners;
mod public;
mod queue;
mod secrets;
mod store;
mod wire;

pub use bus::NOT_PUBLISHED;
pub use clients::Clients;
pub use http::{Https, Idle};
pub use item::{ItemSize, READS, WRITES, order_item_size, partner_key};
pub use public::{Reach, is_public};

use crate::config::{AwsConfig, SenderConfig};
use ::http::Request;
use aws_sdk_secretsmanager::error::DisplayErrorContext;
use channels::Answer;
use domain::{
    Imei, Moment, Movement, Notice, Order, OrderKey, Partner, PartnerId, SellerId, Stopped,
    Tracking, TrackingNumber,
};
use flows::ports::{
    AddError, AttentionPlace, Bell, Booked, Booking, Desk, DuePage, HttpError, ImeiPlace, Ports,
    SaveError, Secret, SecretError, SeenPlace, StoreError, Stored, Traffic, Version,
};
use jiff::SignedDuration;

/// AWS, and the marketplaces, as ports.
pub struct Aws {
    config: AwsConfig,
    clients: Clients,
    /// Only senders call marketplaces.
    https: Option<Https>,
}

impl Aws {
    /// Makes the clients and opens a connection to each service that is used: in init the CPU is not throttled.
    pub async fn connect(config: AwsConfig) -> Self {
        Self::connected(config, None).await
    }

    /// The same for a sender, which calls a marketplace, too.
    pub async fn connect_sender(config: &SenderConfig, idle: Idle) -> Self {
        Self::connected(config.aws.clone(), Some(Https::new(config.reach(), idle))).await
    }

    async fn connected(config: AwsConfig, https: Option<Https>) -> Self {
        let clients = Clients::new(&config);
        let aws = Self { config, clients, https };
        // Boxed: three calls at once are a large future, and this one is awaited in `main`.
        Box::pin(aws.warm_up()).await;
        aws
    }

    /// Ports over clients that are there already, for tools and tests: marketplaces may be on this machine. Opens
    /// nothing.
    pub fn with(config: AwsConfig, clients: Clients) -> Self {
        Self { config, clients, https: Some(Https::new(Reach::Anywhere, Idle::Kept)) }
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
        partners::read(&self.clients.dynamodb, &self.config.table, seller, partner).await
    }

    async fn stop_partner(&self, partner: &Partner, stopped: &Stopped) -> Result<(), StoreError> {
        partners::stop(&self.clients.dynamodb, &self.config.table, partner, stopped).await
    }

    async fn resume_partner(&self, partner: &Partner) -> Result<(), StoreError> {
        partners::resume(&self.clients.dynamodb, &self.config.table, partner).await
    }

    async fn book(
        &self,
        partner: &Partner,
        traffic: Traffic,
        booking: Booking,
    ) -> Result<Booked, StoreError> {
        partners::book(&self.clients.dynamodb, &self.config.table, partner, (traffic, booking))
            .await
    }

    async fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        until: Moment,
    ) -> Result<(), StoreError> {
        let (client, table) = (&self.clients.dynamodb, &self.config.table);
        partners::hold_back(client, table, partner, (traffic, until)).await
    }

    async fn lease_renewal(
        &self,
        partner: &Partner,
        until: Moment,
        writer: &str,
    ) -> Result<bool, StoreError> {
        let (client, table) = (&self.clients.dynamodb, &self.config.table);
        partners::lease_renewal(client, table, partner, (self.now(), until, writer)).await
    }

    async fn end_renewal(&self, partner: &Partner, writer: &str) -> Result<(), StoreError> {
        partners::end_renewal(&self.clients.dynamodb, &self.config.table, partner, writer).await
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

    async fn note_imei(&self, key: &OrderKey, imei: &Imei) -> Result<Vec<OrderKey>, StoreError> {
        let (client, table) = (&self.clients.dynamodb, &self.config.table);
        imeis::note(client, table, (key, imei), self.now()).await
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

    async fn secret(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        secrets::read(&self.clients.secrets, name).await
    }

    async fn put_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        secrets::put(&self.clients.secrets, name, text).await
    }

    async fn http(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        let Some(https) = &self.https else {
            return Err(HttpError::NotSent("this function calls no marketplace".to_owned()));
        };
        https.send(request).await
    }
}

impl Desk for Aws {
    async fn partners(&self, seller: &SellerId) -> Result<Vec<Partner>, StoreError> {
        lists::partners(&self.clients.dynamodb, &self.config.table, seller).await
    }

    async fn put_partner(&self, partner: &Partner) -> Result<(), SaveError> {
        partners::put(&self.clients.dynamodb, &self.config.table, partner).await
    }

    async fn newest(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<SeenPlace>,
        count: u16,
    ) -> Result<(Vec<SeenPlace>, bool), StoreError> {
        let (client, table) = (&self.clients.dynamodb, &self.config.table);
        lists::newest(client, table, (seller, partner), after, count).await
    }

    async fn attention(
        &self,
        seller: &SellerId,
        after: Option<AttentionPlace>,
        count: u16,
    ) -> Result<(Vec<AttentionPlace>, bool), StoreError> {
        lists::attention(&self.clients.dynamodb, &self.config.table, seller, after, count).await
    }

    async fn lacking_imeis(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<ImeiPlace>,
        count: u16,
    ) -> Result<(Vec<ImeiPlace>, bool), StoreError> {
        let (client, table) = (&self.clients.dynamodb, &self.config.table);
        imeis::lacking(client, table, (seller, partner), after, count).await
    }

    async fn orders(&self, keys: Vec<OrderKey>) -> Result<Vec<Stored>, StoreError> {
        lists::orders(&self.clients.dynamodb, &self.config.table, keys).await
    }

    async fn write_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        secrets::write(&self.clients.secrets, name, text).await
    }
}

/// An SDK error with its causes in one line.
fn chain<E: std::error::Error>(error: &E) -> String {
    DisplayErrorContext(error).to_string()
}
