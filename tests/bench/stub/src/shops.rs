//! The marketplaces: the strict fakes of the package `marketplaces`. Their rate limits are off, so that a benchmark
//! never waits for them.

use crate::counts::{Call, Service};
use http::Request;
use marketplaces::{Marketplaces, NAMES, Options};

/// The end of a login's path. Source: the package `marketplaces`.
const LOGIN: &str = "/token";

/// Marketplaces that know no orders yet and have the demo account.
pub(crate) fn open() -> std::io::Result<Marketplaces> {
    Marketplaces::unplugged(Options::demo().without_limits())
}

/// The kind of a request to a marketplace. `None` if the request is for AWS.
pub(crate) fn call<T>(request: &Request<T>) -> Option<Call> {
    let path = request.uri().path();
    let (channel, _) = path.strip_prefix('/')?.split_once('/')?;
    let service = match channel {
        "amazon" => Service::Amazon,
        "back_market" => Service::BackMarket,
        other if NAMES.contains(&other) => Service::OtherMarketplace,
        _ => return None,
    };
    let operation = if path.ends_with(LOGIN) {
        "token"
    } else {
        match request.method().as_str() {
            "GET" => "GET",
            "POST" => "POST",
            "PATCH" => "PATCH",
            "PUT" => "PUT",
            _ => "other",
        }
    };
    Some(Call { service, operation })
}
