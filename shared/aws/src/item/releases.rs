//! The items of each release, kept as files: every later release must read them and save them whole. What a release may change
//! stands in `infra/README.md`, "Releases beside each other".
//!
//! The files of this release follow the code (`INSTA_UPDATE=always cargo test -p aws releases`) until it is released. With the
//! next version a new folder begins, and the files of the one before stay as they are.

use super::*;
use domain::{
    Lane, MerchantAccount, MerchantLink, Mode, Pace, Partner, Paused, Stopped, Text, Timing,
};
use serde_json::{Value, json};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use testkit::{at, full_order, key, life, partner_of};

const NOW: Moment = testkit::START;

fn items() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/items")
}

/// An attribute as AWS writes it for people: `{ "S": "text" }`.
fn shown(value: &AttributeValue) -> Value {
    match value {
        AttributeValue::S(text) => json!({ "S": text }),
        AttributeValue::N(number) => json!({ "N": number }),
        AttributeValue::Bool(truth) => json!({ "BOOL": truth }),
        AttributeValue::Null(is) => json!({ "NULL": is }),
        AttributeValue::L(list) => json!({ "L": list.iter().map(shown).collect::<Vec<_>>() }),
        AttributeValue::M(map) => json!({ "M": shown_item(map) }),
        AttributeValue::B(_)
        | AttributeValue::Bs(_)
        | AttributeValue::Ns(_)
        | AttributeValue::Ss(_)
        | _ => {
            panic!("a release stores nothing of this kind: {value:?}")
        }
    }
}

fn shown_item(item: &Item) -> BTreeMap<&String, Value> {
    item.iter().map(|(name, value)| (name, shown(value))).collect()
}

fn attribute(value: &Value) -> Option<AttributeValue> {
    let (kind, value) = value.as_object()?.iter().next()?;
    Some(match kind.as_str() {
        "S" => AttributeValue::S(value.as_str()?.to_owned()),
        "N" => AttributeValue::N(value.as_str()?.to_owned()),
        "BOOL" => AttributeValue::Bool(value.as_bool()?),
        "NULL" => AttributeValue::Null(value.as_bool()?),
        "L" => AttributeValue::L(value.as_array()?.iter().map(attribute).collect::<Option<_>>()?),
        "M" => AttributeValue::M(attributes(value)?),
        _ => return None,
    })
}

fn attributes(value: &Value) -> Option<Item> {
    let named = |(name, value): (&String, &Value)| Some((name.clone(), attribute(value)?));
    value.as_object()?.iter().map(named).collect()
}

/// Every kind of item that a release stores, by the name of its file.
fn stored() -> Vec<(String, Item)> {
    let order = |name: String, order: &Order, now| {
        let item = order_item(order, Version(7), "9b3f60a2c4d1.1", now, DUE_SHARDS)
            .expect("can be stored");
        (format!("order-{name}"), item)
    };
    let timings = [
        ("moves", Timing::WhenTrackingShowsMovement),
        ("assigned", Timing::WhenTrackingIsAssigned),
    ];
    let lives = timings.into_iter().flat_map(|(timing_name, timing)| {
        let of = move |(stage, o, now): (&str, Order, Moment)| {
            order(format!("{timing_name}-{stage}"), &o, now)
        };
        life(timing).into_iter().map(of)
    });
    let full = order("full".to_owned(), &full_order(key("back-market-us", "700001")), NOW);
    let partners = Channel::ALL.map(|channel| {
        let partner = partner_of(&testkit::seller(), "shop", channel);
        (format!("partner-{channel}"), partner_item(&partner).expect("can be stored"))
    });
    let busy = Partner {
        has_carrier_pairs: true,
        stopped: Some(Stopped { at: at(4), reason: Text::cut("refused"), secret: "v1".to_owned() }),
        pace: Pace {
            submit: Lane { go: Some(at(5)), back: Some(at(6)) },
            read: Lane { go: Some(at(7)), back: Some(at(8)) },
        },
        ..testkit::under(Timing::Never, testkit::amazon())
    };
    let busy = ("partner-busy".to_owned(), partner_item(&busy).expect("can be stored"));
    let paused = Paused { by: Text::cut("ann"), why: Text::cut("a look"), at: at(9) };
    let paused = Partner { paused: Some(paused), mode: Mode::Observe, ..testkit::amazon() };
    let paused = ("partner-paused".to_owned(), partner_item(&paused).expect("can be stored"));
    let kept_back = testkit::kept_back().map(|(name, o, now)| order(name.to_owned(), &o, now));
    let link = MerchantLink {
        account: MerchantAccount {
            merchant: testkit::parsed("A3TH9S8BH6GOGM"),
            marketplace: Text::cut("ATVPDKIKX0DER"),
        },
        seller: testkit::seller(),
        partner: testkit::parsed("amazon-us"),
        since: at(1),
        believed_at: Some(at(2)),
    };
    let link = ("link".to_owned(), link_item(&link).expect("can be stored"));
    lives.chain([full, busy, paused, link]).chain(kept_back).chain(partners).collect()
}

#[test]
fn this_release_stores_what_its_files_show() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(items().join(env!("CARGO_PKG_VERSION")));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for (name, item) in stored() {
            insta::assert_json_snapshot!(name, shown_item(&item));
        }
    });
}

/// Reads an item as whoever needs it would, and saves what was read.
fn read_and_saved(name: &str, item: Item) -> Result<Item, StoreError> {
    let (seller, partner) = (testkit::seller(), |sk: &str| sk.replace("PARTNER#", ""));
    let text = |name: &str| match item.get(name) {
        Some(AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    };
    if name.starts_with("order-") {
        let key = key_of(&text("pk")).ok_or_else(|| malformed(name, "its key names no order"))?;
        let writer = text("w");
        let expires = item.get("expires_at").cloned();
        let stored = order_from(item, &key)?;
        let mut saved = order_item(&stored.order, stored.version, &writer, NOW, DUE_SHARDS)?;
        // When it was saved is not kept, and decides how long the order is.
        saved.extend(expires.map(|at| ("expires_at".to_owned(), at)));
        return Ok(saved);
    }
    if name == "link" {
        let account = MerchantAccount {
            merchant: testkit::parsed(&text("pk").replace("MERCHANT#", "")),
            marketplace: Text::cut(text("sk").split('#').next().unwrap_or_default()),
        };
        let link = link_from(item, &account)?;
        return link_item(&link.ok_or_else(|| malformed(name, "another account's"))?);
    }
    let id = partner(&text("sk")).parse().map_err(|error| malformed(name, error))?;
    partner_item(&partner_from(item, &seller, &id)?)
}

#[test]
fn the_items_of_every_release_are_read_and_saved_whole() -> Result<(), Box<dyn Error>> {
    let mut read = 0;
    for release in fs::read_dir(items())? {
        for file in fs::read_dir(release?.path())? {
            let path = file?.path();
            let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
            let text = fs::read_to_string(&path)?;
            let json = text.splitn(3, "---\n").nth(2).ok_or("a snapshot has a head")?;
            let mut item = attributes(&serde_json::from_str(json)?).ok_or("an item")?;
            let mut saved = read_and_saved(&name, item.clone())?;
            let format = AttributeValue::N(WRITES.to_string());
            assert_eq!(saved.remove("format"), Some(format), "{}", path.display());
            item.remove("format");
            assert_eq!(saved, item, "{}", path.display());
            read += 1;
        }
    }
    assert!(read >= stored().len(), "{read}");
    Ok(())
}
