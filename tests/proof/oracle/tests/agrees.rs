//! The product and the oracle agree on inputs of a fixed seed and of a new one. Where the product is made wrong on purpose,
//! the oracle reports it.

#![expect(clippy::print_stdout, reason = "the seed, to begin there again")]

use domain::{
    Attempt, Channel, Decision, Effect, Evidence, Held, Input, Label, Lock, Moment, NoticeKind,
    Order, Package, Pending, Proof, Ready, Refusal, Ring, Sent, Stage, State, Text, Tries,
    WaitingFor, Watch, step,
};
use fastrand::Rng;
use jiff::SignedDuration;
use oracle::coverage::Coverage;
use oracle::generator::Theme;
use oracle::report::report;
use oracle::sequences::{Divergence, Product, replay, search, search_theme, shrink};
use oracle::states::StateKind;

/// Number of inputs: as many as take some seconds in the dev profile.
const INPUTS: u64 = 70_000;

fn first_divergence(
    rng: &mut Rng,
    coverage: &mut Coverage,
    inputs: u64,
    product: Product<'_>,
) -> Option<Divergence> {
    while coverage.inputs() < inputs {
        if let Some(divergence) = search(rng, product, coverage) {
            return Some(divergence);
        }
    }
    None
}

fn agrees(seed: u64) -> Coverage {
    println!("seed {seed}");
    let mut coverage = Coverage::new();
    let divergence = first_divergence(&mut Rng::with_seed(seed), &mut coverage, INPUTS, &step);
    let report = divergence.map(|divergence| report(&shrink(divergence, &step), seed));
    assert_eq!(report, None);
    coverage
}

#[test]
fn on_inputs_of_a_fixed_seed() {
    let coverage = agrees(1);
    for state_kind in StateKind::ALL {
        assert!(coverage.count_in(state_kind) > 0, "never met: {state_kind:?}");
    }
    let missing = coverage.missing();
    let pairs = StateKind::ALL.len() * oracle::inputs::Input::KINDS.len();
    assert!(missing.len() < pairs / 10, "hardly any state meets any input: {missing:?}");
}

#[test]
fn on_inputs_of_a_new_seed() {
    agrees(Rng::new().u64(0..1 << 32));
}

/// Rule L14: labels, lists and cancelled lines come to the limits of an order's size, and beyond.
#[test]
fn on_orders_that_grow_too_large() {
    let mut coverage = Coverage::new();
    for (seed, channel) in (1..).zip([Channel::BackMarket, Channel::Amazon]) {
        let mut rng = Rng::with_seed(seed);
        let theme = (channel, Theme::Large);
        let divergence = search_theme(&mut rng, theme, &step, &mut coverage);
        assert_eq!(divergence.map(|found| report(&shrink(found, &step), seed)), None);
    }
    for kind in ["label", "imei"] {
        assert!(coverage.count_refused(kind, "TooLarge") > 0, "no {kind} was refused");
    }
}

/// An order that takes whatever comes, and one that is full too early, are seen.
#[test]
fn a_wrong_limit_of_an_order_is_reported() {
    let is_large = |refused: &Option<Refusal>| matches!(refused, Some(Refusal::TooLarge { .. }));
    let boundless = |order: Order, input: &Input, now: Moment| {
        let decision = step(order.clone(), input, now);
        let Input::Label { event, terms, id } = input else { return decision };
        if !is_large(&decision.refused) {
            return decision;
        }
        let mut small = event.clone();
        small.items.truncate(1);
        let input = Input::Label { event: small, terms: *terms, id: id.clone() };
        let mut taken = step(order, &input, now);
        for package in packages(&mut taken) {
            let label = package.label.iter_mut().find(|label| label.id == event.label_id);
            if let Some(label) = label {
                label.telling.items.clone_from(&event.items);
            }
        }
        taken
    };
    let narrow = |order: Order, input: &Input, now: Moment| {
        let is_full = order.packages.len() >= 8 && matches!(input, Input::Label { .. });
        let mut decision = step(order, input, now);
        if is_full {
            decision.refused = Some(Refusal::TooLarge { bytes: 9, most: 1 });
        }
        decision
    };
    let play = |product: Product<'_>| {
        let theme = (Channel::Amazon, Theme::Large);
        search_theme(&mut Rng::with_seed(2), theme, product, &mut Coverage::new())
    };
    assert!(play(&step).is_none());
    assert!(play(&boundless).is_some(), "an order without bounds");
    assert!(play(&narrow).is_some(), "an order that is full too early");
}

