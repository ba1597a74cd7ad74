//! A way to what must not be, in words a person can follow.

use crate::clock::{Age, Passing};
use crate::guard::SENDERS;
use crate::items::{Kind, PersonAction, ReadResult, Seen, SubmissionEnd, Wished};
use crate::model::{Model, Next};
use crate::moves::{Does, Fate, Move, Reply};
use crate::search;
use crate::state::{Payload, Sender, State};

/// The steps of a counter-example, one line each, and what must not be.
pub fn story(model: &mut Model, found: &search::Counterexample) -> Vec<String> {
    let mut state = State::START;
    let mut names = ['A', 'B', 'C'];
    let mut nexts: Vec<Next> = Vec::new();
    let mut lines = Vec::new();
    for (by, to) in &found.trace {
        model.next(&state, &mut nexts);
        let next = nexts.iter().find(|next| next.by == *by && next.state.sorted() == *to);
        let Some(next) = next.copied() else { return vec!["no such way".to_owned()] };
        lines.push(line(model, (&state, names), &next));
        names = renamed(&next.state, names);
        state = *to;
    }
    lines.push(format!("=> {}", found.violation.words()));
    lines
}

/// Senders are stored in order; their names go with them.
fn renamed(state: &State, names: [char; SENDERS]) -> [char; SENDERS] {
    let mut places = [0, 1, 2];
    places.sort_by_key(|place| state.senders[*place]);
    places.map(|place| names[place])
}

fn line(model: &Model, (before, names): (&State, [char; SENDERS]), next: &Next) -> String {
    let what = if let Move::Sender(place, does) = next.by {
        let place = usize::from(place);
        let (was, is) = (before.senders[place], next.state.senders[place]);
        format!("{} {}", names[place], doing(does, &was, &is))
    } else {
        happening(next.by)
    };
    let packages = |state: &State| model.items.view(state.item).packages;
    let (was, is) = (packages(before), packages(&next.state));
    let told = |place: usize, seen: &Option<Seen>| {
        seen.as_ref().map(|seen| status(place, seen, model.world.packages))
    };
    let changes: Vec<String> = is
        .iter()
        .zip(&was)
        .enumerate()
        .filter(|(place, (is, was))| told(*place, is) != told(*place, was))
        .filter_map(|(place, (is, _))| told(place, is))
        .collect();
    if changes.is_empty() { what } else { format!("{what} -> {}", changes.join(", ")) }
}

fn happening(by: Move) -> String {
    match by {
        Move::Saves => "the label's event is handled: its order is saved".to_owned(),
        Move::Rings => "the label's event is handled: its doorbell is rung".to_owned(),
        Move::Relabels => "the label is replaced by another with number 2".to_owned(),
        Move::Voids(number) => format!("the label with {} is voided", number_of(number)),
        Move::Cancels => "the order is cancelled".to_owned(),
        Move::Wishes(Wished::First) => "the buyer wishes to cancel".to_owned(),
        Move::Wishes(Wished::TakenBack) => "the buyer takes that back".to_owned(),
        Move::Wishes(Wished::Again) => "the buyer wishes to cancel once more".to_owned(),
        Move::Edits => "a person puts another number in at the channel".to_owned(),
        Move::ReleasesAgain => {
            "the channel wants the order shipped once more, and still shows that number".to_owned()
        }
        Move::Lags => "the channel answers from an older copy for a while".to_owned(),
        Move::Deploys => "from now on requests are built otherwise".to_owned(),
        Move::TurnsNever => "the partner's timing becomes `never`".to_owned(),
        Move::LeavesNever => "the partner's timing is another one again".to_owned(),
        Move::Switches(true) => "the partner sends nothing by a deadline any more".to_owned(),
        Move::Switches(false) => "the partner sends by deadlines again".to_owned(),
        Move::BacksUp => "the table is backed up".to_owned(),
        Move::Restores { backup: true } => "the table is restored from its backup".to_owned(),
        Move::Restores { backup: false } => {
            "the table is restored to what it was before the order".to_owned()
        }
        Move::Pauses(true) => "a person pauses the partner".to_owned(),
        Move::Pauses(false) => "a person resumes the partner".to_owned(),
        Move::Observes(true) => "from now on the partner observes".to_owned(),
        Move::Observes(false) => "the partner is live again".to_owned(),
        Move::Acts(_, PersonAction::SendNow) => "a person says: send now".to_owned(),
        Move::Acts(_, PersonAction::Retry) => "a person says: try again".to_owned(),
        Move::Acts(_, PersonAction::Release) => "a person says: let it go on".to_owned(),
        Move::Acts(_, PersonAction::NothingThere) => {
            "a person says: the channel has nothing".to_owned()
        }
        Move::BellIsLost => "the doorbell is lost".to_owned(),
        Move::Sweeps => "the sweep looks at the order, and rings".to_owned(),
        Move::Passes(_, passing) => passed(passing).to_owned(),
        Move::Applies(payload) => format!("the channel applies the slow {}", request(payload)),
        Move::Vanishes(payload) => format!("the slow {} is lost for good", request(payload)),
        Move::Sender(..) => String::new(),
    }
}

