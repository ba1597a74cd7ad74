//! What a person should know of a marketplace before choosing when it is told: as data, for the settings page. Sources:
//! this crate's `README.md`, "What a person should know before choosing a timing" and each marketplace's "Edit".

mod check;
mod timings;

pub use check::{Unfit, credentials, settings};
pub use timings::{meaning, warnings};

use domain::Channel;

/// What is to be known of a marketplace.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Whether nobody but its staff can change a number once it was sent.
    pub is_locked: bool,
    /// What can be done about a number that was sent.
    pub lock: &'static str,
    /// What a partner's settings hold, apart from its channel.
    pub settings: &'static [Field],
    /// What a partner's secret holds.
    pub credentials: &'static [Field],
}

/// A field a person fills in.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// As it is written.
    pub name: &'static str,
    /// What it is.
    pub meaning: &'static str,
    /// What may be put there.
    pub shape: Shape,
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
    /// Yes or no.
    Flag,
    /// A text that is kept as a secret.
    Secret,
}

const OAUTH: &[Field] = &[
    secret("client_id", "The id of your application at the marketplace."),
    secret("client_secret", "The secret of your application."),
    secret(
        "refresh_token",
        "What the marketplace gave out when the account authorised your application.",
    ),
];

const TOKEN: &[Field] = &[secret("token", "The account's API token.")];

const fn secret(name: &'static str, meaning: &'static str) -> Field {
    Field { name, meaning, shape: Shape::Secret }
}

const fn field(name: &'static str, meaning: &'static str, shape: Shape) -> Field {
    Field { name, meaning, shape }
}

const AMAZON: About = About {
    is_locked: false,
    lock: "A number that was sent stays: nothing here overrides it. You can edit it in Seller Central by hand.",
    settings: &[
        field("region", "The SP-API region of the account.", Shape::OneOf(&["na", "eu", "fe"])),
        field(
            "marketplace_id",
            "The marketplace's id, such as ATVPDKIKX0DER for amazon.com.",
            Shape::Plain,
        ),
    ],
    credentials: OAUTH,
};

const EBAY: About = About {
    is_locked: false,
    lock: "A number that was sent stays: nothing here overrides it. You can edit it in Seller Hub by hand.",
    settings: &[],
    credentials: OAUTH,
};

const WISH: About = About {
    is_locked: false,
    lock: "A number that was sent stays: nothing here overrides it. You can change it in the merchant dashboard \
                   by hand.",
    settings: &[field(
        "origin_country",
        "The country the parcels come from: two capital letters, such as US.",
        Shape::Checked,
    )],
    credentials: OAUTH,
};

const BACK_MARKET: About = About {
    is_locked: true,
    lock: "Locked: neither a number nor an IMEI can be changed once it was sent.",
    settings: &[
        field(
            "host",
            "The site the account belongs to.",
            Shape::OneOf(&[
                "www.backmarket.com",
                "www.backmarket.fr",
                "www.backmarket.co.jp",
                "preprod.backmarket.com",
                "preprod.backmarket.fr",
                "preprod.backmarket.co.jp",
            ]),
        ),
        field("language", "The language the API answers in, such as en-us.", Shape::Plain),
        field("company", "Your company's name, as Back Market knows it.", Shape::Plain),
        field("integration", "The name of this integration.", Shape::Plain),
        field("contact", "An e-mail address Back Market can write to.", Shape::Plain),
    ],
    credentials: TOKEN,
};

const GROUPON: About = About {
    is_locked: true,
    lock: "Locked: a wrong number is corrected by Groupon's staff only, for a fee.",
    settings: &[
        field("supplier_id", "The account's supplier id.", Shape::Plain),
        field(
            "api_version",
            "The version of the API whose line ids the orders carry.",
            Shape::OneOf(&["v2", "v4"]),
        ),
    ],
    credentials: TOKEN,
};

const UNTIL_GONE: About = About {
    is_locked: true,
    lock: "Treated as locked: UntilGone publishes no way to change a number once it was sent.",
    settings: &[
        field("url", "Where the signed webhook goes: https, and a host's name.", Shape::Checked),
        field(
            "receiver_dedupes",
            "Whether the receiver drops a webhook-id it has seen, for 30 days: only then is one in doubt sent again.",
            Shape::Flag,
        ),
    ],
    credentials: &[secret(
        "secret",
        "The signing secret: whsec_ and the base64 of 24 to 64 bytes.",
    )],
};

/// What is to be known of a marketplace.
pub const fn about(channel: Channel) -> About {
    match channel {
        Channel::Amazon => AMAZON,
        Channel::Ebay => EBAY,
        Channel::Wish => WISH,
        Channel::BackMarket => BACK_MARKET,
        Channel::Groupon => GROUPON,
        Channel::UntilGone => UNTIL_GONE,
    }
}
