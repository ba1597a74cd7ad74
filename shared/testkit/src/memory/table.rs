//! A table with its conditions, and a secret store, in memory. Each call takes effect at once, and there is no clock. The ports
//! around the table decide when a call is made, and what its caller gets.

use domain::{
    CarrierPairs, ConnectionTest, Departure, DeviceId, Input, Lane, MerchantAccount, MerchantLink,
    Moment, NumberKey, Order, OrderKey, Partner, PartnerChange, PartnerId, SellerId,
    SellerSessions, Text, Tracking, UnlistedKey, step,
};
use flows::DUE_SHARDS;
use flows::ports::{
    Booked, Booking, DuePage, SaveError, Secret, StoreError, Stored, Traffic, Version,
};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// How many orders a page of what is due has, unless [`Table::set_due_page`] was called. They are few, so that pages are common.
const DUE_PAGE: usize = 3;

pub(super) type Name = (SellerId, PartnerId);

/// An order as it is stored.
#[derive(Clone, Debug)]
pub(super) struct Row {
    pub(super) stored: Stored,
    writer: String,
    shard: u8,
}

/// A carrier that a partner's channel does not list.
#[derive(Clone, Debug)]
pub(super) struct UnlistedRow {
    pub(super) carrier: Text,
    /// The labels that named it.
    pub(super) labels: BTreeSet<String>,
    /// Since when a person is to look at it.
    pub(super) since: Option<Moment>,
    /// Whether a person has put it aside.
    pub(super) is_aside: bool,
}

/// The place of an order with a timer in the `due` index: its shard, when it is due in milliseconds, and its name.
type DuePlace = (u8, i64, String);

/// The table, and the secrets beside it.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub(super) orders: RefCell<BTreeMap<OrderKey, Row>>,
    /// The `due` index. It follows from the orders, and saves each page from looking at all of them.
    due: RefCell<BTreeMap<DuePlace, OrderKey>>,
    due_page: Cell<Option<usize>>,
    /// The orders that have a newer format than this release reads.
    newer: RefCell<BTreeSet<OrderKey>>,
    /// The orders whose saves are refused.
    refused: RefCell<BTreeSet<OrderKey>>,
    pub(super) partners: RefCell<BTreeMap<Name, Partner>>,
    pub(super) trackings: RefCell<BTreeMap<(SellerId, NumberKey), Tracking>>,
    /// The partners' own pairs of words and codes.
    pub(super) pairs: RefCell<BTreeMap<Name, CarrierPairs>>,
    /// The tests of partners' connections.
    pub(super) tests: RefCell<BTreeMap<Name, ConnectionTest>>,
    /// The links of partners with accounts.
    pub(super) links: RefCell<BTreeMap<(MerchantAccount, Name), MerchantLink>>,
    /// What is known of sellers' people.
    pub(super) sessions: RefCell<BTreeMap<SellerId, SellerSessions>>,
    /// The partners that were deleted.
    pub(super) departures: RefCell<BTreeMap<Name, Departure>>,
    /// What people changed of partners, the oldest first.
    pub(super) changes: RefCell<BTreeMap<Name, Vec<PartnerChange>>>,
    /// The carriers that partners' channels do not list.
    pub(super) unlisted: RefCell<BTreeMap<UnlistedKey, UnlistedRow>>,
    /// The orders that each IMEI and serial number was entered for.
    devices: RefCell<BTreeMap<(SellerId, DeviceId), BTreeSet<OrderKey>>>,
    pub(super) secrets: RefCell<BTreeMap<String, Secret>>,
    /// How many texts were put into secrets so far. Each text is another version.
    secret_versions: Cell<u64>,
    /// The leases to renew partners' tokens: until when, and by whom.
    renewing: RefCell<BTreeMap<Name, (Moment, String)>>,
}

fn name_of(partner: &Partner) -> Name {
    (partner.seller.clone(), partner.id.clone())
}

fn lane_mut(partner: &mut Partner, traffic: Traffic) -> &mut Lane {
    match traffic {
        Traffic::Submit => &mut partner.pace.submit,
        Traffic::Read => &mut partner.pace.read,
    }
}

fn shard(key: &OrderKey) -> u8 {
    let sum = key.to_string().bytes().fold(7_u8, |sum, byte| sum.wrapping_mul(31) ^ byte);
    sum % DUE_SHARDS
}

impl Row {
    fn due_place(&self) -> Option<DuePlace> {
        let Order { key, due_at, .. } = &self.stored.order;
        Some((self.shard, due_at.as_ref()?.as_millis(), key.to_string()))
    }
}

