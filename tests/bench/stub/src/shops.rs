//! The marketplaces: the strict fakes of the package `marketplaces`. Their rate limits are off, so that a benchmark
//! never waits for them.

use crate::counts::{Call, Service};
use http::Request;
use marketplaces::{Marketplaces, Options, Rate, WindowRate};

/// A rate that no benchmark reaches.
const UNLIMITED: Rate = Rate { per_1000_s: 1_000_000_000, burst: 1_000_000_000 };

/// A rate at Back Market that no benchmark reaches. The window is short, because the fake remembers each request in it.
/// Unit: milliseconds.
const UNLIMITED_WINDOW: WindowRate = WindowRate { limit: usize::MAX, window_ms: 1, blocked_ms: 1 };

/// The channels, by the first part of the path.
const CHANNELS: [(&str, Service); 6] = [
    ("amazon", Service::Amazon),
    ("back_market", Service::BackMarket),
    ("ebay", Service::OtherMarketplace),
    ("groupon", Service::OtherMarketplace),
    ("until_gone", Service::OtherMarketplace),
    ("wish", Service::OtherMarketplace),
];

/// The end of a login's path. Source: the package `marketplaces`.
const LOGIN: &str = "/token";

/// Marketplaces that know no orders yet and have the demo account.
pub(crate) fn open() -> std::io::Result<Marketplaces> {
    let mut options = Options::demo();
    options.amazon.confirm_rate = UNLIMITED;
    options.amazon.read_rate = UNLIMITED;
    options.ebay.rate = UNLIMITED;
    options.wish.rate = UNLIMITED;
    options.back_market.rate = UNLIMITED_WINDOW;
    options.groupon.rate = UNLIMITED;
    options.until_gone.rate = UNLIMITED;
    Marketplaces::unplugged(options)
}

/// The kind of a request to a marketplace. `None` if the request is for AWS.
pub(crate) fn call<T>(request: &Request<T>) -> Option<Call> {
    let path = request.uri().path();
    let (channel, _) = path.strip_prefix('/')?.split_once('/')?;
    let (_, service) = CHANNELS.iter().find(|(name, _)| *name == channel)?;
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
    Some(Call { service: *service, operation })
}
