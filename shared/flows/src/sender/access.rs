//! What a partner's requests are authorized with: its secret, and an access token where its channel has one.

use super::{PartnerKey, Sender, TIME_FOR_A_SUBMISSION};
use crate::ports::{Secret, SecretError, SenderPorts, Traffic};
use crate::{Invocation, Writer};
use channels::{Answer, Class, Marketplace, Token, Verdict, read_credentials};
use domain::{Moment, NotApplied, Partner, Stopped, Text};
use futures_util::lock::Mutex;
use http::Request;
use jiff::SignedDuration;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

/// How long a secret is cached where no token ends before.
const SECRET_CACHED: SignedDuration = SignedDuration::from_mins(5);

/// How long before a token's end it is no longer used.
const TOKEN_MARGIN: SignedDuration = SignedDuration::from_mins(1);

/// How long one sender may take to renew a kept token before another one tries. It is enough for a request and a write.
const RENEWAL_LASTS: SignedDuration = SignedDuration::from_secs(30);

/// For how long, at least, nobody asks for access again after it could not be got. Whoever waited for the failed try gets
/// the same answer.
const FAILURE_CACHED: SignedDuration = SignedDuration::from_secs(5);

/// After how many more partners those are forgotten of which nothing needs to be remembered.
const FORGOTTEN_EACH: usize = 1_000;

/// How often a stopped partner's secret is looked at, to see whether it was replaced.
const REPLACED_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// The access of each partner, cached while the sandbox lives.
pub(super) type AccessCache<C> = RefCell<HashMap<PartnerKey, Rc<Mutex<CachedAccess<C>>>>>;

/// What is cached of one partner. It is locked while access is got, so that nobody asks for the same access at the same time.
pub(super) struct CachedAccess<C> {
    access: Option<Rc<Access<C>>>,
    /// The traffic that the channel refused the last access for. The next access is the second try for it.
    refused_for: Option<Traffic>,
    /// A kept token that the channel refused. It is not used again.
    refused_token: Option<String>,
    /// A secret with renewed tokens that may not have been kept.
    unkept: Option<UnkeptSecret>,
    /// When the secret of the stopped partner was last read.
    looked_at: Option<Moment>,
    /// Why the last try to get access failed.
    failed: Option<FailedAccess>,
}

/// A secret with renewed tokens that may not have been kept.
#[derive(Clone)]
struct UnkeptSecret {
    text: String,
    /// The version of the secret that it is to replace.
    replaces: String,
}

/// A failed try to get access. Until it is over nobody tries again.
struct FailedAccess {
    until: Moment,
    why: NoAccess,
}

/// A secret as it was read, and the credentials in it.
struct ReadSecret<C> {
    secret: Secret,
    credentials: C,
}

/// Credentials with a token that is kept in the same secret.
struct TokenAccess<C> {
    credentials: C,
    token: Token,
    /// The version of the secret.
    secret: String,
}

/// A token that a channel gave, and the answer that it came in.
struct GivenToken {
    answer: Answer,
    token: Token,
}

impl<C> CachedAccess<C> {
    /// Whether anything in it would be missed: access that is still good, a failure that is not over, or what was learned
    /// of the credentials.
    fn is_of_use(&self, now: Moment) -> bool {
        self.access.as_ref().is_some_and(|access| now < access.ends_at)
            || self.failed.as_ref().is_some_and(|failed| now < failed.until)
            || self.refused_for.is_some()
            || self.refused_token.is_some()
            || self.unkept.is_some()
            || self.looked_at.is_some_and(|at| now < at.plus(REPLACED_EVERY))
    }
}

impl<C> Default for CachedAccess<C> {
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
    /// The version of the secret that the credentials are from.
    pub(super) secret: String,
    ends_at: Moment,
    /// Set when this access replaced one that the channel refused for the same traffic. A second refusal means that the
    /// credentials are wrong. Credentials may be good for reads and not for submissions.
    second_for: Cell<Option<Traffic>>,
}

impl<C> Access<C> {
    /// Whether the channel refused the access before this one, too, for this traffic.
    pub(super) fn is_second_for(&self, traffic: Traffic) -> bool {
        self.second_for.get() == Some(traffic)
    }

    /// Notes that the channel gave an answer which only good credentials get.
    pub(super) fn is_good_for(&self, traffic: Traffic) {
        if self.is_second_for(traffic) {
            self.second_for.set(None);
        }
    }
}

/// Why a partner's requests cannot be authorized.
#[derive(Clone)]
pub(super) enum NoAccess {
    /// The credentials in this version of the secret are wrong, so nothing of the partner can be sent.
    Refused { reason: Text, secret: String },
    /// The same try may succeed later.
    Passing(NotApplied),
    /// The sender waited for others, and has too little time left to ask itself.
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
    /// How many partners are in the cache of this sandbox: with a secret, with a token, or with why there is none.
    pub fn partners_remembered(&self) -> usize {
        self.access.borrow().len()
    }

