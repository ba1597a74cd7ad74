//! What happens around the step where a guard is left out of what an order hears, or of what an input leaves behind. The
//! rules themselves stay as they are, so that a reader of a rule sees the right answer only.

#[cfg(feature = "planted")]
pub(super) use left_out::{heard, left_behind};

/// The input as it is: every guard is there.
#[cfg(not(feature = "planted"))]
pub(super) const fn heard<'a>(
    _order: &crate::Order,
    input: std::borrow::Cow<'a, super::Input>,
) -> std::borrow::Cow<'a, super::Input> {
    input
}

/// Nothing: every guard is there.
#[cfg(not(feature = "planted"))]
pub(super) const fn left_behind(
    _order: &mut crate::Order,
    _before: &crate::Order,
    _input: &super::Input,
    _now: crate::Moment,
) {
}

#[cfg(feature = "planted")]
mod left_out {
    use crate::guard::{Guard, guarded, is_whole};
    use crate::step::claim::{has_imei_inside, is_superseded};
    use crate::{
        Action, Attempt, EnteredList, ImeiUpdated, Input, ItemId, Moment, NotApplied, Order,
        Outcome, Package, PackageId, Pending, Reading, Ready, Resolution, Ring, Sent, ShownImei,
        ShownImeis, Stage, State, Target, Text, Timing, WaitingFor,
    };
    use jiff::SignedDuration;
    use std::borrow::Cow;
    use std::collections::BTreeMap;

