//! The spans of the rules, in milliseconds, and the few moments made of them.

use crate::inputs::Ms;
use crate::states::{Doubt, SweepRings, TimeRange};
use domain::Parking;

/// A second.
pub const SECOND: Ms = 1_000;
/// A minute.
pub const MINUTE: Ms = 60 * SECOND;
/// An hour.
pub const HOUR: Ms = 60 * MINUTE;
/// A day.
pub const DAY: Ms = 24 * HOUR;

/// I3: how long a label that is first handled after its deadline waits for its IMEIs.
pub const BACKLOG: Ms = 5 * MINUTE;
/// "lease over (`lease_until + 5 s` past)".
pub const LEASE_GRACE: Ms = 5 * SECOND;
/// "up to 5 minutes later than a lease's end".
pub const LEASE_LOOK: Ms = 5 * MINUTE;
/// "after 7 days `rejected: gave_up`".
pub const GIVE_UP: Ms = 7 * DAY;
/// "24 h in doubt: `unresolved`".
pub const DOUBT_MAX: Ms = DAY;
/// "the channel's quarantine (15 min)".
pub const QUARANTINE: Ms = 15 * MINUTE;
/// "three absent reads".
pub const ABSENT_READS: u8 = 3;
/// "`ready` for an hour is marked `delayed`"; so is "an IMEI that is not registered an hour after it was due".
pub const DELAYED: Ms = HOUR;
/// "looked at every five minutes".
const STOPPED: Ms = 5 * MINUTE;
/// A1: "whatever is due waits half an hour and is asked again"; A3 for a line's own request.
const PAUSED: Ms = 30 * MINUTE;
/// The longest a doorbell can wait.
pub const DOORBELL_MAX: Ms = 15 * MINUTE;

/// "what is in doubt again after one repeat, two, three or more is read (or repeated …) after 2, 5, 15 min".
const REPEATS: [Ms; 4] = [30 * SECOND, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE];
/// "Retry-After (at most 12 h)".
const RETRY_AFTER_MAX: Ms = 12 * HOUR;
const RETRIES: [Ms; 4] = [5 * SECOND, 30 * SECOND, 2 * MINUTE, 5 * MINUTE];
const RETRY_LATER: Ms = 15 * MINUTE;
const JITTER: Ms = 3 * MINUTE;
const READS: [Ms; 5] = [30 * SECOND, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE];
const READ_LATER: Ms = 15 * MINUTE;
const RINGS: [Ms; 3] = [5 * MINUTE, 15 * MINUTE, HOUR];

/// How long what waits for its partner is left alone.
pub const fn parked(parking: Parking) -> Ms {
    match parking {
        Parking::Stopped => STOPPED,
        Parking::Paused | Parking::Observing => PAUSED,
    }
}

/// When the next try may be, after this many failures.
pub fn retry(failures: u8, asked: Option<Ms>, now: Ms) -> TimeRange {
    let usual = match RETRIES.get(usize::from(failures).saturating_sub(1)) {
        Some(wait) => TimeRange::exactly(now + wait),
        None => TimeRange { earliest: now + RETRY_LATER - JITTER, latest: now + RETRY_LATER },
    };
    no_sooner(usual, asked, now)
}

/// "it lengthens a wait and never shortens it".
fn no_sooner(usual: TimeRange, asked: Option<Ms>, now: Ms) -> TimeRange {
    let asked = asked.map_or(now, |asked| now + asked.min(RETRY_AFTER_MAX));
    TimeRange { earliest: usual.earliest.max(asked), latest: usual.latest.max(asked) }
}

/// How long after its outcome a repeat is first looked at, after this many repeats.
pub fn first_look(repeats: u8) -> Ms {
    REPEATS.get(usize::from(repeats)).copied().unwrap_or(REPEATS[3])
}

/// "1 min while it is less than a minute old, 5 min in the first 6 minutes, 15 in the first 21, then 60".
pub fn publish_again(age: Ms) -> Ms {
    match age {
        ..MINUTE => MINUTE,
        MINUTE..360_000 => 5 * MINUTE,
        360_000..1_260_000 => 15 * MINUTE,
        _ => HOUR,
    }
}

/// A doubt that begins now. The channel may have asked to put off its first read.
pub fn doubt(first_read: Ms, asked: Option<Ms>, now: Ms) -> Doubt {
    let read_at = no_sooner(TimeRange::exactly(now + first_read), asked, now);
    let rings = first_ring(read_at, now);
    Doubt { since: now, reads: 0, absent: 0, read_at, rings, refused: false, restored: false }
}

/// When what was first to be read after a moment is read next.
pub fn next_read(since: Ms, asked: Option<Ms>, now: Ms) -> Ms {
    let planned = READS.into_iter().map(|after| since + after).find(|at| *at > now);
    let planned = planned.unwrap_or(now + READ_LATER);
    let asked = asked.map_or(planned, |asked| now + asked.min(RETRY_AFTER_MAX));
    planned.max(asked)
}

/// The doubt after a read.
pub fn read(doubt: &Doubt, absent: u8, asked: Option<Ms>, now: Ms) -> Doubt {
    let read_at = TimeRange::exactly(next_read(doubt.since, asked, now));
    Doubt {
        reads: doubt.reads.saturating_add(1),
        absent: doubt.absent.saturating_add(absent),
        read_at,
        rings: first_ring(read_at, now),
        ..*doubt
    }
}

/// The sweep's first ring for work that is due at a moment: "15 minutes before a `not_before` or read that is further away than
/// that; 5 minutes after `ready`".
pub fn first_ring(work_at: TimeRange, now: Ms) -> SweepRings {
    let ring = |at: Ms| if at - now > DOORBELL_MAX { at - DOORBELL_MAX } else { at + RINGS[0] };
    let next = TimeRange { earliest: ring(work_at.earliest), latest: ring(work_at.latest) };
    SweepRings { next, count: 0, is_paused: false }
}

/// The ring after one that is past: "re-ring, then 15, then 60".
pub fn next_ring(rings: SweepRings, now: Ms) -> SweepRings {
    let count = rings.count.saturating_add(1);
    let wait = RINGS.get(usize::from(count)).unwrap_or(&RINGS[2]);
    SweepRings { next: TimeRange::exactly(now + wait), count, ..rings }
}
