//! A partner: one account of a seller at a marketplace, and the setting "Send ship confirmations".

use crate::{
    ChannelSettings, ClosedDays, CredentialDates, Deadline, Fault, HoursOff, Mode, Moment,
    NeverChange, NeverSpan, NeverSpans, OrAfterChange, OrAfterHours, OrderId, PartnerId, Paused,
    SellerId, SendAfter, SendAfterChange, SettingsChange, SilentHours, SlaDays, Text, Unknown,
    Watch,
};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

/// When ship confirmations go out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timing {
    /// "When tracking shows movement.": at the first movement. A new partner starts with it (rule T1).
    WhenTrackingShowsMovement,
    /// "When tracking is assigned.": once the label is made.
    WhenTrackingIsAssigned,
    /// "Never": Amazon only (rule T2).
    Never,
}

impl Timing {
    /// Every timing, in the order they are shown.
    pub const ALL: [Self; 3] =
        [Self::WhenTrackingShowsMovement, Self::WhenTrackingIsAssigned, Self::Never];

    /// Its name in data.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WhenTrackingShowsMovement => "when_tracking_shows_movement",
            Self::WhenTrackingIsAssigned => "when_tracking_is_assigned",
            Self::Never => "never",
        }
    }

    /// Its name for people.
    pub const fn shown(self) -> &'static str {
        match self {
            Self::WhenTrackingShowsMovement => "When tracking shows movement.",
            Self::WhenTrackingIsAssigned => "When tracking is assigned.",
            Self::Never => "Never",
        }
    }
}

impl fmt::Display for Timing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What happens when IMEIs are missing once the confirmation is due (rule I4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingImei {
    /// The order is confirmed all the same.
    SendWithout,
    /// Nothing goes out until the IMEIs come or a person says so.
    Hold,
}

impl MissingImei {
    /// Every policy, the default first.
    pub const ALL: [Self; 2] = [Self::SendWithout, Self::Hold];

    /// Its name in data.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SendWithout => "send_without",
            Self::Hold => "hold",
        }
    }
}

impl FromStr for Timing {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let found = Self::ALL.into_iter().find(|timing| timing.name() == text);
        found.ok_or_else(|| not_a_value("timing", text).allowing(Self::ALL.map(Self::name)))
    }
}

impl FromStr for MissingImei {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let found = Self::ALL.into_iter().find(|policy| policy.name() == text);
        found.ok_or_else(|| not_a_value("missing_imei", text).allowing(Self::ALL.map(Self::name)))
    }
}

fn not_a_value(field: &str, text: &str) -> Fault {
    Fault::new(field, format!("`{}` is not one of its values", Text::cut(text)))
}

/// Why nothing of a partner is sent: its credentials are wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stopped {
    /// Since when.
    pub at: Moment,
    /// The channel's words.
    pub reason: Text,
    /// The version of its secret that failed. Another version is tried without a person. Empty where there was no secret.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub secret: String,
}

/// How many orders in a row whose submissions are refused for the credentials stop a partner, although its account is taken
/// (rule D5).
pub const REFUSED_ORDERS_MAX: usize = 3;

/// When the next requests of a partner may go, to keep to its channel's limits. It is no setting. It is stored with the partner
/// because a sender reads that before each claim anyway, so that the pace of a quiet partner costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// Submissions, and reads where the channel counts them together.
    pub submit: Lane,
    /// Reads, where the channel counts them apart.
    pub read: Lane,
}

/// One limit of a channel, for one partner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lane {
    /// When the next request may go. In the past, or `None`, while the partner is quiet.
    pub go: Option<Moment>,
    /// When the next sender that is turned away is to come back.
    pub back: Option<Moment>,
}

