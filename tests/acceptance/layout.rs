//! The architecture, checked in the dependency tree and in the folders.

use crate::permissions::{ROUTES, Route, expected};
use api::{OrdersResource, Problem, SettingsResource};
use channels::about::{Field, Shape, about};
use domain::Channel;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The packages for tests, on which nothing that is deployed may depend.
const DEV_ONLY: [&str; 13] = [
    "benchmark",
    "fuzz",
    "growth",
    "installer",
    "local",
    "marketplaces",
    "model",
    "oracle",
    "simulation",
    "stub",
    "subscribe",
    "testkit",
    "tests",
];

/// The most lines of a function's `main.rs`, which only wires.
const MAIN_LINES_MAX: usize = 60;

fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("tests is a folder of the workspace").to_owned()
}

/// Each of our packages, and those of ours that it depends on, without dev-dependencies.
fn packages() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo answers in JSON");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let name = |value: &Value| value["name"].as_str().unwrap_or_default().to_owned();
    let ours: BTreeSet<String> = list(&metadata["packages"]).iter().map(name).collect();
    list(&metadata["packages"])
        .iter()
        .map(|package| {
            let normal =
                list(&package["dependencies"]).into_iter().filter(|dep| dep["kind"].is_null());
            (name(package), normal.map(|dep| name(&dep)).filter(|dep| ours.contains(dep)).collect())
        })
        .collect()
}

fn functions() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("functions")).expect("there are functions");
    // A document lies beside the functions' folders.
    let folders =
        entries.map(|entry| entry.expect("it is readable")).filter(|entry| entry.path().is_dir());
    folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[test]
fn dependencies_point_inwards() {
    let packages = packages();
    let of = |name: &str| -> Vec<&str> { packages[name].iter().map(String::as_str).collect() };
    assert_eq!(of("domain"), [""; 0]);
    assert_eq!(of("channels"), ["domain"]);
    assert_eq!(of("flows"), ["channels", "domain"]);
    assert_eq!(of("aws"), ["channels", "domain", "flows"]);
    assert_eq!(of("api"), ["channels", "domain", "flows"]);
    for function in functions() {
        let own = if function.ends_with("-api") { "api" } else { "channels" };
        let outside: Vec<_> =
            of(&function).into_iter().filter(|dep| !["aws", own].contains(dep)).collect();
        assert!(outside.is_empty(), "{function} depends on {outside:?}");
    }
    for (package, dependencies) in &packages {
        let tools: Vec<_> = DEV_ONLY.iter().filter(|tool| dependencies.contains(**tool)).collect();
        assert!(
            tools.is_empty() || DEV_ONLY.contains(&package.as_str()),
            "{package} depends on {tools:?}"
        );
    }
}

/// An SDK costs minutes of a clean build, and a crate without one runs everywhere.
#[test]
fn only_aws_knows_an_sdk() {
    let without = [
        "domain",
        "channels",
        "flows",
        "api",
        "testkit",
        "oracle",
        "model",
        "simulation",
        "fuzz",
        "growth",
    ];
    for package in without {
        let output = Command::new(env!("CARGO"))
            .args([
                "tree",
                "--locked",
                "--edges",
                "normal",
                "--prefix",
                "none",
                "--package",
                package,
            ])
            .current_dir(root())
            .output()
            .expect("cargo runs");
        let tree = String::from_utf8_lossy(&output.stdout);
        assert!(tree.starts_with(package), "{package} has a tree");
        let sdk: Vec<&str> = tree
            .lines()
            .filter(|line| line.starts_with("aws") || line.starts_with("lambda_runtime"))
            .collect();
        assert!(sdk.is_empty(), "{package} depends on {sdk:?}");
    }
}

#[test]
fn the_core_cannot_do_anything_but_compute() {
    for package in ["domain", "channels"] {
        let manifest =
            std::fs::read_to_string(root().join("shared").join(package).join("Cargo.toml"));
        let manifest = manifest.expect("the package has a manifest");
        let dependencies = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        for banned in ["tokio", "hyper", "aws-", "tracing", "rand", "futures"] {
            assert!(!dependencies.contains(banned), "{package} depends on {banned}");
        }
    }
}

/// Messages are read at the edge: in `aws` where they are deployed, and in `testkit`.
#[test]
fn the_flows_read_no_json() {
    let manifest = std::fs::read_to_string(root().join("shared/flows/Cargo.toml"));
    let manifest = manifest.expect("the package has a manifest");
    let (dependencies, dev) = manifest.split_once("[dev-dependencies]").expect("it has tests");
    assert!(!dependencies.contains("serde"), "flows depends on a parser");
    assert!(dev.contains("serde_json"), "its tests write JSON");
}

