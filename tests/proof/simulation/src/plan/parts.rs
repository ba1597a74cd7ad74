//! Lines of several pieces, of which some are cancelled; labels that are refused; Transparency codes; phones with two IMEIs,
//! several entries for one phone, one IMEI for two lines, serial numbers. A third of the schedules have this. It has dice of its
//! own, so that the other schedules stay as they are.

use super::facts::HUGE;
use super::story::{copies, near};
use super::{Account, DAY, EnteredLists, Fact, Happening, MINUTE, PackedLine, Sale, What};
use crate::dice::Dice;
use domain::Channel;
use testkit::IMEIS;

/// Sets the throws for what is sold apart from the schedule's.
const SOLD_APART: u64 = 0x6a09_e667_f3bc_c908;

/// Sets the throws for what is told apart from the schedule's.
const TOLD_APART: u64 = 0xbb67_ae85_84ca_a73b;

/// An IMEI of the model of the last of [`IMEIS`].
const TWIN: &str = "353879234252708";

/// The serial numbers.
const SERIALS: [&str; 3] = ["C02-7001", "C02-7002", "r52n8"];

/// Divides what was sold into parcels anew, and says what else its lines need. Whether the schedule has this at all.
pub(super) fn divided(seed: u64, accounts: &[Account], sales: &mut [Sale]) -> bool {
    let mut dice = Dice::new(seed ^ SOLD_APART);
    if !dice.one_in(3) {
        return false;
    }
    for sale in sales {
        match accounts[sale.account].channel {
            Channel::BackMarket => devices(&mut dice, sale),
            Channel::Amazon => {
                pieces(&mut dice, sale);
                sale.has_codes = dice.one_in(4);
            }
            Channel::Ebay => pieces(&mut dice, sale),
            Channel::Wish | Channel::Groupon | Channel::UntilGone => {}
        }
    }
    true
}

/// Lines of several pieces, and lines that are in both parcels.
fn pieces(dice: &mut Dice, sale: &mut Sale) {
    let is_shared = dice.one_in(2);
    for parcel in &mut sale.pieces {
        for pieces in parcel {
            if *pieces > 0 || is_shared {
                *pieces = u32::try_from(dice.of(1..4)).unwrap_or(1);
            }
        }
    }
}

/// Lines that need a serial number, beside an IMEI or in its place.
fn devices(dice: &mut Dice, sale: &mut Sale) {
    let are_phones = dice.one_in(3);
    for line in 0..sale.lines.len() {
        sale.serials[line] = !are_phones && dice.one_in(2);
        sale.phones[line] |= are_phones || !sale.serials[line] && dice.one_in(2);
    }
}

struct Teller<'a> {
    dice: Dice,
    happenings: &'a mut Vec<Happening>,
    moments: Vec<i64>,
    sale: usize,
}

/// Adds what is told of this to a plan.
pub(super) fn told(
    seed: u64,
    accounts: &[Account],
    sales: &[Sale],
    happenings: &mut Vec<Happening>,
) {
    let mut dice = Dice::new(seed ^ TOLD_APART);
    for (sale, sold) in sales.iter().enumerate() {
        let is_its = |what: &What| match what {
            What::Event(Fact::Label(label), _) => label.sale == sale,
            What::Event(Fact::Scan { .. }, _) => true,
            _ => false,
        };
        let moments: Vec<i64> =
            happenings.iter().filter(|h| is_its(&h.what)).map(|h| h.at).collect();
        if moments.is_empty() {
            continue;
        }
        let dice = Dice::new(dice.of(0..i64::MAX).cast_unsigned());
        let mut teller = Teller { dice, happenings, moments, sale };
        if teller.dice.one_in(2) {
            teller.cancels(sold);
        }
        if teller.dice.one_in(4) {
            teller.refuses(sold);
        }
        if accounts[sold.account].channel.facts().takes_imeis {
            teller.enters(sold);
        }
        // Elsewhere a confirmation is of all lines of an order.
        let is_by_package =
            matches!(accounts[sold.account].channel, Channel::Amazon | Channel::Ebay);
        if is_by_package && teller.dice.one_in(16) {
            teller.fills();
        }
    }
}

