//! The flows: which events and calls come when, and the ends that each flow may have.

use super::stage::{Stage, at_once};
use domain::{Channel, EventKind, OrderKey, Partner, Timing};
use flows::Writer;
use http::Method;
use marketplaces::DEMO_ACCOUNT;
use serde_json::{Value, json};
use std::rc::Rc;
use testkit::api_user::{ACT, Api, ApiUser, order_path};
use testkit::fixtures::*;
use testkit::{
    AMAZON_ORDER, BACK_MARKET_ORDER, Event, IMEIS, NUMBER, at, cancel, endless, imeis, label,
    phones, scan, secret_name, take_events, void,
};

/// The number of the label that takes the place of the first one.
pub(super) const OTHER_NUMBER: &str = "1Z999AA10999999999";

/// A flow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// Amazon, on movement: a label, and half an hour later a scan.
    Movement,
    /// The same the other way round.
    ScanFirst,
    /// Amazon, on the label.
    Assigned,
    /// Two orders of one Amazon account at once: the second waits for its turn.
    Paced,
    /// Back Market, on the label: a phone whose IMEI goes in the confirmation.
    ImeiInConfirmation,
    /// The same with two phones: each IMEI is registered by a request of its own.
    ImeisByRequest,
    /// The same with IMEIs that never come: the sweep warns, and lets it go without them.
    MissingImeis,
    /// Orders whose doorbells were lost: the sweep finds them.
    LostDoorbells,
    /// A label voided while its number is on its way to Amazon, and the same event comes again a minute later.
    VoidWhileSending,
    /// The same with a label of another number.
    RelabelWhileSending,
    /// The same with a cancelled order.
    CancelWhileSending,
    /// A person sends what waits for movement.
    SentByAPerson,
    /// A person holds a label; it moves; they release it.
    HeldByAPerson,
    /// eBay, read back.
    Ebay,
    /// Wish: a read before the claim, and tokens that are kept.
    Wish,
    /// Groupon, which says that an order shipped and not by which number.
    Groupon,
    /// A receiver that cannot be asked.
    UntilGone,
    /// The same, but it drops repeats.
    UntilGoneDropping,
}

/// It was claimed, the function died, and the channel has nothing; meanwhile the label was taken away. Whatever is sent
/// now would be another request, so a person looks.
const LABEL_GONE: &str = "1: unresolved the channel shows nothing, and its label was voided or replaced since \
     1Z999AA10123456784 +superseded; needs attention";

/// Groupon says that the line was shipped, and by no number.
const SHIPPED_SOMEHOW: &str = "1: unresolved line 545000001 is not open any more: shipped or cancelled; Groupon does \
     not say by which number 1Z999AA10123456784; needs attention";

/// Nobody can be asked.
const NOT_TO_BE_ASKED: &str = "1: unresolved the sender ended before it knew the outcome; the channel cannot be asked \
     1Z999AA10123456784; needs attention";

