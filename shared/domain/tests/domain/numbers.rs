//! Rules N1 and N2: what is read as a tracking number, how it is kept, and what tells two apart.

use domain::TrackingNumber;
use rstest::rstest;

fn number(text: &str) -> TrackingNumber {
    text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

#[rstest]
#[case::as_it_is("1Z999AA10123456784", "1Z999AA10123456784")]
#[case::small("1z999aa10123456784", "1Z999AA10123456784")]
#[case::in_groups("9400 1118 9922 3344 5566 77", "9400111899223344556677")]
#[case::in_groups_of_an_s10("RR 123 456 785 DE", "RR123456785DE")]
#[case::with_hyphens("1234-5678-9012", "123456789012")]
#[case::with_dashes("1234\u{2013}5678\u{2014}9012", "123456789012")]
#[case::with_a_byte_order_mark("\u{feff}1Z999AA10123456784", "1Z999AA10123456784")]
#[case::with_a_direction_mark("\u{200e}1Z999AA10123456784\u{200e}", "1Z999AA10123456784")]
#[case::with_a_soft_hyphen("1Z999AA1\u{ad}0123", "1Z999AA10123")]
#[case::with_hard_blanks("\u{a0}1Z999AA10123456784\u{202f}", "1Z999AA10123456784")]
#[case::with_a_line_end("1Z999AA10123456784\r\n", "1Z999AA10123456784")]
#[case::quoted_by_a_sheet("'1Z999AA10123456784", "1Z999AA10123456784")]
#[case::quoted("\u{201c}1Z999AA10123456784\u{201d},", "1Z999AA10123456784")]
#[case::between_the_stars_of_a_barcode("*1Z999AA10123456784*", "1Z999AA10123456784")]
#[case::full_width("\u{ff11}\u{ff3a}\u{ff19}\u{ff19}\u{ff19}\u{ff41}", "1Z999A")]
#[case::with_a_star("24XI00743314*001001", "24XI00743314*001001")]
#[case::with_a_point("0980982.1", "0980982.1")]
#[case::with_a_slash("1234567/01", "1234567/01")]
#[case::with_a_plus("AB+12345", "AB+12345")]
#[case::with_a_colon("AB:12345", "AB:12345")]
#[case::with_a_low_line("AB_12345", "AB_12345")]
#[case::two_short_groups("1234567 7654321", "12345677654321")]
#[case::the_least("1A234", "1A234")]
#[case::forty(
    "1234567890123456789012345678901234567890",
    "1234567890123456789012345678901234567890"
)]
fn n1_is_kept_as_it_is_sent(#[case] text: &str, #[case] written: &str) {
    assert_eq!(number(text).as_str(), written);
}

#[rstest]
#[case::signs("24XI00743314*001001", "24XI00743314001001")]
#[case::points("0980982.1", "09809821")]
#[case::slashes("1234567/01", "123456701")]
#[case::nothing_to_leave_out("1Z999AA10123456784", "1Z999AA10123456784")]
fn n1_is_matched_by_letters_and_digits(#[case] text: &str, #[case] key: &str) {
    assert_eq!(number(text).key().as_str(), key);
    assert!(number(text).is_same(&number(key)));
}

