//! Puts the console's page together and makes it and the `OpenAPI` document small, once, at compile time: a function has
//! six megabytes, and what it serves is a quarter of its size so.

#![expect(
    clippy::disallowed_methods,
    reason = "this is how cargo tells a build script where to write"
)]

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};
use std::error::Error;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

/// The page's scripts. They share one scope: each may use what those before it define.
const SCRIPTS: [&str; 21] = [
    "strict.js",
    "vendor/preact.umd.js",
    "vendor/hooks.umd.js",
    "vendor/htm.umd.js",
    "format.js",
    "api.js",
    "live.js",
    "parts.js",
    "package.js",
    "act.js",
    "orders.js",
    "order.js",
    "entries.js",
    "imei.js",
    "imeis.js",
    "attention.js",
    "retries.js",
    "fields.js",
    "partners.js",
    "settings.js",
    "app.js",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=console");
    println!("cargo::rerun-if-changed=openapi.json");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let read = |name: &str| fs::read_to_string(Path::new("console").join(name));
    let scripts: Vec<String> = SCRIPTS.into_iter().map(read).collect::<Result<_, _>>()?;
    let (script, style) = (scripts.join("\n"), read("style.css")?);
    let page = read("index.html")?.replace("{{style}}", &style).replace("{{script}}", &script);
    fs::write(out.join("page.gz"), gzipped(&page)?)?;
    fs::write(out.join("script.digest"), BASE64_STANDARD.encode(Sha256::digest(&script)))?;
    fs::write(out.join("style.digest"), BASE64_STANDARD.encode(Sha256::digest(&style)))?;
    fs::write(out.join("openapi.gz"), gzipped(&fs::read_to_string("openapi.json")?)?)?;
    Ok(())
}

fn gzipped(text: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(text.as_bytes())?;
    Ok(writer.finish()?)
}
