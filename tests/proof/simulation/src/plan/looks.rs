//! What channels show beside numbers, and what goes without a movement (rules S2, S5, S7, S8 and S11): partners that send by a
//! deadline or after a wait, and stop to; orders that show a ship-by, a wish, a cancellation; people who ship by hand while a parcel
//! waits; a marketplace that takes a confirmation and stores nothing. Half of the schedules have this. It has dice of its own.

use super::story::{copies, near};
use super::watched::{labels_of, lose_scans};
use super::{Account, Fact, HOUR, Happening, LabelFact, MINUTE, SECOND, Sale, What, Wish};
use crate::dice::Dice;
use domain::{Action, Channel, Deadline, DeadlineAction, OrAfterHours, Resolution, SilentHours};

/// What a partner sends without a movement, and whether it verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct SentLate {
    pub deadline: Deadline,
    pub or_after: Option<OrAfterHours>,
    pub verify: bool,
}

/// What a channel shows of an order from a moment on. Times are milliseconds after the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Standing {
    pub ship_by: Option<i64>,
    pub is_wished: bool,
    pub is_cancelled: bool,
}

/// Sets the throws for the partners apart from the schedule's.
const PARTNERS_APART: u64 = 0x1f83_d9ab_fb41_bd6b;

/// Sets the throws for what happens apart from the schedule's.
const TOLD_APART: u64 = 0x5be0_cd19_137e_2179;

impl SentLate {
    fn thrown(dice: &mut Dice, channel: Channel) -> Self {
        let may = channel.facts().sends_late;
        let action = match dice.of(0..6) {
            0 => DeadlineAction::Off,
            1 => DeadlineAction::Warn,
            _ if may => DeadlineAction::Send,
            _ => DeadlineAction::Warn,
        };
        let deadline = Deadline::new(dice.pick(&[1, 4, 4, 72]), action);
        let hours = dice.pick(&[1, 1, 2, 6, 30]);
        let or_after = OrAfterHours::new(hours).ok().filter(|_| dice.one_in(2) && may);
        let deadline = deadline.unwrap_or(Deadline::STANDARD);
        Self { deadline, or_after, verify: !dice.one_in(4) }
    }
}

/// Whether the schedule has this at all. If so, its partners have settings of their own.
pub(super) fn set(seed: u64, accounts: &mut [Account]) -> bool {
    let mut dice = Dice::new(seed ^ PARTNERS_APART);
    if !dice.one_in(2) {
        return false;
    }
    for account in accounts {
        let late = SentLate::thrown(&mut dice, account.channel);
        let partner = &mut account.partner;
        (partner.deadline, partner.or_after, partner.verify) =
            (late.deadline, late.or_after, late.verify);
        // A quarter of 6 hours is when the ship-by is asked for.
        if dice.one_in(2) {
            partner.silent_hours = SilentHours::new(6).unwrap_or(SilentHours::STANDARD);
        }
    }
    true
}

struct Teller<'a> {
    dice: Dice,
    happenings: &'a mut Vec<Happening>,
    labels: Vec<LabelFact>,
    sale: usize,
}

/// Adds what happens of this to a plan. Returns the orders whose parcels are never scanned.
pub(super) fn told(
    seed: u64,
    accounts: &[Account],
    sales: &[Sale],
    happenings: &mut Vec<Happening>,
) -> Vec<usize> {
    let mut dice = Dice::new(seed ^ TOLD_APART);
    let lost: Vec<usize> = (0..sales.len()).filter(|_| !dice.one_in(3)).collect();
    for sale in &lost {
        let seller = accounts[sales[*sale].account].partner.seller.as_str();
        lose_scans(&mut dice, (*sale, seller), happenings);
    }
    for (sale, sold) in sales.iter().enumerate() {
        let labels = labels_of(sale, happenings);
        if labels.is_empty() {
            continue;
        }
        let dice = Dice::new(dice.of(0..i64::MAX).cast_unsigned());
        let mut teller = Teller { dice, happenings, labels, sale };
        teller.of_order(sold, accounts[sold.account].channel);
    }
    for (place, account) in accounts.iter().enumerate() {
        let times = if dice.one_in(2) { dice.of(1..4) } else { 0 };
        for _ in 0..times {
            let what = What::SentLate(place, SentLate::thrown(&mut dice, account.channel));
            happenings.push(Happening { at: dice.of(0..30 * HOUR), what });
        }
    }
    lost
}

