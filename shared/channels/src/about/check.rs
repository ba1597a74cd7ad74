//! What a person put into a partner's settings and credentials, checked field by field. A refusal names the field and
//! what would be right, and never repeats a secret.

use super::{Field, Shape, about};
use crate::marketplace::{Marketplace, Visitor};
use domain::{Channel, ChannelSettings, Text};
use serde::Deserialize as _;
use serde_json::{Map, Value};

/// A field, or a name beside the fields, that is not what it must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Unfit {
    /// The name.
    pub field: String,
    /// What is wrong with it. Never repeats a secret.
    pub problem: String,
    /// What would be right.
    pub allowed: Vec<String>,
}

/// Checks what a partner's settings hold, and makes them.
///
/// # Errors
/// The first field that is missing, unknown or wrong.
pub fn settings(channel: Channel, given: &Map<String, Value>) -> Result<ChannelSettings, Unfit> {
    let fields = about(channel).settings;
    names_fit(channel, "settings", fields, given)?;
    let mut whole = given.clone();
    for field in fields {
        let Some(value) = whole.get_mut(field.name) else { continue };
        fits(field, value)?;
        if let Value::String(text) = value {
            *text = text.trim().to_owned();
        }
    }
    crate::visit(channel, Settings(&whole)).map_err(|error| {
        let checked = fields.iter().find(|field| field.shape == Shape::Checked);
        let name = checked.map_or("settings", |field| field.name);
        Unfit { field: format!("settings.{name}"), problem: error.to_string(), allowed: Vec::new() }
    })?;
    Ok(ChannelSettings::new(channel, whole))
}

/// Reads fields as the channel's own settings.
struct Settings<'a>(&'a Map<String, Value>);

impl Visitor for Settings<'_> {
    type Output = Result<(), serde_json::Error>;

    fn visit<M: Marketplace>(self) -> Self::Output {
        M::Settings::deserialize(self.0).map(drop)
    }
}

/// Reads fields as the channel's own credentials.
struct Credentials<'a>(&'a Map<String, Value>);

impl Visitor for Credentials<'_> {
    type Output = Result<(), serde_json::Error>;

    fn visit<M: Marketplace>(self) -> Self::Output {
        M::Credentials::deserialize(self.0).map(drop)
    }
}

/// Checks what a partner's secret is to hold.
///
/// # Errors
/// The first field that is missing, unknown or wrong; never its value.
pub fn credentials(channel: Channel, given: &Map<String, Value>) -> Result<(), Unfit> {
    let fields = about(channel).credentials;
    names_fit(channel, "credentials", fields, given)?;
    let wrong = |name: &str, problem: &str| Unfit {
        field: format!("credentials.{name}"),
        problem: problem.to_owned(),
        allowed: Vec::new(),
    };
    for field in fields {
        let text = given.get(field.name).and_then(Value::as_str).map(str::trim).unwrap_or_default();
        if text.is_empty() || text.len() > SECRET_MAX || !is_plain(text) {
            return Err(wrong(field.name, "must be a text of 1 to 4,096 visible ASCII characters"));
        }
    }
    crate::visit(channel, Credentials(given)).map_err(|error| {
        // By our own types: the name, a colon, and what it must be.
        let said = error.to_string();
        let (name, problem) = said.split_once(": ").unwrap_or(("", &said));
        wrong(name, problem)
    })
}

/// Longest text of a secret, in characters. Tokens of these marketplaces have up to about 2,000.
const SECRET_MAX: usize = 4_096;

fn names_fit(
    channel: Channel,
    of: &str,
    fields: &[Field],
    given: &Map<String, Value>,
) -> Result<(), Unfit> {
    let names = || fields.iter().map(|field| field.name.to_owned()).collect::<Vec<_>>();
    if let Some(unknown) = given.keys().find(|name| fields.iter().all(|field| field.name != **name))
    {
        let problem = format!("{} has no such field", channel.shown());
        let field = format!("{of}.{}", Text::cut(unknown));
        return Err(Unfit { field, problem, allowed: names() });
    }
    match fields.iter().find(|field| !given.contains_key(field.name)) {
        None => Ok(()),
        Some(field) => {
            let problem = format!("is missing: {}", field.meaning);
            Err(Unfit { field: format!("{of}.{}", field.name), problem, allowed: names() })
        }
    }
}

fn fits(field: &Field, value: &Value) -> Result<(), Unfit> {
    let unfit = |problem: &str, allowed: Vec<String>| {
        let field = format!("settings.{}", field.name);
        Err(Unfit { field, problem: problem.to_owned(), allowed })
    };
    match (field.shape, value) {
        (Shape::OneOf(all), value) => {
            if all.iter().any(|one| value.as_str() == Some(one)) {
                return Ok(());
            }
            unfit("is not one of its values", all.iter().map(|one| (*one).to_owned()).collect())
        }
        (Shape::Plain, Value::String(text)) => {
            let text = text.trim();
            if !text.is_empty() && text.len() <= domain::TEXT_MAX && is_plain(text) {
                return Ok(());
            }
            unfit("must be a text of 1 to 200 visible ASCII characters", Vec::new())
        }
        (Shape::Checked, Value::String(_)) | (Shape::Flag, Value::Bool(_)) => Ok(()),
        (Shape::Flag, _) => {
            unfit("must be true or false", vec!["true".to_owned(), "false".to_owned()])
        }
        (Shape::Plain | Shape::Checked | Shape::Secret, _) => unfit("must be a text", Vec::new()),
    }
}

/// Whether a text can stand in the head of a request.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}
