//! The day on Groupon. It wants no number before the carrier has the parcel, locks what it has, and does not say by
//! which number an order shipped.

use super::world::{Line, label_at};
use super::{Expect, MarketplaceRecord, Story, World};
use crate::{Error, NewPartner};
use domain::{Channel, Deadline, DeadlineAction, SettingsChange, Timing};

/// The reason of an order whose line is not open any more. Source: the crate `channels`.
const NOT_OPEN: &str = "line 551000002 is not open any more: shipped or cancelled; Groupon does not say by which number";

/// The reason of a carrier that Groupon does not have.
const NO_SUCH_CARRIER: &str = "not_possible_there";

/// The number that a person entered by hand.
const BY_HAND: &str = "1Z999GRPNBYHAND1";

/// The accounts that its stories need, the standard one first.
pub(super) const PARTNERS: &[NewPartner] = &[
    NewPartner::new("groupon", "Groupon", Channel::Groupon),
    NewPartner::new("groupon-labels", "Groupon, on the label", Channel::Groupon)
        .timing(Timing::WhenTrackingIsAssigned),
];

pub(super) fn stories() -> Vec<Story> {
    vec![
        Story {
            title: "Groupon: sent when the carrier has the parcel",
            partner: "groupon",
            order: "FG-51000001",
            tracking: "1Z999GRPN00000001",
            expect: Expect::confirmed("1Z999GRPN00000001"),
            play: |w, s| Box::pin(on_movement(w, s)),
        },
        Story {
            title: "Groupon: already shipped by hand: a person must look",
            partner: "groupon",
            order: "FG-51000002",
            tracking: "1Z999GRPN00000002",
            expect: Expect {
                record: MarketplaceRecord::Tracking(BY_HAND, 0),
                submissions: 1,
                published: &["ConfirmationUnresolved"],
                ..Expect::not_sent("unresolved", NOT_OPEN)
            },
            play: |w, s| Box::pin(entered_by_hand(w, s)),
        },
        Story {
            title: "Groupon: an unknown carrier: rejected before sending",
            partner: "groupon-labels",
            order: "FG-51000003",
            tracking: "1Z999GRPN00000003",
            expect: Expect {
                published: &["ConfirmationRejected"],
                ..Expect::not_sent("rejected", NO_SUCH_CARRIER)
            },
            play: |w, s| Box::pin(no_such_carrier(w, s)),
        },
        Story {
            title: "Groupon: sending before a scan is refused, people are warned",
            partner: "groupon",
            order: "FG-51000004",
            tracking: "1Z999GRPN00000004",
            expect: Expect {
                marks: &["ship_by_near"],
                published: &["ShipByNear"],
                ..Expect::not_sent("waiting", "movement")
            },
            play: |w, s| Box::pin(not_in_time(w, s)),
        },
    ]
}

/// The line of each order. No two orders share a line, because Groupon finds lines and not orders.
const LINES: [(&str, &str); 4] = [
    ("FG-51000001", "551000001"),
    ("FG-51000002", "551000002"),
    ("FG-51000003", "551000003"),
    ("FG-51000004", "551000004"),
];

fn lines(s: &Story) -> [Line; 1] {
    let item = LINES.iter().find(|(order, _)| *order == s.order).map_or("0", |(_, item)| item);
    [Line { item, quantity: 1, phone: false, tablet: false }]
}

async fn events(w: &World<'_>, s: &Story) -> Result<(), Error> {
    let label = label_at(s, ("lbl_1", w.ago(5)), ("UPS", "UPS Ground", s.tracking), &lines(s));
    w.put(&[label]).await?;
    w.put(&[w.scan("UPS", s.tracking, "picked_up")]).await
}

async fn on_movement(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &lines(s))?;
    events(w, s).await
}

async fn entered_by_hand(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &lines(s))?;
    w.shop(s)?.ship_elsewhere(s.order, BY_HAND);
    events(w, s).await
}

async fn no_such_carrier(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.sell(s, &lines(s))?;
    let carrier = ("Pony Express", "Overnight", s.tracking);
    w.put(&[label_at(s, ("lbl_1", w.ago(5)), carrier, &lines(s))]).await
}

/// Its rules forbid it, so that the setting cannot be made, and a ship-by that is near is only warned of.
async fn not_in_time(w: &World<'_>, s: &Story) -> Result<(), Error> {
    let doing = "ask for what Groupon forbids";
    let hours = Deadline::STANDARD.warn_hours().into();
    let send = Deadline::new(hours, DeadlineAction::Send).map_err(Error::call(doing))?;
    let change = SettingsChange { deadline: Some(send), ..SettingsChange::NONE };
    if w.stack.change_settings(s.partner, change).await.is_ok() {
        let answer = "it was not refused".to_owned();
        return Err(Error::Impossible { doing: doing.to_owned(), answer });
    }
    w.sell(s, &lines(s))?;
    let made = ("lbl_1", w.ago(3_600));
    let mut label = label_at(s, made, ("UPS", "UPS Ground", s.tracking), &lines(s));
    if let Some(fields) = label.detail.as_object_mut() {
        fields.insert("ship_by".to_owned(), w.ago(-7_200).to_string().into());
    }
    w.put(&[label]).await
}
