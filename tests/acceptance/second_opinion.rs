//! A second opinion: the real ports keep their contract on another implementation of AWS, too, and a seller's order goes through it.
//! Where the two differ, AWS's own word decides: `tests/second_opinion/README.md`.

use crate::python::folder;
use aws::config::{AwsConfig, AwsCredentials};
use aws::{Aws, Clients};
use aws_sdk_sqs::types::{Message, MessageSystemAttributeName};
use channels::Amazon;
use domain::{Channel, EventKind, OrderKey, SellerId, Timing};
use flows::ports::{Clock as _, Orders as _, Registry as _, SecretSink as _, Sellers as _};
use flows::{DUE_SHARDS, DUE_SHARDS_MAX, Handled, Sender, SenderConfig, Writer, sweep};
use jiff::SignedDuration;
use marketplaces::{AmazonOrder, Marketplaces, Options};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use testkit::{
    amazon, contract, endless, secret_name, take_doorbell, take_events, take_scans, under,
};
use tokio::runtime::Builder;

/// The account at the fake marketplace.
const ACCOUNT: &str = "second-opinion";
const ORDER: &str = "902-9800000-0000001";
const ITEM: &str = "52986411826454";
const NUMBER: &str = "9800000001";

/// A running server, with what the template makes. It ends when it is dropped.
struct Second {
    process: Child,
    made: Value,
}

/// SAM's translation of the template, as one line.
fn translation() -> String {
    let names = json!({ "AWS::StackName": "opinion", "AWS::Region": "us-east-1", "AWS::AccountId": "123456789012",
        "AWS::Partition": "aws" });
    let script = folder().join("../infra/translation.py");
    let printed = Command::new("python3").arg(script).args(["print", &names.to_string()]).output();
    let printed = printed.expect("Python starts");
    assert!(printed.status.success(), "{}", String::from_utf8_lossy(&printed.stderr));
    let read: Value = serde_json::from_slice(&printed.stdout).expect("it prints JSON");
    read.to_string()
}

impl Second {
    fn start() -> Self {
        let here = folder().join("second_opinion");
        let python = local::python_with(&here.join("requirements.txt"));
        let python = python.unwrap_or_else(|error| panic!("{error}"));
        let mut process = Command::new(python)
            .arg(here.join("serve.py"))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Python starts");
        let pipe = process.stdin.as_mut().expect("it reads");
        writeln!(pipe, "{}", translation()).expect("it reads all");
        let mut line = String::new();
        let printed = process.stdout.as_mut().expect("it prints");
        BufReader::new(printed).read_line(&mut line).expect("it prints a line");
        let made = serde_json::from_str(&line).expect("the server has started");
        Self { process, made }
    }

    fn queue(&self, resource: &str) -> String {
        self.made["queues"][resource].as_str().expect("the template has this queue").to_owned()
    }

    /// The product's own ports on it, and its clients.
    fn connect(&self) -> (Aws, Clients) {
        let text = |name: &str| self.made[name].as_str().expect("it was made").to_owned();
        let config = AwsConfig {
            region: text("region"),
            credentials: AwsCredentials {
                access_key_id: "test".to_owned(),
                secret_access_key: "test".to_owned(),
                session_token: None,
            },
            endpoint: Some(text("endpoint")),
            table: text("table"),
            bus: text("bus"),
            due_shards: DUE_SHARDS,
            dead_letters: Some(self.queue("LabelCreatedDeadLetterQueue")),
            doorbells: BTreeMap::from(
                Channel::ALL.map(|channel| (channel, self.queue(&format!("{channel:?}Queue")))),
            ),
        };
        let clients = Clients::new(&config);
        (Aws::with(config, clients.clone()), clients)
    }
}

impl Drop for Second {
    fn drop(&mut self) {
        // The server ends with its input.
        drop(self.process.stdin.take());
        self.process.wait().ok();
    }
}

