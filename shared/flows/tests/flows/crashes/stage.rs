//! A flow's world, and what it came to.

use super::flows::{Flow, OTHER_NUMBER};
use crate::matrix::{connect, order_of, partner};
use domain::{Channel, NoticeKind, OrderKey, Partner};
use flows::Writer;
use futures_util::task::noop_waker_ref;
use http::Method;
use marketplaces::{DEMO_ACCOUNT, Marketplaces, Options, Shop, credentials, set_clock};
use serde_json::json;
use std::collections::BTreeMap;
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use testkit::fixtures::*;
use testkit::{
    Applied, BACK_MARKET_ORDER, Deployment, Event, IMEIS, NUMBER, NthCall, Port, START, endless,
    label, secret_name, take_events,
};

/// A deployment, and the strict fakes where a flow needs them.
pub(super) struct Stage {
    pub(super) deployment: Deployment,
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
            let deployment = deployment_under(flow.timing());
            if flow == Flow::ImeiInConfirmation || flow == Flow::LostDoorbells {
                deployment.memory.shops().open(BACK_MARKET_ORDER, &["11"]);
            }
            return Self { deployment, authorized: 0, strict: None };
        };
        set_clock(START.timestamp());
        let marketplaces = Rc::new(Marketplaces::unplugged(Options::demo()).expect("the fakes"));
        let (deployment, partner) = (Deployment::new(), partner(row));
        deployment.memory.register(&partner);
        let secret = credentials(row.0.name(), DEMO_ACCOUNT).to_string();
        deployment.memory.put_secret(&secret_name(&partner), Some(secret));
        connect(&deployment, &marketplaces, &Rc::default());
        let strict = Strict { row, marketplaces };
        let (order, item) = order_of(row.0);
        strict.shop().sell(&order, &[(&item, 1)]).expect("it can be sold");
        Self { deployment, authorized: 0, strict: Some(strict) }
    }

    fn strict(&self) -> &Strict {
        self.strict.as_ref().expect("the flow has strict fakes")
    }

    pub(super) fn marketplaces(&self) -> &Marketplaces {
        &self.strict().marketplaces
    }

    /// The order that a strict fake knows.
    pub(super) fn key_of(channel: Channel) -> OrderKey {
        testkit::key("shop", &order_of(channel).0)
    }

    pub(super) fn partner(&self) -> Partner {
        self.deployment.memory.partner_now(&partner(self.strict().row)).expect("it is registered")
    }

    pub(super) fn strict_label(&self) -> Event {
        let (order, item) = order_of(self.strict().row.0);
        let items = json!([{ "item_id": item, "quantity": 1, "requires_imei": false }]);
        label("shop", &order).with("items", items)
    }

    /// What comes while the order is being sent: another invocation, which runs as a whole between the claim and the
    /// request.
    pub(super) fn meanwhile(&self, flow: Flow) -> Box<dyn FnMut(NthCall)> {
        let Some(event) = flow.interruption() else { return Box::new(|_| ()) };
        let (memory, mut is_left) = (self.deployment.memory.meanwhile(), true);
        Box::new(move |call| {
            let is_sending = || {
                let stored = memory.stored(&amazon_key());
                stored.is_some_and(|stored| {
                    let mut packages = stored.order.packages.values();
                    packages.any(|package| package.state.is_sending())
                })
            };
            if is_left && call.port == Port::Http && is_sending() {
                is_left = false;
                let invocation = endless(Writer::new("00000000-meanwhile"));
                at_once(take_events(&memory, &[event.body()], event.kind, &invocation));
            }
        })
    }

    pub(super) fn end(&self, flow: Flow) -> End {
        let keys = flow.keys();
        let shown: Vec<String> = keys.iter().map(|key| self.deployment.shown(key)).collect();
        let mut published = published(&self.deployment);
        published.sort_by_key(|kind| kind.name());
        published.dedup();
        End {
            shown: shown.join(" | "),
            applied: self.applied(&keys),
            blind: self.blind(flow),
            published,
            dead: self.deployment.dead.clone(),
            is_stuck: self.deployment.has_stuck(),
            authorized: self.authorized,
        }
    }

    /// The addresses that something was submitted to twice which must not be repeated, or in other words than before. Nothing
    /// goes wrong at the marketplaces here: whatever arrives there is applied, so no second submission can be proven right.
    fn blind(&self, flow: Flow) -> Vec<String> {
        let mut bodies: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for request in self.deployment.memory.sent() {
            let (method, path) = (request.method(), request.uri().path());
            if method != Method::GET && !path.ends_with("token") {
                bodies.entry(format!("{method} {path}")).or_default().push(request.into_body());
            }
        }
        let is_blind = |bodies: &Vec<Vec<u8>>| {
            let is_identical =
                bodies.windows(2).all(|two| matches!(two, [one, next] if one == next));
            bodies.len() > 1 && !(flow.may_repeat() && is_identical)
        };
        bodies.retain(|_, bodies| is_blind(bodies));
        bodies.into_keys().collect()
    }

    /// What was applied, by order (or line), each time it was.
    fn applied(&self, keys: &[OrderKey]) -> BTreeMap<String, Vec<String>> {
        let mut all: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let Some(strict) = &self.strict else {
            for applied in self.deployment.memory.shops().applied() {
                let (of, what) = match applied {
                    Applied::Number { order, number, imei } => {
                        (order, format!("{number} {}", imei.unwrap_or_default()))
                    }
                    Applied::Imei { line, imei } => (format!("line {line}"), imei),
                    Applied::Serial { line, serial } => (format!("line {line}"), serial),
                };
                all.entry(of).or_default().push(what);
            }
            return all;
        };
        for key in keys {
            let order = key.order.as_str();
            let submissions = strict.shop().submissions_of(order);
            let applied = submissions.iter().filter(|submission| submission.applied).count();
            let numbers = strict.shop().numbers(order);
            assert!(numbers.len() <= 1, "{order} has {numbers:?}");
            assert_eq!(numbers.len(), applied.min(1), "{order}");
            let each = (0..applied).flat_map(|_| numbers.clone());
            all.insert(order.to_owned(), each.collect());
        }
        all.retain(|_, applied| !applied.is_empty());
        all
    }
}

