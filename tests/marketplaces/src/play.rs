//! Carries out a fault around a request. It waits and it chooses the answer; what is applied, the scene's rules decide.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::sleep;

use crate::fault::{Answer, Fault};
use crate::reply::{Outcome, Reply};

/// One request at one marketplace.
pub(crate) trait Scene: Send + Sync + 'static {
    /// Handles the request as the marketplace does: checks it, applies it, answers.
    fn handle(&self) -> Reply;

    /// The channel's form of an answer that a fault asked for. Nothing is applied.
    fn say(&self, answer: &Answer) -> Outcome;

    /// Lets the order have been shipped by somebody else. Only a submission has a use for it.
    fn ship_elsewhere(&self, _tracking_number: &str) {}
}

/// Answers the request, well or badly.
pub(crate) async fn play<S: Scene>(fault: Option<Fault>, scene: Arc<S>) -> Outcome {
    match fault {
        None => Outcome::Reply(scene.handle()),
        Some(Fault::Late { delay_ms }) => {
            sleep(Duration::from_millis(delay_ms)).await;
            Outcome::Reply(scene.handle())
        }
        Some(Fault::SlowAnswer { delay_ms }) => {
            let reply = scene.handle();
            sleep(Duration::from_millis(delay_ms)).await;
            Outcome::Reply(reply)
        }
        Some(Fault::Applied { answer, answer_after_ms }) => {
            // The true answer is what this fault withholds.
            drop(scene.handle());
            sleep(Duration::from_millis(answer_after_ms)).await;
            scene.say(&answer)
        }
        Some(Fault::AppliedLater { after_ms, answer }) => {
            let later = Arc::clone(&scene);
            tokio::spawn(async move {
                sleep(Duration::from_millis(after_ms)).await;
                drop(later.handle());
            });
            scene.say(&answer)
        }
        Some(Fault::NotApplied { answer, answer_after_ms }) => {
            sleep(Duration::from_millis(answer_after_ms)).await;
            scene.say(&answer)
        }
        Some(Fault::ShippedElsewhere { tracking_number }) => {
            scene.ship_elsewhere(&tracking_number);
            Outcome::Reply(scene.handle())
        }
    }
}
