//! What a person should know of Groupon before they choose a timing. Source: this folder's `README.md`.

use crate::about::Shape::{OneOf, Plain};
use crate::about::{About, LOCKED, NO_SCAN, TOKEN, assigned, field, moving};

/// What a person fills in, and reads before they choose.
pub(super) const ABOUT: About = About {
    is_locked: true,
    lock: "Locked: a wrong number is corrected by Groupon's staff only, for a fee.",
    late: "An order is late whose number is not uploaded by 5 PM Central of its due date, and is cancelled seven business days later. Groupon's API does not tell the date: your labels or updates have to, or your labels say when the order was placed.",
    without_movement: "Groupon's rule: no number before the carrier has the parcel.",
    settings: &[
        field("supplier_id", "The account's supplier id.", Plain, "1042"),
        field(
            "api_version",
            "The version of the API whose line ids the orders carry.",
            OneOf(&["v2", "v4"]),
            "v4",
        ),
    ],
    credentials: TOKEN,
    lives: &[],
    choices: &[
        moving(&[NO_SCAN, "Groupon wants the number by 5 PM Central of the day an order is due."]),
        assigned(&[
            LOCKED,
            "Groupon's rule: do not upload a number before the carrier has picked the parcel up. This choice works \
             against it, and early uploads hurt your metrics.",
        ]),
    ],
};
