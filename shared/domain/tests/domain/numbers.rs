//! Rules N1 and N2: what is read as a tracking number, how it is kept, and what tells two apart.

use domain::TrackingNumber;
use proptest::prelude::*;
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
#[case::behind_what_a_scanner_says(
    "]C1420100019400136999231104560125",
    "420100019400136999231104560125"
)]
#[case::behind_what_a_scanner_says_of_a_matrix(
    "\u{1d}]d20034043416109400000",
    "0034043416109400000"
)]
#[case::a_bracket_that_a_scanner_does_not_say("]1Z999AA10123456784", "1Z999AA10123456784")]
#[case::with_the_brackets_of_gs1(
    "(420) 10001 (94) 00136999231104560125",
    "420100019400136999231104560125"
)]
#[case::with_the_brackets_of_a_logistic_unit("(00) 3 4043416 109400000 3", "00340434161094000003")]
#[case::with_a_separator_behind_the_zip(
    "42010001\u{1d}9400136999231104560125",
    "420100019400136999231104560125"
)]
#[case::with_a_blank_behind_the_zip(
    "42010001 9400136999231104560125",
    "420100019400136999231104560125"
)]
#[case::with_a_line_end_behind_the_zip(
    "42010001\r\n9400136999231104560125",
    "420100019400136999231104560125"
)]
#[case::with_a_dash_behind_zip_plus_4(
    "420100011234-9400136999231104560125",
    "4201000112349400136999231104560125"
)]
#[case::letters_in_front("SPXVN 0123 4567 8901", "SPXVN012345678901")]
#[case::four_letters_behind("12345678-ABCD", "12345678ABCD")]
#[case::of_dpd_with_its_check_letter("0150 5094 1234 56 F", "01505094123456F")]
#[case::of_japan_post("1234-5678-9012", "123456789012")]
#[case::of_royal_mail("AB 1234 5678 9GB", "AB123456789GB")]
#[case::of_dhl_paket("JJD 0003 9000 7882 8233 99", "JJD000390007882823399")]
#[case::of_dhl_express("JVGL 0123 4567 8901", "JVGL012345678901")]
#[case::of_swiss_post("99.34.123456.12345678", "99.34.123456.12345678")]
#[case::of_la_poste("6A 12345 67890 1", "6A12345678901")]
#[case::of_laser_ship("1LS7119013618127-1", "1LS71190136181271")]
#[case::of_mail_innovations("MI 123456 7890", "MI1234567890")]
#[case::of_sf_express("SF 1234 5678 9012 3", "SF1234567890123")]
#[case::a_formula_of_a_sheet("=\"9400136999231104560125\"", "9400136999231104560125")]
#[case::wrapped_behind_a_short_end("3974 1459\r\n0114", "397414590114")]
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
#[case::a_fraction_with_a_comma(
    "397414590114,00",
    "`397414590114,00` is what a spreadsheet made of a number"
)]
#[case::of_as_many_digits_as_an_imei(
    "490154203237518.0",
    "`(a long number)` is what a spreadsheet made of a number"
)]
#[case::of_as_many_in_thousands(
    "490,154,203,237,518",
    "`(a long number)` is what a spreadsheet made of a number"
)]
#[case::in_thousands("397,414,590,114", "`397,414,590,114` is what a spreadsheet made of a number")]
#[case::rounded_to_15_digits(
    "9400136999231100000000",
    "has zeros in the place of all digits after the fifteenth"
)]
#[case::rounded_in_groups(
    "9400 1369 9923 1100 0000 00",
    "has zeros in the place of all digits after the fifteenth"
)]
#[case::with_its_state("794612345678 DELIVERED", "`DELIVERED` stands beside the number")]
#[case::with_its_state_behind_a_dash("794612345678-Return", "`RETURN` stands beside the number")]
#[case::with_a_word_that_has_a_blank_in_it(
    "794612345678 / DELI VER",
    "`DELIVER` stands beside the number"
)]
#[case::with_another_carrier("DPD: 0150 5094 1234 56", "`DPD` stands beside the number")]
#[case::with_a_carrier_of_two_words("Royal Mail AB123456785GB", "`ROYAL` stands beside the number")]
#[case::with_a_word_of_a_german_label(
    "Sendungsnummer 00340434161094000003",
    "`SENDUNGSNUMMER` stands beside the number"
)]
#[case::with_a_letter_like_a_plain_one("R\u{410}123456785RU", "has a `\u{410}` in it (U+0410)")]
#[case::with_a_note_in_brackets("397414590114 (0201)", "has a `(` in it")]
#[case::brackets_of_another_meaning("(01) 04012345123456", "has a `)` in it")]
#[case::with_its_carrier("UPS 1Z999AA10123456784", "`UPS` stands beside the number")]
#[case::with_words("Tracking number: 1Z999AA10123456784", "`TRACKING` stands beside the number")]
#[case::with_a_bracket("1Z999(AA)10123", "has a `(` in it")]
#[case::with_a_letter_of_no_number("1Z999ÄA10123", "has a `Ä` in it")]
#[case::with_a_hash("1Z999#1", "has a `#` in it")]
#[case::with_a_character_that_no_message_takes(
    "1Z999\u{ffff}10123",
    "has the character U+FFFF in it"
)]
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

