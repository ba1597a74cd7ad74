//! Back Market's answers, to confirmations and to the registration of an IMEI.

use super::encoding::{
    CF_RAY, Question, RETRY, Read, has_json_form, holds, holds_number, is_json, read, seed, seeds,
    with,
};
use super::submissions::Submissions;
use super::{Known, kept, meant, tried};
use crate::Target;
use crate::orders::{item, phone};
use channels::{Answer, BackMarket, Class, Marketplace as _};
use domain::{Channel, Device, Imei, Reading};
use testkit::{IMEIS, NUMBER, parsed};

/// What is known of the channel, stated apart from its sender.
pub(super) const KNOWN: Known = Known {
    channel: Channel::BackMarket,
    target: Target { name: "back_market", check, seeds: all_seeds, words: WORDS },
    order: "65443",
    alone: |_| None,
    has_ours: |held, numbers| {
        held.get("tracking_number").is_some_and(|number| numbers.is_ours(number))
    },
};

const WORDS: &[&str] = &[
    "\"order_id\":65443",
    "\"tracking_number\":\"1Z999AA10123456784\"",
    "\"orderlines\":[{",
    "\"id\":7001",
    "\"state\":3",
    "\"state\":2",
    "\"imei\":\"490154203237518\"",
    "49-015420 323751-8",
    "\"error\":{\"code\":\"",
    "\"message\":\"",
    "\"errors\":[",
    "from state 3 to",
    "from state 1 to",
    "not accepted",
    "must be accepted",
    "must be in 2,3,4,5,6",
    "sku not found",
    "imei",
    "already",
    "bot-need-challenge",
    "490154203237518",
    "4901\\u00015420",
    "\\u0031",
    "null",
    "<title>",
    "</title>",
    "\\ud800",
];

fn all_seeds() -> Vec<Vec<u8>> {
    let order = |number: &str, state: u8, imei: &str| {
        format!(
            r#"{{"order_id":65443,"tracking_number":"{number}","orderlines":[{{"id":7001,"state":{state},"imei":"{imei}"}}]}}"#
        )
    };
    let error = |message: &str| format!(r#"{{"error":{{"code":"bad","message":"{message}"}}}}"#);
    let answers = [
        seed(200, &order(NUMBER, 3, IMEIS[0])),
        seed(200, &order(NUMBER, 2, "")),
        seed(200, &order("OTHER12345", 3, "49-015420-323751-8")),
        seed(200, &order("", 3, IMEIS[1])),
        seed(200, &order("", 2, "")),
        seed(200, r#"{"id":7001,"state":3,"imei":"490154203237518"}"#),
        seed(200, r#"{"id":7001,"imei":"356938035643809"}"#),
        seed(400, &error("Order already shipped 490154203237518")),
        seed(400, &error("cannot go from state 1 to 3")),
        seed(400, r#"{"new_state":["must be in 2,3,4,5,6"]}"#),
        seed(400, &error("no")),
        seed(401, ""),
        seed(403, &error("token")),
        seed(403, r#"{"type":"bot-need-challenge"}"#),
        with(403, CF_RAY, "8f1-490154203237518", "<html><title>Just a moment...</title></html>"),
        seed(404, ""),
        seed(422, r#"{"detail":"IMEI already set: 490154203237518"}"#),
        with(429, RETRY, "3", ""),
        seed(500, ""),
    ];
    seeds(&answers, 2)
}

/// What an answer may mean. Source: the marketplace's own list, in the channel's README.
fn classes(answer: &Answer) -> &'static [Class] {
    match answer.status {
        200 if holds_number(answer, &parsed(NUMBER)) != Some(false) => {
            &[Class::Accepted, Class::Unknown]
        }
        400 => &[Class::AlreadyShipped, Class::Passing, Class::Final, Class::Unknown],
        401 => &[Class::Unauthorized],
        403 if is_json(answer) => &[Class::Unauthorized, Class::Passing],
        404 if is_json(answer) => &[Class::Unknown],
        403 | 404 | 429 => &[Class::Passing],
        _ => &[Class::Unknown],
    }
}

/// What an answer to the registration of an IMEI may mean. Source: the channel's README.
fn imei_classes(answer: &Answer) -> &'static [Class] {
    match answer.status {
        200 if holds_imei(answer) != Some(false) => &[Class::Accepted, Class::Unknown],
        400 if is_json(answer) => &[Class::AlreadyShipped, Class::Final],
        422 => &[Class::AlreadyShipped, Class::Final],
        401 => &[Class::Unauthorized],
        403 if is_json(answer) => &[Class::Unauthorized, Class::Passing],
        404 if is_json(answer) => &[Class::Final, Class::Unknown],
        400 | 403 | 404 | 429 => &[Class::Passing],
        _ => &[Class::Unknown],
    }
}

/// Whether a text of the answer is our IMEI, without regard to blanks and hyphens.
fn holds_imei(answer: &Answer) -> Option<bool> {
    let plain = |text: &str| -> String {
        text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
    };
    holds(answer, &|text| plain(text) == IMEIS[0])
}

thread_local! {
    static SUBMISSIONS: Submissions =
        Submissions::new(Channel::BackMarket, KNOWN.order, &[&[phone("7001")], &[phone("7001"), item("7002", 2)]]);
}

/// Target: Back Market's answers, of any bytes.
pub fn check(bytes: &[u8]) {
    SUBMISSIONS.with(|submissions| {
        let read = read(bytes);
        tried::<BackMarket>(&read, submissions, classes);
        imeis(&read);
    });
}

fn imeis(read: &Read) {
    let (Some(answer), Ok(imei)) = (read.answers.first(), IMEIS[0].parse::<Imei>()) else { return };
    let device = Device::from(imei);
    match read.question {
        Question::Refused => {
            let verdict = BackMarket::device_registered(answer, &device);
            meant::<BackMarket>(answer, &verdict, imei_classes);
        }
        Question::Found => {
            match BackMarket::device_found(&read.answers, &parsed("7001"), &device) {
                Reading::Ours(_) => {
                    assert!(
                        answer.status == 200
                            && answer.is_whole
                            && holds_imei(answer) != Some(false),
                        "it is not in it"
                    );
                }
                Reading::Other(shown) | Reading::Former(shown) => {
                    let digits = shown.as_str().chars().filter(char::is_ascii_digit).count();
                    assert!(answer.status == 200 && answer.is_whole);
                    assert!(digits <= 4, "rule I8: {shown}");
                }
                Reading::Absent => {
                    assert!(answer.status == 200 && answer.is_whole && has_json_form(answer));
                }
                Reading::Unreadable(why) => kept(&why.reason),
                Reading::Unclear(why) => kept(&why),
            }
        }
        Question::Confirmed | Question::Token => {}
    }
}
