//! What a partner's requests are authorized with: its secret, and an access token where its channel has one.

use super::{Sender, TIME_FOR_A_SUBMISSION};
use crate::ports::{Secret, SecretError, SenderPorts, Traffic};
use crate::{FlowError, Invocation, Writer};
use channels::{Answer, Class, Marketplace, Token, Verdict, read_credentials};
use domain::{Moment, NotApplied, Partner, PartnerId, SellerId, Stopped, Text};
use futures_util::lock::Mutex;
use http::Request;
use jiff::SignedDuration;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// How long a secret is taken as read.
const SECRET_KEPT: SignedDuration = SignedDuration::from_mins(5);

/// How long before its end a token is no longer used.
const TOKEN_MARGIN: SignedDuration = SignedDuration::from_mins(1);

/// How long one sender may take to renew a kept token before another one tries: a request and a write, and some more.
const RENEWAL_LASTS: SignedDuration = SignedDuration::from_secs(30);

/// How long a failure to get access holds, at least: whoever waited for it does not ask for the same thing again.
const FAILURE_KEPT: SignedDuration = SignedDuration::from_secs(5);

/// After so many partners more, those that nothing is to be remembered of are forgotten.
const FORGOTTEN_EACH: usize = 1_000;

/// How often a stopped partner's secret is looked at, to see whether it was replaced.
const REPLACED_EVERY: SignedDuration = SignedDuration::from_mins(1);

pub(super) type Name = (SellerId, PartnerId);

/// What is kept of each partner while the sandbox lives.
pub(super) type Kept<C> = RefCell<HashMap<Name, Rc<Mutex<Slot<C>>>>>;

/// What is kept of one partner. Locked while it is got anew, so that nothing is asked for twice at once.
pub(super) struct Slot<C> {
    access: Option<Rc<Access<C>>>,
    /// What the last access was refused for; the next one is the second for that.
    refused_for: Option<Traffic>,
    /// A kept token that was refused: it is not used again.
    refused_token: Option<String>,
    /// A secret with renewed tokens that is not known to be kept, and the version it is to take the place of.
    unkept: Option<(String, String)>,
    /// When a stopped partner's secret was looked at.
    looked_at: Option<Moment>,
    /// Why there was no access when it was asked for last, and until when nobody asks again.
    failed: Option<(Moment, NoAccess)>,
}

impl<C> Slot<C> {
    /// Whether something of it would be missed: access that is still good, a failure that holds, or what was learned of the
    /// credentials.
    fn is_of_use(&self, now: Moment) -> bool {
        self.access.as_ref().is_some_and(|access| now < access.ends_at)
            || self.failed.as_ref().is_some_and(|(until, _)| now < *until)
            || self.refused_for.is_some()
            || self.refused_token.is_some()
            || self.unkept.is_some()
            || self.looked_at.is_some_and(|at| now < at.plus(REPLACED_EVERY))
    }
}

impl<C> Default for Slot<C> {
    fn default() -> Self {
        Self {
            access: None,
            refused_for: None,
            refused_token: None,
            unkept: None,
            looked_at: None,
            failed: None,
        }
    }
}

/// What a partner's requests are authorized with.
pub(super) struct Access<C> {
    pub(super) credentials: C,
    pub(super) token: Option<Token>,
    /// Which version of the secret it is of.
    pub(super) secret: String,
    ends_at: Moment,
    /// It was got anew because the one before was refused for this: refused for it once more, the credentials are
    /// wrong. Credentials may be good for reads and not for submissions.
    second_for: Cell<Option<Traffic>>,
}

impl<C> Access<C> {
    /// An answer came by it that only credentials good for this get.
    pub(super) fn is_good_for(&self, traffic: Traffic) {
        if self.second_for.get() == Some(traffic) {
            self.second_for.set(None);
        }
    }
}

/// Why a partner's requests cannot be authorized.
#[derive(Clone)]
pub(super) enum NoAccess {
    /// The credentials are wrong, of this version of the secret: nothing of this partner can be sent.
    Refused { reason: Text, secret: String },
    /// It may work later.
    Passing(NotApplied),
    /// Others were waited for, and what is left of the invocation is too little to ask.
    NoTime,
}

