//! What the events told of a parcel's labels, and what people said of them: the watch's own record, by which it judges what is
//! claimed. Rules L2, L6, L7, L8, L10 and N4.
//!
//! What a function has dealt with is surely known. What is on the bus may be known. A rule is broken only where what is surely
//! known speaks against a claim, and nothing that may be known speaks for it.

use super::{ParcelId, Watch};
use crate::plan::{CROWDED, Fact, LabelFact, What};
use crate::world::{Sandbox, TaskId};
use domain::{
    Action, EventId, Held, Label, Moment, NumberKey, Order, Package, State, Telling, Timing,
};
use jiff::SignedDuration;
use std::collections::{BTreeMap, BTreeSet};
use testkit::START;

/// The most that two clocks may be apart.
const APART: SignedDuration = SignedDuration::from_secs(10);

/// Rule M4: how much older than its label a movement may be.
const BEFORE_LABEL: SignedDuration = SignedDuration::from_hours(24);

/// What a person says of a package's labels.
#[derive(Clone, Debug)]
pub(super) enum LabelWord {
    /// By this label the parcel goes, as an event told of it.
    Use { label: String, event: EventId },
    /// Send this label, as it is told now.
    Send { label: String, seen: Seen },
    /// The label is the right one.
    Right { label: String },
    /// Send it although the buyer wishes to cancel.
    RefuseWish,
}

/// What a person sees of a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    number: String,
    carrier: String,
    service: Option<String>,
}

impl Seen {
    fn of(telling: &Telling) -> Self {
        Self {
            number: telling.tracking.as_str().to_owned(),
            carrier: telling.carrier.as_str().to_owned(),
            service: telling.service.as_ref().map(|service| service.as_str().to_owned()),
        }
    }

    fn is_told_by(&self, fact: &LabelFact) -> bool {
        self.number == fact.number
            && self.carrier == fact.carrier
            && self.service.as_deref() == Some(fact.service)
    }
}

/// A label that a person chose.
#[derive(Clone, Debug)]
struct ChosenLabel {
    label: String,
    /// A label that was made after the later of these moments is newer than the word; one that was made before the earlier one
    /// is not.
    until: (Moment, Moment),
}

/// What people said of a package's labels, as it was saved.
#[derive(Clone, Debug, Default)]
pub(super) struct LabelWords {
    chosen: Option<ChosenLabel>,
    /// The telling that a person settled, by label.
    settled: BTreeMap<String, LabelFact>,
    /// The labels of which a person said that they are right.
    right: BTreeSet<String>,
    /// The label that a person said to send, and what they saw of it.
    sent: Option<(String, Seen)>,
}

/// Who knows of an event.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Known {
    /// A function has dealt with it.
    Surely,
    /// It is on the bus.
    Maybe,
    /// It is told at some time of the schedule.
    InTheEnd,
}

pub(super) fn time(at: i64) -> Moment {
    START.plus(SignedDuration::from_millis(at))
}

impl Watch {
    /// A person is about to act in this run.
    pub fn will_act(&mut self, by: TaskId, parcel: ParcelId, action: &Action, package: &Package) {
        let Some(label) = &package.label else { return };
        let id = label.id.to_string();
        let word = match action {
            Action::UseLabel(choice) => {
                LabelWord::Use { label: choice.label.to_string(), event: choice.event.clone() }
            }
            Action::SendNow => LabelWord::Send { label: id, seen: Seen::of(&label.telling) },
            Action::Release if matches!(package.state, State::Held(Held::CancelRequested)) => {
                LabelWord::RefuseWish
            }
            Action::Release => LabelWord::Right { label: id },
            Action::Hold | Action::Retry | Action::Look | Action::Resolve(_) => return,
        };
        self.words.insert(by, (parcel, word));
    }

