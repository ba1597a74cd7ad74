//! The command line for a deployed stack: why an order is as it is, what needs a person, what lies in the dead-letter queues, and
//! who is paused.
//! It finds everything by the stack's outputs, so that it works on AWS and on the local engine alike. It decides nothing: an order
//! is explained by the domain, and the API counts what needs a person, pauses and resumes. It prints no secret, and masks what the rules hide.

mod attention;
mod commands;
mod dead_letters;
mod error;
mod explain;
mod in_process;
mod operator;
mod outputs;
mod pause;
mod place;
mod sellers;

pub use commands::{Arguments, run};
pub use dead_letters::{Moved, RATE_MAX};
pub use error::Error;
pub use operator::Operator;
pub use place::Place;

/// What a command came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What is printed on standard output.
    pub text: String,
    /// What the command came to, for scripts.
    pub answer: Answer,
}

/// What a command came to, for scripts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was done. Exit code 0.
    Done,
    /// There is no such thing, or several: nothing was done. Exit code 3.
    NotOne,
}

impl Report {
    pub(crate) fn done(text: impl Into<String>) -> Self {
        Self { text: text.into(), answer: Answer::Done }
    }

    pub(crate) fn not_one(text: impl Into<String>) -> Self {
        Self { text: text.into(), answer: Answer::NotOne }
    }
}
