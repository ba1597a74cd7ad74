//! A deployed stack on the local engine: starts one, finds one that was left running, and knows its names and
//! addresses.

use std::collections::BTreeMap;
use std::path::PathBuf;

use domain::Moment;
use serde_json::Value;
use tokio::sync::Mutex;

use crate::api::gateway::{self, Gateway};
use crate::calls::REGION;
use crate::deploy::{self, Deployment, Template};
use crate::engine::{self, Engine, PORT_OPTION};
use crate::paths::Paths;
use crate::{DeadLetter, Error, Progress, State, functions, python};

/// The stack's name, with which every name in it begins.
const STACK: &str = "shipconfirm";
/// The `source` of incoming events. Source: the template's default of `EventSource`.
pub(crate) const SOURCE: &str = "shipping";
/// The application whose notifications of Amazon a stack on this machine takes.
pub const AMAZON_APPLICATION: &str = "amzn1.sp.solution.demo";
/// The command-line option for the console's port.
const CONSOLE_PORT_OPTION: &str = "--console-port";

/// How long a stack lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// The stack ends when the [`Stack`] is dropped or this process ends, however it ends.
    Owner,
    /// The stack runs until [`crate::stop`]. [`Stack::running`] finds it again.
    Detached,
}

/// How to start a stack.
#[derive(Clone, Debug)]
pub struct Options {
    /// The engine's port. `None` takes a free one.
    pub port: Option<u16>,
    /// The port of the API and its console. `None` takes a free one.
    pub console_port: Option<u16>,
    /// The template's `ImeiWindowMinutes`: how long a confirmation waits for missing IMEIs. Unit: minutes.
    pub imei_window_minutes: u32,
    /// The template's `MarketplaceEndpoint`. Every channel is called at `<endpoint>/<channel>`.
    pub marketplace_endpoint: String,
    /// Environment variables for every function, such as `LOG_LEVEL`, beside those of the template.
    pub function_env: BTreeMap<String, String>,
    /// How long the stack lives.
    pub lifetime: Lifetime,
    /// Whether long steps are announced.
    pub progress: Progress,
}

impl Options {
    /// Options of a quiet stack that ends with its owner, with the template's defaults. The endpoint has no default,
    /// because a local stack must never call the real marketplaces.
    pub fn new(marketplace_endpoint: impl Into<String>) -> Self {
        Self {
            port: None,
            console_port: None,
            imei_window_minutes: 60,
            marketplace_endpoint: marketplace_endpoint.into(),
            function_env: BTreeMap::new(),
            lifetime: Lifetime::Owner,
            progress: Progress::Quiet,
        }
    }
}

/// A deployed stack.
#[derive(Debug)]
pub struct Stack {
    pub(crate) state: State,
    /// `None` for a stack that is left running.
    engine: Mutex<Option<Engine>>,
    /// `None` for a stack that is left running, whose gateway is a process of its own.
    _gateway: Option<Gateway>,
    /// The events that were taken out of the queue of published events so far.
    pub(crate) published: Mutex<Vec<Value>>,
    /// The messages that were taken out of dead-letter queues so far, by the name of the queue.
    pub(crate) dead_letters: Mutex<BTreeMap<String, Vec<DeadLetter>>>,
}

impl Stack {
    /// Installs the engine, builds the functions, starts the engine and deploys the template. This takes seconds, and
    /// minutes the first time.
    ///
    /// # Errors
    ///
    /// Something is missing or broken on this machine. The error says what to do about it.
    pub async fn start(options: Options) -> Result<Self, Error> {
        let paths = Paths::find()?;
        if options.lifetime == Lifetime::Detached
            && let Some(state) = State::running(&paths).await?
        {
            return Err(Error::AlreadyRunning { engine: state.engine });
        }
        let preparing = {
            let (paths, progress) = (paths.clone(), options.progress);
            let ports = (options.port, options.console_port);
            tokio::task::spawn_blocking(move || Prepared::new(&paths, ports, progress))
        };
        let Prepared { template, python, executables } =
            preparing.await.map_err(Error::call("prepare the local stack"))??;
        options.progress.say("Starting the local AWS engine and deploying infra/template.yaml");
        let engine = Engine::start(&paths, &python, options.port).await?;
        let deployment = Deployment {
            endpoint: &engine.endpoint,
            stack: STACK,
            executables: &executables,
            parameters: &parameters(&options),
            function_env: &options.function_env,
        };
        let outputs = template.deploy(&python, &deployment).await?;
        let mut state = state_of(STACK, &Place::of(&engine), &outputs);
        let (gateway, api) = match options.lifetime {
            Lifetime::Owner => {
                let upstream = state.api_upstream.clone();
                let gateway = Gateway::start(options.console_port, upstream).await?;
                let address = gateway.address().to_owned();
                (Some(gateway), address)
            }
            // The gateway of such a stack is a process of its own, which outlives this one.
            Lifetime::Detached => {
                let port = engine::free_port(options.console_port, CONSOLE_PORT_OPTION)?;
                (None, format!("http://127.0.0.1:{port}"))
            }
        };
        state.api = api;
        let mut stack = Self::of(state, Some(engine), gateway);
        stack.state.published_queue = stack.collect_published().await?;
        if options.lifetime == Lifetime::Detached {
            stack.state.write(&paths)?;
            stack.engine.get_mut().take().map_or(Ok(()), Engine::leave_running)?;
        }
        Ok(stack)
    }

