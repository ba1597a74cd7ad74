//! Handles `CarrierScan` events.

use aws::lambda::take_scans_over;
use lambda_runtime::Error;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let (aws, _) = stock::connect().await?;
    Box::pin(take_scans_over(aws)).await
}
