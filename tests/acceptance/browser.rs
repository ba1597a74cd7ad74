//! The browser that the console's tests run: Debian's Chromium, installed where it is missing and can be.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// The names under which Chromium is packaged.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// The packages that are installed: the browser, and fonts.
const PACKAGES: [&str; 2] = ["chromium", "fonts-dejavu-core"];

/// How long the installation waits for another one to end. Unit: seconds.
const LOCK_WAIT: &str = "DPkg::Lock::Timeout=300";

/// The browser's executable. `None` where there is none and none can be installed.
pub(crate) fn chromium() -> Option<&'static Path> {
    static CHROMIUM: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = CHROMIUM.get_or_init(|| {
        on_path(&NAMES).or_else(|| {
            install();
            on_path(&NAMES)
        })
    });
    found.as_deref()
}

/// Writes to the terminal of whoever runs the tests, also from a test that passes. `cargo test` keeps back what a passing
/// test prints, so this writes straight to standard error.
pub(crate) fn say_loudly(words: &str) {
    let line = "=".repeat(72);
    let _written = writeln!(std::io::stderr(), "\n{line}\n{words}\n{line}").is_ok();
}

fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::vars_os().find(|(name, _)| name == "PATH")?.1;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let candidates = names.iter().flat_map(|name| folders.iter().map(move |at| at.join(name)));
    candidates.into_iter().find(|file| file.is_file())
}

/// Installs Debian's package, where this is Debian or a system like it and we may install.
fn install() {
    let id = Command::new("id").arg("-u").output();
    let is_root = id.is_ok_and(|id| id.stdout.trim_ascii() == b"0");
    if !is_root || on_path(&["apt-get"]).is_none() {
        return;
    }
    say_loudly("Installing Chromium for the console's tests, once (apt-get install chromium)");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(["-qq", "-y", "-o", LOCK_WAIT]).args(arguments);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        let ended = command.stdin(Stdio::null()).output();
        ended.is_ok_and(|ended| ended.status.success())
    };
    let arguments = [&["install", "--no-install-recommends"], PACKAGES.as_slice()].concat();
    // Lists that another program fetches at this moment are as good as ours.
    let _updated = apt(&["update"]);
    if !apt(&arguments) {
        say_loudly("apt-get could not install Chromium");
    }
}
