//! What must hold of each request to a marketplace: a confirmation, the registration of an IMEI, a read.

use super::looks::Look;
use super::{PackageRecord, ParcelId, SentConfirmation, Watch, is_sending, number};
use crate::shops::{ShopDevice, Submission};
use crate::world::{Sandbox, TaskId, World};
use domain::{Attempt, Channel, Confirming, LineState, Moment, Order, OrderKey};
use jiff::SignedDuration;
use std::collections::BTreeSet;
use std::rc::Rc;

/// The most by which the clocks of two sandboxes differ.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(10);

/// The longest time for which a marketplace does not show what it holds.
const LAG: SignedDuration = SignedDuration::from_secs(60);

impl Watch {
    /// A confirmation is sent. Returns the package that it is of.
    pub fn submitted(
        &mut self,
        world: &World,
        by: &Sandbox,
        account: usize,
        submission: &Submission,
    ) -> Option<ParcelId> {
        self.requests += 1;
        let Some(sale) = self.sale(account, &submission.order) else {
            self.report("nothing crosses sellers", || {
                format!(
                    "{} is not an order of the account whose credentials were used",
                    submission.order
                )
            });
            return None;
        };
        let now = world.now();
        let key = self.orders[sale].key.clone();
        let claimed_by = by.task();
        let is_its = |record: &PackageRecord| {
            let last = record.claims.last();
            last.is_some_and(|claim| claim.task == claimed_by && claim.number == submission.number)
        };
        let found = self.orders[sale].packages.iter().filter(|(_, record)| is_its(record));
        // Two parcels may have one number. The request is then that of the last claim.
        let last = found.max_by_key(|(_, record)| record.claims.last().map(|claim| claim.nth));
        let Some(package) = last.map(|(package, _)| *package) else {
            self.report("nothing is sent without a claim", || {
                format!("{} of {key}", submission.number)
            });
            return None;
        };
        let parcel = ParcelId { sale, package };
        let last = self.record(parcel).and_then(|record| record.claims.last());
        let fence = last.map(|claim| claim.fence);
        let is_open = world.table.with_order(&key, |order| {
            super::package(order, package).is_some_and(|p| is_sending(p) && Some(p.fence) == fence)
        });
        if is_open != Some(true) {
            self.report("a request is made while its claim lasts", || {
                format!("{} of {key}", submission.number)
            });
        }
        self.check_submission(parcel, submission, claimed_by, now);
        self.check_asked_first(parcel, now);
        self.check_contents(world, parcel, submission);
        let looks_first = self.plan.accounts[account].channel.facts().looks_first;
        let before = by.started_at.get().minus(LAG);
        let shops = world.shops.borrow();
        let by_hand = shops.by_hand(account, &submission.order, before);
        let is_over =
            |(number, is_former): &(&str, bool)| !(*is_former && self.is_dismissed(parcel, number));
        if looks_first && by_hand.iter().any(is_over) {
            self.report("nothing is sent over what a person entered", || {
                format!("{} of {key}", submission.number)
            });
        }
        let record = self.record_mut(parcel)?;
        record.sent.push(SentConfirmation {
            at: now,
            task: claimed_by,
            submission: submission.clone(),
            is_proven: false,
            is_open: true,
            is_applied: false,
            reads_since: 0,
            paged_for: None,
        });
        Some(parcel)
    }

    /// A request was answered with a refusal, which may be proof that it was not applied.
    pub fn refused(&mut self, task: TaskId, parcel: Option<ParcelId>, is_proof: bool) {
        let record = parcel.and_then(|parcel| self.record_mut(parcel));
        let sent = record.and_then(|record| record.sent.iter_mut().rfind(|sent| sent.task == task));
        if let Some(sent) = sent {
            sent.is_open = false;
            sent.is_proven |= is_proof;
        }
    }

    /// A request reached the marketplace.
    pub fn arrived(&mut self, parcel: ParcelId, submission: &Submission, is_applied: bool) {
        let ParcelId { sale, package } = parcel;
        let channel = self.plan.accounts[self.orders[sale].account].channel;
        let is_safe = self.is_repeat_safe(sale);
        let Some(record) = self.record_mut(parcel) else { return };
        let arrived =
            record.sent.iter_mut().find(|sent| sent.is_open && sent.submission == *submission);
        if let Some(sent) = arrived {
            sent.is_open = false;
            sent.is_applied = is_applied;
            record.is_lost &= !is_applied;
        }
        let all = || {
            let packages = self.orders[sale].packages.iter();
            let is_whole = channel.facts().confirming == Confirming::WholeOrder;
            packages
                .filter(move |(other, _)| is_whole || **other == package)
                .flat_map(|(_, record)| &record.sent)
                .filter(|sent| sent.is_applied)
        };
        let numbers: BTreeSet<&str> = all().map(|sent| sent.submission.number.as_str()).collect();
        let bodies: BTreeSet<&[u8]> = all().map(|sent| sent.submission.body.as_slice()).collect();
        let count = all().count();
        let wrong = if numbers.len() > 1 {
            Some(("D1: at most one number of ours is ever applied", format!("{numbers:?}")))
        } else if count > 1 && !(is_safe && bodies.len() == 1) {
            Some((
                "D1: a confirmation is applied once",
                format!("{count} times {}", submission.number),
            ))
        } else {
            None
        };
        if let Some((rule, details)) = wrong {
            self.report(rule, || details);
        }
    }

