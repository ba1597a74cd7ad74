//! What partners want to be told, and when their confirmations go; ship-bys that are told, moved, or over; wishes to cancel that
//! are told, taken back and refused; parcels that are never scanned. A third of the schedules have this. It has dice of its own,
//! so that the other schedules stay as they are.

use super::story::{copies, near};
use super::{Account, DAY, Fact, HOUR, Happening, LabelFact, MINUTE, SECOND, Sale, What, Wish};
use crate::dice::Dice;
use domain::{Action, CarrierStatus, Days, Deadline, DeadlineAction, SendAfter, SilentHours};
use std::collections::BTreeSet;
use testkit::START;

/// What a partner wants to be told, and when its confirmations go (rules S2, S4 and S10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Watched {
    pub deadline: Deadline,
    pub silent_hours: SilentHours,
    pub send_after: Option<SendAfter>,
}

/// Sets the throws for the partners apart from the schedule's.
const PARTNERS_APART: u64 = 0x3c6e_f372_fe94_f82b;

/// Sets the throws for what is told apart from the schedule's.
const TOLD_APART: u64 = 0xa54f_f53a_5f1d_36f1;

/// Whether the schedule has this at all. If so, its partners have settings of their own.
pub(super) fn set(seed: u64, accounts: &mut [Account]) -> bool {
    let mut dice = Dice::new(seed ^ PARTNERS_APART);
    if !dice.one_in(3) {
        return false;
    }
    for account in accounts {
        let Watched { deadline, silent_hours, send_after } = Watched::thrown(&mut dice);
        let partner = &mut account.partner;
        (partner.deadline, partner.silent_hours) = (deadline, silent_hours);
        partner.send_after = send_after;
        // Scans came of other orders' parcels before.
        partner.moved_on = if dice.one_in(2) { Some(START.day()) } else { None };
    }
    true
}

impl Watched {
    fn thrown(dice: &mut Dice) -> Self {
        let action = if dice.one_in(4) { DeadlineAction::Off } else { DeadlineAction::Warn };
        let deadline = Deadline::new(dice.pick(&[1, 4, 4, 72]), action);
        let silent_hours = match dice.of(0..5) {
            0 => SilentHours::OFF,
            1 => SilentHours::STANDARD,
            n => SilentHours::new(if n == 2 { 240 } else { 6 }).unwrap_or(SilentHours::STANDARD),
        };
        // Hours alone are read in no zone.
        let after = SendAfter::new(dice.pick(&[0, 1, 1, 3, 30]), None, Days::ALL);
        Self {
            deadline: deadline.unwrap_or(Deadline::STANDARD),
            silent_hours,
            send_after: after.ok().filter(|_| dice.one_in(3)),
        }
    }
}

struct Teller<'a> {
    dice: Dice,
    happenings: &'a mut Vec<Happening>,
    moments: Vec<i64>,
    sale: usize,
}

/// Adds what is told of this to a plan. Returns the orders whose parcels are never scanned.
pub(super) fn told(
    seed: u64,
    accounts: &[Account],
    sales: &[Sale],
    happenings: &mut Vec<Happening>,
) -> Vec<usize> {
    let mut dice = Dice::new(seed ^ TOLD_APART);
    let lost: Vec<usize> = (0..sales.len()).filter(|_| dice.one_in(3)).collect();
    for sale in &lost {
        let seller = accounts[sales[*sale].account].partner.seller.as_str();
        lose_scans(&mut dice, (*sale, seller), happenings);
    }
    for (sale, sold) in sales.iter().enumerate() {
        let labels = labels_of(sale, happenings);
        let moments: Vec<i64> = labels.iter().map(|label| label.labeled_at).collect();
        if moments.is_empty() {
            continue;
        }
        let dice = Dice::new(dice.of(0..i64::MAX).cast_unsigned());
        let mut teller = Teller { dice, happenings, moments, sale };
        teller.labels_have_ship_bys(&labels);
        if teller.dice.one_in(2) {
            teller.ship_bys();
        }
        if teller.dice.one_in(2) {
            teller.wishes(sold);
        }
    }
    for account in 0..accounts.len() {
        if dice.one_in(4) {
            let what = What::Watched(account, Watched::thrown(&mut dice));
            happenings.push(Happening { at: dice.of(0..2 * HOUR), what });
        }
    }
    lost
}

/// All that is told of an order's labels.
pub(super) fn labels_of(sale: usize, happenings: &[Happening]) -> Vec<LabelFact> {
    let labels = happenings.iter().filter_map(|happening| match &happening.what {
        What::Event(Fact::Label(label), _) if label.sale == sale => Some(label),
        _ => None,
    });
    labels.cloned().collect()
}

