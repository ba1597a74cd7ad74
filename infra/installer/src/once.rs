//! Folders that are filled once, also where several programs want the same one at the same time.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::{Error, Installer};

/// Written last, so that an installation that was interrupted is not taken for a whole one.
const COMPLETE: &str = "complete";

/// A folder to be filled.
pub(crate) struct Wanted<'a> {
    /// What its name begins with.
    pub(crate) kind: &'static str,
    /// What is to be in it. The folder is named after this, so that a changed pin makes a new one.
    pub(crate) pins: &'a str,
    /// A file of it that must be there.
    pub(crate) file: &'static str,
}

impl Installer<'_> {
    /// The folder, filled by `fill` unless it is there already.
    pub(crate) fn once(
        &self,
        wanted: &Wanted<'_>,
        fill: impl FnOnce(&Path) -> Result<(), Error>,
    ) -> Result<PathBuf, Error> {
        let name = format!("{}-{}", wanted.kind, fingerprint(wanted.pins));
        let folder = self.folder.join(&name);
        let is_filled = || folder.join(COMPLETE).exists() && folder.join(wanted.file).exists();
        if is_filled() {
            return Ok(folder);
        }
        let _lock = self.lock(&name)?;
        if is_filled() {
            return Ok(folder);
        }
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .map_err(Error::io(format!("remove {}", folder.display())))?;
        }
        fill(&folder)?;
        let complete = folder.join(COMPLETE);
        fs::write(&complete, "").map_err(Error::io(format!("write {}", complete.display())))?;
        Ok(folder)
    }

    /// The right to fill a folder. The system takes it back when we end, in whatever way.
    fn lock(&self, name: &str) -> Result<File, Error> {
        fs::create_dir_all(&self.folder)
            .map_err(Error::io(format!("make {}", self.folder.display())))?;
        let file = self.folder.join(format!("{name}.lock"));
        let lock = File::create(&file).map_err(Error::io(format!("make {}", file.display())))?;
        if lock.try_lock().is_err() {
            (self.say)("Waiting for another program that installs the same packages");
            lock.lock().map_err(Error::io("wait for another installation of the same packages"))?;
        }
        Ok(lock)
    }
}

fn fingerprint(pins: &str) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(pins).iter().take(6) {
        // Writing to a string cannot fail.
        let _written = write!(text, "{byte:02x}").is_ok();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A folder of this test alone, removed at its end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let folder = format!("installer-{name}-{}", std::process::id());
            Self(std::env::temp_dir().join(folder))
        }

        fn once(&self, pins: &str, fill: impl FnOnce(&Path) -> Result<(), Error>) -> PathBuf {
            let wanted = Wanted { kind: "npm", pins, file: "package" };
            let installer = Installer::new(self.0.clone(), &|_| {});
            installer.once(&wanted, fill).expect("it is filled")
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _removed = fs::remove_dir_all(&self.0).is_ok();
        }
    }

    fn fill(folder: &Path) -> Result<(), Error> {
        fs::create_dir_all(folder).map_err(Error::io("make the folder"))?;
        fs::write(folder.join("package"), "").map_err(Error::io("write the file"))
    }

    #[test]
    fn a_name_is_short_and_made_of_the_pins() {
        assert_eq!(fingerprint("a==1").len(), 12);
        assert_ne!(fingerprint("a==1"), fingerprint("a==2"));
    }

    #[test]
    fn a_folder_is_filled_once_and_a_changed_pin_fills_another() {
        let scratch = Scratch::new("once");
        let first = scratch.once("a==1", fill);
        let again = scratch.once("a==1", |_| panic!("it is there already"));
        assert_eq!(first, again);
        assert_ne!(scratch.once("a==2", fill), first);
    }

    #[test]
    fn what_was_interrupted_or_has_lost_its_file_is_filled_anew() {
        let scratch = Scratch::new("interrupted");
        let folder = scratch.once("a==1", fill);
        for lost in [COMPLETE, "package"] {
            fs::remove_file(folder.join(lost)).expect("it was there");
            fs::write(folder.join("left over"), "").expect("the folder can be written");
            scratch.once("a==1", fill);
            assert!(folder.join("package").exists(), "without {lost}");
            assert!(!folder.join("left over").exists(), "without {lost}");
        }
    }

    #[test]
    fn of_several_at_the_same_time_one_installs() {
        let scratch = Scratch::new("several");
        let filled = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    scratch.once("a==1", |folder| {
                        filled.fetch_add(1, Ordering::Relaxed);
                        fill(folder)
                    })
                });
            }
        });
        assert_eq!(filled.load(Ordering::Relaxed), 1);
    }
}
