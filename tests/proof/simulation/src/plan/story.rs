//! The story of the orders: labels, scans, IMEIs, and everything that comes between. Moments are few and close together, so
//! that events race.

use super::{
    Account, DAY, EnteredLists, Fact, HOUR, Happening, LabelFact, MINUTE, SECOND, Sale, What, Wish,
};
use crate::dice::Dice;
use domain::{Action, CarrierStatus, MissingImei, Resolution, Timing};
use testkit::IMEIS;

/// A moment near one of those at which something of the order happens.
pub(super) fn near(dice: &mut Dice, moments: &[i64]) -> i64 {
    let about = dice.pick(moments);
    let off = match dice.of(0..8) {
        0..4 => dice.of(0..3 * SECOND),
        4 | 5 => dice.of(0..90 * SECOND),
        6 => dice.of(0..20 * MINUTE),
        _ => dice.of(-30 * SECOND..0),
    };
    (about + off).max(0)
}

/// How often and how late the bus delivers an event.
pub(super) fn copies(dice: &mut Dice) -> Vec<i64> {
    let late = |dice: &mut Dice| match dice.of(0..32) {
        0 => dice.of(0..DAY),
        1..4 => dice.of(0..20 * MINUTE),
        4..10 => dice.of(0..10 * SECOND),
        _ => dice.of(0..300),
    };
    let count = if dice.one_in(8) { 2 } else { 1 };
    (0..count).map(|_| late(dice)).collect()
}

struct Teller<'a> {
    dice: &'a mut Dice,
    happenings: Vec<Happening>,
}

impl Teller<'_> {
    fn tell(&mut self, at: i64, fact: Fact) {
        let copies = copies(self.dice);
        self.happenings.push(Happening { at, what: What::Event(fact, copies) });
    }

    fn happens(&mut self, at: i64, what: What) {
        self.happenings.push(Happening { at, what });
    }
}

pub(super) fn events(dice: &mut Dice, accounts: &[Account], sales: &[Sale]) -> Vec<Happening> {
    let mut teller = Teller { dice, happenings: Vec::new() };
    for (sale, sold) in sales.iter().enumerate() {
        let account = &accounts[sold.account];
        let moments = of_order(&mut teller, (sale, sold), account);
        beside(&mut teller, (sale, sold), account, &moments);
    }
    twins(&mut teller, accounts, sales);
    let moments: Vec<i64> = teller.happenings.iter().map(|happening| happening.at).collect();
    for (place, account) in accounts.iter().enumerate() {
        of_account(&mut teller, (place, account), &moments);
    }
    if teller.dice.one_in(4) {
        let at = near(teller.dice, &moments);
        teller.happens(at, What::ClocksJump);
    }
    if teller.dice.one_in(16) {
        let at = teller.dice.of(0..6 * HOUR);
        teller.happens(at, What::Redriven);
    }
    teller.happenings
}

/// A number that several parcels have.
const SHARED: &str = "1ZSHARED0001";

fn number(dice: &mut Dice, (sale, sold): (usize, &Sale), package: u8, label: u8) -> String {
    match dice.of(0..24) {
        // Carriers reuse numbers, and parcels of several orders share one.
        0 => SHARED.to_owned(),
        _ => format!("1Z{}A{}P{package}L{label}", sold.account, sale),
    }
}

/// Adds the labels and scans of an order. Returns the moments at which something may be decided.
fn of_order(teller: &mut Teller<'_>, (sale, sold): (usize, &Sale), account: &Account) -> Vec<i64> {
    let mut moments = Vec::new();
    let seller = account.partner.seller.to_string();
    for package in 1..=sold.packages {
        let labeled_at = teller.dice.of(0..10 * MINUTE);
        let moved_at = match teller.dice.of(0..8) {
            0 => labeled_at + teller.dice.of(0..3 * SECOND),
            1..6 => labeled_at + teller.dice.of(0..90 * MINUTE),
            _ => labeled_at + teller.dice.of(0..30 * HOUR),
        };
        let labels = if teller.dice.one_in(5) { 2 } else { 1 };
        for n in 1..=labels {
            let number = number(teller.dice, (sale, sold), package, n);
            let at = match (n, teller.dice.one_in(3)) {
                (1, _) => labeled_at,
                (_, true) => moved_at + teller.dice.of(-2 * SECOND..20 * SECOND),
                (_, false) => labeled_at + teller.dice.of(0..2 * HOUR),
            }
            .max(0);
            let label = format!("l{package}{n}");
            let made = LabelFact::plain(sale, package, label.clone(), number, at);
            teller.tell(at, Fact::Label(made.clone()));
            moments.push(at);
            if labels == 2 && n == 1 && teller.dice.one_in(2) || teller.dice.one_in(12) {
                let at = near(teller.dice, &[at, moved_at]);
                teller.tell(at, Fact::Void { sale, package, label });
                moments.push(at);
            }
            scans(teller, &seller, &made, moved_at.max(at));
        }
        moments.push(moved_at);
    }
    phones(teller, (sale, sold), &moments);
    moments
}

