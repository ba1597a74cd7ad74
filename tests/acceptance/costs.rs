//! The cost of an order, counted by the table itself (`ReturnConsumedCapacity`). The flows run in this process over a client
//! that counts, on the real table and with the strict fakes.

#![expect(
    clippy::float_arithmetic,
    clippy::print_stdout,
    reason = "the table counts in fractions, and the figures are for people"
)]

use crate::stack::{Shared, run};
use api::{Call, Caller};
use aws::config::{AwsConfig, AwsCredentials, SenderConfig};
use aws::{Aws, Clients, order_item_size};
use aws_sdk_dynamodb::config::interceptors::{
    BeforeSerializationInterceptorContextMut, FinalizerInterceptorContextRef,
};
use aws_sdk_dynamodb::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_dynamodb::error::BoxError;
use aws_sdk_dynamodb::operation::batch_get_item::{BatchGetItemInput, BatchGetItemOutput};
use aws_sdk_dynamodb::operation::get_item::{GetItemInput, GetItemOutput};
use aws_sdk_dynamodb::operation::put_item::{PutItemInput, PutItemOutput};
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use channels::{Amazon, BackMarket, Marketplace};
use domain::{
    Channel, Deadline, EventKind, Input, OrderKey, SettingsChange, SilentHours, Stage, State, step,
};
use flows::ports::{Clock as _, MovementDays as _, Orders as _};
use flows::{Handled, Invocation, Sender, Start, Writer, deliver, ring_all};
use jiff::SignedDuration;
use marketplaces::{AmazonOrder, BackMarketOrder, Shop as _, Standing};
use serde_json::{Value, json};
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use testkit::api_user::Api;
use testkit::{endless, take_doorbell, take_events, take_scans};

/// Read and write units used so far. Unit: `DynamoDB` capacity units.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Units {
    read: f64,
    write: f64,
}

/// Asks the table for the units of each call, and adds them up.
#[derive(Clone, Debug, Default)]
struct Meter(Arc<Mutex<Units>>);

impl Meter {
    fn take(&self) -> Units {
        std::mem::take(&mut *self.0.lock().expect("nothing panics while it counts"))
    }

    fn add(&self, read: Option<&ConsumedCapacity>, write: Option<&ConsumedCapacity>) {
        let units = |used: Option<&ConsumedCapacity>| {
            used.and_then(|used| used.capacity_units).unwrap_or_default()
        };
        let mut sum = self.0.lock().expect("nothing panics while it counts");
        *sum = Units { read: sum.read + units(read), write: sum.write + units(write) };
    }
}

impl Intercept for Meter {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let ask = Some(ReturnConsumedCapacity::Indexes);
        let input = context.input_mut();
        if let Some(put) = input.downcast_mut::<PutItemInput>() {
            put.return_consumed_capacity = ask;
        } else if let Some(update) = input.downcast_mut::<UpdateItemInput>() {
            update.return_consumed_capacity = ask;
        } else if let Some(get) = input.downcast_mut::<GetItemInput>() {
            get.return_consumed_capacity = ask;
        } else if let Some(query) = input.downcast_mut::<QueryInput>() {
            query.return_consumed_capacity = ask;
        } else if let Some(batch) = input.downcast_mut::<BatchGetItemInput>() {
            batch.return_consumed_capacity = ask;
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let Some(Ok(output)) = context.output_or_error() else { return Ok(()) };
        if let Some(put) = output.downcast_ref::<PutItemOutput>() {
            self.add(None, put.consumed_capacity());
        } else if let Some(update) = output.downcast_ref::<UpdateItemOutput>() {
            self.add(None, update.consumed_capacity());
        } else if let Some(get) = output.downcast_ref::<GetItemOutput>() {
            self.add(get.consumed_capacity(), None);
        } else if let Some(query) = output.downcast_ref::<QueryOutput>() {
            self.add(query.consumed_capacity(), None);
        } else if let Some(batch) = output.downcast_ref::<BatchGetItemOutput>() {
            for used in batch.consumed_capacity() {
                self.add(Some(used), None);
            }
        }
        Ok(())
    }
}

/// An order whose cost is measured. Its doorbells go to a queue of its own, so that no deployed sender takes them.
struct Measured {
    shared: &'static Shared,
    aws: Rc<Aws>,
    meter: Meter,
    invocation: Invocation,
    config: SenderConfig,
    bells: String,
    partner: &'static str,
    order: &'static str,
}

