//! One stack for all tests of this binary: it is started by the first that needs it and ends with the process. Tests
//! keep apart by using orders, and where settings matter partners, of their own.

use adapters::aws::Aws;
use domain::{Channel, Timing};
use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, join_all};
use local::{NewPartner, Options, Stack, day};
use marketplaces::{AmazonAccount, BackMarketAccount, Marketplaces};
use serde_json::{Value, json};
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::OnceLock;
use tokio::runtime::{Builder, Runtime};

/// The stack, its marketplaces, and the runtime they live in.
pub(crate) struct Shared {
    runtime: Runtime,
    /// The stack, with the partners of [`day::PARTNERS`] and [`PARTNERS`] and an IMEI window of a minute.
    pub(crate) stack: Stack,
    /// Its marketplaces.
    pub(crate) shops: Marketplaces,
    /// The product's own ports over the stack.
    pub(crate) aws: Aws,
}

const fn amazon(id: &'static str) -> NewPartner {
    NewPartner::new(id, id, Channel::Amazon)
}

const fn back_market(id: &'static str) -> NewPartner {
    NewPartner::new(id, id, Channel::BackMarket)
}

const ASSIGNED: Timing = Timing::WhenTrackingIsAssigned;

/// Partners beside those of the day. Each has an account of its own, for marketplaces limit requests by account.
const PARTNERS: [NewPartner; 14] = [
    amazon("bad-input-amazon"),
    back_market("bad-input-back-market"),
    amazon("doubt-amazon").timing(ASSIGNED),
    amazon("read-back-amazon").timing(ASSIGNED),
    amazon("answers-amazon").timing(ASSIGNED),
    back_market("doubt-back-market").timing(ASSIGNED),
    back_market("answers-back-market").timing(ASSIGNED),
    amazon("wrong-login-amazon").timing(ASSIGNED),
    back_market("wrong-login-back-market").timing(ASSIGNED),
    amazon("right-login-amazon").timing(ASSIGNED),
    amazon("rules-amazon"),
    back_market("rules-back-market").timing(ASSIGNED),
    amazon("to-never-amazon"),
    amazon("to-assigned-amazon"),
];

/// The partners whose credentials no marketplace knows.
const WRONG_LOGINS: [&str; 2] = ["wrong-login-amazon", "wrong-login-back-market"];

/// The shared stack.
pub(crate) fn shared() -> &'static Shared {
    static SHARED: OnceLock<Shared> = OnceLock::new();
    SHARED.get_or_init(|| {
        let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
        let opened = runtime.block_on(open());
        let (stack, shops) = opened.unwrap_or_else(|error| panic!("{}", chain(&error)));
        let aws = stack.aws();
        Shared { runtime, stack, shops, aws }
    })
}

/// Runs a test's work on the shared stack's runtime.
pub(crate) fn run<F: Future>(work: impl FnOnce(&'static Shared) -> F) -> F::Output {
    let shared = shared();
    shared.runtime.block_on(work(shared))
}

/// A part of a test that runs beside others: what it shows, and its work.
pub(crate) type Case = (&'static str, LocalBoxFuture<'static, ()>);

/// Runs the cases at the same time, to their ends. Their failures are printed as they happen, and counted here.
pub(crate) async fn together(cases: Vec<Case>) {
    let guarded = cases.into_iter().map(|(name, work)| async move {
        AssertUnwindSafe(work).catch_unwind().await.is_err().then_some(name)
    });
    let failed: Vec<&str> = join_all(guarded).await.into_iter().flatten().collect();
    assert!(failed.is_empty(), "failed: {failed:#?}");
}

async fn open() -> Result<(Stack, Marketplaces), local::Error> {
    let accounts = PARTNERS.iter().filter(|partner| !WRONG_LOGINS.contains(&partner.id));
    let mut options = marketplaces::Options::demo();
    options.amazon.accounts.extend(accounts.clone().map(|partner| amazon_account(partner.id)));
    options.back_market.accounts.extend(accounts.map(|partner| back_market_account(partner.id)));
    let (stack, shops) = day::open_with(Options::new(""), options).await?;
    stack.register(&PARTNERS).await?;
    for partner in &PARTNERS {
        put_secret(&stack, partner).await;
    }
    Ok((stack, shops))
}

fn amazon_account(name: &str) -> AmazonAccount {
    let demo = AmazonAccount::demo();
    AmazonAccount { name: name.to_owned(), refresh_token: format!("Atzr|{name}"), ..demo }
}

fn back_market_account(name: &str) -> BackMarketAccount {
    BackMarketAccount { name: name.to_owned(), token: name.to_owned() }
}

/// Puts the credentials of the partner's own account in place of the day's.
async fn put_secret(stack: &Stack, partner: &NewPartner) {
    let secret: Value = if partner.channel == Channel::Amazon {
        let account = amazon_account(partner.id);
        json!({ "client_id": account.client_id, "client_secret": account.client_secret,
            "refresh_token": account.refresh_token })
    } else {
        json!({ "token": back_market_account(partner.id).token })
    };
    let (stack_name, seller) = (&stack.state().stack, local::SELLER);
    let name = format!("{stack_name}/{}/{seller}/{}", partner.channel, partner.id);
    let put = stack.secrets().put_secret_value().secret_id(name).secret_string(secret.to_string());
    put.send().await.expect("the secret is there");
}

fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}
