//! `PUT …/items/{item}/imeis`: a person enters the IMEIs of a line. The same input as the event `ImeiUpdated`, so they may
//! come before the label, too.

use super::body;
use super::orders::{changed, whole};
use super::request::Seen;
use super::{Call, Problem, Reply, Visit};
use adapters::flow::Start;
use adapters::ports::Desk;
use domain::{Imei, ImeiUpdated, Input, ItemId, Moment, OrderId, PartnerId};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// Most IMEIs of one line that are taken. Back Market carries one; more are kept for whoever enters them there by hand.
const IMEIS_MAX: usize = 20;

/// The list a body has. A refusal never repeats an IMEI.
fn entered(call: &Call) -> Result<BTreeSet<Imei>, Problem> {
    let put = body::read(call, &["imeis"])?;
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
    Ok(imeis)
}

impl<P: Desk> Visit<'_, P> {
    pub(super) async fn put_imeis(
        &self,
        partner: &PartnerId,
        order: &OrderId,
        item: &ItemId,
    ) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let imeis = entered(self.call)?;
        let seen = self.call.seen()?;
        let (key, partner) = self.key_at(partner, order).await?;
        let found = self.desk.order(&key).await?;
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
        Ok(whole(delivered.stored, &partner))
    }
}

/// The newest list wins, and a person has seen the former one: theirs is newer, also where another's clock is ahead.
fn after(former: Option<Moment>, now: Moment) -> Moment {
    former.map_or(now, |former| former.plus(SignedDuration::from_millis(1)).max(now))
}
