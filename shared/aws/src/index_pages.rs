//! Pages of the indexes. An index has keys only and lags behind the table, so whoever reads a page also reads the items that
//! it names.

use super::item::{
    ATTENTION, Item, PARTNER_PREFIX, URGENCY, attention_of, key_of, moment_of, order_key,
    partner_key, partner_of, text_of, unlisted_key, unlisted_named,
};
use super::table::{Table, number, store_error, text};
use aws_sdk_dynamodb::operation::query::QueryOutput;
use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use domain::{Moment, OrderId, OrderKey, PartnerId, SellerId, UnlistedKey};
use flows::ports::{
    AttentionOf, AttentionPlace, DuePage, ImeiPlace, SeenPlace, StoreError, Urgency, UrgencyRange,
};
use std::collections::{BTreeMap, HashMap};

/// The index of orders with a timer running.
const DUE: &str = "due";

/// How many orders a page of the `due` index has.
const DUE_PAGE: i32 = 500;

/// An index of a partner's orders.
struct OfPartner {
    name: &'static str,
    /// The sort key, which is a moment.
    at: &'static str,
    /// Whether the latest moment comes first.
    is_newest_first: bool,
}

/// The orders by when they were first heard of.
const NEWEST: OfPartner = OfPartner { name: "by_partner", at: "seen_at", is_newest_first: true };

/// The orders that lack an IMEI, by deadline.
const LACKING_IMEIS: OfPartner = OfPartner { name: "imeis", at: "imei_at", is_newest_first: false };

type Start = HashMap<String, AttributeValue>;

async fn sent(query: QueryFluentBuilder) -> Result<QueryOutput, StoreError> {
    query.send().await.map_err(store_error)
}

/// The place of an order in an index of its partner.
struct IndexPlace {
    at: Moment,
    order: OrderId,
}

/// Which page of an index is asked for.
pub(super) struct AskedPage<P> {
    /// What the page before ended with.
    pub(super) after: Option<P>,
    /// Its length at most.
    pub(super) count: u16,
}

/// A page of a partner's orders, and whether there are more after it.
async fn of_partner(
    table: &Table,
    index: &OfPartner,
    seller: &SellerId,
    partner: &PartnerId,
    AskedPage { after, count }: AskedPage<IndexPlace>,
) -> Result<(Vec<IndexPlace>, bool), StoreError> {
    let of_partner = partner_of(seller, partner);
    let start = after.map(|IndexPlace { at, order }| {
        let key = OrderKey { seller: seller.clone(), partner: partner.clone(), order };
        let mut start: Start = order_key(&key).attributes();
        start.insert("partner".to_owned(), text(of_partner.clone()));
        start.insert(index.at.to_owned(), number(at.as_millis()));
        start
    });
    let query = table
        .query()
        .index_name(index.name)
        .key_condition_expression("partner = :partner")
        .expression_attribute_values(":partner", text(of_partner))
        .scan_index_forward(!index.is_newest_first)
        .limit(i32::from(count))
        .set_exclusive_start_key(start);
    let page = sent(query).await?;
    let place = |item: &Item| {
        let (at, key) = (moment_of(item, index.at)?, key_of(text_of(item, "pk")?)?);
        Some(IndexPlace { at, order: key.order })
    };
    let places = page.items().iter().filter_map(place).collect();
    Ok((places, page.last_evaluated_key.is_some()))
}

/// A page of a partner's orders, the newest first, and whether there are more after it.
pub(super) async fn newest(
    table: &Table,
    seller: &SellerId,
    partner: &PartnerId,
    after: Option<SeenPlace>,
    count: u16,
) -> Result<(Vec<SeenPlace>, bool), StoreError> {
    let after = after.map(|place| IndexPlace { at: place.seen_at, order: place.order });
    let asked = AskedPage { after, count };
    let (places, has_more) = of_partner(table, &NEWEST, seller, partner, asked).await?;
    let place = |IndexPlace { at, order }| SeenPlace { seen_at: at, order };
    Ok((places.into_iter().map(place).collect(), has_more))
}

