//! A partner is deleted, with its orders, its credentials and all that lies beside it. The deletion is begun once, which takes the
//! partner out of every flow at once. What is left is then deleted call by call, as much as a call has time for, so that it can be
//! gone on with at any time.

use super::SettingsCall;
use super::partners::lost;
use crate::problem::Problem;
use crate::reply::Reply;
use domain::{
    DELETION_AT_LEAST, Departure, DepartureProgress, FieldChange, ID_IS_TAKEN_FOR, OrderKey,
    Partner, PartnerId,
};
use flows::ports::{SaveError, SettingsDesk, Stored};
use futures_util::{StreamExt as _, stream};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// How long a call goes on with a deletion. The gateway waits for 19 seconds, and what is begun must end.
const CALL_LASTS: SignedDuration = SignedDuration::from_secs(8);

/// How many orders are read together.
const CHUNK: u16 = 50;

/// How many of them are deleted at a time.
const CONCURRENT: usize = 8;

/// The most orders that are looked at before a deletion.
const LOOKED_AT_MAX: u16 = 1_000;

/// What is said before a deletion.
const WARNINGS: [&str; 4] = [
    "Nothing of it is sent from now on, also what waits.",
    "Its orders, with all IMEIs, its settings, its carriers and its credentials are deleted for good. Nobody can restore them.",
    "Tracking numbers and digests of IMEIs are forgotten within 180 days, the log of its changes within two years.",
    "Its ID is free again after 180 days: until then labels that are told again would be confirmed twice.",
];

/// What is to be said of a partner's orders before they are deleted.
#[derive(Clone, Copy, Default)]
struct Preview {
    orders: usize,
    unsent: usize,
    under_way: usize,
    is_complete: bool,
}

