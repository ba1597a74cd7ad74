//! A schedule before it is run: the accounts and orders, what happens and when, and what goes wrong. A plan is plain data,
//! made from a seed. A shrunk plan is a plan with things left out.

mod again;
mod barcodes;
mod circumstances;
mod facts;
mod labels;
mod looks;
mod orders;
mod parts;
mod restores;
mod story;
mod watched;
mod worlds;

pub use barcodes::readings;
pub use facts::{EnteredLists, Fact, LabelFact};
pub use labels::CROWDED;
pub use looks::{SentLate, Standing};
pub use orders::{Account, PackedLine, Sale};
pub use restores::Restore;
pub use watched::Watched;
pub use worlds::Speed;

use crate::dice::Dice;
use crate::fault::{FaultPoint, Planned};
use domain::{Action, Channel, MissingImei, Mode, Timing};

/// A second, in milliseconds.
pub const SECOND: i64 = 1_000;
/// A minute, in milliseconds.
pub const MINUTE: i64 = 60 * SECOND;
/// An hour, in milliseconds.
pub const HOUR: i64 = 60 * MINUTE;
/// A day, in milliseconds.
pub const DAY: i64 = 24 * HOUR;

/// A schedule.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The seed of the plan.
    pub seed: u64,
    /// The sellers' accounts.
    pub accounts: Vec<Account>,
    /// Their orders.
    pub sales: Vec<Sale>,
    /// What happens, in no particular order.
    pub happenings: Vec<Happening>,
    /// The orders whose parcels are never scanned.
    pub never_scanned: Vec<usize>,
    /// What goes wrong.
    pub faults: Vec<Planned>,
    /// How long calls take.
    pub speed: Speed,
    /// Whether it is still known which order an IMEI came for before; elsewhere that was longer ago than is kept (rule I9).
    pub knows_phones: bool,
    /// The orders that their marketplaces refuse although they take the account (rule D5), by index.
    pub refused: Vec<usize>,
    /// Whether functions of this release and of the next run beside each other.
    pub mixes_releases: bool,
    /// The restore of the table, if there is one (rule A2).
    pub restore: Option<Restore>,
}

/// Something that happens.
#[derive(Clone, Debug)]
pub struct Happening {
    /// When it happens. Unit: milliseconds after the start.
    pub at: i64,
    /// What happens.
    pub what: What,
}

/// What happens.
#[derive(Clone, Debug)]
pub enum What {
    /// An event is put on the bus. The bus delivers one copy after each of these waits. Unit: milliseconds.
    Event(Fact, Vec<i64>),
    /// A seller changes an account's timing.
    Timing(usize, Timing),
    /// A seller changes the setting for missing IMEIs.
    Missing(usize, MissingImei),
    /// A person pauses an account.
    Paused(usize),
    /// A person resumes an account, and whether its sender hears of it.
    Resumed(usize, bool),
    /// A seller changes whether an account only observes.
    Mode(usize, Mode),
    /// A seller changes what an account wants to be told, and when its confirmations go.
    Watched(usize, Watched),
    /// A seller changes what an account sends without a movement, and whether it verifies.
    SentLate(usize, SentLate),
    /// What an account's marketplace shows of an order from now on, beside its parcels.
    Shows(usize, Standing),
    /// The marketplace takes the next confirmation of the order, and stores nothing.
    StoresNothing(usize),
    /// A person ships the order by hand at the channel, by a number of ours.
    ShippedByHandAs(usize, String),
    /// A person acts on a package, by one of the actions that are possible then.
    Person(usize, u8, Wish),
    /// A person ships the order by hand at the channel, by another number.
    ShippedByHand(usize),
    /// The channel (Wish) wants the order shipped once more, and still shows the number of the former shipment.
    ReleasedAgain(usize),
    /// An account's marketplace cannot be reached for this long. Unit: milliseconds.
    Outage(usize, i64),
    /// An account's marketplace answers, and does nothing.
    Away(usize, Away),
    /// An account's timing becomes `never` just when a sender waits next: for a token, or for its turn.
    NeverWhileWaiting(usize),
    /// The marketplace takes the account's credentials no longer.
    Revoked(usize),
    /// New credentials are put.
    Restored(usize),
    /// Every sandbox's clock jumps, each its own way.
    ClocksJump,
    /// A person redrives what was dead-lettered.
    Redriven,
}

