//! Carries out what the plan says happens.

use super::Simulation;
use crate::plan::{Away, Fact, LabelFact, Standing, Watched, What, Wish};
use crate::watch::ParcelId;
use crate::world::{Function, Sandbox, What as Next};
use domain::{
    Action, ChangedBy, Input, Mode, Moment, OrAfterChange, OrderKey, PackageId, Person, Resolution,
    ResumeBell, SendAfterChange, SettingsChange, Stage, State, Timing, possible,
};
use flows::ports::Orders as _;
use flows::{Invocation, Start, deliver, deliver_exactly, ring_all};
use futures_util::FutureExt as _;
use jiff::SignedDuration;
use std::rc::Rc;
use testkit::{Intercepted, parsed, secret_name, text};

impl Simulation {
    pub(super) fn happens(&mut self, place: usize) {
        let world = Rc::clone(&self.world);
        let now = world.now();
        let what = &world.plan.happenings[place].what;
        world.coverage.borrow_mut().happening(name(what));
        match what {
            What::Event(fact, copies) => {
                world.note(|| format!("on the bus: {fact:?}"));
                world.watch.borrow_mut().put_on_the_bus(place, now);
                let body = fact.body(&world.plan.sales, &world.plan.accounts);
                let to = Function::of_event(fact.kind());
                for after in copies {
                    self.deliveries.push((to, body.clone(), place));
                    let at = now.plus(SignedDuration::from_millis(*after));
                    world.agenda.put(at, Next::Delivery(self.deliveries.len() - 1));
                }
            }
            What::Timing(account, timing) => self.is_timed(*account, *timing),
            What::Missing(account, policy) => {
                let missing_imei = Some(*policy);
                self.changes(*account, SettingsChange { missing_imei, ..SettingsChange::NONE });
            }
            What::Watched(account, watched) => self.is_watched(*account, *watched),
            What::Paused(account) => self.is_paused(*account, true),
            What::Resumed(account, is_rung) => self.resumes(*account, *is_rung),
            What::Mode(account, mode) => {
                self.changes(
                    *account,
                    SettingsChange { mode: Some(*mode), ..SettingsChange::NONE },
                );
            }
            What::Person(sale, package, wish) => self.acts(*sale, *package, wish),
            What::SentLate(account, late) => {
                let change = SettingsChange {
                    deadline: Some(late.deadline),
                    or_after: Some(late.or_after.map_or(OrAfterChange::Off, OrAfterChange::To)),
                    verify: Some(late.verify),
                    ..SettingsChange::NONE
                };
                self.changes(*account, change);
            }
            What::NeverWhileWaiting(account) => world.never_is_to_come(*account),
            What::ShippedByHand(_)
            | What::Shows(..)
            | What::StoresNothing(_)
            | What::ShippedByHandAs(..)
            | What::ReleasedAgain(_)
            | What::Outage(..)
            | What::Away(..)
            | What::Revoked(_)
            | What::Restored(_) => self.happens_at_shop(what, now),
            What::ClocksJump => {
                world.note(|| "the clocks jump".to_owned());
                self.senders.values().for_each(|senders| senders.borrow().jump());
            }
            What::Redriven => self.redrive(),
        }
    }

