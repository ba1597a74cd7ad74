//! Requests as API Gateway hands them over, and who sends them. The token says whose seller it is, never a parameter.

use crate::BODY_BYTES_MAX;
use crate::problem::Problem;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::{Moment, SellerId, Text};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde::Deserialize;
use std::collections::HashMap;
use std::str::FromStr;

/// The claims that name the person, the best one first.
const PERSON: [&str; 3] = ["email", "cognito:username", "sub"];

/// The claims that say when the person signed in, the best one first. Source:
/// <https://openid.net/specs/openid-connect-core-1_0.html>, "ID Token".
const SIGNED_IN: [&str; 2] = ["auth_time", "iat"];

/// The longest name of a person that is kept. With the longest reason it fits into one line of a timeline. Unit: characters.
const PERSON_MAX: usize = 48;

/// A request.
#[derive(Clone, Debug)]
pub struct Call {
    /// The HTTP method.
    pub method: Method,
    /// The path, as it was sent.
    pub path: String,
    /// The query, as it was sent.
    pub query: String,
    /// The headers.
    pub headers: HeaderMap,
    /// Who sends the request. `None` where the token does not say so.
    pub caller: Option<Caller>,
    /// The body.
    pub body: Vec<u8>,
}

/// A seller's person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The seller that the person belongs to.
    pub seller: SellerId,
    /// The name of the person.
    pub person: Text,
    /// When the person signed in. `None` where the token does not say so.
    pub signed_in_at: Option<Moment>,
}

impl Caller {
    /// The caller whom these claims describe. The gateway has verified them. `seller_claim` names the seller: an administrator
    /// writes it, and its user can only read it.
    pub fn of(claims: &HashMap<String, String>, seller_claim: &str) -> Option<Self> {
        let seller = claims.get(seller_claim)?.parse().ok()?;
        let named = PERSON.iter().filter_map(|name| claims.get(*name));
        let person = named.map(|name| name.trim()).find(|name| !name.is_empty())?;
        let person: String = person.chars().take(PERSON_MAX).collect();
        // A token that was renewed is younger than its sign-in, which counts.
        let signed_in_at = SIGNED_IN.iter().find_map(|name| claims.get(*name));
        let signed_in_at = signed_in_at.and_then(|at| seconds(at));
        Some(Self { seller, person: Text::cut(&person), signed_in_at })
    }
}

/// A moment of a token: seconds since 1970.
fn seconds(text: &str) -> Option<Moment> {
    let seconds: i64 = number(text.trim())?;
    Some(Moment::from_millis(seconds.saturating_mul(1_000)))
}

/// A request as API Gateway hands it over. Only the fields that are used are here, a tenth of all.
///
/// Source: API Gateway developer guide, "Create AWS Lambda proxy integrations for HTTP APIs", payload format 2.0.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayRequest {
    #[serde(default)]
    raw_path: String,
    #[serde(default)]
    raw_query_string: String,
    #[serde(default)]
    headers: HashMap<String, String>,
    request_context: RequestContext,
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    is_base64_encoded: bool,
}

#[derive(Debug, Deserialize)]
struct RequestContext {
    http: HttpContext,
    #[serde(default)]
    authorizer: Option<Authorizer>,
}

#[derive(Debug, Deserialize)]
struct HttpContext {
    method: String,
}

#[derive(Debug, Deserialize)]
struct Authorizer {
    #[serde(default)]
    jwt: Option<Jwt>,
}

#[derive(Debug, Deserialize)]
struct Jwt {
    claims: HashMap<String, String>,
}

impl GatewayRequest {
    /// The call that it is. `seller_claim` is the claim of a token that names its seller.
    pub fn call(self, seller_claim: &str) -> Call {
        let request = self;
        let context = request.request_context;
        let claims = context.authorizer.and_then(|authorizer| authorizer.jwt).map(|jwt| jwt.claims);
        let body = request.body.unwrap_or_default();
        let body = if request.is_base64_encoded {
            // A body that is not base64 is not JSON either, and is refused as that.
            BASE64_STANDARD.decode(&body).unwrap_or_else(|_not_base64| body.into_bytes())
        } else {
            body.into_bytes()
        };
        let header = |(name, value): (String, String)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
        };
        Call {
            // No path has a method that HTTP does not know.
            method: context.http.method.parse().unwrap_or(Method::TRACE),
            path: request.raw_path,
            query: request.raw_query_string,
            headers: request.headers.into_iter().filter_map(header).collect::<HeaderMap>(),
            caller: claims.as_ref().and_then(|claims| Caller::of(claims, seller_claim)),
            body,
        }
    }
}

/// What a caller says they have seen of the order that they change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The caller says nothing. The order is changed as it is, or made.
    Unsaid,
    /// The caller has seen that the order exists.
    There,
    /// The caller has seen this version of the order. No other version may be changed.
    Version(u64),
}

/// A number that is written in digits only. Parsing alone would also take a sign.
pub(crate) fn number<T: FromStr>(text: &str) -> Option<T> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_digits)
}

impl Call {
    /// The text of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok().map(str::trim)
    }

    /// The version that `If-Match` names. A proxy that compresses makes an `ETag` weak, which names the same version.
    pub(crate) fn if_match(&self) -> Result<Option<u64>, Problem> {
        let mut tags = self.headers.get_all("if-match").iter();
        let Some(tag) = tags.next() else { return Ok(None) };
        let tag = tag.to_str().unwrap_or_default().trim();
        let tag = tag.strip_prefix("W/").unwrap_or(tag);
        let version = tag.strip_prefix('"').and_then(|tag| tag.strip_suffix('"'));
        match version.and_then(number).filter(|_| tags.next().is_none()) {
            Some(version) => Ok(Some(version)),
            None => Err(Problem::wrong(
                "If-Match",
                &format!("`{}` is not one ETag that was read", Text::cut(tag)),
            )
            .allowing(&["the ETag of the last answer, such as \"3\""])),
        }
    }

    /// What `If-Match` says that the caller has seen of an order. `*` demands only that the order exists.
    pub(crate) fn seen(&self) -> Result<Seen, Problem> {
        if self.header("if-match") == Some("*") {
            return Ok(Seen::There);
        }
        Ok(self.if_match()?.map_or(Seen::Unsaid, Seen::Version))
    }

    /// The parameters of the query. Each may be there once, and no others.
    pub(crate) fn parameters<const N: usize>(
        &self,
        names: [&'static str; N],
    ) -> Result<[Option<String>; N], Problem> {
        let mut values: [Option<String>; N] = std::array::from_fn(|_| None);
        for (name, value) in form_urlencoded::parse(self.query.as_bytes()) {
            let place = names.iter().position(|known| *known == name);
            let Some(slot) = place.and_then(|place| values.get_mut(place)) else {
                let name = Text::cut(&name);
                return Err(Problem::wrong(name.as_str(), "is not a parameter of this path")
                    .allowing(&names));
            };
            if slot.replace(value.into_owned()).is_some() {
                return Err(Problem::wrong(&name, "is there more than once"));
            }
        }
        Ok(values)
    }

    /// The body, if it is small enough and its type is JSON.
    pub(crate) fn json(&self) -> Result<&[u8], Problem> {
        if self.body.len() > BODY_BYTES_MAX {
            return Err(Problem::TooLarge);
        }
        let named = self.header("content-type");
        let essence = named.and_then(|named| named.split(';').next()).unwrap_or_default().trim();
        if essence.eq_ignore_ascii_case("application/json") {
            Ok(&self.body)
        } else {
            Err(Problem::WrongType(named.map(Text::cut)))
        }
    }
}
