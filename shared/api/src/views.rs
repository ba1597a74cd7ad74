//! What both functions of the API show: a partner, and a carrier that is not listed.

use channels::about::CredentialLife;
use channels::about::about;
use domain::{
    CredentialPart, HoursOff, Moment, Partner, UNLISTED_LABELS_MAX, UnlistedCarrier, gather,
    never_view,
};
use serde_json::{Map, Value, json};

/// What is shown in place of a credential.
const MASKED: &str = "********";

/// A partner as it is shown to people.
pub(crate) fn partner_view(partner: &Partner, now: Moment) -> Value {
    let channel = partner.settings.channel();
    let mut settings = serde_json::to_value(&partner.settings).unwrap_or_default();
    if let Some(fields) = settings.as_object_mut() {
        fields.remove("channel");
    }
    let masked = |field: &channels::about::Field| (field.name.to_owned(), Value::from(MASKED));
    let credentials: Map<String, Value> = gather(about(channel).credentials.iter().map(masked));
    json!({
        "partner_id": partner.id,
        "channel": channel,
        "name": partner.name,
        "settings": settings,
        "credentials": credentials,
        "credential_ends": credential_ends(partner, now),
        "time_zone": partner.time_zone,
        "timing": partner.timing,
        "mode": partner.mode,
        "missing_imei": partner.missing_imei,
        "never": partner.last_never().map(never_view),
        "paused": partner.paused.as_ref().map(|paused| {
            json!({ "at": paused.at.to_string(), "by": paused.by, "reason": paused.why })
        }),
        "stopped": partner.stopped.as_ref().map(|stopped| {
            json!({ "at": stopped.at.to_string(), "reason": stopped.reason })
        }),
        "refused_orders": partner.refused,
        "hints": partner.hours_off.filter(|off| off.is_hint()).map(hours_off_view).into_iter().collect::<Vec<_>>(),
        "version": partner.version,
        "changed_at": partner.changed_at.to_string(),
        "changed_by": partner.changed_by,
    })
}

/// When the parts of a partner's credentials end that end by themselves, as far as that is known.
pub(crate) fn credential_ends(partner: &Partner, now: Moment) -> Vec<Value> {
    let view = |life: &CredentialLife| {
        let end = partner.credentials.end(life.part, life.days, now)?;
        Some(json!({ "part": end.part, "on": end.on.to_string(), "is_said": end.is_said,
            "is_near": end.is_near, "says": life.says }))
    };
    about(partner.settings.channel()).lives.iter().filter_map(view).collect()
}

/// The days that a person said on which a partner's credentials end, by part.
pub(crate) fn said_ends(partner: &Partner) -> Value {
    let said = |part: CredentialPart| {
        (part.name().to_owned(), json!(partner.credentials.said(part).map(|on| on.to_string())))
    };
    Value::Object(gather(CredentialPart::ALL.map(said)))
}

/// The hint that a label system seems to mark its local time as UTC (rule L10).
fn hours_off_view(off: HoursOff) -> Value {
    let hours = off.hours.unsigned_abs();
    let side = if off.hours < 0 { "ahead of" } else { "behind" };
    let says = format!(
        "The times of its labels are {hours} h {side} their receipt, each by the same: is a local time marked as UTC? \
         A window for IMEIs may be over before it begins."
    );
    json!({ "hint": "label_times_off", "says": says })
}

/// A carrier that is not listed, as it is shown to people.
pub(crate) fn unlisted_view(carrier: &UnlistedCarrier) -> Value {
    json!({
        "partner_id": carrier.key.partner,
        "carrier": carrier.carrier,
        "labels": carrier.labels,
        "is_more": carrier.labels >= UNLISTED_LABELS_MAX,
        "since": carrier.since.map(|since| since.to_string()),
    })
}
