//! What is watched: ship-bys that are near and over, parcels that nobody scans, buyers who wish to cancel, and what the marketplaces
//! show when they are looked at. Nobody waits for hours: a ship-by two hours ahead is warned of at once, a label of 97 hours ago is silent
//! at once, and what is looked at six hours after it was taken is put back by seven.

use super::world::{Line, label_at, of_order};
use super::{Expect, MarketplaceRecord, Story, World};
use crate::{Error, Event};
use domain::EventKind;
use marketplaces::{Fault, Operation, Standing};
use serde_json::{Value, json};

const HOUR_S: i64 = 3_600;

const ONE: [Line; 1] = [Line { item: "79039765272159", quantity: 1, phone: false, tablet: false }];

#[expect(clippy::too_many_lines, reason = "a table: each story is a row")]
pub(super) fn stories() -> Vec<Story> {
    vec![
        Story {
            title: "a ship-by two hours ahead, and no scan: people are warned",
            partner: "amazon-us",
            order: "902-1106328-1059080",
            tracking: "112345780",
            expect: Expect {
                marks: &["ship_by_near"],
                published: &["ShipByNear"],
                ..Expect::not_sent("waiting", "movement")
            },
            play: |w, s| Box::pin(due_in(w, s, 2)),
        },
        Story {
            title: "a ship-by that is over: told, and nothing is sent for it",
            partner: "amazon-us",
            order: "902-1106328-1059081",
            tracking: "112345781",
            expect: Expect {
                marks: &["ship_by_passed"],
                published: &["ShipByPassed"],
                ..Expect::not_sent("waiting", "movement")
            },
            play: |w, s| Box::pin(due_in(w, s, -1)),
        },
        Story {
            title: "eBay: its ship-by is two hours ahead, and no scan: sent in time",
            partner: "ebay-in-time",
            order: "20-11501-10080",
            tracking: "9400111899223100080",
            expect: Expect {
                published: &["ConfirmationAccepted", "ShipByNear"],
                ..Expect::confirmed("9400111899223100080")
            },
            play: |w, s| Box::pin(sent_in_time(w, s)),
        },
        Story {
            title: "eBay: the same, but the order was cancelled there",
            partner: "ebay-in-time",
            order: "20-11501-10081",
            tracking: "9400111899223100081",
            expect: Expect {
                published: &["ShipByNear"],
                ..Expect::not_sent("withheld", "cancelled")
            },
            play: |w, s| Box::pin(cancelled_there(w, s)),
        },
        Story {
            title: "shipped by hand, and told: nothing goes over it",
            partner: "amazon-us",
            order: "902-1106328-1059085",
            tracking: "112345785",
            expect: Expect {
                record: MarketplaceRecord::Tracking(BY_HAND, 0),
                published: &["ConfirmationConflict"],
                ..Expect::not_sent("conflict", BY_HAND)
            },
            play: |w, s| Box::pin(shipped_by_hand(w, s)),
        },
        Story {
            title: "Amazon says 204, and never shows it: a person must look",
            partner: "amazon-us",
            order: "902-1106328-1059086",
            tracking: "112345786",
            expect: Expect {
                marks: &["not_shown"],
                record: MarketplaceRecord::Nothing,
                published: &["ConfirmationAccepted", "ConfirmationNotShown"],
                ..Expect::confirmed("112345786")
            },
            play: |w, s| Box::pin(never_shown(w, s)),
        },
        Story {
            title: "a parcel that no carrier scans for four days",
            partner: "amazon-us",
            order: "902-1106328-1059082",
            tracking: "112345782",
            expect: Expect {
                marks: &["no_movement"],
                published: &["NoMovement"],
                ..Expect::not_sent("waiting", "movement")
            },
            play: |w, s| Box::pin(silent(w, s)),
        },
        Story {
            title: "the buyer wishes to cancel: held, whatever the carrier scans",
            partner: "amazon-us",
            order: "902-1106328-1059083",
            tracking: "112345783",
            expect: Expect {
                published: &["CancelRequested"],
                ..Expect::not_sent("held", "cancel_requested")
            },
            play: |w, s| Box::pin(wished(w, s)),
        },
        Story {
            title: "a wish to cancel that is taken back: sent after all",
            partner: "amazon-us",
            order: "902-1106328-1059084",
            tracking: "112345784",
            expect: Expect {
                published: &["CancelRequested", "ConfirmationAccepted"],
                ..Expect::confirmed("112345784")
            },
            play: |w, s| Box::pin(taken_back(w, s)),
        },
    ]
}

