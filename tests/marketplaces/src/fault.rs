//! Faults: how a fake marketplace misbehaves when a test says so. A fault is data. The module `request` carries it out.

use serde::{Deserialize, Serialize};

/// What a request asks for. A fault is for requests of one operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// At Amazon, eBay and Wish: the exchange of a refresh token for an access token. Such a request names no order, so
    /// only [`Target::Any`] matches it.
    Token,
    /// The submission of a confirmation.
    Submit,
    /// A read of an order.
    ReadBack,
    /// At eBay: a read of the order itself. Elsewhere an order is read by [`Self::ReadBack`].
    ReadOrder,
    /// A read of the account, and of no order. Such a request names no order, so only [`Target::Any`] matches it. `UntilGone` has
    /// none, and Groupon's is a [`Self::ReadBack`] like any other.
    Account,
    /// At Back Market: the registration of an IMEI for an order line.
    Imei,
}

/// The orders whose requests a fault is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Every order.
    Any,
    /// The order with this id, as the channel writes the id.
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

/// How many requests a fault is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Times {
    /// The next matching request only.
    #[default]
    Once,
    /// Every matching request from now on. While a fault with [`Self::Once`] also matches, that one comes first.
    Forever,
}

/// One misbehaviour. To handle a request means to check it by the marketplace's rules and, if they allow it, to apply
/// it. So a fault never applies what the rules refuse.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fault {
    /// The marketplace handles and answers the request only after the delay. A caller that stopped waiting reads that
    /// there is no shipment, and later there is one.
    Late {
        /// How long the marketplace waits before it handles the request. Unit: milliseconds.
        delay_ms: u64,
    },
    /// The marketplace handles the request at once, and gives the true answer after the delay.
    SlowAnswer {
        /// How long the marketplace waits before it answers. Unit: milliseconds.
        delay_ms: u64,
    },
    /// The marketplace handles the request at once, and gives another answer than the true one.
    Applied {
        /// What the caller sees.
        answer: Answer,
        /// How long the marketplace waits before it answers. Unit: milliseconds.
        #[serde(default)]
        answer_after_ms: u64,
    },
    /// The marketplace answers at once, and handles the request later.
    AppliedLater {
        /// How long the marketplace waits before it handles the request. Unit: milliseconds.
        after_ms: u64,
        /// What the caller sees, before the marketplace has handled the request.
        answer: Answer,
    },
    /// The marketplace answers, and never handles the request.
    NotApplied {
        /// What the caller sees.
        answer: Answer,
        /// How long the marketplace waits before it answers. Unit: milliseconds.
        #[serde(default)]
        answer_after_ms: u64,
    },
    /// Somebody else ships the order under another number, and then the marketplace handles the request. An order that
    /// the marketplace does not know stays unknown.
    ShippedElsewhere {
        /// The other number, which the marketplace holds before the request.
        tracking_number: String,
    },
}

/// What the caller sees in place of the true answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// The server closes the connection without one byte of an answer.
    HangUp,
    /// 500 in the channel's own shape.
    ServerError,
    /// 503 in the channel's own shape.
    Unavailable,
    /// 429 in the channel's own shape.
    TooManyRequests {
        /// How long the caller should wait. Most channels send it as `Retry-After`, Wish as `wish-rate-limit-reset`. At
        /// Amazon and Back Market no document names such a header. Unit: seconds.
        #[serde(default)]
        retry_after_s: Option<u32>,
    },
    /// 200 with an HTML page.
    NotJson,
    /// 200 with JSON that does not have the channel's shape.
    WrongJson,
    /// The channel's refusal of an order that has already shipped.
    AlreadyShipped,
    /// The channel's refusal of an order that cannot be shipped yet. At Back Market it says that the lines are not
    /// accepted. At Amazon its wording is unverified.
    NotReady,
    /// The channel's refusal of wrong credentials: 401 at most channels, 400 at Wish, 200 at Groupon.
    Unauthorized,
    /// The channel's refusal of an expired access token: 403 at Amazon, 401 at eBay, 400 at Wish. Where tokens do not
    /// expire, the answer is that of [`Self::Unauthorized`].
    TokenExpired,
    /// 403 with an HTML page, as a firewall in front of the marketplace answers.
    Firewall,
    /// Any other answer. The body is sent as HTML if it is a string, else as JSON.
    Custom {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: serde_json::Value,
    },
}

impl Answer {
    /// A success without a word.
    const EMPTY: Self =
        Self::Custom { status: 204, body: serde_json::Value::String(String::new()) };
}

impl Fault {
    /// The marketplace handles the request, and closes the connection without an answer.
    pub fn apply_and_hang_up() -> Self {
        Self::applied(Answer::HangUp)
    }

    /// The marketplace does not handle the request, and closes the connection without an answer.
    pub fn hang_up() -> Self {
        Self::not_applied(Answer::HangUp)
    }

    /// The marketplace handles the request, and at once gives this answer.
    pub fn applied(answer: Answer) -> Self {
        Self::Applied { answer, answer_after_ms: 0 }
    }

    /// The marketplace does not handle the request, and at once gives this answer.
    pub fn not_applied(answer: Answer) -> Self {
        Self::NotApplied { answer, answer_after_ms: 0 }
    }

    /// The marketplace answers as Amazon does to what it took, an empty 204, and never handles the request.
    pub fn taken_and_lost() -> Self {
        Self::not_applied(Answer::EMPTY)
    }

    /// The marketplace answers as Amazon does to what it took, an empty 204, and handles the request only after the delay.
    pub fn taken_and_late(after_ms: u64) -> Self {
        Self::AppliedLater { after_ms, answer: Answer::EMPTY }
    }

    /// The marketplace does not handle the request, and answers 503 after the delay.
    pub fn late_not_applied(answer_after_ms: u64) -> Self {
        Self::NotApplied { answer: Answer::Unavailable, answer_after_ms }
    }

    /// The marketplace does not handle the request, and answers 429 without saying how long to wait.
    pub fn too_many_requests() -> Self {
        Self::not_applied(Answer::TooManyRequests { retry_after_s: None })
    }

    /// The marketplace does not handle the request, and answers 429 with how long to wait.
    pub fn retry_after(seconds: u32) -> Self {
        Self::not_applied(Answer::TooManyRequests { retry_after_s: Some(seconds) })
    }
}

#[derive(Clone, Debug)]
struct WaitingFault {
    target: Target,
    operation: Operation,
    times: Times,
    fault: Fault,
}

/// The faults that wait for matching requests. A fault for one request comes before one for all requests. Among equals
/// the fault that a test set first comes first.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Vec<WaitingFault>,
}

impl Faults {
    pub(crate) fn put(&mut self, target: Target, operation: Operation, times: Times, fault: Fault) {
        self.waiting.push(WaitingFault { target, operation, times, fault });
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// Returns the fault for this request, if one matches. A fault for one request is then removed.
    pub(crate) fn take(&mut self, operation: Operation, order: Option<&str>) -> Option<Fault> {
        let matching = |candidate: &WaitingFault, times| {
            candidate.times == times
                && candidate.operation == operation
                && match &candidate.target {
                    Target::Any => true,
                    Target::Order(order_id) => Some(order_id.as_str()) == order,
                }
        };
        if let Some(at) = self.waiting.iter().position(|candidate| matching(candidate, Times::Once))
        {
            return Some(self.waiting.remove(at).fault);
        }
        self.waiting
            .iter()
            .find(|candidate| matching(candidate, Times::Forever))
            .map(|candidate| candidate.fault.clone())
    }
}
