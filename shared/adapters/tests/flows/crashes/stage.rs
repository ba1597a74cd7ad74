//! A flow's world, and what it came to.

use super::flows::{Flow, OTHER_NUMBER};
use crate::matrix::{connect, order_of, partner};
use crate::worlds::*;
use adapters::flow::{Writer, handle_events};
use domain::{Channel, NoticeKind, OrderKey, Partner, State};
use futures_util::task::noop_waker_ref;
use marketplaces::{DEMO_ACCOUNT, Marketplaces, Options, Shop, credentials, set_clock};
use serde_json::json;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use testkit::{
    Applied, BACK_MARKET_ORDER, Call, Event, NUMBER, Port, START, Town, label, secret_name,
};

/// A town, and the strict fakes where a flow needs them.
pub(super) struct Stage {
    pub(super) town: Town,
    /// How often a person put credentials anew.
    pub(super) authorized: usize,
    strict: Option<Strict>,
}

struct Strict {
    row: (Channel, bool),
    marketplaces: Rc<Marketplaces>,
}

impl Strict {
    fn shop(&self) -> Arc<dyn Shop> {
        self.marketplaces.shop(self.row.0.name()).expect("every channel has a fake")
    }
}

/// Runs what never waits for anything but its turn.
pub(super) fn at_once<T>(work: impl Future<Output = T>) -> T {
    let (mut work, mut context) = (pin!(work), Context::from_waker(noop_waker_ref()));
    loop {
        if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
            return done;
        }
    }
}

impl Stage {
    pub(super) fn of(flow: Flow) -> Self {
        let Some(row) = flow.strict() else {
            let town = town_under(flow.timing());
            if flow == Flow::ImeiInConfirmation || flow == Flow::LostDoorbells {
                town.memory.shops().open(BACK_MARKET_ORDER, &["11"]);
            }
            return Self { town, authorized: 0, strict: None };
        };
        set_clock(START.timestamp());
        let marketplaces = Rc::new(Marketplaces::unplugged(Options::demo()).expect("the fakes"));
        let (town, partner) = (Town::new(), partner(row));
        town.memory.register(&partner);
        let secret = credentials(row.0.name(), DEMO_ACCOUNT).to_string();
        town.memory.put_secret(&secret_name(&partner), Some(secret));
        connect(&town, &marketplaces, &Rc::new(Cell::new(START)));
        let strict = Strict { row, marketplaces };
        let (order, item) = order_of(row.0);
        strict.shop().sell(order, &[(item, 1)]).expect("it can be sold");
        Self { town, authorized: 0, strict: Some(strict) }
    }

    fn strict(&self) -> &Strict {
        self.strict.as_ref().expect("the flow has strict fakes")
    }

    pub(super) fn marketplaces(&self) -> &Marketplaces {
        &self.strict().marketplaces
    }

    /// The order that a strict fake knows.
    pub(super) fn key_of(channel: Channel) -> OrderKey {
        testkit::key("shop", order_of(channel).0)
    }

    pub(super) fn partner(&self) -> Partner {
        self.town.memory.partner_now(&partner(self.strict().row)).expect("it is registered")
    }

    pub(super) fn strict_label(&self) -> Event {
        let (order, item) = order_of(self.strict().row.0);
        let items = json!([{ "item_id": item, "quantity": 1, "requires_imei": false }]);
        label("shop", order).with("items", items)
    }

    /// What comes while the order is being sent: another invocation, which runs as a whole between the claim and the
    /// request.
    pub(super) fn meanwhile(&self, flow: Flow) -> Box<dyn FnMut(Call)> {
        let Some(event) = flow.interruption() else { return Box::new(|_| ()) };
        let (memory, mut is_left) = (self.town.memory.clone(), true);
        Box::new(move |call| {
            let is_sending = || {
                let stored = memory.stored(&amazon_key());
                stored.is_some_and(|stored| {
                    let mut packages = stored.order.packages.values();
                    packages.any(|package| matches!(package.state, State::Sending { .. }))
                })
            };
            if is_left && call.port == Port::Http && is_sending() {
                is_left = false;
                let writer = Writer::new("00000000-meanwhile");
                let body = [event.body()];
                at_once(handle_events(&memory, &body, (event.kind, Some(60)), &writer));
            }
        })
    }

