//! What must hold in the end, when nothing goes wrong any more: nothing is lost, and the facts are those of the events.

use super::requests::has_device;
use super::tellings::{Known, time};
use super::{ParcelId, Watch};
use crate::plan::{CROWDED, Fact, What, readings};
use crate::world::World;
use domain::{
    Evidence, ImeiList, LineState, Mark, Moment, NoticeKind, Order, OrderKey, Package, Phone, Sent,
    Stage, State, Timing, WaitingFor, Withheld,
};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// The most that two clocks may be apart.
const APART: SignedDuration = SignedDuration::from_secs(10);

/// Whether the package is confirmed by what its marketplace said, not by a person's word.
fn is_confirmed_by_us(package: &Package) -> bool {
    matches!(
        package.state.stage(),
        Some(Stage::Confirmed { by: Evidence::Accepted | Evidence::ReadBack, .. })
    )
}

/// Whether a number of a label has no place for the order (rule N5).
fn is_crowded(label: &domain::Label) -> bool {
    label.telling.keys().any(|number| number.as_str() == CROWDED)
}

impl Watch {
    /// Looks at every order once more.
    pub fn check_final_state(&mut self, world: &World) {
        for sale in 0..self.orders.len() {
            let key = self.orders[sale].key.clone();
            if let Some(stored) = world.table.stored(&key) {
                self.check_order(sale, &stored.order);
                if self.is_refusal_unseen(sale, &stored.order) {
                    self.report("L15: a label that is refused is shown", || key.to_string());
                }
                let wrong = self.wrong_attention(sale, &stored.order);
                let wrong = wrong.or_else(|| self.wrong_in_the_end(world, sale, &stored.order));
                if let Some(rule) = wrong {
                    self.report(rule, || key.to_string());
                }
                if self.is_untold(&stored.order) {
                    self.report("S3 to S5: what is shown was published", || key.to_string());
                }
                self.check_imeis(world, sale, &stored.order);
            } else if self.facts_of(sale).next().is_some() {
                self.report("D2: every order of an event is there", || key.to_string());
            }
        }
        if self.plan.knows_phones {
            self.check_phones(world);
        }
    }

    /// I9: of two orders of a seller that have one phone, at least one is marked. Every IMEI came by an event.
    fn check_phones(&mut self, world: &World) {
        let stored = |key: &OrderKey| world.table.stored(key).map(|stored| stored.order);
        let orders: Vec<Order> =
            self.orders.iter().filter_map(|order| stored(&order.key)).collect();
        let open = orders.iter().filter(|order| order.cancelled.is_none());
        // A line that was cancelled before anything of its order was sent has no phone.
        let is_sold = |order: &&Order, item: &domain::ItemId| !order.remaining.contains_key(item);
        let lists: Vec<(&Order, &ImeiList)> = open
            .flat_map(|order| {
                let sold = order.imeis.iter().filter(move |(item, _)| is_sold(&order, item));
                sold.map(move |(_, list)| (order, list))
            })
            .collect();
        let unseen = lists.iter().enumerate().find_map(|(index, (one, first))| {
            let is_one_phone = |(other, second): &&(&Order, &ImeiList)| {
                let has = |phone: &Phone| {
                    phone.imeis().any(|imei| second.entries.iter().any(|other| other.has(imei)))
                };
                one.key.seller == other.key.seller
                    && one.key != other.key
                    && first.entries.iter().any(has)
            };
            let mut others = lists.iter().skip(index.saturating_add(1)).filter(is_one_phone);
            let is_unseen = |(_, second): &&(&Order, &ImeiList)| {
                first.twice.is_none() && second.twice.is_none()
            };
            others.find(is_unseen).map(|(other, _)| format!("{} and {}", one.key, other.key))
        });
        if let Some(both) = unseen {
            self.report("I9: one phone of two orders is shown", || both);
        }
    }

    fn facts_of(&self, sale: usize) -> impl Iterator<Item = &Fact> {
        self.orders[sale].facts.iter().filter_map(|index| {
            match &self.plan.happenings[*index].what {
                What::Event(fact, _) => Some(fact),
                _ => None,
            }
        })
    }

    /// When a function had dealt with a label: it had saved the label, and added the order to the number.
    fn dealt_with_at(&self, order: &Order, label: &domain::Label) -> Moment {
        let sale = self.sale_of_key(&order.key);
        let times = self.plan.happenings.iter().zip(&self.handled).filter_map(|(h, at)| {
            let What::Event(Fact::Label(fact), _) = &h.what else { return None };
            let is_it = Some(fact.sale) == sale && fact.label == label.id.as_str();
            at.filter(|_| is_it)
        });
        times.max().unwrap_or(label.received_at)
    }

    /// Whether the order must have seen that a label's parcel moved. Other orders with the number keep few scans, so what they
    /// keep of a scan that came before this label need not be of its day (M5).
    pub(super) fn has_shown_movement(&self, order: &Order, label: &domain::Label) -> bool {
        let read = readings(label.telling.tracking.as_str()).map(str::to_owned);
        let kept = label.telling.keys().map(String::from);
        let numbers: BTreeSet<String> =
            kept.chain(read).filter(|number| number != CROWDED).collect();
        let is_shared = numbers.iter().any(|number| self.parcels_of(number) > 1);
        let since = is_shared.then(|| self.dealt_with_at(order, label).plus(APART));
        self.has_moved(&order.key, (label, &numbers), since)
    }