impl<P: SettingsDesk> SettingsCall<'_, P> {
    /// `GET /partners/{partner}/deletion`: what a deletion means, or how far it is.
    pub(super) async fn deletion(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        if let Some(partner) = self.desk.partner(&self.caller.seller, id).await? {
            let preview = self.preview(&partner).await?;
            return Ok(Reply::ok(&preview_view(&partner, preview)).tagged(partner.version));
        }
        let departure = self.departure(id).await?;
        Ok(Reply::ok(&progress_view(&departure)))
    }

    /// `DELETE /partners/{partner}`: begins its deletion.
    pub(super) async fn delete_partner(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let Some(version) = self.call.if_match()? else {
            return Err(Problem::Required("If-Match with the ETag that was read"));
        };
        let partner = self.known(id).await?;
        if partner.version != version {
            return Err(lost(&partner));
        }
        let Preview { under_way, .. } = self.preview(&partner).await?;
        if under_way > 0 && partner.stopped.is_none() {
            return Err(Problem::Impossible {
                field: "partner".to_owned(),
                detail: format!(
                    "{under_way} packages of it are being sent or in doubt; wait until each is settled, or settle it"
                ),
                allowed: vec![
                    "no package being sent or in doubt, or a partner that is stopped".to_owned(),
                ],
            });
        }
        let departure = Departure {
            seller: partner.seller.clone(),
            partner: id.clone(),
            progress: DepartureProgress {
                name: partner.name.clone(),
                channel: partner.settings.channel(),
                at: self.desk.now(),
                by: self.caller.person.clone(),
                orders: 0,
                done_at: None,
            },
        };
        match self.desk.begin_departure(&partner, &departure).await {
            Ok(()) => {}
            Err(SaveError::Stale(_)) => return Err(lost(&self.known(id).await?)),
            Err(SaveError::Store(error)) => return Err(error.into()),
        }
        self.keep_change(&partner, vec![FieldChange::new("partner", Some(id.as_str()), None)])
            .await;
        self.desk.delete_secret(&self.secret_name(id, partner.settings.channel())).await?;
        let reply = Reply::ok(&progress_view(&departure));
        Ok(Reply { status: 202, ..reply })
    }

    /// `POST /partners/{partner}/deletion`: goes on with its deletion, as far as a call has time.
    pub(super) async fn go_on_deleting(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        if self.desk.partner(&self.caller.seller, id).await?.is_some() {
            return Err(Problem::Impossible {
                field: "partner".to_owned(),
                detail: format!("the deletion of `{id}` is not begun"),
                allowed: vec!["first DELETE /partners/{partner}".to_owned()],
            });
        }
        let mut departure = self.departure(id).await?;
        if departure.progress.done_at.is_some() {
            return Ok(Reply::ok(&progress_view(&departure)));
        }
        let until = self.desk.now().plus(CALL_LASTS);
        let mut is_empty = false;
        while !is_empty && self.desk.now() < until {
            let (deleted, has_some) = self.delete_chunk(id).await?;
            is_empty = !has_some;
            departure.progress.orders = departure.progress.orders.saturating_add(deleted);
            if deleted == 0 {
                break;
            }
        }
        let now = self.desk.now();
        if is_empty && now >= departure.progress.at.plus(DELETION_AT_LEAST) {
            let channel = departure.progress.channel;
            self.desk.delete_secret(&self.secret_name(id, channel)).await?;
            self.desk.delete_beside(&self.caller.seller, id).await?;
            departure.progress.done_at = Some(now);
        }
        self.desk.save_departure(&departure).await?;
        Ok(Reply::ok(&progress_view(&departure)))
    }

    /// Deletes some orders. Returns how many, and whether the index had any. What is just being sent stays for another call.
    async fn delete_chunk(&self, id: &PartnerId) -> Result<(u64, bool), Problem> {
        let (places, _) = self.desk.newest(&self.caller.seller, id, None, CHUNK).await?;
        let keys = places.iter().map(|place| self.key(id, &place.order)).collect();
        let orders = self.desk.orders(keys).await?;
        let free = orders.iter().filter(|stored| !is_being_sent(stored));
        let deletions = stream::iter(free.map(|stored| self.desk.delete_order(stored)));
        let done: Vec<_> = deletions.buffer_unordered(CONCURRENT).collect().await;
        let mut count = 0;
        for is_deleted in done {
            count += u64::from(is_deleted?);
        }
        Ok((count, !places.is_empty()))
    }

    async fn departure(&self, id: &PartnerId) -> Result<Departure, Problem> {
        let all = self.desk.departures(&self.caller.seller).await?;
        let found = all.into_iter().find(|departure| departure.partner == *id);
        found.ok_or_else(|| Problem::not_there("partner", id))
    }

    /// It is a problem if a partner of this id was deleted lately.
    pub(super) async fn id_is_free(&self, id: &PartnerId) -> Result<(), Problem> {
        let all = self.desk.departures(&self.caller.seller).await?;
        let now = self.desk.now();
        let taken = all.into_iter().find(|departure| {
            let free_at = departure.progress.done_at.map(|at| at.plus(ID_IS_TAKEN_FOR));
            departure.partner == *id && free_at.is_none_or(|free_at| now < free_at)
        });
        let Some(Departure { progress, .. }) = taken else { return Ok(()) };
        Err(Problem::Impossible {
            field: "partner".to_owned(),
            detail: format!(
                "a partner `{id}` was deleted at {}, and its ID is free again 180 days after that",
                progress.at
            ),
            allowed: vec!["another ID".to_owned()],
        })
    }

    async fn preview(&self, partner: &Partner) -> Result<Preview, Problem> {
        let newest = self.desk.newest(&partner.seller, &partner.id, None, LOOKED_AT_MAX);
        let (places, has_more) = newest.await?;
        let mut preview =
            Preview { orders: places.len(), is_complete: !has_more, ..Preview::default() };
        let keys: Vec<OrderKey> =
            places.iter().map(|place| self.key(&partner.id, &place.order)).collect();
        for some in keys.chunks(CHUNK.into()) {
            for stored in self.desk.orders(some.to_vec()).await? {
                let (unsent, under_way) = counted(&stored);
                preview.unsent = preview.unsent.saturating_add(unsent);
                preview.under_way = preview.under_way.saturating_add(under_way);
            }
        }
        Ok(preview)
    }
}

/// How many packages of an order wait to be sent, and how many are being sent or in doubt.
fn counted(stored: &Stored) -> (usize, usize) {
    let names = || stored.order.packages.values().map(|package| package.state.name());
    let of = |wanted: &[&str]| names().filter(|name| wanted.contains(name)).count();
    (of(&["waiting", "ready", "held"]), of(&["sending", "in_doubt"]))
}

fn is_being_sent(stored: &Stored) -> bool {
    stored.order.packages.values().any(|package| package.state.name() == "sending")
}

fn preview_view(partner: &Partner, preview: Preview) -> Value {
    json!({
        "partner_id": partner.id, "name": partner.name, "channel": partner.settings.channel(),
        "begun_at": null, "begun_by": null, "done_at": null, "orders_deleted": 0,
        "orders": preview.orders, "is_complete": preview.is_complete,
        "packages_unsent": preview.unsent, "packages_under_way": preview.under_way,
        "warnings": WARNINGS,
    })
}

pub(super) fn progress_view(Departure { partner, progress, .. }: &Departure) -> Value {
    json!({
        "partner_id": partner, "name": progress.name, "channel": progress.channel,
        "begun_at": progress.at.to_string(), "begun_by": progress.by,
        "done_at": progress.done_at.map(|at| at.to_string()), "orders_deleted": progress.orders,
        "orders": null, "is_complete": null, "packages_unsent": null, "packages_under_way": null,
        "warnings": [],
    })
}
