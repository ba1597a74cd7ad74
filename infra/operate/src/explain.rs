//! `explain`: an order in sentences. It is found by its id at any partner, or by a tracking number of it.

use crate::sellers::Sellers;
use crate::{Error, Operator, Report};
use domain::{
    Channel, Explanation, NumberKey, OrderId, OrderKey, PackageExplanation, PartnerId, SellerId,
    TrackingNumber, barcode_readings,
};
use flows::ports::{Clock as _, Lists as _, Partners as _, Stored, Trackings as _};
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::{Display, Write as _};
use std::str::FromStr;

/// Which order is asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    /// An order's id, or a tracking number.
    pub(crate) text: String,
    pub(crate) seller: Option<String>,
    pub(crate) partner: Option<String>,
}

/// What was found by a text.
struct Found {
    orders: Vec<Stored>,
    /// Whether it is a tracking number, and no order's id.
    is_tracking: bool,
    /// How many partners could have it.
    partners: usize,
}

fn argument<T: FromStr<Err: Display>>(name: &'static str, text: &str) -> Result<T, Error> {
    text.parse().map_err(|error: T::Err| Error::Argument {
        argument: name,
        problem: format!("`{text}` is {error}"),
    })
}

impl Operator {
    /// Explains an order.
    pub(crate) async fn explain(&self, asked: &Asked, is_json: bool) -> Result<Report, Error> {
        let Found { mut orders, is_tracking, partners } = self.find(asked).await?;
        if orders.len() > 1 {
            return Ok(Report::not_one(several(&asked.text, is_tracking, &orders)));
        }
        match orders.pop() {
            None => Ok(Report::not_one(unknown(&asked.text, partners))),
            Some(stored) => self.explained(stored, asked, is_tracking, is_json).await,
        }
    }

    async fn explained(
        &self,
        stored: Stored,
        asked: &Asked,
        is_tracking: bool,
        is_json: bool,
    ) -> Result<Report, Error> {
        let key = stored.order.key.clone();
        let channel = stored.order.channel;
        let version = stored.version.0;
        let partner = self.aws.partner(&key.seller, &key.partner).await;
        let partner = partner.map_err(|error| Error::store(&error))?;
        let explained = domain::explain(stored.order, partner.as_ref(), self.aws.now());
        if is_json {
            let view = json!({ "seller_id": key.seller, "partner_id": key.partner, "order_id": key.order,
                "channel": channel, "version": version, "explanation": explained });
            return Ok(Report::done(view.to_string()));
        }
        let mut text = if is_tracking {
            format!("{} is a tracking number, of this order.\n\n", asked.text.trim())
        } else {
            String::new()
        };
        text.push_str(&headline(&key, channel, version));
        text.push_str(&in_words(&explained));
        Ok(Report::done(text.trim_end()))
    }

    /// The orders that a text names: by their id, and else by a tracking number.
    async fn find(&self, asked: &Asked) -> Result<Found, Error> {
        let text = asked.text.trim();
        let seller = asked.seller.as_deref().map(|seller| argument::<SellerId>("--seller", seller));
        let partner =
            asked.partner.as_deref().map(|partner| argument::<PartnerId>("--partner", partner));
        let (seller, partner) = (seller.transpose()?, partner.transpose()?);
        let order = text.parse::<OrderId>();
        let number = text.parse::<TrackingNumber>();
        if let (Err(no_order), Err(no_number)) = (&order, &number) {
            let problem = format!(
                "`{text}` is neither an order's id ({no_order}) nor a tracking number ({no_number})"
            );
            return Err(Error::Argument { argument: "ORDER", problem });
        }
        let sellers = self.asked_sellers(seller, partner).await?;
        let partners = sellers.values().map(BTreeSet::len).sum();
        if let Ok(order) = &order {
            let key = |seller: &SellerId, partner: &PartnerId| OrderKey {
                seller: seller.clone(),
                partner: partner.clone(),
                order: order.clone(),
            };
            let keys = sellers.iter().flat_map(|(seller, partners)| {
                partners.iter().map(move |partner| key(seller, partner))
            });
            let orders = self.read(keys.collect()).await?;
            if !orders.is_empty() {
                return Ok(Found { orders, is_tracking: false, partners });
            }
        }
        let mut keys = BTreeSet::new();
        if let Ok(number) = &number {
            for (seller, partners) in &sellers {
                let named = self.named_by(seller, number).await?;
                keys.extend(named.into_iter().filter(|key| partners.contains(&key.partner)));
            }
        }
        let orders = self.read(keys.into_iter().collect()).await?;
        Ok(Found { orders, is_tracking: true, partners })
    }

