//! A parcel as a test sees it: an order at a marketplace, the events about the order, and what became of it.

use crate::stack::Shared;
use domain::{Channel, EventKind, Imei, Moment, OrderKey, order_view};
use flows::ports::{Clock as _, Orders as _};
use jiff::SignedDuration;
use local::{Event, SELLER};
use marketplaces::{BackMarketOrder, Fault, LineState, Operation, Shop, Submission, Times};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// The longest time that a test waits for one thing: a read-back after half a minute, behind a slow answer, on a slow
/// machine.
const WAIT_MAX: Duration = Duration::from_secs(110);

/// How often a test looks whether it has come.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// The longest time that a published event takes to arrive.
const ARRIVAL_MAX: Duration = Duration::from_secs(10);

/// An order of one line, in one package. The package is called `1`, unless a test says otherwise.
#[derive(Clone)]
pub(crate) struct Parcel {
    pub(crate) shared: &'static Shared,
    pub(crate) channel: Channel,
    pub(crate) partner: &'static str,
    pub(crate) order: String,
    pub(crate) item: String,
    pub(crate) tracking: String,
}

/// How an order's first package ended.
pub(crate) struct Ending<'a> {
    pub(crate) state: &'a str,
    /// The reason, the evidence, the code or the number that was read, by the state.
    pub(crate) why: &'a str,
    /// How many submissions the marketplace saw, and how many of them it applied.
    pub(crate) submitted: (usize, usize),
    /// The number that the marketplace holds.
    pub(crate) held: Option<&'a str>,
    /// The kinds of the notices that were published about the order, sorted.
    pub(crate) published: &'a [&'a str],
}

