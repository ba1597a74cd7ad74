//! What Amazon's own model says of a request, checked with our schema of it.

use std::io;

use jsonschema::Validator;
use serde_json::Value;

use super::wording::{INVALID_INPUT_SANDBOX, INVALID_ITEM, INVALID_TYPE, MISSING_FIELD, Refusal};

/// The body of `confirmShipment`.
const CONFIRM_SHIPMENT: &str =
    include_str!("../../../contracts/amazon/confirm-shipment.schema.json");

/// The validators this Amazon needs.
#[derive(Debug)]
pub(super) struct Models {
    confirm_shipment: Validator,
}

impl Models {
    pub(super) fn read() -> io::Result<Self> {
        Ok(Self { confirm_shipment: validator(CONFIRM_SHIPMENT)? })
    }

    /// Checks the body of `confirmShipment`; the first thing wrong with it is refused.
    pub(super) fn check_confirm_shipment(&self, body: &Value) -> Result<(), Refusal> {
        let Some(error) = self.confirm_shipment.iter_errors(body).next() else { return Ok(()) };
        let path = error.instance_path().to_string().trim_start_matches('/').replace('/', ".");
        Err(match error.kind().keyword() {
            "format" => Refusal {
                status: 400,
                code: INVALID_INPUT_SANDBOX,
                message: INVALID_INPUT_SANDBOX.to_owned(),
                details: None,
            },
            "required" => Refusal::input(format!("{MISSING_FIELD} [{path}: {error}].")),
            "type" if path.starts_with("packageDetail.orderItems") => Refusal::input(INVALID_ITEM),
            _ => Refusal::input(format!("{INVALID_TYPE} [{path}].")),
        })
    }
}

/// A validator that takes formats for what they are: a date that is none is refused.
fn validator(schema: &str) -> io::Result<Validator> {
    let schema: Value = serde_json::from_str(schema)?;
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))
}
