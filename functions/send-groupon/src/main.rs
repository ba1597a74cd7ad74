//! Answers the doorbells of Groupon: claims, submits and records confirmations.

use aws::lambda::send;
use channels::Groupon;
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    send::<Groupon>().await
}
