//! Nothing crosses sellers. Every operation of the API's document is called for one seller's data by a person of another
//! seller, by a person of none, and without a token.

use crate::parcel::Parcel;
use crate::schema::{Described, document, operations};
use crate::sellers::{Seller, token};
use crate::stack::run;
use domain::Channel;
use serde_json::{Value, json};

/// The partner that is asked for, and its name.
const PARTNER: &str = "secretive-amazon";
const NAME: &str = "Known to one seller only";

/// The body for an operation that takes one. A new operation must be added here.
fn body(operation: &Described, parcel: &Parcel) -> Option<Value> {
    let package = json!({ "partner_id": PARTNER, "order_id": parcel.order, "package_id": "1" });
    let body = match operation.id.as_str() {
        "putPartner" => json!({ "channel": "amazon", "name": "Taken over",
            "settings": { "region": "na", "marketplace_id": "A" } }),
        "putSettings" => json!({ "timing": "never" }),
        "putCarriers" => json!({ "pairs": [{ "carrier": "UPS", "code": "Other" }] }),
        "putCarrierAside" => json!({ "carrier": "UPS" }),
        "pause" | "pauseAll" => json!({ "reason": "Not mine to say." }),
        "resumeAll" => json!({}),
        "act" => json!({ "package_id": "1", "action": "send_now", "reason": "Not mine to say." }),
        "putImeis" => json!({ "imeis": [] }),
        "actTogether" => {
            json!({ "action": "send_now", "packages": [package], "reason": "Not mine to say." })
        }
        other => {
            assert!(!operation.has_body, "say here what is sent to the new operation {other}");
            return None;
        }
    };
    Some(body)
}

/// The parameters for an operation that needs some. An operation that can ask for different things has several.
fn queries(operation: &Described, parcel: &Parcel) -> Vec<String> {
    match operation.id.as_str() {
        "settingsEffect" => vec!["?timing=never".to_owned()],
        "orders" => {
            let Parcel { order, tracking, .. } = parcel;
            vec![
                "?attention=true".to_owned(),
                format!("?search={order}"),
                format!("?search={tracking}"),
                "?imeis=missing".to_owned(),
            ]
        }
        "actionPreview" => {
            vec!["?action=send_now".to_owned(), "?action=put_aside".to_owned()]
        }
        _ => vec![String::new()],
    }
}

/// The calls of an operation, for the seller's data.
fn calls(operation: &Described, parcel: &Parcel) -> Vec<String> {
    let names = [
        ("{partner}", PARTNER),
        ("{order}", &parcel.order),
        ("{package}", "1"),
        ("{item}", &parcel.item),
        ("{number}", &parcel.tracking),
    ];
    let path = names.iter().fold(operation.path.clone(), |path, (name, id)| path.replace(name, id));
    assert!(!path.contains('{'), "say here what {path} asks for");
    let queries = queries(operation, parcel).into_iter();
    queries.map(|query| format!("{} {path}{query}", operation.method)).collect()
}

/// Whether an answer shows no data, and says of nothing that it is done.
fn is_empty(body: &Value) -> bool {
    let mut lists =
        body.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_array());
    lists.all(|list| list.iter().all(|one| one["is_done"] == false))
}

/// Whether an operation answers everybody alike.
fn is_common(operation: &Described) -> bool {
    ["console", "openapi", "signIn", "channels", "sessions"].contains(&operation.id.as_str())
}

#[test]
fn nothing_is_shown_to_or_done_for_somebody_else() {
    run(|shared| async move {
        let owner = Seller::new(shared, "secretive").await;
        owner.registers(PARTNER, Channel::Amazon, NAME).await;
        let parcel = Parcel::amazon(shared, PARTNER, 820).sold();
        let mut label = parcel.label();
        label.detail["label_id"] = "lbl_secretive".into();
        label.detail["items"][0]["sku"] = "SKU-SECRETIVE".into();
        owner.put([label]).await;
        let before = owner.until_is(&parcel, "waiting").await;
        let settings = format!("GET /partners/{PARTNER}");
        let partner = owner.call(&settings, None).await.body;
        let marks = [
            NAME,
            PARTNER,
            &parcel.order,
            &parcel.item,
            &parcel.tracking,
            "lbl_secretive",
            "SKU-SECRETIVE",
            "secretive@example.com",
        ];

        let another = Seller::new(shared, "curious").await;
        let nobody = token(shared, "of-no-seller@example.com", None).await;
        let operations = operations(&document(shared).await);
        assert!(operations.len() > 10, "the document has operations");
        // It is about the caller's own seller, and would end the session that asks for the rest.
        let asked = operations.iter().filter(|operation| operation.id != "endSessions");
        for operation in asked {
            let body = body(operation, &parcel).map(|body| body.to_string());
            for call in calls(operation, &parcel) {
                let ask = async |token: Option<&str>| {
                    let headers = [("if-match", "\"1\"")];
                    let answer = shared.stack.api(&call, token, &headers, body.as_deref()).await;
                    answer.unwrap_or_else(|error| panic!("{call}: {error}"))
                };
                let shown = ask(Some(&another.token)).await;
                let asked = format!("{call} {}", body.as_deref().unwrap_or_default());
                let revealed: Vec<_> = marks
                    .iter()
                    .filter(|mark| shown.text.contains(**mark) && !asked.contains(**mark))
                    .collect();
                assert!(revealed.is_empty(), "{call} shows {revealed:?}: {}", shown.text);
                if is_common(operation) {
                    assert_eq!(shown.status, 200, "{call}: {}", shown.text);
                } else {
                    let is_hidden =
                        shown.status == 404 || (shown.status == 200 && is_empty(&shown.body));
                    assert!(is_hidden, "{call}: {} {}", shown.status, shown.text);
                }
                if operation.needs_token {
                    assert_eq!(ask(Some(&nobody)).await.status, 403, "{call}");
                    assert_eq!(ask(None).await.status, 401, "{call}");
                }
            }
        }
        assert_eq!(owner.until_is(&parcel, "waiting").await, before);
        assert_eq!(owner.call(&settings, None).await.body, partner);
        assert_eq!(parcel.submitted(), (0, 0));
    });
}
