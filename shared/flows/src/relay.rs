//! What a channel itself says is put on the bus as our own events (rule S6): for each partner whose link to the account that the
//! channel names is believed.

use crate::in_time::{NOT_DONE, Time};
use crate::ports::{RelayPorts, StoreError};
use crate::{Handled, Invocation};
use channels::{OrderChange, merchant_account};
use domain::{Fault, MerchantLink, OrderKey, Relayed};
use futures_util::{StreamExt as _, stream};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The `metric` of a log line about notifications that were dropped. How many they are is its `count`. The template's metric
/// filter looks for both.
pub const NOTIFICATIONS_DROPPED: &str = "notifications_dropped";

/// How many notifications are worked on at a time.
const AT_ONCE: usize = 8;

/// The most links that are looked into for one notification, if they were not believed before. Anybody may name an account,
/// and that must not cost more and more.
const DOUBTED_MAX: usize = 16;

/// Why a notification was told to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dropped {
    /// Another application subscribed to it.
    OtherApplication,
    /// The seller does not ship the order.
    NotToShip,
    /// Nothing in it decides anything.
    SaysNothing,
    /// No partner is linked with the account.
    NotLinked,
    /// Partners are linked with the account, and none of them is believed.
    NotBelieved,
}

impl Dropped {
    /// Its name in the log.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OtherApplication => "other_application",
            Self::NotToShip => "not_to_ship",
            Self::SaysNothing => "says_nothing",
            Self::NotLinked => "not_linked",
            Self::NotBelieved => "not_believed",
        }
    }
}

/// What became of a notification.
enum Ended {
    Relayed,
    Dropped(Dropped),
    /// It was not relayed, for this reason, and is to come again.
    Left(String),
}

/// Relays a batch of notifications of Amazon, and says of each record what became of it. `application` is the one whose
/// notifications are taken.
pub async fn relay_order_changes<P: RelayPorts>(
    ports: &P,
    records: Vec<Result<OrderChange, Fault>>,
    application: &str,
    Invocation { deadline, .. }: &Invocation,
) -> Vec<Handled> {
    let untouched = vec![Handled::Retry(NOT_DONE.to_owned()); records.len()];
    let (handled, dropped) = (RefCell::new(untouched), RefCell::new(BTreeMap::new()));
    let all = stream::iter(records).enumerate().for_each_concurrent(AT_ONCE, |(place, record)| {
        let (handled, dropped) = (&handled, &dropped);
        async move {
            let ended = match record {
                Err(fault) => Handled::Refused(fault.to_string()),
                Ok(change) => match ended(ports, &change, application).await {
                    Ended::Relayed => Handled::Done,
                    Ended::Left(reason) => Handled::Retry(reason),
                    Ended::Dropped(why) => {
                        dropped.borrow_mut().entry(why).and_modify(add_one).or_insert(1);
                        Handled::Done
                    }
                },
            };
            if let Some(slot) = handled.borrow_mut().get_mut(place) {
                *slot = ended;
            }
        }
    });
    if Time::until(*deadline).until_last_moments(ports, all).await.is_none() {
        tracing::error!("some notifications hang and were left; they come again");
    }
    for (why, count) in dropped.into_inner() {
        let why = Dropped::name(why);
        tracing::warn!(metric = NOTIFICATIONS_DROPPED, count, why, "notifications were dropped");
    }
    handled.into_inner()
}

fn add_one(count: &mut u32) {
    *count = count.saturating_add(1);
}

async fn ended<P: RelayPorts>(ports: &P, change: &OrderChange, application: &str) -> Ended {
    if change.application.as_str() != application {
        return Ended::Dropped(Dropped::OtherApplication);
    }
    if !change.is_sellers_to_ship {
        return Ended::Dropped(Dropped::NotToShip);
    }
    if !change.decides() {
        return Ended::Dropped(Dropped::SaysNothing);
    }
    match relay(ports, change).await {
        Ok(ended) => ended,
        Err(error) => Ended::Left(error.to_string()),
    }
}

async fn relay<P: RelayPorts>(ports: &P, change: &OrderChange) -> Result<Ended, StoreError> {
    let links = ports.merchant_links(&change.account).await?;
    if links.is_empty() {
        return Ok(Ended::Dropped(Dropped::NotLinked));
    }
    let (believed, doubted): (Vec<_>, Vec<_>) =
        links.into_iter().partition(|link| link.believed_at.is_some());
    // Whose turn it is goes by the time of the notification, so that no number of false links hides a true one for ever.
    let first = usize::try_from(change.at.as_millis().unsigned_abs())
        .unwrap_or_default()
        .checked_rem(doubted.len())
        .unwrap_or_default();
    let looked_into = doubted.iter().cycle().skip(first).take(doubted.len().min(DOUBTED_MAX));
    let mut events: Vec<Relayed> = Vec::new();
    for link in believed.iter().chain(looked_into) {
        if is_believed(ports, link, change).await? {
            events.extend(change.events(&link.seller, &link.partner));
        }
    }
    if events.is_empty() {
        return Ok(Ended::Dropped(Dropped::NotBelieved));
    }
    if ports.relay(&events).await {
        return Ok(Ended::Relayed);
    }
    Ok(Ended::Left("the bus did not take what was relayed".to_owned()))
}

/// Whether a link is believed. One that no settings name any more is none. One that was not believed so far is, once the channel
/// has shown the order to the partner's own credentials since it was made.
async fn is_believed<P: RelayPorts>(
    ports: &P,
    link: &MerchantLink,
    change: &OrderChange,
) -> Result<bool, StoreError> {
    let partner = ports.partner(&link.seller, &link.partner).await?;
    let linked = partner.and_then(|partner| merchant_account(&partner.settings));
    if linked.as_ref() != Some(&link.account) {
        return Ok(false);
    }
    if link.believed_at.is_some() {
        return Ok(true);
    }
    let key = OrderKey {
        seller: link.seller.clone(),
        partner: link.partner.clone(),
        order: change.order.clone(),
    };
    let is_shown =
        ports.order(&key).await?.is_some_and(|stored| stored.order.is_shown_since(link.since));
    if is_shown {
        ports.believe_link(link, ports.now()).await?;
    }
    Ok(is_shown)
}
