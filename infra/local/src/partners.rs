//! The demo seller's partners: their settings in the table, their credentials as secrets.

use crate::{Error, Stack};
use adapters::aws::{Aws, Clients};
use adapters::config::AwsConfig;
use adapters::ports::Ports as _;
use domain::{
    AmazonRegion, BackMarketHost, Channel, ChannelSettings, MissingImei, Partner, PartnerId,
    SellerId, SettingsChange, Text, Timing,
};
use marketplaces::{AmazonAccount, BackMarketAccount};
use serde_json::json;

/// The seller everything on this machine belongs to.
pub const SELLER: &str = "demo";

/// Amazon's marketplace in the United States. Source: the vendor's sandbox order.
pub const MARKETPLACE: &str = "ATVPDKIKX0DER";

/// A partner to register.
#[derive(Clone, Copy, Debug)]
pub struct NewPartner {
    /// Its id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Its marketplace.
    pub channel: Channel,
    /// Its timing.
    pub timing: Timing,
    /// Its policy for missing IMEIs.
    pub missing_imei: MissingImei,
}

impl NewPartner {
    /// A partner with the standard settings.
    pub const fn new(id: &'static str, name: &'static str, channel: Channel) -> Self {
        let (timing, missing_imei) = (Timing::WhenTrackingShowsMovement, MissingImei::SendWithout);
        Self { id, name, channel, timing, missing_imei }
    }

    /// The same with another timing.
    #[must_use]
    pub const fn timing(self, timing: Timing) -> Self {
        Self { timing, ..self }
    }

    /// The same with IMEIs that are waited for.
    #[must_use]
    pub const fn holding(self) -> Self {
        Self { missing_imei: MissingImei::Hold, ..self }
    }
}

/// One partner for each channel that is served, with the standard settings.
pub const STANDARD: [NewPartner; 2] = [
    NewPartner::new("amazon-us", "Amazon US", Channel::Amazon),
    NewPartner::new("back-market-us", "Back Market US", Channel::BackMarket),
];

impl Stack {
    /// The product's own ports over this stack, as its owner.
    pub fn aws(&self) -> Aws {
        let state = self.state();
        let doorbells = ChannelSettings::SERVED.into_iter().filter_map(|channel| {
            let name = channel.name().replace('_', "-");
            Some((channel, self.queue_url(&name).ok()?.to_owned()))
        });
        let config = AwsConfig {
            region: state.region.clone(),
            credentials: ("test".to_owned(), "test".to_owned(), None),
            endpoint: Some(state.engine.clone()),
            table: state.table.clone(),
            bus: state.event_bus.clone(),
            dead_letters: None,
            doorbells: doorbells.collect(),
        };
        let clients = Clients::new(&config);
        Aws::with(config, clients)
    }

    /// Registers partners of the demo seller, with credentials that the fake marketplaces take.
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
        let credentials = match new.channel {
            Channel::Amazon => {
                let account = AmazonAccount::demo();
                json!({ "client_id": account.client_id, "client_secret": account.client_secret,
                    "refresh_token": account.refresh_token })
            }
            Channel::BackMarket => json!({ "token": BackMarketAccount::demo().token }),
            Channel::Ebay | Channel::Wish | Channel::Groupon | Channel::UntilGone => json!({}),
        };
        let name = format!("{}/{}/{SELLER}/{}", self.state().stack, new.channel, new.id);
        let made =
            self.secrets().create_secret().name(&name).secret_string(credentials.to_string());
        made.send().await.map_err(Error::call(format!("put the secret {name}")))?;
        Ok(())
    }

    /// Changes a partner's settings, as a person would.
    ///
    /// # Errors
    ///
    /// No such partner, a setting its channel does not have, or it changed meanwhile.
    pub async fn change_settings(
        &self,
        id: &str,
        change: SettingsChange,
    ) -> Result<Partner, Error> {
        let aws = self.aws();
        let partner = self.partner(&aws, id).await?;
        if change == (SettingsChange { timing: None, missing_imei: None }) {
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
                "seller {SELLER} has no partner of this id; `cargo local up` makes {}",
                STANDARD.map(|partner| partner.id).join(", ")
            ),
        })
    }
}

fn partner(new: &NewPartner, aws: &Aws) -> Result<Partner, Error> {
    let doing = format!("register the partner {}", new.id);
    let settings = match new.channel {
        Channel::Amazon => ChannelSettings::Amazon {
            region: AmazonRegion::Na,
            marketplace_id: Text::cut(MARKETPLACE),
        },
        Channel::BackMarket => ChannelSettings::BackMarket {
            host: BackMarketHost::NorthAmerica,
            language: Text::cut("en-us"),
            company: Text::cut("Demo"),
            integration: Text::cut("Shipconfirm"),
            contact: Text::cut("contact@example.com"),
        },
        Channel::Ebay | Channel::Wish | Channel::Groupon | Channel::UntilGone => {
            let served = ChannelSettings::SERVED.map(Channel::name).join(", ");
            let answer = format!("this version does not serve {}; it serves {served}", new.channel);
            return Err(Error::Impossible { doing, answer });
        }
    };
    let seller = SELLER.parse().map_err(Error::call(doing.as_str()))?;
    let id = new.id.parse().map_err(Error::call(doing.as_str()))?;
    let by = (Text::cut("cargo local"), aws.now());
    let partner = Partner::new((seller, id), Text::cut(new.name), settings, by);
    Ok(Partner { timing: new.timing, missing_imei: new.missing_imei, ..partner })
}
