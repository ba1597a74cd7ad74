//! Answers the doorbells of Wish: claims, submits and records confirmations.

use aws::lambda::send;
use channels::Wish;
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    send::<Wish>().await
}