impl Parcel {
    /// The `number`-th order of the tests at a channel, with a number as the channel gives them. It is not sold yet. Each
    /// `number` is used once.
    pub(crate) fn new(
        shared: &'static Shared,
        (channel, partner): (Channel, &'static str),
        number: u32,
    ) -> Self {
        let (order, item) =
            marketplaces::nth(channel.name(), number).expect("every channel has a fake");
        let carriers = if channel == Channel::Amazon { "88" } else { "1Z" };
        let tracking = format!("{carriers}{number:08}");
        Self { shared, channel, partner, order, item, tracking }
    }

    /// A parcel on Amazon.
    pub(crate) fn amazon(shared: &'static Shared, partner: &'static str, number: u32) -> Self {
        Self::new(shared, (Channel::Amazon, partner), number)
    }

    /// A parcel on Back Market.
    pub(crate) fn back_market(shared: &'static Shared, partner: &'static str, number: u32) -> Self {
        Self::new(shared, (Channel::BackMarket, partner), number)
    }

    /// The fake of its marketplace.
    pub(crate) fn shop(&self) -> Arc<dyn Shop> {
        self.shared.shops.shop(self.channel.name()).expect("every channel has a fake")
    }

    /// The order's number on Back Market.
    pub(crate) fn number(&self) -> u64 {
        self.order.parse().expect("a number on Back Market")
    }

    /// Sells the order. On Back Market its lines are accepted, too.
    pub(crate) fn sold(self) -> Self {
        let sold = self.shop().sell(&self.order, &[(&self.item, 1)]);
        sold.expect("it can be sold");
        self
    }

    /// Lets the next request of this kind for the order go wrong.
    pub(crate) fn fault(&self, operation: Operation, fault: Fault) {
        self.shop().put_fault(self.order.as_str().into(), operation, Times::Once, fault);
    }

    /// Sells the order on Back Market, with its line in this state.
    pub(crate) fn sold_in(self, state: LineState) -> Self {
        let line = self.item.parse().expect("a line's number");
        let order = BackMarketOrder::in_state(self.number(), state, &[(line, 1)]);
        self.shared.shops.back_market().add_order(order);
        self
    }

    /// The moment this many seconds ago.
    pub(crate) fn ago(&self, seconds: i64) -> Moment {
        self.shared.aws.now().minus(SignedDuration::from_secs(seconds))
    }

    /// An event about the order.
    pub(crate) fn event(&self, kind: EventKind, mut detail: Value) -> Event {
        detail["seller_id"] = SELLER.into();
        detail["partner_id"] = self.partner.into();
        detail["order_id"] = self.order.clone().into();
        Event { kind, detail }
    }

    /// The label of its package, made a few seconds ago.
    pub(crate) fn label(&self) -> Event {
        self.label_of("1", "lbl_1", &self.tracking)
    }

    /// A label of one of its packages.
    pub(crate) fn label_of(&self, package: &str, label: &str, tracking: &str) -> Event {
        let items = json!([{ "item_id": self.item, "quantity": 1, "requires_imei": false }]);
        let detail = json!({ "package_id": package, "label_id": label, "carrier": "FedEx",
            "service": "FedEx Ground", "tracking_number": tracking, "items": items,
            "labeled_at": self.ago(5).to_string() });
        self.event(EventKind::LabelCreated, detail)
    }

    /// The first label is voided.
    pub(crate) fn void(&self) -> Event {
        let at = self.ago(1).to_string();
        self.event(
            EventKind::LabelVoided,
            json!({ "package_id": "1", "label_id": "lbl_1", "voided_at": at }),
        )
    }

    /// The order is cancelled.
    pub(crate) fn cancel(&self) -> Event {
        self.event(EventKind::OrderCancelled, json!({ "cancelled_at": self.ago(1).to_string() }))
    }

    /// A scan of its number.
    pub(crate) fn scan(&self, status: &str) -> Event {
        let detail = json!({ "seller_id": SELLER, "carrier": "FedEx", "status": status,
            "tracking_number": self.tracking, "occurred_at": self.ago(1).to_string() });
        Event { kind: EventKind::CarrierScan, detail }
    }

    /// The IMEI of one of its phones. No other order has the IMEI, because one phone of two orders is marked (rule I9).
    pub(crate) fn phone(&self, place: usize) -> String {
        let all_but_check = format!("35{:011}{place}", self.number());
        let mut completed = (0..10).map(|check| format!("{all_but_check}{check}"));
        completed.find(|text| text.parse::<Imei>().is_ok()).expect("one digit fits")
    }

    /// The IMEIs of a line.
    pub(crate) fn imei(&self, item: &str, imeis: &[&str]) -> Event {
        let at = self.ago(0).to_string();
        self.event(
            EventKind::ImeiUpdated,
            json!({ "item_id": item, "imeis": imeis, "updated_at": at }),
        )
    }

    /// Puts events on the bus.
    pub(crate) async fn put(&self, events: &[Event]) {
        self.shared.stack.put_events(events).await.expect("the bus takes events");
    }

    /// The key of its order.
    pub(crate) fn key(&self) -> OrderKey {
        OrderKey {
            seller: SELLER.parse().expect("an id"),
            partner: self.partner.parse().expect("an id"),
            order: self.order.parse().expect("an id"),
        }
    }

    /// The order as people read it, if it is there.
    pub(crate) async fn view(&self) -> Option<Value> {
        let stored = self.shared.aws.order(&self.key()).await.expect("the table answers");
        stored.map(|stored| order_view(&stored.order, stored.version.0))
    }

    /// Waits until the order is so. Returns the order.
    pub(crate) async fn until(&self, what: &str, is_so: impl Fn(&Value) -> bool) -> Value {
        let deadline = tokio::time::Instant::now() + WAIT_MAX;
        loop {
            let view = self.view().await.unwrap_or_default();
            if is_so(&view) {
                return view;
            }
            let waited = tokio::time::Instant::now() > deadline;
            assert!(!waited, "order {}: waited in vain until {what}: {view:#}", self.order);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until its first package is in a state, and answers with that package.
    pub(crate) async fn until_is(&self, state: &str) -> Value {
        let is_so = |view: &Value| view["packages"][0]["state"] == state;
        self.until(&format!("it is {state}"), is_so).await["packages"][0].take()
    }

    /// Waits until its first package has a mark.
    pub(crate) async fn until_marked(&self, mark: &str) -> Value {
        let is_marked = |view: &Value| {
            let marks = view["packages"][0]["marks"].as_array();
            marks.is_some_and(|marks| marks.iter().any(|is| is == mark))
        };
        self.until(&format!("it is marked {mark}"), is_marked).await
    }

    /// The submissions that the marketplace saw.
    pub(crate) fn submissions(&self) -> Vec<Submission> {
        self.shop().submissions_of(&self.order)
    }

    /// How many submissions the marketplace saw, and how many of them it applied.
    pub(crate) fn submitted(&self) -> (usize, usize) {
        let submissions = self.submissions();
        (submissions.len(), submissions.iter().filter(|submission| submission.applied).count())
    }

    /// The numbers the marketplace holds.
    pub(crate) fn held(&self) -> Vec<String> {
        self.shop().numbers(&self.order)
    }

    /// Waits until exactly this was published about the order; at least once is often enough.
    pub(crate) async fn published(&self, kinds: &[&str]) {
        let deadline = tokio::time::Instant::now() + ARRIVAL_MAX;
        loop {
            let events = self.shared.stack.published().await.expect("the queue answers");
            let ours = events.iter().filter(|event| event["detail"]["order_id"] == *self.order);
            let ours = ours.inspect(|event| assert_fits_schema(event));
            let mut found: Vec<&str> =
                ours.filter_map(|event| event["detail-type"].as_str()).collect();
            found.sort_unstable();
            found.dedup();
            if found == kinds {
                return;
            }
            let waited = tokio::time::Instant::now() > deadline;
            assert!(!waited, "order {}: published {found:?}, must be {kinds:?}", self.order);
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Waits until it ended so, with nothing of it put aside.
    pub(crate) async fn ends(&self, ending: Ending<'_>) -> Value {
        let package = self.until_is(ending.state).await;
        let detail = &package["detail"];
        let why = ["evidence", "code", "found", "reason", "for"]
            .into_iter()
            .find_map(|name| detail[name].as_str())
            .unwrap_or_default();
        assert_eq!(why, ending.why, "order {}: {package:#}", self.order);
        assert_eq!(self.submitted(), ending.submitted, "order {}: {package:#}", self.order);
        let held: Vec<&str> = ending.held.into_iter().collect();
        assert_eq!(self.held(), held, "order {}: {package:#}", self.order);
        self.published(ending.published).await;
        self.nothing_is_put_aside().await;
        package
    }

    async fn nothing_is_put_aside(&self) {
        let own = self.channel.name().replace('_', "-");
        for queue in
            ["label-created", "order-updated", "imei-updated", "carrier-scan", own.as_str()]
        {
            let letters = self.shared.stack.dead_letters(queue).await.expect("the queue answers");
            let ours: Vec<_> = letters.iter().filter(|l| l.body.contains(&self.order)).collect();
            assert!(ours.is_empty(), "put aside by {queue}: {ours:?}");
        }
    }
}

/// What the bus got is what the schema of its kind says.
fn assert_fits_schema(event: &Value) {
    let kind = event["detail-type"].as_str().unwrap_or_default();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/domain/published");
    let text = std::fs::read_to_string(format!("{folder}/{kind}.schema.json"));
    let text = text.unwrap_or_else(|error| panic!("no schema of {kind}: {error}"));
    let schema: Value = serde_json::from_str(&text).expect("a schema is JSON");
    let options = jsonschema::options().should_validate_formats(true);
    let validator = options.build(&schema).expect("it is a schema");
    let problem = validator.validate(&event["detail"]).err().map(|error| error.to_string());
    assert_eq!(problem, None, "{event:#}");
}

/// The queue of the function that handles this kind of event.
pub(crate) fn queue_of(kind: EventKind) -> &'static str {
    match kind {
        EventKind::LabelCreated => "label-created",
        EventKind::LabelVoided => "label-voided",
        EventKind::OrderCancelled => "order-cancelled",
        EventKind::OrderUpdated => "order-updated",
        EventKind::CarrierScan => "carrier-scan",
        EventKind::ImeiUpdated => "imei-updated",
    }
}
