//! What needs a person, in groups of one partner, one reason and one day: whoever has ten thousand parcels that wait sees a handful
//! of rows. The keys of the index say all that a group needs, so no order is read for it.

use super::quiet::{quiet_view, says_it_of};
use super::{OrdersCall, cursor};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::route;
use domain::{Attention, Moment, PartnerId, Text};
use flows::ports::{AttentionOf, AttentionPlace, OrdersDesk, Urgency, UrgencyRange};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many places one query of the index brings.
const PAGE: u16 = 1_000;

/// The most places that are counted.
const PLACES_MAX: usize = 20_000;

/// The parameters that name a group.
pub(super) const PARAMETERS: [&str; 3] = ["partner_id", "reason", "day"];

/// The orders of one partner that need a person for one reason above all, and on one day of UTC: that of the ship-by, where it is
/// the reason, else that since when.
#[derive(Clone, Debug)]
pub(super) struct Group {
    partner: PartnerId,
    reason: Attention,
    day: Moment,
}

impl Group {
    /// The group that parameters name. They come together, or not at all.
    pub(super) fn of(parameters: [Option<String>; 3]) -> Result<Option<Self>, Problem> {
        let [partner, reason, day] = parameters;
        let (partner, reason, day) = match (partner, reason, day) {
            (None, None, None) => return Ok(None),
            (Some(partner), Some(reason), Some(day)) => (partner, reason, day),
            (None, _, _) => return Err(missing("partner_id")),
            (_, None, _) => return Err(missing("reason")),
            (_, _, None) => return Err(missing("day")),
        };
        let named = Attention::ALL.into_iter().find(|one| one.name() == reason);
        let Some(reason) = named else {
            let problem = format!("`{}` is not one of its values", Text::cut(&reason));
            return Err(
                Problem::wrong("reason", &problem).allowing(&Attention::ALL.map(Attention::name))
            );
        };
        Ok(Some(Self {
            partner: route::id("partner_id", &partner)?,
            reason,
            day: day_of(&day).ok_or_else(|| {
                Problem::wrong("day", &format!("`{}` is no day", Text::cut(&day)))
                    .allowing(&["a day of UTC, such as `2026-11-30`"])
            })?,
        }))
    }

    /// The reason that its orders have in common.
    pub(super) const fn reason(&self) -> Attention {
        self.reason
    }

    /// A day by its name.
    pub(super) fn name_of(day: Moment) -> String {
        let mut text = day.to_string();
        text.truncate("2026-11-30".len());
        text
    }

    fn range(&self) -> UrgencyRange {
        let at = |at| Urgency::of_reason(self.reason, at);
        let last = self.day.plus(DAY).minus(SignedDuration::from_millis(1));
        UrgencyRange { from: at(self.day), to: at(last) }
    }
}

/// A day of UTC.
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn missing(name: &str) -> Problem {
    Problem::wrong(name, "is missing: a group is named by all three").allowing(&PARAMETERS)
}

/// A day, such as `2026-11-30`.
fn day_of(text: &str) -> Option<Moment> {
    format!("{text}T00:00:00Z").parse().ok().filter(|day| Group::name_of(*day) == text)
}

/// A group as it is counted.
struct Counted {
    count: usize,
    first: Moment,
    last: Moment,
}

impl<P: OrdersDesk> OrdersCall<'_, P> {
    /// `GET /attention`.
    pub(super) async fn groups(&self) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let mut groups: BTreeMap<(u8, Moment, PartnerId), Counted> = BTreeMap::new();
        let (mut after, mut looked_at) = (None, 0);
        let is_complete = loop {
            let seller = &self.caller.seller;
            let page = self.desk.attention(seller, UrgencyRange::ALL, after, PAGE).await?;
            let (places, has_more) = page;
            looked_at += places.len();
            for AttentionPlace { urgency, partner, .. } in &places {
                let key = (urgency.rank(), urgency.at().day(), partner.clone());
                let one = Counted { count: 0, first: urgency.at(), last: urgency.at() };
                let group = groups.entry(key).or_insert(one);
                group.count += 1;
                group.last = urgency.at();
            }
            after = places.last().cloned();
            if !has_more || looked_at >= PLACES_MAX {
                break !has_more;
            }
        };
        let partners = self.desk.partners(&self.caller.seller).await?;
        let is_stopped = |id: &PartnerId| {
            partners.iter().any(|partner| partner.id == *id && partner.stopped.is_some())
        };
        let feed = self.quiet_feed(&partners).await?;
        let is_in_feed = |reason| feed.is_some() && says_it_of(reason);
        let (mut rows, mut silent) = (Vec::new(), Vec::new());
        for (key, counted) in groups {
            let into = if is_in_feed(reason_of(key.0)) { &mut silent } else { &mut rows };
            let is_stopped = is_stopped(&key.2);
            into.push(group_view(key, &counted, is_stopped));
        }
        let feed = feed.map(quiet_view).map(|mut view| {
            if let Some(fields) = view.as_object_mut() {
                fields.insert("groups".to_owned(), Value::from(silent));
            }
            view
        });
        Ok(Reply::ok(&json!({ "groups": rows, "quiet_feed": feed, "is_complete": is_complete })))
    }

    /// A page of a group, or of all that needs a person.
    pub(super) async fn places(
        &self,
        group: Option<&Group>,
        after: Option<AttentionPlace>,
        limit: u16,
    ) -> Result<(Vec<AttentionPlace>, bool), Problem> {
        let seller = &self.caller.seller;
        let Some(group) = group else {
            return Ok(self.desk.attention(seller, UrgencyRange::ALL, after, limit).await?);
        };
        let range = group.range();
        if after.as_ref().is_some_and(|after| !range.has(after.urgency)) {
            return Err(cursor::of_another_list());
        }
        // Partners share a reason and a day, so a page of the index may have few of one partner.
        let (mut found, mut after) = (Vec::new(), after);
        loop {
            let page = self.desk.attention(seller, range, after, PAGE).await?;
            let (places, mut has_more) = page;
            after = places.last().cloned();
            let own = places.into_iter().filter(|place| {
                place.partner == group.partner && matches!(place.of, AttentionOf::Order(_))
            });
            found.extend(own);
            if found.len() > usize::from(limit) {
                found.truncate(usize::from(limit));
                has_more = true;
            }
            if !has_more || found.len() >= usize::from(limit) {
                return Ok((found, has_more));
            }
        }
    }
}

fn reason_of(rank: u8) -> Option<Attention> {
    Attention::of_rank(usize::from(rank))
}

fn group_view(
    (rank, day, partner): (u8, Moment, PartnerId),
    counted: &Counted,
    is_stopped: bool,
) -> Value {
    let reason = match reason_of(rank) {
        Some(reason) => reason.name(),
        None if rank == Urgency::FIRST.rank() && is_stopped => "partner_stopped",
        None if rank == Urgency::FIRST.rank() => "partner_paused",
        None => "carrier_unlisted",
    };
    json!({ "partner_id": partner, "reason": reason, "rank": rank, "day": Group::name_of(day),
        "count": counted.count, "first_at": counted.first.to_string(),
        "last_at": counted.last.to_string() })
}
