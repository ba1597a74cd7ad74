//! A request's way to a marketplace and back: what the request does there, which answer its sender gets, and what the watch
//! knows of both.

use super::Late;
use super::sandbox::Sandbox;
use crate::fault::{Fault, FaultPoint};
use crate::shops::{LATEST, Question, ShopDevice, ShopRequest, Submission, refusal};
use crate::watch::{Leaving, ParcelId};
use channels::Answer;
use domain::{Order, OrderKey};
use flows::ports::HttpError;
use jiff::SignedDuration;
use testkit::START;

/// Longest a request may take. Source: `flows::ports::HTTP_TIMEOUT`.
pub const HTTP_TIMEOUT: SignedDuration = SignedDuration::from_secs(15);

/// The longest time for which a marketplace does not show what it has applied. Together with [`LATEST`] this is within the
/// quarantine.
const LAG_S: i64 = 60;

/// A token that comes within this time counts as at hand.
const AT_ONCE: SignedDuration = SignedDuration::from_millis(100);

/// The longest time that a token takes when `never` overtakes it: less than its caller waits. Unit: milliseconds.
const TOKEN_TAKES_MS: i64 = 14_000;

/// How often, and how far apart, a run that outlives its time looks for another claim. It looks for 400 s in all.
const OUTLIVES_LOOKS: u32 = 800;
const OUTLIVES_EACH: SignedDuration = SignedDuration::from_millis(500);

pub(super) fn no_answer() -> HttpError {
    HttpError::Unknown("no answer within 15 s".to_owned())
}

impl Sandbox {
    fn says(&self, shop_request: &ShopRequest, fault: Fault) -> Answer {
        let lines = match &shop_request.question {
            Question::Submit(submission) => Some(submission.lines.as_slice()),
            Question::Token
            | Question::Account
            | Question::Register { .. }
            | Question::Read { .. } => None,
        };
        refusal(self.world.plan.accounts[shop_request.account].channel, fault, lines)
    }

    /// A request's way to its marketplace: what goes wrong on it, or why nothing was sent.
    async fn reach(
        &self,
        (port, key): (FaultPoint, Option<&OrderKey>),
        shop_request: &ShopRequest,
    ) -> Result<Option<Fault>, HttpError> {
        let fault = self.arrive(port, key).await;
        let is_open = self.world.shops.borrow().is_open(shop_request.account, self.world.now());
        if fault == Some(Fault::NoConnection) || !is_open {
            return Err(HttpError::NotSent("connection refused".to_owned()));
        }
        Ok(fault)
    }

    /// The marketplace's answer to credentials that are not good.
    fn turned_away(&self, shop_request: &ShopRequest) -> Option<Answer> {
        let shops = self.world.shops.borrow();
        (!shops.is_welcome(shop_request)).then(|| shops.unauthorized(shop_request))
    }

    /// The answer of a marketplace that is away.
    fn away(&self, shop_request: &ShopRequest, is_write: bool) -> Option<Answer> {
        self.world.shops.borrow().away(shop_request.account, is_write, self.world.now())
    }

    /// An answer whose body breaks off: somewhere in the body or, as nobody can tell, right at its end.
    fn cut(&self, mut answer: Answer) -> Answer {
        let length = i64::try_from(answer.body.len()).unwrap_or(0);
        let kept = match self.world.throw(0, 3) {
            0 => length,
            _ => self.world.throw(0, length + 1),
        };
        answer.body.truncate(usize::try_from(kept).unwrap_or(0));
        answer.is_whole = false;
        self.note(|| format!("the answer {} breaks off after {kept} bytes", answer.status));
        answer
    }

    /// A refusal of some kind that breaks off.
    fn refusal_cut(&self, shop_request: &ShopRequest) -> Answer {
        let all = [
            Fault::Final,
            Fault::Final,
            Fault::AlreadyShipped,
            Fault::Firewall,
            Fault::Firewall,
            Fault::TooMany,
            Fault::Unauthorized,
            Fault::ServerError,
        ];
        let kind = self.world.dice.borrow_mut().pick(&all);
        self.cut(self.says(shop_request, kind))
    }

    /// Nobody answers for as long as a request may take.
    async fn times_out(&self) -> Result<Answer, HttpError> {
        self.wait(HTTP_TIMEOUT).await;
        Err(no_answer())
    }

    /// How much later a marketplace takes a request that its sender gave up on.
    fn lateness(&self) -> SignedDuration {
        SignedDuration::from_millis(self.world.throw(0, LATEST.as_secs() * 1_000))
    }

