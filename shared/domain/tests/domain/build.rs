//! Short ways to say what happens to an order, and to say what became of it. Times are seconds after [`START`].

use domain::{
    Action, CarrierStatus, Channel, Claim, DateOrTime, Deadline, DeadlineAction, Decision,
    DeviceId, Effect, EventId, Failures, ImeiTerms, ImeiUpdated, Input, Item, LabelCreated,
    LabelKind, LabelVoided, Mark, MissingImei, Mode, Moment, Movement, NotApplied, NoticeKind,
    OrAfterHours, Order, OrderCancelled, OrderKey, OrderShown, OrderUpdated, Outcome, Package,
    Parking, PartnerNow, Person, Reading, Refusal, RefusedLabel, Seal, SilentHours, Target, Terms,
    Text, Timing, TimingNow, TrackingNumber, TransparencyCode, step,
};
use jiff::SignedDuration;
use std::collections::BTreeSet;

pub(crate) use crate::words::shown;

pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 3_600;
pub(crate) const DAY: i64 = 86_400;

/// 2026-11-23T15:00:00Z.
const START: Moment = Moment::from_millis(1_795_446_000_000);

pub(crate) const MOVES: Timing = Timing::WhenTrackingShowsMovement;
pub(crate) const ASSIGNED: Timing = Timing::WhenTrackingIsAssigned;

/// How long a claim lasts: a sender's timeout and 5 seconds.
pub(crate) const LEASE: i64 = 65;

/// Three valid IMEIs of three models.
pub(crate) const IMEIS: [&str; 3] = ["490154203237518", "356938035643809", "353879234252633"];

/// Another IMEI of the second's model.
pub(crate) const OF_ONE_MODEL: &str = "356938035643817";

/// Three serial numbers.
pub(crate) const SERIALS: [&str; 3] = ["C02XK1ABJG5J", "R52K-90/1.B", "5"];

pub(crate) fn at(seconds: i64) -> Moment {
    START.plus(SignedDuration::from_secs(seconds))
}

pub(crate) fn seconds(moment: Moment) -> i64 {
    moment.since(START).as_secs()
}

pub(crate) fn text(words: &str) -> Text {
    Text::cut(words)
}

pub(crate) fn number(letter: &str) -> TrackingNumber {
    format!("1Z999{letter}").parse().unwrap()
}

pub(crate) fn key() -> OrderKey {
    OrderKey {
        seller: "acme".parse().unwrap(),
        partner: "shop".parse().unwrap(),
        order: "902-1".parse().unwrap(),
    }
}

pub(crate) fn person(reason: &str) -> Person {
    Person { by: text("ann"), reason: text(reason), evidence: None, at: at(0) }
}

