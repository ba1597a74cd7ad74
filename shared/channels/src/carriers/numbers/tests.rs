//! Numbers of every form, made for these tests: their check digits were computed from the published rules.

use super::*;
use rstest::rstest;

/// A form, a number with its check digit right, and one with it wrong.
#[rustfmt::skip]
#[rstest]
#[case("UPS 1Z", "1Z7KWW6E0399869874", "1Z7KWW6E0399869875")]
#[case("UPS 1Z", "1ZSF057I0317075367", "1ZSF057I0317075368")]
#[case("UPS waybill", "V4556815184", "V4556815185")]
#[case("UPS waybill", "T4472940555", "T4472940556")]
#[case("USPS 22 digits", "9116987168976846978806", "9116987168976846978807")]
#[case("USPS 22 digits", "9220819672731778486485", "9220819672731778486486")]
#[case("USPS 26 digits", "93663440029787534778768045", "93663440029787534778768046")]
#[case("USPS 26 digits", "93717847267147513627010798", "93717847267147513627010799")]
#[case("USPS barcode, ZIP and 22 digits", "420100019116987168976846978806", "420100019116987168976846978807")]
#[case("USPS barcode, ZIP and 22 digits", "420902109220819672731778486485", "420902109220819672731778486486")]
#[case("USPS barcode, ZIP+4 and 22 digits", "4201000112349116987168976846978806", "4201000112349116987168976846978807")]
#[case("USPS barcode, ZIP+4 and 22 digits", "4209021043219220819672731778486485", "4209021043219220819672731778486486")]
#[case("USPS barcode, ZIP and 26 digits", "4201000193663440029787534778768045", "4201000193663440029787534778768046")]
#[case("USPS barcode, ZIP and 26 digits", "4209021093717847267147513627010798", "4209021093717847267147513627010799")]
#[case("USPS barcode, ZIP+4 and 26 digits", "42010001123493663440029787534778768045", "42010001123493663440029787534778768046")]
#[case("USPS barcode, ZIP+4 and 26 digits", "42090210432193717847267147513627010798", "42090210432193717847267147513627010799")]
#[case("USPS 20 digits", "03819331908452059978", "03819331908452059979")]
#[case("USPS 20 digits", "03283792984162294867", "03283792984162294868")]
#[case("USPS 20 digits of 22", "71628360161055008757", "71628360161055008758")]
#[case("USPS 20 digits of 22", "71475177992298369570", "71475177992298369571")]
#[case("S10 of the postal union", "RB931860327GB", "RB931860328GB")]
#[case("S10 of the postal union", "RE737028385DE", "RE737028386DE")]
#[case("FedEx 12 digits", "726468616425", "726468616426")]
#[case("FedEx 12 digits", "752477647253", "752477647254")]
#[case("FedEx Ground 15 digits", "048771884133015", "048771884133016")]
#[case("FedEx Ground 15 digits", "047568205258981", "047568205258982")]
#[case("FedEx Ground barcode, 22 digits", "9611020319489394948214", "9611020319489394948215")]
#[case("FedEx Ground barcode, 22 digits", "9611020416210521854915", "9611020416210521854916")]
#[case("FedEx Ground barcode, 34 digits", "9600130411895579906500745244106467", "9600130411895579906500745244106468")]
#[case("FedEx Ground barcode, 34 digits", "9645060454146590853800793976158460", "9645060454146590853800793976158461")]
#[case("FedEx Express barcode, 34 digits", "1001940692566636322800701291102858", "1001940692566636322800701291102859")]
#[case("FedEx Express barcode, 34 digits", "1001876452912808458500708864230045", "1001876452912808458500708864230046")]
#[case("FedEx barcode, 32 digits", "33845355778794327003703826536270", "33845355778794327003703826546270")]
#[case("FedEx barcode, 32 digits", "32108394906688287586021458481126", "32108394906688287586021458491126")]
#[case("FedEx Ground SSCC-18", "005844093244845262", "005844093244845263")]
#[case("FedEx Ground SSCC-18", "003097658280258221", "003097658280258222")]
#[case("DHL Express 10 digits", "3018051540", "3018051541")]
#[case("DHL Express 10 digits", "3382993213", "3382993214")]
#[case("DHL Express 11 digits", "75711649414", "75711649415")]
#[case("DHL Express 11 digits", "75771883574", "75771883575")]
#[case("DPD 28", "9511174432568855765237355693", "9511174432568855765237355694")]
#[case("DPD 28", "632792645154742843528144976J", "632792645154742843528144976K")]
#[case("DPD 15", "60856517883655I", "60856517883655J")]
#[case("DPD 15", "062048425996779", "062048425996770")]
#[case("OnTrac C", "C50031450378496", "C50031450378497")]
#[case("OnTrac C", "C51838012537398", "C51838012537399")]
#[case("OnTrac D", "D24196898210469", "D24196898210460")]
#[case("OnTrac D", "D02883755559743", "D02883755559744")]
#[case("Canada Post 16 digits", "7540720754735486", "7540720754735487")]
#[case("Canada Post 16 digits", "6439061884791880", "6439061884791881")]
#[case("Purolator 12 digits", "395755521824", "395755521825")]
#[case("Purolator 12 digits", "348861930736", "348861930737")]
#[case("Old Dominion", "77768828343", "77768828344")]
#[case("Old Dominion", "78072855683", "78072855684")]
#[case("Old Dominion guaranteed", "80983298227", "80983298228")]
#[case("Old Dominion guaranteed", "80290044223", "80290044224")]
fn a_check_digit_is_right_or_wrong(
    #[case] name: &str,
    #[case] right: &str,
    #[case] wrong: &str,
) {
    let check = |number: &str| forms(number).find(|found| found.form.name == name).map(|found| found.check);
    assert_eq!(check(right), Some(CheckDigit::Right));
    assert_eq!(check(wrong), Some(CheckDigit::Wrong));
}

