//! A crash at every await: each flow again and again, each time the function dying right before or right after another
//! call of a port (a wait is one, too), and then again at each later point of what follows. Every single point and every
//! ordered pair of points, counted in the run as it is disturbed so far, wherever that goes.
//!
//! Whatever dies, nothing is lost, no number of ours is applied twice or beside another, and the end is the undisturbed
//! one; where no protocol can promise that, it is one of those that the flow lists.
//!
//! Most points leave the same world as others do: right after a call is right before the next one, and a read changes
//! nothing. Of those that leave the same world in the same invocation one is played, for all of them. `CRASHES=all` plays
//! each of them, which takes some minutes and comes to the same.

mod flows;
mod stage;

use flows::Flow;
use rstest::rstest;
use stage::{End, Stage};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Instant;
use testkit::{Fault, NthCall};

/// Where a function dies: at which call, and how.
type Point = (usize, Fault);

/// A flow played once.
struct Played {
    end: End,
    /// The points of this run after its last crash, and what each leaves behind: points that leave the same world in the
    /// same invocation go on in the same way, for nothing that the function knew outlives it.
    points: Vec<(Point, World)>,
}

/// Which invocation, and a fingerprint of what is there.
type World = (u32, u64);

/// Plays a flow with these crashes, and notes the points after them.
async fn play(flow: Flow, crashes: &[Point]) -> Played {
    let mut stage = Stage::of(flow);
    let noted: Rc<RefCell<Vec<(Point, World)>>> = Rc::default();
    let note = {
        let (memory, invocations) =
            (stage.deployment.memory.clone(), stage.deployment.invocations());
        let (noted, deaths) = (Rc::clone(&noted), stage.deployment.ports.deaths());
        // Where it died twice, it does not a third time.
        let dies = Some(crashes.len()).filter(|dies| *dies < 2);
        move |call: NthCall, fault| {
            if dies == Some(deaths.get()) {
                let world = (invocations.get(), memory.fingerprint());
                noted.borrow_mut().push(((call.nth, fault), world));
            }
        }
    };
    let (crashes, mut meanwhile, before) = (crashes.to_vec(), stage.meanwhile(flow), note.clone());
    stage.deployment.ports.plan(move |call: NthCall| {
        meanwhile(call);
        before(call, Fault::CrashBefore);
        crashes.iter().find(|(nth, _)| *nth == call.nth).map(|(_, fault)| *fault)
    });
    stage.deployment.ports.watch(move |call: NthCall| note(call, Fault::CrashAfter));
    flow.play(&mut stage).await;
    let mut points = noted.take();
    points.sort_by_key(|((nth, fault), _)| (*nth, *fault == Fault::CrashAfter));
    Played { end: stage.end(flow), points }
}

/// Whether points that leave the same world are all played, or one of them.
fn plays_all() -> bool {
    std::env::var_os("CRASHES").is_some_and(|which| which == "all")
}

/// The points to play, and for how many each stands.
fn classes(points: Vec<(Point, World)>) -> Vec<(Point, usize)> {
    if plays_all() {
        return points.into_iter().map(|(point, _)| (point, 1)).collect();
    }
    let mut classes: Vec<(Point, World, usize)> = Vec::new();
    for (point, world) in points {
        match classes.iter_mut().find(|(_, known, _)| *known == world) {
            Some((_, _, count)) => *count += 1,
            None => classes.push((point, world, 1)),
        }
    }
    classes.into_iter().map(|(point, _, count)| (point, count)).collect()
}

/// What was played of a flow, and what it came to.
#[derive(Default)]
struct Tally {
    played: usize,
    points: usize,
    pairs: usize,
    authorized: usize,
    ends: BTreeMap<String, usize>,
}

impl Tally {
    /// Checks an end, and counts it.
    fn take(
        &mut self,
        flow: Flow,
        undisturbed: &End,
        end: End,
        (points, count): (&[Point], usize),
    ) {
        end.is_sound(flow, undisturbed, &format!("{flow:?} {points:?}"));
        self.played += 1;
        self.authorized += if end.authorized > 0 { count } else { 0 };
        *self.ends.entry(end.shown).or_default() += count;
    }
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn whenever_a_function_dies_once_or_twice(
    #[values(
        Flow::Movement,
        Flow::ScanFirst,
        Flow::Assigned,
        Flow::Paced,
        Flow::ImeiInConfirmation,
        Flow::ImeisByRequest,
        Flow::MissingImeis,
        Flow::LostDoorbells,
        Flow::VoidWhileSending,
        Flow::RelabelWhileSending,
        Flow::CancelWhileSending,
        Flow::SentByAPerson,
        Flow::HeldByAPerson,
        Flow::Ebay,
        Flow::Wish,
        Flow::Groupon,
        Flow::UntilGone,
        Flow::UntilGoneDropping
    )]
    flow: Flow,
) {
    let started = Instant::now();
    let undisturbed = play(flow, &[]).await;
    let calls = undisturbed.points.len() / 2;
    let expected = undisturbed.end.clone();
    let mut tally = Tally::default();
    tally.take(flow, &expected, undisturbed.end, (&[], 1));
    assert_eq!(tally.authorized, 0, "{flow:?}");
    expected.is_of(flow);
    for (first, firsts) in classes(undisturbed.points) {
        let once = play(flow, &[first]).await;
        tally.take(flow, &expected, once.end, (&[first], firsts));
        tally.points += firsts;
        for (second, seconds) in classes(once.points) {
            let twice = play(flow, &[first, second]).await;
            tally.take(flow, &expected, twice.end, (&[first, second], firsts * seconds));
            tally.pairs += firsts * seconds;
        }
    }
    assert!(tally.points > 20 && tally.pairs > tally.points, "too few are played: {flow:?}");
    print(flow, calls, &tally, started);
}

#[expect(clippy::print_stdout, reason = "the figures are for people")]
fn print(flow: Flow, calls: usize, tally: &Tally, started: Instant) {
    let Tally { played, points, pairs, authorized, ends } = tally;
    let anew = if *authorized == 0 {
        String::new()
    } else {
        format!(", {authorized} of them with credentials put anew by a person")
    };
    println!(
        "{flow:?}: {calls} calls, {points} points, {pairs} ordered pairs{anew}; {played} plays, in {:.1} s",
        started.elapsed().as_secs_f32()
    );
    for (end, count) in ends {
        println!("  {count:>6} {end}");
    }
}
