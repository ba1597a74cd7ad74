//! What a person should know of eBay before they choose a timing. Source: this folder's `README.md`.

use crate::about::{About, CredentialLife, NO_SCAN, OAUTH, assigned, moving};
use domain::CredentialPart;

/// What a person fills in, and reads before they choose.
pub(super) const ABOUT: About = About {
    is_locked: false,
    lock: "A number that was sent stays: nothing here overrides it. You can edit it in Seller Hub by hand.",
    late: "An order is late whose parcel the carrier first scans after the handling time. For Top Rated the number must be uploaded within it, too.",
    without_movement: "It does no harm at eBay, which counts the carrier's first scan; for Top Rated the number must be uploaded within the handling time.",
    settings: &[],
    credentials: OAUTH,
    lives: &[CredentialLife {
        part: CredentialPart::Authorization,
        days: 547,
        says: "eBay's refresh token lasts 18 months. Authorise the application again, and put the new one.",
    }],
    choices: &[
        moving(&[
            NO_SCAN,
            "Tracking that is uploaded after the handling time does not count for Top Rated.",
        ]),
        assigned(&[
            "A label that is voided or replaced afterwards has to be corrected in Seller Hub by hand.",
        ]),
    ],
};
