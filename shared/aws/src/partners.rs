//! The `DynamoDB` calls about partners: their settings, their stops, the lanes of their pace, and who renews their tokens. A
//! partner is one item, which is read before each claim anyway, so a quiet partner costs nothing more.

use super::item::{
    ATTENTION, Item, PARTNER_PREFIX, URGENCY, attention_of, hours_off_value, moment_of,
    partner_from, partner_item, partner_key, paused_value, readable, result_value, stopped_value,
    test_from, test_item, test_key, text_of,
};
use super::table::{Table, Updated, number, store_error, text, updated};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::{
    ConnectionResult, ConnectionTest, HoursOff, Lane, Moment, OrderId, Partner, PartnerId,
    REFUSED_ORDERS_MAX, SellerId, Stopped,
};
use flows::ports::{Booked, Booking, SaveError, StoreError, Traffic, Urgency};
use std::collections::BTreeSet;

/// How often a booking is tried. A try fails only when somebody else has just changed the lane, so the next one goes by the
/// lane as it is then.
const BOOKINGS_MAX: usize = 16;

/// Reads a partner consistently.
pub(super) async fn read(
    table: &Table,
    seller: &SellerId,
    id: &PartnerId,
) -> Result<Option<Partner>, StoreError> {
    let item = table.get(partner_key(seller, id)).await?;
    item.map(|item| partner_from(item, seller, id)).transpose()
}

/// Whether a seller has a partner, read consistently.
pub(super) async fn has_any(table: &Table, seller: &SellerId) -> Result<bool, StoreError> {
    let query = table.query_beginning(attention_of(seller), PARTNER_PREFIX).limit(1);
    Ok(query.send().await.map_err(store_error)?.count > 0)
}

/// Reads every partner of a seller consistently.
pub(super) async fn of_seller(
    table: &Table,
    seller: &SellerId,
) -> Result<Vec<Partner>, StoreError> {
    let mut partners = Vec::new();
    for item in table.all_beginning(attention_of(seller), PARTNER_PREFIX).await? {
        let id = text_of(&item, "sk")
            .and_then(|sk| sk.strip_prefix(PARTNER_PREFIX)?.parse::<PartnerId>().ok());
        if let Some(id) = id {
            partners.extend(readable(partner_from(item, seller, &id))?);
        }
    }
    Ok(partners)
}

/// The attributes of a partner that [`put`] changes. Senders change its stop, its pace and the lease to renew its token, and
/// [`put_pause`] its pause.
const CHANGED_BY_PEOPLE: [&str; 21] = [
    "v",
    "name",
    "settings",
    "zone",
    "timing",
    "mode",
    "missing_imei",
    "deadline",
    "silent",
    "send_after",
    "or_after",
    "unverified",
    "sla",
    "closed",
    "put_at",
    "ends_auth",
    "ends_client",
    "never_until",
    "never",
    "changed_at",
    "changed_by",
];

/// Registers a partner, or changes it on the condition that it still has the version before.
pub(super) async fn put(table: &Table, partner: &Partner) -> Result<(), SaveError> {
    let mut item = partner_item(partner)?;
    if partner.version > 1 {
        return change(table, partner, &mut item).await;
    }
    let put = table.put(item).condition_expression("attribute_not_exists(pk)");
    let Err(error) = put.send().await else { return Ok(()) };
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(_)) => Err(SaveError::Stale(None)),
        Some(_) | None => Err(store_error(error).into()),
    }
}

async fn change(table: &Table, partner: &Partner, item: &mut Item) -> Result<(), SaveError> {
    let (mut set, mut remove) = (Vec::new(), Vec::new());
    let mut change = update(table, partner);
    for name in CHANGED_BY_PEOPLE {
        change = change.expression_attribute_names(format!("#{name}"), name);
        match item.remove(name) {
            Some(value) => {
                set.push(format!("#{name} = :{name}"));
                change = change.expression_attribute_values(format!(":{name}"), value);
            }
            None => remove.push(format!("#{name}")),
        }
    }
    let mut expression = format!("SET {}", set.join(", "));
    if !remove.is_empty() {
        expression = format!("{expression} REMOVE {}", remove.join(", "));
    }
    let change = change
        .update_expression(expression)
        .condition_expression("#v = :read")
        .expression_attribute_values(":read", number(partner.version.saturating_sub(1)));
    match updated(change).await? {
        Updated::Made(_) => Ok(()),
        Updated::NotMade(_) => Err(SaveError::Stale(None)),
    }
}

/// An update of a partner. If its condition does not hold, it returns the partner as it is.
fn update(table: &Table, partner: &Partner) -> UpdateItemFluentBuilder {
    table
        .update(partner_key(&partner.seller, &partner.id))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
}

