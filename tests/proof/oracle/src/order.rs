//! An order as the rules have it: every fact that events brought, and the state of each package.
//!
//! An input is followed in three turns, as RULES.md says: what the input does by itself ([`transitions`]), what time does
//! (`apply_time`), and what each package that is not sent becomes then (`decide_unsent`).

use crate::announcements::Announcement;
use crate::facts::{Facts, Label};
use crate::inputs::RETURNED_BY;
use crate::inputs::{Fence, Input, Ms, Target};
use crate::marketplaces::{self, MarketplaceFacts};
use crate::notices::Snapshot;
use crate::size::Size;
use crate::states::{ImeiState, Line, Lock, PackageState, Parcel, Proof, StateKind, TimeRange};
use crate::{doorbells, marks, names, transitions};
use domain::{Channel, NoticeKind, Timing};

/// A notice of a package; of the order alone where a label was refused whose package cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct PackageNotice {
    pub package: Option<usize>,
    pub kind: NoticeKind,
}

/// A notice that the bus did not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct UnpublishedNotice {
    pub notice: PackageNotice,
    /// When it is published again.
    pub next: Ms,
}

/// An order.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Order {
    pub channel: Channel,
    pub facts: Facts,
    pub parcels: Vec<Parcel>,
    pub attention_since: Option<Ms>,
    pub unpublished: Vec<UnpublishedNotice>,
    /// What was announced of it as it was.
    pub announced: Vec<Announcement>,
}

/// Why an input is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the product's names")]
pub enum Refusal {
    NoImeisThere,
    TooManyPackages,
    TooManyLabels,
    TooManyLines,
    TooLarge,
    /// There is no refused label of this event that needs a person.
    NoneRefused,
    Absent,
    NotReady,
    NotBefore(Ms),
    OtherSending,
    Never,
    NoLongerSent,
    /// A3.
    Observed,
    NotIdentical,
    Fenced {
        given: u32,
        current: u32,
    },
    /// Not before this moment.
    TooEarly(Ms),
    /// A person cannot do this in this state.
    NotNow {
        state: StateKind,
        /// What is possible instead, as bits.
        possible: u16,
    },
}

/// What should follow from an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Why the input is refused.
    pub refused: Option<Refusal>,
    /// What is published.
    pub notices: Vec<PackageNotice>,
    /// Those of them that are published once for a cause.
    pub announced: Vec<Announcement>,
    /// How long each doorbell is to wait, in seconds.
    pub rings: Vec<TimeRange>,
}

impl Order {
    /// An order without facts.
    pub fn new(channel: Channel) -> Self {
        Self {
            channel,
            facts: Facts::default(),
            parcels: Vec::new(),
            attention_since: None,
            unpublished: Vec::new(),
            announced: Vec::new(),
        }
    }

    /// What the rules need to know of the order's marketplace.
    pub fn marketplace(&self) -> MarketplaceFacts {
        marketplaces::of(self.channel)
    }

    /// A package.
    pub fn parcel(&self, id: usize) -> Option<&Parcel> {
        self.parcels.iter().find(|parcel| parcel.id == id)
    }

    /// A package, to be changed.
    pub fn parcel_mut(&mut self, id: usize) -> Option<&mut Parcel> {
        self.parcels.iter_mut().find(|parcel| parcel.id == id)
    }

    /// The current fence of a target; 0 where there is none.
    pub fn fence(&self, target: Target) -> u32 {
        let parcel = self.parcel(target.package());
        match target {
            Target::Package(_) => parcel.map(|parcel| parcel.fence),
            Target::Line { item, .. } => parcel
                .and_then(|parcel| parcel.lines.iter().find(|line| line.item == item))
                .map(|line| line.fence),
        }
        .unwrap_or(0)
    }

    /// The registration of a line's device, if the target is one.
    pub fn registration(&self, target: Target) -> Option<&Line> {
        let Target::Line { package, item } = target else { return None };
        self.line(package, item)
    }

    fn line(&self, package: usize, item: usize) -> Option<&Line> {
        self.parcel(package)?.lines.iter().find(|line| line.item == item)
    }

    /// When the target is read next, if it is in doubt.
    pub fn read_at(&self, target: Target) -> Option<Ms> {
        let doubt = match target {
            Target::Package(package) => match self.parcel(package)?.state {
                PackageState::InDoubt(doubt) => doubt,
                _ => return None,
            },
            Target::Line { package, item } => match self.line(package, item)?.state {
                ImeiState::InDoubt(doubt) => doubt,
                _ => return None,
            },
        };
        Some(doubt.read_at.latest)
    }

    /// The earliest moment at which the target may be sent, if it is ready.
    pub fn not_before(&self, target: Target) -> Option<Ms> {
        let when = match target {
            Target::Package(package) => match self.parcel(package)?.state {
                PackageState::Ready { not_before, .. } => not_before,
                _ => None,
            },
            Target::Line { package, item } => match self.line(package, item)?.state {
                ImeiState::Pending { not_before, .. } => not_before,
                _ => None,
            },
        };
        when.map(|when| when.latest)
    }

    /// The fence that an input carries; 0 where it carries none.
    pub fn fence_of(&self, input: &Input) -> u32 {
        match *input {
            Input::Outcome { target, fence, .. } | Input::Probe { target, fence, .. } => {
                self.exactly(target, fence)
            }
            Input::Looked { package, fence, .. } => self.exactly(Target::Package(package), fence),
            _ => 0,
        }
    }

