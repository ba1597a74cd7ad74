//! Runs each minute: looks at every order whose timer has run out.

use aws::lambda::sweep_each_time;
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    sweep_each_time().await
}
