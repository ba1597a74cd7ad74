//! Every channel against everything that its marketplace can do to a submission: the real senders against the strict fakes, on
//! a virtual clock. The result is a table, which is kept as a snapshot. It says how each case ends and after how long, how many
//! submissions the marketplace got, how many of them it applied, and how many numbers it holds at the end. An identical upsert
//! that is applied twice is one confirmation: Amazon's package and Wish's order have one number.

use channels::Answer as Answered;
use channels::about::example_settings;
use domain::{Channel, Moment, OrderKey, Partner, Rejection, Sent, Stage, State, Timing};
use flows::ports::{Clock as _, HTTP_TIMEOUT, HttpError};
use futures_util::FutureExt as _;
use jiff::SignedDuration;
use marketplaces::{
    Answer, DEMO_ACCOUNT, Fault, Marketplaces, Operation, Options, Shop, Standing, Target, Times,
    credentials, set_clock,
};
use serde_json::json;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use testkit::{Deployment, START, label, partner_of, scan, secret_name, seller, shown, under};

const NUMBER: &str = "1Z999AA10123456784";
const OTHER: &str = "1Z999AA10999999999";

/// Longer than that.
const TOO_LATE_MS: u64 = 20_000;

/// Later than the first read, and within the quarantine.
const LATE_MS: u64 = 100_000;

const TEN_MINUTES: SignedDuration = SignedDuration::from_mins(10);

/// What a marketplace does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    AppliedThenTimeOut,
    NotAppliedThenTimeOut,
    AppliedLate,
    Reset,
    ServerErrorApplied,
    ServerErrorNotApplied,
    MalformedSuccess,
    ShippedByOurNumber,
    ShippedByAnother,
    TooManyWithWait,
    TooMany,
    UnauthorizedOnce,
    UnauthorizedAlways,
    UnauthorizedOrder,
    FirewallPage,
    Refused,
    AwayForTenMinutes,
    AwayForAnHour,
    CutAfterTheStatus,
    HandshakeHangs,
    WaitOfNothing,
    TokenEndpointHangs,
    TakenAndNeverShown,
    CancelledWhileWaiting,
    ShippedWhileWaiting,
}

const CASES: [(Case, &str); 25] = [
    (Case::AppliedThenTimeOut, "applied, then a time-out"),
    (Case::NotAppliedThenTimeOut, "not applied, then a time-out"),
    (Case::AppliedLate, "applied 100 s later"),
    (Case::Reset, "reset after it was sent"),
    (Case::ServerErrorApplied, "500, applied"),
    (Case::ServerErrorNotApplied, "500, not applied"),
    (Case::MalformedSuccess, "applied, a malformed 2xx"),
    (Case::ShippedByOurNumber, "shipped already, our number"),
    (Case::ShippedByAnother, "shipped already, another number"),
    (Case::TooManyWithWait, "429, wait 30 s"),
    (Case::TooMany, "429"),
    (Case::UnauthorizedOnce, "401 once"),
    (Case::UnauthorizedAlways, "401 always"),
    (Case::UnauthorizedOrder, "401 always, for this order"),
    (Case::FirewallPage, "403, a page"),
    (Case::Refused, "connection refused for 10 s"),
    (Case::AwayForTenMinutes, "503 for ten minutes"),
    (Case::AwayForAnHour, "503 for an hour"),
    (Case::CutAfterTheStatus, "status, then a cut body"),
    (Case::HandshakeHangs, "a handshake that hangs, 10 min"),
    (Case::WaitOfNothing, "429, Retry-After: 0, ten minutes"),
    (Case::TokenEndpointHangs, "a token endpoint that hangs"),
    (Case::TakenAndNeverShown, "204, never shown"),
    (Case::CancelledWhileWaiting, "cancelled while waiting"),
    (Case::ShippedWhileWaiting, "shipped by hand while waiting"),
];

impl Case {
    /// When the parcel moves, where the confirmation waits for that. By then each channel that tells a ship-by was looked at.
    fn moves_after(self) -> Option<SignedDuration> {
        let is_of_waiting = matches!(self, Self::CancelledWhileWaiting | Self::ShippedWhileWaiting);
        is_of_waiting.then(|| SignedDuration::from_hours(26))
    }
}

