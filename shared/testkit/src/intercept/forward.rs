//! The ports of whatever is intercepted. Nothing else forwards calls of ports.

use super::{Call, Intercepted, Interceptor, Port, down, no_secret};
use channels::Answer;
use domain::{
    CarrierPairs, ConnectionResult, ConnectionTest, Departure, DeviceId, HoursOff, MerchantAccount,
    MerchantLink, Moment, Movement, Notice, NumberKey, Order, OrderId, OrderKey, Partner,
    PartnerChange, PartnerId, Relayed, SellerId, SellerSessions, SessionsEnd, Stopped, Tracking,
    UnlistedCarrier, UnlistedEnd, UnlistedKey, UnlistedLabel,
};
use flows::ports::{
    AddError, AttentionPlace, Bell, Booked, Booking, Bus, ChangeLog, Clock, ConnectionTests,
    Departures, Devices, Doorbells, DueOrders, DuePage, Http, HttpError, ImeiPlace, LabelTimes,
    LinkDesk, Lists, MerchantLinks, MovementDays, Orders, OwnCarriers, Pacing, Partners, Registry,
    Relay, Renewals, SaveError, Secret, SecretError, SecretSink, Secrets, SeenPlace, Sellers,
    SessionEnds, Sessions, Stops, StoreError, Stored, TestBells, Trackings, Traffic,
    UnlistedCarriers, UrgencyRange, Version, Worklists,
};
use http::Request;
use jiff::SignedDuration;
use std::collections::BTreeSet;

impl<I: Interceptor<World: Clock>> Clock for Intercepted<I> {
    fn now(&self) -> Moment {
        self.0.world().now()
    }

    async fn sleep(&self, span: SignedDuration) {
        let effect = async || self.0.world().sleep(span).await;
        self.0.around(Call::of(Port::Sleep), effect, |_| ()).await;
    }
}

impl<I: Interceptor<World: Orders>> Orders for Intercepted<I> {
    async fn order(&self, key: &OrderKey) -> Result<Option<Stored>, StoreError> {
        let effect = async || self.0.world().order(key).await;
        self.0.around(Call::of(Port::Order).about(key), effect, |_| Err(down())).await
    }

