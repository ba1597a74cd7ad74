//! Configuration: read once from the environment, and every fault told at once.

use crate::aws::Reach;
use domain::Channel;
use std::collections::{BTreeMap, HashMap};

/// The environment, and what was found wrong with it.
#[derive(Debug)]
pub struct Environment {
    values: HashMap<String, String>,
    faults: Vec<String>,
}

/// Everything that is wrong with the configuration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the function is not configured: {}", .0.join("; "))]
pub struct ConfigError(pub Vec<String>);

impl Environment {
    /// The process's environment.
    pub fn read() -> Self {
        Self::of(std::env::vars())
    }

    /// An environment of these variables.
    pub fn of(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { values: variables.into_iter().collect(), faults: Vec::new() }
    }

    fn optional(&self, name: &str) -> Option<String> {
        self.values.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn required(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.faults.push(format!("{name} is missing"));
            String::new()
        })
    }

    fn number(&mut self, name: &str, allowed: std::ops::RangeInclusive<u32>) -> u32 {
        let text = self.required(name);
        match text.parse() {
            Ok(number) if allowed.contains(&number) => number,
            Ok(_) | Err(_) => {
                if !text.is_empty() {
                    let (least, most) = (allowed.start(), allowed.end());
                    self.faults.push(format!(
                        "{name} is `{text}`; allowed: a number from {least} to {most}"
                    ));
                }
                *allowed.start()
            }
        }
    }

    fn sign_in(&mut self) -> Option<SignIn> {
        let names = ["SIGN_IN_AUTHORIZE_URL", "SIGN_IN_TOKEN_URL", "SIGN_IN_CLIENT_ID"];
        match names.map(|name| self.optional(name)) {
            [Some(authorize_url), Some(token_url), Some(client_id)] => {
                Some(SignIn { authorize_url, token_url, client_id })
            }
            [None, None, _] => None,
            _ => {
                self.faults.push(format!("of {} one is missing", names.join(", ")));
                None
            }
        }
    }

    fn finish<T>(self, config: T) -> Result<T, ConfigError> {
        if self.faults.is_empty() { Ok(config) } else { Err(ConfigError(self.faults)) }
    }
}

/// How AWS is reached. The names are AWS's own.
#[derive(Clone)]
pub struct AwsConfig {
    /// `AWS_REGION`.
    pub region: String,
    /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
    pub credentials: (String, String, Option<String>),
    /// `AWS_ENDPOINT_URL`: another address for every service.
    pub endpoint: Option<String>,
    /// `TABLE_NAME`.
    pub table: String,
    /// `EVENT_BUS_NAME`.
    pub bus: String,
    /// `DEAD_LETTER_QUEUE_URL`; the sweep has none.
    pub dead_letters: Option<String>,
    /// `<CHANNEL>_QUEUE_URL`, as far as this function rings them.
    pub doorbells: BTreeMap<Channel, String>,
}

/// The configuration of a function that handles events.
#[derive(Clone)]
pub struct EventConfig {
    /// How AWS is reached.
    pub aws: AwsConfig,
    /// `IMEI_WINDOW_MINUTES`; needed by `label-created` only.
    pub imei_window_minutes: Option<u32>,
}

/// Where people sign in: an issuer's endpoints for the authorization code with PKCE.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// Where a person is sent to.
    pub authorize_url: String,
    /// Where the code is exchanged.
    pub token_url: String,
    /// Who the console is, there.
    pub client_id: String,
}

/// The configuration of the settings API.
#[derive(Clone)]
pub struct ApiConfig {
    /// How AWS is reached.
    pub aws: AwsConfig,
    /// `SECRET_PREFIX`: secrets are named `<prefix>/<channel>/<seller>/<partner>`.
    pub secret_prefix: String,
    /// `IMEI_WINDOW_MINUTES`: said to who chooses a timing.
    pub imei_window_minutes: u32,
    /// `SIGN_IN_AUTHORIZE_URL`, `SIGN_IN_TOKEN_URL`, `SIGN_IN_CLIENT_ID`: all of them or none.
    pub sign_in: Option<SignIn>,
}

