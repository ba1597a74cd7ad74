//! The settings API: a request of any method, path, headers and body is answered, an error as a problem that says what
//! would be right; nobody reads or changes what is another seller's, and no secret and no IMEI that is kept gets out.

use crate::bytes::{Bytes, joined, text};
use crate::world::{KEPT_SECRET, ONLY, SELLERS, order_id, partner_id, ready, tracking, world};
use adapters::config::ApiConfig;
use adapters::flow::Writer;
use api::{Api, Call, Content, GatewayRequest, Reply, Site};
use domain::{Channel, SellerId, Text};
use http::{HeaderName, HeaderValue};
use serde_json::{Map, Value, json};
use std::cell::RefCell;
use std::rc::Rc;
use testkit::{IMEIS, Memory, parsed, sender_config};

pub(crate) const WORDS: &[&str] = &[
    "/partners",
    "/settings",
    "/effect?timing=",
    "/orders",
    "/packages/1/actions",
    "/items/11/imeis",
    "/trackings/",
    "/retries",
    "/channels",
    "/openapi.json",
    "/sign-in",
    "?cursor=",
    "&limit=",
    "?attention=true",
    "?search=",
    "&imeis=missing",
    "amazon-us",
    "back-market-us",
    "ebay-us",
    "wish-us",
    "groupon-us",
    "until-gone-us",
    "902-1106328-1059056",
    "700006",
    "%2F",
    "%00",
    "%ff",
    "..",
    "~",
    "\n",
    "\n\n",
    "\"1\"",
    "*",
    "{\"timing\":\"never\"}",
    "\"timing\":\"when_tracking_is_assigned\"",
    "\"missing_imei\":\"hold\"",
    "\"action\":\"",
    "send_now",
    "hold",
    "release",
    "retry",
    "resolve",
    "\"reason\":\"x\"",
    "\"evidence\":\"x\"",
    "\"resolution\":\"nothing_there\"",
    "confirmed",
    "closed",
    "\"imeis\":[\"356938035643809\"]",
    "353879234252633",
    "\"packages\":[{\"partner_id\":\"amazon-us\",\"order_id\":\"902-1106328-1059056\",\"package_id\":\"1\"}]",
    "\"channel\":\"ebay\"",
    "\"name\":\"x\"",
    "\"settings\":{}",
    "\"credentials\":{",
    "\"client_id\":\"S3CR3T\"",
    "\"client_secret\":\"S3CR3T\"",
    "\"refresh_token\":\"S3CR3T\"",
    "\"token\":\"S3CR3T\"",
    "null",
    "\\u0000",
    "\\ud800",
];

/// What nobody is told of who sends it among credentials.
const SENT_SECRET: &str = "S3CR3T";

const METHODS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "x y"];

/// A page as small as can be.
const SITE: Site = Site {
    page: &[31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 179, 41, 176, 3, 0, 187, 161, 110, 60, 3, 0, 0, 0],
    script_digest: "c2NyaXB0",
    style_digest: "c3R5bGU=",
    document: &[],
};

/// A request as a seed has it: what the first two bytes say, where it goes, its tag and its body.
fn seed(selectors: [u8; 2], target: &str, tag: &str, body: &Value) -> Vec<u8> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    joined(&selectors, &[target, tag, &body], b'\n')
}

const GET: [u8; 2] = [0, 0];
const PUT: [u8; 2] = [1, 4];
const POST: [u8; 2] = [2, 0];
const REGISTER: [u8; 2] = [1, 12];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let read = [
        "/",
        "/openapi.json",
        "/sign-in",
        "/channels",
        "/partners",
        "/retries",
        "/orders?attention=true&limit=3",
        "/partners/amazon-us",
        "/partners/amazon-us/settings",
        "/partners/amazon-us/settings/effect?timing=never",
        "/partners/amazon-us/orders?limit=2",
        "/partners/back-market-us/orders?imeis=missing&limit=1",
        "/partners/amazon-us/orders?cursor=1795446000000~902-1106328-1059053",
        "/nothing",
        "/partners/..",
        "/orders?attention=true&cursor=1795446180000~amazon-us~902-1106328-1059057",
    ]
    .map(|target| seed(GET, target, "", &Value::Null));
    let mut seeds = [read.to_vec(), changes_of_orders(), changes_of_partners()].concat();
    seeds.push(seed(
        GET,
        &format!("/orders?search={}", tracking(Channel::Amazon, 1)),
        "",
        &Value::Null,
    ));
    seeds.push(seed(
        GET,
        &format!("/trackings/{}", tracking(Channel::BackMarket, 5)),
        "",
        &Value::Null,
    ));
    // By another seller, and by nobody.
    seeds.push(seed([0x10, 0], "/partners/amazon-us/orders", "", &Value::Null));
    seeds.push(seed([0x20, 0], "/partners", "", &Value::Null));
    seeds
}