#[test]
fn a_main_only_wires() {
    let functions = functions();
    let with_roles = expected().len();
    assert_eq!(functions.len(), with_roles, "a function's role stands in `permissions.rs`");
    for function in functions {
        let main = root().join("functions").join(&function).join("src/main.rs");
        let text = std::fs::read_to_string(&main).expect("a function has a main.rs");
        let lines = text.lines().count();
        assert!(lines <= MAIN_LINES_MAX, "{function}: {lines} lines");
        assert!(!text.contains(" if "), "{function} decides something");
        assert!(
            text.contains("flavor = \"current_thread\""),
            "{function} has more threads than it needs"
        );
    }
}

#[test]
fn the_template_deploys_each_function_there_is() {
    let template =
        std::fs::read_to_string(root().join("infra/template.yaml")).expect("there is a template");
    for function in functions() {
        let code = format!("CodeUri: ../functions/{function}");
        assert!(template.contains(&code), "no `{code}`");
    }
}

/// A lock file that names a registry makes every machine ask that registry. The digest decides what is taken.
#[test]
fn npms_lock_files_name_packages_and_no_registry() {
    for package in ["functions/settings-api/console", "infra/cdk", "tests/bench/peers/node"] {
        let lock = root().join(package).join("package-lock.json");
        let lock = std::fs::read_to_string(lock).expect("the package has a lock file");
        let lock: Value = serde_json::from_str(&lock).expect("a lock file is JSON");
        let packages = lock["packages"].as_object().expect("it lists packages");
        for (name, locked) in packages.iter().filter(|(name, _)| !name.is_empty()) {
            // What lies in another package's archive is covered by that one's digest.
            let is_within = locked["inBundle"] == true;
            assert!(
                is_within || locked["integrity"].is_string(),
                "{package}: {name} has no digest"
            );
            assert!(locked["resolved"].is_null(), "{package}: {name} names where it is from");
        }
    }
}

/// A file below the root.
fn text(path: &str) -> String {
    let read = std::fs::read_to_string(root().join(path));
    read.unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The function that the gateway's routes lead a path to. The last route is for all that no other one takes.
fn routed_to(path: &str) -> &'static str {
    let takes = |route: &&Route| {
        let named = route.key.split(' ').nth(1);
        let mut asked = path.split('/');
        named.is_none_or(|named| {
            let is_taken = |segment: &str| {
                segment == "{proxy+}" && asked.by_ref().count() > 0
                    || asked.next().is_some_and(|own| own == segment || segment.starts_with('{'))
            };
            named.split('/').all(is_taken) && asked.next().is_none()
        })
    };
    ROUTES.iter().find(takes).expect("the last route takes all").function
}

/// One document describes both functions of the API. Each path is served by one of them, which the document names, and to which
/// the gateway leads it.
#[test]
fn each_path_of_the_api_is_one_functions() {
    let document = text("functions/settings-api/openapi.json");
    let document: Value = serde_json::from_str(&document).expect("it is JSON");
    let names = [("{partner}", "p"), ("{order}", "902-1"), ("{item}", "1"), ("{number}", "112345")];
    for (path, methods) in document["paths"].as_object().expect("it has paths") {
        let asked = names.iter().fold(path.clone(), |path, (name, id)| path.replace(name, id));
        let settings = SettingsResource::of(&asked).map(|resource| resource.methods());
        let orders = OrdersResource::of(&asked).map(|resource| resource.methods());
        let (function, served) = match (settings, orders) {
            (Ok(methods), Err(Problem::NoPath)) => ("SettingsApi", methods),
            (Err(Problem::NoPath), Ok(methods)) => ("OrdersApi", methods),
            (settings, orders) => panic!("{path}: {settings:?} and {orders:?}"),
        };
        assert_eq!(routed_to(&asked), function, "{path}");
        let tag = if function == "OrdersApi" { "orders-api" } else { "settings-api" };
        let methods = methods.as_object().expect("a path has methods");
        let methods: Vec<_> = methods.iter().filter(|(name, _)| *name != "parameters").collect();
        for (method, operation) in &methods {
            assert_eq!(operation["tags"], serde_json::json!([tag]), "{method} {path}");
            let method = method.to_uppercase();
            assert!(served.iter().any(|one| one.as_str() == method), "{method} {path}");
        }
        assert_eq!(methods.len(), served.len(), "{path}");
    }
    for path in ["/nothing", "/orders/1", "/partners/p/settings/orders", "/trackings"] {
        assert_eq!(routed_to(path), "SettingsApi", "{path}");
    }
}

