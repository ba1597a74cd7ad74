//! What is new since before the input: what is told, and which marks come back.

use crate::act::{Act, Made, Ms};
use crate::marks;
use crate::model::Order;
use crate::stand::{Class, Lock, Parcel, Stand};
use crate::told::Listed;
use domain::{Mark, NoticeKind};

impl Order {
    /// What superseded the number that was sent: another label, or a void (rule L3). Each is told.
    fn superseded_by(&self, parcel: &Parcel) -> Option<By> {
        let is_marked = marks::there(self, parcel) & 1 == 1;
        is_marked.then(|| self.number(parcel.id))
    }

    fn lacks_imeis(&self, lock: &Lock) -> bool {
        let mut phones = lock.lines.iter().filter(|line| line.2 && line.1 == 1);
        self.place().takes_imeis
            && phones.any(|line| !lock.imeis.iter().any(|sent| sent.0 == line.0))
    }

    /// What is to be told: read from where each package stood and stands.
    pub(crate) fn notices(&mut self, before: &Former, now: Ms) -> Vec<(usize, NoticeKind)> {
        let mut notices = Vec::new();
        for place in 0..self.parcels.len() {
            let parcel = &self.parcels[place];
            let former = before.parcel(parcel.id);
            if former.is_none_or(|former| former.class() != parcel.class()) {
                let told = NEWS.iter().find(|(class, _)| *class == parcel.class());
                notices.extend(told.map(|(_, kind)| (parcel.id, *kind)));
            }
            // What was missing when it was claimed was told before the claim.
            let was_told = |former: &Parcel| {
                misses_imeis(former)
                    || former.lock.as_ref().is_some_and(|lock| self.lacks_imeis(lock))
            };
            if misses_imeis(parcel) && !former.is_some_and(was_told) {
                notices.push((parcel.id, NoticeKind::ImeiMissing));
            }
            let was = before.about(parcel.id).and_then(|about| about.superseded_by);
            let by = self.superseded_by(parcel);
            if by.is_some() && was != by {
                notices.push((parcel.id, NoticeKind::TrackingSuperseded));
            }
            if let Stand::WaitingImeis { warn_at, warned, .. } = &mut self.parcels[place].stand
                && !*warned
                && *warn_at <= now
            {
                *warned = true;
                let was_warned = |former: &Parcel| {
                    matches!(former.stand, Stand::WaitingImeis { warned: true, .. })
                };
                let id = self.parcels[place].id;
                if !before.parcel(id).is_some_and(was_warned) {
                    notices.push((id, NoticeKind::ImeiDueSoon));
                }
            }
        }
        notices
    }

    /// A mark that a person has put aside comes back with a new cause: another number, other IMEIs, another failure.
    pub(crate) fn look_at_marks(&mut self, before: &Former) {
        let has_new_lists = before.lists.as_ref().is_some_and(|lists| *lists != self.facts.lists());
        for place in 0..self.parcels.len() {
            let parcel = &self.parcels[place];
            if parcel.resolved == 0 {
                continue;
            }
            let Some(former) = before.parcel(parcel.id) else { continue };
            let number = before.about(parcel.id).and_then(|about| about.number);
            let failed = |parcel: &Parcel| {
                parcel.lines.iter().filter(|line| line.class() == Class::LineFailed).count()
            };
            let mut kept = marks::there(self, parcel);
            for (place, (mark, ..)) in marks::MARKS.iter().enumerate() {
                let is_news = match mark {
                    Mark::Superseded | Mark::WithheldMoved => number != self.number(parcel.id),
                    Mark::ImeiLate | Mark::ImeiTwice => has_new_lists,
                    Mark::ImeiFailed => failed(former) != failed(parcel),
                    Mark::CancelledLate | Mark::ImeiByHand | Mark::Delayed => false,
                };
                if is_news {
                    kept &= !(1 << place);
                }
            }
            self.parcels[place].resolved &= kept;
        }
    }
}

/// Another number, or none: the label was voided.
type By = Option<usize>;

/// How much was told of a package.
pub type Known = (Option<Made>, [usize; 3]);

/// What was known of a package before an input.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct About {
    pub number: Option<usize>,
    pub superseded_by: Option<By>,
    pub known: Option<Known>,
}

/// The order before an input.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Former {
    pub parcels: Vec<Parcel>,
    pub about: Vec<About>,
    pub lists: Option<Vec<Listed>>,
}

impl Former {
    pub(crate) fn of(order: &Order, act: &Act) -> Self {
        let about = |parcel: &Parcel| About {
            number: order.number(parcel.id),
            superseded_by: order.superseded_by(parcel),
            known: act.is_event().then(|| order.facts.known_of(parcel.id)),
        };
        Self {
            about: order.parcels.iter().map(about).collect(),
            parcels: order.parcels.clone(),
            lists: matches!(act, Act::Imei { .. } | Act::Twice { .. }).then(|| order.facts.lists()),
        }
    }

    /// A package.
    pub fn parcel(&self, id: usize) -> Option<&Parcel> {
        self.parcels.iter().find(|parcel| parcel.id == id)
    }

    /// What was known of a package.
    pub fn about(&self, id: usize) -> Option<&About> {
        let place = self.parcels.iter().position(|parcel| parcel.id == id)?;
        self.about.get(place)
    }
}

/// What is told when a package gets there.
const NEWS: [(Class, NoticeKind); 4] = [
    (Class::Confirmed, NoticeKind::ConfirmationAccepted),
    (Class::Rejected, NoticeKind::ConfirmationRejected),
    (Class::Conflict, NoticeKind::ConfirmationConflict),
    (Class::Unresolved, NoticeKind::ConfirmationUnresolved),
];

/// I4: due, and IMEIs are missing.
fn misses_imeis(parcel: &Parcel) -> bool {
    matches!(parcel.stand, Stand::HeldImeis | Stand::Ready { imeis_missing: true, .. })
}
