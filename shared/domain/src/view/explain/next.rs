//! What happens to a package next by itself, and which events would change it.

use super::because::is_over;
use crate::step::current;
use crate::{
    Attempt, DeadlineAction, Held, Label, LineState, MissingImei, Moment, Order, Package, Partner,
    Pending, ReadBack, Stage, State, WaitingFor, Withheld,
};

pub(super) fn next(
    order: &Order,
    package: &Package,
    partner: Option<&Partner>,
    now: Moment,
) -> Vec<String> {
    let mut said = vec![by_state(order, package)];
    said.extend(without_movement(order, package));
    said.extend(current_look(order, package));
    if is_work(package) {
        said.extend(partner.and_then(|partner| account(order, partner, now)));
    }
    said
}

fn by_state(order: &Order, package: &Package) -> String {
    let channel = order.channel.shown();
    match &package.state {
        State::Waiting(waiting) => after_waiting(package, waiting),
        State::Ready(ready) => pending(&ready.pending),
        State::Held(held) => after_hold(*held).to_owned(),
        State::Withheld(Withheld::Cancelled) => {
            "Nothing happens by itself: a cancellation is not taken back.".to_owned()
        }
        State::Withheld(Withheld::OneTrackingPerOrder) => {
            "Nothing happens by itself, unless the other package turns out not to be sent.".to_owned()
        }
        State::Withheld(Withheld::Never) => {
            "Nothing happens by itself, also when the setting is changed: it counts for labels made from then on.".to_owned()
        }
        State::Rejected(_) => "Nothing happens by itself until something else would be sent.".to_owned(),
        State::Observed(_) => {
            "Nothing happens by itself, also when its partner sends again: it was only observed."
                .to_owned()
        }
        State::Closed { .. } => "Nothing: it is closed.".to_owned(),
        State::Sent(sent) => match &sent.stage {
            Stage::Open(Attempt::Pending(repeat)) => pending(repeat),
            Stage::Open(Attempt::Sending { lease_until }) => format!(
                "Its sender has until {lease_until}. What has no outcome then is in doubt, and {channel} is asked."
            ),
            Stage::Open(Attempt::InDoubt(doubt)) => match order.channel.facts().read_back {
                ReadBack::Possible => {
                    format!("{channel} is asked what it holds at {}, and again until it is known, for 24 hours.", doubt.read_at)
                }
                ReadBack::Impossible => format!(
                    "{channel} cannot be asked. What may be repeated goes out again at {}; else it is for a person.",
                    doubt.read_at
                ),
            },
            Stage::Confirmed { .. } if package.lines.values().any(|line| matches!(line.state, LineState::Open(_))) => {
                "The devices that are open are registered by requests of their own.".to_owned()
            }
            Stage::Confirmed { .. } => "Nothing more is sent: it is done.".to_owned(),
            Stage::Conflict { .. } | Stage::Unresolved { .. } => {
                format!("Nothing happens by itself: a person must say what {channel} has.")
            }
            Stage::Closed { .. } => "Nothing: it is closed.".to_owned(),
        },
    }
}

fn after_waiting(package: &Package, waiting: &WaitingFor) -> String {
    match waiting {
        WaitingFor::Label => "It goes on when a label comes.".to_owned(),
        WaitingFor::Movement => "It is sent as soon as that scan comes.".to_owned(),
        WaitingFor::ShipDay { .. } | WaitingFor::SendAfter { .. } => {
            "It is sent then, or as soon as a scan shows movement.".to_owned()
        }
        WaitingFor::Imeis { .. } => {
            let terms = current(package).and_then(|label| label.terms.imei);
            let then = match terms.map(|terms| terms.missing) {
                Some(MissingImei::SendWithout) => "goes without them when the time is over",
                Some(MissingImei::Hold) => "is held when the time is over",
                None => "is decided by its partner's policy when the time is over",
            };
            format!("It is sent as soon as they are entered, and {then}.")
        }
    }
}

const fn after_hold(held: Held) -> &'static str {
    match held {
        Held::ImeisMissing => "It goes on by itself when they are entered.",
        Held::Person => "Nothing happens by itself until a person releases it.",
        Held::LabelDisputed => {
            "It goes on by itself when its label is told again with a later time, is voided, or is replaced by a newer one."
        }
        Held::ReplacedLabelMoves => "It goes on by itself when a newer label comes.",
        Held::ItemsCancelled => "It goes on by itself when newer labels fit what remains.",
        Held::CancelRequested => {
            "It goes on by itself when the buyer no longer wishes so, and is withheld when the order is cancelled."
        }
    }
}

