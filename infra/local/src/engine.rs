//! Starts the local AWS engine on a free port. The engine ends when its owner ends, however the owner ends.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use serde::Deserialize;

use crate::paths::{Paths, scripts};
use crate::{Error, calls};

/// Most tries to start the engine, if another program takes each free port first.
const STARTS_MAX: u32 = 3;
/// Longest wait for the engine's first answer. It takes a second, and longer on a busy machine.
const START_MAX: Duration = Duration::from_mins(1);
const POLL: Duration = Duration::from_millis(50);
/// Longest wait until the engine has saved its state and ended.
const SAVE_MAX: Duration = Duration::from_secs(30);
/// The services that must be among the saved ones, because a stack needs them.
const SAVED_SERVICES: [&str; 5] = ["dynamodb", "sqs", "lambda", "eventbridge", "secretsmanager"];
/// Longest the owner waits until its engine has ended.
const END_MAX: Duration = Duration::from_secs(3);
/// Number of finished runs whose logs are kept.
const RUNS_KEPT: usize = 5;
/// Number of the log's last lines that an error shows.
const TAIL_LINES: usize = 15;

/// The command-line option for the engine's port.
pub(crate) const PORT_OPTION: &str = "--port";

/// Number of this process's next run.
static RUNS: AtomicU32 = AtomicU32::new(0);

/// A running engine. It ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Engine {
    pub(crate) endpoint: String,
    pub(crate) pid: u32,
    /// A file that exists while the engine should run. Removing it ends the engine.
    pub(crate) alive_file: PathBuf,
    pub(crate) log: PathBuf,
    process: Child,
    /// The interpreter that starts the engine, also for a restart.
    python: PathBuf,
    run: PathBuf,
    port: u16,
}

impl Engine {
    /// Starts an engine and waits until it answers.
    ///
    /// # Errors
    ///
    /// Another program listens on the port that was asked for, or the engine ended.
    pub(crate) async fn start(
        paths: &Paths,
        python: &Path,
        port: Option<u16>,
    ) -> Result<Self, Error> {
        let mut starts = 1;
        loop {
            let started = Self::start_at(paths, python, free_port(port, PORT_OPTION)?).await;
            match started {
                Err(Error::EngineFailed { .. }) if port.is_none() && starts < STARTS_MAX => {
                    starts += 1;
                }
                _ => return started,
            }
        }
    }

    async fn start_at(paths: &Paths, python: &Path, port: u16) -> Result<Self, Error> {
        let run = new_run(paths)?;
        let endpoint = format!("http://127.0.0.1:{port}");
        let process = launch(python, &run, port)?;
        let (alive_file, log) = (run.join("alive"), run.join("engine.log"));
        let (pid, python) = (process.id(), python.to_owned());
        let mut engine = Self { endpoint, pid, alive_file, log, process, python, run, port };
        engine.wait_until_ready().await?;
        Ok(engine)
    }

    /// Stops the engine and starts it again with the state it saved. Functions that run at that moment die in the
    /// middle of their work.
    ///
    /// # Errors
    ///
    /// The engine did not end, did not save its state, or did not start again.
    pub(crate) async fn restart(&mut self) -> Result<(), Error> {
        if let Some(pipe) = self.process.stdin.as_mut() {
            pipe.write_all(b"s").map_err(Error::io("stop the local AWS engine"))?;
        }
        let polls_max = SAVE_MAX.as_millis() / POLL.as_millis();
        let mut polls = 0;
        while self
            .process
            .try_wait()
            .map_err(Error::io("ask whether the local AWS engine still runs"))?
            .is_none()
        {
            if polls >= polls_max {
                return Err(Error::StillRunning { pid: self.pid });
            }
            polls += 1;
            tokio::time::sleep(POLL).await;
        }
        let state = self.run.join("state");
        if let Some(lost) =
            SAVED_SERVICES.iter().find(|name| !state.join(format!("{name}.json")).exists())
        {
            let log = self.log.display().to_string();
            let tail = format!("the engine did not save the state of {lost}\n{}", tail(&self.log));
            return Err(Error::EngineFailed { log, tail });
        }
        self.process = launch(&self.python, &self.run, self.port)?;
        self.pid = self.process.id();
        self.wait_until_ready().await
    }

    /// Waits for an answer of this engine. Another engine may answer on the port, if it took the port first.
    async fn wait_until_ready(&mut self) -> Result<(), Error> {
        let polls_max = START_MAX.as_millis() / POLL.as_millis();
        for _ in 0..polls_max {
            if name_of(&self.endpoint).await.is_some_and(|name| Path::new(&name) == self.run) {
                return Ok(());
            }
            let ended = self
                .process
                .try_wait()
                .map_err(Error::io("ask whether the local AWS engine still runs"))?;
            if ended.is_some() {
                break;
            }
            tokio::time::sleep(POLL).await;
        }
        Err(Error::EngineFailed { log: self.log.display().to_string(), tail: tail(&self.log) })
    }

    /// Lets the engine run on after this process has ended.
    pub(crate) fn leave_running(mut self) -> Result<(), Error> {
        if let Some(pipe) = self.process.stdin.as_mut() {
            pipe.write_all(b"+").map_err(Error::io("leave the local AWS engine running"))?;
        }
        // Dropping would end the engine.
        std::mem::forget(self);
        Ok(())
    }

