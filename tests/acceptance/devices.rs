//! What real sources say of phones, tablets and laptops, from the bus to Back Market (rules I9 to I11).

use crate::outcomes::case;
use crate::parcel::Parcel;
use crate::stack::{Case, Shared, run, together};
use domain::{EventKind, Imei};
use local::Event;
use marketplaces::BackMarketOrder;
use serde_json::{Value, json};

const PARTNER: &str = "doubt-back-market";

/// What a line needs.
#[derive(Clone, Copy)]
enum Needs {
    Imei,
    Serial,
    Both,
}

/// What a source tells of a line's device, and what Back Market has of it in the end.
struct Report {
    name: &'static str,
    /// The order of the tests; each is used once.
    order: u32,
    needs: Needs,
    told: fn(&Parcel) -> Value,
    /// The IMEI and the serial number that go.
    goes: fn(&Parcel) -> (Option<String>, Option<String>),
}

/// The IMEI of a phone of another model than those of [`Parcel::phone`].
fn other_model(parcel: &Parcel) -> String {
    let all_but_check = format!("86{:011}0", parcel.number());
    let mut completed = (0..10).map(|check| format!("{all_but_check}{check}"));
    completed.find(|text| text.parse::<Imei>().is_ok()).expect("one digit fits")
}

/// A serial number that no other order has.
fn serial(parcel: &Parcel) -> String {
    format!("r5{}-K/{}.b", parcel.number() % 1_000, parcel.number())
}

fn first_imei(parcel: &Parcel) -> (Option<String>, Option<String>) {
    (Some(parcel.phone(0)), None)
}

fn its_serial(parcel: &Parcel) -> (Option<String>, Option<String>) {
    (None, Some(serial(parcel)))
}

/// What was entered for a line, some seconds ago.
fn entered(parcel: &Parcel, item: &str, told: &Value, ago: i64) -> Event {
    let mut detail = told.clone();
    detail["item_id"] = item.into();
    detail["updated_at"] = parcel.ago(ago).to_string().into();
    parcel.event(EventKind::ImeiUpdated, detail)
}

fn line(item: &str, needs: Needs) -> Value {
    json!({ "item_id": item, "quantity": 1, "requires_imei": !matches!(needs, Needs::Serial),
        "requires_serial": !matches!(needs, Needs::Imei) })
}

/// The label of a parcel with these lines.
fn label(parcel: &Parcel, lines: &[Value]) -> Event {
    let mut label = parcel.label();
    label.detail["items"] = lines.into();
    label
}

/// Sells an order of these lines, each of one piece.
fn sell(parcel: &Parcel, lines: &[(&str, Needs)]) {
    let ids: Vec<(u64, u32)> =
        lines.iter().map(|(item, _)| (item.parse().expect("a number"), 1)).collect();
    let mut order = BackMarketOrder::accepted(parcel.number(), &ids);
    for (line, (_, needs)) in order.orderlines.iter_mut().zip(lines) {
        line.wants_serial = !matches!(needs, Needs::Imei);
    }
    parcel.shared.shops.back_market().add_order(order);
}

/// The IMEI and the serial number of each line at Back Market.
fn held(parcel: &Parcel) -> Vec<(Option<String>, Option<String>)> {
    let held = parcel.shared.shops.back_market().held(parcel.number()).expect("it is sold");
    held.orderlines.into_iter().map(|line| (line.imei, line.serial_number)).collect()
}

impl Report {
    fn case(self, shared: &'static Shared) -> Case {
        case(self.name, self.ends(shared))
    }

    /// The device is told before the label, and goes in the one confirmation.
    async fn ends(self, shared: &'static Shared) {
        let parcel = Parcel::back_market(shared, PARTNER, self.order);
        sell(&parcel, &[(parcel.item.as_str(), self.needs)]);
        parcel.put(&[entered(&parcel, &parcel.item, &(self.told)(&parcel), 0)]).await;
        let is_known = |view: &Value| {
            ["imeis", "serials"]
                .iter()
                .any(|kind| view[kind].as_array().is_some_and(|l| !l.is_empty()))
        };
        parcel.until("it is entered", is_known).await;
        parcel.put(&[label(&parcel, &[line(&parcel.item, self.needs)])]).await;
        let view = parcel
            .until("it is confirmed", |view| view["packages"][0]["state"] == "confirmed")
            .await;
        assert_eq!(view["packages"][0]["marks"], json!([]), "{view:#}");
        let (imei, serial) = (self.goes)(&parcel);
        assert_eq!(held(&parcel), [(imei.clone(), serial.clone())]);
        let submissions = parcel.submissions();
        let body = submissions.first().map(|submission| &submission.body);
        assert_eq!(
            body.map(|body| (&body["imei"], &body["serial_number"])),
            Some((&json!(imei), &json!(serial)))
        );
        assert_eq!(submissions.len(), 1, "it is told once");
        let shown = view.to_string();
        // A short serial number may be part of any other number.
        for hidden in [imei, serial].into_iter().flatten().filter(|text| text.len() > 8) {
            assert!(!shown.contains(&hidden), "rule I8: {view:#}");
        }
    }
}