fn changes_of_orders() -> Vec<Vec<u8>> {
    let amazon = partner_id(Channel::Amazon);
    let mut seeds = Vec::new();
    for stage in 0..9 {
        for channel in [Channel::Amazon, Channel::BackMarket] {
            let order =
                format!("/partners/{}/orders/{}", partner_id(channel), order_id(channel, stage));
            seeds.push(seed(GET, &order, "", &Value::Null));
            let action = ["send_now", "hold", "release", "retry"].get(stage % 4).copied();
            let act = json!({ "action": action, "reason": "The buyer asks." });
            seeds.push(seed(POST, &format!("{order}/packages/1/actions"), "", &act));
            let imeis = json!({ "imeis": [IMEIS[1]] });
            seeds.push(seed(PUT, &format!("{order}/items/11/imeis"), "", &imeis));
        }
    }
    for resolution in ["confirmed", "closed", "nothing_there"] {
        let act = json!({ "action": "resolve", "resolution": resolution, "reason": "x", "evidence": "y" });
        let order = order_id(Channel::Amazon, 8);
        seeds.push(seed(
            POST,
            &format!("/partners/{amazon}/orders/{order}/packages/1/actions"),
            "",
            &act,
        ));
    }
    let retry = json!({ "packages": [{ "partner_id": amazon, "order_id": order_id(Channel::Amazon, 6),
        "package_id": "1" }], "reason": "x" });
    seeds.push(seed(POST, "/retries", "", &retry));
    // The same once more, with a body that comes in base64.
    seeds.push(seed([0x0a, 1], "/retries", "", &retry));
    seeds
}

fn changes_of_partners() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for timing in ["never", "when_tracking_is_assigned", "later"] {
        seeds.push(seed(PUT, "/partners/amazon-us/settings", "", &json!({ "timing": timing })));
    }
    let hold = json!({ "timing": "when_tracking_is_assigned", "missing_imei": "hold" });
    seeds.push(seed([1, 8], "/partners/back-market-us/settings", "\"1\"", &hold));
    for channel in Channel::ALL {
        let partner = testkit::partner_of(&testkit::seller(), "p", channel);
        let mut settings = json!(partner.settings);
        settings.as_object_mut().expect("an object").remove("channel");
        let credentials: Value = serde_json::from_str(&testkit::secret(&partner)).expect("JSON");
        let put = json!({ "channel": channel, "name": "x", "settings": settings, "credentials": credentials });
        seeds.push(seed(REGISTER, "/partners/new", "", &put));
        seeds.push(seed(PUT, &format!("/partners/{}", partner_id(channel)), "", &put));
    }
    seeds
}

/// The world, and the API over it.
struct Home {
    memory: Memory,
    api: Api<Rc<Memory>>,
}

impl Home {
    fn new(memory: Memory) -> Self {
        let config = CONFIG.with(ApiConfig::clone);
        Self { api: Api::new(Rc::new(memory.clone()), config, SITE), memory }
    }
}

fn config() -> ApiConfig {
    let sender = sender_config(Channel::Amazon);
    ApiConfig {
        aws: sender.aws,
        secret_prefix: sender.secret_prefix,
        imei_window_minutes: 60,
        sign_in: None,
    }
}

thread_local! {
    static CONFIG: ApiConfig = config();
    /// As every call finds it. Making it costs more than thousand calls.
    static PRISTINE: Memory = world();
    /// What was only read can be read again.
    static HOME: RefCell<Option<Home>> = const { RefCell::new(None) };
}

