//! Shows the day on standard output: on a terminal as a table that changes, elsewhere as one line for each change of a
//! state.

use super::Ending;
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write as _};

/// Widths of the table's columns, in characters.
const TITLE: usize = 60;
const ORDER: usize = 24;
const STATE: usize = 30;

/// The day on standard output, and what it showed so far.
#[derive(Debug)]
pub struct LiveTable {
    is_terminal: bool,
    lines: usize,
    states: Vec<String>,
}

impl Default for LiveTable {
    fn default() -> Self {
        Self { is_terminal: std::io::stdout().is_terminal(), lines: 0, states: Vec::new() }
    }
}

impl LiveTable {
    /// Removes the table from the screen, so that the final one can follow.
    pub fn clear(&mut self) {
        if self.lines > 0 {
            let out = format!("\x1b[{}A\x1b[J", self.lines);
            let _written = std::io::stdout().lock().write_all(out.as_bytes()).is_ok();
            self.lines = 0;
        }
    }

    /// Shows how the stories stand.
    pub fn show(&mut self, endings: &[Ending]) {
        let mut out = String::new();
        if self.is_terminal {
            if self.lines > 0 {
                // Go back to the table's first line, and clear everything below.
                let _infallible = write!(out, "\x1b[{}A\x1b[J", self.lines);
            }
            // A line that is too long would take two lines of the screen, and the table's first line would not be found
            // again.
            let width =
                terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
            let table = cut(&table(endings), width);
            self.lines = table.lines().count();
            out.push_str(&table);
        } else {
            let states: Vec<String> = endings.iter().map(|ending| ending.state.clone()).collect();
            for (place, ending) in endings.iter().enumerate() {
                if ending.state != "unknown" && self.states.get(place) != Some(&ending.state) {
                    let _infallible = writeln!(out, "  {:<ORDER$} {}", ending.order, ending.state);
                }
            }
            self.states = states;
        }
        // A closed standard output must not stop the day.
        let _written = std::io::stdout().lock().write_all(out.as_bytes()).is_ok();
    }
}

fn cut(text: &str, width: usize) -> String {
    text.lines().flat_map(|line| line.chars().take(width).chain(['\n'])).collect()
}

/// The stories as a table. Below each one that has ended are the lines about what is wrong with it.
pub fn table(endings: &[Ending]) -> String {
    let mut out = String::new();
    let mut line = |sign: &str, title: &str, order: &str, state: &str, rest: &str| {
        let _infallible =
            writeln!(out, "{sign} {title:<TITLE$} {order:<ORDER$} {state:<STATE$} {rest}");
    };
    line(" ", "what happens", "order", "state", "sent / proof");
    for ending in endings {
        let sign = match (ending.over, ending.wrong.is_empty()) {
            (false, _) => "…",
            (true, true) => "✓",
            (true, false) => "✗",
        };
        let times = if ending.submissions == 1 { "once" } else { "times" };
        let sent = match ending.submissions {
            0 => "not sent".to_owned(),
            1 => times.to_owned(),
            many => format!("{many} {times}"),
        };
        let rest = if ending.proof.is_empty() { sent } else { format!("{sent}, {}", ending.proof) };
        line(sign, ending.title, ending.order, &ending.state, &rest);
        if ending.over {
            for wrong in &ending.wrong {
                line(" ", &format!("  {wrong}"), "", "", "");
            }
        }
    }
    out
}
