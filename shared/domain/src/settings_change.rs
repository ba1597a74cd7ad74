//! What a person changes of a partner's settings, and what its channel has of them.

use crate::{
    Channel, ClosedDays, Deadline, DeadlineAction, Fault, MissingImei, Mode, OrAfterHours,
    SendAfter, SilentHours, SlaDays, Timing,
};

/// What a person changes; `None` leaves a setting as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsChange {
    /// The timing.
    pub timing: Option<Timing>,
    /// Whether what is decided is sent (rule A3).
    pub mode: Option<Mode>,
    /// The policy for missing IMEIs.
    pub missing_imei: Option<MissingImei>,
    /// The warning before a ship-by (rule S2).
    pub deadline: Option<Deadline>,
    /// After how long a silence is told (rule S4).
    pub silent_hours: Option<SilentHours>,
    /// What a confirmation waits for under assigned timing (rule S10).
    pub send_after: Option<SendAfterChange>,
    /// After how long a confirmation goes without a movement (rule S11).
    pub or_after: Option<OrAfterChange>,
    /// Whether what the channel took is verified (rule S8).
    pub verify: Option<bool>,
    /// Within how many business days an order is to ship (rule S9).
    pub sla_days: Option<SlaDays>,
    /// The partner's own days that are no business days (rule S9).
    pub closed_days: Option<ClosedDays>,
}

impl SettingsChange {
    /// Everything stays as it is.
    pub const NONE: Self = Self {
        timing: None,
        mode: None,
        missing_imei: None,
        deadline: None,
        silent_hours: None,
        send_after: None,
        or_after: None,
        verify: None,
        sla_days: None,
        closed_days: None,
    };
}

/// What a confirmation is to wait for from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendAfterChange {
    /// Nothing.
    Off,
    /// This.
    To(SendAfter),
}

/// After how long a confirmation is to go without a movement from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrAfterChange {
    /// Never.
    Off,
    /// This.
    To(OrAfterHours),
}

impl SettingsChange {
    /// Refuses what the channel does not have.
    ///
    /// # Errors
    /// When it has no such timing (rule T2), sends nothing before the parcel moves (rules S2 and S11), has nothing to be verified
    /// (rule S8), or tells its ship-by itself (rule S9).
    pub(crate) fn fits(&self, channel: Channel) -> Result<(), Fault> {
        let facts = channel.facts();
        if let Some(timing) = self.timing
            && !channel.timings().contains(&timing)
        {
            let problem = format!("`{timing}` is not available for {channel}");
            let allowed = channel.timings().iter().map(|timing| timing.name());
            return Err(Fault::new("timing", problem).allowing(allowed));
        }
        let sends = |deadline: Deadline| deadline.action() == DeadlineAction::Send;
        if self.deadline.is_some_and(sends) && !facts.sends_late {
            let allowed = DeadlineAction::ALL.into_iter().filter(|a| *a != DeadlineAction::Send);
            let fault = sends_none("deadline.action", channel);
            return Err(fault.allowing(allowed.map(DeadlineAction::name)));
        }
        if matches!(self.or_after, Some(OrAfterChange::To(_))) && !facts.sends_late {
            return Err(sends_none("or_after_hours", channel).allowing(["off"]));
        }
        let fields = [
            ("verify", self.verify.is_some(), facts.is_verified),
            ("sla_days", self.sla_days.is_some(), facts.reckons_ship_by),
            ("closed_days", self.closed_days.is_some(), facts.reckons_ship_by),
        ];
        match fields.into_iter().find(|(_, is_there, has_it)| *is_there && !has_it) {
            Some((field, ..)) => {
                let fault = Fault::new(field, format!("is not available for {channel}"));
                Err(fault.allowing(["no such field for this marketplace"]))
            }
            None => Ok(()),
        }
    }
}

fn sends_none(field: &str, channel: Channel) -> Fault {
    Fault::new(field, format!("{channel} has no confirmations that go before the parcel moves"))
}
