//! What time does by itself: a lease is over, a doubt is too old, an identical repeat is due, the sweep rings again. Rules
//! P10, P11f, P11h to P11j, "Time" under "A package's life", and "A time is over" under "Said exactly".

use crate::inputs::Ms;
use crate::order::Order;
use crate::outcomes::first_read;
use crate::readings::{FIRST_READ, allow_repeat, back_to_doubt, fall_into_doubt};
use crate::states::{ImeiState, Line, PackageState, Parcel, StateKind, SweepRings};
use crate::{marks, spans};

impl Order {
    /// What time does by itself.
    pub(crate) fn apply_time(&mut self, now: Ms) {
        let marketplace = self.marketplace();
        for parcel in &mut self.parcels {
            match parcel.state {
                PackageState::Sending { lease } if now >= lease + spans::LEASE_GRACE => {
                    parcel.fence += 1;
                    let doubt = spans::doubt(first_read(parcel), None, now);
                    fall_into_doubt(parcel, marketplace, doubt);
                }
                _ => {}
            }
            for line in &mut parcel.lines {
                apply_time_to_line(line, now);
            }
        }
        self.return_to_doubt(now);
        for parcel in &mut self.parcels {
            if let PackageState::InDoubt(doubt) = parcel.state
                && now - parcel.doubted_since(&doubt) >= spans::DOUBT_MAX
            {
                parcel.state = PackageState::Unresolved { at: now, former: None };
            }
        }
        self.repeat_without_read(now);
    }

    /// "an identical repeat that waits to be sent goes back to `in_doubt` when its label is voided or replaced, or its
    /// order cancelled; where nobody can be asked it is then `unresolved`."
    fn return_to_doubt(&mut self, now: Ms) {
        for marketplace in 0..self.parcels.len() {
            let parcel = &self.parcels[marketplace];
            if parcel.state_kind() == StateKind::Repeat && !self.may_be_repeated(parcel) {
                let channel = self.marketplace();
                back_to_doubt(&mut self.parcels[marketplace], channel, now);
            }
        }
    }

    /// Whether neither the package's label nor its order has changed since the claim.
    pub fn may_be_repeated(&self, parcel: &Parcel) -> bool {
        let is_cancelled = self.facts.cancelled().is_some()
            && parcel.lock.as_ref().is_some_and(|lock| !lock.despite_cancel);
        // L7: "after it [the claim] it is marked so, and nothing is repeated"
        let is_disputed = self.dispute(parcel.id).is_some();
        // L9: "A package that was sent with more of a line than remains is `cancelled_late`, and nothing is repeated."
        let is_cut = !self.late_lines(parcel).is_empty();
        !marks::is_superseded(self, parcel) && !is_cancelled && !is_disputed && !is_cut
    }

    /// P11f: where the receiver cannot be asked and drops repeats, the identical request goes out again.
    fn repeat_without_read(&mut self, now: Ms) {
        if self.marketplace().can_be_asked {
            return;
        }
        for marketplace in 0..self.parcels.len() {
            let parcel = &self.parcels[marketplace];
            let PackageState::InDoubt(doubt) = parcel.state else { continue };
            // "where nobody can be asked it is `unresolved` at once"
            if doubt.read_at.latest > now && !doubt.refused {
                continue;
            }
            let may_repeat = self.may_be_repeated(parcel) && !doubt.refused;
            let parcel = &mut self.parcels[marketplace];
            if may_repeat {
                allow_repeat(parcel, now);
            } else {
                parcel.state = PackageState::Unresolved { at: now, former: None };
            }
        }
    }
}

fn apply_time_to_line(line: &mut Line, now: Ms) {
    match line.state {
        ImeiState::Sending { lease } if now >= lease + spans::LEASE_GRACE => {
            line.fence += 1;
            line.state = ImeiState::InDoubt(spans::doubt(FIRST_READ, None, now));
        }
        ImeiState::InDoubt(doubt) if now - doubt.since >= spans::DOUBT_MAX => {
            line.state = ImeiState::Failed { at: now };
        }
        _ => {}
    }
}

/// Advances each ring of the sweep that is past to the next one. Returns whether there was one.
pub(crate) fn advance_rings(parcel: &mut Parcel, now: Ms) -> bool {
    let mut has_swept = false;
    let mut again = |rings: &mut SweepRings| {
        if rings.next.latest <= now {
            *rings = spans::next_ring(*rings, now);
            has_swept = true;
        }
    };
    match &mut parcel.state {
        PackageState::Ready { rings, .. } => again(rings),
        PackageState::InDoubt(doubt) => again(&mut doubt.rings),
        _ => {}
    }
    for line in &mut parcel.lines {
        match &mut line.state {
            ImeiState::Pending { rings, .. } => again(rings),
            ImeiState::InDoubt(doubt) => again(&mut doubt.rings),
            _ => {}
        }
    }
    has_swept
}
