//! The documents. What they link to and what they name is there, each document is linked, what two documents say is said
//! alike, and each rule that is cited exists.

use domain::Channel;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Component, Path, PathBuf};

/// Largest first page. Unit: bytes.
const FIRST_PAGE_MAX: usize = 8_192;

/// Folders that are built, or that are not ours.
const NOT_OURS: [&str; 5] = [".aws-sam", ".git", "dist", "node_modules", "target"];

/// A text in backticks that ends like this names a file.
const ENDINGS: [&str; 13] = [
    ".css", ".html", ".js", ".json", ".md", ".mjs", ".py", ".rs", ".snap", ".svg", ".toml", ".txt",
    ".yaml",
];

/// Files of other repositories that documents name as their source.
const ELSEWHERE: [&str; 6] = [
    "models/notifications-api-model/notifications.json",
    "models/orders-api-model/ordersV0.json",
    "models/orders-api-model/orders_2026-01-01.json",
    "openapi/_original/wish-marketplace-v3-openapi.json",
    "schemas/notifications/OrderChangeNotification.json",
    "specs/sell_fulfillment_v1_oas3.json",
];

/// The folder of the matrix: for each channel a file of what becomes of an order under everything that a marketplace can do.
const MATRIX: &str = "shared/flows/tests/flows/matrix";

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("tests is a folder of the workspace").to_owned()
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(root().join(path)).expect("it is readable text")
}

/// Every file and folder of the repository, relative to its root.
fn everything() -> BTreeSet<PathBuf> {
    let (root, mut found) = (root(), BTreeSet::new());
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder is readable") {
            let path = entry.expect("it is readable").path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if NOT_OURS.contains(&name.as_str()) {
                continue;
            }
            if path.is_dir() {
                folders.push(path.clone());
            }
            found.insert(path.strip_prefix(&root).expect("it is in the root").to_owned());
        }
    }
    found
}

fn documents(everything: &BTreeSet<PathBuf>) -> Vec<PathBuf> {
    let is_document = |path: &&PathBuf| path.extension().is_some_and(|ending| ending == "md");
    everything.iter().filter(is_document).cloned().collect()
}

/// A document's lines of prose. Lines of a fenced block are left out, because they only look like links and headings.
fn prose(text: &str) -> Vec<&str> {
    let (mut lines, mut is_fenced) = (Vec::new(), false);
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_fenced = !is_fenced;
        } else if !is_fenced {
            lines.push(line);
        }
    }
    lines
}

/// The text of a line outside of backticks, and each text inside.
fn outside_and_inside(line: &str) -> (String, Vec<&str>) {
    let (mut outside, mut inside) = (String::new(), Vec::new());
    for (place, part) in line.split('`').enumerate() {
        if place % 2 == 0 {
            outside.push_str(part);
        } else {
            inside.push(part);
        }
    }
    (outside, inside)
}

/// The targets of a line's links: `[words](target)`, `![words](target)`, and the sources of pictures.
fn targets(line: &str) -> Vec<String> {
    let (outside, _) = outside_and_inside(line);
    let between = |open: &str, close: char| -> Vec<String> {
        let after = outside.split(open).skip(1);
        after
            .filter_map(|rest| rest.split_once(close))
            .map(|(target, _)| target.to_owned())
            .collect()
    };
    [between("](", ')'), between("src=\"", '"'), between("srcset=\"", '"')].concat()
}

/// A heading's anchor, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn anchors(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for heading in prose(text).into_iter().filter(|line| line.starts_with('#')) {
        let anchor = anchor(heading);
        let before = times.entry(anchor.clone()).or_default();
        found.insert(if *before == 0 { anchor } else { format!("{anchor}-{before}") });
        *before += 1;
    }
    found
}

/// A path without `.` and `..`. `None` where the path leads out of the repository.
fn straightened(path: &Path) -> Option<PathBuf> {
    let mut straight = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => straight.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !straight.pop() {
                    return None;
                }
            }
            Component::Prefix(_) | Component::RootDir => return None,
        }
    }
    Some(straight)
}

/// A link of a document: where it is, its text, and the file and anchor that it leads to.
struct Link {
    from: PathBuf,
    target: String,
    file: Option<PathBuf>,
    anchor: Option<String>,
}

fn links(document: &Path) -> Vec<Link> {
    let folder = document.parent().unwrap_or_else(|| Path::new(""));
    let text = read(document);
    let lines = prose(&text);
    let targets = lines.into_iter().flat_map(targets);
    let is_ours = |target: &String| !target.contains("://") && !target.starts_with("mailto:");
    targets
        .filter(is_ours)
        .map(|target| {
            let (path, anchor) = match target.split_once('#') {
                Some((path, anchor)) => (path, Some(anchor.to_owned())),
                None => (target.as_str(), None),
            };
            let path = if path.is_empty() { document.to_owned() } else { folder.join(path) };
            Link { from: document.to_owned(), file: straightened(&path), anchor, target }
        })
        .collect()
}

