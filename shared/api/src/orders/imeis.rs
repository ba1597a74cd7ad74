//! `PUT …/items/{item}/imeis`: a person enters the IMEIs or serial numbers of a line. They become the same input as those of the event
//! `ImeiUpdated`, so they may come before the label, too.

use super::OrdersCall;
use super::found::changed;
use crate::body;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::request::{Call, Seen};
use domain::{
    DeviceId, EnteredList, Imei, ImeiUpdated, Input, ItemId, Moment, Order, OrderId, OrderKey,
    PartnerId, Phone, Serial,
};
use flows::Start;
use flows::ports::{OrdersDesk, Stored};
use jiff::SignedDuration;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Display;
use std::str::FromStr;

/// The most IMEIs, and the most serial numbers, of one line that are taken. Back Market takes one of each. More are kept for
/// whoever enters them there by hand.
const ENTRIES_MAX: usize = 20;

/// What a person entered.
struct Entered {
    imeis: Option<Vec<Phone>>,
    serials: Option<Vec<Serial>>,
    /// Whether the person means them although another line has one of them.
    is_meant: bool,
}

impl Entered {
    /// Reads what a person entered. A refusal never repeats an IMEI or a serial number.
    fn of(call: &Call) -> Result<Self, Problem> {
        let put = body::read(call, &["imeis", "serials", "is_meant"])?;
        let imeis = entries(
            &put,
            "imeis",
            "15 digits, the last a check digit; two of a phone with a slash between",
        )?;
        let serials = entries(&put, "serials", "1 to 50 letters and digits, with - / and .")?;
        if imeis.is_none() && serials.is_none() {
            let right = ["a list in imeis, in serials, or in both"];
            return Err(Problem::wrong("imeis", "is missing").allowing(&right));
        }
        let entered = Self { imeis, serials, is_meant: put.flag("is_meant")? };
        let mut seen = BTreeSet::new();
        if let Some(Placed { kind, place, .. }) =
            entered.ids().find(|placed| !seen.insert(placed.id.clone()))
        {
            return Err(Problem::wrong(&format!("{kind}[{place}]"), "is there twice"));
        }
        Ok(entered)
    }

    /// Every IMEI and serial number of it, with the field and the place where it is.
    fn ids(&self) -> impl Iterator<Item = Placed> {
        let phones = self.imeis.iter().flatten().enumerate();
        let imeis = phones.flat_map(|(place, phone)| {
            let id = |imei: &Imei| DeviceId::Imei(imei.clone());
            phone.imeis().map(move |imei| Placed { kind: "imeis", place, id: id(imei) })
        });
        let serials = self.serials.iter().flatten().enumerate().map(|(place, serial)| Placed {
            kind: "serials",
            place,
            id: DeviceId::Serial(serial.clone()),
        });
        imeis.chain(serials)
    }
}

/// An IMEI or a serial number, and where it is in the body.
struct Placed {
    kind: &'static str,
    place: usize,
    id: DeviceId,
}

fn entries<T: FromStr<Err: Display>>(
    put: &body::Fields,
    name: &str,
    right: &str,
) -> Result<Option<Vec<T>>, Problem> {
    if !put.has(name) {
        return Ok(None);
    }
    let read = |(place, value): (usize, &Value)| {
        let wrong =
            |problem: &str| Problem::wrong(&format!("{name}[{place}]"), problem).allowing(&[right]);
        let text = value.as_str().ok_or_else(|| wrong("is not a text"))?;
        text.parse::<T>().map_err(|error| wrong(&format!("is {error}")))
    };
    put.list(name, 0..=ENTRIES_MAX)?
        .iter()
        .enumerate()
        .map(read)
        .collect::<Result<_, _>>()
        .map(Some)
}

