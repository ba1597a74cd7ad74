//! The marketplaces: a confirmation becomes an HTTP request, and an HTTP answer becomes an outcome. Nothing here does I/O or
//! reads a clock. Each marketplace is a folder, and its facts are data with their source.

pub mod about;
pub mod carriers;

mod amazon;
mod answer;
mod answer_rows;
mod back_market;
mod business_days;
mod ebay;
mod groupon;
mod held_number;
mod marketplace;
mod oauth;
mod secret;
mod until_gone;
mod wire;
mod wish;

pub use amazon::{
    Amazon, Credentials as AmazonCredentials, OrderChange, Subscription as AmazonSubscription,
    Subscriptions as AmazonSubscriptions,
};
pub use answer_rows::{Provenance, Row, Says};
pub use back_market::{BackMarket, Credentials as BackMarketCredentials};
pub use business_days::{Calendar, Holiday};
pub use ebay::{Credentials as EbayCredentials, Ebay};
pub use groupon::{
    Api as GrouponApi, Credentials as GrouponCredentials, Groupon, Page as GrouponPage,
};
pub use marketplace::{
    AccountReading, Answer, Class, Destination, Limits, Marketplace, Rate, Token, Unbuildable,
    Verdict, Visitor, seal,
};
pub use secret::read_credentials;
pub use until_gone::{Credentials as UntilGoneCredentials, UntilGone, WebhookUrl};
pub use wish::{CountryCode, Credentials as WishCredentials, Wish};

use domain::{Channel, ChannelSettings, MerchantAccount};

/// The business days by which the ship-by of a channel is reckoned, where it tells none (rule S9).
pub const fn calendar(channel: Channel) -> Option<&'static Calendar> {
    match channel {
        Channel::Groupon => Some(&groupon::CALENDAR),
        Channel::Amazon
        | Channel::Ebay
        | Channel::Wish
        | Channel::BackMarket
        | Channel::UntilGone => None,
    }
}

/// The account that a partner's settings name, by which its channel's own notifications find it (rule S6).
pub fn merchant_account(settings: &ChannelSettings) -> Option<MerchantAccount> {
    amazon::linked(settings)
}

/// Does something with the marketplace of a channel.
pub fn visit<V: Visitor>(channel: Channel, visitor: V) -> V::Output {
    match channel {
        Channel::Amazon => visitor.visit::<Amazon>(),
        Channel::Ebay => visitor.visit::<Ebay>(),
        Channel::Wish => visitor.visit::<Wish>(),
        Channel::BackMarket => visitor.visit::<BackMarket>(),
        Channel::Groupon => visitor.visit::<Groupon>(),
        Channel::UntilGone => visitor.visit::<UntilGone>(),
    }
}
