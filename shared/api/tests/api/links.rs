//! A partner at Amazon is linked with the account that its settings name (rule S6): the link is there before the partner, and is made
//! anew with other credentials, and with another account.

use domain::{MerchantAccount, MerchantLink, PartnerId};
use flows::ports::MerchantLinks as _;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::api_user::*;
use testkit::fixtures::*;
use testkit::{Deployment, at, parsed, text};

const PARTNER: &str = "/partners/amazon-de";

fn partner(settings: &Value, with_credentials: bool) -> Value {
    let mut body = json!({ "channel": "amazon", "name": "Amazon", "settings": settings });
    if with_credentials {
        body["credentials"] =
            json!({ "client_id": "c", "client_secret": "s", "refresh_token": "r" });
    }
    body
}

fn settings(merchant: Option<&str>) -> Value {
    let mut settings = json!({ "region": "eu", "marketplace_id": "A1PA6795UKMFR9" });
    if let Some(merchant) = merchant {
        settings["merchant_id"] = merchant.into();
    }
    settings
}

async fn links(deployment: &Deployment, merchant: &str) -> Vec<MerchantLink> {
    let account =
        MerchantAccount { merchant: parsed(merchant), marketplace: text("A1PA6795UKMFR9") };
    deployment.memory.merchant_links(&account).await.unwrap()
}

async fn registered(merchant: Option<&str>) -> (Deployment, ApiUser) {
    let deployment = deployment_under(MOVES);
    let user = ApiUser::of(&deployment);
    let body = partner(&settings(merchant), true);
    let (status, view) = user.put(PARTNER, &[("if-none-match", "*")], body).await;
    assert_eq!(status, 201, "{view}");
    assert_eq!(view["settings"]["merchant_id"], json!(merchant.filter(|id| !id.is_empty())));
    (deployment, user)
}

#[rstest]
#[case::none(None, 0)]
#[case::a_blank_one(Some(""), 0)]
#[case::one(Some("A1OURSELLER77"), 1)]
#[tokio::test(start_paused = true)]
async fn s6_a_partner_is_linked_with_the_account_it_names(
    #[case] merchant: Option<&str>,
    #[case] expected: usize,
) {
    let (deployment, _) = registered(merchant).await;
    let links = links(&deployment, "A1OURSELLER77").await;
    assert_eq!(links.len(), expected);
    let partner: PartnerId = parsed("amazon-de");
    assert!(links.iter().all(|link| link.partner == partner && link.believed_at.is_none()));
}

/// What was believed of former credentials is not believed of others.
#[rstest]
#[case::the_name_alone(Some("A1OURSELLER77"), false, true)]
#[case::other_credentials(Some("A1OURSELLER77"), true, false)]
#[tokio::test(start_paused = true)]
async fn s6_other_credentials_make_the_link_anew(
    #[case] merchant: Option<&str>,
    #[case] with_credentials: bool,
    #[case] is_believed: bool,
) {
    let (deployment, user) = registered(Some("A1OURSELLER77")).await;
    let [link] = links(&deployment, "A1OURSELLER77").await.try_into().unwrap();
    deployment.memory.believe_link(&link, at(60)).await.unwrap();
    deployment.memory.advance(minutes(5));
    let body = partner(&settings(merchant), with_credentials);
    let (status, view) = user.put(PARTNER, &[("if-match", "\"1\"")], body).await;
    assert_eq!(status, 200, "{view}");
    let [now] = links(&deployment, "A1OURSELLER77").await.try_into().unwrap();
    assert_eq!((now.believed_at.is_some(), now.since == link.since), (is_believed, is_believed));
}

/// One who goes away and comes back begins anew.
#[rstest]
#[tokio::test(start_paused = true)]
async fn s6_another_account_is_another_link() {
    let (deployment, user) = registered(Some("A1OURSELLER77")).await;
    let [link] = links(&deployment, "A1OURSELLER77").await.try_into().unwrap();
    deployment.memory.believe_link(&link, at(60)).await.unwrap();
    for (version, merchant) in [(1, "A2OTHERSELLER"), (2, "A1OURSELLER77")] {
        let version = format!("\"{version}\"");
        let body = partner(&settings(Some(merchant)), false);
        let (status, view) = user.put(PARTNER, &[("if-match", &version)], body).await;
        assert_eq!(status, 200, "{view}");
        let [link] = links(&deployment, merchant).await.try_into().unwrap();
        assert_eq!(link.believed_at, None, "{merchant}");
    }
}

#[rstest]
#[case::another_form(json!("A1 OUR"), "settings.merchant_id")]
#[case::no_text(json!(7), "settings.merchant_id")]
#[case::a_sign(json!("A1#B"), "settings.merchant_id")]
#[tokio::test(start_paused = true)]
async fn a_merchant_of_another_form_is_refused(#[case] merchant: Value, #[case] field: &str) {
    let deployment = deployment_under(MOVES);
    let user = ApiUser::of(&deployment);
    let mut settings = settings(None);
    settings["merchant_id"] = merchant;
    let body = partner(&settings, true);
    let (status, problem) = user.put(PARTNER, &[("if-none-match", "*")], body).await;
    assert_eq!((status, &problem["field"]), (400, &json!(field)), "{problem}");
}
