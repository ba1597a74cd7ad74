//! The share of a CPU that a Lambda function of a memory size gets, as a control group of the kernel.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Time over which a share is counted. Inferred: AWS says only that CPU is in proportion to memory. A longer one would let
/// a function use more at once, and then wait for longer.
const PERIOD: Duration = Duration::from_millis(20);

/// The memory that gets a whole CPU. Source: Lambda developer guide, "Configure Lambda function memory": at 1,769 MB a
/// function has the equivalent of one vCPU.
const WHOLE_CPU_MB: u32 = 1_769;

/// A control group of one process. Removed when dropped, if nothing is in it any more.
#[derive(Debug)]
pub(crate) struct Cgroup {
    folder: PathBuf,
    version: Version,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Cgroup {
    /// A group without a limit; nothing where this machine lets us make none.
    pub(crate) fn make(name: &str) -> Option<Self> {
        let two = Path::new("/sys/fs/cgroup");
        let (root, version) = if two.join("cgroup.controllers").exists() {
            (two.to_owned(), Version::Two)
        } else {
            (two.join("cpu"), Version::One)
        };
        let folder = root.join(format!("shipconfirm-{}-{name}", std::process::id()));
        fs::create_dir(&folder).ok()?;
        let group = Self { folder, version };
        // Version 2 offers the file only where the controller is turned on for children.
        group.folder.join(group.limit_file()).exists().then_some(group)
    }

    fn limit_file(&self) -> &'static str {
        match self.version {
            Version::One => "cpu.cfs_quota_us",
            Version::Two => "cpu.max",
        }
    }

    /// Puts a process into it.
    pub(crate) fn add(&self, process: u32) -> std::io::Result<()> {
        fs::write(self.folder.join("cgroup.procs"), process.to_string())
    }

    /// Limits it to what a function of this memory gets.
    pub(crate) fn limit(&self, memory_mb: u32) -> std::io::Result<()> {
        let period = PERIOD.as_micros();
        let quota = period * u128::from(memory_mb) / u128::from(WHOLE_CPU_MB);
        match self.version {
            Version::One => {
                fs::write(self.folder.join("cpu.cfs_period_us"), period.to_string())?;
                fs::write(self.folder.join("cpu.cfs_quota_us"), quota.to_string())
            }
            Version::Two => fs::write(self.folder.join("cpu.max"), format!("{quota} {period}")),
        }
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        // A process that was just killed is in it for a moment more.
        for _ in 0..100 {
            if fs::remove_dir(&self.folder).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}