/// Two orders in one parcel. The second order gets the number of the first just when the parcel moves.
fn twins(teller: &mut Teller<'_>, accounts: &[Account], sales: &[Sale]) {
    let seller = |sale: usize| &accounts[sales[sale].account].partner.seller;
    for sale in 1..sales.len() {
        if seller(sale) != seller(sale - 1) || !teller.dice.one_in(2) {
            continue;
        }
        let scans = teller.happenings.iter().filter_map(|happening| match &happening.what {
            What::Event(Fact::Scan { number, .. }, _) => Some((number.clone(), happening.at)),
            _ => None,
        });
        let of_former = format!("1Z{}A{}P", sales[sale - 1].account, sale - 1);
        let Some((number, moved_at)) =
            scans.rev().find(|(number, _)| number.starts_with(&of_former))
        else {
            continue;
        };
        let labeled_at = (moved_at + teller.dice.of(-20..120)).max(0);
        let label = LabelFact::plain(sale, 1, "l19".to_owned(), number, labeled_at);
        let late = teller.dice.of(0..150);
        teller.happens(labeled_at, What::Event(Fact::Label(label), vec![late]));
    }
}

fn scans(teller: &mut Teller<'_>, seller: &str, label: &LabelFact, moved_at: i64) {
    let scan = |status, at| Fact::Scan {
        seller: seller.to_owned(),
        number: label.number.clone(),
        status,
        at,
    };
    if teller.dice.one_in(6) {
        teller.tell(label.labeled_at, scan(CarrierStatus::PickupRequested, label.labeled_at));
    }
    if teller.dice.one_in(10) {
        // Another parcel's, that had the number before.
        let long_ago = label.labeled_at - DAY - teller.dice.of(1..10) * MINUTE;
        let at = near(teller.dice, &[label.labeled_at]);
        teller.tell(at, scan(CarrierStatus::Delivered, long_ago));
    }
    if !teller.dice.one_in(8) {
        teller.tell(moved_at, scan(CarrierStatus::InTransit, moved_at));
    }
    if teller.dice.one_in(3) {
        let at = near(teller.dice, &[moved_at, label.labeled_at]);
        teller.tell(at, scan(CarrierStatus::OutForDelivery, at));
    }
}

fn phones(teller: &mut Teller<'_>, (sale, sold): (usize, &Sale), moments: &[i64]) {
    for (item, is_phone) in sold.lines.iter().zip(&sold.phones) {
        let times = match teller.dice.of(0..6) {
            _ if !is_phone => 0,
            0 => 0,
            1..5 => 1,
            _ => 2,
        };
        for _ in 0..times {
            let late = moments.iter().map(|at| at + 59 * MINUTE);
            let moments: Vec<i64> = moments.iter().copied().chain(late).collect();
            let at = near(teller.dice, &moments);
            let imeis = match teller.dice.of(0..12) {
                0 => Vec::new(),
                1 => IMEIS[..2].to_vec(),
                _ => vec![teller.dice.pick(&IMEIS)],
            };
            // Two lists of the same moment are common: a tie is broken by value.
            let updated_at = at / (10 * MINUTE) * (10 * MINUTE);
            let imeis = imeis.into_iter().map(str::to_owned).collect();
            let lists = EnteredLists { imeis: Some(imeis), serials: None };
            teller.tell(at, Fact::Entered { sale, item: item.clone(), lists, at: updated_at });
        }
    }
}

/// Adds what else may happen to an order.
fn beside(teller: &mut Teller<'_>, (sale, sold): (usize, &Sale), _: &Account, moments: &[i64]) {
    if teller.dice.one_in(10) {
        let at = near(teller.dice, moments);
        teller.tell(at, Fact::Cancel { sale, at });
    }
    if teller.dice.one_in(12) {
        let at = near(teller.dice, moments);
        teller.happens(at, What::ShippedByHand(sale));
    }
    let acts = if teller.dice.one_in(4) { teller.dice.of(1..4) } else { 0 };
    for _ in 0..acts {
        let later: Vec<i64> = moments.iter().map(|at| at + HOUR).chain(moments.to_vec()).collect();
        let at = near(teller.dice, &later);
        let package = u8::try_from(teller.dice.of(1..i64::from(sold.packages) + 1)).unwrap_or(1);
        let wish = match teller.dice.of(0..8) {
            0 | 1 => Wish::This(Action::Hold),
            2 => Wish::This(Action::SendNow),
            3 => Wish::This(Action::Resolve(Resolution::NothingThere)),
            _ => Wish::Any(u8::try_from(teller.dice.of(0..8)).unwrap_or(0)),
        };
        teller.happens(at, What::Person(sale, package, wish));
    }
}

/// Adds what may happen to an account.
fn of_account(teller: &mut Teller<'_>, (place, account): (usize, &Account), moments: &[i64]) {
    if teller.dice.one_in(8) {
        let times = teller.dice.of(1..3);
        for _ in 0..times {
            let timing = teller.dice.pick(account.channel.timings());
            let at = near(teller.dice, moments);
            teller.happens(at, What::Timing(place, timing));
        }
    }
    if account.channel.facts().never_allowed && teller.dice.one_in(6) {
        let at = near(teller.dice, moments);
        teller.happens(at, What::Timing(place, Timing::Never));
    }
    if account.channel.facts().takes_imeis && teller.dice.one_in(8) {
        let policy = teller.dice.pick(&MissingImei::ALL);
        let at = near(teller.dice, moments);
        teller.happens(at, What::Missing(place, policy));
    }
    if teller.dice.one_in(12) {
        let (at, lasts) = (near(teller.dice, moments), teller.dice.of(MINUTE..5 * HOUR));
        teller.happens(at, What::Outage(place, lasts));
    }
    if teller.dice.one_in(16) {
        let at = near(teller.dice, moments);
        let lasts = if teller.dice.one_in(8) { 6 * HOUR } else { teller.dice.of(MINUTE..HOUR) };
        teller.happens(at, What::Revoked(place));
        teller.happens(at + lasts, What::Restored(place));
    }
}