fn pending(pending: &Pending) -> String {
    let ring = pending.ring.next;
    format!("A sender takes it by itself; one that was not reached is told again at {ring}.")
}

/// When its label lets it go although its parcel has not moved (rules S2 and S11).
fn without_movement(order: &Order, package: &Package) -> Vec<String> {
    let State::Waiting(WaitingFor::Movement) = package.state else { return Vec::new() };
    let Some(label) = current(package) else { return Vec::new() };
    if label.stays {
        return vec![
            "Without a scan nothing is sent: its partner does not want that any more.".to_owned(),
        ];
    }
    if !order.channel.facts().sends_late {
        return Vec::new();
    }
    let watch = label.terms.watch;
    let deadline = (watch.deadline.action() == DeadlineAction::Send).then(|| {
        let hours = watch.deadline.warn_hours();
        format!("Without a scan it is sent {hours} h before its ship-by, once its channel was asked what it holds.")
    });
    let wait = watch.or_after.map(|after| {
        let hours = after.hours();
        format!("Without a scan it is sent {hours} h after its label came, once its channel was asked what it holds.")
    });
    deadline.into_iter().chain(wait).collect()
}

/// The look that is to be made next.
fn current_look(order: &Order, package: &Package) -> Option<String> {
    let due = package.looks.due?;
    let channel = order.channel.shown();
    let asked = package.looks.asked_for.map(|at| format!(" A person asked for it at {at}."));
    Some(format!("{channel} is looked at again at {}.{}", due.at, asked.unwrap_or_default()))
}

/// Whether a sender has work with it.
fn is_work(package: &Package) -> bool {
    let is_open = match &package.state {
        State::Ready(_) => true,
        State::Sent(sent) => matches!(sent.stage, Stage::Open(_)),
        State::Waiting(_)
        | State::Held(_)
        | State::Withheld(_)
        | State::Rejected(_)
        | State::Observed(_)
        | State::Closed { .. } => false,
    };
    is_open || package.lines.values().any(|line| matches!(line.state, LineState::Open(_)))
}

/// What keeps its account from sending.
fn account(order: &Order, partner: &Partner, now: Moment) -> Option<String> {
    let channel = order.channel.shown();
    if let Some(stopped) = &partner.stopped {
        let reason = stopped.reason.as_str().trim_end_matches('.');
        return Some(format!(
            "Nothing of its partner is sent since {}, for its credentials are refused: {reason}. It goes on by itself once they \
             are replaced.",
            stopped.at
        ));
    }
    if let Some(paused) = &partner.paused {
        let (by, why) = (paused.by.as_str(), paused.why.as_str().trim_end_matches('.'));
        return Some(format!(
            "Nothing of its partner is sent since {}, for {by} paused it: {why}. It goes on by itself once it is resumed.",
            paused.at
        ));
    }
    let go = partner.pace.submit.go.filter(|go| *go > now)?;
    Some(format!("Its account is kept to {channel}'s limits: the next place is at {go}."))
}

/// Which events would change it.
pub(super) fn events(order: &Order, package: &Package) -> Vec<String> {
    let channel = order.channel.shown();
    let is_closed = package.state.is_closed();
    let word = match &package.state {
        _ if is_closed => return Vec::new(),
        State::Sent(sent)
            if is_over(&sent.stage) || matches!(sent.stage, Stage::Conflict { .. }) =>
        {
            format!(
                "No event changes what {channel} has: what comes after the confirmation is only marked here for a person."
            )
        }
        State::Sent(_) => format!(
            "The number that was sent stays until it is proven that {channel} did not take it: a newer label is only marked here \
             for a person."
        ),
        State::Withheld(Withheld::Cancelled) | State::Observed(_) => return Vec::new(),
        State::Waiting(_)
        | State::Ready(_)
        | State::Held(_)
        | State::Withheld(Withheld::OneTrackingPerOrder | Withheld::Never)
        | State::Rejected(_)
        | State::Closed { .. } => before_the_claim(current(package)),
    };
    vec![word]
}

fn before_the_claim(label: Option<&Label>) -> String {
    match label {
        Some(label) => format!(
            "Nothing was sent so far, so a newer label, a void of label {} and a cancellation of the order still count.",
            label.id
        ),
        None => "Nothing was sent so far, so a label and a cancellation of the order still count."
            .to_owned(),
    }
}