/// Stops a partner at the version whose credentials failed, since credentials that were put meanwhile may be right. A stop
/// that is there already stays, because it says since when.
pub(super) async fn stop(
    table: &Table,
    partner: &Partner,
    stopped: &Stopped,
) -> Result<(), StoreError> {
    let stop = update(table, partner)
        .update_expression("SET stopped = :stopped, #attention = :seller, #urgency = :urgency")
        .condition_expression("v = :read AND attribute_not_exists(stopped)")
        .expression_attribute_names("#attention", ATTENTION)
        .expression_attribute_names("#urgency", URGENCY)
        .expression_attribute_values(":stopped", stopped_value(stopped)?)
        .expression_attribute_values(":seller", text(attention_of(&partner.seller)))
        .expression_attribute_values(":urgency", number(Urgency::of_stop(stopped.at).as_number()))
        .expression_attribute_values(":read", number(partner.version));
    updated(stop).await.map(drop)
}

/// Ends the stop that was read. A later stop has its own reason, and stays. A paused partner stays on the attention list.
pub(super) async fn resume(table: &Table, partner: &Partner) -> Result<(), StoreError> {
    let Some(stopped) = &partner.stopped else { return Ok(()) };
    let stopped = stopped_value(stopped)?;
    let resume = update(table, partner)
        .update_expression("REMOVE stopped, refused, #attention, #urgency")
        .condition_expression("stopped = :read AND attribute_not_exists(paused)")
        .expression_attribute_names("#attention", ATTENTION)
        .expression_attribute_names("#urgency", URGENCY)
        .expression_attribute_values(":read", stopped.clone());
    if let Updated::NotMade(Some(item)) = updated(resume).await?
        && item.contains_key("paused")
    {
        let resume = update(table, partner)
            .update_expression("REMOVE stopped, refused")
            .condition_expression("stopped = :read AND attribute_exists(paused)")
            .expression_attribute_values(":read", stopped);
        updated(resume).await?;
    }
    Ok(())
}

/// Writes whether a partner is paused, on the condition that it still has the version before. What is stopped meanwhile stays on
/// the attention list: then the end of a pause is written once more, without taking it off.
pub(super) async fn put_pause(table: &Table, partner: &Partner) -> Result<(), SaveError> {
    let put = |expression: &str, condition: &str| {
        update(table, partner)
            .update_expression(format!(
                "SET v = :v, changed_at = :at, changed_by = :by{expression}"
            ))
            .condition_expression(format!("v = :read{condition}"))
            .expression_attribute_values(":v", number(partner.version))
            .expression_attribute_values(":read", number(partner.version.saturating_sub(1)))
            .expression_attribute_values(":at", number(partner.changed_at.as_millis()))
            .expression_attribute_values(":by", text(partner.changed_by.as_str()))
    };
    let named = |put: UpdateItemFluentBuilder| {
        put.expression_attribute_names("#attention", ATTENTION)
            .expression_attribute_names("#urgency", URGENCY)
    };
    let made = if let Some(paused) = &partner.paused {
        let put = put(", paused = :paused, #attention = :seller, #urgency = :urgency", "");
        let put = named(put)
            .expression_attribute_values(":paused", paused_value(paused)?)
            .expression_attribute_values(":seller", text(attention_of(&partner.seller)))
            .expression_attribute_values(
                ":urgency",
                number(Urgency::of_stop(paused.at).as_number()),
            );
        updated(put).await?
    } else {
        let off = " REMOVE paused, #attention, #urgency";
        let off = named(put(off, " AND attribute_not_exists(stopped)"));
        match updated(off).await? {
            Updated::NotMade(Some(item)) if item.contains_key("stopped") => {
                updated(put(" REMOVE paused", " AND attribute_exists(stopped)")).await?
            }
            ended @ (Updated::Made(_) | Updated::NotMade(_)) => ended,
        }
    };
    match made {
        Updated::Made(_) => Ok(()),
        Updated::NotMade(_) => Err(SaveError::Stale(None)),
    }
}

/// Notes an order whose submission was refused although the account is taken. Returns the orders that are noted.
pub(super) async fn note_refused(
    table: &Table,
    partner: &Partner,
    order: &OrderId,
) -> Result<BTreeSet<OrderId>, StoreError> {
    let note = update(table, partner)
        .update_expression("ADD refused :one")
        .condition_expression(
            "attribute_exists(pk) AND (attribute_not_exists(refused) OR size(refused) < :most)",
        )
        .expression_attribute_values(":one", AttributeValue::Ss(vec![order.to_string()]))
        .expression_attribute_values(":most", number(REFUSED_ORDERS_MAX))
        // Not `UpdatedNew`: no document says whether that has a set to which nothing new was added.
        .return_values(ReturnValue::AllNew);
    let (Updated::Made(item) | Updated::NotMade(item)) = updated(note).await?;
    let named = item.as_ref().and_then(|item| item.get("refused")?.as_ss().ok());
    Ok(named.into_iter().flatten().filter_map(|order| order.parse().ok()).collect())
}

