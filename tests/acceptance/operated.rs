//! The command line for a deployed stack, on the local engine: by the same code as on AWS, but for the address.

use crate::parcel::Parcel;
use crate::stack::{Shared, own};
use aws_sdk_sqs::types::MessageAttributeValue;
use domain::{Channel, Timing};
use local::{NewPartner, SELLER};
use operate::{Answer, Operator, Place, Report};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How long an explanation may take.
const EXPLAINED_MAX: Duration = Duration::from_secs(1);

/// How many dead letters go back, and how many in a second.
const DEAD_LETTERS: u32 = 25;
const RATE: u32 = 10;

/// An IMEI where nobody expects one.
const IMEI: &str = "490154203237518";

const AMAZON: &str = "operated-amazon";
const ON_MOVEMENT: &str = "operated-movement";
const PHONES: &str = "operated-phones";

const PARTNERS: [NewPartner; 3] = [
    NewPartner::new(AMAZON, AMAZON, Channel::Amazon).timing(Timing::WhenTrackingIsAssigned),
    NewPartner::new(ON_MOVEMENT, ON_MOVEMENT, Channel::Amazon),
    NewPartner::new(PHONES, PHONES, Channel::BackMarket).timing(Timing::WhenTrackingIsAssigned),
];

/// The stack, as whoever operates it finds it: by its name.
async fn operator(shared: &Shared) -> Operator {
    let state = shared.stack.state();
    let place = Place::local(&state.stack, &state.region, &state.engine);
    Operator::connect(place).await.expect("the stack has outputs")
}

async fn run(operator: &Operator, line: &[&str]) -> Report {
    operator.run(line).await.unwrap_or_else(|error| panic!("{line:?}: {error}"))
}

/// Explains an order in time, with these words.
async fn explained(operator: &Operator, line: &[&str], words: &[&str]) -> String {
    let began = Instant::now();
    let report = run(operator, &[&["explain"], line].concat()).await;
    let took = began.elapsed();
    assert!(took < EXPLAINED_MAX, "{line:?} took {took:?}");
    assert_eq!(report.answer, Answer::Done, "{}", report.text);
    for word in words {
        assert!(report.text.contains(word), "`{word}` is not in\n{}", report.text);
    }
    report.text
}

#[test]
fn a_stack_is_operated_by_its_name() {
    let shared = own(&PARTNERS, 60);
    shared.run(async {
        let operator = operator(shared).await;
        orders_are_explained(shared, &operator).await;
        what_needs_a_person_is_counted(&operator).await;
        a_channel_is_paused_and_resumed(shared, &operator).await;
        dead_letters_go_back(shared, &operator).await;
        a_wrong_name_is_said(shared).await;
    });
}

async fn a_channel_is_paused_and_resumed(shared: &'static Shared, operator: &Operator) {
    let line = ["pause", "--channel", "amazon", "--reason", "an incident", "--by", "ann"];
    let report = run(operator, &line).await;
    let paused = [AMAZON, ON_MOVEMENT].map(|partner| format!("paused: {partner} of {SELLER}"));
    assert_eq!(report.text, paused.join("\n"));
    let parcel = Parcel::amazon(shared, AMAZON, 5).sold();
    parcel.put(&[parcel.label()]).await;
    parcel.until_is("ready").await;
    let words = ["Nothing of its partner is sent since", "for ann paused it: an incident."];
    explained(operator, &[&parcel.order], &words).await;
    assert_eq!(run(operator, &line).await.text, "Nobody had to be paused.");

    let report = run(operator, &["resume", "--seller", SELLER, "--json"]).await;
    let view: Value = serde_json::from_str(&report.text).expect("it is JSON");
    assert_eq!(view["changed"].as_array().map(Vec::len), Some(2), "{view}");
    parcel.until_is("confirmed").await;
    let wrong = operator.run(&["pause", "--channel", "etsy", "--reason", "x"]).await;
    let words = wrong.expect_err("there is no such marketplace").to_string();
    assert!(words.contains("etsy"), "{words}");
}

