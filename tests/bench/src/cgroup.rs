//! Gives a process the share of a CPU that a Lambda function of a given memory size has, by a control group of the
//! kernel.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The period in which a process may use up its share. Inferred: AWS says only that CPU is in proportion to memory.
/// With a longer period a function could use more CPU at once, and would then wait for longer.
const PERIOD: Duration = Duration::from_millis(20);

/// The memory that gets a whole CPU. Source: Lambda developer guide, "Configure Lambda function memory": at 1,769 MB a
/// function has the equivalent of one vCPU.
const WHOLE_CPU_MB: u32 = 1_769;

/// A control group of one process. Dropping it removes the group, when no process is in it any more.
#[derive(Debug)]
pub(crate) struct Cgroup {
    folder: PathBuf,
    version: Version,
}

/// Which version of control groups the kernel offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl Cgroup {
    /// Makes a group without a limit. `None` if this machine does not allow it.
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

    /// Puts a process into the group.
    pub(crate) fn add(&self, process: u32) -> std::io::Result<()> {
        fs::write(self.folder.join("cgroup.procs"), process.to_string())
    }

    /// Limits the group to the CPU share of a function with this memory.
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
        // A process that was just killed stays in the group for a moment.
        for _ in 0..100 {
            if fs::remove_dir(&self.folder).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}