/// Row by row: an IMEI as people and scanners write it, and a phone that has two.
#[test]
fn phones_as_they_are_told() {
    const IMEI: Needs = Needs::Imei;
    let grouped = |imei: &str, sign: &str| {
        let digits: Vec<String> = imei.chars().map(String::from).collect();
        digits.join(sign)
    };
    let reports = move || {
        let told = |name, order, told| Report { name, order, needs: IMEI, told, goes: first_imei };
        vec![
            told(
                "in groups",
                760,
                |p| json!({ "imeis": [p.phone(0).chars().flat_map(|c| [c, ' ']).collect::<String>()] }),
            ),
            told("with a line end", 761, |p| json!({ "imeis": [format!("{}\r\n", p.phone(0))] })),
            told(
                "with a tab and a mark",
                762,
                |p| json!({ "imeis": [format!("\u{feff}\t{}", p.phone(0))] }),
            ),
            told(
                "a line end inside",
                763,
                |p| json!({ "imeis": [p.phone(0).replacen('3', "3\n", 1)] }),
            ),
            told("scanned twice", 764, |p| json!({ "imeis": [p.phone(0), p.phone(0)] })),
            told("two of one model", 765, |p| json!({ "imeis": [p.phone(0), p.phone(1)] })),
            told(
                "a slash",
                766,
                |p| json!({ "imeis": [format!("{}/{}", p.phone(0), p.phone(1))] }),
            ),
            told(
                "a comma and another model",
                767,
                |p| json!({ "imeis": [format!("{}, {}", p.phone(0), other_model(p))] }),
            ),
            told(
                "a line end between",
                768,
                |p| json!({ "imeis": [format!("{}\n{}\n", p.phone(0), p.phone(1))] }),
            ),
            told(
                "one entry and one of its own",
                769,
                |p| json!({ "imeis": [format!("{} / {}", p.phone(0), p.phone(1)), p.phone(1)] }),
            ),
            told(
                "a serial number that nobody asked for",
                770,
                |p| json!({ "imeis": [p.phone(0)], "serials": [serial(p)] }),
            ),
        ]
    };
    run(move |shared| async move {
        let parcel = Parcel::back_market(shared, PARTNER, 771);
        sell(&parcel, &[(parcel.item.as_str(), IMEI)]);
        let told = json!({ "imeis": [grouped(&parcel.phone(0), "\u{2013}")] });
        parcel
            .put(&[
                entered(&parcel, &parcel.item, &told, 0),
                label(&parcel, &[line(&parcel.item, IMEI)]),
            ])
            .await;
        together(reports().into_iter().map(|report| report.case(shared)).collect()).await;
        parcel.until_is("confirmed").await;
        assert_eq!(held(&parcel), [first_imei(&parcel)]);
    });
}

/// What has no IMEI has a serial number.
#[test]
fn what_has_a_serial_number() {
    let reports = || {
        let told = |name, order, needs, told, goes| Report { name, order, needs, told, goes };
        let both = |p: &Parcel| (Some(p.phone(0)), Some(serial(p)));
        vec![
            told("a tablet", 772, Needs::Serial, |p| json!({ "serials": [serial(p)] }), its_serial),
            told(
                "with a line end",
                773,
                Needs::Serial,
                |p| json!({ "serials": [format!("{}\r\n", serial(p))] }),
                its_serial,
            ),
            told(
                "in groups",
                774,
                Needs::Serial,
                |p| json!({ "serials": [serial(p).replace('K', " K ")] }),
                its_serial,
            ),
            told(
                "a dash of a document",
                775,
                Needs::Serial,
                |p| json!({ "serials": [serial(p).replace('-', "\u{2011}")] }),
                its_serial,
            ),
            told(
                "scanned twice",
                776,
                Needs::Serial,
                |p| json!({ "serials": [serial(p), serial(p)] }),
                its_serial,
            ),
            told(
                "one character",
                777,
                Needs::Serial,
                |_| json!({ "serials": ["7"] }),
                |_| (None, Some("7".to_owned())),
            ),
            told(
                "both of a tablet with a SIM",
                778,
                Needs::Both,
                |p| json!({ "serials": [serial(p)], "imeis": [p.phone(0)] }),
                both,
            ),
            told(
                "both, and two IMEIs",
                779,
                Needs::Both,
                |p| json!({ "serials": [serial(p)], "imeis": [p.phone(0), p.phone(1)] }),
                both,
            ),
        ]
    };
    run(move |shared| async move {
        together(reports().into_iter().map(|report| report.case(shared)).collect()).await;
    });
}

