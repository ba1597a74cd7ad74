//! Why a command could not be carried out, and what to do about it.

use aws_sdk_sqs::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use flows::ports::StoreError;
use std::error::Error as StdError;
use std::fmt::Debug;

/// Why a command could not be carried out. A message says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nobody said where the stack is.
    #[error(
        "no region is set: say it with --region, or set AWS_REGION. For the stack on this machine say --local"
    )]
    NoRegion,
    /// Nobody said who asks.
    #[error(
        "no credentials are set: set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, for a role, AWS_SESSION_TOKEN. The AWS CLI \
         prints those of a profile: eval \"$(aws configure export-credentials --profile NAME --format env)\". For the stack on \
         this machine say --local"
    )]
    NoCredentials,
    /// No local stack was left running.
    #[error("no local stack was left running ({looked}): start one with `cargo local up`")]
    NoLocalStack {
        /// Where its state was looked for.
        looked: String,
    },
    /// There is no such stack.
    #[error(
        "there is no stack `{stack}` in {region}: name it with --stack, and its region with --region"
    )]
    NoStack {
        /// The name that was given.
        stack: String,
        /// The region that was looked in.
        region: String,
    },
    /// The stack is another one.
    #[error(
        "the stack `{stack}` is not Shipconfirm, or is not deployed whole: it has no output `{output}`"
    )]
    OtherStack {
        /// Its name.
        stack: String,
        /// What it lacks.
        output: String,
    },
    /// AWS does not know who asks.
    #[error(
        "AWS does not take the credentials: they are wrong, or have expired; get new ones. It answered: {answer}"
    )]
    Credentials {
        /// Its words.
        answer: String,
    },
    /// Whoever asks may not.
    #[error(
        "these credentials may not {doing}: use those of a role that may. AWS answered: {answer}"
    )]
    Denied {
        /// What was to be done.
        doing: String,
        /// Its words.
        answer: String,
    },
    /// Nobody answered.
    #[error("nobody answers at {address}: is the region right, and is there a network? {answer}")]
    NoAnswer {
        /// What was called.
        address: String,
        /// What went wrong.
        answer: String,
    },
    /// A call failed otherwise.
    #[error("failed to {doing}: {answer}")]
    Failed {
        /// What was to be done.
        doing: String,
        /// The words of whoever refused.
        answer: String,
    },
    /// No queue has this name.
    #[error("there is no queue `{name}`; allowed: {known}")]
    NoQueue {
        /// The name that was given.
        name: String,
        /// All names.
        known: String,
    },
    /// An argument is none.
    #[error("{argument}: {problem}")]
    Argument {
        /// Which.
        argument: &'static str,
        /// What is wrong with it.
        problem: String,
    },
}

/// What AWS calls credentials that it does not take.
const UNKNOWN_CALLER: [&str; 6] = [
    "ExpiredToken",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignature",
    "SignatureDoesNotMatch",
    "UnrecognizedClient",
];

impl Error {
    /// What AWS answered with this code.
    pub(crate) fn answered(doing: &str, code: &str, answer: impl Into<String>) -> Self {
        let (doing, answer) = (doing.to_owned(), answer.into());
        if UNKNOWN_CALLER.iter().any(|unknown| code.contains(unknown)) {
            Self::Credentials { answer }
        } else if code.contains("AccessDenied") || code.contains("NotAuthorized") {
            Self::Denied { doing, answer }
        } else {
            Self::Failed { doing, answer }
        }
    }

    /// A call of a client that failed.
    pub(crate) fn call<E, R>(doing: &str) -> impl Fn(SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + StdError + 'static,
        R: Debug + 'static,
    {
        move |error| {
            let code = error.code().unwrap_or_default().to_owned();
            let message = error.message().map(str::to_owned);
            let answer = message.unwrap_or_else(|| DisplayErrorContext(&error).to_string());
            Self::answered(doing, &code, answer)
        }
    }

    /// The table could not be read.
    pub(crate) fn store(error: &StoreError) -> Self {
        let mut answer = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            answer = format!("{answer}: {cause}");
            source = cause.source();
        }
        let code = answer.clone();
        Self::answered("read the table", &code, answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::no_permission(
        "AccessDeniedException",
        "these credentials may not read the queue: use those of a role that may"
    )]
    #[case::expired(
        "ExpiredTokenException",
        "AWS does not take the credentials: they are wrong, or have expired"
    )]
    #[case::unknown_key("InvalidClientTokenId", "AWS does not take the credentials")]
    #[case::else_wise("Throttling", "failed to read the queue: its words")]
    fn an_answer_says_what_to_do(#[case] code: &str, #[case] begins: &str) {
        let said = Error::answered("read the queue", code, "its words").to_string();
        assert!(said.starts_with(begins) && said.ends_with("its words"), "{said}");
    }
}
