//! What people read about an order: its last changes, in words.

use super::{Input, Lacking, Refusal, facts, marks};
use crate::{
    Attempt, Change, EnteredList, EventId, Evidence, Fault, Held, Imei, ItemId, LabelCreated,
    LineState, Moment, Order, Package, PackageId, Pending, Phone, Ready, Serial, ShipBy, Stage,
    State, TIMELINE_MAX, Text, Tries, WaitingFor, What, Withheld,
};
use std::collections::BTreeMap;

/// A change of the order, or of one of its packages.
struct Entry<'a> {
    package: Option<&'a PackageId>,
    what: What,
    note: Option<String>,
}

impl<'a> Entry<'a> {
    const fn of_order(what: What, note: Option<String>) -> Self {
        Self { package: None, what, note }
    }

    const fn of(package: &'a PackageId, what: What, note: Option<String>) -> Self {
        Self { package: Some(package), what, note }
    }
}

/// Adds to the timeline what an input changed.
pub(super) fn note(
    next: &mut Order,
    before: &Order,
    input: &Input,
    refused: Option<&Refusal>,
    now: Moment,
) {
    let mut entries: Vec<Entry<'_>> = Vec::new();
    if next.cancelled != before.cancelled {
        entries.push(Entry::of_order(What::Cancelled, None));
    }
    if next.remaining != before.remaining {
        entries.push(Entry::of_order(What::LinesCancelled, Some(remaining_in_words(next, before))));
    }
    updates(&mut entries, next, before);
    for label in next.refused.iter().filter(|label| !before.refused.contains(label)) {
        let what = if label.is_over { continue } else { What::LabelRefused };
        let note = Some(label.reason.to_string());
        entries.push(Entry { package: label.package.as_ref(), what, note });
    }
    let shown = |phone: &Phone| {
        let last: Vec<&str> = phone.imeis().map(Imei::last_four).collect();
        last.join("/")
    };
    lists(&mut entries, What::ImeisEntered, (&before.imeis, &next.imeis), shown);
    let shown = |serial: &Serial| serial.last_four().to_owned();
    lists(&mut entries, What::SerialsEntered, (&before.serials, &next.serials), shown);
    for id in next.packages.keys() {
        let former = before.packages.get(id).map(Box::as_ref);
        of_package(&mut entries, next, id, former);
        let (had, has) = (marks::active(before, id), marks::active(next, id));
        for mark in has.difference(&had) {
            entries.push(Entry::of(id, What::Marked, Some(mark.name().to_owned())));
        }
    }
    if let Input::Label { event, id, .. } = input
        && is_told_by(next, event, id)
        && !is_told_by(before, event, id)
    {
        let said = |fault: &Fault| format!("{}: {}", fault.field, fault.problem);
        let untaken = facts::untaken(next, event);
        let left_out = event.left_out.iter().chain(&untaken).map(said);
        let entry = |note| Entry::of(&event.package_id, What::LeftOut, Some(note));
        entries.extend(left_out.map(entry));
    }
    if let Input::Operator { package, action, person } = input
        && refused.is_none()
    {
        let note = format!("{} by {}: {}", action.name(), person.by, person.reason);
        entries.insert(0, Entry::of(package, What::Person, Some(note)));
        if let Some(evidence) = &person.evidence {
            entries.insert(1, Entry::of(package, What::Evidence, Some(evidence.to_string())));
        }
    }
    if let Input::PutAside { person, .. } = input
        && refused.is_none()
    {
        let note = format!("a refused label by {}: {}", person.by, person.reason);
        entries.push(Entry::of_order(What::PutAside, Some(note)));
    }
    let changes: Vec<Change> = entries
        .into_iter()
        .map(|Entry { package, what, note }| Change {
            at: now,
            package: package.cloned(),
            what,
            note: note.map(|note| Text::cut(&note)),
        })
        .collect();
    forget_former_try(&mut next.timeline, &changes);
    next.timeline.extend(changes);
    let excess = next.timeline.len().saturating_sub(TIMELINE_MAX);
    next.timeline.drain(..excess);
}

/// What became of the order at its channel.
fn updates(entries: &mut Vec<Entry<'_>>, next: &Order, before: &Order) {
    let ship_bys = [(before.ship_by, next.ship_by), (before.channel_ship_by, next.channel_ship_by)];
    for (former, told) in ship_bys {
        ship_by_moved(entries, None, former, told);
    }
    if let Some(at) = next.shipped.filter(|_| before.shipped.is_none()) {
        let note = format!("somebody shipped it otherwise, as was told of {at}");
        entries.push(Entry::of_order(What::ShippedOtherwise, Some(note)));
    }
    let is_wished = |order: &Order| order.wish.is_some_and(|wish| wish.is_wished);
    match (is_wished(before), is_wished(next)) {
        (_, true) if before.wish != next.wish => {
            let note = Some("the buyer asked to cancel".to_owned());
            entries.push(Entry::of_order(What::CancelRequested, note));
        }
        (true, false) => {
            let note = Some("the buyer no longer wishes to cancel".to_owned());
            entries.push(Entry::of_order(What::CancelTakenBack, note));
        }
        (true | false, true | false) => {}
    }
}