    /// Deploys the template once more on the engine of this stack, under another name, as two stacks of one account. It lives as long
    /// as this one does.
    ///
    /// # Errors
    ///
    /// The engine refuses it, or something is missing or broken on this machine.
    pub async fn beside(&self, name: &str, options: Options) -> Result<Self, Error> {
        let paths = Paths::find()?;
        let preparing = tokio::task::spawn_blocking(move || {
            Prepared::new(&paths, (None, None), Progress::Quiet)
        });
        let Prepared { template, python, executables } =
            preparing.await.map_err(Error::call("prepare another local stack"))??;
        let deployment = Deployment {
            endpoint: &self.state.engine,
            stack: name,
            executables: &executables,
            parameters: &parameters(&options),
            function_env: &options.function_env,
        };
        let outputs = template.deploy(&python, &deployment).await?;
        let mut state = state_of(name, &Place::of_stack(&self.state), &outputs);
        let gateway = Gateway::start(None, state.api_upstream.clone()).await?;
        gateway.address().clone_into(&mut state.api);
        let mut stack = Self::of(state, None, Some(gateway));
        stack.state.published_queue = stack.collect_published().await?;
        Ok(stack)
    }

    /// The stack that `cargo local up` left running.
    ///
    /// # Errors
    ///
    /// No stack was left running ([`Error::NotRunning`]), or the state file cannot be read.
    pub async fn running() -> Result<Self, Error> {
        let state = State::running(&Paths::find()?).await?.ok_or(Error::NotRunning)?;
        Ok(Self::of(state, None, None))
    }

    fn of(state: State, engine: Option<Engine>, gateway: Option<Gateway>) -> Self {
        let (published, dead_letters) = (Mutex::default(), Mutex::default());
        let engine = Mutex::new(engine);
        Self { state, engine, _gateway: gateway, published, dead_letters }
    }

    /// The stack's addresses and names.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Stops the engine and starts it again with its state: the table, the queues with their messages, the bus, the
    /// secrets and the functions. Functions that run at that moment are killed in the middle of their work.
    /// [`Self::state`] then still has the former process id.
    ///
    /// # Errors
    ///
    /// The stack was left running by another process, or the engine did not save its state or did not start again.
    pub async fn restart(&self) -> Result<(), Error> {
        match self.engine.lock().await.as_mut() {
            Some(engine) => engine.restart().await,
            None => Err(Error::NotRunning),
        }
    }

    /// Tells the stack that it runs on another table, which was restored, since this moment.
    ///
    /// # Errors
    ///
    /// The engine refuses the table.
    pub(crate) async fn adopt(&mut self, table: &str, restored_at: Moment) -> Result<(), Error> {
        let paths = Paths::find()?;
        let finding =
            tokio::task::spawn_blocking(move || python::engine(&paths, Progress::Quiet)).await;
        let python = finding.map_err(Error::call("find the engine's Python"))??;
        let seconds = restored_at.as_millis() / 1_000;
        let parameters =
            BTreeMap::from([("TableName", table.to_owned()), ("RestoredAt", seconds.to_string())]);
        let at = (self.state.engine.as_str(), self.state.stack.as_str());
        let outputs = deploy::update(&python, at, &parameters).await?;
        self.state.table = outputs.get("TableName").cloned().unwrap_or_default();
        Ok(())
    }

