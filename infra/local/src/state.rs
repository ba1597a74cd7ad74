//! The file that describes the stack which `cargo local up` left running. Later commands find the stack by it, and
//! `cargo local down` ends the stack by it.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::paths::Paths;
use crate::{Error, engine};

const END_MAX: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(50);

/// A stack's addresses and names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The engine's endpoint, for every service.
    pub engine: String,
    /// The region that the engine imitates.
    pub region: String,
    /// The stack's name. A partner's secret is called `<stack>/<channel>/<seller>/<partner>`.
    pub stack: String,
    /// The name of the bus that takes in shipping events.
    pub event_bus: String,
    /// The table's name.
    pub table: String,
    /// The address of the API, with its console at the root. It has no slash at the end.
    pub api: String,
    /// The engine's own address of the API, which the gateway forwards to.
    pub api_upstream: String,
    /// The id of the pool of the API's users.
    pub user_pool: String,
    /// The id of the client that they sign in with.
    pub user_pool_client: String,
    /// The URL of each queue, by its name, such as `label-created` or `amazon`.
    pub queues: BTreeMap<String, String>,
    /// The URL of each queue's dead-letter queue, by the name of the queue.
    pub dead_letter_queues: BTreeMap<String, String>,
    /// The URL of the queue in which the runner collects what the product publishes.
    pub published_queue: String,
    /// The id of the process that leads the engine's group. It is for people: no code relies on it, because ids are
    /// reused.
    pub pid: u32,
    /// A file that exists while the engine should run. Removing it ends the engine and the background processes.
    pub alive_file: PathBuf,
    /// The engine's log.
    pub log: PathBuf,
    /// Values that a command keeps for later ones, such as the address of the marketplaces.
    #[serde(default)]
    pub notes: BTreeMap<String, String>,
}

/// The result of [`stop`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// A stack was running, and has ended.
    Ended,
    /// The state file was there, but its stack had ended already.
    AlreadyGone,
    /// There was no state file.
    NothingRunning,
}

impl State {
    /// The console's address with this token in it. The token stands after `#`, which a browser never sends.
    pub fn console(&self, token: &str) -> String {
        format!("{}/#token={token}", self.api)
    }

    /// The stack left running, if it still runs.
    pub(crate) async fn running(paths: &Paths) -> Result<Option<Self>, Error> {
        match Self::read(paths)? {
            Some(state) if state.is_running().await => Ok(Some(state)),
            Some(_) | None => Ok(None),
        }
    }

    /// Writes this state for later commands.
    pub(crate) fn write(&self, paths: &Paths) -> Result<(), Error> {
        let file = paths.state_file();
        let doing = format!("write {}", file.display());
        let text = serde_json::to_vec_pretty(self).map_err(Error::call(doing.as_str()))?;
        // The file is renamed into place, so that a reader never sees half of it.
        let draft = file.with_extension("draft");
        fs::write(&draft, text).and_then(|()| fs::rename(&draft, file)).map_err(Error::io(doing))
    }

    fn read(paths: &Paths) -> Result<Option<Self>, Error> {
        let file = paths.state_file();
        match fs::read(file) {
            // A file that another version of this program wrote counts as no file.
            Ok(text) => Ok(serde_json::from_slice(&text).ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::Io { doing: format!("read {}", file.display()), source }),
        }
    }

    /// Whether the engine of this state answers. Another engine may use its port by now.
    async fn is_running(&self) -> bool {
        let run = self.alive_file.parent();
        engine::name_of(&self.engine).await.is_some_and(|name| run == Some(name.as_ref()))
    }
}

/// Ends the stack that was left running.
///
/// # Errors
///
/// The engine does not end within five seconds.
pub async fn stop() -> Result<Stopped, Error> {
    let paths = Paths::find()?;
    let Some(state) = State::read(&paths)? else { return Ok(Stopped::NothingRunning) };
    let was_running = state.is_running().await;
    // This also ends the background processes.
    let _removed = fs::remove_file(&state.alive_file).is_ok();
    if was_running {
        wait_until_gone(&state).await?;
    }
    let file = paths.state_file();
    fs::remove_file(file).map_err(Error::io(format!("remove {}", file.display())))?;
    Ok(if was_running { Stopped::Ended } else { Stopped::AlreadyGone })
}

async fn wait_until_gone(state: &State) -> Result<(), Error> {
    let polls_max = END_MAX.as_millis() / POLL.as_millis();
    for _ in 0..polls_max {
        if !state.is_running().await {
            return Ok(());
        }
        tokio::time::sleep(POLL).await;
    }
    Err(Error::StillRunning { pid: state.pid })
}