    /// Something happens at a marketplace.
    fn happens_at_shop(&self, what: &What, now: Moment) {
        let world = &self.world;
        match what {
            What::ShippedByHand(sale) => {
                let sold = &world.plan.sales[*sale];
                world.note(|| format!("a person ships {} by hand", sold.order));
                world.shops.borrow_mut().ship_by_hand(sold.account, &sold.order, now);
            }
            What::Shows(sale, standing) => {
                let sold = &world.plan.sales[*sale];
                world.note(|| format!("{} shows {standing:?}", sold.order));
                world.shops.borrow_mut().will_show(sold.account, &sold.order, (now, *standing));
            }
            What::StoresNothing(sale) => {
                let sold = &world.plan.sales[*sale];
                world.shops.borrow_mut().will_store_nothing(sold.account, &sold.order);
            }
            What::ShippedByHandAs(sale, number) => {
                let sold = &world.plan.sales[*sale];
                world.note(|| format!("a person ships {} by hand as {number}", sold.order));
                let mut shops = world.shops.borrow_mut();
                shops.ship_by_hand_as(sold.account, &sold.order, number, now);
            }
            What::ReleasedAgain(sale) => {
                let sold = &world.plan.sales[*sale];
                let number = world.shops.borrow_mut().release_again(sold.account, &sold.order, now);
                if let Some(number) = number {
                    world
                        .note(|| format!("{} is to be shipped again, not by {number}", sold.order));
                    world.watch.borrow_mut().will_show_former(*sale, number);
                }
            }
            What::Outage(account, lasts) => {
                world.note(|| format!("the marketplace of account {account} is not there"));
                let until = now.plus(SignedDuration::from_millis(*lasts));
                world.shops.borrow_mut().close(*account, until);
            }
            What::Away(account, away) => {
                world.note(|| format!("the marketplace of account {account} says 503: {away:?}"));
                world.shops.borrow_mut().is_away(*account, *away, now);
            }
            What::Revoked(account) => {
                world.note(|| format!("the credentials of account {account} are no longer good"));
                world.shops.borrow_mut().revoke(*account);
            }
            What::Restored(account) => {
                world.note(|| format!("new credentials for account {account}"));
                let mut shops = world.shops.borrow_mut();
                shops.renew(*account);
                let name = secret_name(&world.plan.accounts[*account].partner);
                world.table.set_secret(&name, Some(shops.secret(*account)));
            }
            _ => {}
        }
    }

    /// `never` comes while a sender waits.
    pub(super) fn never_comes(&mut self, account: usize) {
        self.world.coverage.borrow_mut().happening("never came while one waited");
        self.is_timed(account, Timing::Never);
    }

    fn is_watched(&mut self, account: usize, watched: Watched) {
        let to = watched.send_after.map_or(SendAfterChange::Off, SendAfterChange::To);
        let change = SettingsChange {
            deadline: Some(watched.deadline),
            silent_hours: Some(watched.silent_hours),
            send_after: Some(to),
            ..SettingsChange::NONE
        };
        self.changes(account, change);
    }

    fn is_timed(&mut self, account: usize, timing: Timing) {
        let change = SettingsChange { timing: Some(timing), ..SettingsChange::NONE };
        self.changes(account, change);
    }

    /// A person pauses an account, or resumes it.
    fn is_paused(&self, account: usize, is_paused: bool) {
        let world = &self.world;
        let partner = &world.plan.accounts[account].partner;
        let Some(partner) = world.table.partner_at(&partner.seller, &partner.id) else { return };
        world.note(|| format!("account {account} is paused: {is_paused}"));
        let now = world.now();
        let by = ChangedBy { person: text("ops"), at: now };
        let changed =
            if is_paused { partner.pause(text("a look"), by) } else { partner.resume(by) };
        world.watch.borrow_mut().settings_changed(account, &changed, now);
        world.table.put(changed);
    }

    /// A person resumes an account. Its sender is told, unless the message gets lost.
    pub(super) fn resumes(&self, account: usize, is_rung: bool) {
        self.is_paused(account, false);
        if is_rung {
            let partner = &self.world.plan.accounts[account].partner;
            let body = ResumeBell::of(&partner.seller, &partner.id).body();
            let (to, now) = (Function::Sender(partner.settings.channel()), self.world.now());
            self.world.queues.borrow_mut().send(to, (body, None), now);
            self.world.look_at(to, now);
        }
    }

    /// An account that observes is live from now on.
    pub(super) fn leaves_observation(&mut self, account: usize) {
        let partner = &self.world.plan.accounts[account].partner;
        let now = self.world.table.partner_at(&partner.seller, &partner.id);
        if now.is_some_and(|partner| partner.mode == Mode::Observe) {
            let change = SettingsChange { mode: Some(Mode::Live), ..SettingsChange::NONE };
            self.changes(account, change);
        }
    }

