//! What comes before a claim, and the claim itself. Rules P2 and P3, T5, D1, A2, and "Before a claim" under "Said exactly".

use crate::facts::KeptLabel;
use crate::imei_lines::retry_line_later;
use crate::inputs::{Failure, Ms, Reading, Seal, SetNow, Target};
use crate::names;
use crate::order::{Order, Refusal};
use crate::outcomes::{confirm, give_up};
use crate::readings::{back_to_doubt, without_dismissed_number};
use crate::spans;
use crate::states::{
    Doubt, ImeiState, Line, Lock, PackageState, Parcel, Proof, SweepRings, TimeRange, Tries,
};
use crate::transitions::{
    SenderInput, check_not_before, check_state, failed, with_line, with_parcel,
};
use domain::{Evidence, Parking};
use std::rc::Rc;

/// A read of the channel before a claim.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Preflight {
    pub(crate) package: usize,
    /// The number that is to be sent.
    pub(crate) number: usize,
    pub(crate) reading: Reading,
}

/// What a sender brings to a claim.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    /// Whether the partner's timing is `never` now.
    pub(crate) never: bool,
    /// When the partner left `never` last.
    pub(crate) never_until: Option<Ms>,
    pub(crate) set: SetNow,
    /// When the system was started again on a restored table.
    pub(crate) restored_at: Option<Ms>,
    /// When the lease ends.
    pub(crate) lease: Ms,
    pub(crate) seal: Seal,
}

/// "for Wish a read, whose PUT would override what a person entered: absent → claim; our number → `confirmed`; another →
/// `conflict`; a former number → `unresolved`."
pub(crate) fn preflight(order: &mut Order, read: Preflight, now: Ms) -> Result<(), Refusal> {
    let Preflight { package, number, reading } = read;
    check_state(order, Target::Package(package), SenderInput::Preflight)?;
    let is_ours = order
        .facts
        .label(package)
        .is_some_and(|label| names::key(label.details.number) == names::key(number));
    if !is_ours {
        return Err(Refusal::NotReady);
    }
    // "It says nothing while another package of the order is sent: what shows may be that one's number."
    if order.is_sending() {
        return Err(Refusal::OtherSending);
    }
    if let Reading::Unreadable(_) = reading {
        check_not_before(order, Target::Package(package), now)?;
    }
    let lock = order.parcel(package).and_then(|parcel| {
        let label = order.facts.label(package)?;
        Some(parcel.lock.clone().unwrap_or_else(|| Rc::new(order.lock(parcel, label, now))))
    });
    match without_dismissed_number(order, package, reading) {
        Reading::Ours { shown } => with_parcel(order, package, |parcel| {
            parcel.lock = lock;
            confirm(parcel, shown, Evidence::ReadBack, now);
        }),
        Reading::Other { .. } => with_parcel(order, package, |parcel| {
            parcel.lock = lock;
            parcel.state = PackageState::Conflict { at: now };
        }),
        Reading::Former { words } => with_parcel(order, package, |parcel| {
            parcel.lock = lock;
            parcel.state = PackageState::Unresolved { at: now, former: Some(words) };
        }),
        Reading::Unclear { .. } => with_parcel(order, package, |parcel| {
            parcel.lock = lock;
            parcel.state = PackageState::Unresolved { at: now, former: None };
        }),
        Reading::Absent => {}
        Reading::Unreadable(failure) => postpone(order, Target::Package(package), failure, now),
    }
    Ok(())
}

/// "A failure here saves its reason and a `not_before`".
pub(crate) fn postpone(order: &mut Order, target: Target, failure: Failure, now: Ms) {
    let label = order.facts.label(target.package()).copied();
    match target {
        Target::Package(package) => with_parcel(order, package, |parcel| {
            let PackageState::Ready { imeis_missing, .. } = parcel.state else { return };
            let tries = failed(parcel.tries, failure.words);
            parcel.tries = Some(tries);
            let again = spans::retry(tries.failures, failure.after, now);
            let rings = spans::first_ring(again, now);
            parcel.state = PackageState::Ready { not_before: Some(again), imeis_missing, rings };
            give_up(parcel, label, now);
        }),
        Target::Line { .. } => {
            with_line(order, target, |line| retry_line_later(line, failure, now));
        }
    }
}

/// Others of the partner go first: nothing failed, and the channel was not asked.
pub(crate) fn wait(order: &mut Order, target: Target, until: Ms, now: Ms) {
    let until = TimeRange::exactly(until);
    let rings = spans::first_ring(until, now);
    match target {
        Target::Package(package) => with_parcel(order, package, |parcel| match &mut parcel.state {
            PackageState::Ready { not_before, rings: former, .. } => {
                *not_before = Some(until);
                *former = rings;
            }
            PackageState::InDoubt(doubt) => {
                doubt.read_at = until;
                doubt.rings = rings;
            }
            _ => {}
        }),
        Target::Line { .. } => with_line(order, target, |line| match &mut line.state {
            ImeiState::Pending { not_before, rings: former } => {
                *not_before = Some(until);
                *former = rings;
            }
            ImeiState::InDoubt(doubt) => {
                doubt.read_at = until;
                doubt.rings = rings;
            }
            _ => {}
        }),
    }
}

