//! Login with Amazon: refresh tokens in, access tokens out.
//!
//! The error names are those of RFC 6749, section 5.2; the descriptions are unverified.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};

use serde_json::json;

use crate::options::{AmazonAccount, AmazonOptions};
use crate::reply::Reply;

/// How access tokens begin. Source: developer-docs.amazon.com, "Connect to the SP-API".
pub(super) const ACCESS_TOKEN_PREFIX: &str = "Atza|";

#[derive(Clone, Copy, Debug)]
struct Token {
    account: usize,
    expires_ms: i64,
}

/// What an access token turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Good { account: usize },
    Expired,
    Unknown,
}

/// The access tokens that were ever given out.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    given: BTreeMap<String, Token>,
    random: RandomState,
}

impl Tokens {
    pub(super) fn standing(&self, text: &str, now_ms: i64) -> Standing {
        match self.given.get(text) {
            None => Standing::Unknown,
            Some(token) if token.expires_ms <= now_ms => Standing::Expired,
            Some(token) => Standing::Good { account: token.account },
        }
    }

    pub(super) fn expire_all(&mut self) {
        for token in self.given.values_mut() {
            token.expires_ms = i64::MIN;
        }
    }

    /// The answer to a token request with this form.
    pub(super) fn exchange(&mut self, form: &[u8], options: &AmazonOptions, now_ms: i64) -> Reply {
        let form: BTreeMap<String, String> = form_urlencoded::parse(form).into_owned().collect();
        match authorised(&form, &options.accounts) {
            Ok((account, refresh_token)) => {
                let expires_ms = now_ms + i64::from(options.token_life_s) * 1_000;
                let access_token = self.fresh();
                self.given.insert(access_token.clone(), Token { account, expires_ms });
                let body = json!({
                    "access_token": access_token,
                    "refresh_token": refresh_token,
                    "token_type": "bearer",
                    "expires_in": options.token_life_s,
                });
                Reply::json(200, body).header("cache-control", "no-store")
            }
            Err(refusal) => refusal,
        }
    }

    /// A text nobody can guess, different each time: the hasher's keys are random, the count is not repeated.
    fn fresh(&self) -> String {
        let words: Vec<String> = (0_u8..4)
            .map(|word| {
                let mut hasher = self.random.build_hasher();
                hasher.write_usize(self.given.len());
                hasher.write_u8(word);
                format!("{:016x}", hasher.finish())
            })
            .collect();
        format!("{ACCESS_TOKEN_PREFIX}{}", words.concat())
    }
}

fn authorised<'a>(
    form: &BTreeMap<String, String>,
    accounts: &'a [AmazonAccount],
) -> Result<(usize, &'a str), Reply> {
    let field = |name: &str| {
        form.get(name).filter(|value| !value.is_empty()).ok_or_else(|| {
            let why = format!("The request is missing a required parameter : {name}");
            refusal(400, "invalid_request", &why)
        })
    };
    if field("grant_type")? != "refresh_token" {
        let why = "The authorization grant type is not supported by the authorization server";
        return Err(refusal(400, "unsupported_grant_type", why));
    }
    let (refresh_token, client_id, secret) =
        (field("refresh_token")?, field("client_id")?, field("client_secret")?);
    let client = |account: &&AmazonAccount| {
        account.client_id == *client_id && account.client_secret == *secret
    };
    if !accounts.iter().any(|account| client(&account)) {
        return Err(refusal(401, "invalid_client", "Client authentication failed"));
    }
    accounts
        .iter()
        .enumerate()
        .find(|(_, account)| client(account) && account.refresh_token == *refresh_token)
        .map(|(index, account)| (index, account.refresh_token.as_str()))
        .ok_or_else(|| {
            let why = "The request has an invalid grant parameter : refresh_token";
            refusal(400, "invalid_grant", why)
        })
}

/// A refusal in Login with Amazon's shape, which is not the Selling Partner API's.
pub(super) fn refusal(status: u16, error: &str, description: &str) -> Reply {
    let body = json!({ "error": error, "error_description": description });
    Reply::json(status, body).because(format!("{error}: {description}"))
}
