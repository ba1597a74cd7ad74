//! What must hold of what is asked of a marketplace: a confirmation, an IMEI, a read.

use super::{Seen, Sent, Watch, is_sending, number};
use crate::plan::{Fact, What};
use crate::shops::Told;
use crate::world::{Sandbox, TaskId, World};
use domain::{Attempt, Confirming, LineState, Moment, Order, OrderKey};
use jiff::SignedDuration;
use std::collections::BTreeSet;

/// By how much the clocks of two sandboxes differ at most.
const CLOCKS_APART: SignedDuration = SignedDuration::from_secs(10);

/// How long a marketplace may not show what it holds.
const LAG: SignedDuration = SignedDuration::from_secs(60);

impl Watch {
    /// A confirmation is sent; answers with the package it is of.
    pub fn submitted(
        &mut self,
        world: &World,
        by: &Sandbox,
        (account, told): (usize, &Told),
    ) -> Option<(usize, u8)> {
        self.requests += 1;
        let Some(sale) = self.sale(account, &told.order) else {
            self.is_wrong("nothing crosses sellers", || {
                format!("{} is not an order of the account whose credentials were used", told.order)
            });
            return None;
        };
        let now = world.now();
        let key = self.orders[sale].key.clone();
        let claimed_by = by.task();
        let is_its = |seen: &Seen| {
            let last = seen.claims.last();
            last.is_some_and(|claim| claim.task == claimed_by && claim.number == told.number)
        };
        let found = self.orders[sale].packages.iter().filter(|(_, seen)| is_its(seen));
        // Two parcels may have one number: the request is that of the last claim.
        let last = found.max_by_key(|(_, seen)| seen.claims.last().map(|claim| claim.nth));
        let Some(package) = last.map(|(package, _)| *package) else {
            self.is_wrong("nothing is sent without a claim", || {
                format!("{} of {key}", told.number)
            });
            return None;
        };
        let fence = self.orders[sale].packages[&package].claims.last().map(|claim| claim.fence);
        let is_open = world.table.with_order(&key, |order| {
            super::package(order, package).is_some_and(|p| is_sending(p) && Some(p.fence) == fence)
        });
        if is_open != Some(true) {
            self.is_wrong("a request is made while its claim lasts", || {
                format!("{} of {key}", told.number)
            });
        }
        self.may_be_sent((sale, package), told, (claimed_by, now));
        self.is_of_the_parcel(world, (sale, package), told);
        let looks_first = self.plan.accounts[account].channel.facts().looks_first;
        let before = by.started_at.get().minus(LAG);
        let shops = world.shops.borrow();
        let by_hand = shops.by_hand(account, &told.order, before);
        let is_over = |(number, is_former): &(&str, bool)| {
            !(*is_former && self.is_said((sale, package), number))
        };
        if looks_first && by_hand.iter().any(is_over) {
            self.is_wrong("nothing is sent over what a person entered", || {
                format!("{} of {key}", told.number)
            });
        }
        let seen = self.orders[sale].packages.get_mut(&package)?;
        seen.sent.push(Sent {
            at: now,
            task: claimed_by,
            told: told.clone(),
            is_proven: false,
            is_open: true,
            is_applied: false,
            reads_since: 0,
            paged_for: None,
        });
        Some((sale, package))
    }

    /// A request was answered with a refusal, which may be proof that it was not applied.
    pub fn refused(&mut self, (task, of): (TaskId, Option<(usize, u8)>), is_proof: bool) {
        let Some((sale, package)) = of else { return };
        let seen = self.orders[sale].packages.get_mut(&package);
        let sent = seen.and_then(|seen| seen.sent.iter_mut().rfind(|sent| sent.task == task));
        if let Some(sent) = sent {
            sent.is_open = false;
            sent.is_proven |= is_proof;
        }
    }

