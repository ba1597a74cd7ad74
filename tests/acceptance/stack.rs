//! One stack for all tests of this binary. The first test that needs the stack starts it, and it ends with the process. Each
//! test uses orders of its own, and partners of its own where settings matter.

use crate::sellers;
use aws::Aws;
use domain::{Channel, Timing};
use futures_util::FutureExt as _;
use futures_util::future::{LocalBoxFuture, join_all};
use local::{NewPartner, Options, Stack, day};
use marketplaces::Marketplaces;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::OnceLock;
use tokio::runtime::{Builder, Runtime};

/// A stack, its marketplaces, and the runtime they live in.
pub(crate) struct Shared {
    runtime: Runtime,
    /// The stack. The shared one has the partners of [`day::partners`] and [`PARTNERS`] and an IMEI window of a minute.
    pub(crate) stack: Stack,
    /// The fake marketplaces of the stack.
    pub(crate) shops: Marketplaces,
    /// The product's own ports over the stack.
    pub(crate) aws: Aws,
}

/// A partner with an account of its own, which confirms on movement.
pub(crate) const fn partner(id: &'static str, channel: Channel) -> NewPartner {
    NewPartner::new(id, id, channel).of_its_own()
}

/// A partner with an account of its own, which confirms on the label.
const fn assigned(id: &'static str, channel: Channel) -> NewPartner {
    partner(id, channel).timing(Timing::WhenTrackingIsAssigned)
}

/// Partners beside those of the day. Each has an account of its own, because marketplaces limit requests by account.
const PARTNERS: [NewPartner; 42] = [
    partner("two-stacks-amazon", Channel::Amazon),
    partner("border-amazon", Channel::Amazon),
    partner("lines-amazon", Channel::Amazon),
    partner("deadlines-amazon", Channel::Amazon),
    assigned("send-after-amazon", Channel::Amazon),
    assigned("verified-amazon", Channel::Amazon),
    partner("in-time-ebay", Channel::Ebay).sending(),
    partner("in-time-amazon", Channel::Amazon).sending(),
    partner("unwatched-amazon", Channel::Amazon),
    partner("watched-amazon", Channel::Amazon),
    partner("looked-at-amazon", Channel::Amazon),
    assigned("unwatched-labels", Channel::Amazon),
    assigned("verified-labels", Channel::Amazon),
    assigned("unwatched-phones", Channel::BackMarket),
    partner("bad-input-amazon", Channel::Amazon),
    partner("bad-input-back-market", Channel::BackMarket),
    assigned("doubt-amazon", Channel::Amazon),
    assigned("read-back-amazon", Channel::Amazon),
    assigned("answers-amazon", Channel::Amazon),
    assigned("doubt-back-market", Channel::BackMarket),
    assigned("answers-back-market", Channel::BackMarket),
    assigned("right-login-amazon", Channel::Amazon),
    partner("rules-amazon", Channel::Amazon),
    assigned("rules-back-market", Channel::BackMarket),
    partner("to-never-amazon", Channel::Amazon),
    partner("to-assigned-amazon", Channel::Amazon),
    assigned("doubt-ebay", Channel::Ebay),
    assigned("answers-ebay", Channel::Ebay),
    assigned("doubt-wish", Channel::Wish),
    assigned("answers-wish", Channel::Wish),
    assigned("tokens-wish", Channel::Wish),
    assigned("doubt-groupon", Channel::Groupon),
    assigned("answers-groupon", Channel::Groupon),
    assigned("doubt-until-gone", Channel::UntilGone),
    assigned("drops-until-gone", Channel::UntilGone).deduping(),
    assigned("answers-until-gone", Channel::UntilGone),
    assigned("paced-amazon", Channel::Amazon),
    assigned("beside-paced-amazon", Channel::Amazon),
    assigned("replaced-amazon", Channel::Amazon),
    assigned("carriers-wish", Channel::Wish),
    assigned("carriers-groupon", Channel::Groupon),
    assigned("carriers-ebay", Channel::Ebay),
];

/// The partner of a channel whose credentials the marketplace does not know.
pub(crate) fn wrong_login(channel: Channel) -> &'static str {
    of_channel("wrong-login", channel)
}

