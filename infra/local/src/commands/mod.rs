//! The commands of `cargo demo` and `cargo local`, one function each.

mod background;
mod carriers;
mod drill;
mod in_words;

pub use background::{serve_gateway, serve_marketplaces};
pub use carriers::{Detail, carriers, coverage};
pub use drill::drill;

use crate::day::{self, LiveTable, World, stories, table};
use crate::{Error, Event, Lifetime, Options, Progress, SELLER, Stack, Stopped, engine, standard};
use domain::{Channel, MissingImei, OrderKey, SettingsChange, Timing, order_view};
use flows::ports::Orders as _;
use in_words::in_words;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The result of a command that could be carried out.
#[derive(Debug)]
pub struct Report {
    /// What the command prints on standard output.
    pub text: String,
    /// Whether the command exits with 0. If not, it exits with 1.
    pub succeeded: bool,
}

fn success(text: impl Into<String>) -> Report {
    Report { text: text.into(), succeeded: true }
}

/// `cargo demo`: plays a seller's day. The report is not a success if an order did not end as its story says.
///
/// # Errors
///
/// The stack could not be started, or it failed while the day was played.
pub async fn demo() -> Result<Report, Error> {
    let progress = Progress::Shown;
    let options = Options { progress, ..Options::new("") };
    let (stack, shops) = day::open(options).await?;
    let token = stack.token_for(SELLER).await?;
    progress.say(&format!("Watch the orders in the console: {}", stack.state().console(&token)));
    let stories = stories();
    progress.say(&format!(
        "Playing a seller's day: {} orders at {} marketplaces. A confirmation waits a minute for IMEIs here, not an hour. \
         The day takes about a minute and a half.",
        stories.len(),
        Channel::ALL.len()
    ));
    let world = World::new(&stack, &shops);
    let mut live = LiveTable::default();
    let endings = day::play(&world, &stories, |endings| live.show(endings)).await?;
    live.clear();
    let wrong = endings.iter().filter(|ending| !ending.is_right()).count();
    let verdict = match wrong {
        0 => format!("All {} orders ended as they should.", endings.len()),
        wrong => format!(
            "{wrong} of {} orders did not end as they should: see the lines marked ✗.",
            endings.len()
        ),
    };
    let text = format!("\n{}\n{verdict}", table(&endings));
    Ok(Report { text, succeeded: wrong == 0 })
}

/// The options of `cargo local up`.
#[derive(Clone, Debug)]
pub struct Up {
    /// The engine's port. `None` takes a free one.
    pub port: Option<u16>,
    /// The port of the API and its console. `None` takes a free one.
    pub console_port: Option<u16>,
    /// The address of a server to call instead of the fake marketplaces. `None` starts the fake ones.
    pub marketplaces: Option<String>,
    /// How long a confirmation waits for missing IMEIs. Unit: minutes after the label.
    pub imei_window_minutes: u32,
}

/// `cargo local up`: starts a stack and leaves it running. The report is JSON with its addresses.
///
/// # Errors
///
/// The stack could not be started.
pub async fn up(up: Up) -> Result<Report, Error> {
    let progress = Progress::Shown;
    // The build of the functions may replace this program's file. After that the system no longer knows its path.
    let program = std::env::current_exe().map_err(Error::io("find this program"))?;
    let (url, fakes) = if let Some(url) = up.marketplaces {
        (url.trim_end_matches('/').to_owned(), None)
    } else {
        let port = engine::free_port(None, "--port")?;
        (format!("http://127.0.0.1:{port}"), Some(port))
    };
    let mut stack = Stack::start(Options {
        port: up.port,
        console_port: up.console_port,
        imei_window_minutes: up.imei_window_minutes,
        lifetime: Lifetime::Detached,
        progress,
        ..Options::new(url.clone())
    })
    .await?;
    let prepared = prepare(&mut stack, &program, (&url, fakes)).await;
    let token = match prepared {
        Ok(token) => token,
        Err(error) => {
            crate::stop().await?;
            return Err(error);
        }
    };
    let state = stack.state();
    let console = state.console(&token);
    let text = json!({
        "engine": state.engine, "region": state.region, "stack": state.stack, "event_bus": state.event_bus,
        "table": state.table, "api": state.api, "console": console, "marketplaces": url, "seller": SELLER,
        "token": token, "user_pool": state.user_pool, "queues": state.queues,
        "dead_letter_queues": state.dead_letter_queues,
    });
    progress.say(&format!(
        "The stack is running. `cargo local send FILE` sends it events, `cargo local down` stops it.\n\
         Open the console: {console}"
    ));
    Ok(success(text.to_string()))
}

/// Starts the background processes and registers the standard partners. Returns a token of the demo seller. `url` is
/// where the marketplaces are called; `fakes` is the port of the fake ones, if they are used.
async fn prepare(
    stack: &mut Stack,
    program: &Path,
    (url, fakes): (&str, Option<u16>),
) -> Result<String, Error> {
    if let Some(port) = fakes {
        background::start_marketplaces(program, stack.state(), port).await?;
    }
    background::start_gateway(program, stack.state()).await?;
    stack.register(&standard()).await?;
    stack.note("marketplaces", url)?;
    stack.token_for(SELLER).await
}

