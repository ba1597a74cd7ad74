//! The answers of marketplaces: any status, headers and body, and any list of answers to a read.
//!
//! No answer that is not listed may count as accepted or as "not applied". No reading is ours without our number in it. The
//! words that are kept have no secret and no IMEI.

pub mod amazon;
pub mod back_market;
mod broken_bodies;
pub mod ebay;
mod encoding;
pub mod groupon;
mod submissions;
mod tracking_numbers;
pub mod until_gone;
pub mod wish;

/// What is known of a channel, stated apart from its sender.
pub(crate) struct Known {
    pub(crate) channel: Channel,
    /// The target of its answers.
    pub(crate) target: Target,
    /// An order's id, as the channel writes it.
    pub(crate) order: &'static str,
    /// What a status alone means, beside 401 and 429. Source: the channels' READMEs. `None` where the body decides.
    alone: fn(u16) -> Option<Class>,
    /// Whether our number stands where the channel has the numbers of an order, or of some lines.
    has_ours: fn(&Value, &Numbers<'_>) -> bool,
}

/// What is known of every channel.
pub(crate) const KNOWN: [Known; Channel::ALL.len()] = [
    amazon::KNOWN,
    ebay::KNOWN,
    wish::KNOWN,
    back_market::KNOWN,
    groupon::KNOWN,
    until_gone::KNOWN,
];

/// What is known of one channel.
pub(crate) fn known(channel: Channel) -> &'static Known {
    static ALL: [Known; Channel::ALL.len()] = KNOWN;
    ALL.iter().find(|known| known.channel == channel).expect("every channel is known")
}

use crate::Target;
use crate::bytes::digits_in_a_row;
use crate::orders::{package, target};
use channels::{Answer, Class, Destination, Marketplace, Verdict};
use domain::{
    Attempt, Channel, Input, NotApplied, Order, OrderShown, Reading, Sent, Stage, State,
    Submission, TEXT_MAX, Text, step,
};
use encoding::{Question, Read, has_json_form, holds_number, is_json, json_text};
use jiff::SignedDuration;
use serde_json::Value;
use submissions::Submissions;
use testkit::at;
use tracking_numbers::{Numbers, has_ours, is_same};

/// From this many digits in a row on, a text may have an IMEI. Source: 3GPP TS 23.003.
const IMEI_DIGITS: usize = 15;

/// The text of a secret, which an answer may repeat.
const SECRET: &str = "S3CR3T";

/// When answers come. Unit: seconds after the start.
const NOW: i64 = 90;

/// The longest wait that counts. Source: rules, "certainly not applied, passing": 12 hours, and jitter.
const WAIT_MAX: SignedDuration = SignedDuration::from_hours(13);

/// The check of every channel. `classes` says what an answer to a confirmation may mean, by a list of its own.
fn tried<M: Marketplace>(
    read: &Read,
    submissions: &Submissions,
    classes: fn(&Answer) -> &'static [Class],
) {
    let submission = submissions.submission(read.choice);
    let site = Destination { partner: &submissions.partner, endpoint: None };
    let Some(first) = read.answers.first() else { return };
    if read.answers.iter().any(|answer| !answer.is_whole) {
        broken_bodies::body_counts_for_nothing::<M>(site, &read.answers, submission);
    }
    match read.question {
        Question::Confirmed => {
            let verdict = M::confirmed(first, submission);
            meant::<M>(first, &verdict, classes);
            stepped(submissions, &verdict);
        }
        Question::Found => found::<M>(site, &read.answers, submission),
        Question::Token => token::<M>(site, submissions, first),
        Question::Refused => {
            let waits = M::wait(first);
            assert!(waits.is_none_or(|wait| !wait.is_negative()), "{waits:?}");
            let is_refused = M::is_unauthorized(first);
            assert!(
                !is_refused || first.status == 401 || first.is_whole && is_json(first),
                "a page says nothing of credentials"
            );
        }
    }
}

/// Checks the outcome that an answer to a confirmation becomes.
fn meant<M: Marketplace>(
    answer: &Answer,
    verdict: &Verdict,
    classes: fn(&Answer) -> &'static [Class],
) {
    let class = verdict.class;
    let status = answer.status;
    if answer.is_whole {
        assert!(classes(answer).contains(&class), "{status} is taken for {class:?}: {verdict:?}");
    } else {
        let expected = broken_bodies::class(M::CHANNEL, status);
        assert_eq!(class, expected, "{status}, and nothing else of it is known: {verdict:?}");
    }
    words(verdict);
    assert!(verdict.retry_after.is_none_or(|wait| !wait.is_negative()), "{verdict:?}");
}

/// Checks words that are kept: they are short and plain, and have no number that may be an IMEI.
fn words(verdict: &Verdict) {
    kept(&verdict.code);
    kept(&verdict.message);
}

fn kept(text: &Text) {
    let text = text.as_str();
    assert!(!text.is_empty() && text.chars().count() <= TEXT_MAX, "{text}");
    assert!(!text.contains(char::is_control), "{text:?}");
    assert!(digits_in_a_row(text, |_| false) < IMEI_DIGITS, "rule I8: {text}");
}

