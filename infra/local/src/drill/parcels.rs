//! The parcels of a drill: an order of one package each, and what becomes of it.

use crate::{Error, Event, NewPartner, SELLER, Stack};
use domain::{Channel, EventKind, Moment, OrderKey, order_view};
use flows::ports::{Clock as _, Orders as _};
use jiff::SignedDuration;
use marketplaces::Marketplaces;
use serde_json::{Value, json};
use std::time::Duration;

/// How often the orders are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What becomes of a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fate {
    /// It was labelled before the backup, and sent after it.
    Forgotten,
    /// It was labelled and sent after the backup.
    Unknown,
    /// Its label was voided after the backup.
    Voided,
    /// Nothing happens to it.
    Waiting,
    /// It moves once the system runs again.
    GoesAtLast,
}

/// The fates of six parcels of a channel.
const FATES: [Fate; 6] =
    [Fate::Forgotten, Fate::Waiting, Fate::Unknown, Fate::GoesAtLast, Fate::Waiting, Fate::Voided];

/// A parcel.
pub(super) struct Parcel {
    pub(super) channel: Channel,
    partner: &'static str,
    pub(super) order: String,
    item: String,
    pub(super) tracking: String,
    pub(super) fate: Fate,
}

/// All parcels of a drill.
pub(super) struct Parcels(pub(super) Vec<Parcel>);

/// The state of an order's package, in words that are compared.
fn state(view: &Value) -> &str {
    view["packages"][0]["state"].as_str().unwrap_or_default()
}

impl Parcel {
    /// The `number`-th parcel.
    fn new(partners: &[NewPartner], number: u32) -> Option<Self> {
        let index = usize::try_from(number).ok()?;
        let partner = partners.get(index % partners.len())?;
        let fate = *FATES.get(index / partners.len() % FATES.len())?;
        let (order, item) = marketplaces::nth(partner.channel.name(), number)?;
        let carrier = if partner.channel == Channel::Amazon { "88" } else { "1Z" };
        let tracking = format!("{carrier}{number:08}");
        Some(Self { channel: partner.channel, partner: partner.id, order, item, tracking, fate })
    }

    fn event(&self, kind: EventKind, mut detail: Value) -> Event {
        if let Some(fields) = detail.as_object_mut() {
            fields.insert("seller_id".to_owned(), SELLER.into());
            fields.insert("partner_id".to_owned(), self.partner.into());
            fields.insert("order_id".to_owned(), self.order.as_str().into());
        }
        Event { kind, detail }
    }

    fn label(&self, now: Moment) -> Event {
        let items = json!([{ "item_id": self.item, "quantity": 1, "requires_imei": false }]);
        let at = now.minus(SignedDuration::from_secs(5)).to_string();
        let detail = json!({ "package_id": "1", "label_id": "lbl_1", "carrier": "FedEx", "service": "FedEx Ground",
            "tracking_number": self.tracking, "labeled_at": at, "items": items });
        self.event(EventKind::LabelCreated, detail)
    }

    fn scan(&self, now: Moment) -> Event {
        let detail = json!({ "seller_id": SELLER, "carrier": "FedEx", "tracking_number": self.tracking,
            "status": "in_transit", "occurred_at": now.to_string() });
        Event { kind: EventKind::CarrierScan, detail }
    }

    fn void(&self, now: Moment) -> Event {
        let detail =
            json!({ "package_id": "1", "label_id": "lbl_1", "voided_at": now.to_string() });
        self.event(EventKind::LabelVoided, detail)
    }

    fn key(&self) -> Result<OrderKey, Error> {
        let doing = || format!("name order {}", self.order);
        Ok(OrderKey {
            seller: SELLER.parse().map_err(Error::call(doing()))?,
            partner: self.partner.parse().map_err(Error::call(doing()))?,
            order: self.order.parse().map_err(Error::call(doing()))?,
        })
    }

    /// The order as people read it, or null where it is not there.
    pub(super) async fn view(&self, stack: &Stack) -> Result<Value, Error> {
        let doing = format!("read order {}", self.order);
        let stored = stack.aws().order(&self.key()?).await.map_err(Error::call(doing))?;
        Ok(stored.map_or(Value::Null, |stored| order_view(&stored.order, stored.version.0)))
    }

    const fn is_told_before(&self) -> bool {
        !matches!(self.fate, Fate::Unknown)
    }

    /// Whether the backup has of it what it is to have.
    pub(super) fn is_known_at_backup(&self, view: &Value) -> bool {
        state(view) == if self.is_told_before() { "waiting" } else { "" }
    }

    /// Whether it is as it is to be before the table is restored.
    pub(super) fn is_settled_after_backup(&self, view: &Value) -> bool {
        match self.fate {
            Fate::Forgotten | Fate::Unknown => state(view) == "confirmed",
            Fate::Voided => is_unlabelled(view),
            Fate::Waiting | Fate::GoesAtLast => state(view) == "waiting",
        }
    }

    /// Whether its marketplace told what the table had forgotten. Where nobody can be asked, a person must look.
    pub(super) fn is_found_again(&self, view: &Value) -> bool {
        match self.fate {
            Fate::Forgotten | Fate::Unknown => self.is_known_again(view),
            Fate::Voided => is_unlabelled(view),
            Fate::Waiting | Fate::GoesAtLast => state(view) == "waiting",
        }
    }

