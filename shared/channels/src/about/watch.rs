//! What the settings beside the timing do, which is the same at every marketplace: what is watched, and what it costs.

/// What a person should know before they choose what is watched.
#[derive(Clone, Copy, Debug)]
pub struct Watched {
    /// The warning before a ship-by.
    pub deadline: &'static str,
    /// The silence after which people are told.
    pub silent_hours: &'static str,
    /// What a confirmation waits for under assigned timing.
    pub send_after: &'static str,
    /// After how long a confirmation goes without a movement.
    pub or_after: &'static str,
    /// Whether what was taken is verified.
    pub verify: &'static str,
    /// The business days that a ship-by is reckoned by.
    pub business_days: &'static str,
    /// What it costs to watch.
    pub cost: &'static str,
}

/// What a person should know before they choose what is watched.
pub const WATCH: Watched = Watched {
    deadline: "People are warned so many hours before the ship-by that a label or the marketplace told, and again when it is over. \
               Where it is to be sent then, what waits for the carrier's first scan and for nothing else goes out so many hours \
               before the ship-by, once the marketplace was asked what it has. Labels that are there already keep what was set when \
               they came; but nothing goes out so once it is not set any more.",
    silent_hours: "A parcel that no carrier has scanned after so many hours is shown, and so is an order whose voided label was \
                   not replaced. After a confirmation it is shown only where scans of this account's parcels come at all. \
                   Where no parcel of any of your accounts set out for a day, and 20 or more wait for their scan, one row says so \
                   in place of all of them.",
    send_after: "For \u{201c}When tracking is assigned.\u{201d}: the confirmation waits until all that is set here holds, unless \
                 the parcel moves before. A ship-by does not end the wait: it is warned of.",
    or_after: "For \u{201c}When tracking shows movement.\u{201d}: what no carrier has scanned after so many hours goes out all the same, \
               once the marketplace was asked what it has.",
    verify: "What Amazon took is asked for after 10 minutes, 1 and 6 hours, until it shows the number. Where it does not, people are \
             told; nothing is sent again by itself. Each order costs one to three reads, at most half of what Amazon allows.",
    business_days: "Groupon tells no ship-by. Where a label says when its order was placed it is reckoned: 5 PM Central of the business \
                    day that is so many days after the order. Weekends and Groupon's six holidays are none, nor are your closed \
                    days.",
    cost: "A watched order costs up to two write units of the table more (10 instead of 8). With both off it costs what it did. Where \
           neither its label nor an update tells a ship-by, the marketplace is asked once for it: six write units and three read \
           units.",
};
