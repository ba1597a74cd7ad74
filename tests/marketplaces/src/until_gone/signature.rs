//! Verifies that a known account signed a webhook, that nobody changed it, and that its time is near.
//!
//! Source: Standard Webhooks specification 1.0.0, "Signature scheme", "Webhook headers" and "Verifying signatures". We
//! wrote this by hand, because the libraries read the machine's clock, and because the sender uses one of them.

use std::io;

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac_sha256::HMAC;

use super::wording::Refusal;

const SECRET_PREFIX: &str = "whsec_";

/// Allowed length of a secret. Source: "At least 24 bytes (192 bits, 512 maximum)". Unit: bytes.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// How far a webhook's time may be from the receiver's. The specification names no figure. This is the figure of its
/// libraries. Unit: seconds.
const TOLERANCE_S: u64 = 5 * 60;

/// The version of signatures with a shared secret. Version `v1a` needs a key pair, and the contract does not use it.
const SIGNATURE_VERSION: &str = "v1";

/// The key that signs one account's webhooks.
#[derive(Clone)]
pub(super) struct Key(Vec<u8>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

/// The headers of a webhook that hold its signature. Nobody has verified the signature yet.
#[derive(Clone, Debug)]
pub(super) struct SignedHeaders<'a> {
    pub(super) id: &'a str,
    time: &'a str,
    signatures: &'a str,
}

impl Key {
    pub(super) fn read(secret: &str) -> io::Result<Self> {
        let invalid =
            |why: &str| io::Error::new(io::ErrorKind::InvalidData, format!("secret: {why}"));
        let text =
            secret.strip_prefix(SECRET_PREFIX).ok_or_else(|| invalid("must begin with whsec_"))?;
        let key = STANDARD.decode(text).map_err(|_not_shown| invalid("must be base64"))?;
        if !SECRET_BYTES.contains(&key.len()) {
            return Err(invalid("must be 24 to 64 bytes"));
        }
        Ok(Self(key))
    }

    /// Whether this key made one of the signatures. The comparison does not take constant time, because a test's
    /// secrets are not worth guessing.
    pub(super) fn has_signed(&self, signed: &SignedHeaders<'_>, body: &[u8]) -> bool {
        let mut content = format!("{}.{}.", signed.id, signed.time).into_bytes();
        content.extend_from_slice(body);
        let expected = HMAC::mac(content, &self.0);
        signed
            .signatures
            .split(' ')
            .filter_map(|signature| signature.split_once(','))
            .filter(|(version, _)| *version == SIGNATURE_VERSION)
            .any(|(_, signature)| STANDARD.decode(signature).is_ok_and(|given| given == expected))
    }
}

impl<'a> SignedHeaders<'a> {
    /// Reads the three headers. Each must be there once and have its shape, and the time must be near `now_s`.
    pub(super) fn read(headers: &'a HeaderMap, now_s: i64) -> Result<Self, Refusal> {
        let id = single(headers, "webhook-id")?;
        let time = single(headers, "webhook-timestamp")?;
        let signatures = single(headers, "webhook-signature")?;
        // The signature covers `id.time.body`. With a full stop in the id, two webhooks could have one signed text.
        // Source: "Signature scheme".
        if id.contains('.') {
            return Err(Refusal::unsigned("webhook-id: must not have a full stop"));
        }
        let is_number = time.bytes().all(|byte| byte.is_ascii_digit());
        let seconds = time.parse::<i64>().ok().filter(|_| is_number);
        let seconds = seconds
            .ok_or_else(|| Refusal::unsigned("webhook-timestamp: must be a time in seconds"))?;
        if seconds.abs_diff(now_s) > TOLERANCE_S {
            let when = if seconds < now_s { "past" } else { "future" };
            let why = format!("webhook-timestamp: is more than {TOLERANCE_S} s in the {when}");
            return Err(Refusal::unsigned(why));
        }
        Ok(Self { id, time, signatures })
    }
}

/// The value of a header that must be there exactly once.
fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<&'a str, Refusal> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (Some(value), None) => value
            .to_str()
            .ok()
            .filter(|value| !value.is_empty())
            .ok_or_else(|| Refusal::unsigned(format!("{name}: must be a text"))),
        (None, _) => Err(Refusal::unsigned(format!("{name}: is missing"))),
        (Some(_), Some(_)) => Err(Refusal::unsigned(format!("{name}: is there twice"))),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// This and the next three constants are the example of the specification's own libraries.
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    #[rstest]
    #[case::the_only(SIGNATURE, BODY, true)]
    #[case::one_of_several(&format!("v1a,x v1,AAAA {SIGNATURE}"), BODY, true)]
    #[case::another_body(SIGNATURE, b"{}", false)]
    #[case::another_version(&SIGNATURE.replace("v1,", "v2,"), BODY, false)]
    #[case::a_part("v1,g0hM9SsE", BODY, false)]
    #[case::no_version(SIGNATURE.trim_start_matches("v1,"), BODY, false)]
    fn the_specifications_example(
        #[case] signatures: &str,
        #[case] body: &[u8],
        #[case] is_signed: bool,
    ) {
        let signed = SignedHeaders { id: ID, time: "1614265330", signatures };
        assert_eq!(Key::read(SECRET).unwrap().has_signed(&signed, body), is_signed);
    }

    #[rstest]
    #[case::now("1614265330", None)]
    #[case::as_old_as_may_be("1614265030", None)]
    #[case::too_old("1614265029", Some("in the past"))]
    #[case::as_new_as_may_be("1614265630", None)]
    #[case::too_new("1614265631", Some("in the future"))]
    #[case::long_ago("0", Some("in the past"))]
    #[case::negative("-1614265330", Some("a time in seconds"))]
    #[case::signed("+1614265330", Some("a time in seconds"))]
    #[case::a_fraction("1614265330.0", Some("a time in seconds"))]
    #[case::milliseconds("1614265330000", Some("in the future"))]
    #[case::too_many_digits("16142653300000000000000000", Some("a time in seconds"))]
    fn a_time_is_near(#[case] time: &str, #[case] refusal: Option<&str>) {
        let mut headers = HeaderMap::new();
        headers.insert("webhook-id", ID.parse().unwrap());
        headers.insert("webhook-timestamp", time.parse().unwrap());
        headers.insert("webhook-signature", SIGNATURE.parse().unwrap());
        match (SignedHeaders::read(&headers, 1_614_265_330), refusal) {
            (Ok(signed), None) => assert_eq!(signed.id, ID),
            (Err(why), Some(words)) => assert!(format!("{why:?}").contains(words), "{why:?}"),
            (read, _) => panic!("{read:?}"),
        }
    }

    #[rstest]
    #[case::no_prefix("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_")]
    #[case::not_base64("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS!", "base64")]
    #[case::short("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLQ==", "24 to 64")]
    #[case::long(&format!("whsec_{}", "A".repeat(88)), "24 to 64")]
    fn a_secret_that_is_none_is_refused(#[case] secret: &str, #[case] why: &str) {
        assert!(Key::read(secret).unwrap_err().to_string().contains(why));
    }
}
