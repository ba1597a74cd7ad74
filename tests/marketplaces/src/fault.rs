//! Faults: how a fake marketplace misbehaves when told to. A fault is data; `play` carries it out.

use serde::{Deserialize, Serialize};

/// What a request asks for, so that a fault can choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// Amazon, eBay: the exchange of a refresh token for an access token. It has no order: only [`Target::Any`] matches.
    Token,
    /// The confirmation of a shipment.
    Submit,
    /// The reading of an order.
    ReadBack,
    /// Back Market: the registration of an IMEI at an order line.
    Imei,
}

/// Whose requests a fault is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Every order's.
    Any,
    /// One order's, as the channel numbers it.
    Order(String),
}

impl From<&str> for Target {
    fn from(order: &str) -> Self {
        Self::Order(order.to_owned())
    }
}

impl From<String> for Target {
    fn from(order: String) -> Self {
        Self::Order(order)
    }
}

impl From<u64> for Target {
    fn from(order: u64) -> Self {
        Self::Order(order.to_string())
    }
}

/// How often a fault is played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Times {
    /// For the next matching request only.
    #[default]
    Once,
    /// For every matching request from now on, after those that are for once.
    Forever,
}

/// One misbehaviour. "Applied" means handled as always: what the rules refuse is still not applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// Handled and answered only after the delay: a caller that stopped waiting reads "absent", and later it is there.
    Late {
        /// Unit: milliseconds.
        delay_ms: u64,
    },
    /// Handled at once, truly answered after the delay.
    SlowAnswer {
        /// Unit: milliseconds.
        delay_ms: u64,
    },
    /// Handled at once, and then something else is answered.
    Applied {
        /// What the caller sees.
        answer: Answer,
        /// Unit: milliseconds.
        #[serde(default)]
        answer_after_ms: u64,
    },
    /// Answered at once, handled later.
    AppliedLater {
        /// Unit: milliseconds.
        after_ms: u64,
        /// What the caller sees, before anything is applied.
        answer: Answer,
    },
    /// Never handled.
    NotApplied {
        /// What the caller sees.
        answer: Answer,
        /// Unit: milliseconds.
        #[serde(default)]
        answer_after_ms: u64,
    },
    /// Somebody shipped the order with another number a moment before; then the request is handled as always. An order
    /// the marketplace does not know stays unknown.
    ShippedElsewhere {
        /// The foreign number that the marketplace holds from now on.
        tracking_number: String,
    },
}

/// What the caller sees in place of the true answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The connection closes without one byte.
    HangUp,
    /// 500 in the channel's own shape.
    ServerError,
    /// 503 in the channel's own shape.
    Unavailable,
    /// 429 in the channel's own shape.
    TooManyRequests {
        /// The `Retry-After` header. Neither channel documents one. Unit: seconds.
        #[serde(default)]
        retry_after_s: Option<u32>,
    },
    /// 200 with a page of HTML.
    NotJson,
    /// 200 with JSON that is not the channel's.
    WrongJson,
    /// The channel's refusal of an order that was shipped before.
    AlreadyShipped,
    /// The channel's refusal of an order that cannot be shipped yet. Back Market: lines not accepted. Amazon: the wording
    /// is unverified.
    NotReady,
    /// 401 in the channel's own shape.
    Unauthorized,
    /// Amazon: 403 for an expired access token; eBay: 401. Back Market's tokens do not expire: 401.
    TokenExpired,
    /// 403 with HTML, as a firewall in front of the marketplace answers.
    Firewall,
    /// Anything else, sent as it is: JSON if the body is not a string, HTML if it is.
    Custom {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: serde_json::Value,
    },
}

impl Fault {
    /// Applied, and the connection closes without an answer.
    pub fn apply_and_hang_up() -> Self {
        Self::applied(Answer::HangUp)
    }

    /// Not applied, and the connection closes without an answer.
    pub fn hang_up() -> Self {
        Self::not_applied(Answer::HangUp)
    }

    /// Applied, answered at once with something else.
    pub fn applied(answer: Answer) -> Self {
        Self::Applied { answer, answer_after_ms: 0 }
    }

    /// Not applied, answered at once.
    pub fn not_applied(answer: Answer) -> Self {
        Self::NotApplied { answer, answer_after_ms: 0 }
    }

    /// Not applied, answered with 503 only after the delay.
    pub fn late_not_applied(answer_after_ms: u64) -> Self {
        Self::NotApplied { answer: Answer::Unavailable, answer_after_ms }
    }

    /// 429 without a hint how long to wait.
    pub fn too_many_requests() -> Self {
        Self::not_applied(Answer::TooManyRequests { retry_after_s: None })
    }

    /// 429 with `Retry-After`.
    pub fn retry_after(seconds: u32) -> Self {
        Self::not_applied(Answer::TooManyRequests { retry_after_s: Some(seconds) })
    }
}

#[derive(Clone, Debug)]
struct Rule {
    target: Target,
    operation: Operation,
    times: Times,
    fault: Fault,
}

/// The faults that wait for their requests: those for once in the order they were given, then the standing ones.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    rules: Vec<Rule>,
}

impl Faults {
    pub(crate) fn put(&mut self, target: Target, operation: Operation, times: Times, fault: Fault) {
        self.rules.push(Rule { target, operation, times, fault });
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// The fault for this request, if any; one that is for once is used up.
    pub(crate) fn take(&mut self, operation: Operation, order: Option<&str>) -> Option<Fault> {
        let matching = |rule: &Rule, times| {
            rule.times == times
                && rule.operation == operation
                && match &rule.target {
                    Target::Any => true,
                    Target::Order(wanted) => Some(wanted.as_str()) == order,
                }
        };
        if let Some(at) = self.rules.iter().position(|rule| matching(rule, Times::Once)) {
            return Some(self.rules.remove(at).fault);
        }
        self.rules.iter().find(|rule| matching(rule, Times::Forever)).map(|rule| rule.fault.clone())
    }
}