impl Table {
    /// Sets how many orders a page of what is due has from now on.
    pub fn set_due_page(&self, orders: usize) {
        self.due_page.set(Some(orders));
    }

    /// Makes the orders, the tracking numbers and the devices what they were in a backup: a clone of the table from before.
    pub fn restore(&self, backup: &Self) {
        self.orders.replace(backup.orders.borrow().clone());
        self.due.replace(backup.due.borrow().clone());
        self.trackings.replace(backup.trackings.borrow().clone());
        self.devices.replace(backup.devices.borrow().clone());
    }

    /// Moves an order in the `due` index, as each write of its item does.
    fn index(&self, before: Option<DuePlace>, row: &Row) {
        let mut due = self.due.borrow_mut();
        let place = row.due_place();
        if place == before {
            return;
        }
        if let Some(before) = before {
            due.remove(&before);
        }
        if let Some(place) = place {
            due.insert(place, row.stored.order.key.clone());
        }
    }

    /// Puts a partner, whether it exists or not.
    pub fn put(&self, partner: Partner) {
        self.partners.borrow_mut().insert(name_of(&partner), partner);
    }

    /// Puts a secret, or deletes it.
    pub fn set_secret(&self, name: &str, text: Option<String>) {
        let mut secrets = self.secrets.borrow_mut();
        self.secret_versions.set(self.secret_versions.get().saturating_add(1));
        let version = format!("v{}", self.secret_versions.get());
        match text {
            Some(text) => secrets.insert(name.to_owned(), Secret { text, version }),
            None => secrets.remove(name),
        };
    }

    /// A partner, if it exists.
    pub fn partner_at(&self, seller: &SellerId, partner: &PartnerId) -> Option<Partner> {
        self.partners.borrow().get(&(seller.clone(), partner.clone())).cloned()
    }

    /// Changes a partner in place, as an update of its item does.
    pub(super) fn update_partner<T>(
        &self,
        partner: &Partner,
        update: impl FnOnce(&mut Partner) -> T,
    ) -> Option<T> {
        self.partners.borrow_mut().get_mut(&name_of(partner)).map(update)
    }

    /// As [`flows::ports::Devices::note_device`].
    pub fn note_device(&self, key: &OrderKey, id: &DeviceId) -> Vec<OrderKey> {
        let mut entered = self.devices.borrow_mut();
        let orders = entered.entry((key.seller.clone(), id.clone())).or_default();
        orders.insert(key.clone());
        orders.iter().cloned().collect()
    }

    /// As [`flows::ports::Pacing::book`].
    ///
    /// # Errors
    /// When the partner does not exist.
    pub fn book(
        &self,
        partner: &Partner,
        traffic: Traffic,
        booking: Booking,
    ) -> Result<Booked, StoreError> {
        let booked = self.update_partner(partner, |current| {
            let (lane, booked) = booking.taken(traffic.lane(current.pace));
            *lane_mut(current, traffic) = lane;
            booked
        });
        booked.ok_or_else(|| StoreError::passing("the partner is gone"))
    }

    /// As [`flows::ports::Pacing::hold_back`].
    pub fn hold_back(&self, partner: &Partner, traffic: Traffic, until: Moment) {
        self.update_partner(partner, |current| {
            let lane = lane_mut(current, traffic);
            lane.go = Some(lane.go.map_or(until, |go| go.max(until)));
        });
    }

    /// As [`flows::ports::Renewals::lease_renewal`].
    pub fn lease_renewal(
        &self,
        partner: &Partner,
        now: Moment,
        until: Moment,
        writer: &str,
    ) -> bool {
        let mut leases = self.renewing.borrow_mut();
        let lease = leases.get(&name_of(partner));
        let is_free = lease.is_none_or(|(until, by)| *until <= now || by == writer);
        if is_free {
            leases.insert(name_of(partner), (until, writer.to_owned()));
        }
        is_free
    }

    /// As [`flows::ports::Renewals::end_renewal`].
    pub fn end_renewal(&self, partner: &Partner, writer: &str) {
        let mut leases = self.renewing.borrow_mut();
        if leases.get(&name_of(partner)).is_some_and(|(_, by)| by == writer) {
            leases.remove(&name_of(partner));
        }
    }

