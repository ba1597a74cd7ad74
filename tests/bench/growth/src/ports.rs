//! The ports of a function in its sandbox. Each call takes time and is counted.

use crate::count;
use crate::world::{CallKind, Sandbox, World};
use channels::Answer;
use domain::{
    Imei, Moment, Movement, Notice, Order, OrderKey, Partner, PartnerId, SellerId, Stopped,
    Tracking, TrackingNumber,
};
use flows::ports::{
    AddError, Bell, Booked, Booking, DuePage, HttpError, Ports, SaveError, Secret, SecretError,
    StoreError, Stored, Traffic, Version,
};
use http::Request;
use jiff::SignedDuration;
use std::time::Duration;
use tokio::time::sleep;

impl Ports for Sandbox {
    fn now(&self) -> Moment {
        self.world.now()
    }

    async fn sleep(&self, span: SignedDuration) {
        self.world.stopwatch.port(sleep(Duration::try_from(span).unwrap_or_default())).await;
    }

    async fn order(&self, key: &OrderKey) -> Result<Option<Stored>, StoreError> {
        let read = |world: &World| {
            if let Some(record) = world.watched.borrow_mut().get_mut(key) {
                record.looks += 1;
                record.looked_at = record.looked_at.or_else(|| Some(world.now()));
            }
            Ok(world.table().stored(key))
        };
        self.call(CallKind::Read, read).await
    }

    async fn save(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> Result<Version, SaveError> {
        let save = |world: &World| {
            let table = world.table();
            let before = table.with_order(&order.key, |order| order.due_at).flatten();
            let saved = table.save(order, read, writer)?;
            world.note_index(before, order.due_at);
            Ok(saved)
        };
        self.call(CallKind::Save, save).await
    }

    async fn partner(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Option<Partner>, StoreError> {
        self.call(CallKind::Read, |world| Ok(world.table().partner(seller, partner))).await
    }

    async fn stop_partner(&self, partner: &Partner, stopped: &Stopped) -> Result<(), StoreError> {
        self.call(CallKind::Write, |world| world.table().stop_partner(partner, stopped)).await;
        Ok(())
    }

    async fn resume_partner(&self, partner: &Partner) -> Result<(), StoreError> {
        self.call(CallKind::Write, |world| world.table().resume_partner(partner)).await;
        Ok(())
    }

    async fn book(
        &self,
        partner: &Partner,
        traffic: Traffic,
        booking: Booking,
    ) -> Result<Booked, StoreError> {
        self.call(CallKind::Write, |world| world.table().book(partner, traffic, booking)).await
    }

    async fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        until: Moment,
    ) -> Result<(), StoreError> {
        self.call(CallKind::Write, |world| world.table().hold_back(partner, traffic, until)).await;
        Ok(())
    }

    async fn lease_renewal(
        &self,
        partner: &Partner,
        until: Moment,
        writer: &str,
    ) -> Result<bool, StoreError> {
        let lease =
            |world: &World| Ok(world.table().lease_renewal(partner, (world.now(), until), writer));
        self.call(CallKind::Write, lease).await
    }

    async fn end_renewal(&self, partner: &Partner, writer: &str) -> Result<(), StoreError> {
        self.call(CallKind::Write, |world| world.table().end_renewal(partner, writer)).await;
        Ok(())
    }

    async fn tracking(
        &self,
        seller: &SellerId,
        number: &TrackingNumber,
    ) -> Result<Option<Tracking>, StoreError> {
        self.call(CallKind::Read, |world| Ok(world.table().tracking(seller, number))).await
    }

    async fn add_to_tracking(
        &self,
        key: &OrderKey,
        number: &TrackingNumber,
    ) -> Result<Tracking, AddError> {
        self.call(CallKind::Write, |world| world.table().add_to_tracking(key, number)).await
    }

    async fn note_movements(
        &self,
        before: &Tracking,
        movements: &[Movement],
    ) -> Result<bool, StoreError> {
        self.call(CallKind::Write, |world| Ok(world.table().note_movements(before, movements)))
            .await
    }

    async fn note_imei(&self, key: &OrderKey, imei: &Imei) -> Result<Vec<OrderKey>, StoreError> {
        self.call(CallKind::Write, |world| Ok(world.table().note_imei(key, imei))).await
    }

    async fn due(
        &self,
        shard: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> Result<(Vec<OrderKey>, Option<DuePage>), StoreError> {
        self.call(CallKind::Page, |world| Ok(world.table().due(shard, until, after))).await
    }

    async fn ring(&self, bells: Vec<Bell>) -> Vec<Bell> {
        let entries = bells.len();
        let ring = |world: &World| {
            world.note_doorbells(count(entries));
            let mut watched = world.watched.borrow_mut();
            for bell in bells {
                match watched.get_mut(&bell.key) {
                    Some(record) => record.rings += 1,
                    None => world.bells.borrow_mut().push(bell),
                }
            }
            Vec::new()
        };
        self.batches((CallKind::Ring, entries), ring).await
    }

    async fn publish(&self, notices: &[Notice]) -> Vec<Notice> {
        let publish = |world: &World| {
            let published =
                notices.iter().map(|Notice { seller, partner, order, kind, .. }| {
                    let (seller, partner, order) = (seller.clone(), partner.clone(), order.clone());
                    (OrderKey { seller, partner, order }, *kind)
                });
            world.notices.borrow_mut().extend(published);
            Vec::new()
        };
        self.batches((CallKind::Publish, notices.len()), publish).await
    }

    async fn secret(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        self.call(CallKind::Secret, |world| Ok(world.table().secret(name))).await
    }

    async fn put_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        self.call(CallKind::Secret, |world| world.table().put_secret(name, text)).await
    }

    async fn http(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        self.call(CallKind::Request, |world| world.shop.answer(&request)).await
    }
}
