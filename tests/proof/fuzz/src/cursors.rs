//! Cursors. The cursor at the end of a page leads right behind the page, wherever that is. A cursor that somebody made up
//! leads only to another place of their own list, or is refused by its name.

use crate::bytes::{Bytes, joined, text};
use crate::orders::{Stage, item, label, order_at};
use crate::world::{SELLERS, keep, ready};
use api::{Call, Caller, Content, OrdersApi, Reply};
use domain::{Channel, Moment, Order, OrderId, OrderKey, SellerId};
use flows::Writer;
use flows::ports::Lists as _;
use http::{HeaderMap, Method};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::rc::Rc;
use testkit::{Memory, at, parsed, partner_of};

/// The partner whose lists are read. Each seller has a partner of this name.
const PARTNER: &str = "amazon-us";

/// What the other seller's orders begin with.
const THEIRS: &str = "their-";

/// Orders of each seller in the world of made-up cursors, and the span between them, which makes some fall together.
const ORDERS: usize = 6;
const APART_MS: i64 = 500;

pub(crate) const WORDS: &[&str] = &[
    "~",
    "~~",
    "1795446000000",
    "1795446001000",
    "~order-3",
    "~amazon-us~",
    "~amazon-us~order-2",
    "their-1",
    "999999999999999",
    "1000000000000000",
    "-1",
    "+1",
    "%7E",
    "&cursor=",
    "&limit=0",
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let made_up = [
        "1795446001000~order-2",
        "1795446001000~amazon-us~order-2",
        "1795446001000~amazon-us~",
        "0~their-3",
        "~",
        "",
        "1795446001500~amazon-us~their-3",
        "999999999999999~x",
        "x~y~z",
    ];
    let mut seeds: Vec<Vec<u8>> = (0..3_u8)
        .flat_map(|list| made_up.map(|cursor| joined(&[list, 2], &[cursor], b'\n')))
        .collect();
    for list in [4, 5] {
        for (millis, ids) in
            [(0_i64, "a\nb\nc"), (999_999_999_999_999, "A.-_\n..\n0"), (1, "9\n10\n9")]
        {
            seeds.push([&[list, 1], millis.to_be_bytes().as_slice(), ids.as_bytes()].concat());
        }
    }
    seeds
}

/// Target: a cursor of any bytes, or three orders whose places are any bytes. The first byte chooses which of both, and the
/// list.
pub fn cursors(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let (first, limit) = (bytes.byte(), bytes.byte());
    let list = if first & 1 == 0 { List::Newest } else { List::Attention };
    if first & 4 > 0 {
        gone_through(list, bytes);
    } else {
        MADE_UP.with(|desk| made_up(desk, list, limit % 8, text(bytes.0)));
    }
}

#[derive(Clone, Copy, Debug)]
enum List {
    Newest,
    Attention,
}

/// The API over a world.
struct Counter {
    api: OrdersApi<Rc<Memory>>,
}

thread_local! {
    static MADE_UP: Counter = Counter::new(&world());
}

fn world() -> Memory {
    let memory = Memory::new(at(0));
    for (seller, prefix) in SELLERS.into_iter().zip(["order-", THEIRS]) {
        for (place, step) in (0..ORDERS).zip(0_i64..) {
            let seen_at = Moment::from_millis(at(0).as_millis() + step / 2 * 2 * APART_MS);
            keep(&memory, &order(&key(seller, &parsed(&format!("{prefix}{place}"))), seen_at));
        }
    }
    register(&memory);
    memory
}

fn register(memory: &Memory) {
    for seller in SELLERS {
        memory.register(&partner_of(&parsed::<SellerId>(seller), PARTNER, Channel::Amazon));
    }
}

fn key(seller: &str, order: &OrderId) -> OrderKey {
    OrderKey { seller: parsed(seller), partner: parsed(PARTNER), order: order.clone() }
}

/// An order that was saved at a moment, and needs a person since then.
fn order(key: &OrderKey, seen_at: Moment) -> Order {
    thread_local! {
        static REJECTED: Order = order_at(
            Stage::Rejected,
            Channel::Amazon,
            label(&testkit::key(PARTNER, "9"), "1Z999AA10123456784", &[item("11", 1)], "Ground"),
        );
    }
    let rejected = REJECTED.with(Order::clone);
    Order { key: key.clone(), seen_at, attention_since: Some(seen_at), ..rejected }
}

