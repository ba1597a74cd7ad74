//! The ports of a function in a sandbox: each call takes a while, may go wrong as planned, and may be the last.

use super::calls::no_answer;
use super::queues::Function;
use super::sandbox::Sandbox;
use crate::fault::{Fault, Port};
use crate::plan::DAY;
use crate::shops::Ask;
use channels::Answer;
use domain::{
    Doorbell, Imei, Moment, Movement, Notice, Order, OrderKey, Partner, PartnerId, SellerId,
    Stopped, Tracking, TrackingNumber,
};
use flows::ports::{
    AddError, Bell, Booked, Booking, DuePage, HttpError, Ports, SaveError, Secret, SecretError,
    StoreError, Stored, Traffic, Version,
};
use http::Request;
use jiff::SignedDuration;

fn down() -> StoreError {
    StoreError::Unavailable("as planned".to_owned())
}

fn no_secret() -> SecretError {
    SecretError("as planned".to_owned())
}

impl Sandbox {
    /// Saves, with what is known of the order before and after.
    fn save_now(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> Result<Version, SaveError> {
        let before = self.world.table.stored(&order.key).map(|stored| stored.order);
        let order = &self.as_stored(before.as_ref(), order);
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
                    self.world.watch.borrow_mut().seen(self, &current.order);
                }
            }
        }
        saved
    }
}

impl Ports for Sandbox {
    fn now(&self) -> Moment {
        self.clock()
    }

    async fn sleep(&self, span: SignedDuration) {
        self.sleep_for(span).await;
    }

    async fn order(&self, key: &OrderKey) -> Result<Option<Stored>, StoreError> {
        let read = || {
            let stored = self.world.table.stored(key);
            if let Some(stored) = &stored {
                self.world.watch.borrow_mut().seen(self, &stored.order);
            }
            let read = |stored: Stored| Ok(Stored { order: self.as_read(stored.order)?, ..stored });
            stored.map(read).transpose()
        };
        self.call((Port::Order, Some(key)), read, || Err(down())).await
    }

    async fn save(
        &self,
        order: &Order,
        read: Option<Version>,
        writer: &str,
    ) -> Result<Version, SaveError> {
        let key = Some(&order.key);
        let fault = self.arrive(Port::Save, key).await;
        if self.fails_to_save(&order.key) {
            self.note(|| "the table takes nothing".to_owned());
            return Err(down().into());
        }
        match fault {
            Some(Fault::Refused) => Err(down().into()),
            Some(Fault::Lost) => {
                drop(self.save_now(order, read, writer));
                Err(down().into())
            }
            Some(Fault::Repeated) => {
                drop(self.save_now(order, read, writer));
                self.wait(self.world.latency()).await;
                self.save_now(order, read, writer)
            }
            Some(Fault::CrashAfter) => {
                drop(self.save_now(order, read, writer));
                self.die((Port::Save, "after"), key).await
            }
            _ => self.save_now(order, read, writer),
        }
    }

    async fn partner(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
    ) -> Result<Option<Partner>, StoreError> {
        let read = || Ok(self.world.table.partner(seller, partner));
        self.call((Port::Partner, None), read, || Err(down())).await
    }

    async fn stop_partner(&self, partner: &Partner, stopped: &Stopped) -> Result<(), StoreError> {
        let stop = || {
            self.note(|| format!("stops {}/{}: {}", partner.seller, partner.id, stopped.reason));
            self.world.table.stop_partner(partner, stopped);
            Ok(())
        };
        self.call((Port::StopPartner, None), stop, || Err(down())).await
    }

    async fn resume_partner(&self, partner: &Partner) -> Result<(), StoreError> {
        let resume = || {
            self.world.table.resume_partner(partner);
            Ok(())
        };
        self.call((Port::ResumePartner, None), resume, || Err(down())).await
    }

    async fn book(
        &self,
        partner: &Partner,
        traffic: Traffic,
        booking: Booking,
    ) -> Result<Booked, StoreError> {
        let book = || {
            let booked = self.world.table.book(partner, traffic, booking);
            if let Ok(Booked::Go(at)) = &booked {
                self.will_wait(partner, at.since(self.clock()));
            }
            booked
        };
        self.call((Port::Book, None), book, || Err(down())).await
    }

    async fn hold_back(
        &self,
        partner: &Partner,
        traffic: Traffic,
        until: Moment,
    ) -> Result<(), StoreError> {
        let hold = || {
            self.world.table.hold_back(partner, traffic, until);
            Ok(())
        };
        self.call((Port::HoldBack, None), hold, || Err(down())).await
    }

