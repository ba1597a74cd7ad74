//! Installs the local AWS engine into a virtual environment in the build folder, once per set of pinned packages.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest as _, Sha256};

use crate::paths::{Paths, scripts};
use crate::{Error, Progress};

/// Tried in this order: the usual name, then the versions a machine may have beside an older `python3`.
const PYTHONS: [&str; 7] =
    ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];

/// The packages, exact versions only.
const REQUIREMENTS: &str = include_str!("../requirements.txt");

/// Written last, so that an installation that was interrupted is not taken for a whole one.
const COMPLETE: &str = "complete";

/// The interpreter of the environment that has the engine, installed first where needed.
///
/// # Errors
///
/// No suitable Python, no venv module, or `pip` failed.
pub(crate) fn python(paths: &Paths, progress: Progress) -> Result<PathBuf, Error> {
    let folder = paths.home.join(format!("venv-{}", fingerprint()));
    let python = folder.join("bin").join("python");
    if is_complete(&folder, &python) {
        return Ok(python);
    }
    // Released by the system when we end, in whatever way.
    let lock_file = paths.home.join("install.lock");
    let lock =
        File::create(&lock_file).map_err(Error::io(format!("make {}", lock_file.display())))?;
    if lock.try_lock().is_err() {
        progress.say("Waiting for another program that installs the local AWS engine");
        lock.lock().map_err(Error::io("wait for another installation of the local engine"))?;
    }
    if !is_complete(&folder, &python) {
        install(&folder, &python, progress)?;
    }
    Ok(python)
}

/// The link to the interpreter dangles once the Python it was made with is gone.
fn is_complete(folder: &Path, python: &Path) -> bool {
    folder.join(COMPLETE).exists() && python.exists()
}

fn install(folder: &Path, python: &Path, progress: Progress) -> Result<(), Error> {
    let base = base_python()?;
    progress.say(&format!(
        "Installing the local AWS engine (MiniStack {}) into {}, once",
        engine_version(),
        folder.display()
    ));
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::io(format!("remove {}", folder.display())))?;
    }
    let made = output(Command::new(base).args(["-m", "venv"]).arg(folder))?;
    if !made.status.success() {
        return Err(Error::VenvModuleMissing { python: base.to_owned(), output: said(&made) });
    }
    let installed = output(
        Command::new(python)
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"])
            .arg("--requirement")
            .arg(scripts().join("requirements.txt")),
    )?;
    if !installed.status.success() {
        return Err(Error::Install { output: said(&installed) });
    }
    let complete = folder.join(COMPLETE);
    fs::write(&complete, "").map_err(Error::io(format!("write {}", complete.display())))
}

/// The first Python new enough. A name may exist and not start, as version managers' stand-ins do.
fn base_python() -> Result<&'static str, Error> {
    let is_new_enough = "import sys; sys.exit(sys.version_info < (3, 10))";
    PYTHONS
        .into_iter()
        .find(|name| {
            Command::new(name)
                .args(["-c", is_new_enough])
                .output()
                .is_ok_and(|output| output.status.success())
        })
        .ok_or(Error::PythonMissing)
}

fn output(command: &mut Command) -> Result<Output, Error> {
    let doing = format!("start {}", command.get_program().display());
    command.output().map_err(Error::io(doing))
}

/// Both streams: `venv` complains on the one, `pip` on the other.
fn said(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    format!("{stdout}{stderr}").trim().to_owned()
}

/// Names the environment after what is in it: a changed pin makes a new one.
fn fingerprint() -> String {
    let mut text = String::new();
    for byte in Sha256::digest(REQUIREMENTS).iter().take(6) {
        // Writing to a string cannot fail.
        let _written = write!(text, "{byte:02x}").is_ok();
    }
    text
}

fn engine_version() -> &'static str {
    REQUIREMENTS.lines().find_map(|line| line.strip_prefix("ministack==")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_pinned() {
        for line in REQUIREMENTS.lines().filter(|line| !line.starts_with('#')) {
            assert!(line.contains("=="), "{line} has no exact version");
        }
        assert_eq!(engine_version(), "1.5.33");
        assert_eq!(fingerprint().len(), 12);
    }
}
