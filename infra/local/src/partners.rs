//! Registers the demo seller's partners: their settings in the table, their credentials as secrets.

use crate::{Error, Stack, day};
use aws::config::{AwsConfig, AwsCredentials};
use aws::{Aws, Clients};
use channels::about::example_settings;
use domain::{
    ChangedBy, Channel, Deadline, DeadlineAction, MissingImei, Partner, PartnerId,
    PartnerRegistration, SellerId, SettingsChange, Text, Timing,
};
use flows::ports::{Clock as _, Partners as _, Registry as _};
use marketplaces::DEMO_ACCOUNT;

/// The id of the seller to whom everything on this machine belongs.
pub const SELLER: &str = "demo";

/// The id of Amazon's marketplace in the United States. Source: the vendor's sandbox order.
pub const MARKETPLACE: &str = "ATVPDKIKX0DER";

/// A partner to register.
#[derive(Clone, Copy, Debug)]
pub struct NewPartner {
    /// The partner's id.
    pub id: &'static str,
    /// The partner's name, as people see it.
    pub name: &'static str,
    /// The marketplace that the account is at.
    pub channel: Channel,
    /// When the partner's confirmations go out.
    pub timing: Timing,
    /// What happens if IMEIs are still missing at the end of the wait.
    pub missing_imei: MissingImei,
    /// Whether the partner's receiver drops repeats, where its channel has that setting.
    pub dedupes: bool,
    /// What is done before a ship-by.
    pub deadline: DeadlineAction,
    /// The account of the fake marketplaces whose credentials the partner has.
    pub account: &'static str,
}

impl NewPartner {
    /// A partner with the standard settings.
    pub const fn new(id: &'static str, name: &'static str, channel: Channel) -> Self {
        let (timing, missing_imei) = (Timing::WhenTrackingShowsMovement, MissingImei::SendWithout);
        let (deadline, account) = (DeadlineAction::Warn, DEMO_ACCOUNT);
        Self { id, name, channel, timing, missing_imei, dedupes: false, deadline, account }
    }

    /// This partner with another timing.
    #[must_use]
    pub const fn timing(self, timing: Timing) -> Self {
        Self { timing, ..self }
    }

    /// This partner, holding a confirmation while IMEIs are missing.
    #[must_use]
    pub const fn holding(self) -> Self {
        Self { missing_imei: MissingImei::Hold, ..self }
    }

    /// This partner with an account of its own, because marketplaces limit the requests of each account.
    #[must_use]
    pub const fn of_its_own(self) -> Self {
        Self { account: self.id, ..self }
    }

    /// This partner, sending before a ship-by what waits for movement alone.
    #[must_use]
    pub const fn sending(self) -> Self {
        Self { deadline: DeadlineAction::Send, ..self }
    }

    /// This partner with a receiver that drops repeats.
    #[must_use]
    pub const fn deduping(self) -> Self {
        Self { dedupes: true, ..self }
    }
}

/// One partner for each channel, with the standard settings: the first that each has on the [day](crate::day).
pub fn standard() -> Vec<NewPartner> {
    day::CHANNELS.iter().filter_map(|of| of.partners.first()).copied().collect()
}

impl Stack {
    /// The product's own ports on this stack, with the engine owner's rights.
    pub fn aws(&self) -> Aws {
        let state = self.state();
        let doorbells = Channel::ALL.into_iter().filter_map(|channel| {
            let name = channel.name().replace('_', "-");
            Some((channel, self.queue_url(&name).ok()?.to_owned()))
        });
        let config = AwsConfig {
            region: state.region.clone(),
            credentials: AwsCredentials {
                access_key_id: "test".to_owned(),
                secret_access_key: "test".to_owned(),
                session_token: None,
            },
            endpoint: Some(state.engine.clone()),
            table: state.table.clone(),
            bus: state.event_bus.clone(),
            due_shards: flows::DUE_SHARDS,
            dead_letters: None,
            doorbells: doorbells.collect(),
        };
        let clients = Clients::new(&config);
        Aws::with(config, clients)
    }

    /// Registers partners of the demo seller, with credentials that the fake marketplaces accept.
    ///
    /// # Errors
    ///
    /// The table or the secret store refused.
    pub async fn register(&self, partners: &[NewPartner]) -> Result<(), Error> {
        let aws = self.aws();
        for new in partners {
            self.put_secret(new).await?;
            let partner = partner(new, &aws)?;
            let doing = format!("register the partner {}", new.id);
            aws.put_partner(&partner).await.map_err(Error::call(doing))?;
        }
        Ok(())
    }

    async fn put_secret(&self, new: &NewPartner) -> Result<(), Error> {
        let credentials = marketplaces::credentials(new.channel.name(), new.account);
        let name = self.secret_name(new);
        let made =
            self.secrets().create_secret().name(&name).secret_string(credentials.to_string());
        made.send().await.map_err(Error::call(format!("put the secret {name}")))?;
        Ok(())
    }

    /// The name of the secret with a partner's credentials.
    pub fn secret_name(&self, new: &NewPartner) -> String {
        format!("{}/{}/{SELLER}/{}", self.state().stack, new.channel, new.id)
    }

    /// Changes a partner's settings and returns the partner. If nothing is given to change, only returns it.
    ///
    /// # Errors
    ///
    /// No such partner, a setting that its channel does not have, or the partner changed meanwhile.
    pub async fn change_settings(
        &self,
        id: &str,
        change: SettingsChange,
    ) -> Result<Partner, Error> {
        let aws = self.aws();
        let partner = self.partner(&aws, id).await?;
        if change == SettingsChange::NONE {
            return Ok(partner);
        }
        let doing = format!("change the settings of {id}");
        let by = Text::cut("cargo local");
        let changed =
            partner.changed(change, by, aws.now()).map_err(Error::call(doing.as_str()))?;
        aws.put_partner(&changed).await.map_err(Error::call(doing))?;
        Ok(changed)
    }

    async fn partner(&self, aws: &Aws, id: &str) -> Result<Partner, Error> {
        let doing = format!("find the partner {id}");
        let seller: SellerId = SELLER.parse().map_err(Error::call(doing.as_str()))?;
        let partner: PartnerId = id.parse().map_err(Error::call(doing.as_str()))?;
        let found = aws.partner(&seller, &partner).await.map_err(Error::call(doing.as_str()))?;
        found.ok_or_else(|| Error::Impossible {
            doing,
            answer: format!(
                "the seller {SELLER} has no partner with this id; `cargo local up` makes {}",
                standard().iter().map(|partner| partner.id).collect::<Vec<_>>().join(", ")
            ),
        })
    }
}

fn partner(new: &NewPartner, aws: &Aws) -> Result<Partner, Error> {
    let doing = format!("register the partner {}", new.id);
    let settings = example_settings(new.channel);
    let settings = if new.dedupes { settings.with("receiver_dedupes", true) } else { settings };
    let seller = SELLER.parse().map_err(Error::call(doing.as_str()))?;
    let id = new.id.parse().map_err(Error::call(doing.as_str()))?;
    let by = ChangedBy { person: Text::cut("cargo local"), at: aws.now() };
    let name = Text::cut(new.name);
    let partner = Partner::new(PartnerRegistration { seller, id, name, settings }, by);
    let hours = Deadline::STANDARD.warn_hours().into();
    let deadline = Deadline::new(hours, new.deadline).map_err(Error::call(doing.as_str()))?;
    Ok(Partner { timing: new.timing, missing_imei: new.missing_imei, deadline, ..partner })
}