fn passing(reason: &str) -> NoAccess {
    NoAccess::Passing(NotApplied { reason: Text::cut(reason), retry_after: None })
}

impl From<SecretError> for NoAccess {
    fn from(error: SecretError) -> Self {
        passing(&error.to_string())
    }
}

impl<M: Marketplace, P: SenderPorts> Sender<M, P> {
    /// What a refusal says of the access it was for: at first that the secret or the token is out of date, so both are
    /// got anew; refused once more, that the credentials are wrong.
    pub(super) async fn heed_refusal(
        &self,
        (traffic, reason): (Traffic, &Text),
        partner: &Partner,
        access: &Rc<Access<M::Credentials>>,
    ) {
        self.forget(partner, access, traffic).await;
        if access.second_for.get() == Some(traffic) {
            // The outcome is recorded whether or not the partner could be stopped; the next refusal tries again.
            let stopped = self.stop(partner, reason.clone(), access.secret.clone()).await;
            if let Err(error) = stopped {
                tracing::error!(%error, "failed to stop a partner");
            }
        }
    }

    pub(super) async fn stop(
        &self,
        partner: &Partner,
        reason: Text,
        secret: String,
    ) -> Result<(), FlowError> {
        tracing::error!(seller = %partner.seller, partner = %partner.id, %reason, "stopped: its credentials fail");
        let stopped = Stopped { at: self.ports.now(), reason, secret };
        Ok(self.ports.stop_partner(partner, &stopped).await?)
    }

    /// Of how many partners something is remembered in this sandbox: a secret, a token, or why there is none.
    pub fn partners_remembered(&self) -> usize {
        self.kept.borrow().len()
    }

    fn slot(&self, partner: &Partner) -> Rc<Mutex<Slot<M::Credentials>>> {
        let name = (partner.seller.clone(), partner.id.clone());
        let mut kept = self.kept.borrow_mut();
        if !kept.contains_key(&name) && (kept.len() + 1).is_multiple_of(FORGOTTEN_EACH) {
            let now = self.ports.now();
            kept.retain(|_, slot| {
                Rc::strong_count(slot) > 1 || slot.try_lock().is_none_or(|slot| slot.is_of_use(now))
            });
        }
        Rc::clone(kept.entry(name).or_default())
    }

    /// Only the access that was refused: by now there may be another one.
    async fn forget(
        &self,
        partner: &Partner,
        access: &Rc<Access<M::Credentials>>,
        traffic: Traffic,
    ) {
        let slot = self.slot(partner);
        let mut slot = slot.lock().await;
        if slot.access.as_ref().is_some_and(|kept| Rc::ptr_eq(kept, access)) {
            slot.access = None;
            slot.refused_for = Some(traffic);
            slot.refused_token = access.token.as_ref().map(|token| token.value.clone());
        }
    }

    /// Whether the secret that stopped the partner was replaced. Looked at once a minute.
    pub(super) async fn is_replaced(&self, partner: &Partner, stopped: &Stopped) -> bool {
        let slot = self.slot(partner);
        let mut slot = slot.lock().await;
        let now = self.ports.now();
        if slot.looked_at.is_some_and(|at| now < at.plus(REPLACED_EVERY)) {
            return false;
        }
        slot.looked_at = Some(now);
        let is_replaced = match self.replaced_secret(partner, stopped, &slot).await {
            Ok(is_replaced) => is_replaced,
            Err(error) => {
                tracing::warn!(%error, "failed to look at a stopped partner's secret");
                false
            }
        };
        if is_replaced {
            *slot = Slot::default();
        }
        is_replaced
    }

    /// Renewed tokens that could not be kept are kept now: another sandbox, which had only the former ones, may have
    /// stopped the partner for them.
    async fn replaced_secret(
        &self,
        partner: &Partner,
        stopped: &Stopped,
        slot: &Slot<M::Credentials>,
    ) -> Result<bool, SecretError> {
        let name = self.secret_name(partner);
        let Some(secret) = self.ports.secret(&name).await? else { return Ok(false) };
        if let Some((text, former)) = &slot.unkept
            && *former == secret.version
        {
            self.ports.put_secret(&name, text).await?;
            return Ok(true);
        }
        Ok(secret.version != stopped.secret)
    }

