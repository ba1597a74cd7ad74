//! `GET /channels`: what each channel offers, what people fill in for it, and what they are warned of.

use super::SettingsCall;
use crate::problem::Problem;
use crate::reply::Reply;
use channels::about::{CredentialLife, Field, Shape, WATCH, about, meaning, warnings};
use domain::{Channel, Confirming};
use flows::ports::SettingsDesk;
use serde_json::{Value, json};

impl<P: SettingsDesk> SettingsCall<'_, P> {
    pub(super) fn channels(&self) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let all: Vec<Value> = Channel::ALL
            .into_iter()
            .map(|channel| channel_view(channel, self.own.imei_window_minutes))
            .collect();
        Ok(Reply::ok(&json!({ "channels": all })))
    }
}

fn channel_view(channel: Channel, imei_window_minutes: u32) -> Value {
    let (about, facts) = (about(channel), channel.facts());
    let timings: Vec<Value> = channel
        .timings()
        .iter()
        .map(|timing| {
            json!({ "timing": timing, "shown": timing.shown(),
                "meaning": meaning(channel, *timing, imei_window_minutes),
                "warnings": warnings(channel, *timing) })
        })
        .collect();
    json!({
        "channel": channel,
        "name": channel.shown(),
        "timings": timings,
        "is_locked": about.is_locked,
        "lock": about.lock,
        "takes_imeis": facts.takes_imeis,
        "watch": {
            "late": about.late,
            "deadline": WATCH.deadline,
            "silent_hours": WATCH.silent_hours,
            "send_after": WATCH.send_after,
            "or_after_hours": WATCH.or_after,
            "may_send": facts.sends_late,
            "without_movement": about.without_movement,
            "verify": facts.is_verified.then_some(WATCH.verify),
            "business_days": facts.reckons_ship_by.then_some(WATCH.business_days),
            "cost": WATCH.cost,
        },
        "one_tracking_per_order": facts.confirming == Confirming::WholeOrder,
        "settings": about.settings.iter().map(field_view).collect::<Vec<_>>(),
        "credentials": about.credentials.iter().map(field_view).collect::<Vec<_>>(),
        "credential_ends": about.lives.iter().map(life_view).collect::<Vec<_>>(),
    })
}

fn life_view(life: &CredentialLife) -> Value {
    json!({ "part": life.part, "days": life.days, "says": life.says })
}

fn field_view(field: &Field) -> Value {
    let (kind, allowed): (_, &[&str]) = match field.shape {
        Shape::OneOf(all) => ("text", all),
        Shape::Plain | Shape::Checked | Shape::Optional | Shape::Secret => ("text", &[]),
        Shape::Flag => ("flag", &[]),
    };
    json!({ "name": field.name, "meaning": field.meaning, "kind": kind, "allowed": allowed })
}
