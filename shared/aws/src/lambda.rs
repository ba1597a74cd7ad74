//! What each kind of function is, as a whole: its configuration, its ports, the runtime, batches that fail record by record,
//! and the deadline of each invocation.

pub use domain::EventKind;
pub use flows::{EventFunction, UnknownPartners};

use crate::config::{AwsConfig, Environment, EventConfig, OrderChangeConfig, SenderConfig};
use crate::{Aws, Idle};
use aws_lambda_events::event::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use channels::{Marketplace, OrderChange};
use domain::{BusEvent, Doorbell, Moment, ResumeBell, TestBell};
use flows::ports::Clock as _;
use flows::{
    DUE_SHARDS_MAX, Handled, Invocation, Record, Sender, Writer, handle_events, handle_scans,
    relay_order_changes, sweep,
};
use futures_util::future::join_all;
use futures_util::{StreamExt as _, stream};
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::value::RawValue;
use std::future::Future;
use std::rc::Rc;
use std::time::Duration;
use tracing_subscriber::filter::LevelFilter;

/// Begins to log, as JSON lines at the level of `LOG_LEVEL`. It is `WARN` unless set, because logs cost more than everything
/// else.
pub fn log() {
    let level = std::env::vars().find(|(name, _)| name == "LOG_LEVEL").map(|(_, level)| level);
    let level =
        level.and_then(|level| level.parse::<LevelFilter>().ok()).unwrap_or(LevelFilter::WARN);
    tracing_subscriber::fmt().json().with_max_level(level).with_target(false).init();
}

/// The error of an invocation that is no batch of its queue. It says what the `EventBridge` rule must be pointed at instead.
#[derive(Debug, thiserror::Error)]
#[error(
    "this function takes batches from its SQS queue, and got something else; point the EventBridge rule at the \
     queue, not at the function: {0}"
)]
pub struct NotABatch(serde_json::Error);

/// The whole of a function that handles the events of one kind about orders.
///
/// # Errors
/// When its configuration is not complete, or when the runtime ends.
pub async fn take_events(kind: EventKind) -> Result<(), Error> {
    log();
    let EventConfig { aws, imei_window_minutes, unknown_partners } =
        EventConfig::read(Environment::read())?;
    let aws = Aws::connect(aws).await;
    let function = EventFunction { kind, imei_window_minutes, unknown_partners };
    Box::pin(take_events_over(aws, function)).await
}

/// A function that handles the events of one kind about orders, over ports that exist already. A benchmark's other build
/// brings its own.
///
/// # Errors
/// When the runtime ends.
pub async fn take_events_over(aws: Aws, function: EventFunction) -> Result<(), Error> {
    let aws = &Rc::new(aws);
    serve_batches(Rc::clone(aws), |bodies, invocation| async move {
        handle_events(&**aws, records(&bodies, aws.now()), function, &invocation).await
    })
    .await
}

/// The whole of the function that handles scans.
///
/// # Errors
/// When its configuration is not complete, or when the runtime ends.
pub async fn take_scans() -> Result<(), Error> {
    log();
    let aws = Aws::connect(EventConfig::read(Environment::read())?.aws).await;
    Box::pin(take_scans_over(aws)).await
}

/// The function that handles scans, over ports that exist already. A benchmark's other build brings its own.
///
/// # Errors
/// When the runtime ends.
pub async fn take_scans_over(aws: Aws) -> Result<(), Error> {
    let aws = &Rc::new(aws);
    serve_batches(Rc::clone(aws), |bodies, invocation| async move {
        handle_scans(&**aws, records(&bodies, aws.now()), &invocation).await
    })
    .await
}

/// The whole of the function that relays Amazon's notifications about orders.
///
/// # Errors
/// When its configuration is not complete, or when the runtime ends.
pub async fn take_order_changes() -> Result<(), Error> {
    log();
    let OrderChangeConfig { aws, application } = OrderChangeConfig::read(Environment::read())?;
    let (aws, application) = (&Rc::new(Aws::connect(aws).await), &application);
    Box::pin(serve_batches(Rc::clone(aws), |bodies, invocation| async move {
        let changes = bodies.iter().map(|body| OrderChange::read(body, aws.now())).collect();
        relay_order_changes(&**aws, changes, application, &invocation).await
    }))
    .await
}