impl Flow {
    /// What it comes to when nothing goes wrong, and what the channel then has of which order or line.
    pub(super) const fn end(self) -> (&'static str, &'static [(&'static str, &'static str)]) {
        const CONFIRMED: &str = "1: confirmed 1Z999AA10123456784";
        const SUPERSEDED: &str = "1: confirmed 1Z999AA10123456784 +superseded; needs attention";
        const AT_AMAZON: &[(&str, &str)] = &[(AMAZON_ORDER, NUMBER)];
        match self {
            Self::Movement
            | Self::ScanFirst
            | Self::Assigned
            | Self::SentByAPerson
            | Self::HeldByAPerson => (CONFIRMED, AT_AMAZON),
            Self::VoidWhileSending | Self::RelabelWhileSending => (SUPERSEDED, AT_AMAZON),
            Self::CancelWhileSending => (
                "1: confirmed 1Z999AA10123456784 +cancelled_late; cancelled; needs attention",
                AT_AMAZON,
            ),
            Self::Paced => (
                "1: confirmed 1Z999AA10123456784 | 1: confirmed 1Z999AA10999999999",
                &[(AMAZON_ORDER, NUMBER), ("902-7654321-7654321", OTHER_NUMBER)],
            ),
            Self::LostDoorbells => (
                "1: confirmed 1Z999AA10123456784 | 1: confirmed 1Z999AA10555555555 | 1: confirmed 1Z999AA10999999999",
                &[
                    (BACK_MARKET_ORDER, "1Z999AA10555555555"),
                    (AMAZON_ORDER, NUMBER),
                    ("902-7654321-7654321", OTHER_NUMBER),
                ],
            ),
            Self::MissingImeis => (CONFIRMED, &[(BACK_MARKET_ORDER, NUMBER)]),
            Self::ImeiInConfirmation => (
                "1: confirmed 1Z999AA10123456784 (***********7518) [11 done]",
                &[(BACK_MARKET_ORDER, "1Z999AA10123456784 490154203237518")],
            ),
            Self::ImeisByRequest => (
                "1: confirmed 1Z999AA10123456784 (***********7518) (***********3809) [11 done] [12 done]",
                &[(BACK_MARKET_ORDER, NUMBER), ("line 11", IMEIS[0]), ("line 12", IMEIS[1])],
            ),
            Self::Ebay => (CONFIRMED, &[("20-00001-00001", NUMBER)]),
            Self::Wish => (CONFIRMED, &[("5f0000000000000000000001", NUMBER)]),
            Self::Groupon => (CONFIRMED, &[("FG-00000001", NUMBER)]),
            Self::UntilGone | Self::UntilGoneDropping => (CONFIRMED, &[("UG-1", NUMBER)]),
        }
    }

