//! The paths of `orders-api`. The gateway has a route for each, and no others.

use crate::problem::Problem;
use crate::route::{id, segments};
use domain::{ItemId, OrderId, PartnerId, TrackingNumber};
use http::Method;

/// What a path of `orders-api` names. All of it is a seller's, and needs a token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the OpenAPI document describes each")]
pub enum OrdersResource {
    PartnerOrders(PartnerId),
    Order(PartnerId, OrderId),
    Actions(PartnerId, OrderId),
    Imeis(PartnerId, OrderId, ItemId),
    Orders,
    Tracking(TrackingNumber),
    Attention,
    Together,
}

impl OrdersResource {
    /// The resource that a path names.
    ///
    /// # Errors
    /// When `orders-api` has no such path, or when an id in it is not valid.
    pub fn of(path: &str) -> Result<Self, Problem> {
        let segments = segments(path);
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        Ok(match segments.as_slice() {
            ["partners", partner, "orders"] => Self::PartnerOrders(id("partner", partner)?),
            ["partners", partner, "orders", order] => {
                Self::Order(id("partner", partner)?, id("order", order)?)
            }
            ["partners", partner, "orders", order, "actions"] => {
                Self::Actions(id("partner", partner)?, id("order", order)?)
            }
            ["partners", partner, "orders", order, "items", item, "imeis"] => {
                Self::Imeis(id("partner", partner)?, id("order", order)?, id("item", item)?)
            }
            ["orders"] => Self::Orders,
            // The gateway decodes a path, so a number with a slash in it comes as several segments.
            ["trackings", number @ ..] if !number.is_empty() => {
                Self::Tracking(tracking_number(&number.join("/"))?)
            }
            ["attention"] => Self::Attention,
            ["attention", "actions"] => Self::Together,
            _ => return Err(Problem::NoPath),
        })
    }

    /// The methods of the resource.
    pub const fn methods(&self) -> &'static [Method] {
        match self {
            Self::Actions(..) => &[Method::POST],
            Self::Imeis(..) => &[Method::PUT],
            Self::Together => &[Method::GET, Method::POST],
            Self::PartnerOrders(_)
            | Self::Order(..)
            | Self::Orders
            | Self::Tracking(_)
            | Self::Attention => &[Method::GET],
        }
    }
}

fn tracking_number(text: &str) -> Result<TrackingNumber, Problem> {
    text.parse().map_err(|error: domain::TrackingNumberError| {
        Problem::wrong("number", &error.to_string()).allowing(&[
            "one tracking number: 5 to 40 letters and digits, at least 4 of them digits",
        ])
    })
}