/// Each channel; one whose receiver may drop repeats also with a receiver that does.
fn rows() -> impl Iterator<Item = (Channel, bool)> {
    Channel::ALL.into_iter().flat_map(|channel| {
        let may_drop = example_settings(channel).fields().contains_key(DROPS);
        [Some((channel, false)), may_drop.then_some((channel, true))].into_iter().flatten()
    })
}

/// The setting of a receiver that drops repeats.
const DROPS: &str = "receiver_dedupes";

/// An order and a line as the channel numbers them.
pub(crate) fn order_of(channel: Channel) -> (String, String) {
    marketplaces::nth(channel.name(), 1).expect("every channel has a fake")
}

/// A marketplace and the deployment in front of it.
struct Play {
    deployment: Deployment,
    shop: Arc<dyn Shop>,
    marketplaces: Rc<Marketplaces>,
    key: OrderKey,
    /// How the way there misbehaves.
    way: Rc<Way>,
}

pub(crate) fn partner((channel, drops): (Channel, bool)) -> Partner {
    let partner = under(Timing::WhenTrackingIsAssigned, partner_of(&seller(), "shop", channel));
    if !drops {
        return partner;
    }
    let settings = partner.settings.clone().with(DROPS, true);
    Partner { settings, ..partner }
}

/// The credentials that the fakes take.
fn secret(partner: &Partner) -> String {
    credentials(partner.settings.channel().name(), DEMO_ACCOUNT).to_string()
}

impl Play {
    fn new((channel, drops): (Channel, bool)) -> Self {
        set_clock(START.timestamp());
        let marketplaces = Rc::new(Marketplaces::unplugged(Options::demo()).expect("the fakes"));
        let (deployment, way) = (Deployment::new(), Rc::new(Way::default()));
        let partner = partner((channel, drops));
        deployment.memory.register(&partner);
        deployment.memory.put_secret(&secret_name(&partner), Some(secret(&partner)));
        connect(&deployment, &marketplaces, &way);
        let (order, item) = order_of(channel);
        let shop = marketplaces.shop(channel.name()).expect("every channel has a fake");
        shop.sell(&order, &[(&item, 1)]).expect("it can be sold");
        let key = testkit::key("shop", &order);
        Self { deployment, shop, marketplaces, key, way }
    }

    fn fault(&self, times: Times, fault: Fault) {
        let target = Target::Order(self.key.order.to_string());
        self.shop.put_fault(target, Operation::Submit, times, fault);
    }

