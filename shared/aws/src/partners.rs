//! The `DynamoDB` calls about partners: their settings, whether they are stopped, and how busy the senders are with
//! them. A partner is one item, read before each claim anyway, so a quiet one costs nothing more.

use super::item::{
    ATTENTION, ATTENTION_SINCE, Item, PARTNER_PREFIX, attention_of, moment_of, partner_from,
    partner_item, partner_key, readable, stopped_value, text_of,
};
use super::table::{Table, Updated, number, text, unavailable, updated};
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::{Lane, Moment, Partner, PartnerId, SellerId, Stopped};
use flows::ports::{Booked, Booking, SaveError, StoreError, Traffic};

/// How often a booking that others were faster than is tried in another way. Each try fails only because somebody else
/// has just changed the lane.
const BOOKINGS_MAX: usize = 16;

/// A partner, read consistently.
pub(super) async fn read(
    table: &Table,
    seller: &SellerId,
    id: &PartnerId,
) -> Result<Option<Partner>, StoreError> {
    let item = table.get(partner_key(seller, id)).await?;
    item.map(|item| partner_from(item, seller, id)).transpose()
}

/// Every partner of a seller.
pub(super) async fn of_seller(
    table: &Table,
    seller: &SellerId,
) -> Result<Vec<Partner>, StoreError> {
    let (mut partners, mut start) = (Vec::new(), None);
    loop {
        let query = table
            .query()
            .consistent_read(true)
            .key_condition_expression("pk = :seller AND begins_with(sk, :partner)")
            .expression_attribute_values(":seller", text(attention_of(seller)))
            .expression_attribute_values(":partner", text(PARTNER_PREFIX))
            .set_exclusive_start_key(start);
        let page = query.send().await.map_err(|error| unavailable(&error))?;
        for item in page.items.unwrap_or_default() {
            let id = text_of(&item, "sk")
                .and_then(|sk| sk.strip_prefix(PARTNER_PREFIX)?.parse::<PartnerId>().ok());
            if let Some(id) = id {
                partners.extend(readable(partner_from(item, seller, &id))?);
            }
        }
        start = page.last_evaluated_key;
        if start.is_none() {
            return Ok(partners);
        }
    }
}

/// What of a partner is people's to change. The rest is the senders': whether it is stopped, how busy they are with it,
/// who renews its token.
const PEOPLES: [&str; 9] = [
    "v",
    "name",
    "settings",
    "timing",
    "missing_imei",
    "never_until",
    "never",
    "changed_at",
    "changed_by",
];

/// Registers a partner, or changes it on the condition that it is still of the version before.
pub(super) async fn put(table: &Table, partner: &Partner) -> Result<(), SaveError> {
    let mut item = partner_item(partner)?;
    if partner.version > 1 {
        return change(table, partner, &mut item).await;
    }
    let put = table.put(item).condition_expression("attribute_not_exists(pk)");
    let Err(error) = put.send().await else { return Ok(()) };
    match error.as_service_error() {
        Some(PutItemError::ConditionalCheckFailedException(_)) => Err(SaveError::Stale(None)),
        Some(_) | None => Err(unavailable(&error).into()),
    }
}

