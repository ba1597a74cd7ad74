//! Inputs taken apart, and checks of texts.

/// The rest of an input.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    /// Takes the next byte; zero when there is none.
    pub(crate) fn byte(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 0,
        }
    }

    /// Takes everything before the next `end`, and the `end`.
    pub(crate) fn until(&mut self, end: u8) -> &'a [u8] {
        let mut parts = self.0.splitn(2, |byte| *byte == end);
        let part = parts.next().unwrap_or_default();
        self.0 = parts.next().unwrap_or_default();
        part
    }
}

/// The bytes as text. What a queue or a gateway hands over is always text.
pub(crate) fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
            std::str::from_utf8(valid).unwrap_or_default()
        }
    }
}

/// The most digits that follow each other, where characters of `between` may stand among them.
pub(crate) fn digits_in_a_row(text: &str, between: fn(char) -> bool) -> usize {
    let (mut most, mut now) = (0_usize, 0_usize);
    for c in text.chars() {
        if c.is_ascii_digit() {
            now = now.saturating_add(1);
            most = most.max(now);
        } else if !between(c) {
            now = 0;
        }
    }
    most
}

/// Whether SQS takes the text as an attribute, and a log takes it as a line. Source: SQS API reference, `SendMessage`: `#x9`,
/// `#xA`, `#xD`, and the characters from `#x20` but for surrogates, `#xFFFE` and `#xFFFF`.
pub(crate) fn is_plain(text: &str) -> bool {
    !text.chars().any(|c| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}'))
}

/// An input of some bytes that choose, then texts with a byte between them.
pub(crate) fn joined(selectors: &[u8], texts: &[&str], between: u8) -> Vec<u8> {
    let mut bytes = selectors.to_vec();
    for (place, text) in texts.iter().enumerate() {
        if place > 0 {
            bytes.push(between);
        }
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}