    fn exactly(&self, target: Target, fence: Fence) -> u32 {
        match fence {
            Fence::Current => self.fence(target),
            Fence::Exactly(fence) => fence,
        }
    }

    /// Follows an input. `is_large` is what the product says where the bounds of an order's size leave open whether the input
    /// makes it too large.
    pub fn step(&mut self, input: &Input, now: Ms, is_large: bool) -> Answer {
        let before = Snapshot::of(self, input);
        let refused = self.apply(input, now, is_large).err();
        self.keep_ends(&before);
        self.apply_time(now);
        self.note_cuts(&before);
        let has_swept = self.decide_unsent(now) | self.settle_looks(now);
        self.apply_silence(now);
        self.renew_marks(&before);
        let mut notices = self.notices(&before, now);
        let announced = self.announce();
        notices.extend(announced.iter().map(|announcement| announcement.notice));
        let due = self.unpublished.iter().filter(|unpublished| unpublished.next <= now);
        notices.extend(due.map(|unpublished| unpublished.notice));
        self.unpublished.retain(|unpublished| unpublished.next > now);
        let is_marked = |parcel: &Parcel| marks::attention(self, parcel).next().is_some();
        // L15: "that needs attention (`label_refused`)"
        let has_refused = self.facts.refused().iter().any(|refused| !refused.is_over);
        let needs_a_person = has_refused || self.parcels.iter().any(is_marked);
        self.attention_since = needs_a_person.then(|| self.attention_since.unwrap_or(now));
        Answer {
            refused,
            notices,
            announced,
            rings: doorbells::rings(self, &before, has_swept, now),
        }
    }

    /// What an input does by itself. What would make the order too large does nothing (rule L14).
    fn apply(&mut self, input: &Input, now: Ms, is_large: bool) -> Result<(), Refusal> {
        let former = self.size_before(input).map(|size| (size, self.clone()));
        transitions::apply(self, input, now)?;
        let is_over = |(size, _): &(Size, Self)| self.is_too_large(*size, input, is_large);
        let Some((_, former)) = former.filter(is_over) else { return Ok(()) };
        *self = former;
        match *input {
            Input::Label { details, event, .. } => {
                self.facts.add_refused(event, Some(details.package));
            }
            Input::Return { package, .. } => self.facts.add_refused(RETURNED_BY, Some(package)),
            _ => {}
        }
        Err(Refusal::TooLarge)
    }

    /// A package that has just been confirmed keeps few of its scans (rule M5).
    fn keep_ends(&mut self, before: &Snapshot) {
        for parcel in &self.parcels {
            let was = before.parcel(parcel.id).map(Parcel::state_kind);
            if parcel.state_kind() == StateKind::Confirmed && was != Some(StateKind::Confirmed) {
                let proof = parcel.lock.as_ref().and_then(|lock| match lock.proof {
                    Proof::Moved(scan) => Some(scan),
                    Proof::Labelled | Proof::Deadline(_) | Proof::Wait | Proof::Person => None,
                });
                self.facts.keep_ends(parcel.id, proof);
            }
        }
    }

    /// The number of a package's current label.
    pub(crate) fn number(&self, package: usize) -> Option<usize> {
        self.facts.label(package).map(|label| names::key(label.details.number))
    }

    /// Whether one of its packages is being sent.
    pub(crate) fn is_sending(&self) -> bool {
        self.parcels.iter().any(|parcel| matches!(parcel.state, PackageState::Sending { .. }))
    }

    /// What is frozen at a claim.
    pub fn lock(&self, parcel: &Parcel, label: &Label, now: Ms) -> Lock {
        let lines = self.lines(parcel, label);
        let devices = self.devices(&lines);
        let moved = self.facts.first_movement(label);
        let is_assigned = label.terms.timing == Timing::WhenTrackingIsAssigned
            && !parcel.words(label.details.id).is_stopped;
        let without = || self.without_movement(parcel, label, now).first().copied();
        let proof = match moved {
            _ if parcel.is_sent_by_person(label) => Proof::Person,
            _ if is_assigned => Proof::Labelled,
            Some(scan) => Proof::Moved(*scan),
            None => without().unwrap_or(Proof::Labelled),
        };
        let shipped = match moved {
            // "the first movement, but never before `labeled_at`"
            Some(scan) if !is_assigned => scan.happened_at().max(label.made_at()),
            // "the day it goes (L10), but never before `labeled_at`; `labeled_at` where no day was told"
            Some(_) | None => {
                let made_at = label.made_at();
                label.details.ships_on.map_or(made_at, |day| day.max(made_at))
            }
        };
        Lock {
            label: *label,
            ship_date: shipped.min(now),
            lines,
            devices,
            reference: false,
            hash: None,
            proof,
            dismissed: parcel.words(label.details.id).dismissed,
            despite_cancel: self.facts.cancelled().is_some(),
            despite_lines: self.facts.all_remaining(),
            despite_wish: parcel.sent_by_person.filter(|w| w.is_of(label)).and_then(|w| w.wish),
            is_late: self.ship_by_of(parcel, label).is_some_and(|by| by <= now),
            verify: false,
            was_in_doubt: false,
            deduped: false,
        }
    }
}
