//! The ports of a function in a sandbox: each call takes a while, may go wrong as planned, and may be the last.

use super::calls::no_answer;
use super::queues::Function;
use super::sandbox::Sandbox;
use crate::fault::{Fault, FaultPoint};
use crate::plan::DAY;
use crate::shops::Question;
use crate::watch::Leaving;
use channels::Answer;
use domain::{DeviceId, Doorbell, Moment, Notice, Order, OrderKey, Partner};
use flows::ports::{
    Bell, Booked, Booking, Bus, Clock, Devices, Doorbells, DueOrders, DuePage, Http, HttpError,
    Orders, Pacing, Renewals, SaveError, StoreError, Stored, Traffic, Version,
};
use http::Request;
use jiff::SignedDuration;
use std::ops::Deref;
use testkit::intercept::{Call, Failure, Interceptor};
use testkit::{Port as Called, Table};

fn down() -> StoreError {
    StoreError::passing("as planned")
}

/// Where a fault may strike at a call. `None` where the world does it itself, in the middle of what it does, and where
/// nothing ever goes wrong: what fails or dies around the note of an IMEI is among the flows' crashes.
const fn fault_point(called: Called) -> Option<FaultPoint> {
    Some(match called {
        Called::Order => FaultPoint::Order,
        Called::Save => FaultPoint::Save,
        Called::Partner => FaultPoint::Partner,
        // A refused order is counted where a partner would be stopped.
        Called::StopPartner | Called::NoteRefused | Called::ClearRefused => FaultPoint::StopPartner,
        Called::ResumePartner => FaultPoint::ResumePartner,
        Called::Book => FaultPoint::Book,
        Called::HoldBack => FaultPoint::HoldBack,
        Called::LeaseRenewal | Called::EndRenewal => FaultPoint::LeaseRenewal,
        Called::Tracking => FaultPoint::Tracking,
        Called::AddToTracking => FaultPoint::AddToTracking,
        Called::NoteMovements => FaultPoint::NoteMovements,
        Called::Ring => FaultPoint::Ring,
        Called::Publish => FaultPoint::Publish,
        Called::Secret => FaultPoint::Secret,
        Called::PutSecret => FaultPoint::PutSecret,
        // The sandbox plays these by itself, and nobody plays people's lists, their pairs, tests of connections, and what relays a
        // channel's notifications.
        Called::Sleep
        | Called::Due
        | Called::Http
        | Called::NoteDevice
        | Called::Partners
        | Called::PutPartner
        | Called::PutPause
        | Called::Newest
        | Called::Attention
        | Called::LackingImeis
        | Called::Orders
        | Called::WriteSecret
        | Called::CarrierPairs
        | Called::ExpectCarrierPairs
        | Called::PutCarrierPairs
        | Called::NoteUnlisted
        | Called::NoteHoursOff
        | Called::NoteMovedOn
        | Called::EndUnlisted
        | Called::UnlistedCarriers
        | Called::CountCalls
        | Called::EndSessions
        | Called::NoteChange
        | Called::Changes
        | Called::DeleteSecret
        | Called::BeginDeparture
        | Called::SaveDeparture
        | Called::Departures
        | Called::DeleteOrder
        | Called::DeleteBeside
        | Called::ConnectionTest
        | Called::AskConnectionTest
        | Called::EndConnectionTest
        | Called::RingTest
        | Called::RingResumed
        | Called::MerchantLinks
        | Called::BelieveLink
        | Called::LinkMerchant
        | Called::Relay => return None,
    })
}

impl Interceptor for Sandbox {
    type Store = Table;
    type World = Self;

    fn store(&self) -> impl Deref<Target = Table> {
        &self.world.table
    }

    fn world(&self) -> &Self {
        self
    }

