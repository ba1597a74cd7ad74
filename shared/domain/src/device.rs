//! What tells a line's device from every other, as it is entered, kept and sent: IMEIs and serial numbers.

use crate::{Imei, Moment, Phone, Serial, Text};
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a person or an event entered last for a line: all its IMEIs, or all its serial numbers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EnteredList<T> {
    /// When they were entered. The newest list wins; a tie is broken by value.
    #[serde(rename = "at")]
    pub updated_at: Moment,
    /// What was entered, in its order: of one phone's two IMEIs the first is sent (rule I10).
    #[serde(rename = "l")]
    pub entries: Vec<T>,
    /// Who entered them.
    #[serde(rename = "by", skip_serializing_if = "Option::is_none", default)]
    pub updated_by: Option<Text>,
    /// In words, where else one of them was entered. An event cannot be refused for that, so the order is marked (rule I9).
    #[serde(rename = "two", skip_serializing_if = "Option::is_none", default)]
    pub twice: Option<Text>,
}

/// The IMEIs of a line, one entry for each phone.
pub type ImeiList = EnteredList<Phone>;

/// The serial numbers of a line, one entry for each device.
pub type SerialList = EnteredList<Serial>;

/// What is submitted of a line's device: its IMEI, its serial number, or both in one request (rule I11).
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Device {
    /// Its IMEI.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub imei: Option<Imei>,
    /// Its serial number.
    #[serde(rename = "sn", skip_serializing_if = "Option::is_none", default)]
    pub serial: Option<Serial>,
}

impl Device {
    /// Whether nothing is known of it.
    pub const fn is_unknown(&self) -> bool {
        self.imei.is_none() && self.serial.is_none()
    }
}

impl From<Imei> for Device {
    fn from(imei: Imei) -> Self {
        Self { imei: Some(imei), serial: None }
    }
}

impl From<Serial> for Device {
    fn from(serial: Serial) -> Self {
        Self { imei: None, serial: Some(serial) }
    }
}

/// One thing that tells a device from every other.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviceId {
    /// An IMEI.
    Imei(Imei),
    /// A serial number.
    Serial(Serial),
}

impl DeviceId {
    /// The text of it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Imei(imei) => imei.as_str(),
            Self::Serial(serial) => serial.as_str(),
        }
    }

    /// As a person may see it.
    pub fn masked(&self) -> String {
        match self {
            Self::Imei(imei) => imei.masked(),
            Self::Serial(serial) => serial.masked(),
        }
    }
}

impl fmt::Debug for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.masked().fmt(f)
    }
}
