//! What outsiders see of each channel: its requests as they go out, and what is made of its answers.
#![cfg(test)]

mod about;
mod amazon;
mod back_market;
mod cut_answers;
mod ebay;
mod given;
mod groupon;
mod secrets;
mod until_gone;
mod wish;
