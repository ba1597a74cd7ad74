//! The API against its own document: schemathesis tries its requests, and every state in which an order can stay is
//! read.

#![expect(
    clippy::print_stdout,
    reason = "what was tried is what a person wants to see of this test"
)]

use crate::python::{artefacts, folder, python};
use crate::sellers::Seller;
use crate::stack::{Shared, run};
use crate::states::{States, states};
use domain::{Channel, EventKind};
use local::Event;
use local::api::Answer;
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::thread;

/// Number of examples that are tried of each operation, unless the variable [`EXAMPLES`] gives another number. The run takes
/// seconds.
const EXAMPLES_SHORT: u32 = 5;

/// The variable for a long run. Such a run tries other examples each time, and prints how to repeat them.
const EXAMPLES: &str = "SCHEMATHESIS_EXAMPLES";

/// The phase whose requests follow from each other.
const STEPS: &str = "stateful";

/// Number of processes that run beside each other. They are no threads of one process: before 3.13, Python's parser fails
/// now and then when two threads use it.
const PARTS: usize = 5;

/// The orders that schemathesis knows at each of its partners.
const ORDERS: [&str; 4] = ["schema-1", "schema-2", "schema-3", "schema-4"];

/// The seller whose partners and orders schemathesis asks for. `tests/api` has this name, too.
const TRIED: &str = "schema";

/// The name of schemathesis's configuration.
const CONFIGURATION: &str = "schemathesis.toml";

/// An operation of the document.
pub(crate) struct Described {
    pub(crate) id: String,
    /// The HTTP method, such as `PUT`.
    pub(crate) method: String,
    /// The path, with its parameters in braces.
    pub(crate) path: String,
    pub(crate) needs_token: bool,
    pub(crate) has_body: bool,
}

/// The document, as the API serves it.
pub(crate) async fn document(shared: &Shared) -> Value {
    let answer = shared.stack.api("GET /openapi.json", None, &[], None).await;
    answer.expect("it answers").body
}

/// Every operation of the document.
pub(crate) fn operations(document: &Value) -> Vec<Described> {
    let paths = document["paths"].as_object().expect("it has paths");
    let of_path = |(path, methods): (&String, &Value)| -> Vec<Described> {
        let methods = methods.as_object().expect("a path has methods");
        let methods = methods.iter().filter(|(method, _)| *method != "parameters");
        methods
            .map(|(method, described)| Described {
                id: described["operationId"].as_str().expect("it has an id").to_owned(),
                method: method.to_uppercase(),
                path: path.clone(),
                needs_token: described["security"].as_array().is_none_or(|list| !list.is_empty()),
                has_body: !described["requestBody"].is_null(),
            })
            .collect()
    };
    paths.iter().flat_map(of_path).collect()
}

/// A label of an order that schemathesis knows. Every id of the label is `1`, but for the order's.
fn label(shared: &Shared, partner: &str, (number, order): (usize, &str)) -> Event {
    use flows::ports::Clock as _;
    let is_phone = partner == "schema-back-market";
    let detail = json!({ "partner_id": partner, "order_id": order, "package_id": "1", "label_id": "1",
        "carrier": "FedEx", "service": "Ground", "tracking_number": format!("000{}SCHEMA", number + 1),
        "labeled_at": shared.aws.now().to_string(),
        "items": [{ "item_id": "1", "quantity": 1, "requires_imei": is_phone }] });
    Event { kind: EventKind::LabelCreated, detail }
}

/// The partner at a channel. `tests/api` has this name, too.
fn partner(channel: Channel) -> String {
    format!("{TRIED}-{}", channel.name().replace('_', "-"))
}

/// Copies schemathesis's configuration beside the list of partners that it names.
fn configure() {
    let copy = artefacts("schemathesis").join(CONFIGURATION);
    std::fs::copy(folder().join("api").join(CONFIGURATION), &copy).expect("it can be copied");
    let partners = Channel::ALL.map(|channel| format!("\"{}\"\n", partner(channel)));
    let list = std::fs::write(copy.with_file_name("partners.txt"), partners.concat());
    list.expect("the build folder can be written");
}

/// Prepares a partner at each channel with orders, of which one has moved and one is cancelled.
async fn prepare(shared: &'static Shared) -> Seller {
    use flows::ports::Clock as _;
    let seller = Seller::new(shared, TRIED).await;
    let now = shared.aws.now().to_string();
    for channel in Channel::ALL {
        let partner = partner(channel);
        seller.registers(&partner, channel, &partner).await;
        let labels = ORDERS.into_iter().enumerate();
        seller.put(labels.map(|order| label(shared, &partner, order))).await;
        let cancelled =
            json!({ "partner_id": partner, "order_id": ORDERS[3], "cancelled_at": now });
        seller.put([Event { kind: EventKind::OrderCancelled, detail: cancelled }]).await;
    }
    let mut unlisted = label(shared, "schema-amazon", (0, ORDERS[0]));
    unlisted.detail["package_id"] = "2".into();
    unlisted.detail["carrier"] = "Kestrel Couriers".into();
    seller.put([unlisted]).await;
    let scan = json!({ "carrier": "FedEx", "tracking_number": "0002SCHEMA", "status": "in_transit", "occurred_at": now });
    seller.put([Event { kind: EventKind::CarrierScan, detail: scan }]).await;
    seller
}

/// Number of examples that are tried. Of steps that follow from each other it is a tenth, because each example is many
/// requests.
fn examples(phases: &str) -> u32 {
    let Some(wanted) = std::env::var_os(EXAMPLES) else { return EXAMPLES_SHORT };
    let wanted = wanted.to_str().and_then(|number| number.parse::<u32>().ok());
    let wanted = wanted.expect("SCHEMATHESIS_EXAMPLES is a number");
    let share = if phases == STEPS { wanted / 10 } else { wanted };
    share.max(EXAMPLES_SHORT + 1)
}