/// The longest that init waits for a marketplace. Lambda gives init ten seconds, and runs it again inside the first invocation when it
/// took longer. Source: Lambda developer guide, "Understanding the Lambda execution environment lifecycle".
const WARM_UP_MAX: Duration = Duration::from_secs(2);

/// The whole of the sender of one marketplace.
///
/// # Errors
/// When its configuration is not complete, or when the runtime ends.
pub async fn send<M: Marketplace>() -> Result<(), Error> {
    log();
    let config = SenderConfig::read(Environment::read(), M::CHANNEL)?;
    // A channel without a warm-up address has an address for each partner, and nobody knows how long that keeps a connection.
    let idle = if M::WARM_UP.is_some() { Idle::Kept } else { Idle::Closed };
    let aws = Rc::new(Aws::connect_sender(&config, idle).await);
    let sender = Sender::<M, _>::new(Rc::clone(&aws), config.sender);
    // Whether the marketplace answers in time does not matter.
    tokio::time::timeout(WARM_UP_MAX, sender.warm_up()).await.ok();
    // Boxed: the futures of what is served are large, and nest deep.
    Box::pin(serve_doorbells(aws, sender)).await
}

/// Reads the bodies of a batch, each by itself: one that is no event fails alone.
fn records(bodies: &[String], now: Moment) -> Vec<Record> {
    bodies.iter().map(|body| BusEvent::read(body, now)).collect()
}

/// Serves SQS batches. `handle` says of each body what became of it. The function itself dead-letters what is refused, whole
/// and with its reason, so that only passing failures use up the receives of a message.
async fn serve_batches<H, F>(aws: Rc<Aws>, handle: H) -> Result<(), Error>
where
    H: Fn(Vec<String>, Rc<Invocation>) -> F,
    F: Future<Output = Vec<Handled>>,
{
    let (aws, handle) = (&aws, &handle);
    run(service_fn(move |event: LambdaEvent<Box<RawValue>>| async move {
        let batch: SqsEvent = serde_json::from_str(event.payload.get()).map_err(NotABatch)?;
        let invocation = Rc::new(invocation(&event.context));
        let bodies =
            batch.records.iter().map(|record| record.body.clone().unwrap_or_default()).collect();
        // Boxed: the runtime keeps this future inside several of its own.
        let handled = Box::pin(handle(bodies, invocation)).await;
        Ok::<_, Error>(answer(aws, &batch.records, handled).await)
    }))
    .await
}

/// Serves doorbells. Those of a batch are answered at the same time, because each is about an order of its own.
async fn serve_doorbells<M: Marketplace>(
    aws: Rc<Aws>,
    sender: Sender<M, Aws>,
) -> Result<(), Error> {
    let sender = &sender;
    serve_batches(aws, move |bodies, invocation| async move {
        let invocation = &invocation;
        let answers = bodies.iter().map(|body| async move {
            match Doorbell::parse(body) {
                Ok(order) => Box::pin(sender.answer(&order, invocation)).await,
                Err(error) => match TestBell::parse(body) {
                    Some(test) => Box::pin(sender.test(&test, invocation)).await,
                    None => match ResumeBell::parse(body) {
                        Some(bell) => Box::pin(sender.resume(&bell, invocation)).await,
                        None => Handled::Refused(error.to_string()),
                    },
                },
            }
        });
        join_all(answers).await
    })
    .await
}

/// Which part of the shards an invocation of the sweep looks at. Several look at a part each, at the same time. Where nothing is
/// said, one invocation looks at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(default)]
struct SweepPart {
    /// Which part it is, counted from 0.
    part: u8,
    /// How many parts there are.
    parts: u8,
}

impl Default for SweepPart {
    fn default() -> Self {
        Self { part: 0, parts: 1 }
    }
}

/// The error of a part that no division into parts has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no part {} of {} parts; allowed: parts from 1 to {DUE_SHARDS_MAX}, and a part from 0 to the number before", .0.part, .0.parts)]
struct NoSuchPart(SweepPart);

impl SweepPart {
    /// The shards of this part. All parts together have each shard once, whatever the number of shards that orders are spread
    /// over.
    fn shards(self) -> Result<impl Iterator<Item = u8>, NoSuchPart> {
        let is_part = self.part < self.parts && self.parts <= DUE_SHARDS_MAX;
        let step = usize::from(self.parts);
        if is_part { Ok((self.part..DUE_SHARDS_MAX).step_by(step)) } else { Err(NoSuchPart(self)) }
    }
}

