//! The day on Amazon. The first order is the one that Amazon's sandbox knows. The story of the booked pick-up takes its
//! events from a tracker in `EasyPost`'s shape.

use super::world::{Line, label_at, of_order, scan_at};
use super::{Expect, Story, World};
use crate::{Error, Event, NewPartner};
use domain::{Channel, EventKind, Moment, Timing};
use marketplaces::{Fault, Operation};
use serde_json::{Value, json};

/// The order that Amazon's sandbox knows. Source: `tests/contracts/amazon/sandbox.json`.
const SANDBOX_ORDER: &str = "902-1106328-1059050";
const SANDBOX_TRACKING: &str = "112345678";
const SANDBOX_ITEM: &str = "79039765272157";

/// A tracker whose carrier has not seen the parcel yet.
const TRACKER: &str = include_str!("../../../../tests/contracts/easypost/tracker.json");
const TRACKER_NUMBER: &str = "EZ1000000001";

/// Another line of an order.
const SECOND_ITEM: &str = "79039765272158";

const ONE: [Line; 1] = [Line { item: SANDBOX_ITEM, quantity: 1, phone: false, tablet: false }];

/// The accounts that its stories need, the standard one first.
pub(super) const PARTNERS: &[NewPartner] = &[
    NewPartner::new("amazon-us", "Amazon US", Channel::Amazon),
    NewPartner::new("amazon-labels", "Amazon US, on the label", Channel::Amazon)
        .timing(Timing::WhenTrackingIsAssigned),
    NewPartner::new("amazon-never", "Amazon US, labels bought there", Channel::Amazon)
        .timing(Timing::Never),
];

#[expect(clippy::too_many_lines, reason = "a table: each story is a row")]
pub(super) fn stories() -> Vec<Story> {
    vec![
        Story {
            title: "timing by movement: sent at the carrier's first scan",
            partner: "amazon-us",
            order: SANDBOX_ORDER,
            tracking: SANDBOX_TRACKING,
            expect: Expect::confirmed(SANDBOX_TRACKING),
            play: |w, s| Box::pin(label_then_scans(w, s, &["in_transit"])),
        },
        Story {
            title: "timing by label: sent as soon as the label is made",
            partner: "amazon-labels",
            order: "902-1106328-1059051",
            tracking: "112345679",
            expect: Expect::confirmed("112345679"),
            play: |w, s| Box::pin(label_then_scans(w, s, &[])),
        },
        Story {
            title: "timing never: not sent, whatever the carrier scans",
            partner: "amazon-never",
            order: "902-1106328-1059052",
            tracking: "112345680",
            expect: Expect::not_sent("withheld", "never"),
            play: |w, s| Box::pin(label_then_scans(w, s, &["picked_up", "in_transit"])),
        },
        Story {
            title: "the scan comes before its label",
            partner: "amazon-us",
            order: "902-1106328-1059053",
            tracking: "112345681",
            expect: Expect::confirmed("112345681"),
            play: |w, s| Box::pin(scan_then_label(w, s)),
        },
        Story {
            title: "ten repeated scans: sent once",
            partner: "amazon-us",
            order: "902-1106328-1059054",
            tracking: "112345682",
            expect: Expect { quiet_s: 8, ..Expect::confirmed("112345682") },
            play: |w, s| Box::pin(label_then_scans(w, s, &["in_transit"; 10])),
        },
        Story {
            title: "the first scan is already the delivery",
            partner: "amazon-us",
            order: "902-1106328-1059055",
            tracking: "112345683",
            expect: Expect::confirmed("112345683"),
            play: |w, s| Box::pin(label_then_scans(w, s, &["delivered"])),
        },
        Story {
            title: "a pick-up is merely booked: not sent",
            partner: "amazon-us",
            order: "902-1106328-1059056",
            tracking: TRACKER_NUMBER,
            expect: Expect::not_sent("waiting", "movement"),
            play: |w, s| Box::pin(booked(w, s)),
        },
        Story {
            title: "label voided and replaced before the scan",
            partner: "amazon-us",
            order: "902-1106328-1059057",
            tracking: "112345686",
            expect: Expect::confirmed("112345686"),
            play: |w, s| Box::pin(replaced_before(w, s)),
        },
        Story {
            title: "label replaced after it was sent: a person must look",
            partner: "amazon-us",
            order: "902-1106328-1059058",
            tracking: "112345687",
            expect: Expect {
                marks: &["superseded"],
                published: &["ConfirmationAccepted", "TrackingSuperseded"],
                ..Expect::confirmed("112345687")
            },
            play: |w, s| Box::pin(replaced_after(w, s)),
        },
        Story {
            title: "order cancelled in time",
            partner: "amazon-us",
            order: "902-1106328-1059059",
            tracking: "112345689",
            expect: Expect::not_sent("withheld", "cancelled"),
            play: |w, s| Box::pin(cancelled(w, s)),
        },
        Story {
            title: "one line cancelled: what is left goes out",
            partner: "amazon-us",
            order: "902-1106328-1059063",
            tracking: "112345693",
            expect: Expect::confirmed("112345693"),
            play: |w, s| Box::pin(line_cancelled(w, s)),
        },
        Story {
            title: "a refused label that its seller sees",
            partner: "amazon-us",
            order: "902-1106328-1059064",
            tracking: "PENDING",
            expect: Expect {
                published: &["AttentionNeeded"],
                dead_letter: Some(("label-created", "`PENDING` is a word")),
                ..Expect::not_sent("refused", "detail.tracking_number")
            },
            play: |w, s| Box::pin(refused(w, s)),
        },
        Story {
            title: "applied, then the connection breaks: read back",
            partner: "amazon-us",
            order: "902-1106328-1059060",
            tracking: "112345690",
            expect: Expect { why: "read_back", ..Expect::confirmed("112345690") },
            play: |w, s| Box::pin(hangs_up(w, s)),
        },
        Story {
            title: "every event comes twice",
            partner: "amazon-us",
            order: "902-1106328-1059061",
            tracking: "112345691",
            expect: Expect { quiet_s: 8, ..Expect::confirmed("112345691") },
            play: |w, s| Box::pin(twice(w, s)),
        },
        Story {
            title: "UPS Mail Innovations: Amazon is told that, and not UPS",
            partner: "amazon-us",
            order: "902-1106328-1059065",
            tracking: "9274890301625300472150",
            expect: Expect::confirmed("9274890301625300472150"),
            play: |w, s| Box::pin(mail_innovations(w, s)),
        },
        Story {
            title: "a malformed event is dead-lettered, the others go on",
            partner: "amazon-labels",
            order: "902-1106328-1059062",
            tracking: "112345692",
            expect: Expect {
                published: &["AttentionNeeded", "ConfirmationAccepted"],
                dead_letter: Some(("label-created", "detail.labeled_at")),
                ..Expect::confirmed("112345692")
            },
            play: |w, s| Box::pin(malformed(w, s)),
        },
    ]
}

