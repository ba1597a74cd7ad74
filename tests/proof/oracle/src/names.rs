//! The few names of all sequences, so that collisions are common. The oracle and the generator know a name by its index;
//! only the product gets the words.

use domain::{
    Imei, Item, ItemId, LabelId, Moment, NumberKey, OrderKey, PackageId, PartnerId, SellerId, Text,
    TrackingNumber,
};
use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::LazyLock;

/// 2026-11-23T15:00:00Z. Every other moment is written as milliseconds after this one.
pub const START: i64 = 1_795_446_000_000;

/// How many names of each kind there are: enough to pass every limit of an order.
pub const MANY: usize = 110;

/// A line of a basket. Lines sort by item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub struct BasketLine {
    pub item: usize,
    pub quantity: u32,
    pub needs_imei: bool,
}

impl BasketLine {
    /// Whether the line is one phone, so that an IMEI can be carried for it (rule I7).
    pub fn is_one_phone(&self) -> bool {
        self.needs_imei && self.quantity == 1
    }
}

const fn plain(item: usize, quantity: u32) -> BasketLine {
    BasketLine { item, quantity, needs_imei: false }
}

const fn phones(item: usize, quantity: u32) -> BasketLine {
    BasketLine { item, quantity, needs_imei: true }
}

/// What may be in a parcel.
pub const BASKETS: [&[BasketLine]; 10] = [
    &[plain(0, 1)],
    &[phones(0, 1)],
    &[phones(0, 1), phones(1, 1)],
    &[phones(0, 2)],
    &[phones(0, 1), plain(1, 1)],
    &[phones(1, 1)],
    &[phones(1, 2), phones(0, 1)],
    &[plain(2, 3)],
    &[plain(1, 1), plain(0, 1)],
    &[plain(0, 1), plain(1, 1)],
];

/// The index of the number that is the first one in another written form.
pub const TWIN: usize = 3;

/// The key of a number: the index of the first number that has this key (rule N1).
pub const fn key(number: usize) -> usize {
    if number == TWIN { 0 } else { number }
}

/// What each carrier of [`Names::carriers`] claims: carriers of which this is equal are one (rule L7).
pub const CARRIER_CLAIMS: [&str; 4] = ["fedex", "ups", "fedex", "ups"];

/// How many sets of further numbers there are: every set of the first three keys.
pub const FURTHER: usize = 8;

/// The index of the words that repeat an IMEI.
pub const WORD_WITH_IMEI: usize = 2;

/// The index of the IMEI that these words repeat.
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
    /// Each set of further numbers, at the index whose bits are the keys in it.
    pub further: Vec<BTreeSet<NumberKey>>,
    pub items: Vec<ItemId>,
    pub carriers: Vec<Text>,
    /// The carrier of the registry that the words of each carrier lead to, if any.
    pub registered: Vec<Option<Text>>,
    pub services: Vec<Option<Text>>,
    pub urls: Vec<Option<Text>>,
    pub baskets: Vec<Vec<Item>>,
    pub imeis: Vec<Imei>,
    /// Each list of IMEIs, at the index whose bits are the indexes of its IMEIs.
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
    (0..MANY).map(|index| parsed(&format!("{prefix}{index:03}"))).collect()
}

fn texts(words: &[&str]) -> Vec<Text> {
    words.iter().map(|words| Text::cut(words)).collect()
}

impl Names {
    fn new() -> Self {
        let items: Vec<ItemId> = many("i");
        let imeis: Vec<Imei> =
            ["353879234252633", "356938035643809", "490154203237518"].map(parsed).to_vec();
        let item = |line: &BasketLine| Item {
            item_id: items.get(line.item).cloned().unwrap_or_else(|| parsed("none")),
            sku: None,
            quantity: line.quantity,
            requires_imei: line.needs_imei,
            transparency_codes: BTreeSet::new(),
            requires_serial: false,
        };
        let list = |bits: usize| {
            let chosen = imeis.iter().enumerate().filter(|(index, _)| bits >> index & 1 == 1);
            chosen.map(|(_, imei)| imei.clone()).collect()
        };
        let mut numbers: Vec<TrackingNumber> = many("1Z999");
        numbers[TWIN] = parsed("1Z999/000");
        let further = |bits: usize| {
            let chosen = numbers.iter().take(3).enumerate().filter(|(n, _)| bits >> n & 1 == 1);
            chosen.map(|(_, number)| number.key()).collect()
        };
        let ups = Some(Text::cut("ups"));
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
            further: (0..FURTHER).map(further).collect(),
            numbers,
            carriers: texts(&["FedEx", "UPS", "FED-EX", "United Parcel"]),
            registered: vec![None, ups.clone(), None, ups],
            services: vec![Some(Text::cut("Ground")), None],
            urls: vec![None, Some(Text::cut("https://ups.example/1"))],
            baskets: BASKETS.iter().map(|basket| basket.iter().map(item).collect()).collect(),
            lists: (0..1 << imeis.len()).map(list).collect(),
            authors: vec![None, Some(Text::cut("ann")), Some(Text::cut("bob"))],
            words: texts(&["429", "timeout", "imei 353879234252633 is odd", "X9"]),
            hashes: texts(&["h0", "h1"]),
            reference: Text::cut("ref-1"),
            events: (0..MANY).map(|index| Text::cut(&format!("event-{index:03}"))).collect(),
            person: Text::cut("ann"),
            items,
            imeis,
        }
    }
}