    /// Whether an identical request may be applied again without another effect.
    pub(super) fn is_repeat_safe(&self, sale: usize) -> bool {
        let account = &self.plan.accounts[self.orders[sale].account];
        account.channel.facts().identical_is_safe || account.drops_repeats()
    }

    /// An IMEI, a serial number or both are on their way to the marketplace.
    pub fn registers(&mut self, world: &World, sale: usize, line: &str, device: &ShopDevice) {
        let key = self.orders[sale].key.clone();
        let is_claimed = world.table.with_order(&key, |order| {
            let lines = order.packages.values().flat_map(|package| &package.lines);
            lines.into_iter().any(|(id, of)| {
                id.as_str() == line
                    && shop_device(&of.device) == *device
                    && matches!(of.state, LineState::Open(Attempt::Sending { .. }))
            })
        });
        if is_claimed != Some(true) {
            self.report("an IMEI is registered while its claim lasts", || {
                format!("{line} of {key}")
            });
        }
    }

    /// An IMEI, a serial number or both reached the marketplace.
    pub fn registered(&mut self, sale: usize, line: &str, device: &ShopDevice, is_applied: bool) {
        if let Some(rule) = self.wrong_device(sale, line, device).filter(|_| is_applied) {
            let key = self.orders[sale].key.clone();
            self.report(rule, || format!("{device:?} at {line} of {key}"));
        }
    }

    /// A confirmation must have its parcel's own lines, as many pieces as remain, and the device that the claim locked.
    fn check_contents(&mut self, world: &World, parcel: ParcelId, submission: &Submission) {
        let ParcelId { sale, package } = parcel;
        if let Some(rule) = self.wrong_lines(parcel, submission) {
            let details = format!(
                "{:?} x {:?} in package {package} of {}",
                submission.lines, submission.pieces, submission.order
            );
            self.report(rule, || details);
            return;
        }
        let key = self.orders[sale].key.clone();
        let locked = world.table.with_order(&key, |order| {
            Some(super::package(order, package)?.lock()?.devices.clone())
        });
        let locked = locked.flatten().unwrap_or_default();
        let devices: Vec<(&str, ShopDevice)> =
            locked.iter().map(|(line, of)| (line.as_str(), shop_device(of))).collect();
        let mut wrong = None;
        let is_right = match (submission.device != ShopDevice::default(), devices.as_slice()) {
            (true, [(line, locked)]) => {
                wrong = self.wrong_device(sale, line, &submission.device);
                submission.device == *locked && wrong.is_none()
            }
            (true, _) => false,
            // What several lines need is registered by itself. So is that of a line that was claimed before: its confirmation may
            // have been refused for it.
            (false, devices) => {
                let was_claimed_before =
                    self.record(parcel).is_some_and(|record| record.claims.len() > 1);
                devices.is_empty() || self.plan.sales[sale].lines.len() > 1 || was_claimed_before
            }
        };
        if !is_right {
            self.report(
                wrong.unwrap_or("I7: a confirmation has the IMEI of its only line"),
                || format!("{:?} for {key}, locked: {locked:?}", submission.device),
            );
        }
    }

    /// A read of an order, or of all orders of a day, is on its way.
    pub fn reads(&mut self, by: &Sandbox, account: usize, key: Option<&OrderKey>) {
        let partner = &self.plan.accounts[account].partner;
        let is_it = |of: &OrderKey| match key {
            Some(key) => of == key,
            None => of.seller == partner.seller && of.partner == partner.id,
        };
        if !self.at_work.iter().any(|(task, of)| *task == by.task() && is_it(of)) {
            self.report("nothing is read but of the order that is worked on", || {
                format!("{key:?} of account {account}")
            });
        }
    }

