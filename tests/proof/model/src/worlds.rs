//! The worlds that are searched: each kind of channel, and what may happen around the channel.

use crate::guard::World;
use domain::Channel;

const fn with_label_and_person(world: World) -> World {
    World { void: false, cancel: false, person: false, never: false, ..world }
}

/// The channel can be read, and may apply an identical request twice. Back Market is so, too.
pub const EBAY: World = World::full("ebay", Channel::Ebay);

/// The channel can be read, and says that an order has shipped, but never by which number.
pub const GROUPON: World = World::full("groupon", Channel::Groupon);

/// The channel can be read, and an identical request does no harm.
pub const AMAZON: World = with_label_and_person(World::full("amazon", Channel::Amazon));

/// The channel can be read, and an identical request does no harm. `never`, voids, cancellations and a person who acts are
/// added.
pub const AMAZON_RULES: World = World {
    name: "amazon's rules",
    senders: 2,
    foreign: false,
    deploy: false,
    ..World::full("", Channel::Amazon)
};

/// Amazon with all that its rules add, with one label only.
pub const AMAZON_PLAIN: World =
    World { name: "amazon, one label", relabel: false, foreign: false, deploy: false, ..AMAZON };

/// An identical request does no harm, but a request replaces what a person entered, so the channel is read before each claim.
pub const WISH: World = with_label_and_person(World::full("wish", Channel::Wish));

/// Wish with one label, with an order that may be released again with the number of its former shipment, and with a person who
/// acts.
pub const WISH_AGAIN: World = World {
    name: "wish, released again",
    senders: 2,
    relabel: false,
    void: false,
    cancel: false,
    deploy: false,
    again: true,
    ..World::full("", Channel::Wish)
};

/// The channel cannot be read.
pub const UNTIL_GONE: World = World::full("until_gone", Channel::UntilGone);

/// The channel cannot be read, and drops repeats.
pub const UNTIL_GONE_DEDUPED: World = World {
    name: "until_gone, deduped",
    is_deduped: true,
    deploy: true,
    ..World::full("", Channel::UntilGone)
};

const PLAIN: World =
    World { relabel: false, void: false, cancel: false, foreign: false, person: false, ..EBAY };

/// One label and nothing else, with doorbells one by one.
pub const BELLS: World = World { name: "ebay, doorbells", bells: true, ..PLAIN };

/// One label and nothing else, with doorbells one by one, of which none is lost, and with senders that do not die.
pub const FAULTLESS: World = World { name: "ebay, no losses", loses: false, ..BELLS };

/// One label and nothing else, where every doorbell but the sweep's may be lost, and may come at any time.
pub const ONE_LABEL: World = World { name: "ebay, one label", ..PLAIN };

/// One label. The channel may answer from an older copy twice in one doubt, and applies at once what it applies.
pub const LAGGING: World =
    World { name: "ebay, lagging", lags: 2, late: false, relabel: true, ..PLAIN };

/// One label. The channel may answer from an older copy, and may apply late, too: more than the protocol is made for.
pub const LAGGING_AND_LATE: World = World { name: "ebay, lagging and late", late: true, ..LAGGING };

/// Two packages of one order, each with its number.
pub const TWO_AT_UNTIL_GONE: World = World {
    name: "until_gone, two packages",
    channel: Channel::UntilGone,
    packages: 2,
    void: true,
    ..PLAIN
};

/// Two packages of one order at a channel that can be read. This world is large.
pub const TWO_AT_EBAY: World =
    World { name: "ebay, two packages", packages: 2, senders: 2, ..PLAIN };

/// Two packages of one order, which takes one number.
pub const TWO_AT_BACK_MARKET: World = World {
    name: "back_market, two packages",
    channel: Channel::BackMarket,
    packages: 2,
    senders: 2,
    void: true,
    ..PLAIN
};

/// The worlds of a usual run, small ones first.
pub const ALL: [World; 13] = [
    BELLS,
    ONE_LABEL,
    LAGGING,
    UNTIL_GONE,
    UNTIL_GONE_DEDUPED,
    TWO_AT_UNTIL_GONE,
    TWO_AT_BACK_MARKET,
    AMAZON_RULES,
    GROUPON,
    AMAZON,
    WISH,
    WISH_AGAIN,
    EBAY,
];
