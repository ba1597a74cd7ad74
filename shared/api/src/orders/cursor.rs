//! Cursors. A cursor is the place in a list where the next page begins, and nothing else. The token says whose list it is, so a
//! forged cursor leads only to another place in the caller's own list.

use crate::problem::Problem;
use crate::request::number;
use domain::{Moment, Text};
use flows::ports::{AttentionOf, AttentionPlace, ImeiPlace, SeenPlace, Urgency};

/// What stands between the parts of a cursor. No id has it.
const BETWEEN: char = '~';

/// The end of a cursor in a list of orders that lack an IMEI.
const IMEIS: &str = "imeis";

/// The most digits of a moment's milliseconds. They are enough for 30,000 years.
const MILLIS_DIGITS_MAX: usize = 15;

/// The most digits of an urgency: two of its rank, and those of its moment.
const URGENCY_DIGITS_MAX: usize = 16;

/// The most entries of a page.
const PAGE_MAX: u16 = 100;

/// How many entries a page has, unless the caller asks for another number.
const PAGE: u16 = 25;

pub(super) fn of_seen(place: &SeenPlace) -> String {
    format!("{}{BETWEEN}{}", place.seen_at.as_millis(), place.order)
}

/// The cursor of an order among those that lack an IMEI. Its end names the list, because this list is sorted by another moment
/// than the list of all orders.
pub(super) fn of_imeis(place: &ImeiPlace) -> String {
    format!("{}{BETWEEN}{}{BETWEEN}{IMEIS}", place.at.as_millis(), place.order)
}

pub(super) fn of_attention(place: &AttentionPlace) -> String {
    let of = match &place.of {
        AttentionOf::Partner => String::new(),
        AttentionOf::Order(order) => order.to_string(),
        AttentionOf::Carrier(form) => format!("{BETWEEN}{form}"),
    };
    format!("{}{BETWEEN}{}{BETWEEN}{of}", place.urgency.as_number(), place.partner)
}

pub(super) fn seen(cursor: Option<String>) -> Result<Option<SeenPlace>, Problem> {
    read(cursor, |parts| match parts {
        [at, order] => Some(SeenPlace { seen_at: moment(at)?, order: order.parse().ok()? }),
        _ => None,
    })
}

pub(super) fn imeis(cursor: Option<String>) -> Result<Option<ImeiPlace>, Problem> {
    read(cursor, |parts| match parts {
        [at, order, IMEIS] => Some(ImeiPlace { at: moment(at)?, order: order.parse().ok()? }),
        _ => None,
    })
}

pub(super) fn attention(cursor: Option<String>) -> Result<Option<AttentionPlace>, Problem> {
    read(cursor, |parts| {
        let (at, partner, of) = match parts {
            [at, partner, ""] => (at, partner, AttentionOf::Partner),
            [at, partner, order] => (at, partner, AttentionOf::Order(order.parse().ok()?)),
            [at, partner, "", form] => {
                let form = Text::try_from((*form).to_owned()).ok()?;
                (at, partner, AttentionOf::Carrier(form))
            }
            _ => return None,
        };
        Some(AttentionPlace { urgency: urgency(at)?, partner: partner.parse().ok()?, of })
    })
}

fn read<T>(
    cursor: Option<String>,
    place: impl FnOnce(&[&str]) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let parts: Vec<&str> = cursor.split(BETWEEN).collect();
    Ok(Some(place(&parts).ok_or_else(of_another_list)?))
}

/// The problem of a cursor that leads nowhere in the list.
pub(super) fn of_another_list() -> Problem {
    Problem::wrong("cursor", "is not one of this list").allowing(&["`cursor` of the page before"])
}

fn urgency(text: &str) -> Option<Urgency> {
    number(text).filter(|_| text.len() <= URGENCY_DIGITS_MAX).and_then(Urgency::from_number)
}

fn moment(text: &str) -> Option<Moment> {
    number(text).filter(|_| text.len() <= MILLIS_DIGITS_MAX).map(Moment::from_millis)
}

/// How many entries the page may have that a caller asks for.
pub(super) fn limit(limit: Option<String>) -> Result<u16, Problem> {
    let Some(text) = limit else { return Ok(PAGE) };
    number(&text).filter(|limit| (1..=PAGE_MAX).contains(limit)).ok_or_else(|| {
        Problem::wrong("limit", &format!("`{}` is not a page's length", Text::cut(&text)))
            .allowing(&[&format!("a number from 1 to {PAGE_MAX}")])
    })
}
