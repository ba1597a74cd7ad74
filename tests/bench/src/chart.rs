//! Draws the most important figures as bars, in an SVG for light and dark pages.

use crate::candidates::{Candidate, Function};
use crate::machine::Machine;
use crate::speed::{Figures, Speed};
use crate::statistics::Samples;
use std::fmt::Write;

/// One panel of the drawing: a bar for each candidate's figure.
struct Panel {
    title: &'static str,
    unit: &'static str,
    of: fn(&Figures) -> &Samples,
}

const PANELS: [Panel; 4] = [
    Panel { title: "Cold: spawn to first answer", unit: "ms", of: |figures| &figures.cold_ms },
    Panel {
        title: "First event at 128 MB (7 % of a CPU)",
        unit: "ms",
        of: |figures| &figures.limited_first_ms,
    },
    Panel { title: "CPU an event, warm", unit: "µs", of: |figures| &figures.cpu_us },
    Panel { title: "Memory", unit: "MB", of: |figures| &figures.rss_mb },
];

/// Measures of the drawing. Unit: px.
const WIDTH: f64 = 900.0;
const PANEL_LEFT: [f64; 2] = [10.0, 460.0];
const LABEL_WIDTH: f64 = 170.0;
const BAR_MAX: f64 = 180.0;
const ROW: f64 = 24.0;
const HEAD: f64 = 34.0;
const FOOT: f64 = 34.0;

const STYLE: &str = "
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 14px }
  .note { font-size: 11px; fill: #59636e }
  .bar { fill: #8c959f } .ours { fill: #0969da } .own { font-weight: 600 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .note { fill: #9198a1 } .bar { fill: #656c76 } .ours { fill: #4493f8 }
  }
";

/// The drawing as SVG. Each bar is the worse figure of the two handlers.
pub(crate) fn svg(speed: &Speed, machine: &Machine, command: &str) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    draw(&mut text, speed, machine, command).unwrap_or_default();
    text
}

fn draw(text: &mut String, speed: &Speed, machine: &Machine, command: &str) -> std::fmt::Result {
    let candidates: Vec<Candidate> = Candidate::ALL
        .into_iter()
        .filter(|candidate| speed.contains_key(&(*candidate, Function::LabelCreated)))
        .collect();
    let rows = candidates.len().try_into().map_or(0.0, |rows: u32| f64::from(rows));
    let panel_height = HEAD + rows * ROW + 16.0;
    let height = 2.0 * panel_height + FOOT;
    writeln!(
        text,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" role=\"img\" aria-label=\"Shipconfirm beside other builds\">\n<style>{STYLE}</style>"
    )?;
    for (place, panel) in PANELS.iter().enumerate() {
        let left = PANEL_LEFT.get(place % 2).copied().unwrap_or_default();
        let top = if place < 2 { 0.0 } else { panel_height };
        bars(text, panel, (left, top), speed, &candidates)?;
    }
    let Machine { cpu, date, .. } = machine;
    writeln!(
        text,
        "<text class=\"note\" x=\"10\" y=\"{}\">Medians, the slower of label-created and carrier-scan. {command}, {date}, {}</text>\n</svg>",
        height - 12.0,
        escaped(cpu)
    )
}

fn bars(
    text: &mut String,
    panel: &Panel,
    (left, top): (f64, f64),
    speed: &Speed,
    candidates: &[Candidate],
) -> std::fmt::Result {
    let worst = |candidate: Candidate| {
        Function::COMPARED
            .into_iter()
            .filter_map(|function| (panel.of)(speed.get(&(candidate, function))?).median())
            .reduce(f64::max)
    };
    let most = candidates.iter().filter_map(|one| worst(*one)).reduce(f64::max).unwrap_or(1.0);
    writeln!(
        text,
        "<text class=\"title\" x=\"{left}\" y=\"{}\">{}</text>",
        top + 22.0,
        panel.title
    )?;
    let mut y = top + HEAD;
    for candidate in candidates {
        let middle = y + ROW / 2.0 + 4.0;
        let is_ours = *candidate == Candidate::Ours;
        let (own, ours) = if is_ours { ("own", "bar ours") } else { ("", "bar") };
        writeln!(
            text,
            "<text class=\"{own}\" x=\"{left}\" y=\"{middle}\">{}</text>",
            candidate.title()
        )?;
        let start = left + LABEL_WIDTH;
        let (width, value) = match worst(*candidate) {
            Some(value) => {
                let digits = usize::from(value < 100.0);
                ((value / most * BAR_MAX).max(1.0), format!("{value:.digits$} {}", panel.unit))
            }
            None => (0.0, "not measured".to_owned()),
        };
        writeln!(
            text,
            "<rect class=\"{ours}\" x=\"{start}\" y=\"{}\" width=\"{width:.1}\" height=\"{}\" rx=\"2\"/>\n\
             <text class=\"{own}\" x=\"{:.1}\" y=\"{middle}\">{value}</text>",
            y + 4.0,
            ROW - 8.0,
            start + width + 6.0
        )?;
        y += ROW;
    }
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
