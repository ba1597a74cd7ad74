//! The claim. After it nothing may change what is sent, and nothing stands between it and the request.

use super::attempt::{check_pending, park};
use super::decide::{current, first_sent, is_sending, is_sent_by_person, lines_with};
use super::devices::{Entered, carries_device};
use super::label_doubts::is_disputed;
use super::lines::{is_cancelled_late, known, shipped};
use super::restore::{forgotten, to_doubt};
use super::waits::{doubt, first_read};
use super::watch::ship_by;
use super::without_movement::{is_wanted, proofs};
use super::{Claim, Parking, Refusal, Seal, Target};
use crate::guard::{Guard, guarded};
use crate::{
    Attempt, Channel, Confirming, Device, Item, ItemId, Label, LineState, Lock, Mode, Moment,
    NumberKey, Observed, Order, Package, PackageId, Proof, ReadBack, Ready, Sent, Stage, State,
    SupplySourceId, Text, Timing, TimingNow, TrackingNumber, gather,
};
use std::collections::{BTreeMap, BTreeSet};

/// What is submitted to a channel for a package. A claim freezes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The marketplace.
    pub channel: Channel,
    /// The channel's number of the order.
    pub order: crate::OrderId,
    /// Which parcel.
    pub package: PackageId,
    /// Its number.
    pub tracking: TrackingNumber,
    /// The carrier, in the label's words.
    pub carrier: Text,
    /// The channel's code of the carrier by a pair of the partner's own (rule K2). `None` where the registry decides.
    pub carrier_code: Option<Text>,
    /// The service, in the label's words.
    pub service: Option<Text>,
    /// Where the buyer can follow it.
    pub tracking_url: Option<Text>,
    /// When it shipped.
    pub ship_date: Moment,
    /// The lines it ships.
    pub items: Vec<Item>,
    /// Where it ships from (rule L13).
    pub supply_source_id: Option<SupplySourceId>,
    /// The IMEIs and serial numbers it carries, by line, also those registered by a request of their own.
    pub devices: BTreeMap<ItemId, Device>,
    /// Our reference at the channel, when it is locked already.
    pub reference: Option<Text>,
    /// Whether no IMEI goes in the confirmation itself: an earlier try with one in it was refused, or never applied.
    pub imeis_apart: bool,
    /// Numbers of the order's other packages: at the channel they are ours, too.
    pub siblings: BTreeSet<NumberKey>,
}

impl Submission {
    /// The IMEI and the serial number that go in the confirmation itself: for exactly one line of quantity 1 (rule I7).
    pub fn device_inside(&self) -> Option<&Device> {
        inside(&self.items, &self.devices).filter(|_| !self.imeis_apart)
    }
}

fn inside<'a>(items: &[Item], devices: &'a BTreeMap<ItemId, Device>) -> Option<&'a Device> {
    match items {
        [only] if carries_device(only) => devices.get(&only.item_id),
        _ => None,
    }
}

/// Whether an IMEI or a serial number went in the confirmation that was claimed (rule I7).
pub(super) fn has_imei_inside(package: &Package) -> bool {
    let devices = package.lock().map(|lock| &lock.devices);
    let inside = devices.and_then(|devices| inside(locked_items(package), devices));
    !package.imeis_apart && inside.is_some()
}

/// What was submitted for a package, by its lock; without a lock, what would be submitted now, by the facts.
pub fn submission(order: &Order, id: &PackageId, now: Moment) -> Option<Submission> {
    let package = order.packages.get(id)?;
    let (label, lock) = if let Some(lock) = package.fixed() {
        (label_of(package, lock)?, lock.clone())
    } else {
        let label = current(package)?;
        (label, frozen(order, package, label, None, now))
    };
    let (reference, carrier_code) =
        lock.seal.map_or((None, None), |seal| (seal.reference, seal.carrier_code));
    Some(Submission {
        channel: order.channel,
        order: order.key.order.clone(),
        package: id.clone(),
        tracking: label.telling.tracking.clone(),
        carrier: label.telling.carrier.clone(),
        carrier_code,
        service: label.telling.service.clone(),
        tracking_url: label.telling.tracking_url.clone(),
        ship_date: lock.ship_date,
        items: lock.items.unwrap_or_else(|| label.telling.items.clone()),
        supply_source_id: label.telling.supply_source_id.clone(),
        devices: lock.devices,
        reference,
        imeis_apart: package.imeis_apart,
        siblings: siblings(order, id),
    })
}

