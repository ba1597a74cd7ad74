//! Handles `OrderCancelled` events: nothing of the order is sent any more.

use aws::lambda::{EventKind, take_events};
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    take_events(EventKind::OrderCancelled).await
}