    async fn lease_renewal(
        &self,
        partner: &Partner,
        until: Moment,
        writer: &str,
    ) -> Result<bool, StoreError> {
        let times = (self.clock(), until);
        let lease = || Ok(self.world.table.lease_renewal(partner, times, writer));
        self.call((Port::LeaseRenewal, None), lease, || Err(down())).await
    }

    async fn end_renewal(&self, partner: &Partner, writer: &str) -> Result<(), StoreError> {
        let end = || {
            self.world.table.end_renewal(partner, writer);
            Ok(())
        };
        self.call((Port::LeaseRenewal, None), end, || Err(down())).await
    }

    async fn tracking(
        &self,
        seller: &SellerId,
        number: &TrackingNumber,
    ) -> Result<Option<Tracking>, StoreError> {
        let read = || Ok(self.world.table.tracking(seller, number));
        self.call((Port::Tracking, None), read, || Err(down())).await
    }

    async fn add_to_tracking(
        &self,
        key: &OrderKey,
        number: &TrackingNumber,
    ) -> Result<Tracking, AddError> {
        let add = || self.world.table.add_to_tracking(key, number);
        self.call((Port::AddToTracking, Some(key)), add, || Err(down().into())).await
    }

    async fn note_movements(
        &self,
        before: &Tracking,
        movements: &[Movement],
    ) -> Result<bool, StoreError> {
        let note = || Ok(self.world.table.note_movements(before, movements));
        self.call((Port::NoteMovements, None), note, || Err(down())).await
    }

    async fn note_imei(&self, key: &OrderKey, imei: &Imei) -> Result<Vec<OrderKey>, StoreError> {
        // At once, and always: what fails or dies around it is among the flows' crashes.
        let noted = self.world.table.note_imei(key, imei);
        Ok(if self.world.plan.knows_phones { noted } else { vec![key.clone()] })
    }

    async fn due(
        &self,
        shard: u8,
        until: Moment,
        after: Option<DuePage>,
    ) -> Result<(Vec<OrderKey>, Option<DuePage>), StoreError> {
        let is_first = after.is_none();
        let page = self.world.table.due(shard, until, after);
        if page.0.is_empty() && page.1.is_none() && is_first {
            // Nothing there, which is the rule: it takes no time.
            return Ok(page);
        }
        match self.arrive(Port::Due, page.0.first()).await {
            Some(Fault::Refused) => Err(down()),
            Some(Fault::IndexBehind) => Ok((Vec::new(), None)),
            Some(Fault::IndexAhead) => {
                Ok((self.world.table.all_orders().into_iter().map(|o| o.order.key).collect(), None))
            }
            Some(Fault::CrashAfter) => self.die((Port::Due, "after"), page.0.first()).await,
            _ => Ok(page),
        }
    }

    async fn ring(&self, bells: Vec<Bell>) -> Vec<Bell> {
        let key = bells.first().map(|bell| bell.key.clone());
        let fault = self.arrive(Port::Ring, key.as_ref()).await;
        if fault == Some(Fault::Refused) {
            return bells;
        }
        for bell in &bells {
            self.ring_one(bell, fault);
        }
        match fault {
            Some(Fault::Lost) => bells,
            Some(Fault::CrashAfter) => self.die((Port::Ring, "after"), key.as_ref()).await,
            _ => Vec::new(),
        }
    }

    async fn publish(&self, notices: &[Notice]) -> Vec<Notice> {
        let tell = || {
            self.world.tell(notices);
            Vec::new()
        };
        self.call((Port::Publish, None), tell, || notices.to_vec()).await
    }

    async fn secret(&self, name: &str) -> Result<Option<Secret>, SecretError> {
        let read = || Ok(self.world.table.secret(name));
        self.call((Port::Secret, None), read, || Err(no_secret())).await
    }

    async fn put_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        let put = || self.world.table.put_secret(name, text);
        self.call((Port::PutSecret, None), put, || Err(no_secret())).await
    }

    async fn http(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        let asked = self.world.shops.borrow().asked(&request);
        let Some(asked) = asked else {
            self.world.is_wrong("every request is one its marketplace knows", || {
                format!("{} {}", request.method(), request.uri().path())
            });
            return Err(no_answer());
        };
        match &asked.ask {
            Ask::Token => self.ask_token(&asked).await,
            Ask::Read { .. } => self.ask_read(&asked).await,
            Ask::Submit(told) => self.submit(&asked, told).await,
            Ask::Register { line, imei } => self.register(&asked, (line, imei)).await,
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
        self.world.watch.borrow_mut().rung(self, &bell.key);
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
