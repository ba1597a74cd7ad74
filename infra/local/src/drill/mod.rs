//! The restore of the table as the runbook says it (`infra/README.md`, "Restore the table"), on the local engine: a day goes on after
//! the backup, the table is restored, the events are replayed, and the marketplaces remember.

mod outcome;
mod parcels;
mod steps;

pub use outcome::Outcome;

use crate::{Error, NewPartner, Options, Stack};
use domain::Channel;
use flows::ports::Clock as _;
use marketplaces::Marketplaces;
use parcels::{Fate, Parcel, Parcels};
use std::time::Duration;
use steps::Kinds;

/// What is played.
#[derive(Clone, Copy, Debug)]
pub struct Drill {
    /// How many orders there are. A third of them is sent after the backup, and forgotten.
    pub orders: u32,
    /// How long it goes on.
    pub patience: Patience,
}

/// How long a drill goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// Until the marketplaces were asked for what may have been forgotten.
    UntilAsked,
    /// Until what was not sent before has gone out, after the quarantine.
    ToTheEnd,
}

/// The longest wait for the confirmations and looks of all orders, at the marketplaces' rates.
const SETTLES_WITHIN: Duration = Duration::from_mins(10);

/// The longest wait for what goes out after the quarantine.
const GOES_WITHIN: Duration = Duration::from_mins(25);

/// The partners of a drill: one for each channel, which confirms on movement.
const PARTNERS: [NewPartner; Channel::ALL.len()] = [
    partner("drill-amazon", Channel::Amazon),
    partner("drill-ebay", Channel::Ebay),
    partner("drill-wish", Channel::Wish),
    partner("drill-back-market", Channel::BackMarket),
    partner("drill-groupon", Channel::Groupon),
    partner("drill-until-gone", Channel::UntilGone),
];

const fn partner(id: &'static str, channel: Channel) -> NewPartner {
    NewPartner::new(id, id, channel).of_its_own()
}

/// Starts a stack for a drill, with its fake marketplaces and partners.
///
/// # Errors
///
/// Something is missing or broken on this machine, or a partner cannot be registered.
pub async fn open(options: Options) -> Result<(Stack, Marketplaces), Error> {
    let shops = PARTNERS.iter().fold(marketplaces::Options::demo(), |shops, partner| {
        shops.with_account(partner.channel.name(), partner.account)
    });
    let shops =
        Marketplaces::start(shops).await.map_err(Error::io("start the fake marketplaces"))?;
    let options = Options { marketplace_endpoint: shops.base_url(), ..options };
    let stack = Stack::start(options).await?;
    stack.register(&PARTNERS).await?;
    Ok((stack, shops))
}

/// Plays a drill. It calls `say` with each step.
///
/// # Errors
///
/// The stack failed, or orders did not settle in time.
pub async fn play(
    stack: &mut Stack,
    shops: &Marketplaces,
    drill: Drill,
    mut say: impl FnMut(&str),
) -> Result<Outcome, Error> {
    let parcels = Parcels::of(&PARTNERS, drill.orders);
    parcels.sell(shops)?;
    stack.archive_events().await?;
    say(&format!("{} orders are under way", drill.orders));
    parcels.put(stack, Parcels::labels_before).await?;
    parcels.until(stack, SETTLES_WITHIN, Parcel::is_known_at_backup).await?;
    let backup = stack.back_up().await?;
    say("The table is backed up. Orders are sent, made and voided after that");
    parcels.put(stack, Parcels::labels_after).await?;
    parcels.put(stack, Parcels::scans_after).await?;
    parcels.put(stack, Parcels::voids).await?;
    parcels.until(stack, SETTLES_WITHIN, Parcel::is_settled_after_backup).await?;
    say("1. Everything is stopped, and the table restored");
    stack.stop_functions().await?;
    let table = stack.restore(&backup).await?;
    // The partners are as they were: nobody changed a setting since the backup.
    let restored_at = stack.aws().now();
    stack.adopt(&table, restored_at).await?;
    say("2. Events are taken and replayed: voids, labels, scans");
    stack.start_functions(Kinds::Events).await?;
    stack.replay().await?;
    say("3. The senders start");
    stack.start_functions(Kinds::Senders).await?;
    parcels.until(stack, SETTLES_WITHIN, Parcel::is_found_again).await?;
    say("4. Parcels that were not sent before move");
    parcels.put(stack, Parcels::scans_at_last).await?;
    parcels.until(stack, SETTLES_WITHIN, Parcel::is_asked_first).await?;
    let mut outcome = Outcome::of(&parcels, stack, (shops, restored_at)).await?;
    if drill.patience == Patience::ToTheEnd {
        say("5. They go out after a quarter of an hour");
        parcels.until(stack, GOES_WITHIN, Parcel::is_over).await?;
        outcome = outcome.and(Outcome::of(&parcels, stack, (shops, restored_at)).await?);
    }
    Ok(outcome)
}

/// What a parcel's fate is told as.
const fn told(fate: Fate) -> &'static str {
    match fate {
        Fate::Forgotten => "sent after the backup, and found again",
        Fate::Unknown => "labelled and sent after the backup, and found again",
        Fate::Voided => "voided after the backup",
        Fate::Waiting => "waiting all the time",
        Fate::GoesAtLast => "asked for before it goes",
    }
}