/// Numbers of the order's other packages, by whatever label: at the channel they are no stranger's. That one was submitted may be
/// forgotten (rule A2).
fn siblings(order: &Order, id: &PackageId) -> BTreeSet<NumberKey> {
    let others = order.packages.iter().filter(|(other, _)| *other != id);
    let labels = others.flat_map(|(_, package)| package.labels().chain(locked_label(package)));
    gather(labels.map(|label| label.telling.tracking.key()))
}

/// The label whose number was claimed.
pub(crate) fn locked_label(package: &Package) -> Option<&Label> {
    label_of(package, package.lock()?)
}

/// The label that a lock of the package is of.
pub(crate) fn label_of<'a>(package: &'a Package, lock: &'a Lock) -> Option<&'a Label> {
    lock.label.as_ref().or(package.label.as_ref())
}

/// Every line that the claimed submission ships.
pub(crate) fn locked_items(package: &Package) -> &[Item] {
    package.lock().map(|lock| items_of(package, lock)).unwrap_or_default()
}

/// Every line that a lock of the package ships.
pub(crate) fn items_of<'a>(package: &'a Package, lock: &'a Lock) -> &'a [Item] {
    let own = || label_of(package, lock).map(|label| label.telling.items.as_slice());
    lock.items.as_deref().or_else(own).unwrap_or_default()
}

/// Whether a claimed number is no longer the number of the package's label (rule L3).
pub(super) fn is_superseded(package: &Package) -> bool {
    locked_label(package).is_some_and(|locked| {
        current(package).is_none_or(|label| !label.is_told_with(&locked.telling.tracking))
    })
}

/// Whether the receiver drops a repeat of what was claimed. The settings of its partner at the claim say so.
pub(super) fn is_deduped(package: &Package) -> bool {
    let seal = package.lock().and_then(|lock| lock.seal.as_ref());
    seal.is_some_and(|seal| seal.is_deduped)
}

/// Whether a submission in doubt may still be repeated as it was. Its label must be the current one (rule L2) and not be
/// disputed (rule L7), and the order, or a line of it, must not have been cancelled since (rules L4 and L9).
pub(super) fn is_repeatable(package: &Package, is_cancelled_late: bool) -> bool {
    let is_disputed = is_disputed(package) && guarded(Guard::DisputeEndsRepeats);
    let is_right = !is_superseded(package) && !is_disputed && !is_cancelled_late;
    is_right || !guarded(Guard::RepeatFollowsLabel)
}

/// What a claim would freeze now. Without a seal nothing was requested so far.
pub(super) fn frozen(
    order: &Order,
    package: &Package,
    label: &Label,
    seal: Option<Seal>,
    now: Moment,
) -> Lock {
    let movement = match label.timing() {
        Timing::WhenTrackingShowsMovement | Timing::Never => first_sent(package, &label.telling),
        Timing::WhenTrackingIsAssigned => None,
    };
    // Carriers send local times, so a scan may bear a time hours before its label, or before the order.
    let seen_at = movement.map(|seen| seen.occurred_at.min(seen.received_at));
    let made_at = label.made_at();
    let goes_at = label.telling.ships_on.map_or(made_at, |on| on.max(made_at));
    let no_sooner = |at: Moment| if guarded(Guard::ShipsAfterLabel) { at.max(made_at) } else { at };
    let shipped_at = seen_at.map_or(goes_at, no_sooner);
    let proof = match movement {
        _ if is_sent_by_person(package, label) => Proof::Person,
        Some(movement) => Proof::Movement(movement.clone()),
        None if label.timing() == Timing::WhenTrackingShowsMovement => {
            proofs(order, package, label, now).next().unwrap_or(Proof::Label)
        }
        None => Proof::Label,
    };
    let items = match order.channel.facts().confirming {
        Confirming::PerPackage => shipped(order, package, label).into_owned(),
        Confirming::WholeOrder => lines_with(order, package).into_values().collect(),
    };
    let entered = Entered::of(order, &items);
    let entered_for = |item: &Item| {
        let mut device = entered.device(item);
        device.serial = device.serial.filter(|_| guarded(Guard::SerialGoes));
        Some(device).filter(|device| !device.is_unknown())
    };
    let of_line = |item: &Item| Some((item.item_id.clone(), entered_for(item)?));
    let takes_devices = order.channel.facts().takes_imeis;
    let devices = gather(items.iter().filter(|_| takes_devices).filter_map(of_line));
    let despite_lines = if proof == Proof::Person { known(order, &items) } else { BTreeMap::new() };
    Lock {
        label: None,
        ship_date: shipped_at.min(now),
        items: (items != label.telling.items).then_some(items),
        devices,
        seal,
        proof,
        despite_cancel: order.cancelled.is_some(),
        despite_lines,
        despite_wish: despite_wish(package, label),
        verify: false,
        is_late: ship_by(order, package).is_some_and(|by| by <= now),
        sent_by: None,
    }
}

