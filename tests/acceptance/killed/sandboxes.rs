//! Finds the functions' processes, by what the engine put into their environment, and kills them.

use super::random::Random;
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// A process of a function.
#[derive(Clone, Debug)]
struct Sandbox {
    pid: u32,
    function: String,
}

/// The value of a variable among `NAME=value` texts.
fn value<'a>(variables: &[&'a str], name: &str) -> Option<&'a str> {
    let found = variables.iter().find_map(|variable| variable.strip_prefix(name));
    found.and_then(|value| value.strip_prefix('='))
}

/// Each process, and the texts of its environment. They are read from `/proc`, or from `ps` where there is none.
fn environments() -> Vec<(u32, String)> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return from_ps() };
    let of_process = |entry: std::fs::DirEntry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let variables = std::fs::read(entry.path().join("environ")).ok()?;
        Some((pid, String::from_utf8_lossy(&variables).into_owned()))
    };
    entries.flatten().filter_map(of_process).collect()
}

fn from_ps() -> Vec<(u32, String)> {
    let output = Command::new("ps").args(["axeww", "-o", "pid=,command="]).output();
    let output = output.expect("ps lists processes").stdout;
    let text = String::from_utf8_lossy(&output).into_owned();
    let of_line = |line: &str| {
        let (pid, rest) = line.trim_start().split_once(' ')?;
        Some((pid.parse().ok()?, rest.replace(' ', "\0")))
    };
    text.lines().filter_map(of_line).collect()
}

/// The functions' processes of the engine at an endpoint.
fn sandboxes(endpoint: &str, stack: &str) -> Vec<Sandbox> {
    let of_process = |(pid, text): (u32, String)| {
        let variables: Vec<&str> = text.split('\0').collect();
        if value(&variables, "AWS_ENDPOINT_URL") != Some(endpoint) {
            return None;
        }
        let name = value(&variables, "AWS_LAMBDA_FUNCTION_NAME")?;
        let function = name.strip_prefix(stack)?.strip_prefix('-')?.to_owned();
        Some(Sandbox { pid, function })
    };
    environments().into_iter().filter_map(of_process).collect()
}

/// Kills functions' processes with SIGKILL until `stop` is set. The seed decides when, and of which function. Returns the
/// number of kills by function.
pub(super) fn kill_at_random(
    (endpoint, stack): (&str, &str),
    mut random: Random,
    pause_ms_max: u64,
    stop: &AtomicBool,
) -> BTreeMap<String, usize> {
    let mut kills = BTreeMap::new();
    while !stop.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(random.below(pause_ms_max)));
        let mut by_function: BTreeMap<String, Vec<Sandbox>> = BTreeMap::new();
        for sandbox in sandboxes(endpoint, stack) {
            by_function.entry(sandbox.function.clone()).or_default().push(sandbox);
        }
        // The function is picked first, then one of its processes. Otherwise only senders would die, because they are many.
        let functions: Vec<&Vec<Sandbox>> = by_function.values().collect();
        if functions.is_empty() {
            continue;
        }
        let of_one = *random.pick(&functions);
        let Sandbox { pid, function } = random.pick(of_one).clone();
        let killed = Command::new("sh").args(["-c", &format!("kill -9 {pid} 2>&1")]).output();
        if killed.expect("sh runs").status.success() {
            *kills.entry(function).or_default() += 1;
        }
    }
    kills
}
