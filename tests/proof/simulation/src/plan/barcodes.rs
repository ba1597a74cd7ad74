//! Barcodes that can be read in two ways: the Postal Service's with a ZIP code of five digits and a number of 26, or with one
//! of nine and a number of 22. A sixteenth of the schedules have them. They have dice of their own, so that the other schedules
//! stay as they are.

use super::{Fact, Happening, What};
use crate::dice::Dice;

/// Sets these throws apart from the schedule's.
const APART: u64 = 0x3c6e_f372_fe94_f82b;

/// What stands before both numbers: the destination's mark and a ZIP code of five digits.
const BEFORE: &str = "42010001";

/// What the longer number has before the shorter one: here four further digits of a ZIP code. They leave the check digit as it is,
/// because three times the first and the third, and the others, add up to a multiple of ten.
const BETWEEN: &str = "9348";

/// How many signs a barcode has.
const LENGTH: usize = 34;

/// The `n`-th barcode.
fn barcode(n: u32) -> String {
    let digits = format!("94{n:019}");
    let weights = [3, 1].into_iter().cycle();
    let products = digits.chars().filter_map(|sign| sign.to_digit(10)).zip(weights);
    let sum: u32 = products.map(|(digit, weight)| digit * weight).sum();
    format!("{BEFORE}{BETWEEN}{digits}{}", (10 - sum % 10) % 10)
}

/// Both numbers that can be read in a barcode of this schedule; none of any other number.
pub fn readings(number: &str) -> impl Iterator<Item = &str> {
    let is_barcode = number.len() == LENGTH && number.starts_with(BEFORE);
    let longer = number.strip_prefix(BEFORE).filter(|_| is_barcode);
    let shorter = longer.and_then(|longer| longer.strip_prefix(BETWEEN));
    longer.into_iter().chain(shorter)
}

/// Makes barcodes of some numbers of a plan. A scan has the barcode, or one of the numbers in it.
pub(super) fn printed(seed: u64, happenings: &mut [Happening]) {
    let mut dice = Dice::new(seed ^ APART);
    if !dice.one_in(16) {
        return;
    }
    let numbers = happenings.iter().filter_map(|happening| match &happening.what {
        What::Event(Fact::Label(label), _) => Some(label.number.clone()),
        _ => None,
    });
    let mut numbers: Vec<String> = numbers.collect();
    numbers.sort_unstable();
    numbers.dedup();
    for (n, number) in (1..).zip(numbers) {
        if dice.one_in(3) {
            continue;
        }
        let printed = barcode(n);
        let read: Vec<String> = readings(&printed).map(str::to_owned).collect();
        for happening in &mut *happenings {
            match &mut happening.what {
                What::Event(Fact::Label(label), _) if label.number == number => {
                    label.number.clone_from(&printed);
                }
                What::Event(Fact::Scan { number: scanned, .. }, _) if *scanned == number => {
                    *scanned = if dice.one_in(4) { printed.clone() } else { dice.pick(&read) };
                }
                _ => {}
            }
        }
    }
}
