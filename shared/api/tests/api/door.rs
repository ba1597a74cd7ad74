//! Who is let in: whose session is over, and who makes too many calls.

use api::{Caller, Reply};
use domain::Moment;
use flows::Writer;
use flows::ports::Clock as _;
use http::Method;
use jiff::SignedDuration;
use rstest::rstest;
use serde_json::{Value, json};
use std::rc::Rc;
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{Deployment, Memory};

/// How many calls the people of a seller may make here.
const CALLS_MAX: u32 = 30;

/// How many calls a sandbox lets in before it counts them.
const UNCOUNTED_MAX: u32 = 10;

/// A sandbox of both functions, whose door lets in so many calls.
fn sandbox(deployment: &Deployment) -> Api<Memory> {
    Api::with_door(Rc::new(deployment.memory.clone()), None, door(CALLS_MAX))
}

async fn asks(user: &ApiUser, api: &Api<Memory>, target: &str) -> Reply {
    api.answer(&user.ask(Method::GET, target, &[], ""), &Writer::new("00000000-api1")).await
}

/// How many of so many calls are let in.
async fn let_in(user: &ApiUser, api: &Api<Memory>, calls: u32) -> u32 {
    let mut count = 0;
    for _ in 0..calls {
        count += u32::from(asks(user, api, "/channels").await.status == 200);
    }
    count
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_seller_makes_so_many_calls_in_ten_seconds() {
    let deployment = deployment_under(MOVES);
    let (user, api) = (ApiUser::of(&deployment), sandbox(&deployment));
    assert_eq!(let_in(&user, &api, CALLS_MAX + 5).await, CALLS_MAX);
    let refused = asks(&user, &api, "/orders?attention=true").await;
    // The two functions count together, and the other one has not asked so far.
    assert_eq!(refused.status, 429, "{refused:?}");
    let wait_s = refused.headers.iter().find(|(name, _)| *name == "retry-after");
    let wait_s: i64 = wait_s.expect("it says when").1.parse().expect("a number");
    assert!((1..=10).contains(&wait_s), "{wait_s}");
    assert_eq!(asks(&user, &api, "/").await.status, 200, "the page needs no token");
    let other = ApiUser::of(&deployment).of_seller("globex");
    assert_eq!(let_in(&other, &api, 5).await, 5, "another seller has calls of its own");
    deployment.memory.advance(SignedDuration::from_secs(wait_s));
    assert_eq!(let_in(&user, &api, CALLS_MAX).await, CALLS_MAX);
}

/// Each sandbox may let in a few calls more than it knows of the others', and no more than these.
#[rstest]
#[tokio::test(start_paused = true)]
async fn all_sandboxes_count_together() {
    let deployment = deployment_under(MOVES);
    let user = ApiUser::of(&deployment);
    let sandboxes = [sandbox(&deployment), sandbox(&deployment), sandbox(&deployment)];
    let mut count = 0;
    for _ in 0..CALLS_MAX {
        for api in &sandboxes {
            count += let_in(&user, api, 1).await;
        }
    }
    assert!((CALLS_MAX..=CALLS_MAX + 3 * UNCOUNTED_MAX).contains(&count), "{count}");
    assert_eq!(let_in(&user, &sandbox(&deployment), 3).await, 0, "a new one asks first");
}

/// A person who signed in at a moment.
fn signed_in(user: ApiUser, at: Option<Moment>) -> ApiUser {
    let caller = user.caller.clone().map(|caller| Caller { signed_in_at: at, ..caller });
    ApiUser { caller, ..user }
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn ended_sessions_are_refused_and_new_ones_are_not() {
    let deployment = deployment_under(MOVES);
    let now = deployment.memory.now();
    let person = |at| signed_in(ApiUser::of(&deployment), at);
    let before = person(Some(now.minus(SignedDuration::from_secs(5))));
    let (status, none) = before.get("/sessions").await;
    assert_eq!((status, none), (200, json!({ "ended_at": null, "ended_by": null })));
    let (status, ended, _) = before.call(before.ask(Method::DELETE, "/sessions", &[], "")).await;
    assert_eq!((status, &ended["ended_by"]), (200, &json!("ann@acme.example")), "{ended}");
    let end = deployment.memory.now();
    // A sandbox that is busy knows it ten seconds later.
    deployment.memory.advance(SignedDuration::from_secs(10));
    let after = person(Some(end.plus(SignedDuration::from_secs(1))));
    for (user, expected) in [(&before, 401), (&person(None), 401), (&after, 200)] {
        for target in ["/partners", "/orders?attention=true"] {
            let (status, problem, reply) = user.call(user.ask(Method::GET, target, &[], "")).await;
            assert_eq!(status, expected, "{problem}");
            if expected == 401 {
                let says = problem["detail"].as_str().unwrap_or_default();
                assert!(says.contains("ann@acme.example") && says.contains("sign in again"));
                assert!(reply.headers.iter().any(|(name, _)| *name == "www-authenticate"));
            }
        }
    }
    assert_eq!(after.get("/sessions").await.1, ended);
    let other = ApiUser::of(&deployment).of_seller("globex");
    assert_eq!(other.get("/partners").await.0, 200, "another seller's sessions go on");
}

#[rstest]
#[case::of_a_sign_in(&[("auth_time", "1795446000"), ("iat", "1795449600")], Some(1_795_446_000))]
#[case::of_a_token_alone(&[("iat", "1795449600")], Some(1_795_449_600))]
#[case::none(&[], None)]
#[case::no_number(&[("auth_time", "yesterday")], None)]
fn a_renewed_token_is_as_old_as_its_sign_in(
    #[case] claims: &[(&str, &str)],
    #[case] expected_s: Option<i64>,
) {
    let own = [("custom:seller_id", "acme"), ("email", "ann")];
    let claims = own.iter().chain(claims);
    let claims = claims.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let caller = Caller::of(&claims, SELLER_CLAIM).expect("a caller");
    let expected = expected_s.map(|seconds| Moment::from_millis(seconds * 1_000));
    assert_eq!(caller.signed_in_at, expected);
}

#[rstest]
#[tokio::test(start_paused = true)]
async fn a_seller_has_200_partners_at_most() {
    let user = ApiUser::of(&Deployment::new());
    let body = json!({ "channel": "ebay", "name": "eBay", "settings": {},
        "credentials": { "client_id": "c", "client_secret": "s", "refresh_token": "r" } });
    let register = async |number: u32| -> (u16, Value) {
        let path = format!("/partners/shop-{number}");
        user.put(&path, &[("if-none-match", "*")], body.clone()).await
    };
    let before = user.get("/partners").await.1["partners"].as_array().map_or(0, Vec::len);
    for number in before..200 {
        let number = u32::try_from(number).expect("a small number");
        assert_eq!(register(number).await.0, 201, "{number}");
    }
    let (status, problem) = register(200).await;
    assert_eq!((status, &problem["field"]), (409, &json!("partner")), "{problem}");
    assert!(problem["detail"].as_str().unwrap_or_default().contains("200"), "{problem}");
    assert_eq!(register(100).await.0, 412, "that it is there comes first");
    assert_eq!(user.get("/partners/shop-200").await.0, 404);
}
