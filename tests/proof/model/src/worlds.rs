//! The worlds that are searched: each class of channel, and what may happen around it.

use crate::guard::World;
use domain::Channel;

const fn with_label_and_person(world: World) -> World {
    World { void: false, cancel: false, person: false, never: false, ..world }
}

/// Can be read; an identical request may be taken twice. The same for Back Market.
pub const EBAY: World = World::full("ebay", Channel::Ebay);

/// The same, where a read says that it has shipped, and never by which number.
pub const GROUPON: World = World::full("groupon", Channel::Groupon);

/// Can be read; the identical request does no harm.
pub const AMAZON: World = with_label_and_person(World::full("amazon", Channel::Amazon));

/// The same, with what its own rules add: `never`, voids, cancellations, a person who acts.
pub const AMAZON_RULES: World = World {
    name: "amazon's rules",
    senders: 2,
    foreign: false,
    deploy: false,
    ..World::full("", Channel::Amazon)
};

/// The same with one label only.
pub const AMAZON_PLAIN: World =
    World { name: "amazon, one label", relabel: false, foreign: false, deploy: false, ..AMAZON };

/// The identical request does no harm, and replaces what a person entered: it is read before each claim.
pub const WISH: World = with_label_and_person(World::full("wish", Channel::Wish));

/// The same with one label, of an order that may be released again, with the number of its former shipment, and with a
/// person who acts.
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

/// Cannot be read.
pub const UNTIL_GONE: World = World::full("until_gone", Channel::UntilGone);

/// Cannot be read, and drops repeats.
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

/// The same, where no doorbell is lost and no sender dies.
pub const FAULTLESS: World = World { name: "ebay, no losses", loses: false, ..BELLS };

/// The same, where every doorbell but the sweep's may be lost, and may come at any time.
pub const ONE_LABEL: World = World { name: "ebay, one label", ..PLAIN };

/// One label; the channel may answer from an older copy twice in one doubt, but applies what it applies at once.
pub const LAGGING: World =
    World { name: "ebay, lagging", lags: 2, late: false, relabel: true, ..PLAIN };

/// The same, where what it has may be applied late as well: more than the protocol is made for.
pub const LAGGING_AND_LATE: World = World { name: "ebay, lagging and late", late: true, ..LAGGING };

/// One label, a buyer who may wish to cancel, and a person who may refuse that or send all the same.
pub const WISHES: World =
    World { name: "ebay, a wish to cancel", wishes: true, person: true, ..PLAIN };

/// Labels that wait for a movement and go by their deadline instead, after a look; the partner may stop that.
pub const SENDS: World = World {
    name: "ebay, a deadline that sends",
    sends: true,
    relabel: true,
    foreign: true,
    senders: 2,
    ..PLAIN
};

/// One label, at a partner that may be paused and resumed.
pub const PAUSES: World =
    World { name: "ebay, a pause", pauses: true, senders: 2, relabel: true, ..PLAIN };

/// One label, at a partner that may observe and be live again, where an identical request does no harm.
pub const OBSERVES: World = World {
    name: "amazon, observed",
    observes: true,
    senders: 2,
    person: true,
    never: false,
    relabel: true,
    void: false,
    cancel: false,
    foreign: false,
    deploy: false,
    ..World::full("", Channel::Amazon)
};

/// Two packages of one order, each with its number.
pub const TWO_AT_UNTIL_GONE: World = World {
    name: "until_gone, two packages",
    channel: Channel::UntilGone,
    packages: 2,
    void: true,
    ..PLAIN
};

/// The same where it can be read: large.
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

/// One label and its successor, on a table that may be restored.
pub const RESTORED: World =
    World { name: "ebay, restored", restores: true, relabel: true, senders: 1, ..PLAIN };

/// The same, with two packages of one order, which takes one number.
pub const RESTORED_TWO: World = World {
    name: "back_market, two packages, restored",
    restores: true,
    senders: 1,
    ..TWO_AT_BACK_MARKET
};

/// The same where the identical request does no harm, and where the channel may answer from an older copy.
pub const RESTORED_AMAZON: World = World {
    name: "amazon, restored",
    restores: true,
    senders: 1,
    lags: 2,
    late: false,
    deploy: true,
    ..AMAZON_PLAIN
};

/// The same where it cannot be read, and a repeat is dropped.
pub const RESTORED_DEDUPED: World = World {
    name: "until_gone, deduped, restored",
    restores: true,
    senders: 1,
    relabel: false,
    ..UNTIL_GONE_DEDUPED
};

/// Every world of a usual run: those of [`CHOSEN`], and one for each channel that is of another kind than theirs.
pub fn all() -> Vec<World> {
    CHOSEN.into_iter().chain(of_other_kinds(&CHOSEN)).collect()
}

/// A world for each channel whose facts are not those of a channel of these worlds, nor of a channel before it.
pub fn of_other_kinds(worlds: &[World]) -> Vec<World> {
    let mut new: Vec<World> = Vec::new();
    for channel in Channel::ALL {
        let mut known = worlds.iter().chain(&new);
        if known.all(|world| world.channel.facts() != channel.facts()) {
            new.push(with_label_and_person(World::full(channel.name(), channel)));
        }
    }
    new
}

/// The worlds of a usual run that were chosen by hand, small ones first.
pub const CHOSEN: [World; 21] = [
    BELLS,
    ONE_LABEL,
    LAGGING,
    WISHES,
    SENDS,
    RESTORED,
    RESTORED_TWO,
    RESTORED_AMAZON,
    RESTORED_DEDUPED,
    PAUSES,
    OBSERVES,
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
