//! The few names of all sequences, so that collisions are common. The oracle and the generator know a name by its index;
//! only the product gets the words.

use domain::{
    Imei, Item, ItemId, LabelId, Moment, NumberKey, OrderKey, PackageId, PartnerId, Phone,
    SellerId, Serial, SupplySourceId, Text, TrackingNumber, TransparencyCode,
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
    pub needs_serial: bool,
    /// The Transparency codes of its pieces (rule L13), as an index into [`CODES`].
    pub codes: usize,
    /// Whether the seller's own name of it is as long as it may be.
    pub has_sku: bool,
}

impl BasketLine {
    /// Whether each piece needs an IMEI or a serial number (rules I1 and I11).
    pub fn needs_device(&self) -> bool {
        self.needs_imei || self.needs_serial
    }

    /// Whether the line is one device, so that what it needs can be carried for it (rule I7).
    pub fn is_one_device(&self) -> bool {
        self.needs_device() && self.quantity == 1
    }

    /// What a telling claims of the line: "lines (id, quantity, requirements)" (rule L7).
    #[must_use]
    pub fn claims(&self) -> Self {
        Self { codes: 0, has_sku: false, ..*self }
    }

    /// The seller's own name of it.
    pub fn sku(&self) -> Option<&'static str> {
        self.has_sku.then_some(SKU)
    }
}

const fn plain(item: usize, quantity: u32) -> BasketLine {
    BasketLine { item, quantity, needs_imei: false, needs_serial: false, codes: 0, has_sku: false }
}

const fn phones(item: usize, quantity: u32) -> BasketLine {
    BasketLine { needs_imei: true, ..plain(item, quantity) }
}

const fn tablets(item: usize, quantity: u32) -> BasketLine {
    BasketLine { needs_serial: true, ..plain(item, quantity) }
}

/// Each piece needs an IMEI and a serial number.
const fn both(item: usize, quantity: u32) -> BasketLine {
    BasketLine { needs_imei: true, ..tablets(item, quantity) }
}

const fn coded(item: usize, quantity: u32, codes: usize) -> BasketLine {
    BasketLine { codes, ..plain(item, quantity) }
}

/// The longest name of a line that is used.
const SKU: &str = "SKU-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-\
                   0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789-0123456789";

/// So many lines with long names, from the first item on.
const fn many_lines<const LINES: usize>() -> [BasketLine; LINES] {
    let mut lines = [plain(0, 1); LINES];
    let mut item = 0;
    while item < LINES {
        lines[item] = BasketLine { has_sku: true, ..plain(item, 1) };
        item += 1;
    }
    lines
}

/// As many lines as a label may have.
const A_HUNDRED: [BasketLine; 100] = many_lines();
const A_FEW: [BasketLine; 6] = many_lines();

/// The first of the baskets of lines with long names, of which few fill an order (rule L14).
pub const LARGE: usize = 22;

/// What may be in a parcel.
pub const BASKETS: [&[BasketLine]; 24] = [
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
    &[tablets(0, 1)],
    &[both(0, 1)],
    &[tablets(0, 1), phones(1, 1)],
    &[both(0, 1), tablets(1, 1)],
    &[tablets(0, 2)],
    &[plain(0, 3)],
    &[plain(0, 2), plain(1, 1)],
    &[plain(0, 2)],
    &[coded(0, 2, 3)],
    &[coded(0, 2, 1)],
    &[coded(0, 1, 1), plain(1, 1)],
    &[both(0, 2), both(1, 1)],
    &A_HUNDRED,
    &A_FEW,
];

/// The author with the longest name.
pub const LONG_AUTHOR: usize = 3;

/// The first of the baskets that are for Back Market alone: what is in them needs serial numbers.
pub const DEVICES: std::ops::Range<usize> = 10..15;

/// The baskets of which some are cancelled in part.
pub const PIECES: std::ops::Range<usize> = 15..18;

/// The baskets with Transparency codes.
pub const CODED: std::ops::Range<usize> = 18..21;

