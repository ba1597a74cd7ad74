//! What a person should know of Wish before they choose a timing. Source: this folder's `README.md`.

use crate::about::Shape::Checked;
use crate::about::{About, NO_SCAN, OAUTH, assigned, field, moving};

/// What a person fills in, and reads before they choose.
pub(super) const ABOUT: About = About {
    is_locked: false,
    lock: "A number that was sent stays: nothing here overrides it. You can change it in the merchant dashboard \
                   by hand.",
    late: "An order that is not fulfilled by its expected ship time is refunded to the buyer without asking: be warned early.",
    without_movement: "Wish refunds an order by itself that is not fulfilled in time: a number that comes before keeps the order.",
    settings: &[field(
        "origin_country",
        "The country the parcels come from: two capital letters, such as US.",
        Checked,
        "US",
    )],
    credentials: OAUTH,
    lives: &[],
    choices: &[
        moving(&[
            NO_SCAN,
            "Wish refunds an order by itself that is not fulfilled in time; a number that comes after that is not paid for.",
        ]),
        assigned(&[
            "A label that is voided or replaced afterwards has to be corrected in the merchant dashboard by hand.",
        ]),
    ],
};
