//! What a sender finds to do for an order.

use super::Target;
use super::decide::is_sending;
use crate::planted::{self, Bug};
use crate::{LineState, Moment, Order, State};

/// What a sender can do for an order now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Work {
    /// Claim and submit.
    Submit(Target),
    /// Ask the channel what it holds.
    Read(Target),
}

/// What a sender can do for an order now, one thing after the other.
pub fn work(order: &Order, now: Moment) -> Vec<Work> {
    let is_free = !is_sending(order) || planted::is(Bug::TwoAtOnce);
    let is_time = |not_before: Option<Moment>| not_before.is_none_or(|at| at <= now);
    let mut work = Vec::new();
    for (id, package) in &order.packages {
        let target = Target::Confirmation(id.clone());
        if let State::Ready { not_before, .. } = &package.state
            && is_free
            && is_time(*not_before)
        {
            work.push(Work::Submit(target));
        } else if let State::InDoubt(doubt) = &package.state
            && doubt.read_at <= now
        {
            work.push(Work::Read(target));
        }
        for (item, line) in &package.lines {
            let target = Target::Imei(id.clone(), item.clone());
            if let LineState::Pending { not_before, .. } = &line.state
                && is_time(*not_before)
            {
                work.push(Work::Submit(target));
            } else if let LineState::InDoubt(doubt) = &line.state
                && doubt.read_at <= now
            {
                work.push(Work::Read(target));
            }
        }
    }
    work
}
