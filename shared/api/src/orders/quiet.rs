//! A feed of scans that is quiet (rule S4): one row in place of one for each parcel that is not scanned.

use super::OrdersCall;
use super::groups::Group;
use crate::problem::Problem;
use domain::{
    Attention, Moment, OrderKey, Partner, QUIET_FOR, QUIET_PACKAGES_MIN, QuietFeed, gather,
};
use flows::ports::{AttentionPlace, OrdersDesk, SeenPlace, UrgencyRange};
use serde_json::{Value, json};

/// How many orders of a partner are looked at. Where scans are missing, nearly each of the newest waits for one.
const NEWEST: u16 = 40;

/// The most orders that are looked at in all.
const LOOKED_AT_MAX: usize = 400;

impl<P: OrdersDesk> OrdersCall<'_, P> {
    /// The seller's feed of scans, where it is quiet. What is noted with the partners says so for most sellers, and no order is read
    /// for them; else the newest that are older than a day are, until enough of them wait.
    pub(super) async fn quiet_feed(
        &self,
        partners: &[Partner],
    ) -> Result<Option<QuietFeed>, Problem> {
        let now = self.desk.now();
        let Some(feed) = QuietFeed::of(partners, now) else { return Ok(None) };
        let (mut waiting, mut looked_at) = (0, 0);
        for partner in partners.iter().filter(|partner| partner.waits_for_scans()) {
            let keys = self.newest_before(partner, now.minus(QUIET_FOR)).await?;
            looked_at += keys.len();
            for stored in self.desk.orders(keys).await? {
                waiting += stored.order.waiting_in_silence(QUIET_FOR, now);
            }
            if waiting >= QUIET_PACKAGES_MIN {
                return Ok(Some(feed));
            }
            if looked_at >= LOOKED_AT_MAX {
                break;
            }
        }
        Ok(None)
    }

    /// The newest orders of a partner that were heard of before a moment.
    async fn newest_before(
        &self,
        partner: &Partner,
        before: Moment,
    ) -> Result<Vec<OrderKey>, Problem> {
        let after = "0".parse().ok().map(|order| SeenPlace { seen_at: before, order });
        let newest = self.desk.newest(&self.caller.seller, &partner.id, after, NEWEST);
        let (places, _) = newest.await?;
        Ok(gather(places.iter().map(|place| self.key(&partner.id, &place.order))))
    }

    /// A page of what needs a person, without what a quiet feed says in one row.
    pub(super) async fn places_beside_silence(
        &self,
        after: Option<AttentionPlace>,
        limit: u16,
    ) -> Result<(Vec<AttentionPlace>, bool), Problem> {
        let seller = &self.caller.seller;
        let [before, behind] = UrgencyRange::around(Attention::NoMovement);
        let mut found = Vec::new();
        if after.as_ref().is_none_or(|after| after.urgency <= before.to) {
            let (places, has_more) =
                self.desk.attention(seller, before, after.clone(), limit).await?;
            found = places;
            if has_more || found.len() >= usize::from(limit) {
                return Ok((found, true));
            }
        }
        let after = after.filter(|after| behind.has(after.urgency));
        let left = limit.saturating_sub(u16::try_from(found.len()).unwrap_or(limit));
        let (places, has_more) = self.desk.attention(seller, behind, after, left).await?;
        found.extend(places);
        Ok((found, has_more))
    }
}

/// Whether a quiet feed says what the group says.
pub(super) fn says_it_of(reason: Option<Attention>) -> bool {
    reason == Some(Attention::NoMovement)
}

/// A quiet feed as it is shown to people.
pub(super) fn quiet_view(feed: QuietFeed) -> Value {
    let since = feed.last_moved_on.map(Group::name_of);
    let says = match &since {
        Some(day) => format!(
            "No parcel is known to have set out since {day}, and {QUIET_PACKAGES_MIN} or more have waited for their first scan for over a day."
        ),
        None => format!(
            "No scan of a parcel has ever come, and {QUIET_PACKAGES_MIN} or more have waited for their first one for over a day."
        ),
    };
    json!({ "last_moved_on": since, "says": says, "advice": ADVICE })
}

/// What resolves it.
const ADVICE: &str = "Look whether the carriers' scans still come in: the source that sends them, then the dead letters of \
    `carrier-scan`. Ask whether the parcels were picked up. The row goes with the next first scan. Parcels that will never be scanned \
    can be sent by a person.";
