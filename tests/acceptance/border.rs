//! What real sources say, from the bus to the marketplace: each is a report of sellers or integrators, with its kind in the name.

use crate::parcel::Parcel;
use crate::stack::{Case, Shared, run, together};
use local::Event;
use serde_json::{Value, json};

const AMAZON: &str = "border-amazon";

/// What a source says of a parcel, and what becomes of it.
struct Report {
    name: &'static str,
    /// The order of the tests; each is used once.
    order: u32,
    /// What the label says in place of the usual.
    label: Value,
    /// What the scan says in place of the usual.
    scan: Value,
    /// The number that Amazon is told. `None` for the parcel's usual one.
    sent: Option<&'static str>,
    /// The carrier's code that Amazon is told.
    carrier: &'static str,
}

const fn report(name: &'static str, order: u32) -> Report {
    Report { name, order, label: Value::Null, scan: Value::Null, sent: None, carrier: "FedEx" }
}

impl Report {
    fn label(self, label: Value) -> Self {
        Self { label, ..self }
    }

    fn scan(self, scan: Value) -> Self {
        Self { scan, ..self }
    }

    fn sent(self, number: &'static str) -> Self {
        Self { sent: Some(number), ..self }
    }

    fn carrier(self, carrier: &'static str) -> Self {
        Self { carrier, ..self }
    }

    fn case(self, shared: &'static Shared) -> Case {
        (self.name, Box::pin(self.ends(shared)))
    }

    /// The parcel is labelled and scanned so, and is confirmed by its number.
    async fn ends(self, shared: &'static Shared) {
        let parcel = Parcel::amazon(shared, AMAZON, self.order).sold();
        let label = said(parcel.label(), &self.label);
        let scan = said(parcel.scan("in_transit"), &self.scan);
        parcel.put(&[label, scan]).await;
        parcel.until_is("confirmed").await;
        let number = self.sent.unwrap_or(parcel.tracking.as_str());
        assert_eq!(parcel.held(), [number]);
        let submissions = parcel.submissions();
        let told = submissions.first().map(|submission| &submission.body["packageDetail"]);
        assert_eq!(told.map(|told| &told["carrierCode"]), Some(&json!(self.carrier)));
        assert_eq!(submissions.len(), 1, "it is told once");
    }
}

/// The event with these fields in place of its own. A field that is null is taken away.
fn said(mut event: Event, fields: &Value) -> Event {
    for (name, value) in fields.as_object().into_iter().flatten() {
        if value.is_null() {
            event.detail.as_object_mut().expect("an object").remove(name);
        } else {
            event.detail[name] = value.clone();
        }
    }
    event
}

/// Numbers as they are printed, read and written.
#[test]
fn numbers() {
    let reports = || {
        vec![
            report("a barcode with the ZIP", 700)
                .label(json!({ "carrier": "USPS", "tracking_number": "420100019400111899223344556677" }))
                .scan(json!({ "tracking_number": "9400111899223344556677" }))
                .sent("9400111899223344556677")
                .carrier("USPS"),
            report("a scan of the barcode", 701)
                .label(json!({ "carrier": "stamps_com", "tracking_number": "9400 1118 9922 3344 5566 84" }))
                .scan(json!({ "tracking_number": "420606019400111899223344556684" }))
                .sent("9400111899223344556684")
                .carrier("USPS"),
            report("a hand-over number", 702)
                .label(json!({ "also_known_as": ["JD014600006345897020", "420100019400111899223344556691"] }))
                .scan(json!({ "tracking_number": "9400111899223344556691" })),
            report("a byte order mark", 703)
                .label(json!({ "tracking_number": "\u{feff}8800007030" }))
                .scan(json!({ "tracking_number": "8800007030" }))
                .sent("8800007030"),
            report("a star inside", 704)
                .label(json!({ "carrier": "DPD", "tracking_number": "24XI00743314*001704" }))
                .scan(json!({ "tracking_number": "24xi00743314001704" }))
                .sent("24XI00743314*001704")
                .carrier("DPD"),
            report("a point inside", 705)
                .label(json!({ "carrier": "GLS", "tracking_number": "0980705.1" }))
                .scan(json!({ "tracking_number": "09807051" }))
                .sent("0980705.1")
                .carrier("GLS"),
            report("full-width digits", 706)
                .label(json!({ "tracking_number": "\u{ff18}\u{ff18}00007060" }))
                .scan(json!({ "tracking_number": "8800007060" }))
                .sent("8800007060"),
        ]
    };
    run(|shared| async move {
        together(reports().into_iter().map(|report| report.case(shared)).collect()).await;
    });
}

