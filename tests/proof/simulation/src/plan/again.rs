//! Orders that Wish releases again, and labels that `never` stopped and a person releases. They have dice of their own, so
//! that the rest of a seed's schedule stays as it is.

use super::{Account, Fact, HOUR, Happening, MINUTE, Sale, What, Wish};
use crate::dice::Dice;
use domain::{Action, Channel, Resolution, Timing};

/// Sets these throws apart from the schedule's.
const APART: u64 = 0x5bd1_e995_97f4_a7c1;

/// Adds these happenings to a plan's.
pub(super) fn taken_back(
    seed: u64,
    accounts: &[Account],
    sales: &[Sale],
    events: &[Happening],
) -> Vec<Happening> {
    let mut dice = Dice::new(seed ^ APART);
    let mut more = Vec::new();
    for (sale, sold) in sales.iter().enumerate() {
        let account = &accounts[sold.account];
        let moments: Vec<i64> =
            events.iter().filter(|h| is_decisive(&h.what, sale)).map(|h| h.at).collect();
        if moments.is_empty() {
            continue;
        }
        let at = dice.pick(&moments);
        if account.channel == Channel::Wish && dice.one_in(8) {
            released_again(&mut dice, (sale, sold), at, &mut more);
        }
        if account.channel.facts().never_allowed && dice.one_in(6) {
            stopped_and_released(&mut dice, (sale, sold), at, &mut more);
        }
    }
    more
}

/// Whether the happening may make a package of the order due.
fn is_decisive(what: &What, of: usize) -> bool {
    matches!(what, What::Event(Fact::Label(label), _) if label.sale == of)
        || matches!(what, What::Event(Fact::Scan { .. }, _))
}

fn package(dice: &mut Dice, sold: &Sale) -> u8 {
    u8::try_from(dice.of(1..i64::from(sold.packages) + 1)).unwrap_or(1)
}

/// Adds a former shipment, mostly from before anything is due. Later a person looks. At times the number is another by then,
/// or good again.
fn released_again(
    dice: &mut Dice,
    (sale, sold): (usize, &Sale),
    at: i64,
    more: &mut Vec<Happening>,
) {
    let mut happens = |at: i64, what: What| more.push(Happening { at: at.max(0), what });
    let from = if dice.one_in(4) { at + dice.of(-MINUTE..5 * MINUTE) } else { 0 };
    happens(from, What::ShippedByHand(sale));
    happens(from + dice.of(1..2 * MINUTE), What::ReleasedAgain(sale));
    let nothing_there = What::Person(
        sale,
        package(dice, sold),
        Wish::This(Action::Resolve(Resolution::NothingThere)),
    );
    let looks = dice.of(1..4);
    let mut when = at;
    for _ in 0..looks {
        when += dice.of(16 * MINUTE..HOUR);
        if dice.one_in(4) {
            happens(when - dice.of(0..2 * MINUTE), What::ShippedByHand(sale));
            if !dice.one_in(3) {
                happens(when + dice.of(-MINUTE..MINUTE), What::ReleasedAgain(sale));
            }
        }
        happens(when, nothing_there.clone());
        if dice.one_in(4) {
            // Between a person's word and the sender's look.
            happens(when + dice.of(0..2_000), What::ShippedByHand(sale));
            happens(when + dice.of(0..4_000), What::ReleasedAgain(sale));
        }
    }
}

/// Lets `never` come just when something is due, and mostly go again. A person releases what it stopped, and at times `never`
/// comes back.
fn stopped_and_released(
    dice: &mut Dice,
    (sale, sold): (usize, &Sale),
    at: i64,
    more: &mut Vec<Happening>,
) {
    let mut happens = |at: i64, what: What| more.push(Happening { at: at.max(0), what });
    let never = What::Timing(sold.account, Timing::Never);
    let others = [Timing::WhenTrackingShowsMovement, Timing::WhenTrackingIsAssigned];
    happens(at - dice.of(0..MINUTE), never.clone());
    let left = at + dice.of(5 * MINUTE..2 * HOUR);
    if !dice.one_in(4) {
        happens(left, What::Timing(sold.account, dice.pick(&others)));
    }
    let mut when = left;
    for _ in 0..dice.of(1..4) {
        when += dice.of(MINUTE..HOUR);
        let release = Wish::This(Action::Release);
        happens(when, What::Person(sale, package(dice, sold), release));
        if dice.one_in(3) {
            happens(when + dice.of(-5_000..5_000), never.clone());
        }
    }
}