/// The number that a person entered.
const BY_HAND: &str = "9400111899223100099";

const ON_EBAY: [Line; 1] =
    [Line { item: "10056032198765", quantity: 1, phone: false, tablet: false }];

/// A label whose ship-by is two hours ahead. What eBay says of the order is what it is asked before anything goes.
async fn due_on_ebay(w: &World<'_>, s: &Story, standing: Standing) -> Result<(), Error> {
    w.sell(s, &ON_EBAY)?;
    w.stand(s, standing)?;
    let made = ("lbl_1", w.ago(HOUR_S));
    let mut label = label_at(s, made, ("USPS", "Priority Mail", s.tracking), &ON_EBAY);
    if let Some(fields) = label.detail.as_object_mut() {
        fields.insert("ship_by".to_owned(), w.ago(HOUR_S.saturating_mul(-2)).to_string().into());
    }
    w.put(&[label]).await
}

async fn sent_in_time(w: &World<'_>, s: &Story) -> Result<(), Error> {
    let by = w.ago(HOUR_S.saturating_mul(-2)).to_string();
    due_on_ebay(w, s, Standing::due(by)).await
}

async fn cancelled_there(w: &World<'_>, s: &Story) -> Result<(), Error> {
    due_on_ebay(w, s, Standing::cancelled()).await
}

async fn shipped_by_hand(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    w.put(&[w.label(s, "lbl_1", s.tracking, &ONE)]).await?;
    w.until(s, "waiting").await?;
    w.shop(s)?.ship_elsewhere(s.order, BY_HAND);
    let detail =
        json!({ "updated_at": w.ago(1).to_string(), "shipped": { "tracking_number": BY_HAND } });
    w.put(&[of_order(s, EventKind::OrderUpdated, detail)]).await
}

/// The last look at what Amazon took is six hours later.
async fn never_shown(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    w.fault(s, Operation::Submit, Fault::taken_and_lost())?;
    w.put(&[w.label(s, "lbl_1", s.tracking, &ONE)]).await?;
    w.put(&[w.scan("FedEx", s.tracking, "in_transit")]).await?;
    w.until(s, "confirmed").await?;
    w.put_back(s, 7).await
}

/// A label of so many hours ago.
fn label_of(w: &World<'_>, s: &Story, hours: i64) -> Event {
    let made = ("lbl_1", w.ago(hours.saturating_mul(HOUR_S)));
    label_at(s, made, ("FedEx", "FedEx Ground", s.tracking), &ONE)
}

async fn due_in(w: &World<'_>, s: &Story, hours: i64) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    let mut label = label_of(w, s, 5);
    let by = w.ago(hours.saturating_mul(HOUR_S).saturating_neg()).to_string();
    if let Some(fields) = label.detail.as_object_mut() {
        fields.insert("ship_by".to_owned(), by.into());
    }
    w.put(&[label]).await
}

async fn silent(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    w.put(&[label_of(w, s, 97)]).await
}

/// What became of the order, as of so many seconds ago.
fn updated(w: &World<'_>, s: &Story, seconds: i64, is_wished: bool) -> Event {
    let detail: Value =
        json!({ "updated_at": w.ago(seconds).to_string(), "cancel_requested": is_wished });
    of_order(s, EventKind::OrderUpdated, detail)
}

async fn wished(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    w.put(&[w.label(s, "lbl_1", s.tracking, &ONE), updated(w, s, 3, true)]).await?;
    w.until(s, "held").await?;
    w.put(&[w.scan("FedEx", s.tracking, "in_transit")]).await
}

async fn taken_back(w: &World<'_>, s: &Story) -> Result<(), Error> {
    wished(w, s).await?;
    w.put(&[updated(w, s, 1, false)]).await
}
