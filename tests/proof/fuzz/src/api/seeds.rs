//! The seeds of the API's target, and words that mean something to the API.

use crate::bytes::joined;
use crate::world::{order_id, partner_id, tracking};
use domain::Channel;
use serde_json::{Value, json};
use testkit::IMEIS;

pub(crate) const WORDS: &[&str] = &[
    "/partners",
    "/settings",
    "/effect?timing=",
    "/orders",
    "/actions",
    "/items/11/imeis",
    "/trackings/",
    "/attention",
    "/actions?action=put_aside",
    "&reason=",
    "&day=2026-11-23",
    "&partner_id=",
    "/channels",
    "/openapi.json",
    "/sign-in",
    "?cursor=",
    "&limit=",
    "?attention=true",
    "?search=",
    "&imeis=missing",
    "?imeis=missing",
    "/sessions",
    "/changes",
    "\"credential_ends\":{\"authorization\":\"2027-03-31\"}",
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
    "\"deadline\":{\"warn_hours\":",
    "\"silent_hours\":",
    "\"send_after\":{\"days\":[\"mon\"]",
    "\"earliest\":\"09:30\"",
    "\"action\":\"",
    "send_now",
    "hold",
    "release",
    "use_label",
    "\"package_id\":\"1\"",
    "\"label_id\":\"lbl_1\"",
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

/// The bytes of a request in a seed: the two bytes that choose, its target, its tag and its body.
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
        "/attention",
        "/attention/actions?action=send_now",
        "/attention/actions?action=retry&partner_id=amazon-us&reason=rejected&day=2026-11-23",
        "/orders?attention=true&limit=3",
        "/orders?attention=true&partner_id=amazon-us&reason=rejected&day=2026-11-23",
        "/partners/amazon-us",
        "/partners/amazon-us/settings",
        "/partners/amazon-us/settings/effect?timing=never",
        "/partners/amazon-us/changes",
        "/partners/amazon-us/deletion",
        "/sessions",
        "/orders?imeis=missing",
        "/partners/amazon-us/orders?limit=2",
        "/partners/back-market-us/orders?imeis=missing&limit=1",
        "/partners/amazon-us/orders?cursor=1795446000000~902-1106328-1059053",
        "/nothing",
        "/partners/..",
        "/orders?attention=true&cursor=501795446180000~amazon-us~902-1106328-1059057",
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
    // Requests by another seller, and by nobody.
    seeds.push(seed([0x10, 0], "/partners/amazon-us/orders", "", &Value::Null));
    seeds.push(seed([0x20, 0], "/partners", "", &Value::Null));
    // One number in the address, with characters that a text does not keep, and in the body.
    let (start, end) = IMEIS[1].split_at(3);
    let twice = format!("/orders?{start}\0{end}");
    seeds.push(seed(GET, &twice, "", &json!({ "imeis": [IMEIS[1]] })));
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
            let act = json!({ "package_id": "1", "action": action, "reason": "The buyer asks." });
            seeds.push(seed(POST, &format!("{order}/actions"), "", &act));
            let imeis = json!({ "imeis": [IMEIS[1]] });
            seeds.push(seed(PUT, &format!("{order}/items/11/imeis"), "", &imeis));
        }
    }
    for resolution in ["confirmed", "closed", "nothing_there"] {
        let act = json!({ "package_id": "1", "action": "resolve", "resolution": resolution, "reason": "x",
            "evidence": "y" });
        let order = order_id(Channel::Amazon, 8);
        seeds.push(seed(POST, &format!("/partners/{amazon}/orders/{order}/actions"), "", &act));
    }
    let retry = json!({ "action": "retry", "packages": [{ "partner_id": amazon, "order_id": order_id(Channel::Amazon, 6),
        "package_id": "1" }], "reason": "x" });
    seeds.push(seed(POST, "/attention/actions", "", &retry));
    // Each of these once more, with a body that comes in base64.
    seeds.push(seed([0x0a, 1], "/attention/actions", "", &retry));
    seeds
}

fn changes_of_partners() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    for timing in ["never", "when_tracking_is_assigned", "later"] {
        seeds.push(seed(PUT, "/partners/amazon-us/settings", "", &json!({ "timing": timing })));
    }
    let hold = json!({ "timing": "when_tracking_is_assigned", "missing_imei": "hold" });
    seeds.push(seed([1, 8], "/partners/back-market-us/settings", "\"1\"", &hold));
    let watched = json!({ "timing": "when_tracking_is_assigned", "deadline": { "warn_hours": 12, "action": "warn" },
        "silent_hours": "off", "send_after": { "hours": 2, "earliest": "09:30", "days": ["mon"] } });
    seeds.push(seed(PUT, "/partners/amazon-us/settings", "", &watched));
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
