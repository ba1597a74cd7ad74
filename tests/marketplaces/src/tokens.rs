//! The access tokens that a marketplace has issued.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hasher, RandomState};

#[derive(Clone, Copy, Debug)]
struct Token {
    account: usize,
    expires_ms: i64,
    is_revoked: bool,
}

/// Whether an access token may be used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenStatus {
    Good { account: usize },
    Expired,
    Revoked,
    Unknown,
}

/// All access tokens that a marketplace ever issued.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    issued: BTreeMap<String, Token>,
    random: RandomState,
}

impl Tokens {
    pub(crate) fn status(&self, text: &str, now_ms: i64) -> TokenStatus {
        match self.issued.get(text) {
            None => TokenStatus::Unknown,
            Some(token) if token.is_revoked => TokenStatus::Revoked,
            Some(token) if token.expires_ms <= now_ms => TokenStatus::Expired,
            Some(token) => TokenStatus::Good { account: token.account },
        }
    }

    pub(crate) fn expire_all(&mut self) {
        for token in self.issued.values_mut() {
            token.expires_ms = i64::MIN;
        }
    }

    /// Revokes all tokens of an account. Some marketplaces do this whenever they issue another one.
    pub(crate) fn revoke(&mut self, account: usize) {
        for token in self.issued.values_mut().filter(|token| token.account == account) {
            token.is_revoked = true;
        }
    }

    /// Issues a token that begins with `prefix`, belongs to the account with this index, and lives `life_s` seconds.
    pub(crate) fn issue(
        &mut self,
        prefix: &str,
        account: usize,
        life_s: u32,
        now_ms: i64,
    ) -> String {
        let access_token = format!("{prefix}{}", self.random_text());
        let expires_ms = now_ms + i64::from(life_s) * 1_000;
        self.issued.insert(access_token.clone(), Token { account, expires_ms, is_revoked: false });
        access_token
    }

    /// A text that nobody can guess and that never comes again. The hasher's keys are random, and the hashed number of
    /// issued tokens grows with each token.
    fn random_text(&self) -> String {
        let words: Vec<String> = (0_u8..4)
            .map(|word| {
                let mut hasher = self.random.build_hasher();
                hasher.write_usize(self.issued.len());
                hasher.write_u8(word);
                format!("{:016x}", hasher.finish())
            })
            .collect();
        words.concat()
    }
}