async fn change(table: &Table, partner: &Partner, item: &mut Item) -> Result<(), SaveError> {
    let (mut set, mut remove) = (Vec::new(), Vec::new());
    let mut change = update(table, partner);
    for name in PEOPLES {
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

/// An update of a partner that is there.
fn update(table: &Table, partner: &Partner) -> UpdateItemFluentBuilder {
    table
        .update(partner_key(&partner.seller, &partner.id))
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
}

/// Only on the version whose credentials failed: credentials put meanwhile may be right. A stop that is there stays: it
/// says since when.
pub(super) async fn stop(
    table: &Table,
    partner: &Partner,
    stopped: &Stopped,
) -> Result<(), StoreError> {
    let stop = update(table, partner)
        .update_expression("SET stopped = :stopped, #attention = :seller, #since = :at")
        .condition_expression("v = :read AND attribute_not_exists(stopped)")
        .expression_attribute_names("#attention", ATTENTION)
        .expression_attribute_names("#since", ATTENTION_SINCE)
        .expression_attribute_values(":stopped", stopped_value(stopped)?)
        .expression_attribute_values(":seller", text(attention_of(&partner.seller)))
        .expression_attribute_values(":at", number(stopped.at.as_millis()))
        .expression_attribute_values(":read", number(partner.version));
    updated(stop).await.map(drop)
}

/// Only the stop that was read: a later one has its own reason.
pub(super) async fn resume(table: &Table, partner: &Partner) -> Result<(), StoreError> {
    let Some(stopped) = &partner.stopped else { return Ok(()) };
    let resume = update(table, partner)
        .update_expression("REMOVE stopped, #attention, #since")
        .condition_expression("stopped = :read")
        .expression_attribute_names("#attention", ATTENTION)
        .expression_attribute_names("#since", ATTENTION_SINCE)
        .expression_attribute_values(":read", stopped_value(stopped)?);
    updated(resume).await.map(drop)
}

/// The attributes of a lane: when the next request may go, and when the next that is turned away is to come back.
const fn names(traffic: Traffic) -> (&'static str, &'static str) {
    match traffic {
        Traffic::Submit => ("go_submit", "back_submit"),
        Traffic::Read => ("go_read", "back_read"),
    }
}

fn lane_of(item: &Item, traffic: Traffic) -> Lane {
    let (go, back) = names(traffic);
    Lane { go: moment_of(item, go), back: moment_of(item, back) }
}

/// Takes the next place in a lane. What was read says which of the four ways applies; each is one update that adds to
/// what is there, so that many senders at once need no rounds. [`Booking::taken`] says the same in one piece.
pub(super) async fn book(
    table: &Table,
    partner: &Partner,
    (traffic, booking): (Traffic, Booking),
) -> Result<Booked, StoreError> {
    let mut lane = traffic.lane(partner.pace);
    for _ in 0..BOOKINGS_MAX {
        let way = Way::of(lane, booking);
        let booked = way.update(update(table, partner), traffic, booking);
        match updated(booked.return_values(ReturnValue::UpdatedNew)).await? {
            Updated::Made(item) => {
                let lane = lane_of(&item.unwrap_or_default(), traffic);
                return Ok(way.booked(lane, booking));
            }
            Updated::NotMade(Some(item)) => lane = lane_of(&item, traffic),
            Updated::NotMade(None) => break,
        }
    }
    let why = format!("partner {} is gone, or its pace changes all the time", partner.id);
    Err(StoreError::Unavailable(why))
}

/// How a booking changes a lane.
#[derive(Clone, Copy)]
enum Way {
    /// Nothing is booked: begin.
    Begin,
    /// The next place is near: take it.
    Follow,
    /// The next place is far, and nobody was turned away since it was near.
    TurnAway,
    /// The next place is far, and others were turned away.
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
        traffic: Traffic,
        booking: Booking,
    ) -> UpdateItemFluentBuilder {
        let (go, back) = names(traffic);
        let edge = booking.now.plus(booking.horizon);
        let millis = |moment: Moment| number(moment.as_millis());
        let update = update.expression_attribute_names("#go", go);
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
                .expression_attribute_names("#back", back)
                .expression_attribute_values(":gap", gap)
                .expression_attribute_values(":edge", millis(edge)),
            Self::TurnAwayAfter => update
                .update_expression("SET #back = #back + :gap")
                .condition_expression("#go > :edge AND #back >= #go")
                .expression_attribute_names("#back", back)
                .expression_attribute_values(":gap", gap)
                .expression_attribute_values(":edge", millis(edge)),
        }
    }

    /// What was taken, out of the lane as it is after the update.
    fn booked(self, lane: Lane, booking: Booking) -> Booked {
        let taken =
            |after: Option<Moment>| after.map_or(booking.start, |after| after.minus(booking.gap));
        match self {
            Self::Begin | Self::Follow => Booked::Go(taken(lane.go)),
            Self::TurnAway | Self::TurnAwayAfter => Booked::Back(taken(lane.back)),
        }
    }
}

/// Lets nothing go before a moment; a later one stays.
pub(super) async fn hold_back(
    table: &Table,
    partner: &Partner,
    (traffic, until): (Traffic, Moment),
) -> Result<(), StoreError> {
    let (go, _) = names(traffic);
    let hold = update(table, partner)
        .update_expression("SET #go = :until")
        .condition_expression(
            "attribute_exists(pk) AND (attribute_not_exists(#go) OR #go < :until)",
        )
        .expression_attribute_names("#go", go)
        .expression_attribute_values(":until", number(until.as_millis()));
    updated(hold).await.map(drop)
}

/// One renewal at a time.
pub(super) async fn lease_renewal(
    table: &Table,
    partner: &Partner,
    (now, until, writer): (Moment, Moment, &str),
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

/// Gives a writer's own lease back.
pub(super) async fn end_renewal(
    table: &Table,
    partner: &Partner,
    writer: &str,
) -> Result<(), StoreError> {
    let end = update(table, partner)
        .update_expression("REMOVE renewing_until, renewing_by")
        .condition_expression("renewing_by = :writer")
        .expression_attribute_values(":writer", text(writer));
    updated(end).await.map(|_another_has_it| ())
}
