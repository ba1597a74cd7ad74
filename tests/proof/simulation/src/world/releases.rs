//! Functions of two releases beside each other, as during a deployment and after one that is taken back.
//!
//! A sandbox of the newer release stores one more attribute with each order, package and label. Both sandboxes run the older
//! release's code, which knows nothing of the attribute and must carry it along.

use super::sandbox::Sandbox;
use crate::dice::Dice;
use domain::guard::{Guard, guarded};
use domain::{Order, Package, Unknown};
use flows::ports::StoreError;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The name of the attribute. No release has one of this name.
const NEXT: &str = "next";

/// Sets the throw for a sandbox's release apart from all others.
const APART: u64 = 0x51c2_7e0d_93ab_44f1;

/// Whether a sandbox that starts now is of the newer release.
pub(super) fn is_newer(seed: u64, now_ms: i64) -> bool {
    Dice::new(seed ^ APART ^ now_ms.cast_unsigned()).one_in(2)
}

/// Where the newer release stores its attribute.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// At the order.
    Order,
    /// At a package.
    Package(String),
    /// At the current label of a package.
    Label(String, String),
}

/// The values of the newer release's attribute, by where they are stored.
pub fn attributes(order: &Order) -> BTreeMap<Place, serde_json::Value> {
    let mut order = order.clone();
    let found = places(&mut order).into_iter();
    found.filter_map(|(place, unknown)| Some((place, unknown.0.remove(NEXT)?))).collect()
}

fn places(order: &mut Order) -> Vec<(Place, &mut Unknown)> {
    let mut places = vec![(Place::Order, &mut order.unknown)];
    for (id, package) in &mut order.packages {
        let Package { label, unknown, .. } = &mut **package;
        places.push((Place::Package(id.to_string()), unknown));
        if let Some(label) = label {
            let place = Place::Label(id.to_string(), label.id.to_string());
            places.push((place, &mut label.unknown));
        }
    }
    places
}

impl Sandbox {
    /// The order as this sandbox's release stores it. The newer release knows what it has stored before.
    pub(super) fn as_stored<'a>(&self, before: Option<&Order>, order: &'a Order) -> Cow<'a, Order> {
        if !self.is_newer {
            return Cow::Borrowed(order);
        }
        let mut order = order.clone();
        let known = before.map(attributes).unwrap_or_default();
        for (place, unknown) in places(&mut order) {
            let fresh = || serde_json::Value::from(self.task());
            let value = known.get(&place).cloned().unwrap_or_else(fresh);
            unknown.0.insert(NEXT.to_owned(), value);
        }
        Cow::Owned(order)
    }

    /// The order as this sandbox's release reads it. Where releases are mixed, it is read from its stored form.
    pub(super) fn as_read(&self, mut order: Order) -> Result<Order, StoreError> {
        if !self.world.plan.mixes_releases {
            return Ok(order);
        }
        let malformed = |why: serde_json::Error| StoreError::Malformed {
            key: order.key.to_string(),
            why: why.to_string(),
        };
        for package in order.packages.values_mut() {
            let stored = serde_json::to_value(&*package);
            *package = stored.and_then(serde_json::from_value).map_err(malformed)?;
        }
        if !self.is_newer && !guarded(Guard::UnknownIsKept) {
            for (_, unknown) in places(&mut order) {
                unknown.0.clear();
            }
        }
        Ok(order)
    }
}
