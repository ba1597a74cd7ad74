//! The configuration. It is read once from the environment, and everything that is wrong with it is said at once.

use crate::Reach;
use domain::{Channel, Moment, gather};
use flows::{DUE_SHARDS, DUE_SHARDS_MAX, UnknownPartners};
use jiff::SignedDuration;
use std::collections::{BTreeMap, HashMap};

/// The environment, and what was found to be wrong with it.
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
        Self { values: gather(variables), faults: Vec::new() }
    }

    /// A variable. `None` where it is absent or blank.
    pub fn optional(&self, name: &str) -> Option<String> {
        self.values.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// A variable that must be set. Where it is not, that is noted, and the value is empty.
    pub fn required(&mut self, name: &str) -> String {
        self.optional(name).unwrap_or_else(|| {
            self.faults.push(format!("{name} is missing"));
            String::new()
        })
    }

    /// A number that must be set, in this range. Where it is not, that is noted, and the value is the least one.
    pub fn number(&mut self, name: &str, allowed: std::ops::RangeInclusive<u32>) -> u32 {
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

    /// A number in this range, or this one where it is not set.
    fn number_or(
        &mut self,
        name: &str,
        allowed: std::ops::RangeInclusive<u32>,
        standard: u32,
    ) -> u32 {
        if self.optional(name).is_some() { self.number(name, allowed) } else { standard }
    }

    /// Notes something that is wrong with the configuration.
    pub fn fault(&mut self, fault: String) {
        self.faults.push(fault);
    }

    /// The configuration that was read, if nothing was wrong with it.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn finish<T>(self, config: T) -> Result<T, ConfigError> {
        if self.faults.is_empty() { Ok(config) } else { Err(ConfigError(self.faults)) }
    }
}

/// What calls of AWS are signed with.
#[derive(Clone)]
pub struct AwsCredentials {
    /// `AWS_ACCESS_KEY_ID`.
    pub access_key_id: String,
    /// `AWS_SECRET_ACCESS_KEY`.
    pub secret_access_key: String,
    /// `AWS_SESSION_TOKEN`.
    pub session_token: Option<String>,
}

/// How AWS is reached. The names of the variables are AWS's own.
#[derive(Clone)]
pub struct AwsConfig {
    /// `AWS_REGION`.
    pub region: String,
    /// What calls are signed with.
    pub credentials: AwsCredentials,
    /// `AWS_ENDPOINT_URL`: the address that is called instead of every service.
    pub endpoint: Option<String>,
    /// `TABLE_NAME`.
    pub table: String,
    /// `EVENT_BUS_NAME`.
    pub bus: String,
    /// `DUE_SHARDS`: over how many shards of the `due` index orders are spread.
    pub due_shards: u8,
    /// `DEAD_LETTER_QUEUE_URL`. The sweep has none.
    pub dead_letters: Option<String>,
    /// `<CHANNEL>_QUEUE_URL`, for each channel that this function rings.
    pub doorbells: BTreeMap<Channel, String>,
}

/// The configuration of a function that handles events.
#[derive(Clone)]
pub struct EventConfig {
    /// How AWS is reached.
    pub aws: AwsConfig,
    /// `IMEI_WINDOW_MINUTES`. Only `label-created` needs it.
    pub imei_window_minutes: Option<u32>,
    /// `UNKNOWN_PARTNERS`.
    pub unknown_partners: UnknownPartners,
}

/// The configuration of a sender.
#[derive(Clone)]
pub struct SenderConfig {
    /// How AWS is reached.
    pub aws: AwsConfig,
    /// `SECRET_PREFIX`, `MARKETPLACE_ENDPOINT`, `RESTORED_AT`, `PAUSED_CHANNELS`, `FUNCTION_TIMEOUT_S` and `SENDER_CONCURRENCY`. The
    /// last two are what the template says of the function, too.
    pub sender: flows::SenderConfig,
}

impl SenderConfig {
    /// What the sender may connect to. Marketplaces are public, unless another address is called instead of them.
    pub fn reach(&self) -> Reach {
        if self.sender.endpoint.is_some() { Reach::Anywhere } else { Reach::PublicOnly }
    }
}

/// The configuration of the function that relays Amazon's notifications.
#[derive(Clone)]
pub struct OrderChangeConfig {
    /// How AWS is reached.
    pub aws: AwsConfig,
    /// `AMAZON_APPLICATION_ID`: the application whose notifications are taken.
    pub application: String,
}

/// The configuration of the function by which people act on orders.
#[derive(Clone)]
pub struct OrdersApiConfig {
    /// How AWS is reached.
    pub aws: AwsConfig,
    /// `SELLER_CLAIM`.
    pub seller_claim: String,
    /// `SELLER_CALLS_MAX`.
    pub calls_max: u32,
}

/// The claim that names the seller, where nothing else is said: an attribute of our own user pool.
const SELLER_CLAIM: &str = "custom:seller_id";

/// The claim of a token that names its seller.
pub fn seller_claim(env: &Environment) -> String {
    env.optional("SELLER_CLAIM").unwrap_or_else(|| SELLER_CLAIM.to_owned())
}

/// How many calls a seller's people may make in ten seconds, where nothing else is said. It is a quarter of what the gateway lets
/// through.
const CALLS_MAX: u32 = 500;

/// The least number of calls that can be set: a page of the console makes three when it is opened.
const CALLS_MAX_MIN: u32 = 10;

/// How many calls a seller's people may make in ten seconds.
pub fn calls_max(env: &mut Environment) -> u32 {
    if env.optional("SELLER_CALLS_MAX").is_none() {
        return CALLS_MAX;
    }
    env.number("SELLER_CALLS_MAX", CALLS_MAX_MIN..=1_000_000)
}

