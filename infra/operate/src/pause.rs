//! `pause` and `resume`: by the API's own code, for the sellers that are named.

use crate::in_process::door;
use crate::{Error, Operator, Report};
use api::{SettingsApi, SettingsConfig, Site};
use clap::Args;
use domain::SellerId;
use serde_json::{Map, Value, json};

/// Whose sending is paused or resumed.
#[derive(Debug, Args)]
pub(crate) struct Whose {
    /// The seller. Default: each
    #[arg(long)]
    seller: Option<String>,
    /// The partner alone. Default: each
    #[arg(long, requires = "seller", conflicts_with = "channel")]
    partner: Option<String>,
    /// The partners at this marketplace alone, such as amazon. Default: all marketplaces
    #[arg(long)]
    channel: Option<String>,
    /// Who says so, as the console shows it
    #[arg(long, default_value = "operate")]
    by: String,
}

/// What is said of them.
#[derive(Clone, Copy)]
pub(crate) enum Word<'a> {
    /// That nothing of them is sent or read, and why.
    Pause(&'a str),
    /// That their work goes on.
    Resume,
}

impl Word<'_> {
    const fn name(self) -> &'static str {
        match self {
            Self::Pause(_) => "pause",
            Self::Resume => "resume",
        }
    }

    const fn done(self) -> &'static str {
        match self {
            Self::Pause(_) => "paused",
            Self::Resume => "resumed",
        }
    }
}

impl Operator {
    /// Pauses partners, or resumes them. Whoever is so already stays as it is.
    pub(crate) async fn say(
        &self,
        whose: &Whose,
        word: Word<'_>,
        is_json: bool,
    ) -> Result<Report, Error> {
        let mut changed: Vec<(SellerId, String)> = Vec::new();
        for seller in self.sellers_named(whose.seller.as_deref()).await? {
            let partners = self.say_of(&seller, whose, word).await?;
            changed.extend(partners.into_iter().map(|partner| (seller.clone(), partner)));
        }
        if is_json {
            let rows = changed
                .iter()
                .map(|(seller, partner)| json!({ "seller_id": seller, "partner_id": partner }));
            let changed: Vec<Value> = rows.collect();
            return Ok(Report::done(json!({ "changed": changed }).to_string()));
        }
        if changed.is_empty() {
            return Ok(Report::done(format!("Nobody had to be {}.", word.done())));
        }
        let lines = changed
            .iter()
            .map(|(seller, partner)| format!("{}: {partner} of {seller}", word.done()));
        Ok(Report::done(lines.collect::<Vec<_>>().join("\n")))
    }

    /// Returns the partners that were changed.
    async fn say_of(
        &self,
        seller: &SellerId,
        whose: &Whose,
        word: Word<'_>,
    ) -> Result<Vec<String>, Error> {
        let mut body = Map::new();
        if let Word::Pause(why) = word {
            body.insert("reason".to_owned(), why.into());
        }
        if let Some(channel) = &whose.channel {
            body.insert("channel".to_owned(), channel.as_str().into());
        }
        let path = match &whose.partner {
            Some(partner) => format!("/partners/{partner}/{}", word.name()),
            None => format!("/{}", word.name()),
        };
        let call = self.post((seller, &whose.by), path, &Value::Object(body));
        let config = SettingsConfig {
            secret_prefix: self.place.stack.clone(),
            imei_window_minutes: 0,
            door: door(),
            sign_in: None,
        };
        // It serves no page here.
        let site = Site { page: &[], script_digest: "", style_digest: "", document: &[] };
        let reply = SettingsApi::new(&self.aws, config, site).answer(&call).await;
        let answer = Self::answered(reply, &format!("{} partners of {seller}", word.name()))?;
        Ok(match (&whose.partner, answer.get("changed").and_then(Value::as_array)) {
            (Some(partner), _) => vec![partner.clone()],
            (None, Some(changed)) => {
                changed.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            (None, None) => Vec::new(),
        })
    }
}
