//! AWS's prices, and what an order costs at them.

use crate::Error;
use serde::{Deserialize, Serialize};

/// The price list with its date.
const LIST: &str = include_str!("prices.toml");

/// AWS's list prices.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Prices {
    pub(crate) date: String,
    pub(crate) region: String,
    per_million: PerMillion,
    per_unit: PerUnit,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct PerMillion {
    write_unit: f64,
    read_unit: f64,
    sqs_request: f64,
    invocation: f64,
    event: f64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct PerUnit {
    gigabyte_second: f64,
    log_gigabyte: f64,
}

/// What one order uses of everything that AWS bills.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Usage {
    pub(crate) write_units: f64,
    pub(crate) read_units: f64,
    pub(crate) sqs_requests: f64,
    pub(crate) invocations: f64,
    /// Events put on the bus, by the shipping system and by us.
    pub(crate) events: f64,
    /// Billed time. Unit: ms.
    pub(crate) billed_ms: f64,
    pub(crate) memory_mb: f64,
    pub(crate) log_bytes: f64,
}

/// The bill of a million orders. Unit: USD.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Bill {
    pub(crate) dynamodb: f64,
    pub(crate) sqs: f64,
    pub(crate) lambda: f64,
    pub(crate) eventbridge: f64,
    pub(crate) logs: f64,
}

impl Prices {
    pub(crate) fn read() -> Result<Self, Error> {
        toml::from_str(LIST).map_err(|error| Error::Prices(error.to_string()))
    }

    /// The bill of a million orders that each use this much.
    pub(crate) fn bill(&self, usage: Usage) -> Bill {
        let million = self.per_million;
        let gigabyte_seconds = usage.billed_ms / 1e3 * usage.memory_mb / 1_024.0;
        Bill {
            dynamodb: usage.write_units * million.write_unit + usage.read_units * million.read_unit,
            sqs: usage.sqs_requests * million.sqs_request,
            lambda: usage.invocations * million.invocation
                + gigabyte_seconds * self.per_unit.gigabyte_second * 1e6,
            eventbridge: usage.events * million.event,
            logs: usage.log_bytes * 1e6 / 1e9 * self.per_unit.log_gigabyte,
        }
    }
}

impl Bill {
    pub(crate) fn total(self) -> f64 {
        self.dynamodb + self.sqs + self.lambda + self.eventbridge + self.logs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The usual design of the field is quoted with 21.4 write units an order, which cost 13.4 dollars a million.
    #[test]
    fn a_bill_is_units_by_prices() {
        let prices = Prices::read().unwrap();
        let usage = Usage { write_units: 21.4, ..Usage::default() };
        assert!((prices.bill(usage).total() - 13.375).abs() < 1e-9);
        let usage = Usage { billed_ms: 8_000.0, memory_mb: 128.0, ..Usage::default() };
        assert!((prices.bill(usage).lambda - 13.3334).abs() < 1e-9);
        let usage = Usage { log_bytes: 12_000.0, ..Usage::default() };
        assert!((prices.bill(usage).logs - 6.0).abs() < 1e-9);
        let usage = Usage {
            read_units: 6.0,
            sqs_requests: 9.0,
            invocations: 3.0,
            events: 3.0,
            ..Usage::default()
        };
        assert!((prices.bill(usage).total() - (0.75 + 3.6 + 0.6 + 3.0)).abs() < 1e-9);
    }
}
