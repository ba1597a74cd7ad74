//! The faults: what can go wrong, and at which call.

use Fault::{
    AlreadyShipped, AnswerLost, AppliedLate, BellLate, BellLost, BellTwice, CrashAfter,
    CrashBefore, Cut, CutRefusal, Final, Firewall, IndexAhead, IndexBehind, Lost, Malformed,
    NoAnswer, NoConnection, Overstays, ReadLag, ReceivedTwice, Refused, Repeated, Reset, SavesFail,
    ServerError, ServerErrorApplied, Slow, TooMany, TooManyWithWait, Unauthorized,
};

/// Where a fault can strike: a kind of call that a function makes, or that is made to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are those of the ports")]
pub enum FaultPoint {
    Order,
    Save,
    Partner,
    StopPartner,
    ResumePartner,
    Book,
    HoldBack,
    LeaseRenewal,
    Tracking,
    AddToTracking,
    NoteMovements,
    Due,
    Ring,
    Publish,
    Secret,
    PutSecret,
    /// A marketplace is asked for a token.
    Token,
    /// A confirmation is submitted.
    Submit,
    /// An IMEI is registered.
    Register,
    /// A marketplace is asked what it holds.
    Read,
    /// A queue hands out a message.
    Receive,
}

impl FaultPoint {
    /// Every port.
    pub const ALL: [Self; 21] = [
        Self::Order,
        Self::Save,
        Self::Partner,
        Self::StopPartner,
        Self::ResumePartner,
        Self::Book,
        Self::HoldBack,
        Self::LeaseRenewal,
        Self::Tracking,
        Self::AddToTracking,
        Self::NoteMovements,
        Self::Due,
        Self::Ring,
        Self::Publish,
        Self::Secret,
        Self::PutSecret,
        Self::Token,
        Self::Submit,
        Self::Register,
        Self::Read,
        Self::Receive,
    ];

    /// The faults of this port. A fault that is to come more often is listed twice.
    pub const fn faults(self) -> &'static [Fault] {
        match self {
            Self::Save => OF_SAVE,
            Self::Order
            | Self::Partner
            | Self::StopPartner
            | Self::ResumePartner
            | Self::Book
            | Self::HoldBack
            | Self::LeaseRenewal
            | Self::Tracking
            | Self::AddToTracking
            | Self::NoteMovements
            | Self::Secret
            | Self::PutSecret => OF_STORE,
            Self::Due => OF_DUE,
            Self::Ring => OF_RING,
            Self::Publish => OF_PUBLISH,
            Self::Token => OF_TOKEN,
            Self::Submit => OF_SUBMIT,
            Self::Register => OF_REGISTER,
            Self::Read => OF_READ,
            Self::Receive => &[ReceivedTwice],
        }
    }

    /// More faults of this port, thrown by dice of their own.
    pub const fn more_faults(self) -> &'static [Fault] {
        match self {
            Self::Submit => &[Cut, CutRefusal, CutRefusal, SavesFail, SavesFail],
            Self::Register => &[Cut, CutRefusal],
            Self::Read | Self::Token => &[Cut],
            Self::Order
            | Self::Save
            | Self::Partner
            | Self::StopPartner
            | Self::ResumePartner
            | Self::Book
            | Self::HoldBack
            | Self::LeaseRenewal
            | Self::Tracking
            | Self::AddToTracking
            | Self::NoteMovements
            | Self::Due
            | Self::Ring
            | Self::Publish
            | Self::Secret
            | Self::PutSecret
            | Self::Receive => &[],
        }
    }
}

const OF_STORE: &[Fault] = &[Refused, Lost, Slow, CrashBefore, CrashAfter];
const OF_SAVE: &[Fault] = &[Refused, Lost, Repeated, Slow, CrashBefore, CrashAfter];
const OF_DUE: &[Fault] = &[Refused, Slow, CrashBefore, CrashAfter, IndexBehind, IndexAhead];
const OF_RING: &[Fault] = &[Refused, Lost, CrashBefore, CrashAfter, BellLost, BellTwice, BellLate];
const OF_PUBLISH: &[Fault] = &[Refused, Lost, CrashBefore, CrashAfter];
const OF_TOKEN: &[Fault] =
    &[CrashBefore, CrashAfter, NoConnection, NoAnswer, AnswerLost, ServerError, TooMany];
