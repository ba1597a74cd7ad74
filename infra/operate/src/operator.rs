//! A stack that is operated: its names by its outputs, and the product's own ports over it.

use crate::outputs::outputs;
use crate::{Error, Place};
use aws::config::AwsConfig;
use aws::{Aws, Clients};
use domain::Channel;
use flows::DUE_SHARDS;
use std::collections::BTreeMap;

/// What the name of a dead-letter queue ends with.
const DEAD_LETTER: &str = "-dead-letter";

/// A stack that is operated.
pub struct Operator {
    pub(crate) place: Place,
    pub(crate) queues: Vec<Queue>,
    pub(crate) clients: Clients,
    pub(crate) aws: Aws,
}

/// A queue with its dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Queue {
    /// Its name without that of the stack: `label-created`, `amazon`.
    pub(crate) name: String,
    pub(crate) url: String,
    pub(crate) dead_letters: String,
}

impl Operator {
    /// Finds a stack by its name.
    ///
    /// # Errors
    ///
    /// There is no such stack, it is not Shipconfirm, or whoever asks may not.
    pub async fn connect(place: Place) -> Result<Self, Error> {
        let outputs = outputs(&place).await?;
        let output = |name: &str| {
            let missing =
                || Error::OtherStack { stack: place.stack.clone(), output: name.to_owned() };
            outputs.get(name).filter(|value| !value.is_empty()).cloned().ok_or_else(missing)
        };
        let table = output("TableName")?;
        let urls = output("DeadLetterQueueUrls")?;
        let mut doorbells = BTreeMap::new();
        for channel in Channel::ALL {
            doorbells.insert(channel, output(&doorbell_output(channel))?);
        }
        let config = AwsConfig {
            region: place.region.clone(),
            credentials: place.credentials.clone(),
            endpoint: place.endpoint.clone(),
            table,
            bus: output("EventBusName")?,
            due_shards: DUE_SHARDS,
            dead_letters: None,
            doorbells,
        };
        let clients = Clients::new(&config);
        let aws = Aws::with(config, clients.clone());
        let queues = urls.split(',').map(|url| queue(&place.stack, url)).collect();
        Ok(Self { place, queues, clients, aws })
    }
}

/// The output that has the queue of a channel's doorbells, such as `BackMarketQueueUrl`.
fn doorbell_output(channel: Channel) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(1);
        format!("{}{rest}", first.to_uppercase())
    };
    let name: String = channel.name().split('_').map(capital).collect();
    format!("{name}QueueUrl")
}

/// The queue whose dead letters are at this address. A dead-letter queue is named after its queue.
fn queue(stack: &str, dead_letters: &str) -> Queue {
    let url = dead_letters.strip_suffix(DEAD_LETTER).unwrap_or(dead_letters);
    let physical = url.rsplit('/').next().unwrap_or_default();
    let name = physical.strip_prefix(&format!("{stack}-")).unwrap_or(physical);
    Queue { name: name.to_owned(), url: url.to_owned(), dead_letters: dead_letters.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_is_known_by_its_dead_letter_queue() {
        let url = "https://sqs.us-east-1.amazonaws.com/1/acme-back_market-dead-letter";
        let expected = Queue {
            name: "back_market".to_owned(),
            url: "https://sqs.us-east-1.amazonaws.com/1/acme-back_market".to_owned(),
            dead_letters: url.to_owned(),
        };
        assert_eq!(queue("acme", url), expected);
    }
}
