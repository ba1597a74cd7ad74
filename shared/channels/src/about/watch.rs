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
    /// What it costs to watch.
    pub cost: &'static str,
}

/// What a person should know before they choose what is watched.
pub const WATCH: Watched = Watched {
    deadline: "People are warned so many hours before the ship-by that a label or the marketplace told, and again when it is over. \
               It sends nothing. Labels that are there already keep what was set when they came.",
    silent_hours: "A parcel that no carrier has scanned after so many hours is shown, and so is an order whose voided label was \
                   not replaced. After a confirmation it is shown only where scans of this account's parcels come at all.",
    send_after: "For \u{201c}When tracking is assigned.\u{201d}: the confirmation waits until all that is set here holds, unless \
                 the parcel moves before. A ship-by does not end the wait: it is warned of.",
    cost: "A watched order costs up to two write units of the table more (10 instead of 8). With both off it costs what it did.",
};
