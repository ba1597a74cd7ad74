//! The ports over AWS. Each call goes to the module of the service that it is about.

use super::{
    Aws, bus, carriers, departures, index_pages, merchants, named_orders, orders, partners, people,
    queue, secrets,
};
use ::http::Request;
use channels::Answer;
use domain::{
    CarrierPairs, ConnectionResult, ConnectionTest, Departure, DeviceId, HoursOff, MerchantAccount,
    MerchantLink, Moment, Movement, Notice, NumberKey, Order, OrderId, OrderKey, Partner,
    PartnerChange, PartnerId, Relayed, ResumeBell, SellerId, SellerSessions, SessionsEnd, Stopped,
    TestBell, Tracking, UnlistedCarrier, UnlistedEnd, UnlistedKey, UnlistedLabel,
};
use flows::ports::{
    AddError, AttentionPlace, Bell, Booked, Booking, Bus, ChangeLog, Clock, ConnectionTests,
    Departures, Devices, Doorbells, DueOrders, DuePage, Http, HttpError, ImeiPlace, LabelTimes,
    LinkDesk, Lists, MerchantLinks, MovementDays, Orders, OwnCarriers, Pacing, Partners, Registry,
    Relay, Renewals, SaveError, Secret, SecretError, SecretSink, Secrets, SeenPlace, Sellers,
    SessionEnds, Sessions, Stops, StoreError, Stored, TestBells, Trackings, Traffic,
    UnlistedCarriers, UrgencyRange, Version, Worklists,
};
use jiff::SignedDuration;
use std::collections::BTreeSet;

impl Clock for Aws {
    #[expect(clippy::disallowed_methods, reason = "this port is the clock")]
    fn now(&self) -> Moment {
        jiff::Timestamp::now().into()
    }

    async fn sleep(&self, span: SignedDuration) {
        tokio::time::sleep(span.unsigned_abs()).await;
    }
}

impl Orders for Aws {
    async fn order(&self, key: &OrderKey) -> Result<Option<Stored>, StoreError> {
        orders::read(&self.table, key).await
    }

    async fn save(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> Result<Version, SaveError> {
        orders::save(&self.table, order, read, writer, self.now()).await
    }
}

impl DueOrders for Aws {
    async fn due(
        &self,
        shard: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> Result<(Vec<OrderKey>, Option<DuePage>), StoreError> {
        index_pages::due(&self.table, shard, until, after).await
    }
}

impl Trackings for Aws {
    async fn tracking(
        &self,
        seller: &SellerId,
        number: &NumberKey,
    ) -> Result<Option<Tracking>, StoreError> {
        named_orders::tracking(&self.table, seller, number).await
    }

    async fn add_to_tracking(
        &self,
        key: &OrderKey,
        number: &NumberKey,
    ) -> Result<Tracking, AddError> {
        named_orders::add_to_tracking(&self.table, key, number, self.now()).await
    }

    async fn note_movements(
        &self,
        before: &Tracking,
        movements: &[Movement],
    ) -> Result<bool, StoreError> {
        named_orders::note_movements(&self.table, before, movements, self.now()).await
    }
}

impl Devices for Aws {
    async fn note_device(
        &self,
        key: &OrderKey,
        id: &DeviceId,
    ) -> Result<Vec<OrderKey>, StoreError> {
        named_orders::note_device(&self.table, key, id, self.now()).await
    }
}

impl Partners for Aws {
    async fn partner(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Option<Partner>, StoreError> {
        partners::read(&self.table, seller, partner).await
    }
}

impl Sellers for Aws {
    async fn has_partner(&self, seller: &SellerId) -> Result<bool, StoreError> {
        let now = self.now();
        if let Some(known) = self.sellers.has_partner(seller, now) {
            return Ok(known);
        }
        let has_partner = partners::has_any(&self.table, seller).await?;
        self.sellers.learn(seller, has_partner, now);
        Ok(has_partner)
    }
}

impl LabelTimes for Aws {
    async fn note_hours_off(
        &self,
        partner: &Partner,
        hours_off: Option<HoursOff>,
    ) -> Result<(), StoreError> {
        partners::note_hours_off(&self.table, partner, hours_off).await
    }
}

impl MovementDays for Aws {
    async fn note_moved_on(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        day: Moment,
    ) -> Result<(), StoreError> {
        if !self.moved.begins(seller, partner, day) {
            return Ok(());
        }
        let noted = partners::note_moved_on(&self.table, (seller, partner), day).await;
        if noted.is_err() {
            self.moved.forget(seller, partner);
        }
        noted
    }
}

impl Stops for Aws {
    async fn stop_partner(&self, partner: &Partner, stopped: &Stopped) -> Result<(), StoreError> {
        partners::stop(&self.table, partner, stopped).await
    }

