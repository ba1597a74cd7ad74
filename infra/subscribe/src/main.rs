//! `cargo subscribe`: whether Amazon notifies a deployed stack of what becomes of an account's orders.

use aws::config::{AwsConfig, AwsCredentials, Environment};
use aws::{Aws, Clients};
use clap::{Args, Parser, Subcommand};
use domain::{PartnerId, SellerId};
use flows::DUE_SHARDS;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::ExitCode;
use subscribe::{Account, Started, kept};

/// Subscribes an account of Amazon to the notifications that the stack's function `amazon-order-change` handles. AWS is reached as
/// `AWS_REGION`, `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN` say.
#[derive(Parser)]
#[command(name = "cargo subscribe", bin_name = "cargo subscribe", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Subscribes the account, so that Amazon sends to the queue
    Start {
        #[command(flatten)]
        of: Of,
        /// The stack's output `AmazonOrderChangeQueueArn`
        #[arg(long, value_name = "ARN")]
        queue: String,
    },
    /// Shows the account's subscription
    Show {
        #[command(flatten)]
        of: Of,
    },
    /// Ends the account's subscription
    End {
        #[command(flatten)]
        of: Of,
    },
}

/// Whose account it is, and where that is known.
#[derive(Args)]
struct Of {
    /// The name of the stack
    #[arg(long)]
    stack: String,
    /// The stack's output `TableName`
    #[arg(long)]
    table: String,
    /// Id of the seller, such as acme
    #[arg(long)]
    seller: String,
    /// Id of the partner, such as amazon-us
    #[arg(long)]
    partner: String,
    /// Server to call instead of Amazon, at URL/amazon
    #[arg(long, value_name = "URL")]
    marketplaces: Option<String>,
}

/// What went wrong, in a sentence.
type Words = String;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let (line, code) = match run(Arguments::parse().command).await {
        Ok(line) => (line, ExitCode::SUCCESS),
        Err(words) => (words, ExitCode::FAILURE),
    };
    let written = if code == ExitCode::SUCCESS {
        writeln!(std::io::stdout(), "{line}")
    } else {
        writeln!(std::io::stderr(), "{line}")
    };
    if written.is_ok() { code } else { ExitCode::FAILURE }
}

async fn run(command: Command) -> Result<String, Words> {
    let (Command::Start { of, .. } | Command::Show { of } | Command::End { of }) = &command;
    let aws = aws(&of.table)?;
    let seller: SellerId = of.seller.parse().map_err(|error| format!("--seller: {error}"))?;
    let id: PartnerId = of.partner.parse().map_err(|error| format!("--partner: {error}"))?;
    let kept = kept(&aws, &of.stack, (&seller, &id)).await;
    let (partner, credentials) = kept.map_err(|error| chain(&error))?;
    let endpoint = of.marketplaces.as_deref();
    let account = Account { ports: &aws, partner: &partner, credentials: &credentials, endpoint };
    let done = match &command {
        Command::Start { queue, .. } => account.start(queue).await.map(|started| match started {
            Started::New(made) => format!("subscribed: {}", made.id),
            Started::Before(known) => format!("was subscribed before: {}", known.id),
        }),
        Command::Show { .. } => account.show().await.map(|known| match known {
            Some(known) => {
                format!("subscribed: {}, to the destination {}", known.id, known.destination_id)
            }
            None => "not subscribed".to_owned(),
        }),
        Command::End { .. } => account.end().await.map(|ended| match ended {
            Some(ended) => format!("ended: {}", ended.id),
            None => "there was no subscription".to_owned(),
        }),
    };
    done.map_err(|error| chain(&error))
}

/// AWS, as the environment says it is reached.
fn aws(table: &str) -> Result<Aws, Words> {
    let mut env = Environment::read();
    let config = AwsConfig {
        region: env.required("AWS_REGION"),
        credentials: AwsCredentials {
            access_key_id: env.required("AWS_ACCESS_KEY_ID"),
            secret_access_key: env.required("AWS_SECRET_ACCESS_KEY"),
            session_token: env.optional("AWS_SESSION_TOKEN"),
        },
        endpoint: env.optional("AWS_ENDPOINT_URL"),
        table: table.to_owned(),
        bus: String::new(),
        due_shards: DUE_SHARDS,
        dead_letters: None,
        doorbells: BTreeMap::new(),
    };
    let config = env.finish(config).map_err(|error| error.0.join("; "))?;
    let clients = Clients::new(&config);
    Ok(Aws::with(config, clients))
}

/// An error and what it comes from, in one line.
fn chain(error: &dyn std::error::Error) -> Words {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(next) = source {
        words = format!("{words}: {next}");
        source = next.source();
    }
    words
}
