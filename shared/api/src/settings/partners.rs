//! Partners: they are listed, read, registered and changed. Credentials go in and never come out, because this function may not
//! read them.

use super::SettingsCall;
use super::changes::SecretChange;
use super::departures::progress_view;
use crate::body::{self, Fields};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::request::Call;
use crate::views::partner_view;
use channels::about::{about, credentials, settings};
use channels::merchant_account;
use domain::{
    ChangedBy, Channel, ChannelSettings, CredentialDates, CredentialPart, MerchantLink, Partner,
    PartnerEdit, PartnerId, PartnerRegistration, TEXT_MAX, Text, said_day, zone_name,
};
use flows::ports::{SaveError, SettingsDesk};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// The most partners of a seller. Each has a secret, which costs money every month, and an account may have half a million of them.
const PARTNERS_MAX: usize = 200;

/// A partner as a person wants it, checked.
struct Wanted {
    channel: Channel,
    name: Text,
    settings: ChannelSettings,
    credentials: Option<Map<String, Value>>,
    zone: WantedZone,
    ends: WantedEnds,
}

/// The days that a person says on which parts of the credentials end. What is left out stays.
struct WantedEnds(Vec<(CredentialPart, Option<Date>)>);

impl WantedEnds {
    fn of(put: &Fields, channel: Channel) -> Result<Self, Problem> {
        let lives = about(channel).lives;
        let known: Vec<&'static str> = lives.iter().map(|life| life.part.name()).collect();
        let Some(given) = put.nested("credential_ends", &known)? else {
            return Ok(Self(Vec::new()));
        };
        let mut ends = Vec::new();
        for life in lives {
            let name = life.part.name();
            match given.optional(name)? {
                None => {}
                Some("") => ends.push((life.part, None)),
                Some(day) => ends.push((life.part, Some(said_day(&given.named(name), day)?))),
            }
        }
        Ok(Self(ends))
    }

    /// What is known of the credentials with what the person says.
    fn after(self, before: CredentialDates) -> CredentialDates {
        self.0.into_iter().fold(before, |dates, (part, on)| dates.saying(part, on))
    }
}

/// The time zone that a person wants.
enum WantedZone {
    /// The one that there is.
    Same,
    /// None.
    None,
    /// This one.
    Named(Text),
}

impl WantedZone {
    fn of(put: &Fields) -> Result<Self, Problem> {
        Ok(match put.optional("time_zone")? {
            None => Self::Same,
            Some("") => Self::None,
            Some(zone) => Self::Named(zone_name(zone)?),
        })
    }

    /// The zone in place of the one before.
    fn after(self, before: Option<&Text>) -> Option<Text> {
        match self {
            Self::Same => before.cloned(),
            Self::None => None,
            Self::Named(zone) => Some(zone),
        }
    }
}

impl Wanted {
    fn of(call: &Call) -> Result<Self, Problem> {
        let put = body::read(
            call,
            &["channel", "name", "settings", "credentials", "time_zone", "credential_ends"],
        )?;
        let channel = put.text("channel")?.parse().map_err(|error: domain::UnknownChannel| {
            Problem::wrong("channel", &format!("`{}` is not a supported marketplace", error.0))
                .allowing(&Channel::ALL.map(Channel::name))
        })?;
        let name = put.words("name", TEXT_MAX)?;
        let none = Map::new();
        let settings = settings(channel, put.object("settings")?.unwrap_or(&none))?;
        let given = put.object("credentials")?;
        given.map_or(Ok(()), |given| credentials(channel, given))?;
        let zone = WantedZone::of(&put)?;
        let ends = WantedEnds::of(&put, channel)?;
        Ok(Self { channel, name, settings, credentials: given.cloned(), zone, ends })
    }
}

