//! The commands and their options.

use crate::dead_letters::RATE_MAX;
use crate::explain::Asked;
use crate::pause::{Whose, Word};
use crate::{Error, Operator, Place, Report};
use aws::config::Environment;
use clap::{Args, Parser, Subcommand};

/// Operates a deployed stack of Shipconfirm: says why an order is as it is, what needs a person, and what lies in the dead-letter
/// queues; pauses and resumes.
///
/// It asks with the credentials of the environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`). It exits with 0
/// when it is done, with 1 when it could not be done, with 2 when an option is wrong, and with 3 when there is no such order or
/// several.
#[derive(Debug, Parser)]
#[command(name = "operate", disable_help_subcommand = true)]
pub struct Arguments {
    #[command(flatten)]
    which: Which,
    /// Prints JSON, for scripts
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

/// Which stack.
#[derive(Debug, Args)]
struct Which {
    /// Name of the stack. Default: shipconfirm
    #[arg(long, global = true)]
    stack: Option<String>,
    /// Region of the stack. Default: `AWS_REGION`, or else `AWS_DEFAULT_REGION`
    #[arg(long, global = true)]
    region: Option<String>,
    /// The stack that `cargo local up` left running on this machine
    #[arg(long, global = true, conflicts_with_all = ["stack", "region"])]
    local: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Says what happened to an order and why, what it waits for, and what would change it
    Explain {
        /// The marketplace's number of the order, or a tracking number
        order: String,
        /// The seller whose order it is. Default: any
        #[arg(long)]
        seller: Option<String>,
        /// The partner whose order it is. Default: any
        #[arg(long)]
        partner: Option<String>,
    },
    /// Counts what needs a person, by partner, reason and day
    Attention {
        /// The seller. Default: each
        #[arg(long)]
        seller: Option<String>,
    },
    /// Has nothing sent or read for partners, until they are resumed
    Pause {
        #[command(flatten)]
        whose: Whose,
        /// Why, as the console shows it
        #[arg(long)]
        reason: String,
    },
    /// Has the work of paused partners go on, the oldest first
    Resume {
        #[command(flatten)]
        whose: Whose,
    },
    /// Lists, shows and redrives what was refused, or failed too often
    #[command(subcommand)]
    DeadLetters(DeadLetters),
}

#[derive(Debug, Subcommand)]
enum DeadLetters {
    /// Counts the dead letters of each queue, with the age of the oldest and the reasons
    List,
    /// Shows dead letters with their reasons, and leaves them where they are. IMEIs and the like are left out
    Show {
        /// The queue, such as label-created or amazon. Default: each
        #[arg(long)]
        queue: Option<String>,
        /// How many are shown of each queue
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=1000))]
        limit: u16,
    },
    /// Puts dead letters back into their queue. This is always safe, and what is still wrong comes back
    Redrive {
        /// The queue, such as label-created or amazon. Default: each
        #[arg(long)]
        queue: Option<String>,
        /// How many go back at most. Unit: messages a second
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=i64::from(RATE_MAX)))]
        rate: u16,
    },
}

/// Carries out a command.
///
/// # Errors
///
/// It could not be carried out. The error says what to do about it.
pub async fn run(arguments: Arguments) -> Result<Report, Error> {
    let env = Environment::read();
    let Which { stack, region, local } = arguments.which;
    let place = if local { Place::left_running(&env) } else { Place::named(stack, region, &env) };
    let operator = Operator::connect(place?).await?;
    operator.carry_out(arguments.command, arguments.json).await
}

impl Operator {
    /// Carries out the command of a command line, such as `explain 902-1`, on this stack.
    ///
    /// # Errors
    ///
    /// An option is wrong, or the command could not be carried out.
    pub async fn run(&self, line: &[&str]) -> Result<Report, Error> {
        let arguments = Arguments::try_parse_from(["operate"].iter().chain(line));
        let wrong = |error: clap::Error| Error::Argument {
            argument: "command line",
            problem: error.to_string(),
        };
        let arguments = arguments.map_err(wrong)?;
        self.carry_out(arguments.command, arguments.json).await
    }

    async fn carry_out(&self, command: Command, is_json: bool) -> Result<Report, Error> {
        match command {
            Command::Explain { order, seller, partner } => {
                let asked = Asked { text: order, seller, partner };
                Box::pin(self.explain(&asked, is_json)).await
            }
            Command::Attention { seller } => {
                Box::pin(self.attention(seller.as_deref(), is_json)).await
            }
            Command::Pause { whose, reason } => {
                Box::pin(self.say(&whose, Word::Pause(&reason), is_json)).await
            }
            Command::Resume { whose } => Box::pin(self.say(&whose, Word::Resume, is_json)).await,
            Command::DeadLetters(DeadLetters::List) => {
                Box::pin(self.list_dead_letters(is_json)).await
            }
            Command::DeadLetters(DeadLetters::Show { queue, limit }) => {
                Box::pin(self.show_dead_letters(queue.as_deref(), usize::from(limit), is_json))
                    .await
            }
            Command::DeadLetters(DeadLetters::Redrive { queue, rate }) => {
                Box::pin(self.redrive_dead_letters(queue.as_deref(), rate, is_json)).await
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_options_fit_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn the_local_stack_has_a_name_already() {
        let wrong = Arguments::try_parse_from(["operate", "--local", "--stack", "x", "attention"]);
        assert!(wrong.is_err());
    }
}