async fn orders_are_explained(shared: &'static Shared, operator: &Operator) {
    let (confirmed, rejected) =
        (Parcel::amazon(shared, AMAZON, 1).sold(), Parcel::amazon(shared, AMAZON, 2));
    let waiting = Parcel::amazon(shared, ON_MOVEMENT, 3).sold();
    let phone = Parcel::back_market(shared, PHONES, 4).sold();
    let mut label = phone.label();
    label.detail["items"][0]["requires_imei"] = true.into();
    label.detail["items"][0]["requires_serial"] = true.into();
    let imei = phone.phone(0);
    confirmed.put(&[confirmed.label(), rejected.label(), waiting.label()]).await;
    phone.put(&[phone.imei(&phone.item, &[&imei]), label]).await;
    confirmed.until_is("confirmed").await;
    rejected.until_is("rejected").await;
    waiting.until_is("waiting").await;
    phone
        .until("its IMEI is there", |view| {
            view["imeis"] != json!([]) && view["packages"] != json!([])
        })
        .await;

    let words = [
        "Package 1: confirmed",
        "Amazon has its number",
        "Its label made it due.",
        "Nothing more is sent",
    ];
    explained(operator, &[&confirmed.order], &words).await;
    let words = [
        "Package 1: rejected",
        "What needs a person",
        "Mend what it says",
        "A person can choose \"Try again\".",
    ];
    explained(operator, &[&rejected.order, "--seller", SELLER], &words).await;
    let words = ["Package 1: waiting", "first scan of", "It is sent as soon as that scan comes."];
    explained(operator, &[&waiting.order, "--partner", ON_MOVEMENT], &words).await;
    let text = explained(
        operator,
        &[&phone.order],
        &["It waits for serial numbers", "was entered; it lacks serial numbers"],
    )
    .await;
    assert!(!text.contains(&imei), "an IMEI is shown: {text}");
    let text = explained(operator, &[&phone.order, "--json"], &[]).await;
    let view: Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(view["explanation"]["packages"][0]["state"], "waiting", "{view:#}");

    // A tracking number leads to its order.
    explained(
        operator,
        &[&waiting.tracking],
        &["is a tracking number, of this order.", &waiting.order],
    )
    .await;
    // Another partner has an order by the same name.
    let twin = Parcel { partner: ON_MOVEMENT, ..confirmed.clone() };
    twin.put(&[twin.label_of("1", "lbl_2", "8800000099")]).await;
    twin.until_is("waiting").await;
    let several = run(operator, &["explain", &twin.order]).await;
    assert_eq!(several.answer, Answer::NotOne);
    let which = format!("explain {} --seller {SELLER} --partner {AMAZON}", twin.order);
    assert!(several.text.contains(&which), "{}", several.text);
    let unknown = run(operator, &["explain", "902-0000000-0000000"]).await;
    assert_eq!(unknown.answer, Answer::NotOne);
    assert!(unknown.text.contains("is no order of any of 3 partners"), "{}", unknown.text);
    let wrong = operator.run(&["explain", "what is this?"]).await.expect_err("it is no order");
    assert!(wrong.to_string().contains("neither an order's id"), "{wrong}");
}

async fn what_needs_a_person_is_counted(operator: &Operator) {
    let report = run(operator, &["attention"]).await;
    assert!(report.text.contains(&format!("Seller {SELLER}: 1")), "{}", report.text);
    assert!(
        report.text.contains(&format!("{AMAZON}: refused by the marketplace")),
        "{}",
        report.text
    );
    let report = run(operator, &["attention", "--seller", SELLER, "--json"]).await;
    let view: Value = serde_json::from_str(&report.text).expect("it is JSON");
    assert_eq!(view["sellers"][0]["groups"][0]["reason"], "rejected", "{view:#}");
}

