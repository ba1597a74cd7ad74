//! Reading the fields of an event, one at a time: each refusal names the field, what came, and what would be right.

use super::once_each::OnceEach;
use crate::{
    CarrierStatus, Fault, ItemId, LabelId, Moment, OrderId, PackageId, PartnerId, Phone, SellerId,
    Serial, SupplySourceId, Text, TrackingNumber,
};
use serde_json::{Map, Value};

/// What one field may hold.
pub(super) trait Field: Sized {
    /// What would be right, for a refusal.
    const ALLOWED: &'static str;

    /// Reads it.
    ///
    /// # Errors
    /// What is wrong with the value, in words that follow the field's name.
    fn of(value: Value) -> Result<Self, String>;
}

/// The fields of one object that are not read yet.
pub(super) struct Fields {
    path: String,
    values: Map<String, Value>,
    left_out: Vec<Fault>,
}

impl Fields {
    /// Takes an object apart. `path` is where it stands in the event.
    ///
    /// # Errors
    /// When it is no object, or has a field twice.
    pub(super) fn of(value: Value, path: impl Into<String>, allowed: &str) -> Result<Self, Fault> {
        let path = path.into();
        match value {
            Value::Object(values) => Ok(Self { path, values, left_out: Vec::new() }),
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)) => {
                Err(Fault::new(path, format!("is {}, not an object", came(&other)))
                    .allowing([allowed]))
            }
        }
    }

    /// Reads the text of an event.
    ///
    /// # Errors
    /// When it is not JSON, is no object, or has a field twice.
    pub(super) fn read(json: &str, allowed: &str) -> Result<Self, Fault> {
        let fault = |problem: String| Fault::new("body", problem).allowing([allowed]);
        let OnceEach(value) = serde_json::from_str(json).map_err(|error| {
            let whole = without_long_numbers(&error.to_string());
            let words = Text::cut(whole.split(" at line ").next().unwrap_or_default());
            let is_json = error.is_data();
            fault(if is_json { words.to_string() } else { format!("is not JSON ({words})") })
        })?;
        match value {
            Value::Object(values) => Ok(Self { path: String::new(), values, left_out: Vec::new() }),
            other @ (Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_)) => Err(fault(format!("is {}, not an object", came(&other)))),
        }
    }

    /// Where a field of it stands.
    pub(super) fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A field that must be there.
    ///
    /// # Errors
    /// When it is missing, or cannot be read.
    pub(super) fn required<T: Field>(&mut self, name: &str) -> Result<T, Fault> {
        match self.taken(name) {
            Some(value) => self.parsed(name, value),
            None => Err(self.fault(name, "is missing", T::ALLOWED)),
        }
    }

    /// A field that may be left out, and that decides something where it is there.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub(super) fn optional<T: Field>(&mut self, name: &str) -> Result<Option<T>, Fault> {
        self.taken(name).map(|value| self.parsed(name, value)).transpose()
    }

    /// A field that decides nothing: what cannot be read of it is left out, and the event counts all the same (rule L11).
    pub(super) fn spare<T: Field>(&mut self, name: &str) -> Option<T> {
        let value = self.taken(name).filter(|value| !is_blank(value))?;
        match self.parsed(name, value) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.left_out.push(fault);
                None
            }
        }
    }

    /// Whether a field is there and says something.
    pub(super) fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| !value.is_null())
    }

    /// An object in one of its fields.
    ///
    /// # Errors
    /// When it is missing, or no object.
    pub(super) fn object(&mut self, name: &str, allowed: &str) -> Result<Self, Fault> {
        let path = self.path(name);
        match self.taken(name) {
            Some(value) => Self::of(value, path, allowed),
            None => Err(Fault::new(path, "is missing").allowing([allowed])),
        }
    }

    /// Takes over what was left out of an object in it.
    pub(super) fn leaves_out(&mut self, faults: Vec<Fault>) {
        self.left_out.extend(faults);
    }

    /// What was left out so far.
    pub(super) fn left_out(self) -> Vec<Fault> {
        self.left_out
    }

    /// The entries of a list that must be there, each with its path.
    ///
    /// # Errors
    /// When it is missing, or no list.
    pub(super) fn entries(
        &mut self,
        name: &str,
        allowed: &str,
    ) -> Result<Vec<(String, Value)>, Fault> {
        self.list(name, allowed, |other| format!("is {}, not a list", came(other)))
    }

    /// The entries of a list that must be there, where no refusal may show what came: it may be an IMEI (rule I8).
    ///
    /// # Errors
    /// When it is missing, or no list.
    pub(super) fn unshown_entries(
        &mut self,
        name: &str,
        allowed: &str,
    ) -> Result<Vec<(String, Value)>, Fault> {
        self.list(name, allowed, |_other| "is not a list of texts".to_owned())
    }

    fn list(
        &mut self,
        name: &str,
        allowed: &str,
        problem: impl Fn(&Value) -> String,
    ) -> Result<Vec<(String, Value)>, Fault> {
        let path = self.path(name);
        match self.taken(name) {
            Some(Value::Array(entries)) => {
                let placed = entries.into_iter().enumerate();
                Ok(placed.map(|(place, entry)| (format!("{path}[{place}]"), entry)).collect())
            }
            Some(other) => Err(self.fault(name, problem(&other), allowed)),
            None => Err(self.fault(name, "is missing", allowed)),
        }
    }

    /// A fault of one of its fields.
    pub(super) fn fault(&self, name: &str, problem: impl Into<String>, allowed: &str) -> Fault {
        Fault::new(self.path(name), problem).allowing([allowed])
    }

    /// A field that says nothing is as good as absent.
    fn taken(&mut self, name: &str) -> Option<Value> {
        self.values.remove(name).filter(|value| !value.is_null())
    }

    fn parsed<T: Field>(&self, name: &str, value: Value) -> Result<T, Fault> {
        T::of(value).map_err(|problem| self.fault(name, problem, T::ALLOWED))
    }
}