    async fn around<T>(
        &self,
        call: Call<'_>,
        effect: impl AsyncFn() -> T,
        failed: impl FnOnce(Failure) -> T,
    ) -> T {
        let Some(port) = fault_point(call.port) else { return effect().await };
        let fault = self.arrive(port, call.order).await;
        if let (FaultPoint::Save, Some(key)) = (port, call.order)
            && self.fails_to_save(key)
        {
            self.note(|| "the table takes nothing".to_owned());
            return failed(Failure::NotReached);
        }
        if fault == Some(Fault::Refused) {
            return failed(Failure::NotReached);
        }
        if let (Called::StopPartner, Some(partner)) = (call.port, call.partner) {
            self.note(|| format!("stops {}/{}", partner.seller, partner.id));
            self.world.watch.borrow_mut().stops(partner);
        }
        self.struck_by.set(fault);
        let done = effect().await;
        match fault {
            Some(Fault::Lost) => failed(Failure::Lost),
            Some(Fault::Repeated) if port == FaultPoint::Save => {
                self.wait(self.world.latency()).await;
                effect().await
            }
            Some(Fault::CrashAfter) => self.die((port, "after"), call.order).await,
            _ => done,
        }
    }
}

impl Sandbox {
    /// Saves an order, and shows the watch the order before and after.
    fn save_now(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> Result<Version, SaveError> {
        let before = self.world.table.stored(&order.key).map(|stored| stored.order);
        let order = &*self.as_stored(before.as_ref(), order);
        let saved = self.world.table.save(order, read, writer);
        match &saved {
            // A repeat of our own changes nothing.
            Ok(_) if before.as_ref() == Some(order) => {}
            Ok(version) => {
                self.note(|| {
                    format!(
                        "saves {} at version {}: {}",
                        order.key,
                        version.0,
                        testkit::shown(order)
                    )
                });
                self.world.watch.borrow_mut().saved(&self.world, self, before.as_ref(), order);
            }
            Err(error) => {
                self.note(|| format!("lost the race for {}", order.key));
                if let SaveError::Stale(Some(current)) = error {
                    self.world.watch.borrow_mut().loaded(self, &current.order);
                }
            }
        }
        saved
    }
}

impl Clock for Sandbox {
    fn now(&self) -> Moment {
        self.clock()
    }

    async fn sleep(&self, span: SignedDuration) {
        self.sleep_for(span).await;
    }
}

impl Orders for Sandbox {
    async fn order(&self, key: &OrderKey) -> Result<Option<Stored>, StoreError> {
        let stored = self.world.table.stored(key);
        if let Some(stored) = &stored {
            self.world.watch.borrow_mut().loaded(self, &stored.order);
        }
        let read = |stored: Stored| Ok(Stored { order: self.as_read(stored.order)?, ..stored });
        stored.map(read).transpose()
    }

    async fn save(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> Result<Version, SaveError> {
        self.save_now(order, read, writer)
    }
}

impl Pacing for Sandbox {
    async fn book(
        &self,
        partner: &Partner,
        traffic: Traffic,
        booking: Booking,
    ) -> Result<Booked, StoreError> {
        let booked = self.world.table.book(partner, traffic, booking);
        if let Ok(Booked::Go(at)) = &booked {
            self.will_wait(partner, at.since(self.clock()));
        }
        booked
    }

    async fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        until: Moment,
    ) -> Result<(), StoreError> {
        self.world.table.hold_back(partner, traffic, until);
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
        Ok(self.world.table.lease_renewal(partner, self.clock(), until, writer))
    }

