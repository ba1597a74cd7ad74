//! The ports of the table: for partners and their stops, tracking numbers, secrets, and the lists that people look through.

use super::Table;
use super::table::{Name, UnlistedRow};
use domain::{
    CarrierPairs, ConnectionResult, ConnectionTest, Departure, HoursOff, MerchantAccount,
    MerchantLink, Moment, Movement, NumberKey, ORDERS_MAX, OrderId, OrderKey, Partner,
    PartnerChange, PartnerId, REFUSED_ORDERS_MAX, SellerId, SellerSessions, SessionsEnd, Stopped,
    Tracking, UNLISTED_LABELS_MAX, UnlistedCarrier, UnlistedEnd, UnlistedKey, UnlistedLabel,
};
use flows::ports::{
    AddError, AttentionOf, AttentionPlace, ChangeLog, ConnectionTests, Departures, ImeiPlace,
    LabelTimes, LinkDesk, Lists, MerchantLinks, MovementDays, OwnCarriers, Partners, Registry,
    SaveError, Secret, SecretError, SecretSink, Secrets, SeenPlace, Sellers, SessionEnds, Sessions,
    Stops, StoreError, Stored, Trackings, UnlistedCarriers, Urgency, UrgencyRange, Worklists,
};
use std::cmp::Reverse;
use std::collections::BTreeSet;

/// The first `count` places, and whether there are more.
fn page<T>(places: impl Iterator<Item = T>, count: u16) -> (Vec<T>, bool) {
    let mut places: Vec<T> = places.take(usize::from(count).saturating_add(1)).collect();
    let has_more = places.len() > usize::from(count);
    places.truncate(usize::from(count));
    (places, has_more)
}

impl Partners for Table {
    async fn partner(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Option<Partner>, StoreError> {
        Ok(self.partner_at(seller, partner))
    }
}

impl Sellers for Table {
    async fn has_partner(&self, seller: &SellerId) -> Result<bool, StoreError> {
        Ok(self.partners.borrow().keys().any(|(of, _)| of == seller))
    }
}

impl LabelTimes for Table {
    async fn note_hours_off(
        &self,
        partner: &Partner,
        hours_off: Option<HoursOff>,
    ) -> Result<(), StoreError> {
        self.update_partner(partner, |current| current.hours_off = hours_off);
        Ok(())
    }
}

impl MovementDays for Table {
    async fn note_moved_on(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        day: Moment,
    ) -> Result<(), StoreError> {
        if let Some(current) =
            self.partners.borrow_mut().get_mut(&(seller.clone(), partner.clone()))
        {
            current.moved_on = current.moved_on.max(Some(day));
        }
        Ok(())
    }
}

impl Stops for Table {
    async fn stop_partner(&self, partner: &Partner, stopped: &Stopped) -> Result<(), StoreError> {
        self.update_partner(partner, |current| {
            if current.version == partner.version && current.stopped.is_none() {
                current.stopped = Some(stopped.clone());
            }
        });
        Ok(())
    }

    async fn resume_partner(&self, partner: &Partner) -> Result<(), StoreError> {
        self.update_partner(partner, |current| {
            if current.stopped == partner.stopped {
                current.stopped = None;
                current.refused.clear();
            }
        });
        Ok(())
    }

    async fn note_refused(
        &self,
        partner: &Partner,
        order: &OrderId,
    ) -> Result<BTreeSet<OrderId>, StoreError> {
        let noted = self.update_partner(partner, |current| {
            if current.refused.len() < REFUSED_ORDERS_MAX {
                current.refused.insert(order.clone());
            }
            current.refused.clone()
        });
        Ok(noted.unwrap_or_default())
    }

    async fn clear_refused(&self, partner: &Partner) -> Result<(), StoreError> {
        self.update_partner(partner, |current| current.refused.clear());
        Ok(())
    }
}

impl OwnCarriers for Table {
    async fn carrier_pairs(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<CarrierPairs, StoreError> {
        let name = (seller.clone(), partner.clone());
        Ok(self.pairs.borrow().get(&name).cloned().unwrap_or_default())
    }
}

impl UnlistedCarriers for Table {
    async fn note_unlisted(&self, label: &UnlistedLabel) -> Result<(), StoreError> {
        let mut rows = self.unlisted.borrow_mut();
        let row = rows.entry(label.key.clone()).or_insert_with(|| UnlistedRow {
            carrier: label.carrier.clone(),
            labels: BTreeSet::new(),
            since: None,
            is_aside: false,
        });
        if !row.is_aside && row.labels.len() < UNLISTED_LABELS_MAX {
            row.labels.insert(label.label.clone());
            row.since.get_or_insert(label.at);
        }
        Ok(())
    }