impl<P: SettingsDesk> SettingsCall<'_, P> {
    pub(super) async fn partners(&self) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let partners = self.desk.partners(&self.caller.seller).await?;
        let now = self.desk.now();
        let views: Vec<Value> = partners.iter().map(|one| partner_view(one, now)).collect();
        let seller = &self.caller.seller;
        let leaving = self.desk.departures(seller).await?;
        let leaving = leaving.iter().filter(|one| one.progress.done_at.is_none());
        let leaving: Vec<Value> = leaving.map(progress_view).collect();
        Ok(Reply::ok(&json!({ "seller_id": seller, "partners": views, "leaving": leaving })))
    }

    pub(super) async fn partner(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let partner = self.known(id).await?;
        Ok(self.partner_reply(&partner))
    }

    fn partner_reply(&self, partner: &Partner) -> Reply {
        Reply::ok(&partner_view(partner, self.desk.now())).tagged(partner.version)
    }

    pub(super) async fn put_partner(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let wanted = Wanted::of(self.call)?;
        match (self.call.if_match()?, self.call.header("if-none-match")) {
            (Some(version), None) => self.change_partner(id, version, wanted).await,
            (None, Some("*")) => self.register(id, wanted).await,
            (None, Some(_)) => Err(Problem::wrong("If-None-Match", "is not `*`").allowing(&["*"])),
            (Some(_), Some(_)) => Err(Problem::wrong("If-None-Match", "stands beside If-Match")
                .allowing(&["one of the two"])),
            (None, None) => Err(Problem::Required(
                "If-Match with the ETag that was read to change a partner, If-None-Match: * to register one",
            )),
        }
    }

    async fn register(&self, id: &PartnerId, wanted: Wanted) -> Result<Reply, Problem> {
        let Wanted { channel, name, settings, credentials, zone, ends } = wanted;
        let Some(credentials) = credentials else {
            let names: Vec<&str> =
                about(channel).credentials.iter().map(|field| field.name).collect();
            return Err(
                Problem::wrong("credentials", "are needed to register a partner").allowing(&names)
            );
        };
        // The partner is looked for first, because a registration that fails must not replace the credentials of one that exists.
        let partners = self.desk.partners(&self.caller.seller).await?;
        if partners.iter().any(|partner| partner.id == *id) {
            return Err(is_there(id));
        }
        if partners.len() >= PARTNERS_MAX {
            return Err(Problem::Impossible {
                field: "partner".to_owned(),
                detail: format!(
                    "a seller has at most {PARTNERS_MAX} partners, and you have as many"
                ),
                allowed: vec!["a partner that you have".to_owned()],
            });
        }
        self.id_is_free(id).await?;
        self.keep(id, channel, &credentials).await?;
        self.link(id, &settings).await?;
        let (seller, id_kept) = (self.caller.seller.clone(), id.clone());
        let registration = PartnerRegistration { seller, id: id_kept, name, settings };
        let new = Partner::new(registration, self.changed_by());
        let credentials = ends.after(new.credentials);
        let partner = Partner { time_zone: zone.after(None), credentials, ..new };
        match self.desk.put_partner(&partner).await {
            Ok(()) => {
                self.note(None, &partner, SecretChange::Replaced).await;
                self.ask_test(&partner).await?;
                Ok(Reply { status: 201, ..self.partner_reply(&partner) })
            }
            Err(SaveError::Stale(_)) => Err(is_there(id)),
            Err(SaveError::Store(error)) => Err(error.into()),
        }
    }

    /// The caller, as who changes a partner now.
    pub(super) fn changed_by(&self) -> ChangedBy {
        ChangedBy { person: self.caller.person.clone(), at: self.desk.now() }
    }

    async fn change_partner(
        &self,
        id: &PartnerId,
        version: u64,
        wanted: Wanted,
    ) -> Result<Reply, Problem> {
        let before = self.known(id).await?;
        let channel = before.settings.channel();
        if before.version != version {
            return Err(lost(&before));
        }
        if wanted.channel != channel {
            return Err(Problem::Impossible {
                field: "channel".to_owned(),
                detail: format!("a partner's channel never changes; `{id}` is at {channel}"),
                allowed: vec![channel.name().to_owned()],
            });
        }
        if let Some(credentials) = &wanted.credentials {
            self.keep(id, channel, credentials).await?;
        }
        let is_same = merchant_account(&wanted.settings) == merchant_account(&before.settings);
        if wanted.credentials.is_some() || !is_same {
            self.link(id, &wanted.settings).await?;
        }
        let time_zone = wanted.zone.after(before.time_zone.as_ref());
        let (dates, secret) = match wanted.credentials {
            Some(_) => (CredentialDates::put(self.desk.now()), SecretChange::Replaced),
            None => (before.credentials, SecretChange::Kept),
        };
        let credentials = wanted.ends.after(dates);
        let (name, settings) = (wanted.name, wanted.settings);
        let edit = PartnerEdit { name, settings, time_zone, credentials };
        let mut partner = before.clone().edited(edit, self.changed_by())?;
        self.put(&partner).await?;
        self.note(Some(&before), &partner, secret).await;
        if secret == SecretChange::Replaced {
            // Other credentials may be right. The partner's orders then go on by themselves.
            self.desk.resume_partner(&partner).await?;
            partner.stopped = None;
            self.ask_test(&partner).await?;
            if !partner.refused.is_empty() {
                self.desk.clear_refused(&partner).await?;
                partner.refused.clear();
            }
        }
        Ok(self.partner_reply(&partner))
    }

    /// Writes a partner's secret. That is done before its item is written, so that no sender finds a partner without a secret.
    async fn keep(
        &self,
        id: &PartnerId,
        channel: Channel,
        credentials: &Map<String, Value>,
    ) -> Result<(), Problem> {
        let name = self.secret_name(id, channel);
        let text = Value::Object(credentials.clone()).to_string();
        Ok(self.desk.write_secret(&name, &text).await?)
    }

    /// Links a partner with the account that its settings name (rule S6). That is done before its item is written: a link that no partner's
    /// settings name is of no use, and a partner without its link would be told nothing.
    async fn link(&self, id: &PartnerId, settings: &ChannelSettings) -> Result<(), Problem> {
        let Some(account) = merchant_account(settings) else { return Ok(()) };
        let (seller, partner) = (self.caller.seller.clone(), id.clone());
        let since = self.desk.now();
        let link = MerchantLink { account, seller, partner, since, believed_at: None };
        Ok(self.desk.link_merchant(&link).await?)
    }

    /// The name of a partner's secret.
    pub(super) fn secret_name(&self, id: &PartnerId, channel: Channel) -> String {
        format!("{}/{channel}/{}/{id}", self.own.secret_prefix, self.caller.seller)
    }

    /// Saves a partner that was read and changed.
    pub(super) async fn put(&self, partner: &Partner) -> Result<(), Problem> {
        match self.desk.put_partner(partner).await {
            Ok(()) => Ok(()),
            Err(SaveError::Stale(_)) => Err(lost(&self.known(&partner.id).await?)),
            Err(SaveError::Store(error)) => Err(error.into()),
        }
    }
}

/// The problem of a partner that somebody else has changed. It says who, when, and to which version.
pub(super) fn lost(now: &Partner) -> Problem {
    Problem::Lost(format!(
        "`{}` is of version \"{}\" by now, changed by {} at {}",
        now.id, now.version, now.changed_by, now.changed_at
    ))
}

fn is_there(id: &PartnerId) -> Problem {
    Problem::Lost(format!("a partner `{id}` is there already"))
}
