//! How the deletion of a partner is stored.

use super::{Item, WRITES, attention_of, checked, expiry, to_item};
use crate::table::Key;
use domain::{Departure, DepartureProgress, ID_IS_TAKEN_FOR, PartnerId, SellerId};
use flows::ports::StoreError;
use serde::{Deserialize, Serialize};

/// The beginning of the sort key of each deleted partner.
pub(in super::super) const DEPARTURE_PREFIX: &str = "LEFT#";

/// The key of the deletion of a partner.
pub(in super::super) fn departure_key(seller: &SellerId, partner: &PartnerId) -> Key {
    Key::new(attention_of(seller), format!("{DEPARTURE_PREFIX}{partner}"))
}

#[derive(Debug, Serialize, Deserialize)]
struct DepartureItem {
    pk: String,
    sk: String,
    format: u32,
    progress: DepartureProgress,
    /// Only once it is done.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    expires_at: Option<i64>,
}

/// The deletion of a partner as its item.
pub(in super::super) fn departure_item(departure: &Departure) -> Result<Item, StoreError> {
    let Key { pk, sk } = departure_key(&departure.seller, &departure.partner);
    let progress = departure.progress.clone();
    let expires_at = progress.done_at.map(|done_at| expiry(done_at, ID_IS_TAKEN_FOR));
    let item = DepartureItem { pk, sk, format: WRITES, progress, expires_at };
    to_item(&item, &item.sk)
}

/// The deletion of a partner from its item.
pub(in super::super) fn departure_from(
    item: Item,
    seller: &SellerId,
    partner: &PartnerId,
) -> Result<Departure, StoreError> {
    let DepartureItem { progress, .. } = checked(item, &departure_key(seller, partner).sk)?;
    Ok(Departure { seller: seller.clone(), partner: partner.clone(), progress })
}