/// Forms without a check digit, and numbers that are almost of them.
#[rstest]
#[case("UPS Mail Innovations", "MI1234567", "MI123456")]
#[case("UPS Mail Innovations", "MI123456ABC123", "MI12345A7")]
#[case("DHL Express piece, two letters", "JJD123456789", "JJD12345678")]
#[case("DHL Express piece, two letters", "JJD1234567890", "JJD12345678901")]
#[case("DHL Express piece, three letters", "JVGL123456789", "XVGL123456789")]
#[case("DHL Express piece, three letters", "JVGL1234567890", "JVGL12345678901")]
#[case("DHL Express piece, one letter", "JD123456789", "JD12345678")]
#[case("DHL Express piece, one letter", "JD1234567890", "JD12345678901")]
#[case("DHL eCommerce mail", "GM123456789012", "GS123456789012")]
#[case("DHL eCommerce mail", "GM9E44608A27", "GMABCDEFGHIJ")]
#[case("DHL eCommerce 14 digits", "60120112345678", "6012011234567")]
#[case("DHL eCommerce 14 digits", "51087612345678", "510876123456789")]
#[case("LaserShip 1LS7, 15", "1LS711234567890", "1LS731234567890")]
#[case("LaserShip 1LS7, 15", "1LS720000000001", "1LX720000000001")]
#[case("LaserShip 1LS7, 17", "1LS7119013618127-1", "1LS7119013618127-2")]
#[case("LaserShip 1LS7, 17", "1LS72500141234561", "1LS72500151234561")]
#[case("LaserShip 1LSCX", "1LSCXVE005ABCDE", "1LSCZVE005ABCDE")]
#[case("LaserShip 1LSCX", "1LSCX0123456789", "1LSCX012345678")]
#[case("LaserShip L", "LX11234567", "LX41234567")]
#[case("LaserShip L", "LA21234567", "LB21234567")]
#[case("Amazon TBA", "TBA123456789012", "TBD123456789012")]
#[case("Amazon TBA", "TBC123456789012", "TBC12345678901")]
#[case("Amazon international", "C1234567890", "D1234567890")]
#[case("Amazon international", "F1234567890", "F123456789")]
#[case("Canpar 22", "D604213870000002915030", "M604213870000002915030")]
#[case("Canpar 22", "L123456789012345678901", "L12345678901234567890")]
#[case("Purolator 3 letters", "KYV123456789", "KY1234567890")]
#[case("Purolator 3 letters", "CGK987654321", "CGKX87654321")]
#[case("Spee-Dee", "SP123456789012345678", "SX123456789012345678")]
#[case("Spee-Dee", "SP029692510000123456", "SP02969251000012345")]
#[case("Yodel", "JD0002212345678901", "JC0002212345678901")]
#[case("Yodel", "JJD0002212345678901", "JJD000221234567890")]
#[case("YunExpress", "YT2229512345678901", "YT222951234567890")]
#[case("YunExpress", "YT1234567890123456", "YU1234567890123456")]
#[case("GOFO", "GFUS01012345678901", "GFUS0101234567890")]
#[case("GOFO", "GFUS12345678901234", "GFUK12345678901234")]
#[case("Landmark LTN", "LTN12345678N1", "LTN12345678N2")]
#[case("Landmark LTN", "LTN87654321N1", "LTN8765432N1")]
fn a_form_without_a_check_digit(#[case] name: &str, #[case] right: &str, #[case] wrong: &str) {
    let check =
        |number: &str| forms(number).find(|found| found.form.name == name).map(|found| found.check);
    assert_eq!(check(right), Some(CheckDigit::None));
    assert_eq!(check(wrong), None);
}

