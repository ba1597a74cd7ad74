//! What is published of ship-bys, silence and wishes to cancel. Rules S3 to S5.
//!
//! The id of a notice says what it is told once for. A notice may be published again where its save lost its race, where the bus
//! may not have taken it, and where its cause went and came again; not while its cause lasts.

use super::Watch;
use super::deadlines::{ship_by, watched};
use super::tellings::{Known, time};
use crate::plan::Fact;
use crate::world::{Function, Sandbox};
use domain::{
    Attention, Moment, Notice, NoticeKind, Order, OrderKey, Package, PackageId, attention,
};

/// The order that a notice is about.
pub(super) fn order_of(notice: &Notice) -> OrderKey {
    OrderKey {
        seller: notice.seller.clone(),
        partner: notice.partner.clone(),
        order: notice.order.clone(),
    }
}

/// What tells a notice from another one of its kind: the end of its id.
fn occasion(notice: &Notice) -> &str {
    notice.id.rsplit('/').next().unwrap_or_default()
}

/// A kind of notice that tells of a mark.
struct Row {
    kind: NoticeKind,
    reason: Attention,
    /// What it is told once for.
    occasion: fn(&Order, &Package) -> Option<String>,
}

fn of_ship_by(order: &Order, package: &Package) -> Option<String> {
    ship_by(order, package).map(|by| by.to_string())
}

fn of_label(_: &Order, package: &Package) -> Option<String> {
    watched(package).map(|label| label.id.to_string())
}

fn of_wish(order: &Order, _: &Package) -> Option<String> {
    order.wish.map(|wish| wish.at.to_string())
}

#[expect(clippy::unnecessary_wraps, reason = "the rows have one signature")]
fn of_claim(_: &Order, package: &Package) -> Option<String> {
    Some(package.fence.to_string())
}

const ROWS: [Row; 5] = [
    Row { kind: NoticeKind::ConfirmationNotShown, reason: Attention::NotShown, occasion: of_claim },
    Row { kind: NoticeKind::ShipByNear, reason: Attention::ShipByNear, occasion: of_ship_by },
    Row { kind: NoticeKind::ShipByPassed, reason: Attention::ShipByPassed, occasion: of_ship_by },
    Row { kind: NoticeKind::NoMovement, reason: Attention::NoMovement, occasion: of_label },
    Row {
        kind: NoticeKind::CancelRequested,
        reason: Attention::CancelRequested,
        occasion: of_wish,
    },
];

impl Watch {
    /// A notice was published in a run. What it tells of was told before.
    pub(super) fn announced(&mut self, by: &Sandbox, notice: &Notice) {
        let Some(sale) = self.sale_of_key(&order_of(notice)) else { return };
        let moments = |of: fn(&Fact) -> Option<i64>| -> Vec<Moment> {
            self.facts_known(sale, Known::Maybe).filter_map(of).map(time).collect()
        };
        let told = match notice.kind {
            NoticeKind::ShipByNear | NoticeKind::ShipByPassed => moments(|fact| match fact {
                Fact::Label(label) => label.ship_by,
                Fact::Updated { ship_by, .. } => *ship_by,
                _ => None,
            }),
            NoticeKind::CancelRequested => moments(|fact| match fact {
                Fact::Updated { is_wished: Some(true), at, .. } => Some(*at),
                _ => None,
            }),
            _ => Vec::new(),
        };
        // What the channel shows was told, too: a wish as of when it was asked.
        let shown = self.standings(sale).filter_map(|standing| standing.ship_by).map(time);
        let is_wish_shown = self.standings(sale).any(|standing| standing.is_wished);
        let told: Vec<Moment> = told.into_iter().chain(shown).collect();
        let of = occasion(notice).to_owned();
        let about = told.iter().find(|moment| moment.to_string() == of);
        let is_timely = match (notice.kind, about) {
            (NoticeKind::ShipByNear, Some(by)) => notice.at < *by,
            (NoticeKind::ShipByPassed, Some(by)) => notice.at >= *by,
            (NoticeKind::CancelRequested, about) => about.is_some() || is_wish_shown,
            (NoticeKind::ShipByNear | NoticeKind::ShipByPassed, None) => false,
            _ => true,
        };
        if !is_timely {
            self.report("S3, S5: what is published was told, and is so", || notice.id.clone());
        }
        self.ids.insert(notice.id.clone());
        self.to_be_saved.entry(by.task()).or_default().push(notice.clone());
    }

    /// A run begins anew with an order: what it published was of a save that lost its race.
    pub(super) fn forget_announced(&mut self, by: &Sandbox, key: &OrderKey) {
        if let Some(notices) = self.to_be_saved.get_mut(&by.task()) {
            notices.retain(|notice| order_of(notice) != *key);
        }
    }

    /// A run has saved what it published of an order.
    pub(super) fn check_announced(&mut self, by: &Sandbox, before: Option<&Order>, after: &Order) {
        let published = self.to_be_saved.remove(&by.task()).unwrap_or_default();
        let (of_order, others): (Vec<Notice>, Vec<Notice>) =
            published.into_iter().partition(|notice| order_of(notice) == after.key);
        if !others.is_empty() {
            self.to_be_saved.insert(by.task(), others);
        }
        // A batch of events is one save of many decisions: between two of them a mark may go, and come again.
        let is_one_decision = matches!(by.function, Function::Sweep | Function::Api);
        let Some(before) = before.filter(|_| is_one_decision) else { return };
        let again = of_order.iter().find(|notice| is_told_again(before, notice));
        if let Some(notice) = again {
            self.report("S3 to S5: what is published once is published once", || notice.id.clone());
        }
    }

    /// Whether something that people are shown in the end was never published.
    pub(super) fn is_untold(&self, order: &Order) -> bool {
        order.packages.iter().any(|(id, package)| {
            let reasons = attention(order, id);
            ROWS.iter().filter(|row| reasons.contains(&row.reason)).any(|row| {
                let occasion = (row.occasion)(order, package).unwrap_or_default();
                let id = format!("{}/{id}/{}/{occasion}", order.key, row.kind.name());
                !self.ids.contains(&id)
            })
        })
    }
}

/// Whether what a notice tells of was shown before, and told.
fn is_told_again(before: &Order, notice: &Notice) -> bool {
    let Some(row) = ROWS.iter().find(|row| row.kind == notice.kind) else { return false };
    let is_kept = before.unpublished.iter().any(|kept| kept.notice.id == notice.id);
    let package = |id: &PackageId| before.packages.get(id);
    let Some((id, package)) = notice.package.as_ref().and_then(|id| Some((id, package(id)?)))
    else {
        return false;
    };
    let is_same = (row.occasion)(before, package).is_some_and(|of| of == occasion(notice));
    !is_kept && is_same && attention(before, id).contains(&row.reason)
}