fn seller(name: &str) -> SellerId {
    format!("opinion-{name}").parse().expect("an id")
}

#[test]
fn another_implementation_of_aws_keeps_the_contract_and_takes_an_order_through() {
    let second = Second::start();
    let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let (aws, clients) = second.connect();
        orders_and_numbers(&aws).await;
        partners_and_lists(&aws).await;
        secrets(&aws).await;
        an_order_goes_through(&second, aws, &clients).await;
    });
}

async fn orders_and_numbers(aws: &Aws) {
    contract::what_was_never_saved_is_absent(aws, &seller("absent")).await;
    contract::an_order_is_read_as_it_was_saved(aws, &seller("saved")).await;
    contract::a_save_is_conditional(aws, &seller("conditional")).await;
    contract::a_new_order_never_replaces_one(aws, &seller("new")).await;
    contract::a_save_of_what_is_gone_is_stale(aws, &seller("gone")).await;
    contract::a_save_of_our_own_is_recognised(aws, &seller("own")).await;
    contract::adding_to_a_number_is_idempotent(aws, &seller("adds")).await;
    contract::a_number_can_be_full(aws, &seller("full")).await;
    contract::a_note_is_conditional(aws, &seller("notes")).await;
    // Nothing sweeps here, so that what is due stays so.
    contract::what_is_due_comes_in_pages(aws, &seller("due"), 40).await;
}

async fn partners_and_lists(aws: &Aws) {
    contract::a_partner_stops_only_at_its_version(aws, &seller("stops")).await;
    contract::who_set_never_is_kept(aws, &seller("never")).await;
    contract::a_place_is_given_once(aws, &seller("paced")).await;
    contract::a_renewal_is_leased_once(aws, &seller("renewed")).await;
    contract::a_sellers_partners_are_listed(aws, &seller("listed")).await;
    contract::orders_are_listed_newest_first(aws, &seller("newest")).await;
    contract::orders_that_lack_an_imei_come_soonest_first(aws, &seller("lacking")).await;
    contract::an_imei_is_known_by_its_orders(aws, &seller("entered")).await;
    contract::what_needs_a_person_is_listed_most_urgent_first(aws, &seller("attention")).await;
    contract::what_is_noted_of_a_partner_stays(aws, &seller("noted")).await;
    contract::a_connection_test_is_kept(aws, &seller("tested")).await;
    contract::pairs_are_saved_on_their_version(aws, &seller("pairs")).await;
    contract::a_carrier_that_is_not_listed_is_noted(aws, &seller("unlisted")).await;
    contract::many_orders_are_read_in_their_order(aws, &seller("many")).await;
    contract::a_seller_with_a_partner_is_known(aws, &seller("known")).await;
}

async fn secrets(aws: &Aws) {
    contract::a_secret_may_be_absent(aws, &seller("absent")).await;
    let name = "opinion-contract/secret";
    aws.write_secret(name, "{}").await.expect("a secret is made");
    contract::a_secret_that_is_put_has_another_version(aws, name).await;
    let name = "opinion-contract/written";
    contract::a_secret_is_written_whether_it_is_there_or_not(aws, name).await;
}

/// Takes the messages of a queue, with their attributes.
async fn taken(clients: &Clients, queue: &str) -> Vec<Message> {
    let asked = clients.sqs.receive_message().queue_url(queue).max_number_of_messages(10);
    let asked = asked.message_attribute_names("All");
    let asked = asked.message_system_attribute_names(MessageSystemAttributeName::MessageGroupId);
    asked.send().await.expect("the queue answers").messages.unwrap_or_default()
}

