//! Parses the body of a tracking notification, which is a form with JSON in one of its fields, and checks every field.

use serde_json::{Map, Value};

use super::wording::Refusal;

/// The carriers. Source: `ShipWorks`, and for the last one a `PrestaShop` module (third parties: unverified). That
/// Groupon refuses another letter case is unverified.
pub(super) const CARRIERS: [&str; 13] = [
    "ups", "upsmi", "usps", "fedex", "dhl", "ont", "fedexsp", "Fedexhd", "Fexp", "dhlgm", "uspsmm",
    "i-parcel", "glsit",
];

/// The field of the form that holds the JSON.
pub(super) const TRACKING_INFO: &str = "tracking_info";

/// The version of the API that a request calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    V2,
    V4,
}

impl Version {
    /// The name of the field with a line's id in a notification. `get_orders` spells the name of v2 in another way.
    pub(super) fn id_name(self) -> &'static str {
        match self {
            Self::V2 => "ci_lineitem_id",
            Self::V4 => "fulfillment_lineitem_id",
        }
    }
}

/// One of a line's two ids: v2's is a number, v4's is text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum LineId {
    Ci(u64),
    Fulfillment(String),
}

impl LineId {
    /// The id as `non_open_ids` has it. The JSON type there is unverified.
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Ci(number) => Value::from(*number),
            Self::Fulfillment(text) => Value::from(text.as_str()),
        }
    }

    /// The id as text.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Ci(number) => number.to_string(),
            Self::Fulfillment(text) => text.clone(),
        }
    }
}

/// One entry of `tracking_info`.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) carrier: String,
    pub(super) line: LineId,
    pub(super) tracking: String,
    /// How many pieces. Default: all pieces of the line that have not shipped.
    pub(super) quantity: Option<u32>,
}

/// The fields of a form or of a query.
#[derive(Clone, Debug)]
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    pub(super) fn read(pairs: &[u8]) -> Self {
        Self(form_urlencoded::parse(pairs).into_owned().collect())
    }

    /// The value of a field, if the form has the field.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a field that must be there.
    pub(super) fn required(&self, name: &str) -> Result<&str, Refusal> {
        self.get(name).ok_or_else(|| Refusal::new(format!("{name} is missing")))
    }

    /// Refuses unknown and repeated fields. Whether the real Groupon does so is unverified.
    pub(super) fn check(&self, known: &[&str]) -> Result<(), Refusal> {
        for (at, (name, _)) in self.0.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                return Err(Refusal::new(format!("{name} is not a parameter")));
            }
            if self.0.iter().take(at).any(|(before, _)| before == name) {
                return Err(Refusal::new(format!("{name} is there twice")));
            }
        }
        Ok(())
    }

    /// The fields for the record of the submission, without the token.
    pub(super) fn without_token(&self) -> Value {
        let shown = self.0.iter().filter(|(name, _)| name != "token").map(|(name, value)| {
            let json = (name == TRACKING_INFO).then(|| serde_json::from_str(value).ok()).flatten();
            (name.clone(), json.unwrap_or_else(|| Value::from(value.as_str())))
        });
        Value::Object(shown.collect())
    }

    /// The ids of the lines in the form. The form need not be valid: these ids tell which order the submission is
    /// recorded for.
    pub(super) fn line_ids(&self, version: Version) -> Vec<LineId> {
        let info =
            self.get(TRACKING_INFO).and_then(|info| serde_json::from_str::<Value>(info).ok());
        let entries = info.as_ref().and_then(Value::as_array).into_iter().flatten();
        entries.filter_map(|entry| id(version, entry.get(version.id_name())?)).collect()
    }

    /// The entries of `tracking_info`.
    pub(super) fn entries(&self, version: Version) -> Result<Vec<Entry>, Refusal> {
        let info: Value = serde_json::from_str(self.required(TRACKING_INFO)?)
            .map_err(|error| Refusal::new(format!("{TRACKING_INFO} is not JSON: {error}")))?;
        let entries = info.as_array().filter(|entries| !entries.is_empty()).ok_or_else(|| {
            Refusal::new(format!("{TRACKING_INFO} must be an array with entries"))
        })?;
        entries.iter().map(|entry| Entry::read(version, entry)).collect()
    }
}

impl Entry {
    fn read(version: Version, entry: &Value) -> Result<Self, Refusal> {
        let fields = entry
            .as_object()
            .ok_or_else(|| Refusal::new(format!("{TRACKING_INFO} must be an array of objects")))?;
        let known = ["carrier", version.id_name(), "tracking", "quantity"];
        if let Some(name) = fields.keys().find(|name| !known.contains(&name.as_str())) {
            return Err(Refusal::new(format!("{name} is not a field of {TRACKING_INFO}")));
        }
        let carrier = text(fields, "carrier")?;
        if !CARRIERS.contains(&carrier) {
            return Err(Refusal::new(format!("carrier {carrier} is not a carrier")));
        }
        let name = version.id_name();
        let line = fields.get(name).ok_or_else(|| Refusal::new(format!("{name} is missing")))?;
        let line = id(version, line)
            .ok_or_else(|| Refusal::new(format!("{name} {line} has the wrong type")))?;
        let quantity = match fields.get("quantity") {
            None => None,
            Some(value) => Some(quantity(value)?),
        };
        let tracking = text(fields, "tracking")?;
        Ok(Self { carrier: carrier.to_owned(), line, tracking: tracking.to_owned(), quantity })
    }
}

/// Parses a line's id, whose JSON type depends on the version.
fn id(version: Version, value: &Value) -> Option<LineId> {
    match version {
        Version::V2 => value.as_u64().map(LineId::Ci),
        Version::V4 => {
            let text = value.as_str().filter(|text| !text.trim().is_empty())?;
            Some(LineId::Fulfillment(text.to_owned()))
        }
    }
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, Refusal> {
    let value = fields.get(name).ok_or_else(|| Refusal::new(format!("{name} is missing")))?;
    value
        .as_str()
        .filter(|text| !text.trim().is_empty())
        .ok_or_else(|| Refusal::new(format!("{name} must be a text that is not empty")))
}

fn quantity(value: &Value) -> Result<u32, Refusal> {
    let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
    number
        .filter(|number| *number > 0)
        .ok_or_else(|| Refusal::new(format!("quantity {value} must be a number above 0")))
}
