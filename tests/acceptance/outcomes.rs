//! The answers of marketplaces, through the real senders. Each order is checked for its state, for what the marketplace holds,
//! for its submissions and for what was published. The tests do not wait for minutes: they look at the next timer instead.

use crate::credentials::is_not_stopped;
use crate::parcel::{Ending, Parcel};
use crate::stack::{Case, run, together};
use marketplaces::{Answer, Fault, LineState, Operation};
use serde_json::{Value, json};
use std::future::Future;

const ACCEPTED: &[&str] = &["ConfirmationAccepted"];
const REJECTED: &[&str] = &["ConfirmationRejected"];
const CONFLICT: &[&str] = &["ConfirmationConflict"];

/// Longer than a request may take, in milliseconds.
pub(crate) const TOO_LATE_MS: u64 = 20_000;

impl Parcel {
    /// Lets the next submission of the order go wrong.
    pub(crate) fn faulty(self, fault: Fault) -> Self {
        self.fault(Operation::Submit, fault);
        self
    }

    /// Makes the label, on which the partner confirms.
    pub(crate) async fn labelled(&self) {
        self.put(&[self.label()]).await;
    }

    /// Asserts that the order is confirmed with this evidence, after this many submissions, of which this many were applied.
    pub(crate) async fn is_confirmed(&self, evidence: &str, submitted: (usize, usize)) -> Value {
        let held = Some(self.tracking.as_str());
        let ending =
            Ending { state: "confirmed", why: evidence, submitted, held, published: ACCEPTED };
        self.ends(ending).await
    }

    /// Asserts that the order is rejected with this code, and that the marketplace holds nothing. Returns the words.
    pub(crate) async fn is_rejected(&self, code: &str) -> String {
        let ending = Ending {
            state: "rejected",
            why: code,
            submitted: (1, 0),
            held: None,
            published: REJECTED,
        };
        self.ends(ending).await["detail"]["message"].as_str().unwrap_or_default().to_owned()
    }

    /// Asserts that the order is in conflict with another number, which stays.
    pub(crate) async fn is_in_conflict_with(&self, other: &str) {
        let (submitted, held) = ((1, 0), Some(other));
        let ending = Ending { state: "conflict", why: other, submitted, held, published: CONFLICT };
        self.ends(ending).await;
    }

    /// Asserts that the order was read this often, is still in doubt, and was submitted once.
    pub(crate) async fn is_in_doubt_after(&self, reads: u64) {
        let is_so = |view: &Value| {
            let package = &view["packages"][0];
            package["state"] == "in_doubt" && package["detail"]["reads"] == reads
        };
        let view = self.until(&format!("it was read {reads} times"), is_so).await;
        let detail = &view["packages"][0]["detail"];
        let moment =
            |name: &str| detail[name].as_str().and_then(|at| at.parse::<domain::Moment>().ok());
        let (since, next) =
            (moment("since").expect("a time"), moment("next_read_at").expect("a time"));
        let expected = if reads == 0 { 30 } else { 120 };
        assert_eq!(next.since(since).as_secs(), expected, "{detail:#}");
        assert_eq!(
            self.submissions().len(),
            1,
            "an unknown outcome is never answered with another try"
        );
    }
}

/// A case, with the name of what it shows.
pub(crate) fn case(name: &'static str, work: impl Future<Output = ()> + 'static) -> Case {
    (name, Box::pin(work))
}

/// A fault after which the marketplace turns out to have applied the submission.
pub(crate) fn read_back(name: &'static str, parcel: Parcel, fault: Fault) -> Case {
    case(name, async move {
        let parcel = parcel.sold().faulty(fault);
        parcel.labelled().await;
        parcel.is_confirmed("read_back", (1, 1)).await;
    })
}

