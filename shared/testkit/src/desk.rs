//! The settings API as tests call it: on ports in memory, as a seller's person.

use crate::worlds::{MOVES, amazon_label, town_under};
use crate::{AMAZON_ORDER, Memory, Town, seller, sender_config, text};
use api::{Api, Call, Caller, Config, Content, Reply, SignIn, Site};
use flows::Writer;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::Value;
use std::cell::Cell;
use std::rc::Rc;

/// A page as small as can be: `<p>`, gzipped.
const SITE: Site = Site {
    page: &[31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 179, 41, 176, 3, 0, 187, 161, 110, 60, 3, 0, 0, 0],
    script_digest: "c2NyaXB0",
    style_digest: "c3R5bGU=",
    document: &[],
};

/// The API on these ports.
pub fn api_on<P: flows::ports::Desk>(desk: Rc<P>, sign_in: Option<SignIn>) -> Api<Rc<P>> {
    let sender = sender_config();
    let config = Config { secret_prefix: sender.secret_prefix, imei_window_minutes: 60, sign_in };
    Api::new(desk, config, SITE)
}

/// A person of a seller at the settings API.
pub struct Desk {
    /// The API.
    pub api: Api<Rc<Memory>>,
    /// Who calls; nobody, where there is no token.
    pub caller: Option<Caller>,
    /// Each call is another invocation, and so another writer.
    pub calls: Cell<u32>,
}

impl Desk {
    /// Ann, of the town's seller.
    pub fn at(town: &Town) -> Self {
        Self::signing_in(town, None)
    }

    /// The same where people sign in.
    pub fn signing_in(town: &Town, sign_in: Option<SignIn>) -> Self {
        let caller = Caller { seller: seller(), person: text("ann@acme.example") };
        Self {
            api: api_on(Rc::new(town.memory.clone()), sign_in),
            caller: Some(caller),
            calls: Cell::new(0),
        }
    }

    /// A person of another seller.
    #[must_use]
    pub fn of_seller(self, seller: &str) -> Self {
        let caller = Caller { seller: crate::parsed(seller), person: text("bob") };
        Self { caller: Some(caller), ..self }
    }

    /// Another person of the seller.
    #[must_use]
    pub fn by_person(self, person: &str) -> Self {
        Self { caller: Some(Caller { seller: seller(), person: text(person) }), ..self }
    }

    /// Makes a call: its status, its body as JSON, and the whole reply.
    pub async fn call(&self, call: Call) -> (u16, Value, Reply) {
        self.calls.set(self.calls.get() + 1);
        let writer = Writer::new(&format!("00000000-api{}", self.calls.get()));
        let reply = self.api.answer(&call, &writer).await;
        let Content::Text(body) = &reply.body else { panic!("not a text: {reply:?}") };
        let body = serde_json::from_str(body).unwrap_or(Value::Null);
        (reply.status, body, reply)
    }

    /// A call to be made.
    pub fn ask(
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

    /// Gets a resource.
    pub async fn get(&self, target: &str) -> (u16, Value) {
        let (status, body, _) = self.call(self.ask(Method::GET, target, &[], "")).await;
        (status, body)
    }

    /// Puts a body.
    pub async fn put(
        &self,
        target: &str,
        headers: &[(&'static str, &str)],
        body: Value,
    ) -> (u16, Value) {
        let call = self.ask(Method::PUT, target, headers, &body.to_string());
        let (status, body, _) = self.call(call).await;
        (status, body)
    }

    /// Posts a body.
    pub async fn post(&self, target: &str, body: Value) -> (u16, Value) {
        let (status, body, _) =
            self.call(self.ask(Method::POST, target, &[], &body.to_string())).await;
        (status, body)
    }
}

/// The usual order at Amazon.
pub fn order_path() -> String {
    format!("/partners/amazon-us/orders/{AMAZON_ORDER}")
}

/// A town where that order waits for its parcel to move.
pub async fn waiting_order() -> Town {
    let mut town = town_under(MOVES);
    town.tell(&amazon_label());
    town.until_quiet().await;
    town
}

/// Where a person acts on its one package.
pub const ACT: &str = "packages/1/actions";
