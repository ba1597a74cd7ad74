//! The day at `UntilGone`, or at any other receiver of our signed webhook. A submission in doubt goes to a person,
//! unless the receiver drops repeats.

use super::world::{Line, label_at};
use super::{Expect, MarketplaceRecord, Story, World};
use crate::{Error, NewPartner};
use domain::Channel;
use marketplaces::{Fault, Operation};

const ONE: [Line; 1] = [Line { item: "UG-LINE-1", quantity: 1, phone: false, tablet: false }];

/// The accounts that its stories need, the standard one first.
pub(super) const PARTNERS: &[NewPartner] = &[
    NewPartner::new("until-gone", "UntilGone", Channel::UntilGone),
    NewPartner::new("until-gone-drops", "UntilGone, repeats dropped", Channel::UntilGone)
        .deduping(),
];

pub(super) fn stories() -> Vec<Story> {
    vec![
        Story {
            title: "UntilGone: sent as a signed webhook",
            partner: "until-gone",
            order: "UG-500001",
            tracking: "1Z999UG0000000001",
            expect: Expect::confirmed("1Z999UG0000000001"),
            play: |w, s| Box::pin(on_movement(w, s)),
        },
        Story {
            title: "UntilGone: no answer, no way to ask: a person must look",
            partner: "until-gone",
            order: "UG-500002",
            tracking: "1Z999UG0000000002",
            expect: Expect {
                state: "unresolved",
                why: UNANSWERED,
                record: MarketplaceRecord::Tracking("1Z999UG0000000002", 0),
                published: &["ConfirmationUnresolved"],
                ..Expect::confirmed("1Z999UG0000000002")
            },
            play: |w, s| Box::pin(hangs_up(w, s)),
        },
        Story {
            title: "UntilGone: no answer, repeated, the repeat is dropped",
            partner: "until-gone-drops",
            order: "UG-500003",
            tracking: "1Z999UG0000000003",
            expect: Expect { submissions: 2, ..Expect::confirmed("1Z999UG0000000003") },
            play: |w, s| Box::pin(hangs_up(w, s)),
        },
    ]
}

/// The reason of a submission whose connection was closed before an answer.
const UNANSWERED: &str =
    "the connection broke before UntilGone answered; the channel cannot be asked";

async fn on_movement(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &ONE)?;
    w.put(&[label_at(s, ("lbl_1", w.ago(5)), ("UPS", "Ground", s.tracking), &ONE)]).await?;
    w.put(&[w.scan("UPS", s.tracking, "in_transit")]).await
}

async fn hangs_up(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.fault(s, Operation::Submit, Fault::apply_and_hang_up())?;
    on_movement(w, s).await
}
