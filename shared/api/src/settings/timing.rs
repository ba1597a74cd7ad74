//! The setting "Send ship confirmations" of a partner: it is read and changed, with the effect of a change on packages that wait.

use super::SettingsCall;
use super::changes::SecretChange;
use super::partners::lost;
use super::watch;
use crate::body;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::request::Call;
use domain::{Partner, PartnerId, SettingsChange, Timing, gather, never_view};
use flows::ports::SettingsDesk;
use serde_json::{Map, Value, json};

/// The change that a body asks for.
struct Asked {
    change: SettingsChange,
    /// How many packages the person agrees that `never` stops.
    stops: Option<u64>,
}

fn asked(call: &Call) -> Result<Asked, Problem> {
    let known =
        [&["timing", "mode", "missing_imei"], watch::FIELDS.as_slice(), &["stops"]].concat();
    let put = body::read(call, &known)?;
    let missing_imei = put.optional("missing_imei")?.map(str::parse).transpose()?;
    let mode = put.optional("mode")?.map(str::parse).transpose()?;
    let (timing, stops) = (put.text("timing")?.parse::<Timing>()?, put.count("stops")?);
    if stops.is_some() && timing != Timing::Never {
        return Err(Problem::wrong("stops", &format!("is not for `{}`", timing.name()))
            .allowing(&["only with the timing `never`"]));
    }
    let change = SettingsChange { timing: Some(timing), mode, missing_imei, ..watch::asked(&put)? };
    Ok(Asked { change, stops })
}

impl<P: SettingsDesk> SettingsCall<'_, P> {
    pub(super) async fn settings(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let partner = self.known(id).await?;
        Ok(Reply::ok(&settings_view(&partner)).tagged(partner.version))
    }

    pub(super) async fn put_settings(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let Asked { change, stops } = asked(self.call)?;
        let Some(version) = self.call.if_match()? else {
            return Err(Problem::Required("If-Match with the ETag that was read"));
        };
        let before = self.known(id).await?;
        if before.version != version {
            return Err(lost(&before));
        }
        let (from, by) = (before.timing_now(), self.caller.person.clone());
        let channel = before.settings.channel();
        let partner = before.clone().changed(change, by, self.desk.now());
        let partner = partner.map_err(|fault| watch::refused(fault, channel))?;
        if let Some(stops) = stops {
            self.effect_of(id, from, partner.timing).await?.stops_at_most(stops)?;
        }
        self.put(&partner).await?;
        self.note(Some(&before), &partner, SecretChange::Kept).await;
        let effect = self.effect_of(id, from, partner.timing).await?;
        let mut view = settings_view(&partner);
        view.insert("effect".to_owned(), effect.view());
        Ok(Reply::ok(&view).tagged(partner.version))
    }

    pub(super) async fn effect(&self, id: &PartnerId) -> Result<Reply, Problem> {
        let [timing] = self.call.parameters(["timing"])?;
        let names = Timing::ALL.map(Timing::name);
        let timing =
            timing.ok_or_else(|| Problem::wrong("timing", "is missing").allowing(&names))?;
        let partner = self.known(id).await?;
        let from = partner.timing_now();
        let change = SettingsChange { timing: Some(timing.parse()?), ..SettingsChange::NONE };
        let to = partner.changed(change, self.caller.person.clone(), self.desk.now())?.timing;
        Ok(Reply::ok(&self.effect_of(id, from, to).await?.view()))
    }
}

fn settings_view(partner: &Partner) -> Map<String, Value> {
    let channel = partner.settings.channel();
    let entries = [
        ("partner_id", json!(partner.id)),
        ("channel", json!(channel)),
        ("timing", json!(partner.timing)),
        ("shown", json!(partner.timing.shown())),
        ("mode", json!(partner.mode)),
        ("missing_imei", json!(partner.missing_imei)),
        ("never", json!(partner.last_never().map(never_view))),
        ("timings", json!(channel.timings())),
        ("version", json!(partner.version)),
        ("changed_at", json!(partner.changed_at.to_string())),
        ("changed_by", json!(partner.changed_by)),
    ];
    let own = entries.map(|(name, value)| (name.to_owned(), value));
    gather(own.into_iter().chain(watch::view(partner)))
}