/// Checks what the rules make of an outcome.
fn stepped(submissions: &Submissions, verdict: &Verdict) {
    let input = Input::Outcome { target: target(), fence: 1, outcome: verdict.outcome() };
    let decision = step(submissions.sending.clone(), &input, at(NOW));
    assert_eq!(decision.refused, None);
    let next: &Order = &decision.order;
    let package = next.packages.get(&package()).expect("it is there");
    // A package that is still `Sent` keeps its lock (rule L1), and no other package has one.
    match (verdict.class, &package.state) {
        (Class::Accepted, State::Sent(Sent { stage: Stage::Confirmed { .. }, .. }))
        | (
            Class::AlreadyShipped | Class::Unknown,
            State::Sent(Sent {
                stage: Stage::Open(Attempt::InDoubt(_)) | Stage::Unresolved { .. },
                ..
            }),
        )
        | (Class::Final, State::Rejected(_)) => {}
        (Class::Passing | Class::Unauthorized, State::Ready(ready)) => {
            let until = ready.pending.not_before.expect("it waits");
            assert!(until.since(at(NOW)) <= WAIT_MAX, "{until}");
        }
        (class, state) => panic!("{class:?} leads to {state:?}"),
    }
}

/// The words that are kept of a reading.
fn pages<M: Marketplace>(answers: &[Answer]) -> Vec<M::Page> {
    answers.iter().cloned().map(M::page).collect()
}

/// Whether a channel is asked what it holds, and then for the order beside that.
fn has_two_kinds<M: Marketplace>() -> bool {
    M::CHANNEL == Channel::Ebay
}

/// The answers that say what the channel holds.
fn telling<M: Marketplace>(answers: &[Answer]) -> &[Answer] {
    if has_two_kinds::<M>() { answers.get(..1).unwrap_or_default() } else { answers }
}

/// Checks the reading that the answers to a read become, and what they show of the order.
fn found<M: Marketplace>(site: Destination<'_>, answers: &[Answer], submission: &Submission) {
    let pages = pages::<M>(answers);
    let next = M::read(site, submission, &pages);
    let found = M::found(&pages, submission);
    let shown = M::shown(&pages, submission);
    let has_success = answers.iter().any(|answer| answer.status == 200 && answer.is_whole);
    assert!(has_success || shown == OrderShown::default(), "no answer shows {shown:?}");
    let telling = telling::<M>(answers);
    let is_asked = next.is_none() || has_two_kinds::<M>();
    let answers = telling;
    assert!(next.is_none_or(|next| next.method() == http::Method::GET), "a read changes nothing");
    let is_answer =
        |answer: &Answer| answer.status == 200 && answer.is_whole && has_json_form(answer);
    let all_answered = answers.iter().all(is_answer);
    match &found {
        Reading::Ours(_) => {
            let has_it = answers
                .iter()
                .any(|answer| holds_number(answer, &submission.tracking) != Some(false));
            assert!(has_it, "our number is in no answer");
            assert!(is_asked && all_answered, "{found:?}");
        }
        Reading::Absent => {
            assert!(is_asked && all_answered, "only an answer can show that nothing is there");
            assert!(!answers.iter().any(|answer| has_ours(answer, submission)), "ours is there");
        }
        Reading::Other(number) => {
            assert!(is_asked && all_answered, "{found:?}");
            // An answer that was cut may have gone on.
            let is_whole = number.as_str().chars().count() < TEXT_MAX;
            let is_ours = is_same(number.as_str(), &submission.tracking);
            assert!(!(is_whole && is_ours), "another number is ours: {number}");
        }
        Reading::Former(_) => {
            assert!(is_asked && all_answered, "{found:?}");
            let says_so = |answer: &Answer| {
                let body = serde_json::from_slice::<Value>(&answer.body);
                body.is_ok_and(|body| body.to_string().to_ascii_uppercase().contains("APPROVED"))
            };
            assert!(answers.iter().any(says_so), "no answer says that it is still to be shipped");
        }
        Reading::Unclear(why) => {
            assert!(all_answered, "{found:?}");
            kept(why);
        }
        Reading::Unreadable(NotApplied { reason, retry_after }) => {
            kept(reason);
            assert!(retry_after.is_none_or(|wait| !wait.is_negative()), "{found:?}");
        }
    }
}

/// Checks the token of an answer, or why there is none.
fn token<M: Marketplace>(site: Destination<'_>, submissions: &Submissions, answer: &Answer) {
    let credentials = submissions.credentials::<M>();
    let Some(_asked) = M::token_request(site, &credentials) else {
        assert!(M::token(answer, at(NOW)).is_err(), "no token is given out there");
        return;
    };
    match M::token(answer, at(NOW)) {
        Ok(token) => {
            assert!(answer.is_whole, "half a token is none");
            assert!(
                answer.status == 200 && !token.value.trim().is_empty() && token.lives.is_positive()
            );
            let mut request = http::Request::new(Vec::new());
            let put = M::authorize(&mut request, &credentials, Some(&token), at(NOW));
            assert!(put.is_ok(), "a token that is taken can be used: {put:?}");
            let shown = format!("{request:?}");
            assert!(token.value.len() < 8 || !shown.contains(&token.value), "it shows in no log");
        }
        Err(verdict) => {
            words(&verdict);
            assert!(matches!(verdict.class, Class::Passing | Class::Unauthorized), "{verdict:?}");
            if verdict.class == Class::Unauthorized {
                let is_said = answer.status == 401 || answer.is_whole && is_json(answer);
                assert!(is_said, "only the API itself can refuse credentials: {verdict:?}");
            }
            let quotes =
                verdict.message.as_str().contains(SECRET) || verdict.code.as_str().contains(SECRET);
            assert!(
                answer.status != 200 || !quotes,
                "what comes with a 200 is not quoted: {verdict:?}"
            );
        }
    }
}

/// Whether an answer says these words, however they are written.
fn speaks_of(answer: &Answer, word: &str) -> bool {
    json_text(answer)
        .unwrap_or_else(|| String::from_utf8_lossy(&answer.body).into_owned())
        .to_ascii_lowercase()
        .contains(word)
}
