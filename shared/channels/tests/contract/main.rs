//! What outsiders see of each channel: its requests as they go out, and what is made of its answers.
#![cfg(test)]

mod about;
mod amazon_answers;
mod amazon_read_back;
mod amazon_requests;
mod back_market_answers;
mod back_market_read_back;
mod back_market_requests;
mod cut_answers;
mod ebay_answers;
mod ebay_read_back;
mod ebay_requests;
mod given;
mod groupon_answers;
mod groupon_read_back;
mod groupon_requests;
mod secrets;
mod until_gone_answers;
mod until_gone_read_back;
mod until_gone_requests;
mod wish_answers;
mod wish_read_back;
mod wish_requests;
