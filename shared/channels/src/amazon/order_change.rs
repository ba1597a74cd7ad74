//! `ORDER_CHANGE`, what Amazon notifies of an order: a body is read into what it says, and that becomes our events (rule S6).
//!
//! Source: `OrderChangeNotification.json` (ON) of amzn/selling-partner-api-models, schemas/notifications. That a line without
//! pieces was cancelled is inferred: no text says how a cancelled line shows.

use super::settings::Settings;
use domain::{
    Channel, ChannelSettings, DateOrTime, Fault, ItemId, MerchantAccount, MerchantId, Moment,
    OrderCancelled, OrderId, OrderUpdated, PartnerId, Relayed, SellerId, Text, gather,
};
use jiff::SignedDuration;
use serde::Deserialize as _;
use serde_json::Value;
use std::collections::BTreeMap;

/// What a notification says of an order, as of when it was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderChange {
    /// The application that subscribed.
    pub application: Text,
    /// Whose order it is, and where.
    pub account: MerchantAccount,
    /// The order.
    pub order: OrderId,
    /// When the notification was made (`EventTime`).
    pub at: Moment,
    /// Whether the seller ships it, and not Amazon.
    pub is_sellers_to_ship: bool,
    says: Says,
}

/// What became of the order.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Says {
    /// It was cancelled.
    Cancelled,
    /// It has shipped, whoever did it.
    Shipped,
    /// It is still to be shipped, or pieces of it are.
    Open {
        ship_by: Option<Moment>,
        is_wished: bool,
        /// Lines of which no piece is left.
        cancelled: Vec<ItemId>,
    },
}

/// What is taken. Source: ON.
const KIND: &str = "ORDER_CHANGE";
const PAYLOAD: &str = "1.0";

/// How far ahead of our clock a notification may be made: two clocks differ.
const AHEAD_MAX: SignedDuration = SignedDuration::from_mins(10);

/// The most lines of one cancellation. Source: `functions/README.md`.
const LINES_MAX: usize = 100;

const CHANGE: &str = "/Payload/OrderChangeNotification";
const SUMMARY: &str = "/Payload/OrderChangeNotification/Summary";

impl OrderChange {
    /// Reads the body of a message.
    ///
    /// # Errors
    /// When it is no `ORDER_CHANGE` that can be taken, naming the field. No value of the body is repeated.
    pub fn read(body: &str, now: Moment) -> Result<Self, Fault> {
        let body: Value = serde_json::from_str(body)
            .map_err(|_quotes_it| Fault::new("body", "is not JSON").allowing([KIND]))?;
        let read = Fields(&body);
        read.is("/NotificationType", KIND)?;
        read.is("/PayloadVersion", PAYLOAD)?;
        let at = read.moment("/EventTime")?;
        if at.since(now) > AHEAD_MAX {
            let fault = fault("/EventTime", format!("{at} is in the future"));
            return Err(fault.allowing([format!("at most 10 minutes after now, {now}")]));
        }
        Ok(Self {
            application: read.parsed("/NotificationMetadata/ApplicationId")?,
            account: MerchantAccount {
                merchant: read.parsed::<MerchantId, _>(&format!("{CHANGE}/SellerId"))?,
                marketplace: read.parsed(&format!("{SUMMARY}/MarketplaceId"))?,
            },
            order: read.parsed(&format!("{CHANGE}/AmazonOrderId"))?,
            at,
            is_sellers_to_ship: read.text(&format!("{SUMMARY}/FulfillmentType"))? == BY_SELLER,
            says: read.says()?,
        })
    }

    /// Whether anything in it decides anything.
    pub fn decides(&self) -> bool {
        match &self.says {
            Says::Cancelled | Says::Shipped => true,
            Says::Open { ship_by, is_wished, cancelled } => {
                ship_by.is_some() || *is_wished || !cancelled.is_empty()
            }
        }
    }

    /// What it says, as events about the order of a partner. None where nothing in it decides anything.
    pub fn events(&self, seller: &SellerId, partner: &PartnerId) -> Vec<Relayed> {
        let cancelled = |items: Option<BTreeMap<ItemId, u32>>| {
            Relayed::Cancelled(OrderCancelled {
                seller_id: seller.clone(),
                partner_id: partner.clone(),
                order_id: self.order.clone(),
                cancelled_at: self.at,
                items,
            })
        };
        let updated = |ship_by: Option<Moment>, cancel_requested: Option<bool>, shipped: bool| {
            Relayed::Updated(OrderUpdated {
                seller_id: seller.clone(),
                partner_id: partner.clone(),
                order_id: self.order.clone(),
                updated_at: self.at,
                ship_by: ship_by.map(DateOrTime::Time),
                cancel_requested,
                shipped,
                is_channels: true,
            })
        };
        match &self.says {
            Says::Cancelled => vec![cancelled(None)],
            Says::Shipped => vec![updated(None, None, true)],
            Says::Open { ship_by, is_wished, cancelled: lines } => {
                let lines = lines.chunks(LINES_MAX).map(|lines| {
                    cancelled(Some(gather(lines.iter().map(|line| (line.clone(), 0)))))
                });
                let news = ship_by.is_some() || *is_wished;
                let update = news.then(|| updated(*ship_by, is_wished.then_some(true), false));
                lines.chain(update).collect()
            }
        }
    }
}

/// Who ships the order: the seller (`MFN`) or Amazon (`AFN`). Source: ON, `FulfillmentType`.
const BY_SELLER: &str = "MFN";

