//! Cursors: where a list goes on. One holds a position and nothing else; whose list it is, the token says, so that a
//! forged one leads nowhere but to another place of one's own.

use super::problem::Problem;
use super::request::number;
use domain::Moment;
use flows::ports::{AttentionPlace, ImeiPlace, SeenPlace};

/// What stands between the parts; no id has it.
const BETWEEN: char = '~';

/// What a cursor of orders that lack an IMEI ends in.
const IMEIS: &str = "imeis";

/// Most digits of a moment's milliseconds: enough for 30,000 years.
const MILLIS_DIGITS_MAX: usize = 15;

/// Largest page, and the usual one.
const PAGE_MAX: u16 = 100;
const PAGE: u16 = 25;

pub(super) fn of_seen(place: &SeenPlace) -> String {
    format!("{}{BETWEEN}{}", place.seen_at.as_millis(), place.order)
}

/// An order's place among those that lack an IMEI: named, for it is sorted by another moment than the list of all.
pub(super) fn of_imeis(place: &ImeiPlace) -> String {
    format!("{}{BETWEEN}{}{BETWEEN}{IMEIS}", place.at.as_millis(), place.order)
}

pub(super) fn of_attention(place: &AttentionPlace) -> String {
    let order = place.order.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{}{BETWEEN}{}{BETWEEN}{order}", place.since.as_millis(), place.partner)
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
    read(cursor, |parts| match parts {
        [at, partner, order] => {
            let order = if order.is_empty() { None } else { Some(order.parse().ok()?) };
            Some(AttentionPlace { since: moment(at)?, partner: partner.parse().ok()?, order })
        }
        _ => None,
    })
}

fn read<T>(
    cursor: Option<String>,
    place: impl FnOnce(&[&str]) -> Option<T>,
) -> Result<Option<T>, Problem> {
    let Some(cursor) = cursor else { return Ok(None) };
    let parts: Vec<&str> = cursor.split(BETWEEN).collect();
    let place = place(&parts).ok_or_else(|| {
        Problem::wrong("cursor", "is not one of this list")
            .allowing(&["`cursor` of the page before"])
    })?;
    Ok(Some(place))
}

fn moment(text: &str) -> Option<Moment> {
    number(text).filter(|_| text.len() <= MILLIS_DIGITS_MAX).map(Moment::from_millis)
}

/// How many a page may have.
pub(super) fn limit(limit: Option<String>) -> Result<u16, Problem> {
    let Some(text) = limit else { return Ok(PAGE) };
    number(&text).filter(|limit| (1..=PAGE_MAX).contains(limit)).ok_or_else(|| {
        Problem::wrong("limit", "is not a page's length")
            .allowing(&[&format!("a number from 1 to {PAGE_MAX}")])
    })
}
