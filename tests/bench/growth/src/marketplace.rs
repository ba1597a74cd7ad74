//! The marketplace: testkit's Amazon. Reading what it took empties it, so that it does not grow.

use channels::Answer;
use flows::ports::HttpError;
use http::Request;
use std::cell::RefCell;
use testkit::{Applied, Shops};

/// The marketplace, which is called like the fakes of testkit.
#[derive(Default)]
pub(crate) struct Shop(RefCell<Shops>);

impl Shop {
    pub(crate) fn answer(&self, request: &Request<Vec<u8>>) -> Result<Answer, HttpError> {
        self.0.borrow().answer(request)
    }

    /// The orders for which it took a tracking number since the last call, with one entry for each number it took.
    pub(crate) fn taken(&self) -> Vec<String> {
        let applied = self.0.take().applied();
        let order = |applied| match applied {
            Applied::Number { order, .. } => Some(order),
            Applied::Imei { .. } | Applied::Serial { .. } => None,
        };
        applied.into_iter().filter_map(order).collect()
    }
}