fn is_blank(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// What came, in the words of a refusal. A value that may be an IMEI is masked (rule I8).
pub(super) fn came(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => {
            format!("the number {}", without_long_numbers(&number.to_string()))
        }
        Value::String(text) => quoted(text),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

fn quoted(text: &str) -> String {
    format!("`{}`", without_long_numbers(Text::cut(text).as_str()))
}

/// Masks what may be an IMEI: an IMEI is personal data wherever it stands (rule I8).
fn without_long_numbers(text: &str) -> String {
    let digits = |run: &str| run.chars().filter(char::is_ascii_digit).count();
    let is_of_number = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '-' | '.');
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, run) = rest.split_at(start);
        let (run, after) = run.split_at(run.find(|c| !is_of_number(c)).unwrap_or(run.len()));
        masked.push_str(before);
        masked.push_str(if digits(run) < IMEI_DIGITS_MIN { run } else { "(a long number)" });
        rest = after;
    }
    masked.push_str(rest);
    masked
}

/// An IMEI without its check digit. Source: 3GPP TS 23.003, clause 6.2.
const IMEI_DIGITS_MIN: usize = 14;

/// A whole number, also one that is written as `7.0`: in JSON both are integers.
pub fn whole_number(value: &Value) -> Option<u64> {
    let written = value.as_number()?.to_string();
    written.strip_suffix(".0").unwrap_or(&written).parse().ok()
}

/// The text in a value.
pub(super) fn text(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text),
        other @ (Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Array(_)
        | Value::Object(_)) => Err(format!("is {}, not a text", came(&other))),
    }
}

const ID: &str = "a text of 1 to 64 letters, digits, `-`, `_` or `.`";
const SOURCE_ID: &str = "a text of 1 to 64 characters that can be seen, with blanks inside";

macro_rules! ids {
    ($($name:ty: $allowed:expr),* $(,)?) => {$(
        impl Field for $name {
            const ALLOWED: &'static str = $allowed;

            fn of(value: Value) -> Result<Self, String> {
                let came = came(&value);
                let text = text(value)?;
                Self::try_from(text).map_err(|error| format!("{came} is {error}"))
            }
        }
    )*};
}

ids!(SellerId: ID, PartnerId: ID, OrderId: ID, ItemId: ID);

macro_rules! source_ids {
    ($($name:ty),*) => {$(
        impl Field for $name {
            const ALLOWED: &'static str = SOURCE_ID;

            fn of(value: Value) -> Result<Self, String> {
                Self::try_from(text(value)?).map_err(|error| error.to_string())
            }
        }
    )*};
}

source_ids!(PackageId, LabelId, SupplySourceId);

impl Field for TrackingNumber {
    const ALLOWED: &'static str = "one tracking number of 5 to 40 letters and digits, at least 4 of them digits; blanks, \
                                   dashes and `/ * . : + _` may stand in it";

    fn of(value: Value) -> Result<Self, String> {
        Self::try_from(text(value)?).map_err(|error| error.to_string())
    }
}

impl Field for Text {
    const ALLOWED: &'static str = "a text that is not empty";

    fn of(value: Value) -> Result<Self, String> {
        Self::try_from(text(value)?).map_err(|error| error.to_string())
    }
}

impl Field for Moment {
    const ALLOWED: &'static str = "an RFC 3339 time with an offset, such as 2026-11-23T15:04:05Z";

    fn of(value: Value) -> Result<Self, String> {
        let text = text(value)?;
        // What the parser says of it is left out: it may repeat the whole text.
        text.parse().ok().ok_or_else(|| format!("{} is not a time with an offset", quoted(&text)))
    }
}

impl Field for CarrierStatus {
    const ALLOWED: &'static str = "picked_up, in_transit, out_for_delivery, available_for_pickup, delivery_attempted, \
                                   delivered, returned, label_created, pickup_requested, pre_transit, exception, \
                                   cancelled, unknown";

    fn of(value: Value) -> Result<Self, String> {
        let text = text(value)?;
        text.parse().ok().ok_or_else(|| format!("{} is not a status", quoted(&text)))
    }
}

impl Field for bool {
    const ALLOWED: &'static str = "true or false";

    fn of(value: Value) -> Result<Self, String> {
        value.as_bool().ok_or_else(|| format!("is {}, not true or false", came(&value)))
    }
}

/// A text that is never shown: it may be an IMEI.
impl Field for Phone {
    const ALLOWED: &'static str = "a list of 0 to 100 texts of 15 digits each, the last a valid check digit; two IMEIs of one \
                                   phone in one text, parted by a slash";

    fn of(value: Value) -> Result<Self, String> {
        let Value::String(text) = value else { return Err("is not a text".to_owned()) };
        Self::try_from(text).map_err(|error| error.to_string())
    }
}

/// A text that is never shown, as an IMEI is not.
impl Field for Serial {
    const ALLOWED: &'static str =
        "a list of 0 to 100 texts of 1 to 50 letters and digits each, with `-`, `/` and `.`";

    fn of(value: Value) -> Result<Self, String> {
        let Value::String(text) = value else { return Err("is not a text".to_owned()) };
        Self::try_from(text).map_err(|error| error.to_string())
    }
}