/// A request of any bytes: two that choose the method, the sender and the headers, then lines with the target, the tag and
/// the body.
pub fn api(bytes: &[u8]) {
    let asked = Asked::of(bytes);
    let Ok(request) = serde_json::from_value::<GatewayRequest>(asked.event()) else { return };
    let call = Call::from(request);
    let home = HOME.take().unwrap_or_else(|| Home::new(PRISTINE.with(Memory::fork)));
    let reply = ready(home.api.answer(&call, &Writer::new("00000000-api1")));
    answered(&asked, &reply);
    assert!(home.memory.sent().is_empty(), "the API calls no marketplace");
    let [own, other] = asked.sellers();
    PRISTINE.with(|pristine| {
        assert!(home.memory.is_same_of(pristine, &other), "another seller's world changed");
        // Where it is refused by the state it is in, an order that was looked at may have changed: time has passed.
        let may_change = call.method != "GET" && matches!(reply.status, 200..300 | 404 | 409);
        if may_change {
            only_own(&own, &home.memory);
        } else {
            assert!(home.memory.is_same_of(pristine, &own), "{} changed something", reply.status);
            assert!(
                home.memory.bells().is_empty() && home.memory.told().is_empty(),
                "nothing is told"
            );
            HOME.set(Some(home));
        }
    });
}

/// What is rung and told of is the seller's own.
fn only_own(own: &SellerId, memory: &Memory) {
    assert!(memory.bells().iter().all(|(_, bell)| bell.key.seller == *own), "rung for another");
    for notice in memory.told() {
        assert!(notice.seller == *own, "told of another");
        let repeats = IMEIS.iter().any(|imei| notice.reason.as_str().contains(imei));
        assert!(!repeats, "rule I8: {notice:?}");
    }
}

/// What is asked for.
struct Asked<'a> {
    selectors: [u8; 2],
    target: &'a str,
    tag: &'a str,
    body: &'a [u8],
}

impl<'a> Asked<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        let mut bytes = Bytes(bytes);
        let selectors = [bytes.byte(), bytes.byte()];
        let (target, tag) = (text(bytes.until(b'\n')), text(bytes.until(b'\n')));
        Self { selectors, target, tag, body: bytes.0 }
    }

    fn method(&self) -> &'static str {
        METHODS.get(usize::from(self.selectors[0] & 7)).copied().unwrap_or_default()
    }

    /// Whose person asks.
    fn seller(&self) -> Option<&'static str> {
        match self.selectors[0] >> 4 & 3 {
            0 | 3 => Some(SELLERS[0]),
            1 => Some(SELLERS[1]),
            _ => None,
        }
    }

    /// The seller whose person asks, and the other one; just the two where nobody does.
    fn sellers(&self) -> [SellerId; 2] {
        let is_second = self.seller() == Some(SELLERS[1]);
        if is_second { [SELLERS[1], SELLERS[0]].map(parsed) } else { SELLERS.map(parsed) }
    }

    /// As API Gateway hands it over.
    fn event(&self) -> Value {
        let (path, query) = self.target.split_once('?').unwrap_or((self.target, ""));
        let mut headers = Map::new();
        let mut header = |name: &str, value: &str| headers.insert(name.to_owned(), value.into());
        match self.selectors[1] & 3 {
            0 => drop(header("content-type", "application/json")),
            1 => drop(header("content-type", "application/json; charset=utf-8")),
            2 => drop(header("content-type", "text/plain")),
            _ => {}
        }
        match self.selectors[1] >> 2 & 3 {
            1 => drop(header("if-match", "\"1\"")),
            2 => drop(header("if-match", self.tag)),
            3 => drop(header("if-none-match", "*")),
            _ => {}
        }
        if self.selectors[1] & 16 > 0 {
            header("accept-encoding", "gzip");
        }
        let claims = self.seller().map(|seller| {
            json!({ "jwt": { "claims": { "custom:seller_id": seller, "email": "ann@acme.example" } } })
        });
        let plain = std::str::from_utf8(self.body).ok().filter(|_| self.selectors[0] & 8 == 0);
        let body = plain.map_or_else(|| base64(self.body), str::to_owned);
        json!({ "rawPath": path, "rawQueryString": query, "headers": headers, "body": body,
            "isBase64Encoded": plain.is_none(),
            "requestContext": { "http": { "method": self.method() }, "authorizer": claims } })
    }

    /// Whether these words are in the request itself: then it is no wonder that they are in the answer. In JSON each letter
    /// may be written in another way.
    fn says(&self, words: &str) -> bool {
        let body = String::from_utf8_lossy(self.body);
        self.says_beside_its_body(words) || is_kept_of(&body, words) || body.contains('\\')
    }

    fn says_beside_its_body(&self, words: &str) -> bool {
        let target = percent_encoding::percent_decode_str(self.target).decode_utf8_lossy();
        is_kept_of(&target, words) || is_kept_of(self.tag, words)
    }
}