    async fn save(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> Result<Version, SaveError> {
        let effect = async || self.0.world().save(order, read, writer).await;
        self.0.around(Call::of(Port::Save).about(&order.key), effect, |_| Err(down().into())).await
    }
}

impl<I: Interceptor<World: DueOrders>> DueOrders for Intercepted<I> {
    async fn due(
        &self,
        shard: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> Result<(Vec<OrderKey>, Option<DuePage>), StoreError> {
        let effect = async || self.0.world().due(shard, until, after.clone()).await;
        self.0.around(Call::of(Port::Due), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<Store: Trackings>> Trackings for Intercepted<I> {
    async fn tracking(
        &self,
        seller: &SellerId,
        number: &NumberKey,
    ) -> Result<Option<Tracking>, StoreError> {
        let effect = async || self.0.store().tracking(seller, number).await;
        self.0.around(Call::of(Port::Tracking), effect, |_| Err(down())).await
    }

    async fn add_to_tracking(
        &self,
        key: &OrderKey,
        number: &NumberKey,
    ) -> Result<Tracking, AddError> {
        let effect = async || self.0.store().add_to_tracking(key, number).await;
        self.0
            .around(Call::of(Port::AddToTracking).about(key), effect, |_| Err(down().into()))
            .await
    }

    async fn note_movements(
        &self,
        before: &Tracking,
        movements: &[Movement],
    ) -> Result<bool, StoreError> {
        let effect = async || self.0.store().note_movements(before, movements).await;
        self.0.around(Call::of(Port::NoteMovements), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<World: Devices>> Devices for Intercepted<I> {
    async fn note_device(
        &self,
        key: &OrderKey,
        id: &DeviceId,
    ) -> Result<Vec<OrderKey>, StoreError> {
        let effect = async || self.0.world().note_device(key, id).await;
        self.0.around(Call::of(Port::NoteDevice).about(key), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<Store: Partners>> Partners for Intercepted<I> {
    async fn partner(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Option<Partner>, StoreError> {
        let effect = async || self.0.store().partner(seller, partner).await;
        self.0.around(Call::of(Port::Partner), effect, |_| Err(down())).await
    }
}

/// Nothing happens around this one: a function answers it from what it read within the last minute, as a rule.
impl<I: Interceptor<Store: Sellers>> Sellers for Intercepted<I> {
    async fn has_partner(&self, seller: &SellerId) -> Result<bool, StoreError> {
        self.0.store().has_partner(seller).await
    }
}

impl<I: Interceptor<Store: LabelTimes>> LabelTimes for Intercepted<I> {
    async fn note_hours_off(
        &self,
        partner: &Partner,
        hours_off: Option<HoursOff>,
    ) -> Result<(), StoreError> {
        let effect = async || self.0.store().note_hours_off(partner, hours_off).await;
        self.0.around(Call::of(Port::NoteHoursOff), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<Store: MovementDays>> MovementDays for Intercepted<I> {
    async fn note_moved_on(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        day: Moment,
    ) -> Result<(), StoreError> {
        let effect = async || self.0.store().note_moved_on(seller, partner, day).await;
        self.0.around(Call::of(Port::NoteMovedOn), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<Store: Stops>> Stops for Intercepted<I> {
    async fn stop_partner(&self, partner: &Partner, stopped: &Stopped) -> Result<(), StoreError> {
        let effect = async || self.0.store().stop_partner(partner, stopped).await;
        self.0.around(Call::of(Port::StopPartner).at(partner), effect, |_| Err(down())).await
    }

    async fn resume_partner(&self, partner: &Partner) -> Result<(), StoreError> {
        let effect = async || self.0.store().resume_partner(partner).await;
        self.0.around(Call::of(Port::ResumePartner).at(partner), effect, |_| Err(down())).await
    }

    async fn note_refused(
        &self,
        partner: &Partner,
        order: &OrderId,
    ) -> Result<BTreeSet<OrderId>, StoreError> {
        let effect = async || self.0.store().note_refused(partner, order).await;
        self.0.around(Call::of(Port::NoteRefused), effect, |_| Err(down())).await
    }

    async fn clear_refused(&self, partner: &Partner) -> Result<(), StoreError> {
        let effect = async || self.0.store().clear_refused(partner).await;
        self.0.around(Call::of(Port::ClearRefused), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<Store: OwnCarriers>> OwnCarriers for Intercepted<I> {
    async fn carrier_pairs(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<CarrierPairs, StoreError> {
        let effect = async || self.0.store().carrier_pairs(seller, partner).await;
        self.0.around(Call::of(Port::CarrierPairs), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<Store: UnlistedCarriers>> UnlistedCarriers for Intercepted<I> {
    async fn note_unlisted(&self, label: &UnlistedLabel) -> Result<(), StoreError> {
        let effect = async || self.0.store().note_unlisted(label).await;
        self.0.around(Call::of(Port::NoteUnlisted), effect, |_| Err(down())).await
    }

    async fn end_unlisted(&self, key: &UnlistedKey, end: &UnlistedEnd) -> Result<(), StoreError> {
        let effect = async || self.0.store().end_unlisted(key, end).await;
        self.0.around(Call::of(Port::EndUnlisted), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<Store: ConnectionTests>> ConnectionTests for Intercepted<I> {
    async fn connection_test(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Option<ConnectionTest>, StoreError> {
        let effect = async || self.0.store().connection_test(seller, partner).await;
        self.0.around(Call::of(Port::ConnectionTest), effect, |_| Err(down())).await
    }

    async fn ask_connection_test(
        &self,
        partner: &Partner,
        test: &ConnectionTest,
    ) -> Result<(), StoreError> {
        let effect = async || self.0.store().ask_connection_test(partner, test).await;
        self.0.around(Call::of(Port::AskConnectionTest), effect, |_| Err(down())).await
    }

    async fn end_connection_test(
        &self,
        partner: &Partner,
        result: &ConnectionResult,
    ) -> Result<(), StoreError> {
        let effect = async || self.0.store().end_connection_test(partner, result).await;
        self.0.around(Call::of(Port::EndConnectionTest), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<World: TestBells>> TestBells for Intercepted<I> {
    async fn ring_test(&self, partner: &Partner) -> bool {
        let effect = async || self.0.world().ring_test(partner).await;
        self.0.around(Call::of(Port::RingTest), effect, |_| false).await
    }

    async fn ring_resumed(&self, partner: &Partner) -> bool {
        let effect = async || self.0.world().ring_resumed(partner).await;
        self.0.around(Call::of(Port::RingResumed), effect, |_| false).await
    }
}

impl<I: Interceptor<World: Pacing>> Pacing for Intercepted<I> {
    async fn book(
        &self,
        partner: &Partner,
        traffic: Traffic,
        booking: Booking,
    ) -> Result<Booked, StoreError> {
        let effect = async || self.0.world().book(partner, traffic, booking).await;
        self.0.around(Call::of(Port::Book), effect, |_| Err(down())).await
    }

    async fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        until: Moment,
    ) -> Result<(), StoreError> {
        let effect = async || self.0.world().hold_back(partner, traffic, until).await;
        self.0.around(Call::of(Port::HoldBack), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<World: Renewals>> Renewals for Intercepted<I> {
    async fn lease_renewal(
        &self,
        partner: &Partner,
        until: Moment,
        writer: &str,
    ) -> Result<bool, StoreError> {
        let effect = async || self.0.world().lease_renewal(partner, until, writer).await;
        self.0.around(Call::of(Port::LeaseRenewal), effect, |_| Err(down())).await
    }

    async fn end_renewal(&self, partner: &Partner, writer: &str) -> Result<(), StoreError> {
        let effect = async || self.0.world().end_renewal(partner, writer).await;
        self.0.around(Call::of(Port::EndRenewal), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<World: Doorbells>> Doorbells for Intercepted<I> {
    async fn ring(&self, bells: Vec<Bell>) -> Vec<Bell> {
        let effect = async || self.0.world().ring(bells.clone()).await;
        self.0.around(Call::of(Port::Ring).with_bells(&bells), effect, |_| bells.clone()).await
    }
}

impl<I: Interceptor<World: Bus>> Bus for Intercepted<I> {
    async fn publish(&self, notices: &[Notice]) -> Vec<Notice> {
        let effect = async || self.0.world().publish(notices).await;
        self.0
            .around(Call::of(Port::Publish).with_entries(notices.len()), effect, |_| {
                notices.to_vec()
            })
            .await
    }
}

impl<I: Interceptor<Store: Secrets>> Secrets for Intercepted<I> {
    async fn secret(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        let effect = async || self.0.store().secret(name).await;
        self.0.around(Call::of(Port::Secret), effect, |_| Err(no_secret())).await
    }

    async fn put_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        let effect = async || self.0.store().put_secret(name, text).await;
        self.0.around(Call::of(Port::PutSecret), effect, |_| Err(no_secret())).await
    }
}

impl<I: Interceptor<Store: SecretSink>> SecretSink for Intercepted<I> {
    async fn write_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        let effect = async || self.0.store().write_secret(name, text).await;
        self.0.around(Call::of(Port::WriteSecret), effect, |_| Err(no_secret())).await
    }

    async fn delete_secret(&self, name: &str) -> Result<(), SecretError> {
        let effect = async || self.0.store().delete_secret(name).await;
        self.0.around(Call::of(Port::DeleteSecret), effect, |_| Err(no_secret())).await
    }
}

impl<I: Interceptor<Store: MerchantLinks>> MerchantLinks for Intercepted<I> {
    async fn merchant_links(
        &self,
        account: &MerchantAccount,
    ) -> Result<Vec<MerchantLink>, StoreError> {
        let effect = async || self.0.store().merchant_links(account).await;
        self.0.around(Call::of(Port::MerchantLinks), effect, |_| Err(down())).await
    }

    async fn believe_link(&self, link: &MerchantLink, at: Moment) -> Result<(), StoreError> {
        let effect = async || self.0.store().believe_link(link, at).await;
        self.0.around(Call::of(Port::BelieveLink), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<Store: LinkDesk>> LinkDesk for Intercepted<I> {
    async fn link_merchant(&self, link: &MerchantLink) -> Result<(), StoreError> {
        let effect = async || self.0.store().link_merchant(link).await;
        self.0.around(Call::of(Port::LinkMerchant), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<World: Relay>> Relay for Intercepted<I> {
    async fn relay(&self, events: &[Relayed]) -> bool {
        let effect = async || self.0.world().relay(events).await;
        self.0.around(Call::of(Port::Relay).with_entries(events.len()), effect, |_| false).await
    }
}

impl<I: Interceptor<World: Http>> Http for Intercepted<I> {
    async fn http(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        let effect = async || self.0.world().http(request.clone()).await;
        self.0.around(Call::of(Port::Http), effect, |failure| Err(failure.http())).await
    }
}

impl<I: Interceptor<Store: Registry>> Registry for Intercepted<I> {
    async fn put_partner(&self, partner: &Partner) -> Result<(), SaveError> {
        let effect = async || self.0.store().put_partner(partner).await;
        self.0.around(Call::of(Port::PutPartner), effect, |_| Err(down().into())).await
    }

    async fn put_pause(&self, partner: &Partner) -> Result<(), SaveError> {
        let effect = async || self.0.store().put_pause(partner).await;
        self.0.around(Call::of(Port::PutPause), effect, |_| Err(down().into())).await
    }

    async fn expect_carrier_pairs(&self, partner: &Partner) -> Result<(), StoreError> {
        let effect = async || self.0.store().expect_carrier_pairs(partner).await;
        self.0.around(Call::of(Port::ExpectCarrierPairs), effect, |_| Err(down())).await
    }

    async fn put_carrier_pairs(
        &self,
        partner: &Partner,
        pairs: &CarrierPairs,
    ) -> Result<(), SaveError> {
        let effect = async || self.0.store().put_carrier_pairs(partner, pairs).await;
        self.0.around(Call::of(Port::PutCarrierPairs), effect, |_| Err(down().into())).await
    }
}

impl<I: Interceptor<Store: Sessions>> Sessions for Intercepted<I> {
    async fn count_calls(
        &self,
        seller: &SellerId,
        window: Moment,
        calls: u32,
    ) -> Result<SellerSessions, StoreError> {
        let effect = async || self.0.store().count_calls(seller, window, calls).await;
        self.0.around(Call::of(Port::CountCalls), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<Store: SessionEnds>> SessionEnds for Intercepted<I> {
    async fn end_sessions(&self, seller: &SellerId, end: &SessionsEnd) -> Result<(), StoreError> {
        let effect = async || self.0.store().end_sessions(seller, end).await;
        self.0.around(Call::of(Port::EndSessions), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<Store: Departures>> Departures for Intercepted<I> {
    async fn begin_departure(
        &self,
        partner: &Partner,
        departure: &Departure,
    ) -> Result<(), SaveError> {
        let effect = async || self.0.store().begin_departure(partner, departure).await;
        self.0.around(Call::of(Port::BeginDeparture), effect, |_| Err(down().into())).await
    }

    async fn save_departure(&self, departure: &Departure) -> Result<(), StoreError> {
        let effect = async || self.0.store().save_departure(departure).await;
        self.0.around(Call::of(Port::SaveDeparture), effect, |_| Err(down())).await
    }

    async fn departures(&self, seller: &SellerId) -> Result<Vec<Departure>, StoreError> {
        let effect = async || self.0.store().departures(seller).await;
        self.0.around(Call::of(Port::Departures), effect, |_| Err(down())).await
    }

    async fn delete_order(&self, stored: &Stored) -> Result<bool, StoreError> {
        let effect = async || self.0.store().delete_order(stored).await;
        self.0
            .around(Call::of(Port::DeleteOrder).about(&stored.order.key), effect, |_| Err(down()))
            .await
    }

    async fn delete_beside(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<(), StoreError> {
        let effect = async || self.0.store().delete_beside(seller, partner).await;
        self.0.around(Call::of(Port::DeleteBeside), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<Store: ChangeLog>> ChangeLog for Intercepted<I> {
    async fn note_change(
        &self,
        partner: &Partner,
        change: &PartnerChange,
    ) -> Result<(), StoreError> {
        let effect = async || self.0.store().note_change(partner, change).await;
        self.0.around(Call::of(Port::NoteChange), effect, |_| Err(down())).await
    }

    async fn changes(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        count: u16,
    ) -> Result<(Vec<PartnerChange>, bool), StoreError> {
        let effect = async || self.0.store().changes(seller, partner, count).await;
        self.0.around(Call::of(Port::Changes), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<Store: Lists>> Lists for Intercepted<I> {
    async fn partners(&self, seller: &SellerId) -> Result<Vec<Partner>, StoreError> {
        let effect = async || self.0.store().partners(seller).await;
        self.0.around(Call::of(Port::Partners), effect, |_| Err(down())).await
    }

    async fn unlisted_carriers(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Vec<UnlistedCarrier>, StoreError> {
        let effect = async || self.0.store().unlisted_carriers(seller, partner).await;
        self.0.around(Call::of(Port::UnlistedCarriers), effect, |_| Err(down())).await
    }

    async fn newest(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<SeenPlace>,
        count: u16,
    ) -> Result<(Vec<SeenPlace>, bool), StoreError> {
        let effect = async || self.0.store().newest(seller, partner, after.clone(), count).await;
        self.0.around(Call::of(Port::Newest), effect, |_| Err(down())).await
    }

    async fn orders(&self, keys: Vec<OrderKey>) -> Result<Vec<Stored>, StoreError> {
        let effect = async || self.0.store().orders(keys.clone()).await;
        self.0.around(Call::of(Port::Orders), effect, |_| Err(down())).await
    }
}

impl<I: Interceptor<Store: Worklists>> Worklists for Intercepted<I> {
    async fn attention(
        &self,
        seller: &SellerId,
        range: UrgencyRange,
        after: Option<AttentionPlace>,
        count: u16,
    ) -> Result<(Vec<AttentionPlace>, bool), StoreError> {
        let effect = async || self.0.store().attention(seller, range, after.clone(), count).await;
        self.0.around(Call::of(Port::Attention), effect, |_| Err(down())).await
    }

    async fn lacking_imeis(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<ImeiPlace>,
        count: u16,
    ) -> Result<(Vec<ImeiPlace>, bool), StoreError> {
        let effect =
            async || self.0.store().lacking_imeis(seller, partner, after.clone(), count).await;
        self.0.around(Call::of(Port::LackingImeis), effect, |_| Err(down())).await
    }
}
