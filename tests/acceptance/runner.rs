//! `cargo local …` as a person runs it: the program itself, with a stack of its own. A stack that a developer left running is
//! not touched.

use crate::stack::shared;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

const PARTNER: &str = "amazon-us";
const ORDER: &str = "902-6600000-0000001";
const BACK_MARKET: &str = "back-market-us";

/// The longest time until an order is confirmed.
const CONFIRMED_MAX: Duration = Duration::from_mins(1);

/// The program, with its notes in a folder of its own.
struct Runner {
    program: PathBuf,
    folder: PathBuf,
}

impl Runner {
    fn new() -> Self {
        // Starting the shared stack has built it.
        let _built = shared();
        let test = std::env::current_exe().expect("this program has a path");
        let target = test.ancestors().nth(3).expect("tests are built three folders deep");
        let folder = target.join("local-engine").join(format!("runner-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("the build folder can be written");
        Self { program: target.join("debug").join("local"), folder }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.program);
        command.args(arguments).env("SHIPCONFIRM_LOCAL_STATE", self.folder.join("state.json"));
        command.output().unwrap_or_else(|error| panic!("{}: {error}", self.program.display()))
    }

    /// Runs a command that must succeed. Returns its output.
    fn says(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Runs a command that must fail. Returns what it says on standard error.
    fn refuses(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(!output.status.success(), "{arguments:?} is not refused");
        assert!(output.stdout.is_empty(), "{arguments:?} says something else too");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    fn json(&self, arguments: &[&str]) -> Value {
        let text = self.says(arguments);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    fn file(&self, name: &str, lines: &[String]) -> String {
        let file = self.folder.join(name);
        std::fs::write(&file, lines.join("\n")).expect("the folder can be written");
        file.display().to_string()
    }
}

impl Drop for Runner {
    fn drop(&mut self) {
        // This runs also when the test fails. What cannot be removed now stays in the build folder.
        let _ended = self.run(&["down"]).status.success();
        let _removed = std::fs::remove_dir_all(&self.folder).is_ok();
    }
}

fn ago(seconds: i64) -> String {
    use flows::ports::Clock as _;
    let now = shared().aws.now();
    now.minus(jiff::SignedDuration::from_secs(seconds)).to_string()
}

fn label() -> String {
    let items = json!([{ "item_id": "79039765272157", "quantity": 1, "requires_imei": false }]);
    json!({ "type": "LabelCreated", "detail": { "seller_id": local::SELLER, "partner_id": PARTNER,
        "order_id": ORDER, "package_id": "1", "label_id": "lbl_1", "carrier": "FedEx",
        "service": "FedEx Ground", "tracking_number": "6600000001", "labeled_at": ago(5),
        "items": items } })
    .to_string()
}

fn check_addresses(runner: &Runner) {
    let output = runner.says(&["up"]);
    let last = output.lines().last().unwrap_or_default();
    let up: Value = serde_json::from_str(last).expect("the last line is JSON");
    for key in [
        "engine",
        "region",
        "stack",
        "event_bus",
        "table",
        "api",
        "console",
        "marketplaces",
        "seller",
        "token",
        "user_pool",
    ] {
        assert!(up[key].as_str().is_some_and(|text| !text.is_empty()), "no {key}: {up:#}");
    }
    for queues in ["queues", "dead_letter_queues"] {
        for name in [
            "label-created",
            "label-voided",
            "order-cancelled",
            "order-updated",
            "carrier-scan",
            "imei-updated",
            "amazon",
            "back-market",
        ] {
            assert!(
                up[queues][name].as_str().is_some_and(|url| url.starts_with("http")),
                "{queues}: {name}"
            );
        }
    }
    assert!(runner.refuses(&["up"]).contains("already running"));
}

fn check_settings(runner: &Runner) {
    let shown = runner.json(&["partner", PARTNER]);
    assert_eq!(shown["timing"], "when_tracking_shows_movement");
    assert_eq!(shown["shown_as"], "When tracking shows movement.");
    let changed = runner.json(&["partner", PARTNER, "--timing", "when_tracking_is_assigned"]);
    assert_eq!(changed["timing"], "when_tracking_is_assigned");
    assert_eq!(runner.json(&["partner", PARTNER]), changed);
    let held = runner.json(&["partner", BACK_MARKET, "--missing-imei", "hold"]);
    assert_eq!(held["missing_imei"], "hold");

    let two = "when_tracking_shows_movement, when_tracking_is_assigned";
    let never = runner.refuses(&["partner", BACK_MARKET, "--timing", "never"]);
    assert!(never.contains("back_market") && never.contains(two), "{never}");
    let unknown = runner.refuses(&["partner", PARTNER, "--timing", "tomorrow"]);
    assert!(
        unknown.contains("tomorrow") && unknown.contains(&format!("{two}, never")),
        "{unknown}"
    );
    let unknown = runner.refuses(&["partner", PARTNER, "--missing-imei", "guess"]);
    assert!(unknown.contains("guess") && unknown.contains("send_without, hold"), "{unknown}");
    let nobody = runner.refuses(&["partner", "nobody"]);
    assert!(nobody.contains(PARTNER), "{nobody}");
}

fn check_order(runner: &Runner) {
    let missing = runner.refuses(&["order", PARTNER, ORDER]);
    assert!(missing.contains("no such order"), "{missing}");
    let bad = runner.file("bad.jsonl", &[label(), String::new(), "{\"type\":5}".to_owned()]);
    let refusal = runner.refuses(&["send", &bad]);
    assert!(refusal.contains("line 3"), "{refusal}");
    assert!(
        runner.refuses(&["order", PARTNER, ORDER]).contains("no such order"),
        "half a file was sent"
    );

    let good = runner.file("good.jsonl", &[label()]);
    assert!(runner.says(&["send", &good]).starts_with('1'));
    let deadline = Instant::now() + CONFIRMED_MAX;
    loop {
        let output = runner.run(&["order", PARTNER, ORDER, "--json"]);
        let order: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        if order["packages"][0]["state"] == "confirmed" {
            assert_eq!(order["packages"][0]["sent"]["tracking_number"], "6600000001");
            break;
        }
        assert!(Instant::now() < deadline, "not confirmed: {order:#}");
        std::thread::sleep(Duration::from_millis(500));
    }
    assert!(runner.says(&["order", PARTNER, ORDER]).contains("confirmed"));
}

#[test]
fn a_stack_is_started_fed_looked_at_and_stopped() {
    let runner = Runner::new();
    assert!(runner.refuses(&["partner", PARTNER]).contains("cargo local up"));
    check_addresses(&runner);
    check_settings(&runner);
    check_order(&runner);
    assert_eq!(runner.says(&["down"]), "The stack is stopped.");
    assert_eq!(runner.says(&["down"]), "No stack is running.");
    assert!(!Path::new(&runner.folder).join("state.json").exists());
}