/// A ship-by that was not known before.
fn ship_by_moved<'a>(
    entries: &mut Vec<Entry<'a>>,
    package: Option<&'a PackageId>,
    former: Option<ShipBy>,
    told: Option<ShipBy>,
) {
    if let Some(told) = told.filter(|told| former.map(|former| former.by) != Some(told.by)) {
        let note = Some(format!("ship-by moved to {}", told.by));
        entries.push(Entry { package, what: What::ShipByTold, note });
    }
}

/// What looks at the channel came to.
fn looks<'a>(
    entries: &mut Vec<Entry<'a>>,
    package: &Package,
    id: &'a PackageId,
    former: Option<&Package>,
) {
    ship_by_moved(entries, Some(id), former.and_then(|former| former.shown), package.shown);
    let evidence = |package: &Package| match package.state.stage() {
        Some(Stage::Confirmed { by, .. }) => Some(*by),
        Some(_) | None => None,
    };
    let was = former.and_then(evidence);
    if was.is_some_and(|by| by != Evidence::ReadBack)
        && evidence(package) == Some(Evidence::ReadBack)
    {
        entries.push(Entry::of(id, What::Verified, Some("its number shows".to_owned())));
    }
    let dropped = package.looks.dropped.as_ref();
    if dropped.is_some() && dropped != former.and_then(|former| former.looks.dropped.as_ref()) {
        let note = "a look at the channel had no answer for two hours".to_owned();
        entries.push(Entry::of(id, What::LookDropped, Some(note)));
    }
}

/// Of which lines some pieces were cancelled, and what remains of each (rule L9).
fn remaining_in_words(next: &Order, before: &Order) -> String {
    let is_news =
        |(line, remaining): &(&ItemId, &u32)| before.remaining.get(line) != Some(remaining);
    let news = next.remaining.iter().filter(is_news);
    let words: Vec<String> =
        news.map(|(line, remaining)| format!("{remaining} of {line} remain")).collect();
    words.join(", ")
}

/// Whether something that is kept of a label was told by this event.
fn is_told_by(order: &Order, event: &LabelCreated, id: &EventId) -> bool {
    let package = order.packages.get(&event.package_id);
    let mut labels = package.into_iter().flat_map(|package| package.labels());
    labels.any(|label| label.id == event.label_id && label.telling_of(id).is_some())
}

/// Forgets a try that was put off when the next one begins: a week of tries must not push out what led to them.
fn forget_former_try(timeline: &mut Vec<Change>, changes: &[Change]) {
    let [Change { what: What::Sending, package, .. }] = changes else { return };
    if let [.., sending, postponed] = timeline.as_slice()
        && (sending.what, postponed.what) == (What::Sending, What::Postponed)
        && (&sending.package, &postponed.package) == (package, package)
    {
        timeline.truncate(timeline.len().saturating_sub(2));
    }
    forget_former_repeat(timeline, package.as_ref());
}

/// Keeps the first and the last of the repeats of what is in doubt: a day has a hundred.
fn forget_former_repeat(timeline: &mut Vec<Change>, of: Option<&PackageId>) {
    let round = [What::Sending, What::InDoubt, What::Ready];
    let is_round = |changes: &[Change]| {
        changes.iter().map(|change| change.what).eq(round)
            && changes.iter().all(|change| change.package.as_ref() == of)
    };
    let mut latest = timeline.rchunks(round.len());
    if latest.next().is_some_and(is_round) && latest.next().is_some_and(is_round) {
        timeline.truncate(timeline.len().saturating_sub(round.len()));
    }
}

/// The newest list of each line.
type Lists<T> = BTreeMap<ItemId, EnteredList<T>>;

/// Tells of the lists that are new. `shown` says the last characters of an entry: they may be shown, and people tell two
/// entries apart by them (rule I8).
fn lists<T: Clone + PartialEq>(
    entries: &mut Vec<Entry<'_>>,
    what: What,
    (before, next): (&Lists<T>, &Lists<T>),
    shown: impl Fn(&T) -> String,
) {
    for (item, list) in next {
        // A mark says that one of them is another order's, too.
        let is_known = |former: &EnteredList<T>| {
            let told = |list: &EnteredList<T>| EnteredList { twice: None, ..list.clone() };
            told(former) == told(list)
        };
        if before.get(item).is_some_and(is_known) {
            continue;
        }
        let by = list.updated_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        let last: Vec<String> =
            list.entries.iter().map(|entry| format!("…{}", shown(entry))).collect();
        let last = if last.is_empty() { String::new() } else { format!(": {}", last.join(", ")) };
        let note = format!("{} for {item}{by}{last}", list.entries.len());
        entries.push(Entry::of_order(what, Some(note)));
    }
}

