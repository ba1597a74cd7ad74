//! A partner's settings and credentials. What is taken can be kept, read again and used for a call. What is refused is named,
//! and no refusal repeats a secret.

use crate::answers::known;
use crate::bytes::{Bytes, is_plain, text};
use crate::orders::item;
use channels::about::{self, about};
use channels::{Destination, Marketplace, Token, Visitor, visit};
use domain::{Channel, ChannelSettings, Partner, Submission};
use http::Request;
use jiff::SignedDuration;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use testkit::{NUMBER, START, at, parsed, partner_of, seller};

/// A text behind every text of the credentials, which no refusal may repeat.
const SECRET: &str = "S3CR3T";

/// The longest refusal. Unit: characters.
const PROBLEM_MAX: usize = 600;

pub(crate) const WORDS: &[&str] = &[
    "\"region\":\"na\"",
    "\"marketplace_id\":\"ATVPDKIKX0DER\"",
    "\"origin_country\":\"US\"",
    "\"host\":\"www.backmarket.fr\"",
    "\"language\":\"en-us\"",
    "\"company\":\"A\"",
    "\"integration\":\"A\"",
    "\"contact\":\"A\"",
    "\"supplier_id\":\"42\"",
    "\"api_version\":\"v2\"",
    "\"v4\"",
    "\"url\":\"https://a.example/\"",
    "\"receiver_dedupes\":true",
    "\"client_id\":\"c\"",
    "\"client_secret\":\"s\"",
    "\"refresh_token\":\"r\"",
    "\"token\":\"t\"",
    "\"secret\":\"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"",
    "\"channel\":\"ebay\"",
    "https://127.1/",
    "https://0x7f.1/",
    "https://[::1]/",
    "https://a.example.:443/",
    "https://a.example:0/",
    "https://u:p@a.example/",
    "\\u00e4",
    "\\r\\n",
    "\\u0000",
    "\\u007f",
    "null",
    "true",
    "false",
    "Basic ",
    "#",
    "?",
    "%",
    "&token=",
    "{",
    "}",
    ",",
];

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let mut seeds = Vec::new();
    let count = u8::try_from(Channel::ALL.len()).expect("there are few");
    for (channel, place) in Channel::ALL.into_iter().zip(0_u8..) {
        let partner = partner_of(&seller(), "p", channel);
        let mut settings = json!(partner.settings);
        settings.as_object_mut().expect("an object").remove("channel");
        for (given, is_secret) in [(settings.to_string(), 0), (testkit::secret(&partner), 0x80)] {
            let seed = |place: u8| [&[place | is_secret], given.as_bytes()].concat();
            seeds.extend([seed(place), seed((place + 1) % count)]);
        }
    }
    let is_webhook = |channel: &Channel| *channel == Channel::UntilGone;
    let place = Channel::ALL.iter().position(is_webhook).expect("it is among them");
    let place = u8::try_from(place).expect("there are few");
    for url in [
        "https://127.1/x",
        "https://2.1-4",
        "https://127.0X1/",
        "https://hooks.a.example:8443/x?y=%20#z",
        "https://a.example.",
        "http://a.example/",
    ] {
        let given = json!({ "url": url, "receiver_dedupes": true }).to_string();
        seeds.push([&[place], given.as_bytes()].concat());
    }
    seeds
}

/// Target: settings or credentials, of any bytes. The first byte chooses the channel.
pub fn settings(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let first = bytes.byte();
    let Some(channel) = Channel::ALL.get(usize::from(first & 0x7f) % Channel::ALL.len()).copied()
    else {
        return;
    };
    let Ok(Value::Object(given)) = serde_json::from_str(text(bytes.0)) else { return };
    visit(channel, Tried(first, &given));
}

/// Tries the settings, or the credentials, as the channel's own.
struct Tried<'a>(u8, &'a Map<String, Value>);

impl Visitor for Tried<'_> {
    type Output = ();

    fn visit<M: Marketplace>(self) {
        tried::<M>(self.0, self.1);
    }
}

fn tried<M: Marketplace>(first: u8, given: &Map<String, Value>) {
    if first & 0x80 == 0 { settings_tried::<M>(given) } else { credentials_tried::<M>(given) }
}

