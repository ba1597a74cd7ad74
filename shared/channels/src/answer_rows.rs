//! The meaning of a channel's answers, as rows of data that are tried in order. What no row lists is [`Class::Unknown`].

use crate::answer::{ErrorWords, error_words};
use crate::marketplace::{Answer, Class, Verdict};
use domain::guard::{Guard, guarded};

/// One kind of answer a channel is known to give.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The status code, or the first of a range.
    pub status: u16,
    /// The last of the range; the status code again where it is only one.
    pub last: u16,
    /// What the answer has to say beside its status.
    pub says: Says,
    /// What the answer then means.
    pub class: Class,
    /// How we know.
    pub provenance: Provenance,
}

/// What an answer has to say so that a row is about it. Letter case does not matter.
#[derive(Clone, Copy, Debug)]
pub enum Says {
    /// Nothing: the status alone decides.
    Anything,
    /// Any error in JSON: the API itself has spoken, not something in front of it.
    Json,
    /// An error in JSON with this code.
    Code(&'static str),
    /// An error in JSON with these words in its code, message or details.
    Words(&'static str),
}

/// How well a fact is known, and where it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provenance {
    /// The vendor's own text or model.
    Vendor(&'static str),
    /// A third party's client or report only: unverified.
    ThirdParty(&'static str),
    /// From memory: unverified.
    Memory(&'static str),
    /// Concluded from other facts: unverified.
    Inferred(&'static str),
    /// Our own contract: whoever takes our requests keeps to it.
    Ours(&'static str),
}

/// A row of one status code.
pub(crate) const fn row(status: u16, says: Says, class: Class, provenance: Provenance) -> Row {
    Row { status, last: status, says, class, provenance }
}

impl Row {
    /// The row for every status code from its own up to this one.
    pub(crate) const fn up_to(self, last: u16) -> Self {
        Self { last, ..self }
    }

    fn is_about(&self, status: u16, said: &ErrorWords) -> bool {
        (self.status..=self.last).contains(&status)
            && match self.says {
                Says::Anything => true,
                Says::Json => said.is_json,
                Says::Code(code) => said.codes().any(|said| said.eq_ignore_ascii_case(code)),
                Says::Words(words) => said.has_words(words),
            }
    }
}

/// The verdict of the first row that is about the answer.
pub(crate) fn verdict(rows: &[Row], answer: &Answer) -> Verdict {
    let said = error_words(answer);
    let row = if answer.is_whole || !guarded(Guard::CutBodyIsUnread) {
        rows.iter().find(|row| row.is_about(answer.status, &said))
    } else {
        of_status(rows, answer.status).filter(|_| guarded(Guard::CutStatusCounts))
    };
    said.verdict(answer, row.map_or(Class::Unknown, |row| row.class))
}

/// The row for an answer of which only the status is known: where another row of the status asks for words first, the
/// status alone decides nothing.
fn of_status(rows: &[Row], status: u16) -> Option<&Row> {
    let first = rows.iter().find(|row| (row.status..=row.last).contains(&status));
    first.filter(|row| matches!(row.says, Says::Anything))
}