    /// The input as an order hears it that lacks a guard.
    pub(in crate::step) fn heard<'a>(order: &Order, input: Cow<'a, Input>) -> Cow<'a, Input> {
        if is_whole() {
            return input;
        }
        match &*input {
            Input::Outcome { target, fence, outcome } => {
                let fence = fence_of(order, target, *fence, Guard::FenceOnOutcome);
                let outcome = outcome_of(order, target, outcome);
                Cow::Owned(Input::Outcome { target: target.clone(), fence, outcome })
            }
            Input::Probe { target, fence, reading, hash, asked_at, shown } => {
                let fence = fence_of(order, target, *fence, Guard::FenceOnProbe);
                let reading = reading_of(order, target, reading);
                let (target, hash, asked_at) = (target.clone(), hash.clone(), *asked_at);
                Cow::Owned(Input::Probe { target, fence, reading, hash, asked_at, shown: *shown })
            }
            Input::Void(event) if !guarded(Guard::VoidBeforeLabel) => {
                let package = order.packages.get(&event.package_id);
                let has_label = package.is_some_and(|package| package.label.is_some());
                if has_label { input } else { Cow::Owned(Input::Tick) }
            }
            Input::Label { .. }
            | Input::LabelRefused(_)
            | Input::PutAside { .. }
            | Input::Void(_)
            | Input::Cancel(_)
            | Input::Updated(_)
            | Input::Moved { .. }
            | Input::Imei(_)
            | Input::Twice { .. }
            | Input::Overused { .. }
            | Input::Tick
            | Input::Preflight { .. }
            | Input::Claim(_)
            | Input::Postpone { .. }
            | Input::Wait { .. }
            | Input::Park { .. }
            | Input::Looked { .. }
            | Input::WaitToLook { .. }
            | Input::ParkLook { .. }
            | Input::Resumed
            | Input::Operator { .. } => input,
        }
    }

    fn fence_of(order: &Order, target: &Target, given: u32, guard: Guard) -> u32 {
        if guarded(guard) { given } else { order.fence(target) }
    }

    fn outcome_of(order: &Order, target: &Target, outcome: &Outcome) -> Outcome {
        let Target::Confirmation(id) = target else { return outcome.clone() };
        match outcome {
            Outcome::Unknown { reason, .. } if !guarded(Guard::UnknownIsNotRefused) => {
                Outcome::NotApplied(NotApplied { reason: reason.clone(), retry_after: None })
            }
            Outcome::AlreadyShipped { .. } if !guarded(Guard::ShippedAlreadyIsDoubt) => {
                Outcome::ACCEPTED
            }
            Outcome::Accepted(shown) => Outcome::Accepted(shown_of(order, id, shown)),
            Outcome::NotApplied(_)
            | Outcome::Refused { .. }
            | Outcome::AlreadyShipped { .. }
            | Outcome::Unknown { .. } => outcome.clone(),
        }
    }

    fn reading_of(order: &Order, target: &Target, reading: &Reading) -> Reading {
        let Target::Confirmation(id) = target else { return reading.clone() };
        match reading {
            Reading::Ours(_) if !guarded(Guard::OursConfirms) => Reading::Absent,
            Reading::Other(_) if !guarded(Guard::ForeignStays) => Reading::Absent,
            Reading::Ours(shown) => Reading::Ours(shown_of(order, id, shown)),
            Reading::Other(_)
            | Reading::Former(_)
            | Reading::Absent
            | Reading::Unclear(_)
            | Reading::Unreadable(_) => reading.clone(),
        }
    }

    /// The IMEIs that the channel is taken to show: without the guard also those that only went in the confirmation.
    fn shown_of(order: &Order, id: &PackageId, shown: &ShownImeis) -> ShownImeis {
        let package = order.packages.get(id).filter(|package| has_imei_inside(package));
        let lock = package.and_then(|package| package.lock());
        let Some(lock) = lock.filter(|_| !guarded(Guard::ImeisCompared)) else {
            return shown.clone();
        };
        let sent = lock.devices.keys().map(|item| (item.clone(), ShownImei::Ours));
        sent.chain(shown.clone()).collect()
    }

    /// What an input leaves behind in an order that lacks a guard. It comes before time is looked at.
    pub(in crate::step) fn left_behind(
        order: &mut Order,
        before: &Order,
        input: &Input,
        now: Moment,
    ) {
        if is_whole() {
            return;
        }
        if let Input::Imei(event) = input
            && !guarded(Guard::ImeiTieByValue)
        {
            last_of_tie(order, before, event);
        }
        if let Input::Operator { package: id, action, .. } = input
            && let Some(package) = order.packages.get_mut(id)
        {
            let former = before.packages.get(id).and_then(|package| package.label.as_ref());
            let former = former.and_then(|label| label.former.as_ref());
            word_of_person(package, action, former, now);
        }
        for package in order.packages.values_mut() {
            if !guarded(Guard::LeaseEndIsDoubt) {
                send_anew(package, now);
            }
            if !guarded(Guard::LockStaysInDoubt) && is_superseded(package) {
                decide_anew(package);
            }
            if !guarded(Guard::RepeatsGoOn) {
                end_repeats(package, now);
            }
        }
    }

    fn last_of_tie(order: &mut Order, before: &Order, event: &ImeiUpdated) {
        let (imeis, serials) = (event.imeis.as_ref(), event.serials.as_ref());
        last_of(&mut order.imeis, &before.imeis, event, imeis);
        last_of(&mut order.serials, &before.serials, event, serials);
    }

    fn last_of<T: Clone>(
        lists: &mut BTreeMap<ItemId, EnteredList<T>>,
        before: &BTreeMap<ItemId, EnteredList<T>>,
        event: &ImeiUpdated,
        told: Option<&Vec<T>>,
    ) {
        let former = before.get(&event.item_id);
        if former.is_some_and(|former| former.updated_at == event.updated_at)
            && let (Some(list), Some(entries)) = (lists.get_mut(&event.item_id), told)
        {
            *list = EnteredList {
                updated_at: event.updated_at,
                entries: entries.clone(),
                updated_by: event.updated_by.clone(),
                twice: None,
            };
        }
    }

    fn word_of_person(package: &mut Package, action: &Action, former: Option<&Text>, now: Moment) {
        let Some(label) = &mut package.label else { return };
        let is_released = *action == Action::Release && label.released == Some(now);
        if is_released && !guarded(Guard::ReleaseKeepsTiming) {
            label.terms.timing = Timing::WhenTrackingIsAssigned;
        }
        if *action == Action::Resolve(Resolution::NothingThere) && !guarded(Guard::FormerIsKept) {
            label.former = former.cloned();
        }
    }

    fn send_anew(package: &mut Package, now: Moment) {
        if let State::Sent(Sent { tries, stage, .. }) = &package.state
            && let Stage::Open(Attempt::Sending { lease_until }) = stage
            && now.since(*lease_until) >= SignedDuration::from_secs(5)
        {
            let pending =
                Pending { not_before: None, ring: Ring { next: now, count: 0, is_paused: false } };
            package.state = State::Ready(Ready { tries: tries.clone(), pending });
            package.fence = package.fence.saturating_add(1);
        }
    }

    fn decide_anew(package: &mut Package) {
        if package.state.doubt().is_some() {
            package.state = State::Waiting(WaitingFor::Label);
        }
    }

    fn end_repeats(package: &mut Package, now: Moment) {
        if let State::Sent(Sent { repeats: Some(repeats), stage, .. }) = &mut package.state
            && let Stage::Open(Attempt::Pending(_)) = stage
            && repeats.count > 2
        {
            *stage = Stage::unresolved(Text::cut("it was repeated twice"), now);
        }
    }
}
