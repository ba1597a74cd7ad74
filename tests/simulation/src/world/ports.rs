//! The ports of a function in a sandbox: each call takes a while, may go wrong as planned, and may be the last.

use super::Late;
use super::queues::Function;
use super::sandbox::Sandbox;
use crate::fault::{Fault, Port};
use crate::plan::DAY;
use crate::shops::{Ask, Asked, LATEST, Told, refusal};
use adapters::ports::{
    AddError, Bell, Booked, Booking, DuePage, HttpError, Ports, SaveError, Secret, SecretError,
    StoreError, Stored, Traffic, Version,
};
use channels::Answer;
use domain::{
    Doorbell, Moment, Movement, Notice, Order, OrderKey, Partner, PartnerId, SellerId, Stopped,
    Tracking, TrackingNumber,
};
use http::Request;
use jiff::SignedDuration;
use testkit::START;

/// Longest a request may take. Source: `adapters::aws::HTTP_TIMEOUT`.
const HTTP_TIMEOUT: SignedDuration = SignedDuration::from_secs(15);

/// How long a marketplace may not show what it has applied. With [`LATEST`] it is within the quarantine.
const LAG_S: i64 = 60;

fn down() -> StoreError {
    StoreError::Unavailable("as planned".to_owned())
}

fn no_secret() -> SecretError {
    SecretError("as planned".to_owned())
}