    async fn end_renewal(&self, partner: &Partner, writer: &str) -> Result<(), StoreError> {
        self.world.table.end_renewal(partner, writer);
        Ok(())
    }
}

impl Devices for Sandbox {
    async fn note_device(
        &self,
        key: &OrderKey,
        id: &DeviceId,
    ) -> Result<Vec<OrderKey>, StoreError> {
        let noted = self.world.table.note_device(key, id);
        Ok(if self.world.plan.knows_phones { noted } else { vec![key.clone()] })
    }
}

impl DueOrders for Sandbox {
    async fn due(
        &self,
        shard: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> Result<(Vec<OrderKey>, Option<DuePage>), StoreError> {
        let is_first = after.is_none();
        // Who rings for a resumed partner reads no order: it rings for what is listed (rule A1).
        self.rings_what_is_due.set(matches!(self.function, Function::Sender(_)));
        let page = self.world.table.due(shard, until, after);
        if page.0.is_empty() && page.1.is_none() && is_first {
            // Mostly the queue is empty; looking takes no time then.
            return Ok(page);
        }
        match self.arrive(FaultPoint::Due, page.0.first()).await {
            Some(Fault::Refused) => Err(down()),
            Some(Fault::IndexBehind) => Ok((Vec::new(), None)),
            Some(Fault::IndexAhead) => {
                Ok((self.world.table.all_orders().into_iter().map(|o| o.order.key).collect(), None))
            }
            Some(Fault::CrashAfter) => self.die((FaultPoint::Due, "after"), page.0.first()).await,
            _ => Ok(page),
        }
    }
}

impl Doorbells for Sandbox {
    async fn ring(&self, bells: Vec<Bell>) -> Vec<Bell> {
        let fault = self.struck_by.take();
        for bell in &bells {
            self.ring_one(bell, fault);
        }
        Vec::new()
    }
}

impl Bus for Sandbox {
    async fn publish(&self, notices: &[Notice]) -> Vec<Notice> {
        self.world.publish(self, notices);
        Vec::new()
    }
}

impl Http for Sandbox {
    async fn http(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        let shop_request = self.world.shops.borrow().parse_request(&request);
        let Some(shop_request) = shop_request else {
            self.world.report("every request is one its marketplace knows", || {
                format!("{} {}", request.method(), request.uri().path())
            });
            return Err(no_answer());
        };
        match &shop_request.question {
            Question::Token => self.ask_token(&shop_request).await,
            Question::Account => self.ask_account(&shop_request).await,
            Question::Read { .. } => self.ask_read(&shop_request).await,
            Question::Submit(submission) => self.submit(&shop_request, submission).await,
            Question::Register { line, device } => {
                let account = shop_request.account;
                self.world.watch.borrow_mut().leaves(self, account, Leaving::Submission);
                self.register(&shop_request, (line, device)).await
            }
        }
    }
}

impl Sandbox {
    /// A sender has a place, and waits for it.
    fn will_wait(&self, partner: &Partner, span: SignedDuration) {
        if !span.is_positive() {
            return;
        }
        let is_it = |account: &crate::plan::Account| {
            account.partner.seller == partner.seller && account.partner.id == partner.id
        };
        let Some(account) = self.world.plan.accounts.iter().position(is_it) else { return };
        self.world.never_comes_within(account, span);
        self.world.watch.borrow_mut().waits(self, account, self.world.now().plus(span));
    }

    fn ring_one(&self, bell: &Bell, fault: Option<Fault>) {
        if !self.rings_what_is_due.get() {
            self.world.watch.borrow_mut().rung(self, &bell.key);
        }
        self.note(|| format!("rings {} for {} in {:#}", bell.channel, bell.key, bell.delay));
        let (to, body) = (Function::Sender(bell.channel), Doorbell::of(&bell.key).body());
        let late = match fault {
            Some(Fault::BellLost) => return,
            Some(Fault::BellLate) => SignedDuration::from_millis(self.world.throw(0, DAY)),
            _ => SignedDuration::ZERO,
        };
        let copies = if fault == Some(Fault::BellTwice) { 2 } else { 1 };
        for _ in 0..copies {
            let at = self.world.now().plus(bell.delay).plus(late).plus(self.world.latency());
            self.world.queues.borrow_mut().send(to, (body.clone(), None), at);
            self.world.look_at(to, at);
        }
    }
}
