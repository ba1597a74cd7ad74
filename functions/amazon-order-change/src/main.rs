//! Relays `ORDER_CHANGE`, what Amazon notifies of an order, as events of ours: a cancellation, a wish to cancel, a ship-by.

use aws::lambda::take_order_changes;
use lambda_runtime::Error;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    take_order_changes().await
}