/// Labels and scans as label systems and people at the counter make them (rules L11, L12 and K1).
#[test]
fn labels_and_scans() {
    let reports = || {
        vec![
            report("an address without its scheme", 710).label(
                json!({ "tracking_url": "tracking.example.com/x", "ship_by": "2026-12-24" }),
            ),
            report("no address", 711).label(json!({ "tracking_url": "n/a", "ship_by": "" })),
            report("no service, and a scan without a carrier", 712)
                .label(json!({ "service": null }))
                .scan(json!({ "carrier": null })),
            report("names of a shop", 713).label(
                json!({ "label_id": "gid://shopify/Fulfillment/2558", "package_id": "#1001-F1" }),
            ),
            report("names of another script", 714)
                .label(json!({ "label_id": "ラベル 7", "package_id": "荷物 1" })),
            report("Mail Innovations", 715)
                .label(json!({ "carrier": "UPS", "service": "Mail Innovations" }))
                .carrier("UPS Mail Innovations"),
            report("a label platform's code", 716)
                .label(json!({ "carrier": "ups_walleted", "service": "ups_ground" }))
                .carrier("UPS"),
            report("another platform's code", 717)
                .label(json!({ "carrier": "royal_mail", "service": "Tracked 24" }))
                .carrier("Royal Mail"),
        ]
    };
    run(|shared| async move {
        together(reports().into_iter().map(|report| report.case(shared)).collect()).await;
    });
}

/// Rule L10: a local time that is marked as UTC.
#[test]
fn a_label_hours_ahead() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, AMAZON, 720).sold();
        let ahead = parcel.ago(-8 * 3_600).to_string();
        let label = said(parcel.label(), &json!({ "labeled_at": ahead }));
        let scan = said(parcel.scan("picked_up"), &json!({ "occurred_at": ahead }));
        parcel.put(&[label, scan]).await;
        parcel.until_is("confirmed").await;
        assert_eq!(parcel.held(), [parcel.tracking.as_str()]);
    });
}

/// Rule L11: a source that reports each label before its parcel moves, without a time.
#[test]
fn a_scan_before_the_parcel_moves_is_acknowledged() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, AMAZON, 721).sold();
        let quiet = said(parcel.scan("pre_transit"), &json!({ "occurred_at": null }));
        parcel.put(&[parcel.label(), quiet, parcel.scan("in_transit")]).await;
        parcel.until_is("confirmed").await;
        let letters = shared.stack.dead_letters("carrier-scan").await.expect("the queue answers");
        let ours = letters.iter().filter(|letter| letter.body.contains(&parcel.tracking));
        assert_eq!(ours.count(), 0, "nothing of it is dead-lettered");
    });
}

/// Rule L7: the same label with a corrected number, whichever comes first.
#[test]
fn a_corrected_number() {
    run(|shared| async move {
        for (order, is_in_order) in [(722, true), (723, false)] {
            let parcel = Parcel::amazon(shared, AMAZON, order).sold();
            let right = format!("77{}", parcel.tracking);
            let correction = json!({ "tracking_number": right,
                "updated_at": parcel.ago(1).to_string() });
            let (first, corrected) = (parcel.label(), said(parcel.label(), &correction));
            let labels = if is_in_order { [first, corrected] } else { [corrected, first] };
            parcel.put(&labels).await;
            let scan = said(parcel.scan("in_transit"), &json!({ "tracking_number": right }));
            parcel.put(&[scan]).await;
            parcel.until_is("confirmed").await;
            assert_eq!(parcel.held(), [right]);
        }
    });
}

/// Rule L7: two tellings that contradict each other are held, and both are shown.
#[test]
fn a_disputed_label_is_held_until_it_is_told_anew() {
    run(|shared| async move {
        let parcel = Parcel::amazon(shared, AMAZON, 724).sold();
        let label = parcel.label();
        let other = format!("77{}", parcel.tracking);
        let contradiction = said(label.clone(), &json!({ "tracking_number": other }));
        parcel.put(&[label.clone(), contradiction, parcel.scan("in_transit")]).await;
        let package = parcel.until_is("held").await;
        assert_eq!(package["detail"]["reason"], "label_disputed", "{package:#}");
        assert_eq!(parcel.submitted(), (0, 0), "nothing is sent");
        parcel.put(&[said(label, &json!({ "updated_at": parcel.ago(0).to_string() }))]).await;
        parcel.until_is("confirmed").await;
        assert_eq!(parcel.held(), [parcel.tracking.as_str()]);
    });
}

/// Rules L6 and L8: a return label seconds after the label, with and without a word of it.
#[test]
fn a_return_label() {
    run(|shared| async move {
        let back = |parcel: &Parcel, fields: Value| {
            let number = format!("77{}", parcel.tracking);
            let label = parcel.label_of("1", "lbl_back", &number);
            let made = json!({ "labeled_at": parcel.ago(3).to_string() });
            said(said(label, &made), &fields)
        };
        let said_so = Parcel::amazon(shared, AMAZON, 725).sold();
        let returned = back(&said_so, json!({ "kind": "return" }));
        said_so.put(&[said_so.label(), returned, said_so.scan("in_transit")]).await;
        said_so.until_is("confirmed").await;
        assert_eq!(said_so.held(), [said_so.tracking.as_str()]);

        let silent = Parcel::amazon(shared, AMAZON, 726).sold();
        silent.put(&[silent.label(), back(&silent, json!({})), silent.scan("in_transit")]).await;
        let package = silent.until_is("held").await;
        assert_eq!(package["detail"]["reason"], "replaced_label_moves", "{package:#}");
        assert_eq!(silent.submitted(), (0, 0), "neither number is sent");
    });
}