#[rstest]
#[case::blanks("1Z 7KWW 6E03 9986 9874")]
#[case::small_letters("1z7kww6e0399869874")]
#[case::dashes("1Z-7KWW6E-03-99869874")]
fn signs_do_not_matter(#[case] number: &str) {
    assert!(forms(number).any(|found| found.form.name == "UPS 1Z" && found.is_right()));
}

#[rstest]
#[case::no_country("RB123456785XX", false)]
#[case::a_country_without_a_carrier_of_ours("RB123456785CV", true)]
fn a_number_of_the_postal_union_names_a_country(#[case] number: &str, #[case] expected: bool) {
    let found = forms(number).find(|found| found.form.name == "S10 of the postal union");
    assert_eq!(found.is_some(), expected);
    assert!(found.is_none_or(|found| found.owner().is_none()));
}

#[rstest]
#[case("RB931860327GB", Carrier::ROYAL_MAIL)]
#[case("RE737028385DE", Carrier::DEUTSCHE_POST)]
#[case("RB123456785US", Carrier::USPS)]
fn the_country_names_its_operator(#[case] number: &str, #[case] operator: Carrier) {
    assert!(
        forms(number).any(|found| found.owner() == Some(operator) && found.is_main_of(operator))
    );
}

/// What a person is told: nothing, the form whose check digit is wrong, or the form of another carrier.
#[rstest]
#[case::right(Some(Carrier::UPS), "1Z7KWW6E0399869874", None)]
#[case::wrong(Some(Carrier::UPS), "1Z7KWW6E0399869875", Some(("UPS 1Z", "check digit")))]
#[case::wrong_of_usps(Some(Carrier::USPS), "9116987168976846978807", Some(("USPS 22 digits", "check digit")))]
#[case::wrong_of_fedex(Some(Carrier::FEDEX), "726468616426", Some(("FedEx 12 digits", "check digit")))]
#[case::of_another(Some(Carrier::FEDEX), "1Z7KWW6E0399869874", Some(("UPS 1Z", "another")))]
#[case::of_another_by_its_check(Some(Carrier::UPS), "726468616425", Some(("FedEx 12 digits", "another")))]
#[case::of_the_postal_union(Some(Carrier::FEDEX), "RB931860327GB", Some(("S10 of the postal union", "another")))]
#[case::of_an_unlisted_carrier(None, "1Z7KWW6E0399869874", Some(("UPS 1Z", "another")))]
#[case::an_unlisted_carrier_may_have_12_digits(None, "726468616425", None)]
#[case::a_carrier_without_forms_may_have_12_digits(Some(Carrier::TOLL), "726468616425", None)]
#[case::a_weak_form_says_nothing(Some(Carrier::UPS), "3018051540", None)]
#[case::no_form(Some(Carrier::UPS), "ABC123", None)]
#[case::handed_to_the_postal_service(Some(Carrier::UPS_SUREPOST), "9220819672731778486485", None)]
#[case::mail_innovations(Some(Carrier::UPS_MAIL_INNOVATIONS), "9220819672731778486485", None)]
#[case::handed_over_wrong(Some(Carrier::DHL_ECOMMERCE), "9220819672731778486486", Some(("USPS 22 digits", "check digit")))]
#[case::posts_share_the_form(Some(Carrier::USPS), "RB931860327GB", None)]
#[case::laser_ship_is_on_trac(Some(Carrier::ONTRAC), "1LS711234567890", None)]
fn a_number_is_doubtful(
    #[case] carrier: Option<Carrier>,
    #[case] number: &str,
    #[case] expected: Option<(&str, &str)>,
) {
    let hint = number_hint(carrier, number).map(|hint| match hint {
        NumberHint::CheckDigitWrong(form) => (form.name, "check digit"),
        NumberHint::OfAnother(found) => (found.form.name, "another"),
    });
    assert_eq!(hint, expected);
}
