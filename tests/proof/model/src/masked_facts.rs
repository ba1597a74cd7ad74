//! Masked facts: voids, other labels and cancellations that the rules do not get, so that a repeat does not follow them.

use domain::{Label, LabelId, Moment, Order, PackageId, State};
use std::collections::BTreeSet;

/// The facts that the rules do not get, so that a repeat does not follow them.
pub(crate) struct Masked {
    id: PackageId,
    cancelled: Option<Moment>,
    voided: BTreeSet<LabelId>,
    newer: Option<Label>,
}

impl Masked {
    pub(crate) fn take(order: &mut Order) -> Option<Self> {
        let cancelled = order.cancelled;
        let (id, package) = order
            .packages
            .iter_mut()
            .find(|(_, package)| package.lock().is_some() && package.state.pending().is_some())?;
        let (id, voided) = (id.clone(), std::mem::take(&mut package.voided));
        let State::Sent(sent) = &mut package.state else { return None };
        let newer = sent.lock.label.take().and_then(|former| package.label.replace(former));
        order.cancelled = None;
        Some(Self { id, cancelled, voided, newer })
    }

    pub(crate) fn put_back(self, order: &mut Order) {
        order.cancelled = self.cancelled.or(order.cancelled);
        let Some(package) = order.packages.get_mut(&self.id) else { return };
        package.voided.extend(self.voided);
        if let Some(newer) = self.newer {
            let former = package.label.replace(newer);
            if let State::Sent(sent) = &mut package.state {
                sent.lock.label = former;
            }
        }
    }
}
