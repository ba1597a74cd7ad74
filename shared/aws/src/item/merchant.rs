//! How the links of partners with accounts are stored. All links with an account lie beside each other, whoever's they are.

use super::{Item, WRITES, checked, malformed, to_item};
use crate::table::Key;
use domain::{MerchantAccount, MerchantLink, Moment, PartnerId, SellerId};
use flows::ports::StoreError;
use serde::{Deserialize, Serialize};

/// The partition key of the links with whatever a merchant has.
pub(in super::super) fn links_pk(account: &MerchantAccount) -> String {
    format!("MERCHANT#{}", account.merchant)
}

/// The beginning of the sort keys of the links with an account.
pub(in super::super) fn links_of(account: &MerchantAccount) -> String {
    format!("{}#", account.marketplace)
}

/// The key of a link.
pub(in super::super) fn link_key(link: &MerchantLink) -> Key {
    let MerchantLink { account, seller, partner, .. } = link;
    Key::new(links_pk(account), format!("{}{seller}#{partner}", links_of(account)))
}

#[derive(Debug, Serialize, Deserialize)]
struct LinkItem {
    pk: String,
    sk: String,
    format: u32,
    since: Moment,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    believed_at: Option<Moment>,
}

/// A link as its item.
pub(in super::super) fn link_item(link: &MerchantLink) -> Result<Item, StoreError> {
    let Key { pk, sk } = link_key(link);
    let MerchantLink { since, believed_at, .. } = *link;
    let item = LinkItem { pk, sk, format: WRITES, since, believed_at };
    to_item(&item, &item.sk)
}

/// A link with an account from its item. `None` where it is with another account: a marketplace whose id begins as this one's.
pub(in super::super) fn link_from(
    item: Item,
    account: &MerchantAccount,
) -> Result<Option<MerchantLink>, StoreError> {
    let LinkItem { sk, since, believed_at, .. } = checked(item, &links_pk(account))?;
    let Some((seller, partner)) =
        sk.strip_prefix(&links_of(account)).and_then(|rest| rest.split_once('#'))
    else {
        return Ok(None);
    };
    // No id has a `#`.
    if partner.contains('#') {
        return Ok(None);
    }
    let seller: SellerId = seller.parse().map_err(|error| malformed(&sk, error))?;
    let partner: PartnerId = partner.parse().map_err(|error| malformed(&sk, error))?;
    Ok(Some(MerchantLink { account: account.clone(), seller, partner, since, believed_at }))
}