impl Measured {
    async fn new(
        shared: &'static Shared,
        channel: Channel,
        (partner, order): (&'static str, &'static str),
    ) -> Self {
        let (state, meter) = (shared.stack.state(), Meter::default());
        let queue =
            shared.stack.sqs().create_queue().queue_name(format!("costs-{order}")).send().await;
        let bells = queue.expect("a queue").queue_url.unwrap_or_default();
        let aws = AwsConfig {
            region: state.region.clone(),
            credentials: AwsCredentials {
                access_key_id: "test".to_owned(),
                secret_access_key: "test".to_owned(),
                session_token: None,
            },
            endpoint: Some(state.engine.clone()),
            table: state.table.clone(),
            bus: state.event_bus.clone(),
            due_shards: flows::DUE_SHARDS,
            dead_letters: None,
            doorbells: [(channel, bells.clone())].into(),
        };
        let mut clients = Clients::new(&aws);
        let metered = clients.dynamodb.config().to_builder().interceptor(meter.clone());
        clients.dynamodb = aws_sdk_dynamodb::Client::from_conf(metered.build());
        let config = SenderConfig {
            aws: aws.clone(),
            sender: flows::SenderConfig {
                restored_at: None,
                secret_prefix: state.stack.clone(),
                endpoint: Some(shared.shops.base_url()),
                timeout: SignedDuration::from_mins(1),
                is_paused: false,
                at_once: 10,
            },
        };
        let aws = Rc::new(Aws::with(aws, clients));
        let invocation = endless(Writer::new("0f0e0d0c-0b0a-4908-8706-050403020100"));
        Self { shared, aws, meter, invocation, config, bells, partner, order }
    }

    fn envelope(kind: EventKind, mut detail: Value, fields: &[(&str, &str)]) -> String {
        for (name, value) in fields {
            detail[*name] = (*value).into();
        }
        json!({ "version": "0", "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718", "detail-type": kind.name(),
            "source": "shipping", "detail": detail })
        .to_string()
    }

    async fn event(&self, kind: EventKind, detail: Value) -> Units {
        let fields =
            [("seller_id", local::SELLER), ("partner_id", self.partner), ("order_id", self.order)];
        let bodies = [Self::envelope(kind, detail, &fields)];
        let handled = take_events(&*self.aws, &bodies, kind, &self.invocation).await;
        assert_eq!(handled, [Handled::Done]);
        self.meter.take()
    }

    async fn scan(&self, tracking: &str, status: &str) -> Units {
        let detail = json!({ "carrier": "FedEx", "tracking_number": tracking, "status": status,
            "occurred_at": self.aws.now().minus(SignedDuration::from_secs(1)).to_string() });
        let bodies =
            [Self::envelope(EventKind::CarrierScan, detail, &[("seller_id", local::SELLER)])];
        assert_eq!(take_scans(&*self.aws, &bodies, &self.invocation).await, [Handled::Done]);
        self.meter.take()
    }

    /// Takes the doorbells that were rung. Returns their bodies.
    async fn rung(&self) -> Vec<String> {
        let asked = self
            .shared
            .stack
            .sqs()
            .receive_message()
            .queue_url(&self.bells)
            .max_number_of_messages(10);
        let messages = asked.send().await.expect("the queue answers").messages.unwrap_or_default();
        messages.into_iter().filter_map(|message| message.body).collect()
    }

    async fn answer<M: Marketplace>(&self, bell: &str) -> Units {
        let sender = Sender::<M, Aws>::new(Rc::clone(&self.aws), self.config.sender.clone());
        assert_eq!(take_doorbell(&sender, bell, &self.invocation).await, Handled::Done);
        self.meter.take()
    }

    /// The order's state, and the size of its item in bytes.
    async fn item(&self) -> (String, usize) {
        let key = self.key();
        let stored =
            self.aws.order(&key).await.expect("the table answers").expect("the order is there");
        self.meter.take();
        let size =
            order_item_size(&stored.order, stored.version, "050403020100.99", self.aws.now());
        let view = domain::order_view(&stored.order, stored.version.0);
        (
            view["packages"][0]["state"].as_str().unwrap_or_default().to_owned(),
            size.expect("it is storable"),
        )
    }