/// Whether a text has these words. What is not kept may stand between their letters.
fn is_kept_of(text: &str, words: &str) -> bool {
    text.chars().filter(|c| Text::keeps(*c)).collect::<String>().contains(words)
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::prelude::BASE64_STANDARD.encode(bytes)
}

fn answered(asked: &Asked<'_>, reply: &Reply) {
    let Reply { status, headers, body } = reply;
    assert!((200..500).contains(status), "{reply:?}");
    for (name, value) in headers {
        assert!(HeaderName::from_bytes(name.as_bytes()).is_ok(), "{name}");
        assert!(HeaderValue::from_str(value).is_ok(), "{name}: {value:?}");
    }
    let header = |name: &str| {
        headers.iter().find(|(other, _)| *other == name).map(|(_, value)| value.as_str())
    };
    let Content::Text(body) = body else { return };
    let content_type = header("content-type").unwrap_or_default();
    if *status >= 400 {
        assert_eq!(content_type, "application/problem+json");
        problem(*status, body);
        assert_eq!(*status == 405, header("allow").is_some(), "{reply:?}");
    } else if content_type == "application/json" && !body.is_empty() {
        assert!(serde_json::from_str::<Value>(body).is_ok_and(|body| body.is_object()), "{body}");
    }
    nothing_gets_out(asked, body);
}

/// A problem as RFC 9457 has it, and our document describes it.
fn problem(status: u16, body: &str) {
    let problem: Map<String, Value> = serde_json::from_str(body).expect("a problem is an object");
    let is_text =
        |name: &str| problem.get(name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    assert!(["type", "title", "detail"].into_iter().all(is_text), "{body}");
    assert_eq!(problem.get("status"), Some(&json!(status)), "{body}");
    if matches!(status, 400 | 409 | 412 | 413 | 415 | 428) {
        assert!(problem.get("field").is_some_and(Value::is_string), "it names a field: {body}");
    }
    if let Some(allowed) = problem.get("allowed") {
        let all_texts = allowed.as_array().is_some_and(|all| all.iter().all(Value::is_string));
        assert!(all_texts, "{body}");
    }
    let known = ["type", "title", "status", "detail", "field", "allowed"];
    assert!(problem.keys().all(|name| known.contains(&name.as_str())), "{body}");
}

fn nothing_gets_out(asked: &Asked<'_>, body: &str) {
    assert!(!body.contains(KEPT_SECRET), "a kept secret: {body}");
    for imei in IMEIS {
        assert!(!body.contains(imei) || asked.says(imei), "rule I8: {body}");
    }
    for seller in SELLERS {
        let theirs = format!("{seller}{ONLY}");
        let is_mine = asked.seller() == Some(seller);
        assert!(is_mine || !body.contains(&theirs) || asked.says(ONLY), "another seller's: {body}");
    }
    if body.contains(SENT_SECRET) || IMEIS.iter().any(|imei| body.contains(imei)) {
        not_of_the_body(asked, body);
    }
}

/// What is sent as a credential or as an IMEI is not repeated, whatever is said of it.
fn not_of_the_body(asked: &Asked<'_>, reply: &str) {
    let Ok(Value::Object(sent)) = serde_json::from_slice(asked.body) else { return };
    let credentials = sent.get("credentials").and_then(Value::as_object);
    let credentials = credentials.into_iter().flat_map(|given| given.values());
    let imeis = sent.get("imeis").and_then(Value::as_array).into_iter().flatten();
    let secrets: Vec<&str> = credentials.chain(imeis).filter_map(Value::as_str).collect();
    let is_telling = |text: &str| text.contains(SENT_SECRET) || IMEIS.contains(&text);
    for secret in secrets.into_iter().filter(|text| is_telling(text)) {
        let elsewhere = asked.says_beside_its_body(secret);
        let whole = String::from_utf8_lossy(asked.body);
        let is_once = whole.matches(secret).count() == 1;
        assert!(elsewhere || !is_once || !reply.contains(secret), "{secret} is repeated: {reply}");
    }
}
