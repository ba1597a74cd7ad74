//! Installs Python packages into virtual environments in the build folder. Each list of pinned packages gets an
//! environment of its own, and is installed once. The lists are the local AWS engine's and those of tests.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sha2::{Digest as _, Sha256};

use crate::paths::{Paths, scripts};
use crate::{Error, Progress};

/// Names under which Python is looked for, in this order: the usual name, then versions that a machine may have beside
/// an older `python3`.
const PYTHONS: [&str; 7] =
    ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];

/// The engine's packages, each with its exact version.
const ENGINE: &str = include_str!("../requirements.txt");

/// The name of a file that is written last. Without it, an environment counts as not installed.
const COMPLETE: &str = "complete";

/// The packages of one environment.
pub(crate) struct Packages {
    /// What the packages are, for the person who waits for them.
    what: String,
    /// The path of the list, for `pip`.
    list: PathBuf,
    /// The text of the list.
    pins: String,
}

impl Packages {
    /// The packages of the local AWS engine.
    pub(crate) fn engine() -> Self {
        let list = scripts().join("requirements.txt");
        let version = ENGINE.lines().find_map(|line| line.strip_prefix("ministack=="));
        let what = format!("the local AWS engine (MiniStack {})", version.unwrap_or_default());
        Self { what, list, pins: ENGINE.to_owned() }
    }

    /// The packages of a list, which gives each an exact version.
    ///
    /// # Errors
    ///
    /// The list cannot be read.
    pub(crate) fn listed(list: &Path) -> Result<Self, Error> {
        let pins = fs::read_to_string(list);
        let pins = pins.map_err(Error::io(format!("read {}", list.display())))?;
        let what = format!("the packages of {}", list.display());
        Ok(Self { what, list: list.to_owned(), pins })
    }

    /// Path of the interpreter of the environment with these packages. Installs them the first time.
    ///
    /// # Errors
    ///
    /// No suitable Python, no venv module, or `pip` failed.
    pub(crate) fn python(&self, paths: &Paths, progress: Progress) -> Result<PathBuf, Error> {
        let folder = paths.home.join(format!("venv-{}", self.fingerprint()));
        let python = folder.join("bin").join("python");
        if is_complete(&folder, &python) {
            return Ok(python);
        }
        // The system releases the lock when this process ends, however it ends.
        let lock_file = paths.home.join("install.lock");
        let lock =
            File::create(&lock_file).map_err(Error::io(format!("make {}", lock_file.display())))?;
        if lock.try_lock().is_err() {
            progress.say("Waiting until another program has installed its Python packages");
            lock.lock().map_err(Error::io("wait for another installation of Python packages"))?;
        }
        if !is_complete(&folder, &python) {
            self.install(&folder, &python, progress)?;
        }
        Ok(python)
    }

    fn install(&self, folder: &Path, python: &Path, progress: Progress) -> Result<(), Error> {
        let base = base_python()?;
        progress.say(&format!(
            "Installing {} into {} (only the first time)",
            self.what,
            folder.display()
        ));
        if folder.exists() {
            fs::remove_dir_all(folder)
                .map_err(Error::io(format!("remove {}", folder.display())))?;
        }
        let made = output(Command::new(base).args(["-m", "venv"]).arg(folder))?;
        if !made.status.success() {
            return Err(Error::VenvModuleMissing {
                python: base.to_owned(),
                output: printed(&made),
            });
        }
        let quietly = ["--quiet", "--disable-pip-version-check", "--no-input"];
        let mut pip = Command::new(python);
        pip.args(["-m", "pip", "install"]).args(quietly).arg("--requirement").arg(&self.list);
        let installed = output(&mut pip)?;
        if !installed.status.success() {
            return Err(Error::Install { what: self.what.clone(), output: printed(&installed) });
        }
        let complete = folder.join(COMPLETE);
        fs::write(&complete, "").map_err(Error::io(format!("write {}", complete.display())))
    }

    /// A digest of the list, of 12 hexadecimal digits. A changed version makes a new environment.
    fn fingerprint(&self) -> String {
        let mut text = String::new();
        for byte in Sha256::digest(&self.pins).iter().take(6) {
            // Writing to a string cannot fail.
            let _written = write!(text, "{byte:02x}").is_ok();
        }
        text
    }
}

/// Whether an environment is installed and its Python still exists. The interpreter is a link to the Python that made
/// it.
fn is_complete(folder: &Path, python: &Path) -> bool {
    folder.join(COMPLETE).exists() && python.exists()
}

/// The first Python that starts and is new enough. Version managers install names that exist and do not start.
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

/// What a command printed on both streams: `venv` reports errors on standard output, `pip` on standard error.
fn printed(output: &Output) -> String {
    let stdout = String::from_utf8_lossy(&output.stdout);
    let stderr = String::from_utf8_lossy(&output.stderr);
    format!("{stdout}{stderr}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_pinned() {
        let tests = scripts().join("../../tests");
        let lists = [
            "requirements.txt",
            "bench/peers/python/requirements.txt",
            "bench/peers/node/requirements.txt",
        ]
        .map(|list| Packages::listed(&tests.join(list)).expect("a list"));
        for packages in lists.into_iter().chain([Packages::engine()]) {
            for line in packages.pins.lines().filter(|line| !line.starts_with('#')) {
                assert!(line.contains("=="), "{line} has no exact version");
            }
            assert_eq!(packages.fingerprint().len(), 12);
        }
    }

    #[test]
    fn the_engine_is_named_with_its_version() {
        assert_eq!(Packages::engine().what, "the local AWS engine (MiniStack 1.5.33)");
    }
}