    fn cached(&self, partner: &Partner) -> Rc<Mutex<CachedAccess<M::Credentials>>> {
        let key = PartnerKey::of(partner);
        let mut cache = self.access.borrow_mut();
        if !cache.contains_key(&key) && (cache.len() + 1).is_multiple_of(FORGOTTEN_EACH) {
            let now = self.ports.now();
            cache.retain(|_, cached| {
                Rc::strong_count(cached) > 1
                    || cached.try_lock().is_none_or(|cached| cached.is_of_use(now))
            });
        }
        Rc::clone(cache.entry(key).or_default())
    }

    /// Forgets the access that was refused. Another one that has replaced it meanwhile stays.
    pub(super) async fn forget(
        &self,
        partner: &Partner,
        access: &Rc<Access<M::Credentials>>,
        traffic: Traffic,
    ) {
        let cached = self.cached(partner);
        let mut cached = cached.lock().await;
        if cached.access.as_ref().is_some_and(|cached| Rc::ptr_eq(cached, access)) {
            cached.access = None;
            cached.refused_for = Some(traffic);
            cached.refused_token = access.token.as_ref().map(|token| token.value.clone());
        }
    }

    /// Has the partner's secret read anew, for it may have been replaced a moment ago.
    pub(super) async fn look_anew(&self, partner: &Partner) {
        let cached = self.cached(partner);
        let mut cached = cached.lock().await;
        cached.access = None;
        cached.failed = None;
    }

    /// Forgets the token of an access that was refused in a test. A kept one is then renewed.
    pub(super) async fn forget_refused(&self, partner: &Partner, access: &Access<M::Credentials>) {
        let cached = self.cached(partner);
        let mut cached = cached.lock().await;
        cached.refused_token = access.token.as_ref().map(|token| token.value.clone());
    }

    /// Whether the secret that stopped the partner was replaced. The secret is read once a minute.
    pub(super) async fn is_replaced(&self, partner: &Partner, stopped: &Stopped) -> bool {
        let cached = self.cached(partner);
        let mut cached = cached.lock().await;
        let now = self.ports.now();
        if cached.looked_at.is_some_and(|at| now < at.plus(REPLACED_EVERY)) {
            return false;
        }
        cached.looked_at = Some(now);
        let is_replaced = match self.replaced_secret(partner, stopped, &cached).await {
            Ok(is_replaced) => is_replaced,
            Err(error) => {
                tracing::warn!(%error, "failed to look at a stopped partner's secret");
                false
            }
        };
        if is_replaced {
            *cached = CachedAccess::default();
        }
        is_replaced
    }

    /// Whether the secret has another text than the one that stopped the partner. Renewed tokens that could not be kept
    /// before are kept now, because another sandbox, which had only the former ones, may have stopped the partner for them.
    async fn replaced_secret(
        &self,
        partner: &Partner,
        stopped: &Stopped,
        cached: &CachedAccess<M::Credentials>,
    ) -> Result<bool, SecretError> {
        let name = self.secret_name(partner);
        let Some(secret) = self.ports.secret(&name).await? else { return Ok(false) };
        if let Some(unkept) = &cached.unkept
            && unkept.replaces == secret.version
        {
            self.ports.put_secret(&name, &unkept.text).await?;
            return Ok(true);
        }
        Ok(secret.version != stopped.secret)
    }

