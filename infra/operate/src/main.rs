//! `cargo operate`: the command line for a deployed stack.

use clap::Parser as _;
use operate::{Answer, Arguments, run};
use std::io::Write as _;
use std::process::ExitCode;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match Box::pin(run(Arguments::parse())).await {
        Ok(report) => {
            let _written = writeln!(std::io::stdout(), "{}", report.text).is_ok();
            match report.answer {
                Answer::Done => ExitCode::SUCCESS,
                Answer::NotOne => ExitCode::from(3),
            }
        }
        Err(error) => {
            let _written = writeln!(std::io::stderr(), "error: {error}").is_ok();
            ExitCode::FAILURE
        }
    }
}