    /// Why the channel cannot do so, if it cannot.
    fn cannot(&self, case: Case) -> Option<&'static str> {
        let facts = self.channel().facts();
        if case == Case::TakenAndNeverShown && !facts.is_verified {
            Some("its answer shows what it took")
        } else if case == Case::CancelledWhileWaiting && !facts.shows_ship_by {
            Some("it tells no cancellation")
        } else {
            None
        }
    }

    fn channel(&self) -> Channel {
        self.shop.name().parse().expect("a channel")
    }

    /// What the marketplace does an hour after the label, while the parcel has not moved.
    fn meanwhile(&self, case: Case) {
        let order = self.key.order.as_str();
        if case == Case::CancelledWhileWaiting {
            let set = self.shop.set_standing(order, Standing::cancelled());
            set.expect("the marketplace tells so");
        } else {
            self.shop.ship_elsewhere(order, OTHER);
        }
    }

    fn prepare(&self, case: Case) {
        let once = |fault| self.fault(Times::Once, fault);
        let not_applied = |answer| once(Fault::not_applied(answer));
        match case {
            Case::AppliedThenTimeOut => once(Fault::SlowAnswer { delay_ms: TOO_LATE_MS }),
            Case::NotAppliedThenTimeOut => once(Fault::late_not_applied(TOO_LATE_MS)),
            Case::AppliedLate => {
                once(Fault::AppliedLater { after_ms: LATE_MS, answer: Answer::HangUp });
            }
            Case::Reset => once(Fault::hang_up()),
            Case::ServerErrorApplied => once(Fault::applied(Answer::ServerError)),
            Case::ServerErrorNotApplied => not_applied(Answer::ServerError),
            Case::MalformedSuccess => once(Fault::applied(Answer::NotJson)),
            Case::ShippedByOurNumber => self.shop.ship_elsewhere(self.key.order.as_str(), NUMBER),
            Case::ShippedByAnother => self.shop.ship_elsewhere(self.key.order.as_str(), OTHER),
            Case::TooManyWithWait => {
                not_applied(Answer::TooManyRequests { retry_after_s: Some(30) });
            }
            Case::TooMany => not_applied(Answer::TooManyRequests { retry_after_s: None }),
            Case::UnauthorizedOnce => not_applied(Answer::Unauthorized),
            Case::UnauthorizedAlways => {
                let fault = || Fault::not_applied(Answer::Unauthorized);
                self.fault(Times::Forever, fault());
                for read in [Operation::Account, Operation::ReadBack] {
                    self.shop.put_fault(Target::Any, read, Times::Forever, fault());
                }
            }
            Case::UnauthorizedOrder => {
                self.fault(Times::Forever, Fault::not_applied(Answer::Unauthorized));
            }
            Case::FirewallPage => not_applied(Answer::Firewall),
            Case::Refused => self.way.close(Closed::Refused, SignedDuration::from_secs(10)),
            Case::HandshakeHangs => self.way.close(Closed::Silent, TEN_MINUTES),
            Case::CutAfterTheStatus => self.way.cuts_next.set(true),
            Case::AwayForTenMinutes | Case::AwayForAnHour => {
                self.fault(Times::Forever, Fault::not_applied(Answer::Unavailable));
            }
            Case::WaitOfNothing => {
                let answer = Answer::TooManyRequests { retry_after_s: Some(0) };
                self.fault(Times::Forever, Fault::not_applied(answer));
            }
            Case::TokenEndpointHangs => {
                let fault = Fault::late_not_applied(TOO_LATE_MS);
                self.shop.put_fault(Target::Any, Operation::Token, Times::Forever, fault);
            }
            Case::TakenAndNeverShown => once(Fault::taken_and_lost()),
            Case::CancelledWhileWaiting | Case::ShippedWhileWaiting => {
                let waits = Partner {
                    timing: Timing::WhenTrackingShowsMovement,
                    ..self.deployment.memory.partner_now(&partner_at(&self.key)).expect("there")
                };
                self.deployment.memory.register(&waits);
                self.deployment.memory.put_secret(&secret_name(&waits), Some(secret(&waits)));
            }
        }
    }

    /// When the marketplace is well again.
    fn heals_after(case: Case) -> Option<SignedDuration> {
        match case {
            Case::AwayForTenMinutes | Case::WaitOfNothing | Case::TokenEndpointHangs => {
                Some(TEN_MINUTES)
            }
            Case::AwayForAnHour => Some(SignedDuration::from_hours(1)),
            Case::AppliedThenTimeOut
            | Case::NotAppliedThenTimeOut
            | Case::AppliedLate
            | Case::Reset
            | Case::ServerErrorApplied
            | Case::ServerErrorNotApplied
            | Case::MalformedSuccess
            | Case::ShippedByOurNumber
            | Case::ShippedByAnother
            | Case::TooManyWithWait
            | Case::TooMany
            | Case::UnauthorizedOnce
            | Case::UnauthorizedAlways
            | Case::UnauthorizedOrder
            | Case::FirewallPage
            | Case::Refused
            | Case::CutAfterTheStatus
            | Case::HandshakeHangs
            | Case::TakenAndNeverShown
            | Case::CancelledWhileWaiting
            | Case::ShippedWhileWaiting => None,
        }
    }

    /// Plays a day and an hour from when it may be sent on: by then nothing is in doubt any more.
    async fn run(&mut self, item: &str, case: Case) -> End {
        let items = json!([{ "item_id": item, "quantity": 1, "requires_imei": false }]);
        let order = self.key.order.to_string();
        self.deployment.put_event(&label("shop", &order).with("items", items));
        if let Some(away) = Self::heals_after(case) {
            self.deployment.run_for(away).await;
            self.shop.clear_faults();
        }
        if let Some(moves) = case.moves_after() {
            self.deployment.run_for(SignedDuration::from_hours(1)).await;
            self.meanwhile(case);
            self.deployment.run_for(moves - SignedDuration::from_hours(1)).await;
            let scan = scan(NUMBER).with("occurred_at", self.deployment.memory.now().to_string());
            self.deployment.put_event(&scan);
        }
        self.deployment.run_for(SignedDuration::from_hours(25)).await;
        // What is still on its way at the marketplace arrives, too.
        tokio::time::advance(Duration::from_millis(LATE_MS)).await;
        tokio::task::yield_now().await;
        assert_eq!(self.deployment.dead, []);
        assert!(!self.deployment.has_stuck());
        let stored = self.deployment.memory.stored(&self.key).expect("the order is there");
        let submissions = self.shop.submissions_of(&order);
        let package = stored.order.packages.values().next().expect("it has a package");
        let (state, ended) = match &package.state {
            State::Sent(Sent {
                stage:
                    Stage::Confirmed { at, .. }
                    | Stage::Conflict { at, .. }
                    | Stage::Unresolved { at, .. }
                    | Stage::Closed { at },
                ..
            })
            | State::Rejected(Rejection { at, .. })
            | State::Closed { at } => (shown(&stored.order), Some(*at)),
            State::Withheld(_) => (shown(&stored.order), stored.order.cancelled),
            state @ (State::Ready(_)
            | State::Sent(_)
            | State::Waiting(_)
            | State::Held(_)
            | State::Observed(_)) => {
                assert!(state.pending().is_some(), "left in {state:?}");
                ("1: ready, its partner is stopped".to_owned(), None)
            }
        };
        let is_stopped = self
            .deployment
            .memory
            .partner_now(&partner_at(&self.key))
            .is_some_and(|partner| partner.stopped.is_some());
        assert_eq!(is_stopped, ended.is_none(), "{state} {submissions:?} {package:?}");
        End {
            state,
            submitted: submissions.len(),
            applied: submissions.iter().filter(|submission| submission.applied).count(),
            held: self.shop.numbers(&order),
            took: ended.map(|at| at.since(START)),
        }
    }
}