    async fn end_unlisted(&self, key: &UnlistedKey, end: &UnlistedEnd) -> Result<(), StoreError> {
        let mut rows = self.unlisted.borrow_mut();
        if let Some(row) = rows.get_mut(key) {
            row.since = None;
            match end {
                UnlistedEnd::Paired => {
                    row.labels.clear();
                    row.is_aside = false;
                }
                UnlistedEnd::PutAside(_) => row.is_aside = true,
            }
        }
        Ok(())
    }
}

impl ConnectionTests for Table {
    async fn connection_test(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Option<ConnectionTest>, StoreError> {
        Ok(self.tests.borrow().get(&(seller.clone(), partner.clone())).cloned())
    }

    async fn ask_connection_test(
        &self,
        partner: &Partner,
        test: &ConnectionTest,
    ) -> Result<(), StoreError> {
        let name = (partner.seller.clone(), partner.id.clone());
        self.tests.borrow_mut().insert(name, test.clone());
        Ok(())
    }

    async fn end_connection_test(
        &self,
        partner: &Partner,
        result: &ConnectionResult,
    ) -> Result<(), StoreError> {
        let name = (partner.seller.clone(), partner.id.clone());
        if let Some(test) = self.tests.borrow_mut().get_mut(&name) {
            test.result = Some(result.clone());
        }
        Ok(())
    }
}

fn linked_by(link: &MerchantLink) -> (MerchantAccount, Name) {
    (link.account.clone(), (link.seller.clone(), link.partner.clone()))
}

impl MerchantLinks for Table {
    async fn merchant_links(
        &self,
        account: &MerchantAccount,
    ) -> Result<Vec<MerchantLink>, StoreError> {
        let links = self.links.borrow();
        Ok(links.values().filter(|link| link.account == *account).cloned().collect())
    }

    async fn believe_link(&self, link: &MerchantLink, at: Moment) -> Result<(), StoreError> {
        if let Some(kept) = self.links.borrow_mut().get_mut(&linked_by(link))
            && kept.since == link.since
        {
            kept.believed_at.get_or_insert(at);
        }
        Ok(())
    }
}

impl LinkDesk for Table {
    async fn link_merchant(&self, link: &MerchantLink) -> Result<(), StoreError> {
        self.links.borrow_mut().insert(linked_by(link), link.clone());
        Ok(())
    }
}

impl Trackings for Table {
    async fn tracking(
        &self,
        seller: &SellerId,
        number: &NumberKey,
    ) -> Result<Option<Tracking>, StoreError> {
        Ok(self.trackings.borrow().get(&(seller.clone(), number.clone())).cloned())
    }

    async fn add_to_tracking(
        &self,
        key: &OrderKey,
        number: &NumberKey,
    ) -> Result<Tracking, AddError> {
        let mut trackings = self.trackings.borrow_mut();
        let tracking = trackings
            .entry((key.seller.clone(), number.clone()))
            .or_insert_with(|| Tracking::new(key.seller.clone(), number.clone()));
        let order = (key.partner.clone(), key.order.clone());
        if !tracking.orders.contains(&order) {
            if tracking.orders.len() >= ORDERS_MAX {
                return Err(AddError::Full { number: number.clone() });
            }
            tracking.orders.push(order);
            tracking.orders.sort();
        }
        Ok(tracking.clone())
    }

    async fn note_movements(
        &self,
        before: &Tracking,
        movements: &[Movement],
    ) -> Result<bool, StoreError> {
        let mut trackings = self.trackings.borrow_mut();
        let tracking = trackings
            .entry((before.seller.clone(), before.number.clone()))
            .or_insert_with(|| Tracking::new(before.seller.clone(), before.number.clone()));
        let holds = tracking.orders.is_empty() && tracking.movements == before.movements;
        if holds {
            tracking.movements = movements.to_vec();
        }
        Ok(holds)
    }
}

impl Secrets for Table {
    async fn secret(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        Ok(self.secrets.borrow().get(name).cloned())
    }

    async fn put_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        if !self.secrets.borrow().contains_key(name) {
            return Err(SecretError(format!("there is no secret {name}")));
        }
        self.set_secret(name, Some(text.to_owned()));
        Ok(())
    }
}

impl SecretSink for Table {
    async fn write_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        self.set_secret(name, Some(text.to_owned()));
        Ok(())
    }

