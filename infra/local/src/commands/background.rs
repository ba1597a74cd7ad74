//! The processes beside a stack that `cargo local up` leaves running. This program is started twice more, as the fake
//! marketplaces and as the API's gateway. Both end when the engine ends.

use super::{Report, success};
use crate::api::gateway::Gateway;
use crate::{Error, State};
use marketplaces::{Marketplaces, UnknownOrders};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep};

/// Longest a background process may take until it listens on its port.
const START_MAX: Duration = Duration::from_secs(10);

/// Time between two looks at a port or a file.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Starts the fake marketplaces on `port`, as a process of their own.
pub(super) async fn start_marketplaces(
    program: &Path,
    state: &State,
    port: u16,
) -> Result<(), Error> {
    let mut command = Command::new(program);
    command.args(["marketplaces", "--port", &port.to_string()]);
    start(command, state, ("start the fake marketplaces", port)).await
}

/// Starts the API's gateway on the port of `state.api`, as a process of its own.
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
            return Err(impossible(format!(
                "the process ended at once; does another program use port {port}?"
            )));
        }
        if started.elapsed() > START_MAX {
            let answer = format!("port {port} does not answer after {} s", START_MAX.as_secs());
            return Err(impossible(answer));
        }
        sleep(LOOK_EVERY).await;
    }
    Ok(())
}

/// Serves the fake marketplaces until the file `alive` is removed. They know every well-formed order number.
///
/// # Errors
///
/// Another program listens on the port.
pub async fn serve_marketplaces(port: u16, alive: &Path) -> Result<Report, Error> {
    let options = marketplaces::Options {
        port,
        unknown_orders: UnknownOrders::Accept,
        ..marketplaces::Options::demo()
    };
    let shops =
        Marketplaces::start(options).await.map_err(Error::io("start the fake marketplaces"))?;
    wait_until_removed(alive).await;
    shops.shutdown().await;
    Ok(success(""))
}

/// Serves the API's gateway until the file `alive` is removed.
///
/// # Errors
///
/// Another program listens on the port.
pub async fn serve_gateway(port: u16, upstream: String, alive: &Path) -> Result<Report, Error> {
    let gateway = Gateway::start(Some(port), upstream).await?;
    wait_until_removed(alive).await;
    drop(gateway);
    Ok(success(""))
}

async fn wait_until_removed(file: &Path) {
    while file.exists() {
        sleep(LOOK_EVERY).await;
    }
}
