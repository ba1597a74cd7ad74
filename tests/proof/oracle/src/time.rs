//! What time does by itself: a lease is over, a doubt is too old, an identical repeat is due, the sweep rings again.

use crate::act::Ms;
use crate::after::{FIRST_READ, back_to_doubt, fall_into_doubt, first_read, ready_again};
use crate::model::Order;
use crate::stand::{Class, Line, LineStand, Parcel, Rings, Stand};
use crate::{marks, spans};

impl Order {
    /// What time does by itself.
    pub(crate) fn pass(&mut self, now: Ms) {
        let place = self.place();
        for parcel in &mut self.parcels {
            match parcel.stand {
                Stand::Sending { lease } if now >= lease + spans::LEASE_GRACE => {
                    parcel.fence += 1;
                    let wait = first_read(parcel);
                    fall_into_doubt(parcel, place, (wait, None), now);
                }
                _ => {}
            }
            for line in &mut parcel.lines {
                pass_line(line, now);
            }
        }
        self.return_to_doubt(now);
        for parcel in &mut self.parcels {
            if let Stand::InDoubt(doubt) = parcel.stand
                && now - parcel.doubted_since(&doubt) >= spans::DOUBT_MAX
            {
                parcel.stand = Stand::Unresolved { at: now, former: None };
            }
        }
        self.go_again(now);
    }

    /// "an identical repeat that waits to be sent goes back to `in_doubt` when its label is voided or replaced, or its
    /// order cancelled; where nobody can be asked it is then `unresolved`."
    fn return_to_doubt(&mut self, now: Ms) {
        for place in 0..self.parcels.len() {
            let parcel = &self.parcels[place];
            if parcel.class() == Class::Again && !self.may_be_repeated(parcel) {
                let channel = self.place();
                back_to_doubt(&mut self.parcels[place], channel, now);
            }
        }
    }

    /// Neither its label nor its order has changed since the claim.
    pub fn may_be_repeated(&self, parcel: &Parcel) -> bool {
        let is_cancelled = self.facts.cancelled().is_some()
            && parcel.lock.as_ref().is_some_and(|lock| !lock.despite_cancel);
        !marks::is_superseded(self, parcel) && !is_cancelled
    }

    /// A receiver that cannot be asked and drops repeats: the identical request goes out again.
    fn go_again(&mut self, now: Ms) {
        if self.place().can_be_asked {
            return;
        }
        for place in 0..self.parcels.len() {
            let parcel = &self.parcels[place];
            let Stand::InDoubt(doubt) = parcel.stand else { continue };
            // "where nobody can be asked it is `unresolved` at once"
            if doubt.read_at.latest > now && !doubt.refused {
                continue;
            }
            let is_same = self.may_be_repeated(parcel) && !doubt.refused;
            let parcel = &mut self.parcels[place];
            if is_same {
                ready_again(parcel, now);
            } else {
                parcel.stand = Stand::Unresolved { at: now, former: None };
            }
        }
    }
}

fn pass_line(line: &mut Line, now: Ms) {
    match line.stand {
        LineStand::Sending { lease } if now >= lease + spans::LEASE_GRACE => {
            line.fence += 1;
            line.stand = LineStand::InDoubt(spans::doubt(FIRST_READ, None, now));
        }
        LineStand::InDoubt(doubt) if now - doubt.since >= spans::DOUBT_MAX => {
            line.stand = LineStand::Failed { at: now };
        }
        _ => {}
    }
}

/// The sweep's rings: a ring that is past is followed by the next.
pub(crate) fn ring_again(parcel: &mut Parcel, now: Ms) -> bool {
    let mut rang = false;
    let mut again = |rings: &mut Rings| {
        if rings.next.latest <= now {
            *rings = spans::next_ring(*rings, now);
            rang = true;
        }
    };
    match &mut parcel.stand {
        Stand::Ready { rings, .. } => again(rings),
        Stand::InDoubt(doubt) => again(&mut doubt.rings),
        _ => {}
    }
    for line in &mut parcel.lines {
        match &mut line.stand {
            LineStand::Pending { rings, .. } => again(rings),
            LineStand::InDoubt(doubt) => again(&mut doubt.rings),
            _ => {}
        }
    }
    rang
}
