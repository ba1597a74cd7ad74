//! A partner of eBay's, and what is submitted for it.

use crate::given::{partner, submission};
use domain::{Channel, Partner, Submission};

/// An order of eBay. Source: its description of `createShippingFulfillment`.
pub(crate) const EBAY_ORDER: &str = "01-03955-36441";

pub(crate) fn ebay() -> Partner {
    partner("ebay-us", Channel::Ebay)
}

/// One line to be shipped.
pub(crate) fn ebay_submission() -> Submission {
    submission(Channel::Ebay, EBAY_ORDER)
}