/// What a flow came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub(super) shown: String,
    /// How often a person put credentials anew.
    pub(super) authorized: usize,
    applied: BTreeMap<String, Vec<String>>,
    /// What was submitted twice, and must not be.
    blind: Vec<String>,
    published: Vec<NoticeKind>,
    dead: Vec<(String, String)>,
    is_stuck: bool,
}

impl End {
    /// This is what the flow comes to when nothing goes wrong: every other end is measured by it.
    pub(super) fn is_of(&self, flow: Flow) {
        let (shown, applied) = flow.end();
        assert_eq!(self.shown, shown, "{flow:?}");
        let held = self.applied.iter().flat_map(|(of, each)| each.iter().map(move |it| (of, it)));
        let held: Vec<(&str, &str)> = held.map(|(of, it)| (of.as_str(), it.trim())).collect();
        assert_eq!(held, applied, "{flow:?}");
        assert!(self.published.contains(&NoticeKind::ConfirmationAccepted), "{flow:?}");
    }

    fn is_imei_by_itself(&self) -> bool {
        let held = self.applied.iter().flat_map(|(of, each)| each.iter().map(move |it| (of, it)));
        let held: Vec<(&str, &str)> = held.map(|(of, it)| (of.as_str(), it.trim())).collect();
        held == [(BACK_MARKET_ORDER, NUMBER), ("line 11", IMEIS[0])]
    }

    /// Nothing is lost, nothing is applied twice or beside another number of ours, and the end is one it may have.
    pub(super) fn is_sound(&self, flow: Flow, undisturbed: &Self, what: &str) {
        assert_eq!(self.dead, [], "{what}");
        assert!(!self.is_stuck, "{what}: a message is lost");
        for (of, applied) in &self.applied {
            assert!(applied.len() <= 1, "{what}: {of} has {applied:?}");
        }
        assert_eq!(self.blind, [""; 0], "{what}");
        if self.shown == undisturbed.shown {
            assert_eq!(self.published, undisturbed.published, "{what}");
            // A confirmation that came back from doubt leaves its IMEI out, which is then registered by itself (rule I7).
            let is_by_itself = flow == Flow::ImeiInConfirmation && self.is_imei_by_itself();
            assert!(
                is_by_itself || self.applied == undisturbed.applied,
                "{what}: {:?}",
                self.applied
            );
            return;
        }
        assert!(flow.other_ends().contains(&self.shown.as_str()), "{what}: {}", self.shown);
        let held: Vec<&str> = self.applied.values().flatten().map(|held| held.trim()).collect();
        for number in [NUMBER, OTHER_NUMBER] {
            let is_confirmed = self.shown.starts_with(&format!("1: confirmed {number}"));
            assert!(!is_confirmed || held == [number], "{what}: {} holds {held:?}", self.shown);
        }
        let is_unsent = ["waiting", "withheld", "the channel shows nothing"];
        let is_unsent = is_unsent.iter().any(|words| self.shown.contains(words));
        assert!(!is_unsent || held.is_empty(), "{what}: {} holds {held:?}", self.shown);
        let is_there = self.shown.contains("is not open any more");
        assert!(!is_there || held == [NUMBER], "{what}: {} holds {held:?}", self.shown);
    }
}
