//! The few names everything is about, so that collisions are common. The oracle and the generator know them by their
//! place; only the product is given the words.

use domain::{
    Imei, Item, ItemId, LabelId, Moment, OrderKey, PackageId, PartnerId, SellerId, Text,
    TrackingNumber,
};
use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::LazyLock;

/// 2026-11-23T15:00:00Z; every other moment is told in milliseconds after it.
pub const START: i64 = 1_795_446_000_000;

/// How many of each there are: enough to pass every limit of an order.
pub const MANY: usize = 110;

/// A line of a basket: which, how many, and whether each needs an IMEI.
pub type Piece = (usize, u32, bool);

/// What may be in a parcel.
pub const BASKETS: [&[Piece]; 9] = [
    &[(0, 1, false)],
    &[(0, 1, true)],
    &[(0, 1, true), (1, 1, true)],
    &[(0, 2, true)],
    &[(0, 1, true), (1, 1, false)],
    &[(1, 1, true)],
    &[(1, 2, true), (0, 1, true)],
    &[(2, 3, false)],
    &[(1, 1, false), (0, 1, false)],
];

/// Which words repeat an IMEI.
pub const WORD_WITH_IMEI: usize = 2;

/// The IMEI they repeat, by its place.
pub const IMEI_IN_WORD: usize = 0;

/// Every name, in the order in which the product sorts them.
#[derive(Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Names {
    pub key: OrderKey,
    pub seller: SellerId,
    pub partner: PartnerId,
    pub packages: Vec<PackageId>,
    pub labels: Vec<LabelId>,
    pub numbers: Vec<TrackingNumber>,
    pub items: Vec<ItemId>,
    pub carriers: Vec<Text>,
    pub service: Text,
    pub urls: Vec<Option<Text>>,
    pub baskets: Vec<Vec<Item>>,
    pub imeis: Vec<Imei>,
    /// By the set of their places, as bits.
    pub lists: Vec<BTreeSet<Imei>>,
    pub authors: Vec<Option<Text>>,
    pub words: Vec<Text>,
    pub hashes: Vec<Text>,
    pub reference: Text,
    pub events: Vec<Text>,
    pub person: Text,
}

/// The names.
pub static NAMES: LazyLock<Names> = LazyLock::new(Names::new);

/// A moment, from milliseconds after [`START`].
pub fn at(millis: i64) -> Moment {
    Moment::from_millis(START.saturating_add(millis))
}

/// Milliseconds after [`START`].
pub fn millis(at: Moment) -> i64 {
    at.as_millis().saturating_sub(START)
}

#[expect(clippy::expect_used, reason = "names of our own")]
fn parsed<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("a good name")
}

fn many<T: FromStr<Err: std::fmt::Debug>>(prefix: &str) -> Vec<T> {
    (0..MANY).map(|place| parsed(&format!("{prefix}{place:03}"))).collect()
}

fn texts(words: &[&str]) -> Vec<Text> {
    words.iter().map(|words| Text::cut(words)).collect()
}

impl Names {
    fn new() -> Self {
        let items: Vec<ItemId> = many("i");
        let imeis: Vec<Imei> =
            ["353879234252633", "356938035643809", "490154203237518"].map(parsed).to_vec();
        let item = |&(place, quantity, requires_imei): &Piece| Item {
            item_id: items.get(place).cloned().unwrap_or_else(|| parsed("none")),
            sku: None,
            quantity,
            requires_imei,
        };
        let list = |bits: usize| {
            let chosen = imeis.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1);
            chosen.map(|(_, imei)| imei.clone()).collect()
        };
        Self {
            key: OrderKey {
                seller: parsed("acme"),
                partner: parsed("shop"),
                order: parsed("902-1"),
            },
            seller: parsed("acme"),
            partner: parsed("shop"),
            packages: many("p"),
            labels: many("L"),
            numbers: many("1Z999"),
            carriers: texts(&["FedEx", "UPS"]),
            service: Text::cut("Ground"),
            urls: vec![None, Some(Text::cut("https://ups.example/1"))],
            baskets: BASKETS.iter().map(|basket| basket.iter().map(item).collect()).collect(),
            lists: (0..1 << imeis.len()).map(list).collect(),
            authors: vec![None, Some(Text::cut("ann")), Some(Text::cut("bob"))],
            words: texts(&["429", "timeout", "imei 353879234252633 is odd", "X9"]),
            hashes: texts(&["h0", "h1"]),
            reference: Text::cut("ref-1"),
            events: (0..MANY).map(|place| Text::cut(&format!("event-{place:03}"))).collect(),
            person: Text::cut("ann"),
            items,
            imeis,
        }
    }
}
