//! The access to the API: whose tokens it takes, and what it answers without a token.

use crate::stack::{Shared, run};
use local::{Error, Options, SELLER, Stack};
use serde_json::{Value, json};
use std::net::TcpListener;
use std::time::Duration;

/// A call that needs a token.
const CALL: &str = "GET /partners";

async fn cognito(shared: &Shared, action: &str, request: Value) -> Value {
    let answer = shared.stack.cognito(action, &request).await;
    answer.unwrap_or_else(|error| panic!("{action}: {error}"))
}

/// Makes another client of a pool.
async fn new_client(shared: &Shared, pool: &str) -> String {
    let request = json!({ "UserPoolId": pool, "ClientName": "another",
        "ExplicitAuthFlows": ["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"] });
    let made = cognito(shared, "CreateUserPoolClient", request).await;
    made["UserPoolClient"]["ClientId"].as_str().expect("a client has an id").to_owned()
}

async fn status(shared: &Shared, call: &str, token: Option<&str>) -> u16 {
    let answer = shared.stack.api(call, token, &[], None).await;
    answer.unwrap_or_else(|error| panic!("{call}: {error}")).status
}

#[test]
fn without_a_token_there_is_the_console_and_its_document() {
    run(|shared| async move {
        let page = shared.stack.api("GET /", None, &[], None).await.expect("it answers");
        assert_eq!(page.status, 200);
        assert!(page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")));
        let document = shared.stack.api("GET /openapi.json", None, &[], None).await;
        let document = document.expect("it answers");
        assert_eq!((document.status, &document.body["openapi"]), (200, &json!("3.1.0")));
        assert_eq!(status(shared, "GET /sign-in", None).await, 200);
        for call in [
            CALL,
            "GET /channels",
            "GET /orders?attention=true",
            "PUT /partners/amazon-us/orders/1/items/1/imeis",
            "GET /trackings/112345678",
            "POST /attention/actions",
            "PUT /partners/amazon-us/settings",
            "POST /",
            "GET //openapi.json/",
            "GET /openapi.json/partners",
            "DELETE /partners/amazon-us",
            "POST /partners/amazon-us/deletion",
            "DELETE /sessions",
            "GET /nothing-of-the-kind",
        ] {
            assert_eq!(status(shared, call, None).await, 401, "{call}");
        }
    });
}

#[test]
fn only_a_token_of_the_pool_for_this_client_is_taken() {
    run(|shared| async move {
        let state = shared.stack.state();
        let ours = shared.stack.token_for(SELLER).await.expect("there are users");
        assert_eq!(status(shared, CALL, Some(&ours)).await, 200);

        let other = shared.stack.token_for("gateway-other").await.expect("there are users");
        let (head, signature) = ours.rsplit_once('.').expect("a token has three parts");
        let (other_head, _) = other.rsplit_once('.').expect("a token has three parts");
        let request = json!({ "PoolName": "another" });
        let pool = cognito(shared, "CreateUserPool", request).await["UserPool"]["Id"].clone();
        let pool = pool.as_str().expect("a pool has an id");
        let client = new_client(shared, pool).await;
        let email = "gateway@example.com";
        let signed_in = shared.stack.sign_in_at((pool, &client), email, Some(SELLER)).await;
        let of_another_pool = signed_in.expect("the pool has a client").id;
        let client = new_client(shared, &state.user_pool).await;
        let ours_too = (state.user_pool.as_str(), client.as_str());
        let signed_in = shared.stack.sign_in_at(ours_too, email, Some(SELLER)).await;
        let for_another_client = signed_in.expect("the pool has a client").id;
        for (what, token) in [
            ("nonsense", "nonsense"),
            ("three parts of nonsense", "e30.e30.e30"),
            ("no signature", &format!("{head}.")),
            ("one seller's token with another's signature", &format!("{other_head}.{signature}")),
            ("a token of another pool", &of_another_pool),
            ("a token for another client", &for_another_client),
        ] {
            assert_eq!(status(shared, CALL, Some(token)).await, 401, "{what}");
        }
    });
}

#[test]
fn a_token_without_a_seller_is_refused() {
    run(|shared| async move {
        let nobody = shared.stack.sign_in("gateway-nobody@example.com", None).await;
        let nobody = nobody.expect("there are users");
        let ours = shared.stack.sign_in("gateway-ours@example.com", Some(SELLER)).await;
        let ours = ours.expect("there are users");
        for (what, token) in [
            ("a user of no seller", nobody.id),
            ("a token that does not say whose user it is", ours.access),
        ] {
            let answer = shared.stack.api(CALL, Some(&token), &[], None).await;
            let answer = answer.expect("it answers");
            assert_eq!(answer.status, 403, "{what}: {}", answer.text);
            assert_eq!(answer.header("content-type"), Some("application/problem+json"));
            assert_eq!(answer.body["status"], 403, "{}", answer.text);
        }
    });
}

#[test]
fn the_page_of_another_site_is_not_let_in() {
    run(|shared| async move {
        let token = shared.stack.token_for(SELLER).await.expect("there are users");
        let asks = [
            ("origin", "https://elsewhere.example"),
            ("access-control-request-method", "PUT"),
            ("access-control-request-headers", "authorization"),
        ];
        for call in ["OPTIONS /partners", "OPTIONS /", "GET /", "GET /openapi.json", CALL] {
            for token in [None, Some(token.as_str())] {
                let answer = shared.stack.api(call, token, &asks, None).await.expect("it answers");
                let lets_in = |name: &&str| name.starts_with("access-control-");
                let names: Vec<_> = answer.headers.keys().map(http::HeaderName::as_str).collect();
                assert!(!names.iter().any(lets_in), "{call}: {names:?}");
            }
        }
    });
}

/// Whoever signed in before is refused by both functions within ten seconds, and whoever signs in again is not.
#[test]
fn ended_sessions_are_over_for_both_functions() {
    run(|shared| async move {
        let token = async |email: &str| {
            let tokens = shared.stack.sign_in(email, Some("gateway-ended")).await;
            tokens.expect("there are users").id
        };
        let (ann, bob) =
            (token("ended-ann@example.com").await, token("ended-bob@example.com").await);
        let calls = [CALL, "GET /attention"];
        for call in calls {
            assert_eq!(status(shared, call, Some(&bob)).await, 200, "{call}");
        }
        let ended = shared.stack.api("DELETE /sessions", Some(&ann), &[], None).await;
        let ended = ended.expect("it answers");
        assert_eq!((ended.status, &ended.body["ended_by"]), (200, &json!("ended-ann@example.com")));
        for call in calls {
            for token in [&ann, &bob] {
                let mut looks = 0;
                while status(shared, call, Some(token)).await != 401 {
                    looks += 1;
                    assert!(looks < 100, "{call} is answered for longer than ten seconds");
                    tokio::time::sleep(Duration::from_millis(300)).await;
                }
            }
        }
        // A token says the second of its sign-in.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let again = token("ended-bob@example.com").await;
        for call in calls {
            assert_eq!(status(shared, call, Some(&again)).await, 200, "{call}");
        }
    });
}

/// The local engine keeps these settings and does not act on them, so this test reads them.
#[test]
fn users_are_made_by_an_administrator_who_says_whose_they_are() {
    run(|shared| async move {
        let state = shared.stack.state();
        let pool = json!({ "UserPoolId": state.user_pool });
        let pool = cognito(shared, "DescribeUserPool", pool).await["UserPool"].clone();
        assert_eq!(pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"], true);
        assert_eq!(pool["UsernameAttributes"], json!(["email"]));

        let client = json!({ "UserPoolId": state.user_pool, "ClientId": state.user_pool_client });
        let client = cognito(shared, "DescribeUserPoolClient", client).await;
        let client = &client["UserPoolClient"];
        assert_eq!(client["ReadAttributes"], json!(["email", "custom:seller_id"]));
        assert_eq!(client["WriteAttributes"], json!(["name"]));
        let flows = json!(["ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
        assert_eq!(client["ExplicitAuthFlows"], flows);
        assert_eq!(client["AllowedOAuthFlows"], json!(["code"]));
        assert!(client["LogoutURLs"][0].as_str().is_some_and(|url| url.ends_with('/')));
        assert_eq!(client["PreventUserExistenceErrors"], "ENABLED");
        assert!(client["ClientSecret"].is_null(), "a page can keep no secret");
    });
}

#[test]
fn a_taken_console_port_is_refused_before_anything_is_built() {
    run(|_shared| async move {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let taken = listener.local_addr().expect("an address").port();
        let options = Options { console_port: Some(taken), ..Options::new("http://127.0.0.1:9") };
        let error = Stack::start(options).await.expect_err("the port is taken");
        assert!(matches!(error, Error::PortTaken { port, .. } if port == taken), "{error}");
        assert!(error.to_string().contains("--console-port"), "{error}");
    });
}