/// The change that is a buyer's request. Source: ON, `OrderChangeType`.
const BY_BUYER: &str = "BuyerRequestedChange";

/// The states of an order. Source: ON, `OrderStatus`.
const CANCELLED: &str = "Canceled";
const SHIPPED: &str = "Shipped";
const NOT_YET: [&str; 3] = ["Pending", "PendingAvailability", "InvoiceUnconfirmed"];
const OPEN: [&str; 3] = ["Unshipped", "PartiallyShipped", "Unfulfillable"];

/// A body, field by field. A field is named by its JSON pointer, and shown with dots.
struct Fields<'a>(&'a Value);

fn fault(field: &str, problem: impl Into<String>) -> Fault {
    Fault::new(field.trim_start_matches('/').replace('/', "."), problem)
}

impl Fields<'_> {
    fn text(&self, field: &str) -> Result<&str, Fault> {
        match self.0.pointer(field) {
            Some(Value::String(text)) => Ok(text.trim()),
            None | Some(Value::Null) => Err(fault(field, "is missing")),
            Some(_) => Err(fault(field, "is not a text")),
        }
    }

    fn is(&self, field: &str, wanted: &str) -> Result<(), Fault> {
        if self.text(field)? == wanted {
            return Ok(());
        }
        Err(fault(field, "is another one").allowing([wanted]))
    }

    fn parsed<T: TryFrom<String, Error = E>, E: std::fmt::Display>(
        &self,
        field: &str,
    ) -> Result<T, Fault> {
        let text = self.text(field)?.to_owned();
        T::try_from(text).map_err(|error| fault(field, format!("is {error}")))
    }

    fn moment(&self, field: &str) -> Result<Moment, Fault> {
        let wrong = |_quotes_it| {
            let fault = fault(field, "is not a time with an offset");
            fault.allowing(["an RFC 3339 time with an offset, such as 2026-11-23T15:04:05Z"])
        };
        self.text(field)?.parse().map_err(wrong)
    }

    /// Lines and ship-by are read of what is still to be shipped alone: what is wrong with them must not cost a cancellation.
    fn says(&self) -> Result<Says, Fault> {
        let field = &format!("{SUMMARY}/OrderStatus");
        let status = self.text(field)?;
        if status == CANCELLED {
            return Ok(Says::Cancelled);
        }
        if status == SHIPPED {
            return Ok(Says::Shipped);
        }
        if !NOT_YET.contains(&status) && !OPEN.contains(&status) {
            let known = [CANCELLED, SHIPPED].into_iter().chain(NOT_YET).chain(OPEN);
            return Err(fault(field, "is no state of an order").allowing(known));
        }
        let is_request = self.text(&format!("{CHANGE}/OrderChangeType"))? == BY_BUYER;
        let lines = self.lines()?;
        // An order that nobody paid yet has lines without pieces that nobody cancelled.
        let has_pieces = OPEN.contains(&status);
        let latest = format!("{SUMMARY}/LatestShipDate");
        let has_ship_by = self.0.pointer(&latest).is_some_and(|latest| !latest.is_null());
        Ok(Says::Open {
            ship_by: if has_ship_by { Some(self.moment(&latest)?) } else { None },
            is_wished: is_request && lines.iter().any(|line| line.is_wished),
            cancelled: lines
                .into_iter()
                .filter(|line| has_pieces && line.is_empty)
                .map(|line| line.item)
                .collect(),
        })
    }

    /// The lines. One notification may have one line of several (`OrderItemLevel`).
    fn lines(&self) -> Result<Vec<Line>, Fault> {
        let field = format!("{SUMMARY}/OrderItems");
        let entries = match self.0.pointer(&field) {
            Some(Value::Array(entries)) => entries.len(),
            None | Some(Value::Null) => 0,
            Some(_) => return Err(fault(&field, "is not a list")),
        };
        (0..entries).map(|place| self.line(&format!("{field}/{place}"))).collect()
    }

    fn line(&self, field: &str) -> Result<Line, Fault> {
        let item = self.parsed(&format!("{field}/OrderItemId"))?;
        let pieces = |name: &str| {
            let field = format!("{field}/{name}");
            match self.0.pointer(&field) {
                None | Some(Value::Null) => Ok(None),
                Some(value) => match domain::whole_number(value) {
                    Some(number) => Ok(Some(number)),
                    None => Err(fault(&field, "is not a whole number")),
                },
            }
        };
        let is_sent = pieces("QuantityShipped")?.is_some_and(|pieces| pieces > 0);
        let is_empty = pieces("Quantity")? == Some(0) && !is_sent;
        let wish = format!("{field}/IsBuyerRequestedCancel");
        let is_wished = match self.0.pointer(&wish) {
            None | Some(Value::Null) => false,
            Some(Value::Bool(is_wished)) => *is_wished,
            Some(_) => return Err(fault(&wish, "is neither true nor false")),
        };
        Ok(Line { item, is_empty, is_wished })
    }
}

/// A line, as a notification shows it.
struct Line {
    item: ItemId,
    /// Whether no piece of it is left, and none was sent.
    is_empty: bool,
    /// Whether the buyer asked to cancel it.
    is_wished: bool,
}

/// The account that a partner's settings name, if they name one.
pub(crate) fn linked(settings: &ChannelSettings) -> Option<MerchantAccount> {
    if settings.channel() != Channel::Amazon {
        return None;
    }
    let Settings { merchant_id, marketplace_id, .. } =
        Settings::deserialize(settings.fields()).ok()?;
    Some(MerchantAccount { merchant: merchant_id?, marketplace: marketplace_id })
}