/// A fault that proves that nothing was applied: the second try is accepted.
pub(crate) fn tried_again(name: &'static str, parcel: Parcel, answer: Answer) -> Case {
    case(name, async move {
        let parcel = parcel.sold().faulty(Fault::not_applied(answer));
        parcel.labelled().await;
        parcel.is_confirmed("accepted", (2, 1)).await;
        is_not_stopped(&parcel).await;
    })
}

/// A fault after which the order turns out to have another number.
pub(crate) fn conflict(parcel: Parcel) -> Case {
    case("shipped by another number", async move {
        let tracking_number = "OTHER12345".to_owned();
        let parcel = parcel.sold().faulty(Fault::ShippedElsewhere { tracking_number });
        parcel.labelled().await;
        parcel.is_in_conflict_with("OTHER12345").await;
    })
}

/// Somebody entered our number by hand: the submission is not applied, and the order is confirmed.
pub(crate) fn entered_by_hand(parcel: Parcel) -> Case {
    case("shipped by hand with our number", async move {
        let tracking_number = parcel.tracking.clone();
        let parcel = parcel.sold().faulty(Fault::ShippedElsewhere { tracking_number });
        parcel.labelled().await;
        parcel.is_confirmed("read_back", (1, 0)).await;
    })
}

/// An answer of any kind.
pub(crate) fn custom(status: u16, body: Value) -> Answer {
    Answer::Custom { status, body }
}

pub(crate) fn too_many(retry_after_s: Option<u32>) -> Answer {
    Answer::TooManyRequests { retry_after_s }
}

/// Amazon does not apply the submission: a read shows nothing, and the identical request goes out again.
pub(crate) fn repeated(name: &'static str, parcel: Parcel, fault: Fault) -> Case {
    case(name, async move {
        let parcel = parcel.sold().faulty(fault);
        parcel.labelled().await;
        parcel.is_confirmed("accepted", (2, 1)).await;
        let bodies: Vec<Vec<u8>> = parcel.submissions().into_iter().map(|s| s.raw_body).collect();
        assert_eq!(bodies[0], bodies[1], "the second submission is not the first");
    })
}

#[test]
fn amazon_in_doubt() {
    run(|shared| async move {
        let parcel = |number| Parcel::amazon(shared, "doubt-amazon", number);
        let late = Fault::SlowAnswer { delay_ms: TOO_LATE_MS };
        let unread = parcel(209);
        together(vec![
            read_back("applied, then hung up", parcel(200), Fault::apply_and_hang_up()),
            read_back("applied, then 500", parcel(201), Fault::applied(Answer::ServerError)),
            read_back("applied, answered too late", parcel(202), late),
            read_back(
                "applied, a page for an answer",
                parcel(203),
                Fault::applied(Answer::NotJson),
            ),
            read_back("applied, another's JSON", parcel(204), Fault::applied(Answer::WrongJson)),
            repeated("hung up, not applied", parcel(205), Fault::hang_up()),
            repeated("500, not applied", parcel(206), Fault::not_applied(Answer::ServerError)),
            case("the read-back fails too", async move {
                let unread = unread.sold().faulty(Fault::apply_and_hang_up());
                unread.fault(Operation::ReadBack, Fault::not_applied(Answer::Unavailable));
                unread.labelled().await;
                unread.is_in_doubt_after(0).await;
                unread.is_in_doubt_after(1).await;
            }),
        ])
        .await;
    });
}