impl Teller<'_> {
    fn of_order(&mut self, sold: &Sale, channel: Channel) {
        self.labels_have_ship_bys();
        if channel == Channel::Amazon && self.dice.one_in(3) {
            self.happens(0, What::StoresNothing(self.sale));
            let at = self.some_time() + 7 * HOUR;
            let says = Wish::This(Action::Resolve(Resolution::NothingThere));
            self.acts(at, sold, says);
        }
        let times = if self.dice.one_in(2) { self.dice.of(1..4) } else { 0 };
        for _ in 0..times {
            let (at, ship_by) = (self.some_time(), self.some_time() + self.dice.of(0..30 * HOUR));
            let standing = Standing {
                ship_by: Some(ship_by).filter(|_| !self.dice.one_in(3)),
                is_wished: self.dice.one_in(4),
                is_cancelled: self.dice.one_in(8),
            };
            self.happens(at, What::Shows(self.sale, standing));
        }
        if self.dice.one_in(3) {
            self.is_shipped_by_hand();
        }
        if self.dice.one_in(3) {
            self.is_looked_at(sold);
        }
    }

    fn happens(&mut self, at: i64, what: What) {
        self.happenings.push(Happening { at: at.max(0), what });
    }

    fn acts(&mut self, at: i64, sold: &Sale, wish: Wish) {
        let package = u8::try_from(self.dice.of(1..i64::from(sold.packages) + 1)).unwrap_or(1);
        self.happens(at, What::Person(self.sale, package, wish));
    }

    /// A moment about those at which a label is made, or hours later.
    fn some_time(&mut self) -> i64 {
        let moments: Vec<i64> = self.labels.iter().map(|label| label.labeled_at).collect();
        near(&mut self.dice, &moments) + self.dice.pick(&[0, MINUTE, HOUR, 2 * HOUR, 5 * HOUR])
    }

    /// Every telling of a label has the label's ship-by.
    fn labels_have_ship_bys(&mut self) {
        for known in self.labels.clone() {
            let after = self.dice.of(HOUR..30 * HOUR);
            if self.dice.one_in(3) {
                continue;
            }
            for happening in self.happenings.iter_mut() {
                let What::Event(Fact::Label(label), _) = &mut happening.what else { continue };
                if (label.sale, &label.label) == (self.sale, &known.label) {
                    label.ship_by = Some(known.labeled_at + after);
                }
            }
        }
    }

    /// A person ships by hand while a parcel waits, with our number or with another; mostly it is told.
    fn is_shipped_by_hand(&mut self) {
        let at = self.some_time();
        let number = self.dice.pick(&self.labels.clone()).number;
        let what = if self.dice.one_in(2) {
            What::ShippedByHand(self.sale)
        } else {
            What::ShippedByHandAs(self.sale, number)
        };
        self.happens(at, what);
        if !self.dice.one_in(3) {
            let told = at + self.dice.of(0..10 * MINUTE);
            let fact = Fact::Updated {
                sale: self.sale,
                ship_by: None,
                is_wished: None,
                is_shipped: true,
                at: told,
            };
            let copies = copies(&mut self.dice);
            self.happens(told, What::Event(fact, copies));
        }
    }

    /// A person asks for a look. At times another label comes just then.
    fn is_looked_at(&mut self, sold: &Sale) {
        let at = self.some_time();
        self.acts(at, sold, Wish::This(Action::Look));
        if self.dice.one_in(2) {
            let former = self.dice.pick(&self.labels.clone());
            if self.dice.one_in(2) {
                self.happens(at - MINUTE, What::ShippedByHandAs(self.sale, former.number.clone()));
            }
            let label = format!("l{}8", former.package);
            let number = format!("1Z{}N8P{}L88", self.sale, former.package);
            let made_at = at + self.dice.of(0..5 * SECOND);
            let new = LabelFact::plain(self.sale, former.package, label, number, made_at.max(0));
            let late = self.dice.of(0..150);
            self.happens(made_at, What::Event(Fact::Label(new), vec![late]));
        }
    }
}
