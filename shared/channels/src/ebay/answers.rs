//! What eBay's answers to `createShippingFulfillment` mean.

use crate::answer_rows::Provenance::{Inferred, Memory, ThirdParty, Vendor};
use crate::answer_rows::Says::{Anything, Code, Json, Words};
use crate::answer_rows::{Row, row};
use crate::marketplace::Class;

/// The answers, the first row that fits decides. A code is an `errorId`.
///
/// - What may be the work of an earlier try comes first, and is read back: 34500 names a PUT that does not exist, 409
///   has no words at all, 34100 says that the order has all the numbers it can take, and one of them may be ours.
///   Trading's `CompleteSale` refuses a number that "already exists"; that this API does is unverified.
/// - 32600, "Invalid input data", has no code beside it for more pieces than were ordered, which is what a repeat would
///   be. So it proves nothing, and is unknown.
/// - The other codes of a 400 are about this request, and refuse it before it does anything; nothing but another label
///   or a person makes them go away. A suspended seller (32400) is about the account: it stops the
///   partner instead of rejecting each order that is due. **A 400
///   that no row lists is unknown**: the words may be in any language.
/// - 401, 403 and 429 are refused at the gate, before the operation sees the request: certainly not applied. A 403 in
///   JSON is the API's own, about what the token may do; one that is a page is a firewall's and must not stop the
///   partner.
/// - A 200 is not listed: E has none. 404 is not: E answers an unknown order with 32100. 5xx are not: 30500, "System
///   error", does not say that nothing was applied.
pub(super) const CONFIRM: &[Row] = &[
    row(201, Anything, Class::Accepted, Vendor("E, responses")),
    row(400, Code("34500"), Class::AlreadyShipped, Vendor("E; when it is said is unverified")),
    row(400, Code("34100"), Class::AlreadyShipped, Vendor("E; the number is unverified")),
    row(400, Words("already exist"), Class::AlreadyShipped, ThirdParty(ISSUE_7)),
    row(400, Code("32600"), Class::Unknown, Vendor("E; when it is said is unverified")),
    row(400, Code("32100"), Class::Final, Vendor("E: invalid order id")),
    row(400, Code("32200"), Class::Final, Vendor("E: invalid line item id")),
    row(400, Code("32210"), Class::Final, Vendor("E: duplicate line item in the request")),
    row(400, Code("32300"), Class::Final, Vendor("E: invalid tracking number or carrier")),
    row(400, Code("32400"), Class::Unauthorized, Vendor("E: user is suspended")),
    row(400, Code("32500"), Class::Final, Vendor("E: invalid shipped date")),
    row(400, Code("34200"), Class::Final, Vendor("E: mixed Global Shipping Program lines")),
    row(400, Code("34300"), Class::Final, Vendor("E: several Global Shipping Program lines")),
    row(401, Anything, Class::Unauthorized, Memory("the status of a token that is not valid")),
    row(403, Json, Class::Unauthorized, Memory("the status of a scope that is not enough")),
    row(403, Anything, Class::Passing, Inferred("refused before the API")),
    row(409, Anything, Class::AlreadyShipped, Vendor("E, responses; the meaning is inferred")),
    row(429, Anything, Class::Passing, Memory("not in E; the status of every limit")),
];

const ISSUE_7: &str = "davidtsadler/ebay-sdk-php, issue 7: of the Trading API";