    fn changes(&mut self, account: usize, change: SettingsChange) {
        let world = &self.world;
        let partner = &world.plan.accounts[account].partner;
        let Some(partner) = world.table.partner_at(&partner.seller, &partner.id) else { return };
        world.note(|| format!("settings of account {account}: {change:?}"));
        let now = world.now();
        if let Ok(changed) = partner.changed(change, text("ops"), now) {
            world.watch.borrow_mut().settings_changed(account, &changed, now);
            world.table.put(changed);
        }
    }

    /// A person looks at an order, and at the channel, and acts.
    fn acts(&mut self, sale: usize, package: u8, wish: &Wish) {
        let world = &self.world;
        let Some(key) = world.watch.borrow().key_of(sale) else { return };
        let id: PackageId = parsed(&package.to_string());
        let can = world.table.with_order(&key, |order| possible(order, &id)).unwrap_or_default();
        let action = match wish {
            Wish::This(action) => can.into_iter().find(|can| can == action),
            Wish::Choose(n) => {
                let mut choices: Vec<Action> =
                    can.into_iter().filter(|can| matches!(can, Action::UseLabel(_))).collect();
                let nth = usize::from(*n) % choices.len().max(1);
                (nth < choices.len()).then(|| choices.swap_remove(nth))
            }
            Wish::Any(n) => can.get(usize::from(*n) % can.len().max(1)).cloned(),
        };
        let Some(action) = action.filter(|action| self.is_true(action, sale, &key, &id)) else {
            return;
        };
        world.note(|| format!("a person: {} package {package} of {key}", action.name()));
        world.coverage.borrow_mut().happening(action.name());
        self.announce(&action, sale, &key, &id);
        let world = &self.world;
        // What a person says of the channel, and of a label, is of the order as they saw it.
        let says = matches!(action, Action::Resolve(Resolution::NothingThere) | Action::SendNow);
        let seen = world.table.stored(&key).filter(|_| says).map(|stored| stored.version);
        let sandbox = Rc::new(Sandbox::new(world, Function::Api));
        let ports = Intercepted(Rc::clone(&sandbox));
        let person =
            Person { by: text("ann"), reason: text("asked to"), evidence: None, at: world.now() };
        let act = move |invocation: Rc<Invocation>| {
            async move {
                let writer = &invocation.writer;
                let input = Input::Operator { package: id, action, person };
                let bells = match seen {
                    None => {
                        let done = deliver(&ports, &key, Start::Load, &[input], writer).await;
                        done.map(|delivered| delivered.bells).ok()
                    }
                    // A person says what they saw of the order as it was when they looked.
                    Some(seen) => match ports.order(&key).await {
                        Ok(Some(stored)) if stored.version == seen => {
                            let done = deliver_exactly(&ports, stored, &[input], writer).await;
                            done.map(|delivered| delivered.bells).ok()
                        }
                        Ok(_) | Err(_) => None,
                    },
                };
                ring_all(&ports, bells.unwrap_or_default()).await;
                Vec::new()
            }
            .boxed_local()
        };
        self.begin(Function::Api, act, (Vec::new(), &sandbox, None));
    }

    /// Shows the watch what a person is about to dismiss or to release.
    fn announce(&self, action: &Action, sale: usize, key: &OrderKey, id: &PackageId) {
        let world = &self.world;
        let sold = &world.plan.sales[sale];
        let label = world.table.with_order(key, |order| {
            let label = order.packages.get(id)?.label.as_ref()?;
            Some(label.id.to_string())
        });
        let Some(label) = label.flatten() else { return };
        let parcel = ParcelId::new(sale, id);
        let mut watch = world.watch.borrow_mut();
        world.table.with_order(key, |order| {
            let package = order.packages.get(id)?;
            watch.will_act(self.tasks.len(), parcel, action, package);
            Some(())
        });
        if *action == Action::Resolve(Resolution::NothingThere)
            && let Some(number) = world.shops.borrow().former(sold.account, &sold.order)
        {
            watch.will_dismiss(parcel, label, number.to_owned());
        } else if *action == Action::Release {
            watch.will_release(parcel, label, world.now());
        }
    }

