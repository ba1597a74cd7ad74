//! Handles `LabelCreated` events.

use aws::lambda::take_events_over;
use lambda_runtime::Error;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let (aws, window) = stock::connect().await?;
    Box::pin(take_events_over(aws, ("LabelCreated", window))).await
}