    async fn resume_partner(&self, partner: &Partner) -> Result<(), StoreError> {
        partners::resume(&self.table, partner).await
    }

    async fn note_refused(
        &self,
        partner: &Partner,
        order: &OrderId,
    ) -> Result<BTreeSet<OrderId>, StoreError> {
        partners::note_refused(&self.table, partner, order).await
    }

    async fn clear_refused(&self, partner: &Partner) -> Result<(), StoreError> {
        partners::clear_refused(&self.table, partner).await
    }
}

impl OwnCarriers for Aws {
    async fn carrier_pairs(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<CarrierPairs, StoreError> {
        carriers::pairs(&self.table, seller, partner).await
    }
}

impl UnlistedCarriers for Aws {
    async fn note_unlisted(&self, label: &UnlistedLabel) -> Result<(), StoreError> {
        carriers::note(&self.table, label).await
    }

    async fn end_unlisted(&self, key: &UnlistedKey, end: &UnlistedEnd) -> Result<(), StoreError> {
        carriers::end(&self.table, key, end, self.now()).await
    }
}

impl ConnectionTests for Aws {
    async fn connection_test(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Option<ConnectionTest>, StoreError> {
        partners::test(&self.table, seller, partner).await
    }

    async fn ask_connection_test(
        &self,
        partner: &Partner,
        test: &ConnectionTest,
    ) -> Result<(), StoreError> {
        partners::ask_test(&self.table, partner, test).await
    }

    async fn end_connection_test(
        &self,
        partner: &Partner,
        result: &ConnectionResult,
    ) -> Result<(), StoreError> {
        partners::end_test(&self.table, partner, result).await
    }
}

impl TestBells for Aws {
    async fn ring_test(&self, partner: &Partner) -> bool {
        let body = TestBell::of(&partner.seller, &partner.id).body();
        queue::ring_partner(&self.clients.sqs, &self.config.doorbells, partner, body).await
    }

    async fn ring_resumed(&self, partner: &Partner) -> bool {
        let body = ResumeBell::of(&partner.seller, &partner.id).body();
        queue::ring_partner(&self.clients.sqs, &self.config.doorbells, partner, body).await
    }
}

impl Pacing for Aws {
    async fn book(
        &self,
        partner: &Partner,
        traffic: Traffic,
        booking: Booking,
    ) -> Result<Booked, StoreError> {
        partners::book(&self.table, partner, traffic, booking).await
    }

    async fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        until: Moment,
    ) -> Result<(), StoreError> {
        partners::hold_back(&self.table, partner, traffic, until).await
    }
}

impl Renewals for Aws {
    async fn lease_renewal(
        &self,
        partner: &Partner,
        until: Moment,
        writer: &str,
    ) -> Result<bool, StoreError> {
        partners::lease_renewal(&self.table, partner, self.now(), until, writer).await
    }

    async fn end_renewal(&self, partner: &Partner, writer: &str) -> Result<(), StoreError> {
        partners::end_renewal(&self.table, partner, writer).await
    }
}

impl Doorbells for Aws {
    async fn ring(&self, bells: Vec<Bell>) -> Vec<Bell> {
        queue::ring(&self.clients.sqs, &self.config.doorbells, bells).await
    }
}

impl Bus for Aws {
    async fn publish(&self, notices: &[Notice]) -> Vec<Notice> {
        let Some(bus) = &self.clients.eventbridge else {
            tracing::error!("this function was made without a client of the bus");
            return notices.to_vec();
        };
        bus::publish(bus, &self.config.bus, notices).await
    }
}

impl MerchantLinks for Aws {
    async fn merchant_links(
        &self,
        account: &MerchantAccount,
    ) -> Result<Vec<MerchantLink>, StoreError> {
        merchants::links(&self.table, account).await
    }

    async fn believe_link(&self, link: &MerchantLink, at: Moment) -> Result<(), StoreError> {
        merchants::believe(&self.table, link, at).await
    }
}

impl LinkDesk for Aws {
    async fn link_merchant(&self, link: &MerchantLink) -> Result<(), StoreError> {
        merchants::link(&self.table, link).await
    }
}

impl Relay for Aws {
    async fn relay(&self, events: &[Relayed]) -> bool {
        let Some(bus) = &self.clients.eventbridge else {
            tracing::error!("this function was made without a client of the bus");
            return false;
        };
        bus::relay(bus, &self.config.bus, events).await
    }
}

impl Secrets for Aws {
    async fn secret(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        secrets::read(self.secrets()?, name).await
    }