/// The same basket without its Transparency codes.
pub fn without_codes(basket: usize) -> usize {
    if BASKETS[basket].iter().all(|line| line.codes == 0) {
        return basket;
    }
    let plain: Vec<BasketLine> = BASKETS[basket].iter().map(BasketLine::claims).collect();
    BASKETS.iter().position(|other| *other == plain).unwrap_or(basket)
}

/// The Transparency codes of a line.
pub const CODES: [&[&str]; 4] = [
    &[],
    &["AZ:2S9XQ7KD41B0M6TRW8PJFHYZ3N"],
    &["09876543211234567890"],
    &["AZ:2S9XQ7KD41B0M6TRW8PJFHYZ3N", "09876543211234567890"],
];

/// Lists of IMEIs: each entry is a phone, by its IMEIs. Those of the first and the last IMEI begin with equal digits.
pub const PHONES: [&[&[usize]]; 14] = [
    &[],
    &[&[0]],
    &[&[1]],
    &[&[2]],
    &[&[3]],
    &[&[0, 3]],
    &[&[3, 0]],
    &[&[0], &[3]],
    &[&[3], &[0]],
    &[&[0], &[1]],
    &[&[1], &[0]],
    &[&[0, 1]],
    &[&[0, 3], &[1]],
    &[&[0], &[3], &[1]],
];

/// Lists of serial numbers.
pub const SERIALS: [&[usize]; 6] = [&[], &[0], &[1], &[0, 1], &[1, 0], &[2]];

/// How many digits of an IMEI those of one model have in common (rule I10).
const DIGITS_OF_MODEL: usize = 8;

/// Whether two IMEIs are of one model.
pub fn are_of_one_model(one: usize, other: usize) -> bool {
    let model = |imei: usize| NAMES.imeis[imei].as_str().get(..DIGITS_OF_MODEL);
    model(one) == model(other)
}

/// The entries of a list of IMEIs, as texts: "A tie of two lists goes entry by entry, in their order".
pub fn phone_texts(list: usize) -> Vec<String> {
    let text = |phone: &&[usize]| {
        let imeis: Vec<&str> = phone.iter().map(|imei| NAMES.imeis[*imei].as_str()).collect();
        imeis.join("/")
    };
    PHONES[list].iter().map(text).collect()
}

/// The entries of a list of serial numbers, as texts.
pub fn serial_texts(list: usize) -> Vec<String> {
    SERIALS[list].iter().map(|serial| NAMES.serials[*serial].as_str().to_owned()).collect()
}

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
    /// Each list of [`PHONES`].
    pub phones: Vec<Vec<Phone>>,
    pub serials: Vec<Serial>,
    /// Where a label ships from, if it says so.
    pub supplies: Vec<Option<SupplySourceId>>,
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

#[expect(clippy::expect_used, reason = "codes of our own")]
fn code_of(code: &str) -> TransparencyCode {
    TransparencyCode::try_from(code.to_owned()).expect("a good code")
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
            ["353879234252633", "356938035643809", "490154203237518", "353879234252708"]
                .map(parsed)
                .to_vec();
        let item = |line: &BasketLine| Item {
            item_id: items.get(line.item).cloned().unwrap_or_else(|| parsed("none")),
            sku: line.sku().map(Text::cut),
            quantity: line.quantity,
            requires_imei: line.needs_imei,
            transparency_codes: CODES[line.codes].iter().map(|code| code_of(code)).collect(),
            requires_serial: line.needs_serial,
        };
        let phone = |phone: &&[usize]| {
            let texts: Vec<&str> = phone.iter().map(|imei| imeis[*imei].as_str()).collect();
            parsed(&texts.join("/"))
        };
        let phones = PHONES.iter().map(|list| list.iter().map(phone).collect()).collect();
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
            phones,
            serials: ["C02-7001", "C02-7002", "r52n8"].map(parsed).to_vec(),
            supplies: vec![None, Some(parsed("supply-1")), Some(parsed("supply-2"))],
            authors: vec![
                None,
                Some(Text::cut("ann")),
                Some(Text::cut("bob")),
                Some(Text::cut(&"伊芙".repeat(90))),
            ],
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
