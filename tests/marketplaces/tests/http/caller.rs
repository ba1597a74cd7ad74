//! An HTTP client that sends exactly what a test gives it, and valid requests that a test can change.

use axum::http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::{Client, Error, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use marketplaces::{AmazonAccount, AmazonOrder, BackMarketAccount, Marketplaces, Options, Rate};
use serde_json::{Value, json};

pub(crate) const ORDER: &str = "902-1106328-1059050";
pub(crate) const ITEM: &str = "79039765272157";
pub(crate) const MARKETPLACE: &str = "ATVPDKIKX0DER";
pub(crate) const IMEI: &str = "490154203237518";
pub(crate) const OTHER_IMEI: &str = "356938035643809";

pub(crate) type Headers = Vec<(&'static str, String)>;

pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl HttpAnswer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("a JSON answer")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

#[derive(Clone)]
pub(crate) struct Caller {
    base_url: String,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Caller {
    pub(crate) fn new(marketplaces: &Marketplaces) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { base_url: marketplaces.base_url(), client }
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &Headers,
        body: impl Into<Bytes>,
    ) -> Result<HttpAnswer, Error> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base_url));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(body.into())).expect("a request");
        let response = self.client.request(request).await?;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a whole body").to_bytes();
        let text = String::from_utf8(bytes.to_vec()).expect("text");
        Ok(HttpAnswer { status: parts.status.as_u16(), headers: parts.headers, text })
    }

    pub(crate) async fn login(&self) -> String {
        let answered = self
            .send(Method::POST, "/amazon/auth/o2/token", &form_headers(), login_form())
            .await
            .expect("an answer");
        answered.json()["access_token"].as_str().expect("a token").to_owned()
    }

    pub(crate) async fn confirm(&self, token: &str, body: &Value) -> Result<HttpAnswer, Error> {
        self.send(Method::POST, &confirm_path(ORDER), &amazon_headers(token), body.to_string())
            .await
    }

    pub(crate) async fn get_order(&self, token: &str, query: &str) -> HttpAnswer {
        let path = format!("/amazon/orders/2026-01-01/orders/{ORDER}{query}");
        self.send(Method::GET, &path, &amazon_headers(token), "").await.expect("an answer")
    }

    pub(crate) async fn update(&self, order_id: u64, body: &Value) -> Result<HttpAnswer, Error> {
        let path = format!("/back_market/ws/orders/{order_id}");
        self.send(Method::POST, &path, &back_market_headers(), body.to_string()).await
    }

    pub(crate) async fn read(&self, order_id: u64) -> HttpAnswer {
        let path = format!("/back_market/ws/orders/{order_id}");
        self.send(Method::GET, &path, &back_market_headers(), "").await.expect("an answer")
    }

    pub(crate) async fn register(&self, line: u64, body: &Value) -> Result<HttpAnswer, Error> {
        let path = format!("/back_market/ws/orderlines/{line}");
        self.send(Method::PATCH, &path, &back_market_headers(), body.to_string()).await
    }
}

/// Starts marketplaces whose rate limits no test reaches by accident.
pub(crate) async fn start() -> (Marketplaces, Caller) {
    start_with(high_limit_options()).await
}

pub(crate) async fn start_with(options: Options) -> (Marketplaces, Caller) {
    let marketplaces = Marketplaces::start(options).await.expect("a free port");
    let caller = Caller::new(&marketplaces);
    (marketplaces, caller)
}

pub(crate) fn high_limit_options() -> Options {
    let mut options = Options::demo();
    options.amazon.confirm_rate = Rate { per_1000_s: 1_000_000, burst: 1_000 };
    options.amazon.read_rate = Rate { per_1000_s: 1_000_000, burst: 1_000 };
    options.amazon.notifications_rate = Rate { per_1000_s: 1_000_000, burst: 1_000 };
    options.back_market.rate.limit = 10_000;
    options.groupon.rate = Rate { per_1000_s: 1_000_000, burst: 1_000 };
    options.until_gone.rate = Rate { per_1000_s: 1_000_000, burst: 1_000 };
    options
}

pub(crate) fn confirm_path(order_id: &str) -> String {
    format!("/amazon/orders/v0/orders/{order_id}/shipmentConfirmation")
}

pub(crate) fn amazon_order() -> AmazonOrder {
    AmazonOrder::new(ORDER, MARKETPLACE, &[(ITEM, 1)])
}

pub(crate) fn confirmation() -> Value {
    json!({
        "marketplaceId": MARKETPLACE,
        "packageDetail": {
            "packageReferenceId": "123456789",
            "carrierCode": "FedEx",
            "trackingNumber": "112345678",
            "shipDate": "2026-02-11T01:00:00Z",
            "orderItems": [{ "orderItemId": ITEM, "quantity": 1 }],
        },
    })
}

/// Sets the value at a JSON pointer, whose parent must be there. `Value::Null` removes the field instead.
pub(crate) fn with(mut body: Value, pointer: &str, value: Value) -> Value {
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    let parent = body.pointer_mut(parent).expect("a parent");
    if let Some(fields) = parent.as_object_mut() {
        if value.is_null() {
            fields.remove(name);
        } else {
            fields.insert(name.to_owned(), value);
        }
    }
    body
}

pub(crate) fn amazon_headers(token: &str) -> Headers {
    vec![
        ("x-amz-access-token", token.to_owned()),
        ("content-type", "application/json".to_owned()),
        ("user-agent", "Shipconfirm/1.0 (Language=Rust)".to_owned()),
    ]
}

pub(crate) fn form_headers() -> Headers {
    vec![("content-type", "application/x-www-form-urlencoded".to_owned())]
}

pub(crate) fn login_form() -> String {
    let account = AmazonAccount::named(marketplaces::DEMO_ACCOUNT);
    form(&[
        ("grant_type", "refresh_token"),
        ("refresh_token", &account.refresh_token),
        ("client_id", &account.client_id),
        ("client_secret", &account.client_secret),
    ])
}

pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

pub(crate) fn back_market_headers() -> Headers {
    vec![
        (
            "authorization",
            format!("Basic {}", BackMarketAccount::named(marketplaces::DEMO_ACCOUNT).token),
        ),
        ("accept", "application/json".to_owned()),
        ("content-type", "application/json".to_owned()),
        ("accept-language", "en-us".to_owned()),
        ("user-agent", "BM-Acme-Shipconfirm;ops@acme.com".to_owned()),
    ]
}

pub(crate) fn without(headers: Headers, name: &str) -> Headers {
    headers.into_iter().filter(|(known, _)| *known != name).collect()
}

pub(crate) fn replaced(headers: Headers, name: &'static str, value: &str) -> Headers {
    let mut headers = without(headers, name);
    headers.push((name, value.to_owned()));
    headers
}

pub(crate) fn shipment(order_id: u64) -> Value {
    json!({
        "order_id": order_id,
        "new_state": 3,
        "tracking_number": "1Z999AA10123456784",
        "tracking_url": "https://www.ups.com/track?tracknum=1Z999AA10123456784",
        "shipper": "UPS",
        "date_shipping": "2026-02-11T01:00:00Z",
    })
}
