//! What outsiders see of each channel: its requests as they go out, and what is made of its answers.
#![cfg(test)]

mod amazon_answers;
mod amazon_read_back;
mod amazon_requests;
mod back_market_answers;
mod back_market_read_back;
mod back_market_requests;
mod given;
mod secrets;