    /// The partners that may have it. Whoever names the seller needs no right to list the names of secrets.
    async fn asked_sellers(
        &self,
        seller: Option<SellerId>,
        partner: Option<PartnerId>,
    ) -> Result<Sellers, Error> {
        let mut sellers = match seller {
            Some(seller) => {
                let partners = self.aws.partners(&seller).await;
                let partners = partners.map_err(|error| Error::store(&error))?;
                let ids = partners.into_iter().map(|partner| partner.id).collect();
                Sellers::from([(seller, ids)])
            }
            None => self.sellers().await?,
        };
        if let Some(only) = partner {
            for partners in sellers.values_mut() {
                partners.retain(|partner| *partner == only);
            }
        }
        Ok(sellers)
    }

    async fn read(&self, keys: Vec<OrderKey>) -> Result<Vec<Stored>, Error> {
        self.aws.orders(keys).await.map_err(|error| Error::store(&error))
    }

    /// The orders of a seller that a number belongs to, however it is written, and each number that it may be a barcode of (rule N3).
    async fn named_by(
        &self,
        seller: &SellerId,
        number: &TrackingNumber,
    ) -> Result<Vec<OrderKey>, Error> {
        let key = number.key();
        let readings = barcode_readings(key.as_str());
        let readings = readings.filter_map(|reading| reading.number.parse().ok());
        let keys: BTreeSet<NumberKey> = readings.chain([key.clone()]).collect();
        let mut named = Vec::new();
        for key in keys {
            let tracking = self.aws.tracking(seller, &key).await;
            let tracking = tracking.map_err(|error| Error::store(&error))?;
            let orders = tracking.into_iter().flat_map(|tracking| tracking.orders);
            named.extend(orders.map(|(partner, order)| OrderKey {
                seller: seller.clone(),
                partner,
                order,
            }));
        }
        Ok(named)
    }
}

fn unknown(text: &str, partners: usize) -> String {
    let text = text.trim();
    match partners {
        0 => "There is no such partner: see --seller and --partner.".to_owned(),
        1 => format!(
            "{text} is no order of this partner, and no tracking number of one. {FIRST_EVENT}"
        ),
        partners => format!(
            "{text} is no order of any of {partners} partners, and no tracking number of one. {FIRST_EVENT}"
        ),
    }
}

const FIRST_EVENT: &str =
    "An order is made by its first event, unless that was refused: see `dead-letters show`.";

fn several(text: &str, is_tracking: bool, found: &[Stored]) -> String {
    let what = if is_tracking {
        "is a tracking number of several orders"
    } else {
        "is an order of several partners"
    };
    let mut said = format!("{} {what}. Say which:", text.trim());
    for stored in found {
        let OrderKey { seller, partner, order } = &stored.order.key;
        let _infallible = write!(said, "\n  explain {order} --seller {seller} --partner {partner}");
    }
    said
}

fn headline(key: &OrderKey, channel: Channel, version: u64) -> String {
    let OrderKey { seller, partner, order } = key;
    let channel = channel.shown();
    format!("Order {order} of {partner} ({channel}), seller {seller}, version {version}\n")
}

/// An explanation for a terminal.
fn in_words(explained: &Explanation) -> String {
    let mut text = String::new();
    for said in &explained.order {
        line(&mut text, &format!("  {said}"));
    }
    for package in &explained.packages {
        let PackageExplanation { package_id, state, stands, because, next, needs, would_change } =
            package;
        line(&mut text, &format!("\nPackage {package_id}: {}", state.replace('_', " ")));
        line(&mut text, &format!("  {stands}"));
        let parts = [
            ("Why", because),
            ("What comes next by itself", next),
            ("What needs a person", needs),
            ("What would change it", would_change),
        ];
        for (heading, said) in parts.into_iter().filter(|(_, said)| !said.is_empty()) {
            line(&mut text, &format!("  {heading}"));
            for one in said {
                line(&mut text, &format!("    - {one}"));
            }
        }
    }
    line(&mut text, "\nWhat happened");
    for told in &explained.timeline {
        let package = told.package_id.as_ref().map(|package| format!("package {package}: "));
        line(&mut text, &format!("  {} {}{}", told.at, package.unwrap_or_default(), told.says));
    }
    text
}

fn line(text: &mut String, line: &str) {
    // A string takes whatever is written.
    let _written = writeln!(text, "{line}").is_ok();
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Told;

    #[test]
    fn what_has_nothing_to_say_has_no_heading() {
        let package = PackageExplanation {
            package_id: "1".parse().unwrap(),
            state: "in_doubt",
            stands: "It stands.".to_owned(),
            because: vec!["A reason.".to_owned()],
            next: Vec::new(),
            needs: Vec::new(),
            would_change: Vec::new(),
        };
        let told = Told { at: "t".to_owned(), package_id: None, says: "It came.".to_owned() };
        let explained = Explanation {
            order: vec!["It is known.".to_owned()],
            packages: vec![package],
            timeline: vec![told],
        };
        assert_eq!(
            in_words(&explained),
            "  It is known.\n\nPackage 1: in doubt\n  It stands.\n  Why\n    - A reason.\n\nWhat happened\n  t It came.\n"
        );
    }
}
