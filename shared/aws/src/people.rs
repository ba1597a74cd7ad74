//! The `DynamoDB` calls about a seller's people: how many calls they make, when their sessions were ended, and what they changed of
//! partners.

use super::item::{
    attention_of, change_from, change_item, changes_of, sessions_end_value, sessions_from,
    sessions_key, text_of,
};
use super::table::{Table, Updated, number, store_error, text, updated};
use crate::WRITES;
use aws_sdk_dynamodb::operation::update_item::builders::UpdateItemFluentBuilder;
use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::{Moment, Partner, PartnerChange, PartnerId, SellerId, SellerSessions, SessionsEnd};
use flows::ports::StoreError;

/// Counts calls. A window that begins takes the place of the one before; calls of the window there is are added to it.
pub(super) async fn count_calls(
    table: &Table,
    seller: &SellerId,
    window: Moment,
    calls: u32,
) -> Result<SellerSessions, StoreError> {
    let key = sessions_key(seller);
    let begin = counting(table, seller, window, calls)
        .update_expression("SET #format = :format, #win = :window, #n = :calls")
        .condition_expression("attribute_not_exists(#win) OR #win < :window")
        .expression_attribute_names("#format", "format")
        .expression_attribute_values(":format", number(WRITES));
    if let Updated::Made(item) = updated(begin).await? {
        return sessions_from(item.unwrap_or_default(), &key);
    }
    let add = counting(table, seller, window, calls)
        .update_expression("SET #n = #n + :calls")
        .condition_expression("#win = :window");
    // Where a later window has begun, what is known is as good.
    let (Updated::Made(item) | Updated::NotMade(item)) = updated(add).await?;
    sessions_from(item.unwrap_or_default(), &key)
}

fn counting(
    table: &Table,
    seller: &SellerId,
    window: Moment,
    calls: u32,
) -> UpdateItemFluentBuilder {
    table
        .update(sessions_key(seller))
        .expression_attribute_names("#win", "win")
        .expression_attribute_names("#n", "n")
        .expression_attribute_values(":window", number(window.as_millis()))
        .expression_attribute_values(":calls", number(calls))
        .return_values(ReturnValue::AllNew)
        .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
}

/// Ends all sessions of a seller's people.
pub(super) async fn end_sessions(
    table: &Table,
    seller: &SellerId,
    end: &SessionsEnd,
) -> Result<(), StoreError> {
    let end = table
        .update(sessions_key(seller))
        .update_expression("SET #format = :format, ended = :ended")
        .expression_attribute_names("#format", "format")
        .expression_attribute_values(":format", number(WRITES))
        .expression_attribute_values(":ended", sessions_end_value(end)?);
    updated(end).await.map(drop)
}

/// Keeps a change of a partner.
pub(super) async fn note_change(
    table: &Table,
    partner: &Partner,
    change: &PartnerChange,
) -> Result<(), StoreError> {
    table.put(change_item(partner, change)?).send().await.map(drop).map_err(store_error)
}

/// Reads the newest changes of a partner consistently, and says whether there are more.
pub(super) async fn changes(
    table: &Table,
    seller: &SellerId,
    partner: &PartnerId,
    count: u16,
) -> Result<(Vec<PartnerChange>, bool), StoreError> {
    let query = table
        .query()
        .consistent_read(true)
        .key_condition_expression("pk = :seller AND begins_with(sk, :partner)")
        .expression_attribute_values(":seller", text(attention_of(seller)))
        .expression_attribute_values(":partner", text(changes_of(partner)))
        .scan_index_forward(false)
        .limit(i32::from(count));
    let page = query.send().await.map_err(store_error)?;
    let has_more = page.last_evaluated_key.is_some();
    let change = |item| {
        let sk = text_of(&item, "sk").unwrap_or_default().to_owned();
        change_from(item, &sk)
    };
    let changes = page.items.unwrap_or_default().into_iter().map(change);
    Ok((changes.collect::<Result<_, _>>()?, has_more))
}
