//! What a refusal of credentials means (rule D5): the account's, whose partner is stopped, or the order's own.

use super::access::Access;
use super::requests::TOO_MANY;
use super::{Context, DoorbellRun, Sender};
use crate::FlowError;
use crate::ports::{SenderPorts, Traffic};
use channels::{AccountReading, Marketplace};
use domain::guard::{Guard, guarded};
use domain::{OrderId, Partner, REFUSED_ORDERS_MAX, Stopped, Text};

/// The name under which the log counts partners that were stopped, in the field `metric`.
pub const PARTNER_STOPPED: &str = "partner_stopped";

/// Whose a refusal is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RefusalOf {
    /// The account's, whose partner was stopped.
    Account,
    /// The order's own: the account is taken with the same token.
    Order,
    /// Nobody knows so far.
    Unclear,
}

/// A refusal of access by a channel.
pub(super) struct Refusal<'a> {
    /// What the access was used for.
    pub(super) traffic: Traffic,
    /// What the channel said.
    pub(super) reason: &'a Text,
}

impl<M: Marketplace, P: SenderPorts> Sender<M, P> {
    /// Draws the conclusion from a refusal. A first one means that the secret or the token is out of date, so both are got
    /// anew. After a second one the account itself is read with the same token (rule D5): if it is refused, too, the credentials
    /// are wrong, and the partner is stopped; if it is taken, the refusal is the order's own.
    pub(super) async fn heed_refusal(
        &self,
        Refusal { traffic, reason }: Refusal<'_>,
        context: &Context<'_, M::Credentials>,
    ) -> RefusalOf {
        let (partner, access) = (context.partner, context.access);
        self.forget(partner, access, traffic).await;
        if !access.is_second_for(traffic) {
            return RefusalOf::Unclear;
        }
        let account = if guarded(Guard::AccountIsAsked) {
            self.read_account(partner, access, context.run).await
        } else {
            AccountReading::Refused
        };
        match account {
            AccountReading::Taken => RefusalOf::Order,
            AccountReading::Unclear => RefusalOf::Unclear,
            AccountReading::Refused => {
                self.stop_or_log(partner, reason.clone(), access).await;
                RefusalOf::Account
            }
        }
    }

    /// Counts an order whose submission was refused although the account is taken. Three of them in a row stop the partner: it may
    /// read, and not submit.
    pub(super) async fn count_refused(
        &self,
        order: &OrderId,
        reason: &Text,
        context: &Context<'_, M::Credentials>,
    ) {
        match self.ports.note_refused(context.partner, order).await {
            Ok(orders) if orders.len() >= REFUSED_ORDERS_MAX => {
                let orders: Vec<&str> = orders.iter().map(OrderId::as_str).collect();
                let why = format!(
                    "the account may read, and not submit: orders {} were refused in a row: {reason}",
                    orders.join(", ")
                );
                self.stop_or_log(context.partner, Text::cut(&why), context.access).await;
            }
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "failed to count a refused order"),
        }
    }

    /// Stops a partner. The outcome of its order is recorded even if that fails: the next refusal tries it again.
    async fn stop_or_log(&self, partner: &Partner, reason: Text, access: &Access<M::Credentials>) {
        if let Err(error) = self.stop(partner, reason, access.secret.clone()).await {
            tracing::error!(%error, "failed to stop a partner");
        }
    }

    /// Reads the account, in its turn. Where the channel has no such read the credentials count as refused, for nothing else can be
    /// known. What there is no time for, and what gets no answer, says nothing.
    pub(super) async fn read_account(
        &self,
        partner: &Partner,
        access: &Access<M::Credentials>,
        run: &DoorbellRun<'_>,
    ) -> AccountReading {
        let Some(mut request) = M::account_read(self.site(partner), self.ports.now()) else {
            return AccountReading::Refused;
        };
        if self.await_turn(partner, run).await.is_err() {
            return AccountReading::Unclear;
        }
        if Self::authorize(&mut request, access, self.ports.now()).is_err() {
            return AccountReading::Refused;
        }
        match self.ports.http(request).await {
            Ok(answer) => {
                if answer.status == TOO_MANY {
                    self.hold_back(partner, Self::READS, M::wait(&answer)).await;
                }
                M::account(&answer)
            }
            Err(error) => {
                tracing::warn!(%error, "an account could not be read");
                AccountReading::Unclear
            }
        }
    }

    pub(super) async fn stop(
        &self,
        partner: &Partner,
        reason: Text,
        secret: String,
    ) -> Result<(), FlowError> {
        tracing::error!(metric = PARTNER_STOPPED, seller = %partner.seller, partner = %partner.id, %reason, "a partner was stopped, because its credentials fail");
        let stopped = Stopped { at: self.ports.now(), reason, secret };
        Ok(self.ports.stop_partner(partner, &stopped).await?)
    }
}
