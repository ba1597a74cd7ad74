//! Handles `LabelCreated` events.

use aws::lambda::{EventFunction, EventKind, UnknownPartners, take_events_over};
use lambda_runtime::Error;

#[tokio::main]
async fn main() -> Result<(), Error> {
    let (aws, imei_window_minutes) = stock::connect().await?;
    let unknown_partners = UnknownPartners::Refuse;
    let function =
        EventFunction { kind: EventKind::LabelCreated, imei_window_minutes, unknown_partners };
    Box::pin(take_events_over(aws, function)).await
}