/// One account of a seller at a marketplace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// The tenant.
    pub seller: SellerId,
    /// The account.
    pub id: PartnerId,
    /// Its name, as its people chose it.
    pub name: Text,
    /// What its channel needs of it. It also says which channel.
    pub settings: ChannelSettings,
    /// When confirmations go out.
    pub timing: Timing,
    /// Who set [`Timing::Never`] and left it, and when: packages labelled before it was left stay stopped (rule T5).
    pub never: NeverSpans,
    /// Whether what is decided is sent (rule A3).
    pub mode: Mode,
    /// What to do about missing IMEIs.
    pub missing_imei: MissingImei,
    /// Whether, and how long before, people are warned of a ship-by (rule S2).
    pub deadline: Deadline,
    /// After how long a silence is told (rule S4).
    pub silent_hours: SilentHours,
    /// What a confirmation waits for under assigned timing (rule S10).
    pub send_after: Option<SendAfter>,
    /// After how long a confirmation goes without a movement under movement timing, if it does (rule S11).
    pub or_after: Option<OrAfterHours>,
    /// Whether the channel is asked whether it shows what it took, where that is to be verified (rule S8).
    pub verify: bool,
    /// Within how many business days it has to ship, where its channel tells no ship-by (rule S9).
    pub sla_days: SlaDays,
    /// Its own days that are no business days (rule S9).
    pub closed_days: ClosedDays,
    /// The time zone in which the days of its labels are read: a name of [`zone_names`](crate::zone_names). Without one a day begins
    /// and ends so that nothing is early (rule L10).
    pub time_zone: Option<Text>,
    /// Whether it may have pairs of its own (rule K2), which are then read before each claim. It stays set once it was.
    pub has_carrier_pairs: bool,
    /// Set while a person pauses it (rule A1).
    pub paused: Option<Paused>,
    /// Set while its credentials fail.
    pub stopped: Option<Stopped>,
    /// The orders, since its last confirmation, whose submissions were refused for the credentials although its account is taken
    /// (rule D5). Three of them stop it.
    pub refused: BTreeSet<OrderId>,
    /// How many of its last labels were whole hours off, if any (rule L10).
    pub hours_off: Option<HoursOff>,
    /// The beginning of the last day of UTC on which a movement of one of its parcels was seen (rule S4).
    pub moved_on: Option<Moment>,
    /// When its credentials were put, and when they end.
    pub credentials: CredentialDates,
    /// When its next requests may go.
    pub pace: Pace,
    /// Counts changes made by people.
    pub version: u64,
    /// When a person changed it last.
    pub changed_at: Moment,
    /// Who changed it last.
    pub changed_by: Text,
    /// What a newer release stored beside it.
    pub unknown: Unknown,
}

/// For how long after a movement more of them are expected of a partner. Unit: whole days of UTC.
const FED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a partner is registered with.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the partner's")]
pub struct PartnerRegistration {
    pub seller: SellerId,
    pub id: PartnerId,
    pub name: Text,
    pub settings: ChannelSettings,
}

/// What a person may change of a partner beside its timing and its policies.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are the partner's")]
pub struct PartnerEdit {
    pub name: Text,
    pub settings: ChannelSettings,
    pub time_zone: Option<Text>,
    pub credentials: CredentialDates,
}

/// Who changes a partner, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedBy {
    /// Who.
    pub person: Text,
    /// When.
    pub at: Moment,
}

impl Partner {
    /// A new partner, with the standard settings (rules T1, I4).
    pub fn new(registration: PartnerRegistration, by: ChangedBy) -> Self {
        let PartnerRegistration { seller, id, name, settings } = registration;
        Self {
            seller,
            id,
            name,
            settings,
            timing: Timing::WhenTrackingShowsMovement,
            never: NeverSpans::default(),
            mode: Mode::Live,
            missing_imei: MissingImei::SendWithout,
            deadline: Deadline::STANDARD,
            silent_hours: SilentHours::STANDARD,
            send_after: None,
            or_after: None,
            verify: true,
            sla_days: SlaDays::STANDARD,
            closed_days: ClosedDays::default(),
            time_zone: None,
            has_carrier_pairs: false,
            paused: None,
            stopped: None,
            refused: BTreeSet::new(),
            hours_off: None,
            moved_on: None,
            credentials: CredentialDates::put(by.at),
            pace: Pace::default(),
            version: 1,
            changed_at: by.at,
            changed_by: by.person,
            unknown: Unknown::default(),
        }
    }

