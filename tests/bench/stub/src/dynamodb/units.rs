//! Computes the units that a call is billed, by the published rules. Sizes come in and units go out: nothing here reads
//! a table.
//!
//! Source: `DynamoDB` developer guide, "Item sizes and formats", "Read and write operations" and "Using global
//! secondary indexes", section "Provisioned throughput considerations".

use super::attribute::{Attribute, Item};

/// Bytes of a write unit.
const WRITE_BYTES: usize = 1_024;

/// Bytes of a read unit.
const READ_BYTES: usize = 4_096;

/// Overhead of a list or a map. Unit: bytes.
const DOCUMENT_BYTES: usize = 3;

/// Overhead of each member of a list or a map. Unit: bytes.
const MEMBER_BYTES: usize = 1;

/// The consistency of a read, which decides its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consistency {
    /// The read sees every write before it, and costs a whole unit.
    Strong,
    /// The read costs half a unit.
    Eventual,
}

impl Consistency {
    /// The consistency that a request's `ConsistentRead` asks for.
    pub(crate) fn of(consistent_read: Option<bool>) -> Self {
        if consistent_read == Some(true) { Self::Strong } else { Self::Eventual }
    }
}

/// The size of an item: the sum of its names and its values. Unit: bytes.
pub(crate) fn item_size(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + attribute_size(value)).sum()
}

