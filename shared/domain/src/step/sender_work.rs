//! What a sender finds to do for an order.

use super::Target;
use super::attempt::open;
use super::decide::is_sending;
use crate::guard::{Guard, guarded};
use crate::{Attempt, Moment, Order, PackageId};

/// What a sender can do for an order now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// Claim and submit.
    Submit(Target),
    /// Ask the channel what it holds.
    Read(Target),
    /// Ask the channel what it holds of a package that is in no doubt.
    Look(PackageId),
}

/// What a sender can do for an order now, one thing after the other.
pub fn work(order: &Order, now: Moment) -> Vec<Work> {
    let is_free = !is_sending(order) || !guarded(Guard::OneSending);
    let is_time = |not_before: Option<Moment>| not_before.is_none_or(|at| at <= now);
    let mut work = Vec::new();
    for (id, package) in &order.packages {
        for open in open(package) {
            let target = match open.item {
                None => Target::Confirmation(id.clone()),
                Some(item) => Target::Imei(id.clone(), item.clone()),
            };
            match &*open.attempt {
                Attempt::Pending(pending) => {
                    if is_time(pending.not_before) && (is_free || open.item.is_some()) {
                        work.push(Work::Submit(target));
                    }
                }
                Attempt::InDoubt(doubt) => {
                    if doubt.read_at <= now {
                        work.push(Work::Read(target));
                    }
                }
                Attempt::Sending { .. } => {}
            }
        }
    }
    let looks = order
        .packages
        .iter()
        .filter(|(_, package)| is_free && package.looks.due.is_some_and(|tried| tried.at <= now));
    work.extend(looks.map(|(id, _)| Work::Look(id.clone())));
    work
}
