//! The `DynamoDB` calls about the links of partners with accounts that everybody can see. A link is an item of its own: a partner's
//! item is written with each request that is paced, and so must stay small.

use super::item::{link_from, link_item, link_key, links_of, links_pk, readable};
use super::table::{Table, number, store_error, updated};
use domain::{MerchantAccount, MerchantLink, Moment};
use flows::ports::StoreError;

/// Reads every link with an account consistently.
pub(super) async fn links(
    table: &Table,
    account: &MerchantAccount,
) -> Result<Vec<MerchantLink>, StoreError> {
    let mut links = Vec::new();
    for item in table.all_beginning(links_pk(account), &links_of(account)).await? {
        links.extend(readable(link_from(item, account))?.flatten());
    }
    Ok(links)
}

/// Notes that a link is believed, unless it was made anew since it was read.
pub(super) async fn believe(
    table: &Table,
    link: &MerchantLink,
    at: Moment,
) -> Result<(), StoreError> {
    let believe = table
        .update(link_key(link))
        .update_expression("SET believed_at = if_not_exists(believed_at, :at)")
        .condition_expression("since = :read")
        .expression_attribute_values(":at", number(at.as_millis()))
        .expression_attribute_values(":read", number(link.since.as_millis()));
    updated(believe).await.map(drop)
}

/// Puts a link in the place of the one before.
pub(super) async fn link(table: &Table, link: &MerchantLink) -> Result<(), StoreError> {
    table.put(link_item(link)?).send().await.map(drop).map_err(store_error)
}