fn partner_at(key: &OrderKey) -> Partner {
    let partner = partner_of(&key.seller, "shop", Channel::Ebay);
    Partner { id: key.partner.clone(), ..partner }
}

/// How the way to a marketplace misbehaves.
#[derive(Default)]
pub(crate) struct Way {
    /// How, and until when, no connection is made.
    closed: Cell<Option<(Closed, Moment)>>,
    /// Of the next answer to a submission only the status and half of the body come.
    cuts_next: Cell<bool>,
}

impl Way {
    fn close(&self, how: Closed, lasts: SignedDuration) {
        self.closed.set(Some((how, START.plus(lasts))));
    }

    fn closed_at(&self, now: Moment) -> Option<Closed> {
        self.closed.get().filter(|(_, until)| now < *until).map(|(how, _)| how)
    }
}

/// Why no connection is made: not a byte of the request leaves.
#[derive(Clone, Copy)]
enum Closed {
    Refused,
    /// The connection is taken and its handshake never answered.
    Silent,
}

impl Closed {
    const fn noticed_after(self) -> Duration {
        match self {
            Self::Refused => Duration::ZERO,
            Self::Silent => Duration::from_secs(8),
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Refused => "connection refused",
            Self::Silent => "no connection within 8 s",
        }
    }
}

/// How a case ended.
struct End {
    state: String,
    submitted: usize,
    applied: usize,
    held: Vec<String>,
    took: Option<SignedDuration>,
}

