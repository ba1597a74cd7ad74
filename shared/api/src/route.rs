//! Paths. A path is read once into what it names, and its ids are parsed. The `OpenAPI` document lists all of them.

use super::problem::Problem;
use domain::{ItemId, OrderId, PartnerId, TrackingNumber};
use http::Method;
use percent_encoding::percent_decode_str;
use std::fmt::Display;
use std::str::FromStr;

/// What a path names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resource {
    /// The page of the console.
    Console,
    /// The `OpenAPI` document.
    Document,
    /// Where people sign in.
    SignIn,
    /// A resource of a seller, which needs a token.
    OfSeller(OfSeller),
}

/// A resource of a seller.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the OpenAPI document describes each")]
pub enum OfSeller {
    Channels,
    Partners,
    Partner(PartnerId),
    Settings(PartnerId),
    Effect(PartnerId),
    Carriers(PartnerId),
    Test(PartnerId),
    CarrierAside(PartnerId),
    PartnerOrders(PartnerId),
    Order(PartnerId, OrderId),
    Actions(PartnerId, OrderId),
    Imeis(PartnerId, OrderId, ItemId),
    Orders,
    Tracking(TrackingNumber),
    Retries,
}

impl Resource {
    /// The resource that a path names.
    ///
    /// # Errors
    /// When there is no such path, or when an id in it is not valid.
    pub fn of(path: &str) -> Result<Self, Problem> {
        let decoded: Vec<String> = path
            .split('/')
            .skip(1)
            .map(|segment| percent_decode_str(segment).decode_utf8_lossy().into_owned())
            .collect();
        let segments: Vec<&str> = decoded.iter().map(String::as_str).collect();
        Ok(Self::OfSeller(match segments.as_slice() {
            [] | [""] => return Ok(Self::Console),
            ["openapi.json"] => return Ok(Self::Document),
            ["sign-in"] => return Ok(Self::SignIn),
            ["channels"] => OfSeller::Channels,
            ["partners"] => OfSeller::Partners,
            ["partners", partner] => OfSeller::Partner(id("partner", partner)?),
            ["partners", partner, "settings"] => OfSeller::Settings(id("partner", partner)?),
            ["partners", partner, "settings", "effect"] => {
                OfSeller::Effect(id("partner", partner)?)
            }
            ["partners", partner, "test"] => OfSeller::Test(id("partner", partner)?),
            ["partners", partner, "carriers"] => OfSeller::Carriers(id("partner", partner)?),
            ["partners", partner, "carriers", "aside"] => {
                OfSeller::CarrierAside(id("partner", partner)?)
            }
            ["partners", partner, "orders"] => OfSeller::PartnerOrders(id("partner", partner)?),
            ["partners", partner, "orders", order] => {
                OfSeller::Order(id("partner", partner)?, id("order", order)?)
            }
            ["partners", partner, "orders", order, "actions"] => {
                OfSeller::Actions(id("partner", partner)?, id("order", order)?)
            }
            ["partners", partner, "orders", order, "items", item, "imeis"] => {
                OfSeller::Imeis(id("partner", partner)?, id("order", order)?, id("item", item)?)
            }
            ["orders"] => OfSeller::Orders,
            // The gateway decodes a path, so a number with a slash in it comes as several segments.
            ["trackings", number @ ..] if !number.is_empty() => {
                OfSeller::Tracking(tracking_number(&number.join("/"))?)
            }
            ["retries"] => OfSeller::Retries,
            _ => return Err(Problem::NoPath),
        }))
    }

    /// The methods of the resource.
    pub const fn methods(&self) -> &'static [Method] {
        let Self::OfSeller(resource) = self else { return &[Method::GET] };
        match resource {
            OfSeller::Partner(_) | OfSeller::Settings(_) | OfSeller::Carriers(_) => {
                &[Method::GET, Method::PUT]
            }
            OfSeller::Actions(..) | OfSeller::CarrierAside(_) => &[Method::POST],
            OfSeller::Imeis(..) => &[Method::PUT],
            OfSeller::Retries | OfSeller::Test(_) => &[Method::GET, Method::POST],
            OfSeller::Channels
            | OfSeller::Partners
            | OfSeller::Effect(_)
            | OfSeller::PartnerOrders(_)
            | OfSeller::Order(..)
            | OfSeller::Orders
            | OfSeller::Tracking(_) => &[Method::GET],
        }
    }
}

/// An id in a path. An id that begins with a dot is refused, because clients and proxies remove `.` and `..`.
pub(super) fn id<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, Problem> {
    if text.starts_with('.') {
        return Err(Problem::wrong(field, "begins with a dot")
            .allowing(&["1 to 64 letters, digits, `-`, `_` or `.`, no dot at the beginning"]));
    }
    text.parse().map_err(|error: T::Err| Problem::wrong(field, &format!("is {error}")))
}

/// A source's own name of a thing (rule L12). It never comes in a path, because it may hold what a path is divided by.
pub(super) fn source_name<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, Problem> {
    text.parse().map_err(|error: T::Err| {
        Problem::wrong(field, &error.to_string())
            .allowing(&["1 to 64 characters that can be seen, with blanks between them"])
    })
}

fn tracking_number(text: &str) -> Result<TrackingNumber, Problem> {
    text.parse().map_err(|error: domain::TrackingNumberError| {
        Problem::wrong("number", &error.to_string()).allowing(&[
            "one tracking number: 5 to 40 letters and digits, at least 4 of them digits",
        ])
    })
}