/// The whole of the sweep. Each invocation looks at what is due in its part of the shards.
///
/// # Errors
/// When its configuration is not complete, or when the runtime ends.
pub async fn sweep_each_time() -> Result<(), Error> {
    log();
    let aws = &Rc::new(Aws::connect(AwsConfig::read(Environment::read())?).await);
    run(service_fn(move |event: LambdaEvent<Box<RawValue>>| async move {
        let invocation = invocation(&event.context);
        let part: SweepPart = serde_json::from_str(event.payload.get())?;
        let swept = Box::pin(sweep(&**aws, part.shards()?, &invocation)).await;
        swept.verdict::<Error>()
    }))
    .await
}

/// The invocation that a context of the runtime describes.
pub fn invocation(context: &lambda_runtime::Context) -> Invocation {
    Invocation {
        writer: Writer::new(&context.request_id),
        deadline: Moment::from_millis(i64::try_from(context.deadline).unwrap_or(i64::MAX)),
    }
}

/// Dead-letters the records that are refused, and names those that are to be received again.
async fn answer(aws: &Aws, records: &[SqsMessage], handled: Vec<Handled>) -> SqsBatchResponse {
    let answers = records.iter().zip(handled).map(|(record, handled)| async move {
        let id = record.message_id.as_deref().unwrap_or_default();
        let again = match handled {
            Handled::Done => None,
            Handled::Retry(reason) => Some(reason),
            Handled::Refused(reason) => {
                tracing::warn!(message = id, reason, "a message was refused; it is dead-lettered");
                aws.dead_letter(record.body.as_deref().unwrap_or_default(), &reason).await.err()
            }
        };
        again.map(|reason| {
            tracing::error!(
                message = id,
                reason,
                "a message was not handled; it is received again"
            );
            let mut failure = BatchItemFailure::default();
            id.clone_into(&mut failure.item_identifier);
            failure
        })
    });
    // Several go at a time, because a whole batch may be refused and must still be answered before the function ends.
    let failures: Vec<_> = stream::iter(answers).buffered(DEAD_LETTERED_AT_ONCE).collect().await;
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = failures.into_iter().flatten().collect();
    response
}

/// How many messages are dead-lettered at a time.
const DEAD_LETTERED_AT_ONCE: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use std::collections::BTreeSet;

    fn shards(payload: &str) -> Option<Vec<u8>> {
        let part: SweepPart = serde_json::from_str(payload).expect("an object");
        part.shards().ok().map(Iterator::collect)
    }

    #[rstest]
    #[case::nothing_said("{}", 64)]
    #[case::another_event(r#"{"source":"aws.events","detail":{}}"#, 64)]
    #[case::one_of_four(r#"{"part":3,"parts":4}"#, 16)]
    #[case::one_of_five(r#"{"part":4,"parts":5}"#, 12)]
    #[case::as_many_as_there_are(r#"{"part":63,"parts":64}"#, 1)]
    fn a_part_has_its_share_of_the_shards(#[case] payload: &str, #[case] expected: usize) {
        assert_eq!(shards(payload).map(|shards| shards.len()), Some(expected));
    }

    #[rstest]
    #[case::behind_the_last(r#"{"part":4,"parts":4}"#)]
    #[case::of_none(r#"{"part":0,"parts":0}"#)]
    #[case::of_too_many(r#"{"part":0,"parts":65}"#)]
    fn what_is_no_part_is_refused(#[case] payload: &str) {
        assert_eq!(shards(payload), None);
    }

    #[test]
    fn all_parts_together_have_each_shard_once() {
        for parts in 1..=DUE_SHARDS_MAX {
            let of = |part| SweepPart { part, parts }.shards().expect("a part");
            let all: Vec<u8> = (0..parts).flat_map(of).collect();
            assert_eq!(all.len(), usize::from(DUE_SHARDS_MAX), "{parts} parts");
            let once: BTreeSet<u8> = all.into_iter().collect();
            assert_eq!(once, (0..DUE_SHARDS_MAX).collect(), "{parts} parts");
        }
    }
}