impl Teller<'_> {
    fn tell(&mut self, at: i64, fact: Fact) {
        let copies = copies(&mut self.dice);
        self.happenings.push(Happening { at: at.max(0), what: What::Event(fact, copies) });
    }

    fn near(&mut self) -> i64 {
        near(&mut self.dice, &self.moments)
    }

    /// Cancels pieces of lines, at any moment: of one or of all, once or again, more or fewer.
    fn cancels(&mut self, sold: &Sale) {
        for _ in 0..self.dice.of(1..4) {
            let at = self.near();
            let is_of_all = self.dice.one_in(4);
            let only = self.dice.pick(&sold.lines);
            let mut lines = Vec::new();
            for line in sold.lines.iter().filter(|line| is_of_all || **line == only) {
                let most = i64::from(sold.pieces_of(line));
                lines.push((line.clone(), u32::try_from(self.dice.of(0..most + 1)).unwrap_or(0)));
            }
            self.tell(at, Fact::CancelLines { sale: self.sale, lines, at });
        }
    }

    /// Labels that are refused, before the good ones, between them or after them.
    fn refuses(&mut self, sold: &Sale) {
        for n in 0..u8::try_from(self.dice.of(1..3)).unwrap_or(1) {
            let at = self.near();
            let packages = i64::from(sold.packages);
            let package = u8::try_from(self.dice.of(1..packages + 1)).unwrap_or(1);
            let n = n * 3 + u8::try_from(self.dice.of(0..3)).unwrap_or(0);
            self.tell(at, Fact::BadLabel { sale: self.sale, package, n });
        }
    }

    /// More lists of IMEIs and serial numbers, for each line that needs one.
    fn enters(&mut self, sold: &Sale) {
        let packed: Vec<PackedLine<'_>> =
            (1..=sold.packages).flat_map(|p| sold.lines_of(p)).collect();
        for line in packed.iter().filter(|line| line.is_phone || line.needs_serial) {
            for _ in 0..self.dice.of(0..3) {
                let lists = EnteredLists {
                    imeis: if line.is_phone && self.dice.one_in(2) {
                        Some(self.phones())
                    } else {
                        None
                    },
                    serials: if line.needs_serial { Some(self.serials()) } else { None },
                };
                if lists == EnteredLists::default() {
                    continue;
                }
                let at = self.near();
                self.enters_list(at, line.id, lists.clone());
                self.is_turned(at, line.id, &lists);
            }
        }
    }

    fn enters_list(&mut self, at: i64, line: &str, lists: EnteredLists) {
        // Two lists of the same moment are common: a tie is broken by value.
        let updated_at = at / (10 * MINUTE) * (10 * MINUTE);
        let (sale, item) = (self.sale, line.to_owned());
        self.tell(at, Fact::Entered { sale, item, lists, at: updated_at });
    }

    /// The IMEIs of one phone are told once more, the other way round.
    fn is_turned(&mut self, at: i64, line: &str, lists: &EnteredLists) {
        let Some([phone]) = lists.imeis.as_deref() else { return };
        let Some((one, other)) = phone.split_once('/').filter(|_| self.dice.one_in(2)) else {
            return;
        };
        let imeis = Some(vec![format!("{other}/{one}")]);
        let later = at + self.dice.of(10..120) * MINUTE;
        self.enters_list(later, line, EnteredLists { imeis, serials: None });
    }

    /// Labels of very many lines, each in a parcel of its own that was voided long before, so that none is claimed.
    fn fills(&mut self) {
        for package in 100..118 {
            let (at, sale) = (self.near() + 2 * DAY, self.sale);
            self.tell(0, Fact::Void { sale, package, label: HUGE.to_owned() });
            self.tell(at, Fact::HugeLabel { sale, package });
        }
    }

    fn phones(&mut self) -> Vec<String> {
        let [one, other] = [self.dice.pick(&IMEIS), self.dice.pick(&[IMEIS[0], TWIN, TWIN])];
        let entries: Vec<String> = match self.dice.of(0..8) {
            0 | 1 => vec![format!("{one}/{other}")],
            2 => vec![format!("{other}/{one}")],
            3 | 4 => vec![one.to_owned(), other.to_owned()],
            5 => vec![IMEIS[2].to_owned(), TWIN.to_owned()],
            6 => vec![TWIN.to_owned()],
            _ => vec![one.to_owned()],
        };
        if one == other { vec![one.to_owned()] } else { entries }
    }

    fn serials(&mut self) -> Vec<String> {
        let [one, other] = [self.dice.pick(&SERIALS), self.dice.pick(&SERIALS)];
        match self.dice.of(0..8) {
            0 => Vec::new(),
            1 if one != other => vec![one.to_owned(), other.to_owned()],
            _ => vec![one.to_owned()],
        }
    }
}