    /// A read of an order was answered with what shows by a moment. The read proves something only to a run that works on the
    /// order, and only if nothing of ours shows.
    pub fn read(&mut self, by: &Sandbox, account: usize, order: &str, shown_by: Moment) {
        let world = Rc::clone(&by.world);
        let shops = world.shops.borrow();
        for (index, watched) in self.orders.iter_mut().enumerate() {
            let sale = &self.plan.sales[index];
            if watched.account != account
                || order != sale.order
                || !self.at_work.contains(&(by.task(), watched.key.clone()))
            {
                continue;
            }
            let former = shops.shows_former(account, order, shown_by);
            let is_foreign =
                former.is_none() && shops.shows_foreign(account, &sale.order, shown_by);
            let is_ours = shops.shows_ours(account, &sale.order, shown_by);
            watched.looks.push(Look { at: world.now(), is_foreign });
            // At eBay the order is read behind its fulfilments, where these show nothing.
            let is_cancelled = shops.standing(account, order, shown_by).is_cancelled;
            let is_told = match self.plan.accounts[account].channel {
                Channel::Amazon => true,
                Channel::Wish => former.is_none() && !is_foreign && !is_ours,
                _ => false,
            };
            if is_cancelled && is_told {
                watched.cancel_read_by.insert(by.task());
            }
            // Where each package ships by itself, a read is for the package that is in doubt. Where two are, it may be for
            // either.
            let is_whole =
                self.plan.accounts[account].channel.facts().confirming == Confirming::WholeOrder;
            let in_doubt = |order: &Order| {
                let packages = order.packages.iter();
                let in_doubt = packages.filter(|(_, p)| p.state.doubt().is_some());
                in_doubt.map(|(id, _)| number(id)).collect::<Vec<_>>()
            };
            let in_doubt = world.table.with_order(&watched.key, in_doubt).unwrap_or_default();
            // A3: what a look shows of a package that was observed is kept beside it, and says nothing of the order's others.
            let is_observed = |order: &Order| {
                order.packages.values().any(|package| package.state.observed().is_some())
            };
            let is_beside = world.table.with_order(&watched.key, is_observed).unwrap_or_default();
            for (id, record) in &mut watched.packages {
                record.former_read_by.remove(&by.task());
                if let Some(number) = former {
                    record.former_read_by.insert(by.task(), number.to_owned());
                    // What was read before as another's number has become a former one since.
                    record.foreign_read_by.remove(&by.task());
                    record.foreign_is_known = false;
                }
                if is_foreign && !is_beside && (is_whole || in_doubt == [*id]) {
                    record.foreign_read_by.insert(by.task());
                }
                let shows_it = is_ours && (is_whole || record.sent.iter().any(|s| s.is_applied));
                if !shows_it {
                    record.sent.iter_mut().for_each(|sent| sent.reads_since += 1);
                    record.absent_since_restore += 1;
                }
            }
        }
    }

    /// A page of a day was read. It counts for each package of the account whose read is due by then, whoever asked for the
    /// page, and once for each such read.
    pub fn read_page(&mut self, world: &World, account: usize, shown_by: Moment) {
        let (shops, now) = (world.shops.borrow(), world.now());
        for (index, watched) in self.orders.iter_mut().enumerate() {
            let order = &self.plan.sales[index].order;
            if watched.account != account {
                continue;
            }
            let is_ours = shops.shows_ours(account, order, shown_by);
            for (id, record) in &mut watched.packages {
                let read_at = world.table.with_order(&watched.key, |order| {
                    Some(super::package(order, *id)?.state.doubt()?.read_at)
                });
                let due = read_at.flatten().filter(|at| *at <= now.plus(CLOCKS_APART));
                let shows_it = is_ours && record.sent.iter().any(|sent| sent.is_applied);
                if !shows_it && record.asked_for < due {
                    record.absent_since_restore += 1;
                    record.asked_for = due;
                }
                for sent in record.sent.iter_mut().filter(|sent| !shows_it && sent.paged_for < due)
                {
                    sent.reads_since += 1;
                    sent.paged_for = due;
                }
            }
        }
    }
}

/// What a line's device is at a marketplace.
pub(super) fn shop_device(device: &domain::Device) -> ShopDevice {
    ShopDevice {
        imei: device.imei.as_ref().map(|imei| imei.as_str().to_owned()),
        serial: device.serial.as_ref().map(|serial| serial.as_str().to_owned()),
    }
}

/// Whether a marketplace has all of a device.
pub(super) fn has_device(there: &ShopDevice, device: &domain::Device) -> bool {
    let device = shop_device(device);
    (device.imei.is_none() || device.imei == there.imei)
        && (device.serial.is_none() || device.serial == there.serial)
}
