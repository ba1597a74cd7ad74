//! The operators of a run: they replace the credentials of a partner that was stopped, and redrive what was received too
//! often.

use super::scripted_orders::partners;
use crate::stack::Shared;
use domain::Channel;
use flows::ports::Partners as _;
use futures_util::future::join;
use local::{NewPartner, SELLER};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future;
use std::time::Duration;

/// How often operators look.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The operators of a run.
pub(super) struct Operators {
    shared: &'static Shared,
    /// Why partners were stopped, and how often.
    stopped: BTreeMap<String, usize>,
    /// Number of dead letters that were redriven, by queue.
    redriven: BTreeMap<String, usize>,
}

impl Operators {
    pub(super) fn new(shared: &'static Shared) -> Self {
        Self { shared, stopped: BTreeMap::new(), redriven: BTreeMap::new() }
    }

    /// Lets the operators work while something else is done.
    pub(super) async fn work_during(&mut self, work: impl Future<Output = ()>) {
        let is_over = Cell::new(false);
        let work = async {
            work.await;
            is_over.set(true);
        };
        // A look is never left half-way: a dead letter that was taken and not redriven would be lost by this test.
        let looking = async {
            while !is_over.get() {
                self.look().await;
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        join(work, looking).await;
    }

    async fn look(&mut self) {
        for partner in partners() {
            self.look_at(partner).await;
        }
        let queues: Vec<String> = self.shared.stack.state().queues.keys().cloned().collect();
        for queue in queues {
            // The engine may be down at this moment.
            let Ok(letters) = self.shared.stack.dead_letters(&queue).await else { return };
            let stuck: Vec<_> = letters.iter().filter(|letter| letter.reason().is_none()).collect();
            let done = self.redriven.entry(queue.clone()).or_default();
            for letter in stuck.iter().skip(*done) {
                let body = letter.body.clone();
                if self.shared.stack.send_to_queue(&queue, body).await.is_err() {
                    return;
                }
                *done += 1;
            }
        }
    }

    async fn look_at(&mut self, new: &NewPartner) {
        let (seller, id) = (SELLER.parse().expect("an id"), new.id.parse().expect("an id"));
        let Ok(Some(partner)) = self.shared.aws.partner(&seller, &id).await else { return };
        let Some(stopped) = partner.stopped else { return };
        // A refresh token that dies with its function is the one gap that is left.
        let credentials = if new.channel == Channel::Wish {
            self.shared.shops.wish().authorize(new.account)
        } else {
            marketplaces::credentials(new.channel.name(), new.account)
        };
        let stack = &self.shared.stack.state().stack;
        let name = format!("{stack}/{}/{SELLER}/{}", new.channel, new.id);
        let put = self.shared.stack.secrets().put_secret_value().secret_id(name);
        if put.secret_string(credentials.to_string()).send().await.is_ok() {
            let why = format!("{}: {}", new.id, stopped.reason);
            *self.stopped.entry(why).or_default() += 1;
        }
    }

    pub(super) fn print(&self) {
        let redriven: BTreeMap<_, _> =
            self.redriven.iter().filter(|(_, count)| **count > 0).collect();
        println!("redriven by a person, after five receives: {redriven:?}");
        println!("credentials replaced by a person (looked at every 5 s): {:#?}", self.stopped);
    }
}