/// "the time they wait so is not theirs: none is marked `delayed`, given up or `unresolved` for it, and a quarantine begins
/// anew."
pub(crate) fn park(order: &mut Order, target: Target, parking: Parking, now: Ms) {
    wait(order, target, now + spans::parked(parking), now);
    let is_paused = parking == Parking::Paused;
    match target {
        Target::Package(package) => with_parcel(order, package, |parcel| {
            // "Time under a stop lengthens the 24 hours."
            if let Some(tries) = &mut parcel.tries {
                tries.doubted_since = tries.doubted_since.map(|_| now);
            }
            // "The time they wait so is not theirs: none is marked `delayed`, given up …"
            parcel.due_since = Some(now);
            parcel.delayed = false;
            match &mut parcel.state {
                PackageState::Ready { rings, .. } => rings.is_paused = is_paused,
                PackageState::InDoubt(doubt) => {
                    doubt.since = now;
                    doubt.rings.is_paused = is_paused;
                }
                _ => {}
            }
        }),
        Target::Line { .. } => with_line(order, target, |line| {
            line.since = now;
            match &mut line.state {
                ImeiState::Pending { rings, .. } => rings.is_paused = is_paused,
                ImeiState::InDoubt(doubt) => {
                    doubt.since = now;
                    doubt.rings.is_paused = is_paused;
                }
                _ => {}
            }
        }),
    }
}

/// "only from `ready`, `not_before` passed, no other package of the order in `sending`."
pub(crate) fn claim(
    order: &mut Order,
    target: Target,
    claim: &Claim,
    now: Ms,
) -> Result<(), Refusal> {
    check_state(order, target, SenderInput::Claim)?;
    let Target::Package(package) = target else { return claim_line(order, target, claim, now) };
    let parcel = order.parcel(package).ok_or(Refusal::Absent)?.clone();
    check_not_before(order, target, now)?;
    if order.is_sending() {
        return Err(Refusal::OtherSending);
    }
    let lock = match &parcel.lock {
        Some(lock) if lock.hash != Some(claim.seal.hash) => {
            let marketplace = order.marketplace();
            with_parcel(order, package, |parcel| back_to_doubt(parcel, marketplace, now));
            return Err(Refusal::NotIdentical);
        }
        // A3: "a repeat that waits goes back to `in_doubt` as one that was refused for good (P11h), and where nobody can be
        // asked it is `unresolved`"
        Some(_) if claim.set.observes => {
            let marketplace = order.marketplace();
            with_parcel(order, package, |parcel| {
                back_to_doubt(parcel, marketplace, now);
                if let PackageState::InDoubt(doubt) = &mut parcel.state {
                    doubt.refused = true;
                }
            });
            return Err(Refusal::Observed);
        }
        Some(lock) => Rc::clone(lock),
        None => Rc::new(new_lock(order, &parcel, claim, now)?),
    };
    let forgotten = may_be_forgotten(order, package, parcel.restored, claim.restored_at);
    let can_be_asked = order.marketplace().can_be_asked;
    // A3: "A package without a lock becomes `observed`"
    if claim.set.observes {
        with_parcel(order, package, |parcel| {
            parcel.state = PackageState::Observed { at: now };
            parcel.observed = Some(lock);
            parcel.due_since = None;
            parcel.tries = None;
        });
        return Err(Refusal::Observed);
    }
    with_parcel(order, package, |parcel| {
        parcel.fence += 1;
        parcel.lock = Some(lock);
        parcel.state = PackageState::Sending { lease: claim.lease };
        if forgotten {
            parcel.restored = claim.restored_at;
            doubt_what_was_forgotten(parcel, can_be_asked, now);
        }
    });
    Ok(())
}

/// A2: "a label was made … or first handled earlier than 24 hours after `restored_at`", and it has not "been in doubt for this
/// `restored_at` once".
fn may_be_forgotten(
    order: &Order,
    package: usize,
    before: Option<Ms>,
    restored_at: Option<Ms>,
) -> bool {
    let Some(restored_at) = restored_at.filter(|at| before != Some(*at)) else { return false };
    let is_early = |at: Ms| at < restored_at + spans::DAY;
    let is_of_before = |package: usize| {
        let mut tellings = order.facts.kept_of(package).flat_map(KeptLabel::tellings);
        tellings.any(|label| is_early(label.details.at) || is_early(label.received))
    };
    // "Where the channel takes one tracking number per order (L5) a label of any package of the order counts"
    let of_order = order.marketplace().one_number;
    let mut counting = order.parcels.iter().map(|parcel| parcel.id);
    counting.any(|other| (of_order || other == package) && is_of_before(other))
}

