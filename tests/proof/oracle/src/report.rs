//! The report of a difference, for people: the seed, the shortest sequence, and the two answers side by side.

use crate::inputs::{Fence, Input};
use crate::sequences::{Divergence, Step, Wait};
use std::fmt::{Debug, Write};

/// The width of a column, in characters.
const WIDTH: usize = 72;

/// The whole report.
pub fn report(divergence: &Divergence, seed: u64) -> String {
    let mut text = String::new();
    write_report(&mut text, divergence, seed).unwrap_or_default();
    text
}

fn write_report(text: &mut String, divergence: &Divergence, seed: u64) -> std::fmt::Result {
    writeln!(text, "A DIFFERENCE at {}, seed {seed}\n", divergence.channel)?;
    for (index, step) in divergence.steps.iter().enumerate() {
        writeln!(text, "{:>3}. {}", index + 1, line(step))?;
    }
    for difference in &divergence.differences.0 {
        writeln!(text, "\ndiffers: {difference}")?;
    }
    writeln!(text, "\nall the product does: {:?}", divergence.theirs.effects)
}

/// A step, in one line.
fn line(step: &Step) -> String {
    let wait = match step.wait {
        Wait::By(0) => String::new(),
        Wait::By(span) => format!("after {span} ms: "),
        Wait::Limit { nth, offset } => format!("at limit {nth} {offset:+} ms: "),
    };
    let lost = if step.lost { "  (the bus takes no notice)" } else { "" };
    let text = format!("{:?}", step.input);
    let input = match step.input {
        Input::Outcome { fence: Fence::Current, .. }
        | Input::Probe { fence: Fence::Current, .. }
        | Input::Looked { fence: Fence::Current, .. } => text.replace(", fence: Current", ""),
        _ => text,
    };
    format!("{wait}{input}{lost}")
}

/// A field, and both its values in two columns.
pub fn side_by_side(field: &str, ours: &dyn Debug, theirs: &dyn Debug) -> String {
    let columns = [("oracle", ours), ("product", theirs)].map(|(name, value)| {
        let mut lines = vec![name.to_owned()];
        for line in format!("{value:#?}").lines() {
            let letters: Vec<char> = line.chars().collect();
            lines.extend(letters.chunks(WIDTH).map(|part| part.iter().collect::<String>()));
        }
        lines
    });
    let [left, right] = &columns;
    let none = String::new();
    let rows = (0..left.len().max(right.len())).map(|row| {
        let (one, other) = (left.get(row).unwrap_or(&none), right.get(row).unwrap_or(&none));
        format!("  {one:WIDTH$} | {other}").trim_end().to_owned()
    });
    std::iter::once(field.to_owned()).chain(rows).collect::<Vec<_>>().join("\n")
}
