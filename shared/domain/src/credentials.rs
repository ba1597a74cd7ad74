//! When a partner's credentials were put, and when they end, as far as that is known.

use crate::{Fault, Moment};
use jiff::SignedDuration;
use jiff::civil::Date;
use serde::Serialize;

/// How long before an end people are warned. Unit: days.
const WARN_DAYS: i64 = 14;

/// What of a partner's credentials ends by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialPart {
    /// The account's permission for the application, or the refresh token that came with it.
    Authorization,
    /// The secret of the application.
    ClientSecret,
}

impl CredentialPart {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Authorization, Self::ClientSecret];

    /// Its name in data.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Authorization => "authorization",
            Self::ClientSecret => "client_secret",
        }
    }
}

/// What is known of the time of a partner's credentials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CredentialDates {
    /// When a person put them. `None` where that was not kept.
    pub put_at: Option<Moment>,
    /// The day on which the authorization ends, as a person said.
    pub authorization: Option<Date>,
    /// The day on which the client secret ends, as a person said.
    pub client_secret: Option<Date>,
}

/// When a part of a partner's credentials ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CredentialEnd {
    /// The part.
    pub part: CredentialPart,
    /// The day.
    pub on: Date,
    /// Whether a person said so. Otherwise it is the latest day on which it can end, reckoned from when the credentials were put.
    pub is_said: bool,
    /// Whether people are to be warned of it.
    pub is_near: bool,
}

impl CredentialDates {
    /// What a person said of a part.
    pub const fn said(self, part: CredentialPart) -> Option<Date> {
        match part {
            CredentialPart::Authorization => self.authorization,
            CredentialPart::ClientSecret => self.client_secret,
        }
    }

    /// What is known once a person says this of a part.
    #[must_use]
    pub fn saying(self, part: CredentialPart, on: Option<Date>) -> Self {
        match part {
            CredentialPart::Authorization => Self { authorization: on, ..self },
            CredentialPart::ClientSecret => Self { client_secret: on, ..self },
        }
    }

    /// Other credentials: what was said of those before does not hold for them.
    pub const fn put(at: Moment) -> Self {
        Self { put_at: Some(at), authorization: None, client_secret: None }
    }

    /// When a part ends that lasts so many days. `None` where nobody knows.
    pub fn end(self, part: CredentialPart, days: u16, now: Moment) -> Option<CredentialEnd> {
        let reckoned = || Some(day_of(self.put_at?.plus(span(days.into()))));
        let said = self.said(part);
        let on = said.or_else(reckoned)?;
        let is_near = day_of(now.plus(span(WARN_DAYS))) >= on;
        Some(CredentialEnd { part, on, is_said: said.is_some(), is_near })
    }
}

fn span(days: i64) -> SignedDuration {
    SignedDuration::from_hours(days.saturating_mul(24))
}

/// The day of UTC.
fn day_of(moment: Moment) -> Date {
    jiff::tz::Offset::UTC.to_datetime(moment.timestamp()).date()
}

/// A day that a person says. It is a day of the calendar, without a time.
///
/// # Errors
/// When it is none.
pub fn said_day(field: &str, text: &str) -> Result<Date, Fault> {
    let day = text.parse::<Date>().ok().filter(|day| day.to_string() == text);
    day.ok_or_else(|| {
        let problem = format!("`{}` is no day", crate::Text::cut(text));
        Fault::new(field, problem).allowing(["a day such as 2027-03-31"])
    })
}
