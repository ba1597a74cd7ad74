//! What a person puts as the settings of a partner at Wish.

use channels::CountryCode;
use rstest::rstest;

#[rstest]
#[case::capitals("DE", true)]
#[case::small("de", false)]
#[case::three("DEU", false)]
#[case::none("", false)]
#[case::digits("D1", false)]
fn a_country_has_two_capital_letters(#[case] text: &str, #[case] is_one: bool) {
    let country = CountryCode::try_from(text.to_owned());
    assert_eq!(country.is_ok_and(|country| country.as_str() == text), is_one);
}
