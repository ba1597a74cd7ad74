//! Bodies. A body is an object of known fields and no others, so a misspelt field is refused by its name and not ignored. It
//! is read by hand, because a derived reader repeats a wrong value, which may be an IMEI or a secret.

use crate::problem::Problem;
use crate::request::Call;
use domain::{Text, whole_number};
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};
use std::fmt;

/// The longest reason, and the longest evidence. With who and what it fits into one line of a timeline. Unit: characters.
pub(crate) const REASON_MAX: usize = 120;

/// All counts are less than this. A number of more than 18 digits is not exact in every reader of JSON.
const COUNT_END: u64 = 1_000_000_000_000_000_000;

/// The fields of a body, or of an object in it.
pub(crate) struct Fields {
    /// Where the object is: empty for the body, and `packages[2].` for an object of a list.
    path: String,
    fields: Map<String, Value>,
}

/// Reads the body of a call. Its fields must be among the known ones.
pub(crate) fn read(call: &Call, known: &[&'static str]) -> Result<Fields, Problem> {
    let body = call.json()?;
    let Once(fields) = serde_json::from_slice(body).map_err(|error| {
        // The place in the text does not help whoever sent an object, and what came in its place may be an IMEI.
        let said = error.to_string();
        let said = said.split(" at line ").next().unwrap_or(&said);
        let problem = match said {
            _ if body.is_empty() => "is empty".to_owned(),
            _ if !error.is_data() => format!("is not JSON ({said})"),
            said if said.starts_with("invalid type") => "is not an object".to_owned(),
            said => said.to_owned(),
        };
        Problem::wrong("body", &problem).allowing(&["one JSON object, each field once"])
    })?;
    Fields::of(String::new(), fields, known)
}

/// An object that has no field twice, since nobody could know which of the two is meant.
struct Once(Map<String, Value>);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Once;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Once, A::Error> {
                let mut fields = Map::new();
                while let Some((name, value)) = entries.next_entry::<String, Value>()? {
                    if fields.insert(name, value).is_some() {
                        return Err(A::Error::custom("a field is there twice"));
                    }
                }
                Ok(Once(fields))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

impl Fields {
    fn of(
        path: String,
        fields: Map<String, Value>,
        known: &[&'static str],
    ) -> Result<Self, Problem> {
        match fields.keys().find(|name| !known.contains(&name.as_str())) {
            Some(unknown) => {
                let name = format!("{path}{}", Text::cut(unknown));
                Err(Problem::wrong(&name, "is not a field of this").allowing(known))
            }
            None => Ok(Self { path, fields }),
        }
    }

    /// The problem of one of its fields.
    pub(crate) fn wrong(&self, name: &str, problem: &str) -> Problem {
        Problem::wrong(&format!("{}{name}", self.path), problem)
    }

    /// The text of a field. `None` where the field is absent.
    pub(crate) fn optional(&self, name: &str) -> Result<Option<&str>, Problem> {
        match self.fields.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.wrong(name, "must be a text")),
        }
    }

    /// The text of a field that must be there.
    pub(crate) fn text(&self, name: &str) -> Result<&str, Problem> {
        self.optional(name)?.ok_or_else(|| self.wrong(name, "is missing"))
    }

    /// A flag. It is not set where the field is absent.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Problem> {
        match self.fields.get(name) {
            None => Ok(false),
            Some(Value::Bool(is_so)) => Ok(*is_so),
            Some(_) => Err(self.wrong(name, "must be true or false").allowing(&["true", "false"])),
        }
    }

    /// A count. `None` where the field is absent.
    pub(crate) fn count(&self, name: &str) -> Result<Option<u64>, Problem> {
        let right = ["a whole number of at most 18 digits"];
        match self.fields.get(name) {
            None => Ok(None),
            Some(value) => whole_number(value)
                .filter(|count| *count < COUNT_END)
                .map(Some)
                .ok_or_else(|| self.wrong(name, "must be a count").allowing(&right)),
        }
    }

    /// A text that a person wrote. It must be there.
    pub(crate) fn words(&self, name: &str, chars_max: usize) -> Result<Text, Problem> {
        let text = self.text(name)?;
        let right = format!("a text of 1 to {chars_max} characters");
        if text.chars().count() > chars_max {
            return Err(self.wrong(name, "is too long").allowing(&[&right]));
        }
        Text::try_from(text.to_owned())
            .map_err(|empty| self.wrong(name, &empty.to_string()).allowing(&[&right]))
    }

    /// An object, whose own fields the caller looks at. `None` where the field is absent.
    pub(crate) fn object(&self, name: &str) -> Result<Option<&Map<String, Value>>, Problem> {
        match self.fields.get(name) {
            None => Ok(None),
            Some(Value::Object(fields)) => Ok(Some(fields)),
            Some(_) => Err(self.wrong(name, "must be an object")),
        }
    }

    /// The value of a field. `None` where the field is absent.
    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.fields.get(name)
    }

    /// An object, whose fields must be among the known ones. `None` where the field is absent.
    pub(crate) fn nested(
        &self,
        name: &str,
        known: &[&'static str],
    ) -> Result<Option<Self>, Problem> {
        let path = format!("{}{name}.", self.path);
        self.object(name)?.map(|fields| Self::of(path, fields.clone(), known)).transpose()
    }

    /// Whether a field is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// A list of so many values. It must be there.
    pub(crate) fn list(
        &self,
        name: &str,
        count: std::ops::RangeInclusive<usize>,
    ) -> Result<&[Value], Problem> {
        match self.fields.get(name) {
            None => Err(self.wrong(name, "is missing")),
            Some(Value::Array(values)) if count.contains(&values.len()) => Ok(values),
            Some(Value::Array(_)) => Err(self
                .wrong(name, "has too few or too many")
                .allowing(&[&format!("{} to {}", count.start(), count.end())])),
            Some(_) => Err(self.wrong(name, "must be a list")),
        }
    }

    /// A list of so many objects, whose fields must be among the known ones. It must be there.
    pub(crate) fn objects(
        &self,
        name: &str,
        count: std::ops::RangeInclusive<usize>,
        known: &[&'static str],
    ) -> Result<Vec<Self>, Problem> {
        let values = self.list(name, count)?.iter().enumerate();
        let object = |(place, value): (usize, &Value)| match value {
            Value::Object(fields) => {
                Self::of(format!("{}{name}[{place}].", self.path), fields.clone(), known)
            }
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Err(self.wrong(&format!("{name}[{place}]"), "must be an object")),
        };
        values.map(object).collect()
    }

    /// The full name of a field, with where it is.
    pub(crate) fn named(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }
}
