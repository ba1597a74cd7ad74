//! The day on Back Market, whose phones carry IMEIs.

use super::world::{Line, label_at};
use super::{Expect, MarketplaceRecord, Story, World};
use crate::{Error, NewPartner};
use domain::{Channel, Timing};

/// A valid IMEI. Source: 3GPP TS 23.003.
const IMEI: &str = "490154203237518";

/// `IMEI` with a wrong check digit.
const WRONG_IMEI: &str = "490154203237519";

/// Two valid IMEIs, for the order of two phones.
const IMEI_2: &str = "356938035643809";
const IMEI_3: &str = "352099001761481";

const fn phone(item: &'static str) -> Line {
    Line { item, quantity: 1, phone: true, tablet: false }
}

const fn tablet(item: &'static str) -> Line {
    Line { item, quantity: 1, phone: false, tablet: true }
}

/// The two IMEIs of one phone, as one entry, and a tablet's serial number.
const IMEIS_OF_ONE: &str = "352099001770060/352099001770078";
const SERIAL: &str = "R52K901ABCD";

/// The accounts that its stories need, the standard one first.
pub(super) const PARTNERS: &[NewPartner] = &[
    NewPartner::new("back-market-us", "Back Market US", Channel::BackMarket),
    NewPartner::new("back-market-labels", "Back Market US, on the label", Channel::BackMarket)
        .timing(Timing::WhenTrackingIsAssigned),
    NewPartner::new("back-market-hold", "Back Market US, never without IMEI", Channel::BackMarket)
        .timing(Timing::WhenTrackingIsAssigned)
        .holding(),
];

pub(super) fn stories() -> Vec<Story> {
    let mut stories = in_and_out_of_time();
    stories.extend(told_otherwise());
    stories
}

/// Phones whose IMEIs come in time, and that do not.
fn in_and_out_of_time() -> Vec<Story> {
    vec![
        Story {
            title: "Back Market: the IMEI comes in time",
            partner: "back-market-labels",
            order: "48101001",
            tracking: "1Z999AA10123456784",
            expect: with_imei("1Z999AA10123456784"),
            play: |w, s| Box::pin(in_time(w, s)),
        },
        Story {
            title: "Back Market: the IMEI comes before the label",
            partner: "back-market-labels",
            order: "48101002",
            tracking: "1Z999AA10123456785",
            expect: with_imei("1Z999AA10123456785"),
            play: |w, s| Box::pin(before_label(w, s)),
        },
        Story {
            title: "Back Market: no IMEI by the deadline, sent without",
            partner: "back-market-labels",
            order: "48101003",
            tracking: "1Z999AA10123456786",
            expect: Expect {
                published: &["ConfirmationAccepted", "ImeiDueSoon", "ImeiMissing"],
                ..Expect::confirmed("1Z999AA10123456786")
            },
            play: |w, s| Box::pin(never_comes(w, s)),
        },
        Story {
            title: "Back Market: no IMEI by the deadline, held",
            partner: "back-market-hold",
            order: "48101004",
            tracking: "1Z999AA10123456787",
            expect: Expect {
                published: &["ImeiDueSoon", "ImeiMissing"],
                ..Expect::not_sent("held", "imeis_missing")
            },
            play: |w, s| Box::pin(never_comes(w, s)),
        },
        Story {
            title: "Back Market: a wrong IMEI is refused, the right one goes",
            partner: "back-market-labels",
            order: "48101005",
            tracking: "1Z999AA10123456788",
            expect: Expect {
                dead_letter: Some(("imei-updated", "check digit")),
                ..with_imei("1Z999AA10123456788")
            },
            play: |w, s| Box::pin(wrong_then_right(w, s)),
        },
        Story {
            title: "Back Market: movement timing, with the IMEI known by then",
            partner: "back-market-us",
            order: "48101006",
            tracking: "1Z999AA10123456789",
            expect: with_imei("1Z999AA10123456789"),
            play: |w, s| Box::pin(on_movement(w, s)),
        },
        Story {
            title: "Back Market: two phones, each IMEI registered by itself",
            partner: "back-market-labels",
            order: "48101007",
            tracking: "1Z999AA10123456790",
            expect: Expect {
                record: MarketplaceRecord::Tracking("1Z999AA10123456790", 2),
                ..Expect::confirmed("1Z999AA10123456790")
            },
            play: |w, s| Box::pin(two_phones(w, s)),
        },
    ]
}