/// When the wish to cancel was told that the person knew of who sent this label (rule S5).
fn despite_wish(package: &Package, label: &Label) -> Option<Moment> {
    let send_now = package.send_now.as_ref().filter(|send_now| send_now.label == label.id);
    send_now.and_then(|send_now| send_now.despite_wish)
}

/// Takes a claim, or says why not.
pub(super) fn claim(order: &mut Order, claim: &Claim, now: Moment) -> Result<(), Refusal> {
    let package = order.packages.get(claim.target.package()).ok_or(Refusal::Absent)?;
    check_pending(package, &claim.target, now)?;
    match &claim.target {
        Target::Confirmation(id) => claim_confirmation(order, id, claim, now),
        Target::Imei(id, item) => {
            let line = package.lines.get(item).ok_or(Refusal::Absent)?;
            let restored = to_doubt(order, id, line.restored, claim.restored_at);
            if observes(claim) {
                // It has no state of its own for that, and goes once its partner is live.
                park(order, &claim.target, Parking::Observing, now)?;
                return Err(Refusal::Observed);
            }
            let package = order.packages.get_mut(id).ok_or(Refusal::Absent)?;
            let line = package.lines.get_mut(item).ok_or(Refusal::Absent)?;
            line.fence = line.fence.saturating_add(1);
            line.restored = restored.or(line.restored);
            line.state = LineState::Open(claimed(claim, restored, now));
            Ok(())
        }
    }
}

/// Where something that was claimed stands: it is sent, or it is in doubt because a restored table may have forgotten it.
fn claimed(claim: &Claim, restored: Option<Moment>, now: Moment) -> Attempt {
    match restored {
        Some(_) => forgotten(now),
        None => Attempt::Sending { lease_until: claim.lease_until },
    }
}

fn claim_confirmation(
    order: &mut Order,
    id: &PackageId,
    claim: &Claim,
    now: Moment,
) -> Result<(), Refusal> {
    if is_sending(order) && guarded(Guard::OneSending) {
        return Err(Refusal::OtherSending);
    }
    let package = order.packages.get(id).ok_or(Refusal::Absent)?;
    let restored = to_doubt(order, id, package.restored, claim.restored_at);
    let stage = Stage::Open(claimed(claim, restored, now));
    let sent = if let State::Ready(Ready { tries, .. }) = &package.state {
        let label = current(package).ok_or(Refusal::NotReady)?;
        if is_stopped_by_never(package, label, claim.now.timing) && guarded(Guard::NeverAtClaim) {
            stop(order, id);
            return Err(Refusal::Never);
        }
        let mut lock = frozen(order, package, label, Some(claim.seal.clone()), now);
        if let Proof::Deadline { .. } | Proof::Wait = lock.proof {
            let mut proofs = proofs(order, package, label, now);
            let Some(proof) = proofs.find(|proof| is_wanted(proof, claim.now)) else {
                drop(proofs);
                stay(order, id);
                return Err(Refusal::NoLongerSent);
            };
            lock.proof = proof;
        }
        if observes(claim) {
            observe(order, id, lock, now);
            return Err(Refusal::Observed);
        }
        let wants_it = claim.now.verifies || !guarded(Guard::VerifyOnlyWhenOn);
        lock.verify = order.channel.facts().is_verified && wants_it;
        Sent { lock, tries: tries.clone(), repeats: None, stage }
    } else {
        let repeat = package.state.sent().ok_or(Refusal::NotReady)?;
        let is_identical = is_sealed_by(&repeat.lock, Some(&claim.seal.hash))
            && is_repeatable(package, is_cancelled_late(order, package));
        if !is_identical {
            let read_back = order.channel.facts().read_back;
            doubt_again(order.packages.get_mut(id).ok_or(Refusal::Absent)?, read_back, now);
            return Err(Refusal::NotIdentical);
        }
        if observes(claim) {
            let read_back = order.channel.facts().read_back;
            end_repeats(order.packages.get_mut(id).ok_or(Refusal::Absent)?, read_back, now);
            return Err(Refusal::Observed);
        }
        let repeats = repeat.repeats.filter(|_| restored.is_none());
        Sent { repeats, stage, ..repeat.clone() }
    };
    let package = order.packages.get_mut(id).ok_or(Refusal::Absent)?;
    package.fence = package.fence.saturating_add(1);
    package.restored = restored.or(package.restored);
    package.state = State::Sent(sent);
    Ok(())
}