/// The longest timeout of a function. Unit: seconds. Source: Lambda quotas.
const TIMEOUT_S_MAX: u32 = 900;

/// The longest IMEI window that is allowed: a week.
pub const WINDOW_MINUTES_MAX: u32 = 7 * 24 * 60;

/// The most senders of a channel at the same time. Source: Lambda API reference, `ScalingConfig`.
const CONCURRENCY_MAX: u32 = 1_000;

fn aws(env: &mut Environment, channels: &[Channel]) -> AwsConfig {
    AwsConfig {
        region: env.required("AWS_REGION"),
        credentials: AwsCredentials {
            access_key_id: env.required("AWS_ACCESS_KEY_ID"),
            secret_access_key: env.required("AWS_SECRET_ACCESS_KEY"),
            session_token: env.optional("AWS_SESSION_TOKEN"),
        },
        endpoint: env.optional("AWS_ENDPOINT_URL"),
        table: env.required("TABLE_NAME"),
        bus: env.required("EVENT_BUS_NAME"),
        due_shards: due_shards(env),
        dead_letters: env.optional("DEAD_LETTER_QUEUE_URL"),
        doorbells: gather(channels.iter().map(|channel| {
            (*channel, env.required(&format!("{}_QUEUE_URL", channel.name().to_uppercase())))
        })),
    }
}

fn due_shards(env: &mut Environment) -> u8 {
    let (most, standard) = (u32::from(DUE_SHARDS_MAX), u32::from(DUE_SHARDS));
    u8::try_from(env.number_or("DUE_SHARDS", 1..=most, standard)).unwrap_or(DUE_SHARDS)
}

/// What becomes of events of unknown partners. Where nothing is said, they are refused.
fn unknown_partners(env: &mut Environment) -> UnknownPartners {
    match env.optional("UNKNOWN_PARTNERS").as_deref() {
        None | Some("refuse") => UnknownPartners::Refuse,
        Some("ignore") => UnknownPartners::Ignore,
        Some(other) => {
            env.fault(format!("UNKNOWN_PARTNERS is `{other}`; allowed: refuse, ignore"));
            UnknownPartners::Refuse
        }
    }
}

impl AwsConfig {
    /// Reads how AWS is reached by a function that rings the senders of every channel.
    pub fn of_any_channel(env: &mut Environment) -> Self {
        aws(env, &Channel::ALL)
    }

    /// Reads the configuration of the sweep, which calls AWS only.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn read(mut env: Environment) -> Result<Self, ConfigError> {
        let config = Self::of_any_channel(&mut env);
        env.finish(config)
    }
}

impl EventConfig {
    /// Reads the configuration of a function that handles events.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn read(mut env: Environment) -> Result<Self, ConfigError> {
        let aws = AwsConfig::of_any_channel(&mut env);
        env.required("DEAD_LETTER_QUEUE_URL");
        let imei_window_minutes = env
            .optional("IMEI_WINDOW_MINUTES")
            .map(|_| env.number("IMEI_WINDOW_MINUTES", 1..=WINDOW_MINUTES_MAX));
        let unknown_partners = unknown_partners(&mut env);
        env.finish(Self { aws, imei_window_minutes, unknown_partners })
    }
}

impl OrderChangeConfig {
    /// Reads the configuration of the function that relays Amazon's notifications. It rings nobody.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn read(mut env: Environment) -> Result<Self, ConfigError> {
        let aws = aws(&mut env, &[]);
        env.required("DEAD_LETTER_QUEUE_URL");
        let application = env.required("AMAZON_APPLICATION_ID");
        env.finish(Self { aws, application })
    }
}

impl OrdersApiConfig {
    /// Reads the configuration of the function by which people act on orders.
    ///
    /// # Errors
    /// Everything that is missing or wrong.
    pub fn read(mut env: Environment) -> Result<Self, ConfigError> {
        let aws = AwsConfig::of_any_channel(&mut env);
        let seller_claim = seller_claim(&env);
        let calls_max = calls_max(&mut env);
        env.finish(Self { aws, seller_claim, calls_max })
    }
}

/// When the system was started again on a restored table (rule A2). Unit: seconds since 1970 in UTC; 0, or nothing, where it never
/// was.
fn restored_at(env: &mut Environment) -> Option<Moment> {
    env.optional("RESTORED_AT")?;
    let seconds = i64::from(env.number("RESTORED_AT", 0..=u32::MAX));
    (seconds > 0).then(|| Moment::from_millis(seconds.saturating_mul(1_000)))
}

/// The channels that the deployment has paused. A word that is no channel is a fault: a pause that was misspelt would send.
fn paused_channels(env: &mut Environment) -> Vec<Channel> {
    let words = env.optional("PAUSED_CHANNELS").unwrap_or_default();
    let mut paused = Vec::new();
    for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        match word.parse() {
            Ok(channel) => paused.push(channel),
            Err(error) => env.fault(format!("PAUSED_CHANNELS: {error}")),
        }
    }
    paused
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
        let timeout = SignedDuration::from_secs(i64::from(timeout_s));
        let at_once = env.number("SENDER_CONCURRENCY", 1..=CONCURRENCY_MAX);
        let at_once = u16::try_from(at_once).unwrap_or(u16::MAX);
        let restored_at = restored_at(&mut env);
        let is_paused = paused_channels(&mut env).contains(&channel);
        let sender = flows::SenderConfig {
            secret_prefix,
            endpoint,
            timeout,
            at_once,
            restored_at,
            is_paused,
        };
        env.finish(Self { aws, sender })
    }
}