fn of_package<'a>(
    entries: &mut Vec<Entry<'a>>,
    order: &Order,
    id: &'a PackageId,
    former: Option<&Package>,
) {
    let Some(package) = order.packages.get(id) else { return };
    let was_label = former.and_then(|former| former.label.as_ref());
    if let Some(label) =
        package.label.as_ref().filter(|label| was_label.is_none_or(|was| was.id != label.id))
    {
        entries.push(Entry::of(id, What::Labelled, Some(label.id.to_string())));
    }
    for label in &package.voided {
        if !former.is_some_and(|former| former.voided.contains(label)) {
            entries.push(Entry::of(id, What::Voided, Some(label.to_string())));
        }
    }
    let (what, note) = in_words(package, order.lacking());
    let is_first_wait = former.is_none() && what == What::Waiting;
    if !is_first_wait && former.map(|former| in_words(former, Lacking::default()).0) != Some(what) {
        entries.push(Entry::of(id, what, note));
    }
    looks(entries, package, id, former);
    for (item, line) in &package.lines {
        let was = former.and_then(|former| former.lines.get(item)).map(|line| &line.state);
        if let LineState::Done { .. } = &line.state
            && !matches!(was, Some(LineState::Done { .. }))
        {
            entries.push(Entry::of(id, What::ImeiRegistered, Some(item.to_string())));
        } else if let LineState::Failed { why, .. } = &line.state
            && !matches!(was, Some(LineState::Failed { .. }))
        {
            entries.push(Entry::of(id, What::ImeiFailed, Some(format!("{item}: {why}"))));
        }
    }
}

fn in_words(package: &Package, lacking: Lacking) -> (What, Option<String>) {
    match &package.state {
        State::Waiting(WaitingFor::Label) => (What::Waiting, Some("for a label".to_owned())),
        State::Waiting(WaitingFor::Movement) => {
            let stays = package.label.as_ref().is_some_and(|label| label.stays);
            let why = if stays { ": its partner sends nothing without one any more" } else { "" };
            (What::Waiting, Some(format!("for movement{why}")))
        }
        State::Waiting(WaitingFor::ShipDay { from }) => {
            (What::Waiting, Some(format!("for the day it goes, {from}")))
        }
        State::Waiting(WaitingFor::SendAfter { from }) => {
            (What::Waiting, Some(format!("for the time it is sent after, {from}")))
        }
        State::Waiting(WaitingFor::Imeis { .. }) => {
            (What::Waiting, Some(format!("for {}", lacking.words())))
        }
        State::Ready(Ready { tries, pending }) => pending_in_words(tries, pending),
        State::Held(Held::ImeisMissing) => {
            (What::Held, Some(format!("{} are missing", lacking.words())))
        }
        State::Held(Held::Person) => (What::Held, Some("by a person".to_owned())),
        State::Held(Held::LabelDisputed) => {
            (What::Held, Some("its label was told in two ways".to_owned()))
        }
        State::Held(Held::ReplacedLabelMoves) => {
            (What::Held, Some("the parcel of a former label moves".to_owned()))
        }
        State::Held(Held::ItemsCancelled) => {
            (What::Held, Some("lines of it were cancelled".to_owned()))
        }
        State::Held(Held::CancelRequested) => {
            (What::Held, Some("the buyer wishes to cancel".to_owned()))
        }
        State::Withheld(Withheld::Cancelled) => (What::Withheld, Some("cancelled".to_owned())),
        State::Withheld(Withheld::OneTrackingPerOrder) => {
            (What::Withheld, Some("another package's number was sent".to_owned()))
        }
        State::Withheld(Withheld::Never) => (What::Withheld, Some("never".to_owned())),
        State::Rejected(rejection) => {
            (What::Rejected, Some(format!("{}: {}", rejection.code, rejection.why)))
        }
        State::Closed { .. } => (What::Closed, None),
        State::Observed(observed) => {
            let number =
                observed.lock.label.as_ref().map(|label| label.telling.tracking.to_string());
            let note = number.map(|number| format!("{number} would have been sent"));
            (What::Observed, note)
        }
        State::Sent(sent) => match &sent.stage {
            Stage::Open(Attempt::Pending(pending)) => pending_in_words(&sent.tries, pending),
            Stage::Open(Attempt::Sending { .. }) => (What::Sending, None),
            Stage::Open(Attempt::InDoubt(doubt)) => (What::InDoubt, Some(doubt.why.to_string())),
            Stage::Confirmed { .. } => (What::Confirmed, None),
            Stage::Conflict { found, .. } => (What::Conflict, Some(found.to_string())),
            Stage::Unresolved { why, .. } => (What::Unresolved, Some(why.to_string())),
            Stage::Closed { .. } => (What::Closed, None),
        },
    }
}

fn pending_in_words(tries: &Tries, pending: &Pending) -> (What, Option<String>) {
    let Some(at) = pending.not_before else { return (What::Ready, None) };
    let why = tries.failures.as_ref().map(|failed| format!(": {}", failed.why)).unwrap_or_default();
    (What::Postponed, Some(format!("to {at}{why}")))
}
