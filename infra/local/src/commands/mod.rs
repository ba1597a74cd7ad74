//! What `cargo demo` and `cargo local …` do.

mod beside;

pub use beside::{serve_gateway, serve_marketplaces};

use crate::day::{self, Shown, World, stories, table};
use crate::{Error, Event, Lifetime, Options, Progress, SELLER, Stack, Stopped, engine, standard};
use domain::{MissingImei, OrderKey, SettingsChange, Timing, order_view};
use flows::ports::Orders as _;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// What a command says on standard output, and whether all is well.
#[derive(Debug)]
pub struct Said {
    /// The text.
    pub text: String,
    /// Whether the command exits with 0.
    pub is_well: bool,
}

fn well(text: impl Into<String>) -> Said {
    Said { text: text.into(), is_well: true }
}

/// `cargo demo`: a seller's day.
///
/// # Errors
///
/// The stack could not be started, or failed.
pub async fn demo() -> Result<Said, Error> {
    let progress = Progress::Shown;
    let options = Options { progress, ..Options::new("") };
    let (stack, shops) = day::open(options).await?;
    let token = stack.token_for(SELLER).await?;
    progress.say(&format!("Watch it while it plays: {}", stack.state().console(&token)));
    let stories = stories();
    progress.say(&format!(
        "Playing a seller's day: {} orders, six marketplaces. Waiting for an IMEI takes a minute here, not an hour; \
         the slowest story takes a minute and some seconds.",
        stories.len()
    ));
    let world = World::new(&stack, &shops);
    let mut shown = Shown::default();
    let endings = day::play(&world, &stories, |endings| shown.show(endings)).await?;
    shown.clear();
    let wrong = endings.iter().filter(|ending| !ending.is_right()).count();
    let verdict = match wrong {
        0 => format!("All {} orders ended as they should.", endings.len()),
        wrong => format!("{wrong} of {} orders ended wrong, marked ✗.", endings.len()),
    };
    let text = format!("\n{}\n{verdict}", table(&endings));
    Ok(Said { text, is_well: wrong == 0 })
}

/// What `cargo local up` is asked for.
#[derive(Clone, Debug)]
pub struct Up {
    /// The engine's port.
    pub port: Option<u16>,
    /// The API's and the console's port.
    pub console_port: Option<u16>,
    /// Another server in place of the fake marketplaces.
    pub marketplaces: Option<String>,
    /// The IMEI window.
    pub imei_window_minutes: u32,
}

/// `cargo local up`: the stack, left running.
///
/// # Errors
///
/// The stack could not be started.
pub async fn up(up: Up) -> Result<Said, Error> {
    let progress = Progress::Shown;
    // Asked before the build, which may replace this program: from then on its path is not known any more.
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
        "The stack is running. `cargo local send FILE` feeds it, `cargo local down` stops it.\n\
         Open the console: {console}"
    ));
    Ok(well(text.to_string()))
}

/// Starts what runs beside the stack and fills it; the answer is the demo seller's token.
async fn prepare(
    stack: &mut Stack,
    program: &Path,
    (url, fakes): (&str, Option<u16>),
) -> Result<String, Error> {
    if let Some(port) = fakes {
        beside::start_marketplaces(program, stack.state(), port).await?;
    }
    beside::start_gateway(program, stack.state()).await?;
    stack.register(&standard()).await?;
    stack.note("marketplaces", url)?;
    stack.token_for(SELLER).await
}

/// `cargo local partner`: shows or changes a partner's settings.
///
/// # Errors
///
/// A setting that does not exist, or no such partner.
pub async fn partner(
    id: &str,
    timing: Option<String>,
    missing_imei: Option<String>,
) -> Result<Said, Error> {
    let doing = format!("change the settings of {id}");
    let timing = timing.map(|timing| timing.parse::<Timing>()).transpose();
    let missing_imei = missing_imei.map(|policy| policy.parse::<MissingImei>()).transpose();
    let change = SettingsChange {
        timing: timing.map_err(Error::call(doing.as_str()))?,
        missing_imei: missing_imei.map_err(Error::call(doing))?,
    };
    let partner = Stack::running().await?.change_settings(id, change).await?;
    let text = json!({
        "partner": partner.id, "name": partner.name, "channel": partner.settings.channel(),
        "timing": partner.timing, "shown_as": partner.timing.shown(), "missing_imei": partner.missing_imei,
        "version": partner.version, "changed_at": partner.changed_at.to_string(),
        "stopped": partner.stopped.map(|stopped| stopped.reason),
    });
    Ok(well(pretty(&text)))
}

/// `cargo local send`: puts the events of a JSON-lines file on the bus.
///
/// # Errors
///
/// The file cannot be read, or a line is not an event.
pub async fn send(file: &PathBuf) -> Result<Said, Error> {
    let doing = format!("read {}", file.display());
    let text = std::fs::read_to_string(file).map_err(Error::io(doing.as_str()))?;
    let mut events: Vec<Event> = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let event = serde_json::from_str(line).map_err(|error| Error::Impossible {
            doing: doing.clone(),
            answer: format!(
                "line {}: {error}; each line is one event, such as {{\"type\":\"CarrierScan\",\"detail\":{{…}}}}",
                number.saturating_add(1)
            ),
        });
        events.push(event?);
    }
    Stack::running().await?.put_events(&events).await?;
    Ok(well(format!("{} events are on the bus.", events.len())))
}

/// `cargo local order`: an order, its state, proof and timeline.
///
/// # Errors
///
/// No such order.
pub async fn order(partner: &str, order: &str, as_json: bool) -> Result<Said, Error> {
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
        answer: "there is no such order; it is made by its first event, unless that was put aside"
            .to_owned(),
    })?;
    let view = order_view(&stored.order, stored.version.0);
    Ok(well(if as_json { view.to_string() } else { in_words(&view) }))
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|_never| value.to_string())
}

fn in_words(view: &Value) -> String {
    let word = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut lines = vec![format!(
        "order {} of {} ({}), version {}",
        word(&view["order_id"]),
        word(&view["partner_id"]),
        word(&view["channel"]),
        view["version"]
    )];
    for package in view["packages"].as_array().into_iter().flatten() {
        lines.push(format!(
            "package {}: {} {}",
            word(&package["package_id"]),
            word(&package["state"]),
            package["detail"]
        ));
        if package["marks"].as_array().is_some_and(|marks| !marks.is_empty()) {
            lines.push(format!("  marks: {}", package["marks"]));
        }
        lines.push(format!("  label: {}", package["label"]));
        if !package["sent"].is_null() {
            lines.push(format!("  sent: {}", package["sent"]));
        }
    }
    lines.push("timeline:".to_owned());
    for change in view["timeline"].as_array().into_iter().flatten() {
        let note = change["note"].as_str().unwrap_or_default();
        lines.push(format!("  {} {} {note}", word(&change["at"]), word(&change["what"])));
    }
    lines.join("\n")
}

/// `cargo local down`: stops what was left running.
///
/// # Errors
///
/// It does not end.
pub async fn down() -> Result<Said, Error> {
    Ok(well(match crate::stop().await? {
        Stopped::Ended => "Stopped.",
        Stopped::AlreadyGone => "It was not running any more.",
        Stopped::NothingRunning => "Nothing is running.",
    }))
}