/// How a marketplace that can be reached is away: it says 503.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Away {
    /// How long it is away. Unit: milliseconds.
    pub lasts: i64,
    /// Whether it says 503 to submissions.
    pub writes: bool,
    /// Whether it says 503 to reads.
    pub reads: bool,
    /// The Retry-After of its answer. Unit: seconds.
    pub retry_after_s: Option<u32>,
}

/// The action that a person wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// This action, if it is possible then.
    This(Action),
    /// One of the actions that are possible then, by an index.
    Any(u8),
    /// One of the labels that can be chosen then (`use_label`), by an index.
    Choose(u8),
}

impl Plan {
    /// The schedule of a seed.
    pub fn of(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let (mut accounts, mut sales) = orders::sold(&mut dice);
        // What people are told of is remembered by nobody but the table, and is not looked at where that is restored.
        let is_restored = restores::is_restored(seed);
        let is_watched = !is_restored && watched::set(seed, &mut accounts);
        let has_looks = !is_restored && looks::set(seed, &mut accounts);
        let has_parts = parts::divided(seed, &accounts, &mut sales);
        let mut happenings = story::events(&mut dice, &accounts, &sales);
        happenings.extend(again::taken_back(seed, &accounts, &sales, &happenings));
        barcodes::printed(seed, &mut happenings);
        labels::told_again(seed, &accounts, &sales, &mut happenings);
        if has_parts {
            parts::told(seed, &accounts, &sales, &mut happenings);
        }
        let mut never_scanned = if is_watched {
            watched::told(seed, &accounts, &sales, &mut happenings)
        } else {
            Vec::new()
        };
        if has_looks {
            never_scanned.extend(looks::told(seed, &accounts, &sales, &mut happenings));
        }
        let mut faults = faults(&mut dice, sales.len());
        let more = worlds::thrown(seed, &accounts, &happenings);
        happenings.extend(more.happenings);
        happenings.extend(circumstances::changed(seed, &accounts, &sales, &happenings));
        faults.extend(more.faults);
        let restore = restores::thrown(seed, &mut happenings);
        // Where something goes wrong, a void may come after its label.
        if !faults.is_empty() || more.speed != Speed::Usual || restore.is_some() {
            let is_huge = |what: &What| matches!(what, What::Event(Fact::HugeLabel { .. }, _));
            happenings.retain(|happening| !is_huge(&happening.what));
        }
        // A throw of its own, so that older seeds still make the plans that they made.
        let knows_phones = Dice::new(seed ^ PHONES).one_in(4);
        let refused = refused(seed, &accounts, &sales);
        let mixes_releases = Dice::new(seed ^ RELEASES).one_in(8);
        Self {
            seed,
            accounts,
            sales,
            happenings,
            never_scanned,
            faults,
            speed: more.speed,
            knows_phones,
            refused,
            mixes_releases,
            restore,
        }
    }

    /// Whether nothing goes wrong in the schedule, and nobody acts beside us.
    pub fn is_calm(&self) -> bool {
        let is_calm = |what: &What| match what {
            What::Event(..)
            | What::Timing(..)
            | What::Missing(..)
            | What::Watched(..)
            | What::SentLate(..)
            | What::Shows(..)
            | What::NeverWhileWaiting(_)
            | What::ClocksJump
            | What::Redriven => true,
            What::Person(..)
            | What::ShippedByHand(_)
            | What::ShippedByHandAs(..)
            | What::Paused(_)
            | What::Resumed(..)
            | What::Mode(..)
            | What::StoresNothing(_)
            | What::ReleasedAgain(_)
            | What::Outage(..)
            | What::Away(..)
            | What::Revoked(_)
            | What::Restored(_) => false,
        };
        self.faults.is_empty()
            && self.refused.is_empty()
            && self.restore.is_none()
            && !matches!(self.speed, Speed::Hanging(_))
            && self.happenings.iter().all(|happening| is_calm(&happening.what))
    }

