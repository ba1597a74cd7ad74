//! One sandbox: a function's process on a CPU core of its own, and what the process used.

use crate::Error;
use crate::candidates::Program;
use crate::cgroup::Cgroup;
use crate::machine;
use crate::runtime_api::RuntimeApi;
use bytes::Bytes;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Time and CPU time of a cold start, from the process's start until it asks for its first event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Init {
    pub(crate) took: Duration,
    pub(crate) cpu: Duration,
}

/// A running function that has asked for an event.
pub(crate) struct Sandbox {
    child: Child,
    api: RuntimeApi,
    group: Option<Cgroup>,
    output: PathBuf,
    pub(crate) init: Init,
}

impl Sandbox {
    /// Starts a function and waits until it asks for its first event. The function's output goes to a file in the
    /// folder.
    pub(crate) fn start(
        program: &Program,
        environment: &[(String, String)],
        runtime: &tokio::runtime::Handle,
        folder: &Path,
    ) -> Result<Self, Error> {
        let api = RuntimeApi::start(runtime)?;
        let output = folder.join("output.log");
        let doing = || format!("start {}", program.command.display());
        let file = fs::File::create(&output).map_err(Error::io(doing()))?;
        let mut command = Command::new(&program.command);
        command
            .args(&program.arguments)
            .env_clear()
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .envs(program.environment.iter().map(|(name, value)| (name, value)))
            .env("AWS_LAMBDA_RUNTIME_API", api.address())
            .stdin(Stdio::null())
            .stdout(file.try_clone().map_err(Error::io(doing()))?)
            .stderr(file);
        let group = Cgroup::make("sandbox");
        // A process runs on the core of the thread that starts it.
        machine::pin_to(machine::Core::Function);
        let start = Instant::now();
        let child = command.spawn().map_err(Error::io(doing()));
        machine::pin_to(machine::Core::Rest);
        let child = child?;
        if let Some(group) = &group {
            group.add(child.id()).map_err(Error::io("put the function into its control group"))?;
        }
        let mut sandbox = Self {
            child,
            api,
            group,
            output,
            init: Init { took: Duration::ZERO, cpu: Duration::ZERO },
        };
        let asked = sandbox.api.wait_for_request().map_err(|error| sandbox.with_output(error))?;
        sandbox.init = Init { took: asked.duration_since(start), cpu: sandbox.cpu()? };
        Ok(sandbox)
    }

    /// Gives the function the CPU share of this memory from now on.
    pub(crate) fn limit(&self, memory_mb: u32) -> Result<(), Error> {
        let group = self.group.as_ref().ok_or(Error::NoCgroup)?;
        group.limit(memory_mb).map_err(Error::io("limit the function's CPU"))
    }

    /// Hands the function an event, and waits until it has answered and asked for the next one. Returns the time to the
    /// answer.
    pub(crate) fn invoke(&mut self, event: &Bytes) -> Result<Duration, Error> {
        let (took, answer) = self.api.invoke(event).map_err(|error| self.with_output(error))?;
        if !is_all_done(&answer) {
            let why = format!("it answered {}", String::from_utf8_lossy(&answer));
            return Err(self.with_output(Error::Function(why)));
        }
        self.api.wait_for_request().map_err(|error| self.with_output(error))?;
        Ok(took)
    }

    /// CPU time that the process's current threads used so far.
    pub(crate) fn cpu(&self) -> Result<Duration, Error> {
        let doing = "read how much CPU the function used";
        let tasks = fs::read_dir(format!("/proc/{}/task", self.child.id()));
        let mut spent = 0_u64;
        for task in tasks.map_err(Error::io(doing))? {
            let file = task.map_err(Error::io(doing))?.path().join("schedstat");
            // A thread may end while this reads.
            let Ok(text) = fs::read_to_string(file) else { continue };
            let on_cpu = text.split(' ').next().and_then(|first| first.parse::<u64>().ok());
            spent += on_cpu.ok_or_else(|| Error::Function("it has no CPU time".to_owned()))?;
        }
        Ok(Duration::from_nanos(spent))
    }

    /// Memory that the process has now. Unit: bytes.
    pub(crate) fn rss(&self) -> Result<u64, Error> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .map_err(Error::io("read how much memory the function has"))?;
        let kilobytes = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
        let kilobytes: u64 =
            kilobytes.ok_or_else(|| Error::Function("it has no memory".to_owned()))?;
        Ok(kilobytes * 1_024)
    }

    /// Number of connections to the Runtime API so far.
    pub(crate) fn runtime_connections(&self) -> u64 {
        self.api.connections()
    }

    /// Size of the function's output so far. Unit: bytes.
    pub(crate) fn printed(&self) -> Result<u64, Error> {
        let doing = "look at what the function printed";
        Ok(fs::metadata(&self.output).map_err(Error::io(doing))?.len())
    }

    fn with_output(&self, error: Error) -> Error {
        let output = fs::read_to_string(&self.output).unwrap_or_default();
        if let Error::Function(why) = error {
            return Error::Function(format!("{why}\nit printed: {output}"));
        }
        error
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Whether a function's answer reports no failed record.
fn is_all_done(answer: &Bytes) -> bool {
    let answer: Result<serde_json::Value, _> = serde_json::from_slice(answer);
    answer.is_ok_and(|answer| {
        answer.get("batchItemFailures").and_then(|all| all.as_array()).is_some_and(Vec::is_empty)
    })
}
