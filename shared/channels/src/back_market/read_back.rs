//! What Back Market holds of an order: its number, the states of its lines, their IMEIs and serial numbers.
//!
//! Source: B, `GET /ws/orders/{id}`. An order's own state is not looked at: there 3 means "to be shipped", and P saw
//! Back Market move it on by itself later.

use super::answers::verdict;
use crate::answer;
use crate::held_number;
use crate::marketplace::{Answer, Class};
use domain::{Device, Imei, ItemId, Reading, ShownImei, ShownImeis, Submission, Text};
use serde::Deserialize;

/// An order line that is shipped, and one that came back after it was. Source: B.
const SHIPPED: [u8; 2] = [3, 6];

/// Digits of an IMEI that may be shown. Source: rule I8.
const DIGITS_SHOWN: usize = 4;

/// `Order`, what we need of it.
#[derive(Deserialize)]
struct Order {
    #[serde(rename = "order_id")]
    id: u64,
    tracking_number: Option<String>,
    is_backship: Option<bool>,
    orderlines: Option<Vec<Line>>,
}

/// An order line. Source: B.
#[derive(Deserialize)]
struct Line {
    id: u64,
    state: Option<u8>,
    #[serde(flatten)]
    held: HeldLine,
}

/// What is registered at a line, for good. Source: B.
#[derive(Deserialize)]
pub(super) struct HeldLine {
    imei: Option<String>,
    serial_number: Option<String>,
}

impl HeldLine {
    /// The IMEI without blanks and hyphens; `None` when there is none.
    fn imei(&self) -> Option<String> {
        plain(self.imei.as_deref()?, |c| !c.is_whitespace() && c != '-')
    }

    /// The serial number without blanks; `None` when there is none.
    fn serial(&self) -> Option<String> {
        plain(self.serial_number.as_deref()?, |c| !c.is_whitespace())
    }

    /// What is there beside what is to be there; `None` when there is nothing. Both must agree where both are to be there.
    pub(super) fn shows(&self, device: Option<&Device>) -> Option<ShownImei> {
        let imei = device.and_then(|device| device.imei.as_ref());
        let serial = device.and_then(|device| device.serial.as_ref());
        let (held_imei, held_serial) = (self.imei(), self.serial());
        let is_our_imei = imei.is_some() && held_imei.as_deref() == imei.map(Imei::as_str);
        let is_our_serial = serial.zip(held_serial.as_ref()).is_some_and(|(ours, held)| {
            // The case is ours, and may be theirs.
            ours.as_str().eq_ignore_ascii_case(held)
        });
        // Where we have only one of the two, the other one's field is none of ours.
        let is_other_imei =
            held_imei.is_some() && !is_our_imei && (imei.is_some() || serial.is_none());
        let is_other_serial =
            held_serial.is_some() && !is_our_serial && (serial.is_some() || imei.is_none());
        match (is_our_imei, is_our_serial) {
            _ if is_other_imei || is_other_serial => Some(ShownImei::Another),
            (false, false) => None,
            (true, false) if serial.is_some() => Some(ShownImei::OnlyImei),
            (false, true) if imei.is_some() => Some(ShownImei::OnlySerial),
            (true | false, true | false) => Some(ShownImei::Ours),
        }
    }
}

fn plain(held: &str, is_kept: impl Fn(char) -> bool) -> Option<String> {
    let plain: String = held.chars().filter(|c| is_kept(*c)).collect();
    Some(plain).filter(|plain| !plain.is_empty())
}

impl Order {
    fn number(&self) -> Option<&str> {
        self.tracking_number.as_deref().map(str::trim).filter(|number| !number.is_empty())
    }

    /// Whether a line has shipped: all lines ship together. `None` when no line says where it stands.
    fn has_shipped(&self) -> Option<bool> {
        let mut states = self.orderlines.iter().flatten().filter_map(|line| line.state).peekable();
        states.peek()?;
        Some(states.any(|state| SHIPPED.contains(&state)))
    }

