//! Which IMEI and which serial number a line has, of all that was entered (rules I1, I10 and I11).

use super::decide::lines;
use crate::guard::{Guard, guarded};
use crate::{Device, DeviceId, EnteredList, Item, ItemId, Order, Phone, Serial};

/// Whether the channel can take the line's IMEI and serial number at all: it takes one of each for a line (rule I7).
pub(crate) fn carries_device(item: &Item) -> bool {
    item.requires_device() && item.quantity == 1
}

/// What a line or an order needs and lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Lacking {
    /// An IMEI.
    pub imei: bool,
    /// A serial number.
    pub serial: bool,
}

impl Lacking {
    /// Whether anything is lacking.
    pub const fn any(self) -> bool {
        self.imei || self.serial
    }

    /// The names of what is lacking, in data.
    pub fn names(self) -> Vec<&'static str> {
        [("imei", self.imei), ("serial", self.serial)]
            .into_iter()
            .filter_map(|(name, is_lacking)| is_lacking.then_some(name))
            .collect()
    }

    /// What is lacking, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self { imei: true, serial: true } => "IMEIs and serial numbers",
            Self { serial: true, .. } => "serial numbers",
            Self { .. } => "IMEIs",
        }
    }
}

/// What was entered for the lines that a confirmation ships.
#[derive(Clone, Copy)]
pub(crate) struct Entered<'a> {
    order: &'a Order,
    /// How many phones these lines are.
    phones: u32,
}

impl<'a> Entered<'a> {
    /// What was entered for these lines of the order.
    pub(crate) fn of(order: &'a Order, items: &[Item]) -> Self {
        let phones = items.iter().filter(|item| item.requires_imei);
        let phones = phones.map(|item| item.quantity).fold(0, u32::saturating_add);
        Self { order, phones }
    }

    /// The device of a line, as far as it is known.
    pub(crate) fn device(self, item: &Item) -> Device {
        if !carries_device(item) {
            return Device::default();
        }
        let id = &item.item_id;
        let own =
            |of: &DeviceId| !self.is_elsewhere(id, of) || !guarded(Guard::SharedImeiIsMissing);
        let has_own = |phone: &[Phone]| {
            phone.iter().flat_map(Phone::imeis).all(|imei| own(&DeviceId::Imei(imei.clone())))
        };
        let phone = self.phone(id).filter(|phone| item.requires_imei && has_own(phone));
        let serial = self
            .serial(id)
            .filter(|serial| item.requires_serial && own(&DeviceId::Serial((*serial).clone())));
        Device {
            imei: phone.and_then(<[Phone]>::first).map(|phone| phone.first().clone()),
            serial: serial.cloned(),
        }
    }

    /// What a line needs and lacks.
    pub(crate) fn lacking(self, item: &Item) -> Lacking {
        let device = self.device(item);
        let is_needed = carries_device(item);
        Lacking {
            imei: is_needed && item.requires_imei && device.imei.is_none(),
            serial: is_needed
                && item.requires_serial
                && device.serial.is_none()
                && guarded(Guard::SerialIsWaitedFor),
        }
    }

    /// Whether nobody knows which of what was entered is the line's, or which line's it is (rule I10).
    pub(crate) fn is_ambiguous(self, item: &Item) -> bool {
        let id = &item.item_id;
        let has_many = |count: usize, is_one: bool| count > 0 && !is_one && carries_device(item);
        let many_imeis = item.requires_imei
            && has_many(count(self.order.imeis.get(id)), self.phone(id).is_some());
        let many_serials = item.requires_serial
            && has_many(count(self.order.serials.get(id)), self.serial(id).is_some());
        let is_required = |entered: &DeviceId| match entered {
            DeviceId::Imei(_) => item.requires_imei,
            DeviceId::Serial(_) => item.requires_serial,
        };
        let entered = self.order.entered(id);
        let mut required = entered.iter().filter(|entered| is_required(entered));
        many_imeis || many_serials || required.any(|entered| self.is_elsewhere(id, entered))
    }

    /// Whether what was entered for a line is something else than what was sent (rule I6). A phone that still has the sent IMEI
    /// is the same (rule I10).
    pub(crate) fn is_late(self, item: &Item, sent: &Device) -> bool {
        let now = self.device(item);
        if !guarded(Guard::SentPhoneIsNotLate) {
            return now != *sent;
        }
        let id = &item.item_id;
        let has_sent = |imei| self.phone(id).is_some_and(|own| own.iter().any(|one| one.has(imei)));
        let is_imei_late = match &sent.imei {
            Some(imei) => !has_sent(imei),
            None => now.imei.is_some(),
        };
        let is_serial_late = match &sent.serial {
            Some(serial) => self.serial(id) != Some(serial),
            None => now.serial.is_some(),
        };
        is_imei_late || is_serial_late
    }

    /// The entries of the one phone that a line's list tells of.
    fn phone(self, item: &ItemId) -> Option<&'a [Phone]> {
        let entries = self.order.imeis.get(item)?.entries.as_slice();
        let is_one = match entries {
            [_] => true,
            [first, second] => {
                let needs_no_other = self.phones <= 1 || !guarded(Guard::OneModelOnePhone);
                needs_no_other && first.may_be_one_with(second)
            }
            _ => false,
        };
        let is_counted = is_one || !guarded(Guard::AmbiguousIsMissing);
        Some(entries).filter(|entries| is_counted && !entries.is_empty())
    }

    /// The one serial number that a line's list tells of.
    fn serial(self, item: &ItemId) -> Option<&'a Serial> {
        let entries = self.order.serials.get(item)?.entries.as_slice();
        entries.first().filter(|_| entries.len() == 1 || !guarded(Guard::AmbiguousIsMissing))
    }

    /// Whether another line of the order has it, too.
    fn is_elsewhere(self, item: &ItemId, entered: &DeviceId) -> bool {
        self.order.lines_with(entered).any(|other| other != item)
    }
}

fn count<T>(list: Option<&EnteredList<T>>) -> usize {
    list.map_or(0, |list| list.entries.len())
}

impl Order {
    /// What its lines need and lack. What is ready goes out without it.
    pub fn lacking(&self) -> Lacking {
        if !self.channel.facts().takes_imeis {
            return Lacking::default();
        }
        let lines: Vec<Item> = lines(self).into_values().collect();
        let entered = Entered::of(self, &lines);
        lines.iter().map(|item| entered.lacking(item)).fold(Lacking::default(), |all, one| {
            Lacking { imei: all.imei || one.imei, serial: all.serial || one.serial }
        })
    }

    /// Whether a line needs an IMEI or a serial number and has none. What is ready goes out without it.
    pub fn lacks_imeis(&self) -> bool {
        self.lacking().any()
    }
}
