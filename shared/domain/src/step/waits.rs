//! When to try, read, ring and publish again: every wait of the rules, in one place.

use super::Parking;
use crate::{Doubt, Moment, OrderKey, Pending, Repeats, Ring, Text, Tries};
use jiff::SignedDuration;

/// Longest wait that a channel may ask for.
const RETRY_AFTER_MAX: SignedDuration = SignedDuration::from_hours(12);

/// Waits after the first failures; later ones wait [`RETRY_LATER`], less some jitter.
const RETRIES: [SignedDuration; 4] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_secs(30),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(5),
];
const RETRY_LATER: SignedDuration = SignedDuration::from_mins(15);

/// Most by which a late retry is spread. Unit: seconds.
const JITTER_S: u64 = 180;

/// How long a passing failure is tried again, counted from when the confirmation was first due.
const GIVE_UP_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// After this in doubt, a person must look.
pub(super) const DOUBT_MAX: SignedDuration = SignedDuration::from_hours(24);

/// How long after the end of its lease a function is certainly gone.
pub(super) const LEASE_GRACE: SignedDuration = SignedDuration::from_secs(5);

/// How much later than a lease's end the sweep may look, so that a claim can leave `due_at` alone.
pub(super) const LEASE_LOOK_LATEST: SignedDuration = SignedDuration::from_mins(5);

/// How long something may be due without being taken before it is marked.
pub(super) const DELAYED_AFTER: SignedDuration = SignedDuration::from_hours(1);

/// How long an order of a stopped partner is left alone. Replaced credentials are noticed after this and one more minute at
/// the latest, for which a sender does not look again.
const STOPPED_FOR: SignedDuration = SignedDuration::from_mins(5);

/// How long an order of a paused partner is left alone, for a pause may last for days (rule A1). Its end is rung for.
const PAUSED_FOR: SignedDuration = SignedDuration::from_mins(30);

/// How long work is left alone that waits for its partner.
pub(super) const fn parked_for(parking: Parking) -> SignedDuration {
    match parking {
        Parking::Stopped => STOPPED_FOR,
        Parking::Paused | Parking::Observing => PAUSED_FOR,
    }
}

/// Waits before a notice that the bus did not take is published again, by how long it has waited so far. One that has waited
/// longer waits [`PUBLISH_LATER`]. A bus that is away for hours must not fill each sweep.
const PUBLISH_AGAIN: [(SignedDuration, SignedDuration); 3] = [
    (SignedDuration::from_mins(1), SignedDuration::from_mins(1)),
    (SignedDuration::from_mins(6), SignedDuration::from_mins(5)),
    (SignedDuration::from_mins(21), SignedDuration::from_mins(15)),
];
const PUBLISH_LATER: SignedDuration = SignedDuration::from_mins(60);

/// When a notice of this moment, which the bus did not take, is published again.
pub(super) fn publish_again(first_tried: Moment, now: Moment) -> Moment {
    let age = now.since(first_tried);
    let wait = PUBLISH_AGAIN.iter().find(|(until, _)| age < *until).map(|(_, wait)| *wait);
    now.plus(wait.unwrap_or(PUBLISH_LATER))
}

/// When what is in doubt is read, counted from the beginning of the doubt. Later reads are [`READ_LATER`] apart.
const READS: [SignedDuration; 5] = [
    SignedDuration::from_secs(30),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(10),
    SignedDuration::from_mins(15),
];
const READ_LATER: SignedDuration = SignedDuration::from_mins(15);

/// Waits between the sweep's rings.
const RINGS: [SignedDuration; 3] =
    [SignedDuration::from_mins(5), SignedDuration::from_mins(15), SignedDuration::from_mins(60)];

/// Longest delay of a message. Source: SQS `DelaySeconds`, 900.
pub(super) const RING_DELAY_MAX: SignedDuration = SignedDuration::from_mins(15);

/// When to try again after the `failures`-th failure.
pub(super) fn not_before(
    key: &OrderKey,
    failures: u8,
    asked: Option<SignedDuration>,
    now: Moment,
) -> Moment {
    let usual = RETRIES.get(usize::from(failures.saturating_sub(1))).copied();
    let usual = usual.unwrap_or_else(|| RETRY_LATER - jitter(key, failures));
    now.plus(no_sooner(usual, asked))
}

/// The wait with what the channel asks for. A channel can lengthen a wait and never shorten it: one that asks for a second
/// would switch the back-off off.
fn no_sooner(usual: SignedDuration, asked: Option<SignedDuration>) -> SignedDuration {
    asked.map_or(usual, |asked| asked.min(RETRY_AFTER_MAX).max(usual))
}

