//! What a person should know of a marketplace before they choose a timing, as data for the settings page. What is of one
//! marketplace is in its folder; here is what they share.

mod check;
mod timings;
mod watch;

pub use check::{credentials, settings};
pub use timings::{Choice, meaning, warnings};
pub(crate) use timings::{LOCKED, NEVER, NO_SCAN, assigned, moving};
pub use watch::{WATCH, Watched};

use crate::marketplace::{Marketplace, Visitor};
use domain::{Channel, ChannelSettings, CredentialPart};
use serde_json::{Map, Value};

/// What a person should know of a marketplace.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Whether nobody but its staff can change a number once it was sent.
    pub is_locked: bool,
    /// What can be done about a number that was sent.
    pub lock: &'static str,
    /// When an order is late there, and what comes of it.
    pub late: &'static str,
    /// What it means there that a confirmation goes before the parcel moves, or why none does.
    pub without_movement: &'static str,
    /// What a partner's settings hold, apart from its channel.
    pub settings: &'static [Field],
    /// What a partner's secret holds.
    pub credentials: &'static [Field],
    /// What of it ends by itself.
    pub lives: &'static [CredentialLife],
    /// The timings that can be chosen there, in the order of [`Channel::timings`].
    pub choices: &'static [Choice],
}

/// A part of the credentials that ends by itself.
#[derive(Clone, Copy, Debug)]
pub struct CredentialLife {
    /// The part.
    pub part: CredentialPart,
    /// How long it lasts once it was given out. Unit: days.
    pub days: u16,
    /// What ends, and what is to be done, for people.
    pub says: &'static str,
}

/// A field a person fills in.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the settings or in the secret.
    pub name: &'static str,
    /// What it is, for people.
    pub meaning: &'static str,
    /// What may be put there.
    pub shape: Shape,
    /// A value that is right there and belongs to nobody. The demo and the tests fill in a partner with it.
    pub example: &'static str,
}

impl Field {
    /// The field with its example. What may be left out is left out.
    fn example(&self) -> Option<(String, Value)> {
        let value = match self.shape {
            Shape::Optional => return None,
            Shape::Flag => (self.example == "true").into(),
            Shape::OneOf(_) | Shape::Plain | Shape::Checked | Shape::Secret => self.example.into(),
        };
        Some((self.name.to_owned(), value))
    }
}

/// What may be put into a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One of these.
    OneOf(&'static [&'static str]),
    /// A text of at most 200 characters that can stand in the head of a request: no umlauts, no line breaks.
    Plain,
    /// A text whose own type checks it.
    Checked,
    /// The same, and it may be left out. A blank one is.
    Optional,
    /// Yes or no.
    Flag,
    /// A text that is kept as a secret.
    Secret,
}

pub(crate) const OAUTH: &[Field] = &[
    secret("client_id", "The id of your application at the marketplace.", "c"),
    secret("client_secret", "The secret of your application.", "s"),
    secret(
        "refresh_token",
        "What the marketplace gave out when the account authorised your application.",
        "r",
    ),
];

pub(crate) const TOKEN: &[Field] = &[secret("token", "The account's API token.", "t")];

pub(crate) const fn secret(
    name: &'static str,
    meaning: &'static str,
    example: &'static str,
) -> Field {
    Field { name, meaning, shape: Shape::Secret, example }
}

pub(crate) const fn field(
    name: &'static str,
    meaning: &'static str,
    shape: Shape,
    example: &'static str,
) -> Field {
    Field { name, meaning, shape, example }
}

/// What a person should know of a marketplace.
pub fn about(channel: Channel) -> About {
    struct Of;

    impl Visitor for Of {
        type Output = About;

        fn visit<M: Marketplace>(self) -> About {
            M::ABOUT
        }
    }

    crate::visit(channel, Of)
}

/// Settings that are right at a channel and belong to nobody: each field's example.
pub fn example_settings(channel: Channel) -> ChannelSettings {
    ChannelSettings::new(
        channel,
        about(channel).settings.iter().filter_map(Field::example).collect(),
    )
}

/// A secret that is right at a channel and belongs to nobody: each field's example.
pub fn example_secret(channel: Channel) -> Map<String, Value> {
    about(channel).credentials.iter().filter_map(Field::example).collect()
}
