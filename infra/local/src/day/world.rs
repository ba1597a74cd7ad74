//! The world that stories are played in: the stack, the marketplaces, and short functions for the events of a parcel.

use super::Story;
use super::expect::{AtMarketplace, Ending, compare};
use super::partners;
use crate::{Error, Event, SELLER, Stack};
use aws::Aws;
use domain::{EventKind, Moment, OrderKey, Sent, Stage, State, order_view};
use flows::ports::{Clock as _, Orders as _, Stored, Trackings as _};
use jiff::SignedDuration;
use marketplaces::{Fault, Marketplaces, Operation, Shop, Standing, Submission, Times};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// Longest a story may take: the wait for IMEIs and a sweep, on a slow machine.
const STORY_MAX: Duration = Duration::from_secs(170);

/// Time between two looks at an order.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The stack and the marketplaces that stories are played in.
pub struct World<'a> {
    /// The stack.
    pub stack: &'a Stack,
    /// The marketplaces.
    pub shops: &'a Marketplaces,
    aws: Aws,
}

/// A line of an order, as its label lists it.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The channel's id of the line.
    pub item: &'static str,
    /// How many pieces.
    pub quantity: u32,
    /// Whether the line is a phone, which needs an IMEI.
    pub phone: bool,
    /// Whether the line is a tablet, which needs a serial number.
    pub tablet: bool,
}

/// An event about the story's order: `detail` with the order's ids added.
pub(super) fn of_order(story: &Story, kind: EventKind, mut detail: Value) -> Event {
    if let Some(fields) = detail.as_object_mut() {
        fields.insert("seller_id".to_owned(), SELLER.into());
        fields.insert("partner_id".to_owned(), story.partner.into());
        fields.insert("order_id".to_owned(), story.order.into());
    }
    Event { kind, detail }
}

/// A `CarrierScan` event of the given time.
pub(super) fn scan_at(carrier: &str, tracking: &str, status: &str, at: Moment) -> Event {
    let detail = json!({ "seller_id": SELLER, "carrier": carrier, "tracking_number": tracking,
        "status": status, "occurred_at": at.to_string() });
    Event { kind: EventKind::CarrierScan, detail }
}

/// A `LabelCreated` event of the given label id and time.
pub(super) fn label_at(
    story: &Story,
    (label, at): (&str, Moment),
    (carrier, service, tracking): (&str, &str, &str),
    lines: &[Line],
) -> Event {
    let items: Vec<Value> = lines
        .iter()
        .map(|line| {
            json!({ "item_id": line.item, "sku": "DEMO-1", "quantity": line.quantity,
                "requires_imei": line.phone, "requires_serial": line.tablet })
        })
        .collect();
    of_order(
        story,
        EventKind::LabelCreated,
        json!({
            "package_id": "1", "label_id": label, "carrier": carrier, "service": service,
            "tracking_number": tracking, "labeled_at": at.to_string(), "items": items,
        }),
    )
}

impl<'a> World<'a> {
    /// The world of this stack and these marketplaces.
    pub fn new(stack: &'a Stack, shops: &'a Marketplaces) -> Self {
        Self { stack, shops, aws: stack.aws() }
    }

    /// The time this many seconds ago.
    pub fn ago(&self, seconds: i64) -> Moment {
        self.aws.now().minus(SignedDuration::from_secs(seconds))
    }

    /// Puts events on the bus.
    ///
    /// # Errors
    ///
    /// The bus refused them.
    pub async fn put(&self, events: &[Event]) -> Result<(), Error> {
        self.stack.put_events(events).await
    }

    /// A `LabelCreated` event of five seconds ago, by `FedEx`.
    pub fn label(&self, story: &Story, label: &str, tracking: &str, lines: &[Line]) -> Event {
        label_at(story, (label, self.ago(5)), ("FedEx", "FedEx Ground", tracking), lines)
    }

    /// A `CarrierScan` event of a second ago.
    pub fn scan(&self, carrier: &str, tracking: &str, status: &str) -> Event {
        scan_at(carrier, tracking, status, self.ago(1))
    }

