//! Tests of the fake marketplaces through HTTP and their controls.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers outside test functions may panic too, but Clippy's exemptions for tests do not reach them"
)]

mod admin;
mod amazon;
mod amazon_access;
mod amazon_notifications;
mod back_market;
mod caller;
mod ebay;
mod ebay_access;
mod ebay_faults;
mod faults;
mod groupon;
mod groupon_reads;
mod standing;
mod until_gone;
mod until_gone_access;
mod until_gone_faults;
mod wish;
