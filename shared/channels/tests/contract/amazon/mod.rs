//! Amazon: its requests as they go out, and what is made of its answers.

mod answers;
pub(crate) mod given;
mod read_back;
mod requests;
mod shown;
