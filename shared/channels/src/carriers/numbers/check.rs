//! Check digits of tracking numbers. Each function takes the letters and digits that a form says, in upper case, the check
//! digit last, and says whether it is right. What is no digit where one is needed is never right.

/// The value of a digit.
fn digit(sign: u8) -> Option<u32> {
    char::from(sign).to_digit(10)
}

/// The sum of the signs' values, weighted by `weights` over and over from the left.
fn weighted(signs: &[u8], weights: &[u32], value: impl Fn(u8) -> Option<u32>) -> Option<u32> {
    let products = signs.iter().zip(weights.iter().cycle());
    products.map(|(sign, weight)| value(*sign).map(|value| value.saturating_mul(*weight))).sum()
}

/// What is missing from a sum to the next ten.
const fn to_next_ten(sum: u32) -> u32 {
    (10 - sum % 10) % 10
}

fn ends_with(signs: &[u8], check: impl Fn(&[u8]) -> Option<u32>) -> bool {
    let Some((last, before)) = signs.split_last() else { return false };
    check(before).is_some_and(|check| digit(*last) == Some(check))
}

/// What is missing to the next ten from a weighted sum from the left.
pub(super) fn ten(signs: &[u8], weights: &[u32]) -> bool {
    ends_with(signs, |before| weighted(before, weights, digit).map(to_next_ten))
}

/// A weighted sum from the left, modulo 11, then modulo 10.
pub(super) fn eleven_then_ten(signs: &[u8], weights: &[u32]) -> bool {
    ends_with(signs, |before| weighted(before, weights, digit).map(|sum| sum % 11 % 10))
}

/// The number before the check digit, modulo 7.
pub(super) fn seven(signs: &[u8]) -> bool {
    ends_with(signs, |before| {
        before.iter().try_fold(0, |rest: u32, sign| Some((rest * 10 + digit(*sign)?) % 7))
    })
}

/// Luhn's: every second digit from the right counts twice, its digits added.
pub(super) fn luhn(signs: &[u8]) -> bool {
    ends_with(signs, |before| {
        let values = before.iter().rev().enumerate().map(|(place, sign)| {
            let value = digit(*sign)?;
            Some(if place % 2 == 0 { value * 2 / 10 + value * 2 % 10 } else { value })
        });
        values.sum::<Option<u32>>().map(to_next_ten)
    })
}

/// A UPS number: as [`ten`] with the weights 1 and 2, where a letter counts as its ASCII code less three, modulo ten.
pub(super) fn ups(signs: &[u8]) -> bool {
    let value = |sign: u8| match sign {
        b'A'..=b'Z' => Some(u32::from(sign.saturating_sub(3)) % 10),
        _ => digit(sign),
    };
    ends_with(signs, |before| weighted(before, &[1, 2], value).map(to_next_ten))
}

/// UPU S10, clause 8: eight digits by the weights 8, 6, 4, 2, 3, 5, 9, 7, and eleven less the sum modulo eleven.
pub(super) fn upu(signs: &[u8]) -> bool {
    ends_with(signs, |before| {
        let sum = weighted(before, &[8, 6, 4, 2, 3, 5, 9, 7], digit)?;
        Some(match 11 - sum % 11 {
            10 => 0,
            11 => 5,
            other => other,
        })
    })
}

/// ISO 7064, MOD 37,36, over digits and letters.
pub(super) fn iso_7064(signs: &[u8]) -> bool {
    const M: u32 = 36;
    let value = |sign: u8| char::from(sign).to_digit(M);
    let Some((last, before)) = signs.split_last() else { return false };
    let product = before.iter().try_fold(M, |product, sign| {
        let sum = (product + value(*sign)?) % M;
        Some(if sum == 0 { M } else { sum } * 2 % (M + 1))
    });
    product.zip(value(*last)).is_some_and(|(product, check)| (product + check) % M == 1)
}
