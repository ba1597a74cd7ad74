//! `DynamoDB`, as far as our functions and the peers use it: single items, batches of reads, and queries.
//!
//! It lacks scans, transactions, batches of writes, the old parameters that expressions replaced (`Expected`,
//! `KeyConditions`, …), reserved words, time to live, and throttling.

mod attribute;
mod condition;
mod expression;
mod lexer;
mod number;
mod projection;
mod protocol;
mod query;
mod reads;
mod table;
mod units;
mod update;
mod writes;

pub(crate) use attribute::Item;

use crate::refusal::Refusal;
use attribute::Attribute;
use condition::Condition;
use expression::ParsedExpressions;
use projection::Projection;
use std::collections::HashMap;
use table::{Key, Table};
use update::Update;

/// The units that calls are billed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Units {
    pub(crate) read_half_units: u64,
    pub(crate) write_units: u64,
}

/// The operations of this service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    GetItem,
    BatchGetItem,
    Query,
    PutItem,
    UpdateItem,
    DeleteItem,
}

impl Operation {
    /// Every operation.
    pub(crate) const ALL: [Self; 6] = [
        Self::GetItem,
        Self::BatchGetItem,
        Self::Query,
        Self::PutItem,
        Self::UpdateItem,
        Self::DeleteItem,
    ];

    /// The operation's name in the protocol.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::GetItem => "GetItem",
            Self::BatchGetItem => "BatchGetItem",
            Self::Query => "Query",
            Self::PutItem => "PutItem",
            Self::UpdateItem => "UpdateItem",
            Self::DeleteItem => "DeleteItem",
        }
    }
}

/// All tables, and the expressions that were parsed so far.
#[derive(Debug, Default)]
pub(crate) struct Database {
    tables: HashMap<String, Table>,
    conditions: ParsedExpressions<Condition>,
    updates: ParsedExpressions<Update>,
    projections: ParsedExpressions<Projection>,
}

impl Database {
    /// Answers a call, and adds its units to `used`, also if the call is refused.
    pub(crate) fn answer(
        &mut self,
        operation: Operation,
        body: &[u8],
        used: &mut Units,
    ) -> Result<Vec<u8>, Refusal> {
        match operation {
            Operation::GetItem => self.get_item(body, used),
            Operation::BatchGetItem => self.batch_get_item(body, used),
            Operation::Query => self.query(body, used),
            Operation::PutItem => self.put_item(body, used),
            Operation::UpdateItem => self.update_item(body, used),
            Operation::DeleteItem => self.delete_item(body, used),
        }
    }
}

impl Database {
    /// The table of this name. Makes an empty one at its first use.
    fn table(&mut self, name: &str) -> &mut Table {
        self.tables.entry(name.to_owned()).or_insert_with(|| Table::new(name))
    }

    /// Puts an item without counting units.
    pub(crate) fn seed(&mut self, table: &str, item: Item) -> Result<(), Refusal> {
        let table = self.table(table);
        let key = table.key_of(&item)?;
        table.replace(&key, Some(writes::stored(item)?)).map(drop)
    }

    /// Reads an item without counting units.
    pub(crate) fn look(&self, table: &str, hash: &str, range: &str) -> Option<&Item> {
        let key = Key { hash: Attribute::text(hash), range: Attribute::text(range) };
        self.tables.get(table)?.get(&key).map(|stored| &stored.item)
    }

    /// The number of items in a table.
    pub(crate) fn len(&self, table: &str) -> usize {
        self.tables.get(table).map_or(0, Table::len)
    }

    /// Removes all items.
    pub(crate) fn clear(&mut self) {
        self.tables.clear();
    }
}

#[cfg(test)]
mod tests;