/// Labels that were dead-lettered go back at a rate, and each order has its label then. One that is still wrong is a dead letter
/// again.
async fn dead_letters_go_back(shared: &'static Shared, operator: &Operator) {
    let parcels: Vec<Parcel> = (0..DEAD_LETTERS)
        .map(|number| Parcel::amazon(shared, ON_MOVEMENT, 100 + number).sold())
        .collect();
    let url = shared.stack.dead_letter_queue_url("label-created").expect("there is such a queue");
    for parcel in &parcels {
        let mut event = parcel.label();
        event.detail["note"] = IMEI.into();
        put_dead_letter(shared, url, &event.detail, "detail.carrier: is missing").await;
    }
    let mut wrong = parcels[0].label().detail;
    wrong["tracking_number"] = "PENDING".into();
    wrong["order_id"] = "902-7777777-7777777".into();
    put_dead_letter(shared, url, &wrong, "detail.tracking_number: is a word").await;

    let listed = run(operator, &["dead-letters", "list"]).await.text;
    let row = |queue: &str| {
        listed.lines().find(|line| line.starts_with(queue)).unwrap_or_default().to_owned()
    };
    assert!(row("label-created").contains(" 26  the oldest is of "), "{listed}");
    assert!(listed.contains("25  detail.carrier: is missing"), "{listed}");
    assert!(row("amazon").ends_with(" 0"), "{listed}");

    let shown =
        run(operator, &["dead-letters", "show", "--queue", "label-created", "--limit", "100"])
            .await
            .text;
    assert_eq!(shown.matches("label-created: message ").count(), 26, "{shown}");
    assert!(shown.contains("detail.tracking_number: is a word"), "{shown}");
    assert!(shown.contains(&parcels[3].order) && !shown.contains(IMEI), "{shown}");

    let began = Instant::now();
    let rate = RATE.to_string();
    let moved =
        run(operator, &["dead-letters", "redrive", "--queue", "label-created", "--rate", &rate])
            .await
            .text;
    assert!(moved.contains("26 dead letters went back, 10 a second"), "{moved}");
    assert!(
        began.elapsed() >= Duration::from_secs(u64::from(DEAD_LETTERS / RATE)),
        "it was faster"
    );
    for parcel in &parcels {
        parcel.until_is("waiting").await;
    }
    let again = loop {
        let shown = run(operator, &["dead-letters", "show", "--queue", "label-created", "--json"])
            .await
            .text;
        let view: Value = serde_json::from_str(&shown).expect("it is JSON");
        if view["dead_letters"] != json!([]) {
            break view;
        }
    };
    let letters = again["dead_letters"].as_array().expect("a list");
    assert_eq!(letters.len(), 1, "{again:#}");
    let reason = letters[0]["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("detail.tracking_number"), "{again:#}");
}

/// Puts a label into a dead-letter queue, as a function does.
async fn put_dead_letter(shared: &Shared, url: &str, detail: &Value, reason: &str) {
    let id =
        format!("5a7e8feb-b491-4cf7-a9f1-{:012}", detail["order_id"].as_str().map_or(0, str::len));
    let body = json!({ "version": "0", "id": id, "detail-type": "LabelCreated", "source": "shipping", "detail": detail });
    let reason = MessageAttributeValue::builder().data_type("String").string_value(reason).build();
    let send = shared.stack.sqs().send_message().queue_url(url).message_body(body.to_string());
    let send = send.message_attributes("reason", reason.expect("it is whole"));
    send.send().await.expect("the queue takes it");
}

async fn a_wrong_name_is_said(shared: &Shared) {
    let state = shared.stack.state();
    let place = Place::local("nobody", &state.region, &state.engine);
    let said = Operator::connect(place).await.err().map(|error| error.to_string());
    assert_eq!(
        said.as_deref(),
        Some(
            "there is no stack `nobody` in us-east-1: name it with --stack, and its region with --region"
        )
    );
    let place = Place::local(&state.stack, &state.region, "http://127.0.0.1:9");
    let said =
        Operator::connect(place).await.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(said.starts_with("nobody answers at http://127.0.0.1:9/"), "{said}");
}