/// `cargo local partner`: changes the settings that are given, and prints all of the partner's as JSON.
///
/// # Errors
///
/// No such setting, no such partner, or no stack is running.
pub async fn partner(
    id: &str,
    timing: Option<String>,
    missing_imei: Option<String>,
) -> Result<Report, Error> {
    let doing = format!("change the settings of {id}");
    let timing = timing.map(|timing| timing.parse::<Timing>()).transpose();
    let missing_imei = missing_imei.map(|policy| policy.parse::<MissingImei>()).transpose();
    let change = SettingsChange {
        timing: timing.map_err(Error::call(doing.as_str()))?,
        missing_imei: missing_imei.map_err(Error::call(doing))?,
        ..SettingsChange::NONE
    };
    let partner = Stack::running().await?.change_settings(id, change).await?;
    let text = json!({
        "partner": partner.id, "name": partner.name, "channel": partner.settings.channel(),
        "timing": partner.timing, "shown_as": partner.timing.shown(), "missing_imei": partner.missing_imei,
        "version": partner.version, "changed_at": partner.changed_at.to_string(),
        "stopped": partner.stopped.map(|stopped| stopped.reason),
    });
    Ok(success(pretty(&text)))
}

/// `cargo local send`: puts the events of a JSON-lines file on the bus.
///
/// # Errors
///
/// The file cannot be read, a line is not an event, or no stack is running.
pub async fn send(file: &PathBuf) -> Result<Report, Error> {
    let doing = format!("read {}", file.display());
    let text = std::fs::read_to_string(file).map_err(Error::io(doing.as_str()))?;
    let events = events(&text).map_err(|answer| Error::Impossible { doing, answer })?;
    Stack::running().await?.put_events(&events).await?;
    let are = if events.len() == 1 { "event is" } else { "events are" };
    Ok(success(format!("{} {are} on the bus.", events.len())))
}

/// The events of a file, or which line is none, and why. Editors may put a byte order mark in front of a file.
fn events(text: &str) -> Result<Vec<Event>, String> {
    let lines = text.trim_start_matches('\u{feff}').lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    let event = |(number, line): (usize, &str)| {
        let read = serde_json::from_str::<Value>(line).and_then(|value| {
            if value.is_object() {
                serde_json::from_value(value)
            } else {
                Err(serde::de::Error::custom("is no object"))
            }
        });
        read.map_err(|error| {
            let said = error.to_string();
            let said = said.split(" at line ").next().unwrap_or_default();
            let number = number.saturating_add(1);
            format!(
                "line {number}: {said}; each line is one event, such as {{\"type\":\"CarrierScan\",\"detail\":{{…}}}}"
            )
        })
    };
    lines.map(event).collect()
}

/// `cargo local order`: prints an order with its packages and its timeline, in words or as JSON.
///
/// # Errors
///
/// No such order, or no stack is running.
pub async fn order(partner: &str, order: &str, as_json: bool) -> Result<Report, Error> {
    let doing = format!("read order {order} of {partner}");
    let stack = Stack::running().await?;
    let key = OrderKey {
        seller: SELLER.parse().map_err(Error::call(doing.as_str()))?,
        partner: partner.parse().map_err(Error::call(doing.as_str()))?,
        order: order.parse().map_err(Error::call(doing.as_str()))?,
    };
    let stored = stack.aws().order(&key).await.map_err(Error::call(doing.as_str()))?;
    let stored = stored.ok_or_else(|| Error::Impossible {
        doing,
        answer:
            "there is no such order; its first event makes it, unless that event was dead-lettered"
                .to_owned(),
    })?;
    let view = order_view(&stored.order, stored.version.0);
    Ok(success(if as_json { view.to_string() } else { in_words(&view) }))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_never| value.to_string())
}

/// `cargo local down`: stops the stack that `cargo local up` left running.
///
/// # Errors
///
/// The engine does not end.
pub async fn down() -> Result<Report, Error> {
    Ok(success(match crate::stop().await? {
        Stopped::Ended => "The stack is stopped.",
        Stopped::AlreadyGone => "The stack had ended already.",
        Stopped::NothingRunning => "No stack is running.",
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_events_is_read_by_lines() {
        let scan = r#"{"type":"CarrierScan","detail":{}}"#;
        let rows = [
            (scan.to_owned(), Ok(1)),
            (format!("\u{feff}{scan}\r\n\r\n{scan}"), Ok(2)),
            ("\n\n".to_owned(), Ok(0)),
            ("\nnot json".to_owned(), Err("line 2: expected ident; each line is one event")),
            (format!("[{scan}]"), Err("line 1: is no object; each line")),
            ("{\n".to_owned(), Err("line 1: EOF while parsing an object; each line")),
            (scan.replace("CarrierScan", "Foo"), Err("line 1: `Foo` is not an event type; each")),
        ];
        for (text, expected) in rows {
            match (events(&text).map(|events| events.len()), expected) {
                (Err(said), Err(expected)) => assert!(said.starts_with(expected), "{said}"),
                (read, expected) => assert_eq!(read, expected.map_err(str::to_owned), "{text}"),
            }
        }
    }
}