    /// Puts the order's confirmation back, so that a look at it is due. That costs nothing here.
    async fn confirmed_minutes_ago(&self, minutes: i64) {
        let key = self.key();
        let stored = self.aws.order(&key).await.expect("the table answers").expect("it is there");
        let mut order = stored.order;
        for package in order.packages.values_mut() {
            let State::Sent(sent) = &mut package.state else { panic!("it is not sent") };
            let Stage::Confirmed { at, .. } = &mut sent.stage else {
                panic!("it is not confirmed")
            };
            *at = self.aws.now().minus(SignedDuration::from_mins(minutes));
        }
        let now = self.aws.now();
        let order = step(order, &Input::Tick, now).order;
        let saved = self.aws.save(&order, Some(stored.version), "minutes-ago.1").await;
        assert!(saved.is_ok(), "{saved:?}");
        self.meter.take();
    }

    /// Puts the order's label back, so that a look for its ship-by is due, which nobody has seen so far. That costs nothing here.
    async fn labelled_hours_ago(&self, hours: i64) {
        let key = self.key();
        let stored = self.aws.order(&key).await.expect("the table answers").expect("it is there");
        let mut order = stored.order;
        for label in order.packages.values_mut().filter_map(|package| package.label.as_mut()) {
            label.telling.labeled_at = self.aws.now().minus(SignedDuration::from_hours(hours));
        }
        let saved = self.aws.save(&order, Some(stored.version), "hours-ago.1").await;
        assert!(saved.is_ok(), "{saved:?}");
        self.meter.take();
    }

    /// Steps the order as the sweep does, and rings.
    async fn swept(&self) -> Units {
        let (key, writer) = (self.key(), &self.invocation.writer);
        let swept = deliver(&*self.aws, &key, Start::Load, &[Input::Tick], writer).await;
        let unrung = ring_all(&*self.aws, swept.expect("it is stepped").bells).await;
        assert!(unrung.is_empty(), "{unrung:?}");
        self.meter.take()
    }

    fn key(&self) -> OrderKey {
        OrderKey {
            seller: local::SELLER.parse().expect("an id"),
            partner: self.partner.parse().expect("an id"),
            order: self.order.parse().expect("an id"),
        }
    }

    /// Notes that a parcel of the partner moved today, which the first movement of a day does. Returns what that costs.
    async fn noted_today(&self) -> Units {
        let seller = local::SELLER.parse().expect("an id");
        let partner = self.partner.parse().expect("an id");
        let noted = self.aws.note_moved_on(&seller, &partner, self.aws.now().day()).await;
        noted.expect("the table answers");
        self.meter.take()
    }

    fn label(&self, label: &str, tracking: &str, items: &Value) -> Value {
        let at = |seconds| self.aws.now().minus(SignedDuration::from_secs(seconds)).to_string();
        json!({ "package_id": "1", "label_id": label, "carrier": "FedEx", "service": "Ground",
            "tracking_number": tracking, "labeled_at": at(60), "ship_by": at(-86_400), "items": items,
            "tracking_url": format!("https://www.fedex.com/fedextrack/?trknbr={tracking}") })
    }
}

fn total(units: &[Units]) -> Units {
    units.iter().fold(Units::default(), |sum, used| Units {
        read: sum.read + used.read,
        write: sum.write + used.write,
    })
}

/// Switches off that what a partner's channel took is verified, where it is: it costs as a test of its own says.
async fn unverified(shared: &'static Shared, channel: Channel, partner: &'static str) {
    let verify = (channel == Channel::Amazon).then_some(false);
    let change = SettingsChange { verify, ..SettingsChange::NONE };
    shared.stack.change_settings(partner, change).await.expect("the partner is there");
}

/// An order of a partner that watches nothing.
async fn unwatched(
    shared: &'static Shared,
    channel: Channel,
    (partner, order): (&'static str, &'static str),
) -> Measured {
    let (deadline, silent_hours) = (Some(Deadline::OFF), Some(SilentHours::OFF));
    let change = SettingsChange { deadline, silent_hours, ..SettingsChange::NONE };
    shared.stack.change_settings(partner, change).await.expect("the partner is there");
    unverified(shared, channel, partner).await;
    Measured::new(shared, channel, (partner, order)).await
}

/// How long after its receipt a scan is saved at the latest.
const A_MINUTE: Duration = Duration::from_secs(61);

const ITEM: &str = "52986411826454";

fn items(requires_imei: bool) -> Value {
    json!([{ "item_id": ITEM, "sku": "PHN-12", "quantity": 1, "requires_imei": requires_imei }])
}

