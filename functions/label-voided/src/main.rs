//! Handles `LabelVoided` events: a label that is not sent yet never will be.

use aws::lambda::{EventKind, take_events};
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    take_events(EventKind::LabelVoided).await
}
