//! What came of a drill: how the orders ended, and what is wrong at the marketplaces.

use super::parcels::{Fate, Parcel, Parcels};
use super::told;
use crate::{Error, Stack};
use domain::Moment;
use marketplaces::Marketplaces;
use std::collections::BTreeMap;

/// What came of a drill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// How many orders ended how, in words.
    pub counts: BTreeMap<String, usize>,
    /// What must not be, in words.
    pub wrong: Vec<String>,
}

impl Outcome {
    /// What the orders and the marketplaces say now.
    pub(super) async fn of(
        parcels: &Parcels,
        stack: &Stack,
        (shops, restored_at): (&Marketplaces, Moment),
    ) -> Result<Self, Error> {
        let mut outcome = Self::default();
        for parcel in &parcels.0 {
            let view = parcel.view(stack).await?;
            let state = view["packages"][0]["state"].as_str().unwrap_or("absent");
            let how = format!("{}: {state}", told(parcel.fate));
            *outcome.counts.entry(how).or_default() += 1;
            outcome.wrong.extend(wrong(parcel, parcel.applied(&view), (shops, restored_at)));
        }
        for queue in stack.state().dead_letter_queues.keys() {
            let letters = stack.dead_letters(queue).await?;
            let refused = letters.iter().map(|letter| letter.reason().unwrap_or(&letter.body));
            outcome.wrong.extend(refused.map(|why| format!("a dead letter of {queue}: {why}")));
        }
        Ok(outcome)
    }

    /// This later outcome, with what was wrong before.
    pub(super) fn and(self, later: Self) -> Self {
        let mut wrong = self.wrong;
        wrong.extend(later.wrong);
        Self { counts: later.counts, wrong }
    }
}

/// What is wrong with what a marketplace has of an order, of which a confirmation was applied so often. A busy marketplace may have turned
/// a submission away before; what it had at the restart was not even submitted again.
fn wrong(
    parcel: &Parcel,
    applied: usize,
    (shops, restored_at): (&Marketplaces, Moment),
) -> Option<String> {
    let shop = shops.shop(parcel.channel.name())?;
    let submissions = shop.submissions_of(&parcel.order);
    let took = submissions.iter().filter(|submission| submission.applied).count();
    let held = shop.numbers(&parcel.order);
    let is_held = held.iter().all(|number| *number == parcel.tracking);
    let is_late = |at_ms: i64| at_ms >= restored_at.as_millis();
    let is_again = submissions.iter().any(|submission| is_late(submission.at_ms));
    let is_right = took == applied && is_held && (parcel.fate == Fate::GoesAtLast || !is_again);
    (!is_right).then(|| {
        format!(
            "{}: {} submissions, {took} applied instead of {applied}, held {held:?}",
            parcel.order,
            submissions.len()
        )
    })
}
