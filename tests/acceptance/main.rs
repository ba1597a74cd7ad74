//! Acceptance: the built functions on the local engine, with permissions enforced, against strict fake marketplaces.
#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that cannot go on has failed; clippy's own exception does not reach helpers"
)]

mod alarms;
mod bad_input;
mod border;
mod browser;
mod channels;
mod circumstances;
mod console;
mod costs;
mod credentials;
mod day;
mod deadlines;
mod deployment;
mod devices;
mod documents;
mod gateway;
mod imei_lines;
mod killed;
mod layout;
mod leaving;
mod lines;
mod looks;
mod notifications;
mod operated;
mod outcomes;
mod pacing;
mod parcel;
mod permissions;
mod ports;
mod python;
mod refused_labels;
mod reports;
mod restore;
mod rules;
mod runner;
mod schema;
mod second_opinion;
mod sellers;
mod stack;
mod states;
mod tenants;
mod two_stacks;
mod webhooks;