    /// Ends the engine now, and not only when the stack is dropped.
    pub async fn end(&self) {
        drop(self.engine.lock().await.take());
    }

    /// Keeps a value in [`State::notes`]. If the stack was left running, later commands find the value there.
    ///
    /// # Errors
    ///
    /// The state file cannot be written.
    pub fn note(&mut self, name: &str, value: impl Into<String>) -> Result<(), Error> {
        self.state.notes.insert(name.to_owned(), value.into());
        match self.engine.get_mut() {
            Some(_) => Ok(()),
            None => self.state.write(&Paths::find()?),
        }
    }
}

/// What must be ready before the engine is started.
struct Prepared {
    template: Template,
    python: PathBuf,
    executables: BTreeMap<String, PathBuf>,
}

impl Prepared {
    /// Installs and builds, and blocks meanwhile. A port that is in use is an error before that.
    fn new(
        paths: &Paths,
        (port, console_port): (Option<u16>, Option<u16>),
        progress: Progress,
    ) -> Result<Self, Error> {
        for (port, option) in [(port, PORT_OPTION), (console_port, CONSOLE_PORT_OPTION)] {
            if port.is_some() {
                engine::free_port(port, option)?;
            }
        }
        if let (Some(port), true) = (console_port, port == console_port) {
            return Err(Error::PortTaken { port, option: CONSOLE_PORT_OPTION });
        }
        let template = Template::read(&paths.root)?;
        let python = python::engine(paths, progress)?;
        let executables = functions::build(paths, &template.functions(), progress)?;
        Ok(Self { template, python, executables })
    }
}

/// The values of the template's parameters.
fn parameters(options: &Options) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        // The engine's CloudFormation has no archives. Who needs one makes it by the API.
        ("ArchiveDays", "0".to_owned()),
        ("AmazonApplicationId", AMAZON_APPLICATION.to_owned()),
        // The engine and the functions share one machine: more at once only race for the same orders.
        ("EventConcurrency", "4".to_owned()),
        ("ImeiWindowMinutes", options.imei_window_minutes.to_string()),
        ("EventSource", SOURCE.to_owned()),
        ("MarketplaceEndpoint", options.marketplace_endpoint.clone()),
    ])
}

/// Where a stack runs.
struct Place {
    endpoint: String,
    pid: u32,
    alive_file: PathBuf,
    log: PathBuf,
}

impl Place {
    fn of(engine: &Engine) -> Self {
        let (endpoint, alive_file) = (engine.endpoint.clone(), engine.alive_file.clone());
        Self { endpoint, pid: engine.pid, alive_file, log: engine.log.clone() }
    }

    fn of_stack(state: &State) -> Self {
        let (endpoint, alive_file) = (state.engine.clone(), state.alive_file.clone());
        Self { endpoint, pid: state.pid, alive_file, log: state.log.clone() }
    }
}

/// The state of a stack with these outputs. The name of a queue is the end of its URL, without the stack's name.
fn state_of(stack: &str, place: &Place, outputs: &BTreeMap<String, String>) -> State {
    let output = |name: &str| outputs.get(name).cloned().unwrap_or_default();
    let name_of = |url: &str| {
        let physical = url.rsplit('/').next().unwrap_or_default();
        physical.strip_prefix(&format!("{stack}-")).unwrap_or(physical).to_owned()
    };
    // The address has a host name whose first part is the API's id.
    let api_url = output("ApiUrl");
    let api_id = api_url.split(['/', '.']).nth(2).unwrap_or_default();
    let queues = outputs.iter().filter(|(name, _)| name.ends_with("QueueUrl"));
    let dead_letters = output("DeadLetterQueueUrls");
    State {
        engine: place.endpoint.clone(),
        region: REGION.to_owned(),
        stack: stack.to_owned(),
        event_bus: output("EventBusName"),
        table: output("TableName"),
        api: String::new(),
        api_upstream: gateway::upstream(&place.endpoint, api_id),
        user_pool: output("UserPoolId"),
        user_pool_client: output("UserPoolClientId"),
        queues: queues.map(|(_, url)| (name_of(url), url.clone())).collect(),
        dead_letter_queues: dead_letters
            .split(',')
            .map(|url| (name_of(url).trim_end_matches("-dead-letter").to_owned(), url.to_owned()))
            .collect(),
        published_queue: String::new(),
        pid: place.pid,
        alive_file: place.alive_file.clone(),
        log: place.log.clone(),
        notes: BTreeMap::new(),
    }
}
