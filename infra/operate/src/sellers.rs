//! The sellers of a stack with their partners. No item lists them: each partner has a secret, and the secrets' names say whose.

use crate::{Error, Operator};
use aws_sdk_secretsmanager::types::{Filter, FilterNameStringType};
use domain::{PartnerId, SellerId};
use std::collections::{BTreeMap, BTreeSet};

/// The partners of each seller.
pub(crate) type Sellers = BTreeMap<SellerId, BTreeSet<PartnerId>>;

impl Operator {
    /// Every seller with their partners, by the names of the secrets. Nothing that a secret holds is read.
    pub(crate) async fn sellers(&self) -> Result<Sellers, Error> {
        let Some(client) = &self.clients.secrets else { return Ok(Sellers::new()) };
        let doing = "list the names of the partners' secrets (secretsmanager:ListSecrets), to find the seller; or say --seller";
        let prefix = format!("{}/", self.place.stack);
        let filter = Filter::builder().key(FilterNameStringType::Name).values(&prefix).build();
        let (mut sellers, mut next) = (Sellers::new(), None);
        loop {
            let page = client.list_secrets().filters(filter.clone()).set_next_token(next);
            let page = page.send().await.map_err(Error::call(doing))?;
            for secret in page.secret_list() {
                if let Some((seller, partner)) = secret.name().and_then(|name| named(&prefix, name))
                {
                    sellers.entry(seller).or_default().insert(partner);
                }
            }
            next = page.next_token;
            if next.is_none() {
                return Ok(sellers);
            }
        }
    }
}

/// Whose secret has this name: `<stack>/<channel>/<seller>/<partner>`.
fn named(prefix: &str, name: &str) -> Option<(SellerId, PartnerId)> {
    let mut parts = name.strip_prefix(prefix)?.split('/').skip(1);
    let (seller, partner) = (parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Some((seller.parse().ok()?, partner.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::ours("acme/amazon/s1/shop", Some(("s1", "shop")))]
    #[case::of_another_stack("acme-2/amazon/s1/shop", None)]
    #[case::too_short("acme/amazon/s1", None)]
    #[case::too_long("acme/amazon/s1/shop/more", None)]
    fn a_secret_says_whose_it_is(#[case] name: &str, #[case] expected: Option<(&str, &str)>) {
        let found = named("acme/", name);
        let found = found.as_ref().map(|(seller, partner)| (seller.as_str(), partner.as_str()));
        assert_eq!(found, expected);
    }
}