/// The configuration of a sender.
#[derive(Clone)]
pub struct SenderConfig {
    /// How AWS is reached.
    pub aws: AwsConfig,
    /// `SECRET_PREFIX`: secrets are named `<prefix>/<channel>/<seller>/<partner>`.
    pub secret_prefix: String,
    /// `MARKETPLACE_ENDPOINT`: called instead of the real marketplaces.
    pub endpoint: Option<String>,
    /// `FUNCTION_TIMEOUT_S`: the function's timeout in the template.
    pub timeout_s: u32,
}

impl SenderConfig {
    /// Marketplaces are public, unless others are called in their place.
    pub fn reach(&self) -> Reach {
        if self.endpoint.is_some() { Reach::Anywhere } else { Reach::PublicOnly }
    }
}

/// Longest function timeout. Source: Lambda quotas, 900 seconds.
const TIMEOUT_S_MAX: u32 = 900;

/// Longest IMEI window that makes sense: a week.
const WINDOW_MINUTES_MAX: u32 = 7 * 24 * 60;

fn aws(env: &mut Environment, channels: &[Channel]) -> AwsConfig {
    AwsConfig {
        region: env.required("AWS_REGION"),
        credentials: (
            env.required("AWS_ACCESS_KEY_ID"),
            env.required("AWS_SECRET_ACCESS_KEY"),
            env.optional("AWS_SESSION_TOKEN"),
        ),
        endpoint: env.optional("AWS_ENDPOINT_URL"),
        table: env.required("TABLE_NAME"),
        bus: env.required("EVENT_BUS_NAME"),
        dead_letters: env.optional("DEAD_LETTER_QUEUE_URL"),
        doorbells: channels
            .iter()
            .map(|channel| {
                (*channel, env.required(&format!("{}_QUEUE_URL", channel.name().to_uppercase())))
            })
            .collect(),
    }
}

impl AwsConfig {
    /// Reads the configuration of a function that talks to AWS only: the sweep.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn read(mut env: Environment) -> Result<Self, ConfigError> {
        let config = aws(&mut env, &Channel::ALL);
        env.finish(config)
    }
}

impl EventConfig {
    /// Reads the configuration of a function that handles events.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn read(mut env: Environment) -> Result<Self, ConfigError> {
        let aws = aws(&mut env, &Channel::ALL);
        env.required("DEAD_LETTER_QUEUE_URL");
        let imei_window_minutes = env
            .optional("IMEI_WINDOW_MINUTES")
            .map(|_| env.number("IMEI_WINDOW_MINUTES", 1..=WINDOW_MINUTES_MAX));
        env.finish(Self { aws, imei_window_minutes })
    }
}

impl ApiConfig {
    /// Reads the configuration of the settings API.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn read(mut env: Environment) -> Result<Self, ConfigError> {
        let aws = aws(&mut env, &Channel::ALL);
        let secret_prefix = env.required("SECRET_PREFIX");
        let imei_window_minutes = env.number("IMEI_WINDOW_MINUTES", 1..=WINDOW_MINUTES_MAX);
        let sign_in = env.sign_in();
        env.finish(Self { aws, secret_prefix, imei_window_minutes, sign_in })
    }
}

impl SenderConfig {
    /// Reads the configuration of the sender of one channel.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn read(mut env: Environment, channel: Channel) -> Result<Self, ConfigError> {
        let aws = aws(&mut env, &[channel]);
        env.required("DEAD_LETTER_QUEUE_URL");
        let secret_prefix = env.required("SECRET_PREFIX");
        let endpoint =
            env.optional("MARKETPLACE_ENDPOINT").map(|url| url.trim_end_matches('/').to_owned());
        let timeout_s = env.number("FUNCTION_TIMEOUT_S", 30..=TIMEOUT_S_MAX);
        env.finish(Self { aws, secret_prefix, endpoint, timeout_s })
    }
}
