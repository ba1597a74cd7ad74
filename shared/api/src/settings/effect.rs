//! The effect of a change of a partner's timing on packages that wait, counted over the partner's newest orders.

use super::SettingsCall;
use crate::problem::Problem;
use domain::{ChangeOfTiming, OrderKey, PartnerId, Timing, TimingNow};
use flows::ports::SettingsDesk;
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

/// The most orders that are counted. For a partner with more, the answer says "or more".
const ORDERS_MAX: u16 = 1_000;

/// How many orders are read together.
const CHUNK: usize = 100;

/// How many such reads go on at a time.
const CONCURRENT: usize = 4;

/// The effect of a change of the timing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Effect {
    from: Timing,
    to: Timing,
    change: ChangeOfTiming,
    orders: usize,
    is_complete: bool,
}

impl<P: SettingsDesk> SettingsCall<'_, P> {
    /// Counts what becomes of the partner's packages when its timing is changed.
    pub(super) async fn effect_of(
        &self,
        partner: &PartnerId,
        from: TimingNow,
        to: Timing,
    ) -> Result<Effect, Problem> {
        let newest = self.desk.newest(&self.caller.seller, partner, None, ORDERS_MAX);
        let (places, has_more) = newest.await?;
        let keys: Vec<OrderKey> =
            places.iter().map(|place| self.key(partner, &place.order)).collect();
        let of_chunk = |keys: &[OrderKey]| {
            let orders = self.desk.orders(keys.to_vec());
            async move {
                let changes = orders.await?.into_iter().map(|stored| {
                    // The order is dropped at once, because a thousand orders would take too much memory.
                    ChangeOfTiming::of(&stored.order, from, to)
                });
                Ok::<_, Problem>(changes.fold(ChangeOfTiming::default(), ChangeOfTiming::and))
            }
        };
        let chunks: Vec<_> = keys.chunks(CHUNK).map(of_chunk).collect();
        let mut counted = stream::iter(chunks).buffer_unordered(CONCURRENT);
        let mut change = ChangeOfTiming::default();
        while let Some(some) = counted.next().await {
            change = change.and(some?);
        }
        Ok(Effect { from: from.timing, to, change, orders: keys.len(), is_complete: !has_more })
    }
}

impl Effect {
    /// Refuses the change where it stops more packages than a person has agreed to. They look again, because going back releases
    /// nothing that `never` has stopped.
    pub(super) fn stops_at_most(&self, agreed: u64) -> Result<(), Problem> {
        let now = self.change.stopped;
        if u64::try_from(now).is_ok_and(|now| now <= agreed) {
            return Ok(());
        }
        Err(Problem::Impossible {
            field: "stops".to_owned(),
            detail: format!("it would stop {} packages by now; nothing was changed", grouped(now)),
            allowed: vec![now.to_string()],
        })
    }

    pub(super) fn view(&self) -> Value {
        let count = |packages: usize| {
            json!({ "packages": packages, "is_complete": self.is_complete,
                "in_words": self.in_words(packages) })
        };
        json!({
            "from": self.from,
            "to": self.to,
            "keep_former_timing": count(self.change.keep_former),
            "stopped_by_never": count(self.change.stopped),
            "stay_stopped": count(self.change.stay_stopped),
            "observed": count(self.change.observed),
            "orders_counted": self.orders,
            "in_words": self.sentences(),
        })
    }

    /// A count of packages: `12`, or `1,000 or more` where the partner has more orders than were counted.
    fn in_words(&self, packages: usize) -> String {
        let number = grouped(packages);
        if self.is_complete { number } else { format!("{number} or more") }
    }

    fn sentences(&self) -> Vec<String> {
        if self.from == self.to {
            return vec!["The timing stays as it is.".to_owned()];
        }
        let packages = |count: usize| {
            let noun = if count == 1 && self.is_complete { "package" } else { "packages" };
            format!("{} {noun}", self.in_words(count))
        };
        let ChangeOfTiming { keep_former, stopped, stay_stopped, observed } = self.change;
        let applies = if self.to == Timing::Never {
            "It applies to labels made from now on, and to all that is not sent yet."
        } else {
            "It applies to labels made from now on; the change itself sends nothing."
        };
        let mut sentences = vec![applies.to_owned()];
        if self.to == Timing::Never {
            sentences.push(format!(
                "{} not sent yet: stopped. Going back releases none of them.",
                packages(stopped)
            ));
        } else {
            sentences.push(format!(
                "{} not sent yet: the timing their label was made under stays.",
                packages(keep_former)
            ));
        }
        if stay_stopped > 0 {
            sentences.push(format!(
                "{} stopped by Never: that stays so; a person can send each.",
                packages(stay_stopped)
            ));
        }
        if observed > 0 {
            sentences.push(format!(
                "{} observed: no change of settings sends any; a person can send each, once the partner is live.",
                packages(observed)
            ));
        }
        sentences
    }
}

/// A number with commas between its thousands.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 3 == first {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::grouped;
    use rstest::rstest;

    #[rstest]
    #[case(0, "0")]
    #[case(999, "999")]
    #[case(1_000, "1,000")]
    #[case(12_345, "12,345")]
    #[case(1_234_567, "1,234,567")]
    fn thousands_are_apart(#[case] number: usize, #[case] expected: &str) {
        assert_eq!(grouped(number), expected);
    }
}
