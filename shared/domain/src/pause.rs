//! A pause: a person stops all that would be sent of a partner, or read of it, for a while (rule A1).

use crate::{ChangedBy, Moment, Partner, Text};
use serde::{Deserialize, Serialize};

/// Who paused a partner, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paused {
    /// Who.
    pub by: Text,
    /// Why.
    pub why: Text,
    /// Since when.
    pub at: Moment,
}

impl Partner {
    /// The partner, paused by a person. A pause that is there already stays, because it says since when.
    #[must_use]
    pub fn pause(self, why: Text, by: ChangedBy) -> Self {
        let paused = Paused { by: by.person.clone(), why, at: by.at };
        let paused = Some(self.paused.clone().unwrap_or(paused));
        self.with_pause(paused, by)
    }

    /// The partner, not paused any more.
    #[must_use]
    pub fn resume(self, by: ChangedBy) -> Self {
        self.with_pause(None, by)
    }

    fn with_pause(self, paused: Option<Paused>, by: ChangedBy) -> Self {
        let version = self.version.saturating_add(1);
        Self { paused, version, changed_at: by.at, changed_by: by.person, ..self }
    }
}
