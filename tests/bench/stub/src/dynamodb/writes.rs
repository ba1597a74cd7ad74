//! `PutItem`, `UpdateItem` and `DeleteItem`.

use super::attribute::Item;
use super::condition::Condition;
use super::expression::{Parsed, Placeholders};
use super::projection::only;
use super::protocol::{
    AskedCapacity, AskedOnFailure, AskedValues, ConsumedCapacity, DeleteItem, PutItem, UpdateItem,
};
use super::table::{Key, Stored, Table};
use super::units::{item_size, write_units};
use super::update::Updated;
use super::{Database, Units};
use crate::refusal::{Code, Refusal, read, write};
use serde::Serialize;

/// Largest item. Unit: bytes. Source: `DynamoDB` quotas.
const ITEM_BYTES_MAX: usize = 400 * 1024;

#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct WriteAnswer {
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumed_capacity: Option<ConsumedCapacity>,
}

/// The parts that every write has: the table and key, the condition, and what the answer must have.
struct Write<'a> {
    table_name: &'a str,
    key: Key,
    condition: Option<&'a Parsed<Condition>>,
    placeholders: &'a Placeholders,
    on_failure: AskedOnFailure,
    capacity: AskedCapacity,
}

impl Write<'_> {
    /// Checks the condition. A condition that does not hold is a refusal, and is billed.
    fn check(&self, before: Option<&Stored>, used: &mut Units) -> Result<(), Refusal> {
        let Some(condition) = self.condition else { return Ok(()) };
        let nothing = Item::new();
        let item = before.map_or(&nothing, |before| &before.item);
        if condition.tree.holds(item, self.placeholders)? {
            return Ok(());
        }
        used.write_units += write_units(before.map_or(0, |before| before.bytes), 0);
        let item = match self.on_failure {
            AskedOnFailure::AllOld => before.map(|before| before.item.clone()),
            AskedOnFailure::None => None,
        };
        let failed = Refusal::new(Code::ConditionalCheckFailed, "The conditional request failed");
        Err(Refusal { item, ..failed })
    }

    /// Puts the item or removes it, and counts the units.
    fn apply(
        &self,
        table: &mut Table,
        after: Option<Item>,
        used: &mut Units,
    ) -> Result<Option<ConsumedCapacity>, Refusal> {
        let after = after.map(stored).transpose()?;
        let before_bytes = table.get(&self.key).map_or(0, |before| before.bytes);
        let after_bytes = after.as_ref().map_or(0, |after| after.bytes);
        let of_indexes = table.replace(&self.key, after)?;
        let of_table = write_units(before_bytes, after_bytes);
        used.write_units += of_table + of_indexes.iter().map(|(_, units)| units).sum::<u64>();
        let halves: Vec<_> = of_indexes.iter().map(|(name, units)| (*name, units * 2)).collect();
        Ok(self.capacity.answer(self.table_name, of_table * 2, &halves))
    }
}

/// An item with its size. A refusal if the item is too large.
pub(super) fn stored(item: Item) -> Result<Stored, Refusal> {
    let bytes = item_size(&item);
    if bytes > ITEM_BYTES_MAX {
        return Err(Refusal::invalid("Item size has exceeded the maximum allowed size"));
    }
    Ok(Stored { item, bytes })
}

/// The item in the answer of a put or a delete: the item before the write, if the request asked for it.
fn old(asked: AskedValues, before: Option<&Stored>) -> Result<Option<Item>, Refusal> {
    match asked {
        AskedValues::None => Ok(None),
        AskedValues::AllOld => Ok(before.map(|before| before.item.clone())),
        AskedValues::UpdatedOld | AskedValues::AllNew | AskedValues::UpdatedNew => {
            Err(Refusal::invalid("Return values set to invalid value"))
        }
    }
}

fn updated(asked: AskedValues, before: Option<&Stored>, updated: &Updated<'_>) -> Option<Item> {
    let some = |item: Item| (!item.is_empty()).then_some(item);
    match asked {
        AskedValues::None => None,
        AskedValues::AllOld => before.map(|before| before.item.clone()),
        AskedValues::AllNew => Some(updated.item.clone()),
        AskedValues::UpdatedOld => {
            before.and_then(|before| some(only(&before.item, &updated.paths)))
        }
        AskedValues::UpdatedNew => some(only(&updated.item, &updated.paths)),
    }
}