    /// What a person said is saved.
    pub(super) fn word_saved(&mut self, by: &Sandbox) {
        let Some((parcel, word)) = self.words.remove(&by.task()) else { return };
        let now = by.world_now();
        match word {
            LabelWord::Use { label, event } => self.label_chosen(parcel, label, &event, now),
            LabelWord::Send { label, seen } => {
                self.wish_answered(parcel, now);
                if let Some(record) = self.record_mut(parcel) {
                    record.words.sent = Some((label, seen));
                }
            }
            LabelWord::RefuseWish => {
                self.wish_answered(parcel, now);
            }
            LabelWord::Right { label } => {
                if let Some(record) = self.record_mut(parcel) {
                    record.words.right.insert(label);
                }
            }
        }
    }

    fn label_chosen(&mut self, parcel: ParcelId, label: String, event: &EventId, now: Moment) {
        let is_it = |fact: &&LabelFact| self.event_of(fact) == event.0.as_str();
        let Some(fact) = self.told(parcel, Known::Maybe).find(is_it).cloned() else {
            self.report("L8: a person chooses what was told", || format!("{label}, {event}"));
            return;
        };
        let latest = |known| {
            let times = self.told(parcel, known).map(|fact| time(fact.labeled_at));
            times.chain([now]).max().unwrap_or(now)
        };
        let until = (latest(Known::Surely).minus(APART), latest(Known::Maybe).plus(APART));
        let Some(record) = self.record_mut(parcel) else { return };
        record.words.settled.insert(label.clone(), fact);
        record.words.right.insert(label.clone());
        record.words.chosen = Some(ChosenLabel { label, until });
        record.words.sent = None;
    }

    /// The id of the event that tells this.
    fn event_of(&self, fact: &LabelFact) -> String {
        let body = Fact::Label(fact.clone()).body(&self.plan.sales, &self.plan.accounts);
        let body: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
        body["id"].as_str().unwrap_or_default().to_owned()
    }

    /// Whether the fact of a happening is known.
    pub(super) fn is_known(&self, happening: usize, known: Known) -> bool {
        match known {
            Known::Surely => self.handled[happening].is_some(),
            Known::Maybe => self.on_the_bus[happening].is_some(),
            Known::InTheEnd => true,
        }
    }

    /// Whether a label of a parcel was told.
    pub(super) fn has_label(&self, parcel: ParcelId, known: Known) -> bool {
        self.told(parcel, known).next().is_some()
    }

    /// Whether a return was told of the order.
    pub(super) fn has_return(&self, sale: usize, known: Known) -> bool {
        self.all_told(sale, known).any(|label| label.is_return)
    }

    fn all_told(&self, sale: usize, known: Known) -> impl Iterator<Item = &LabelFact> {
        let facts = self.orders[sale].facts.iter().filter(move |i| self.is_known(**i, known));
        facts.filter_map(|index| match &self.plan.happenings[*index].what {
            What::Event(Fact::Label(label), _) => Some(label),
            _ => None,
        })
    }

    /// What was told of the outbound labels of a parcel.
    fn told(&self, parcel: ParcelId, known: Known) -> impl Iterator<Item = &LabelFact> {
        let told = self.all_told(parcel.sale, known);
        told.filter(move |label| label.package == parcel.package && !label.is_return)
    }

    /// Each label of a parcel, and the latest time that was told of its making (rule L2).
    fn ranks(&self, parcel: ParcelId, known: Known) -> BTreeMap<&str, i64> {
        let mut ranks = BTreeMap::new();
        for fact in self.told(parcel, known) {
            let latest = ranks.entry(fact.label.as_str()).or_insert(fact.labeled_at);
            *latest = fact.labeled_at.max(*latest);
        }
        ranks
    }

    /// The places of a label's tellings that still count, by what a person settled.
    fn counting<'a>(
        &'a self,
        parcel: ParcelId,
        label: &'a str,
        known: Known,
    ) -> impl Iterator<Item = &'a LabelFact> {
        let settled = self.record(parcel).and_then(|record| record.words.settled.get(label));
        let told = self.told(parcel, known).filter(move |fact| fact.label == label);
        let newer = told.filter(move |fact| settled.is_none_or(|s| fact.place() > s.place()));
        settled.into_iter().chain(newer)
    }
}