async fn label_then_scans(w: &World<'_>, s: &Story, statuses: &[&str]) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    w.put(&[w.label(s, "lbl_1", s.tracking, &ONE)]).await?;
    let scans: Vec<Event> =
        statuses.iter().map(|status| w.scan("FedEx", s.tracking, status)).collect();
    w.put(&scans).await
}

/// The service makes another carrier of UPS. Amazon would refuse this number under the code of UPS.
async fn mail_innovations(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    let carrier = ("UPS", "Mail Innovations", s.tracking);
    w.put(&[label_at(s, ("lbl_1", w.ago(5)), carrier, &ONE)]).await?;
    w.put(&[w.scan("UPS", s.tracking, "in_transit")]).await
}

async fn scan_then_label(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    w.put(&[w.scan("FedEx", s.tracking, "in_transit")]).await?;
    w.until_movement_stored(s).await?;
    w.put(&[label_at(s, ("lbl_1", w.ago(60)), ("FedEx", "FedEx Ground", s.tracking), &ONE)]).await
}

/// Plays the tracker's own events, shifted so that the last is a minute old, and then the booking of a pick-up.
async fn booked(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    let tracker: Value = serde_json::from_str(TRACKER).map_err(Error::call("read the tracker"))?;
    let carrier = tracker["carrier"].as_str().unwrap_or_default();
    let service = tracker["carrier_detail"]["service"].as_str().unwrap_or_default();
    let details: Vec<&Value> =
        tracker["tracking_details"].as_array().into_iter().flatten().collect();
    let at = |detail: &Value| detail["datetime"].as_str().and_then(|at| at.parse::<Moment>().ok());
    let last = details.iter().filter_map(|detail| at(detail)).max().unwrap_or_else(|| w.ago(0));
    let later = w.ago(60).since(last);
    let mut scans: Vec<Event> = details
        .iter()
        .filter_map(|detail| {
            let status = detail["status"].as_str()?;
            Some(scan_at(carrier, s.tracking, status, at(detail)?.plus(later)))
        })
        .collect();
    scans.push(w.scan(carrier, s.tracking, "pickup_requested"));
    w.put(&[label_at(s, ("lbl_1", w.ago(90)), (carrier, service, s.tracking), &ONE)]).await?;
    w.until(s, "waiting").await?;
    w.put(&scans).await
}

