//! What led a package where it stands.

use super::super::attention::bare;
use super::super::looks::verification_view;
use super::super::plain_words::PlainWords;
use super::super::watch::is_confirmed_late;
use crate::step::{ShipBySource, current, known_ship_by, locked_label};
use crate::{
    Attempt, Device, Imei, ItemId, Label, Line, LineState, Lock, Moment, Order, Package, Person,
    Proof, Serial, Stage, State, Tries, WaitingFor,
};
use serde_json::Value;

pub(super) fn because(order: &Order, package: &Package) -> Vec<String> {
    let plain = |words: &str| bare(&PlainWords::of(words, order.channel).text).to_owned();
    let mut said = Vec::new();
    said.extend(locked_label(package).or_else(|| current(package)).map(label_in_words));
    said.extend(old_movements(package));
    said.extend(package.hold.as_ref().map(|person| by_person("holds it", person)));
    let send_now = package.send_now.as_ref().filter(|_| package.lock().is_none());
    said.extend(send_now.map(|word| by_person("sends it whatever the rules say", &word.person)));
    said.extend(package.chosen.as_ref().map(|chosen| {
        by_person(&format!("said that label {} is the right one", chosen.label), &chosen.person)
    }));
    said.extend(
        package
            .refused_wish
            .as_ref()
            .map(|refused| by_person("refused the buyer's wish to cancel for it", &refused.person)),
    );
    said.extend(package.lock().map(|lock| proof_in_words(package, lock)));
    said.extend(package.state.tries().and_then(|tries| failures_in_words(tries, &plain)));
    if let Some(doubt) = package.state.doubt() {
        let (since, reads, absent) = (doubt.since, doubt.reads, doubt.absent);
        said.push(format!(
            "It is in doubt since {since}. It was read {reads} times so far, and {absent} of them showed nothing."
        ));
    }
    said.extend(package.state.sent().and_then(|sent| sent.repeats).map(|repeats| {
        let refused = if repeats.refused { ", and the last was refused" } else { "" };
        format!("The identical request was repeated {} times{refused}.", repeats.count)
    }));
    said.extend(ship_by_in_words(order, package));
    if is_confirmed_late(package) {
        said.push("It was sent after its ship-by.".to_owned());
    }
    let verification = verification_view(order, package);
    said.extend(verification.get("says").and_then(Value::as_str).map(str::to_owned));
    let lines = package.lines.iter();
    said.extend(lines.map(|(item, line)| line_in_words(item, line, &plain)));
    said
}

fn label_in_words(label: &Label) -> String {
    let Label { id, telling, received_at, .. } = label;
    format!(
        "Its label {id} has the {} number {}. It was made at {}, came at {received_at}, and is under \"{}\"",
        telling.carrier,
        telling.tracking,
        telling.labeled_at,
        label.timing().shown().trim_end_matches('.')
    ) + "."
}

/// Why scans that are known do not count: they are older than the label (rule M4).
fn old_movements(package: &Package) -> Option<String> {
    let label = current(package)?;
    let State::Waiting(WaitingFor::Movement) = package.state else { return None };
    let known = label.telling.keys().filter_map(|key| package.movements.get(&key)).flatten();
    let last: Moment = known.map(|movement| movement.occurred_at).max()?;
    Some(format!(
        "Scans of its number are known, the last of {last}. They are more than 24 hours older than the label, so they are of \
         another parcel."
    ))
}

fn by_person(does: &str, person: &Person) -> String {
    let Person { by, reason, at, .. } = person;
    format!("{by} {does} ({at}): {}.", bare(reason.as_str()))
}

fn proof_in_words(package: &Package, lock: &Lock) -> String {
    match &lock.proof {
        Proof::Movement(seen) => format!(
            "A scan made it due: {} at {}, received at {}.",
            seen.status.name().replace('_', " "),
            seen.occurred_at,
            seen.received_at
        ),
        Proof::Label => "Its label made it due.".to_owned(),
        Proof::Deadline { by } => {
            format!("No movement had come, and its partner sends before the ship-by, {by}.")
        }
        Proof::Wait => "It had waited for a movement for as long as its partner waits.".to_owned(),
        Proof::Person => {
            let word = || package.send_now.as_ref().map(|word| &word.person);
            let person = lock.sent_by.as_ref().or_else(word);
            person.map_or_else(
                || "A person sent it.".to_owned(),
                |person| by_person("sent it", person),
            )
        }
    }
}

fn failures_in_words(tries: &Tries, plain: &dyn Fn(&str) -> String) -> Option<String> {
    let failures = tries.failures.as_ref()?;
    let why = plain(failures.why.as_str());
    Some(match failures.count {
        0 => format!("It came back from doubt: {why}."),
        count => format!(
            "It is due since {}. {count} tries failed so far, the last because: {why}.",
            tries.since
        ),
    })
}

fn ship_by_in_words(order: &Order, package: &Package) -> Option<String> {
    let (known, source) = known_ship_by(order, package)?;
    let channel = order.channel.shown();
    let told = match source {
        ShipBySource::Channel => format!("as {channel} itself says"),
        ShipBySource::OrderUpdated => format!("as was told of the order at {}", known.at),
        ShipBySource::Label => "as its label says".to_owned(),
        ShipBySource::Reckoned => "as is reckoned by business days".to_owned(),
    };
    Some(format!("Its ship-by is {}, {told}.", known.by))
}

fn line_in_words(item: &ItemId, line: &Line, plain: &dyn Fn(&str) -> String) -> String {
    let Device { imei, serial } = &line.device;
    let device =
        imei.as_ref().map(Imei::masked).into_iter().chain(serial.as_ref().map(Serial::masked));
    let device = device.collect::<Vec<_>>().join(" and ");
    let stands = match &line.state {
        LineState::Open(Attempt::Pending(_)) => "is to be registered".to_owned(),
        LineState::Open(Attempt::Sending { .. }) => "is being registered".to_owned(),
        LineState::Open(Attempt::InDoubt(doubt)) => {
            format!(
                "was sent, and nobody knows so far whether it was taken: {}",
                plain(doubt.why.as_str())
            )
        }
        LineState::Done { at } => format!("is registered since {at}"),
        LineState::Failed { at, why } => format!("was not taken ({at}): {}", plain(why.as_str())),
    };
    format!("The device {device} of line {item} {stands}.")
}

/// Whether something that was claimed is over.
pub(super) const fn is_over(stage: &Stage) -> bool {
    matches!(stage, Stage::Confirmed { .. } | Stage::Closed { .. })
}
