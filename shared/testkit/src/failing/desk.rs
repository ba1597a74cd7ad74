//! The same for what only the settings API needs of the world.

use super::{Failing, Port, down};
use domain::{OrderKey, Partner, PartnerId, SellerId};
use flows::ports::{
    AttentionPlace, Desk, ImeiPlace, SaveError, SecretError, SeenPlace, StoreError, Stored,
};

impl<P: Desk> Desk for Failing<P> {
    async fn partners(&self, seller: &SellerId) -> Result<Vec<Partner>, StoreError> {
        self.call(Port::Partners, self.inner.partners(seller), |_| Err(down())).await
    }

    async fn put_partner(&self, partner: &Partner) -> Result<(), SaveError> {
        self.call(Port::PutPartner, self.inner.put_partner(partner), |_| Err(down().into())).await
    }

    async fn newest(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<SeenPlace>,
        count: u16,
    ) -> Result<(Vec<SeenPlace>, bool), StoreError> {
        let newest = self.inner.newest(seller, partner, after, count);
        self.call(Port::Newest, newest, |_| Err(down())).await
    }

    async fn attention(
        &self,
        seller: &SellerId,
        after: Option<AttentionPlace>,
        count: u16,
    ) -> Result<(Vec<AttentionPlace>, bool), StoreError> {
        let attention = self.inner.attention(seller, after, count);
        self.call(Port::Attention, attention, |_| Err(down())).await
    }

    async fn lacking_imeis(
        &self,
        seller: &SellerId,
        partner: &PartnerId,
        after: Option<ImeiPlace>,
        count: u16,
    ) -> Result<(Vec<ImeiPlace>, bool), StoreError> {
        let lacking = self.inner.lacking_imeis(seller, partner, after, count);
        self.call(Port::LackingImeis, lacking, |_| Err(down())).await
    }

    async fn orders(&self, keys: Vec<OrderKey>) -> Result<Vec<Stored>, StoreError> {
        self.call(Port::Orders, self.inner.orders(keys), |_| Err(down())).await
    }

    async fn write_secret(&self, name: &str, text: &str) -> Result<(), SecretError> {
        let failed = |_| Err(SecretError("as planned".to_owned()));
        self.call(Port::WriteSecret, self.inner.write_secret(name, text), failed).await
    }
}