    /// How many parcels had a number.
    fn parcels_of(&self, number: &str) -> usize {
        let parcels = self.told_with(number).map(|label| (label.sale, label.package));
        parcels.collect::<BTreeSet<_>>().len()
    }

    fn check_order(&mut self, sale: usize, order: &Order) {
        self.check_facts(sale, order);
        for (id, package) in &order.packages {
            let kind = NoticeKind::ConfirmationAccepted.name();
            if is_confirmed_by_us(package)
                && !self.published.contains(&(order.key.clone(), Some(id.clone()), kind))
            {
                self.report("what is confirmed was published", || {
                    format!("{}, package {id}", order.key)
                });
            }
            let needs_a_person = matches!(
                package.state,
                State::Rejected(_)
                    | State::Sent(Sent {
                        stage: Stage::Conflict { .. } | Stage::Unresolved { .. },
                        ..
                    })
            );
            if needs_a_person && self.plan.is_calm() {
                self.report("where nothing goes wrong, nobody has to look", || {
                    format!("{}, package {id}, in {:?}", order.key, package.state)
                });
            }
            if let Some(why) = self.why_lost(ParcelId::new(sale, id), order, package) {
                self.report("D2: what is due is confirmed, or shown with its reason", || {
                    format!("{}, package {id}: {why}, in {:?}", order.key, package.state)
                });
            }
        }
    }

    /// I7: an IMEI never costs the confirmation, and is at the marketplace in the end, or shown as not taken.
    fn check_imeis(&mut self, world: &World, sale: usize, order: &Order) {
        let shops = world.shops.borrow();
        let (account, number) = (self.orders[sale].account, &self.plan.sales[sale].order.clone());
        for package in order.packages.values() {
            if let State::Rejected(rejection) = &package.state
                && rejection.why.as_str().contains("imei")
            {
                let what = format!("{}: {}", order.key, rejection.why);
                self.report("I7: an IMEI never costs the confirmation", || what);
            }
            let lock = package.lock().filter(|_| is_confirmed_by_us(package));
            let devices = lock.into_iter().flat_map(|lock| &lock.devices);
            for (line, device) in devices {
                let is_there = has_device(&shops.device(account, number, line.as_str()), device);
                let is_failed =
                    |line: &domain::Line| matches!(line.state, LineState::Failed { .. });
                if !is_there && !package.lines.get(line).is_some_and(is_failed) {
                    let what = format!("{line} of {}", order.key);
                    self.report("I7: what was to be registered is, or is shown", || what);
                }
            }
        }
    }

    /// Whether the number that a refused package was claimed with is not the one that would be submitted now (rule L7).
    fn is_other_than_refused(&self, parcel: ParcelId, label: &domain::Label) -> bool {
        let claim = self.record(parcel).and_then(|record| record.claims.last());
        claim.is_some_and(|claim| {
            claim.label == label.id.as_str() && claim.number != label.telling.tracking.as_str()
        })
    }

