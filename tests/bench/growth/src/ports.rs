//! The ports of a function in its sandbox. Each call is counted and takes time, and then has its effect.

use crate::count;
use crate::world::{CallKind, Sandbox};
use channels::Answer;
use domain::{DeviceId, Moment, Notice, Order, OrderKey, Partner};
use flows::ports::{
    Bell, Booked, Booking, Bus, Clock, Devices, Doorbells, DueOrders, DuePage, Http, HttpError,
    Orders, Pacing, Renewals, SaveError, StoreError, Stored, Traffic, Version,
};
use http::Request;
use jiff::SignedDuration;
use std::ops::Deref;
use std::rc::Rc;
use std::time::Duration;
use testkit::intercept::{Call, Failure, Interceptor};
use testkit::{Intercepted, Port, Table};
use tokio::time::sleep;

/// The ports that a function gets.
pub(crate) type Ports = Intercepted<Sandbox>;

/// The kind of a call of this port. A wait has none, because it is not counted; nor has the note that parcels of a partner move,
/// which a real sandbox makes once a day and not for each order.
fn call_kind(port: Port) -> Option<CallKind> {
    Some(match port {
        Port::Order
        | Port::Partner
        | Port::Tracking
        | Port::Partners
        | Port::Newest
        | Port::Attention
        | Port::LackingImeis
        | Port::Orders
        | Port::CarrierPairs
        | Port::UnlistedCarriers
        | Port::Changes
        | Port::Departures
        | Port::ConnectionTest
        | Port::MerchantLinks => CallKind::Read,
        Port::Save => CallKind::Save,
        Port::StopPartner
        | Port::ResumePartner
        | Port::NoteRefused
        | Port::ClearRefused
        | Port::Book
        | Port::HoldBack
        | Port::LeaseRenewal
        | Port::EndRenewal
        | Port::AddToTracking
        | Port::NoteMovements
        | Port::NoteDevice
        | Port::CountCalls
        | Port::EndSessions
        | Port::BeginDeparture
        | Port::SaveDeparture
        | Port::DeleteOrder
        | Port::DeleteBeside
        | Port::NoteChange
        | Port::PutPartner
        | Port::PutPause
        | Port::ExpectCarrierPairs
        | Port::PutCarrierPairs
        | Port::NoteUnlisted
        | Port::NoteHoursOff
        | Port::EndUnlisted
        | Port::AskConnectionTest
        | Port::EndConnectionTest
        | Port::BelieveLink
        | Port::LinkMerchant => CallKind::Write,
        Port::Due => CallKind::Page,
        Port::Ring | Port::RingTest | Port::RingResumed => CallKind::Ring,
        Port::Publish | Port::Relay => CallKind::Publish,
        Port::Secret | Port::PutSecret | Port::WriteSecret | Port::DeleteSecret => CallKind::Secret,
        Port::Http => CallKind::Request,
        Port::Sleep | Port::NoteMovedOn => return None,
    })
}

impl Interceptor for Sandbox {
    type Store = Table;
    type World = Self;

    fn store(&self) -> impl Deref<Target = Table> {
        self.world.table()
    }

    fn world(&self) -> &Self {
        self
    }

    async fn around<T>(
        &self,
        call: Call<'_>,
        effect: impl AsyncFn() -> T,
        _failed: impl FnOnce(Failure) -> T,
    ) -> T {
        match call_kind(call.port) {
            Some(kind) => self.call((kind, call.entries), effect()).await,
            None => self.world.stopwatch.port(effect()).await,
        }
    }
}

impl Clock for Sandbox {
    fn now(&self) -> Moment {
        self.world.now()
    }

    async fn sleep(&self, span: SignedDuration) {
        sleep(Duration::try_from(span).unwrap_or_default()).await;
    }
}

impl Orders for Sandbox {
    async fn order(&self, key: &OrderKey) -> Result<Option<Stored>, StoreError> {
        if let Some(record) = self.world.watched.borrow_mut().get_mut(key) {
            record.looks += 1;
            record.looked_at = record.looked_at.or_else(|| Some(self.world.now()));
        }
        Ok(self.table().stored(key))
    }

    async fn save(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> Result<Version, SaveError> {
        let before = self.table().with_order(&order.key, |order| order.due_at).flatten();
        let saved = self.table().save(order, read, writer)?;
        self.world.note_index(before, order.due_at);
        Ok(saved)
    }
}

impl DueOrders for Sandbox {
    async fn due(
        &self,
        shard: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> Result<(Vec<OrderKey>, Option<DuePage>), StoreError> {
        Ok(self.table().due(shard, until, after))
    }
}

impl Devices for Sandbox {
    async fn note_device(
        &self,
        key: &OrderKey,
        id: &DeviceId,
    ) -> Result<Vec<OrderKey>, StoreError> {
        Ok(self.table().note_device(key, id))
    }
}

impl Pacing for Sandbox {
    async fn book(
        &self,
        partner: &Partner,
        traffic: Traffic,
        booking: Booking,
    ) -> Result<Booked, StoreError> {
        self.table().book(partner, traffic, booking)
    }

    async fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        until: Moment,
    ) -> Result<(), StoreError> {
        self.table().hold_back(partner, traffic, until);
        Ok(())
    }
}

impl Renewals for Sandbox {
    async fn lease_renewal(
        &self,
        partner: &Partner,
        until: Moment,
        writer: &str,
    ) -> Result<bool, StoreError> {
        Ok(self.table().lease_renewal(partner, self.world.now(), until, writer))
    }

    async fn end_renewal(&self, partner: &Partner, writer: &str) -> Result<(), StoreError> {
        self.table().end_renewal(partner, writer);
        Ok(())
    }
}

impl Doorbells for Sandbox {
    async fn ring(&self, bells: Vec<Bell>) -> Vec<Bell> {
        self.world.note_doorbells(count(bells.len()));
        let mut watched = self.world.watched.borrow_mut();
        for bell in bells {
            match watched.get_mut(&bell.key) {
                Some(record) => record.rings += 1,
                None => self.world.bells.borrow_mut().push(bell),
            }
        }
        Vec::new()
    }
}

impl Bus for Sandbox {
    async fn publish(&self, notices: &[Notice]) -> Vec<Notice> {
        let published = notices.iter().map(|Notice { seller, partner, order, kind, .. }| {
            let (seller, partner, order) = (seller.clone(), partner.clone(), order.clone());
            (OrderKey { seller, partner, order }, *kind)
        });
        self.world.notices.borrow_mut().extend(published);
        Vec::new()
    }
}

impl Http for Sandbox {
    async fn http(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        self.world.shop.answer(&request)
    }
}

impl Sandbox {
    fn table(&self) -> Rc<Table> {
        self.world.table()
    }
}
