//! Handles `ImeiUpdated` events: a phone's IMEI is known, for the confirmation to carry.

use aws::lambda::{EventKind, take_events};
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    take_events(EventKind::ImeiUpdated).await
}
