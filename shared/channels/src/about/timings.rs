//! What each timing does at each marketplace, and what a person should read before choosing it. Source: README.md,
//! "What a person should know before choosing a timing".

use domain::{Channel, Timing};

/// What a timing does at a marketplace.
pub fn meaning(channel: Channel, timing: Timing, imei_window_minutes: u32) -> String {
    let text = match (timing, channel) {
        (Timing::WhenTrackingShowsMovement, Channel::BackMarket) => {
            "At the carrier's first scan. IMEIs go with it as far as they are known by then."
        }
        (Timing::WhenTrackingShowsMovement, _) => {
            "At the carrier's first scan: the parcel is on its way when the buyer is told."
        }
        (Timing::WhenTrackingIsAssigned, Channel::BackMarket) => {
            let unit = if imei_window_minutes == 1 { "minute" } else { "minutes" };
            return format!(
                "As soon as the label is made and every IMEI is there, {imei_window_minutes} {unit} after the label at \
                 the latest. Orders that need no IMEI go at once."
            );
        }
        (Timing::WhenTrackingIsAssigned, _) => {
            "As soon as the label is made and assigned to the order, before the carrier has the parcel."
        }
        (Timing::Never, _) => {
            "Nothing is sent. For labels bought on Amazon, which confirm themselves."
        }
    };
    text.to_owned()
}

const NO_SCAN: &str = "Parcels the carrier does not scan are not confirmed until it does.";
const LOCKED: &str = "What was sent is locked: a label that is voided or replaced afterwards cannot be corrected here.";

/// What a person should read before choosing a timing.
pub const fn warnings(channel: Channel, timing: Timing) -> &'static [&'static str] {
    match (timing, channel) {
        (Timing::WhenTrackingShowsMovement, Channel::Amazon) => {
            &[NO_SCAN, "An order that is not confirmed by its ship-by date counts as late."]
        }
        (Timing::WhenTrackingShowsMovement, Channel::Ebay) => &[
            NO_SCAN,
            "Tracking that is uploaded after the handling time does not count for Top Rated.",
        ],
        (Timing::WhenTrackingShowsMovement, Channel::Wish) => &[
            NO_SCAN,
            "Wish refunds an order by itself that is not fulfilled in time; a number that comes after that is not paid for.",
        ],
        (Timing::WhenTrackingShowsMovement, Channel::BackMarket) => &[
            NO_SCAN,
            "An IMEI entered after the carrier's pick-up is not sent any more.",
            "Back Market expects orders to ship within one business day.",
        ],
        (Timing::WhenTrackingShowsMovement, Channel::Groupon) => {
            &[NO_SCAN, "Groupon wants the number by 5 PM Central of the day an order is due."]
        }
        (Timing::WhenTrackingShowsMovement, Channel::UntilGone) => &[NO_SCAN],
        (Timing::WhenTrackingIsAssigned, Channel::Amazon) => &[
            "Amazon's policy is not to confirm before the parcel is really sent.",
            "A label that is voided or replaced afterwards has to be corrected in Seller Central by hand.",
        ],
        (Timing::WhenTrackingIsAssigned, Channel::Ebay) => &[
            "A label that is voided or replaced afterwards has to be corrected in Seller Hub by hand.",
        ],
        (Timing::WhenTrackingIsAssigned, Channel::Wish) => &[
            "A label that is voided or replaced afterwards has to be corrected in the merchant dashboard by hand.",
        ],
        (Timing::WhenTrackingIsAssigned, Channel::BackMarket) => &[
            LOCKED,
            "Labels that are generated automatically outside business hours may be confirmed before anyone comes in: when \
             the wait is over the order goes out without its IMEIs, unless missing IMEIs hold it.",
            "An IMEI cannot be corrected once it was sent.",
        ],
        (Timing::WhenTrackingIsAssigned, Channel::Groupon) => &[
            LOCKED,
            "Groupon's rule: do not upload a number before the carrier has picked the parcel up. This choice works \
             against it, and early uploads hurt your metrics.",
        ],
        (Timing::WhenTrackingIsAssigned, Channel::UntilGone) => &[LOCKED],
        (Timing::Never, _) => &[
            "It also stops every package that is not sent yet.",
            "Going back to another choice releases none of them: each has to be sent by hand.",
        ],
    }
}