/// The orders of a partner that watches nothing cost what they did before anything could be watched.
#[test]
fn an_order_that_is_not_watched_costs_8_writes_6_reads_and_a_doorbell() {
    run(|shared| async move {
        let order = "902-7700000-0000001";
        let measured = unwatched(shared, Channel::Amazon, ("unwatched-amazon", order)).await;
        measured.noted_today().await;
        shared.shops.amazon().add_order(AmazonOrder::new(order, local::MARKETPLACE, &[(ITEM, 1)]));

        let label = measured
            .event(EventKind::LabelCreated, measured.label("lbl_81", "7700000001", &items(false)))
            .await;
        let (_, labelled) = measured.item().await;
        assert!(measured.rung().await.is_empty(), "a label alone rings under movement timing");
        let scan = measured.scan("7700000001", "in_transit").await;
        let (_, ready) = measured.item().await;
        let bells = measured.rung().await;
        let sent = measured.answer::<Amazon>(&bells[0]).await;
        let (state, confirmed) = measured.item().await;
        let at_once = measured.scan("7700000001", "out_for_delivery").await;
        assert!(measured.rung().await.is_empty(), "a confirmed order rings no more");
        tokio::time::sleep(A_MINUTE).await;
        let repeated = measured.scan("7700000001", "out_for_delivery").await;

        let all = total(&[label, scan, sent]);
        println!(
            "movement: label {label:?}, scan {scan:?}, send {sent:?}; item {labelled}, {ready}, {confirmed} bytes"
        );
        assert_eq!(state, "confirmed");
        assert_eq!(bells.len(), 1);
        assert!(all.write <= 8.0 && all.read <= 6.0, "{all:?}");
        assert!(labelled.max(ready).max(confirmed) <= 1_024, "{labelled}, {ready}, {confirmed}");
        assert_eq!(
            at_once,
            Units { read: 3.0, write: 0.0 },
            "within a minute of another it looks for labels that came meanwhile"
        );
        assert_eq!(
            repeated,
            Units { read: 2.0, write: 0.0 },
            "a repeated scan is two reads and no write"
        );
    });
}

/// A watched order has a timer from its label on. That a partner's parcels move is noted once a day, which is apart.
#[test]
fn an_order_that_is_watched_costs_10_writes_at_most() {
    run(|shared| async move {
        let order = "902-7700000-0000004";
        unverified(shared, Channel::Amazon, "watched-amazon").await;
        let measured = Measured::new(shared, Channel::Amazon, ("watched-amazon", order)).await;
        shared.shops.amazon().add_order(AmazonOrder::new(order, local::MARKETPLACE, &[(ITEM, 1)]));
        let noted = measured.noted_today().await;

        let label = measured
            .event(EventKind::LabelCreated, measured.label("lbl_84", "7700000004", &items(false)))
            .await;
        let (_, labelled) = measured.item().await;
        let scan = measured.scan("7700000004", "in_transit").await;
        let (_, ready) = measured.item().await;
        let bells = measured.rung().await;
        let sent = measured.answer::<Amazon>(&bells[0]).await;
        let (state, confirmed) = measured.item().await;

        let all = total(&[label, scan, sent]);
        println!(
            "watched: once a day {noted:?}, label {label:?}, scan {scan:?}, send {sent:?}; item {labelled}, {ready}, {confirmed} bytes"
        );
        assert_eq!((state.as_str(), bells.len()), ("confirmed", 1));
        assert!(all.write <= 10.0 && all.read <= 6.0, "{all:?}");
        assert!(labelled.max(ready).max(confirmed) <= 1_024, "{labelled}, {ready}, {confirmed}");
    });
}