async fn replaced_before(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    let void =
        json!({ "package_id": "1", "label_id": "lbl_1", "voided_at": w.ago(20).to_string() });
    let first = label_at(s, ("lbl_1", w.ago(30)), ("FedEx", "FedEx Ground", "112345685"), &ONE);
    w.put(&[
        first,
        of_order(s, EventKind::LabelVoided, void),
        w.label(s, "lbl_2", s.tracking, &ONE),
    ])
    .await?;
    // The replaced number moved too, before the new label was made: somebody scanned the old one. That must not count.
    let former = scan_at("FedEx", "112345685", "in_transit", w.ago(25));
    w.put(&[former, w.scan("FedEx", s.tracking, "picked_up")]).await
}

async fn replaced_after(w: &World<'_>, s: &Story) -> Result<(), Error> {
    label_then_scans(w, s, &["in_transit"]).await?;
    w.until(s, "confirmed").await?;
    w.put(&[w.label(s, "lbl_2", "112345688", &ONE)]).await
}

async fn cancelled(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    let cancel = json!({ "cancelled_at": w.ago(2).to_string() });
    w.put(&[w.label(s, "lbl_1", s.tracking, &ONE), of_order(s, EventKind::OrderCancelled, cancel)])
        .await?;
    w.until(s, "withheld").await?;
    w.put(&[w.scan("FedEx", s.tracking, "in_transit")]).await
}

async fn line_cancelled(w: &World<'_>, s: &Story) -> Result<(), Error> {
    let both = [ONE[0], Line { item: SECOND_ITEM, ..ONE[0] }];
    w.sell(s, &both)?;
    w.put(&[w.label(s, "lbl_1", s.tracking, &both)]).await?;
    w.until(s, "waiting").await?;
    let items = json!([{ "item_id": SECOND_ITEM, "remaining": 0 }]);
    let cancel = json!({ "cancelled_at": w.ago(2).to_string(), "items": items });
    w.put(&[of_order(s, EventKind::OrderCancelled, cancel)]).await?;
    w.put(&[w.scan("FedEx", s.tracking, "in_transit")]).await
}

async fn refused(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    w.put(&[w.label(s, "lbl_1", s.tracking, &ONE)]).await
}

async fn hangs_up(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.fault(s, Operation::Submit, Fault::apply_and_hang_up())?;
    label_then_scans(w, s, &["in_transit"]).await
}

async fn twice(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    let (label, scan) =
        (w.label(s, "lbl_1", s.tracking, &ONE), w.scan("FedEx", s.tracking, "in_transit"));
    w.put(&[label.clone(), label.clone(), scan.clone(), scan.clone()]).await?;
    w.until(s, "confirmed").await?;
    w.put(&[label, scan]).await
}

async fn malformed(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    let good = w.label(s, "lbl_1", s.tracking, &ONE);
    let mut bad = good.clone();
    bad.detail["labeled_at"] = "yesterday, at noon".into();
    w.put(&[bad, good]).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_order_is_the_sandboxs() {
        let sandbox = include_str!("../../../../tests/contracts/amazon/sandbox.json");
        let sandbox: Value = serde_json::from_str(sandbox).unwrap();
        let request = &sandbox["taken"]["body"];
        let package = &request["packageDetail"];
        assert_eq!(sandbox["order"], SANDBOX_ORDER);
        assert_eq!(request["marketplaceId"], crate::MARKETPLACE);
        assert_eq!(package["trackingNumber"], SANDBOX_TRACKING);
        assert_eq!(package["orderItems"][0]["orderItemId"], SANDBOX_ITEM);
        assert_eq!(
            (&package["carrierCode"], &package["shippingMethod"]),
            (&json!("FedEx"), &json!("FedEx Ground"))
        );
    }

    #[test]
    fn the_booked_pick_up_is_told_by_the_tracker() {
        let tracker: Value = serde_json::from_str(TRACKER).unwrap();
        assert_eq!(tracker["tracking_code"], TRACKER_NUMBER);
        assert_eq!(tracker["tracking_details"].as_array().unwrap().len(), 2);
    }
}