/// Numbers that are printed in groups are two all the same.
#[rstest]
#[case::a_line_end("7946 1234 5678\n7946 1234 5689")]
#[case::a_tab("7946 1234 5678\t7946 1234 5689")]
#[case::a_slash("7946 1234 5678 / 7946 1234 5689")]
#[case::a_comma("7946-1234-5678, 7946-1234-5689")]
#[case::a_plus("7946 1234 5678 + 7946 1234 5689")]
#[case::a_dash_between_blanks("7946 1234 5678 - 7946 1234 5689")]
#[case::a_long_dash_between_blanks("7946-1234-5678 \u{2013} 7946-1234-5689")]
#[case::a_blank("7946 1234 5678 7946 1234 5689")]
#[case::a_dash("7946-1234-5678-7946-1234-5689")]
fn n2_two_numbers_in_groups_are_never_joined(#[case] text: &str) {
    let error = text.parse::<TrackingNumber>().expect_err("two numbers").to_string();
    assert_eq!(error, "has more than one number: 794612345678, 794612345689");
}

/// What divides two numbers divides none where one of them is too short, or has too few digits, to be a number.
#[rstest]
#[case::a_part_of_seven("12345678 1234567", "123456781234567")]
#[case::a_part_of_three_digits("12345678 ABCDE123", "12345678ABCDE123")]
#[case::a_star("24XI00743314*00100100", "24XI00743314*00100100")]
#[case::a_point("12345678.12345678", "12345678.12345678")]
#[case::a_low_line("12345678_12345678", "12345678_12345678")]
#[case::halves_that_begin_otherwise("7946 1234 5678 7947 1234 5678", "794612345678794712345678")]
#[case::halves_of_nine("79461 2345 79461 2345", "794612345794612345")]
#[case::halves_that_nothing_parts("7946 12345 6787946 12345 678", "794612345678794612345678")]
#[case::a_line_end_before_a_part_of_seven("1234 5678\n123 4567", "123456781234567")]
#[case::a_dash_without_blanks("1234 5678-1234 5679", "1234567812345679")]
fn n2_one_number_in_groups(#[case] text: &str, #[case] written: &str) {
    assert_eq!(number(text).as_str(), written);
}

#[rstest]
fn i8_a_refusal_of_two_imeis_in_the_place_of_a_number_shows_neither() {
    let error = "490154203237518/356938035643809".parse::<TrackingNumber>().expect_err("two");
    assert_eq!(error.to_string(), "has more than one number: ***********7518, ***********3809");
}

/// A tab in a part goes, and what is left is two numbers.
#[rstest]
#[case::in_both("7946\t1234+7946\t1235", "has more than one number: 79461234, 79461235")]
#[case::in_one("000\t00000+00000000", "has more than one number: 00000000, 00000000")]
fn n2_a_gap_in_a_part_hides_no_second_number(#[case] text: &str, #[case] expected: &str) {
    assert_eq!(text.parse::<TrackingNumber>().expect_err("two").to_string(), expected);
}

proptest! {
    /// What is stored is read again when an order is loaded: what was taken once is taken as it was written.
    #[test]
    fn n1_what_is_written_is_read_as_it_is(text in "([0-9]{1,9}|[A-Z]{1,2}|UPS|E|[-/*.:+_,|() \\t\\n\u{1d}\u{2013}]){2,12}") {
        if let Ok(number) = text.parse::<TrackingNumber>() {
            prop_assert_eq!(number.as_str().parse::<TrackingNumber>(), Ok(number));
        }
    }
}
