//! Answers the doorbells of Back Market: claims, submits and records confirmations.

use aws::lambda::send;
use channels::BackMarket;
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    send::<BackMarket>().await
}