impl Counter {
    fn new(memory: &Memory) -> Self {
        let door = testkit::api_user::door(u32::MAX);
        Self { api: OrdersApi::new(Rc::new(memory.clone()), door) }
    }

    /// A page that the first seller's person reads.
    fn page(&self, list: List, limit: u8, cursor: Option<&str>) -> (u16, Value) {
        let path = match list {
            List::Newest => format!("/partners/{PARTNER}/orders"),
            List::Attention => "/orders".to_owned(),
        };
        let attention = if matches!(list, List::Attention) { "attention=true&" } else { "" };
        let mut query = format!("{attention}limit={limit}");
        if let Some(cursor) = cursor {
            query.push_str("&cursor=");
            query.extend(utf8_percent_encode(cursor, NON_ALPHANUMERIC));
        }
        let (seller, person) = (parsed(SELLERS[0]), testkit::text("ann"));
        let caller = Caller { seller, person, signed_in_at: None };
        let call = Call {
            method: Method::GET,
            path,
            query,
            headers: HeaderMap::new(),
            caller: Some(caller),
            body: Vec::new(),
        };
        let Reply { status, body, .. } =
            ready(self.api.answer(&call, &Writer::new("00000000-api1")));
        let Content::Text(body) = body else { panic!("not a text: {body:?}") };
        (status, serde_json::from_str(&body).expect("JSON"))
    }
}

/// The orders of a page, by their ids.
fn ids(page: &Value) -> Vec<&str> {
    let orders = page.get("orders").and_then(Value::as_array);
    let orders = orders.expect("a page has orders").iter();
    orders.filter_map(|order| order.get("order_id")?.as_str()).collect()
}

/// Where a list goes on behind a place, computed from what the world has.
fn made_up(counter: &Counter, list: List, limit: u8, cursor: &str) {
    let (status, page) = counter.page(list, limit, Some(cursor));
    if status == 400 {
        let field = page.get("field").and_then(Value::as_str);
        assert!(matches!(field, Some("cursor" | "limit")), "it names what is wrong: {page}");
        return;
    }
    assert_eq!(status, 200, "{page}");
    let found = ids(&page);
    assert!(found.len() <= usize::from(limit), "{page}");
    assert!(found.iter().all(|id| id.starts_with("order-")), "another seller's: {page}");
    assert!(!page.to_string().contains(THEIRS), "another seller's: {page}");
    let (_, all) = counter.page(list, 100, None);
    let all = ids(&all);
    let is_run = found.is_empty() || all.windows(found.len()).any(|run| run == found);
    assert!(is_run, "a page is a run of the whole list: {found:?} of {all:?}");
    let is_end = found.is_empty() || found.last() == all.last();
    assert_eq!(
        page.get("cursor").is_some_and(Value::is_null),
        is_end,
        "it ends where the list does: {page}"
    );
}

/// Reads three orders, wherever they are, one by one. Each comes once, and in the list's order.
fn gone_through(list: List, mut bytes: Bytes<'_>) {
    let millis = (0..8).fold(0_i64, |all, _| all << 8 | i64::from(bytes.byte()));
    let seen_at = Moment::from_millis(millis.rem_euclid(LATEST_MS));
    let given: Vec<OrderId> =
        (0..3).filter_map(|_| text(bytes.until(b'\n')).parse().ok()).collect();
    let memory = Memory::new(at(0));
    register(&memory);
    for id in &given {
        let key = key(SELLERS[0], id);
        if memory.stored(&key).is_none() {
            keep(&memory, &order(&key, seen_at));
        }
    }
    let counter = Counter::new(&memory);
    let (mut found, mut cursor) = (Vec::new(), None);
    while found.len() <= given.len() {
        let (status, page) = counter.page(list, 1, cursor.as_deref());
        assert_eq!(status, 200, "a cursor that was given is taken: {cursor:?}: {page}");
        found.extend(ids(&page).into_iter().map(str::to_owned));
        cursor = page.get("cursor").and_then(Value::as_str).map(str::to_owned);
        if cursor.is_none() {
            break;
        }
    }
    let mut expected: Vec<String> = given.iter().map(ToString::to_string).collect();
    expected.sort();
    expected.dedup();
    if matches!(list, List::Newest) {
        expected.reverse();
    }
    assert_eq!(found, expected, "each order comes once");
    let partners = ready(memory.partners(&parsed(SELLERS[0]))).expect("it answers");
    assert_eq!(partners.len(), 1);
}

/// The latest moment a cursor can have: fifteen digits of milliseconds.
const LATEST_MS: i64 = 1_000_000_000_000_000;
