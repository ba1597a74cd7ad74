//! What the settings API needs of the world, in memory.

use super::{Memory, breathe};
use domain::{OrderKey, Partner, PartnerId, SellerId};
use flows::ports::{
    AttentionPlace, Desk, ImeiPlace, SaveError, SecretError, SeenPlace, StoreError, Stored,
};
use std::cmp::Reverse;

/// The places after one, at most so many, and whether there are more.
fn page<T>(places: impl Iterator<Item = T>, count: u16) -> (Vec<T>, bool) {
    let mut places: Vec<T> = places.take(usize::from(count).saturating_add(1)).collect();
    let has_more = places.len() > usize::from(count);
    places.truncate(usize::from(count));
    (places, has_more)
}

impl Desk for Memory {
    async fn partners(&self, seller: &SellerId) -> Result<Vec<Partner>, StoreError> {
        breathe().await;
        let partners = self.0.table.partners.borrow();
        Ok(partners.values().filter(|partner| partner.seller == *seller).cloned().collect())
    }

    async fn put_partner(&self, partner: &Partner) -> Result<(), SaveError> {
        breathe().await;
        let mut partners = self.0.table.partners.borrow_mut();
        let name = (partner.seller.clone(), partner.id.clone());
        let read = partner.version.checked_sub(1).filter(|version| *version > 0);
        let former = partners.get(&name);
        if former.map(|partner| partner.version) != read {
            return Err(SaveError::Stale(None));
        }
        // What the senders wrote stays.
        let kept = former.unwrap_or(partner);
        let (stopped, pace) = (kept.stopped.clone(), kept.pace);
        partners.insert(name, Partner { stopped, pace, ..partner.clone() });
        Ok(())
    }

    async fn newest(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<SeenPlace>,
        count: u16,
    ) -> Result<(Vec<SeenPlace>, bool), StoreError> {
        breathe().await;
        let orders = self.0.table.orders.borrow();
        let of_partner =
            orders.iter().filter(|(key, _)| key.seller == *seller && key.partner == *partner);
        let mut places: Vec<SeenPlace> = of_partner
            .map(|(key, row)| SeenPlace {
                seen_at: row.stored.order.seen_at,
                order: key.order.clone(),
            })
            .collect();
        places.sort_by_key(|place| Reverse(place.clone()));
        let is_later = |place: &SeenPlace| after.as_ref().is_none_or(|after| place < after);
        Ok(page(places.into_iter().filter(is_later), count))
    }

    async fn attention(
        &self,
        seller: &SellerId,
        after: Option<AttentionPlace>,
        count: u16,
    ) -> Result<(Vec<AttentionPlace>, bool), StoreError> {
        breathe().await;
        let (orders, partners) = (self.0.table.orders.borrow(), self.0.table.partners.borrow());
        let of_orders = orders.iter().filter(|(key, _)| key.seller == *seller);
        let of_partners = partners.values().filter(|partner| partner.seller == *seller);
        let mut places: Vec<AttentionPlace> = of_orders
            .filter_map(|(key, row)| {
                let since = row.stored.order.attention_since?;
                let (partner, order) = (key.partner.clone(), Some(key.order.clone()));
                Some(AttentionPlace { since, partner, order })
            })
            .chain(of_partners.filter_map(|partner| {
                let since = partner.stopped.as_ref()?.at;
                Some(AttentionPlace { since, partner: partner.id.clone(), order: None })
            }))
            .collect();
        places.sort();
        let is_later = |place: &AttentionPlace| after.as_ref().is_none_or(|after| place > after);
        Ok(page(places.into_iter().filter(is_later), count))
    }

    async fn lacking_imeis(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<ImeiPlace>,
        count: u16,
    ) -> Result<(Vec<ImeiPlace>, bool), StoreError> {
        breathe().await;
        let orders = self.0.table.orders.borrow();
        let of_partner =
            orders.iter().filter(|(key, _)| key.seller == *seller && key.partner == *partner);
        let mut places: Vec<ImeiPlace> =
            of_partner.filter_map(|(_, row)| ImeiPlace::of(&row.stored.order)).collect();
        places.sort();
        let is_later = |place: &ImeiPlace| after.as_ref().is_none_or(|after| place > after);
        Ok(page(places.into_iter().filter(is_later), count))
    }

    async fn orders(&self, keys: Vec<OrderKey>) -> Result<Vec<Stored>, StoreError> {
        breathe().await;
        for key in &keys {
            self.0.table.readable(key)?;
        }
        Ok(keys.iter().filter_map(|key| self.stored(key)).collect())
    }

    async fn write_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        breathe().await;
        Memory::put_secret(self, name, Some(text.to_owned()));
        Ok(())
    }
}
