//! Names of time zones. Only names are here: what a zone's clocks do is data that `flows` has.

use crate::{Fault, Text};

/// The names of the IANA time zone database, one in a line, sorted. A test of the flows compares them with the data.
const NAMES: &str = include_str!("names.txt");

/// Every name of a time zone, sorted.
pub fn zone_names() -> impl Iterator<Item = &'static str> {
    NAMES.lines()
}

/// A time zone by its name, as the database writes it.
///
/// # Errors
/// When there is no such zone. The fault names the one that differs in case only, where there is one.
pub fn zone_name(text: &str) -> Result<Text, Fault> {
    match zone_names().find(|name| name.eq_ignore_ascii_case(text)) {
        Some(name) if name == text => Ok(Text::cut(name)),
        alike => {
            let problem = format!("`{}` is not the name of a time zone", Text::cut(text));
            let right =
                alike.unwrap_or("a name of the IANA time zone database, such as America/Chicago");
            Err(Fault::new("time_zone", problem).allowing([right]))
        }
    }
}
