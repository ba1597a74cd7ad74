//! The facts about each marketplace that the rules need. Rules L5, D1, I1 and P11.

use domain::Channel;

/// The facts about a marketplace that the rules need.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the columns of a table")]
pub struct MarketplaceFacts {
    /// L5: one tracking number per order, and confirming it ships every line.
    pub one_number: bool,
    /// Whether the marketplace can be asked what it holds.
    pub can_be_asked: bool,
    /// Whether the identical request may go out again once a read has shown nothing.
    pub repeats_safely: bool,
    /// I1: whether the marketplace takes IMEIs.
    pub takes_imeis: bool,
}

const fn facts(
    one_number: u8,
    can_be_asked: u8,
    repeats_safely: u8,
    takes_imeis: u8,
) -> MarketplaceFacts {
    MarketplaceFacts {
        one_number: one_number == 1,
        can_be_asked: can_be_asked == 1,
        repeats_safely: repeats_safely == 1,
        takes_imeis: takes_imeis == 1,
    }
}

//                                          one  asked  repeats  IMEIs
const MARKETPLACES: [(Channel, MarketplaceFacts); Channel::ALL.len()] = [
    (Channel::Amazon, /*            */ facts(0, 1, 1, 0)),
    (Channel::Ebay, /*              */ facts(0, 1, 0, 0)),
    (Channel::Wish, /*              */ facts(1, 1, 1, 0)),
    (Channel::BackMarket, /*        */ facts(1, 1, 0, 1)),
    (Channel::Groupon, /*           */ facts(0, 1, 0, 0)),
    (Channel::UntilGone, /*         */ facts(0, 0, 0, 0)),
];

/// The facts about a channel's marketplace.
pub fn of(channel: Channel) -> MarketplaceFacts {
    let known = MARKETPLACES.iter().find(|(other, _)| *other == channel);
    known.map_or(MARKETPLACES[0].1, |(_, place)| *place)
}
