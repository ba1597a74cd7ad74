//! The carriers that a marketplace takes, as the text file beside its fake lists them.

/// A list of codes: one a line, and lines that begin with `#` say where they come from.
pub struct CarrierCodes(&'static str);

impl CarrierCodes {
    pub(crate) const fn of(list: &'static str) -> Self {
        Self(list)
    }

    /// Every code.
    pub fn all(&self) -> impl Iterator<Item = &'static str> {
        self.0.lines().filter(|line| !line.starts_with('#'))
    }

    pub(crate) fn contains(&self, code: &str) -> bool {
        self.all().any(|listed| listed == code)
    }
}
