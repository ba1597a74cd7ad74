//! A partner's own pairs of words and codes (rule K2), and carriers that its channel does not list (rule K3).

use channels::Amazon;
use domain::{
    CarrierPair, CarrierPairs, EventKind, OrderKey, PairsChange, Partner, UnlistedCarrier,
};
use flows::Handled;
use flows::ports::{HttpError, Lists as _, OwnCarriers as _, Registry as _};
use rstest::rstest;
use serde_json::Value;
use testkit::fixtures::*;
use testkit::{Deployment, Event, Port, amazon, at, take_events, text};

fn pair(carrier: &str, service: &str, code: &str) -> CarrierPair {
    let service = (!service.is_empty()).then(|| text(service));
    CarrierPair { carrier: text(carrier), service, code: text(code) }
}

/// Puts pairs as the API does.
async fn put(deployment: &Deployment, partner: &Partner, pairs: &[CarrierPair]) {
    let memory = &deployment.memory;
    memory.expect_carrier_pairs(partner).await.expect("it is noted");
    let before = memory.carrier_pairs(&partner.seller, &partner.id).await.expect("readable");
    let after = before.changed(pairs.to_vec(), PairsChange { at: at(0), by: text("ann") });
    memory.put_carrier_pairs(partner, &after).await.expect("they are saved");
}

fn label_by(carrier: &str, service: &str) -> Event {
    let label = amazon_label().with("carrier", carrier);
    if service.is_empty() {
        label.with("service", Value::Null)
    } else {
        label.with("service", service)
    }
}

/// The carriers that Amazon was told, and the names beside them, request by request.
fn told(deployment: &Deployment) -> Vec<(String, String)> {
    let sent = deployment.memory.sent();
    let confirmations =
        sent.iter().filter(|sent| sent.uri().path().ends_with("shipmentConfirmation"));
    let carrier = |body: &[u8]| {
        let body: Value = serde_json::from_slice(body).expect("JSON");
        let of = |field: &str| {
            let told = body.pointer(&format!("/packageDetail/{field}"));
            told.and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        (of("carrierCode"), of("carrierName"))
    };
    confirmations.map(|sent| carrier(sent.body())).collect()
}

#[rstest]
#[case::no_pair(&[], ("Kestrel Couriers", "Ground"), ("Other", "Kestrel Couriers"))]
#[case::a_code_of_amazons(&[pair("Kestrel Couriers", "", "OnTrac")], ("Kestrel Couriers", "Ground"), ("OnTrac", "OnTrac"))]
#[case::spelt_otherwise(&[pair("Kestrel Couriers", "", "fedex smart-post")], ("Kestrel Couriers", ""), ("FedEx SmartPost", "FedEx SmartPost"))]
#[case::a_name(&[pair("KSTRL-7", "", "Kestrel of Leeds")], ("kstrl7", "Ground"), ("Other", "Kestrel of Leeds"))]
#[case::case_blanks_and_signs(&[pair("kestrel-COURIERS", "", "GLS")], ("Kestrel  Couriers.", "x"), ("GLS", "GLS"))]
#[case::another_script(&[pair("黒猫", "", "YamatoTransport")], ("黒猫", ""), ("YamatoTransport", "YamatoTransport"))]
#[case::before_the_registry(&[pair("UPS", "", "UPSMI")], ("UPS", "Ground"), ("UPSMI", "UPSMI"))]
#[case::with_the_service_first(&[pair("UPS", "", "UPSMI"), pair("UPS", "Sure Post", "USPS")], ("ups", "SurePost"), ("USPS", "USPS"))]
#[case::of_another_service(&[pair("UPS", "Sure Post", "USPS")], ("UPS", "Ground"), ("UPS", "UPS"))]
#[case::a_label_without_service(&[pair("UPS", "Ground", "USPS")], ("UPS", ""), ("UPS", "UPS"))]
#[case::part_of_the_words(&[pair("Kestrel", "", "GLS")], ("Kestrel Couriers", ""), ("Other", "Kestrel Couriers"))]
#[tokio::test(start_paused = true)]
async fn k2_a_pair_says_what_the_channel_is_told(
    #[case] pairs: &[CarrierPair],
    #[case] (carrier, service): (&str, &str),
    #[case] (code, name): (&str, &str),
) {
    let mut deployment = deployment_under(ASSIGNED);
    if !pairs.is_empty() {
        put(&deployment, &amazon(), pairs).await;
    }
    deployment.put_event(&label_by(carrier, service));
    deployment.until_quiet().await;
    assert_eq!(told(&deployment), [(code.to_owned(), name.to_owned())]);
}

/// Pairs count until the claim: a repeat of what is in doubt uses what was claimed.
#[rstest]
#[case::changed(&[pair("Kestrel Couriers", "", "GLS")])]
#[case::taken_back(&[])]
#[tokio::test(start_paused = true)]
async fn k2_a_repeat_uses_the_code_that_was_claimed(#[case] later: &[CarrierPair]) {
    let mut deployment = deployment_under(ASSIGNED);
    put(&deployment, &amazon(), &[pair("Kestrel Couriers", "", "OnTrac")]).await;
    let (shops, mut is_first) = (deployment.memory.shops().clone(), true);
    deployment.memory.serve(move |request| {
        let is_confirmation = request.uri().path().ends_with("shipmentConfirmation");
        if is_confirmation && std::mem::take(&mut is_first) {
            return Err(HttpError::Unknown("connection reset".to_owned()));
        }
        shops.answer(request)
    });
    let (invocation, body) = (deployment.invocation(), label_by("Kestrel Couriers", "").body());
    take_events(&*deployment.ports, &[body], EventKind::LabelCreated, &invocation).await;
    assert_eq!(ring_at::<Amazon>(&mut deployment, &amazon_key()).await, Handled::Done);
    let locked = code_in_lock(&deployment, &amazon_key());
    assert_eq!(locked.as_deref(), Some("OnTrac"));
    put(&deployment, &amazon(), later).await;
    deployment.until_quiet().await;
    assert_eq!(code_in_lock(&deployment, &amazon_key()), locked);
    let codes: Vec<String> = told(&deployment).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["OnTrac", "OnTrac"]);
}

