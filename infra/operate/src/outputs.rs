//! The outputs of a stack. One signed request to `CloudFormation` says them; a client of its own would take minutes to compile.

use crate::{Error, Place};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use rustls::crypto::ring;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The longest wait for an answer.
const ANSWER_MAX: Duration = Duration::from_secs(10);

const DOING: &str = "read the outputs of the stack (cloudformation:DescribeStacks)";

/// The outputs of a stack, by their names.
pub(crate) async fn outputs(place: &Place) -> Result<BTreeMap<String, String>, Error> {
    let address = address(place);
    let unsent = |answer: String| Error::NoAnswer { address: address.clone(), answer };
    let request = signed(place, &address).map_err(&unsent)?;
    let exchange = async {
        let answer = client()?.request(request).await.map_err(|error| in_full(&error))?;
        let is_success = answer.status().is_success();
        let body = answer.into_body().collect().await.map_err(|error| in_full(&error))?;
        Ok::<_, String>((is_success, String::from_utf8_lossy(&body.to_bytes()).into_owned()))
    };
    let ended = tokio::time::timeout(ANSWER_MAX, exchange).await;
    let ended =
        ended.unwrap_or_else(|_| Err(format!("no answer within {} s", ANSWER_MAX.as_secs())));
    let (is_success, body) = ended.map_err(unsent)?;
    if is_success { Ok(outputs_in(&body)) } else { Err(refusal(place, &body)) }
}

/// Where `CloudFormation` is called. China has a domain of its own.
fn address(place: &Place) -> String {
    let region = &place.region;
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    let of_aws = || format!("https://cloudformation.{region}.{domain}");
    let address = place.endpoint.clone().unwrap_or_else(of_aws);
    format!("{}/", address.trim_end_matches('/'))
}

type HttpClient = Client<
    hyper_rustls::HttpsConnector<hyper_util::client::legacy::connect::HttpConnector>,
    Full<bytes::Bytes>,
>;

fn client() -> Result<HttpClient, String> {
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let tls = tls.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
    let tls = tls.with_native_roots().map_err(|error| error.to_string())?.with_no_client_auth();
    let connector =
        HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1();
    Ok(Client::builder(TokioExecutor::new()).build(connector.build()))
}

/// An error with its sources, in one line.
fn in_full(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(source) => format!("{error}: {}", in_full(source)),
        None => error.to_string(),
    }
}

fn signed(place: &Place, address: &str) -> Result<Request<Full<bytes::Bytes>>, String> {
    let stack = &place.stack;
    if !stack.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') || stack.is_empty() {
        return Err(format!("`{stack}` is no name of a stack"));
    }
    let body = format!("Action=DescribeStacks&Version=2010-05-15&StackName={stack}");
    let content_type = "application/x-www-form-urlencoded";
    let keys = place.credentials.clone();
    let identity = Credentials::new(
        keys.access_key_id,
        keys.secret_access_key,
        keys.session_token,
        None,
        "given",
    );
    let identity = identity.into();
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region(&place.region)
        .name("cloudformation")
        .time(now())
        .settings(SigningSettings::default())
        .build()
        .map_err(|error| error.to_string())?;
    let headers = [("content-type", content_type)].into_iter();
    let signable =
        SignableRequest::new("POST", address, headers, SignableBody::Bytes(body.as_bytes()));
    let signable = signable.map_err(|error| error.to_string())?;
    let (instructions, _) =
        sign(signable, &parameters.into()).map_err(|error| error.to_string())?.into_parts();
    let request = Request::post(address).header("content-type", content_type);
    let mut request =
        request.body(Full::from(body.into_bytes())).map_err(|error| error.to_string())?;
    instructions.apply_to_request_http1x(&mut request);
    Ok(request)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a signature has the time in it, and decides nothing"
)]
fn now() -> std::time::SystemTime {
    std::time::SystemTime::now()
}

/// The outputs in an answer. Each is a pair of a name and a value, whose texts are escaped as in any XML.
fn outputs_in(body: &str) -> BTreeMap<String, String> {
    let members = body.split("<OutputKey>").skip(1);
    let output = |member: &str| {
        let (name, rest) = member.split_once("</OutputKey>")?;
        let value = between(rest, "OutputValue")?;
        Some((plain(name), plain(value)))
    };
    members.filter_map(output).collect()
}

/// Why `CloudFormation` refused.
fn refusal(place: &Place, body: &str) -> Error {
    let code = between(body, "Code").unwrap_or_default();
    let message = plain(between(body, "Message").unwrap_or(body));
    if code == "ValidationError" && message.contains("does not exist") {
        return Error::NoStack { stack: place.stack.clone(), region: place.region.clone() };
    }
    Error::answered(DOING, code, message)
}

/// What stands in the first element of a name.
fn between<'a>(text: &'a str, element: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{element}>"))?;
    rest.split_once(&format!("</{element}>")).map(|(inside, _)| inside)
}

fn plain(text: &str) -> String {
    let escapes = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'")];
    let text =
        escapes.iter().fold(text.to_owned(), |text, (escaped, sign)| text.replace(escaped, sign));
    text.replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn outputs_are_read_by_their_names() {
        let body = "<Outputs><member><Description>d</Description><OutputKey>TableName</OutputKey>\
                    <OutputValue>t-1</OutputValue></member><member><OutputKey>Urls</OutputKey>\
                    <OutputValue>https://q/?a=1&amp;b=2,https://r</OutputValue></member></Outputs>";
        let expected = [("TableName", "t-1"), ("Urls", "https://q/?a=1&b=2,https://r")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(outputs_in(body), BTreeMap::from(expected));
    }

    #[rstest]
    #[case::no_such_stack(
        "ValidationError",
        "Stack with id nope does not exist",
        "there is no stack `nope` in us-east-1"
    )]
    #[case::may_not(
        "AccessDenied",
        "User x is not authorized",
        "these credentials may not read the outputs of the stack"
    )]
    #[case::expired(
        "ExpiredToken",
        "The security token is expired",
        "AWS does not take the credentials"
    )]
    fn a_refusal_says_what_to_do(#[case] code: &str, #[case] message: &str, #[case] begins: &str) {
        let body = format!(
            "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        );
        let said = refusal(&Place::local("nope", "us-east-1", "http://e"), &body).to_string();
        assert!(said.starts_with(begins), "{said}");
    }

    #[rstest]
    #[case::local("us-east-1", Some("http://e:1"), "http://e:1/")]
    #[case::aws("eu-west-1", None, "https://cloudformation.eu-west-1.amazonaws.com/")]
    #[case::china("cn-north-1", None, "https://cloudformation.cn-north-1.amazonaws.com.cn/")]
    fn cloudformation_is_called_in_its_region(
        #[case] region: &str,
        #[case] endpoint: Option<&str>,
        #[case] expected: &str,
    ) {
        let place = Place::local("s", region, "");
        assert_eq!(address(&Place { endpoint: endpoint.map(str::to_owned), ..place }), expected);
    }

    #[test]
    fn a_name_of_a_stack_changes_no_request() {
        let place = Place::local("a&Action=DeleteStack", "us-east-1", "http://e");
        assert!(signed(&place, "http://e/").is_err());
    }
}