    /// The IMEIs and serial numbers at the lines, beside those of the submission. B: one in the confirmation counts only where
    /// *the order* has one line of quantity 1, which we cannot know from the labels, so what came of it is read here.
    fn devices(&self, submission: &Submission) -> ShownImeis {
        let shown = |line: &Line| {
            let id: ItemId = line.id.to_string().parse().ok()?;
            let shown = line.held.shows(submission.devices.get(&id))?;
            Some((id, shown))
        };
        self.orderlines.iter().flatten().filter_map(shown).collect()
    }

    /// Whether nothing speaks against it.
    fn may_have_shipped(&self) -> bool {
        self.has_shipped() != Some(false)
    }
}

fn unreadable(answer: &Answer, why: &str) -> Reading {
    Reading::Unreadable(answer::unquoted_verdict(answer, Class::Unknown, why).not_applied())
}

/// The order in the answer, or why there is none.
fn order(answer: &Answer, devices: impl IntoIterator<Item = Device>) -> Result<Order, Reading> {
    if answer.status != 200 {
        return Err(Reading::Unreadable(verdict(&[], answer, devices).not_applied()));
    }
    answer::body(answer).ok_or_else(|| unreadable(answer, "the answer is not an order"))
}

/// What Back Market holds for this submission. Number and lines must agree; while they do not, it is read again.
pub(super) fn found(answer: &Answer, submission: &Submission) -> Reading {
    let order = match order(answer, submission.devices.values().cloned()) {
        Ok(order) => order,
        Err(reading) => return reading,
    };
    if submission.order.as_str().parse() != Ok(order.id) {
        return unreadable(answer, "the answer is about another order");
    }
    match order.number() {
        // Back Market's own label, made when the line was accepted: that it has a number does not say that it shipped.
        Some(_) if order.is_backship == Some(true) && order.has_shipped() == Some(false) => {
            Reading::Absent
        }
        None if order.has_shipped() == Some(true) => {
            unreadable(answer, "a line is shipped, without a tracking number so far")
        }
        None => Reading::Absent,
        Some(number) if !submission.tracking.key().is_in(number) => {
            Reading::Other(held_number::shown(number))
        }
        Some(_) if order.may_have_shipped() => Reading::Ours(order.devices(submission)),
        Some(_) => {
            unreadable(answer, "our tracking number is there, but no line is shipped so far")
        }
    }
}

/// What Back Market holds as this line's IMEI and serial number. Another one is shown masked.
pub(super) fn device_found(answer: &Answer, line: &ItemId, device: &Device) -> Reading {
    let order = match order(answer, [device.clone()]) {
        Ok(order) => order,
        Err(reading) => return reading,
    };
    let lines = order.orderlines.unwrap_or_default();
    let Some(found) = lines.into_iter().find(|held| line.as_str().parse() == Ok(held.id)) else {
        return unreadable(answer, "the answer's order has no such line");
    };
    match found.held.shows(Some(device)) {
        None => Reading::Absent,
        Some(ShownImei::Ours) => Reading::OURS,
        Some(part @ (ShownImei::OnlyImei | ShownImei::OnlySerial)) => {
            Reading::Ours(ShownImeis::from([(line.clone(), part)]))
        }
        Some(ShownImei::Another) => {
            let ours = device.imei.as_ref().map(Imei::as_str);
            let imei = found.held.imei().filter(|held| Some(held.as_str()) != ours);
            Reading::Other(masked(&imei.or_else(|| found.held.serial()).unwrap_or_default()))
        }
    }
}

/// Whatever is in place of ours may be an IMEI or a serial number, valid or not.
fn masked(held: &str) -> Text {
    let hidden = held.chars().count().saturating_sub(DIGITS_SHOWN);
    let shown: String =
        held.chars().enumerate().map(|(at, c)| if at < hidden { '*' } else { c }).collect();
    Text::cut(&shown)
}