impl Watch {
    /// Which rule on labels the claim of this label breaks, by what is known of the parcel.
    pub(super) fn wrong_label(&self, parcel: ParcelId, label: &Label) -> Option<&'static str> {
        let (id, sent) = (label.id.as_str(), Seen::of(&label.telling));
        let is_it = |fact: &&LabelFact| fact.label == id && sent.is_told_by(fact);
        if !self.told(parcel, Known::Maybe).any(|fact| is_it(&fact)) {
            let is_back = |fact: &LabelFact| fact.is_return && fact.label == id;
            let is_back = self.all_told(parcel.sale, Known::Maybe).any(is_back);
            let own = "N4: what is sent was told as the parcel's own number";
            return Some(if is_back { "L6: a return is not sent" } else { own });
        }
        let is_back = |fact: &LabelFact| fact.is_return && fact.label == id;
        if self.all_told(parcel.sale, Known::Surely).any(is_back) {
            return Some("L6: a return is not sent");
        }
        self.wrong_telling(parcel, id, &sent).or_else(|| self.wrong_choice(parcel, id))
    }

    /// Rule L7: what is claimed is the telling of the greatest place, and nothing contradicts it.
    fn wrong_telling(&self, parcel: ParcelId, id: &str, sent: &Seen) -> Option<&'static str> {
        let counting = self.counting(parcel, id, Known::Maybe);
        let Some(place) = counting.filter(|fact| sent.is_told_by(fact)).map(LabelFact::place).max()
        else {
            return Some("L7: what a person settled stays settled");
        };
        if self.counting(parcel, id, Known::Surely).any(|fact| fact.place() > place) {
            return Some("L7: the telling of the greatest place counts");
        }
        let contradicts = |fact: &LabelFact| {
            fact.place() == place && (&fact.number, fact.carrier) != (&sent.number, &*sent.carrier)
        };
        let is_disputed = self.counting(parcel, id, Known::Surely).any(contradicts);
        is_disputed.then_some("L7: nothing of a disputed label is sent")
    }

    /// Whether the current label may have a number, by what may be known of it.
    pub(super) fn has_number(&self, parcel: ParcelId, number: &str) -> bool {
        let Some(current) = self.current(parcel) else { return false };
        let is_voided = |fact: &Fact| {
            matches!(fact, Fact::Void { package, label, .. }
                if *package == parcel.package && label == current)
        };
        let surely = self.counting(parcel, current, Known::Surely).map(LabelFact::place).max();
        let mut counting = self.counting(parcel, current, Known::Maybe);
        counting.any(|fact| Some(fact.place()) >= surely && fact.number == number)
            && !self.handled_facts(parcel.sale).any(is_voided)
    }

    /// The label that counts, by what is surely known.
    fn current(&self, parcel: ParcelId) -> Option<&str> {
        let ranks = self.ranks(parcel, Known::Surely);
        let greatest = ranks.iter().max_by_key(|(id, at)| (**at, **id)).map(|(id, _)| *id);
        let chosen = self.record(parcel).and_then(|record| record.words.chosen.as_ref());
        let is_over = |c: &&ChosenLabel| ranks.values().any(|at| time(*at) > c.until.1);
        chosen.filter(|c| !is_over(c)).map(|c| c.label.as_str()).or(greatest)
    }

    /// Whether the current label is disputed, whatever else may be known of the parcel (rule L7).
    pub(super) fn is_surely_disputed(&self, parcel: ParcelId) -> bool {
        let Some(current) = self.current(parcel) else { return false };
        let may_be_another = self.ranks(parcel, Known::Maybe) != self.ranks(parcel, Known::Surely);
        let place = self.counting(parcel, current, Known::Maybe).map(LabelFact::place).max();
        let surely = self.counting(parcel, current, Known::Surely);
        let greatest: Vec<_> = surely.filter(|fact| Some(fact.place()) == place).collect();
        let is_told_otherwise = greatest.windows(2).any(|pair| pair[0].contradicts(pair[1]));
        !may_be_another && is_told_otherwise
    }

    /// Rules L2 and L8: what is claimed is the greatest label, or the one that a person chose.
    fn wrong_choice(&self, parcel: ParcelId, id: &str) -> Option<&'static str> {
        let surely = self.ranks(parcel, Known::Surely);
        let maybe = self.ranks(parcel, Known::Maybe);
        if let Some(chosen) = self.record(parcel).and_then(|record| record.words.chosen.as_ref()) {
            let is_over = surely.values().any(|at| time(*at) > chosen.until.1);
            let may_be_over = maybe.values().any(|at| time(*at) > chosen.until.0);
            if !may_be_over && chosen.label != id {
                return Some("L8: what a person chose counts");
            }
            if !is_over {
                return None;
            }
        }
        let rank = (maybe.get(id).copied().unwrap_or(i64::MIN), id);
        let is_replaced = surely.iter().any(|(other, at)| (*at, *other) > rank);
        is_replaced.then_some("L2: a replaced label is not sent")
    }

    /// Rule L8: whether the parcel of another label surely moves since this one was made.
    pub(super) fn former_moves(&self, order: &Order, parcel: ParcelId, label: &Label) -> bool {
        let id = label.id.as_str();
        let words = self.record(parcel).map(|record| &record.words);
        if words.is_some_and(|words| words.right.contains(id)) {
            return false;
        }
        let made = self.told(parcel, Known::Maybe).filter(|fact| fact.label == id);
        let made_at = made.map(|fact| time(fact.labeled_at)).max().unwrap_or(label.received_at);
        let others = self.ranks(parcel, Known::Surely);
        others.keys().filter(|other| **other != id).any(|other| {
            // Of more tellings than two not all are kept.
            let told: Vec<_> =
                self.told(parcel, Known::Maybe).filter(|f| f.label == **other).collect();
            let [only] = told.as_slice() else { return false };
            only.numbers().any(|number| {
                let is_this = |fact: &LabelFact| {
                    (fact.sale, fact.package) == (parcel.sale, parcel.package)
                        && fact.label == **other
                };
                let is_of_another = self.told_with(number).any(|fact| !is_this(fact));
                !is_of_another && number != CROWDED && self.is_seen(order, number, (only, made_at))
            })
        })
    }

    /// Whether a function has dealt with a movement of a label's number since a moment.
    fn is_seen(&self, order: &Order, number: &str, (of, since): (&LabelFact, Moment)) -> bool {
        self.plan.happenings.iter().enumerate().any(|(index, happening)| {
            let What::Event(Fact::Scan { seller, number: scanned, status, at }, _) =
                &happening.what
            else {
                return false;
            };
            let at = time(*at);
            self.handled[index].is_some()
                && seller == order.key.seller.as_str()
                && scanned == number
                && status.is_movement()
                && at >= since
                && time(of.labeled_at).since(at) <= BEFORE_LABEL
        })
    }

    /// Everything in the schedule that tells of a number.
    pub(super) fn told_with<'a>(&'a self, number: &'a str) -> impl Iterator<Item = &'a LabelFact> {
        let told = self.plan.happenings.iter().filter_map(|happening| match &happening.what {
            What::Event(Fact::Label(label), _) => Some(label),
            _ => None,
        });
        told.filter(move |label| label.numbers().any(|of| of == number))
    }

    /// Whether a person chose a label of the parcel (`use_label`).
    pub(super) fn is_chosen(&self, parcel: ParcelId, label: &str) -> bool {
        let words = self.record(parcel).map(|record| &record.words);
        words.is_some_and(|words| words.settled.contains_key(label))
    }

    /// Rule L7: a person's word to send is for the telling they saw.
    pub(super) fn is_sent_as_seen(&self, parcel: ParcelId, label: &Label) -> bool {
        let sent = self.record(parcel).and_then(|record| record.words.sent.as_ref());
        sent.is_some_and(|(id, seen)| id == label.id.as_str() && *seen == Seen::of(&label.telling))
    }

    /// The numbers of the parcel, by all that may be known of a label as it is claimed.
    pub(super) fn numbers_of(&self, parcel: ParcelId, label: &Label) -> BTreeSet<String> {
        let (id, sent) = (label.id.as_str(), Seen::of(&label.telling));
        let told = self.told(parcel, Known::Maybe);
        let told = told.filter(|fact| fact.label == id && sent.is_told_by(fact));
        told.flat_map(LabelFact::numbers).map(str::to_owned).collect()
    }

    /// Rule L10: whether every telling of what is claimed puts its day after now.
    pub(super) fn is_before_its_day(&self, parcel: ParcelId, label: &Label, now: Moment) -> bool {
        let (id, sent) = (label.id.as_str(), Seen::of(&label.telling));
        let told = self.told(parcel, Known::Maybe);
        let mut told = told.filter(|fact| fact.label == id && sent.is_told_by(fact));
        label.terms.timing == Timing::WhenTrackingIsAssigned
            && told.all(|fact| fact.ships_on.is_some_and(|on| time(on) > now.plus(APART)))
    }
}