/// Forgets the orders that are noted as refused.
pub(super) async fn clear_refused(table: &Table, partner: &Partner) -> Result<(), StoreError> {
    let clear = update(table, partner)
        .update_expression("REMOVE refused")
        .condition_expression("attribute_exists(pk)");
    updated(clear).await.map(drop)
}

/// Notes how many of a partner's last labels were whole hours off.
pub(super) async fn note_hours_off(
    table: &Table,
    partner: &Partner,
    hours_off: Option<HoursOff>,
) -> Result<(), StoreError> {
    let note = update(table, partner).condition_expression("attribute_exists(pk)");
    let note = match hours_off {
        Some(hours_off) => note
            .update_expression("SET hours_off = :off")
            .expression_attribute_values(":off", hours_off_value(hours_off)?),
        None => note.update_expression("REMOVE hours_off"),
    };
    updated(note).await.map(drop)
}

/// Notes that a movement of a partner's parcels was seen on a day. It never goes back, and a partner that is gone stays so.
pub(super) async fn note_moved_on(
    table: &Table,
    (seller, partner): (&SellerId, &PartnerId),
    day: Moment,
) -> Result<(), StoreError> {
    let note = table
        .update(partner_key(seller, partner))
        .update_expression("SET moved_on = :day")
        .condition_expression(
            "attribute_exists(pk) AND (attribute_not_exists(moved_on) OR moved_on < :day)",
        )
        .expression_attribute_values(":day", number(day.as_millis()));
    updated(note).await.map(drop)
}

/// The attributes of a lane.
struct LaneAttributes {
    /// When the next request may go.
    go: &'static str,
    /// When the next request that is turned away is to come back.
    back: &'static str,
}

impl LaneAttributes {
    const fn of(traffic: Traffic) -> Self {
        match traffic {
            Traffic::Submit => Self { go: "go_submit", back: "back_submit" },
            Traffic::Read => Self { go: "go_read", back: "back_read" },
        }
    }

    fn lane(&self, item: &Item) -> Lane {
        Lane { go: moment_of(item, self.go), back: moment_of(item, self.back) }
    }
}

/// Books the next place in a lane. The lane as it was read says which of the four ways applies. Each way is one update that
/// adds to what is there, so senders that book at the same time seldom need a second try. [`Booking::taken`] is the whole
/// rule in one piece.
pub(super) async fn book(
    table: &Table,
    partner: &Partner,
    traffic: Traffic,
    booking: Booking,
) -> Result<Booked, StoreError> {
    let attributes = LaneAttributes::of(traffic);
    let mut lane = traffic.lane(partner.pace);
    for _ in 0..BOOKINGS_MAX {
        let way = Way::of(lane, booking);
        let booked = way.update(update(table, partner), &attributes, booking);
        match updated(booked.return_values(ReturnValue::UpdatedNew)).await? {
            Updated::Made(item) => {
                let lane = attributes.lane(&item.unwrap_or_default());
                return Ok(way.booked(lane, booking));
            }
            Updated::NotMade(Some(item)) => lane = attributes.lane(&item),
            Updated::NotMade(None) => break,
        }
    }
    let why = format!("partner {} is gone, or its pace changes all the time", partner.id);
    Err(StoreError::passing(why))
}

/// How a booking changes a lane.
#[derive(Clone, Copy)]
enum Way {
    /// Nothing is booked, so the request is the first one.
    Begin,
    /// The next place is near, so the request gets it.
    Follow,
    /// The next place is far, so the request is turned away: the first one since the place was near.
    TurnAway,
    /// The next place is far, so the request is turned away after others.
    TurnAwayAfter,
}

impl Way {
    fn of(lane: Lane, booking: Booking) -> Self {
        let edge = booking.now.plus(booking.horizon);
        match lane.go.filter(|go| *go > booking.now) {
            None => Self::Begin,
            Some(go) if go <= edge => Self::Follow,
            Some(go) if lane.back.is_none_or(|back| back < go) => Self::TurnAway,
            Some(_) => Self::TurnAwayAfter,
        }
    }

