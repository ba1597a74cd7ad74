//! What more is told of labels: corrections, tellings that contradict each other, returns, further numbers, labels made
//! ahead, a former label's parcel that moves, and people who say which label is the right one. A quarter of the schedules have
//! this. It has dice of its own, so that the other schedules stay as they are.

use super::story::{copies, near};
use super::{Account, DAY, Fact, HOUR, Happening, LabelFact, MINUTE, SECOND, Sale, What, Wish};
use crate::dice::Dice;
use domain::{Action, CarrierStatus};

/// Sets these throws apart from the schedule's.
const APART: u64 = 0x2545_f491_4f6c_dd1d;

/// A number that has no place for another order (rule N5).
pub const CROWDED: &str = "1ZCROWDED0001";

struct Teller<'a> {
    dice: Dice,
    seller: String,
    happenings: &'a mut Vec<Happening>,
    /// When something may be decided about the package.
    moments: Vec<i64>,
}

/// Adds this to a plan.
pub(super) fn told_again(
    seed: u64,
    accounts: &[Account],
    sales: &[Sale],
    happenings: &mut Vec<Happening>,
) {
    let mut dice = Dice::new(seed ^ APART);
    if !dice.one_in(4) {
        return;
    }
    for (sale, sold) in sales.iter().enumerate() {
        for package in 1..=sold.packages {
            let is_its = |label: &&mut LabelFact| label.sale == sale && label.package == package;
            let Some(label) = labels(happenings).find(is_its).map(|label| label.clone()) else {
                continue;
            };
            let seller = accounts[sold.account].partner.seller.to_string();
            let moments = vec![label.labeled_at];
            let dice = Dice::new(dice.of(0..i64::MAX).cast_unsigned());
            let mut teller = Teller { dice, seller, happenings, moments };
            teller.of_label(&label);
        }
    }
}

fn labels(happenings: &mut [Happening]) -> impl Iterator<Item = &mut LabelFact> {
    happenings.iter_mut().filter_map(|happening| match &mut happening.what {
        What::Event(Fact::Label(label), _) => Some(label),
        _ => None,
    })
}

