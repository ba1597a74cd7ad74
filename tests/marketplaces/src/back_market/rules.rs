//! Back Market's rules for an order and its lines: the state machine, and the values that a seller can register only
//! once.

use super::body::{LineUpdate, OrderUpdate};
use super::options::ImeiOfSeveral;
use super::orders::{BackMarketHeld, LineState, Orderline};
use super::wording::{Refusal, transition_refused};

/// Checks whether Back Market may apply the update to the order.
pub(super) fn check_update(
    held: &BackMarketHeld,
    update: &OrderUpdate,
    imei_of_several: ImeiOfSeveral,
) -> Result<(), Refusal> {
    let refuse = |message: String| Err(Refusal::invalid(400, message));
    if update.new_state == LineState::Shipped {
        check_shipment(held, update)?;
    } else if !held.orderlines.iter().any(|line| Some(&line.sku) == update.sku.as_ref()) {
        // A third party observed this refusal for state 2. For the states 4, 5 and 6 it is inferred.
        return refuse("sku not found".to_owned());
    }
    let mut moving = held.orderlines.iter().filter(|line| update.applies_to(line)).peekable();
    if moving.peek().is_none() {
        return refuse(format!("order {} has no orderline that can be shipped", held.id));
    }
    for line in moving {
        if !line.state.next().contains(&update.new_state) {
            return refuse(transition_refused(line.id, line.state, update.new_state));
        }
    }
    check_line_of_update(held, update, imei_of_several)
}

fn check_shipment(held: &BackMarketHeld, update: &OrderUpdate) -> Result<(), Refusal> {
    if held.is_backship {
        let message = format!("order {} is shipped with a label of Back Market", held.id);
        return Err(Refusal::invalid(400, message));
    }
    if update.tracking_number.is_none() {
        return Err(Refusal::invalid(400, "tracking_number is required for new_state 3"));
    }
    // Whether the real Back Market requires a shipper is unverified.
    if update.shipper.is_none() {
        return Err(Refusal::invalid(400, "shipper is required for new_state 3"));
    }
    Ok(())
}

/// Checks the IMEI and the serial number of an update. Only an order with a single line of one piece can take them,
/// because an update does not say which piece they belong to.
fn check_line_of_update(
    held: &BackMarketHeld,
    update: &OrderUpdate,
    imei_of_several: ImeiOfSeveral,
) -> Result<(), Refusal> {
    if update.line.imei.is_none() && update.line.serial_number.is_none() {
        return Ok(());
    }
    match (held.single_piece(), imei_of_several) {
        (Some(line), _) => check_registered(line, &update.line, 400),
        (None, ImeiOfSeveral::Ignore) => Ok(()),
        (None, ImeiOfSeveral::Refuse) => {
            let message = "imei and serial_number need exactly one orderline with quantity 1";
            Err(Refusal::invalid(400, message))
        }
    }
}

/// Checks whether Back Market may apply the registration to the line.
pub(super) fn check_registration(line: &Orderline, update: &LineUpdate) -> Result<(), Refusal> {
    // One field cannot hold the IMEIs of several pieces. That the real Back Market refuses this is inferred.
    if line.quantity > 1 {
        let message = format!("orderline {} has quantity {}", line.id, line.quantity);
        return Err(Refusal::invalid(422, message));
    }
    check_registered(line, update, 422)
}

/// Refuses to register what is already registered. That this includes an equal value is inferred.
fn check_registered(line: &Orderline, update: &LineUpdate, status: u16) -> Result<(), Refusal> {
    let already_registered = |name: &str| {
        let message = format!("orderline {}: {name} is already registered", line.id);
        Err(Refusal::invalid(status, message))
    };
    if update.imei.is_some() && line.imei.is_some() {
        return already_registered("imei");
    }
    if update.serial_number.is_some() && line.serial_number.is_some() {
        return already_registered("serial_number");
    }
    // A device without an IMEI can be told by its serial number only. That an update with an IMEI alone is refused is inferred.
    if line.wants_serial && line.serial_number.is_none() && update.serial_number.is_none() {
        let message = format!("orderline {}: serial_number is required", line.id);
        return Err(Refusal::invalid(status, message));
    }
    Ok(())
}
