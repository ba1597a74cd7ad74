//! An account's circumstances (rules A1 and A3): people pause an account just when something is due, and resume it; an account observes
//! for a while, or from a moment on. A quarter of the schedules have one of them. They have dice of their own, so that the rest of a
//! seed's schedule stays as it is.

use super::{Account, Fact, HOUR, Happening, MINUTE, SECOND, Sale, What, Wish};
use crate::dice::Dice;
use domain::{Action, Mode};

/// Sets these throws apart from the schedule's.
const APART: u64 = 0x6a09_e667_f3bc_c908;

/// Adds these happenings to a plan's.
pub(super) fn changed(
    seed: u64,
    accounts: &[Account],
    sales: &[Sale],
    events: &[Happening],
) -> Vec<Happening> {
    let mut dice = Dice::new(seed ^ APART);
    let mut more = Vec::new();
    let (pauses, observes) = (dice.one_in(8), dice.one_in(8));
    for account in 0..accounts.len() {
        let of_account = |happening: &&Happening| is_decisive(&happening.what, account, sales);
        let moments: Vec<i64> = events.iter().filter(of_account).map(|h| h.at).collect();
        if moments.is_empty() {
            continue;
        }
        if pauses && !dice.one_in(4) {
            paused(&mut dice, account, &moments, &mut more);
        }
        if observes && !dice.one_in(4) {
            observed(&mut dice, account, (&moments, sales), &mut more);
        }
    }
    more
}

/// Whether the happening may make a package of the account due.
fn is_decisive(what: &What, account: usize, sales: &[Sale]) -> bool {
    match what {
        What::Event(Fact::Label(label), _) => sales[label.sale].account == account,
        What::Event(Fact::Scan { .. }, _) => true,
        _ => false,
    }
}

/// Some pauses, each from about when something is due: short ones, and some that last for longer than a doubt may. The message that
/// says that one has ended may be lost.
fn paused(dice: &mut Dice, account: usize, moments: &[i64], more: &mut Vec<Happening>) {
    for _ in 0..dice.of(1..4) {
        let from = (dice.pick(moments) + dice.of(-MINUTE..5 * MINUTE)).max(0);
        let spans = [10 * SECOND, MINUTE, 10 * MINUTE, HOUR, 5 * HOUR, 30 * HOUR];
        let most = dice.pick(&spans);
        let until = from + dice.of(1..most + 1);
        more.push(Happening { at: from, what: What::Paused(account) });
        let is_rung = !dice.one_in(3);
        more.push(Happening { at: until, what: What::Resumed(account, is_rung) });
    }
}

/// The account observes from about when something is due, and mostly not for good. People ask what the channel has of what was observed,
/// and send it.
fn observed(
    dice: &mut Dice,
    account: usize,
    (moments, sales): (&[i64], &[Sale]),
    more: &mut Vec<Happening>,
) {
    let from = (dice.pick(moments) + dice.of(-10 * MINUTE..5 * MINUTE)).max(0);
    more.push(Happening { at: from, what: What::Mode(account, Mode::Observe) });
    let until = from + dice.of(1..5 * HOUR);
    if !dice.one_in(3) {
        more.push(Happening { at: until, what: What::Mode(account, Mode::Live) });
    }
    let ours = sales.iter().enumerate().filter(|(_, sale)| sale.account == account);
    for (sale, sold) in ours {
        let package = u8::try_from(dice.of(1..i64::from(sold.packages) + 1)).unwrap_or(1);
        for action in [Action::Look, Action::SendNow] {
            if dice.one_in(3) {
                let at = until + dice.of(-HOUR..HOUR);
                let what = What::Person(sale, package, Wish::This(action));
                more.push(Happening { at: at.max(0), what });
            }
        }
    }
}
