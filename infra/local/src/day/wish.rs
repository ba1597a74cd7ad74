//! The day on Wish. Its PUT would overwrite what a person entered, so Wish is asked first.

use super::world::{Line, label_at};
use super::{Expect, MarketplaceRecord, Story, World};
use crate::{Error, NewPartner};
use domain::Channel;

const ONE: [Line; 1] =
    [Line { item: "6f0000000000000000000001", quantity: 1, phone: false, tablet: false }];

/// The number that a person entered by hand.
const BY_HAND: &str = "1Z999WISHBYHAND1";

/// The accounts that its stories need, the standard one first.
pub(super) const PARTNERS: &[NewPartner] = &[NewPartner::new("wish", "Wish", Channel::Wish)];

pub(super) fn stories() -> Vec<Story> {
    vec![
        Story {
            title: "Wish: asked first, then sent at the carrier's first scan",
            partner: "wish",
            order: "5f00000000000000000a0001",
            tracking: "1Z999WISH00000001",
            expect: Expect::confirmed("1Z999WISH00000001"),
            play: |w, s| Box::pin(on_movement(w, s)),
        },
        Story {
            title: "Wish: a person entered another number: not overwritten",
            partner: "wish",
            order: "5f00000000000000000a0002",
            tracking: "1Z999WISH00000002",
            expect: Expect {
                record: MarketplaceRecord::Tracking(BY_HAND, 0),
                published: &["ConfirmationConflict"],
                ..Expect::not_sent("conflict", BY_HAND)
            },
            play: |w, s| Box::pin(entered_by_hand(w, s)),
        },
    ]
}

async fn events(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.put(&[label_at(s, ("lbl_1", w.ago(5)), ("UPS", "UPS Ground", s.tracking), &ONE)]).await?;
    w.put(&[w.scan("UPS", s.tracking, "picked_up")]).await
}

async fn on_movement(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    events(w, s).await
}

async fn entered_by_hand(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    w.shop(s)?.ship_elsewhere(s.order, BY_HAND);
    events(w, s).await
}
