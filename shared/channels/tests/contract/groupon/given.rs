//! A partner of Groupon's, and what is submitted for it.

use crate::given::{item, partner, submission, with_setting};
use channels::GrouponApi;
use domain::{Channel, Partner, Submission};

pub(crate) fn groupon(api_version: GrouponApi) -> Partner {
    let version = match api_version {
        GrouponApi::V2 => "v2",
        GrouponApi::V4 => "v4",
    };
    let partner = with_setting(partner("groupon-us", Channel::Groupon), "supplier_id", "1");
    with_setting(partner, "api_version", version)
}

/// Two lines in one parcel. Their ids are good for both versions.
pub(crate) fn groupon_submission() -> Submission {
    Submission {
        items: vec![item("54553918", 1), item("54553919", 2)],
        ..submission(Channel::Groupon, "11561881-ABC")
    }
}
