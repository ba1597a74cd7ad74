//! Amazon: its requests as they go out, and what is made of its answers.

mod answers;
pub(crate) mod given;
mod order_change;
mod read_back;
mod requests;
mod shown;
mod subscriptions;
