//! The test of a partner's connection. The sender of its channel makes it, because this function may not read a secret and calls no
//! marketplace.

use super::SettingsCall;
use crate::problem::Problem;
use crate::reply::Reply;
use domain::{Channel, ConnectionTest, Partner, PartnerId};
use flows::ports::SettingsDesk;
use serde_json::{Value, json};

impl<P: SettingsDesk> SettingsCall<'_, P> {
    /// `GET /partners/{partner}/test`: the last test that was asked for.
    pub(super) async fn connection(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let partner = self.known(id).await?;
        let test = self.desk.connection_test(&partner.seller, id).await?;
        let test = test.ok_or_else(|| Problem::not_there("test of partner", id))?;
        Ok(Reply::ok(&test_view(id, partner.settings.channel(), &test)))
    }

    /// `POST /partners/{partner}/test`: asks for a test.
    pub(super) async fn test_connection(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let partner = self.known(id).await?;
        let test = self.ask_test(&partner).await?.ok_or(Problem::Unavailable)?;
        let reply = Reply::ok(&test_view(id, partner.settings.channel(), &test));
        Ok(Reply { status: 202, ..reply })
    }

    /// Asks the sender of a partner's channel for a test. `None` where it could not be asked.
    pub(super) async fn ask_test(
        &self,
        partner: &Partner,
    ) -> Result<Option<ConnectionTest>, Problem> {
        let (asked_at, asked_by) = (self.desk.now(), self.caller.person.clone());
        let test = ConnectionTest { asked_at, asked_by, result: None };
        self.desk.ask_connection_test(partner, &test).await?;
        Ok(self.desk.ring_test(partner).await.then_some(test))
    }
}

fn test_view(id: &PartnerId, channel: Channel, test: &ConnectionTest) -> Value {
    let result = test.result.as_ref();
    json!({
        "partner_id": id,
        "channel": channel,
        "asked_at": test.asked_at.to_string(),
        "asked_by": test.asked_by,
        "at": result.map(|result| result.at.to_string()),
        "connection": result.map(|result| result.connection),
        "says": result.map(|result| &result.says),
    })
}