    /// Lets another writer change an order, and save it at once.
    pub(super) fn change(&self, key: &OrderKey, input: &Input, now: Moment) {
        if let Some(row) = self.orders.borrow_mut().get_mut(key) {
            let before = row.due_place();
            row.stored.order = step(row.stored.order.clone(), input, now).order;
            row.stored.version.0 = row.stored.version.0.saturating_add(1);
            "another".clone_into(&mut row.writer);
            self.index(before, row);
        }
    }

    pub(super) fn make_newer(&self, key: &OrderKey) {
        self.newer.borrow_mut().insert(key.clone());
    }

    /// Refuses every save of an order from now on, as the table does with an item that is too large.
    pub fn refuse_saves(&self, key: &OrderKey) {
        self.refused.borrow_mut().insert(key.clone());
    }

    /// Takes saves of an order again.
    pub fn take_saves(&self, key: &OrderKey) {
        self.refused.borrow_mut().remove(key);
    }

    pub(super) fn readable(&self, key: &OrderKey) -> Result<(), StoreError> {
        if !self.newer.borrow().contains(key) {
            return Ok(());
        }
        Err(StoreError::Newer { key: key.to_string(), found: 2, known: 1 })
    }

    pub(super) fn forget(&self, key: &OrderKey) {
        let place = self.orders.borrow_mut().remove(key).and_then(|row| row.due_place());
        if let Some(place) = place {
            self.due.borrow_mut().remove(&place);
        }
    }

    /// The order of a key, as it is stored.
    pub fn stored(&self, key: &OrderKey) -> Option<Stored> {
        self.orders.borrow().get(key).map(|row| row.stored.clone())
    }

    /// Looks at an order without copying it.
    pub fn with_order<T>(&self, key: &OrderKey, look: impl FnOnce(&Order) -> T) -> Option<T> {
        self.orders.borrow().get(key).map(|row| look(&row.stored.order))
    }

    /// Every order, by key.
    pub fn all_orders(&self) -> Vec<Stored> {
        self.orders.borrow().values().map(|row| row.stored.clone()).collect()
    }

    /// When the first order is due.
    pub fn next_due(&self) -> Option<Moment> {
        self.orders.borrow().values().filter_map(|row| row.stored.order.due_at).min()
    }

    /// As [`flows::ports::Orders::save`].
    ///
    /// # Errors
    /// When the condition does not hold, or saves of the order are refused.
    pub fn save(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> Result<Version, SaveError> {
        if self.refused.borrow().contains(&order.key) {
            let why = "ValidationException".to_owned();
            return Err(StoreError::Refused { why, source: None }.into());
        }
        let mut orders = self.orders.borrow_mut();
        let version = Version(read.map_or(1, |version| version.0.saturating_add(1)));
        let current = orders.get(&order.key);
        if current.map(|row| row.stored.version) != read {
            self.readable(&order.key)?;
            return match current {
                Some(row) if row.writer == writer => Ok(version),
                Some(row) => Err(SaveError::Stale(Some(Box::new(row.stored.clone())))),
                None => Err(SaveError::Stale(None)),
            };
        }
        let shard = current.map_or_else(|| shard(&order.key), |row| row.shard);
        let before = current.and_then(Row::due_place);
        let stored = Stored { order: order.clone(), version };
        let row = Row { stored, writer: writer.to_owned(), shard };
        self.index(before, &row);
        orders.insert(order.key.clone(), row);
        Ok(version)
    }

    /// As [`flows::ports::DueOrders::due`].
    pub fn due(
        &self,
        asked: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> (Vec<OrderKey>, Option<DuePage>) {
        let after =
            after.map(|DuePage { keys, due_at }| (due_at, keys.into_values().collect::<String>()));
        let start = match after {
            Some((at, name)) => Bound::Excluded((asked, at, name)),
            None => Bound::Included((asked, i64::MIN, String::new())),
        };
        let page = self.due_page.get().unwrap_or(DUE_PAGE);
        let due = self.due.borrow();
        let is_asked = |(shard, at, _): &DuePlace| *shard == asked && *at <= until.as_millis();
        let found: Vec<_> = due
            .range((start, Bound::Unbounded))
            .take_while(|(place, _)| is_asked(place))
            .take(page)
            .collect();
        // As in `DynamoDB`, a full page may be the last one.
        let next = found.get(page.saturating_sub(1)).map(|((_, due_at, name), _)| DuePage {
            keys: [("pk".to_owned(), name.clone())].into(),
            due_at: *due_at,
        });
        (found.into_iter().map(|(_, key)| key.clone()).collect(), next)
    }
}
