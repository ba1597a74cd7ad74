//! The guards of the rules: what keeps a confirmation from going out twice, a package from being stranded, a fact from
//! being lost, and a person from being left in the dark.
//!
//! Each guard stands by its name at the rule it is, in this crate and in the shell. What checks the rules leaves one out
//! and looks whether that is found: the simulator, where the guard is then a planted bug, and the model. A guard of what an
//! order hears, or of what an input leaves behind, is left out around [`crate::step`] (`step/unguarded.rs`). Without the
//! feature `planted`, which no function is built with, [`guarded`] is `true` where it is compiled.

#[cfg(all(feature = "planted", not(debug_assertions)))]
compile_error!("guards are left out by what checks them; no release build may leave one out");

/// Makes the list of guards: a row has a guard, and what it holds.
macro_rules! guards {
    ($($guard:ident = $words:literal;)+) => {
        /// A rule that something checks by leaving it out.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[expect(missing_docs, reason = "`Guard::words` says what each holds")]
        pub enum Guard {
            $($guard,)+
        }

        impl Guard {
            /// Every guard.
            pub const ALL: [Self; [$($words),+].len()] = [$(Self::$guard),+];

            /// What it holds, in words.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$guard => $words,)+ }
            }
        }
    };
}

guards! {
    // What is submitted, and what proves that it was not applied.
    LeaseEndIsDoubt = "the end of a lease means in doubt, never another submission";
    LeaseGrace = "a lease is over only five seconds past its end";
    LeaseOutlivesFunction = "a lease is longer than its function can live";
    UnknownIsNotRefused = "an unknown outcome is never \"not applied\"";
    ShippedAlreadyIsDoubt = "\"shipped already\" is read back, and not taken for our number";
    OursConfirms = "our number at the channel confirms";
    ForeignStays = "another number is never overridden";
    Quarantine = "absence counts only after the quarantine";
    ThreeAbsentReads = "absence counts only after three reads";
    ReadCountsWhenDue = "a read that shows nothing counts only when it is due";
    ReadCountsFromItsTime = "a read counts as of when it was made, not of when it is recorded";
    FenceOnOutcome = "an outcome carries the fence of its claim";
    FenceOnProbe = "a read carries the fence it was made under";
    IdenticalByHash = "a repeat without proof has the digest of the first";
    RepeatFollowsLabel = "a repeat goes back to doubt when its label is replaced or its order cancelled";
    RefusedRepeatProvesNothing = "a refusal of a repeat proves nothing about the submission before";
    RepeatsGoOn = "what is in doubt is repeated until its day is over";
    DayOfDoubt = "a doubt ends after a day, over all repeats";
    TimerInDoubt = "what is in doubt has a timer";
    LockStaysInDoubt = "the lock never moves to another number while in doubt (L1)";
    OneSending = "one package of an order is sent at a time";
    OneNumber = "one tracking number per order, where the channel takes one (L5)";
    PersonWaits = "a person can say \"nothing there\" only once the quarantine is over";
    FormerByAPerson = "nothing goes over a former number before a person said that it is nothing";
    FormerByItsNumber = "a person's word of a former number is of that number alone";
    FormerIsKept = "a person's word of a former number is kept with the label";

    RestoredIsDoubt = "what may have been sent before a restore is asked for first (A2)";
    RestoredIsNotRepeated = "what is in doubt for a restore is not repeated (A2)";

    // Facts: labels, scans, IMEIs.
    GreatestLabelCounts = "the greatest label counts, not the one that came last";
    NumberOfLabel = "a label goes out by its own number";
    VoidBeforeLabel = "a void that comes before its label is kept";
    DisputeHolds = "two tellings of a label that contradict each other hold it (L7)";
    FormerMovesHolds = "the parcel of a former label that moves holds the new one (L8)";
    ShipsOnWaits = "a label that is made ahead waits for its day (L10)";
    CancelledLineIsCut = "of a line that was cancelled no more goes out than remains (L9)";
    SeveralLabelsHold = "a cancelled line of several labels, or with codes, holds them (L9)";
    LeastRemains = "of what was told of a cancelled line the least counts (L9)";
    CutLineEndsRepeats = "what has more of a line than remains is not repeated (L9)";
    CutLineShown = "a package that was sent with more of a line than remains is shown (L9)";
    CodesGo = "the Transparency codes of a line are submitted with it (L13)";
    OrderFits = "a label that makes its order too large is refused (L14)";
    RefusedLabelShown = "a label that is refused is shown to its seller (L15)";
    RefusedLabelStays = "a label that is delivered again ends no refusal (L15)";
    ReturnIsNotSent = "a return label is never sent (L6)";
    LatestMakingCounts = "the latest time that was told of a label orders it among others (L2)";
    OverusedShown = "a package whose number has no place for its order is shown (N5)";
    FurtherNumbersCount = "a scan of a further number of the parcel counts (N4)";
    BothReadingsCount = "a barcode that can be read in two ways is known by both numbers (N3)";
    GreatestPlaceCounts = "the telling of the greatest place counts, not the one that came last (L7)";
    SettledStays = "what a person settled of a dispute stays settled (L7)";
    ChosenCounts = "the label that a person chose counts (L8)";
    RightStays = "a label that a person called the right one is not held for a former one again (L8)";
    OtherThanRefused = "what was refused is decided anew when something else would be submitted (L7)";
    DisputeEndsRepeats = "what is disputed is not repeated (L7)";
    DisputeShown = "a dispute after the claim is shown (L7)";
    ScanOfOwnNumber = "only a scan of the label's own number counts";
    ScanOfOwnDay = "a scan from long before the label is another parcel's";
    ShipsAfterLabel = "the ship date is not before the label";
    ImeiTieByValue = "of two IMEI lists of the same time the greater counts, not the one that came last";
    AmbiguousIsMissing = "several IMEIs that are not one phone's count as none (I10)";
    SharedImeiIsMissing = "one IMEI on two lines of an order counts as none on both (I10)";
    OneModelOnePhone = "two IMEIs of one model are one phone only where the order needs no other (I10)";
    AmbiguousShown = "IMEIs of which nobody knows whose they are are shown at once (I10)";
    SentPhoneIsNotLate = "a list that still has the sent IMEI in its phone is not late (I10)";
    ListsApart = "a list of IMEIs says nothing of serial numbers, nor the other way round (I11)";
    SerialIsWaitedFor = "a serial number that is missing is waited for as an IMEI is (I11)";
    SerialGoes = "the serial number of a line goes with its IMEI (I11)";
    WaitFromLabel = "the wait for IMEIs begins when the label is made";
    MissingImeiHolds = "missing IMEIs hold, where the seller chose so";
    ConfirmationGoesWithoutImei = "a confirmation that is refused with an IMEI in it goes out again without";
    ImeisCompared = "an IMEI is registered only when the channel shows it";
    LateImeiShown = "an IMEI that is not registered for an hour is shown";

    // Deadlines, silence, wishes.
    WishHolds = "a buyer's wish to cancel holds what is not sent (S5)";
    WishShown = "a buyer's wish to cancel is shown at what was sent (S5)";
    LateWishHoldsAgain = "a wish that is told later than the one that a person refused holds again (S5)";
    ShipByWarns = "people are warned before a ship-by (S3)";
    ShipByPasses = "a ship-by that is over is shown (S3)";
    SilenceShown = "a parcel of which no movement comes is shown (S4)";
    NoLabelShown = "a package that waits for a label in place of a voided one is shown (S4)";
    QuietFeedSpared = "what is confirmed without a movement is shown only where scans come (S4)";
    PublishedOnce = "what is told of a deadline, a silence or a wish is published once";
    LookOfWhatIsCompared = "what a look shows counts for the number that it was compared with alone (S7)";
    LookUnderItsFence = "a look carries the fence it was asked under (S7)";
    LookDroppedAfterTwoHours = "a look that nobody waits for is dropped after two hours (S7)";
    WishFromLookOnlyWhereNone = "a look raises a wish to cancel only where none is known (S7)";
    CancelShownStops = "a cancellation that the channel shows stops the order (S7)";
    NotShownShown = "what a channel took and does not show is shown (S8)";
    VerifyOnlyWhenOn = "what was taken is verified only where its partner wants that (S8)";
    DeadlineSendNeedsALook = "nothing goes without a movement before the channel was looked at (S2, S11)";
    DeadlineSendStopsAtClaim = "whether a ship-by sends is read again before each claim (S2)";
    WaitSendStopsAtClaim = "whether a wait sends is read again before each claim (S11)";
    SendAfterWaits = "a confirmation waits for the time that its partner sends after (S10)";

    // What stops a package.
    CancelStops = "a cancelled order is not sent";
    NeverAtClaim = "`never` is read consistently before each claim (T5)";
    NeverAfterRelease = "`never` stops again what a person once released";
    ReleaseKeepsTiming = "what a person released from `never` goes by its own timing";
    HoldStops = "what a person holds is not sent";
    StoppedMovesShown = "what `never` stopped is shown once it moves";

    ObserveAtClaim = "the mode is read right before each claim: under `observe` nothing is sent (A3)";
    ObservedStays = "nothing that is told later sends what was observed (A3)";

    // The shell: senders, the sweep, events, answers.
    ClaimOnVersion = "a claim is saved on the version that was read";
    ClaimBeforeRequest = "a claim is saved before its request goes";
    OneRequestOfClaim = "a claim sends one request, whether it is answered or not";
    WriterCompared = "the writer is compared when a save's condition fails";
    PauseStops = "a paused partner is not sent for, nor read (A1)";
    LookFirst = "Wish is read before each claim";
    PartnerReadAfterWait = "the partner is read again after a token was waited for";
    OutcomeIsSaved = "an outcome is saved again when its first save fails";
    CallsEndInTime = "a call that hangs is given up before its function ends";
    Sweep = "the sweep looks at what is due";
    RingAfterSave = "the doorbell is rung after the save";
    NoticeIsKept = "a notice that the bus did not take is published later";
    WholeBatch = "every event of a batch about one order is followed";
    PolicyOfSeller = "missing IMEIs are dealt with as the seller chose";
    ScanBeforeLabel = "a label takes over the scans that came before it";
    ScanLooksAgain = "a scan looks again for a label that came meanwhile";
    AccountIsAsked = "the account is asked before a second refusal stops a partner (D5)";
    CutBodyIsUnread = "a body that broke off is not read";
    CutStatusCounts = "the status of an answer that broke off counts";
    UnknownIsKept = "what a newer release stored is kept when an older one saves";
}

/// Whether a guard is there: always, without the feature `planted`.
#[cfg(not(feature = "planted"))]
pub const fn guarded(_guard: Guard) -> bool {
    true
}

/// Whether a guard is there: it is, unless this thread leaves it out.
#[cfg(feature = "planted")]
pub fn guarded(guard: Guard) -> bool {
    LEFT_OUT.get() & bit(guard) == 0
}

/// Whether no guard is left out.
#[cfg(feature = "planted")]
pub(crate) fn is_whole() -> bool {
    LEFT_OUT.get() == 0
}

/// Leaves these guards out on this thread, and no others.
#[cfg(feature = "planted")]
pub fn leave_out(guards: &[Guard]) {
    LEFT_OUT.set(guards.iter().fold(0, |bits, guard| bits | bit(*guard)));
}

#[cfg(feature = "planted")]
thread_local! {
    /// The guards that this thread leaves out, one bit for each.
    static LEFT_OUT: std::cell::Cell<u128> = const { std::cell::Cell::new(0) };
}

#[cfg(feature = "planted")]
#[expect(
    clippy::as_conversions,
    reason = "the place of a guard among all, which has no other name"
)]
const fn bit(guard: Guard) -> u128 {
    1 << guard as u128
}