    async fn delete_secret(&self, name: &str) -> Result<(), SecretError> {
        self.set_secret(name, None);
        Ok(())
    }
}

impl Registry for Table {
    async fn put_partner(&self, partner: &Partner) -> Result<(), SaveError> {
        let mut partners = self.partners.borrow_mut();
        let name = (partner.seller.clone(), partner.id.clone());
        let read = partner.version.checked_sub(1).filter(|version| *version > 0);
        let former = partners.get(&name);
        if former.map(|partner| partner.version) != read {
            return Err(SaveError::Stale(None));
        }
        // What is written by itself stays.
        let kept = former.unwrap_or(partner);
        let kept = Partner {
            paused: kept.paused.clone(),
            stopped: kept.stopped.clone(),
            refused: kept.refused.clone(),
            hours_off: kept.hours_off,
            moved_on: kept.moved_on,
            pace: kept.pace,
            has_carrier_pairs: kept.has_carrier_pairs,
            ..partner.clone()
        };
        partners.insert(name, kept);
        Ok(())
    }

    async fn put_pause(&self, partner: &Partner) -> Result<(), SaveError> {
        let is_put = self.update_partner(partner, |current| {
            let is_current = current.version == partner.version.saturating_sub(1);
            if is_current {
                current.paused.clone_from(&partner.paused);
                current.version = partner.version;
                current.changed_at = partner.changed_at;
                current.changed_by = partner.changed_by.clone();
            }
            is_current
        });
        if is_put == Some(true) { Ok(()) } else { Err(SaveError::Stale(None)) }
    }

    async fn expect_carrier_pairs(&self, partner: &Partner) -> Result<(), StoreError> {
        self.update_partner(partner, |current| current.has_carrier_pairs = true);
        Ok(())
    }

    async fn put_carrier_pairs(
        &self,
        partner: &Partner,
        pairs: &CarrierPairs,
    ) -> Result<(), SaveError> {
        let mut all = self.pairs.borrow_mut();
        let current = all.entry((partner.seller.clone(), partner.id.clone())).or_default();
        if current.version != pairs.version.saturating_sub(1) {
            return Err(SaveError::Stale(None));
        }
        *current = pairs.clone();
        Ok(())
    }
}

impl Sessions for Table {
    async fn count_calls(
        &self,
        seller: &SellerId,
        window: Moment,
        calls: u32,
    ) -> Result<SellerSessions, StoreError> {
        let mut all = self.sessions.borrow_mut();
        let known = all.entry(seller.clone()).or_default();
        *known = std::mem::take(known).counted(window, calls);
        Ok(known.clone())
    }
}

impl SessionEnds for Table {
    async fn end_sessions(&self, seller: &SellerId, end: &SessionsEnd) -> Result<(), StoreError> {
        let mut all = self.sessions.borrow_mut();
        all.entry(seller.clone()).or_default().ended = Some(end.clone());
        Ok(())
    }
}

impl Departures for Table {
    async fn begin_departure(
        &self,
        partner: &Partner,
        departure: &Departure,
    ) -> Result<(), SaveError> {
        self.save_departure(departure).await?;
        let name = (partner.seller.clone(), partner.id.clone());
        let mut partners = self.partners.borrow_mut();
        if partners.get(&name).map(|current| current.version) != Some(partner.version) {
            return Err(SaveError::Stale(None));
        }
        partners.remove(&name);
        Ok(())
    }

    async fn save_departure(&self, departure: &Departure) -> Result<(), StoreError> {
        let name = (departure.seller.clone(), departure.partner.clone());
        self.departures.borrow_mut().insert(name, departure.clone());
        Ok(())
    }

    async fn departures(&self, seller: &SellerId) -> Result<Vec<Departure>, StoreError> {
        let all = self.departures.borrow();
        Ok(all.values().filter(|one| one.seller == *seller).cloned().collect())
    }

    async fn delete_order(&self, stored: &Stored) -> Result<bool, StoreError> {
        let key = &stored.order.key;
        let is_same = self.stored(key).is_some_and(|current| current.version == stored.version);
        if is_same {
            self.forget(key);
        }
        Ok(is_same)
    }

    async fn delete_beside(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<(), StoreError> {
        let name = (seller.clone(), partner.clone());
        self.pairs.borrow_mut().remove(&name);
        self.tests.borrow_mut().remove(&name);
        let is_other = |key: &UnlistedKey| key.seller != *seller || key.partner != *partner;
        self.unlisted.borrow_mut().retain(|key, _| is_other(key));
        Ok(())
    }
}

impl ChangeLog for Table {
    async fn note_change(
        &self,
        partner: &Partner,
        change: &PartnerChange,
    ) -> Result<(), StoreError> {
        let name = (partner.seller.clone(), partner.id.clone());
        self.changes.borrow_mut().entry(name).or_default().push(change.clone());
        Ok(())
    }

