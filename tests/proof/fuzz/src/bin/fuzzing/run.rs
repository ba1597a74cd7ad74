//! Runs one target: writes its seeds and words for libFuzzer, and reads what libFuzzer prints.

use crate::tools::Tools;
use crate::{Stop, say};
use fuzz::Target;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::Stdio;

/// Longest input that is tried. Unit: bytes.
const BYTES_MAX: u32 = 4_096;

/// Longest time that one input may take, also on a busy machine. Unit: seconds.
const INPUT_S_MAX: u32 = 60;

/// The result of one target.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) target: &'static str,
    pub(crate) runs: u64,
    pub(crate) seconds: u64,
    /// Number of edges of the program that were reached.
    pub(crate) reached: u64,
    /// Number of inputs that were kept, because each reaches something that no other does.
    pub(crate) inputs: u64,
    /// The file with the input that shows a fault, if there is one.
    pub(crate) finding: Option<PathBuf>,
}

/// Runs a target for this many runs or seconds, whichever ends first.
pub(crate) fn run(
    tools: &Tools,
    target: &Target,
    (runs, seconds): (u64, u64),
) -> Result<Done, Stop> {
    let folder = |of: &str| {
        let folder = tools.home.join(of).join(target.name);
        let doing = format!("make {}", folder.display());
        fs::create_dir_all(&folder).map(|()| folder).map_err(Stop::doing(&doing))
    };
    let (corpus, seeds, findings) = (folder("corpus")?, folder("seeds")?, folder("findings")?);
    let words = tools.home.join("seeds").join(format!("{}.words", target.name));
    write(&words, dictionary(target.words).as_bytes())?;
    for (place, seed) in (target.seeds)().iter().enumerate() {
        write(&seeds.join(format!("{place:04}")), seed)?;
    }
    say(&format!("{}: up to {runs} runs, or {seconds} s", target.name));
    let mut fuzz = tools.built(target.name)?;
    fuzz.arg(&corpus).arg(&seeds).args([
        format!("-runs={runs}"),
        format!("-max_total_time={seconds}"),
        format!("-max_len={BYTES_MAX}"),
        format!("-timeout={INPUT_S_MAX}"),
        format!("-dict={}", words.display()),
        format!("-artifact_prefix={}/", findings.display()),
        // An input is kept for a new edge, and not for reaching an edge more often. This reaches more edges, and
        // sooner.
        "-use_counters=0".to_owned(),
        "-print_final_stats=1".to_owned(),
    ]);
    let mut running =
        fuzz.stderr(Stdio::piped()).spawn().map_err(Stop::doing("start the target"))?;
    let log = tools.home.join(format!("{}.log", target.name));
    let mut log = fs::File::create(&log).map_err(Stop::doing("write the log"))?;
    let mut done = Done { target: target.name, ..Done::default() };
    for line in running.stderr.take().into_iter().flat_map(|said| BufReader::new(said).split(b'\n'))
    {
        let line = line.map_err(Stop::doing("read what libFuzzer says"))?;
        let line = String::from_utf8_lossy(&line);
        writeln!(log, "{line}").map_err(Stop::doing("write the log"))?;
        read_line(&line, &mut done);
    }
    let status = running.wait().map_err(Stop::doing("wait for the target"))?;
    if let Some(finding) = &done.finding {
        say(&format!(
            "{}: an input shows a fault. Repeat it with: cargo fuzzing {0} --replay {}",
            target.name,
            finding.display()
        ));
    } else if !status.success() {
        return Err(Stop(format!(
            "{}: {status}; its log is in {}",
            target.name,
            tools.home.display()
        )));
    }
    Ok(done)
}

/// Runs the target on one input, and lets libFuzzer print the result. Returns 1 if the input shows a fault, and 0 if
/// not.
pub(crate) fn replay(tools: &Tools, target: &str, input: &Path) -> Result<usize, Stop> {
    let status =
        tools.built(target)?.arg(input).status().map_err(Stop::doing("start the target"))?;
    Ok(usize::from(!status.success()))
}

/// Reads the figures and the finding in a line of libFuzzer's output.
fn read_line(line: &str, done: &mut Done) {
    let word_after = |name: &str| line.split(name).nth(1)?.split_whitespace().next();
    let number_after = |name: &str| word_after(name)?.split('/').next()?.parse::<u64>().ok();
    if line.starts_with('#') {
        done.reached = number_after("cov: ").unwrap_or(done.reached);
        done.inputs = number_after("corp: ").unwrap_or(done.inputs);
        if line.contains("pulse") {
            say(&format!("{}: {line}", done.target));
        }
    } else if let Some(runs) = number_after("stat::number_of_executed_units:") {
        done.runs = runs;
    } else if line.starts_with("Done ") {
        done.seconds = number_after(" in ").unwrap_or_default();
    } else if let Some(file) = word_after("Test unit written to ") {
        done.finding = Some(file.into());
    }
}

/// The words in the form of a libFuzzer dictionary. Source: libFuzzer's documentation, "Dictionaries".
fn dictionary(words: &[&str]) -> String {
    let escaped = |byte: u8| match byte {
        b'"' | b'\\' => format!("\\{}", char::from(byte)),
        b' '..=b'~' => char::from(byte).to_string(),
        other => format!("\\x{other:02X}"),
    };
    let line = |word: &&str| format!("\"{}\"\n", word.bytes().map(escaped).collect::<String>());
    words.iter().map(line).collect()
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Stop> {
    fs::write(path, bytes).map_err(Stop::doing(&format!("write {}", path.display())))
}
