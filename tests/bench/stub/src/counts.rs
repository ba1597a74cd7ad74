//! What was asked of the stub, and what it would have been billed.

use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;

/// Who was called.
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
    /// Nobody the stub plays.
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

/// A kind of request: who was asked, and for what.
///
/// Shape: shown and serialized as `dynamodb:GetItem` or `amazon:POST`. The operation is AWS's own name of it; at a
/// marketplace it is `token` for a login, otherwise the HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Call {
    /// Who.
    pub service: Service,
    /// For what.
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

/// Requests of one kind.
///
/// Bytes are those of HTTP inside of TLS: the first line, the headers and the body, worked out from the message rather
/// than read from the wire. HTTP/1.1 leaves a sender little choice there, so they are exact but for unusual spaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Requests {
    /// How many.
    pub count: u64,
    /// Of the requests. Unit: bytes.
    pub bytes_in: u64,
    /// Of the answers. Unit: bytes.
    pub bytes_out: u64,
    /// How many were refused: answered with a status of 400 or more.
    pub refused: u64,
}

/// What was asked of the stub, and what it would have been billed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// TLS handshakes completed.
    pub connections: u64,
    /// Requests by kind.
    pub requests: BTreeMap<Call, Requests>,
    /// `DynamoDB` reads. Unit: half read units, since an eventually consistent read takes half a one.
    pub read_half_units: u64,
    /// `DynamoDB` writes, those to indexes and those whose condition failed included. Unit: write units.
    pub write_units: u64,
    /// Messages taken by SQS.
    pub messages: u64,
    /// Events taken by `EventBridge`.
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

/// A count of things in memory, of which there are never more than that.
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