    /// The number of things that can be left out of the plan.
    pub fn things(&self) -> usize {
        self.happenings.len()
            + self.faults.len()
            + self.refused.len()
            + usize::from(self.speed != Speed::Usual)
            + usize::from(self.mixes_releases)
            + usize::from(self.restore.is_some())
    }

    /// The plan without some of its things.
    #[must_use]
    pub fn without(&self, gone: impl Fn(usize) -> bool) -> Self {
        let mut index = 0..;
        let mut stays = || index.next().is_some_and(|index| !gone(index));
        let mut plan = self.clone();
        plan.happenings.retain(|_| stays());
        plan.faults.retain(|_| stays());
        plan.refused.retain(|_| stays());
        if plan.speed != Speed::Usual && !stays() {
            plan.speed = Speed::Usual;
        }
        if plan.mixes_releases && !stays() {
            plan.mixes_releases = false;
        }
        if plan.restore.is_some() && !stays() {
            plan.restore = None;
        }
        plan
    }
}

/// Sets the throw for what is known of phones apart from all others.
const PHONES: u64 = 0x0490_1542_0323_7518;

/// Sets the throw for the releases of functions apart from all others.
const RELEASES: u64 = 0x7a30_55d1_c0de_0002;

/// Sets the throws for orders that are refused apart from all others.
const REFUSED: u64 = 0xa54f_f53a_5f1d_36f1;

/// The orders that their marketplaces refuse. Where the account cannot be asked, an order's refusal is the account's.
fn refused(seed: u64, accounts: &[Account], sales: &[Sale]) -> Vec<usize> {
    let mut dice = Dice::new(seed ^ REFUSED);
    if !dice.one_in(16) {
        return Vec::new();
    }
    let can_be_asked = |sale: &Sale| accounts[sale.account].channel != Channel::UntilGone;
    let asked = sales.iter().enumerate().filter(|(_, sale)| can_be_asked(sale));
    asked.map(|(index, _)| index).filter(|_| !dice.one_in(3)).collect()
}

/// How often each port is called for one order, about.
const fn calls(port: FaultPoint) -> i64 {
    match port {
        FaultPoint::Save | FaultPoint::Order => 10,
        FaultPoint::Partner => 5,
        FaultPoint::Tracking
        | FaultPoint::AddToTracking
        | FaultPoint::Ring
        | FaultPoint::Receive => 4,
        FaultPoint::Due => 16,
        FaultPoint::Submit
        | FaultPoint::Read
        | FaultPoint::Publish
        | FaultPoint::Token
        | FaultPoint::Secret => 2,
        FaultPoint::StopPartner
        | FaultPoint::ResumePartner
        | FaultPoint::Book
        | FaultPoint::HoldBack
        | FaultPoint::LeaseRenewal
        | FaultPoint::NoteMovements
        | FaultPoint::PutSecret
        | FaultPoint::Register => 1,
    }
}

/// Where most of what is interesting goes wrong.
const OFTEN: [FaultPoint; 8] = [
    FaultPoint::Submit,
    FaultPoint::Submit,
    FaultPoint::Submit,
    FaultPoint::Save,
    FaultPoint::Save,
    FaultPoint::Read,
    FaultPoint::Ring,
    FaultPoint::Receive,
];

fn faults(dice: &mut Dice, orders: usize) -> Vec<Planned> {
    // A third goes wrong nowhere, so that what happens by itself is seen, too; the rest up to six times an order.
    let most = if dice.one_in(3) { 0 } else { dice.of(1..7) };
    let orders = i64::try_from(orders).unwrap_or(1);
    (0..most * orders)
        .map(|_| {
            let port = if dice.one_in(3) { dice.pick(&FaultPoint::ALL) } else { dice.pick(&OFTEN) };
            let nth = dice.of(0..calls(port) * orders);
            Planned { port, nth: u32::try_from(nth).unwrap_or(0), fault: dice.pick(port.faults()) }
        })
        .collect()
}
