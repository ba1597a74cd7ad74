//! The links of partners with accounts that everybody can see (rule S6). Each is an item of its own, beside the partner's.

use crate::{MerchantId, Moment, PartnerId, SellerId, Text};

/// An account at a marketplace, as the marketplace's own notifications name it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MerchantAccount {
    /// Who sells.
    pub merchant: MerchantId,
    /// Where, by the channel's own id, such as `ATVPDKIKX0DER`.
    pub marketplace: Text,
}

/// A partner's link with such an account: its word that the account is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MerchantLink {
    /// The account.
    pub account: MerchantAccount,
    /// The tenant.
    pub seller: SellerId,
    /// Its partner.
    pub partner: PartnerId,
    /// Since when the partner is linked, with the credentials that it has.
    pub since: Moment,
    /// Since when it is believed, if it is: the channel has shown an order of the account to the partner's credentials.
    pub believed_at: Option<Moment>,
}
