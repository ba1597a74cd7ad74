//! A person who uses the API, on ports in memory.

use crate::fixtures::{MOVES, amazon_label, deployment_under};
use crate::{AMAZON_ORDER, Deployment, Memory, seller, sender_config, text};
use api::{
    Call, Caller, Content, DoorConfig, GatewayRequest, OrdersApi, OrdersResource, Problem, Reply,
    SettingsApi, SettingsConfig, SignIn, Site,
};
use flows::Writer;
use flows::ports::Desk;
use http::{HeaderMap, HeaderValue, Method};
use serde_json::Value;
use std::cell::Cell;
use std::rc::Rc;

/// The smallest page that there is: `<p>`, gzipped.
const SITE: Site = Site {
    page: &[31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 179, 41, 176, 3, 0, 187, 161, 110, 60, 3, 0, 0, 0],
    script_digest: "c2NyaXB0",
    style_digest: "c3R5bGU=",
    document: &[],
};

/// The claim of a token that names its seller.
pub const SELLER_CLAIM: &str = "custom:seller_id";

/// A door that lets in so many calls of a seller in ten seconds.
pub fn door(calls_max: u32) -> DoorConfig {
    DoorConfig { seller_claim: SELLER_CLAIM.to_owned(), calls_max }
}

/// Both functions of the API behind one address, as the gateway has them.
pub struct Api<P> {
    settings: SettingsApi<Rc<P>>,
    orders: OrdersApi<Rc<P>>,
}

impl<P: Desk> Api<P> {
    /// Makes the API over these ports. People may call it as often as they like.
    pub fn on(desk: Rc<P>, sign_in: Option<SignIn>) -> Self {
        Self::with_door(desk, sign_in, door(u32::MAX))
    }

    /// Makes the API over these ports, with a door of its own.
    pub fn with_door(desk: Rc<P>, sign_in: Option<SignIn>, door: DoorConfig) -> Self {
        let config = SettingsConfig {
            secret_prefix: sender_config().secret_prefix,
            imei_window_minutes: 60,
            door: door.clone(),
            sign_in,
        };
        Self {
            settings: SettingsApi::new(Rc::clone(&desk), config, SITE),
            orders: OrdersApi::new(desk, door),
        }
    }

    /// The call that a request of API Gateway is. It is the same to both functions.
    pub fn call(&self, request: GatewayRequest) -> Call {
        self.orders.call(request)
    }

    /// Answers a call by the function that has its path. `writer` names the saves it may make. A path that is none of
    /// `orders-api` is sent to `settings-api`.
    pub async fn answer(&self, call: &Call, writer: &Writer) -> Reply {
        match OrdersResource::of(&call.path) {
            Err(Problem::NoPath) => self.settings.answer(call).await,
            Ok(_) | Err(_) => self.orders.answer(call, writer).await,
        }
    }
}

/// A person of a seller, who uses the API.
pub struct ApiUser {
    /// The API that the person calls.
    pub api: Api<Memory>,
    /// Who calls. `None` where there is no token.
    pub caller: Option<Caller>,
    /// How many calls were made. Each of them is another invocation, and so has another writer.
    pub calls: Cell<u32>,
}

impl ApiUser {
    /// Ann, of the deployment's seller.
    pub fn of(deployment: &Deployment) -> Self {
        Self::signing_in(deployment, None)
    }

    /// Ann, of the deployment's seller, where people sign in.
    pub fn signing_in(deployment: &Deployment, sign_in: Option<SignIn>) -> Self {
        let caller =
            Caller { seller: seller(), person: text("ann@acme.example"), signed_in_at: None };
        Self {
            api: Api::on(Rc::new(deployment.memory.clone()), sign_in),
            caller: Some(caller),
            calls: Cell::new(0),
        }
    }

    /// A person of another seller.
    #[must_use]
    pub fn of_seller(self, seller: &str) -> Self {
        let (seller, person) = (crate::parsed(seller), text("bob"));
        Self { caller: Some(Caller { seller, person, signed_in_at: None }), ..self }
    }

    /// Another person of the seller.
    #[must_use]
    pub fn by_person(self, person: &str) -> Self {
        let (seller, person) = (seller(), text(person));
        Self { caller: Some(Caller { seller, person, signed_in_at: None }), ..self }
    }

    /// Makes a call. Returns the status of the reply, its body as JSON, and the whole reply.
    pub async fn call(&self, call: Call) -> (u16, Value, Reply) {
        self.calls.set(self.calls.get() + 1);
        let writer = Writer::new(&format!("00000000-api{}", self.calls.get()));
        let reply = self.api.answer(&call, &writer).await;
        let Content::Text(body) = &reply.body else { panic!("not a text: {reply:?}") };
        let body = serde_json::from_str(body).unwrap_or(Value::Null);
        (reply.status, body, reply)
    }

    /// A call that was not made yet.
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

    /// Gets a resource. Returns the status of the reply and its body.
    pub async fn get(&self, target: &str) -> (u16, Value) {
        let (status, body, _) = self.call(self.ask(Method::GET, target, &[], "")).await;
        (status, body)
    }

    /// Puts a body. Returns the status of the reply and its body.
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

    /// Posts a body. Returns the status of the reply and its body.
    pub async fn post(&self, target: &str, body: Value) -> (u16, Value) {
        let (status, body, _) =
            self.call(self.ask(Method::POST, target, &[], &body.to_string())).await;
        (status, body)
    }
}

/// The path of the usual order at Amazon.
pub fn order_path() -> String {
    format!("/partners/amazon-us/orders/{AMAZON_ORDER}")
}

/// A deployment where the usual order at Amazon waits for its parcel to move.
pub async fn waiting_order() -> Deployment {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&amazon_label());
    deployment.until_quiet().await;
    deployment
}

/// Where a person acts on a package of that order, below the order's path.
pub const ACT: &str = "actions";
