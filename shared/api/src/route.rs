//! Paths. A path is read once into what it names, and its ids are parsed. Each function has a table of its own paths; the
//! `OpenAPI` document lists all of them.

use crate::problem::Problem;
use crate::request::Call;
use http::Method;
use percent_encoding::percent_decode_str;
use std::fmt::Display;
use std::str::FromStr;

/// The segments of a path, decoded.
pub(crate) fn segments(path: &str) -> Vec<String> {
    let segments = path.split('/').skip(1);
    segments.map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned()).collect()
}

/// Refuses a call whose method is none of those of its resource.
pub(crate) fn check_method(call: &Call, methods: &'static [Method]) -> Result<(), Problem> {
    if methods.contains(&call.method) { Ok(()) } else { Err(Problem::NotAllowed(methods)) }
}

/// An id in a path. An id that begins with a dot is refused, because clients and proxies remove `.` and `..`.
pub(crate) fn id<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, Problem> {
    if text.starts_with('.') {
        return Err(Problem::wrong(field, "begins with a dot")
            .allowing(&["1 to 64 letters, digits, `-`, `_` or `.`, no dot at the beginning"]));
    }
    text.parse().map_err(|error: T::Err| Problem::wrong(field, &format!("is {error}")))
}

/// A source's own name of a thing (rule L12). It never comes in a path, because it may hold what a path is divided by.
pub(crate) fn source_name<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: T::Err| {
        Problem::wrong(field, &error.to_string())
            .allowing(&["1 to 64 characters that can be seen, with blanks between them"])
    })
}
