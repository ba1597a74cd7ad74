//! Answers a request, and carries out its fault if it has one. The fault decides when the request is handled and what
//! the caller sees. The request's own rules decide what is applied.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::fault::{Answer, Fault};
use crate::reply::{Outcome, Reply};

/// One request to one marketplace.
pub(crate) trait MarketplaceRequest: Send + Sync + 'static {
    /// Checks and applies the request as the marketplace does, and returns the true answer.
    fn handle(&self) -> Reply;

    /// The answer that a fault asks for, in the channel's own words. This applies nothing.
    fn fault_answer(&self, answer: &Answer) -> Outcome;

    /// Ships the order as somebody else would. A request that submits no shipment does nothing.
    fn ship_elsewhere(&self, _tracking_number: &str) {}
}

/// Answers the request: truly if there is no fault, else as the fault says.
pub(crate) async fn answer<S: MarketplaceRequest>(
    fault: Option<Fault>,
    request: Arc<S>,
) -> Outcome {
    match fault {
        None => Outcome::Reply(request.handle()),
        Some(Fault::Late { delay_ms }) => {
            sleep(Duration::from_millis(delay_ms)).await;
            Outcome::Reply(request.handle())
        }
        Some(Fault::SlowAnswer { delay_ms }) => {
            let reply = request.handle();
            sleep(Duration::from_millis(delay_ms)).await;
            Outcome::Reply(reply)
        }
        Some(Fault::Applied { answer, answer_after_ms }) => {
            // This fault withholds the true answer.
            drop(request.handle());
            sleep(Duration::from_millis(answer_after_ms)).await;
            request.fault_answer(&answer)
        }
        Some(Fault::AppliedLater { after_ms, answer }) => {
            let later = Arc::clone(&request);
            tokio::spawn(async move {
                sleep(Duration::from_millis(after_ms)).await;
                drop(later.handle());
            });
            request.fault_answer(&answer)
        }
        Some(Fault::NotApplied { answer, answer_after_ms }) => {
            sleep(Duration::from_millis(answer_after_ms)).await;
            request.fault_answer(&answer)
        }
        Some(Fault::ShippedElsewhere { tracking_number }) => {
            request.ship_elsewhere(&tracking_number);
            Outcome::Reply(request.handle())
        }
    }
}
