//! The settings API as tests call it: on ports in memory, as a seller's person.

use crate::worlds::*;
use adapters::config::{ApiConfig, SignIn};
use adapters::flow::Writer;
use api::{Api, Call, Caller, Content, Reply, Site};
use domain::Channel;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::Value;
use std::cell::Cell;
use std::rc::Rc;
use testkit::{AMAZON_ORDER, Memory, Town, seller, sender_config, text};

/// A page as small as can be: `<p>`, gzipped.
const SITE: Site = Site {
    page: &[31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 179, 41, 176, 3, 0, 187, 161, 110, 60, 3, 0, 0, 0],
    script_digest: "c2NyaXB0",
    style_digest: "c3R5bGU=",
    document: &[],
};

/// The API on these ports.
pub(crate) fn api_on<P: adapters::ports::Desk>(desk: Rc<P>, sign_in: Option<SignIn>) -> Api<Rc<P>> {
    let sender = sender_config(Channel::Amazon);
    let config = ApiConfig {
        aws: sender.aws,
        secret_prefix: sender.secret_prefix,
        imei_window_minutes: 60,
        sign_in,
    };
    Api::new(desk, config, SITE)
}

pub(crate) struct Desk {
    pub(crate) api: Api<Rc<Memory>>,
    pub(crate) caller: Option<Caller>,
    /// Each call is another invocation, and so another writer.
    pub(crate) calls: Cell<u32>,
}

impl Desk {
    pub(crate) fn at(town: &Town) -> Self {
        Self::signing_in(town, None)
    }

    pub(crate) fn signing_in(town: &Town, sign_in: Option<SignIn>) -> Self {
        let caller = Caller { seller: seller(), person: text("ann@acme.example") };
        Self {
            api: api_on(Rc::new(town.memory.clone()), sign_in),
            caller: Some(caller),
            calls: Cell::new(0),
        }
    }

    pub(crate) fn of_seller(self, seller: &str) -> Self {
        let caller = Caller { seller: testkit::parsed(seller), person: text("bob") };
        Self { caller: Some(caller), ..self }
    }

    pub(crate) fn by_person(self, person: &str) -> Self {
        Self { caller: Some(Caller { seller: seller(), person: text(person) }), ..self }
    }

    pub(crate) async fn call(&self, call: Call) -> (u16, Value, Reply) {
        self.calls.set(self.calls.get() + 1);
        let writer = Writer::new(&format!("00000000-api{}", self.calls.get()));
        let reply = self.api.answer(&call, &writer).await;
        let Content::Text(body) = &reply.body else { panic!("not a text: {reply:?}") };
        let body = serde_json::from_str(body).unwrap_or(Value::Null);
        (reply.status, body, reply)
    }

    pub(crate) fn ask(
        &self,
        method: Method,
        target: &str,
        headers: &[(&'static str, &str)],
        body: &str,
    ) -> Call {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut map = HeaderMap::new();
        map.insert("content-type", HeaderValue::from_static("application/json"));
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_str(value).expect("a header"));
        }
        Call {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: map,
            caller: self.caller.clone(),
            body: body.as_bytes().to_vec(),
        }
    }

    pub(crate) async fn get(&self, target: &str) -> (u16, Value) {
        let (status, body, _) = self.call(self.ask(Method::GET, target, &[], "")).await;
        (status, body)
    }

    pub(crate) async fn put(
        &self,
        target: &str,
        headers: &[(&'static str, &str)],
        body: Value,
    ) -> (u16, Value) {
        let call = self.ask(Method::PUT, target, headers, &body.to_string());
        let (status, body, _) = self.call(call).await;
        (status, body)
    }

    pub(crate) async fn post(&self, target: &str, body: Value) -> (u16, Value) {
        let (status, body, _) =
            self.call(self.ask(Method::POST, target, &[], &body.to_string())).await;
        (status, body)
    }
}

pub(crate) fn order_path() -> String {
    format!("/partners/amazon-us/orders/{AMAZON_ORDER}")
}

pub(crate) async fn waiting_order() -> Town {
    let mut town = town_under(MOVES);
    town.tell(&amazon_label());
    town.until_quiet().await;
    town
}

pub(crate) const ACT: &str = "packages/1/actions";