#[test]
fn what_was_never_met_is_said() {
    let missing = Coverage::new().missing();
    assert!(missing.contains(&"Ready x claim".to_owned()));
    assert!(
        !missing.contains(&"LineDone x prefl.".to_owned()),
        "a preflight says nothing of lines"
    );
}

type Change = fn(&mut Decision);

fn packages(decision: &mut Decision) -> impl Iterator<Item = &mut Package> {
    decision.order.packages.values_mut().map(Box::as_mut)
}

fn labels(decision: &mut Decision) -> impl Iterator<Item = &mut Label> {
    packages(decision).flat_map(|package| package.label.iter_mut().chain(&mut package.others))
}

fn later(at: Moment) -> Moment {
    at.plus(SignedDuration::from_secs(1))
}

/// Faults of a decision. Each changes one thing.
#[rustfmt::skip]
const FAULTS: [(&str, Change); 59] = [
    ("a refusal is forgotten", |d| d.refused = None),
    ("another refusal", |d| {
        if d.refused == Some(Refusal::NotReady) { d.refused = Some(Refusal::Absent); }
    }),
    ("no notice is published", |d| d.effects.retain(|effect| matches!(effect, Effect::Ring { .. }))),
    ("a notice is published twice", |d| {
        let again: Vec<Effect> = d.effects.iter().filter(|e| matches!(e, Effect::Publish(_))).cloned().collect();
        d.effects.extend(again);
    }),
    ("another notice is published", |d| for effect in &mut d.effects {
        if let Effect::Publish(notice) = effect { notice.kind = NoticeKind::ImeiDueSoon; }
    }),
    ("the doorbell does not ring", |d| d.effects.retain(|effect| matches!(effect, Effect::Publish(_)))),
    ("the doorbell rings a second late", |d| for effect in &mut d.effects {
        if let Effect::Ring { delay } = effect { *delay += SignedDuration::from_secs(1); }
    }),
    ("the sweep looks later", |d| d.order.due_at = d.order.due_at.map(|at| at.plus(SignedDuration::from_hours(1)))),
    ("the sweep never looks", |d| d.order.due_at = None),
    ("nobody is asked to look", |d| d.order.attention_since = None),
    ("a phone of two orders is not seen", |d| d.order.imeis.values_mut().for_each(|list| list.twice = None)),
    ("it waits for nothing", |d| for package in packages(d) {
        if package.state == State::Waiting(WaitingFor::Movement) { package.state = State::Waiting(WaitingFor::Label); }
    }),
    ("it goes out too early", |d| for package in packages(d) {
        if let State::Ready(ready) = &mut package.state { ready.pending.not_before = None; }
        if let Some(Attempt::Pending(repeat)) = attempt(package) { repeat.not_before = None; }
    }),
    ("a lease is longer", |d| for package in packages(d) {
        if let Some(Attempt::Sending { lease_until }) = attempt(package) { *lease_until = later(*lease_until); }
    }),
    ("a doubt is taken as confirmed", |d| for package in packages(d) {
        if let Some(Stage::Open(Attempt::InDoubt(doubt))) = package.state.stage() {
            let at = doubt.since;
            if let State::Sent(sent) = &mut package.state { sent.stage = Stage::Confirmed { at, by: Evidence::Accepted }; }
        }
    }),
    ("an absent read counts twice", |d| for package in packages(d) {
        if let Some(Attempt::InDoubt(doubt)) = attempt(package) { doubt.absent *= 2; }
    }),
    ("the evidence is another", |d| for package in packages(d) {
        if let State::Sent(Sent { stage: Stage::Confirmed { by, .. }, .. }) = &mut package.state { *by = Evidence::Person; }
    }),
    ("a lock is released", |d| for package in packages(d) {
        if let State::Sent(sent) = &package.state {
            let tries = sent.tries.clone();
            let pending = Pending { not_before: None, ring: Ring { next: tries.since, count: 0, is_paused: false } };
            package.state = State::Ready(Ready { tries, pending });
        }
    }),
    ("a repeat is forgotten", |d| for package in packages(d) {
        if let State::Sent(sent) = &mut package.state { sent.repeats = None; }
    }),
    ("a lock has another digest", |d| for package in packages(d) {
        if let Some(Lock { seal: Some(seal), .. }) = lock(package) { seal.hash = Text::cut("h9"); }
    }),
    ("a lock has another ship date", |d| for package in packages(d) {
        if let Some(lock) = lock(package) { lock.ship_date = later(lock.ship_date); }
    }),
    ("a lock forgets its IMEIs", |d| for package in packages(d) {
        if let Some(lock) = lock(package) { lock.devices.clear(); }
    }),
    ("a lock has another proof", |d| for package in packages(d) {
        if let Some(lock) = lock(package) { lock.proof = Proof::Person; }
    }),
    ("a fence stands still", |d| packages(d).for_each(|package| package.fence = package.fence.min(1))),
    ("a former label returns", |d| for package in packages(d) {
        if let Some(former) = package.lock().and_then(|lock| lock.label.clone()) { package.label = Some(former); }
    }),
    ("a dispute is forgotten", |d| labels(d).for_each(|label| label.disputed = None)),
    ("a label forgets when it was made last", |d| labels(d).for_each(|label| label.latest_at = None)),
    ("a label that was replaced is forgotten", |d| packages(d).for_each(|package| package.others.clear())),
    ("a person's word is forgotten", |d| labels(d).for_each(|label| label.is_right = false)),
    ("it goes a second late", |d| for package in packages(d) {
        if let State::Waiting(WaitingFor::ShipDay { from }) = &mut package.state { *from = later(*from); }
    }),
    ("a number of too many orders is forgotten", |d| packages(d).for_each(|package| package.overused.clear())),
    ("what remains of a line is forgotten", |d| d.order.remaining.clear()),
    ("a line is cut by one piece less", |d| for package in packages(d) {
        let items = lock(package).and_then(|lock| lock.items.as_mut());
        items.into_iter().flatten().for_each(|item| item.quantity += 1);
    }),
    ("a line that is held goes out", |d| for package in packages(d) {
        if package.state == State::Held(Held::ItemsCancelled) { package.state = State::Waiting(WaitingFor::Movement); }
    }),
    ("a refused label is put aside by nobody", |d| d.order.refused.iter_mut().for_each(|label| label.is_over = true)),
    ("a refused label is forgotten", |d| d.order.refused.clear()),
    ("a list of serial numbers is forgotten", |d| d.order.serials.clear()),
    ("the order of a phone's IMEIs is another", |d| for list in d.order.imeis.values_mut() { list.entries.reverse(); }),
    ("a ship-by of the order is forgotten", |d| d.order.ship_by = None),
    ("a warning before a ship-by is forgotten", |d| packages(d).for_each(|package| package.deadline = None)),
    ("a silence is forgotten", |d| packages(d).for_each(|package| package.silence = None)),
    ("a voided label is waited for anew", |d| packages(d).for_each(|package| package.unlabelled_since = None)),
    ("a wish to cancel is forgotten", |d| d.order.wish = None),
    ("a refusal of a wish is forgotten", |d| packages(d).for_each(|package| package.refused_wish = None)),
    ("a look is not made", |d| packages(d).for_each(|package| package.looks.due = None)),
    ("a look is made a second late", |d| for package in packages(d) {
        if let Some(tried) = &mut package.looks.due { tried.at = later(tried.at); }
    }),
    ("a look that was answered is forgotten", |d| packages(d).for_each(|package| package.looks.answered = None)),
    ("a look that was dropped is forgotten", |d| packages(d).for_each(|package| package.looks.dropped = None)),
    ("a ship-by that a look showed is forgotten", |d| packages(d).for_each(|package| package.shown = None)),
    ("what is not shown is forgotten", |d| packages(d).for_each(|package| package.not_shown = None)),
    ("a label that stays goes on", |d| labels(d).for_each(|label| label.stays = false)),
    ("what the channel told of an order is forgotten", |d| d.order.channel_ship_by = None),
    ("that an order is shipped is forgotten", |d| d.order.shipped = None),
    ("what was taken is not verified", |d| for package in packages(d) {
        if let Some(lock) = lock(package) { lock.verify = false; }
    }),
    ("it goes a second after its time", |d| for package in packages(d) {
        if let State::Waiting(WaitingFor::SendAfter { from }) = &mut package.state { *from = later(*from); }
    }),
    ("a label forgets what it is watched for", |d| labels(d).for_each(|label| label.terms.watch = Watch::OFF)),
    ("what was sent late is not late", |d| for package in packages(d) {
        if let Some(lock) = lock(package) { lock.is_late = false; }
    }),
    ("all notices have one id", |d| for effect in &mut d.effects {
        if let Effect::Publish(notice) = effect { "the same".clone_into(&mut notice.id); }
    }),
    ("a failure is not counted", |d| for package in packages(d) {
        let forget = |tries: &mut Tries| if let Some(failures) = &mut tries.failures { failures.count = 0; };
        if let State::Ready(ready) = &mut package.state { forget(&mut ready.tries); }
        if let State::Sent(sent) = &mut package.state { forget(&mut sent.tries); }
    }),
];