impl Teller<'_> {
    fn tell(&mut self, at: i64, fact: Fact) {
        let copies = copies(&mut self.dice);
        self.happenings.push(Happening { at: at.max(0), what: What::Event(fact, copies) });
    }

    fn near(&mut self) -> i64 {
        near(&mut self.dice, &self.moments)
    }

    fn of_label(&mut self, first: &LabelFact) {
        let mut label = first.clone();
        self.moves_with(&label);
        if self.dice.one_in(3) {
            self.is_known_by_more(&mut label);
        }
        if self.dice.one_in(3) {
            self.is_made_ahead(&mut label);
        }
        if self.dice.one_in(24) {
            self.is_renumbered(&mut label, CROWDED);
        }
        if self.dice.one_in(2) {
            self.is_told_again(&label);
        }
        if self.dice.one_in(3) {
            self.is_replaced(&label);
        }
        if self.dice.one_in(4) {
            self.returns(&label);
        }
        if !self.dice.one_in(4) {
            self.is_looked_at(&label);
        }
    }

    /// Takes the moments at which the label's parcel moves.
    fn moves_with(&mut self, label: &LabelFact) {
        let moves = self.happenings.iter().filter_map(|happening| match &happening.what {
            What::Event(Fact::Scan { number, .. }, _) if *number == label.number => {
                Some(happening.at)
            }
            _ => None,
        });
        let moves: Vec<i64> = moves.collect();
        self.moments.extend(moves);
    }

    /// What is told of the label first is another thing than the story says.
    fn is_told_first(&mut self, label: &LabelFact) {
        let is_it = |other: &&mut LabelFact| {
            other.sale == label.sale && other.package == label.package && other.label == label.label
        };
        if let Some(told) = labels(self.happenings).find(is_it) {
            told.clone_from(label);
        }
    }

    /// The parcel has further numbers, and most scans are of these.
    fn is_known_by_more(&mut self, label: &mut LabelFact) {
        let further = |n: i64| format!("{}F{n}", label.number);
        label.further = (1..self.dice.of(2..4)).map(further).collect();
        for happening in self.happenings.iter_mut() {
            let What::Event(Fact::Scan { number, .. }, _) = &mut happening.what else { continue };
            if *number == label.number && !self.dice.one_in(3) {
                *number = self.dice.pick(&label.further);
            }
        }
        self.is_told_first(&label.clone());
    }

    /// The parcel goes at a later day.
    fn is_made_ahead(&mut self, label: &mut LabelFact) {
        let ahead = match self.dice.of(0..3) {
            0 => self.dice.of(0..2 * MINUTE),
            1 => self.dice.of(MINUTE..3 * HOUR),
            _ => self.dice.of(HOUR..3 * DAY),
        };
        label.ships_on = Some(label.labeled_at + ahead);
        self.moments.push(label.labeled_at + ahead);
        self.is_told_first(&label.clone());
    }

    /// The label has another number from the first, and so have its scans.
    fn is_renumbered(&mut self, label: &mut LabelFact, number: &str) {
        for happening in self.happenings.iter_mut() {
            let What::Event(Fact::Scan { number: of, .. }, _) = &mut happening.what else {
                continue;
            };
            if *of == label.number {
                number.clone_into(of);
            }
        }
        number.clone_into(&mut label.number);
        self.is_told_first(&label.clone());
    }

    /// The label is told once more, or twice: at a later place, at an earlier one, or at the place of the first.
    fn is_told_again(&mut self, label: &LabelFact) {
        let mut told = label.clone();
        for n in 0..self.dice.of(1..4) {
            match self.dice.of(0..6) {
                0..3 => told.number = format!("{}C{n}", label.number),
                3 => told.carrier = "FedEx",
                4 => told.service = "Express",
                _ => told.clone_from(label),
            }
            match self.dice.of(0..6) {
                0 | 1 => told.updated_at = Some(label.place()),
                2 => told.updated_at = Some(told.place() - self.dice.of(1..10) * MINUTE),
                _ => told.updated_at = Some(told.place() + self.dice.of(0..40) * MINUTE),
            }
            if self.dice.one_in(3) {
                told.labeled_at = (label.labeled_at + self.dice.of(-30..60) * MINUTE).max(0);
            }
            if self.dice.one_in(6) {
                told.ships_on = self.dice.pick(&[None, Some(label.labeled_at + HOUR)]);
            }
            let at = self.near();
            self.tell(at, Fact::Label(told.clone()));
            self.moments.push(at);
            if self.dice.one_in(2) {
                self.is_scanned(&told);
            }
        }
    }

    fn is_scanned(&mut self, label: &LabelFact) {
        let at = self.near();
        let numbers: Vec<String> = label.numbers().map(str::to_owned).collect();
        let (number, seller) = (self.dice.pick(&numbers), self.seller.clone());
        self.tell(at, Fact::Scan { seller, number, status: CarrierStatus::InTransit, at });
        self.moments.push(at);
    }

    /// Another label takes its place, and the parcel of the former one may move all the same.
    fn is_replaced(&mut self, label: &LabelFact) {
        let later = label.labeled_at + self.dice.of(0..90) * MINUTE;
        let number = format!("{}N", label.number);
        let id = format!("m{}", label.package);
        let mut other = LabelFact::plain(label.sale, label.package, id, number, later);
        other.further = if self.dice.one_in(4) { label.further.clone() } else { Vec::new() };
        self.tell(later, Fact::Label(other.clone()));
        self.moments.push(later);
        for _ in 0..self.dice.of(0..3) {
            let told = self.dice.pick(&[label.clone(), label.clone(), other.clone()]);
            self.is_scanned(&told);
        }
        if self.dice.one_in(4) {
            let at = self.near();
            let id = self.dice.pick(&[label.label.clone(), other.label]);
            let (sale, package) = (label.sale, label.package);
            self.tell(at, Fact::Void { sale, package, label: id });
        }
    }

    /// A return comes for the parcel: by a label of its own, or by one that was told as outbound.
    fn returns(&mut self, label: &LabelFact) {
        let at = self.near();
        let is_own = !self.dice.one_in(3);
        let mut back = LabelFact { is_return: true, ..label.clone() };
        if is_own {
            back.label = format!("r{}", label.package);
            back.number = format!("{}R", label.number);
            back.further.clear();
            back.labeled_at = at;
        }
        self.tell(at, Fact::Label(back.clone()));
        if self.dice.one_in(2) {
            self.is_scanned(&back);
        }
    }

    /// A person looks at the package, and says which label is the right one, or that it is to go.
    fn is_looked_at(&mut self, label: &LabelFact) {
        let later = self.moments.iter().map(|at| at + 20 * MINUTE);
        let later: Vec<i64> = later.chain(self.moments.clone()).collect();
        for _ in 0..self.dice.of(1..4) {
            let at = near(&mut self.dice, &later) + self.dice.of(0..5 * SECOND);
            let nth = u8::try_from(self.dice.of(0..4)).unwrap_or(0);
            let wish = match self.dice.of(0..6) {
                0..3 => Wish::Choose(nth),
                3 => Wish::This(Action::Release),
                4 => Wish::This(Action::SendNow),
                _ => Wish::Any(nth),
            };
            self.happenings
                .push(Happening { at, what: What::Person(label.sale, label.package, wish) });
        }
    }
}
