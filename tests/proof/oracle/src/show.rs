//! A difference, for people: the seed, the shortest sequence, and the two answers side by side.

use crate::act::{Act, Fence};
use crate::play::{Apart, Step, Wait};
use std::fmt::{Debug, Write};

/// How wide a column is, in characters.
const WIDTH: usize = 72;

/// The whole story.
pub fn story(apart: &Apart, seed: u64) -> String {
    let mut story = String::new();
    told(&mut story, apart, seed).unwrap_or_default();
    story
}

fn told(story: &mut String, apart: &Apart, seed: u64) -> std::fmt::Result {
    writeln!(story, "A DIFFERENCE at {}, seed {seed}\n", apart.channel)?;
    for (place, step) in apart.steps.iter().enumerate() {
        writeln!(story, "{:>3}. {}", place + 1, line(step))?;
    }
    for difference in &apart.differences.0 {
        writeln!(story, "\ndiffers: {difference}")?;
    }
    writeln!(story, "\nall the product does: {:?}", apart.theirs.effects)
}

/// A step in a line.
fn line(step: &Step) -> String {
    let wait = match step.wait {
        Wait::By(0) => String::new(),
        Wait::By(span) => format!("after {span} ms: "),
        Wait::Limit { nth, offset } => format!("at limit {nth} {offset:+} ms: "),
    };
    let lost = if step.lost { "  (the bus takes no notice)" } else { "" };
    let act = format!("{:?}", step.act);
    let fence = match step.act {
        Act::Outcome { fence: Fence::Current, .. } | Act::Probe { fence: Fence::Current, .. } => {
            act.replace(", fence: Current", "")
        }
        _ => act,
    };
    format!("{wait}{fence}{lost}")
}

/// A field, and both its values in two columns.
pub fn beside(field: &str, ours: &dyn Debug, theirs: &dyn Debug) -> String {
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
