//! The facts about each marketplace that the rules need. Rules L5, D1, I1, P11, S2, S7 and S8.

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
    /// S2 and S11: whether a confirmation may go without a movement.
    pub sends_late: bool,
    /// S7: whether its answers show a ship-by.
    pub shows_ship_by: bool,
    /// S8: whether what it took is verified.
    pub is_verified: bool,
}

const fn facts(
    one_number: u8,
    can_be_asked: u8,
    repeats_safely: u8,
    takes_imeis: u8,
    (sends_late, shows_ship_by, is_verified): (u8, u8, u8),
) -> MarketplaceFacts {
    MarketplaceFacts {
        one_number: one_number == 1,
        can_be_asked: can_be_asked == 1,
        repeats_safely: repeats_safely == 1,
        takes_imeis: takes_imeis == 1,
        sends_late: sends_late == 1,
        shows_ship_by: shows_ship_by == 1,
        is_verified: is_verified == 1,
    }
}

//                                          one  asked  repeats  IMEIs  (sends late, shows a ship-by, is verified)
const MARKETPLACES: [(Channel, MarketplaceFacts); Channel::ALL.len()] = [
    (Channel::Amazon, /*            */ facts(0, 1, 1, 0, (1, 1, 1))),
    (Channel::Ebay, /*              */ facts(0, 1, 0, 0, (1, 1, 0))),
    (Channel::Wish, /*              */ facts(1, 1, 1, 0, (1, 1, 0))),
    (Channel::BackMarket, /*        */ facts(1, 1, 0, 1, (1, 1, 0))),
    (Channel::Groupon, /*           */ facts(0, 1, 0, 0, (0, 0, 0))),
    (Channel::UntilGone, /*         */ facts(0, 0, 0, 0, (0, 0, 0))),
];

/// The facts about a channel's marketplace.
pub fn of(channel: Channel) -> MarketplaceFacts {
    let known = MARKETPLACES.iter().find(|(other, _)| *other == channel);
    known.map_or(MARKETPLACES[0].1, |(_, place)| *place)
}
