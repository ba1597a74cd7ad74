//! Answers the doorbells of eBay: claims, submits and records confirmations.

use aws::lambda::send;
use channels::Ebay;
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    send::<Ebay>().await
}
