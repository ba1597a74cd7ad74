//! How a partner is stored.

use super::{Item, WRITES, attention_of, checked, malformed, partner_key, to_item};
use crate::table::Key;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{
    Channel, ChannelSettings, ClosedDays, CredentialDates, Deadline, HoursOff, Lane, MissingImei,
    Mode, Moment, NeverSpan, NeverSpans, OrAfterHours, OrderId, Pace, Partner, PartnerId, Paused,
    SellerId, SendAfter, SilentHours, SlaDays, Stopped, Text, Timing, Unknown,
};
use flows::ports::{StoreError, Urgency};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Serialize, Deserialize)]
struct PartnerItem {
    pk: String,
    sk: String,
    format: u32,
    #[serde(rename = "v")]
    version: u64,
    name: Text,
    settings: serde_json::Value,
    timing: Timing,
    #[serde(skip_serializing_if = "Mode::is_live", default)]
    mode: Mode,
    missing_imei: MissingImei,
    #[serde(skip_serializing_if = "Deadline::is_standard", default = "Deadline::standard")]
    deadline: Deadline,
    #[serde(
        rename = "silent",
        skip_serializing_if = "SilentHours::is_standard",
        default = "SilentHours::standard"
    )]
    silent_hours: SilentHours,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    send_after: Option<SendAfter>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    or_after: Option<OrAfterHours>,
    /// Whether nothing is verified: that is what a person has to choose.
    #[serde(rename = "unverified", skip_serializing_if = "std::ops::Not::not", default)]
    is_unverified: bool,
    #[serde(
        rename = "sla",
        skip_serializing_if = "SlaDays::is_standard",
        default = "SlaDays::standard"
    )]
    sla_days: SlaDays,
    #[serde(rename = "closed", skip_serializing_if = "ClosedDays::is_empty", default)]
    closed_days: ClosedDays,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    moved_on: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    never_until: Option<Moment>,
    /// Who set `never` and who left it. `never_until` is stored as well, because it was there first, and rule T5 goes by it.
    #[serde(skip_serializing_if = "<[NeverSpan]>::is_empty", default)]
    never: Vec<NeverSpan>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    hours_off: Option<HoursOff>,
    #[serde(rename = "zone", skip_serializing_if = "Option::is_none", default)]
    time_zone: Option<Text>,
    #[serde(rename = "pairs", skip_serializing_if = "std::ops::Not::not", default)]
    has_carrier_pairs: bool,
    #[serde(
        skip_serializing_if = "BTreeSet::is_empty",
        default,
        serialize_with = "serde_dynamo::string_set::serialize"
    )]
    refused: BTreeSet<OrderId>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    paused: Option<Paused>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    stopped: Option<Stopped>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    attention: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    urgency: Option<i64>,
    /// When its credentials were put, and the days on which they end, as a person said.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    put_at: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    ends_auth: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    ends_client: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    go_submit: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    back_submit: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    go_read: Option<Moment>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    back_read: Option<Moment>,
    changed_at: Moment,
    changed_by: Text,
    #[serde(flatten)]
    unknown: Unknown,
}

/// A partner as its item.
pub(in super::super) fn partner_item(partner: &Partner) -> Result<Item, StoreError> {
    let Key { pk, sk } = partner_key(&partner.seller, &partner.id);
    let settings =
        serde_json::to_value(&partner.settings).map_err(|error| malformed(&sk, error))?;
    let item = PartnerItem {
        pk,
        format: WRITES,
        version: partner.version,
        name: partner.name.clone(),
        settings,
        timing: partner.timing,
        mode: partner.mode,
        missing_imei: partner.missing_imei,
        deadline: partner.deadline,
        silent_hours: partner.silent_hours,
        send_after: partner.send_after,
        or_after: partner.or_after,
        is_unverified: !partner.verify,
        sla_days: partner.sla_days,
        closed_days: partner.closed_days.clone(),
        moved_on: partner.moved_on,
        never_until: partner.never.left_at(),
        never: partner.never.as_slice().to_vec(),
        hours_off: partner.hours_off,
        time_zone: partner.time_zone.clone(),
        has_carrier_pairs: partner.has_carrier_pairs,
        refused: partner.refused.clone(),
        attention: Urgency::of_partner(partner).map(|_| attention_of(&partner.seller)),
        urgency: Urgency::of_partner(partner).map(Urgency::as_number),
        paused: partner.paused.clone(),
        stopped: partner.stopped.clone(),
        put_at: partner.credentials.put_at,
        ends_auth: partner.credentials.authorization,
        ends_client: partner.credentials.client_secret,
        go_submit: partner.pace.submit.go,
        back_submit: partner.pace.submit.back,
        go_read: partner.pace.read.go,
        back_read: partner.pace.read.back,
        changed_at: partner.changed_at,
        changed_by: partner.changed_by.clone(),
        unknown: partner.unknown.clone(),
        sk,
    };
    to_item(&item, &item.sk)
}

/// A partner from its item. A marketplace that is not supported is refused by name (rule T3).
pub(in super::super) fn partner_from(
    item: Item,
    seller: &SellerId,
    id: &PartnerId,
) -> Result<Partner, StoreError> {
    let item: PartnerItem = checked(item, &partner_key(seller, id).sk)?;
    let channel =
        item.settings.get("channel").and_then(|channel| channel.as_str()).unwrap_or_default();
    let _known: Channel = channel.parse().map_err(|error| malformed(&item.sk, error))?;
    let settings: ChannelSettings =
        serde_json::from_value(item.settings).map_err(|error| malformed(&item.sk, error))?;
    Ok(Partner {
        seller: seller.clone(),
        id: id.clone(),
        name: item.name,
        settings,
        timing: item.timing,
        mode: item.mode,
        never: NeverSpans::kept(item.never, item.never_until),
        missing_imei: item.missing_imei,
        deadline: item.deadline,
        silent_hours: item.silent_hours,
        send_after: item.send_after,
        or_after: item.or_after,
        verify: !item.is_unverified,
        sla_days: item.sla_days,
        closed_days: item.closed_days,
        moved_on: item.moved_on,
        hours_off: item.hours_off,
        time_zone: item.time_zone,
        has_carrier_pairs: item.has_carrier_pairs,
        refused: item.refused,
        paused: item.paused,
        stopped: item.stopped,
        credentials: CredentialDates {
            put_at: item.put_at,
            authorization: item.ends_auth,
            client_secret: item.ends_client,
        },
        pace: Pace {
            submit: Lane { go: item.go_submit, back: item.back_submit },
            read: Lane { go: item.go_read, back: item.back_read },
        },
        version: item.version,
        changed_at: item.changed_at,
        changed_by: item.changed_by,
        unknown: item.unknown,
    })
}

/// How many labels were whole hours off, as an attribute.
pub(in super::super) fn hours_off_value(hours_off: HoursOff) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value::<_, serde_dynamo::AttributeValue>(hours_off)
        .map(AttributeValue::from)
        .map_err(|error| malformed("hours_off", error))
}

/// A stop as an attribute.
pub(in super::super) fn stopped_value(stopped: &Stopped) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value::<_, serde_dynamo::AttributeValue>(stopped)
        .map(AttributeValue::from)
        .map_err(|error| malformed("stopped", error))
}

/// A pause as an attribute.
pub(in super::super) fn paused_value(paused: &Paused) -> Result<AttributeValue, StoreError> {
    serde_dynamo::to_attribute_value::<_, serde_dynamo::AttributeValue>(paused)
        .map(AttributeValue::from)
        .map_err(|error| malformed("paused", error))
}
