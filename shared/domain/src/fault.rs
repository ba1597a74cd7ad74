//! What is wrong with something that came from outside.

use crate::Text;
use std::fmt;

/// A field that cannot be taken as it is: which, why not, and what would be right.
///
/// A fault stays one from the border, where an event is read, to the API's problem document. It never repeats an IMEI or a
/// secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The field's path, such as `detail.items[0].quantity`.
    pub field: String,
    /// What is wrong with it.
    pub problem: String,
    /// What would be right, one entry for each possibility. Empty where the problem says it.
    pub allowed: Vec<String>,
}

impl Fault {
    /// A fault that says by itself what would be right. What no text may have is left out of its words: they become an
    /// attribute of a message (rule D4).
    pub fn new(field: impl Into<String>, problem: impl Into<String>) -> Self {
        let mut problem = problem.into();
        problem.retain(Text::keeps);
        Self { field: field.into(), problem, allowed: Vec::new() }
    }

    /// The fault with what would be right.
    #[must_use]
    pub fn allowing<T: Into<String>>(self, allowed: impl IntoIterator<Item = T>) -> Self {
        Self { allowed: allowed.into_iter().map(Into::into).collect(), ..self }
    }

    /// The fault of a field that lies in another field.
    #[must_use]
    pub fn under(self, outer: &str) -> Self {
        Self { field: format!("{outer}.{}", self.field), ..self }
    }
}

impl std::error::Error for Fault {}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.problem)?;
        if self.allowed.is_empty() {
            return Ok(());
        }
        write!(f, "; allowed: {}", self.allowed.join(", "))
    }
}
