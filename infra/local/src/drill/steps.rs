//! The steps of a restore, as calls of AWS.

use crate::calls::{self, Answer};
use crate::{Error, Stack};
use aws_sdk_dynamodb::types::TimeToLiveSpecification;
use aws_sdk_eventbridge::types::{ReplayDestination, ReplayState};
use aws_sdk_sqs::types::QueueAttributeName;
use domain::EventKind;
use http::Method;
use serde_json::{Value, json};
use std::time::Duration;

/// How often a step looks whether it is done.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The most looks: ten minutes.
const LOOKS_MAX: u32 = 1_200;

/// Which functions start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kinds {
    /// Those that take events.
    Events,
    /// The senders, and the sweep.
    Senders,
}

/// What is replayed, one after the other. On AWS one archive is replayed to the rules of each; the engine replays an archive to every
/// rule, so there is one for each here.
const REPLAYS: [(&str, &[EventKind]); 3] = [
    (
        "back",
        &[
            EventKind::LabelVoided,
            EventKind::OrderCancelled,
            EventKind::OrderUpdated,
            EventKind::ImeiUpdated,
        ],
    ),
    ("labels", &[EventKind::LabelCreated]),
    ("scans", &[EventKind::CarrierScan]),
];

impl Stack {
    fn bus_arn(&self) -> String {
        format!(
            "arn:aws:events:{}:000000000000:event-bus/{}",
            self.state().region,
            self.state().event_bus
        )
    }

    fn archive(&self, name: &str) -> String {
        format!("{}-{name}", self.state().stack)
    }

    /// Archives the events of the bus from now on, as the template's archive does on AWS.
    pub(crate) async fn archive_events(&self) -> Result<(), Error> {
        for (name, kinds) in REPLAYS {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
            let made = self
                .eventbridge()
                .create_archive()
                .archive_name(self.archive(name))
                .event_source_arn(self.bus_arn())
                .event_pattern(json!({ "detail-type": kinds }).to_string())
                .send();
            made.await.map_err(Error::call(format!("make the archive {name}")))?;
        }
        Ok(())
    }

    /// Backs the table up. Returns the name of the backup.
    pub(crate) async fn back_up(&self) -> Result<String, Error> {
        let doing = "back the table up";
        let made = self.dynamodb().create_backup().table_name(&self.state().table);
        let made = made.backup_name("drill").send().await.map_err(Error::call(doing))?;
        Ok(made.backup_details.map(|details| details.backup_arn).unwrap_or_default())
    }

    /// Restores a backup to a new table, and gives the table what a restore leaves out. Returns its name.
    pub(crate) async fn restore(&self, backup: &str) -> Result<String, Error> {
        let table = format!("{}-restored", self.state().table);
        let doing = format!("restore the table {table}");
        let client = self.dynamodb();
        let restored = client.restore_table_from_backup().target_table_name(&table);
        restored.backup_arn(backup).send().await.map_err(Error::call(doing.as_str()))?;
        let lives = TimeToLiveSpecification::builder().enabled(true).attribute_name("expires_at");
        let lives = lives.build().map_err(Error::call(doing.as_str()))?;
        let set = client.update_time_to_live().table_name(&table).time_to_live_specification(lives);
        set.send().await.map_err(Error::call(doing))?;
        Ok(table)
    }

    /// Stops every function that a queue or a schedule wakes.
    pub(crate) async fn stop_functions(&self) -> Result<(), Error> {
        for mapping in self.mappings().await? {
            self.enable(&mapping, false).await?;
        }
        let none = json!({ "ReservedConcurrentExecutions": 0 });
        self.lambda(Method::PUT, &self.concurrency_of_sweep(), &none).await?;
        Ok(())
    }

    /// Starts functions again.
    pub(crate) async fn start_functions(&self, kinds: Kinds) -> Result<(), Error> {
        for mapping in self.mappings().await? {
            let is_sender = mapping.function.contains(&format!(":{}-send-", self.state().stack));
            if is_sender == (kinds == Kinds::Senders) {
                self.enable(&mapping, true).await?;
            }
        }
        if kinds == Kinds::Senders {
            self.lambda(Method::DELETE, &self.concurrency_of_sweep(), &Value::Null).await?;
        }
        Ok(())
    }