/// A seller's order, from its label to its confirmation, by the flows in this process. What is refused is dead-lettered.
async fn an_order_goes_through(second: &Second, aws: Aws, clients: &Clients) {
    let shops = Marketplaces::start(Options::demo().with_account("amazon", ACCOUNT)).await;
    let shops = shops.expect("the fake marketplaces start");
    shops.amazon().add_order(AmazonOrder::new(ORDER, local::MARKETPLACE, &[(ITEM, 1)]));
    let partner = under(Timing::WhenTrackingShowsMovement, amazon());
    let credentials = marketplaces::credentials("amazon", ACCOUNT).to_string();
    assert_eq!(aws.has_partner(&seller("stranger")).await, Ok(false));
    aws.put_partner(&partner).await.expect("the partner is registered");
    aws.write_secret(&secret_name(&partner), &credentials).await.expect("its secret is made");
    assert_eq!(aws.has_partner(&partner.seller).await, Ok(true));

    let (aws, invocation) = (Rc::new(aws), endless(Writer::new("second-opinion")));
    let ago = |seconds| aws.now().minus(SignedDuration::from_secs(seconds)).to_string();
    let event = |kind: EventKind, detail: Value| {
        json!({ "version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": kind.name(),
            "source": "shipping", "detail": detail })
        .to_string()
    };
    let label = json!({ "seller_id": partner.seller, "partner_id": partner.id, "order_id": ORDER, "package_id": "1",
        "label_id": "lbl_81", "carrier": "FedEx", "tracking_number": NUMBER, "labeled_at": ago(60),
        "items": [{ "item_id": ITEM, "quantity": 1, "requires_imei": false }] });
    let body = event(EventKind::LabelCreated, label);
    let handled = take_events(&*aws, &[body], EventKind::LabelCreated, &invocation).await;
    assert_eq!(handled, [Handled::Done]);
    let bells = second.queue("AmazonQueue");
    assert_eq!(taken(clients, &bells).await.len(), 0, "a label alone rings for nobody");

    let scan = json!({ "seller_id": partner.seller, "carrier": "FedEx", "tracking_number": NUMBER,
        "status": "in_transit", "occurred_at": ago(1) });
    let body = event(EventKind::CarrierScan, scan);
    assert_eq!(take_scans(&*aws, &[body], &invocation).await, [Handled::Done]);
    let rung = taken(clients, &bells).await;
    let [bell] = rung.as_slice() else { panic!("{rung:?}") };
    let attributes = bell.attributes.clone().unwrap_or_default();
    let group = attributes.get(&MessageSystemAttributeName::MessageGroupId);
    assert_eq!(
        group.map(String::as_str),
        Some(partner.seller.as_str()),
        "no seller waits for another"
    );

    let config = SenderConfig {
        secret_prefix: "shipconfirm".to_owned(),
        endpoint: Some(shops.base_url()),
        timeout: SignedDuration::from_mins(1),
        at_once: 10,
        restored_at: None,
        is_paused: false,
    };
    let sender = Sender::<Amazon, Aws>::new(Rc::clone(&aws), config);
    let body = bell.body.clone().unwrap_or_default();
    assert_eq!(take_doorbell(&sender, &body, &invocation).await, Handled::Done);
    let order = ORDER.parse().expect("an id");
    let key = OrderKey { seller: partner.seller.clone(), partner: partner.id.clone(), order };
    let stored = aws.order(&key).await.expect("the table answers").expect("the order is there");
    assert_eq!(testkit::shown(&stored.order), format!("1: confirmed {NUMBER}"));
    let swept = sweep(&*aws, 0..DUE_SHARDS_MAX, &invocation).await;
    assert_eq!((swept.failed, swept.unrung, swept.late), (0, 0, false), "{swept:?}");

    aws.dead_letter("{", "body: is no JSON").await.expect("the queue takes it");
    let dead = taken(clients, &second.queue("LabelCreatedDeadLetterQueue")).await;
    let reasons = dead.iter().filter_map(|message| {
        message.message_attributes.as_ref()?.get("reason")?.string_value.as_deref()
    });
    assert_eq!(reasons.collect::<Vec<_>>(), ["body: is no JSON"]);
}