/// A phone of two IMEIs, and a device that has none.
fn told_otherwise() -> Vec<Story> {
    vec![
        Story {
            title: "Back Market: a two-IMEI phone, of which the first goes",
            partner: "back-market-labels",
            order: "48101008",
            tracking: "1Z999AA10123456791",
            expect: with_imei("1Z999AA10123456791"),
            play: |w, s| Box::pin(in_time(w, s)),
        },
        Story {
            title: "Back Market: a tablet's serial number",
            partner: "back-market-labels",
            order: "48101009",
            tracking: "1Z999AA10123456792",
            expect: Expect {
                record: MarketplaceRecord::WithSerials("1Z999AA10123456792", 1),
                ..Expect::confirmed("1Z999AA10123456792")
            },
            play: |w, s| Box::pin(a_tablet(w, s)),
        },
    ]
}

fn with_imei(tracking: &'static str) -> Expect {
    Expect { record: MarketplaceRecord::Tracking(tracking, 1), ..Expect::confirmed(tracking) }
}

/// The order, its line and the phone's IMEI of each story. No two orders share an IMEI, because one phone is sold once.
const ITEMS: [(&str, &str, &str); 8] = [
    ("48101001", "59101001", "352099001770011"),
    ("48101002", "59101002", "352099001770029"),
    ("48101003", "59101003", "352099001770037"),
    ("48101004", "59101004", "352099001770045"),
    ("48101005", "59101005", IMEI),
    ("48101006", "59101006", "352099001770052"),
    ("48101007", "59101007", IMEI_2),
    ("48101008", "59101008", IMEIS_OF_ONE),
];

fn item(s: &Story) -> &'static str {
    ITEMS.iter().find(|(order, ..)| *order == s.order).map_or("0", |(_, item, _)| item)
}

fn imei(s: &Story) -> &'static str {
    ITEMS.iter().find(|(order, ..)| *order == s.order).map_or(IMEI, |(.., imei)| imei)
}

async fn label(w: &World<'_>, s: &Story) -> Result<(), Error> {
    let lines = [phone(item(s))];
    w.sell(s, &lines)?;
    w.put(&[label_at(s, ("lbl_1", w.ago(1)), ("UPS", "UPS Ground", s.tracking), &lines)]).await
}

async fn in_time(w: &World<'_>, s: &Story) -> Result<(), Error> {
    label(w, s).await?;
    w.until(s, "waiting").await?;
    w.put(&[w.imei(s, item(s), &[imei(s)])]).await
}

async fn before_label(w: &World<'_>, s: &Story) -> Result<(), Error> {
    w.put(&[w.imei(s, item(s), &[imei(s)])]).await?;
    w.until_imeis_stored(s).await?;
    label(w, s).await
}

async fn never_comes(w: &World<'_>, s: &Story) -> Result<(), Error> {
    label(w, s).await
}

async fn wrong_then_right(w: &World<'_>, s: &Story) -> Result<(), Error> {
    label(w, s).await?;
    w.until(s, "waiting").await?;
    w.put(&[w.imei(s, item(s), &[WRONG_IMEI]), w.imei(s, item(s), &[imei(s)])]).await
}

async fn on_movement(w: &World<'_>, s: &Story) -> Result<(), Error> {
    label(w, s).await?;
    w.put(&[w.imei(s, item(s), &[imei(s)])]).await?;
    w.until(s, "waiting").await?;
    w.until_imeis_stored(s).await?;
    w.put(&[w.scan("UPS", s.tracking, "picked_up")]).await
}

async fn two_phones(w: &World<'_>, s: &Story) -> Result<(), Error> {
    let lines = [phone("59101007"), phone("59101017")];
    w.sell(s, &lines)?;
    w.put(&[w.imei(s, "59101007", &[IMEI_2]), w.imei(s, "59101017", &[IMEI_3])]).await?;
    w.put(&[label_at(s, ("lbl_1", w.ago(1)), ("UPS", "UPS Ground", s.tracking), &lines)]).await
}

async fn a_tablet(w: &World<'_>, s: &Story) -> Result<(), Error> {
    let lines = [tablet("59101009")];
    w.sell(s, &lines)?;
    w.put(&[label_at(s, ("lbl_1", w.ago(1)), ("UPS", "UPS Ground", s.tracking), &lines)]).await?;
    w.until(s, "waiting").await?;
    w.put(&[w.serial(s, "59101009", &[SERIAL])]).await
}
