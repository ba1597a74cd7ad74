//! A partner's own pairs of words and codes (rule K2), and the carriers that its labels name and its channel does not list
//! (rule K3).

use super::SettingsCall;
use crate::body::{self, Fields};
use crate::problem::Problem;
use crate::reply::Reply;
use crate::views::unlisted_view;
use channels::carriers::{are_for_same_words, form, pair_fault};
use domain::{
    CARRIER_PAIRS_MAX, CarrierPair, CarrierPairs, Channel, Fault, PairsChange, Partner, PartnerId,
    TEXT_MAX, UnlistedEnd,
};
use flows::ports::{SaveError, SettingsDesk};
use serde_json::{Value, json};

/// The fields of a pair.
const PAIR: [&str; 3] = ["carrier", "service", "code"];

impl<P: SettingsDesk> SettingsCall<'_, P> {
    /// `GET /partners/{partner}/carriers`.
    pub(super) async fn carriers(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let partner = self.known(id).await?;
        let pairs = self.desk.carrier_pairs(&partner.seller, id).await?;
        self.carriers_reply(&partner, pairs).await
    }

    /// `PUT /partners/{partner}/carriers`. The whole list takes the place of the one before.
    pub(super) async fn put_carriers(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let Some(version) = self.call.if_match()? else {
            return Err(Problem::Required("If-Match with the ETag that was read"));
        };
        let put = body::read(self.call, &["pairs"])?;
        let given = put.objects("pairs", 0..=CARRIER_PAIRS_MAX, &PAIR)?;
        let partner = self.known(id).await?;
        let pairs = checked(partner.settings.channel(), &given)?;
        let before = self.desk.carrier_pairs(&partner.seller, id).await?;
        if before.version != version {
            return Err(lost(&before));
        }
        // The partner says so first: from then on senders look for pairs.
        if !partner.has_carrier_pairs {
            self.desk.expect_carrier_pairs(&partner).await?;
        }
        let change = PairsChange { at: self.desk.now(), by: self.caller.person.clone() };
        let after = before.clone().changed(pairs, change);
        match self.desk.put_carrier_pairs(&partner, &after).await {
            Ok(()) => {}
            Err(SaveError::Stale(_)) => {
                return Err(lost(&self.desk.carrier_pairs(&partner.seller, id).await?));
            }
            Err(SaveError::Store(error)) => return Err(error.into()),
        }
        self.note_pairs(&partner, &before, &after).await;
        // What a label noted a moment ago is read after the pairs are saved, and a label reads the pairs after it has noted.
        for carrier in self.desk.unlisted_carriers(&partner.seller, id).await? {
            if after.pairs.iter().any(|pair| form(pair.carrier.as_str()) == carrier.key.form) {
                self.desk.end_unlisted(&carrier.key, &UnlistedEnd::Paired).await?;
            }
        }
        self.carriers_reply(&partner, after).await
    }

    /// `POST /partners/{partner}/carriers/aside`: a carrier needs no pair, so it leaves the attention list.
    pub(super) async fn put_carrier_aside(&self, id: &PartnerId) -> Result<Reply, Problem> {
        self.call.parameters([])?;
        let post = body::read(self.call, &["carrier"])?;
        let named = form(post.words("carrier", TEXT_MAX)?.as_str());
        let partner = self.known(id).await?;
        let seller = &partner.seller;
        let carriers = self.desk.unlisted_carriers(seller, id).await?;
        let Some(carrier) = carriers.into_iter().find(|carrier| carrier.key.form == named) else {
            return Err(Problem::not_there("carrier that is not listed", named));
        };
        let by = PairsChange { at: self.desk.now(), by: self.caller.person.clone() };
        self.desk.end_unlisted(&carrier.key, &UnlistedEnd::PutAside(by)).await?;
        let pairs = self.desk.carrier_pairs(seller, id).await?;
        self.carriers_reply(&partner, pairs).await
    }

    async fn carriers_reply(
        &self,
        partner: &Partner,
        pairs: CarrierPairs,
    ) -> Result<Reply, Problem> {
        let unlisted = self.desk.unlisted_carriers(&partner.seller, &partner.id).await?;
        let unlisted: Vec<Value> = unlisted.iter().map(unlisted_view).collect();
        let changed = pairs.changed.as_ref();
        Ok(Reply::ok(&json!({
            "partner_id": partner.id,
            "channel": partner.settings.channel(),
            "pairs": pairs.pairs.iter().map(pair_view).collect::<Vec<_>>(),
            "unlisted": unlisted,
            "version": pairs.version,
            "changed_at": changed.map(|changed| changed.at.to_string()),
            "changed_by": changed.map(|changed| &changed.by),
        }))
        .tagged(pairs.version))
    }
}

/// The pairs that were given, each of them right at this channel, and no two for the same words.
fn checked(channel: Channel, given: &[Fields]) -> Result<Vec<CarrierPair>, Problem> {
    let [carrier, service, code] = PAIR;
    let mut pairs: Vec<CarrierPair> = Vec::with_capacity(given.len());
    for fields in given {
        let pair = CarrierPair {
            carrier: fields.words(carrier, TEXT_MAX)?,
            service: match fields.optional(service)? {
                Some(_) => Some(fields.words(service, TEXT_MAX)?),
                None => None,
            },
            code: fields.words(code, TEXT_MAX)?,
        };
        if let Some(fault) = pair_fault(channel, &pair) {
            return Err(Fault { field: fields.named(&fault.field), ..fault }.into());
        }
        if let Some(place) = pairs.iter().position(|other| are_for_same_words(other, &pair)) {
            let problem = format!("the words are those of pairs[{place}] already");
            return Err(Problem::wrong(&fields.named(carrier), &problem)
                .allowing(&["one pair for each carrier and service"]));
        }
        pairs.push(pair);
    }
    Ok(pairs)
}

/// The problem of pairs that somebody else has changed.
fn lost(now: &CarrierPairs) -> Problem {
    Problem::Lost(match &now.changed {
        Some(PairsChange { at, by }) => {
            format!("the pairs are of version \"{}\" by now, changed by {by} at {at}", now.version)
        }
        None => "there are no pairs yet, which is version \"0\"".to_owned(),
    })
}

fn pair_view(pair: &CarrierPair) -> Value {
    let mut view = json!({ "carrier": pair.carrier, "code": pair.code });
    if let (Some(fields), Some(service)) = (view.as_object_mut(), &pair.service) {
        fields.insert("service".to_owned(), json!(service));
    }
    view
}
