//! What a channel needs to know of an account, apart from its secrets: kept as data. Which fields there are, and what each
//! may hold, only the channel knows: its type for them is in its folder of the `channels` crate.

use crate::Channel;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What a channel needs to know of an account, apart from its secrets. It also says which channel it is.
///
/// Shape: `{"channel":"wish","origin_country":"US"}`: the channel's name, and beside it the channel's own fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelSettings {
    channel: Channel,
    #[serde(flatten)]
    fields: Map<String, Value>,
}

/// The name of the field that says which channel.
const CHANNEL: &str = "channel";

impl ChannelSettings {
    /// The settings of an account at a channel. The caller knows that the fields are those of the channel.
    pub fn new(channel: Channel, mut fields: Map<String, Value>) -> Self {
        fields.remove(CHANNEL);
        Self { channel, fields }
    }

    /// The settings with another value of one field.
    #[must_use]
    pub fn with(self, name: &str, value: impl Into<Value>) -> Self {
        let mut fields = self.fields;
        fields.insert(name.to_owned(), value.into());
        Self::new(self.channel, fields)
    }

    /// The channel these are for.
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// The channel's own fields.
    pub const fn fields(&self) -> &Map<String, Value> {
        &self.fields
    }
}