fn settings_tried<M: Marketplace>(given: &Map<String, Value>) {
    let taken = match about::settings(M::CHANNEL, given) {
        Ok(taken) => taken,
        Err(unfit) => return refused(&unfit, "settings"),
    };
    assert_eq!(taken.channel(), M::CHANNEL, "its channel never changes");
    let kept = json!(taken);
    let read = serde_json::from_value::<ChannelSettings>(kept.clone());
    assert_eq!(read.ok().as_ref(), Some(&taken), "they read the same when they are kept");
    let Value::Object(mut shown) = kept else { panic!("settings are an object: {taken:?}") };
    shown.remove("channel");
    assert_eq!(
        about::settings(M::CHANNEL, &shown).as_ref(),
        Ok(&taken),
        "what is shown can be put again"
    );
    let partner = Partner { settings: taken, ..partner_of(&seller(), "p", M::CHANNEL) };
    let request = confirmation::<M>(&partner);
    if let Some(url) = partner.settings.fields().get("url") {
        assert_is_name(request.uri().host().unwrap_or_default());
        assert_eq!(request.uri().scheme_str(), Some("https"), "{url}");
    }
}

/// The request of a confirmation. Settings that are taken must allow one.
fn confirmation<M: Marketplace>(partner: &Partner) -> Request<Vec<u8>> {
    let site = Destination { partner, endpoint: None };
    let submission = submission(M::CHANNEL);
    let key = testkit::key("p", submission.order.as_str());
    let reference = M::reference(&key, &submission);
    M::confirm(site, &submission, reference.as_ref()).expect("settings that are taken can be used")
}

/// Checks that a host is no address, however it is written: an address could reach a receiver inside of our network.
fn assert_is_name(host: &str) {
    assert!(host.parse::<IpAddr>().is_err() && !host.contains(['[', ']', ':', '@']), "{host}");
    let host = host.strip_suffix('.').unwrap_or(host);
    let last = host.rsplit('.').next().unwrap_or_default();
    assert!(host.contains('.') && last.contains(|c: char| c.is_ascii_alphabetic()), "{host}");
    let last = last.to_ascii_lowercase();
    let is_number = |digits: &str| digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    assert!(!last.strip_prefix("0x").is_some_and(is_number), "{host}");
}

fn credentials_tried<M: Marketplace>(given: &Map<String, Value>) {
    let marked = |value: &Value| {
        value.as_str().map_or_else(|| value.clone(), |text| format!("{text}{SECRET}").into())
    };
    let marked = given.iter().map(|(name, value)| (name.clone(), marked(value)));
    for given in [given.clone(), marked.collect()] {
        match about::credentials(M::CHANNEL, &given) {
            Ok(()) => usable::<M>(&Value::Object(given)),
            Err(unfit) => {
                refused(&unfit, "credentials");
                assert!(!unfit.problem.contains(SECRET), "a secret is never repeated: {unfit}");
            }
        }
    }
}

/// Checks that a request can be made with credentials that are taken.
fn usable<M: Marketplace>(given: &Value) {
    let read = serde_json::from_str::<M::Credentials>(&given.to_string());
    let Ok(credentials) = read else { panic!("they cannot be read again") };
    let partner = partner_of(&seller(), "p", M::CHANNEL);
    let asked = M::token_request(Destination { partner: &partner, endpoint: None }, &credentials);
    let is_given_out =
        about(M::CHANNEL).credentials.iter().any(|field| field.name == "refresh_token");
    assert_eq!(asked.is_some(), is_given_out, "who has a refresh token asks for a token");
    let token = Token { value: "t".to_owned(), lives: SignedDuration::from_hours(1) };
    let mut request = confirmation::<M>(&partner);
    let put = M::authorize(&mut request, &credentials, asked.is_some().then_some(&token), START);
    assert!(put.is_ok(), "they can be put into a request: {put:?}");
}

fn refused(unfit: &domain::Fault, of: &str) {
    let whole = unfit.to_string();
    assert!(unfit.field.starts_with(of) && !unfit.problem.is_empty(), "it names a field: {whole}");
    assert!(whole.chars().count() <= PROBLEM_MAX && is_plain(&whole), "{whole:?}");
}

/// A confirmation for any channel.
fn submission(channel: Channel) -> Submission {
    Submission {
        channel,
        order: parsed(known(channel).order),
        package: parsed("1"),
        tracking: parsed(NUMBER),
        carrier: testkit::text("UPS"),
        carrier_code: None,
        service: Some(testkit::text("Ground")),
        tracking_url: None,
        ship_date: at(0),
        items: vec![item("7001", 1)],
        devices: BTreeMap::new(),
        reference: None,
        imeis_apart: false,
        supply_source_id: None,
        siblings: BTreeSet::new(),
    }
}
