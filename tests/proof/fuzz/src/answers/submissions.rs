//! Submissions to a channel, before it answers.

use crate::orders::{Stage, item, label, order_at};
use channels::Marketplace;
use domain::{Channel, Device, Imei, Item, Order, Partner, Submission};
use std::collections::{BTreeMap, BTreeSet};
use testkit::{IMEIS, NUMBER, at, parsed, partner_of, seller, text};

/// A partner, and its submissions.
pub(super) struct Submissions {
    pub(super) partner: Partner,
    pub(super) all: Vec<Submission>,
    /// An order that is being sent.
    pub(super) sending: Order,
}

impl Submissions {
    /// The submissions of packages with these lines.
    pub(super) fn new(channel: Channel, order: &str, packages: &[&[Item]]) -> Self {
        let key = testkit::key("p", order);
        let of = |lines: &&[Item]| Submission {
            channel,
            order: key.order.clone(),
            package: parsed("1"),
            tracking: parsed(NUMBER),
            carrier: text("UPS"),
            carrier_code: None,
            service: Some(text("Ground")),
            tracking_url: None,
            ship_date: at(0),
            items: lines.to_vec(),
            devices: BTreeMap::from([(parsed("7001"), Device::from(parsed::<Imei>(IMEIS[0])))]),
            reference: Some(text("483920175")),
            imeis_apart: false,
            supply_source_id: None,
            siblings: BTreeSet::from([parsed("SIBLING0001")]),
        };
        let label = label(&key, NUMBER, &[item("7001", 1)], "Ground");
        Self {
            partner: partner_of(&seller(), "p", channel),
            all: packages.iter().map(of).collect(),
            sending: order_at(Stage::Sending, channel, label),
        }
    }

    pub(super) fn submission(&self, choice: u8) -> &Submission {
        let place = usize::from(choice).checked_rem(self.all.len()).unwrap_or_default();
        self.all.get(place).expect("there is at least one")
    }

    /// The partner's credentials, as they are read from its secret.
    pub(super) fn credentials<M: Marketplace>(&self) -> M::Credentials {
        serde_json::from_str(&testkit::secret(&self.partner)).expect("a builder's own secret")
    }
}