impl Database {
    pub(super) fn put_item(&mut self, body: &[u8], used: &mut Units) -> Result<Vec<u8>, Refusal> {
        let request: PutItem = read(body)?;
        let condition = self.conditions.read_some(request.condition_expression.as_deref())?;
        let placeholders = Placeholders::new(
            request.expression_attribute_names,
            request.expression_attribute_values,
        );
        let of_condition: Vec<_> = condition.iter().map(|condition| &condition.used).collect();
        placeholders.check(&of_condition)?;
        let table = self.table(&request.table_name);
        let put = Write {
            table_name: &request.table_name,
            key: table.key_of(&request.item)?,
            condition: condition.as_deref(),
            placeholders: &placeholders,
            on_failure: request.return_values_on_condition_check_failure,
            capacity: request.return_consumed_capacity,
        };
        let before = table.get(&put.key);
        let attributes = old(request.return_values, before)?;
        put.check(before, used)?;
        let consumed_capacity = put.apply(table, Some(request.item), used)?;
        write(&WriteAnswer { attributes, consumed_capacity })
    }

    pub(super) fn delete_item(
        &mut self,
        body: &[u8],
        used: &mut Units,
    ) -> Result<Vec<u8>, Refusal> {
        let request: DeleteItem = read(body)?;
        let condition = self.conditions.read_some(request.condition_expression.as_deref())?;
        let placeholders = Placeholders::new(
            request.expression_attribute_names,
            request.expression_attribute_values,
        );
        let of_condition: Vec<_> = condition.iter().map(|condition| &condition.used).collect();
        placeholders.check(&of_condition)?;
        let table = self.table(&request.table_name);
        let delete = Write {
            table_name: &request.table_name,
            key: table.key(&request.key)?,
            condition: condition.as_deref(),
            placeholders: &placeholders,
            on_failure: request.return_values_on_condition_check_failure,
            capacity: request.return_consumed_capacity,
        };
        let before = table.get(&delete.key);
        let attributes = old(request.return_values, before)?;
        delete.check(before, used)?;
        let consumed_capacity = delete.apply(table, None, used)?;
        write(&WriteAnswer { attributes, consumed_capacity })
    }

    pub(super) fn update_item(
        &mut self,
        body: &[u8],
        used: &mut Units,
    ) -> Result<Vec<u8>, Refusal> {
        let request: UpdateItem = read(body)?;
        let condition = self.conditions.read_some(request.condition_expression.as_deref())?;
        let update = self.updates.read_some(request.update_expression.as_deref())?;
        let placeholders = Placeholders::new(
            request.expression_attribute_names,
            request.expression_attribute_values,
        );
        let mut of_expressions: Vec<_> =
            condition.iter().map(|condition| &condition.used).collect();
        of_expressions.extend(update.iter().map(|update| &update.used));
        placeholders.check(&of_expressions)?;
        let table = self.table(&request.table_name);
        let write_it = Write {
            table_name: &request.table_name,
            key: table.key(&request.key)?,
            condition: condition.as_deref(),
            placeholders: &placeholders,
            on_failure: request.return_values_on_condition_check_failure,
            capacity: request.return_consumed_capacity,
        };
        let before = table.get(&write_it.key);
        write_it.check(before, used)?;
        // An update of an absent item makes one that has only its key.
        let key_item = table.key_item(&write_it.key);
        let from = before.map_or(&key_item, |before| &before.item);
        let after = match &update {
            Some(update) => update.tree.apply(from, &placeholders, table.shape.keys())?,
            None => Updated { item: from.clone(), paths: Vec::new() },
        };
        let attributes = updated(request.return_values, before, &after);
        let consumed_capacity = write_it.apply(table, Some(after.item), used)?;
        write(&WriteAnswer { attributes, consumed_capacity })
    }
}