    /// The ends it may have beside the undisturbed one, and why.
    pub(super) const fn other_ends(self) -> &'static [&'static str] {
        match self {
            Self::Movement
            | Self::ScanFirst
            | Self::Assigned
            | Self::Paced
            | Self::ImeiInConfirmation
            | Self::ImeisByRequest
            | Self::MissingImeis
            | Self::LostDoorbells
            | Self::SentByAPerson
            | Self::HeldByAPerson
            | Self::Ebay
            | Self::Wish
            | Self::UntilGoneDropping => &[],
            // The event came before the claim, or after it while the request never left.
            Self::VoidWhileSending => &["1: waiting label", LABEL_GONE],
            Self::RelabelWhileSending => &["1: confirmed 1Z999AA10999999999", LABEL_GONE],
            Self::CancelWhileSending => &["1: withheld cancelled; cancelled"],
            Self::Groupon => &[SHIPPED_SOMEHOW],
            Self::UntilGone => &[NOT_TO_BE_ASKED],
        }
    }

    /// The channel that a strict fake plays; the light ones of `testkit` play the others.
    pub(super) const fn strict(self) -> Option<(Channel, bool)> {
        match self {
            Self::Ebay => Some((Channel::Ebay, false)),
            Self::Wish => Some((Channel::Wish, false)),
            Self::Groupon => Some((Channel::Groupon, false)),
            Self::UntilGone => Some((Channel::UntilGone, false)),
            Self::UntilGoneDropping => Some((Channel::UntilGone, true)),
            Self::Movement
            | Self::ScanFirst
            | Self::Assigned
            | Self::Paced
            | Self::ImeiInConfirmation
            | Self::ImeisByRequest
            | Self::MissingImeis
            | Self::LostDoorbells
            | Self::VoidWhileSending
            | Self::RelabelWhileSending
            | Self::CancelWhileSending
            | Self::SentByAPerson
            | Self::HeldByAPerson => None,
        }
    }

    /// Whether the identical request may go out again: its channel puts one number in the place of the same, or drops it.
    pub(super) const fn may_repeat(self) -> bool {
        match self {
            Self::Movement
            | Self::ScanFirst
            | Self::Assigned
            | Self::Paced
            | Self::LostDoorbells
            | Self::VoidWhileSending
            | Self::RelabelWhileSending
            | Self::CancelWhileSending
            | Self::SentByAPerson
            | Self::HeldByAPerson
            | Self::Wish
            | Self::UntilGoneDropping => true,
            Self::ImeiInConfirmation
            | Self::ImeisByRequest
            | Self::MissingImeis
            | Self::Ebay
            | Self::Groupon
            | Self::UntilGone => false,
        }
    }

    pub(super) const fn timing(self) -> Timing {
        match self {
            Self::Movement | Self::ScanFirst | Self::SentByAPerson | Self::HeldByAPerson => MOVES,
            Self::Assigned
            | Self::Paced
            | Self::ImeiInConfirmation
            | Self::ImeisByRequest
            | Self::MissingImeis
            | Self::LostDoorbells
            | Self::VoidWhileSending
            | Self::RelabelWhileSending
            | Self::CancelWhileSending
            | Self::Ebay
            | Self::Wish
            | Self::Groupon
            | Self::UntilGone
            | Self::UntilGoneDropping => ASSIGNED,
        }
    }

    /// Its orders.
    pub(super) fn keys(self) -> Vec<OrderKey> {
        match self {
            Self::Paced => vec![amazon_key(), other_key()],
            Self::LostDoorbells => vec![amazon_key(), back_market_key(), other_key()],
            Self::ImeiInConfirmation | Self::ImeisByRequest | Self::MissingImeis => {
                vec![back_market_key()]
            }
            Self::Movement
            | Self::ScanFirst
            | Self::Assigned
            | Self::VoidWhileSending
            | Self::RelabelWhileSending
            | Self::CancelWhileSending
            | Self::SentByAPerson
            | Self::HeldByAPerson => vec![amazon_key()],
            Self::Ebay | Self::Wish | Self::Groupon | Self::UntilGone | Self::UntilGoneDropping => {
                self.strict().into_iter().map(|row| Stage::key_of(row.0)).collect()
            }
        }
    }

    /// What comes while the order is being sent.
    pub(super) fn interruption(self) -> Option<Event> {
        match self {
            Self::VoidWhileSending => Some(void("amazon-us", AMAZON_ORDER, "lbl-1")),
            Self::RelabelWhileSending => Some(
                amazon_label()
                    .with("label_id", "lbl-2")
                    .with("tracking_number", OTHER_NUMBER)
                    .when("labeled_at", 5),
            ),
            Self::CancelWhileSending => Some(cancel("amazon-us", AMAZON_ORDER)),
            Self::Movement
            | Self::ScanFirst
            | Self::Assigned
            | Self::Paced
            | Self::ImeiInConfirmation
            | Self::ImeisByRequest
            | Self::MissingImeis
            | Self::LostDoorbells
            | Self::SentByAPerson
            | Self::HeldByAPerson
            | Self::Ebay
            | Self::Wish
            | Self::Groupon
            | Self::UntilGone
            | Self::UntilGoneDropping => None,
        }
    }

    /// Plays it to its end.
    pub(super) async fn play(self, stage: &mut Stage) {
        match self {
            Self::Movement | Self::ScanFirst => self.label_and_scan(stage).await,
            Self::Assigned => stage.deployment.put_event(&amazon_label()),
            Self::Paced => {
                stage.deployment.put_event(&amazon_label());
                stage.deployment.put_event(&amazon_label_of(OTHER_ORDER, OTHER_NUMBER));
            }
            Self::ImeiInConfirmation => {
                stage.deployment.put_event(&phone_label().with("items", phones(&["11"])));
                stage.deployment.run_for(minutes(2)).await;
                stage.deployment.put_event(&imeis(BACK_MARKET_ORDER, "11", &[IMEIS[0]]));
            }
            Self::ImeisByRequest => {
                stage.deployment.put_event(&phone_label());
                stage.deployment.run_for(minutes(2)).await;
                enter_imeis(&mut stage.deployment);
            }
            Self::MissingImeis => stage.deployment.put_event(&phone_label()),
            Self::LostDoorbells => lose_doorbells(stage),
            Self::VoidWhileSending | Self::RelabelWhileSending | Self::CancelWhileSending => {
                stage.deployment.put_event(&amazon_label());
                stage.deployment.run_for(minutes(1)).await;
                if let Some(event) = self.interruption() {
                    stage.deployment.put_event(&event);
                }
            }
            Self::SentByAPerson => {
                stage.deployment.put_event(&amazon_label());
                stage.deployment.run_for(minutes(10)).await;
                act(stage, "send_now").await;
            }
            Self::HeldByAPerson => held_by_a_person(stage).await,
            Self::Ebay | Self::Groupon | Self::UntilGone | Self::UntilGoneDropping => {
                let label = stage.strict_label();
                stage.deployment.put_event(&label);
            }
            Self::Wish => wish(stage).await,
        }
        stage.deployment.until_quiet().await;
    }

    async fn label_and_scan(self, stage: &mut Stage) {
        let mut events = [amazon_label(), scan(NUMBER)];
        if self == Self::ScanFirst {
            events.reverse();
        }
        let [first, second] = events;
        stage.deployment.put_event(&first);
        stage.deployment.run_for(minutes(30)).await;
        stage.deployment.put_event(&second);
    }
}