/// Whether a text in backticks names a file or folder of ours. Such a text ends like a file, or begins with a folder of the
/// top level.
fn names_a_file(text: &str, everything: &BTreeSet<PathBuf>) -> bool {
    let is_path = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    if !text.chars().all(is_path) || text.starts_with('/') || ELSEWHERE.contains(&text) {
        return false;
    }
    let ends_like_one = ENDINGS.iter().any(|ending| {
        text.strip_suffix(ending).is_some_and(|stem| !stem.is_empty() && !stem.ends_with('/'))
    });
    let top = text.split_once('/').map(|(top, _)| PathBuf::from(top));
    ends_like_one || top.is_some_and(|top| everything.contains(&top))
}

#[test]
fn every_link_leads_somewhere() {
    let everything = everything();
    let mut broken = String::new();
    for link in documents(&everything).iter().flat_map(|document| links(document)) {
        let file = link.file.filter(|file| everything.contains(file));
        let leads = file.is_some_and(|file| match &link.anchor {
            None => true,
            Some(anchor) if file.extension().is_some_and(|ending| ending == "md") => {
                anchors(&read(&file)).contains(anchor)
            }
            Some(_) => false,
        });
        if !leads {
            let _written = writeln!(broken, "{}: {}", link.from.display(), link.target);
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{broken}");
}

#[test]
fn every_file_that_a_document_names_is_there() {
    let everything = everything();
    let mut missing = String::new();
    for document in documents(&everything) {
        let text = read(&document);
        for line in prose(&text) {
            for name in outside_and_inside(line).1 {
                let is_there = || everything.iter().any(|path| path.ends_with(name));
                if names_a_file(name, &everything) && !is_there() {
                    let _written = writeln!(missing, "{}: {name}", document.display());
                }
            }
        }
    }
    assert!(missing.is_empty(), "named, and not there:\n{missing}");
}

#[test]
fn every_document_is_linked_from_another() {
    let everything = everything();
    let documents = documents(&everything);
    let mut linked = BTreeSet::from([PathBuf::from("README.md")]);
    for link in documents.iter().flat_map(|document| links(document)) {
        linked.extend(link.file.filter(|file| *file != link.from));
    }
    let alone: Vec<_> = documents.iter().filter(|document| !linked.contains(*document)).collect();
    assert!(alone.is_empty(), "no other document links to {alone:?}");
}

#[test]
fn the_first_page_is_short() {
    let bytes = read(Path::new("README.md")).len();
    assert!(bytes <= FIRST_PAGE_MAX, "README.md has {bytes} bytes, allowed {FIRST_PAGE_MAX}");
}

/// A line of the matrix in one word.
fn word(end: &str) -> &'static str {
    if end.contains("its partner is stopped") {
        "*stopped*"
    } else if end.contains("needs attention") {
        "**person**"
    } else if end.contains(" confirmed ") {
        "confirmed"
    } else if end.contains(" withheld cancelled") {
        "*withheld*"
    } else if end.contains("cannot be so") {
        "–"
    } else {
        "?"
    }
}

/// The matrix's cases, in words of one line each.
fn grid(matrix: &str) -> Vec<String> {
    let mut rows: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in matrix.lines().filter(|line| line.starts_with("  ")) {
        let (case, end) =
            line.split_once(" submitted ").expect("a line says how often it was submitted");
        let (case, word) = (case.trim(), word(end));
        match rows.iter_mut().find(|(other, _)| *other == case) {
            Some((_, words)) => words.push(word),
            None => rows.push((case, vec![word])),
        }
    }
    rows.into_iter().map(|(case, words)| format!("| {case} | {} |", words.join(" | "))).collect()
}

#[test]
fn the_grid_of_the_first_page_is_the_matrix() {
    let part = |channel: Channel| read(&Path::new(MATRIX).join(format!("{channel}.snap")));
    let grid = grid(&Channel::ALL.map(part).join("\n"));
    let page = read(Path::new("README.md"));
    let mut rows =
        page.lines().skip_while(|line| !line.starts_with("| it does | Amazon |")).skip(2);
    let shown: Vec<&str> = rows.by_ref().take_while(|line| line.starts_with('|')).collect();
    assert!(shown == grid, "the rows of README.md's grid should be:\n{}", grid.join("\n"));
}

/// The id of a rule at the beginning of a text, such as `L5` or `P11a`, and the rest of the text.
fn rule(text: &str) -> Option<(String, &str)> {
    let rest = text.strip_prefix(|c| "TLIMDPNKS".contains(c))?;
    let digits = rest.chars().take_while(char::is_ascii_digit).count();
    let part = rest.chars().skip(digits).take_while(char::is_ascii_lowercase).count();
    let (id, after) = text.split_at_checked(1 + digits + part)?;
    let is_whole = !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    (digits > 0 && part <= 1 && is_whole).then(|| (id.to_owned(), after))
}

/// The rules of the rules' text, in its order.
fn rules() -> Vec<String> {
    let text = read(Path::new("shared/domain/RULES.md"));
    let bold = text.split("**").skip(1).step_by(2);
    bold.filter_map(rule).filter(|(_, after)| after.is_empty()).map(|(id, _)| id).collect()
}

/// The rules that a text cites: `rule L5`, `rules T4 to T6 and L2`. A range is every rule from the one to the other.
fn cited(text: &str, rules: &[String]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let starts =
        ["ule ", "ules "].map(|word| text.match_indices(word).map(move |(at, _)| at + word.len()));
    for start in starts.into_iter().flatten() {
        let mut rest = text.get(start..).unwrap_or_default();
        let mut from: Option<String> = None;
        while let Some((id, after)) = rule(rest) {
            let place = |id: &String| rules.iter().position(|rule| rule == id);
            if let Some((first, last)) = from.take().and_then(|from| place(&from).zip(place(&id))) {
                found.extend(rules.iter().take(last).skip(first).cloned());
            }
            found.insert(id.clone());
            let next = [", and ", ", ", " and ", " or ", " to "];
            let Some(word) = next.into_iter().find(|word| after.starts_with(word)) else { break };
            from = (word == " to ").then_some(id);
            rest = after.strip_prefix(word).unwrap_or_default();
        }
    }
    found
}

/// The rules that names of tests and of their rows begin with: `l1_the_lock_is`, `case::l2_nor_a_voided_one`.
fn named(text: &str) -> BTreeSet<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
    let ids = words.filter_map(|word| word.split_once('_')).map(|(id, _)| id.to_uppercase());
    ids.filter(|id| rule(id).is_some_and(|(_, after)| after.is_empty())).collect()
}

