//! The shell: everything that waits, reads a clock or talks to something. It loads an order, lets [`domain::step`]
//! decide, saves on the version it read, and then acts. No rule is in here.

pub mod aws;
pub mod config;
pub mod flow;
pub mod lambda;
pub mod ports;