/// Three orders are ready, and nobody rings for them.
fn lose_doorbells(stage: &Stage) {
    let memory = &stage.deployment.memory;
    let labels = [
        amazon_label(),
        amazon_label_of(OTHER_ORDER, OTHER_NUMBER),
        label("back-market-us", BACK_MARKET_ORDER)
            .with("tracking_number", "1Z999AA10555555555")
            .with("items", json!([{ "item_id": "11", "quantity": 1, "requires_imei": false }])),
    ];
    let bodies = labels.map(|label| label.body());
    let invocation = endless(Writer::new("00000000-lost"));
    at_once(take_events(memory, &bodies, EventKind::LabelCreated, &invocation));
    memory.advance_to(at(1));
    memory.take_bells();
}

async fn held_by_a_person(stage: &mut Stage) {
    stage.deployment.put_event(&amazon_label());
    stage.deployment.run_for(minutes(10)).await;
    act(stage, "hold").await;
    stage.deployment.put_event(&scan(NUMBER));
    stage.deployment.run_for(minutes(10)).await;
    act(stage, "release").await;
}

/// A person repeats a call until the reply says that it is done, or that it cannot be done (any more).
async fn act(stage: &mut Stage, action: &str) {
    let body =
        json!({ "package_id": "1", "action": action, "reason": "the buyer asked" }).to_string();
    let target = format!("{}/{ACT}", order_path());
    let call = ApiUser::of(&stage.deployment).ask(Method::POST, &target, &[], &body);
    loop {
        let (api, writer) =
            (Api::on(Rc::clone(&stage.deployment.ports), None), stage.deployment.writer());
        match stage.deployment.alive(api.answer(&call, &writer)).await {
            Some(reply) if reply.status < 500 => break,
            Some(_) | None => stage.deployment.run_for(minutes(1)).await,
        }
    }
    stage.deployment.run_for(minutes(10)).await;
}

/// A renewed refresh token that dies with its function is lost, and the partner stops; it shows, and a person authorizes
/// it anew.
async fn wish(stage: &mut Stage) {
    let label = stage.strict_label();
    stage.deployment.put_event(&label);
    for _ in 0..3 {
        stage.deployment.run_for(minutes(60)).await;
        let partner: Partner = stage.partner();
        if partner.stopped.is_some() {
            let credentials: Value = stage.marketplaces().wish().authorize(DEMO_ACCOUNT);
            stage
                .deployment
                .memory
                .put_secret(&secret_name(&partner), Some(credentials.to_string()));
            stage.authorized += 1;
        }
    }
}