/// An id of a partner for each channel, such as `wrong-login-back-market`.
pub(crate) fn of_channel(id: &str, channel: Channel) -> &'static str {
    format!("{id}-{}", channel.name().replace('_', "-")).leak()
}

/// The partner whose credentials are not known until they are replaced.
const REPLACED: &str = "replaced-amazon";

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

/// A stack of a test's own, beside the shared one, with these partners and an IMEI window of this many minutes. The
/// stack lives until the process ends, or until the test ends it.
pub(crate) fn own(partners: &'static [NewPartner], imei_window_minutes: u32) -> &'static Shared {
    let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let opened = runtime.block_on(async {
        let options = partners.iter().fold(marketplaces::Options::demo(), |options, partner| {
            options.with_account(partner.channel.name(), partner.account)
        });
        let shops = Marketplaces::start(options).await.expect("the fake marketplaces start");
        let options = Options { imei_window_minutes, ..Options::new(shops.base_url()) };
        let stack = Stack::start(options).await?;
        stack.register(partners).await?;
        Ok::<_, local::Error>((stack, shops))
    });
    let (stack, shops) = opened.unwrap_or_else(|error| panic!("{}", chain(&error)));
    let aws = stack.aws();
    Box::leak(Box::new(Shared { runtime, stack, shops, aws }))
}

/// Another stack of this name on the engine of the shared one, as two stacks in one account, with these partners and marketplaces of
/// its own.
pub(crate) fn beside(name: &str, partners: &'static [NewPartner]) -> &'static Shared {
    let first = shared();
    let runtime = Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let opened = runtime.block_on(async {
        let options = partners.iter().fold(marketplaces::Options::demo(), |options, partner| {
            options.with_account(partner.channel.name(), partner.account)
        });
        let shops = Marketplaces::start(options).await.expect("the fake marketplaces start");
        let stack = first.stack.beside(name, Options::new(shops.base_url())).await?;
        stack.register(partners).await?;
        Ok::<_, local::Error>((stack, shops))
    });
    let (stack, shops) = opened.unwrap_or_else(|error| panic!("{}", chain(&error)));
    let aws = stack.aws();
    Box::leak(Box::new(Shared { runtime, stack, shops, aws }))
}

impl Shared {
    /// Runs a test's work on this stack's runtime.
    pub(crate) fn run<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}

/// Runs a test's work on the shared stack's runtime.
pub(crate) fn run<F: Future>(work: impl FnOnce(&'static Shared) -> F) -> F::Output {
    let shared = shared();
    shared.runtime.block_on(work(shared))
}

/// A part of a test that runs beside others: what it shows, and its work.
pub(crate) type Case = (&'static str, LocalBoxFuture<'static, ()>);

/// Runs the cases at the same time, to their ends. Each failure is printed when it happens; the names of the failed cases are
/// in the panic at the end.
pub(crate) async fn together(cases: Vec<Case>) {
    let guarded = cases.into_iter().map(|(name, work)| async move {
        AssertUnwindSafe(work).catch_unwind().await.is_err().then_some(name)
    });
    let failed: Vec<&str> = join_all(guarded).await.into_iter().flatten().collect();
    assert!(failed.is_empty(), "failed: {failed:#?}");
}

async fn open() -> Result<(Stack, Marketplaces), local::Error> {
    let known = PARTNERS.iter().filter(|partner| partner.id != REPLACED);
    let options = known.fold(marketplaces::Options::demo(), |options, partner| {
        options.with_account(partner.channel.name(), partner.account)
    });
    let options = Channel::ALL
        .into_iter()
        .fold(options, |options, channel| options.with_account(channel.name(), sellers::ACCOUNT));
    let options = sellers::WISH_ACCOUNTS
        .into_iter()
        .fold(options, |options, account| options.with_account(Channel::Wish.name(), account));
    let (stack, shops) = day::open_with(Options::new(""), options).await?;
    stack.register(&PARTNERS).await?;
    stack.register(&Channel::ALL.map(|channel| assigned(wrong_login(channel), channel))).await?;
    Ok((stack, shops))
}

fn chain(error: &dyn std::error::Error) -> String {
    match error.source() {
        Some(cause) => format!("{error}: {}", chain(cause)),
        None => error.to_string(),
    }
}