    /// A request reached the marketplace.
    pub fn arrived(&mut self, (sale, package): (usize, u8), told: &Told, is_applied: bool) {
        let channel = self.plan.accounts[self.orders[sale].account].channel;
        let is_safe = self.is_repeat_safe(sale);
        let Some(seen) = self.orders[sale].packages.get_mut(&package) else { return };
        let it = seen.sent.iter_mut().find(|sent| sent.is_open && sent.told == *told);
        if let Some(sent) = it {
            sent.is_open = false;
            sent.is_applied = is_applied;
        }
        let all = || {
            let packages = self.orders[sale].packages.iter();
            let is_whole = channel.facts().confirming == Confirming::WholeOrder;
            packages
                .filter(move |(other, _)| is_whole || **other == package)
                .flat_map(|(_, seen)| &seen.sent)
                .filter(|sent| sent.is_applied)
        };
        let numbers: BTreeSet<&str> = all().map(|sent| sent.told.number.as_str()).collect();
        let bodies: BTreeSet<&[u8]> = all().map(|sent| sent.told.body.as_slice()).collect();
        let count = all().count();
        let wrong = if numbers.len() > 1 {
            Some(("D1: at most one number of ours is ever applied", format!("{numbers:?}")))
        } else if count > 1 && !(is_safe && bodies.len() == 1) {
            Some(("D1: a confirmation is applied once", format!("{count} times {}", told.number)))
        } else {
            None
        };
        if let Some((rule, what)) = wrong {
            self.is_wrong(rule, || what);
        }
    }

    /// Whether the same request may be applied again to the same effect.
    pub(super) fn is_repeat_safe(&self, sale: usize) -> bool {
        let account = &self.plan.accounts[self.orders[sale].account];
        account.channel.facts().identical_is_safe || account.drops_repeats()
    }

    /// An IMEI is on its way to the marketplace.
    pub fn registers(&mut self, world: &World, (sale, line): (usize, &str), imei: &str) {
        let key = self.orders[sale].key.clone();
        let is_claimed = world.table.with_order(&key, |order| {
            let lines = order.packages.values().flat_map(|package| &package.lines);
            lines.into_iter().any(|(id, of)| {
                id.as_str() == line
                    && of.imei.as_str() == imei
                    && matches!(of.state, LineState::Open(Attempt::Sending { .. }))
            })
        });
        if is_claimed != Some(true) {
            self.is_wrong("an IMEI is registered while its claim lasts", || {
                format!("{line} of {key}")
            });
        }
    }

    /// An IMEI reached the marketplace.
    pub fn registered(&mut self, sale: usize, line: &str, imei: &str, is_applied: bool) {
        if is_applied && !self.is_told_of(sale, line, imei) {
            let key = self.orders[sale].key.clone();
            self.is_wrong("nothing crosses orders", || {
                format!("another's IMEI at {line} of {key}")
            });
        }
    }

    /// Whether somebody has entered this IMEI for the line.
    fn is_told_of(&self, sale: usize, line: &str, imei: &str) -> bool {
        self.plan.happenings.iter().any(|happening| match &happening.what {
            What::Told(Fact::Imeis { sale: of, item, imeis, .. }, _) => {
                *of == sale && item == line && imeis.contains(&imei)
            }
            _ => false,
        })
    }

    /// What a confirmation has in it is the parcel's own: its lines, and the IMEI that the claim locked.
    fn is_of_the_parcel(&mut self, world: &World, (sale, package): (usize, u8), told: &Told) {
        let sold = &self.plan.sales[sale];
        let lines: BTreeSet<&String> = sold.lines_of(package).map(|(line, _)| line).collect();
        if !told.lines.is_empty() && lines != told.lines.iter().collect() {
            let what = format!("{:?} in package {package} of {}", told.lines, told.order);
            self.is_wrong("a confirmation is of its parcel's lines", || what);
            return;
        }
        let key = self.orders[sale].key.clone();
        let locked = world
            .table
            .with_order(&key, |order| Some(super::package(order, package)?.lock()?.imeis.clone()));
        let locked = locked.flatten().unwrap_or_default();
        let imeis = locked
            .iter()
            .flat_map(|(line, of)| of.iter().map(|imei| (line.as_str(), imei.as_str())));
        let imeis: Vec<(&str, &str)> = imeis.collect();
        let is_right = match (told.imei.as_deref(), imeis.as_slice()) {
            (Some(imei), [(line, locked)]) => imei == *locked && self.is_told_of(sale, line, imei),
            (Some(_), _) => false,
            // Of several lines each is registered by itself, and so is one that was claimed to go in a confirmation before:
            // it may have been refused for it.
            (None, imeis) => {
                let seen = self.orders[sale].packages.get(&package);
                let was_claimed_before = seen.is_some_and(|seen| seen.claims.len() > 1);
                imeis.is_empty() || self.plan.sales[sale].lines.len() > 1 || was_claimed_before
            }
        };
        if !is_right {
            self.is_wrong("I7: a confirmation has the IMEI of its only line", || {
                format!("{:?} for {key}, locked: {locked:?}", told.imei)
            });
        }
    }