/// Runs schemathesis over some operations. Returns its report, as an error if it found anything.
fn try_part(
    (shared, token): (&Shared, &str),
    (name, phases): (&str, &str),
    operations: &[&str],
) -> Result<String, String> {
    let (ours, reports) = (folder().join("api"), artefacts("schemathesis"));
    let mut command = Command::new(python().with_file_name("schemathesis"));
    command.arg("--config-file").arg(reports.join(CONFIGURATION)).arg("run");
    command.arg(format!("{}/openapi.json", shared.stack.state().api));
    command.args(["--no-color", "--phases", phases]);
    for operation in operations {
        command.args(["--include-operation-id", operation]);
    }
    let examples = examples(phases);
    command.args(["--max-examples", &examples.to_string()]);
    if examples == EXAMPLES_SHORT {
        command.arg("--generation-deterministic");
    }
    let junit = reports.join(format!("{name}.xml"));
    command.args(["--report", "junit", "--report-junit-path"]).arg(junit);
    command.env("SHIPCONFIRM_TOKEN", token).env("SCHEMATHESIS_HOOKS", ours.join("hooks.py"));
    command.env("HYPOTHESIS_STORAGE_DIRECTORY", reports.join("hypothesis"));
    command.env("PYTHONDONTWRITEBYTECODE", "1");
    let ended = command.current_dir(&reports).stdin(Stdio::null()).output();
    let ended = ended.expect("schemathesis starts");
    let said = String::from_utf8_lossy(&ended.stdout) + String::from_utf8_lossy(&ended.stderr);
    let report = reports.join(format!("{name}.txt"));
    std::fs::write(report, said.as_bytes()).expect("the build folder can be written");
    if ended.status.success() { Ok(said.into_owned()) } else { Err(said.into_owned()) }
}

/// The end of a report.
fn summary(report: &str) -> &str {
    report.find("== SUMMARY ==").and_then(|from| report.get(from..)).unwrap_or(report)
}

#[test]
fn schemathesis_finds_nothing() {
    let (token, operations) = run(|shared| async move {
        let seller = prepare(shared).await;
        (seller.token, operations(&document(shared).await))
    });
    // The end of all sessions would end the one that all of these use, and a deletion the partners that they ask for.
    // `tests/acceptance/gateway.rs` and `tests/acceptance/leaving.rs` have them.
    let ids = operations.iter().map(|operation| operation.id.as_str());
    let ids: Vec<&str> = ids.filter(|id| !["endSessions", "deletePartner"].contains(id)).collect();
    let shared = crate::stack::shared();
    configure();
    // Steps that follow from each other need all operations; the rest is dealt out.
    let mut parts = vec![("steps".to_owned(), STEPS, ids.clone())];
    for part in 0..PARTS {
        let dealt = ids.iter().copied().skip(part).step_by(PARTS).collect();
        parts.push((format!("operations-{part}"), "examples,coverage,fuzzing", dealt));
    }
    let reports: Vec<Result<String, String>> = thread::scope(|scope| {
        let token = token.as_str();
        let running: Vec<_> = parts
            .iter()
            .map(|(name, phases, ids)| {
                scope.spawn(move || try_part((shared, token), (name, phases), ids))
            })
            .collect();
        running.into_iter().map(|part| part.join().expect("it is carried out")).collect()
    });
    for report in reports.iter().flatten() {
        println!("{}", summary(report));
    }
    let found: Vec<&str> =
        reports.iter().filter_map(|report| report.as_ref().err()).map(String::as_str).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// A schema of the document.
fn validator(document: &Value, name: &str) -> jsonschema::Validator {
    let schema = json!({ "$ref": format!("#/components/schemas/{name}"), "components": document["components"] });
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft202012);
    options.should_validate_formats(true).build(&schema).expect("it is a schema")
}

fn assert_valid(validator: &jsonschema::Validator, answer: &Answer) {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let wrong: Vec<String> = validator
        .iter_errors(&answer.body)
        .map(|e| format!("{}: {e}", e.instance_path()))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}\n{:#}", answer.body);
}

#[test]
fn every_state_that_lasts_is_as_the_document_says() {
    run(|shared| async move {
        let States { seller, orders } = states(shared).await;
        let document = document(shared).await;
        let order = validator(&document, "Order");
        for (parcel, state) in orders {
            seller.until_is(parcel, state).await;
            let path = format!("/partners/{}/orders/{}", parcel.partner, parcel.order);
            assert_valid(&order, &seller.call(&format!("GET {path}"), None).await);
        }
        for (call, name) in [
            ("GET /orders?attention=true", "Found"),
            ("GET /partners/states-amazon/orders", "Orders"),
            ("GET /partners/states-back-market/orders", "Orders"),
            ("GET /partners/states-groupon/orders", "Orders"),
            ("GET /partners/states-waiting/orders", "Orders"),
            ("GET /partners/states-phones/orders", "Orders"),
            ("GET /partners/states-watched/orders", "Orders"),
            ("GET /partners/states-later/settings", "Settings"),
            ("GET /partners/states-watched/settings", "Settings"),
            ("GET /channels", "Channels"),
            ("GET /sessions", "Sessions"),
            ("GET /orders?imeis=missing", "Found"),
            ("GET /partners/states-watched/changes", "Changes"),
            ("GET /partners/states-watched/deletion", "Deletion"),
            ("GET /attention", "AttentionGroups"),
            ("GET /attention/actions?action=retry", "ActionPreview"),
            ("GET /attention/actions?action=put_aside", "ActionPreview"),
        ] {
            assert_valid(&validator(&document, name), &seller.call(call, None).await);
        }
    });
}