/// What Amazon took is verified: a timer that is set anew at the confirmation, and one look, after which there is none.
#[test]
fn a_verification_costs_4_writes_3_reads_and_a_doorbell() {
    run(|shared| async move {
        let order = "902-7700000-0000005";
        let off = (Some(Deadline::OFF), Some(SilentHours::OFF));
        let change =
            SettingsChange { deadline: off.0, silent_hours: off.1, ..SettingsChange::NONE };
        let partner = "verified-labels";
        shared.stack.change_settings(partner, change).await.expect("the partner is there");
        let measured = Measured::new(shared, Channel::Amazon, (partner, order)).await;
        shared.shops.amazon().add_order(AmazonOrder::new(order, local::MARKETPLACE, &[(ITEM, 1)]));

        let label = measured
            .event(EventKind::LabelCreated, measured.label("lbl_85", "7700000005", &items(false)))
            .await;
        let bells = measured.rung().await;
        let sent = measured.answer::<Amazon>(&bells[0]).await;
        let (state, confirmed) = measured.item().await;
        measured.confirmed_minutes_ago(11).await;
        let looked = measured.answer::<Amazon>(&bells[0]).await;
        let (_, verified) = measured.item().await;

        let until = total(&[label, sent]);
        println!(
            "verified: label {label:?}, send {sent:?}, look {looked:?}; item {confirmed}, {verified} bytes"
        );
        assert_eq!((state.as_str(), bells.len()), ("confirmed", 1));
        assert!(until.write <= 8.0, "the timer of a usual order ends here: {until:?}");
        assert!(looked.write <= 3.0 && looked.read <= 3.0, "{looked:?}");
        assert!(confirmed.max(verified) <= 1_024, "{confirmed}, {verified}");
    });
}

/// What waits for its movement without a ship-by is looked at once: the sweep finds that it is due, and a sender asks the channel. The
/// answer moves the timer to the warning.
#[test]
fn a_look_for_its_ship_by_costs_6_writes_3_reads_and_a_doorbell() {
    run(|shared| async move {
        let order = "902-7700000-0000006";
        let measured = Measured::new(shared, Channel::Amazon, ("looked-at-amazon", order)).await;
        let amazon = shared.shops.amazon();
        amazon.add_order(AmazonOrder::new(order, local::MARKETPLACE, &[(ITEM, 1)]));
        let by = measured.aws.now().plus(SignedDuration::from_hours(48)).to_string();
        amazon.set_standing(order, Standing::due(by)).expect("the order is there");
        let mut told = measured.label("lbl_86", "7700000006", &items(false));
        told.as_object_mut().expect("an object").remove("ship_by");
        measured.event(EventKind::LabelCreated, told).await;
        measured.labelled_hours_ago(25).await;

        let swept = measured.swept().await;
        let bells = measured.rung().await;
        let looked = measured.answer::<Amazon>(&bells[0]).await;
        let key = measured.key();
        let stored = measured.aws.order(&key).await.expect("the table answers").expect("stored");
        let (state, size) = measured.item().await;
        let again = measured.swept().await;

        println!("look for its ship-by: sweep {swept:?}, look {looked:?}; item {size} bytes");
        assert_eq!((state.as_str(), bells.len()), ("waiting", 1));
        assert!(stored.order.ship_by_of(&"1".parse().expect("an id")).is_some());
        assert!(swept.write <= 3.0 && swept.read <= 1.0, "{swept:?}");
        assert!(looked.write <= 3.0 && looked.read <= 2.0, "{looked:?}");
        assert!(again.write < 1.0, "there is no other one: {again:?}");
        assert!(size <= 1_024, "{size}");
    });
}

/// An update of an order that waits: one read and the write of the order, and of the index of timers where the next one moves. A wish
/// puts the order on the attention list. A day is read with the partner.
#[test]
fn an_update_of_an_order_costs_a_read_and_3_writes_at_most() {
    run(|shared| async move {
        let order = "902-7700000-0000005";
        let measured = Measured::new(shared, Channel::Amazon, ("amazon-us", order)).await;
        measured
            .event(EventKind::LabelCreated, measured.label("lbl_85", "7700000005", &items(false)))
            .await;
        let update = async |said: Value| {
            let mut detail = said;
            detail["updated_at"] = measured.aws.now().to_string().into();
            measured.event(EventKind::OrderUpdated, detail).await
        };
        let by = |hours| measured.aws.now().plus(SignedDuration::from_hours(hours)).to_string();
        let moved = update(json!({ "ship_by": by(40) })).await;
        let day = update(json!({ "ship_by": "2031-01-01" })).await;
        let nothing = update(json!({ "cancel_requested": false })).await;
        let wish = update(json!({ "cancel_requested": true })).await;
        let (state, size) = measured.item().await;

        println!(
            "updates: ship-by {moved:?}, day {day:?}, no wish {nothing:?}, wish {wish:?}; item {size} bytes"
        );
        assert_eq!(state, "held");
        assert!(moved.read <= 1.0 && moved.write <= 3.0, "{moved:?}");
        assert!(day.read <= 2.0 && day.write <= 3.0, "{day:?}");
        assert!(nothing.read <= 1.0 && nothing.write <= 1.0, "{nothing:?}");
        assert!(wish.read <= 1.0 && wish.write <= 5.0, "{wish:?}");
        assert!(size <= 1_024, "{size}");
    });
}

