//! What Amazon's answers to `confirmShipment` mean.

use crate::answer_rows::Provenance::{Inferred, Memory, ThirdParty, Vendor};
use crate::answer_rows::Says::{Anything, Code, Json, Words};
use crate::answer_rows::{Row, row};
use crate::marketplace::Class;

/// The answers, the first row that fits decides.
///
/// - A 400 is a refusal of this request, but the usual code, `InvalidInput`, also covers "order already fulfilled",
///   which may be the work of an earlier try, or of a person who used our number: those words come first and are read
///   back. That more is fulfilled than was ordered says that another package has our pieces. A 400 with a code nobody has
///   seen is not listed, so it is unknown and read back too.
/// - 401, 403 and 429 are refused at the gate, before the operation sees the request: certainly not applied. A 403
///   that is not the API's own (a firewall's page) says nothing about the credentials, so it must not stop the partner.
/// - 500 and 503 are not listed: Amazon says "an unexpected condition", not that nothing was applied.
pub(super) const CONFIRM: &[Row] = &[
    row(204, Anything, Class::Accepted, Vendor("A0, responses")),
    row(400, Words("PackageToUpdateNotFound"), Class::AlreadyShipped, Vendor(ISSUE_5037)),
    row(400, Words("already fulfilled"), Class::AlreadyShipped, Vendor(ISSUE_5037)),
    row(400, Words("overfulfillment"), Class::AlreadyShipped, ThirdParty(CLIENT)),
    row(400, Words("over-fulfillment"), Class::AlreadyShipped, ThirdParty(CLIENT)),
    row(400, Words("InvalidPackageVersion"), Class::AlreadyShipped, ThirdParty(CLIENT)),
    row(400, Words("number of allowed updates"), Class::AlreadyShipped, ThirdParty(CLIENT)),
    row(400, Words("already shipped"), Class::AlreadyShipped, ThirdParty(CLIENT)),
    row(400, Code("InvalidInput"), Class::Final, Vendor(ISSUE_5094)),
    row(400, Code("Invalid Input"), Class::Final, Vendor("A0, sandbox")),
    row(401, Anything, Class::Unauthorized, Vendor("A0, responses")),
    row(403, Code("Unauthorized"), Class::Unauthorized, Memory("the code of most 403s")),
    row(403, Words("expired"), Class::Unauthorized, Vendor("A0, responses: Expired Token")),
    row(403, Words("denied"), Class::Unauthorized, Vendor("A0, responses: Access Denied")),
    row(403, Words("signature"), Class::Unauthorized, Vendor("A0, responses: Invalid Signature")),
    row(403, Anything, Class::Passing, Inferred("refused before the API")),
    row(404, Json, Class::Final, Vendor("A0, responses")),
    row(404, Anything, Class::Passing, Inferred("refused before the API")),
    row(429, Anything, Class::Passing, Vendor("A0, responses")),
];

/// What clients in production have met, and take for shipped.
const CLIENT: &str = "words that third-party clients of confirmShipment look for: unverified";
const ISSUE_5037: &str = "amzn/selling-partner-api-models, issue 5037";
const ISSUE_5094: &str = "amzn/selling-partner-api-models, issue 5094";
