//! The rules a second time: an order as a list of everything told, and a machine per package. One input is followed in
//! three turns, as RULES.md has it: what it does by itself (`follow`), what time does (`pass`), and what each package that
//! is not sent should be then (`settle`).

use crate::act::{Act, Aim, Fence, Ms};
use crate::news::Former;
use crate::places::{self, Place};
use crate::stand::{Because, Class, Line, LineStand, Lock, Parcel, Stand, When};
use crate::told::{Facts, Label, Lines};
use crate::{follow, marks, rings};
use domain::{Channel, NoticeKind, Timing};

/// An order.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Order {
    pub channel: Channel,
    pub facts: Facts,
    pub parcels: Vec<Parcel>,
    pub attention_since: Option<Ms>,
    /// Notices that the bus did not take: of which package, what, and when it is told again.
    pub untold: Vec<(usize, NoticeKind, Ms)>,
}

/// Why an input is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the product's names")]
#[expect(clippy::enum_variant_names, reason = "the product's names")]
pub enum No {
    NoImeisThere,
    TooManyPackages,
    TooManyLabels,
    TooManyLines,
    Absent,
    NotReady,
    NotBefore(Ms),
    OtherSending,
    Never,
    NotIdentical,
    Fenced {
        given: u32,
        current: u32,
    },
    /// Not before this moment.
    TooEarly(Ms),
    /// In this state, where only these are possible (bits).
    NotNow(Class, u8),
}

/// What should follow from an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Why it is not followed.
    pub refused: Option<No>,
    /// What is told, of which package.
    pub notices: Vec<(usize, NoticeKind)>,
    /// How long each doorbell is to wait, in seconds.
    pub rings: Vec<When>,
}

impl Order {
    /// An order just heard of.
    pub fn new(channel: Channel) -> Self {
        Self {
            channel,
            facts: Facts::default(),
            parcels: Vec::new(),
            attention_since: None,
            untold: Vec::new(),
        }
    }

    /// What the rules need to know of its marketplace.
    pub fn place(&self) -> Place {
        places::of(self.channel)
    }

    /// A package.
    pub fn parcel(&self, id: usize) -> Option<&Parcel> {
        self.parcels.iter().find(|parcel| parcel.id == id)
    }

    /// A package, to be changed.
    pub fn parcel_mut(&mut self, id: usize) -> Option<&mut Parcel> {
        self.parcels.iter_mut().find(|parcel| parcel.id == id)
    }

    /// The fence that a sender of this would carry.
    pub fn fence(&self, aim: Aim) -> u32 {
        let parcel = self.parcel(aim.package());
        match aim {
            Aim::Package(_) => parcel.map(|parcel| parcel.fence),
            Aim::Line(_, item) => parcel
                .and_then(|parcel| parcel.lines.iter().find(|line| line.item == item))
                .map(|line| line.fence),
        }
        .unwrap_or(0)
    }

    fn line(&self, package: usize, item: usize) -> Option<&Line> {
        self.parcel(package)?.lines.iter().find(|line| line.item == item)
    }

    /// When what is in doubt is to be read.
    pub fn read_at(&self, aim: Aim) -> Option<Ms> {
        let doubt = match aim {
            Aim::Package(package) => match self.parcel(package)?.stand {
                Stand::InDoubt(doubt) => doubt,
                _ => return None,
            },
            Aim::Line(package, item) => match self.line(package, item)?.stand {
                LineStand::InDoubt(doubt) => doubt,
                _ => return None,
            },
        };
        Some(doubt.read_at.latest)
    }

    /// When what is to be sent may be.
    pub fn not_before(&self, aim: Aim) -> Option<Ms> {
        let when = match aim {
            Aim::Package(package) => match self.parcel(package)?.stand {
                Stand::Ready { not_before, .. } => not_before,
                _ => None,
            },
            Aim::Line(package, item) => match self.line(package, item)?.stand {
                LineStand::Pending { not_before, .. } => not_before,
                _ => None,
            },
        };
        when.map(|when| when.latest)
    }

    /// The fence an act carries.
    pub fn fence_of(&self, act: &Act) -> u32 {
        match *act {
            Act::Outcome { aim, fence, .. } | Act::Probe { aim, fence, .. } => match fence {
                Fence::Current => self.fence(aim),
                Fence::Exactly(fence) => fence,
            },
            _ => 0,
        }
    }

