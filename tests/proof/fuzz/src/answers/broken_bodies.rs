//! Answers whose body broke off. Their status and headers are whole. The rest of the body may end in the middle of a number,
//! or of the word that refuses, so nothing may follow from it.

use crate::answers::{NOW, known, pages};
use channels::{Answer, Class, Destination, Marketplace, Verdict};
use domain::{Channel, Submission};
use testkit::at;

/// What a status alone means. Where the body decides, nobody knows.
pub(super) fn class(channel: Channel, status: u16) -> Class {
    match status {
        401 => Class::Unauthorized,
        429 => Class::Passing,
        other => (known(channel).alone)(other).unwrap_or(Class::Unknown),
    }
}

/// Whatever the question, the result must be as if nothing of the broken bodies had come.
pub(super) fn body_counts_for_nothing<M: Marketplace>(
    site: Destination<'_>,
    answers: &[Answer],
    submission: &Submission,
) {
    let bare: Vec<Answer> = answers
        .iter()
        .map(|answer| {
            let body = if answer.is_whole { answer.body.clone() } else { Vec::new() };
            Answer { body, ..answer.clone() }
        })
        .collect();
    let asked = |answers: &[Answer]| {
        let next = M::read(site, submission, &pages::<M>(answers));
        next.map(|next| (next.method().clone(), next.uri().clone()))
    };
    assert_eq!(asked(answers), asked(&bare), "what is asked next");
    let found = |answers: &[Answer]| M::found(&pages::<M>(answers), submission);
    assert_eq!(found(answers), found(&bare), "what a read found");
    let shown = |answers: &[Answer]| M::shown(&pages::<M>(answers), submission);
    assert_eq!(shown(answers), shown(&bare), "what a read shows of the order");
    for (answer, bare) in answers.iter().zip(&bare).filter(|(answer, _)| !answer.is_whole) {
        assert_eq!(M::confirmed(answer, submission), M::confirmed(bare, submission));
        assert_eq!(refusal::<M>(answer), refusal::<M>(bare), "what a token endpoint said");
        assert_eq!(M::wait(answer), M::wait(bare), "how long to wait");
        assert_eq!(M::is_unauthorized(answer), answer.status == 401, "{}", answer.status);
    }
}

/// Why there is no token.
fn refusal<M: Marketplace>(answer: &Answer) -> Option<Verdict> {
    M::token(answer, at(NOW)).err()
}