    fn concurrency_of_sweep(&self) -> String {
        format!("/2017-10-31/functions/{}-sweep/concurrency", self.state().stack)
    }

    async fn enable(&self, mapping: &Mapping, is_enabled: bool) -> Result<(), Error> {
        let path = format!("/2015-03-31/event-source-mappings/{}", mapping.id);
        self.lambda(Method::PUT, &path, &json!({ "Enabled": is_enabled })).await.map(drop)
    }

    /// The mappings of queues to the stack's functions.
    async fn mappings(&self) -> Result<Vec<Mapping>, Error> {
        let path = "/2015-03-31/event-source-mappings/";
        let answer = self.lambda(Method::GET, path, &Value::Null).await?;
        let all: Value = serde_json::from_slice(answer.body())
            .map_err(Error::call("read the event source mappings"))?;
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mapping =
            |of: &Value| Mapping { id: text(&of["UUID"]), function: text(&of["FunctionArn"]) };
        Ok(all["EventSourceMappings"].as_array().into_iter().flatten().map(mapping).collect())
    }

    async fn lambda(&self, method: Method, path: &str, body: &Value) -> Result<Answer, Error> {
        let url = format!("{}{path}", self.state().engine);
        let answer = calls::call(method, &url, "lambda", body).await?;
        if answer.status().is_success() {
            return Ok(answer);
        }
        let doing = format!("change {path}");
        Err(Error::Refused { doing, answer: String::from_utf8_lossy(answer.body()).into_owned() })
    }

    /// Replays what was on the bus: first what takes something back, then labels, then scans. Each waits until the queues of the one before
    /// are empty.
    pub(crate) async fn replay(&self) -> Result<(), Error> {
        for (name, _) in REPLAYS {
            self.replay_archive(name).await?;
            self.until_queues_are_empty().await?;
        }
        Ok(())
    }

    async fn replay_archive(&self, name: &str) -> Result<(), Error> {
        let doing = format!("replay the archive {name}");
        let (client, bus, archive) = (self.eventbridge(), self.bus_arn(), self.archive(name));
        let source = bus.replace(&format!("event-bus/{}", self.state().event_bus), "archive/");
        let to = ReplayDestination::builder().arn(&bus).build();
        let to = to.map_err(Error::call(doing.as_str()))?;
        let end = i64::from(u32::MAX);
        let begun = client
            .start_replay()
            .replay_name(&archive)
            .event_source_arn(format!("{source}{archive}"))
            .event_start_time(aws_sdk_eventbridge::primitives::DateTime::from_secs(0))
            .event_end_time(aws_sdk_eventbridge::primitives::DateTime::from_secs(end))
            .destination(to)
            .send();
        begun.await.map_err(Error::call(doing.as_str()))?;
        for _ in 0..LOOKS_MAX {
            let asked = client.describe_replay().replay_name(&archive).send().await;
            let replay = asked.map_err(Error::call(doing.as_str()))?;
            if replay.state() == Some(&ReplayState::Completed) {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Err(Error::Impossible { doing, answer: "it does not end".to_owned() })
    }

    /// Waits until the functions have dealt with every event.
    async fn until_queues_are_empty(&self) -> Result<(), Error> {
        let doing = "wait for the events";
        let senders = domain::Channel::ALL.map(|channel| channel.name().replace('_', "-"));
        for _ in 0..LOOKS_MAX {
            let mut left = 0_u32;
            for (_, url) in self.state().queues.iter().filter(|(name, _)| !senders.contains(name)) {
                let asked = self.sqs().get_queue_attributes().queue_url(url);
                let asked = asked.attribute_names(QueueAttributeName::All).send().await;
                let attributes = asked.map_err(Error::call(doing))?.attributes.unwrap_or_default();
                let counts = [
                    QueueAttributeName::ApproximateNumberOfMessages,
                    QueueAttributeName::ApproximateNumberOfMessagesNotVisible,
                ];
                let counts = counts.iter().filter_map(|name| attributes.get(name));
                left += counts.filter_map(|count| count.parse::<u32>().ok()).sum::<u32>();
            }
            if left == 0 {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let answer = "the queues do not become empty".to_owned();
        Err(Error::Impossible { doing: doing.to_owned(), answer })
    }
}

/// A queue's mapping to a function.
struct Mapping {
    id: String,
    function: String,
}
