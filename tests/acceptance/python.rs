//! The Python that tests run: the packages of `requirements.txt`, installed by the first test that needs them.

use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// This package's folder.
pub(crate) fn folder() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder in the build folder. It is made if it is not there.
pub(crate) fn artefacts(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("this program has a path");
    let target = test.ancestors().nth(3).expect("tests are built three folders deep");
    let folder = target.join(name);
    std::fs::create_dir_all(&folder).expect("the build folder can be written");
    folder
}

/// The interpreter.
pub(crate) fn python() -> PathBuf {
    let python = local::python_with(&folder().join("requirements.txt"));
    python.unwrap_or_else(|error| panic!("{error}"))
}

/// Runs a script to its end, with JSON on its standard input.
pub(crate) fn run_script(script: &Path, arguments: &[&str], input: &Value) -> Output {
    let mut command = Command::new(python());
    // Python leaves no compiled files beside the scripts.
    command.arg(script).args(arguments).env("PYTHONDONTWRITEBYTECODE", "1");
    let mut process = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("Python starts");
    let mut pipe = process.stdin.take().expect("it reads");
    pipe.write_all(input.to_string().as_bytes()).expect("it reads all");
    drop(pipe);
    process.wait_with_output().expect("it ends")
}
