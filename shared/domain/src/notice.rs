//! Notices: events of ours on the bus. A notice is published at least once, and keeps its id when it is published again. It
//! may be about a decision that then lost its race. It never carries an IMEI (rule I8).

use crate::{Channel, Moment, OrderId, PackageId, PartnerId, SellerId, Text, TrackingNumber};
use serde::{Deserialize, Serialize};

/// The kinds of notice. A kind's name is the event's `detail-type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub enum NoticeKind {
    ConfirmationAccepted,
    ConfirmationRejected,
    ConfirmationConflict,
    ConfirmationUnresolved,
    ConfirmationNotShown,
    ImeiDueSoon,
    ImeiMissing,
    TrackingSuperseded,
    ShipByNear,
    ShipByPassed,
    MovementWanted,
    NoMovement,
    CancelRequested,
    AttentionNeeded,
}

impl NoticeKind {
    /// Every kind. Each has a JSON schema in the folder `published` of this crate.
    pub const ALL: [Self; 14] = [
        Self::ConfirmationAccepted,
        Self::ConfirmationRejected,
        Self::ConfirmationConflict,
        Self::ConfirmationUnresolved,
        Self::ConfirmationNotShown,
        Self::ImeiDueSoon,
        Self::ImeiMissing,
        Self::TrackingSuperseded,
        Self::ShipByNear,
        Self::ShipByPassed,
        Self::MovementWanted,
        Self::NoMovement,
        Self::CancelRequested,
        Self::AttentionNeeded,
    ];

    /// The event's `detail-type`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ConfirmationAccepted => "ConfirmationAccepted",
            Self::ConfirmationRejected => "ConfirmationRejected",
            Self::ConfirmationConflict => "ConfirmationConflict",
            Self::ConfirmationUnresolved => "ConfirmationUnresolved",
            Self::ConfirmationNotShown => "ConfirmationNotShown",
            Self::ImeiDueSoon => "ImeiDueSoon",
            Self::ImeiMissing => "ImeiMissing",
            Self::TrackingSuperseded => "TrackingSuperseded",
            Self::ShipByNear => "ShipByNear",
            Self::ShipByPassed => "ShipByPassed",
            Self::MovementWanted => "MovementWanted",
            Self::NoMovement => "NoMovement",
            Self::CancelRequested => "CancelRequested",
            Self::AttentionNeeded => "AttentionNeeded",
        }
    }
}

/// An event of ours that is published on the bus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names are the contract's, functions/README.md")]
pub struct Notice {
    pub kind: NoticeKind,
    pub id: String,
    pub seller: SellerId,
    pub partner: PartnerId,
    pub channel: Channel,
    pub order: OrderId,
    /// `None` where a label was refused whose package cannot be read.
    pub package: Option<PackageId>,
    pub tracking_number: Option<TrackingNumber>,
    pub at: Moment,
    pub reason: Text,
}

impl Notice {
    /// The event's `detail`.
    pub fn detail(&self) -> String {
        serde_json::json!({
            "id": self.id,
            "seller_id": self.seller,
            "partner_id": self.partner,
            "channel": self.channel,
            "order_id": self.order,
            "package_id": self.package,
            "tracking_number": self.tracking_number,
            "at": self.at.to_string(),
            "reason": self.reason,
        })
        .to_string()
    }
}