    /// What the partner's requests are authorized with.
    pub(super) async fn access(
        &self,
        partner: &Partner,
        Invocation { writer, deadline }: &Invocation,
    ) -> Result<Rc<Access<M::Credentials>>, NoAccess> {
        let slot = self.slot(partner);
        let mut slot = slot.lock().await;
        let now = self.ports.now();
        if let Some(access) = slot.access.as_ref().filter(|kept| now < kept.ends_at) {
            return Ok(Rc::clone(access));
        }
        if let Some((_, why)) = slot.failed.as_ref().filter(|(until, _)| now < *until) {
            return Err(why.clone());
        }
        // Whoever was before may have waited for an answer until its end.
        if deadline.since(now) < TIME_FOR_A_SUBMISSION {
            return Err(NoAccess::NoTime);
        }
        match self.ask_access(partner, &mut slot, writer).await {
            Ok(access) => {
                let access = Rc::new(access);
                slot.access = Some(Rc::clone(&access));
                slot.refused_for = None;
                slot.refused_token = None;
                slot.failed = None;
                Ok(access)
            }
            Err(why) => {
                let asked = match &why {
                    NoAccess::Passing(why) => why.retry_after,
                    NoAccess::Refused { .. } | NoAccess::NoTime => None,
                };
                if asked.is_some() {
                    self.hold_back(partner, Traffic::Submit, asked).await;
                }
                let wait = asked.map_or(FAILURE_KEPT, |asked| asked.max(FAILURE_KEPT));
                slot.failed = Some((self.ports.now().plus(wait), why.clone()));
                Err(why)
            }
        }
    }

    fn secret_name(&self, partner: &Partner) -> String {
        format!("{}/{}/{}/{}", self.secret_prefix, M::CHANNEL, partner.seller, partner.id)
    }

    async fn ask_access(
        &self,
        partner: &Partner,
        slot: &mut Slot<M::Credentials>,
        writer: &Writer,
    ) -> Result<Access<M::Credentials>, NoAccess> {
        let (secret, credentials) = self.read_secret(partner).await?;
        let second_for = Cell::new(slot.refused_for);
        if M::KEEPS_TOKENS {
            let (secret, credentials, token) =
                self.kept_token(partner, (secret, credentials), (slot, writer)).await?;
            let ends_at = self.ends_at(Some(&token));
            let token = Some(token);
            return Ok(Access { credentials, token, secret, ends_at, second_for });
        }
        let token = match M::token_request(self.site(partner), &credentials) {
            None => None,
            Some(request) => Some(self.ask_token(request, &secret.version).await?.1),
        };
        let ends_at = self.ends_at(token.as_ref());
        Ok(Access { credentials, token, secret: secret.version, ends_at, second_for })
    }

    /// Asks for a token with the credentials of this version of the secret.
    async fn ask_token(
        &self,
        request: Request<Vec<u8>>,
        secret: &str,
    ) -> Result<(Answer, Token), NoAccess> {
        let answer = self.ports.http(request).await;
        let answer = answer.map_err(|error| passing(&error.to_string()))?;
        let token = M::token(&answer, self.ports.now());
        let token = token.map_err(|verdict| refused(verdict, secret))?;
        Ok((answer, token))
    }

    fn ends_at(&self, token: Option<&Token>) -> Moment {
        let lives = token.map_or(SECRET_KEPT, |token| token.lives - TOKEN_MARGIN);
        self.ports.now().plus(lives)
    }

    async fn read_secret(&self, partner: &Partner) -> Result<(Secret, M::Credentials), NoAccess> {
        let name = self.secret_name(partner);
        let refused = |reason: &str, secret: &str| NoAccess::Refused {
            reason: Text::cut(reason),
            secret: secret.to_owned(),
        };
        let secret = self.ports.secret(&name).await?;
        let secret = secret.ok_or_else(|| refused(&format!("there is no secret {name}"), ""))?;
        let credentials = read_credentials(&secret.text).ok_or_else(|| {
            let why = format!("secret {name} is not the JSON its channel needs");
            refused(&why, &secret.version)
        })?;
        Ok((secret, credentials))
    }