    /// What the partner's requests are authorized with: what is cached, or else what is got now.
    pub(super) async fn access(
        &self,
        partner: &Partner,
        Invocation { writer, deadline }: &Invocation,
    ) -> Result<Rc<Access<M::Credentials>>, NoAccess> {
        let cached = self.cached(partner);
        let mut cached = cached.lock().await;
        let now = self.ports.now();
        if let Some(access) = cached.access.as_ref().filter(|access| now < access.ends_at) {
            return Ok(Rc::clone(access));
        }
        if let Some(failed) = cached.failed.as_ref().filter(|failed| now < failed.until) {
            return Err(failed.why.clone());
        }
        // The lock was waited for, perhaps as long as another's request took.
        if deadline.since(now) < TIME_FOR_A_SUBMISSION {
            return Err(NoAccess::NoTime);
        }
        match self.ask_access(partner, &mut cached, writer).await {
            Ok(access) => {
                let access = Rc::new(access);
                cached.access = Some(Rc::clone(&access));
                cached.refused_for = None;
                cached.refused_token = None;
                cached.failed = None;
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
                let wait = asked.map_or(FAILURE_CACHED, |asked| asked.max(FAILURE_CACHED));
                let until = self.ports.now().plus(wait);
                cached.failed = Some(FailedAccess { until, why: why.clone() });
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
        cached: &mut CachedAccess<M::Credentials>,
        writer: &Writer,
    ) -> Result<Access<M::Credentials>, NoAccess> {
        let read = self.read_secret(partner).await?;
        let second_for = Cell::new(cached.refused_for);
        if M::KEEPS_TOKENS {
            let TokenAccess { credentials, token, secret } =
                self.kept_token(partner, read, cached, writer).await?;
            let ends_at = self.ends_at(Some(&token));
            let token = Some(token);
            return Ok(Access { credentials, token, secret, ends_at, second_for });
        }
        let ReadSecret { secret, credentials } = read;
        let token = match M::token_request(self.site(partner), &credentials) {
            None => None,
            Some(request) => Some(self.ask_token(request, &secret.version).await?.token),
        };
        let ends_at = self.ends_at(token.as_ref());
        Ok(Access { credentials, token, secret: secret.version, ends_at, second_for })
    }

    /// Asks for a token. `secret` is the version of the secret that the request is made of.
    async fn ask_token(
        &self,
        request: Request<Vec<u8>>,
        secret: &str,
    ) -> Result<GivenToken, NoAccess> {
        let answer = self.ports.http(request).await;
        let answer = answer.map_err(|error| passing(&error.to_string()))?;
        let token = M::token(&answer, self.ports.now());
        let token = token.map_err(|verdict| refused(verdict, secret))?;
        Ok(GivenToken { answer, token })
    }

    fn ends_at(&self, token: Option<&Token>) -> Moment {
        let lives = token.map_or(SECRET_CACHED, |token| token.lives - TOKEN_MARGIN);
        self.ports.now().plus(lives)
    }

    async fn read_secret(&self, partner: &Partner) -> Result<ReadSecret<M::Credentials>, NoAccess> {
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
        Ok(ReadSecret { secret, credentials })
    }

    /// The token that is kept in the secret, or a new one, which is kept there before it is used. One sender renews it at a
    /// time, and the others find what that one kept.
    async fn kept_token(
        &self,
        partner: &Partner,
        read: ReadSecret<M::Credentials>,
        cached: &mut CachedAccess<M::Credentials>,
        writer: &Writer,
    ) -> Result<TokenAccess<M::Credentials>, NoAccess> {
        let is_next = |unkept: &UnkeptSecret| unkept.replaces == read.secret.version;
        if let Some(unkept) = cached.unkept.take().filter(is_next) {
            return self.keep(partner, unkept, cached).await;
        }
        if let Some(token) = self.good_token(&read.credentials, cached) {
            let ReadSecret { secret, credentials } = read;
            return Ok(TokenAccess { credentials, token, secret: secret.version });
        }
        let (until, by) = (self.ports.now().plus(RENEWAL_LASTS), writer.next());
        let renewed = match self.ports.lease_renewal(partner, until, &by).await {
            Ok(true) => self.renew(partner, cached).await,
            Ok(false) => return Err(passing("another sender renews the access token")),
            // The lease may have been given all the same.
            Err(error) => Err(passing(&error.to_string())),
        };
        // The lease is given back, so that the next try need not wait for its end. It is not where renewed tokens are still
        // to be kept, because only this sandbox has them.
        if renewed.is_err()
            && cached.unkept.is_none()
            && let Err(error) = self.ports.end_renewal(partner, &by).await
        {
            tracing::warn!(%error, "failed to give back the lease of a token's renewal; it ends by itself");
        }
        renewed
    }

    /// Renews the token. The caller has the lease for it.
    async fn renew(
        &self,
        partner: &Partner,
        cached: &mut CachedAccess<M::Credentials>,
    ) -> Result<TokenAccess<M::Credentials>, NoAccess> {
        // Another sender may have renewed the token just before, and kept it by now.
        let ReadSecret { secret, credentials } = self.read_secret(partner).await?;
        if let Some(token) = self.good_token(&credentials, cached) {
            return Ok(TokenAccess { credentials, token, secret: secret.version });
        }
        let request = M::token_request(self.site(partner), &credentials)
            .ok_or_else(|| passing("the channel has no request that renews a token"))?;
        let GivenToken { answer, .. } = self.ask_token(request, &secret.version).await?;
        let text = M::renewed(&secret.text, &answer, self.ports.now())
            .ok_or_else(|| passing("the renewed token cannot be put into the secret"))?;
        self.keep(partner, UnkeptSecret { text, replaces: secret.version }, cached).await
    }

    /// Keeps a secret with renewed tokens, and reads it back, so that what is used is what is kept.
    async fn keep(
        &self,
        partner: &Partner,
        unkept: UnkeptSecret,
        cached: &mut CachedAccess<M::Credentials>,
    ) -> Result<TokenAccess<M::Credentials>, NoAccess> {
        // The former refresh token may no longer be good, so the new one must not be lost, whatever ends this try.
        cached.unkept = Some(unkept.clone());
        self.ports.put_secret(&self.secret_name(partner), &unkept.text).await?;
        cached.unkept = None;
        cached.refused_token = None;
        let ReadSecret { secret, credentials } = self.read_secret(partner).await?;
        let token = self.good_token(&credentials, cached);
        let token = token.ok_or_else(|| passing("the renewed token is over already"))?;
        Ok(TokenAccess { credentials, token, secret: secret.version })
    }

    fn good_token(
        &self,
        credentials: &M::Credentials,
        cached: &CachedAccess<M::Credentials>,
    ) -> Option<Token> {
        let is_refused = |token: &Token| cached.refused_token.as_ref() == Some(&token.value);
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
