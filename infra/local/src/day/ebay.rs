//! The day on eBay. A second fulfilment there never replaces the first, so nothing is sent again before it is proven
//! absent.

use super::world::{Line, label_at};
use super::{Expect, Story, World};
use crate::{Error, NewPartner};
use domain::{Channel, Timing};
use marketplaces::{Fault, Operation};

const ONE: [Line; 1] = [Line { item: "10056032198765", quantity: 1, phone: false, tablet: false }];

/// The accounts that its stories need, the standard one first.
pub(super) const PARTNERS: &[NewPartner] = &[
    NewPartner::new("ebay-us", "eBay US", Channel::Ebay),
    NewPartner::new("ebay-labels", "eBay US, on the label", Channel::Ebay)
        .timing(Timing::WhenTrackingIsAssigned),
];

pub(super) fn stories() -> Vec<Story> {
    vec![
        Story {
            title: "eBay: sent at the carrier's first scan",
            partner: "ebay-us",
            order: "20-11501-10001",
            tracking: "9400111899223100001",
            expect: Expect::confirmed("9400111899223100001"),
            play: |w, s| Box::pin(on_movement(w, s)),
        },
        Story {
            title: "eBay: applied, then the connection breaks: read back",
            partner: "ebay-labels",
            order: "20-11501-10002",
            tracking: "9400111899223100002",
            expect: Expect { why: "read_back", ..Expect::confirmed("9400111899223100002") },
            play: |w, s| Box::pin(hangs_up(w, s)),
        },
    ]
}

async fn label(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    let carrier = ("USPS", "Priority Mail", s.tracking);
    w.put(&[label_at(s, ("lbl_1", w.ago(5)), carrier, &ONE)]).await
}

async fn on_movement(w: &World<'_>, s: &Story) -> Result<(), Error> {
    label(w, s).await?;
    w.put(&[w.scan("USPS", s.tracking, "picked_up")]).await
}

async fn hangs_up(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.fault(s, Operation::Submit, Fault::apply_and_hang_up())?;
    label(w, s).await
}