#[test]
fn an_order_under_assigned_timing_costs_7_writes() {
    run(|shared| async move {
        let order = "902-7700000-0000002";
        let measured = unwatched(shared, Channel::Amazon, ("unwatched-labels", order)).await;
        shared.shops.amazon().add_order(AmazonOrder::new(order, local::MARKETPLACE, &[(ITEM, 1)]));

        let label = measured
            .event(EventKind::LabelCreated, measured.label("lbl_82", "7700000002", &items(false)))
            .await;
        let bells = measured.rung().await;
        let sent = measured.answer::<Amazon>(&bells[0]).await;
        let (state, size) = measured.item().await;

        let all = total(&[label, sent]);
        println!("assigned: label {label:?}, send {sent:?}; item {size} bytes");
        assert_eq!((state.as_str(), bells.len()), ("confirmed", 1));
        assert!(all.write <= 7.0, "{all:?}");
        assert!(size <= 1_024, "{size}");
    });
}

/// Two of the writes are the index of packages that lack an IMEI: the entry and its removal. One write notes for which order
/// the IMEI came.
#[test]
fn a_phone_with_its_imei_in_time_costs_13_writes() {
    run(|shared| async move {
        let order = "77000003";
        let measured = unwatched(shared, Channel::BackMarket, ("unwatched-phones", order)).await;
        let line: u64 = ITEM.parse().expect("a number");
        shared.shops.back_market().add_order(BackMarketOrder::accepted(77_000_003, &[(line, 1)]));

        let label = measured
            .event(EventKind::LabelCreated, measured.label("lbl_83", "7700000003", &items(true)))
            .await;
        assert!(measured.rung().await.is_empty(), "it waits for its IMEI");
        let entered = json!({ "item_id": ITEM, "imeis": ["352099001770086"],
            "updated_at": measured.aws.now().to_string() });
        let imei = measured.event(EventKind::ImeiUpdated, entered).await;
        let bells = measured.rung().await;
        let sent = measured.answer::<BackMarket>(&bells[0]).await;
        let (state, size) = measured.item().await;

        let all = total(&[label, imei, sent]);
        println!("Back Market: label {label:?}, IMEI {imei:?}, send {sent:?}; item {size} bytes");
        assert_eq!((state.as_str(), bells.len()), ("confirmed", 1));
        assert!(all.write <= 13.0, "{all:?}");
        assert!(size <= 1_024, "{size}");
    });
}

/// The first call of a seller in ten seconds counts itself, and the others do not.
#[test]
fn a_settings_read_is_one_read() {
    run(|shared| async move {
        let names = ("amazon-us", "settings-read");
        let measured = Measured::new(shared, Channel::Amazon, names).await;
        let api = Api::on(Rc::clone(&measured.aws), None);
        let call = |path: &str| Call {
            method: http::Method::GET,
            path: path.to_owned(),
            query: String::new(),
            headers: http::HeaderMap::new(),
            caller: Some(Caller {
                seller: local::SELLER.parse().expect("an id"),
                person: domain::Text::cut("ann"),
                signed_in_at: None,
            }),
            body: Vec::new(),
        };
        // A window must not end between two calls.
        let left_ms = 10_000 - measured.aws.now().as_millis() % 10_000;
        if left_ms < 5_000 {
            measured.aws.sleep(SignedDuration::from_millis(left_ms)).await;
        }
        let first = api.answer(&call("/channels"), &measured.invocation.writer).await;
        let used = measured.meter.take();
        println!("the first call of a window: {} W", used.write);
        assert_eq!(first.status, 200);
        assert!(used.read == 0.0 && used.write <= 2.0, "{used:?}");
        let settings =
            api.answer(&call("/partners/amazon-us/settings"), &measured.invocation.writer).await;
        let used = measured.meter.take();
        println!("a settings read: {} R", used.read);
        assert_eq!((settings.status, used), (200, Units { read: 1.0, write: 0.0 }));
        let orders =
            api.answer(&call("/partners/amazon-us/orders"), &measured.invocation.writer).await;
        let used = measured.meter.take();
        println!("a page of 25 orders: {} R", used.read);
        // The first call of the other function, whose sandbox is another one.
        assert!(orders.status == 200 && used.write <= 2.0, "{used:?}");
    });
}
