//! The day on eBay. A second fulfilment there never replaces the first, so nothing is sent again before it is proven
//! absent.

use super::world::{Line, label_at};
use super::{Expect, Story, World};
use crate::{Error, Event, NewPartner};
use domain::{Channel, Moment, Timing};
use marketplaces::{Fault, Operation};

const ONE: [Line; 1] = [Line { item: "10056032198765", quantity: 1, phone: false, tablet: false }];

/// The accounts that its stories need, the standard one first.
pub(super) const PARTNERS: &[NewPartner] = &[
    NewPartner::new("ebay-us", "eBay US", Channel::Ebay),
    NewPartner::new("ebay-labels", "eBay US, on the label", Channel::Ebay)
        .timing(Timing::WhenTrackingIsAssigned),
    NewPartner::new("ebay-in-time", "eBay US, sent before the ship-by", Channel::Ebay).sending(),
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
        Story {
            title: "eBay: the barcode has the ZIP, the scan only its number",
            partner: "ebay-us",
            order: "20-11501-10003",
            tracking: "9400107202546100937187",
            expect: Expect::confirmed("9400107202546100937187"),
            play: |w, s| Box::pin(barcode(w, s)),
        },
        Story {
            title: "eBay: a return label beside it changes nothing",
            partner: "ebay-us",
            order: "20-11501-10004",
            tracking: "9400111899223100004",
            expect: Expect { quiet_s: 8, ..Expect::confirmed("9400111899223100004") },
            play: |w, s| Box::pin(with_return(w, s)),
        },
        Story {
            title: "eBay: a label told with two numbers: a person chooses",
            partner: "ebay-us",
            order: "20-11501-10005",
            tracking: "9400111899223100005",
            expect: Expect {
                published: &["AttentionNeeded"],
                ..Expect::not_sent("held", "label_disputed")
            },
            play: |w, s| Box::pin(disputed(w, s)),
        },
    ]
}

/// A `LabelCreated` event by the postal service.
fn by_usps(s: &Story, label: (&str, Moment), tracking: &str) -> Event {
    label_at(s, label, ("USPS", "Priority Mail", tracking), &ONE)
}

async fn label(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    w.put(&[by_usps(s, ("lbl_1", w.ago(5)), s.tracking)]).await
}

async fn on_movement(w: &World<'_>, s: &Story) -> Result<(), Error> {
    label(w, s).await?;
    w.put(&[w.scan("USPS", s.tracking, "picked_up")]).await
}

async fn hangs_up(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.fault(s, Operation::Submit, Fault::apply_and_hang_up())?;
    label(w, s).await
}

/// The barcode on a parcel of the postal service begins with 420 and the ZIP of its destination.
async fn barcode(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    w.put(&[by_usps(s, ("lbl_1", w.ago(5)), &format!("42060614{}", s.tracking))]).await?;
    w.put(&[w.scan("USPS", s.tracking, "picked_up")]).await
}

/// The return's label is made later, and its parcel is scanned, too.
async fn with_return(w: &World<'_>, s: &Story) -> Result<(), Error> {
    const RETURN: &str = "9202390123450000000017";
    label(w, s).await?;
    let mut of_return = by_usps(s, ("lbl_2", w.ago(3)), RETURN);
    of_return.detail["kind"] = "return".into();
    w.put(&[of_return, w.scan("USPS", s.tracking, "picked_up")]).await?;
    w.until(s, "confirmed").await?;
    w.put(&[w.scan("USPS", RETURN, "in_transit")]).await
}

/// Two systems tell of the same label, and only one of them has its number right.
async fn disputed(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    let made = ("lbl_1", w.ago(5));
    w.put(&[by_usps(s, made, s.tracking), by_usps(s, made, "9400111899223190005")]).await?;
    w.until(s, "held").await?;
    w.put(&[w.scan("USPS", s.tracking, "picked_up")]).await
}
