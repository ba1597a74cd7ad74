//! Handles `OrderUpdated` events: its channel wants the order shipped by another time, or its buyer wishes to cancel.

use aws::lambda::{EventKind, take_events};
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    take_events(EventKind::OrderUpdated).await
}