    /// An `ImeiUpdated` event of now.
    pub fn imei(&self, story: &Story, item: &str, imeis: &[&str]) -> Event {
        let detail = json!({ "item_id": item, "imeis": imeis, "updated_at": self.ago(0).to_string(),
            "updated_by": "warehouse" });
        of_order(story, EventKind::ImeiUpdated, detail)
    }

    /// An `ImeiUpdated` event of now, with serial numbers.
    pub fn serial(&self, story: &Story, item: &str, serials: &[&str]) -> Event {
        let detail = json!({ "item_id": item, "serials": serials, "updated_at": self.ago(0).to_string(),
            "updated_by": "warehouse" });
        of_order(story, EventKind::ImeiUpdated, detail)
    }

    /// The marketplace of the story.
    ///
    /// # Errors
    ///
    /// The story's partner is none of the day's.
    pub fn shop(&self, story: &Story) -> Result<Arc<dyn Shop>, Error> {
        let partner = partners().into_iter().find(|partner| partner.id == story.partner);
        partner.and_then(|partner| self.shops.shop(partner.channel.name())).ok_or_else(|| {
            let answer = format!("{} is no partner of the day", story.partner);
            Error::Impossible { doing: format!("play \"{}\"", story.title), answer }
        })
    }

    /// Makes the story's order at its marketplace, ready to be shipped.
    ///
    /// # Errors
    ///
    /// The marketplace cannot have an order of this number.
    pub fn sell(&self, story: &Story, lines: &[Line]) -> Result<(), Error> {
        let lines: Vec<(&str, u32)> = lines.iter().map(|line| (line.item, line.quantity)).collect();
        self.shop(story)?.sell(story.order, &lines).map_err(|answer| Error::Impossible {
            doing: format!("sell order {}", story.order),
            answer,
        })
    }

    /// Makes the next request of this kind about the story's order go wrong.
    ///
    /// # Errors
    ///
    /// As for [`Self::shop`].
    pub fn fault(&self, story: &Story, operation: Operation, fault: Fault) -> Result<(), Error> {
        self.shop(story)?.put_fault(story.order.into(), operation, Times::Once, fault);
        Ok(())
    }

    /// Sets where the story's order stands at its marketplace.
    ///
    /// # Errors
    ///
    /// The marketplace says no such thing of its orders.
    pub fn stand(&self, story: &Story, standing: Standing) -> Result<(), Error> {
        self.shop(story)?.set_standing(story.order, standing).map_err(|answer| Error::Impossible {
            doing: format!("set where order {} stands", story.order),
            answer,
        })
    }

    /// Waits until the story's package is in this state.
    ///
    /// # Errors
    ///
    /// The package is not in this state within `STORY_MAX`.
    pub async fn until(&self, story: &Story, state: &str) -> Result<(), Error> {
        let is_so = async |world: &Self| {
            let view = world.view(story).await?;
            Ok(view.is_some_and(|view| view["packages"][0]["state"] == state))
        };
        self.wait(story, &format!("it is {state}"), is_so).await
    }

    /// Puts the confirmation of the story's order back by so many hours, as if it had been made then.
    ///
    /// # Errors
    ///
    /// The table did not answer, or the order changes all the time.
    pub async fn put_back(&self, story: &Story, hours: i64) -> Result<(), Error> {
        let doing = format!("put order {} back", story.order);
        let key = Self::key(story)?;
        let is_back = async |world: &Self| {
            let read = world.aws.order(&key).await.map_err(Error::call(doing.as_str()))?;
            let Some(Stored { mut order, version }) = read else { return Ok(false) };
            for package in order.packages.values_mut() {
                // When the next look is was said by when it was confirmed.
                package.looks.due = None;
                if let State::Sent(Sent { stage: Stage::Confirmed { at, .. }, .. }) =
                    &mut package.state
                {
                    *at = at.minus(SignedDuration::from_hours(hours));
                }
            }
            // The sweep finds it, and rings for what is due by then.
            order.due_at = Some(world.aws.now());
            Ok(world.aws.save(&order, Some(version), "put-back.1").await.is_ok())
        };
        self.wait(story, "it is put back", is_back).await
    }

