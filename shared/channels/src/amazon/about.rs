//! What a person should know of Amazon before they choose a timing. Source: this folder's `README.md`.

use crate::about::Shape::{OneOf, Optional, Plain};
use crate::about::{About, CredentialLife, NEVER, NO_SCAN, OAUTH, assigned, field, moving};
use domain::CredentialPart;

/// What a person fills in, and reads before they choose.
pub(super) const ABOUT: About = About {
    is_locked: false,
    lock: "A number that was sent stays: nothing here overrides it. You can edit it in Seller Central by hand.",
    late: "An order is late that is confirmed after its ship-by: the moment of the confirmation counts, whatever ship date is entered.",
    without_movement: "Amazon's policy is not to confirm an order before its parcel is really sent; one that is confirmed after its ship-by counts as late.",
    settings: &[
        field("region", "The SP-API region of the account.", OneOf(&["na", "eu", "fe"]), "na"),
        field(
            "marketplace_id",
            "The marketplace's id, such as ATVPDKIKX0DER for amazon.com.",
            Plain,
            "ATVPDKIKX0DER",
        ),
        field(
            "merchant_id",
            "The account's merchant token, such as A3TH9S8BH6GOGM, where Amazon's notifications of its orders are taken. It may be \
             left out.",
            Optional,
            "A3TH9S8BH6GOGM",
        ),
    ],
    credentials: OAUTH,
    lives: &[
        CredentialLife {
            part: CredentialPart::Authorization,
            days: 365,
            says: "Amazon's authorisation of the application lasts a year. Authorise it again in Seller Central, and put the new refresh token.",
        },
        CredentialLife {
            part: CredentialPart::ClientSecret,
            days: 180,
            says: "The application's client secret lasts 180 days. Rotate it in Amazon's developer console, and put the new one.",
        },
    ],
    choices: &[
        moving(&[NO_SCAN, "An order that is not confirmed by its ship-by date counts as late."]),
        assigned(&[
            "Amazon's policy is not to confirm before the parcel is really sent.",
            "A label that is voided or replaced afterwards has to be corrected in Seller Central by hand.",
        ]),
        NEVER,
    ],
};