    pub(super) async fn ask_token(&self, shop_request: &ShopRequest) -> Result<Answer, HttpError> {
        let began = self.world.now();
        let fault = self.reach((FaultPoint::Token, None), shop_request).await?;
        self.token_takes_long(shop_request.account).await;
        let answer = self.answers_token(shop_request, fault).await?;
        if is_of_credentials(&answer) {
            self.world.watch.borrow_mut().account_refused(shop_request.account);
        }
        let now = self.world.now();
        if now.since(began) > AT_ONCE {
            self.world.watch.borrow_mut().waits(self, shop_request.account, now);
        }
        Ok(answer)
    }

    /// The token takes long where `never` is to come while a sender waits.
    async fn token_takes_long(&self, account: usize) {
        if self.world.is_never_to_come(account) {
            let span = SignedDuration::from_millis(self.world.throw(500, TOKEN_TAKES_MS));
            self.world.never_comes_within(account, span);
            self.wait(span).await;
        }
    }

    async fn answers_token(
        &self,
        shop_request: &ShopRequest,
        fault: Option<Fault>,
    ) -> Result<Answer, HttpError> {
        if let Some(answer) = self.turned_away(shop_request) {
            return Ok(answer);
        }
        match fault {
            Some(Fault::NoAnswer) => self.times_out().await,
            Some(Fault::AnswerLost) => {
                drop(self.world.shops.borrow_mut().token(shop_request.account));
                self.times_out().await
            }
            Some(Fault::Cut) => {
                let answer = self.world.shops.borrow_mut().token(shop_request.account);
                Ok(self.cut(answer))
            }
            Some(Fault::CrashAfter) => {
                drop(self.world.shops.borrow_mut().token(shop_request.account));
                self.die((FaultPoint::Token, "after"), None).await
            }
            Some(fault @ (Fault::ServerError | Fault::TooMany)) => {
                Ok(self.says(shop_request, fault))
            }
            _ => Ok(self.world.shops.borrow_mut().token(shop_request.account)),
        }
    }

    /// A read of an account, which says whether its credentials are taken.
    pub(super) async fn ask_account(
        &self,
        shop_request: &ShopRequest,
    ) -> Result<Answer, HttpError> {
        let answer = self.answers_account(shop_request).await?;
        if is_of_credentials(&answer) {
            self.world.watch.borrow_mut().account_refused(shop_request.account);
        }
        Ok(answer)
    }

    async fn answers_account(&self, shop_request: &ShopRequest) -> Result<Answer, HttpError> {
        let fault = self.reach((FaultPoint::Read, None), shop_request).await?;
        if let Some(answer) =
            self.turned_away(shop_request).or_else(|| self.away(shop_request, false))
        {
            return Ok(answer);
        }
        match fault {
            Some(Fault::NoAnswer) => self.times_out().await,
            Some(Fault::CrashAfter) => self.die((FaultPoint::Read, "after"), None).await,
            Some(
                fault @ (Fault::ServerError
                | Fault::TooMany
                | Fault::TooManyWithWait
                | Fault::Unauthorized
                | Fault::Malformed),
            ) => Ok(self.says(shop_request, fault)),
            fault => {
                let answer = self.world.shops.borrow().account(shop_request.account);
                Ok(if fault == Some(Fault::Cut) { self.cut(answer) } else { answer })
            }
        }
    }

    pub(super) async fn ask_read(&self, shop_request: &ShopRequest) -> Result<Answer, HttpError> {
        let answer = self.answers_read(shop_request).await?;
        // A page of a day is of no order. One that is refused says that the account is.
        let is_page = matches!(shop_request.question, Question::Read { order: None, .. });
        if is_page && is_of_credentials(&answer) {
            self.world.watch.borrow_mut().account_refused(shop_request.account);
        }
        Ok(answer)
    }