    /// Why a package is lost: its state is none in which a schedule may end.
    fn why_lost(&self, parcel: ParcelId, order: &Order, package: &Package) -> Option<&'static str> {
        let label = package.label.as_ref().filter(|label| !package.voided.contains(&label.id));
        let is_over = |line: &domain::Line| {
            matches!(line.state, LineState::Done { .. } | LineState::Failed { .. })
        };
        if !package.state.is_closed() && !package.lines.values().all(is_over) {
            return Some("an IMEI is not registered, and nobody is shown it");
        }
        if package.lock().is_some()
            && !package.state.is_closed()
            && label.is_some_and(|label| label.disputed.is_some())
            && order.attention_since.is_none()
            && !package.resolved.contains(&Mark::LabelDisputed)
        {
            return Some("its label is disputed, and nobody is shown it");
        }
        if self.is_cut_unseen(parcel, order, package) {
            return Some("more of a line was sent than remains, and nobody is shown it");
        }
        if matches!(package.state, State::Rejected(_))
            && label.is_some_and(|label| self.is_other_than_refused(parcel, label))
        {
            return Some("something else was refused than what would be submitted");
        }
        match &package.state {
            State::Ready(_) | State::Sent(Sent { stage: Stage::Open(_), .. }) => Some("not over"),
            State::Waiting(WaitingFor::Imeis { .. }) => Some("its deadline is over"),
            State::Waiting(WaitingFor::ShipDay { .. }) => Some("its day is over"),
            State::Waiting(WaitingFor::SendAfter { .. }) => Some("its time is over"),
            State::Waiting(WaitingFor::Label) => label.map(|_| "it has a label"),
            State::Waiting(WaitingFor::Movement) if Self::is_to_go(order, label) => {
                Some("it has waited for long enough")
            }
            State::Waiting(WaitingFor::Movement) => {
                let has_moved = label.is_none_or(|label| self.has_shown_movement(order, label));
                let is_unseen = order.attention_since.is_none()
                    && !package.resolved.contains(&Mark::NumberOverused)
                    && label.is_some_and(is_crowded);
                let unseen = is_unseen.then_some("no scan reaches it, and nobody is shown it");
                has_moved.then_some("it has moved").or(unseen)
            }
            State::Held(_)
            | State::Rejected(_)
            | State::Sent(Sent {
                stage: Stage::Conflict { .. } | Stage::Unresolved { .. }, ..
            })
            | State::Withheld(Withheld::OneTrackingPerOrder) => {
                order.attention_since.is_none().then_some("nobody is shown it")
            }
            State::Withheld(Withheld::Cancelled) => {
                let is_cancelled = order.cancelled.is_some() || self.has_cuts(parcel.sale);
                (!is_cancelled).then_some("it is not cancelled")
            }
            State::Withheld(Withheld::Never) => self.why_not_never(order, package, label),
            State::Observed(_) => {
                (!self.has_observed(parcel.sale)).then_some("its partner never observed")
            }
            State::Closed { .. }
            | State::Sent(Sent { stage: Stage::Confirmed { .. } | Stage::Closed { .. }, .. }) => {
                None
            }
        }
    }

    fn why_not_never(
        &self,
        order: &Order,
        package: &Package,
        label: Option<&domain::Label>,
    ) -> Option<&'static str> {
        let is_never = label.is_some_and(|label| label.timing() == Timing::Never);
        let is_unseen = label.is_some_and(|label| {
            let is_dealt_with = package.resolved.contains(&Mark::WithheldMoved);
            label.stopped
                && !is_dealt_with
                && order.attention_since.is_none()
                && self.has_shown_movement(order, label)
        });
        let is_shown = is_unseen.then_some("it was stopped and has moved, and nobody is shown it");
        (!is_never).then_some("its timing is not `never`").or(is_shown)
    }

    /// S11: what has waited for a movement goes without one in the end, unless its partner stopped that.
    fn is_to_go(order: &Order, label: Option<&domain::Label>) -> bool {
        order.channel.facts().sends_late
            && label.is_some_and(|label| label.terms.watch.or_after.is_some() && !label.stays)
    }

    /// M3: the facts are those of all events, whatever the order in which these came.
    fn check_facts(&mut self, sale: usize, order: &Order) {
        let mut wrong = None;
        for of in 1..=self.plan.sales[sale].packages {
            let package = super::package(order, of);
            if let Some(what) = self.wrong_facts(ParcelId { sale, package: of }, package) {
                wrong = Some(format!("package {of}: {what}"));
            }
            let voided: BTreeSet<&str> = self
                .facts_of(sale)
                .filter_map(|fact| match fact {
                    Fact::Void { package, label, .. } if *package == of => Some(label.as_str()),
                    // A return voids the label that was told as outbound (rule L6).
                    Fact::Label(back) if back.is_return && self.is_outbound(sale, of, back) => {
                        Some(back.label.as_str())
                    }
                    _ => None,
                })
                .collect();
            let kept = package.into_iter().flat_map(|package| &package.voided);
            if voided != kept.map(domain::LabelId::as_str).collect() {
                wrong = Some(format!("package {of} has not just the voids {voided:?}"));
            }
        }
        let cancelled = self.facts_of(sale).filter_map(|fact| match fact {
            Fact::Cancel { at, .. } => Some(time(*at)),
            _ => None,
        });
        let is_shown = self.standings(sale).any(|standing| standing.is_cancelled);
        if cancelled.min() != order.cancelled && !is_shown {
            wrong = Some("the cancellation is not the earliest".to_owned());
        }
        let remaining = self.remaining(sale, Known::InTheEnd);
        let kept = order.remaining.iter().map(|(item, left)| (item.to_string(), *left)).collect();
        if remaining != kept {
            wrong = Some(format!("of the cancelled lines {remaining:?} remains, not {kept:?}"));
        }
        for item in &self.plan.sales[sale].lines {
            let newest = self.newest(sale, item, |lists| lists.imeis.as_ref());
            let newest = newest.map(|(at, list)| (time(at), list));
            let kept = order.imeis.iter().find(|(of, _)| of.as_str() == item).map(|(_, list)| {
                let texts = list.entries.iter().cloned().map(String::from).collect();
                (list.updated_at, texts)
            });
            if newest != kept {
                wrong = Some(format!("the IMEIs of {item} are not the newest"));
            }
            let newest = self.newest(sale, item, |lists| lists.serials.as_ref());
            let newest = newest.map(|(at, list)| (time(at), list));
            let kept = order.serials.iter().find(|(of, _)| of.as_str() == item).map(|(_, list)| {
                let texts = list.entries.iter().cloned().map(String::from).collect();
                (list.updated_at, texts)
            });
            if newest != kept {
                wrong = Some(format!("the serial numbers of {item} are not the newest"));
            }
        }
        if let Some(what) = wrong {
            let key = order.key.clone();
            self.report("M3: facts end as the events said them", || format!("{key}: {what}"));
        }
    }
}
