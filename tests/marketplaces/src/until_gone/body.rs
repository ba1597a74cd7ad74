//! Checks the body of a webhook by our contract, and then parses it.

use std::collections::BTreeSet;
use std::io;

use jsonschema::Validator;
use serde::Deserialize;
use serde_json::Value;

use super::UntilGoneItem;
use super::wording::Refusal;

const SCHEMA: &str = include_str!("../../../contracts/until_gone/shipment.confirmed.schema.json");

/// The compiled schema of our contract.
#[derive(Debug)]
pub(super) struct Contract {
    shipment_confirmed: Validator,
}

/// The body of a `shipment.confirmed` webhook.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ShipmentConfirmed {
    timestamp: String,
    pub(super) data: Shipment,
}

/// A package that has shipped.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Shipment {
    pub(super) order_id: String,
    pub(super) package_id: String,
    pub(super) tracking_number: String,
    pub(super) carrier: String,
    pub(super) service: String,
    pub(super) tracking_url: Option<String>,
    pub(super) shipped_at: String,
    pub(super) items: Vec<Line>,
}

/// A line of the order, with the pieces that are in the package.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Line {
    pub(super) item_id: String,
    pub(super) quantity: u32,
}

impl Contract {
    pub(super) fn read() -> io::Result<Self> {
        let schema: Value = serde_json::from_str(SCHEMA)?;
        let shipment_confirmed = jsonschema::options()
            .should_validate_formats(true)
            .build(&schema)
            .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
        Ok(Self { shipment_confirmed })
    }

    /// Parses a body that keeps the contract. The refusal names the first fault of the body by its path.
    pub(super) fn parse(&self, body: &[u8]) -> Result<ShipmentConfirmed, Refusal> {
        let value: Value = serde_json::from_slice(body)
            .map_err(|error| Refusal::invalid(format!("not JSON: {error}")))?;
        if let Some(error) = self.shipment_confirmed.iter_errors(&value).next() {
            let path = error.instance_path().to_string().trim_start_matches('/').replace('/', ".");
            return Err(Refusal::invalid(format!("{path}: {error}")));
        }
        let webhook: ShipmentConfirmed =
            serde_json::from_value(value).map_err(|error| Refusal::invalid(error.to_string()))?;
        webhook.check()?;
        Ok(webhook)
    }
}

impl ShipmentConfirmed {
    /// Checks the rules of the contract that its schema cannot state.
    fn check(&self) -> Result<(), Refusal> {
        if self.timestamp != self.data.shipped_at {
            return Err(Refusal::invalid("timestamp: must be data.shipped_at"));
        }
        let mut lines = BTreeSet::new();
        match self.data.items.iter().find(|line| !lines.insert(line.item_id.as_str())) {
            Some(repeated) => {
                Err(Refusal::invalid(format!("data.items: {} is listed twice", repeated.item_id)))
            }
            None => Ok(()),
        }
    }
}

impl Shipment {
    pub(super) fn items(&self) -> Vec<UntilGoneItem> {
        let item =
            |line: &Line| UntilGoneItem { item_id: line.item_id.clone(), quantity: line.quantity };
        self.items.iter().map(item).collect()
    }
}

/// The order id in a body, or an empty text. The body need not be valid, because the record of submissions and the
/// faults go by this id even if the receiver refuses the webhook.
pub(super) fn order_id_of(body: &[u8]) -> String {
    let value: Value = serde_json::from_slice(body).unwrap_or_default();
    value.pointer("/data/order_id").and_then(Value::as_str).unwrap_or_default().to_owned()
}
