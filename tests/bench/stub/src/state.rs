//! The state of the stub, and the dispatch of an AWS call to the service that it is for.

use crate::counts::{Call, Counts, Service};
use crate::dynamodb::{self, Database, Units};
use crate::events::Buses;
use crate::refusal::{Code, Refusal};
use crate::secrets::{self, Secrets};
use crate::sqs::{self, Queues};
use marketplaces::Marketplaces;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What the stub's thread and its owner share.
pub(crate) struct Shared {
    state: Mutex<State>,
    pub(crate) shops: Marketplaces,
    pub(crate) url: String,
}

/// Everything that calls change.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) database: Database,
    pub(crate) queues: Queues,
    pub(crate) buses: Buses,
    pub(crate) secrets: Secrets,
    pub(crate) counts: Counts,
}

/// The service and operation that an AWS call is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    DynamoDb(dynamodb::Operation),
    Sqs(sqs::Operation),
    PutEvents,
    Secrets(secrets::Operation),
    /// An operation or a service that the stub does not play.
    Unknown(Service),
}

impl Target {
    /// What the header `X-Amz-Target` says.
    pub(crate) fn of(header: &str) -> Self {
        let (service, operation) = header.split_once('.').unwrap_or((header, ""));
        match service {
            "DynamoDB_20120810" => {
                let mut all = dynamodb::Operation::ALL.into_iter();
                let found = all.find(|it| it.name() == operation);
                found.map_or(Self::Unknown(Service::DynamoDb), Self::DynamoDb)
            }
            "AmazonSQS" => {
                let mut all = sqs::Operation::ALL.into_iter();
                let found = all.find(|it| it.name() == operation);
                found.map_or(Self::Unknown(Service::Sqs), Self::Sqs)
            }
            "AWSEvents" if operation == "PutEvents" => Self::PutEvents,
            "AWSEvents" => Self::Unknown(Service::EventBridge),
            "secretsmanager" => {
                let mut all = secrets::Operation::ALL.into_iter();
                let found = all.find(|it| it.name() == operation);
                found.map_or(Self::Unknown(Service::SecretsManager), Self::Secrets)
            }
            _ => Self::Unknown(Service::Unknown),
        }
    }

    /// The kind of request that the call is counted as.
    pub(crate) const fn call(self) -> Call {
        let (service, operation) = match self {
            Self::DynamoDb(operation) => (Service::DynamoDb, operation.name()),
            Self::Sqs(operation) => (Service::Sqs, operation.name()),
            Self::PutEvents => (Service::EventBridge, "PutEvents"),
            Self::Secrets(operation) => (Service::SecretsManager, operation.name()),
            Self::Unknown(service) => (service, "unknown"),
        };
        Call { service, operation }
    }
}

impl State {
    /// Answers an AWS call. `url` is the stub's own address.
    pub(crate) fn answer(
        &mut self,
        target: Target,
        body: &[u8],
        url: &str,
    ) -> Result<Vec<u8>, Refusal> {
        match target {
            Target::DynamoDb(operation) => {
                let mut used = Units::default();
                let answer = self.database.answer(operation, body, &mut used);
                self.counts.read_half_units += used.read_half_units;
                self.counts.write_units += used.write_units;
                answer
            }
            Target::Sqs(operation) => {
                let before = self.queues.taken();
                let answer = self.queues.answer(operation, body, url);
                self.counts.messages += self.queues.taken() - before;
                answer
            }
            Target::PutEvents => {
                let before = self.buses.taken();
                let answer = self.buses.put_events(body);
                self.counts.events += self.buses.taken() - before;
                answer
            }
            Target::Secrets(operation) => self.secrets.answer(operation, body),
            Target::Unknown(_) => {
                Err(Refusal::new(Code::UnknownOperation, "The stub does not play this operation."))
            }
        }
    }
}

impl Shared {
    /// An empty state.
    pub(crate) fn new(shops: Marketplaces, url: String) -> Self {
        Self { state: Mutex::default(), shops, url }
    }

    /// Locks the state. A lock that a panic poisoned can be used, because each change of the state is complete by
    /// itself.
    pub(crate) fn open(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
