//! The sessions of the seller's people: when they were all ended, and ending them.

use super::SettingsCall;
use crate::door::window_of;
use crate::problem::Problem;
use crate::reply::Reply;
use domain::SessionsEnd;
use flows::ports::SettingsDesk;
use serde_json::json;

impl<P: SettingsDesk> SettingsCall<'_, P> {
    /// `GET /sessions`: when all sessions were ended last.
    pub(super) async fn sessions(&self) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let window = window_of(self.desk.now());
        let known = self.desk.count_calls(&self.caller.seller, window, 0).await?;
        Ok(ended_reply(known.ended.as_ref()))
    }

    /// `DELETE /sessions`: ends all sessions, that of the caller too.
    pub(super) async fn end_sessions(&self) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let end = SessionsEnd { at: self.desk.now(), by: self.caller.person.clone() };
        self.desk.end_sessions(&self.caller.seller, &end).await?;
        Ok(ended_reply(Some(&end)))
    }
}

fn ended_reply(ended: Option<&SessionsEnd>) -> Reply {
    Reply::ok(&json!({
        "ended_at": ended.map(|ended| ended.at.to_string()),
        "ended_by": ended.map(|ended| &ended.by),
    }))
}
