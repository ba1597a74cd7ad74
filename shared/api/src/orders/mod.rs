//! What `orders-api` serves: orders, what people do about them, and what needs a person. It cannot name a secret.

mod actions;
mod cursor;
mod found;
mod groups;
mod hints;
mod imeis;
mod quiet;
mod routes;
mod together;

pub use routes::OrdersResource;

use crate::door::{Door, DoorConfig};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::request::{Call, GatewayRequest};
use crate::{SellerCall, route};
use domain::{Input, OrderKey};
use flows::ports::{OrdersDesk, Stored};
use flows::{Delivered, ExactError, Start, Writer, deliver, deliver_exactly, ring_all};
use http::Method;
use std::ops::Deref;

/// The half of the API that `orders-api` serves, over its ports.
pub struct OrdersApi<D> {
    desk: D,
    door: Door,
}

/// A call of a seller's person about orders, with the name of the saves that it may make.
type OrdersCall<'a, P> = SellerCall<'a, P, Writer>;

impl<P: OrdersDesk, D: Deref<Target = P>> OrdersApi<D> {
    /// Makes the API, with who is let in.
    pub fn new(desk: D, door: DoorConfig) -> Self {
        Self { desk, door: Door::new(door) }
    }

    /// The call that a request of API Gateway is.
    pub fn call(&self, request: GatewayRequest) -> Call {
        request.call(&self.door.config.seller_claim)
    }

    /// Answers a call. `writer` names the saves it may make.
    pub async fn answer(&self, call: &Call, writer: &Writer) -> Reply {
        self.reply(call, writer).await.unwrap_or_else(Problem::reply)
    }

    async fn reply(&self, call: &Call, writer: &Writer) -> Result<Reply, Problem> {
        let resource = OrdersResource::of(&call.path)?;
        route::check_method(call, resource.methods())?;
        let seller_claim = &self.door.config.seller_claim;
        let call = SellerCall::of(call, seller_claim, &*self.desk, writer)?;
        self.door.admit(call.desk, call.caller).await?;
        Box::pin(call.answer(resource)).await
    }
}

impl<P: OrdersDesk> OrdersCall<'_, P> {
    async fn answer(&self, resource: OrdersResource) -> Result<Reply, Problem> {
        let is_read = self.call.method == Method::GET;
        match resource {
            OrdersResource::PartnerOrders(id) => self.partner_orders(&id).await,
            OrdersResource::Order(id, order) => self.order(&id, &order).await,
            OrdersResource::Actions(id, order) => self.act(&id, &order).await,
            OrdersResource::Imeis(id, order, item) => self.put_imeis(&id, &order, &item).await,
            OrdersResource::Orders => self.orders().await,
            OrdersResource::Tracking(number) => self.tracking(&number).await,
            OrdersResource::Attention => self.groups().await,
            OrdersResource::Together if is_read => self.preview().await,
            OrdersResource::Together => self.act_together().await,
        }
    }

    /// Takes an input to an order, saves it, and rings. Where a doorbell could not be rung, the sweep rings it.
    async fn step(&self, key: &OrderKey, start: Start, input: Input) -> Result<Stored, Problem> {
        self.done(deliver(self.desk, key, start, &[input], self.own).await?).await
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
            return Err(found::changed(&key, Some(&stored)));
        }
        match deliver_exactly(self.desk, stored, &[input], self.own).await {
            Ok(delivered) => self.done(delivered).await,
            Err(ExactError::Store(error)) => Err(error.into()),
            Err(ExactError::Stale(now)) => Err(found::changed(&key, now.as_deref())),
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