/// The size of a value. Unit: bytes.
pub(crate) fn attribute_size(value: &Attribute) -> usize {
    match value {
        Attribute::S(text) => text.len(),
        Attribute::N(number) => {
            number.significant_digits().div_ceil(2) + 1 + usize::from(number.is_negative())
        }
        Attribute::B(bytes) => bytes.0.len(),
        Attribute::Bool(_) | Attribute::Null(_) => 1,
        Attribute::L(list) => {
            let members = list.iter().map(|value| MEMBER_BYTES + attribute_size(value));
            DOCUMENT_BYTES + members.sum::<usize>()
        }
        Attribute::M(map) => {
            let members =
                map.iter().map(|(name, value)| MEMBER_BYTES + name.len() + attribute_size(value));
            DOCUMENT_BYTES + members.sum::<usize>()
        }
        Attribute::Texts(texts) => texts.iter().map(String::len).sum(),
        Attribute::Numbers(numbers) => {
            numbers.iter().map(|number| attribute_size(&Attribute::N(*number))).sum()
        }
        Attribute::Binaries(sets) => sets.iter().map(|bytes| bytes.0.len()).sum(),
    }
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// The units of a write to the table. The larger of the item before and the item after counts, and an absent item has 0
/// bytes. A write whose condition fails is billed by the present item.
pub(crate) fn write_units(before_bytes: usize, after_bytes: usize) -> u64 {
    wide(before_bytes.max(after_bytes).div_ceil(WRITE_BYTES).max(1))
}

/// The units of a write to an index. A new entry or a removed one is one write, an entry whose key changes is two, and
/// an entry that stays is none.
pub(crate) fn index_units<T: PartialEq>(
    before: Option<(&T, usize)>,
    after: Option<(&T, usize)>,
) -> u64 {
    let units = |entry: Option<(&T, usize)>| entry.map_or(0, |(_, bytes)| write_units(bytes, 0));
    if before.map(|(entry, _)| entry) == after.map(|(entry, _)| entry) {
        return 0;
    }
    units(before) + units(after)
}

/// The half units of a read of this many bytes.
pub(crate) fn read_half_units(bytes: usize, consistency: Consistency) -> u64 {
    let steps = wide(bytes.div_ceil(READ_BYTES).max(1));
    match consistency {
        Consistency::Strong => steps * 2,
        Consistency::Eventual => steps,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use serde_json::{Value, json};

    #[rstest]
    //                            before  after  units
    #[case::nothing_there(             0,      0,  1)]
    #[case::one_byte(                  0,      1,  1)]
    #[case::last_byte_of_one(          0,  1_024,  1)]
    #[case::first_byte_of_two(         0,  1_025,  2)]
    #[case::last_byte_of_two(          0,  2_048,  2)]
    #[case::first_byte_of_three(       0,  2_049,  3)]
    #[case::shrinks(               2_049,     10,  3)]
    #[case::grows(                    10,  2_049,  3)]
    #[case::deleted(               1_025,      0,  2)]
    #[rustfmt::skip]
    fn a_write_costs_the_larger_item(#[case] before: usize, #[case] after: usize, #[case] units: u64) {
        assert_eq!(write_units(before, after), units);
    }

    #[rstest]
    #[case::nothing_there(       0, 2, 1)]
    #[case::one_byte(            1, 2, 1)]
    #[case::last_byte_of_one(4_096, 2, 1)]
    #[case::first_of_two(    4_097, 4, 2)]
    #[case::last_of_two(     8_192, 4, 2)]
    #[case::first_of_three(  8_193, 6, 3)]
    #[rustfmt::skip]
    fn an_eventual_read_is_half_a_consistent_one(#[case] bytes: usize, #[case] strong: u64, #[case] eventual: u64) {
        assert_eq!(read_half_units(bytes, Consistency::Strong), strong);
        assert_eq!(read_half_units(bytes, Consistency::Eventual), eventual);
    }

    #[rstest]
    #[case::never_there(None, None, 0)]
    #[case::comes(None, Some(("a", 100)), 1)]
    #[case::goes(Some(("a", 100)), None, 1)]
    #[case::stays(Some(("a", 100)), Some(("a", 100)), 0)]
    #[case::moves(Some(("a", 100)), Some(("b", 100)), 2)]
    #[case::comes_large(None, Some(("a", 1_025)), 2)]
    #[case::moves_from_large(Some(("a", 1_025)), Some(("b", 1_024)), 3)]
    fn an_index_is_written_where_its_entry_changes(
        #[case] before: Option<(&str, usize)>,
        #[case] after: Option<(&str, usize)>,
        #[case] units: u64,
    ) {
        let before = before.as_ref().map(|(entry, bytes)| (entry, *bytes));
        let after = after.as_ref().map(|(entry, bytes)| (entry, *bytes));
        assert_eq!(index_units(before, after), units);
    }

    #[rstest]
    #[case::text(json!({"S": "Zürich"}), 7)]
    #[case::zero(json!({"N": "0"}), 1)]
    #[case::one_digit(json!({"N": "7"}), 2)]
    #[case::two_digits(json!({"N": "77"}), 2)]
    #[case::three_digits(json!({"N": "777"}), 3)]
    #[case::zeros_do_not_count(json!({"N": "7700000"}), 2)]
    #[case::negative(json!({"N": "-77"}), 3)]
    #[case::places(json!({"N": "0.0777"}), 3)]
    #[case::bytes(json!({"B": "AQID"}), 3)]
    #[case::truth(json!({"BOOL": true}), 1)]
    #[case::nothing(json!({"NULL": true}), 1)]
    #[case::empty_list(json!({"L": []}), 3)]
    #[case::list(json!({"L": [{"S": "ab"}, {"N": "1"}]}), 3 + 1 + 2 + 1 + 2)]
    #[case::empty_map(json!({"M": {}}), 3)]
    #[case::map(json!({"M": {"name": {"S": "ab"}}}), 3 + 1 + 4 + 2)]
    #[case::texts(json!({"SS": ["ab", "c"]}), 3)]
    #[case::numbers(json!({"NS": ["1", "100"]}), 4)]
    #[case::sets_of_bytes(json!({"BS": ["AQID", "AQ=="]}), 4)]
    fn a_value_has_the_published_size(#[case] value: Value, #[case] bytes: usize) {
        assert_eq!(attribute_size(&serde_json::from_value(value).unwrap()), bytes);
    }

    #[test]
    fn an_item_is_its_names_and_its_values() {
        let item: Item =
            serde_json::from_value(json!({"pk": {"S": "abc"}, "v": {"N": "12"}})).unwrap();
        assert_eq!(item_size(&item), 2 + 3 + 1 + 2);
    }
}
