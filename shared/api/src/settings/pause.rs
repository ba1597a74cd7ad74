//! A pause, and its end (rule A1): of one partner, of those at one channel, or of all that the seller has. It is written to each
//! partner, and the answer says to which.

use super::SettingsCall;
use super::partners::lost;
use crate::body::{self, REASON_MAX};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::views::partner_view;
use domain::{Channel, Partner, PartnerId, Text};
use flows::ports::{SaveError, SettingsDesk};
use serde_json::{Value, json};

/// How often a pause is written when others change the partner just then.
const RACES_MAX: usize = 4;

/// What a person says.
enum Word {
    Pause(Text),
    Resume,
}

impl Word {
    const fn pauses(&self) -> bool {
        matches!(self, Self::Pause(_))
    }
}

impl<P: SettingsDesk> SettingsCall<'_, P> {
    /// `POST /partners/{partner}/pause`.
    pub(super) async fn pause(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let why = body::read(self.call, &["reason"])?.words("reason", REASON_MAX)?;
        self.say_of(id, &Word::Pause(why)).await
    }

    /// `POST /partners/{partner}/resume`.
    pub(super) async fn resume(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        self.say_of(id, &Word::Resume).await
    }

    /// `POST /pause`.
    pub(super) async fn pause_all(&self) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let post = body::read(self.call, &["reason", "channel"])?;
        let why = post.words("reason", REASON_MAX)?;
        let channel = channel(post.optional("channel")?)?;
        self.say_of_all(channel, &Word::Pause(why)).await
    }

    /// `POST /resume`.
    pub(super) async fn resume_all(&self) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let post = body::read(self.call, &["channel"])?;
        let channel = channel(post.optional("channel")?)?;
        self.say_of_all(channel, &Word::Resume).await
    }

    async fn say_of(&self, id: &PartnerId, word: &Word) -> Result<Reply, Problem> {
        let (partner, _) = self.say(self.known(id).await?, word).await?;
        Ok(Reply::ok(&partner_view(&partner, self.desk.now())).tagged(partner.version))
    }

    /// One partner after the other. Where one cannot be written the others before it are, and whoever asks again goes on.
    async fn say_of_all(&self, channel: Option<Channel>, word: &Word) -> Result<Reply, Problem> {
        let mut partners = self.desk.partners(&self.caller.seller).await?;
        partners
            .retain(|partner| channel.is_none_or(|channel| partner.settings.channel() == channel));
        let mut views = Vec::with_capacity(partners.len());
        let mut changed = Vec::new();
        for partner in partners {
            let (partner, is_changed) = self.say(partner, word).await?;
            if is_changed {
                changed.push(json!(partner.id));
            }
            views.push(partner_view(&partner, self.desk.now()));
        }
        Ok(Reply::ok(&json!({ "changed": Value::Array(changed), "partners": views })))
    }

    /// Pauses a partner, or resumes it. One that is so already stays as it is; its sender is told all the same that it is not paused,
    /// for the last message may be lost. Returns whether it was changed.
    async fn say(&self, mut partner: Partner, word: &Word) -> Result<(Partner, bool), Problem> {
        let mut is_changed = false;
        for _ in 0..RACES_MAX {
            if partner.paused.is_some() == word.pauses() {
                if !word.pauses() && !self.desk.ring_resumed(&partner).await {
                    tracing::warn!(partner = %partner.id, "the sender of a resumed partner was not told; its orders go on within half an hour");
                }
                return Ok((partner, is_changed));
            }
            let id = partner.id.clone();
            let said = match word {
                Word::Pause(why) => partner.pause(why.clone(), self.changed_by()),
                Word::Resume => partner.resume(self.changed_by()),
            };
            match self.desk.put_pause(&said).await {
                Ok(()) => (partner, is_changed) = (said, true),
                Err(SaveError::Stale(_)) => partner = self.known(&id).await?,
                Err(SaveError::Store(error)) => return Err(error.into()),
            }
        }
        if is_changed { Ok((partner, true)) } else { Err(lost(&partner)) }
    }
}

fn channel(name: Option<&str>) -> Result<Option<Channel>, Problem> {
    let parsed = name.map(str::parse::<Channel>).transpose();
    parsed.map_err(|error| {
        Problem::wrong("channel", &format!("`{}` is not a supported marketplace", error.0))
            .allowing(&Channel::ALL.map(Channel::name))
    })
}