/// Whether nothing that is decided is sent (rule A3).
fn observes(claim: &Claim) -> bool {
    claim.now.mode == Mode::Observe && guarded(Guard::ObserveAtClaim)
}

/// Keeps what would have been sent (rule A3). It is not touched again, so it has its label and the person who sent it.
fn observe(order: &mut Order, id: &PackageId, mut lock: Lock, now: Moment) {
    let Some(package) = order.packages.get_mut(id) else { return };
    lock.label = current(package).cloned();
    if lock.proof == Proof::Person {
        lock.sent_by = package.send_now.as_ref().map(|send_now| send_now.person.clone());
    }
    package.state = State::Observed(Observed { at: now, lock, shows: None });
}

/// Puts a repeat in doubt again that is not sent because its partner observes. It is read, and not repeated (rule A3).
fn end_repeats(package: &mut Package, read_back: ReadBack, now: Moment) {
    if let State::Sent(Sent { repeats: Some(repeats), .. }) = &mut package.state {
        repeats.refused = true;
    }
    doubt_again(package, read_back, now);
}

/// Whether a request of this digest is the one that was claimed.
pub(super) fn is_sealed_by(lock: &Lock, hash: Option<&Text>) -> bool {
    let is_sealed = hash.is_some() && lock.seal.as_ref().map(|seal| &seal.hash) == hash;
    is_sealed || !guarded(Guard::IdenticalByHash)
}

/// Puts a submission in doubt again that can no longer be repeated as it was. Only proof that it was not applied helps then;
/// where nobody can be asked, a person.
pub(super) fn doubt_again(package: &mut Package, read_back: ReadBack, now: Moment) {
    let why = Text::cut("unknown outcome, and the request can no longer be repeated as it was");
    package.moves_to(match read_back {
        ReadBack::Possible => Stage::Open(Attempt::InDoubt(doubt(why, first_read(None), now))),
        ReadBack::Impossible => Stage::unresolved(why, now),
    });
}

/// Whether `never` stops a package that is not claimed yet. Leaving `never` releases nothing that was labelled, or released,
/// before (rule T5).
pub(crate) fn is_stopped_by_never(package: &Package, label: &Label, timing: TimingNow) -> bool {
    let was_never = timing.never_until.is_some_and(|until| label.goes_since() < until);
    let is_exempt = label.released.is_some() && !guarded(Guard::NeverAfterRelease);
    let is_never = timing.timing == Timing::Never || was_never;
    is_never && !is_sent_by_person(package, label) && !is_exempt
}

/// Marks the label as one that waits for its movement, whatever is set later (rules S2 and S11).
fn stay(order: &mut Order, id: &PackageId) {
    let label = order.packages.get_mut(id).and_then(|package| package.label.as_mut());
    if let Some(label) = label {
        label.stays = true;
    }
}

/// Marks the label as stopped, so that a change of the setting does not release it (rule T5). Its own timing stays, for a
/// person may release it.
fn stop(order: &mut Order, id: &PackageId) {
    let label = order.packages.get_mut(id).and_then(|package| package.label.as_mut());
    if let Some(label) = label {
        label.stopped = true;
    }
}
