//! What `settings-api` serves: the page of the console, and what people set: partners with their credentials, timings and
//! carriers. It reads orders to count the effect of a change, and changes none.

mod carriers;
mod channels;
mod config;
mod connection;
mod effect;
mod partners;
mod pause;
mod routes;
mod site;
mod timing;
mod watch;

pub use config::{SettingsConfig, SignIn};
pub use routes::SettingsResource;
pub use site::Site;

use crate::problem::Problem;
use crate::reply::Reply;
use crate::request::{Call, GatewayRequest};
use crate::{SellerCall, route};
use flows::ports::SettingsDesk;
use http::Method;
use routes::OfSeller;
use std::ops::Deref;

/// The half of the API that `settings-api` serves, over its ports.
pub struct SettingsApi<D> {
    desk: D,
    config: SettingsConfig,
    site: Site,
}

/// A call of a seller's person about what they set.
type SettingsCall<'a, P> = SellerCall<'a, P, SettingsConfig>;

impl<P: SettingsDesk, D: Deref<Target = P>> SettingsApi<D> {
    /// Makes the API with this configuration. It serves this site.
    pub fn new(desk: D, config: SettingsConfig, site: Site) -> Self {
        Self { desk, config, site }
    }

    /// The call that a request of API Gateway is.
    pub fn call(&self, request: GatewayRequest) -> Call {
        request.call(&self.config.seller_claim)
    }

    /// Answers a call.
    pub async fn answer(&self, call: &Call) -> Reply {
        self.reply(call).await.unwrap_or_else(Problem::reply)
    }

    async fn reply(&self, call: &Call) -> Result<Reply, Problem> {
        let resource = SettingsResource::of(&call.path)?;
        route::check_method(call, resource.methods())?;
        let SettingsConfig { seller_claim, sign_in, .. } = &self.config;
        match resource {
            SettingsResource::Console => Ok(self.site.page(call, sign_in.as_ref())),
            SettingsResource::Document => Ok(self.site.document(call)),
            SettingsResource::SignIn => Ok(site::sign_in(sign_in.as_ref(), seller_claim)),
            SettingsResource::OfSeller(resource) => {
                let call = SellerCall::of(call, seller_claim, &*self.desk, &self.config)?;
                Box::pin(call.answer(resource)).await
            }
        }
    }
}

impl<P: SettingsDesk> SettingsCall<'_, P> {
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
            OfSeller::Pause(id) => self.pause(&id).await,
            OfSeller::Resume(id) => self.resume(&id).await,
            OfSeller::PauseAll => self.pause_all().await,
            OfSeller::ResumeAll => self.resume_all().await,
            OfSeller::CarrierAside(id) => self.put_carrier_aside(&id).await,
        }
    }
}
