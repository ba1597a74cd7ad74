//! Handles `CarrierScan` events: the carrier's first movement makes a confirmation due.

use aws::lambda::take_scans;
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    take_scans().await
}