/// A2: "as a doubt that begins now, and it is read at once … where nobody can be asked it is `unresolved` at once".
fn doubt_what_was_forgotten(parcel: &mut Parcel, can_be_asked: bool, now: Ms) {
    if let Some(lock) = &mut parcel.lock {
        Rc::make_mut(lock).was_in_doubt = false;
    }
    parcel.tries = parcel.tries.map(|tries| Tries { repeats: 0, doubted_since: None, ..tries });
    parcel.state = if can_be_asked {
        PackageState::InDoubt(Doubt { restored: true, ..spans::doubt(0, None, now) })
    } else {
        PackageState::Unresolved { at: now, former: None }
    };
}

/// The lock of a package that was not claimed before, unless `never` stops its label (rule T5), or nothing lets it go without a
/// movement any more (rules S2 and S11).
fn new_lock(order: &mut Order, parcel: &Parcel, claim: &Claim, now: Ms) -> Result<Lock, Refusal> {
    let label = *order.facts.label(parcel.id).ok_or(Refusal::NotReady)?;
    // "of one that a person released the moment of the release counts in place of that"
    let id = label.details.id;
    let since = parcel.words(id).released.unwrap_or(label.received);
    let was_never = claim.never_until.is_some_and(|until| since < until);
    if (claim.never || was_never) && !parcel.is_sent_by_person(&label) {
        with_parcel(order, parcel.id, |parcel| parcel.say(id, |words| words.is_stopped = true));
        return Err(Refusal::Never);
    }
    let mut lock = order.lock(parcel, &label, now);
    if let Proof::Deadline(_) | Proof::Wait = lock.proof {
        // "of two that let it go, one that is still set at the claim is enough"
        let is_set = |proof: &Proof| match proof {
            Proof::Deadline(_) => claim.set.sends_at_deadline,
            _ => claim.set.sends_after_wait,
        };
        let Some(proof) = order.without_movement(parcel, &label, now).into_iter().find(is_set)
        else {
            with_parcel(order, parcel.id, |parcel| parcel.say(id, |words| words.stays = true));
            return Err(Refusal::NoLongerSent);
        };
        lock.proof = proof;
    }
    let Seal { reference, hash, deduped } = claim.seal;
    // S8: "What Amazon took is verified, where its partner's `verify` was on at the claim".
    let verify = order.marketplace().is_verified && claim.set.verifies && !claim.set.observes;
    Ok(Lock { reference, hash: Some(hash), deduped, verify, ..lock })
}

fn claim_line(order: &mut Order, target: Target, claim: &Claim, now: Ms) -> Result<(), Refusal> {
    check_not_before(order, target, now)?;
    let (Target::Line { package, .. } | Target::Package(package)) = target;
    let before = order.registration(target).and_then(|line| line.restored);
    // "So it is for an IMEI's own request."
    let forgotten = may_be_forgotten(order, package, before, claim.restored_at);
    // A3: "A line's own request (I7) waits half an hour and is asked again"
    if claim.set.observes {
        park(order, target, Parking::Observing, now);
        return Err(Refusal::Observed);
    }
    with_line(order, target, |line| {
        line.fence += 1;
        line.state = ImeiState::Sending { lease: claim.lease };
        if forgotten {
            line.restored = claim.restored_at;
            let doubt = Doubt { restored: true, ..spans::doubt(0, None, now) };
            line.state = ImeiState::InDoubt(doubt);
        }
    });
    Ok(())
}

/// A1: "When it is resumed, what waited for it is due at once, counted from then on".
pub(crate) fn resume(order: &mut Order, now: Ms) {
    let is_paused = |rings: &SweepRings| rings.is_paused;
    let mut targets = Vec::new();
    for parcel in &order.parcels {
        match &parcel.state {
            PackageState::Ready { rings, .. } | PackageState::InDoubt(Doubt { rings, .. })
                if is_paused(rings) =>
            {
                targets.push(Target::Package(parcel.id));
            }
            _ => {}
        }
        let waits = |line: &&Line| match &line.state {
            ImeiState::Pending { rings, .. } | ImeiState::InDoubt(Doubt { rings, .. }) => {
                is_paused(rings)
            }
            _ => false,
        };
        let lines = parcel.lines.iter().filter(waits);
        targets.extend(lines.map(|line| Target::Line { package: parcel.id, item: line.item }));
    }
    for target in targets {
        let was_delayed = order.parcel(target.package()).is_some_and(|parcel| parcel.delayed);
        park(order, target, Parking::Stopped, now);
        wait(order, target, now, now);
        with_parcel(order, target.package(), |parcel| parcel.delayed = was_delayed);
    }
    for parcel in &mut order.parcels {
        if let Some(tried) = parcel.looks.tried.as_mut().filter(|tried| is_paused(&tried.rings)) {
            tried.since = now;
            tried.put_off(now, now);
        }
    }
}