    async fn put_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        secrets::put(self.secrets()?, name, text).await
    }
}

impl SecretSink for Aws {
    async fn write_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        secrets::write(self.secrets()?, name, text).await
    }

    async fn delete_secret(&self, name: &str) -> Result<(), SecretError> {
        secrets::delete(self.secrets()?, name).await
    }
}

impl Http for Aws {
    async fn http(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        let Some(https) = &self.https else {
            return Err(HttpError::NotSent("this function calls no marketplace".to_owned()));
        };
        https.send(request).await
    }
}

impl Registry for Aws {
    async fn put_partner(&self, partner: &Partner) -> Result<(), SaveError> {
        partners::put(&self.table, partner).await
    }

    async fn put_pause(&self, partner: &Partner) -> Result<(), SaveError> {
        partners::put_pause(&self.table, partner).await
    }

    async fn expect_carrier_pairs(&self, partner: &Partner) -> Result<(), StoreError> {
        carriers::expect_pairs(&self.table, partner).await
    }

    async fn put_carrier_pairs(
        &self,
        partner: &Partner,
        pairs: &CarrierPairs,
    ) -> Result<(), SaveError> {
        carriers::put_pairs(&self.table, partner, pairs).await
    }
}

impl Sessions for Aws {
    async fn count_calls(
        &self,
        seller: &SellerId,
        window: Moment,
        calls: u32,
    ) -> Result<SellerSessions, StoreError> {
        people::count_calls(&self.table, seller, window, calls).await
    }
}

impl SessionEnds for Aws {
    async fn end_sessions(&self, seller: &SellerId, end: &SessionsEnd) -> Result<(), StoreError> {
        people::end_sessions(&self.table, seller, end).await
    }
}

impl Departures for Aws {
    async fn begin_departure(
        &self,
        partner: &Partner,
        departure: &Departure,
    ) -> Result<(), SaveError> {
        departures::begin(&self.table, partner, departure).await
    }

    async fn save_departure(&self, departure: &Departure) -> Result<(), StoreError> {
        departures::save(&self.table, departure).await
    }

    async fn departures(&self, seller: &SellerId) -> Result<Vec<Departure>, StoreError> {
        departures::of_seller(&self.table, seller).await
    }

    async fn delete_order(&self, stored: &Stored) -> Result<bool, StoreError> {
        departures::delete_order(&self.table, stored).await
    }

    async fn delete_beside(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<(), StoreError> {
        departures::delete_beside(&self.table, seller, partner).await
    }
}

impl ChangeLog for Aws {
    async fn note_change(
        &self,
        partner: &Partner,
        change: &PartnerChange,
    ) -> Result<(), StoreError> {
        people::note_change(&self.table, partner, change).await
    }

    async fn changes(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        count: u16,
    ) -> Result<(Vec<PartnerChange>, bool), StoreError> {
        people::changes(&self.table, seller, partner, count).await
    }
}

impl Lists for Aws {
    async fn partners(&self, seller: &SellerId) -> Result<Vec<Partner>, StoreError> {
        partners::of_seller(&self.table, seller).await
    }

    async fn unlisted_carriers(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Vec<UnlistedCarrier>, StoreError> {
        carriers::unlisted(&self.table, seller, partner).await
    }

    async fn newest(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<SeenPlace>,
        count: u16,
    ) -> Result<(Vec<SeenPlace>, bool), StoreError> {
        index_pages::newest(&self.table, seller, partner, after, count).await
    }

    async fn orders(&self, keys: Vec<OrderKey>) -> Result<Vec<Stored>, StoreError> {
        orders::read_all(&self.table, keys).await
    }
}

impl Worklists for Aws {
    async fn attention(
        &self,
        seller: &SellerId,
        range: UrgencyRange,
        after: Option<AttentionPlace>,
        count: u16,
    ) -> Result<(Vec<AttentionPlace>, bool), StoreError> {
        index_pages::attention(&self.table, seller, range, index_pages::AskedPage { after, count })
            .await
    }

    async fn lacking_imeis(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<ImeiPlace>,
        count: u16,
    ) -> Result<(Vec<ImeiPlace>, bool), StoreError> {
        index_pages::lacking_imeis(&self.table, seller, partner, after, count).await
    }
}
