//! What Back Market lets happen to an order and its lines: the state machine, and what is registered for good.

use super::body::{LineUpdate, OrderUpdate};
use super::options::ImeiOfSeveral;
use super::orders::{BackMarketHeld, LineState, Orderline};
use super::wording::{Refusal, transition_refused};

/// Whether the update may be applied to the order.
pub(super) fn check_update(
    held: &BackMarketHeld,
    update: &OrderUpdate,
    imei_of_several: ImeiOfSeveral,
) -> Result<(), Refusal> {
    let refuse = |message: String| Err(Refusal::invalid(400, message));
    if update.new_state == LineState::Shipped {
        check_shipment(held, update)?;
    } else if !held.orderlines.iter().any(|line| Some(&line.sku) == update.sku.as_ref()) {
        // Observed by a third party for state 2; inferred for 4, 5 and 6.
        return refuse("sku not found".to_owned());
    }
    let mut moved = held.orderlines.iter().filter(|line| update.is_for(line)).peekable();
    if moved.peek().is_none() {
        return refuse(format!("order {} has no orderline that can be shipped", held.id));
    }
    for line in moved {
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
    // Whether the real one insists on it is unverified.
    if update.shipper.is_none() {
        return Err(Refusal::invalid(400, "shipper is required for new_state 3"));
    }
    Ok(())
}

/// An update carries an IMEI or a serial number only for one line of one piece: otherwise nobody knows whose it is.
fn check_line_of_update(
    held: &BackMarketHeld,
    update: &OrderUpdate,
    imei_of_several: ImeiOfSeveral,
) -> Result<(), Refusal> {
    if update.line.imei.is_none() && update.line.serial_number.is_none() {
        return Ok(());
    }
    match (held.only_piece(), imei_of_several) {
        (Some(line), _) => check_registered(line, &update.line, 400),
        (None, ImeiOfSeveral::Ignore) => Ok(()),
        (None, ImeiOfSeveral::Refuse) => {
            let message = "imei and serial_number need exactly one orderline with quantity 1";
            Err(Refusal::invalid(400, message))
        }
    }
}

/// Whether the registration may be applied to the line.
pub(super) fn check_registration(line: &Orderline, update: &LineUpdate) -> Result<(), Refusal> {
    // One field cannot carry several; that the real one refuses to try is inferred.
    if line.quantity > 1 {
        let message = format!("orderline {} has quantity {}", line.id, line.quantity);
        return Err(Refusal::invalid(422, message));
    }
    check_registered(line, update, 422)
}

/// What is registered cannot be corrected, not even to the same value (the latter is inferred).
fn check_registered(line: &Orderline, update: &LineUpdate, status: u16) -> Result<(), Refusal> {
    let taken = |name: &str| {
        let message = format!("orderline {}: {name} is already registered", line.id);
        Err(Refusal::invalid(status, message))
    };
    if update.imei.is_some() && line.imei.is_some() {
        return taken("imei");
    }
    if update.serial_number.is_some() && line.serial_number.is_some() {
        return taken("serial_number");
    }
    Ok(())
}
