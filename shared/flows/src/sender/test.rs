//! The test of a partner's connection: the read of the account that rule D5 has, with the secret as it is now.

use super::access::NoAccess;
use super::{DoorbellRun, PartnerKey, Sender};
use crate::ports::SenderPorts;
use crate::{FlowError, Handled, Invocation};
use channels::{AccountReading, Marketplace};
use domain::{Connection, ConnectionResult, Partner, TestBell, Text};
use std::cell::{Cell, RefCell};

/// How often the account is asked. A token that was kept may be over, so a first refusal is no proof.
const TRIES: usize = 2;

impl<M: Marketplace, P: SenderPorts> Sender<M, P> {
    /// Tests the connection of a partner, and keeps what came of it.
    pub async fn test(&self, bell: &TestBell, invocation: &Invocation) -> Handled {
        let partner = PartnerKey { seller: bell.seller.clone(), partner: bell.test.clone() };
        self.own.borrow_mut().begin(&partner);
        // Boxed: the futures of a run are large, and nest deep.
        let tested = Box::pin(self.test_partner(bell, invocation)).await;
        self.own.borrow_mut().end(&partner);
        tested.map_or_else(Handled::from, |()| Handled::Done)
    }

    async fn test_partner(
        &self,
        bell: &TestBell,
        invocation: &Invocation,
    ) -> Result<(), FlowError> {
        let partner = match self.ports.partner(&bell.seller, &bell.test).await? {
            Some(partner) if partner.settings.channel() == M::CHANNEL => partner,
            Some(_) | None => {
                tracing::warn!(seller = %bell.seller, partner = %bell.test, "a test names a partner that is not there, or is at another channel");
                return Ok(());
            }
        };
        let (connection, says) = self.connection(&partner, invocation).await;
        let result = ConnectionResult { at: self.ports.now(), connection, says };
        Ok(self.ports.end_connection_test(&partner, &result).await?)
    }

    async fn connection(&self, partner: &Partner, invocation: &Invocation) -> (Connection, Text) {
        if M::account_read(self.site(partner), self.ports.now()).is_none() {
            let says = Text::cut("it cannot be asked whether it takes the credentials");
            return (Connection::Untestable, says);
        }
        let run = DoorbellRun {
            invocation,
            bells: RefCell::default(),
            has_turn: Cell::default(),
            has_waited: Cell::default(),
        };
        let mut reading = AccountReading::Unclear;
        for _ in 0..TRIES {
            self.look_anew(partner).await;
            let access = match self.access(partner, invocation).await {
                Ok(access) => access,
                Err(NoAccess::Refused { reason, .. }) => return (Connection::Refused, reason),
                Err(NoAccess::Passing(why)) => return (Connection::Unclear, why.reason),
                Err(NoAccess::NoTime) => break,
            };
            reading = self.read_account(partner, &access, &run).await;
            if reading != AccountReading::Refused {
                break;
            }
            self.forget_refused(partner, &access).await;
        }
        match reading {
            AccountReading::Taken => (Connection::Taken, Text::cut("the credentials are taken")),
            AccountReading::Refused => {
                (Connection::Refused, Text::cut("the channel refuses the credentials"))
            }
            AccountReading::Unclear => (
                Connection::Unclear,
                Text::cut("there was no answer that says it; try again later"),
            ),
        }
    }
}
