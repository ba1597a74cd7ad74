//! Answers the doorbells of Amazon: claims, submits and records confirmations.

use aws::lambda::send;
use channels::Amazon;
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    send::<Amazon>().await
}