/// A spread without randomness: orders that failed together come back apart.
fn jitter(key: &OrderKey, failures: u8) -> SignedDuration {
    // FNV-1a, 64 bits.
    let spread =
        key.to_string().bytes().chain([failures]).fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    SignedDuration::from_secs(i64::try_from(spread % JITTER_S).unwrap_or_default())
}

/// Whether what is due has been tried for long enough.
pub(super) fn is_given_up(tries: &Tries, now: Moment) -> bool {
    now.since(tries.since) >= GIVE_UP_AFTER
}

/// Since when nobody knows whether the channel took the submission, over all its repeats.
pub(super) fn doubted_since(repeats: Option<&Repeats>, doubt: &Doubt) -> Moment {
    repeats.map_or(doubt.since, |repeats| repeats.since)
}

/// Work to be done at once.
pub(super) fn pending_now(now: Moment) -> Pending {
    Pending { not_before: None, ring: first_ring(now, now) }
}

/// Work to be done at this moment, or later.
pub(super) fn pending_at(at: Moment, now: Moment) -> Pending {
    Pending { not_before: Some(at), ring: first_ring(at, now) }
}

/// The sweep's first ring for work that is to be done at `work_at`. Where a doorbell is under way, the ring is a safety net.
/// Where the work is too far off for a message's delay, the ring comes as soon as a message can be delayed until then. So
/// each doorbell comes when its work is due, and not with all others of the sweep's minute: the places of paced requests are
/// seconds apart.
pub(super) fn first_ring(work_at: Moment, now: Moment) -> Ring {
    let is_near = work_at.since(now) <= RING_DELAY_MAX;
    let next = if is_near { work_at.plus(RINGS[0]) } else { work_at.minus(RING_DELAY_MAX) };
    Ring { next, count: 0, is_paused: false }
}

/// The ring after this one.
pub(super) fn next_ring(ring: Ring, now: Moment) -> Ring {
    let count = ring.count.saturating_add(1);
    let wait = RINGS.get(usize::from(count)).copied().unwrap_or(RINGS[2]);
    Ring { next: now.plus(wait), count, ..ring }
}

/// A doubt that begins now, and is read after `first_read`.
pub(super) fn doubt(why: Text, first_read: SignedDuration, now: Moment) -> Doubt {
    let read_at = now.plus(first_read);
    let ring = first_ring(read_at, now);
    Doubt { since: now, why, reads: 0, absent: 0, read_at, ring, is_restored: false }
}

/// A doubt whose channel may have asked to wait: it is read and repeated no sooner than that.
pub(super) fn doubt_for(
    why: Text,
    usual: SignedDuration,
    asked: Option<SignedDuration>,
    now: Moment,
) -> Doubt {
    doubt(why, no_sooner(usual, asked), now)
}

/// Waits before a submission in doubt is read, or repeated, again, by how often it was repeated. A marketplace that is away
/// for an hour is not hurried, and leaves nothing to a person.
const REPEATS: [SignedDuration; 4] = [
    SignedDuration::from_secs(30),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(15),
];

/// How long after a doubt began to look first: longer after each repeat of the request (rule P11g).
pub(super) fn first_read(repeats: Option<&Repeats>) -> SignedDuration {
    let Some(repeats) = repeats else { return READS[0] };
    REPEATS.get(usize::from(repeats.count)).copied().unwrap_or(REPEATS[3])
}

/// When to read next what was to be read since a moment. The channel may have asked to wait.
pub(super) fn next_read(since: Moment, asked: Option<SignedDuration>, now: Moment) -> Moment {
    let usual = READS
        .iter()
        .map(|after| since.plus(*after))
        .find(|at| *at > now)
        .unwrap_or_else(|| now.plus(READ_LATER));
    let asked = asked.map(|asked| now.plus(asked.min(RETRY_AFTER_MAX)));
    asked.map_or(usual, |asked| asked.max(usual))
}

/// The doubt after one more read. The channel may have asked to put off the next.
pub(super) fn after_read(
    doubt: &Doubt,
    absent: u8,
    asked: Option<SignedDuration>,
    now: Moment,
) -> Doubt {
    let read_at = next_read(doubt.since, asked, now);
    Doubt {
        since: doubt.since,
        why: doubt.why.clone(),
        reads: doubt.reads.saturating_add(1),
        absent: doubt.absent.saturating_add(absent),
        read_at,
        ring: first_ring(read_at, now),
        is_restored: doubt.is_restored,
    }
}
