//! The tables that the build script makes of `registry.tsv`.

use super::Carrier;
use super::codes::{CodeRow, Codes, ListedCarriers, When};
use super::lookup::{Lead, NameRow, NameWithService, ServiceRow, ServiceWords};

include!(concat!(env!("OUT_DIR"), "/registry.rs"));
