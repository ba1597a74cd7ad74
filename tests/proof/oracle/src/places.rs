//! What the rules need to know of each marketplace, said again: Rules L5, D1, I1 and P11.

use domain::Channel;

/// A marketplace's facts.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "the columns of a table")]
pub struct Place {
    /// L5: one tracking number per order, and confirming it ships every line.
    pub one_number: bool,
    /// Whether it can be asked what it holds.
    pub can_be_asked: bool,
    /// Whether the identical request may go out again once a read has shown nothing.
    pub repeats_safely: bool,
    /// I1.
    pub takes_imeis: bool,
}

const fn place(one_number: u8, can_be_asked: u8, repeats_safely: u8, takes_imeis: u8) -> Place {
    Place {
        one_number: one_number == 1,
        can_be_asked: can_be_asked == 1,
        repeats_safely: repeats_safely == 1,
        takes_imeis: takes_imeis == 1,
    }
}

//                                          one  asked  repeats  IMEIs
const PLACES: [(Channel, Place); Channel::ALL.len()] = [
    (Channel::Amazon, /*            */ place(0, 1, 1, 0)),
    (Channel::Ebay, /*              */ place(0, 1, 0, 0)),
    (Channel::Wish, /*              */ place(1, 1, 1, 0)),
    (Channel::BackMarket, /*        */ place(1, 1, 0, 1)),
    (Channel::Groupon, /*           */ place(0, 1, 0, 0)),
    (Channel::UntilGone, /*         */ place(0, 0, 0, 0)),
];

/// What the rules need to know of a marketplace.
pub fn of(channel: Channel) -> Place {
    let known = PLACES.iter().find(|(other, _)| *other == channel);
    known.map_or(PLACES[0].1, |(_, place)| *place)
}