const fn passed(passing: Passing) -> &'static str {
    match passing {
        Passing::NotBefore => "time passes: it may be tried",
        Passing::Read => "time passes: the next read is due",
        Passing::Lease => "time passes: the lease is over",
        Passing::Quarantine => "time passes: the quarantine is over",
        Passing::Day => "time passes: a day in doubt is over",
    }
}

fn doing(does: Does, was: &Sender, is: &Sender) -> String {
    match does {
        Does::Wakes | Does::WakesAgain => {
            let again = if does == Does::WakesAgain { " once more" } else { "" };
            let to = match is {
                Sender::Submits { .. } => "to be sent",
                Sender::Reads { .. } => "to be looked up",
                Sender::Idle | Sender::Sent(_) | Sender::Knows(..) | Sender::HasRead { .. } => {
                    "nothing to do"
                }
            };
            format!("gets the doorbell{again}, loads the order: {to}")
        }
        Does::Looks(found) => format!("looks before the claim: {}", found_words(found)),
        Does::Claims => match is {
            Sender::Sent(claimed) => format!("claims, and sends a {}", request(claimed.payload)),
            Sender::Idle
            | Sender::Submits { .. }
            | Sender::Knows(..)
            | Sender::Reads { .. }
            | Sender::HasRead { .. } => "claims".to_owned(),
        },
        Does::AsksFirst => "would claim: what may be forgotten is in doubt first".to_owned(),
        Does::IsRefused => "is refused the claim".to_owned(),
        Does::MistakesItsClaim => {
            "claims; the answer is lost, the save is repeated, and it takes its own claim for another's"
                .to_owned()
        }
        Does::Postpones => "cannot try now: it is put off".to_owned(),
        Does::IsAnswered(reply) => answered(reply).to_owned(),
        Does::Records => match was {
            Sender::Knows(claimed, ended) => {
                let late = if claimed.is_current { "" } else { ", of a claim that is over" };
                format!("records: {}{late}", ended_words(*ended))
            }
            Sender::Idle
            | Sender::Submits { .. }
            | Sender::Sent(_)
            | Sender::Reads { .. }
            | Sender::HasRead { .. } => "records".to_owned(),
        },
        Does::Reads(found) => format!("asks the channel: {}", found_words(found)),
        Does::RecordsRead => match was {
            Sender::HasRead { found, .. } => format!("records the read: {}", found_words(*found)),
            Sender::Idle
            | Sender::Submits { .. }
            | Sender::Sent(_)
            | Sender::Knows(..)
            | Sender::Reads { .. } => "records the read".to_owned(),
        },
        Does::Dies(Fate::None) => "dies".to_owned(),
        Does::Dies(Fate::UnderWay) => "dies, its request under way".to_owned(),
        Does::Dies(Fate::Applied) => "dies; its request is applied".to_owned(),
    }
}

const fn answered(reply: Reply) -> &'static str {
    match reply {
        Reply::Takes => "is answered: the channel has applied it",
        Reply::TakesInSilence => "gets no answer: the channel has applied it",
        Reply::IsSlow => "gets no answer in time: the request is still under way",
        Reply::NeverGotIt => "gets no answer: the request never arrived",
        Reply::IsBusy => "is answered: busy, not applied",
        Reply::Refuses => "is answered: refused for good, not applied",
        Reply::HasShipped => "is answered: it has shipped already",
    }
}

const fn ended_words(ended: SubmissionEnd) -> &'static str {
    match ended {
        SubmissionEnd::Accepted => "accepted",
        SubmissionEnd::NotApplied => "not applied",
        SubmissionEnd::Refused => "refused",
        SubmissionEnd::AlreadyShipped => "already shipped, it says",
        SubmissionEnd::Unknown => "unknown",
    }
}

const fn found_words(found: ReadResult) -> &'static str {
    match found {
        ReadResult::Ours => "our number",
        ReadResult::Other => "another number",
        ReadResult::Former => "another number, and still to be shipped",
        ReadResult::Absent => "nothing there",
        ReadResult::Unclear => "shipped, not by which number",
        ReadResult::Unreadable => "no answer",
    }
}

fn number_of(number: u8) -> String {
    format!("number {}", number + 1)
}

fn request(payload: Payload) -> String {
    let how = if payload.deployed { ", built otherwise" } else { "" };
    format!("request with {}{how}", number_of(payload.number))
}

fn status(place: usize, seen: &Seen, packages: u8) -> String {
    let of = if packages > 1 { format!("package {} ", place + 1) } else { String::new() };
    let kind = match seen.kind {
        Kind::Waiting => "waiting",
        Kind::Ready if seen.is_later => "ready, later",
        Kind::Ready if seen.locked.is_some() => "ready to be repeated",
        Kind::Ready => "ready",
        Kind::Held => "held",
        Kind::Withheld => "withheld",
        Kind::Sending => "sending",
        Kind::Confirmed => "confirmed",
        Kind::Rejected => "rejected",
        Kind::InDoubt => match seen.age {
            Some(Age::Quarantined) => "in doubt, past the quarantine",
            Some(Age::Old) => "in doubt for a day",
            Some(Age::Young) | None => "in doubt",
        },
        Kind::Conflict => "conflict",
        Kind::Unresolved => "unresolved",
        Kind::Closed => "closed",
        Kind::Observed => "observed",
    };
    format!("{of}{kind}")
}