    fn is_known_again(&self, view: &Value) -> bool {
        match self.channel {
            // The receiver of a webhook cannot be asked, and Groupon does not say by which number.
            Channel::UntilGone | Channel::Groupon => state(view) == "unresolved",
            Channel::Amazon | Channel::Ebay | Channel::Wish | Channel::BackMarket => {
                let evidence = &view["packages"][0]["detail"]["evidence"];
                state(view) == "confirmed" && *evidence == "read_back"
            }
        }
    }

    /// Whether what goes at last is asked for first.
    pub(super) fn is_asked_first(&self, view: &Value) -> bool {
        if self.fate != Fate::GoesAtLast {
            return self.is_found_again(view);
        }
        let is_asked = state(view) == "in_doubt" && view["packages"][0]["detail"]["reads"] != 0;
        is_asked || state(view) == "unresolved"
    }

    /// Whether what goes at last has gone.
    pub(super) fn is_over(&self, view: &Value) -> bool {
        if self.fate != Fate::GoesAtLast {
            return self.is_found_again(view);
        }
        state(view) == if self.channel == Channel::UntilGone { "unresolved" } else { "confirmed" }
    }

    /// How often it was applied in all, as far as it is known by now.
    pub(super) fn applied(&self, view: &Value) -> usize {
        match self.fate {
            Fate::Forgotten | Fate::Unknown => 1,
            Fate::GoesAtLast => usize::from(state(view) == "confirmed"),
            Fate::Voided | Fate::Waiting => 0,
        }
    }
}

fn is_unlabelled(view: &Value) -> bool {
    state(view) == "waiting" && view["packages"][0]["detail"]["for"] == "label"
}

impl Parcels {
    /// As many parcels, of all partners in turn.
    pub(super) fn of(partners: &[NewPartner], count: u32) -> Self {
        Self((0..count).filter_map(|number| Parcel::new(partners, number)).collect())
    }

    /// Sells every order at its marketplace.
    pub(super) fn sell(&self, shops: &Marketplaces) -> Result<(), Error> {
        for parcel in &self.0 {
            let sold = shops.shop(parcel.channel.name());
            let sold = sold.map(|shop| shop.sell(&parcel.order, &[(&parcel.item, 1)]));
            if let Some(Err(answer)) = sold {
                return Err(Error::Impossible {
                    doing: format!("sell order {}", parcel.order),
                    answer,
                });
            }
        }
        Ok(())
    }

    /// Puts events on the bus.
    pub(super) async fn put(
        &self,
        stack: &Stack,
        events: impl Fn(&Self, Moment) -> Vec<Event>,
    ) -> Result<(), Error> {
        stack.put_events(&events(self, stack.aws().now())).await
    }

    fn events(
        &self,
        is_meant: impl Fn(&Parcel) -> bool,
        event: impl Fn(&Parcel) -> Event,
    ) -> Vec<Event> {
        self.0.iter().filter(|parcel| is_meant(parcel)).map(event).collect()
    }

    pub(super) fn labels_before(&self, now: Moment) -> Vec<Event> {
        self.events(Parcel::is_told_before, |parcel| parcel.label(now))
    }

    pub(super) fn labels_after(&self, now: Moment) -> Vec<Event> {
        self.events(|parcel| !parcel.is_told_before(), |parcel| parcel.label(now))
    }

    pub(super) fn scans_after(&self, now: Moment) -> Vec<Event> {
        let is_sent = |parcel: &Parcel| matches!(parcel.fate, Fate::Forgotten | Fate::Unknown);
        self.events(is_sent, |parcel| parcel.scan(now))
    }

    pub(super) fn voids(&self, now: Moment) -> Vec<Event> {
        self.events(|parcel| parcel.fate == Fate::Voided, |parcel| parcel.void(now))
    }

    pub(super) fn scans_at_last(&self, now: Moment) -> Vec<Event> {
        self.events(|parcel| parcel.fate == Fate::GoesAtLast, |parcel| parcel.scan(now))
    }

    /// Waits until every order is so.
    pub(super) async fn until(
        &self,
        stack: &Stack,
        most: Duration,
        is_so: impl Fn(&Parcel, &Value) -> bool,
    ) -> Result<(), Error> {
        let looks = most.as_secs() / LOOK_EVERY.as_secs();
        let mut left: Vec<&Parcel> = self.0.iter().collect();
        let mut last = Value::Null;
        for _ in 0..looks {
            let mut later = Vec::new();
            for parcel in left {
                let view = parcel.view(stack).await?;
                if !is_so(parcel, &view) {
                    last = view;
                    later.push(parcel);
                }
            }
            left = later;
            if left.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        let named: Vec<&str> = left.iter().take(5).map(|parcel| parcel.order.as_str()).collect();
        Err(Error::Impossible {
            doing: "wait for the orders of the drill".to_owned(),
            answer: format!(
                "{} of {} are not as they should be, such as {}; the last is {last:#}",
                left.len(),
                self.0.len(),
                named.join(", ")
            ),
        })
    }
}
