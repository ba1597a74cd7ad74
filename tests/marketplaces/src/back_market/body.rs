//! Parses the body of an update or a registration, and checks the bounds of every field.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::orders::{LineState, Orderline};
use super::wording::Refusal;

/// Source of this length and the next four: the vendor's description. Unit of all lengths: characters.
const TRACKING_NUMBER_LENGTH_MAX: usize = 200;
const TRACKING_URL_LENGTH_MAX: usize = 300;
const SHIPPER_LENGTH_MAX: usize = 200;
const SERIAL_NUMBER_LENGTH_MAX: usize = 50;
const RETURN_MESSAGE_LENGTH_MAX: usize = 500;
/// Largest length of all other texts. The description names none, so we made this figure up.
const TEXT_LENGTH_MAX: usize = 255;
/// Length of an IMEI. Source: 3GPP TS 23.003, clause 6.2, and the vendor's description.
const IMEI_LENGTH: usize = 15;

/// The states that an update may ask for. Source: a third party's observation of the refusal (unverified).
pub(super) const NEW_STATES: &str = "2,3,4,5,6";

const VAT_TYPES: [&str; 2] = ["REGULAR", "MARGINAL"];

/// A checked `UpdateOrder`.
#[derive(Clone, Debug)]
pub(super) struct OrderUpdate {
    pub(super) order_id: u64,
    pub(super) new_state: LineState,
    pub(super) tracking_number: Option<String>,
    pub(super) tracking_url: Option<String>,
    pub(super) shipper: Option<String>,
    pub(super) date_shipping: Option<String>,
    pub(super) sku: Option<String>,
    pub(super) line: LineUpdate,
}

/// The values of a line that a seller can register once and never change.
#[derive(Clone, Debug)]
pub(super) struct LineUpdate {
    pub(super) imei: Option<String>,
    pub(super) serial_number: Option<String>,
}

impl OrderUpdate {
    /// Parses the body of `POST /ws/orders/{id}`. A refusal has status 400.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let fields = Fields::parse(body, 400)?;
        // The description requires `id`, but has only the property `order_id`, and that is what clients send.
        let order_id = fields.integer("order_id")?;
        let order_id = u64::try_from(order_id)
            .map_err(|error| fields.refuse(format!("order_id {order_id}: {error}")))?;
        let number = fields.integer("new_state")?;
        let new_state = LineState::try_from(number)
            .ok()
            .filter(|state| *state != LineState::Paid)
            .ok_or_else(|| fields.refuse(format!("new_state {number} must be in {NEW_STATES}")))?;
        let date_shipping = fields.text("date_shipping", TEXT_LENGTH_MAX)?;
        if let Some(date) = &date_shipping {
            date.parse::<Timestamp>()
                .map_err(|error| fields.refuse(format!("date_shipping {date}: {error}")))?;
        }
        let tracking_url = fields.text("tracking_url", TRACKING_URL_LENGTH_MAX)?;
        if let Some(url) = &tracking_url
            && !url.starts_with("https://")
            && !url.starts_with("http://")
        {
            return Err(fields.refuse(format!("tracking_url {url} is not a valid URL")));
        }
        if let Some(vat_type) = fields.text("vat_type", TEXT_LENGTH_MAX)?
            && !VAT_TYPES.contains(&vat_type.as_str())
        {
            return Err(fields.refuse(format!("vat_type {vat_type} must be REGULAR or MARGINAL")));
        }
        fields.text("return_message", RETURN_MESSAGE_LENGTH_MAX)?;
        Ok(Self {
            order_id,
            new_state,
            tracking_number: fields.text("tracking_number", TRACKING_NUMBER_LENGTH_MAX)?,
            tracking_url,
            shipper: fields.text("shipper", SHIPPER_LENGTH_MAX)?,
            date_shipping,
            sku: fields.text("sku", TEXT_LENGTH_MAX)?,
            line: fields.line()?,
        })
    }

    /// Whether the update changes the state of this line. `Shipped` applies to all lines that have a next state. Every
    /// other state applies to the lines with the SKU of the update.
    pub(super) fn applies_to(&self, line: &Orderline) -> bool {
        if self.new_state == LineState::Shipped {
            !line.state.next().is_empty()
        } else {
            self.sku.as_deref() == Some(line.sku.as_str())
        }
    }
}

impl LineUpdate {
    /// Parses the body of `PATCH /ws/orderlines/{id}`. A refusal has status 422.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let fields = Fields::parse(body, 422)?;
        let line = fields.line()?;
        if line.imei.is_none() && line.serial_number.is_none() {
            return Err(fields.refuse("imei or serial_number is required"));
        }
        Ok(line)
    }
}

/// A JSON object, and the HTTP status of a refusal of one of its fields.
struct Fields {
    fields: Map<String, Value>,
    status: u16,
}

impl Fields {
    fn parse(body: &[u8], status: u16) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(fields)) => Ok(Self { fields, status }),
            Ok(other) => Err(Refusal::invalid(status, format!("not an object: {other}"))),
            Err(error) => Err(Refusal::invalid(status, format!("JSON parse error: {error}"))),
        }
    }

    fn integer(&self, name: &str) -> Result<i64, Refusal> {
        let value =
            self.fields.get(name).ok_or_else(|| self.refuse(format!("{name} is required")))?;
        value.as_i64().ok_or_else(|| self.refuse(format!("{name} {value} is not an integer")))
    }

    /// Reads an optional text. It refuses null, a blank text and a text that is too long. That Back Market refuses null
    /// is unverified.
    fn text(&self, name: &str, length_max: usize) -> Result<Option<String>, Refusal> {
        let Some(value) = self.fields.get(name) else { return Ok(None) };
        let text =
            value.as_str().ok_or_else(|| self.refuse(format!("{name} {value} is not a string")))?;
        if text.trim().is_empty() {
            return Err(self.refuse(format!("{name} may not be blank")));
        }
        if text.chars().count() > length_max {
            return Err(self.refuse(format!("{name} is longer than {length_max} characters")));
        }
        Ok(Some(text.to_owned()))
    }

    fn line(&self) -> Result<LineUpdate, Refusal> {
        let imei = self.text("imei", IMEI_LENGTH)?;
        if let Some(imei) = &imei
            && !is_imei(imei)
        {
            return Err(self.refuse(format!("imei {imei} is not a valid IMEI")));
        }
        let serial_number = self.text("serial_number", SERIAL_NUMBER_LENGTH_MAX)?;
        // What has an IMEI is told by it. That the real Back Market looks is inferred.
        if let Some(serial_number) = &serial_number
            && is_imei(serial_number)
        {
            return Err(self.refuse(format!("serial_number {serial_number} is an IMEI")));
        }
        Ok(LineUpdate { imei, serial_number })
    }

    fn refuse(&self, message: impl Into<String>) -> Refusal {
        Refusal::invalid(self.status, message)
    }
}

/// Whether a text has 15 digits, of which the last is a Luhn check digit. Source: 3GPP TS 23.003, clause 6.2.
fn is_imei(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|letter| letter.to_digit(10)).collect();
    if digits.len() != IMEI_LENGTH || text.len() != IMEI_LENGTH {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .enumerate()
        .map(|(at, digit)| match (at % 2, digit * 2) {
            (0, _) => *digit,
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_imei_has_fifteen_digits_and_luhn() {
        assert!(is_imei("490154203237518"));
        assert!(is_imei("356938035643809"));
        assert!(!is_imei("490154203237519"));
        assert!(!is_imei("49015420323751"));
        assert!(!is_imei("49015420323751a"));
        assert!(!is_imei("000000000000000 "));
    }
}
