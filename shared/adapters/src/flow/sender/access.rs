//! What a partner's requests are authorized with: its secret, and an access token where its channel has one.

use super::{Context, Sender, imei_line};
use crate::flow::FlowError;
use crate::ports::Ports;
use channels::{Class, Marketplace, Token, Verdict};
use domain::{Moment, NotApplied, Order, Partner, PartnerId, SellerId, Stopped, Target, Text};
use jiff::SignedDuration;
use std::collections::HashMap;
use std::rc::Rc;

/// How long a secret is taken as read.
const SECRET_KEPT: SignedDuration = SignedDuration::from_mins(5);

/// How long before its end a token is no longer used.
const TOKEN_MARGIN: SignedDuration = SignedDuration::from_mins(1);

/// What is kept of each partner while the sandbox lives.
pub(super) type Kept<C> = HashMap<(SellerId, PartnerId), Rc<Access<C>>>;

/// What a partner's requests are authorized with.
pub(super) struct Access<C> {
    pub(super) credentials: C,
    pub(super) token: Option<Token>,
    ends_at: Moment,
}

/// Why a partner's requests cannot be authorized.
pub(super) enum NoAccess {
    /// The credentials are wrong: nothing of this partner can be sent.
    Refused(Text),
    /// It may work later.
    Passing(NotApplied),
}

impl<M: Marketplace, P: Ports> Sender<M, P> {
    /// What a refused authorization means: at first that the secret or the token is out of date, so both are got
    /// anew; refused once more, that the credentials are wrong.
    pub(super) async fn heed(
        &self,
        verdict: &Verdict,
        order: &Order,
        context: &Context<'_, M::Credentials>,
    ) {
        if verdict.class != Class::Unauthorized {
            return;
        }
        self.forget(context.partner).await;
        let is_again = last_failure(order, context.target) == Some(&verdict.not_applied().reason);
        // The outcome is recorded whether or not the partner could be stopped; the next refusal tries again.
        if is_again && let Err(error) = self.stop(context.partner, verdict.message.clone()).await {
            tracing::error!(%error, "failed to stop a partner");
        }
    }

    pub(super) async fn stop(&self, partner: &Partner, reason: Text) -> Result<(), FlowError> {
        tracing::error!(seller = %partner.seller, partner = %partner.id, %reason, "stopped: its credentials fail");
        let stopped = Stopped { at: self.ports.now(), reason };
        Ok(self.ports.stop_partner(partner, &stopped).await?)
    }

    pub(super) async fn forget(&self, partner: &Partner) {
        self.access.lock().await.remove(&(partner.seller.clone(), partner.id.clone()));
    }

    /// What the partner's requests are authorized with. One at a time: a token is not asked for twice at once.
    pub(super) async fn access(
        &self,
        partner: &Partner,
    ) -> Result<Rc<Access<M::Credentials>>, NoAccess> {
        let mut all = self.access.lock().await;
        let name = (partner.seller.clone(), partner.id.clone());
        if let Some(access) = all.get(&name).filter(|access| self.ports.now() < access.ends_at) {
            return Ok(Rc::clone(access));
        }
        let access = Rc::new(self.ask_access(partner).await?);
        all.insert(name, Rc::clone(&access));
        Ok(access)
    }

    async fn ask_access(&self, partner: &Partner) -> Result<Access<M::Credentials>, NoAccess> {
        let passing = |reason: String| {
            NoAccess::Passing(NotApplied { reason: Text::cut(&reason), retry_after: None })
        };
        let name =
            format!("{}/{}/{}/{}", self.secret_prefix, M::CHANNEL, partner.seller, partner.id);
        let secret = self.ports.secret(&name).await.map_err(|error| passing(error.to_string()))?;
        let secret = secret
            .ok_or_else(|| NoAccess::Refused(Text::cut(&format!("there is no secret {name}"))))?;
        // The parser's words may repeat a part of the secret, so they are not.
        let credentials: M::Credentials =
            serde_json::from_str(&secret).map_err(|_secret_may_be_in_it| {
                NoAccess::Refused(Text::cut(&format!(
                    "secret {name} is not the JSON its channel needs"
                )))
            })?;
        let token = match M::token_request(self.site(partner), &credentials) {
            None => None,
            Some(request) => {
                let answer =
                    self.ports.http(request).await.map_err(|error| passing(error.to_string()))?;
                Some(M::token(&answer).map_err(refused)?)
            }
        };
        let lives = token.as_ref().map_or(SECRET_KEPT, |token| token.lives - TOKEN_MARGIN);
        Ok(Access { credentials, token, ends_at: self.ports.now().plus(lives) })
    }
}

fn refused(verdict: Verdict) -> NoAccess {
    match verdict.class {
        Class::Unauthorized => NoAccess::Refused(verdict.message),
        Class::Accepted
        | Class::Passing
        | Class::Final
        | Class::AlreadyShipped
        | Class::Unknown => NoAccess::Passing(verdict.not_applied()),
    }
}

/// Why the last try failed, if it did.
fn last_failure<'a>(order: &'a Order, target: &Target) -> Option<&'a Text> {
    let attempts = match target {
        Target::Confirmation(package) => order.packages.get(package)?.attempts.as_ref(),
        Target::Imei(package, item) => imei_line(order, package, item)?.attempts.as_ref(),
    };
    attempts.map(|attempts| &attempts.why)
}