    /// Waits until an IMEI of the story's order is stored.
    ///
    /// # Errors
    ///
    /// It was not, after a while.
    pub async fn until_imeis_stored(&self, story: &Story) -> Result<(), Error> {
        let is_known = async |world: &Self| {
            let view = world.view(story).await?;
            Ok(view.is_some_and(|view| {
                view["imeis"].as_array().is_some_and(|imeis| !imeis.is_empty())
            }))
        };
        self.wait(story, "its IMEIs are stored", is_known).await
    }

    /// Waits until a movement of the story's parcel is stored.
    ///
    /// # Errors
    ///
    /// It was not, after a while.
    pub async fn until_movement_stored(&self, story: &Story) -> Result<(), Error> {
        let doing = "read a tracking number";
        let seller = SELLER.parse().map_err(Error::call(doing))?;
        let number = story.tracking.parse().map_err(Error::call(doing))?;
        let is_stored = async |world: &Self| {
            let tracking =
                world.aws.tracking(&seller, &number).await.map_err(Error::call(doing))?;
            Ok(tracking.is_some_and(|tracking| !tracking.movements.is_empty()))
        };
        self.wait(story, "its movement is stored", is_stored).await
    }

    async fn wait(
        &self,
        story: &Story,
        what: &str,
        mut is_so: impl AsyncFnMut(&Self) -> Result<bool, Error>,
    ) -> Result<(), Error> {
        let deadline = tokio::time::Instant::now() + STORY_MAX;
        while !is_so(self).await? {
            if tokio::time::Instant::now() > deadline {
                let doing = format!("play \"{}\"", story.title);
                let answer = format!("order {}: waited in vain until {what}", story.order);
                return Err(Error::Refused { doing, answer });
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    /// The story's order in the form that people see. `None` if there is no such order yet.
    ///
    /// # Errors
    ///
    /// The table did not answer.
    pub async fn view(&self, story: &Story) -> Result<Option<Value>, Error> {
        let doing = format!("read order {}", story.order);
        let stored = self.aws.order(&Self::key(story)?).await.map_err(Error::call(doing))?;
        Ok(stored.map(|stored| order_view(&stored.order, stored.version.0)))
    }

    fn key(story: &Story) -> Result<OrderKey, Error> {
        let doing = "name an order";
        Ok(OrderKey {
            seller: SELLER.parse().map_err(Error::call(doing))?,
            partner: story.partner.parse().map_err(Error::call(doing))?,
            order: story.order.parse().map_err(Error::call(doing))?,
        })
    }

    /// Waits until the story has ended as it must, or until `STORY_MAX` is over.
    pub(super) async fn wait_for(
        &self,
        story: &Story,
        tell: &mut impl FnMut(Ending),
    ) -> Result<(), Error> {
        let started = tokio::time::Instant::now();
        let quiet = Duration::from_secs(story.expect.quiet_s);
        loop {
            let view = self.view(story).await?;
            let mut ending = compare(story, view.as_ref(), &self.at_marketplace(story)?);
            let waited = started.elapsed();
            ending.over = waited > STORY_MAX || (ending.wrong.is_empty() && waited >= quiet);
            let is_over = ending.over;
            tell(ending);
            if is_over {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    fn at_marketplace(&self, story: &Story) -> Result<AtMarketplace, Error> {
        let shop = self.shop(story)?;
        let held = story.order.parse().ok().and_then(|order| self.shops.back_market().held(order));
        let lines = held.map(|held| held.orderlines).unwrap_or_default();
        Ok(AtMarketplace {
            tracking: shop.numbers(story.order).into_iter().next(),
            imeis: lines.iter().filter(|line| line.imei.is_some()).count(),
            serials: lines.iter().filter(|line| line.serial_number.is_some()).count(),
            submissions: taken(&shop.submissions_of(story.order)),
        })
    }
}

/// Number of submissions that the marketplace processed. Those that its rate limit refused with 429 do not count: they
/// are common on a busy day.
fn taken(submissions: &[Submission]) -> usize {
    submissions.iter().filter(|submission| submission.status() != Some(TOO_MANY)).count()
}

/// HTTP 429.
const TOO_MANY: u16 = 429;