fn attempt(package: &mut Package) -> Option<&mut Attempt> {
    let State::Sent(Sent { stage: Stage::Open(attempt), .. }) = &mut package.state else {
        return None;
    };
    Some(attempt)
}

fn lock(package: &mut Package) -> Option<&mut Lock> {
    if let State::Sent(sent) = &mut package.state { Some(&mut sent.lock) } else { None }
}

#[test]
fn a_wrong_answer_is_reported() {
    for (name, change) in FAULTS {
        let product = |order: Order, input: &Input, now: Moment| {
            let mut decision = step(order, input, now);
            change(&mut decision);
            decision
        };
        let (mut rng, mut coverage) = (Rng::with_seed(7), Coverage::new());
        let divergence = first_divergence(&mut rng, &mut coverage, 100_000, &product);
        let divergence = divergence.unwrap_or_else(|| panic!("not seen: {name}"));
        let shortest = shrink(divergence, &product);
        let again = replay(shortest.channel, &shortest.steps, &product);
        assert!(again.is_some(), "what is shown must still differ: {name}");
        assert!(report(&shortest, 7).contains("differs: "));
    }
}

#[test]
fn a_sequence_is_shortened_to_what_matters() {
    let wrong = |order: Order, input: &Input, now: Moment| {
        let mut decision = step(order, input, now);
        decision.order.cancelled = None;
        decision
    };
    let (mut rng, mut coverage) = (Rng::with_seed(3), Coverage::new());
    let divergence =
        first_divergence(&mut rng, &mut coverage, 100_000, &wrong).expect("a difference");
    let shortest = shrink(divergence, &wrong);
    assert_eq!(shortest.steps.len(), 1, "{}", report(&shortest, 3));
}
