//! What `settings-api` serves: the page of the console, and what people set: partners with their credentials, timings and
//! carriers. It reads orders to count the effect of a change, and changes none.

mod carriers;
mod changes;
mod channels;
mod config;
mod connection;
mod departures;
mod effect;
mod partners;
mod pause;
mod routes;
mod sessions;
mod site;
mod timing;
mod watch;

pub use config::{SettingsConfig, SignIn};
pub use routes::SettingsResource;
pub use site::Site;

use crate::door::Door;
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
    door: Door,
    site: Site,
}

/// A call of a seller's person about what they set.
type SettingsCall<'a, P> = SellerCall<'a, P, SettingsConfig>;

impl<P: SettingsDesk, D: Deref<Target = P>> SettingsApi<D> {
    /// Makes the API with this configuration. It serves this site.
    pub fn new(desk: D, config: SettingsConfig, site: Site) -> Self {
        let door = Door::new(config.door.clone());
        Self { desk, config, door, site }
    }

    /// The call that a request of API Gateway is.
    pub fn call(&self, request: GatewayRequest) -> Call {
        request.call(&self.config.door.seller_claim)
    }

    /// Answers a call.
    pub async fn answer(&self, call: &Call) -> Reply {
        self.reply(call).await.unwrap_or_else(Problem::reply)
    }

    async fn reply(&self, call: &Call) -> Result<Reply, Problem> {
        let resource = SettingsResource::of(&call.path)?;
        route::check_method(call, resource.methods())?;
        let SettingsConfig { door, sign_in, .. } = &self.config;
        let seller_claim = &door.seller_claim;
        match resource {
            SettingsResource::Console => Ok(self.site.page(call, sign_in.as_ref())),
            SettingsResource::Document => Ok(self.site.document(call)),
            SettingsResource::SignIn => Ok(site::sign_in(sign_in.as_ref(), seller_claim)),
            SettingsResource::OfSeller(resource) => {
                let call = SellerCall::of(call, seller_claim, &*self.desk, &self.config)?;
                self.door.admit(call.desk, call.caller).await?;
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
            OfSeller::Sessions if is_read => self.sessions().await,
            OfSeller::Sessions => self.end_sessions().await,
            OfSeller::Partners => self.partners().await,
            OfSeller::Partner(id) if is_read => self.partner(&id).await,
            OfSeller::Partner(id) if self.call.method == Method::DELETE => {
                self.delete_partner(&id).await
            }
            OfSeller::Partner(id) => self.put_partner(&id).await,
            OfSeller::Deletion(id) if is_read => self.deletion(&id).await,
            OfSeller::Deletion(id) => self.go_on_deleting(&id).await,
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
            OfSeller::Changes(id) => self.changes(&id).await,
            OfSeller::CarrierAside(id) => self.put_carrier_aside(&id).await,
        }
    }
}
