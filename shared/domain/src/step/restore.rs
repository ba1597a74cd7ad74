//! What a restored table may have forgotten (rule A2): what is to be claimed may have been sent already.

use super::waits::doubt;
use crate::guard::{Guard, guarded};
use crate::{Attempt, Confirming, Doubt, Moment, Order, Package, PackageId, Text};
use jiff::SignedDuration;

/// How much later than the restart a label may say it was made, and may still have been told before it: label systems send local
/// times (rule L10).
const MADE_AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// The `restored_at` that something of a package is to be in doubt for before it is claimed. `in_doubt_for` is the one for which it
/// was before.
pub(super) fn to_doubt(
    order: &Order,
    id: &PackageId,
    in_doubt_for: Option<Moment>,
    restored_at: Option<Moment>,
) -> Option<Moment> {
    let restored_at = restored_at.filter(|_| guarded(Guard::RestoredIsDoubt))?;
    let of_order = order.channel.facts().confirming == Confirming::WholeOrder;
    let mut packages = order.packages.iter().filter(|(other, _)| of_order || *other == id);
    let may_be_sent = packages.any(|(_, package)| is_of_before(package, restored_at));
    // Another moment is another restore, whichever of the two is later: what was asked then proves nothing now.
    (in_doubt_for != Some(restored_at) && may_be_sent).then_some(restored_at)
}

/// Whether a label of it may be from before the restart, by any time that is known of it.
fn is_of_before(package: &Package, restored_at: Moment) -> bool {
    let until = restored_at.plus(MADE_AHEAD);
    package.labels().any(|label| {
        label.received_at < until || label.tellings().any(|telling| telling.labeled_at < until)
    })
}

/// The doubt about what may have been sent before a restore. It is read at once.
pub(super) fn forgotten(now: Moment) -> Attempt {
    let why = Text::cut("the table was restored, and may have forgotten that it was sent");
    Attempt::InDoubt(Doubt { is_restored: true, ..doubt(why, SignedDuration::ZERO, now) })
}