/// What stands for a channel in the list of `openapi.json`, and in the form with which its partners are registered: the names
/// of its settings and of what its secret holds.
fn lacks_in_the_document(channel: Channel) -> Vec<String> {
    let document = text("functions/settings-api/openapi.json");
    let document: Value = serde_json::from_str(&document).expect("it is JSON");
    let schemas = &document["components"]["schemas"];
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let lack = |what: String| format!("functions/settings-api/openapi.json: {what}");
    let mut lacks = Vec::new();
    if !list(&schemas["Channel"]["enum"]).contains(&channel.name().into()) {
        lacks.push(lack("`Channel` has no such name".to_owned()));
    }
    let is_own = |form: &Value| form["properties"]["channel"]["const"] == channel.name();
    let forms = list(&schemas["PartnerPut"]["oneOf"]);
    let Some(form) = forms.into_iter().find(is_own) else {
        lacks.push(lack("`PartnerPut` has no such form".to_owned()));
        return lacks;
    };
    let about = about(channel);
    for (part, fields) in [("settings", about.settings), ("credentials", about.credentials)] {
        let required = &form["properties"][part]["required"];
        let is_required = |field: &&Field| field.shape != Shape::Optional;
        let names: Vec<&str> = fields.iter().filter(is_required).map(|field| field.name).collect();
        let known = &form["properties"][part]["properties"];
        let unknown = fields.iter().filter(|field| known[field.name].is_null());
        lacks.extend(unknown.map(|field| lack(format!("the {part} have no `{}`", field.name))));
        if *required != serde_json::json!(names) {
            lacks.push(lack(format!(
                "`PartnerPut` requires the {part} {required}, and not {names:?}"
            )));
        }
    }
    lacks
}

/// The files that a channel has of its own, and that are not there.
fn lacks_of_its_own(channel: Channel) -> Vec<String> {
    let (name, dashed) = (channel.name(), channel.name().replace('_', "-"));
    let own = [
        format!("shared/channels/src/{name}/README.md"),
        format!("shared/channels/tests/contract/{name}/mod.rs"),
        format!("functions/send-{dashed}/src/main.rs"),
        format!("tests/marketplaces/src/{name}/mod.rs"),
        format!("tests/marketplaces/tests/http/{name}.rs"),
        format!("tests/proof/fuzz/fuzz/src/bin/{name}.rs"),
        format!("tests/proof/simulation/src/shops/{name}.rs"),
        format!("infra/local/src/day/{name}.rs"),
        format!("shared/flows/tests/flows/matrix/{name}.snap"),
        format!("shared/aws/tests/items/{}/partner-{name}.snap", env!("CARGO_PKG_VERSION")),
    ];
    own.into_iter().filter(|own| !root().join(own).is_file()).map(|own| own + ": missing").collect()
}

/// The rows that a channel has in files which no compiler names, and that are not there.
fn lacks_beside(channel: Channel) -> Vec<String> {
    let name = channel.name();
    let beside = [
        ("shared/channels/README.md", format!("[{name}](src/{name}/README.md)")),
        ("shared/channels/tests/contract/main.rs", format!("\nmod {name};")),
        ("tests/marketplaces/tests/http/main.rs", format!("\nmod {name};")),
        ("README.md", format!("| {} |", channel.shown())),
        ("CHANGELOG.md", channel.shown().to_owned()),
    ];
    let lacking = beside.into_iter().filter(|(file, has)| !text(file).contains(has));
    lacking.map(|(file, has)| format!("{file}: no `{}`", has.trim())).collect()
}

/// Each channel has its own folders, and a row in each file that no compiler names. The steps are in `CONTRIBUTING.md`,
/// "Add a channel".
#[test]
fn each_channel_has_all_that_is_its_own() {
    let lacks = Channel::ALL.into_iter().flat_map(|channel| {
        let lacks =
            [lacks_of_its_own(channel), lacks_beside(channel), lacks_in_the_document(channel)];
        lacks.concat().into_iter().map(move |lack| format!("{channel}: {lack}"))
    });
    let lacks: Vec<String> = lacks.collect();
    assert!(lacks.is_empty(), "CONTRIBUTING.md, \"Add a channel\":\n{}", lacks.join("\n"));
}
