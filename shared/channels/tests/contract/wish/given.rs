//! A partner of Wish's, and what is submitted for it.

use crate::given::{item, partner, submission};
use domain::{Channel, Partner, Submission};

/// An order of Wish: an object id. Source: its description (W).
pub(crate) const WISH_ORDER: &str = "5d30f60e0a6fc464f4f376b0";

pub(crate) fn wish() -> Partner {
    partner("wish-us", Channel::Wish)
}

/// An order of two lines to be shipped, all of it by one number.
pub(crate) fn wish_submission() -> Submission {
    Submission { items: vec![item("1", 1), item("2", 2)], ..submission(Channel::Wish, WISH_ORDER) }
}
