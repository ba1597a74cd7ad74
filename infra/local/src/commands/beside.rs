//! What runs beside a stack that `cargo local up` leaves running: this program again, as the fake marketplaces and as
//! the API's gateway. Both end with the engine.

use super::{Said, well};
use crate::api::gateway::Gateway;
use crate::{Error, State};
use marketplaces::{Marketplaces, UnknownOrders};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

/// How long a program may take to listen.
const START_MAX: Duration = Duration::from_secs(10);

/// How often something outside is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Starts the fake marketplaces.
pub(super) async fn start_marketplaces(
    program: &Path,
    state: &State,
    port: u16,
) -> Result<(), Error> {
    let mut command = Command::new(program);
    command.args(["marketplaces", "--port", &port.to_string()]);
    start(command, state, ("start the fake marketplaces", port)).await
}

/// Starts the API's gateway.
pub(super) async fn start_gateway(program: &Path, state: &State) -> Result<(), Error> {
    let doing = "start the API's gateway";
    let port = state.api.rsplit(':').next().and_then(|port| port.parse().ok());
    let port: u16 = port.ok_or_else(|| Error::Impossible {
        doing: doing.to_owned(),
        answer: format!("{} has no port", state.api),
    })?;
    let mut command = Command::new(program);
    command.args(["gateway", "--port", &port.to_string(), "--to", &state.api_upstream]);
    start(command, state, (doing, port)).await
}

async fn start(
    mut command: Command,
    state: &State,
    (doing, port): (&str, u16),
) -> Result<(), Error> {
    command.arg("--while").arg(&state.alive_file);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut process = command.spawn().map_err(Error::io(doing))?;
    let impossible = |answer| Error::Impossible { doing: doing.to_owned(), answer };
    let started = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        if process.try_wait().map_err(Error::io(doing))?.is_some() {
            return Err(impossible(format!("it ended at once; is port {port} taken by now?")));
        }
        if started.elapsed() > START_MAX {
            let answer = format!("nothing answers on port {port} after {} s", START_MAX.as_secs());
            return Err(impossible(answer));
        }
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}

/// The fake marketplaces by themselves, as long as a file exists. Any well-formed order is theirs.
///
/// # Errors
///
/// The port is taken.
pub async fn serve_marketplaces(port: u16, alive: &Path) -> Result<Said, Error> {
    let options = marketplaces::Options {
        port,
        unknown_orders: UnknownOrders::Accept,
        ..marketplaces::Options::demo()
    };
    let shops =
        Marketplaces::start(options).await.map_err(Error::io("start the fake marketplaces"))?;
    while_there(alive).await;
    shops.shutdown().await;
    Ok(well(""))
}

/// The API's gateway by itself, as long as a file exists.
///
/// # Errors
///
/// The port is taken.
pub async fn serve_gateway(port: u16, upstream: String, alive: &Path) -> Result<Said, Error> {
    let gateway = Gateway::start(Some(port), upstream).await?;
    while_there(alive).await;
    drop(gateway);
    Ok(well(""))
}

async fn while_there(file: &Path) {
    while file.exists() {
        sleep(LOOK_EVERY).await;
    }
}
