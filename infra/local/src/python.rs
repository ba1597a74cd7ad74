//! The Python environments of the local AWS engine and of what tests name, in the build folder.

use std::path::{Path, PathBuf};

use installer::{Installer, PythonPackages};

use crate::paths::{Paths, scripts};
use crate::{Error, Progress};

/// The engine's packages, exact versions only.
const ENGINE: &str = include_str!("../requirements.txt");

/// The interpreter that has the local AWS engine.
///
/// # Errors
///
/// No suitable Python, no venv module, or `pip` failed.
pub(crate) fn engine(paths: &Paths, progress: Progress) -> Result<PathBuf, Error> {
    let packages = PythonPackages::listed(engine_name(), &scripts().join("requirements.txt"))?;
    interpreter(&packages, paths, progress)
}

/// The interpreter that has the packages of a list, exact versions only.
///
/// # Errors
///
/// The list cannot be read, no suitable Python, no venv module, or `pip` failed.
pub(crate) fn listed(list: &Path, paths: &Paths, progress: Progress) -> Result<PathBuf, Error> {
    let what = format!("the packages of {}", list.display());
    interpreter(&PythonPackages::listed(what, list)?, paths, progress)
}

fn interpreter(
    packages: &PythonPackages,
    paths: &Paths,
    progress: Progress,
) -> Result<PathBuf, Error> {
    let say = |step: &str| progress.say(step);
    Ok(Installer::new(paths.home.clone(), &say).python(packages)?)
}

/// With its version, for people who wait for it.
fn engine_name() -> String {
    let version = ENGINE.lines().find_map(|line| line.strip_prefix("ministack=="));
    format!("the local AWS engine (MiniStack {})", version.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_pinned() {
        let tests = scripts().join("../../tests");
        let lists = [
            "requirements.txt",
            "second_opinion/requirements.txt",
            "bench/peers/python/requirements.txt",
            "bench/peers/node/requirements.txt",
        ]
        .map(|list| std::fs::read_to_string(tests.join(list)).expect("a list"));
        for list in lists.into_iter().chain([ENGINE.to_owned()]) {
            for line in list.lines().filter(|line| !line.starts_with('#')) {
                assert!(line.contains("=="), "{line} has no exact version");
            }
        }
    }

    #[test]
    fn the_engine_is_named_with_its_version() {
        assert_eq!(engine_name(), "the local AWS engine (MiniStack 1.5.33)");
    }
}
