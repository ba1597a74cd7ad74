//! Events that cannot be taken, and what can be read of them all the same: a seller sees which label was refused (rule L15).

use super::fields::Fields;
use super::{BODY, BODY_BYTES_MAX, BusEvent, DETAIL, Envelope};
use crate::{EventKind, Fault, Moment, OrderKey, RefusedLabel};

/// An event that cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadEvent {
    /// Why.
    pub fault: Fault,
    /// The label that it tells of, where it does and its order can be read.
    pub label: Option<Box<UnreadLabel>>,
}

/// A label that was refused, and the order that it is of.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the types say it")]
pub struct UnreadLabel {
    pub key: OrderKey,
    pub label: RefusedLabel,
}

impl BusEvent {
    /// Reads an event as [`BusEvent::parse`] does. Where it cannot be taken, as much as can be read is kept.
    ///
    /// # Errors
    /// When it cannot be taken.
    pub fn read(body: &str, now: Moment) -> Result<Self, UnreadEvent> {
        Self::parse(body, now).map_err(|fault| {
            let label = UnreadLabel::of(body, &fault, now).map(Box::new);
            UnreadEvent { fault, label }
        })
    }
}

impl UnreadLabel {
    fn of(body: &str, fault: &Fault, now: Moment) -> Option<Self> {
        if body.len() > BODY_BYTES_MAX {
            return None;
        }
        let mut envelope = Fields::read(body, BODY).ok()?;
        let Envelope { id, kind, .. } = Envelope::of(&mut envelope).ok()?;
        if kind != EventKind::LabelCreated {
            return None;
        }
        let mut detail = envelope.object("detail", DETAIL).ok()?;
        let key = OrderKey {
            seller: detail.required("seller_id").ok()?,
            partner: detail.required("partner_id").ok()?,
            order: detail.required("order_id").ok()?,
        };
        let label = RefusedLabel {
            package: detail.optional("package_id").ok().flatten(),
            label: detail.optional("label_id").ok().flatten(),
            ..RefusedLabel::of(id, fault, now)
        };
        Some(Self { key, label })
    }
}