    /// The partner with another name, other settings of its channel and another time zone. The channel itself never changes.
    ///
    /// # Errors
    /// When it has no time zone any more, and what its confirmations wait for is read in one (rule S10).
    pub fn edited(self, edit: PartnerEdit, by: ChangedBy) -> Result<Self, Fault> {
        let PartnerEdit { name, settings, time_zone, credentials } = edit;
        if time_zone.is_none() && self.send_after.is_some_and(SendAfter::needs_zone) {
            let problem = "is needed by send_after.earliest and send_after.days, which are set";
            let allowed = ["a time zone, or first a send_after of hours alone"];
            return Err(Fault::new("time_zone", problem).allowing(allowed));
        }
        let version = self.version.saturating_add(1);
        let ChangedBy { person: changed_by, at: changed_at } = by;
        Ok(Self { name, settings, time_zone, credentials, version, changed_at, changed_by, ..self })
    }

    /// The partner with the change made. A change alone never sends anything (rule T4).
    ///
    /// # Errors
    /// When the channel has no such timing (rule T2) or no such setting (rules S2, S8, S9, S11), or a `send_after` is read in a time
    /// zone and the partner has none (rule S10).
    pub fn changed(self, change: SettingsChange, by: Text, now: Moment) -> Result<Self, Fault> {
        change.fits(self.settings.channel())?;
        let timing = change.timing.unwrap_or(self.timing);
        let send_after = match change.send_after {
            None => self.send_after,
            Some(SendAfterChange::Off) => None,
            Some(SendAfterChange::To(to)) if to.needs_zone() && self.time_zone.is_none() => {
                let field = if to.earliest().is_some() { "earliest" } else { "days" };
                let problem = "is read in the partner's time_zone, and it has none";
                let allowed = ["send_after.hours alone, or first a time_zone for the partner"];
                return Err(Fault::new(format!("send_after.{field}"), problem).allowing(allowed));
            }
            Some(SendAfterChange::To(to)) => Some(to),
        };
        let or_after = match change.or_after {
            None => self.or_after,
            Some(OrAfterChange::Off) => None,
            Some(OrAfterChange::To(hours)) => Some(hours),
        };
        let change_of_never = || NeverChange { at: now, by: Some(by.clone()) };
        let never = match (self.timing == Timing::Never, timing == Timing::Never) {
            (false, true) => self.never.set(change_of_never()),
            (true, false) => self.never.left(change_of_never()),
            (true, true) | (false, false) => self.never,
        };
        Ok(Self {
            timing,
            never,
            mode: change.mode.unwrap_or(self.mode),
            missing_imei: change.missing_imei.unwrap_or(self.missing_imei),
            deadline: change.deadline.unwrap_or(self.deadline),
            silent_hours: change.silent_hours.unwrap_or(self.silent_hours),
            send_after,
            or_after,
            verify: change.verify.unwrap_or(self.verify),
            sla_days: change.sla_days.unwrap_or(self.sla_days),
            closed_days: change.closed_days.unwrap_or(self.closed_days),
            version: self.version.saturating_add(1),
            changed_at: now,
            changed_by: by,
            ..self
        })
    }

    /// What a label that is first handled now keeps of the partner's watch (rule T7).
    pub fn watch_at(&self, now: Moment) -> Watch {
        let is_lately = |day: Moment| now.day().since(day) <= FED_FOR;
        Watch {
            deadline: self.deadline,
            silent_hours: self.silent_hours,
            is_fed: self.moved_on.is_some_and(is_lately),
            or_after: self.or_after,
        }
    }

    /// The last time under [`Timing::Never`]: the one in force, or else the one that ended last. `None` where there was
    /// none, or who began the one in force was not kept.
    pub fn last_never(&self) -> Option<&NeverSpan> {
        let is_in_force = self.timing == Timing::Never;
        self.never.last().filter(|last| last.left.is_none() == is_in_force)
    }

    /// The time under [`Timing::Never`] that stopped a label first handled at this moment (rule T5), as far as it was kept.
    /// A sender that read `never` just before it was left may stop a label that came after.
    pub fn never_that_stopped(&self, received_at: Moment) -> Option<&NeverSpan> {
        self.never.first_to_stop(received_at).or_else(|| self.last_never())
    }
}
