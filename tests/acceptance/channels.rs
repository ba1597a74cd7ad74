//! eBay, Wish, Groupon and `UntilGone` through the built senders: what they take, what is in doubt, what cannot be sent.
//! `shared/flows/tests/flows/matrix.rs` has everything that a marketplace can do. These tests have what only real functions
//! show.

use crate::outcomes::{
    TOO_LATE_MS, case, conflict, custom, entered_by_hand, read_back, repeated, too_many,
    tried_again,
};
use crate::parcel::{Ending, Parcel};
use crate::stack::{run, together};
use domain::Channel;
use marketplaces::{Answer, Fault};
use serde_json::json;

const UNRESOLVED: &[&str] = &["ConfirmationUnresolved"];

#[test]
fn ebay() {
    run(|shared| async move {
        let doubt = |number| Parcel::new(shared, (Channel::Ebay, "doubt-ebay"), number);
        let answers = |number| Parcel::new(shared, (Channel::Ebay, "answers-ebay"), number);
        let absent = doubt(702);
        let late = Fault::SlowAnswer { delay_ms: TOO_LATE_MS };
        together(vec![
            read_back("applied, then hung up", doubt(700), Fault::apply_and_hang_up()),
            read_back("applied, answered too late", doubt(701), late),
            case("hung up, not applied: no second try before the quarantine is over", async move {
                let absent = absent.sold().faulty(Fault::hang_up());
                absent.labelled().await;
                absent.is_in_doubt_after(1).await;
                assert_eq!(absent.held(), [""; 0]);
            }),
            tried_again("429, wait 3 s", answers(703), too_many(Some(3))),
            tried_again("401 once", answers(704), Answer::Unauthorized),
            tried_again("a firewall's page", answers(705), Answer::Firewall),
            entered_by_hand(answers(706)),
            conflict(answers(707)),
        ])
        .await;
    });
}

#[test]
fn wish() {
    run(|shared| async move {
        let doubt = |number| Parcel::new(shared, (Channel::Wish, "doubt-wish"), number);
        let answers = |number| Parcel::new(shared, (Channel::Wish, "answers-wish"), number);
        let (foreign, ours) = (answers(713), answers(714));
        let token = custom(200, json!({ "code": 1016, "message": "expired", "data": {} }));
        together(vec![
            read_back("applied, then hung up", doubt(710), Fault::apply_and_hang_up()),
            repeated("hung up, not applied", doubt(711), Fault::hang_up()),
            tried_again("a token that is over", answers(712), token),
            case("another number is there: nothing is sent", async move {
                let parcel = foreign.sold();
                parcel.shop().ship_elsewhere(&parcel.order, "OTHER12345");
                parcel.labelled().await;
                let ending = Ending {
                    state: "conflict",
                    why: "OTHER12345",
                    submitted: (0, 0),
                    held: Some("OTHER12345"),
                    published: &["ConfirmationConflict"],
                };
                parcel.ends(ending).await;
            }),
            case("our number is there: nothing is sent", async move {
                let parcel = ours.sold();
                parcel.shop().ship_elsewhere(&parcel.order, &parcel.tracking);
                parcel.labelled().await;
                parcel.is_confirmed("read_back", (0, 0)).await;
            }),
        ])
        .await;
    });
}

#[test]
fn groupon() {
    run(|shared| async move {
        let doubt = |number| Parcel::new(shared, (Channel::Groupon, "doubt-groupon"), number);
        let answers = |number| Parcel::new(shared, (Channel::Groupon, "answers-groupon"), number);
        let (applied, absent, ordinary) = (doubt(720), doubt(721), answers(722));
        together(vec![
            case(
                "applied, then hung up: it shipped, and the channel does not say by which number",
                async move {
                    let parcel = applied.sold().faulty(Fault::apply_and_hang_up());
                    parcel.labelled().await;
                    let package = parcel.until_is("unresolved").await;
                    assert_eq!(parcel.submitted(), (1, 1), "{package:#}");
                    parcel.published(UNRESOLVED).await;
                },
            ),
            case("hung up, not applied: still open, so not yet", async move {
                let absent = absent.sold().faulty(Fault::hang_up());
                absent.labelled().await;
                absent.is_in_doubt_after(1).await;
            }),
            case("it is taken", async move {
                let parcel = ordinary.sold();
                parcel.labelled().await;
                parcel.is_confirmed("accepted", (1, 1)).await;
            }),
            tried_again("429, wait 3 s", answers(723), too_many(Some(3))),
        ])
        .await;
    });
}

