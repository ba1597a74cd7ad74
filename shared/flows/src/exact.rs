//! A change of exactly the version that somebody has seen: where the order is of another by now, nothing is done.

use crate::deliver::{Delivered, Found, Writer, attempt};
use crate::ports::{OrderPorts, SaveError, StoreError, Stored};
use domain::Input;

/// A change was not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExactError {
    /// The table could not be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another save was faster: the order as it is now, unless it is gone.
    #[error("the order was changed meanwhile")]
    Stale(Option<Box<Stored>>),
}

/// Takes inputs to an order as it was read, and saves once, on that version alone: the save's own condition is what keeps
/// a change from being made to another order than the one that was looked at.
///
/// # Errors
/// When the order could not be saved, or is of another version.
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
