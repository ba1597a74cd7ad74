//! Handles `LabelCreated` events: a package has a label, so its confirmation has terms and, maybe, is due.

use aws::lambda::{EventKind, take_events};
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    take_events(EventKind::LabelCreated).await
}
