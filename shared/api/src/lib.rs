//! The API that people use: one request in, one reply out. Two functions serve it behind one address, each with a half of its
//! own: [`SettingsApi`] and [`OrdersApi`]. Who asks is known from their token alone. What is asked for is read once into types.
//! What an order may do is decided by [`domain::step`], as everywhere.

mod body;
mod door;
mod orders;
mod problem;
mod reply;
mod request;
mod route;
mod settings;
mod views;

pub use door::DoorConfig;
pub use orders::{OrdersApi, OrdersResource};
pub use problem::Problem;
pub use reply::{Content, Reply};
pub use request::{Call, Caller, GatewayRequest};
pub use settings::{SettingsApi, SettingsConfig, SettingsResource, SignIn, Site};

use domain::{OrderId, OrderKey, Partner, PartnerId};
use flows::ports::Partners;

/// The largest body that is taken. Unit: bytes.
pub const BODY_BYTES_MAX: usize = 64 * 1_024;

/// A call of a seller's person, with what it takes to answer it.
pub(crate) struct SellerCall<'a, P, Own> {
    desk: &'a P,
    call: &'a Call,
    caller: &'a Caller,
    /// What only the function that answers has.
    own: &'a Own,
}

impl<'a, P: Partners, Own> SellerCall<'a, P, Own> {
    /// The call of whoever the token names. It is a problem if the claim of the seller says nothing usable.
    fn of(call: &'a Call, seller_claim: &str, desk: &'a P, own: &'a Own) -> Result<Self, Problem> {
        let caller = call.caller.as_ref();
        let caller = caller.ok_or_else(|| Problem::NoSeller(seller_claim.to_owned()))?;
        Ok(Self { desk, call, caller, own })
    }

    /// A partner of the caller's seller. It is a problem if there is none.
    async fn known(&self, id: &PartnerId) -> Result<Partner, Problem> {
        let partner = self.desk.partner(&self.caller.seller, id).await?;
        partner.ok_or_else(|| Problem::not_there("partner", id))
    }

    /// The key of an order of the caller's seller.
    fn key(&self, partner: &PartnerId, order: &OrderId) -> OrderKey {
        let (seller, partner, order) = (self.caller.seller.clone(), partner.clone(), order.clone());
        OrderKey { seller, partner, order }
    }
}