#[rustfmt::skip]
const OF_SUBMIT: &[Fault] = &[
    CrashBefore, CrashAfter, CrashAfter, NoConnection, NoAnswer, NoAnswer, AnswerLost, AnswerLost, AppliedLate,
    AppliedLate, Overstays, Reset, ServerError, ServerErrorApplied, TooMany, TooManyWithWait, Unauthorized, Final,
    AlreadyShipped, Malformed, Firewall,
];
#[rustfmt::skip]
const OF_REGISTER: &[Fault] = &[
    CrashBefore, CrashAfter, NoConnection, NoAnswer, AnswerLost, AppliedLate, Reset, ServerErrorApplied, TooMany,
    Unauthorized, Malformed, Firewall,
];
#[rustfmt::skip]
const OF_READ: &[Fault] = &[
    CrashBefore, CrashAfter, NoConnection, NoAnswer, ServerError, TooMany, TooManyWithWait, Unauthorized, Malformed,
    ReadLag, ReadLag,
];

/// A fault of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The call has no effect and gets an error: it was throttled, or did not arrive.
    Refused,
    /// The call has its effect, and its caller gets an error.
    Lost,
    /// The call has its effect, its answer is lost, and the SDK itself repeats it later.
    Repeated,
    /// The call takes longer than most functions may run.
    Slow,
    /// The function dies right before the call.
    CrashBefore,
    /// The function dies right after the effect.
    CrashAfter,
    /// The index does not show yet what is due.
    IndexBehind,
    /// The index still shows what is no longer due.
    IndexAhead,
    /// A doorbell that was taken never comes.
    BellLost,
    /// A doorbell comes twice.
    BellTwice,
    /// A doorbell comes up to a day late.
    BellLate,
    /// A queue hands a message out twice.
    ReceivedTwice,
    /// The marketplace cannot be reached.
    NoConnection,
    /// Nothing is applied, and no answer comes.
    NoAnswer,
    /// The request is applied, and no answer comes in time.
    AnswerLost,
    /// No answer comes, and the request is applied minutes later.
    AppliedLate,
    /// Nothing is applied, and a 429 comes after minutes to a function that nobody ended in time.
    Overstays,
    /// The connection breaks after the request was sent. Nothing is applied.
    Reset,
    /// The answer is 500, and nothing is applied.
    ServerError,
    /// The answer is 500, and the request is applied.
    ServerErrorApplied,
    /// The answer is 429.
    TooMany,
    /// The answer is 429, and says how long to wait.
    TooManyWithWait,
    /// The answer is 401.
    Unauthorized,
    /// The answer is a listed 4xx: the request is certainly not applied, for good.
    Final,
    /// The answer has the words of an order that was shipped before. Nothing is applied.
    AlreadyShipped,
    /// The request is applied, and the answer is a 2xx that is not the channel's.
    Malformed,
    /// The answer is a firewall's page.
    Firewall,
    /// A read does not show yet what was applied lately.
    ReadLag,
    /// The request is done, and the answer's body breaks off, or ends without its end.
    Cut,
    /// The body of a refusal breaks off.
    CutRefusal,
    /// The answer comes, and several saves of what it says fail.
    SavesFail,
}

/// A fault at the `nth` call of a port, counted over the whole schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Planned {
    /// The port.
    pub port: FaultPoint,
    /// The index of the call, from 0.
    pub nth: u32,
    /// The fault.
    pub fault: Fault,
}

/// The faults of a schedule that have not come yet, and the calls so far.
#[derive(Debug)]
pub struct Faults {
    /// The faults of each port, the next one last.
    planned: [Vec<(u32, Fault)>; FaultPoint::ALL.len()],
    calls: [u32; FaultPoint::ALL.len()],
    is_over: bool,
}

#[expect(clippy::as_conversions, reason = "the place of a variant")]
const fn place(port: FaultPoint) -> usize {
    port as usize
}

impl Faults {
    /// The faults of a plan.
    pub fn new(planned: &[Planned]) -> Self {
        let mut by_point: [Vec<(u32, Fault)>; FaultPoint::ALL.len()] = Default::default();
        for fault in planned {
            by_point[place(fault.port)].push((fault.nth, fault.fault));
        }
        for faults in &mut by_point {
            faults.sort_by(|one, other| other.cmp(one));
            faults.dedup_by_key(|(nth, _)| *nth);
        }
        Self { planned: by_point, calls: [0; FaultPoint::ALL.len()], is_over: false }
    }

    /// Counts a call. Returns its fault, if it has one.
    pub fn take(&mut self, port: FaultPoint) -> Option<Fault> {
        let nth = self.calls[place(port)];
        self.calls[place(port)] += 1;
        if self.is_over {
            return None;
        }
        let planned = &mut self.planned[place(port)];
        while planned.last().is_some_and(|(at, _)| *at < nth) {
            planned.pop();
        }
        planned.pop_if(|(at, _)| *at == nth).map(|(_, fault)| fault)
    }

    /// Whether all goes well from now on.
    pub const fn is_over(&self) -> bool {
        self.is_over
    }

    /// Ends all faults.
    pub fn end(&mut self) {
        self.is_over = true;
    }
}