fn code_in_lock(deployment: &Deployment, key: &OrderKey) -> Option<String> {
    let stored = deployment.memory.stored(key)?;
    let package = stored.order.packages.values().next()?;
    let code = package.lock()?.seal.as_ref()?.carrier_code.clone()?;
    Some(code.as_str().to_owned())
}

async fn unlisted(deployment: &Deployment) -> Vec<UnlistedCarrier> {
    let partner = amazon();
    deployment.memory.unlisted_carriers(&partner.seller, &partner.id).await.expect("readable")
}

/// How many labels named each carrier that is not listed.
async fn counted(deployment: &Deployment) -> Vec<(String, usize)> {
    let carriers = unlisted(deployment).await;
    carriers.iter().map(|one| (one.carrier.as_str().to_owned(), one.labels)).collect()
}

#[rstest]
#[case::listed("UPS", &[])]
#[case::listed_by_another_name("United Parcel Service", &[])]
#[case::unknown("Kestrel Couriers", &[("Kestrel Couriers", 1)])]
#[case::known_and_not_listed("United Delivery Service", &[("United Delivery Service", 1)])]
#[case::no_letters("***", &[("***", 1)])]
#[case::another_script("黒猫", &[("黒猫", 1)])]
#[tokio::test(start_paused = true)]
async fn k3_a_carrier_that_is_not_listed_is_noted(
    #[case] carrier: &str,
    #[case] expected: &[(&str, usize)],
) {
    let mut deployment = deployment_under(MOVES);
    deployment.put_event(&label_by(carrier, ""));
    deployment.until_quiet().await;
    let expected: Vec<(String, usize)> =
        expected.iter().map(|(carrier, labels)| ((*carrier).to_owned(), *labels)).collect();
    assert_eq!(counted(&deployment).await, expected);
    let noted = deployment.ports.take_calls().contains(&Port::NoteUnlisted);
    assert_eq!(noted, !expected.is_empty(), "a usual label costs nothing");
}

/// Each label counts once, however often it comes and however its carrier is spelt.
#[rstest]
#[tokio::test(start_paused = true)]
async fn k3_each_label_counts_once() {
    let mut deployment = deployment_under(MOVES);
    let other = |order: &str| amazon_label_of(order, "KC12345678");
    for label in [
        label_by("Kestrel Couriers", ""),
        label_by("Kestrel Couriers", ""),
        other("902-2").with("carrier", "KESTREL COURIERS"),
        other("902-3").with("carrier", "kestrel-couriers"),
        other("902-4").with("carrier", "Kestrel Couriers").with("kind", "return"),
    ] {
        deployment.put_event(&label);
        deployment.until_quiet().await;
    }
    assert_eq!(counted(&deployment).await, [("Kestrel Couriers".to_owned(), 3)]);
}

/// A label for which there is a pair needs nobody; and one that comes with a pair at the same time is not left behind.
#[rstest]
#[case::before(true)]
#[case::at_the_same_time(false)]
#[tokio::test(start_paused = true)]
async fn k3_a_pair_leaves_nothing_to_look_at(#[case] is_before: bool) {
    let mut deployment = deployment_under(MOVES);
    let pairs = [pair("Kestrel Couriers", "", "OnTrac")];
    if is_before {
        put(&deployment, &amazon(), &pairs).await;
    } else {
        // The pairs are saved after the label's function has read its partner.
        let (partner, memory) = (amazon(), deployment.memory.meanwhile());
        let change = PairsChange { at: at(0), by: text("ann") };
        let saved = CarrierPairs::default().changed(pairs.to_vec(), change);
        memory.put_carrier_pairs(&partner, &saved).await.expect("they are saved");
    }
    deployment.put_event(&label_by("Kestrel Couriers", ""));
    deployment.until_quiet().await;
    assert_eq!(counted(&deployment).await, []);
    assert_eq!(deployment.shown(&amazon_key()), "1: waiting movement");
}

/// Only a partner that may have pairs costs a read of them, and only before a claim.
#[rstest]
#[case::without(false)]
#[case::with(true)]
#[tokio::test(start_paused = true)]
async fn k2_only_a_partner_with_pairs_costs_a_read_of_them(#[case] has_pairs: bool) {
    let mut deployment = deployment_under(ASSIGNED);
    if has_pairs {
        put(&deployment, &amazon(), &[pair("Kestrel Couriers", "", "OnTrac")]).await;
    }
    deployment.put_event(&amazon_label());
    deployment.until_quiet().await;
    let calls = deployment.ports.take_calls();
    let reads = calls.iter().filter(|port| **port == Port::CarrierPairs).count();
    assert_eq!(reads, usize::from(has_pairs));
    let notes = calls.iter().any(|port| [Port::NoteUnlisted, Port::EndUnlisted].contains(port));
    assert!(!notes, "what the channel lists is known without a read");
}