    /// Whether what a person says of a channel is what they see there.
    fn is_true(&self, action: &Action, sale: usize, key: &OrderKey, id: &PackageId) -> bool {
        let world = &self.world;
        let sold = &world.plan.sales[sale];
        let shops = world.shops.borrow();
        let held = shops.held(sold.account, &sold.order);
        match action {
            // A former number counts as nothing where the package asks about this number.
            Action::Resolve(Resolution::NothingThere) => {
                let asked = world.table.with_order(key, |order| {
                    former(&order.packages.get(id)?.state).map(ToString::to_string)
                });
                match shops.former(sold.account, &sold.order) {
                    Some(there) => asked.flatten().as_deref() == Some(there),
                    None => held.is_empty(),
                }
            }
            Action::Resolve(Resolution::Confirmed) => {
                let ours = world.table.with_order(key, |order| {
                    let package = order.packages.get(id)?;
                    let is_open = matches!(
                        package.state.stage(),
                        Some(Stage::Conflict { .. } | Stage::Unresolved { .. })
                    );
                    let label = package.lock()?.label.as_ref().or(package.label.as_ref())?;
                    Some((is_open, label.telling.tracking.to_string()))
                });
                ours.flatten().is_none_or(|(is_open, ours)| {
                    !is_open || held.iter().any(|(number, _)| *number == ours)
                })
            }
            Action::SendNow
            | Action::Hold
            | Action::Release
            | Action::UseLabel(_)
            | Action::Retry
            | Action::Look
            | Action::Resolve(Resolution::Closed) => true,
        }
    }
}

/// The number that a package asks a person about.
fn former(state: &State) -> Option<&domain::Text> {
    if let Some(Stage::Unresolved { former, .. }) = state.stage() { former.as_ref() } else { None }
}

const fn name(what: &What) -> &'static str {
    match what {
        What::Event(Fact::Updated { is_shipped: true, .. }, _) => "an order is told to be shipped",
        What::Event(Fact::Updated { is_wished: Some(true), .. }, _) => "a buyer wishes to cancel",
        What::Event(Fact::Updated { is_wished: Some(false), .. }, _) => "a wish is taken back",
        What::Event(Fact::Updated { .. }, _) => "a ship-by is told of an order",
        What::Event(Fact::Label(LabelFact { ship_by: Some(_), .. }), _) => "a label with a ship-by",
        What::Event(fact, _) => fact.kind().name(),
        What::Timing(..) => "timing changed",
        What::Missing(..) => "missing_imei changed",
        What::Watched(..) => "what is told, and when it goes, changed",
        What::Paused(_) => "an account is paused",
        What::Resumed(_, true) => "an account is resumed",
        What::Resumed(_, false) => "an account is resumed, and its sender does not hear of it",
        What::Mode(_, Mode::Observe) => "an account observes",
        What::Mode(_, Mode::Live) => "an account is live again",
        What::SentLate(..) => "what goes without a movement changed",
        What::Shows(_, Standing { is_cancelled: true, .. }) => "a channel shows a cancellation",
        What::Shows(_, Standing { is_wished: true, .. }) => "a channel shows a wish",
        What::Shows(..) => "a channel shows a ship-by, or none",
        What::StoresNothing(_) => "a confirmation is to be taken and not stored",
        What::ShippedByHandAs(..) => "shipped by hand by our number",
        What::Person(..) => "a person looks",
        What::ShippedByHand(_) => "shipped by hand",
        What::ReleasedAgain(_) => "released again",
        What::Outage(..) => "outage",
        What::Away(_, Away { reads: false, .. }) => "503 to writes",
        What::Away(_, Away { writes: false, .. }) => "503 to reads",
        What::Away(..) => "503 to reads and writes",
        What::NeverWhileWaiting(_) => "never waits for a sender",
        What::Revoked(_) => "credentials revoked",
        What::Restored(_) => "credentials put",
        What::ClocksJump => "clocks jump",
        What::Redriven => "dead letters put back",
    }
}
