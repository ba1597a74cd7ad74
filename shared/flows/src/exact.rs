//! A change of exactly the version of an order that somebody has seen. An order that has another version by now is left as
//! it is.

use crate::deliver::{Delivered, Found, Writer, attempt};
use crate::ports::{OrderPorts, SaveError, StoreError, Stored};
use domain::Input;

/// A change was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExactError {
    /// The table could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another save was faster. It has the order as it is now, unless the order is gone.
    #[error("the order was changed meanwhile")]
    Stale(Option<Box<Stored>>),
}

/// Takes inputs to an order as it was read, and saves it once, on that version alone. The condition of the save keeps the
/// change from being made to anything but what was looked at.
///
/// # Errors
/// When the order could not be saved, or has another version by now.
pub async fn deliver_exactly<P: OrderPorts>(
    ports: &P,
    stored: Stored,
    inputs: &[Input],
    writer: &Writer,
) -> Result<Delivered, ExactError> {
    let key = stored.order.key.clone();
    match attempt(ports, &key, &Found::There(Box::new(stored)), inputs, writer).await {
        Ok(delivered) => Ok(delivered),
        Err(SaveError::Store(error)) => Err(error.into()),
        Err(SaveError::Stale(current)) => Err(ExactError::Stale(current)),
    }
}