    fn update(
        self,
        update: UpdateItemFluentBuilder,
        LaneAttributes { go, back }: &LaneAttributes,
        booking: Booking,
    ) -> UpdateItemFluentBuilder {
        let edge = booking.now.plus(booking.horizon);
        let millis = |moment: Moment| number(moment.as_millis());
        let update = update.expression_attribute_names("#go", *go);
        let gap = number(booking.gap.as_millis());
        match self {
            Self::Begin => update
                .update_expression("SET #go = :next")
                .condition_expression(
                    "attribute_exists(pk) AND (attribute_not_exists(#go) OR #go <= :now)",
                )
                .expression_attribute_values(":next", millis(booking.start.plus(booking.gap)))
                .expression_attribute_values(":now", millis(booking.now)),
            Self::Follow => update
                .update_expression("SET #go = #go + :gap")
                .condition_expression("#go > :now AND #go <= :edge")
                .expression_attribute_values(":gap", gap)
                .expression_attribute_values(":now", millis(booking.now))
                .expression_attribute_values(":edge", millis(edge)),
            Self::TurnAway => update
                .update_expression("SET #back = #go + :gap")
                .condition_expression(
                    "#go > :edge AND (attribute_not_exists(#back) OR #back < #go)",
                )
                .expression_attribute_names("#back", *back)
                .expression_attribute_values(":gap", gap)
                .expression_attribute_values(":edge", millis(edge)),
            Self::TurnAwayAfter => update
                .update_expression("SET #back = #back + :gap")
                .condition_expression("#go > :edge AND #back >= #go")
                .expression_attribute_names("#back", *back)
                .expression_attribute_values(":gap", gap)
                .expression_attribute_values(":edge", millis(edge)),
        }
    }

    /// What became of the booking, by the lane as it is after the update.
    fn booked(self, lane: Lane, booking: Booking) -> Booked {
        let taken =
            |after: Option<Moment>| after.map_or(booking.start, |after| after.minus(booking.gap));
        match self {
            Self::Begin | Self::Follow => Booked::Go(taken(lane.go)),
            Self::TurnAway | Self::TurnAwayAfter => Booked::Later(taken(lane.back)),
        }
    }
}

/// Holds back a lane until a moment. A later moment that is there already stays.
pub(super) async fn hold_back(
    table: &Table,
    partner: &Partner,
    traffic: Traffic,
    until: Moment,
) -> Result<(), StoreError> {
    let LaneAttributes { go, .. } = LaneAttributes::of(traffic);
    let hold = update(table, partner)
        .update_expression("SET #go = :until")
        .condition_expression(
            "attribute_exists(pk) AND (attribute_not_exists(#go) OR #go < :until)",
        )
        .expression_attribute_names("#go", go)
        .expression_attribute_values(":until", number(until.as_millis()));
    updated(hold).await.map(drop)
}

/// Asks for the lease to renew a partner's token, and returns whether the writer has it.
pub(super) async fn lease_renewal(
    table: &Table,
    partner: &Partner,
    now: Moment,
    until: Moment,
    writer: &str,
) -> Result<bool, StoreError> {
    let lease = update(table, partner)
        .update_expression("SET renewing_until = :until, renewing_by = :writer")
        .condition_expression(
            "attribute_exists(pk) AND (attribute_not_exists(renewing_until) OR renewing_until <= :now OR renewing_by = :writer)",
        )
        .expression_attribute_values(":until", number(until.as_millis()))
        .expression_attribute_values(":now", number(now.as_millis()))
        .expression_attribute_values(":writer", text(writer));
    Ok(matches!(updated(lease).await?, Updated::Made(_)))
}

/// Gives back the lease of a writer. A lease of another writer stays.
pub(super) async fn end_renewal(
    table: &Table,
    partner: &Partner,
    writer: &str,
) -> Result<(), StoreError> {
    let end = update(table, partner)
        .update_expression("REMOVE renewing_until, renewing_by")
        .condition_expression("renewing_by = :writer")
        .expression_attribute_values(":writer", text(writer));
    updated(end).await.map(drop)
}

/// Reads the last test of a partner's connection.
pub(super) async fn test(
    table: &Table,
    seller: &SellerId,
    id: &PartnerId,
) -> Result<Option<ConnectionTest>, StoreError> {
    let key = test_key(seller, id);
    let item = table.get(key.clone()).await?;
    item.map(|item| test_from(item, &key)).transpose()
}

/// Notes that a test was asked for.
pub(super) async fn ask_test(
    table: &Table,
    partner: &Partner,
    test: &ConnectionTest,
) -> Result<(), StoreError> {
    table.put(test_item(partner, test)?).send().await.map(drop).map_err(store_error)
}

/// Notes what came of the test.
pub(super) async fn end_test(
    table: &Table,
    partner: &Partner,
    result: &ConnectionResult,
) -> Result<(), StoreError> {
    let end = table
        .update(test_key(&partner.seller, &partner.id))
        .update_expression("SET #result = :result")
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_names("#result", "result")
        .expression_attribute_values(":result", result_value(result)?);
    updated(end).await.map(drop)
}