    /// Makes the engine end, and waits for at most `END_MAX` until it has ended.
    fn end(&mut self) {
        drop(self.process.stdin.take());
        let _removed = fs::remove_file(&self.alive_file).is_ok();
        let polls_max = END_MAX.as_millis() / POLL.as_millis();
        for _ in 0..polls_max {
            match self.process.try_wait() {
                Ok(None) => std::thread::sleep(POLL),
                Ok(Some(_)) | Err(_) => return,
            }
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.end();
    }
}

/// The name that the engine at this endpoint gives itself: the folder of its run. `None` if no engine answers.
pub(crate) async fn name_of(endpoint: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Health {
        edition: String,
    }
    let answer = calls::get(&format!("{endpoint}/_ministack/health")).await.ok()?;
    serde_json::from_slice::<Health>(answer.body()).ok().map(|health| health.edition)
}

/// Starts the engine's process with the files of a run.
fn launch(python: &Path, run: &Path, port: u16) -> Result<Child, Error> {
    let (alive_file, work) = (run.join("alive"), run.join("work"));
    fs::write(&alive_file, "").map_err(Error::io(format!("write {}", alive_file.display())))?;
    fs::create_dir(&work).map_err(Error::io(format!("make {}", work.display())))?;
    command(python, run, port)?
        .arg(scripts().join("engine.py"))
        .args([&alive_file, &work])
        .stdin(Stdio::piped())
        .spawn()
        .map_err(Error::io(format!("start {}", python.display())))
}

/// A command for the engine's interpreter, with an environment of its own. Functions inherit this environment, so it
/// must not depend on who runs them, and must not hold a developer's credentials.
fn command(python: &Path, run: &Path, port: u16) -> Result<Command, Error> {
    let log = run.join("engine.log");
    let output = OpenOptions::new().create(true).append(true).open(&log);
    let output = output.map_err(Error::io(format!("make {}", log.display())))?;
    let errors = output.try_clone().map_err(Error::io("share the engine's log"))?;
    let mut command = Command::new(python);
    command.env_clear();
    for kept in ["PATH", "HOME", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command
        .envs([("AUTH", "true"), ("BIND_HOST", "127.0.0.1"), ("AWS_EC2_METADATA_DISABLED", "true")])
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        // The engine passes this address on to functions. Without it they would call the real AWS.
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
        .env("GATEWAY_PORT", port.to_string())
        .env("MINISTACK_EDITION", run)
        .env("TMPDIR", run.join("work"))
        // The engine writes its state only when it is stopped for a restart.
        .env("PERSIST_STATE", "1")
        .env("STATE_DIR", run.join("state"))
        .stdout(output)
        .stderr(errors);
    Ok(command)
}

/// Makes a new folder for a run's log and files, and removes the folders of all but the last finished runs.
fn new_run(paths: &Paths) -> Result<PathBuf, Error> {
    remove_old_runs(&paths.home);
    loop {
        let number = RUNS.fetch_add(1, Ordering::Relaxed);
        let run = paths.home.join(format!("run-{}-{number}", std::process::id()));
        match fs::create_dir(&run) {
            Ok(()) => return Ok(run),
            // An earlier process with this id left the folder.
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(source) => {
                return Err(Error::Io { doing: format!("make {}", run.display()), source });
            }
        }
    }
}

/// Removes the folders of finished runs, except the last `RUNS_KEPT`. A folder that cannot be removed now stays for
/// another time.
fn remove_old_runs(home: &Path) {
    let Ok(entries) = fs::read_dir(home) else { return };
    let mut finished: Vec<_> = entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("run-"))
        .filter(|entry| !entry.path().join("alive").exists())
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    finished.sort_unstable();
    for (_, run) in finished.iter().rev().skip(RUNS_KEPT) {
        let _removed = fs::remove_dir_all(run).is_ok();
    }
}

/// Returns `port` if no program listens there, or a free port that the system chooses if `port` is `None`. The error
/// names `option`, with which a person chooses the port.
pub(crate) fn free_port(port: Option<u16>, option: &'static str) -> Result<u16, Error> {
    let listener = TcpListener::bind(("127.0.0.1", port.unwrap_or(0)));
    match (listener, port) {
        (Ok(listener), _) => {
            let address = listener.local_addr().map_err(Error::io("find a free port"))?;
            Ok(address.port())
        }
        (Err(error), Some(port)) if error.kind() == std::io::ErrorKind::AddrInUse => {
            Err(Error::PortTaken { port, option })
        }
        (Err(source), _) => Err(Error::Io { doing: "find a free port".to_owned(), source }),
    }
}

fn tail(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let skipped = lines.len().saturating_sub(TAIL_LINES);
    lines.into_iter().skip(skipped).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_is_named_and_a_free_one_is_found() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let taken = listener.local_addr().expect("an address").port();
        let error = free_port(Some(taken), "--a-port").expect_err("the port is taken");
        assert!(error.to_string().contains(&taken.to_string()), "{error}");
        assert!(error.to_string().contains("--a-port"), "{error}");
        assert!(free_port(None, PORT_OPTION).is_ok_and(|port| port != taken));
    }
}
