//! The sellers' accounts and orders. The sellers use the same marketplaces, with order numbers that are alike, so that the
//! watch sees whatever crosses from one seller to another.

use crate::dice::Dice;
use crate::shops::order;
use domain::{Channel, MissingImei, Partner, Timing};
use testkit::{parsed, partner_of};

const SELLERS: [&str; 2] = ["acme", "bolt"];

/// A seller's account at a marketplace.
#[derive(Clone, Debug)]
pub struct Account {
    /// The partner as it is registered.
    pub partner: Partner,
    /// Its channel.
    pub channel: Channel,
}

/// The setting of a receiver that drops repeats.
const DROPS: &str = "receiver_dedupes";

impl Account {
    /// Whether its receiver drops repeats.
    pub fn drops_repeats(&self) -> bool {
        self.partner.settings.fields().get(DROPS).is_some_and(|drops| drops == true)
    }
}

/// An order.
#[derive(Clone, Debug)]
pub struct Sale {
    /// The index of its account.
    pub account: usize,
    /// The order's number at its channel.
    pub order: String,
    /// The ids of its lines at its channel.
    pub lines: Vec<String>,
    /// Whether each line is a phone.
    pub phones: Vec<bool>,
    /// Whether each line needs a serial number (rule I11).
    pub serials: Vec<bool>,
    /// Whether its pieces have Transparency codes (rule L13).
    pub has_codes: bool,
    /// How many pieces of each line are in each parcel.
    pub pieces: Vec<Vec<u32>>,
    /// How many parcels it ships in.
    pub packages: u8,
    /// When the seller has accepted its lines, where the channel asks for it. Unit: milliseconds after the start.
    pub accepted_at: i64,
}

/// A line as it is in a parcel.
#[derive(Clone, Copy, Debug)]
pub struct PackedLine<'a> {
    /// Its id.
    pub id: &'a str,
    /// How many pieces of it are in the parcel.
    pub pieces: u32,
    /// Whether each needs an IMEI.
    pub is_phone: bool,
    /// Whether each needs a serial number.
    pub needs_serial: bool,
}

impl Sale {
    /// The lines in a parcel.
    pub fn lines_of(&self, package: u8) -> impl Iterator<Item = PackedLine<'_>> {
        let index = usize::from(package).checked_sub(1);
        let pieces = index.and_then(|index| self.pieces.get(index)).into_iter().flatten();
        let packed = pieces.enumerate().map(|(index, pieces)| PackedLine {
            id: &self.lines[index],
            pieces: *pieces,
            is_phone: self.phones[index],
            needs_serial: self.serials[index],
        });
        packed.filter(|line| line.pieces > 0)
    }

    /// How many pieces of a line all parcels have.
    pub fn pieces_of(&self, line: &str) -> u32 {
        let packages = (1..=self.packages).flat_map(|package| self.lines_of(package));
        packages.filter(|packed| packed.id == line).map(|packed| packed.pieces).sum()
    }

    /// The Transparency codes of a line's pieces in a parcel.
    pub fn codes(&self, package: u8, line: &PackedLine<'_>) -> Vec<String> {
        let pieces = if self.has_codes { line.pieces } else { 0 };
        (1..=pieces).map(|piece| format!("AZ{}P{package}N{piece}", line.id)).collect()
    }
}

fn account(dice: &mut Dice, seller: &str, channel: Channel) -> Account {
    let partner = partner_of(&parsed(seller), channel.name(), channel);
    let timing = match dice.of(0..16) {
        0 if channel.facts().never_allowed => Timing::Never,
        0..8 => Timing::WhenTrackingIsAssigned,
        _ => Timing::WhenTrackingShowsMovement,
    };
    let missing_imei = if dice.one_in(3) { MissingImei::Hold } else { MissingImei::SendWithout };
    let settings = if partner.settings.fields().contains_key(DROPS) {
        partner.settings.clone().with(DROPS, dice.one_in(2))
    } else {
        partner.settings.clone()
    };
    Account { partner: Partner { timing, missing_imei, settings, ..partner }, channel }
}

/// Most schedules are small, because what goes wrong needs few orders. Some are large, because some faults need a crowd.
pub(super) fn sold(dice: &mut Dice) -> (Vec<Account>, Vec<Sale>) {
    let count = match dice.of(0..256) {
        0 => dice.of(8..24),
        1..16 => dice.of(3..6),
        16..80 => 2,
        _ => 1,
    };
    let mut accounts: Vec<Account> = Vec::new();
    let mut sales = Vec::new();
    let channel = dice.pick(&Channel::ALL);
    for _ in 0..count {
        let channel = if dice.one_in(3) { dice.pick(&Channel::ALL) } else { channel };
        let seller = if dice.one_in(4) { SELLERS[1] } else { SELLERS[0] };
        let is_it = |account: &Account| {
            account.channel == channel && account.partner.seller.as_str() == seller
        };
        let place = accounts.iter().position(is_it).unwrap_or_else(|| {
            accounts.push(account(dice, seller, channel));
            accounts.len() - 1
        });
        let n = sales.iter().filter(|sale: &&Sale| sale.account == place).count();
        sales.push(sale(dice, place, channel, n));
    }
    (accounts, sales)
}

fn sale(dice: &mut Dice, account: usize, channel: Channel, n: usize) -> Sale {
    let packages = if dice.one_in(4) { 2 } else { 1 };
    let lines = if packages == 2 || dice.one_in(4) { 2 } else { 1 };
    let has_phones = channel.facts().takes_imeis && !dice.one_in(4);
    let piece =
        |package: u8, line: usize| u32::from(packages == 1 || line % 2 == usize::from(package));
    Sale {
        serials: vec![false; lines],
        has_codes: false,
        pieces: (0..packages).map(|p| (0..lines).map(|line| piece(p, line)).collect()).collect(),
        account,
        order: order(channel, n),
        lines: (0..lines).map(|line| format!("{}", 1_000 + 10 * n + line)).collect(),
        phones: (0..lines).map(|_| has_phones && !dice.one_in(5)).collect(),
        packages,
        accepted_at: if channel.facts().takes_imeis && dice.one_in(8) {
            dice.of(0..30 * super::MINUTE)
        } else {
            0
        },
    }
}
