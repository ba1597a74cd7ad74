//! What `cargo local up` leaves running, on disk, so that later commands find it and `cargo local down` ends it.

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
    /// The region it plays to be.
    pub region: String,
    /// The stack's name; secrets are `<stack>/<channel>/<seller>/<partner>`.
    pub stack: String,
    /// The bus that takes in shipping events.
    pub event_bus: String,
    /// The table.
    pub table: String,
    /// The settings API, and its console at the root; without a slash at the end.
    pub api: String,
    /// Where the engine answers for the API.
    pub api_upstream: String,
    /// The pool of the API's users.
    pub user_pool: String,
    /// The client that they sign in with.
    pub user_pool_client: String,
    /// Queue name, such as `label-created` or `amazon`, to URL.
    pub queues: BTreeMap<String, String>,
    /// The same names to the URLs of their dead-letter queues.
    pub dead_letter_queues: BTreeMap<String, String>,
    /// Where the runner collects what the product publishes.
    pub published_queue: String,
    /// The process that leads the engine's group. For people; nothing here trusts a process id.
    pub pid: u32,
    /// While it exists, the engine runs. Whatever is started beside a stack left running can end with it.
    pub alive_file: PathBuf,
    /// The engine's log.
    pub log: PathBuf,
    /// What a command wants to find again, such as a token or the address of the marketplaces.
    #[serde(default)]
    pub notes: BTreeMap<String, String>,
}

/// What [`stop`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// A running stack, which has ended.
    Ended,
    /// The notes of a stack that had ended already.
    AlreadyGone,
    /// No notes of any stack.
    NothingRunning,
}

impl State {
    /// The console for whoever has this token; a browser keeps what is after `#` to itself.
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

    /// Keeps this state for later commands.
    pub(crate) fn write(&self, paths: &Paths) -> Result<(), Error> {
        let file = paths.state_file();
        let doing = format!("write {}", file.display());
        let text = serde_json::to_vec_pretty(self).map_err(Error::call(doing.as_str()))?;
        // Renamed into place: a reader must not see half of it.
        let draft = file.with_extension("draft");
        fs::write(&draft, text).and_then(|()| fs::rename(&draft, file)).map_err(Error::io(doing))
    }

    fn read(paths: &Paths) -> Result<Option<Self>, Error> {
        let file = paths.state_file();
        match fs::read(file) {
            // What another version of this program wrote is of no use to this one.
            Ok(text) => Ok(serde_json::from_slice(&text).ok()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(Error::Io { doing: format!("read {}", file.display()), source }),
        }
    }

    /// Whether this very engine answers; its port may be another's by now.
    async fn is_running(&self) -> bool {
        let run = self.alive_file.parent();
        engine::name_of(&self.engine).await.is_some_and(|name| run == Some(name.as_ref()))
    }
}

/// Ends the stack that was left running.
///
/// # Errors
///
/// It does not end within five seconds.
pub async fn stop() -> Result<Stopped, Error> {
    let paths = Paths::find()?;
    let Some(state) = State::read(&paths)? else { return Ok(Stopped::NothingRunning) };
    let was_running = state.is_running().await;
    // Also ends what was started beside the engine.
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