#[test]
fn until_gone() {
    run(|shared| async move {
        let doubt = |number| Parcel::new(shared, (Channel::UntilGone, "doubt-until-gone"), number);
        let drops = |number| Parcel::new(shared, (Channel::UntilGone, "drops-until-gone"), number);
        let answers =
            |number| Parcel::new(shared, (Channel::UntilGone, "answers-until-gone"), number);
        let (unasked, dropped) = (doubt(730), drops(731));
        together(vec![
            case("hung up, and cannot be asked: a person must look", async move {
                let parcel = unasked.sold().faulty(Fault::apply_and_hang_up());
                parcel.labelled().await;
                parcel.until_is("unresolved").await;
                assert_eq!(parcel.submitted(), (1, 1));
                parcel.published(UNRESOLVED).await;
            }),
            case("hung up, and drops the repeat", async move {
                let parcel = dropped.sold().faulty(Fault::apply_and_hang_up());
                parcel.labelled().await;
                parcel.is_confirmed("accepted", (2, 1)).await;
                let bodies: Vec<_> = parcel.submissions().into_iter().map(|s| s.raw_body).collect();
                assert_eq!(bodies[0], bodies[1], "the repeat is another request");
            }),
            tried_again("429, wait 3 s", answers(732), too_many(Some(3))),
            tried_again("401 once", answers(733), Answer::Unauthorized),
            tried_again("a firewall's page", answers(734), Answer::Firewall),
        ])
        .await;
    });
}

/// A carrier that the channel cannot take is refused by name before anything is sent. Where the channel has a name for all
/// other carriers, that name is sent.
#[test]
fn a_carrier_that_cannot_be_taken_is_refused_before_it_is_sent() {
    run(|shared| async move {
        let pony = |parcel: &Parcel| {
            let mut label = parcel.label();
            label.detail["carrier"] = "Pony Express".into();
            label
        };
        let refused =
            [(Channel::Wish, "carriers-wish", 740), (Channel::Groupon, "carriers-groupon", 741)];
        for (channel, partner, number) in refused {
            let parcel = Parcel::new(shared, (channel, partner), number).sold();
            parcel.put(&[pony(&parcel)]).await;
            let package = parcel.until_is("rejected").await;
            let words = package["detail"]["message"].as_str().unwrap_or_default();
            assert!(words.contains("Pony Express") && words.contains("allowed"), "{words}");
            assert_eq!(parcel.submitted(), (0, 0));
        }
        let parcel = Parcel::new(shared, (Channel::Ebay, "carriers-ebay"), 742).sold();
        parcel.put(&[pony(&parcel)]).await;
        parcel.is_confirmed("accepted", (1, 1)).await;
        assert_eq!(parcel.submissions()[0].body["shippingCarrierCode"], "Other");
    });
}

/// Each code that the registry has for a channel, held against the list of its marketplace.
struct NotTaken(Vec<&'static str>);

impl ::channels::Visitor for NotTaken {
    type Output = Vec<String>;

    fn visit<M: ::channels::Marketplace>(self) -> Vec<String> {
        let codes = M::CARRIERS.into_iter();
        let all = codes.flat_map(|codes| codes.carriers().flat_map(|one| codes.codes_of(one)));
        let refused = all.filter(|code| !self.0.is_empty() && !self.0.contains(code));
        refused.map(|code| format!("{}: {code}", M::CHANNEL)).collect()
    }
}

/// The marketplaces' lists were written from what their vendors and others publish, the registry from what leads to a code.
#[tokio::test]
async fn each_code_that_is_sent_is_one_that_its_marketplace_takes() {
    let shops = marketplaces::Marketplaces::start(marketplaces::Options::demo()).await;
    let shops = shops.expect("the fake marketplaces start");
    let refused = Channel::ALL.into_iter().flat_map(|channel| {
        let shop = shops.shop(channel.name()).expect("each channel has a fake marketplace");
        ::channels::visit(channel, NotTaken(shop.carrier_codes()))
    });
    assert_eq!(refused.collect::<Vec<_>>(), [""; 0]);
}
