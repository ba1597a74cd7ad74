//! `PUT …/items/{item}/imeis`: a person enters the IMEIs of a line. They become the same input as those of the event
//! `ImeiUpdated`, so they may come before the label, too.

use super::body;
use super::orders::changed;
use super::request::Seen;
use super::{Call, Problem, Reply, SellerCall};
use domain::{Imei, ImeiList, ImeiUpdated, Input, ItemId, Moment, OrderId, OrderKey, PartnerId};
use flows::Start;
use flows::ports::{Desk, Stored};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// The most IMEIs of one line that are taken. Back Market takes one. More are kept for whoever enters them there by hand.
const IMEIS_MAX: usize = 20;

/// What a person entered.
struct Entered {
    imeis: BTreeSet<Imei>,
    /// Whether the person means these IMEIs although another line has one of them.
    is_meant: bool,
}

/// Reads what a person entered. A refusal never repeats an IMEI.
fn entered(call: &Call) -> Result<Entered, Problem> {
    let put = body::read(call, &["imeis", "is_meant"])?;
    let mut imeis = BTreeSet::new();
    for (place, value) in put.list("imeis", 0..=IMEIS_MAX)?.iter().enumerate() {
        let wrong = |problem: &str| {
            Problem::wrong(&format!("imeis[{place}]"), problem)
                .allowing(&["15 digits, the last a check digit"])
        };
        let text = value.as_str().ok_or_else(|| wrong("is not a text"))?;
        let imei = text.parse::<Imei>().map_err(|error| wrong(&format!("is {error}")))?;
        if !imeis.insert(imei) {
            return Err(wrong("is there twice"));
        }
    }
    Ok(Entered { imeis, is_meant: put.flag("is_meant")? })
}

impl<P: Desk> SellerCall<'_, P> {
    pub(super) async fn put_imeis(
        &self,
        partner: &PartnerId,
        order: &OrderId,
        item: &ItemId,
    ) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let Entered { imeis, is_meant } = entered(self.call)?;
        let seen = self.call.seen()?;
        let (key, partner) = self.key_at(partner, order).await?;
        let found = self.desk.order(&key).await?;
        if let (Seen::Version(version), Some(stored)) = (seen, &found)
            && stored.version.0 != version
        {
            return Err(changed(&key, Some(stored)));
        }
        for imei in &imeis {
            self.not_elsewhere((&key, item), imei, is_meant).await?;
        }
        let former = found.as_ref().and_then(|stored| stored.order.imeis.get(item));
        let input = Input::Imei(ImeiUpdated {
            seller_id: key.seller.clone(),
            partner_id: key.partner.clone(),
            order_id: key.order.clone(),
            item_id: item.clone(),
            imeis,
            updated_at: after(former.map(|list| list.updated_at), self.desk.now()),
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

impl<P: Desk> SellerCall<'_, P> {
    /// Refuses an IMEI that another line has, unless the person means it: the commonest slip of a scanner is one phone twice.
    /// The IMEI is noted before it is looked for, and before anything else is done. So of two people who enter it, the second
    /// one is asked.
    async fn not_elsewhere(
        &self,
        (key, item): (&OrderKey, &ItemId),
        imei: &Imei,
        is_meant: bool,
    ) -> Result<(), Problem> {
        let noted = self.desk.note_imei(key, imei).await?;
        if is_meant {
            return Ok(());
        }
        let of_others = |stored: &Stored| {
            let is_other =
                |(its, _): &(&ItemId, &ImeiList)| stored.order.key != *key || *its != item;
            let mut lists = stored.order.imeis.iter().filter(is_other);
            let list = lists.find(|(_, list)| list.imeis.contains(imei)).map(|(_, list)| list)?;
            Some(twice(&stored.order.key, imei, list))
        };
        let orders = self.desk.orders(noted).await?;
        orders.iter().find_map(of_others).map_or(Ok(()), Err)
    }
}

/// The problem of an IMEI that another line has. It says which line, since when, and by whom.
fn twice(other: &OrderKey, imei: &Imei, list: &ImeiList) -> Problem {
    let ending: String = imei.masked().chars().filter(char::is_ascii_digit).collect();
    let by = list.updated_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
    let (order, partner, at) = (&other.order, &other.partner, list.updated_at);
    Problem::Impossible {
        field: "imeis".to_owned(),
        detail: format!(
            "the IMEI ending in {ending} was saved for order `{order}` of `{partner}`{by} at {at}; \
             say `is_meant` if it is this line's, too"
        ),
        allowed: vec!["with `is_meant`: true".to_owned()],
    }
}

/// The time of a list that a person enters. The newest list wins, and the person has seen the former one, so theirs must be
/// newer even where another clock is ahead.
fn after(former: Option<Moment>, now: Moment) -> Moment {
    former.map_or(now, |former| former.plus(SignedDuration::from_millis(1)).max(now))
}