/// What happens next; a sender's part is completed from the order as it is then.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "a story has a dozen")]
pub(crate) enum Step {
    Input(Input),
    Claim {
        target: Target,
        timing: TimingNow,
        hash: &'static str,
    },
    /// Of package `1`, while its partner has this set.
    ClaimNow(PartnerNow, &'static str),
    /// For a receiver that drops repeats.
    ClaimDeduped {
        hash: &'static str,
    },
    /// On a table that was restored, since the system was started again at a time.
    ClaimRestored {
        target: Target,
        restored_at: i64,
        is_deduped: bool,
    },
    Outcome {
        target: Target,
        outcome: Outcome,
    },
    Probe {
        target: Target,
        reading: Reading,
        hash: Option<&'static str>,
    },
    /// A look at package `1` that was asked at a time, or right now.
    Looked {
        reading: Reading,
        shown: OrderShown,
        asked_at: Option<i64>,
    },
}

impl From<Input> for Step {
    fn from(input: Input) -> Self {
        Self::Input(input)
    }
}

impl From<Made> for Step {
    fn from(made: Made) -> Self {
        Self::Input(made.into())
    }
}

impl Step {
    pub(crate) fn resolve(self, order: &Order, now: Moment) -> Input {
        match self {
            Self::Input(input) => input,
            Self::Claim { target, timing, hash } => {
                claimed((target, PartnerNow::under(timing)), (hash, false), now)
            }
            Self::ClaimNow(set, hash) => claimed((confirmation("1"), set), (hash, false), now),
            Self::ClaimDeduped { hash } => {
                let set = PartnerNow::under(IN_FORCE);
                claimed((confirmation("1"), set), (hash, true), now)
            }
            Self::ClaimRestored { target, restored_at, is_deduped } => {
                let set = PartnerNow::under(IN_FORCE);
                let Input::Claim(claim) = claimed((target, set), ("h", is_deduped), now) else {
                    panic!("a claim")
                };
                Input::Claim(Claim { restored_at: Some(at(restored_at)), ..claim })
            }
            Self::Outcome { target, outcome } => {
                Input::Outcome { fence: fence(order, &target), target, outcome }
            }
            Self::Probe { target, reading, hash } => {
                let (fence, hash) = (fence(order, &target), hash.map(text));
                let (asked_at, shown) = (now, OrderShown::default());
                Input::Probe { target, fence, reading, hash, asked_at, shown }
            }
            Self::Looked { reading, shown, asked_at } => {
                let target = confirmation("1");
                let submitted = domain::submission(order, target.package(), now);
                Input::Looked {
                    package: target.package().clone(),
                    tracking: submitted.map_or_else(|| number("A"), |submitted| submitted.tracking),
                    fence: fence(order, &target),
                    reading,
                    shown,
                    asked_at: asked_at.map_or(now, at),
                }
            }
        }
    }
}

fn claimed(
    (target, set): (Target, PartnerNow),
    (hash, is_deduped): (&str, bool),
    now: Moment,
) -> Input {
    Input::Claim(Claim {
        target,
        now: set,
        restored_at: None,
        lease_until: now.plus(SignedDuration::from_secs(LEASE)),
        seal: Seal { reference: None, hash: text(hash), is_deduped, carrier_code: None },
    })
}

pub(crate) fn fence(order: &Order, target: &Target) -> u32 {
    let package = order.packages.get(target.package());
    match target {
        Target::Confirmation(_) => package.map(|package| package.fence),
        Target::Imei(_, item) => package.and_then(|p| p.lines.get(item)).map(|line| line.fence),
    }
    .unwrap_or_default()
}

/// `steps![0 => label("A"), 60 => moved("A", 50)]`
#[macro_export]
macro_rules! steps {
    ($($at:expr => $what:expr),* $(,)?) => { vec![$(($at, $crate::build::Step::from($what))),*] };
}

/// A label: of package `1`, made at the start, with one line that needs no IMEI, under movement timing.
#[derive(Clone, Debug)]
pub(crate) struct Made {
    pub(crate) event: LabelCreated,
    pub(crate) terms: Terms,
}

pub(crate) fn label(id: &str) -> Made {
    Made {
        event: LabelCreated {
            seller_id: key().seller,
            partner_id: key().partner,
            order_id: key().order,
            package_id: "1".parse().unwrap(),
            label_id: id.parse().unwrap(),
            kind: LabelKind::Outbound,
            carrier: text("UPS"),
            service: Some(text("Ground")),
            registered: None,
            tracking_number: number(id),
            also_known_as: BTreeSet::new(),
            tracking_url: None,
            labeled_at: at(0),
            updated_at: None,
            ordered_at: None,
            ship_by: None,
            ships_on: None,
            items: vec![item("i1", 1)],
            supply_source_id: None,
            left_out: Vec::new(),
        },
        terms: Terms::unwatched(
            MOVES,
            Some(ImeiTerms { missing: MissingImei::SendWithout, window_s: 3_600 }),
        ),
    }
}

pub(crate) fn item(id: &str, quantity: u32) -> Item {
    Item {
        item_id: id.parse().unwrap(),
        sku: None,
        quantity,
        requires_imei: false,
        transparency_codes: BTreeSet::new(),
        requires_serial: false,
    }
}

impl Made {
    pub(crate) fn of(mut self, package: &str) -> Self {
        self.event.package_id = package.parse().unwrap();
        self
    }
    pub(crate) fn for_order(mut self, order: &str) -> Self {
        self.event.order_id = order.parse().unwrap();
        self
    }
    pub(crate) fn made(mut self, seconds: i64) -> Self {
        self.event.labeled_at = at(seconds);
        self
    }
    pub(crate) fn number(mut self, letter: &str) -> Self {
        self.event.tracking_number = number(letter);
        self
    }
    /// A return.
    pub(crate) fn back(mut self) -> Self {
        self.event.kind = LabelKind::Return;
        self
    }
    /// Told later than it was made.
    pub(crate) fn updated(mut self, seconds: i64) -> Self {
        self.event.updated_at = Some(at(seconds));
        self
    }
    pub(crate) fn also(mut self, letters: &[&str]) -> Self {
        self.event.also_known_as = letters.iter().map(|letter| number(letter).key()).collect();
        self
    }
    /// Made ahead of the day it goes.
    pub(crate) fn ships(mut self, seconds: i64) -> Self {
        self.event.ships_on = Some(DateOrTime::Time(at(seconds)));
        self
    }
    pub(crate) fn by(mut self, carrier: &str) -> Self {
        self.event.carrier = text(carrier);
        self
    }
    pub(crate) fn under(mut self, timing: Timing) -> Self {
        self.terms.timing = timing;
        self
    }
    /// To be on its way by then.
    pub(crate) fn ship_by(mut self, seconds: i64) -> Self {
        self.event.ship_by = Some(DateOrTime::Time(at(seconds)));
        self
    }
    /// Its people are warned of its ship-by as where nothing was set.
    pub(crate) fn warned(mut self) -> Self {
        self.terms.watch.deadline = Deadline::STANDARD;
        self
    }
    /// Its people are warned so many hours before its ship-by.
    pub(crate) fn warns(mut self, hours: u64) -> Self {
        self.terms.watch.deadline = Deadline::new(hours, DeadlineAction::Warn).unwrap();
        self
    }
    /// Its silence is told after 96 hours, as where nothing was set.
    pub(crate) fn watched(mut self) -> Self {
        self.terms.watch.silent_hours = SilentHours::STANDARD;
        self
    }
    /// Its silence is told after so many hours.
    pub(crate) fn silent(mut self, hours: u64) -> Self {
        self.terms.watch.silent_hours = SilentHours::new(hours).unwrap();
        self
    }
    /// A movement of its partner's parcels was seen lately.
    pub(crate) fn fed(mut self) -> Self {
        self.terms.watch.is_fed = true;
        self
    }
    /// What its partner sends after came to this moment.
    pub(crate) fn sent_after(mut self, seconds: i64) -> Self {
        self.terms.send_after = Some(at(seconds));
        self
    }
    /// It goes without a movement so many hours before its ship-by.
    pub(crate) fn sends(mut self, hours: u64) -> Self {
        self.terms.watch.deadline = Deadline::new(hours, DeadlineAction::Send).unwrap();
        self
    }
    /// It goes without a movement after so many hours.
    pub(crate) fn or_after(mut self, hours: u64) -> Self {
        self.terms.watch.or_after = Some(OrAfterHours::new(hours).unwrap());
        self
    }
    /// The ship-by that was reckoned for it.
    pub(crate) fn reckoned(mut self, seconds: i64) -> Self {
        self.terms.reckoned = Some(at(seconds));
        self
    }
    pub(crate) fn or_hold(mut self) -> Self {
        self.terms.imei = Some(ImeiTerms { missing: MissingImei::Hold, window_s: 3_600 });
        self
    }
    pub(crate) fn lines(mut self, lines: &[(&str, u32)]) -> Self {
        self.event.items = lines.iter().map(|(id, n)| item(id, *n)).collect();
        self
    }
    /// Transparency codes of each of its lines.
    pub(crate) fn with_codes(mut self, codes: &[&str]) -> Self {
        for item in &mut self.event.items {
            item.transparency_codes = codes.iter().map(|code| code_of(code)).collect();
        }
        self
    }
    /// Lines that each need as many serial numbers as their quantity.
    pub(crate) fn tablets(mut self, lines: &[(&str, u32)]) -> Self {
        let tablet = |(id, n): &(&str, u32)| Item { requires_serial: true, ..item(id, *n) };
        self.event.items = lines.iter().map(tablet).collect();
        self
    }
    /// Its lines need serial numbers, too.
    pub(crate) fn with_serials(mut self) -> Self {
        for item in &mut self.event.items {
            item.requires_serial = true;
        }
        self
    }
    /// Lines that each need as many IMEIs as their quantity.
    pub(crate) fn phones(mut self, lines: &[(&str, u32)]) -> Self {
        let phone = |(id, n): &(&str, u32)| Item { requires_imei: true, ..item(id, *n) };
        self.event.items = lines.iter().map(phone).collect();
        self
    }
}

impl From<Made> for Input {
    fn from(made: Made) -> Self {
        let id = EventId(text(&format!("event-{}", made.event.label_id)));
        Self::Label { event: made.event, terms: made.terms, id }
    }
}

/// A label under assigned timing.
pub(crate) fn assigned(id: &str) -> Made {
    label(id).under(ASSIGNED)
}

pub(crate) fn void(label: &str) -> Input {
    void_of("1", label)
}

pub(crate) fn void_of(package: &str, label: &str) -> Input {
    Input::Void(LabelVoided {
        seller_id: key().seller,
        partner_id: key().partner,
        order_id: key().order,
        package_id: package.parse().unwrap(),
        label_id: label.parse().unwrap(),
        voided_at: at(0),
    })
}

pub(crate) fn cancel(seconds: i64) -> Input {
    Input::Cancel(OrderCancelled {
        seller_id: key().seller,
        partner_id: key().partner,
        order_id: key().order,
        cancelled_at: at(seconds),
        items: None,
    })
}

/// Of each of these lines only so many pieces remain.
pub(crate) fn cancel_lines(lines: &[(&str, u32)]) -> Input {
    let items = lines.iter().map(|(id, remaining)| (id.parse().unwrap(), *remaining)).collect();
    let Input::Cancel(cancelled) = cancel(0) else { panic!("a cancellation") };
    Input::Cancel(OrderCancelled { items: Some(items), ..cancelled })
}

/// The channel wants the order on its way by then, as it was told at a time.
pub(crate) fn told_ship_by(by: i64, updated: i64) -> Input {
    Input::Updated(OrderUpdated { ship_by: Some(DateOrTime::Time(at(by))), ..update(updated) })
}

/// What the channel itself says of that, as our own function put it on the bus.
pub(crate) fn channels_ship_by(by: i64, updated: i64) -> Input {
    let Input::Updated(told) = told_ship_by(by, updated) else { panic!("an update") };
    Input::Updated(OrderUpdated { is_channels: true, ..told })
}

/// Somebody shipped the order otherwise, as it was told at a time.
pub(crate) fn told_shipped(updated: i64) -> Input {
    Input::Updated(OrderUpdated { shipped: true, ..update(updated) })
}

/// Whether the buyer wishes to cancel, as it was told at a time.
pub(crate) fn told_wish(is_wished: bool, updated: i64) -> Input {
    Input::Updated(OrderUpdated { cancel_requested: Some(is_wished), ..update(updated) })
}

/// An update that says nothing.
pub(crate) fn update(updated: i64) -> OrderUpdated {
    OrderUpdated {
        seller_id: key().seller,
        partner_id: key().partner,
        order_id: key().order,
        updated_at: at(updated),
        ship_by: None,
        cancel_requested: None,
        shipped: false,
        is_channels: false,
    }
}

pub(crate) fn code_of(code: &str) -> TransparencyCode {
    TransparencyCode::try_from(code.to_owned()).unwrap()
}

/// A label that was refused at the border.
pub(crate) fn label_refused(event: &str, package: Option<&str>) -> Input {
    Input::LabelRefused(RefusedLabel {
        event: EventId(text(event)),
        package: package.map(|package| package.parse().unwrap()),
        label: None,
        reason: text("detail.tracking_number: is a word"),
        allowed: Some(text("a tracking number")),
        at: at(0),
        is_over: false,
    })
}

pub(crate) fn put_aside(event: &str) -> Input {
    Input::PutAside { event: EventId(text(event)), person: person("it was a test") }
}

/// A scan of the number of label `letter`, `in_transit` at a time, told then or when it is handled.
pub(crate) fn moved(letter: &str, seconds: i64) -> Input {
    scanned(letter, CarrierStatus::InTransit, seconds)
}

pub(crate) fn scanned(letter: &str, status: CarrierStatus, seconds: i64) -> Input {
    Input::Moved { number: number(letter).key(), movements: vec![movement(status, seconds)] }
}

pub(crate) fn movement(status: CarrierStatus, seconds: i64) -> Movement {
    let event = EventId(text(&format!("scan-{seconds}")));
    Movement { occurred_at: at(seconds), status, received_at: at(seconds), event, location: None }
}

pub(crate) fn imeis(item: &str, list: &[&str], updated: i64) -> Input {
    Input::Imei(ImeiUpdated {
        seller_id: key().seller,
        partner_id: key().partner,
        order_id: key().order,
        item_id: item.parse().unwrap(),
        imeis: Some(list.iter().map(|phone| phone.parse().unwrap()).collect()),
        serials: None,
        updated_at: at(updated),
        updated_by: None,
    })
}

pub(crate) fn serials(item: &str, list: &[&str], updated: i64) -> Input {
    let Input::Imei(event) = imeis(item, &[], updated) else { panic!("IMEIs") };
    let serials = Some(list.iter().map(|serial| serial.parse().unwrap()).collect());
    Input::Imei(ImeiUpdated { imeis: None, serials, ..event })
}

/// Both lists in one event.
pub(crate) fn entered(item: &str, phones: &[&str], numbers: &[&str], updated: i64) -> Input {
    let Input::Imei(of_imeis) = imeis(item, phones, updated) else { panic!("IMEIs") };
    let Input::Imei(of_serials) = serials(item, numbers, updated) else { panic!("serials") };
    Input::Imei(ImeiUpdated { imeis: of_imeis.imeis, ..of_serials })
}

/// An IMEI of a line was found to be another order's, too.
pub(crate) fn twice(item: &str, imei: &str, place: &str) -> Input {
    let id = DeviceId::Imei(imei.parse().unwrap());
    Input::Twice { item: item.parse().unwrap(), id, place: text(place) }
}

/// A serial number of a line was found to be another order's, too.
pub(crate) fn twice_serial(item: &str, serial: &str, place: &str) -> Input {
    let id = DeviceId::Serial(serial.parse().unwrap());
    Input::Twice { item: item.parse().unwrap(), id, place: text(place) }
}

pub(crate) fn confirmation(package: &str) -> Target {
    Target::Confirmation(package.parse().unwrap())
}

pub(crate) fn line(item: &str) -> Target {
    Target::Imei("1".parse().unwrap(), item.parse().unwrap())
}

pub(crate) fn tick() -> Input {
    Input::Tick
}

pub(crate) const IN_FORCE: TimingNow = TimingNow { timing: MOVES, never_until: None };

pub(crate) fn claim(package: &str) -> Step {
    claim_of(confirmation(package))
}

pub(crate) fn claim_of(target: Target) -> Step {
    Step::Claim { target, timing: IN_FORCE, hash: "h" }
}

pub(crate) fn claim_under(timing: Timing, never_until: Option<i64>) -> Step {
    let timing = TimingNow { timing, never_until: never_until.map(at) };
    Step::Claim { target: confirmation("1"), timing, hash: "h" }
}

/// What a partner has set that observes.
const OBSERVING: PartnerNow = PartnerNow { mode: Mode::Observe, ..ALL_SET };

/// What a partner has set that asks for all there is.
pub(crate) const ALL_SET: PartnerNow = PartnerNow {
    timing: IN_FORCE,
    mode: Mode::Live,
    sends_at_deadline: true,
    sends_after_wait: true,
    verifies: true,
};

/// A claim of package `1` whose outcome is verified.
pub(crate) fn claim_verified() -> Step {
    Step::ClaimNow(ALL_SET, "h")
}

pub(crate) fn claim_deduped(hash: &'static str) -> Step {
    Step::ClaimDeduped { hash }
}

/// A claim of package `1` on a restored table, since the system was started again at a time.
pub(crate) fn claim_restored(restored_at: i64) -> Step {
    claim_restored_of(confirmation("1"), restored_at)
}

pub(crate) fn claim_restored_of(target: Target, restored_at: i64) -> Step {
    Step::ClaimRestored { target, restored_at, is_deduped: false }
}

pub(crate) fn park() -> Input {
    Input::Park { target: confirmation("1"), parking: Parking::Stopped }
}

/// A sender finds the partner of package `1` paused.
pub(crate) fn pause() -> Input {
    Input::Park { target: confirmation("1"), parking: Parking::Paused }
}

/// A claim of package `1` whose partner observes.
pub(crate) fn claim_observing() -> Step {
    Step::ClaimNow(OBSERVING, "h")
}

/// A claim of a line of package `1` whose partner observes.
pub(crate) fn claim_line_observing(item: &str) -> Input {
    claimed((line(item), OBSERVING), ("h", false), at(0))
}

pub(crate) fn wait(until: i64) -> Input {
    Input::Wait { target: confirmation("1"), until: at(until) }
}

pub(crate) fn ended(outcome: Outcome) -> Step {
    ended_of(confirmation("1"), outcome)
}

pub(crate) fn ended_of(target: Target, outcome: Outcome) -> Step {
    Step::Outcome { target, outcome }
}

pub(crate) fn why(reason: &str, retry_after_s: Option<i64>) -> NotApplied {
    NotApplied { reason: text(reason), retry_after: retry_after_s.map(SignedDuration::from_secs) }
}

pub(crate) fn not_applied() -> Outcome {
    Outcome::NotApplied(why("429", None))
}

pub(crate) fn refused() -> Outcome {
    Outcome::Refused { code: text("InvalidInput"), message: text("no such carrier") }
}

pub(crate) fn unknown() -> Outcome {
    Outcome::Unknown { reason: text("timeout"), retry_after: None }
}

/// An answer that tells nothing, but how long to wait.
pub(crate) fn unknown_for(seconds: i64) -> Outcome {
    Outcome::Unknown { reason: text("503"), retry_after: Some(SignedDuration::from_secs(seconds)) }
}

pub(crate) fn read(reading: Reading) -> Step {
    read_of(confirmation("1"), reading)
}

pub(crate) fn read_of(target: Target, reading: Reading) -> Step {
    Step::Probe { target, reading, hash: Some("h") }
}

/// What a look at package `1` found, where it shows nothing of the order.
pub(crate) fn looked(reading: Reading) -> Step {
    Step::Looked { reading, shown: OrderShown::default(), asked_at: None }
}

/// What a look at package `1` found that was asked at a time.
pub(crate) fn looked_at(asked_at: i64, reading: Reading) -> Step {
    Step::Looked { reading, shown: OrderShown::default(), asked_at: Some(asked_at) }
}

/// What a look at package `1` showed of the order, and no number.
pub(crate) fn showed(shown: OrderShown) -> Step {
    Step::Looked { reading: Reading::Absent, shown, asked_at: None }
}

pub(crate) fn act(action: Action) -> Input {
    act_on("1", action)
}

pub(crate) fn act_on(package: &str, action: Action) -> Input {
    Input::Operator { package: package.parse().unwrap(), action, person: person("asked to") }
}

/// How long each doorbell is to wait. Unit: seconds.
pub(crate) fn rings_of(effects: &[Effect]) -> Vec<i64> {
    let ring = |effect: &Effect| match effect {
        Effect::Ring { delay } => Some(delay.as_secs()),
        Effect::Publish(_) => None,
    };
    effects.iter().filter_map(ring).collect()
}

/// What came of a sequence of steps.
pub(crate) struct Scene {
    pub(crate) order: Order,
    /// Every notice told so far.
    pub(crate) told: Vec<NoticeKind>,
    /// The last decision.
    pub(crate) last: Decision,
}

impl Scene {
    pub(crate) fn rings(&self) -> Vec<i64> {
        rings_of(&self.last.effects)
    }
    pub(crate) fn shown(&self) -> String {
        shown(&self.order)
    }
    pub(crate) fn due(&self) -> Option<i64> {
        self.order.due_at.map(seconds)
    }
    pub(crate) fn refused(&self) -> Option<&Refusal> {
        self.last.refused.as_ref()
    }
}

pub(crate) fn play(channel: Channel, steps: Vec<(i64, Step)>) -> Scene {
    let order = Order::new(key(), channel, at(0));
    let last = Decision { order: order.clone(), effects: Vec::new(), refused: None };
    let scene = Scene { order, told: Vec::new(), last };
    steps.into_iter().fold(scene, |scene, (seconds, what)| then(scene, seconds, what))
}

pub(crate) fn then(mut scene: Scene, seconds: i64, what: impl Into<Step>) -> Scene {
    let input = what.into().resolve(&scene.order, at(seconds));
    let last = step(scene.order, &input, at(seconds));
    scene.told.extend(last.effects.iter().filter_map(|effect| match effect {
        Effect::Publish(notice) => Some(notice.kind),
        Effect::Ring { .. } => None,
    }));
    Scene { order: last.order.clone(), told: scene.told, last }
}

/// The marks of package `1` that no person has dealt with.
pub(crate) fn marks(order: &Order) -> Vec<Mark> {
    let view = domain::order_view(order, 1);
    serde_json::from_value(view["packages"][0]["marks"].clone()).unwrap_or_default()
}

/// What failed of it so far.
pub(crate) fn failures(package: &Package) -> Option<&Failures> {
    package.state.tries()?.failures.as_ref()
}
