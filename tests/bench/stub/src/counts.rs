//! Counts the requests to the stub, and what AWS would bill for them.

use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// The service that was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Service {
    /// Amazon `DynamoDB`.
    DynamoDb,
    /// Amazon SQS.
    Sqs,
    /// Amazon `EventBridge`.
    EventBridge,
    /// AWS Secrets Manager.
    SecretsManager,
    /// Amazon's marketplace: the Selling Partner API and its login.
    Amazon,
    /// Back Market.
    BackMarket,
    /// Another marketplace, of the package `marketplaces`.
    OtherMarketplace,
    /// A service that the stub does not play.
    Unknown,
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DynamoDb => "dynamodb",
            Self::Sqs => "sqs",
            Self::EventBridge => "eventbridge",
            Self::SecretsManager => "secretsmanager",
            Self::Amazon => "amazon",
            Self::BackMarket => "back_market",
            Self::OtherMarketplace => "other_marketplace",
            Self::Unknown => "unknown",
        })
    }
}

/// A kind of request: a service and an operation.
///
/// Shape: shown and serialized as `dynamodb:GetItem` or `amazon:POST`. The operation has AWS's own name. At a
/// marketplace it is `token` for a login, and the HTTP method for everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Call {
    /// The service.
    pub service: Service,
    /// The operation.
    pub operation: &'static str,
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.service, self.operation)
    }
}

impl Serialize for Call {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The requests of one kind.
///
/// Bytes are those of HTTP inside of TLS: the first line, the headers and the body. They are computed from the message
/// and not read from the wire. HTTP/1.1 leaves a sender little choice, so they are exact except for unusual spaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Requests {
    /// Number of requests.
    pub count: u64,
    /// Size of all requests. Unit: bytes.
    pub bytes_in: u64,
    /// Size of all answers. Unit: bytes.
    pub bytes_out: u64,
    /// Number of requests that were refused: answered with a status of 400 or more.
    pub refused: u64,
}

/// The requests to the stub since the last count, and what AWS would bill for them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Number of completed TLS handshakes.
    pub connections: u64,
    /// Requests by kind.
    pub requests: BTreeMap<Call, Requests>,
    /// `DynamoDB` reads. Unit: half read units, because an eventually consistent read takes half a unit.
    pub read_half_units: u64,
    /// `DynamoDB` writes, including writes to indexes and writes whose condition failed. Unit: write units.
    pub write_units: u64,
    /// Number of messages that SQS took.
    pub messages: u64,
    /// Number of events that `EventBridge` took.
    pub events: u64,
}

impl Counts {
    /// The requests of one kind.
    pub fn of(&self, service: Service, operation: &str) -> Requests {
        let asked = self.requests.iter();
        let mut of_kind =
            asked.filter(|(call, _)| call.service == service && call.operation == operation);
        of_kind.next().map(|(_, requests)| *requests).unwrap_or_default()
    }

    /// The requests to one service.
    pub fn to(&self, service: Service) -> Requests {
        let asked = self.requests.iter().filter(|(call, _)| call.service == service);
        asked.fold(Requests::default(), |sum, (_, requests)| Requests {
            count: sum.count + requests.count,
            bytes_in: sum.bytes_in + requests.bytes_in,
            bytes_out: sum.bytes_out + requests.bytes_out,
            refused: sum.refused + requests.refused,
        })
    }

    pub(crate) fn add(&mut self, call: Call, (bytes_in, bytes_out): (usize, usize), refused: bool) {
        let requests = self.requests.entry(call).or_default();
        requests.count += 1;
        requests.bytes_in += wide(bytes_in);
        requests.bytes_out += wide(bytes_out);
        requests.refused += u64::from(refused);
    }
}

/// A count of things in memory as `u64`, which it never exceeds.
pub(crate) fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_kept_by_kind_and_shown_by_name() {
        let mut counts = Counts { connections: 1, write_units: 8, ..Counts::default() };
        let call = |operation| Call { service: Service::DynamoDb, operation };
        counts.add(call("GetItem"), (100, 200), false);
        counts.add(call("GetItem"), (101, 201), true);
        counts.add(call("PutItem"), (1, 2), false);
        let gets = Requests { count: 2, bytes_in: 201, bytes_out: 401, refused: 1 };
        assert_eq!(counts.of(Service::DynamoDb, "GetItem"), gets);
        assert_eq!(counts.of(Service::Sqs, "GetItem"), Requests::default());
        assert_eq!(counts.to(Service::DynamoDb).count, 3);
        let shown = serde_json::to_value(&counts).unwrap();
        assert_eq!(shown["requests"]["dynamodb:PutItem"]["bytes_out"], 2);
        assert_eq!(shown["write_units"], 8);
    }
}
