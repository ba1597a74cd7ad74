//! What is published of ship-bys, silence, wishes, and of what needs a person and has no notice of its own. Rules S3 to S5 and S8, and
//! "`AttentionNeeded`" under "A package's life".
//!
//! A notice is published when its cause comes, and not while it lasts. Its id is that of the cause: [`Ids`] holds the product to it.

use crate::deadlines::DeadlineStage;
use crate::inputs::Ms;
use crate::marks;
use crate::names::NAMES;
use crate::order::{Order, PackageNotice};
use crate::silence::SilenceStage;
use crate::states::{Parcel, StateKind};
use domain::{Attention, Decision, Effect, Notice, NoticeKind};

/// What a notice is published once for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Cause {
    ShipBy(Ms),
    Label(usize),
    Wish(Ms),
    /// The claim of what is not shown.
    NotShown(u32),
    /// "another telling in dispute": the label, and the events of both tellings.
    Dispute {
        label: usize,
        events: [usize; 2],
    },
    /// "one more label that moves", and the label in whose place it moves.
    Moving {
        instead_of: usize,
        label: usize,
    },
    Number(usize),
    /// "when a list of the order was entered last".
    Entered(Option<Ms>),
    Refused(usize),
}

/// "what no other notice tells", but for a refused label, which is no package's mark.
const NEEDED: [Attention; 6] = [
    Attention::LabelDisputed,
    Attention::ReplacedLabelMoves,
    Attention::ItemsCancelled,
    Attention::NumberOverused,
    Attention::ImeiAmbiguous,
    Attention::NoLabel,
];

/// Something that is published once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// The notice.
    pub notice: PackageNotice,
    /// Why a person is needed, where that is what it says.
    pub reason: Option<Attention>,
    /// What it is published once for.
    pub cause: Cause,
}

/// The ids by which the product published what is published once.
#[derive(Clone, Debug, Default)]
pub struct Ids(Vec<Published>);

#[derive(Clone, Debug)]
struct Published {
    announcement: Announcement,
    id: String,
}

impl Ids {
    /// Notes the id of each announcement. Returns the first that is wrong: "What is published once has one id", and what has
    /// another cause has another.
    pub fn note(&mut self, announced: &[Announcement], decision: &Decision) -> Option<String> {
        let published = decision.effects.iter().filter_map(|effect| match effect {
            Effect::Publish(notice) => Some(notice),
            Effect::Ring { .. } => None,
        });
        let published: Vec<&Notice> = published.collect();
        for announcement in announced {
            let is_its = |notice: &&&Notice| announcement.is_said_by(notice);
            let mut notices = published.iter().filter(is_its);
            // Several of one reason at once differ in their causes alone, which only the product writes into an id.
            let (Some(notice), None) = (notices.next(), notices.next()) else { continue };
            let known = self.0.iter().find(|known| known.announcement == *announcement);
            let is_taken = self.0.iter().any(|known| known.id == notice.id);
            if known.map_or(is_taken, |known| known.id != notice.id) {
                return Some(notice.id.clone());
            }
            if known.is_none() {
                let (announcement, id) = (announcement.clone(), notice.id.clone());
                self.0.push(Published { announcement, id });
            }
        }
        None
    }
}

impl Announcement {
    fn is_said_by(&self, notice: &Notice) -> bool {
        let PackageNotice { package, kind } = self.notice;
        notice.kind == kind
            && notice.package.as_ref() == package.map(|package| &NAMES.packages[package])
            && self.reason.is_none_or(|reason| reason.name() == notice.reason.as_str())
    }
}

impl Order {
    /// All that is published of the order as it is.
    pub(crate) fn announced(&self) -> Vec<Announcement> {
        let mut all = Vec::new();
        for parcel in &self.parcels {
            let mut say = |kind, reason, cause| {
                let notice = PackageNotice { package: Some(parcel.id), kind };
                all.push(Announcement { notice, reason, cause });
            };
            if let (Some(stage), Some(by)) = (parcel.deadline, self.ship_by(parcel)) {
                let kind = match stage {
                    DeadlineStage::Near => NoticeKind::ShipByNear,
                    DeadlineStage::Passed => NoticeKind::ShipByPassed,
                };
                say(kind, None, Cause::ShipBy(by));
            }
            if let Some(stage) = parcel.silence
                && let Some(label) = self.watched(parcel)
                && parcel.state_kind() != StateKind::WaitingLabel
            {
                let kind = match stage {
                    SilenceStage::Wanted => NoticeKind::MovementWanted,
                    SilenceStage::Told => NoticeKind::NoMovement,
                };
                say(kind, None, Cause::Label(label.details.id));
            }
            if let Some(told) = self.shown_wish(parcel) {
                say(NoticeKind::CancelRequested, None, Cause::Wish(told));
            }
            if parcel.not_shown.is_some() {
                say(NoticeKind::ConfirmationNotShown, None, Cause::NotShown(parcel.fence));
            }
            for (reason, cause) in self.needs(parcel) {
                say(NoticeKind::AttentionNeeded, Some(reason), cause);
            }
        }
        // L15: "A label that is refused […] needs attention".
        for refused in self.facts.refused().iter().filter(|refused| !refused.is_over) {
            let kind = NoticeKind::AttentionNeeded;
            let notice = PackageNotice { package: refused.package, kind };
            let (reason, cause) = (Some(Attention::LabelRefused), Cause::Refused(refused.event));
            all.push(Announcement { notice, reason, cause });
        }
        all
    }

    /// What is announced, and was not before. "Where a mark goes and comes back with the same cause, it is told again".
    pub(crate) fn announce(&mut self) -> Vec<Announcement> {
        let announced = self.announced();
        let is_news = |one: &&Announcement| !self.announced.contains(*one);
        let news = announced.iter().filter(is_news).cloned().collect();
        self.announced = announced;
        news
    }

    /// "once for each cause of what no other notice tells".
    fn needs(&self, parcel: &Parcel) -> Vec<(Attention, Cause)> {
        let mut needs = Vec::new();
        for reason in marks::needed(self, parcel, &NEEDED) {
            match reason {
                Attention::LabelDisputed => {
                    needs.extend(self.dispute(parcel.id).map(|dispute| {
                        let events = [dispute.counting.event, dispute.least.event];
                        let label = dispute.counting.details.id;
                        (reason, Cause::Dispute { label, events })
                    }));
                }
                Attention::ReplacedLabelMoves => {
                    let instead_of = self.watched(parcel).map_or(0, |label| label.details.id);
                    let moving = self.moving_labels(parcel).into_iter();
                    needs.extend(moving.map(|label| (reason, Cause::Moving { instead_of, label })));
                }
                Attention::NumberOverused => {
                    let numbers = self.overused(parcel.id).into_iter();
                    needs.extend(numbers.map(|number| (reason, Cause::Number(number))));
                }
                Attention::ItemsCancelled | Attention::NoLabel => {
                    let label = self.facts.greatest(parcel.id).map_or(0, |label| label.details.id);
                    needs.push((reason, Cause::Label(label)));
                }
                Attention::ImeiAmbiguous => {
                    let lists = self.facts.lists().into_iter();
                    needs.push((reason, Cause::Entered(lists.map(|list| list.entry.at).max())));
                }
                _ => {}
            }
        }
        needs
    }
}
