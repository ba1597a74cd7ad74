//! What a person should know of a receiver of webhooks before they choose a timing. Source: this folder's `README.md`.

use crate::about::Shape::{Checked, Flag};
use crate::about::{About, LOCKED, NO_SCAN, assigned, field, moving, secret};

/// What a person fills in, and reads before they choose.
pub(super) const ABOUT: About = About {
    is_locked: true,
    lock: "Treated as locked: UntilGone publishes no way to change a number once it was sent.",
    late: "No deadline is known there: people are warned of the ship-by that your labels or updates tell.",
    without_movement: "UntilGone tells no deadline, and what was sent is locked.",
    settings: &[
        field(
            "url",
            "Where the signed webhook goes: https, and a host's name.",
            Checked,
            "https://hooks.untilgone.example/shipments",
        ),
        field(
            "receiver_dedupes",
            "Whether the receiver drops a webhook-id it has seen, for 30 days: only then is one in doubt sent again.",
            Flag,
            "false",
        ),
    ],
    credentials: &[secret(
        "secret",
        "The signing secret: whsec_ and the base64 of 24 to 64 bytes.",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    )],
    lives: &[],
    choices: &[moving(&[NO_SCAN]), assigned(&[LOCKED])],
};
