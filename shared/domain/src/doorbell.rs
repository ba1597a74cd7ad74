//! The doorbell: an SQS message that only says "look at this order". It carries keys and no facts, so losing, repeating or
//! delaying one is harmless.

use crate::object::Object;
use crate::{OrderId, OrderKey, PartnerId, SellerId, Text};
use serde::{Deserialize, Serialize};

/// The version this code writes and reads.
pub const DOORBELL_VERSION: u32 = 1;

/// A doorbell's body.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Doorbell {
    /// Always [`DOORBELL_VERSION`].
    v: u32,
    seller: SellerId,
    partner: PartnerId,
    order: OrderId,
}

/// The body is not a doorbell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DoorbellError {
    /// Not the JSON of one.
    #[error(
        "not a doorbell, such as {{\"v\":1,\"seller\":\"acme\",\"partner\":\"amazon-us\",\"order\":\"9\"}}: {0}"
    )]
    Shape(Text),
    /// Of a version this code does not know.
    #[error("v: {0} is not a known doorbell version; known is 1")]
    Version(u32),
}

impl Doorbell {
    /// The doorbell of an order.
    pub fn of(key: &OrderKey) -> Self {
        Self {
            v: DOORBELL_VERSION,
            seller: key.seller.clone(),
            partner: key.partner.clone(),
            order: key.order.clone(),
        }
    }

    /// Reads a message body.
    ///
    /// # Errors
    /// When it is not a doorbell of the known version, naming the field.
    pub fn parse(body: &str) -> Result<OrderKey, DoorbellError> {
        let mut json = serde_json::Deserializer::from_str(body);
        let Object(bell): Object<Self> = serde_path_to_error::deserialize(&mut json)
            .map_err(|error| DoorbellError::Shape(Text::cut(&error.to_string())))?;
        if bell.v != DOORBELL_VERSION {
            return Err(DoorbellError::Version(bell.v));
        }
        Ok(OrderKey { seller: bell.seller, partner: bell.partner, order: bell.order })
    }

    /// The message body.
    pub fn body(&self) -> String {
        serde_json::json!({ "v": self.v, "seller": self.seller, "partner": self.partner, "order": self.order })
            .to_string()
    }
}

/// A message in the queue of a sender which says that a partner is not paused any more (rule A1). It names no order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ResumeBell {
    /// Always [`DOORBELL_VERSION`].
    v: u32,
    /// The tenant.
    pub seller: SellerId,
    /// The partner whose orders go on.
    pub resume: PartnerId,
}

impl ResumeBell {
    /// The message for a partner.
    pub fn of(seller: &SellerId, partner: &PartnerId) -> Self {
        Self { v: DOORBELL_VERSION, seller: seller.clone(), resume: partner.clone() }
    }

    /// Reads a message body. `None` where it is another message.
    pub fn parse(body: &str) -> Option<Self> {
        let Object(bell): Object<Self> = serde_json::from_str(body).ok()?;
        (bell.v == DOORBELL_VERSION).then_some(bell)
    }

    /// The message body.
    pub fn body(&self) -> String {
        serde_json::json!({ "v": self.v, "seller": self.seller, "resume": self.resume }).to_string()
    }
}

/// A message in the queue of a sender that asks it to test the connection of a partner. It names no order.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TestBell {
    /// Always [`DOORBELL_VERSION`].
    v: u32,
    /// The tenant.
    pub seller: SellerId,
    /// The partner whose connection is to be tested.
    pub test: PartnerId,
}

impl TestBell {
    /// The message for a partner.
    pub fn of(seller: &SellerId, partner: &PartnerId) -> Self {
        Self { v: DOORBELL_VERSION, seller: seller.clone(), test: partner.clone() }
    }

    /// Reads a message body. `None` where it is another message.
    pub fn parse(body: &str) -> Option<Self> {
        let Object(bell): Object<Self> = serde_json::from_str(body).ok()?;
        (bell.v == DOORBELL_VERSION).then_some(bell)
    }

    /// The message body.
    pub fn body(&self) -> String {
        serde_json::json!({ "v": self.v, "seller": self.seller, "test": self.test }).to_string()
    }
}
