//! The settings API: one request in, one reply out. Who asks is known from their token alone. What is asked for is read once
//! into types. What an order may do is decided by [`domain::step`], as everywhere.

mod actions;
mod body;
mod carriers;
mod channels;
mod config;
mod connection;
mod cursor;
mod effect;
mod hints;
mod imeis;
mod orders;
mod partners;
mod problem;
mod reply;
mod request;
mod retries;
mod route;
mod settings;
mod site;
mod watch;

pub use config::{Config, SignIn};
pub use problem::Problem;
pub use reply::{Content, Reply};
pub use request::{Call, Caller, GatewayRequest};
pub use route::{OfSeller, Resource};
pub use site::Site;

use domain::{Input, OrderKey, Partner, PartnerId};
use flows::ports::{Desk, Stored};
use flows::{Delivered, ExactError, Start, Writer, deliver, deliver_exactly, ring_all};
use http::Method;
use std::ops::Deref;

/// The largest body that is taken. Unit: bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1_024;

/// The settings API, over its ports.
pub struct Api<D> {
    desk: D,
    secret_prefix: String,
    imei_window_minutes: u32,
    seller_claim: String,
    sign_in: Option<SignIn>,
    site: Site,
}

/// A call of a seller's person, with what it takes to answer it.
pub(crate) struct SellerCall<'a, P: Desk> {
    desk: &'a P,
    secret_prefix: &'a str,
    imei_window_minutes: u32,
    call: &'a Call,
    caller: &'a Caller,
    writer: &'a Writer,
}

impl<P: Desk, D: Deref<Target = P>> Api<D> {
    /// Makes the API with this configuration. It serves this site.
    pub fn new(desk: D, config: Config, site: Site) -> Self {
        let Config { secret_prefix, imei_window_minutes, seller_claim, sign_in } = config;
        Self { desk, secret_prefix, imei_window_minutes, seller_claim, sign_in, site }
    }

    /// The call that a request of API Gateway is.
    pub fn call(&self, request: GatewayRequest) -> Call {
        request.call(&self.seller_claim)
    }

    /// Answers a call. `writer` names the saves it may make.
    pub async fn answer(&self, call: &Call, writer: &Writer) -> Reply {
        match self.reply(call, writer).await {
            Ok(reply) => reply,
            Err(problem) => problem.reply(),
        }
    }

    async fn reply(&self, call: &Call, writer: &Writer) -> Result<Reply, Problem> {
        let resource = Resource::of(&call.path)?;
        if !resource.methods().contains(&call.method) {
            return Err(Problem::NotAllowed(resource.methods()));
        }
        match resource {
            Resource::Console => Ok(self.site.page(call, self.sign_in.as_ref())),
            Resource::Document => Ok(self.site.document(call)),
            Resource::SignIn => Ok(site::sign_in(self.sign_in.as_ref(), &self.seller_claim)),
            Resource::OfSeller(resource) => {
                let caller = call.caller.as_ref();
                let caller = caller.ok_or_else(|| Problem::NoSeller(self.seller_claim.clone()))?;
                let seller_call = SellerCall {
                    desk: &*self.desk,
                    secret_prefix: &self.secret_prefix,
                    imei_window_minutes: self.imei_window_minutes,
                    call,
                    caller,
                    writer,
                };
                Box::pin(seller_call.answer(resource)).await
            }
        }
    }
}

impl<P: Desk> SellerCall<'_, P> {
    async fn answer(&self, resource: OfSeller) -> Result<Reply, Problem> {
        let is_read = self.call.method == Method::GET;
        match resource {
            OfSeller::Channels => self.channels(),
            OfSeller::Partners => self.partners().await,
            OfSeller::Partner(id) if is_read => self.partner(&id).await,
            OfSeller::Partner(id) => self.put_partner(&id).await,
            OfSeller::Settings(id) if is_read => self.settings(&id).await,
            OfSeller::Settings(id) => self.put_settings(&id).await,
            OfSeller::Effect(id) => self.effect(&id).await,
            OfSeller::Test(id) if is_read => self.connection(&id).await,
            OfSeller::Test(id) => self.test_connection(&id).await,
            OfSeller::Carriers(id) if is_read => self.carriers(&id).await,
            OfSeller::Carriers(id) => self.put_carriers(&id).await,
            OfSeller::CarrierAside(id) => self.put_carrier_aside(&id).await,
            OfSeller::PartnerOrders(id) => self.partner_orders(&id).await,
            OfSeller::Order(id, order) => self.order(&id, &order).await,
            OfSeller::Actions(id, order) => self.act(&id, &order).await,
            OfSeller::Imeis(id, order, item) => self.put_imeis(&id, &order, &item).await,
            OfSeller::Orders => self.orders().await,
            OfSeller::Tracking(number) => self.tracking(&number).await,
            OfSeller::Retries if is_read => self.retries().await,
            OfSeller::Retries => self.retry().await,
        }
    }

    /// A partner of the caller's seller. It is a problem if there is none.
    async fn known(&self, id: &PartnerId) -> Result<Partner, Problem> {
        let partner = self.desk.partner(&self.caller.seller, id).await?;
        partner.ok_or_else(|| Problem::not_there("partner", id))
    }

    /// Takes an input to an order, saves it, and rings. Where a doorbell could not be rung, the sweep rings it.
    async fn step(&self, key: &OrderKey, start: Start, input: Input) -> Result<Stored, Problem> {
        self.done(deliver(self.desk, key, start, &[input], self.writer).await?).await
    }

    /// Takes an input to an order as it was read, if it has the version that the caller has seen. No other version is changed.
    async fn step_exactly(
        &self,
        seen: u64,
        stored: Stored,
        input: Input,
    ) -> Result<Stored, Problem> {
        let key = stored.order.key.clone();
        if stored.version.0 != seen {
            return Err(orders::changed(&key, Some(&stored)));
        }
        match deliver_exactly(self.desk, stored, &[input], self.writer).await {
            Ok(delivered) => self.done(delivered).await,
            Err(ExactError::Store(error)) => Err(error.into()),
            Err(ExactError::Stale(now)) => Err(orders::changed(&key, now.as_deref())),
        }
    }

    async fn done(&self, delivered: Delivered) -> Result<Stored, Problem> {
        for key in ring_all(self.desk, delivered.bells.clone()).await {
            tracing::warn!(order = %key, "the doorbell was not rung; the sweep rings it");
        }
        if let Some(refusal) = delivered.refused.first().cloned().flatten() {
            return Err(refusal.into());
        }
        let order = delivered.order.key.order.clone();
        delivered.into_stored().ok_or_else(|| Problem::not_there("order", order))
    }
}