impl Watch {
    /// Whether a return's label was told as outbound, too.
    pub(super) fn is_outbound(&self, sale: usize, package: u8, back: &LabelFact) -> bool {
        let mut told = self.told(ParcelId { sale, package }, Known::InTheEnd);
        told.any(|fact| fact.label == back.label)
    }

    /// What is wrong with a package's label in the end, by all that was told (rules L2, L7 and M3).
    pub(super) fn wrong_facts(
        &self,
        parcel: ParcelId,
        package: Option<&Package>,
    ) -> Option<String> {
        let ranks = self.ranks(parcel, Known::InTheEnd);
        let kept = package.and_then(|package| package.label.as_ref());
        let chosen = self.record(parcel).and_then(|record| record.words.chosen.as_ref());
        let greatest = ranks.iter().max_by_key(|(id, at)| (**at, **id)).map(|(id, _)| *id);
        let is_over = |c: &ChosenLabel| ranks.values().any(|at| time(*at) > c.until.1);
        let may_be_over = |c: &ChosenLabel| ranks.values().any(|at| time(*at) > c.until.0);
        let expected = match chosen {
            Some(chosen) if !may_be_over(chosen) => Some(chosen.label.as_str()),
            Some(chosen) if !is_over(chosen) => kept.map(|label| label.id.as_str()),
            Some(_) | None => greatest,
        };
        if expected != kept.map(|label| label.id.as_str()) {
            return Some(format!("it has not label {expected:?}"));
        }
        package
            .into_iter()
            .flat_map(Package::labels)
            .find_map(|label| self.wrong_kept(parcel, label))
    }

