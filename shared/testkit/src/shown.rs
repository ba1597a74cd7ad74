//! What an order came to, in one line. Versions, timelines, times and evidence are left out, so that two ways to the same end
//! look the same.

use domain::{Order, order_view};
use serde_json::Value;

/// Each package with its state, its marks, and what was sent and registered, such as `1: confirmed 1Z999AA10123456784`.
pub fn shown(order: &Order) -> String {
    let view = order_view(order, 0);
    let packages = view.get("packages").and_then(Value::as_array);
    let mut words: Vec<String> = packages.into_iter().flatten().map(package).collect();
    if order.cancelled.is_some() {
        words.push("cancelled".to_owned());
    }
    if order.attention_since.is_some() {
        words.push("needs attention".to_owned());
    }
    words.join("; ")
}

fn package(view: &Value) -> String {
    let at = |path: &str| view.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let mut words = vec![format!("{}: {}", at("/package_id"), at("/state"))];
    let reasons = ["/detail/for", "/detail/reason", "/detail/code", "/detail/found"];
    let details = reasons.iter().map(|path| at(path)).filter(|_| at("/state") != "in_doubt");
    words.extend(details.map(str::to_owned));
    words.push(at("/sent/tracking_number").to_owned());
    let list = |path: &str| view.pointer(path).and_then(Value::as_array).into_iter().flatten();
    words.extend(list("/sent/devices").map(|sent| {
        let of = ["imei", "serial"].iter().filter_map(|name| sent.get(name)?.as_str());
        format!("({})", of.collect::<Vec<_>>().join(", "))
    }));
    words.extend(list("/imei_registrations").map(|line| {
        let at = |name: &str| line.get(name).and_then(Value::as_str).unwrap_or_default();
        format!("[{} {}]", at("item_id"), at("state"))
    }));
    words.extend(list("/marks").filter_map(Value::as_str).map(|mark| format!("+{mark}")));
    words.retain(|word| !word.is_empty());
    words.join(" ")
}
