//! Who may call Back Market. A caller needs the headers that the vendor demands, a valid token, and a request left in
//! its rate.

use axum::http::{HeaderMap, header};

use super::BackMarket;
use super::wording::Refusal;
use crate::clock;
use crate::rate::Window;

impl BackMarket {
    /// Checks the user agent, the token, the rate and the other headers, in this order. Returns the index of the
    /// caller's account. The answers to a missing header other than the user agent are unverified.
    pub(super) fn admit(&self, headers: &HeaderMap) -> Result<usize, Refusal> {
        if !is_user_agent(text(headers, header::USER_AGENT.as_str())) {
            return Err(Refusal::firewall());
        }
        let token = text(headers, header::AUTHORIZATION.as_str()).strip_prefix("Basic ");
        let account = self
            .inner
            .options
            .accounts
            .iter()
            .position(|account| Some(account.token.as_str()) == token)
            .ok_or_else(Refusal::unauthorized)?;
        let now_ms = clock::now_ms();
        let rate = self.inner.options.rate;
        let within_rate = {
            let mut state = self.state();
            state.windows.entry(account).or_insert_with(|| Window::new(rate)).take(now_ms)
        };
        if !within_rate {
            return Err(Refusal::too_many_requests());
        }
        for name in [header::ACCEPT, header::CONTENT_TYPE] {
            if media_type(text(headers, name.as_str())) != "application/json" {
                return Err(Refusal::invalid(400, format!("{name} must be application/json")));
            }
        }
        if text(headers, header::ACCEPT_LANGUAGE.as_str()).is_empty() {
            return Err(Refusal::invalid(400, "Accept-Language is required"));
        }
        Ok(account)
    }

    pub(super) fn account_name(&self, account: usize) -> &str {
        self.inner.options.accounts.get(account).map_or("", |account| &account.name)
    }
}

/// Whether a text has the shape `BM-{Company}-{Integration};contact@company.com`. Source: the vendor's description.
fn is_user_agent(text: &str) -> bool {
    let Some((name, contact)) = text.split_once(';') else { return false };
    let named = name
        .strip_prefix("BM-")
        .and_then(|rest| rest.split_once('-'))
        .is_some_and(|(company, integration)| !company.is_empty() && !integration.is_empty());
    let reachable = contact.split_once('@').is_some_and(|(person, host)| {
        !person.is_empty() && host.contains('.') && !host.contains([' ', '@'])
    });
    named && reachable
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// A media type without its parameters, such as a character set.
fn media_type(value: &str) -> String {
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::is_user_agent;

    #[rstest]
    #[case::whole("BM-Acme-Shipconfirm;ops@acme.com", true)]
    #[case::no_prefix("Acme-Shipconfirm;ops@acme.com", false)]
    #[case::no_integration("BM-Acme;ops@acme.com", false)]
    #[case::empty_integration("BM-Acme-;ops@acme.com", false)]
    #[case::no_contact("BM-Acme-Shipconfirm", false)]
    #[case::no_address("BM-Acme-Shipconfirm;ops", false)]
    #[case::no_host("BM-Acme-Shipconfirm;ops@acme", false)]
    #[case::none("", false)]
    fn a_user_agent_names_company_integration_and_contact(#[case] text: &str, #[case] good: bool) {
        assert_eq!(is_user_agent(text), good);
    }
}
