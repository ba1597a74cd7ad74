//! Answers the settings API's requests, and serves the console.

mod site;

use adapters::lambda::answer_requests;
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    answer_requests(site::SITE).await
}