/// The scans of an order's parcels never come. Some of its numbers were another parcel's before, on either side of the 14 days
/// of rule S4; and at times a label is voided for which no other comes.
pub(super) fn lose_scans(
    dice: &mut Dice,
    (sale, seller): (usize, &str),
    happenings: &mut Vec<Happening>,
) {
    let labels = labels_of(sale, happenings);
    let numbers: BTreeSet<&str> = labels.iter().flat_map(LabelFact::numbers).collect();
    happenings.retain(|happening| match &happening.what {
        What::Event(Fact::Scan { number, .. }, _) => !numbers.contains(number.as_str()),
        _ => true,
    });
    for label in &labels {
        let mut tell = |dice: &mut Dice, fact: Fact| {
            let at = near(dice, &[label.labeled_at]);
            happenings.push(Happening { at, what: What::Event(fact, copies(dice)) });
        };
        if dice.one_in(3) {
            let (seller, number) = (seller.to_owned(), label.number.clone());
            let at = label.labeled_at - dice.pick(&[2, 5, 13, 15, 20]) * DAY;
            tell(dice, Fact::Scan { seller, number, status: CarrierStatus::Delivered, at });
        }
        if dice.one_in(6) {
            let (package, label) = (label.package, label.label.clone());
            tell(dice, Fact::Void { sale, package, label });
        }
    }
}

impl Teller<'_> {
    fn tell(&mut self, at: i64, fact: Fact) {
        let copies = copies(&mut self.dice);
        self.happenings.push(Happening { at: at.max(0), what: What::Event(fact, copies) });
    }

    /// A moment about those at which the order is decided, or up to a day later.
    fn some_time(&mut self) -> i64 {
        let near = near(&mut self.dice, &self.moments);
        if self.dice.one_in(2) { near } else { near + self.dice.of(0..DAY) }
    }

    /// A ship-by: over, near, a few days ahead, or so far ahead that it counts as none.
    fn ship_by(&mut self) -> i64 {
        let from = self.dice.pick(&self.moments.clone());
        let after = match self.dice.of(0..16) {
            0 => self.dice.of(-HOUR..0),
            1..5 => self.dice.of(0..5 * HOUR),
            5..14 => self.dice.of(HOUR..4 * DAY),
            14 => 60 * DAY,
            _ => 61 * DAY,
        };
        from + after
    }

    /// Every telling of a label has the label's ship-by, but for a few.
    fn labels_have_ship_bys(&mut self, labels: &[LabelFact]) {
        let ids: BTreeSet<(u8, &str)> =
            labels.iter().map(|label| (label.package, label.label.as_str())).collect();
        for (package, id) in ids {
            let ship_by = if self.dice.one_in(3) { None } else { Some(self.ship_by()) };
            let other = self.ship_by();
            for happening in self.happenings.iter_mut() {
                let What::Event(Fact::Label(label), _) = &mut happening.what else { continue };
                if (label.sale, label.package, label.label.as_str()) == (self.sale, package, id) {
                    label.ship_by = if self.dice.one_in(8) { Some(other) } else { ship_by };
                }
            }
        }
    }

    /// The channel tells ship-bys of the order: one, or one that moves, in any order.
    fn ship_bys(&mut self) {
        for _ in 0..self.dice.of(1..4) {
            let (at, by) = (self.some_time(), self.ship_by());
            let told = self.told_at(at);
            let ship_by = Some(by);
            let (sale, is_wished, is_shipped) = (self.sale, None, false);
            self.tell(at, Fact::Updated { sale, ship_by, is_wished, is_shipped, at: told });
        }
    }

    /// The buyer wishes to cancel, may take that back, and may wish so once more. A person may refuse it, or send all the same.
    fn wishes(&mut self, sold: &Sale) {
        let mut at = self.some_time();
        let mut is_wished = true;
        for _ in 0..self.dice.of(1..4) {
            let told = self.told_at(at);
            let ship_by = if self.dice.one_in(6) { Some(self.ship_by()) } else { None };
            let (sale, wish, is_shipped) = (self.sale, Some(is_wished), false);
            self.tell(at, Fact::Updated { sale, ship_by, is_wished: wish, is_shipped, at: told });
            if self.dice.one_in(2) {
                self.is_answered(at, sold);
            }
            at += self.dice.of(0..3 * HOUR);
            is_wished = !is_wished && !self.dice.one_in(4) || self.dice.one_in(3);
        }
    }

    /// When something was told that is told now. Two tellings of one moment are common.
    fn told_at(&mut self, at: i64) -> i64 {
        let told = at - self.dice.pick(&[0, 0, 0, MINUTE, HOUR]);
        told.max(0) / (10 * MINUTE) * (10 * MINUTE)
    }

    /// A person who sees the wish refuses it, sends all the same, or puts its mark aside.
    fn is_answered(&mut self, at: i64, sold: &Sale) {
        let package = u8::try_from(self.dice.of(1..i64::from(sold.packages) + 1)).unwrap_or(1);
        let act = match self.dice.of(0..8) {
            0..5 => Wish::This(Action::Release),
            5 => Wish::This(Action::SendNow),
            n => Wish::Any(u8::try_from(n).unwrap_or(0)),
        };
        let when = at + self.dice.of(SECOND..90 * MINUTE);
        let what = What::Person(self.sale, package, act);
        self.happenings.push(Happening { at: when.max(0), what });
    }
}