    async fn changes(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        count: u16,
    ) -> Result<(Vec<PartnerChange>, bool), StoreError> {
        let changes = self.changes.borrow();
        let of_partner = changes.get(&(seller.clone(), partner.clone()));
        Ok(page(of_partner.into_iter().flatten().rev().cloned(), count))
    }
}

impl Lists for Table {
    async fn partners(&self, seller: &SellerId) -> Result<Vec<Partner>, StoreError> {
        let partners = self.partners.borrow();
        Ok(partners.values().filter(|partner| partner.seller == *seller).cloned().collect())
    }

    async fn newest(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<SeenPlace>,
        count: u16,
    ) -> Result<(Vec<SeenPlace>, bool), StoreError> {
        let orders = self.orders.borrow();
        let of_partner =
            orders.iter().filter(|(key, _)| key.seller == *seller && key.partner == *partner);
        let listed = of_partner.filter(|(_, row)| !row.stored.order.is_only_updated());
        let mut places: Vec<SeenPlace> = listed
            .map(|(key, row)| SeenPlace {
                seen_at: row.stored.order.seen_at,
                order: key.order.clone(),
            })
            .collect();
        places.sort_by_key(|place| Reverse(place.clone()));
        let is_later = |place: &SeenPlace| after.as_ref().is_none_or(|after| place < after);
        Ok(page(places.into_iter().filter(is_later), count))
    }

    async fn unlisted_carriers(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Vec<UnlistedCarrier>, StoreError> {
        let rows = self.unlisted.borrow();
        let of_partner = rows.iter().filter(|(key, row)| {
            key.seller == *seller && key.partner == *partner && !row.labels.is_empty()
        });
        let carrier = |(key, row): (&UnlistedKey, &UnlistedRow)| UnlistedCarrier {
            key: key.clone(),
            carrier: row.carrier.clone(),
            labels: row.labels.len(),
            since: row.since,
        };
        Ok(of_partner.map(carrier).collect())
    }

    async fn orders(&self, keys: Vec<OrderKey>) -> Result<Vec<Stored>, StoreError> {
        for key in &keys {
            self.readable(key)?;
        }
        Ok(keys.iter().filter_map(|key| self.stored(key)).collect())
    }
}

impl Worklists for Table {
    async fn attention(
        &self,
        seller: &SellerId,
        range: UrgencyRange,
        after: Option<AttentionPlace>,
        count: u16,
    ) -> Result<(Vec<AttentionPlace>, bool), StoreError> {
        let (orders, partners) = (self.orders.borrow(), self.partners.borrow());
        let of_orders = orders.iter().filter(|(key, _)| key.seller == *seller);
        let of_partners = partners.values().filter(|partner| partner.seller == *seller);
        let carriers = self.unlisted.borrow();
        let of_carriers = carriers.iter().filter(|(key, _)| key.seller == *seller);
        let mut places: Vec<AttentionPlace> = of_orders
            .filter_map(|(key, row)| {
                let urgency = Urgency::of(&row.stored.order)?;
                let of = AttentionOf::Order(key.order.clone());
                Some(AttentionPlace { urgency, partner: key.partner.clone(), of })
            })
            .chain(of_partners.filter_map(|partner| {
                let urgency = Urgency::of_partner(partner)?;
                let of = AttentionOf::Partner;
                Some(AttentionPlace { urgency, partner: partner.id.clone(), of })
            }))
            .chain(of_carriers.filter_map(|(key, row)| {
                let of = AttentionOf::Carrier(key.form.clone());
                let urgency = Urgency::of_unlisted(row.since?);
                Some(AttentionPlace { urgency, partner: key.partner.clone(), of })
            }))
            .filter(|place| range.has(place.urgency))
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
        let orders = self.orders.borrow();
        let of_partner =
            orders.iter().filter(|(key, _)| key.seller == *seller && key.partner == *partner);
        let mut places: Vec<ImeiPlace> =
            of_partner.filter_map(|(_, row)| ImeiPlace::of(&row.stored.order)).collect();
        places.sort();
        let is_later = |place: &ImeiPlace| after.as_ref().is_none_or(|after| place > after);
        Ok(page(places.into_iter().filter(is_later), count))
    }
}
