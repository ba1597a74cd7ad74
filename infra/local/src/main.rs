//! `cargo demo` and `cargo local`: the product on this machine.

use clap::{Parser, Subcommand};
use local::commands::{self, Said, Up};
use std::error::Error as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Shipconfirm on this machine: a local AWS engine, the template deployed on it, and strict fake marketplaces.
#[derive(Parser)]
#[command(name = "cargo local", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Plays a seller's day and shows how each order ended
    Demo,
    /// Starts the stack and leaves it running; the last line on stdout is JSON with its addresses
    Up {
        /// The engine's port; a free one unless given
        #[arg(long)]
        port: Option<u16>,
        /// The port of the settings API and its console; a free one unless given
        #[arg(long)]
        console_port: Option<u16>,
        /// A server to call instead of the fake marketplaces; amazon is then at URL/amazon
        #[arg(long, value_name = "URL")]
        marketplaces: Option<String>,
        /// Minutes after a label that a confirmation waits for IMEIs
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=1440))]
        imei_window_minutes: u32,
    },
    /// Shows or changes a partner's settings
    Partner {
        /// Such as amazon-us
        partner: String,
        /// `when_tracking_shows_movement`, `when_tracking_is_assigned`, or `never`
        #[arg(long)]
        timing: Option<String>,
        /// `send_without` or `hold`
        #[arg(long)]
        missing_imei: Option<String>,
    },
    /// Puts the events of a JSON-lines file on the bus: {"type":"CarrierScan","detail":{…}}
    Send {
        /// The file
        file: PathBuf,
    },
    /// Shows an order: its state, proof and timeline
    Order {
        /// Such as amazon-us
        partner: String,
        /// The marketplace's number
        order: String,
        /// As one line of JSON
        #[arg(long)]
        json: bool,
    },
    /// Stops the stack that was left running
    Down,
    /// The fake marketplaces by themselves
    #[command(hide = true)]
    Marketplaces {
        #[arg(long)]
        port: u16,
        #[arg(long = "while")]
        alive: PathBuf,
    },
    /// The settings API's gateway by itself
    #[command(hide = true)]
    Gateway {
        #[arg(long)]
        port: u16,
        #[arg(long, value_name = "URL")]
        to: String,
        #[arg(long = "while")]
        alive: PathBuf,
    },
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let said = match Arguments::parse().command {
        Command::Demo => commands::demo().await,
        Command::Up { port, console_port, marketplaces, imei_window_minutes } => {
            commands::up(Up { port, console_port, marketplaces, imei_window_minutes }).await
        }
        Command::Partner { partner, timing, missing_imei } => {
            commands::partner(&partner, timing, missing_imei).await
        }
        Command::Send { file } => commands::send(&file).await,
        Command::Order { partner, order, json } => commands::order(&partner, &order, json).await,
        Command::Down => commands::down().await,
        Command::Marketplaces { port, alive } => commands::serve_marketplaces(port, &alive).await,
        Command::Gateway { port, to, alive } => commands::serve_gateway(port, to, &alive).await,
    };
    let (text, code) = match said {
        Ok(Said { text, is_well: true }) => (text, ExitCode::SUCCESS),
        Ok(Said { text, is_well: false }) => (text, ExitCode::FAILURE),
        Err(error) => {
            let mut words = vec![format!("error: {error}")];
            let mut source = error.source();
            while let Some(cause) = source {
                words.push(format!("  because: {cause}"));
                source = cause.source();
            }
            let words = words.join("\n");
            let _told = writeln!(std::io::stderr(), "{words}").is_ok();
            return ExitCode::FAILURE;
        }
    };
    let _told = writeln!(std::io::stdout(), "{text}").is_ok();
    code
}
