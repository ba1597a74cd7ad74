//! Python's packages, in virtual environments.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::once::Wanted;
use crate::{Error, Installer, output, said};

/// Tried in this order: the usual name, then the versions a machine may have beside an older `python3`.
const PYTHONS: [&str; 7] =
    ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];

/// The interpreter of an environment.
const INTERPRETER: &str = "bin/python";

/// Python packages that belong into one environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PythonPackages {
    /// What they are, for people who wait for them.
    what: String,
    /// Their list, for `pip`.
    list: PathBuf,
    /// What is in it.
    pins: String,
}

impl PythonPackages {
    /// Those of a `requirements.txt`, exact versions only. `what` they are is for people who wait for them.
    ///
    /// # Errors
    ///
    /// The list cannot be read.
    pub fn listed(what: impl Into<String>, list: &Path) -> Result<Self, Error> {
        let pins = fs::read_to_string(list);
        let pins = pins.map_err(Error::io(format!("read {}", list.display())))?;
        Ok(Self { what: what.into(), list: list.to_owned(), pins })
    }
}

impl Installer<'_> {
    /// The interpreter of the environment that has these packages, installed first where needed.
    ///
    /// # Errors
    ///
    /// There is no suitable Python, no venv module, or `pip` failed.
    pub fn python(&self, packages: &PythonPackages) -> Result<PathBuf, Error> {
        // The link to the interpreter dangles once the Python it was made with is gone.
        let wanted = Wanted { kind: "venv", pins: &packages.pins, file: INTERPRETER };
        let folder = self.once(&wanted, |folder| self.install(packages, folder))?;
        Ok(folder.join(INTERPRETER))
    }

    fn install(&self, packages: &PythonPackages, folder: &Path) -> Result<(), Error> {
        let base = base_python()?;
        (self.say)(&format!("Installing {} into {}, once", packages.what, folder.display()));
        let made = output(Command::new(base).args(["-m", "venv"]).arg(folder))?;
        if !made.status.success() {
            return Err(Error::VenvModuleMissing { python: base.to_owned(), output: said(&made) });
        }
        let quietly = ["--quiet", "--disable-pip-version-check", "--no-input"];
        let mut pip = Command::new(folder.join(INTERPRETER));
        pip.args(["-m", "pip", "install"]).args(quietly).arg("--requirement").arg(&packages.list);
        let installed = output(&mut pip)?;
        if installed.status.success() {
            return Ok(());
        }
        let what = packages.what.clone();
        Err(Error::Install { what, tool: "pip", output: said(&installed) })
    }
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
