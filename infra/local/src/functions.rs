//! Builds the functions that the template names, with the dev profile, for this machine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Stdio;

use serde::Deserialize;

use crate::paths::{Paths, cargo};
use crate::{Error, Progress};

/// A line of cargo's JSON output that may name an executable.
#[derive(Deserialize)]
struct Message {
    target: Option<Target>,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Builds each function that changed. Returns the path of each function's executable.
///
/// # Errors
///
/// A function does not build, or no package of the workspace has its name.
pub(crate) fn build(
    paths: &Paths,
    functions: &[String],
    progress: Progress,
) -> Result<BTreeMap<String, PathBuf>, Error> {
    progress.say(&format!("Building {} functions", functions.len()));
    for function in functions {
        if !paths.root.join("functions").join(function).join("Cargo.toml").exists() {
            return Err(Error::FunctionMissing { function: function.clone() });
        }
    }
    let mut command = cargo();
    command.args(["build", "--message-format", "json-render-diagnostics"]);
    // This package is built too. Cargo then chooses the features of shared dependencies as it did when it built this
    // program, so it need not compile them again.
    command.args(["--package", env!("CARGO_PKG_NAME")]);
    command.args(functions.iter().flat_map(|function| ["--package", function]));
    command.current_dir(&paths.root).stdin(Stdio::null());
    match progress {
        Progress::Shown => command.stderr(Stdio::inherit()),
        Progress::Quiet => command.arg("--quiet").stderr(Stdio::piped()),
    };
    let output = command.output().map_err(Error::io("start cargo"))?;
    if !output.status.success() {
        let output = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Error::Build { output });
    }
    let built = executables(&String::from_utf8_lossy(&output.stdout));
    functions
        .iter()
        .map(|function| match built.get(function) {
            Some(executable) => Ok((function.clone(), executable.clone())),
            None => Err(Error::FunctionMissing { function: function.clone() }),
        })
        .collect()
}

/// The executables that cargo's output names, by the name of their target.
fn executables(stdout: &str) -> BTreeMap<String, PathBuf> {
    stdout
        .lines()
        .filter_map(|line| serde_json::from_str::<Message>(line).ok())
        .filter_map(|message| Some((message.target?.name, message.executable?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lines_with_an_executable_count() {
        let stdout = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"domain"},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"sweep"},"executable":"/t/debug/sweep"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
            "\n",
        );
        let expected = BTreeMap::from([("sweep".to_owned(), PathBuf::from("/t/debug/sweep"))]);
        assert_eq!(executables(stdout), expected);
    }
}