    async fn answers_read(&self, shop_request: &ShopRequest) -> Result<Answer, HttpError> {
        let Question::Read { order, .. } = &shop_request.question else { return Err(no_answer()) };
        let key = order
            .as_deref()
            .and_then(|order| self.world.watch.borrow().key(shop_request.account, order));
        self.world.watch.borrow_mut().reads(self, shop_request.account, key.as_ref());
        self.world.watch.borrow_mut().leaves(self, shop_request.account, Leaving::Read);
        let fault = self.reach((FaultPoint::Read, key.as_ref()), shop_request).await?;
        if let Some(answer) =
            self.turned_away(shop_request).or_else(|| self.away(shop_request, false))
        {
            return Ok(answer);
        }
        let lag = if fault == Some(Fault::ReadLag) { self.world.throw(0, LAG_S) } else { 0 };
        let by = self.world.now().minus(SignedDuration::from_secs(lag));
        let by = order
            .as_deref()
            .map_or(by, |o| self.world.shops.borrow_mut().shown_by(shop_request.account, o, by));
        let answer = self.world.shops.borrow().read(
            shop_request.account,
            &shop_request.question,
            (START, by),
        );
        match fault {
            Some(Fault::NoAnswer) => return self.times_out().await,
            Some(Fault::Cut) => return Ok(self.cut(answer)),
            Some(Fault::CrashAfter) => self.die((FaultPoint::Read, "after"), key.as_ref()).await,
            Some(
                fault @ (Fault::ServerError
                | Fault::TooMany
                | Fault::TooManyWithWait
                | Fault::Unauthorized
                | Fault::Malformed),
            ) => return Ok(self.says(shop_request, fault)),
            _ => {}
        }
        self.note(|| format!("reads {}", String::from_utf8_lossy(&answer.body)));
        let mut watch = self.world.watch.borrow_mut();
        match order {
            Some(order) => watch.read(self, shop_request.account, order, by),
            None => watch.read_page(&self.world, shop_request.account, by),
        }
        Ok(answer)
    }

    /// A confirmation's way to its marketplace and back. The watch knows the answer that its sender must record.
    pub(super) async fn submit(
        &self,
        shop_request: &ShopRequest,
        submission: &Submission,
    ) -> Result<Answer, HttpError> {
        let answer = self.takes(shop_request, submission).await?;
        self.world.watch.borrow_mut().answered(self, shop_request.account, submission, &answer);
        Ok(answer)
    }

    async fn takes(
        &self,
        shop_request: &ShopRequest,
        submission: &Submission,
    ) -> Result<Answer, HttpError> {
        let account = shop_request.account;
        let key = self.world.watch.borrow().key(account, &submission.order);
        let point = (FaultPoint::Submit, key.as_ref());
        self.world.watch.borrow_mut().leaves(self, account, Leaving::Submission);
        let fault = self.reach(point, shop_request).await?;
        self.note(|| format!("submits {} of {}", submission.number, submission.order));
        let parcel =
            self.world.watch.borrow_mut().submitted(&self.world, self, account, submission);
        if fault == Some(Fault::Overstays) {
            self.overstays(key.as_ref(), parcel).await;
        }
        let away = self.turned_away(shop_request).or_else(|| self.away(shop_request, true));
        let away = away.or_else(|| self.world.shops.borrow().refuses(account, &submission.order));
        let refused = away.or_else(|| match fault {
            Some(
                fault @ (Fault::ServerError
                | Fault::TooMany
                | Fault::TooManyWithWait
                | Fault::Overstays
                | Fault::Unauthorized
                | Fault::Final
                | Fault::AlreadyShipped
                | Fault::Firewall),
            ) => Some(self.says(shop_request, fault)),
            Some(Fault::CutRefusal) => Some(self.refusal_cut(shop_request)),
            _ => None,
        });
        if let Some(answer) = refused {
            self.note_refusal(account, submission, parcel, &answer);
            return Ok(answer);
        }
        match fault {
            Some(Fault::Reset) => Err(HttpError::Unknown("connection reset".to_owned())),
            Some(Fault::NoAnswer) => self.times_out().await,
            Some(Fault::AppliedLate) => {
                let after = self.lateness();
                if let Some(parcel) = parcel {
                    let late = Late::Submission(parcel, submission.clone());
                    self.world.take_later(account, late, after);
                }
                self.times_out().await
            }
            _ => {
                if let (Some(Fault::SavesFail), Some(key)) = (fault, &key) {
                    self.fail_saves(key.clone(), self.world.throw(2, 7));
                }
                let mut taken =
                    self.world.shops.borrow_mut().submit(account, submission, self.world.now());
                if fault == Some(Fault::Cut) {
                    taken.answer = self.cut(taken.answer);
                }
                let is_proof = !taken.is_applied && is_listed(&taken.answer);
                if let Some(parcel) = parcel {
                    let mut watch = self.world.watch.borrow_mut();
                    watch.arrived(parcel, submission, taken.is_applied);
                    if taken.is_lost {
                        watch.lost(parcel);
                    }
                }
                self.note(|| format!("the marketplace answers {}", taken.answer.status));
                let answer = self.answered(point, shop_request, (fault, taken.answer)).await?;
                if is_proof {
                    self.world.watch.borrow_mut().refused(self.task(), parcel, true);
                }
                Ok(answer)
            }
        }
    }

    /// The sandbox stands still, so that others outlive its claim.
    async fn overstays(&self, key: Option<&OrderKey>, parcel: Option<ParcelId>) {
        self.overstay();
        if let (Some(key), Some(parcel)) = (key, parcel) {
            self.outlive(key, parcel.package).await;
        }
        self.awake();
    }

