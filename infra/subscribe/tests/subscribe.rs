//! An account is subscribed, shown and ended, at the strict fake marketplace.
#![expect(clippy::expect_used, reason = "a test that cannot go on should stop")]

use aws::{Https, Idle, Reach};
use channels::{AmazonCredentials, Answer, read_credentials};
use domain::{Moment, Partner};
use flows::ports::{Clock, Http, HttpError};
use http::Request;
use jiff::SignedDuration;
use marketplaces::{AmazonSubscribed, DEMO_ACCOUNT, Marketplaces, Options, Rate, credentials};
use subscribe::{Account, Error, Started};
use testkit::{START, amazon};

const ARN: &str = "arn:aws:sqs:us-east-1:123456789012:shipconfirm-amazon-order-change";

/// A connection to the fake marketplaces, and a clock that stands.
struct Ports(Https);

impl Http for Ports {
    async fn http(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        self.0.send(request).await
    }
}

impl Clock for Ports {
    fn now(&self) -> Moment {
        START
    }

    async fn sleep(&self, _: SignedDuration) {}
}

/// The marketplaces, and what it takes to call them.
struct World {
    marketplaces: Marketplaces,
    endpoint: String,
    ports: Ports,
    partner: Partner,
}

impl World {
    async fn start() -> Self {
        let mut options = Options::demo();
        options.amazon.notifications_rate = Rate::UNLIMITED;
        let marketplaces = Marketplaces::start(options).await.expect("a free port");
        let partner = amazon();
        let settings = partner.settings.clone().with("merchant_id", "A1OURSELLER77");
        Self {
            endpoint: marketplaces.base_url(),
            marketplaces,
            ports: Ports(Https::new(Reach::Anywhere, Idle::Kept)),
            partner: Partner { settings, ..partner },
        }
    }

    fn account<'a>(&'a self, credentials: &'a AmazonCredentials) -> Account<'a, Ports> {
        Account {
            ports: &self.ports,
            partner: &self.partner,
            credentials,
            endpoint: Some(&self.endpoint),
        }
    }

    fn queues(&self) -> Vec<String> {
        let all = self.marketplaces.amazon().subscriptions();
        all.into_iter().map(|AmazonSubscribed { queue, .. }| queue).collect()
    }
}

fn known() -> AmazonCredentials {
    read_credentials(&credentials("amazon", DEMO_ACCOUNT).to_string()).expect("credentials")
}

#[tokio::test]
async fn an_account_is_subscribed_once_shown_and_ended() {
    let (world, credentials) = (World::start().await, known());
    let account = world.account(&credentials);
    assert_eq!(account.show().await.expect("shown"), None);
    let Started::New(made) = account.start(ARN).await.expect("subscribed") else {
        panic!("it was not subscribed before")
    };
    assert_eq!(world.queues(), [ARN]);
    assert_eq!(account.show().await.expect("shown").as_ref(), Some(&made));
    assert_eq!(account.start(ARN).await.expect("as before"), Started::Before(made.clone()));
    assert_eq!(account.end().await.expect("ended"), Some(made));
    assert_eq!(world.queues(), [""; 0]);
    assert_eq!(account.end().await.expect("nothing to end"), None);
}

/// An account has one subscription of a kind. What another system is told must not be taken from it.
#[tokio::test]
async fn a_subscription_to_somewhere_else_is_left_alone() {
    let (world, credentials) = (World::start().await, known());
    let account = world.account(&credentials);
    account.start("arn:aws:sqs:us-east-1:123456789012:another").await.expect("subscribed");
    let error = account.start(ARN).await.expect_err("it is subscribed");
    assert!(matches!(error, Error::Elsewhere(_)), "{error}");
    assert_eq!(world.queues(), ["arn:aws:sqs:us-east-1:123456789012:another"]);
}

/// Nothing that Amazon sends would find the partner.
#[tokio::test]
async fn a_partner_without_a_merchant_is_not_subscribed() {
    let (mut world, credentials) = (World::start().await, known());
    world.partner = amazon();
    let error = world.account(&credentials).start(ARN).await.expect_err("no merchant_id");
    assert!(error.to_string().contains("merchant_id"), "{error}");
    assert_eq!(world.marketplaces.amazon().requests().token, 0, "nobody was asked");
}

#[tokio::test]
async fn a_refusal_is_shown_and_no_secret_is() {
    let world = World::start().await;
    let wrong = r#"{"client_id":"x","client_secret":"s3cr3t","refresh_token":"s3cr3t"}"#;
    let credentials: AmazonCredentials = read_credentials(wrong).expect("credentials");
    let error = world.account(&credentials).show().await.expect_err("it knows nobody");
    assert_eq!(
        error.to_string(),
        "Amazon refused to give out a token: Client authentication failed"
    );
    let bad = world.account(&known()).start("not an arn").await.expect_err("it is no queue");
    assert!(bad.to_string().starts_with("Amazon refused to make a destination: 400"), "{bad}");
    assert!(!format!("{error:?}{bad:?}").contains("s3cr3t"));
}
