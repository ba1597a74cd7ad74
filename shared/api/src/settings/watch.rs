//! The settings of what waits, beside the timing: the warning before a ship-by (rule S2), the silence after which people are told
//! (rule S4), and what a confirmation waits for under assigned timing (rule S10). What is wrong is refused with the field, what
//! came, and what would be right.

use crate::body::Fields;
use crate::problem::Problem;
use domain::{
    Days, Deadline, DeadlineAction, Partner, SendAfter, SendAfterChange, SettingsChange,
    SilentHours, Text, TimeOfDay, whole_number,
};
use serde_json::{Value, json};

/// The fields of the settings that are read here.
pub(crate) const FIELDS: [&str; 3] = ["deadline", "silent_hours", "send_after"];

/// What stands for a silence that is not told, and for a confirmation that waits for nothing.
const OFF: &str = "off";

/// The change with what the body asks for of these settings. What is left out stays as it is.
pub(crate) fn asked(put: &Fields, change: SettingsChange) -> Result<SettingsChange, Problem> {
    Ok(SettingsChange {
        deadline: deadline(put)?,
        silent_hours: silent_hours(put)?,
        send_after: send_after(put)?,
        ..change
    })
}

/// The hours are the standard ones where they are left out, and people are warned.
fn deadline(put: &Fields) -> Result<Option<Deadline>, Problem> {
    let Some(given) = object(put, "deadline", &["warn_hours", "action"], "an object")? else {
        return Ok(None);
    };
    let standard = Deadline::STANDARD;
    let right = "a whole number of hours from 1 to 72";
    let warn_hours = hours(&given, "warn_hours", right)?;
    let action = match given.value("action") {
        None => standard.action(),
        Some(Value::String(name)) => name.parse::<DeadlineAction>()?,
        Some(other) => {
            let names = DeadlineAction::ALL.map(DeadlineAction::name);
            return Err(came(&given, "action", other).allowing(&names));
        }
    };
    Ok(Some(Deadline::new(warn_hours.unwrap_or_else(|| u64::from(standard.warn_hours())), action)?))
}

fn silent_hours(put: &Fields) -> Result<Option<SilentHours>, Problem> {
    match put.value("silent_hours") {
        None => Ok(None),
        Some(Value::String(word)) if word == OFF => Ok(Some(SilentHours::OFF)),
        Some(_) => {
            let right = "a whole number of hours from 6 to 240";
            let given = hours(put, "silent_hours", right);
            let given = given.map_err(|wrong| wrong.allowing(&[right, OFF]))?;
            given.map(SilentHours::new).transpose().map_err(Problem::from)
        }
    }
}

fn send_after(put: &Fields) -> Result<Option<SendAfterChange>, Problem> {
    if matches!(put.value("send_after"), Some(Value::String(word)) if word == OFF) {
        return Ok(Some(SendAfterChange::Off));
    }
    let names = ["hours", "earliest", "days"];
    let Some(given) = object(put, "send_after", &names, "an object, or off")? else {
        return Ok(None);
    };
    let after = hours(&given, "hours", "a whole number of hours from 0 to 120")?;
    let earliest = match given.value("earliest") {
        None => None,
        Some(Value::String(time)) => Some(time.parse::<TimeOfDay>()?),
        Some(other) => {
            return Err(
                came(&given, "earliest", other).allowing(&["00:00 to 23:59, such as 09:30"])
            );
        }
    };
    let to = SendAfter::new(after.unwrap_or_default(), earliest, days(&given)?)?;
    if to.hours() == 0 && !to.needs_zone() {
        let right = ["hours from 1 to 120", "earliest", "days", OFF];
        return Err(put.wrong("send_after", "waits for nothing").allowing(&right));
    }
    Ok(Some(SendAfterChange::To(to)))
}

/// The days of the week that are named; every day where none is.
fn days(given: &Fields) -> Result<Days, Problem> {
    let wrong = |other: &Value| {
        let right = "a list of days: mon, tue, wed, thu, fri, sat, sun";
        came(given, "days", other).allowing(&[right])
    };
    match given.value("days") {
        None => Ok(Days::ALL),
        Some(Value::Array(values)) => {
            let name =
                |value: &Value| value.as_str().map(str::to_owned).ok_or_else(|| wrong(value));
            let names = values.iter().map(name).collect::<Result<Vec<String>, Problem>>()?;
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            Ok(Days::of(&names)?)
        }
        Some(other) => Err(wrong(other)),
    }
}

/// A whole number of hours, whose limits are checked where it is made a setting.
fn hours(given: &Fields, name: &str, right: &str) -> Result<Option<u64>, Problem> {
    let wrong = |value| came(given, name, value).allowing(&[right]);
    let number = |value| whole_number(value).ok_or_else(|| wrong(value));
    given.value(name).map(number).transpose()
}

/// An object whose fields must be among the known ones. `None` where the field is absent.
fn object(
    put: &Fields,
    name: &'static str,
    known: &[&'static str],
    right: &str,
) -> Result<Option<Fields>, Problem> {
    match put.value(name) {
        None => Ok(None),
        Some(Value::Object(_)) => put.nested(name, known),
        Some(other) => Err(came(put, name, other).allowing(&[right])),
    }
}

/// The problem of a field that has a value of another kind.
fn came(given: &Fields, name: &str, value: &Value) -> Problem {
    given.wrong(name, &format!("is {}", Text::cut(&value.to_string())))
}

/// These settings of a partner, as they are put.
pub(crate) fn view(partner: &Partner) -> [(&'static str, Value); 3] {
    let deadline = json!({
        "warn_hours": partner.deadline.warn_hours(), "action": partner.deadline.action() });
    let silent = partner.silent_hours.hours().map_or_else(|| json!(OFF), |hours| json!(hours));
    let after = partner.send_after.map_or_else(|| json!(OFF), after_view);
    [("deadline", deadline), ("silent_hours", silent), ("send_after", after)]
}

fn after_view(after: SendAfter) -> Value {
    let days: Vec<&str> = after.days().names().collect();
    json!({ "hours": after.hours(), "earliest": after.earliest().map(TimeOfDay::shown), "days": days })
}
