//! Groupon: its requests as they go out, and what is made of its answers.

mod answers;
mod calendar;
pub(crate) mod given;
mod read_back;
mod requests;