/// A page of a partner's orders that lack an IMEI, the soonest deadline first, and whether there are more after it.
pub(super) async fn lacking_imeis(
    table: &Table,
    seller: &SellerId,
    partner: &PartnerId,
    after: Option<ImeiPlace>,
    count: u16,
) -> Result<(Vec<ImeiPlace>, bool), StoreError> {
    let after = after.map(|ImeiPlace { at, order }| IndexPlace { at, order });
    let asked = AskedPage { after, count };
    let (places, has_more) = of_partner(table, &LACKING_IMEIS, seller, partner, asked).await?;
    let place = |IndexPlace { at, order }| ImeiPlace { at, order };
    Ok((places.into_iter().map(place).collect(), has_more))
}

/// A page of what needs a person, the most urgent first, and whether there is more after it.
pub(super) async fn attention(
    table: &Table,
    seller: &SellerId,
    range: UrgencyRange,
    AskedPage { after, count }: AskedPage<AttentionPlace>,
) -> Result<(Vec<AttentionPlace>, bool), StoreError> {
    let query = table
        .query()
        .index_name(ATTENTION)
        .key_condition_expression("attention = :seller AND #urgency BETWEEN :from AND :to")
        .expression_attribute_names("#urgency", URGENCY)
        .expression_attribute_values(":seller", text(attention_of(seller)))
        .expression_attribute_values(":from", number(range.from.as_number()))
        .expression_attribute_values(":to", number(range.to.as_number()))
        .limit(i32::from(count))
        .set_exclusive_start_key(after.map(|place| after_attention(seller, place)));
    let page = sent(query).await?;
    let place = |item: &Item| {
        let urgency = Urgency::from_number(moment_of(item, URGENCY)?.as_millis())?;
        let sk = text_of(item, "sk")?;
        if let Some(partner) = sk.strip_prefix(PARTNER_PREFIX) {
            let (partner, of) = (partner.parse().ok()?, AttentionOf::Partner);
            return Some(AttentionPlace { urgency, partner, of });
        }
        if let Some((partner, form)) = unlisted_named(sk) {
            return Some(AttentionPlace { urgency, partner, of: AttentionOf::Carrier(form) });
        }
        let key = key_of(text_of(item, "pk")?)?;
        let of = AttentionOf::Order(key.order);
        Some(AttentionPlace { urgency, partner: key.partner, of })
    };
    let places = page.items().iter().filter_map(place).collect();
    Ok((places, page.last_evaluated_key.is_some()))
}

fn after_attention(seller: &SellerId, place: AttentionPlace) -> Start {
    let (seller_id, partner) = (seller.clone(), place.partner);
    let key = match place.of {
        AttentionOf::Order(order) => order_key(&OrderKey { seller: seller_id, partner, order }),
        AttentionOf::Partner => partner_key(seller, &partner),
        AttentionOf::Carrier(form) => {
            unlisted_key(&UnlistedKey { seller: seller_id, partner, form })
        }
    };
    let mut start = key.attributes();
    start.insert(ATTENTION.to_owned(), text(attention_of(seller)));
    start.insert(URGENCY.to_owned(), number(place.urgency.as_number()));
    start
}

/// A page of the orders of a shard that are due, and where the next page begins.
pub(super) async fn due(
    table: &Table,
    shard: u8,
    until: Moment,
    after: Option<DuePage>,
) -> Result<(Vec<OrderKey>, Option<DuePage>), StoreError> {
    let start = after.map(|DuePage { keys, due_at }| {
        let mut start: Start = keys.into_iter().map(|(name, value)| (name, text(value))).collect();
        start.insert("due_shard".to_owned(), number(shard));
        start.insert("due_at".to_owned(), number(due_at));
        start
    });
    let query = table
        .query()
        .index_name(DUE)
        .key_condition_expression("due_shard = :shard AND due_at <= :until")
        .expression_attribute_values(":shard", number(shard))
        .expression_attribute_values(":until", number(until.as_millis()))
        .limit(DUE_PAGE)
        .set_exclusive_start_key(start);
    let page = sent(query).await?;
    let keys = page.items().iter().filter_map(|item| key_of(text_of(item, "pk")?)).collect();
    let next = page.last_evaluated_key().and_then(next_page);
    Ok((keys, next))
}

fn next_page(last: &Item) -> Option<DuePage> {
    let due_at = moment_of(last, "due_at")?.as_millis();
    let mut keys = BTreeMap::new();
    for name in ["pk", "sk"] {
        keys.insert(name.to_owned(), text_of(last, name)?.to_owned());
    }
    Some(DuePage { keys, due_at })
}