/// Puts the fakes behind the deployment's HTTP, on one clock: the deployment's is followed by the fakes' and by their timers.
pub(crate) fn connect(deployment: &Deployment, marketplaces: &Rc<Marketplaces>, way: &Rc<Way>) {
    let (memory, marketplaces) = (deployment.memory.clone(), Rc::clone(marketplaces));
    let (way, clock) = (Rc::clone(way), memory.clone());
    memory.serve_later(move |request| {
        let (clock, marketplaces) = (clock.clone(), Rc::clone(&marketplaces));
        let (request, way) = (request.clone(), Rc::clone(&way));
        async move {
            clock.catch_up().await;
            set_clock(clock.now().timestamp());
            if let Some(closed) = way.closed_at(clock.now()) {
                tokio::time::sleep(closed.noticed_after()).await;
                return Err(HttpError::NotSent(closed.words().to_owned()));
            }
            let before = submitted(&marketplaces);
            match tokio::time::timeout(HTTP_TIMEOUT, marketplaces.answer(request)).await {
                Ok(Some(answer)) => {
                    let (head, body) = answer.into_parts();
                    let is_submitted = submitted(&marketplaces) > before;
                    let is_whole = !(is_submitted && way.cuts_next.take());
                    let kept = if is_whole { body.len() } else { body.len() / 2 };
                    let body = body.get(..kept).unwrap_or_default().to_vec();
                    let status = head.status.as_u16();
                    Ok(Answered { status, headers: head.headers, body, is_whole })
                }
                Ok(None) => Err(HttpError::Unknown("connection reset".to_owned())),
                Err(_) => Err(HttpError::Unknown("no answer within 15 s".to_owned())),
            }
        }
        .boxed_local()
    });
}

/// How many submissions of the orders that are played here arrived.
fn submitted(marketplaces: &Marketplaces) -> usize {
    let of = |channel: Channel| {
        let shop = marketplaces.shop(channel.name());
        shop.map_or(0, |shop| shop.submissions_of(&order_of(channel).0).len())
    };
    Channel::ALL.into_iter().map(of).sum()
}

/// Never two numbers, never another's number gone, never submitted again without proof.
fn check((channel, drops): (Channel, bool), case: Case, end: &End, play: &Play) {
    let what = format!("{channel}, {case:?}");
    // Where the identical request is safe, or dropped, it may be applied again: to the same effect.
    let is_repeat_safe = channel.facts().identical_is_safe || drops;
    assert!(end.applied <= 1 || is_repeat_safe, "{what}: applied {} times", end.applied);
    assert!(end.held.len() <= 1, "{what}: holds {:?}", end.held);
    if matches!(case, Case::ShippedByAnother | Case::ShippedWhileWaiting) {
        assert_eq!(end.held, [OTHER], "{what}: another's number is overridden");
    } else {
        assert!(end.held.iter().all(|number| number == NUMBER), "{what}: {:?}", end.held);
    }
    let order = play.key.order.as_str();
    assert_eq!(play.marketplaces.wish().overridden(order), [], "{what}");
    let is_told = end.state.contains("needs attention");
    let is_confirmed = end.state.contains("confirmed") && !is_told;
    assert!(!is_confirmed || end.held == [NUMBER], "{what}: {}", end.state);
    assert!(case != Case::CancelledWhileWaiting || end.submitted == 0, "{what}: is sent");
}

#[tokio::test(start_paused = true)]
async fn whatever_a_marketplace_does_no_number_is_sent_twice_or_over_another() {
    let mut tables: BTreeMap<Channel, String> = BTreeMap::new();
    for row in rows() {
        let (channel, drops) = row;
        let table = tables.entry(channel).or_default();
        let dropping = if drops { ", repeats dropped" } else { "" };
        let _infallible = writeln!(table, "{channel}{dropping}");
        for (case, words) in CASES {
            let mut play = Play::new(row);
            if let Some(why) = play.cannot(case) {
                let none = "submitted - applied - holds - after -       ";
                let _infallible = writeln!(table, "  {words:<32} {none} cannot be so: {why}");
                continue;
            }
            play.prepare(case);
            let end = play.run(&order_of(channel).1, case).await;
            check(row, case, &end, &play);
            let took = end.took.map_or_else(|| "-".to_owned(), |took| format!("{took:#}"));
            let state = end.state.strip_prefix("1: ").unwrap_or(&end.state);
            let _infallible = writeln!(
                table,
                "  {words:<32} submitted {} applied {} holds {} after {took:<8} {state}",
                end.submitted,
                end.applied,
                end.held.len()
            );
        }
    }
    // Each channel's part is a file of its own.
    let mut kept = insta::Settings::clone_current();
    kept.set_snapshot_path("matrix");
    kept.set_prepend_module_to_snapshot(false);
    for (channel, table) in tables {
        print(&table);
        kept.bind(|| insta::assert_snapshot!(channel.name(), table));
    }
}

#[expect(clippy::print_stdout, reason = "the table is for people, too")]
fn print(table: &str) {
    println!("{table}");
}