#[rstest]
#[case::a_word("PENDING", "`PENDING` is a word, not a tracking number")]
#[case::another_word("untracked", "`UNTRACKED` is a word, not a tracking number")]
#[case::not_applicable("N/A", "`N/A` is a word, not a tracking number")]
#[case::of_one_piece("NOTRACKING", "`NOTRACKING` is a word, not a tracking number")]
#[case::few_digits("ORDER123", "`ORDER123` has fewer than 4 digits")]
#[case::nothing("", "is empty")]
#[case::signs_alone("---", "is empty")]
#[case::four("1234", "has 4 letters and digits")]
#[case::forty_one("12345678901234567890123456789012345678901", "has 41 letters and digits")]
#[case::too_many_signs(
    "1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3/4/5/6/7/8/9/0/1/2/3",
    "has 65 characters"
)]
#[case::an_address("https://track.example/1Z999AA10123456784", "is an address")]
#[case::an_address_without_its_scheme("www.track.example/12345678", "is an address")]
#[case::a_power("9.40011E+21", "`9.40011E+21` is what a spreadsheet made of a number")]
#[case::a_power_with_a_comma("9,40011E+21", "`9,40011E+21` is what a spreadsheet made of a number")]
#[case::a_power_of_a_whole("94E+20", "`94E+20` is what a spreadsheet made of a number")]
#[case::a_fraction("397414590114.0", "`397414590114.0` is what a spreadsheet made of a number")]
#[case::two_places("397414590114.00", "`397414590114.00` is what a spreadsheet made of a number")]
#[case::with_its_carrier("UPS 1Z999AA10123456784", "`UPS` stands beside the number")]
#[case::with_words("Tracking number: 1Z999AA10123456784", "`TRACKING` stands beside the number")]
#[case::with_a_bracket("1Z999(AA)10123", "has a `(` in it")]
#[case::with_a_letter_of_no_number("1Z999ÄA10123", "has a `Ä` in it")]
#[case::with_a_hash("1Z999#1", "has a `#` in it")]
fn n1_is_refused_by_name(#[case] text: &str, #[case] said: &str) {
    let error = text.parse::<TrackingNumber>().expect_err("no number").to_string();
    assert!(error.starts_with(said), "{error}");
}

#[rstest]
#[case::a_blank("JD014600006345891234 JD014600006345891235")]
#[case::a_tab("JD014600006345891234\tJD014600006345891235")]
#[case::a_line_end("JD014600006345891234\r\nJD014600006345891235")]
#[case::a_bar("JD014600006345891234|JD014600006345891235")]
#[case::a_comma("JD014600006345891234, JD014600006345891235")]
#[case::a_semicolon("JD014600006345891234;JD014600006345891235")]
#[case::a_slash("JD014600006345891234/JD014600006345891235")]
#[case::a_dash("JD014600006345891234-JD014600006345891235")]
#[case::a_long_dash("JD014600006345891234 \u{2014} JD014600006345891235")]
#[case::a_word("JD014600006345891234 and JD014600006345891235")]
#[case::an_ampersand("JD014600006345891234 & JD014600006345891235")]
#[case::a_colon("JD014600006345891234:JD014600006345891235")]
#[case::a_plus("JD014600006345891234+JD014600006345891235")]
#[case::nothing_to_be_seen("JD014600006345891234\u{200b}JD014600006345891235")]
fn n2_two_numbers_are_never_joined(#[case] text: &str) {
    let error = text.parse::<TrackingNumber>().expect_err("two numbers").to_string();
    assert_eq!(error, "has more than one number: JD014600006345891234, JD014600006345891235");
}

/// What divides two numbers divides none where one of them is too short, or has too few digits, to be a number.
#[rstest]
#[case::a_part_of_seven("12345678 1234567", "123456781234567")]
#[case::a_part_of_three_digits("12345678 ABCDE123", "12345678ABCDE123")]
#[case::a_star("24XI00743314*00100100", "24XI00743314*00100100")]
#[case::a_point("12345678.12345678", "12345678.12345678")]
#[case::a_low_line("12345678_12345678", "12345678_12345678")]
fn n2_one_number_in_groups(#[case] text: &str, #[case] written: &str) {
    assert_eq!(number(text).as_str(), written);
}

#[rstest]
fn i8_a_refusal_of_two_imeis_in_the_place_of_a_number_shows_neither() {
    let error = "490154203237518/356938035643809".parse::<TrackingNumber>().expect_err("two");
    assert_eq!(error.to_string(), "has more than one number: ***********7518, ***********3809");
}
