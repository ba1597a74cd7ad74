//! The notices that an input makes, read from each package before and after it. Rules L3, I4, I5, D2, and "A rejection"
//! under "Said exactly".

use crate::devices::is_incomplete;
use crate::facts::{KnownFacts, ListedImeis};
use crate::inputs::{Input, Ms};
use crate::marks::{self, MarkCauses};
use crate::names::BasketLine;
use crate::order::{Order, PackageNotice};
use crate::states::{Device, Lock, PackageState, Parcel, StateKind};
use domain::NoticeKind;

/// The notice of each state that has one, published when a package gets there.
const NOTICES: [(StateKind, NoticeKind); 4] = [
    (StateKind::Confirmed, NoticeKind::ConfirmationAccepted),
    (StateKind::Rejected, NoticeKind::ConfirmationRejected),
    (StateKind::Conflict, NoticeKind::ConfirmationConflict),
    (StateKind::Unresolved, NoticeKind::ConfirmationUnresolved),
];

/// What takes the place of the number that was sent: another number, or none where the label was voided.
type SupersedingNumber = Option<usize>;

/// What was known of a package before an input.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PackageSnapshot {
    pub number: Option<usize>,
    pub superseded_by: Option<SupersedingNumber>,
    pub known: Option<KnownFacts>,
    /// What its marks are about, where a person has put one aside.
    pub causes: Option<MarkCauses>,
    /// Whether it was sent with more of a line than remains (rule L9).
    pub was_late: bool,
}

/// An order before an input, and whether the input is an event.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Snapshot {
    pub parcels: Vec<Parcel>,
    pub packages: Vec<PackageSnapshot>,
    pub lists: Option<Vec<ListedImeis>>,
    pub is_event: bool,
}

impl Snapshot {
    /// The order as it is before an input.
    pub(crate) fn of(order: &Order, input: &Input) -> Self {
        let is_about_imeis = matches!(input, Input::Imei { .. } | Input::Twice { .. });
        let package = |parcel: &Parcel| PackageSnapshot {
            number: order.number(parcel.id),
            superseded_by: order.superseded_by(parcel),
            causes: (parcel.resolved != 0).then(|| order.mark_causes(parcel)),
            was_late: !order.late_lines(parcel).is_empty(),
            known: input.is_event().then(|| order.facts.known_facts(parcel.id)),
        };
        Self {
            packages: order.parcels.iter().map(package).collect(),
            parcels: order.parcels.clone(),
            lists: is_about_imeis.then(|| order.facts.lists()),
            is_event: input.is_event(),
        }
    }

    /// A package.
    pub fn parcel(&self, id: usize) -> Option<&Parcel> {
        self.parcels.iter().find(|parcel| parcel.id == id)
    }

    /// What was known of a package.
    pub fn package(&self, id: usize) -> Option<&PackageSnapshot> {
        let index = self.parcels.iter().position(|parcel| parcel.id == id)?;
        self.packages.get(index)
    }
}

impl Order {
    /// What supersedes the number that was sent (rule L3).
    fn superseded_by(&self, parcel: &Parcel) -> Option<SupersedingNumber> {
        let is_marked = marks::present(self, parcel) & 1 == 1;
        is_marked.then(|| self.number(parcel.id))
    }

    fn lacks_imeis(&self, lock: &Lock) -> bool {
        let is_lacking = |line: &BasketLine| {
            let sent = lock.devices.iter().find(|sent| sent.item == line.item).copied();
            let none = Device { item: line.item, imei: None, serial: None };
            is_incomplete(line, &sent.unwrap_or(none))
        };
        self.marketplace().takes_imeis && lock.lines.iter().any(is_lacking)
    }

    /// The notices of an input.
    pub(crate) fn notices(&mut self, before: &Snapshot, now: Ms) -> Vec<PackageNotice> {
        let mut notices = Vec::new();
        for index in 0..self.parcels.len() {
            let parcel = &self.parcels[index];
            let package = parcel.id;
            let former = before.parcel(package);
            if former.is_none_or(|former| former.state_kind() != parcel.state_kind()) {
                let row = NOTICES.iter().find(|(kind, _)| *kind == parcel.state_kind());
                notices.extend(
                    row.map(|(_, kind)| PackageNotice { package: Some(package), kind: *kind }),
                );
            }
            // IMEIs that the claim went without were published as missing before the claim.
            let was_published = |former: &Parcel| {
                misses_imeis(former)
                    || former.lock.as_ref().is_some_and(|lock| self.lacks_imeis(lock))
            };
            if misses_imeis(parcel) && !former.is_some_and(was_published) {
                notices
                    .push(PackageNotice { package: Some(package), kind: NoticeKind::ImeiMissing });
            }
            let was = before.package(package).and_then(|snapshot| snapshot.superseded_by);
            let by = self.superseded_by(parcel);
            if by.is_some() && was != by {
                notices.push(PackageNotice {
                    package: Some(package),
                    kind: NoticeKind::TrackingSuperseded,
                });
            }
            if warn(&mut self.parcels[index], now) && !former.is_some_and(was_warned) {
                notices
                    .push(PackageNotice { package: Some(package), kind: NoticeKind::ImeiDueSoon });
            }
        }
        notices
    }
}

/// I4: the package is due, and IMEIs are missing.
fn misses_imeis(parcel: &Parcel) -> bool {
    matches!(
        parcel.state,
        PackageState::HeldImeis | PackageState::Ready { imeis_missing: true, .. }
    )
}

/// I5: notes the warning that IMEIs are due soon, and says whether it is due now.
fn warn(parcel: &mut Parcel, now: Ms) -> bool {
    let PackageState::WaitingImeis { warn_at, warned, .. } = &mut parcel.state else {
        return false;
    };
    let is_due = !*warned && *warn_at <= now;
    *warned |= is_due;
    is_due
}

fn was_warned(former: &Parcel) -> bool {
    matches!(former.state, PackageState::WaitingImeis { warned: true, .. })
}