#[test]
fn amazon_answers() {
    run(|shared| async move {
        let parcel = |number| Parcel::amazon(shared, "answers-amazon", number);
        let (foreign, unknown) = (parcel(230), parcel(231));
        let already = Fault::applied(Answer::AlreadyShipped);
        let by_hand = Parcel::amazon(shared, "read-back-amazon", 233);
        let other = Parcel::amazon(shared, "read-back-amazon", 234);
        together(vec![
            tried_again("429, wait 3 s", parcel(220), too_many(Some(3))),
            tried_again("429", parcel(221), too_many(None)),
            tried_again("an expired token", parcel(222), Answer::TokenExpired),
            tried_again("a firewall's page", parcel(223), Answer::Firewall),
            read_back(
                "shipped already, by us",
                Parcel::amazon(shared, "read-back-amazon", 232),
                already,
            ),
            entered_by_hand(by_hand),
            conflict(other),
            case("a line that is not the order's", async move {
                let sold = foreign.clone().sold();
                let label = Parcel { item: "11111111111111".to_owned(), ..sold };
                label.labelled().await;
                let words = label.is_rejected("InvalidInput").await;
                assert!(words.contains("OrderItemId"), "{words}");
            }),
            case("an order Amazon does not know", async move {
                unknown.labelled().await;
                let words = unknown.is_rejected("NotFound").await;
                assert!(words.contains("not found"), "{words}");
            }),
        ])
        .await;
    });
}

#[test]
fn back_market_in_doubt() {
    run(|shared| async move {
        let parcel = |number| Parcel::back_market(shared, "doubt-back-market", number);
        let (absent, unlisted) = (parcel(255), parcel(256));
        let late = Fault::SlowAnswer { delay_ms: TOO_LATE_MS };
        let odd = custom(400, json!({ "error": { "code": "odd", "message": "no way" } }));
        together(vec![
            read_back("applied, then hung up", parcel(250), Fault::apply_and_hang_up()),
            read_back("applied, then 500", parcel(251), Fault::applied(Answer::ServerError)),
            read_back("applied, answered too late", parcel(252), late),
            read_back(
                "applied, a page for an answer",
                parcel(253),
                Fault::applied(Answer::NotJson),
            ),
            read_back("applied, another's JSON", parcel(254), Fault::applied(Answer::WrongJson)),
            case("hung up, not applied: no second try before the quarantine is over", async move {
                let absent = absent.sold().faulty(Fault::hang_up());
                absent.labelled().await;
                absent.is_in_doubt_after(1).await;
                assert_eq!(absent.held(), [""; 0]);
            }),
            case("a refusal nobody listed", async move {
                let unlisted = unlisted.sold().faulty(Fault::not_applied(odd));
                unlisted.labelled().await;
                unlisted.is_in_doubt_after(1).await;
            }),
        ])
        .await;
    });
}

#[test]
fn back_market_answers() {
    run(|shared| async move {
        let parcel = |number| Parcel::back_market(shared, "answers-back-market", number);
        let (not_accepted, refused, unknown) = (parcel(280), parcel(281), parcel(282));
        let state_9 =
            json!({ "error": { "code": "bad", "message": "new_state 9 must be in 2,3,4,5,6" } });
        together(vec![
            tried_again("429, wait 3 s", parcel(270), too_many(Some(3))),
            tried_again("429", parcel(271), too_many(None)),
            tried_again("401 once", parcel(272), Answer::Unauthorized),
            tried_again("a firewall's page", parcel(273), Answer::Firewall),
            read_back(
                "shipped already, by us",
                parcel(274),
                Fault::applied(Answer::AlreadyShipped),
            ),
            entered_by_hand(parcel(275)),
            conflict(parcel(276)),
            case("not accepted yet", async move {
                let parcel = not_accepted.sold_in(LineState::Paid);
                parcel.labelled().await;
                let failed = |view: &Value| view["packages"][0]["attempts"]["failures"] == 1;
                parcel.until("the first try failed", failed).await;
                parcel.until_is("ready").await;
                shared.shops.back_market().accept(parcel.number());
                parcel.is_confirmed("accepted", (2, 1)).await;
            }),
            case("refused for good", async move {
                let parcel = refused.sold().faulty(Fault::not_applied(custom(400, state_9)));
                parcel.labelled().await;
                let words = parcel.is_rejected("bad").await;
                assert!(words.contains("new_state 9"), "{words}");
            }),
            case("an order Back Market does not know", async move {
                // A 404 of Back Market may as well be an outage, so the order is read back.
                unknown.labelled().await;
                unknown.is_in_doubt_after(1).await;
            }),
        ])
        .await;
    });
}
