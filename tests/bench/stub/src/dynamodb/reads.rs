//! `GetItem`, `BatchGetItem` and `Query`.

use super::attribute::Item;
use super::expression::Placeholders;
use super::protocol::{AskedKeys, BatchGetItem, ConsumedCapacity, GetItem, Query};
use super::query::{self, key_condition};
use super::units::{Consistency, read_half_units};
use super::{Database, Units};
use crate::refusal::{Refusal, read, write};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Most keys of a batch. Source: API reference, `BatchGetItem`.
const BATCH_MAX: usize = 100;

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GetAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumed_capacity: Option<ConsumedCapacity>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct BatchAnswer {
    responses: BTreeMap<String, Vec<Item>>,
    /// Always empty, because the stub never throttles.
    unprocessed_keys: BTreeMap<String, Item>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    consumed_capacity: Vec<ConsumedCapacity>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct QueryAnswer {
    count: usize,
    scanned_count: usize,
    items: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_evaluated_key: Option<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumed_capacity: Option<ConsumedCapacity>,
}

impl Database {
    pub(super) fn get_item(&mut self, body: &[u8], used: &mut Units) -> Result<Vec<u8>, Refusal> {
        let request: GetItem = read(body)?;
        let asked = AskedKeys {
            keys: vec![request.key],
            consistent_read: request.consistent_read,
            projection_expression: request.projection_expression,
            expression_attribute_names: request.expression_attribute_names,
        };
        let (items, half_units) = self.items(&request.table_name, asked)?;
        used.read_half_units += half_units;
        let asked = request.return_consumed_capacity;
        write(&GetAnswer {
            item: items.into_iter().next(),
            consumed_capacity: asked.answer(&request.table_name, half_units, &[]),
        })
    }

    pub(super) fn batch_get_item(
        &mut self,
        body: &[u8],
        used: &mut Units,
    ) -> Result<Vec<u8>, Refusal> {
        let request: BatchGetItem = read(body)?;
        let count: usize = request.request_items.values().map(|asked| asked.keys.len()).sum();
        if !(1..=BATCH_MAX).contains(&count) {
            return Err(Refusal::invalid(
                "Too many items requested for the BatchGetItem call, or none",
            ));
        }
        let (mut responses, mut consumed_capacity) = (BTreeMap::new(), Vec::new());
        for (table, asked) in request.request_items {
            let distinct: BTreeSet<&Item> = asked.keys.iter().collect();
            if distinct.len() < asked.keys.len() {
                return Err(Refusal::invalid("Provided list of item keys contains duplicates"));
            }
            let (items, half_units) = self.items(&table, asked)?;
            used.read_half_units += half_units;
            consumed_capacity.extend(request.return_consumed_capacity.answer(
                &table,
                half_units,
                &[],
            ));
            responses.insert(table, items);
        }
        write(&BatchAnswer { responses, unprocessed_keys: BTreeMap::new(), consumed_capacity })
    }

    /// The items of some keys, and the half units of reading them. Each key is billed separately, also if it has no
    /// item.
    fn items(&mut self, table: &str, asked: AskedKeys) -> Result<(Vec<Item>, u64), Refusal> {
        let projection = self.projections.read_some(asked.projection_expression.as_deref())?;
        let placeholders = Placeholders::new(asked.expression_attribute_names, None);
        let used: Vec<_> = projection.iter().map(|projection| &projection.used).collect();
        placeholders.check(&used)?;
        let consistency = Consistency::of(asked.consistent_read);
        let table = self.table(table);
        let (mut items, mut half_units) = (Vec::new(), 0);
        for key in asked.keys {
            let stored = table.get(&table.key(&key)?);
            half_units += read_half_units(stored.map_or(0, |stored| stored.bytes), consistency);
            match (stored, &projection) {
                (Some(stored), None) => items.push(stored.item.clone()),
                (Some(stored), Some(projection)) => {
                    items.push(projection.tree.of(&stored.item, &placeholders)?);
                }
                (None, _) => {}
            }
        }
        Ok((items, half_units))
    }

    pub(super) fn query(&mut self, body: &[u8], used: &mut Units) -> Result<Vec<u8>, Refusal> {
        let request: Query = read(body)?;
        if request.limit == Some(0) {
            return Err(Refusal::invalid("Limit must be greater than or equal to 1"));
        }
        let condition = self.conditions.read(&request.key_condition_expression)?;
        let filter = self.conditions.read_some(request.filter_expression.as_deref())?;
        let projection = self.projections.read_some(request.projection_expression.as_deref())?;
        let placeholders = Placeholders::new(
            request.expression_attribute_names,
            request.expression_attribute_values,
        );
        let mut of_expressions = vec![&condition.used];
        of_expressions.extend(filter.iter().map(|filter| &filter.used));
        of_expressions.extend(projection.iter().map(|projection| &projection.used));
        placeholders.check(&of_expressions)?;

        let table = self.table(&request.table_name);
        let consistency = Consistency::of(request.consistent_read);
        let index = match request.index_name.as_deref() {
            Some(name) => Some(table.index(name)?.0),
            None => None,
        };
        if index.is_some() && consistency == Consistency::Strong {
            return Err(Refusal::invalid(
                "Consistent reads are not supported on global secondary indexes",
            ));
        }
        let keys = index.map_or_else(|| table.shape.typed_keys(), |index| index.keys().to_vec());
        let (hash, range) = key_condition(&condition.tree, &placeholders, &keys)?;
        let query = query::Query {
            index,
            hash,
            range,
            start: request.exclusive_start_key,
            forward: request.scan_index_forward != Some(false),
            limit: request.limit,
        };
        let page = query.page(table)?;
        let half_units = read_half_units(page.bytes, consistency);
        used.read_half_units += half_units;

        let scanned_count = page.items.len();
        let mut items = Vec::with_capacity(scanned_count);
        for item in page.items {
            let is_kept = match &filter {
                Some(filter) => filter.tree.holds(&item, &placeholders)?,
                None => true,
            };
            match &projection {
                Some(projection) if is_kept => {
                    items.push(projection.tree.of(&item, &placeholders)?);
                }
                Some(_) => {}
                None => items.extend(is_kept.then_some(item)),
            }
        }
        let asked = request.return_consumed_capacity;
        let consumed_capacity = match index {
            Some(index) => asked.answer(&request.table_name, 0, &[(index.name, half_units)]),
            None => asked.answer(&request.table_name, half_units, &[]),
        };
        let last_evaluated_key = page.last;
        write(&QueryAnswer {
            count: items.len(),
            scanned_count,
            items,
            last_evaluated_key,
            consumed_capacity,
        })
    }
}
