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
mod console;
mod costs;
mod credentials;
mod day;
mod deadlines;
mod devices;
mod documents;
mod gateway;
mod imei_lines;
mod killed;
mod layout;
mod lines;
mod looks;
mod operated;
mod outcomes;
mod pacing;
mod parcel;
mod permissions;
mod ports;
mod python;
mod refused_labels;
mod reports;
mod rules;
mod runner;
mod schema;
mod sellers;
mod stack;
mod states;
mod tenants;
mod webhooks;