#[test]
fn rules_and_those_who_cite_them_agree() {
    let (everything, rules) = (everything(), rules());
    let known: BTreeSet<&String> = rules.iter().collect();
    assert_eq!(known.len(), rules.len(), "a rule's number is there twice: {rules:?}");
    let is_read = |path: &&PathBuf| {
        let ending = path.extension().unwrap_or_default().to_string_lossy().into_owned();
        ["js", "json", "md", "py", "rs", "yaml"].contains(&ending.as_str())
            && root().join(path).is_file()
    };
    let (mut unknown, mut tested) = (String::new(), BTreeSet::new());
    for path in everything.iter().filter(is_read).filter(|path| !path.ends_with("documents.rs")) {
        let Ok(text) = std::fs::read_to_string(root().join(path)) else { continue };
        let cited = cited(&text, &rules);
        for id in cited.iter().filter(|id| !known.contains(id)) {
            let _written = writeln!(unknown, "{}: {id}", path.display());
        }
        // The sources of the oracle and the like lie under `tests`, and are no tests.
        let has = |name| path.components().any(|part| part.as_os_str() == name);
        if path.extension().is_some_and(|ending| ending == "rs") && has("tests") && !has("src") {
            tested.extend(cited);
            tested.extend(named(&text));
        }
    }
    assert!(unknown.is_empty(), "rules that are cited and not there:\n{unknown}");
    let untested: Vec<_> = rules.iter().filter(|id| !tested.contains(*id)).collect();
    assert!(untested.is_empty(), "rules that no test names: {untested:?}");
}

#[test]
fn what_a_ban_names_instead_is_there() {
    let bans = read(Path::new(".clippy.toml"));
    let sources: String = everything()
        .iter()
        .filter(|path| {
            ["shared/flows/src", "shared/aws/src"].iter().any(|own| path.starts_with(own))
        })
        .filter(|path| root().join(path).is_file())
        .map(|path| read(path))
        .collect();
    let instead: Vec<&str> = bans.split('`').skip(1).step_by(2).collect();
    assert!(!instead.is_empty(), "a ban says what to use instead");
    for name in instead {
        let last = name.rsplit("::").next().unwrap_or_default();
        let is_defined = ["fn", "mod", "struct", "trait"].iter().any(|kind| {
            sources
                .split(&format!("{kind} {last}"))
                .skip(1)
                .any(|after| !after.starts_with(char::is_alphanumeric))
        });
        assert!(
            ["aws", "flows"].contains(&name.split("::").next().unwrap_or_default()) && is_defined,
            "there is no {name}"
        );
    }
}