    pub(super) fn end(&self, flow: Flow) -> End {
        let keys = flow.keys();
        let shown: Vec<String> = keys.iter().map(|key| self.town.shown(key)).collect();
        let mut told = told(&self.town);
        told.sort_by_key(|kind| kind.name());
        told.dedup();
        let (applied, identical) = self.applied(&keys);
        End {
            shown: shown.join(" | "),
            applied,
            identical,
            told,
            dead: self.town.dead.clone(),
            is_stuck: self.town.has_stuck(),
            authorized: self.authorized,
        }
    }

    /// What was applied, by order (or line), each time it was; and whether a repeat is byte for byte the same.
    fn applied(&self, keys: &[OrderKey]) -> (BTreeMap<String, Vec<String>>, bool) {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let Some(strict) = &self.strict else {
            for applied in self.town.memory.shops().applied() {
                let (of, what) = match applied {
                    Applied::Number { order, number, imei } => {
                        (order, format!("{number} {}", imei.unwrap_or_default()))
                    }
                    Applied::Imei { line, imei } => (format!("line {line}"), imei),
                };
                all.entry(of).or_default().push(what);
            }
            return (all, true);
        };
        let mut is_identical = true;
        for key in keys {
            let order = key.order.as_str();
            let told = strict.shop().told(order);
            let bodies: Vec<_> = told.iter().filter(|told| told.applied).collect();
            is_identical &= bodies.iter().all(|told| told.raw_body == bodies[0].raw_body);
            let numbers = strict.shop().numbers(order);
            assert!(numbers.len() <= 1, "{order} has {numbers:?}");
            assert_eq!(numbers.len(), bodies.len().min(1), "{order}");
            let each = bodies.iter().flat_map(|_| numbers.clone());
            all.insert(order.to_owned(), each.collect());
        }
        all.retain(|_, applied| !applied.is_empty());
        (all, is_identical)
    }
}

/// What a flow came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) shown: String,
    /// How often a person put credentials anew.
    pub(super) authorized: usize,
    applied: BTreeMap<String, Vec<String>>,
    /// What was applied twice was byte for byte the same.
    identical: bool,
    told: Vec<NoticeKind>,
    dead: Vec<(String, String)>,
    is_stuck: bool,
}

impl End {
    /// Nothing is lost, nothing is applied twice or beside another number of ours, and the end is one it may have.
    pub(super) fn is_sound(&self, flow: Flow, undisturbed: &Self, what: &str) {
        assert_eq!(self.dead, [], "{what}");
        assert!(!self.is_stuck, "{what}: a message is lost");
        for (of, applied) in &self.applied {
            assert!(applied.len() <= 1, "{what}: {of} has {applied:?}");
        }
        assert!(self.identical, "{what}");
        if self.shown == undisturbed.shown {
            assert_eq!(
                (&self.applied, &self.told),
                (&undisturbed.applied, &undisturbed.told),
                "{what}"
            );
            return;
        }
        assert!(flow.other_ends().contains(&self.shown.as_str()), "{what}: {}", self.shown);
        let held: Vec<&str> = self.applied.values().flatten().map(|held| held.trim()).collect();
        for number in [NUMBER, OTHER_NUMBER] {
            let is_confirmed = self.shown.starts_with(&format!("1: confirmed {number}"));
            assert!(!is_confirmed || held == [number], "{what}: {} holds {held:?}", self.shown);
        }
        let is_unsent = ["waiting", "withheld"].iter().any(|state| self.shown.contains(state));
        assert!(!is_unsent || held.is_empty(), "{what}: {} holds {held:?}", self.shown);
    }
}
