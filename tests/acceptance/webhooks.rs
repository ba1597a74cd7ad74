//! `UntilGone`'s webhooks. The built sender sends them, and an implementation that shares no code with ours verifies them.

use crate::parcel::Parcel;
use crate::python;
use crate::stack::run;
use domain::Channel;
use marketplaces::{Fault, UntilGoneWebhook, credentials};
use serde_json::json;

/// The verdict of the package `standardwebhooks` on a webhook.
fn verified(webhook: &UntilGoneWebhook, secret: &str) -> Result<(), String> {
    let script = python::folder().join("contracts/until_gone/verify.py");
    let given = json!({ "secret": secret, "headers": webhook.headers, "body": webhook.body });
    let ended = python::run_script(&script, &[], &given);
    let said = String::from_utf8_lossy(&ended.stdout).trim().to_owned();
    if ended.status.success() && said == "ok" { Ok(()) } else { Err(said) }
}

#[test]
fn a_webhook_is_verified_by_another_implementation_and_its_repeat_has_its_id() {
    run(|shared| async move {
        let parcel = Parcel::new(shared, (Channel::UntilGone, "drops-until-gone"), 760).sold();
        let parcel = parcel.faulty(Fault::hang_up());
        parcel.labelled().await;
        parcel.is_confirmed("accepted", (2, 1)).await;
        let webhooks = shared.shops.until_gone().webhooks(&parcel.order);
        let secret =
            credentials("until_gone", parcel.partner)["secret"].as_str().unwrap().to_owned();
        let [first, repeat] = webhooks.as_slice() else { panic!("{webhooks:?}") };
        for webhook in [first, repeat] {
            assert_eq!(verified(webhook, &secret), Ok(()));
        }
        assert_eq!(first.headers["webhook-id"], repeat.headers["webhook-id"]);
        assert_eq!(first.body, repeat.body);
        let changed = UntilGoneWebhook {
            body: first.body.replace(&parcel.tracking, "1Z999ANOTHER"),
            ..first.clone()
        };
        let refused = verified(&changed, &secret).expect_err("its body was changed");
        assert!(refused.contains("WebhookVerificationError"), "{refused}");
        let of_another =
            credentials("until_gone", "another")["secret"].as_str().unwrap().to_owned();
        assert!(verified(first, &of_another).is_err(), "it is signed by this account's secret");
    });
}
