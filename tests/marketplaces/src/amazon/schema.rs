//! Checks a request with our schema, which we wrote after Amazon's model.

use std::io;

use jsonschema::Validator;
use serde_json::Value;

use super::wording::{INVALID_INPUT_SANDBOX, INVALID_ITEM, INVALID_TYPE, MISSING_FIELD, Refusal};

/// The schema of the body of `confirmShipment`.
const CONFIRM_SHIPMENT: &str =
    include_str!("../../../contracts/amazon/confirm-shipment.schema.json");

/// The schemas of the bodies by which an application subscribes.
const CREATE_DESTINATION: &str =
    include_str!("../../../contracts/amazon/create-destination.schema.json");
const CREATE_SUBSCRIPTION: &str =
    include_str!("../../../contracts/amazon/create-subscription.schema.json");

/// The compiled schemas of the fake Amazon.
#[derive(Debug)]
pub(super) struct Schemas {
    confirm_shipment: Validator,
    create_destination: Validator,
    create_subscription: Validator,
}

impl Schemas {
    pub(super) fn read() -> io::Result<Self> {
        Ok(Self {
            confirm_shipment: validator(CONFIRM_SHIPMENT)?,
            create_destination: validator(CREATE_DESTINATION)?,
            create_subscription: validator(CREATE_SUBSCRIPTION)?,
        })
    }

    /// Checks the body of `createDestination`.
    pub(super) fn check_create_destination(&self, body: &Value) -> Result<(), Refusal> {
        unparsable(&self.create_destination, body)
    }

    /// Checks the body of `createSubscription`.
    pub(super) fn check_create_subscription(&self, body: &Value) -> Result<(), Refusal> {
        unparsable(&self.create_subscription, body)
    }

    /// Checks the body of `confirmShipment`. The refusal names the first fault of the body.
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

/// The refusal of a body of the Notifications API. Source of the words: jlevers/selling-partner-api, issue 885; those of the
/// details are unverified.
fn unparsable(schema: &Validator, body: &Value) -> Result<(), Refusal> {
    let Some(error) = schema.iter_errors(body).next() else { return Ok(()) };
    let message = "Request has missing or invalid parameters and cannot be parsed.";
    let details = format!("{} {error}", error.instance_path());
    Err(Refusal::new(400, super::wording::INVALID_INPUT, message, &details))
}

/// Compiles a schema. The validator also checks formats, so it refuses a text that is not a date.
fn validator(schema: &str) -> io::Result<Validator> {
    let schema: Value = serde_json::from_str(schema)?;
    jsonschema::options()
        .should_validate_formats(true)
        .build(&schema)
        .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))
}
