//! The world that the functions run in: the stand-in for AWS and the marketplaces, with partners, credentials and
//! orders, and the environment variables of a deployed function.

use crate::Error;
use crate::candidates::Candidate;
use crate::events::{SELLER, Sale};
use crate::install::Places;
use crate::machine::{self, Core};
use crate::partners::{Kind, all};
use domain::Channel;
use stub::Stub;

/// Memory of our functions in the template. Unit: MB.
pub(crate) const MEMORY_MB: u32 = 128;

/// The beginning of every secret's name.
const PREFIX: &str = "measured";

/// The running stand-in, and how functions find it.
pub(crate) struct World {
    pub(crate) stub: Stub,
}

impl World {
    pub(crate) fn start(places: &Places) -> Result<Self, Error> {
        let stub = Stub::start(&places.folder, || machine::pin_to(Core::Rest))?;
        let world = Self { stub };
        for candidate in Candidate::ALL {
            for (kind, number) in all() {
                world.stub.put(candidate.table(), kind.item(number)?)?;
            }
        }
        for (kind, number) in all() {
            let name = format!("{PREFIX}/{}/{SELLER}/{}", kind.channel(), kind.id(number));
            let credentials = marketplaces::credentials(kind.channel(), marketplaces::DEMO_ACCOUNT);
            world.stub.put_secret(&name, &credentials.to_string());
        }
        Ok(world)
    }

    /// Makes an order at its marketplace, ready to be shipped.
    pub(crate) fn sell(&self, kind: Kind, sale: &Sale) -> Result<(), Error> {
        let channel = kind.channel();
        let shop = self.stub.shops().shop(channel);
        let shop = shop.ok_or_else(|| Error::Function(format!("no marketplace {channel}")))?;
        shop.sell(&sale.order, &[(sale.item.as_str(), 1)])
            .map_err(|error| Error::Function(format!("{} cannot be sold: {error}", sale.order)))
    }

    /// The state of an order's package in our table, as it is stored. Of what was claimed it is the stage.
    pub(crate) fn state(&self, sale: &Sale) -> Option<String> {
        let pk = format!("S#{SELLER}#P#{}#O#{}", sale.partner, sale.order);
        let item = self.stub.item(Candidate::Ours.table(), &pk, "ORDER")?;
        let state = item.pointer("/pkg/M/1/M/st/M")?;
        let state = state.pointer("/sent/M/s/M").unwrap_or(state).as_object()?;
        state.keys().next().cloned()
    }

    /// The URL of the queue of a channel's doorbells.
    pub(crate) fn queue(&self, channel: &str) -> String {
        format!("{}/123456789012/{}", self.stub.url(), channel.to_lowercase().replace('_', "-"))
    }

    /// The environment variables of a function: those of the template, and those of Lambda itself.
    pub(crate) fn environment(&self, candidate: Candidate) -> Vec<(String, String)> {
        let (url, roots) = (self.stub.url(), self.stub.roots().display().to_string());
        let mut all: Vec<(String, String)> = [
            ("AWS_REGION", "us-east-1"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
            ("AWS_SESSION_TOKEN", "IQoJb3JpZ2luX2VjEXAMPLE"),
            ("AWS_LAMBDA_FUNCTION_NAME", "measured"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &MEMORY_MB.to_string()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/measured"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/11/27/[$LATEST]0"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("LOG_LEVEL", "WARN"),
            ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
            ("AWS_LAMBDA_LOG_LEVEL", "WARN"),
            ("EVENT_BUS_NAME", "measured"),
            ("SECRET_PREFIX", PREFIX),
            ("FUNCTION_TIMEOUT_S", "60"),
            ("SENDER_CONCURRENCY", "10"),
            ("IMEI_WINDOW_MINUTES", "60"),
            ("POWERTOOLS_SERVICE_NAME", "measured"),
            ("TABLE_NAME", candidate.table()),
            ("PATH", "/usr/bin:/bin"),
            // Each runtime reads one of these for certificates beside its own.
            ("SSL_CERT_FILE", &roots),
            ("AWS_CA_BUNDLE", &roots),
            ("NODE_EXTRA_CA_CERTS", &self.stub.ca().display().to_string()),
            ("AWS_ENDPOINT_URL", &url),
            ("MARKETPLACE_ENDPOINT", &url),
            ("DEAD_LETTER_QUEUE_URL", &self.queue("dead_letters")),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        for channel in Channel::ALL.map(|channel| channel.name().to_uppercase()) {
            all.push((format!("{channel}_QUEUE_URL"), self.queue(&channel)));
        }
        all
    }
}
