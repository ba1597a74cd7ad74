//! The access tokens a marketplace has given out, whichever way they are bought.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};

#[derive(Clone, Copy, Debug)]
struct Token {
    account: usize,
    expires_ms: i64,
    is_revoked: bool,
}

/// What an access token turns out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Good { account: usize },
    Expired,
    Revoked,
    Unknown,
}

/// The access tokens that were ever given out.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    given: BTreeMap<String, Token>,
    random: RandomState,
}

impl Tokens {
    pub(crate) fn standing(&self, text: &str, now_ms: i64) -> Standing {
        match self.given.get(text) {
            None => Standing::Unknown,
            Some(token) if token.is_revoked => Standing::Revoked,
            Some(token) if token.expires_ms <= now_ms => Standing::Expired,
            Some(token) => Standing::Good { account: token.account },
        }
    }

    pub(crate) fn expire_all(&mut self) {
        for token in self.given.values_mut() {
            token.expires_ms = i64::MIN;
        }
    }

    /// Makes the account's tokens worthless, as a marketplace does that gives out another one.
    pub(crate) fn revoke(&mut self, account: usize) {
        for token in self.given.values_mut().filter(|token| token.account == account) {
            token.is_revoked = true;
        }
    }

    /// Gives out a token that begins so, for an account, for a life in seconds.
    pub(crate) fn give(
        &mut self,
        prefix: &str,
        account: usize,
        life_s: u32,
        now_ms: i64,
    ) -> String {
        let access_token = format!("{prefix}{}", self.fresh());
        let expires_ms = now_ms + i64::from(life_s) * 1_000;
        self.given.insert(access_token.clone(), Token { account, expires_ms, is_revoked: false });
        access_token
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
        words.concat()
    }
}
