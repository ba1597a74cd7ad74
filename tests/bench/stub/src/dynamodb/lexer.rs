//! Splits an expression into words and signs.

use crate::refusal::Refusal;

/// A word or a sign of an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// An attribute's name, a keyword or a function.
    Word(&'a str),
    /// A placeholder of a name, such as `#name`, with the `#`.
    Name(&'a str),
    /// A placeholder of a value, such as `:value`, with the `:`.
    Value(&'a str),
    /// A place in a list.
    Index(usize),
    /// A sign.
    Sign(&'static str),
}

/// The signs. A longer sign stands before its own beginning.
const SIGNS: [&str; 14] = ["<>", "<=", ">=", "=", "<", ">", "(", ")", ",", ".", "[", "]", "+", "-"];

/// Splits an expression.
///
/// # Errors
/// The expression has a character that no word or sign begins with.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Refusal> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = next(rest, first).ok_or_else(|| {
            Refusal::invalid(format!("Invalid expression: Syntax error; token: \"{first}\""))
        })?;
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

fn next(rest: &str, first: char) -> Option<(Token<'_>, &str)> {
    if let Some(sign) = SIGNS.into_iter().find(|sign| rest.starts_with(sign)) {
        return Some((Token::Sign(sign), rest.strip_prefix(sign)?));
    }
    let skipped = usize::from(matches!(first, '#' | ':'));
    let is_part = |character: char| character.is_ascii_alphanumeric() || character == '_';
    let end = rest.char_indices().skip(skipped).find(|(_, character)| !is_part(*character));
    let (word, after) = rest.split_at(end.map_or(rest.len(), |(end, _)| end));
    if word.len() == skipped {
        return None;
    }
    let token = match first {
        '#' => Token::Name(word),
        ':' => Token::Value(word),
        '0'..='9' => Token::Index(word.parse().ok()?),
        _ => Token::Word(word),
    };
    Some((token, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expression_is_taken_apart() {
        use Token::{Index, Name, Sign, Value, Word};
        assert_eq!(
            tokens(" a.#b[12]<>:v1 AND(size(c)>= :d)").unwrap(),
            [
                Word("a"),
                Sign("."),
                Name("#b"),
                Sign("["),
                Index(12),
                Sign("]"),
                Sign("<>"),
                Value(":v1"),
                Word("AND"),
                Sign("("),
                Word("size"),
                Sign("("),
                Word("c"),
                Sign(")"),
                Sign(">="),
                Value(":d"),
                Sign(")"),
            ]
        );
        assert_eq!(tokens("  ").unwrap(), []);
    }

    #[test]
    fn a_sign_that_means_nothing_is_refused() {
        for text in ["a ? b", "#", ": v", "12a", "\"a\"", "a & b", "ä"] {
            assert!(tokens(text).is_err(), "{text}");
        }
    }
}
