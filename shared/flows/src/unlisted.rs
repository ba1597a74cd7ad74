//! The carriers that labels name and the partner's channel does not list (rule K3). A usual label costs nothing here: what its
//! channel lists is known without a read.

use crate::ports::{Clock, OwnCarriers, StoreError, UnlistedCarriers};
use channels::carriers::{Standing, Words, form, own_code};
use channels::{Destination, Marketplace, Visitor, visit};
use domain::{LabelCreated, LabelKind, Partner, Text, UnlistedEnd, UnlistedKey, UnlistedLabel};

/// Notes the carrier of a label that was taken, where neither the channel lists it nor a pair of the partner's own is for it.
///
/// Pairs are read after the label is noted, and a person's change of them is saved before the noted carriers are read. So
/// whichever of the two comes second sees the other.
pub(crate) async fn note_unlisted<P: Clock + OwnCarriers + UnlistedCarriers>(
    ports: &P,
    partner: &Partner,
    label: &LabelCreated,
) -> Result<(), StoreError> {
    let words = words(label);
    if label.kind != LabelKind::Outbound || is_listed(partner, &words) {
        return Ok(());
    }
    let has_pair = async || {
        let own = ports.carrier_pairs(&partner.seller, &partner.id).await?;
        Ok(own_code(&own.pairs, &words).is_some())
    };
    if partner.has_carrier_pairs && has_pair().await? {
        return Ok(());
    }
    let key = UnlistedKey {
        seller: partner.seller.clone(),
        partner: partner.id.clone(),
        form: form(words.carrier),
    };
    let named = format!("{}/{}/{}", label.order_id, label.package_id, label.label_id);
    let noted =
        UnlistedLabel { key, carrier: label.carrier.clone(), label: named, at: ports.now() };
    ports.note_unlisted(&noted).await?;
    if has_pair().await? {
        ports.end_unlisted(&noted.key, &UnlistedEnd::Paired).await?;
    }
    Ok(())
}

fn words(label: &LabelCreated) -> Words<'_> {
    Words {
        carrier: label.carrier.as_str(),
        service: label.service.as_ref().map(Text::as_str).unwrap_or_default(),
        number: label.tracking_number.as_str(),
    }
}

fn is_listed(partner: &Partner, words: &Words<'_>) -> bool {
    visit(partner.settings.channel(), IsListed { partner, words })
}

/// Asks whether a partner's channel lists what a label's words mean, or has no list.
struct IsListed<'a> {
    partner: &'a Partner,
    words: &'a Words<'a>,
}

impl Visitor for IsListed<'_> {
    type Output = bool;

    fn visit<M: Marketplace>(self) -> bool {
        let destination = Destination { partner: self.partner, endpoint: None };
        match M::told_at(destination, self.words) {
            Ok(told) => told.standing != Standing::Unlisted,
            Err(_) => false,
        }
    }
}
