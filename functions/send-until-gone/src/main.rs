//! Answers the doorbells of `UntilGone`: claims, submits and records confirmations.

use aws::lambda::send;
use channels::UntilGone;
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    send::<UntilGone>().await
}
