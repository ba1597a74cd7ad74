//! The settings beside the timing: what is done before a ship-by (rule S2), the silence after which people are told (rule S4), how
//! what was taken is verified (rule S8), the business days that a ship-by is reckoned by (rule S9), what a confirmation waits for
//! under assigned timing (rule S10), and after how long it goes without a movement (rule S11). What is wrong is refused with the
//! field, what came, and what would be right.

use crate::body::Fields;
use crate::problem::Problem;
use channels::about::about;
use domain::{
    CLOSED_DAYS_MAX, Channel, ClosedDays, Days, Deadline, DeadlineAction, Fault, OrAfterChange,
    OrAfterHours, Partner, SendAfter, SendAfterChange, SettingsChange, SilentHours, SlaDays, Text,
    TimeOfDay, whole_number,
};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// The fields of the settings that are read here.
pub(crate) const FIELDS: [&str; 7] = [
    "deadline",
    "silent_hours",
    "send_after",
    "or_after_hours",
    "verify",
    "sla_days",
    "closed_days",
];

/// What stands for a silence that is not told, for a confirmation that waits for nothing, and for one that never goes without a
/// movement.
const OFF: &str = "off";

/// What the body asks for of these settings. What is left out stays as it is.
pub(crate) fn asked(put: &Fields) -> Result<SettingsChange, Problem> {
    Ok(SettingsChange {
        deadline: deadline(put)?,
        silent_hours: silent_hours(put)?,
        send_after: send_after(put)?,
        or_after: or_after(put)?,
        verify: verify(put)?,
        sla_days: sla_days(put)?,
        closed_days: closed_days(put)?,
        ..SettingsChange::NONE
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

fn or_after(put: &Fields) -> Result<Option<OrAfterChange>, Problem> {
    match put.value("or_after_hours") {
        None => Ok(None),
        Some(Value::String(word)) if word == OFF => Ok(Some(OrAfterChange::Off)),
        Some(_) => {
            let right = "a whole number of hours from 1 to 240";
            let given = hours(put, "or_after_hours", right);
            let given = given.map_err(|wrong| wrong.allowing(&[right, OFF]))?;
            Ok(given.map(OrAfterHours::new).transpose()?.map(OrAfterChange::To))
        }
    }
}

fn verify(put: &Fields) -> Result<Option<bool>, Problem> {
    match put.value("verify") {
        None => Ok(None),
        Some(Value::Bool(is_verified)) => Ok(Some(*is_verified)),
        Some(other) => Err(came(put, "verify", other).allowing(&["true", "false"])),
    }
}

fn sla_days(put: &Fields) -> Result<Option<SlaDays>, Problem> {
    let given = hours(put, "sla_days", "a whole number of business days from 1 to 20")?;
    given.map(SlaDays::new).transpose().map_err(Problem::from)
}

/// Dates of a calendar. A time is none: a date parser would take it, and drop it.
fn closed_days(put: &Fields) -> Result<Option<ClosedDays>, Problem> {
    let right = format!("a list of at most {CLOSED_DAYS_MAX} days, such as 2026-12-24");
    let days = match put.value("closed_days") {
        None => return Ok(None),
        Some(Value::Array(days)) => days,
        Some(other) => return Err(came(put, "closed_days", other).allowing(&[&right])),
    };
    let day = |given: &Value| {
        let day = given.as_str().and_then(|text| text.parse::<Date>().ok());
        day.filter(|day| given.as_str() == Some(day.to_string().as_str()))
            .ok_or_else(|| came(put, "closed_days", given).allowing(&[&right]))
    };
    let days = days.iter().map(day).collect::<Result<Vec<Date>, Problem>>()?;
    ClosedDays::new(days).map(Some).map_err(Problem::from)
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

/// What a channel refuses of these settings, with its reason where it sends nothing before the parcel moves.
pub(crate) fn refused(fault: Fault, channel: Channel) -> Problem {
    let is_of_movement = ["deadline.action", "or_after_hours"].contains(&fault.field.as_str());
    let because = about(channel).without_movement;
    match fault {
        Fault { field, problem, allowed } if is_of_movement => {
            Fault { field, problem: format!("{problem}. {because}"), allowed }.into()
        }
        other => other.into(),
    }
}

/// These settings of a partner, as they are put. What its channel does not have is not there.
pub(crate) fn view(partner: &Partner) -> Map<String, Value> {
    let deadline = json!({
        "warn_hours": partner.deadline.warn_hours(), "action": partner.deadline.action() });
    let silent = partner.silent_hours.hours().map_or_else(|| json!(OFF), |hours| json!(hours));
    let after = partner.send_after.map_or_else(|| json!(OFF), after_view);
    let or_after = partner.or_after.map_or_else(|| json!(OFF), |hours| json!(hours.hours()));
    let facts = partner.settings.channel().facts();
    let closed: Vec<String> = partner.closed_days.iter().map(|day: Date| day.to_string()).collect();
    let entries = [
        ("deadline", true, deadline),
        ("silent_hours", true, silent),
        ("send_after", true, after),
        ("or_after_hours", true, or_after),
        ("verify", facts.is_verified, json!(partner.verify)),
        ("sla_days", facts.reckons_ship_by, json!(partner.sla_days.days())),
        ("closed_days", facts.reckons_ship_by, json!(closed)),
    ];
    let there = entries.into_iter().filter(|(_, is_there, _)| *is_there);
    domain::gather(there.map(|(name, _, value)| (name.to_owned(), value)))
}

fn after_view(after: SendAfter) -> Value {
    let days: Vec<&str> = after.days().names().collect();
    json!({ "hours": after.hours(), "earliest": after.earliest().map(TimeOfDay::shown), "days": days })
}
