//! A seller's day in stories. Each story plays one thing that happens to an order, with real input where vendors
//! publish some, and says how the order must end. `cargo demo` shows the day, and an acceptance test plays it.

mod amazon;
mod back_market;
mod ebay;
mod expect;
mod groupon;
mod show;
mod until_gone;
mod watch;
mod wish;
mod world;

pub use expect::{Ending, Expect, MarketplaceRecord};
pub use show::{LiveTable, table};
pub use world::World;

use crate::{Error, NewPartner, Options, Stack};
use domain::Channel;
use futures_util::future::{LocalBoxFuture, join_all};
use marketplaces::Marketplaces;
use std::cell::RefCell;
use std::time::Duration;

/// How long a confirmation waits for IMEIs on this day. The template's hour would make the demo too long. Unit:
/// minutes.
pub const IMEI_WINDOW_MINUTES: u32 = 1;

/// A channel's part of the day.
pub(crate) struct ChannelDay {
    /// The accounts that its stories need, the standard one first.
    pub(crate) partners: &'static [NewPartner],
    stories: fn() -> Vec<Story>,
}

/// The channels, in the order of the day.
pub(crate) const CHANNELS: [ChannelDay; Channel::ALL.len()] = [
    ChannelDay { partners: amazon::PARTNERS, stories: amazon::stories },
    ChannelDay { partners: back_market::PARTNERS, stories: back_market::stories },
    ChannelDay { partners: ebay::PARTNERS, stories: ebay::stories },
    ChannelDay { partners: wish::PARTNERS, stories: wish::stories },
    ChannelDay { partners: groupon::PARTNERS, stories: groupon::stories },
    ChannelDay { partners: until_gone::PARTNERS, stories: until_gone::stories },
];

/// The accounts of the day, one for each setting that a story needs.
pub fn partners() -> Vec<NewPartner> {
    CHANNELS.iter().flat_map(|of| of.partners).copied().collect()
}

/// The function that plays a story.
type Play = for<'a> fn(&'a World<'a>, &'a Story) -> LocalBoxFuture<'a, Result<(), Error>>;

/// One thing that happens to an order.
#[derive(Clone, Debug)]
pub struct Story {
    /// What the story shows, for people.
    pub title: &'static str,
    /// The id of the partner who sold the order.
    pub partner: &'static str,
    /// The order's number at the marketplace.
    pub order: &'static str,
    /// The parcel's tracking number at the end of the story.
    pub tracking: &'static str,
    /// How the order must end.
    pub expect: Expect,
    play: Play,
}

/// The day's stories.
pub fn stories() -> Vec<Story> {
    CHANNELS.iter().flat_map(|of| (of.stories)()).chain(watch::stories()).collect()
}

/// How often the day runs the sweep, beside its schedule of a minute. Timers then end sooner.
const SWEEP_EVERY: Duration = Duration::from_secs(5);

/// Starts a stack for the day, with its fake marketplaces and partners.
///
/// # Errors
///
/// Something is missing or broken on this machine, or a partner cannot be registered.
pub async fn open(options: Options) -> Result<(Stack, Marketplaces), Error> {
    open_with(options, marketplaces::Options::demo()).await
}

/// Starts a stack for the day, as [`open`] does, with other options of the fake marketplaces.
///
/// # Errors
///
/// As for [`open`].
pub async fn open_with(
    options: Options,
    shops: marketplaces::Options,
) -> Result<(Stack, Marketplaces), Error> {
    let shops =
        Marketplaces::start(shops).await.map_err(Error::io("start the fake marketplaces"))?;
    let options = Options {
        marketplace_endpoint: shops.base_url(),
        imei_window_minutes: IMEI_WINDOW_MINUTES,
        ..options
    };
    let stack = Stack::start(options).await?;
    stack.register(&partners()).await?;
    Ok((stack, shops))
}

/// Plays all stories at the same time. Returns how each ended, in the order of the stories.
///
/// It calls `watch` about once a second with how the stories stand.
///
/// # Errors
///
/// The stack failed.
pub async fn play(
    world: &World<'_>,
    stories: &[Story],
    watch: impl FnMut(&[Ending]),
) -> Result<Vec<Ending>, Error> {
    let endings = RefCell::new(stories.iter().map(Ending::begin).collect::<Vec<_>>());
    let watch = RefCell::new(watch);
    let all = join_all(stories.iter().enumerate().map(|(place, story)| {
        let endings = &endings;
        async move {
            let ended = story.run(world, |ending| {
                if let Some(slot) = endings.borrow_mut().get_mut(place) {
                    *slot = ending;
                }
            });
            ended.await
        }
    }));
    let beside = async {
        loop {
            tokio::time::sleep(Duration::from_secs(1)).await;
            (watch.borrow_mut())(&endings.borrow());
        }
    };
    let sweep = async {
        loop {
            tokio::time::sleep(SWEEP_EVERY).await;
            let swept = world.stack.invoke("sweep", &serde_json::json!({})).await;
            if let Err(error) = swept {
                break error;
            }
        }
    };
    let results = tokio::select! {
        results = all => results,
        () = beside => Vec::new(),
        error = sweep => return Err(error),
    };
    results.into_iter().collect::<Result<Vec<()>, Error>>()?;
    let mut endings = endings.into_inner();
    expect::check_published(world, stories, &mut endings).await?;
    (watch.into_inner())(&endings);
    Ok(endings)
}

impl Story {
    /// Plays the story and waits for its end. It calls `tell` again and again with how the story stands.
    async fn run(&self, world: &World<'_>, mut tell: impl FnMut(Ending)) -> Result<(), Error> {
        (self.play)(world, self).await?;
        world.wait_for(self, &mut tell).await
    }
}