    /// The token kept in the secret, or a new one, which is kept there before it is used. One sender renews at a time;
    /// the others find what it kept.
    async fn kept_token(
        &self,
        partner: &Partner,
        (secret, credentials): (Secret, M::Credentials),
        (slot, writer): (&mut Slot<M::Credentials>, &Writer),
    ) -> Result<(String, M::Credentials, Token), NoAccess> {
        if let Some(unkept) = slot.unkept.take().filter(|(_, former)| *former == secret.version) {
            return self.keep(partner, unkept, slot).await;
        }
        if let Some(token) = self.good_token(&credentials, slot) {
            return Ok((secret.version, credentials, token));
        }
        let (until, by) = (self.ports.now().plus(RENEWAL_LASTS), writer.next());
        let renewed = match self.ports.lease_renewal(partner, until, &by).await {
            Ok(true) => self.renew(partner, slot).await,
            Ok(false) => return Err(passing("another sender renews the access token")),
            // It may be ours all the same.
            Err(error) => Err(passing(&error.to_string())),
        };
        // The next try need not wait for the lease's end; but what is renewed and not kept is this sandbox's to keep.
        if renewed.is_err()
            && slot.unkept.is_none()
            && let Err(error) = self.ports.end_renewal(partner, &by).await
        {
            tracing::warn!(%error, "failed to give the renewal of a token back; it ends by itself");
        }
        renewed
    }

    /// Renews the token, while no other sender may.
    async fn renew(
        &self,
        partner: &Partner,
        slot: &mut Slot<M::Credentials>,
    ) -> Result<(String, M::Credentials, Token), NoAccess> {
        // Whoever renewed it just before has kept it by now.
        let (secret, credentials) = self.read_secret(partner).await?;
        if let Some(token) = self.good_token(&credentials, slot) {
            return Ok((secret.version, credentials, token));
        }
        let request = M::token_request(self.site(partner), &credentials)
            .ok_or_else(|| passing("the channel has no request that renews a token"))?;
        let (answer, _) = self.ask_token(request, &secret.version).await?;
        let text = M::renewed(&secret.text, &answer, self.ports.now())
            .ok_or_else(|| passing("the renewed token cannot be put into the secret"))?;
        self.keep(partner, (text, secret.version), slot).await
    }

    /// Keeps a secret with renewed tokens, and reads it back: what is used is what is kept.
    async fn keep(
        &self,
        partner: &Partner,
        (text, former): (String, String),
        slot: &mut Slot<M::Credentials>,
    ) -> Result<(String, M::Credentials, Token), NoAccess> {
        // The former refresh token may be good for nothing any more, so this one must not be lost, whatever ends this try.
        slot.unkept = Some((text.clone(), former));
        self.ports.put_secret(&self.secret_name(partner), &text).await?;
        slot.unkept = None;
        slot.refused_token = None;
        let (secret, credentials) = self.read_secret(partner).await?;
        let token = self.good_token(&credentials, slot);
        let token = token.ok_or_else(|| passing("the renewed token is over already"))?;
        Ok((secret.version, credentials, token))
    }

    fn good_token(
        &self,
        credentials: &M::Credentials,
        slot: &Slot<M::Credentials>,
    ) -> Option<Token> {
        let is_refused = |token: &Token| slot.refused_token.as_ref() == Some(&token.value);
        M::kept_token(credentials, self.ports.now().plus(TOKEN_MARGIN))
            .filter(|token| !is_refused(token))
    }
}

fn refused(verdict: Verdict, secret: &str) -> NoAccess {
    match verdict.class {
        Class::Unauthorized => {
            NoAccess::Refused { reason: verdict.message, secret: secret.to_owned() }
        }
        Class::Accepted
        | Class::Passing
        | Class::Final
        | Class::AlreadyShipped
        | Class::Unknown => NoAccess::Passing(verdict.not_applied()),
    }
}
