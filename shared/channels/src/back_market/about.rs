//! What a person should know of Back Market before they choose a timing. Source: this folder's `README.md`.

use crate::about::Shape::{OneOf, Plain};
use crate::about::{About, Choice, LOCKED, NO_SCAN, TOKEN, field};
use domain::Timing;

/// What a person fills in, and reads before they choose.
pub(super) const ABOUT: About = About {
    is_locked: true,
    lock: "Locked: neither a number nor an IMEI can be changed once it was sent.",
    late: "An order is late that is not dispatched by its expected date: one business day after the order, and one more where it came after 1 PM.",
    without_movement: "Back Market allows it. What was sent is locked, and IMEIs that come later are not sent any more.",
    settings: &[
        field(
            "host",
            "The site the account belongs to.",
            OneOf(&[
                "www.backmarket.com",
                "www.backmarket.fr",
                "www.backmarket.co.jp",
                "preprod.backmarket.com",
                "preprod.backmarket.fr",
                "preprod.backmarket.co.jp",
            ]),
            "www.backmarket.com",
        ),
        field("language", "The language the API answers in, such as en-us.", Plain, "en-us"),
        field("company", "Your company's name, as Back Market knows it.", Plain, "Acme"),
        field("integration", "The name of this integration.", Plain, "Shipconfirm"),
        field("contact", "An e-mail address Back Market can write to.", Plain, "ops@acme.example"),
    ],
    credentials: TOKEN,
    lives: &[],
    choices: &[
        Choice {
            timing: Timing::WhenTrackingShowsMovement,
            meaning: "At the carrier's first scan. IMEIs and serial numbers go with it as far as they are known by then.",
            warnings: &[
                NO_SCAN,
                "An IMEI entered after the carrier's pick-up is not sent any more.",
                "Back Market expects orders to ship within one business day.",
            ],
        },
        Choice {
            timing: Timing::WhenTrackingIsAssigned,
            meaning: "As soon as the label is made and every IMEI and serial number is there, {imei_window} after the label at the latest. \
                      Orders that need no IMEI go at once.",
            warnings: &[
                LOCKED,
                "Labels that are generated automatically outside business hours may be confirmed before anyone comes in: when \
                 the wait is over the order goes out without its IMEIs, unless missing IMEIs hold it.",
                "An IMEI cannot be corrected once it was sent.",
            ],
        },
    ],
};