    /// The watch hears what a refusal proves, and whose it is where it is one of credentials (rule D5).
    fn note_refusal(
        &self,
        account: usize,
        submission: &Submission,
        parcel: Option<ParcelId>,
        answer: &Answer,
    ) {
        let mut watch = self.world.watch.borrow_mut();
        watch.refused(self.task(), parcel, is_listed(answer));
        if is_of_credentials(answer) {
            watch.order_refused(account, &submission.order);
        }
    }

    /// Waits until the sweep has found the claim over and another sender has claimed again, if one does. An old outcome would
    /// do harm just then.
    async fn outlive(&self, key: &OrderKey, package: u8) {
        let claim = || {
            let sending = |order: &Order| {
                let package = crate::watch::package(order, package)?;
                package.state.is_sending().then_some(package.fence)
            };
            self.world.table.with_order(key, sending).flatten()
        };
        let own = claim();
        for _ in 0..OUTLIVES_LOOKS {
            self.wait(OUTLIVES_EACH).await;
            if claim().is_some_and(|other| Some(other) != own) {
                return;
            }
        }
    }

    /// The way back of an answer to what was applied.
    async fn answered(
        &self,
        point: (FaultPoint, Option<&OrderKey>),
        shop_request: &ShopRequest,
        (fault, answer): (Option<Fault>, Answer),
    ) -> Result<Answer, HttpError> {
        match fault {
            Some(Fault::CrashAfter) => self.die((point.0, "after"), point.1).await,
            Some(Fault::AnswerLost) => self.times_out().await,
            Some(fault @ (Fault::ServerErrorApplied | Fault::Malformed)) => {
                Ok(self.says(shop_request, fault))
            }
            _ => {
                self.wait(SignedDuration::from_millis(self.world.throw(1, 1_500))).await;
                Ok(answer)
            }
        }
    }

    pub(super) async fn register(
        &self,
        shop_request: &ShopRequest,
        (line, device): (&str, &ShopDevice),
    ) -> Result<Answer, HttpError> {
        let account = shop_request.account;
        let sale = self.world.watch.borrow().sale_of_line(account, line);
        let key = sale.and_then(|sale| self.world.watch.borrow().key_of(sale));
        let fault = self.reach((FaultPoint::Register, key.as_ref()), shop_request).await?;
        if let Some(sale) = sale {
            self.world.watch.borrow_mut().registers(&self.world, sale, line, device);
        }
        if let Some(answer) =
            self.turned_away(shop_request).or_else(|| self.away(shop_request, true))
        {
            return Ok(answer);
        }
        match fault {
            Some(fault @ (Fault::TooMany | Fault::Unauthorized | Fault::Firewall)) => {
                return Ok(self.says(shop_request, fault));
            }
            Some(Fault::CutRefusal) => return Ok(self.refusal_cut(shop_request)),
            Some(Fault::Reset) => return Err(HttpError::Unknown("connection reset".to_owned())),
            Some(Fault::NoAnswer | Fault::AppliedLate) => {
                if let (Some(sale), Some(Fault::AppliedLate)) = (sale, fault) {
                    let after = self.lateness();
                    let late = Late::Registration(sale, line.to_owned(), device.clone());
                    self.world.take_later(account, late, after);
                }
                return self.times_out().await;
            }
            _ => {}
        }
        let mut taken = self.world.shops.borrow_mut().register(account, line, device);
        if fault == Some(Fault::Cut) {
            taken.answer = self.cut(taken.answer);
        }
        if let Some(sale) = sale {
            self.world.watch.borrow_mut().registered(sale, line, device, taken.is_applied);
        }
        self.answered((FaultPoint::Register, key.as_ref()), shop_request, (fault, taken.answer))
            .await
    }
}

/// Whether an answer refuses the credentials.
const fn is_of_credentials(answer: &Answer) -> bool {
    matches!(answer.status, 401 | 403)
}

/// Whether an answer is known to mean that nothing was applied. Every other answer proves nothing.
fn is_listed(answer: &Answer) -> bool {
    if !answer.is_whole {
        // Half a body does not say why. These two statuses need no body.
        return matches!(answer.status, 401 | 429);
    }
    let says = |words: &str| String::from_utf8_lossy(&answer.body).contains(words);
    match answer.status {
        401 | 403 | 404 | 422 | 429 => true,
        400 => [
            "the carrier is not valid",
            "invalid carrier",
            "sku not found",
            "not accepted",
            "the imei is not valid",
        ]
        .iter()
        .any(|words| says(words)),
        _ => false,
    }
}
