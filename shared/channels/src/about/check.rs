//! What a person put into a partner's settings and credentials, checked field by field. A refusal names the field and
//! what would be right, and never repeats a secret.

use super::{Field, Shape, about};
use crate::marketplace::{Marketplace, Visitor};
use domain::{Channel, ChannelSettings, Fault, Text};
use serde::Deserialize as _;
use serde_json::{Map, Value};

/// Checks what a partner's settings hold, and makes them.
///
/// # Errors
/// The first field that is missing, unknown or wrong.
pub fn settings(channel: Channel, given: &Map<String, Value>) -> Result<ChannelSettings, Fault> {
    let fields = about(channel).settings;
    names_fit(channel, "settings", fields, given)?;
    let mut whole = given.clone();
    for field in fields {
        let Some(value) = whole.get_mut(field.name) else { continue };
        fits(field, value)?;
        if let Value::String(text) = value {
            *text = text.trim().to_owned();
        }
        if field.shape == Shape::Optional && value.as_str().is_some_and(str::is_empty) {
            whole.remove(field.name);
        }
    }
    crate::visit(channel, Settings(&whole)).map_err(|error| {
        let has_a_type = |field: &&Field| matches!(field.shape, Shape::Checked | Shape::Optional);
        let checked = fields.iter().find(has_a_type);
        let name = checked.map_or("settings", |field| field.name);
        Fault::new(name, error.to_string()).under("settings")
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
pub fn credentials(channel: Channel, given: &Map<String, Value>) -> Result<(), Fault> {
    let fields = about(channel).credentials;
    names_fit(channel, "credentials", fields, given)?;
    let wrong = |name: &str, problem: &str| Fault::new(name, problem).under("credentials");
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
) -> Result<(), Fault> {
    let names = || fields.iter().map(|field| field.name);
    if let Some(unknown) = given.keys().find(|name| fields.iter().all(|field| field.name != **name))
    {
        let problem = format!("{} has no such field", channel.shown());
        let fault = Fault::new(Text::cut(unknown).to_string(), problem);
        return Err(fault.under(of).allowing(names()));
    }
    let is_missing =
        |field: &&Field| field.shape != Shape::Optional && !given.contains_key(field.name);
    match fields.iter().find(is_missing) {
        None => Ok(()),
        Some(field) => {
            let problem = format!("is missing: {}", field.meaning);
            Err(Fault::new(field.name, problem).under(of).allowing(names()))
        }
    }
}

fn fits(field: &Field, value: &Value) -> Result<(), Fault> {
    let wrong = |problem: &str| Fault::new(field.name, problem).under("settings");
    match (field.shape, value) {
        (Shape::OneOf(all), value) => {
            if all.iter().any(|one| value.as_str() == Some(one)) {
                return Ok(());
            }
            Err(wrong("is not one of its values").allowing(all.iter().copied()))
        }
        (Shape::Plain, Value::String(text)) => {
            let text = text.trim();
            if !text.is_empty() && text.len() <= domain::TEXT_MAX && is_plain(text) {
                return Ok(());
            }
            Err(wrong("must be a text of 1 to 200 visible ASCII characters"))
        }
        (Shape::Optional, Value::String(text)) if !is_plain(text) => {
            Err(wrong("must be a text of visible ASCII characters, or left out"))
        }
        (Shape::Checked | Shape::Optional, Value::String(_)) | (Shape::Flag, Value::Bool(_)) => {
            Ok(())
        }
        (Shape::Flag, _) => Err(wrong("must be true or false").allowing(["true", "false"])),
        (Shape::Plain | Shape::Checked | Shape::Optional | Shape::Secret, _) => {
            Err(wrong("must be a text"))
        }
    }
}

/// Whether a text can stand in the head of a request.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
}