    /// What an input does, now.
    pub fn step(&mut self, act: &Act, now: Ms) -> Answer {
        let former = Former::of(self, act);
        let refused = follow::follow(self, act, now).err();
        self.keep_ends(&former);
        self.pass(now);
        let rang = self.settle(now);
        self.look_at_marks(&former);
        let mut notices = self.notices(&former, now);
        for &(package, kind, next) in &self.untold {
            if next <= now {
                notices.push((package, kind));
            }
        }
        self.untold.retain(|(.., next)| *next > now);
        let needs_a_person =
            self.parcels.iter().any(|parcel| marks::attention(self, parcel).next().is_some());
        self.attention_since = needs_a_person.then(|| self.attention_since.unwrap_or(now));
        Answer { refused, notices, rings: rings::rings(self, (&former, act), rang, now) }
    }

    /// A package that has just been confirmed keeps few of its scans (rule M5).
    fn keep_ends(&mut self, former: &Former) {
        for parcel in &self.parcels {
            let was = former.parcel(parcel.id).map(Parcel::class);
            if parcel.class() == Class::Confirmed && was != Some(Class::Confirmed) {
                let proof = parcel.lock.as_ref().and_then(|lock| match lock.because {
                    Because::Moved(told) => Some(told),
                    Because::Labelled | Because::Person => None,
                });
                self.facts.keep_ends(parcel.id, proof);
            }
        }
    }

    /// The number of a package's current label.
    pub(crate) fn number(&self, package: usize) -> Option<usize> {
        self.facts.label(package).map(|label| label.made.number)
    }

    /// Whether one of its packages is being sent.
    pub(crate) fn is_sending(&self) -> bool {
        self.parcels.iter().any(|parcel| matches!(parcel.stand, Stand::Sending { .. }))
    }

    /// The lines a package's confirmation ships: its own, or every line of the order (rule I1).
    pub fn lines(&self, label: &Label) -> Lines {
        if self.place().one_number {
            self.facts.lines(self.parcels.iter().map(|parcel| parcel.id))
        } else {
            let mut lines: Lines = label.basket().to_vec();
            lines.sort_unstable();
            lines
        }
    }

    /// Whether required IMEIs are missing; a quantity above 1 is not waited for (rule I7).
    pub fn is_lacking(&self, label: &Label) -> bool {
        self.place().takes_imeis
            && self
                .lines(label)
                .iter()
                .any(|&(item, quantity, phone)| phone && quantity == 1 && self.imei(item).is_none())
    }

    /// The one IMEI of a line of quantity 1, by its place.
    pub fn imei(&self, item: usize) -> Option<usize> {
        match self.facts.list(item)? {
            0b001 => Some(0),
            0b010 => Some(1),
            0b100 => Some(2),
            _ => None,
        }
    }

    /// What is frozen at a claim.
    pub fn lock(&self, parcel: &Parcel, label: &Label, now: Ms) -> Lock {
        let lines = self.lines(label);
        let imeis = if self.place().takes_imeis {
            let phones = lines.iter().filter(|line| line.2 && line.1 == 1);
            phones.filter_map(|line| Some((line.0, 1 << self.imei(line.0)?))).collect()
        } else {
            Vec::new()
        };
        let moved = self.facts.first_movement(label);
        let because =
            match (parcel.sent_by_person == Some(label.made.id), label.under.timing, moved) {
                (true, ..) => Because::Person,
                (false, Timing::WhenTrackingShowsMovement, Some(told)) => Because::Moved(*told),
                (false, ..) => Because::Labelled,
            };
        let is_assigned = label.under.timing == Timing::WhenTrackingIsAssigned
            && parcel.stopped != Some(label.made.id);
        let shipped = match moved {
            // "the first movement, but never before `labeled_at`"
            Some(told) if !is_assigned => told.happened_at().max(label.made_at()),
            Some(_) | None => label.made_at(),
        };
        Lock {
            label: *label,
            ship_date: shipped.min(now),
            lines,
            imeis,
            reference: false,
            hash: None,
            because,
            former: parcel.former_of(label.made.id),
            despite_cancel: self.facts.cancelled().is_some(),
            doubted: false,
            deduped: false,
        }
    }
}