fn no_answer() -> HttpError {
    HttpError::Unknown("no answer within 15 s".to_owned())
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
        self.wait(span).await;
    }

    async fn order(&self, key: &OrderKey) -> Result<Option<Stored>, StoreError> {
        let read = || {
            let stored = self.world.table.stored(key);
            if let Some(stored) = &stored {
                self.world.watch.borrow_mut().seen(self, &stored.order);
            }
            Ok(stored)
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
        match self.arrive(Port::Save, key).await {
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
        let book = || self.world.table.book(partner, traffic, booking);
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

    async fn lease_renewal(&self, partner: &Partner, until: Moment) -> Result<bool, StoreError> {
        let lease = || Ok(self.world.table.lease_renewal(partner, until, self.clock()));
        self.call((Port::LeaseRenewal, None), lease, || Err(down())).await
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

    fn is_reachable(&self, asked: &Asked) -> bool {
        self.world.shops.borrow().is_open(asked.account, self.world.now())
    }

    fn is_welcome(&self, asked: &Asked) -> bool {
        self.world.shops.borrow().is_welcome(asked)
    }

    fn says(&self, asked: &Asked, fault: Fault) -> Answer {
        let lines = match &asked.ask {
            Ask::Submit(told) => Some(told.lines.as_slice()),
            Ask::Token | Ask::Register { .. } | Ask::Read { .. } => None,
        };
        refusal(self.world.plan.accounts[asked.account].channel, fault, lines)
    }

    fn not_sent() -> HttpError {
        HttpError::NotSent("connection refused".to_owned())
    }

    async fn ask_token(&self, asked: &Asked) -> Result<Answer, HttpError> {
        let fault = self.arrive(Port::Token, None).await;
        if fault == Some(Fault::NoConnection) || !self.is_reachable(asked) {
            return Err(Self::not_sent());
        }
        if !self.is_welcome(asked) {
            return Ok(self.world.shops.borrow().unauthorized(asked));
        }
        match fault {
            Some(Fault::NoAnswer) => {
                self.wait(HTTP_TIMEOUT).await;
                Err(no_answer())
            }
            Some(Fault::AnswerLost) => {
                drop(self.world.shops.borrow_mut().token(asked.account));
                self.wait(HTTP_TIMEOUT).await;
                Err(no_answer())
            }
            Some(Fault::CrashAfter) => {
                drop(self.world.shops.borrow_mut().token(asked.account));
                self.die((Port::Token, "after"), None).await
            }
            Some(fault @ (Fault::ServerError | Fault::TooMany)) => Ok(self.says(asked, fault)),
            _ => Ok(self.world.shops.borrow_mut().token(asked.account)),
        }
    }

    async fn ask_read(&self, asked: &Asked) -> Result<Answer, HttpError> {
        let Ask::Read { order, .. } = &asked.ask else { return Err(no_answer()) };
        let key =
            order.as_deref().and_then(|order| self.world.watch.borrow().key(asked.account, order));
        let fault = self.arrive(Port::Read, key.as_ref()).await;
        if fault == Some(Fault::NoConnection) || !self.is_reachable(asked) {
            return Err(Self::not_sent());
        }
        if !self.is_welcome(asked) {
            return Ok(self.world.shops.borrow().unauthorized(asked));
        }
        let lag = if fault == Some(Fault::ReadLag) { self.world.throw(0, LAG_S) } else { 0 };
        let by = self.world.now().minus(SignedDuration::from_secs(lag));
        let by = order
            .as_deref()
            .map_or(by, |o| self.world.shops.borrow_mut().shown_by(asked.account, o, by));
        let answer = self.world.shops.borrow().read(asked.account, &asked.ask, (START, by));
        match fault {
            Some(Fault::NoAnswer) => {
                self.wait(HTTP_TIMEOUT).await;
                return Err(no_answer());
            }
            Some(Fault::CrashAfter) => self.die((Port::Read, "after"), key.as_ref()).await,
            Some(
                fault @ (Fault::ServerError
                | Fault::TooMany
                | Fault::TooManyWithWait
                | Fault::Unauthorized
                | Fault::Malformed),
            ) => return Ok(self.says(asked, fault)),
            _ => {}
        }
        self.note(|| format!("reads {}", String::from_utf8_lossy(&answer.body)));
        let order = order.as_deref();
        let shops = self.world.shops.borrow();
        let is_foreign = order.is_some_and(|order| shops.shows_foreign(asked.account, order, by));
        self.world.watch.borrow_mut().read((&self.world, self), (asked.account, order), is_foreign);
        Ok(answer)
    }

    async fn submit(&self, asked: &Asked, told: &Told) -> Result<Answer, HttpError> {
        let account = asked.account;
        let key = self.world.watch.borrow().key(account, &told.order);
        let fault = self.arrive(Port::Submit, key.as_ref()).await;
        if fault == Some(Fault::NoConnection) || !self.is_reachable(asked) {
            return Err(Self::not_sent());
        }
        self.note(|| format!("submits {} of {}", told.number, told.order));
        let of = self.world.watch.borrow_mut().submitted(&self.world, self, (account, told));
        if fault == Some(Fault::Overstays) {
            self.overstay();
            // About when the sweep has found the claim over, and another sender has begun anew.
            self.wait(SignedDuration::from_secs(self.world.throw(325, 400))).await;
        }
        let refused = match fault {
            _ if !self.is_welcome(asked) => Some(self.world.shops.borrow().unauthorized(asked)),
            Some(
                fault @ (Fault::ServerError
                | Fault::TooMany
                | Fault::TooManyWithWait
                | Fault::Overstays
                | Fault::Unauthorized
                | Fault::Final
                | Fault::AlreadyShipped
                | Fault::Firewall),
            ) => Some(self.says(asked, fault)),
            _ => None,
        };
        if let Some(answer) = refused {
            let is_proof = is_listed(&answer);
            self.world.watch.borrow_mut().refused((self.task(), of), is_proof);
            return Ok(answer);
        }
        match fault {
            Some(Fault::Reset) => Err(HttpError::Unknown("connection reset".to_owned())),
            Some(Fault::NoAnswer) => {
                self.wait(HTTP_TIMEOUT).await;
                Err(no_answer())
            }
            Some(Fault::AppliedLate) => {
                let after = self.world.throw(0, LATEST.as_secs() * 1_000);
                if let Some((sale, package)) = of {
                    let late = Late::Submission(sale, package, told.clone());
                    self.world.take_later(account, late, SignedDuration::from_millis(after));
                }
                self.wait(HTTP_TIMEOUT).await;
                Err(no_answer())
            }
            _ => {
                let taken = self.world.shops.borrow_mut().submit(account, told, self.world.now());
                let is_proof = !taken.is_applied && is_listed(&taken.answer);
                if let Some(of) = of {
                    self.world.watch.borrow_mut().arrived(of, told, taken.is_applied);
                }
                self.note(|| format!("the marketplace answers {}", taken.answer.status));
                let answer = self
                    .answered((Port::Submit, key.as_ref()), asked, (fault, taken.answer))
                    .await?;
                if is_proof {
                    self.world.watch.borrow_mut().refused((self.task(), of), true);
                }
                Ok(answer)
            }
        }
    }

    /// The way back of an answer to what was applied.
    async fn answered(
        &self,
        point: (Port, Option<&OrderKey>),
        asked: &Asked,
        (fault, answer): (Option<Fault>, Answer),
    ) -> Result<Answer, HttpError> {
        match fault {
            Some(Fault::CrashAfter) => self.die((point.0, "after"), point.1).await,
            Some(Fault::AnswerLost) => {
                self.wait(HTTP_TIMEOUT).await;
                Err(no_answer())
            }
            Some(fault @ (Fault::ServerErrorApplied | Fault::Malformed)) => {
                Ok(self.says(asked, fault))
            }
            _ => {
                self.wait(SignedDuration::from_millis(self.world.throw(1, 1_500))).await;
                Ok(answer)
            }
        }
    }

    async fn register(
        &self,
        asked: &Asked,
        (line, imei): (&str, &str),
    ) -> Result<Answer, HttpError> {
        let account = asked.account;
        let sale = self.world.watch.borrow().sale_of_line(account, line);
        let key = sale.and_then(|sale| self.world.watch.borrow().key_of(sale));
        let fault = self.arrive(Port::Register, key.as_ref()).await;
        if fault == Some(Fault::NoConnection) || !self.is_reachable(asked) {
            return Err(Self::not_sent());
        }
        if !self.is_welcome(asked) {
            return Ok(self.world.shops.borrow().unauthorized(asked));
        }
        match fault {
            Some(fault @ (Fault::TooMany | Fault::Unauthorized | Fault::Firewall)) => {
                return Ok(self.says(asked, fault));
            }
            Some(Fault::Reset) => return Err(HttpError::Unknown("connection reset".to_owned())),
            Some(Fault::NoAnswer | Fault::AppliedLate) => {
                if let (Some(sale), Some(Fault::AppliedLate)) = (sale, fault) {
                    let after = self.world.throw(0, LATEST.as_secs() * 1_000);
                    let late = Late::Registration(sale, line.to_owned(), imei.to_owned());
                    self.world.take_later(account, late, SignedDuration::from_millis(after));
                }
                self.wait(HTTP_TIMEOUT).await;
                return Err(no_answer());
            }
            _ => {}
        }
        let taken = self.world.shops.borrow_mut().register(account, line, imei);
        if let Some(sale) = sale {
            self.world.watch.borrow_mut().registered(sale, line, imei, taken.is_applied);
        }
        self.answered((Port::Register, key.as_ref()), asked, (fault, taken.answer)).await
    }
}

/// Whether an answer is known to mean that nothing was applied: the rest is unknown, and proves nothing.
fn is_listed(answer: &Answer) -> bool {
    let says = |words: &str| String::from_utf8_lossy(&answer.body).contains(words);
    match answer.status {
        401 | 403 | 404 | 422 | 429 => true,
        400 => ["the carrier is not valid", "invalid carrier", "sku not found", "not accepted"]
            .iter()
            .any(|words| says(words)),
        _ => false,
    }
}
