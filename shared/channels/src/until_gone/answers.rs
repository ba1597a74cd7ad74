//! What a receiver's answers mean: our contract, since whoever takes our webhooks keeps to it.

use crate::answer;
use crate::answer_rows::Provenance::{Inferred, Memory, Ours, Vendor};
use crate::answer_rows::Says::Anything;
use crate::answer_rows::{Row, row, verdict};
use crate::marketplace::{Answer, Class, Verdict};
use http::header::CONTENT_TYPE;

const CONTRACT: &str = "README, UntilGone, answers";

/// The answers, the first row that fits decides.
///
/// - A 409 says one thing only: this `webhook-id` was taken before. Whatever else a receiver has against a shipment,
///   that another number is there already included, is another 4xx, and final.
/// - A 408 is not listed among the refusals: by RFC 9110 the server saw no complete request, but servers in front of
///   others say it when those are late, and by then the receiver may have read it. The same goes for 499.
/// - A redirect is not followed, so nobody knows whether it was taken: not listed. Neither are 5xx.
pub(super) const CONFIRM: &[Row] = &[
    row(200, Anything, Class::Accepted, Ours(CONTRACT)).up_to(299),
    row(401, Anything, Class::Unauthorized, Ours(CONTRACT)),
    row(408, Anything, Class::Unknown, Inferred("RFC 9110, 15.5.9, said by a gateway")),
    row(409, Anything, Class::Accepted, Ours(CONTRACT)),
    row(
        410,
        Anything,
        Class::Unauthorized,
        Vendor("SW: the endpoint is gone, and is to be left alone"),
    ),
    row(425, Anything, Class::Passing, Vendor("RFC 8470, section 5.2: not processed")),
    row(429, Anything, Class::Passing, Ours(CONTRACT)),
    row(499, Anything, Class::Unknown, Memory("nginx and Google: the caller left first")),
    row(400, Anything, Class::Final, Ours(CONTRACT)).up_to(499),
];

const BEFORE: &str = "a firewall or a load balancer: refused before the receiver";

/// What stands before a receiver and turns a caller away speaks in pages of HTML; a receiver never does. A request that is
/// too large will be too large again. A 408 and a 499 may come after the receiver has read it.
pub(super) const PAGES: &[Row] = &[
    row(400, Anything, Class::Passing, Inferred(BEFORE)),
    row(402, Anything, Class::Passing, Inferred(BEFORE)).up_to(407),
    row(411, Anything, Class::Passing, Inferred(BEFORE)).up_to(412),
    row(415, Anything, Class::Passing, Inferred(BEFORE)).up_to(430),
    row(432, Anything, Class::Passing, Inferred(BEFORE)).up_to(498),
];

/// What an answer means.
pub(super) fn confirmed(answer: &Answer) -> Verdict {
    let of_page = verdict(PAGES, answer);
    let may_be_page = of_page.class != Class::Unknown;
    if answer.is_whole && is_page(answer) && may_be_page {
        return of_page;
    }
    let verdict = verdict(CONFIRM, answer);
    // Half a body does not say whether the receiver refused it, or something before it.
    let is_doubtful = !answer.is_whole && may_be_page && verdict.class == Class::Final;
    if is_doubtful { Verdict { class: Class::Unknown, ..verdict } } else { verdict }
}

fn is_page(answer: &Answer) -> bool {
    let is_html = answer::header(&answer.headers, &CONTENT_TYPE)
        .is_some_and(|of| of.to_ascii_lowercase().starts_with("text/html"));
    is_html || answer.body.trim_ascii_start().starts_with(b"<")
}
