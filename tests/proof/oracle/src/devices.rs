//! Which IMEI and which serial number count for a line. Rules I1, I6, I10 and I11, and "IMEIs" under "Said exactly".

use crate::facts::{Entered, Label};
use crate::names::BasketLine;
use crate::order::Order;
use crate::states::{Device, Lock};

/// "The order needs another IMEI where its lines require more than one in all."
fn needs_another(lines: &[BasketLine]) -> bool {
    let phones = lines.iter().filter(|line| line.needs_imei);
    phones.map(|line| line.quantity).sum::<u32>() > 1
}

/// Whether a line went, or would go, without something that it needs. Nothing waits for what a quantity above 1 needs (rule I7).
pub fn is_incomplete(line: &BasketLine, device: &Device) -> bool {
    line.is_one_device()
        && (line.needs_imei && device.imei.is_none()
            || line.needs_serial && device.serial.is_none())
}

impl Order {
    /// What counts for a line of these lines.
    pub fn device(&self, line: &BasketLine, lines: &[BasketLine]) -> Device {
        let item = line.item;
        let is_alone = |of| !self.facts.is_shared(of, item);
        let phone = || self.facts.own_phone(item, needs_another(lines));
        let imei = || phone()?.first().copied().filter(|_| is_alone(Entered::Imeis));
        let serial = || self.facts.own_serial(item).filter(|_| is_alone(Entered::Serials));
        let is_one = line.quantity == 1;
        Device {
            item,
            imei: if line.needs_imei && is_one { imei() } else { None },
            serial: if line.needs_serial && is_one { serial() } else { None },
        }
    }

    /// What is known of the lines, where the channel takes it.
    pub fn devices(&self, lines: &[BasketLine]) -> Vec<Device> {
        if !self.marketplace().takes_imeis {
            return Vec::new();
        }
        let devices = lines.iter().map(|line| self.device(line, lines));
        devices.filter(|device| !device.is_unknown()).collect()
    }

    /// Whether required IMEIs or serial numbers are missing. "IMEIs are needed for what is left."
    pub fn is_lacking(&self, label: &Label) -> bool {
        let lines = self.lines_left(label);
        self.marketplace().takes_imeis
            && lines.iter().any(|line| is_incomplete(line, &self.device(line, &lines)))
    }

    /// I10: nobody knows which of several entries is the line's, or which line's one is. `lines` are those that are, or were,
    /// sent with it.
    pub fn is_ambiguous(&self, line: &BasketLine, lines: &[BasketLine]) -> bool {
        let item = line.item;
        let has_several = |of, is_one: bool| {
            let count = match self.facts.list(of, item) {
                Some(list) => match of {
                    Entered::Imeis => crate::names::PHONES[list].len(),
                    Entered::Serials => crate::names::SERIALS[list].len(),
                },
                None => 0,
            };
            line.quantity == 1 && count > 1 && !is_one
        };
        let is_phone = self.facts.own_phone(item, needs_another(lines)).is_some();
        let is_of = |of, is_one| has_several(of, is_one) || self.facts.is_shared(of, item);
        line.needs_imei && is_of(Entered::Imeis, is_phone)
            || line.needs_serial && is_of(Entered::Serials, false)
    }

    /// "After the claim a line is late where its own list has no one phone, or one without the sent IMEI; where none was sent,
    /// where one counts now."
    pub fn is_imei_late(&self, lock: &Lock) -> bool {
        let another = needs_another(&lock.lines);
        lock.lines.iter().filter(|line| line.is_one_device()).any(|line| {
            let sent = lock.devices.iter().find(|sent| sent.item == line.item);
            let counting = self.device(line, &lock.lines);
            let is_imei_late = match sent.and_then(|sent| sent.imei) {
                Some(imei) => {
                    let own = self.facts.own_phone(line.item, another);
                    !own.is_some_and(|phone| phone.contains(&imei))
                }
                None => counting.imei.is_some(),
            };
            let is_serial_late = match sent.and_then(|sent| sent.serial) {
                Some(serial) => self.facts.own_serial(line.item) != Some(serial),
                None => counting.serial.is_some(),
            };
            line.needs_imei && is_imei_late || line.needs_serial && is_serial_late
        })
    }
}