/// Two lines, each with what it needs: the IMEI and the serial number of one line go in one request.
#[test]
fn two_devices_of_one_order() {
    run(|shared| async move {
        let parcel = Parcel::back_market(shared, PARTNER, 780);
        let second = "596000780";
        let lines = [(parcel.item.as_str(), Needs::Serial), (second, Needs::Both)];
        sell(&parcel, &lines);
        parcel.put(&[label(&parcel, &lines.map(|(item, needs)| line(item, needs)))]).await;
        parcel.until_is("waiting").await;
        let of_second =
            json!({ "imeis": [parcel.phone(0)], "serials": [format!("S{}", parcel.number())] });
        let events = [
            entered(&parcel, &parcel.item, &json!({ "serials": [serial(&parcel)] }), 0),
            entered(&parcel, second, &of_second, 0),
        ];
        parcel.put(&events).await;
        let is_done = |view: &Value| {
            let lines = &view["packages"][0]["imei_registrations"];
            lines[0]["state"] == "done" && lines[1]["state"] == "done"
        };
        parcel.until("both are registered", is_done).await;
        let of_second = (Some(parcel.phone(0)), Some(format!("S{}", parcel.number())));
        assert_eq!(held(&parcel), [its_serial(&parcel), of_second]);
        let requests = shared.shops.back_market().imei_requests(second.parse().expect("a number"));
        assert_eq!(requests.len(), 1, "both in one request");
    });
}

/// What is ambiguous is shown at once and not sent; the right list sends it.
struct Ambiguous {
    name: &'static str,
    order: u32,
    /// What is told of the first line, and of the second, where the order has one.
    told: fn(&Parcel) -> [Value; 2],
    /// The list of the first line that is right.
    right: fn(&Parcel) -> Value,
    needs: Needs,
    goes: fn(&Parcel) -> (Option<String>, Option<String>),
}

impl Ambiguous {
    fn case(self, shared: &'static Shared) -> Case {
        case(self.name, self.ends(shared))
    }

    async fn ends(self, shared: &'static Shared) {
        let parcel = Parcel::back_market(shared, PARTNER, self.order);
        let second = format!("596{:06}", self.order);
        let [of_first, of_second] = (self.told)(&parcel);
        let mut lines = vec![(parcel.item.as_str(), self.needs)];
        if !of_second.is_null() {
            lines.push((second.as_str(), self.needs));
        }
        sell(&parcel, &lines);
        let items: Vec<Value> = lines.iter().map(|(item, needs)| line(item, *needs)).collect();
        let mut events = vec![label(&parcel, &items), entered(&parcel, &parcel.item, &of_first, 3)];
        if !of_second.is_null() {
            events.push(entered(&parcel, &second, &of_second, 3));
        }
        parcel.put(&events).await;
        let view = parcel.until_marked("imei_ambiguous").await;
        assert!(!view["attention_since"].is_null(), "{view:#}");
        assert_eq!(view["packages"][0]["state"], "waiting", "{view:#}");
        assert_eq!(parcel.submitted(), (0, 0), "nothing is sent");
        parcel.put(&[entered(&parcel, &parcel.item, &(self.right)(&parcel), 0)]).await;
        let is_done = |view: &Value| {
            let lines = view["packages"][0]["imei_registrations"].as_array();
            lines.is_some_and(|lines| {
                !lines.is_empty() && lines.iter().all(|line| line["state"] == "done")
            })
        };
        let view = parcel.until("it is registered", is_done).await;
        assert_eq!(view["packages"][0]["marks"], json!([]), "{view:#}");
        assert_eq!(held(&parcel)[0], (self.goes)(&parcel));
    }
}

#[test]
fn two_phones_or_one() {
    let reports = || {
        let phones = |name, order, told| Ambiguous {
            name,
            order,
            told,
            right: |p| json!({ "imeis": [p.phone(0)] }),
            needs: Needs::Imei,
            goes: first_imei,
        };
        vec![
            phones("two models", 781, |p| {
                [json!({ "imeis": [p.phone(0), other_model(p)] }), Value::Null]
            }),
            phones("three of one model", 782, |p| {
                [json!({ "imeis": [p.phone(0), p.phone(1), p.phone(2)] }), Value::Null]
            }),
            phones("two phones of two IMEIs", 783, |p| {
                let pair = |one, other| format!("{}/{}", p.phone(one), p.phone(other));
                [json!({ "imeis": [pair(0, 1), pair(2, 3)] }), Value::Null]
            }),
            phones("two equal phones of an order of two lines", 784, |p| {
                [json!({ "imeis": [p.phone(0), p.phone(1)] }), json!({ "imeis": [p.phone(2)] })]
            }),
            phones("one IMEI on two lines", 785, |p| {
                [json!({ "imeis": [p.phone(1)] }), json!({ "imeis": [p.phone(1)] })]
            }),
            phones("a second IMEI on another line", 786, |p| {
                let pair = format!("{}/{}", p.phone(0), p.phone(1));
                [json!({ "imeis": [pair] }), json!({ "imeis": [p.phone(1)] })]
            }),
            Ambiguous {
                name: "two serial numbers",
                order: 787,
                told: |p| [json!({ "serials": [serial(p), "X1"] }), Value::Null],
                right: |p| json!({ "serials": [serial(p)] }),
                needs: Needs::Serial,
                goes: its_serial,
            },
        ]
    };
    run(move |shared| async move {
        together(reports().into_iter().map(|report| report.case(shared)).collect()).await;
    });
}