impl<P: OrdersDesk> OrdersCall<'_, P> {
    pub(super) async fn put_imeis(
        &self,
        partner: &PartnerId,
        order: &OrderId,
        item: &ItemId,
    ) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let entered = Entered::of(self.call)?;
        let seen = self.call.seen()?;
        let (key, partner) = self.key_at(partner, order).await?;
        let found = self.desk.order(&key).await?;
        if let (Seen::Version(version), Some(stored)) = (seen, &found)
            && stored.version.0 != version
        {
            return Err(changed(&key, Some(stored)));
        }
        for placed in entered.ids() {
            self.not_elsewhere((&key, item), &placed, entered.is_meant).await?;
        }
        let former = found.as_ref().and_then(|stored| {
            let Order { imeis, serials, .. } = &stored.order;
            let serials = serials.get(item).map(|list| list.updated_at);
            imeis.get(item).map(|list| list.updated_at).max(serials)
        });
        let input = Input::Imei(ImeiUpdated {
            seller_id: key.seller.clone(),
            partner_id: key.partner.clone(),
            order_id: key.order.clone(),
            item_id: item.clone(),
            imeis: entered.imeis,
            serials: entered.serials,
            updated_at: after(former, self.desk.now()),
            updated_by: Some(self.caller.person.clone()),
        });
        let delivered = match (seen, found) {
            (Seen::Version(version), Some(stored)) => {
                self.step_exactly(version, stored, input).await?
            }
            (Seen::Version(_) | Seen::There, None) => return Err(changed(&key, None)),
            (Seen::Unsaid | Seen::There, Some(stored)) => {
                self.step(&key, Start::At(Box::new(stored)), input).await?
            }
            (Seen::Unsaid, None) => {
                self.step(&key, Start::New(partner.settings.channel()), input).await?
            }
        };
        self.whole(delivered, &partner).await
    }
}

impl<P: OrdersDesk> OrdersCall<'_, P> {
    /// Refuses what another line has, unless the person means it: the commonest slip of a scanner is one phone twice. It is noted
    /// before it is looked for, and before anything else is done. So of two people who enter it, the second one is asked.
    async fn not_elsewhere(
        &self,
        (key, item): (&OrderKey, &ItemId),
        entered: &Placed,
        is_meant: bool,
    ) -> Result<(), Problem> {
        let noted = self.desk.note_device(key, &entered.id).await?;
        if is_meant {
            return Ok(());
        }
        let of_others = |Stored { order, .. }: &Stored| {
            let is_other = |its: &&ItemId| order.key != *key || *its != item;
            let other = order.lines_with(&entered.id).find(is_other)?;
            Some(twice(order, other, entered))
        };
        let orders = self.desk.orders(noted).await?;
        orders.iter().find_map(of_others).map_or(Ok(()), Err)
    }
}

/// The problem of an IMEI or a serial number that another line has. It says which order, since when, and by whom.
fn twice(other: &Order, line: &ItemId, entered: &Placed) -> Problem {
    let (what, saved) = match &entered.id {
        DeviceId::Imei(imei) => {
            (format!("IMEI ending in {}", imei.last_four()), other.imeis.get(line).map(saved))
        }
        DeviceId::Serial(serial) => {
            let what = format!("serial number ending in {}", serial.last_four());
            (what, other.serials.get(line).map(saved))
        }
    };
    let OrderKey { order, partner, .. } = &other.key;
    Problem::Impossible {
        field: entered.kind.to_owned(),
        detail: format!(
            "the {what} was saved for order `{order}` of `{partner}`{}; say `is_meant` if it is this line's, too",
            saved.unwrap_or_default()
        ),
        allowed: vec!["with `is_meant`: true".to_owned()],
    }
}

/// By whom a list was saved, and when.
fn saved<T>(list: &EnteredList<T>) -> String {
    let by = list.updated_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    format!("{by} at {}", list.updated_at)
}

/// The time of a list that a person enters. The newest list wins, and the person has seen the former one, so theirs must be
/// newer even where another clock is ahead.
fn after(former: Option<Moment>, now: Moment) -> Moment {
    former.map_or(now, |former| former.plus(SignedDuration::from_millis(1)).max(now))
}