    /// What is wrong with a label that is kept.
    fn wrong_kept(&self, parcel: ParcelId, label: &Label) -> Option<String> {
        let id = label.id.as_str();
        let counting = || self.counting(parcel, id, Known::InTheEnd);
        let place = counting().map(LabelFact::place).max()?;
        let at_place = || counting().filter(|fact| fact.place() == place);
        let words = |fact: &LabelFact| {
            let further: BTreeSet<String> = fact.further().map(str::to_owned).collect();
            let LabelFact { number, carrier, service, ship_by, ships_on, labeled_at, .. } =
                fact.clone();
            ((number, carrier), (service, further, ship_by, ships_on, labeled_at))
        };
        let greatest = at_place().max_by_key(|fact| words(fact))?;
        let least = at_place().min_by_key(|fact| (&fact.number, fact.carrier))?;
        let telling = &label.telling;
        let is_right = telling.tracking.as_str() == greatest.number
            && telling.carrier.as_str() == greatest.carrier
            && telling.also_known_as.iter().map(NumberKey::as_str).collect::<BTreeSet<_>>()
                == greatest.further().collect()
            && telling.labeled_at == time(greatest.labeled_at)
            && telling.ship_by == greatest.ship_by.map(time)
            && telling.ships_on == greatest.ships_on.map(time);
        let disputed = label.disputed.as_ref().map(|telling| telling.tracking.as_str());
        let is_disputed = least.contradicts(greatest).then_some(least.number.as_str());
        if !is_right {
            return Some(format!("label {id} is {telling:?}, not {greatest:?}"));
        }
        (disputed != is_disputed).then(|| format!("label {id}: disputed by {disputed:?}"))
    }
}
