//! The vendor's own models as validators. Source: amzn/selling-partner-api-models, Apache-2.0, in the fixtures beside
//! this crate.

use std::io;

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

use super::wording::{INVALID_INPUT_SANDBOX, INVALID_ITEM, INVALID_TYPE, MISSING_FIELD, Refusal};

/// Orders v0, Swagger 2.0.
const ORDERS_V0: &str = include_str!("../../../fixtures/amazon/ordersV0.json");

/// The validators this Amazon needs.
#[derive(Debug)]
pub(super) struct Models {
    confirm_shipment: Validator,
}

impl Models {
    pub(super) fn read() -> io::Result<Self> {
        Ok(Self { confirm_shipment: validator(ORDERS_V0, "ConfirmShipmentRequest")? })
    }

    /// Checks a body against `ConfirmShipmentRequest`; the first thing wrong with it is refused.
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

/// A validator for one definition of a Swagger 2.0 document. Its schema objects are those of JSON Schema draft 4.
fn validator(document: &str, definition: &str) -> io::Result<Validator> {
    let document: Value = serde_json::from_str(document)?;
    let schema = json!({
        "$ref": format!("#/definitions/{definition}"),
        "definitions": document.get("definitions"),
    });
    jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true)
        .build(&schema)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))
}