    /// A read is on its way, of an order, or of all orders of a day.
    pub fn reads(&mut self, by: &Sandbox, account: usize, key: Option<&OrderKey>) {
        let partner = &self.plan.accounts[account].partner;
        let is_it = |of: &OrderKey| match key {
            Some(key) => of == key,
            None => of.seller == partner.seller && of.partner == partner.id,
        };
        if !self.at_work.iter().any(|(task, of)| *task == by.task() && is_it(of)) {
            self.is_wrong("nothing is read but of the order that is worked on", || {
                format!("{key:?} of account {account}")
            });
        }
    }

    /// A read was answered with what shows by a moment. It proves something only to a run that works on the order, and
    /// only if nothing of ours shows. A page of a day is one of every order of its account, whoever asked for it.
    pub fn read(
        &mut self,
        (world, by): (&World, &Sandbox),
        (account, order): (usize, Option<&str>),
        shown_by: Moment,
    ) {
        let Some(order) = order else {
            self.read_page(world, account, shown_by);
            return;
        };
        let shops = world.shops.borrow();
        for (place, watched) in self.orders.iter_mut().enumerate() {
            let sale = &self.plan.sales[place];
            if watched.account != account
                || order != sale.order
                || !self.at_work.contains(&(by.task(), watched.key.clone()))
            {
                continue;
            }
            let former = shops.shows_former(account, order, shown_by);
            let is_foreign =
                former.is_none() && shops.shows(account, &sale.order, (false, shown_by));
            let is_ours = shops.shows(account, &sale.order, (true, shown_by));
            // Where each package ships by itself, a read is for one that is in doubt; of two it may be for either.
            let is_whole =
                self.plan.accounts[account].channel.facts().confirming == Confirming::WholeOrder;
            let in_doubt = |order: &Order| {
                let packages = order.packages.iter();
                let in_doubt = packages.filter(|(_, p)| p.state.doubt().is_some());
                in_doubt.map(|(id, _)| number(id)).collect::<Vec<_>>()
            };
            let in_doubt = world.table.with_order(&watched.key, in_doubt).unwrap_or_default();
            for (id, seen) in &mut watched.packages {
                seen.former_read_by.remove(&by.task());
                if let Some(number) = former {
                    seen.former_read_by.insert(by.task(), number.to_owned());
                    // What the same run has read before was another's, and is a former one since.
                    seen.foreign_read_by.remove(&by.task());
                }
                if is_foreign && (is_whole || in_doubt == [*id]) {
                    seen.foreign_read_by.insert(by.task());
                }
                let shows_it = is_ours && (is_whole || seen.sent.iter().any(|s| s.is_applied));
                if !shows_it {
                    seen.sent.iter_mut().for_each(|sent| sent.reads_since += 1);
                }
            }
        }
    }

    /// A page of a day counts for each package of the account whose read is due by then, and once for each such read.
    fn read_page(&mut self, world: &World, account: usize, shown_by: Moment) {
        let (shops, now) = (world.shops.borrow(), world.now());
        for (place, watched) in self.orders.iter_mut().enumerate() {
            let order = &self.plan.sales[place].order;
            if watched.account != account {
                continue;
            }
            let is_ours = shops.shows(account, order, (true, shown_by));
            for (id, seen) in &mut watched.packages {
                let read_at = world.table.with_order(&watched.key, |order| {
                    Some(super::package(order, *id)?.state.doubt()?.read_at)
                });
                let due = read_at.flatten().filter(|at| *at <= now.plus(CLOCKS_APART));
                let shows_it = is_ours && seen.sent.iter().any(|sent| sent.is_applied);
                for sent in seen.sent.iter_mut().filter(|sent| !shows_it && sent.paged_for < due) {
                    sent.reads_since += 1;
                    sent.paged_for = due;
                }
            }
        }
    }
}
