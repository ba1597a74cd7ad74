//! `cargo demo` and `cargo local`: run the product on this machine.

use clap::{Parser, Subcommand};
use local::commands::{self, Detail, Report, Up};
use std::error::Error as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

/// Runs Shipconfirm on this machine: a local AWS engine, the template deployed on it, and strict fake marketplaces.
#[derive(Parser)]
#[command(name = "cargo local", bin_name = "cargo local", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Plays a seller's day at every marketplace and shows how each order ended
    Demo,
    /// Restores the table of a stack in the middle of a day, and shows that nothing is sent twice and nothing is lost
    Drill {
        /// How many orders are under way
        #[arg(long, default_value_t = 300, value_parser = clap::value_parser!(u32).range(12..=2_000))]
        orders: u32,
        /// Waits until what was not sent goes out, too: a quarter of an hour longer
        #[arg(long)]
        to_the_end: bool,
    },
    /// Starts the stack and leaves it running. The last line on stdout is JSON with its addresses
    Up {
        /// Port of the local AWS engine. Default: a free port
        #[arg(long)]
        port: Option<u16>,
        /// Port of the API and its console. Default: a free port
        #[arg(long)]
        console_port: Option<u16>,
        /// Server to call instead of the fake marketplaces: Amazon is called at URL/amazon, eBay at URL/ebay, and so on
        #[arg(long, value_name = "URL")]
        marketplaces: Option<String>,
        /// How long a confirmation waits for missing IMEIs. Unit: minutes after the label
        #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=1440))]
        imei_window_minutes: u32,
    },
    /// Shows a partner's settings, after changing those that are given
    Partner {
        /// Id of the partner, such as amazon-us
        partner: String,
        /// New timing: `when_tracking_shows_movement`, `when_tracking_is_assigned`, or `never` (Amazon only)
        #[arg(long)]
        timing: Option<String>,
        /// New policy for IMEIs that are missing at the end of the wait: `send_without` or `hold`
        #[arg(long)]
        missing_imei: Option<String>,
    },
    /// Puts the events of a file on the bus. Each line is one event: {"type":"CarrierScan","detail":{…}}
    Send {
        /// File of events, one JSON object a line
        file: PathBuf,
    },
    /// Shows an order: its state, proof and timeline
    Order {
        /// Id of the partner, such as amazon-us
        partner: String,
        /// The marketplace's number of the order
        order: String,
        /// Prints the order as one line of JSON
        #[arg(long)]
        json: bool,
    },
    /// Says which carrier a label's words mean, and what each marketplace would be told. It needs no stack
    Carriers {
        /// The label's carrier, such as UPS
        #[arg(required_unless_present = "coverage")]
        carrier: Option<String>,
        /// The label's service
        service: Option<String>,
        /// The tracking number
        number: Option<String>,
        /// Says instead how many carriers each marketplace lists, and how many names lead to them
        #[arg(long)]
        coverage: bool,
        /// Lists every carrier of each marketplace
        #[arg(long, requires = "coverage")]
        all: bool,
    },
    /// Stops the stack that was left running
    Down,
    /// Serves the fake marketplaces until a file is removed; `up` starts this
    #[command(hide = true)]
    Marketplaces {
        #[arg(long)]
        port: u16,
        #[arg(long = "while")]
        alive: PathBuf,
    },
    /// Serves the API's gateway until a file is removed; `up` starts this
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
    let ended = match Arguments::parse().command {
        Command::Demo => commands::demo().await,
        Command::Drill { orders, to_the_end } => commands::drill(orders, to_the_end).await,
        Command::Up { port, console_port, marketplaces, imei_window_minutes } => {
            commands::up(Up { port, console_port, marketplaces, imei_window_minutes }).await
        }
        Command::Partner { partner, timing, missing_imei } => {
            commands::partner(&partner, timing, missing_imei).await
        }
        Command::Send { file } => commands::send(&file).await,
        Command::Order { partner, order, json } => commands::order(&partner, &order, json).await,
        Command::Carriers { coverage: true, all, .. } => {
            Ok(commands::coverage(if all { Detail::All } else { Detail::Totals }))
        }
        Command::Carriers { carrier, service, number, .. } => Ok(commands::carriers(
            &carrier.unwrap_or_default(),
            &service.unwrap_or_default(),
            &number.unwrap_or_default(),
        )),
        Command::Down => commands::down().await,
        Command::Marketplaces { port, alive } => commands::serve_marketplaces(port, &alive).await,
        Command::Gateway { port, to, alive } => commands::serve_gateway(port, to, &alive).await,
    };
    let (text, code) = match ended {
        Ok(Report { text, succeeded: true }) => (text, ExitCode::SUCCESS),
        Ok(Report { text, succeeded: false }) => (text, ExitCode::FAILURE),
        Err(error) => {
            let mut lines = vec![format!("error: {error}")];
            let mut source = error.source();
            while let Some(cause) = source {
                lines.push(format!("  because: {cause}"));
                source = cause.source();
            }
            let message = lines.join("\n");
            let _written = writeln!(std::io::stderr(), "{message}").is_ok();
            return ExitCode::FAILURE;
        }
    };
    let _written = writeln!(std::io::stdout(), "{text}").is_ok();
    code
}
