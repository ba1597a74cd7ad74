//! What was told of cancelled lines, of IMEIs and of serial numbers, and of labels that are refused: the watch's own record, by
//! which it judges what is claimed and sent. Rules L9, L13, L15, I10 and I11.
//!
//! What a function has dealt with is surely known. What is on the bus may be known. A rule is broken only where what is surely
//! known speaks against a claim, and nothing that may be known speaks for it.

use super::tellings::Known;
use super::{ParcelId, SavedPackage, Watch};
use crate::plan::{EnteredLists, Fact, PackedLine, What};
use crate::shops::{ShopDevice, Submission};
use domain::{Attention, ItemId, Mark, Order, Package, State};
use std::collections::{BTreeMap, BTreeSet};

/// How many digits of an IMEI all phones of a model have.
const DIGITS_OF_MODEL: usize = 8;

/// More than the labels of an order may have, with what an event has beside. `DynamoDB` takes no item over 400 KB.
const ORDER_BYTES_MAX: usize = 360_000;

/// The pieces that remain of lines, by the line.
pub(super) type Remaining = BTreeMap<String, u32>;

/// Whether an IMEI is in an entry.
fn has(entry: &str, imei: &str) -> bool {
    entry.split('/').any(|part| part == imei)
}

impl Watch {
    pub(super) fn facts_known(&self, sale: usize, known: Known) -> impl Iterator<Item = &Fact> {
        let facts =
            self.orders[sale].facts.iter().filter(move |index| self.is_known(**index, known));
        facts.filter_map(|index| match &self.plan.happenings[*index].what {
            What::Event(fact, _) => Some(fact),
            _ => None,
        })
    }

    /// L9: the least that was told to remain of each line.
    pub(super) fn remaining(&self, sale: usize, known: Known) -> Remaining {
        let mut remaining = Remaining::new();
        for fact in self.facts_known(sale, known) {
            let Fact::CancelLines { lines, .. } = fact else { continue };
            for (line, pieces) in lines {
                let least = remaining.entry(line.clone()).or_insert(*pieces);
                *least = (*least).min(*pieces);
            }
        }
        remaining
    }

    /// The lists of a line that were told.
    fn lists(&self, sale: usize, item: &str, known: Known) -> impl Iterator<Item = &EnteredLists> {
        self.facts_known(sale, known).filter_map(move |fact| match fact {
            Fact::Entered { item: of, lists, .. } if of == item => Some(lists),
            _ => None,
        })
    }

    fn phones(&self, sale: usize, item: &str, known: Known) -> impl Iterator<Item = &Vec<String>> {
        self.lists(sale, item, known).filter_map(|lists| lists.imeis.as_ref())
    }

    fn serials(&self, sale: usize, item: &str, known: Known) -> impl Iterator<Item = &Vec<String>> {
        self.lists(sale, item, known).filter_map(|lists| lists.serials.as_ref())
    }

    fn packed(&self, sale: usize) -> impl Iterator<Item = PackedLine<'_>> {
        let sold = &self.plan.sales[sale];
        (1..=sold.packages).flat_map(|package| sold.lines_of(package))
    }

    /// Whether the order has but one parcel, and nothing of it was cancelled: its lines are those of the plan.
    fn is_whole(&self, sale: usize) -> bool {
        self.plan.sales[sale].packages == 1 && self.remaining(sale, Known::Maybe).is_empty()
    }

    /// Whether the order surely needs more than one IMEI (rule I10).
    fn surely_needs_another(&self, sale: usize) -> bool {
        let phones = self.packed(sale).filter(|line| line.is_phone).map(|line| line.pieces);
        self.is_whole(sale) && phones.sum::<u32>() > 1
    }

    /// I10: the IMEI that may be sent of a list.
    fn sent_of<'a>(&self, sale: usize, list: &'a [String]) -> Option<&'a str> {
        match list {
            [phone] => phone.split('/').next(),
            [one, other] => {
                let are_single = !one.contains('/') && !other.contains('/');
                let is_model = one.get(..DIGITS_OF_MODEL) == other.get(..DIGITS_OF_MODEL);
                let is_one = are_single && is_model && !self.surely_needs_another(sale);
                is_one.then_some(one.as_str())
            }
            _ => None,
        }
    }

    /// Why a device of a line may not be sent, by all that may have been told of the line.
    pub(super) fn wrong_device(
        &self,
        sale: usize,
        item: &str,
        device: &ShopDevice,
    ) -> Option<&'static str> {
        let is_sent = |imei: &String| {
            let mut lists = self.phones(sale, item, Known::Maybe);
            lists.any(|list| self.sent_of(sale, list) == Some(imei.as_str()))
        };
        let is_serial = |serial: &String| {
            self.serials(sale, item, Known::Maybe).any(|list| list.as_slice() == [serial.clone()])
        };
        let was_entered = |imei: &String| {
            let mut lists = self.phones(sale, item, Known::Maybe);
            lists.any(|list| list.iter().any(|entry| has(entry, imei)))
        };
        if device.imei.as_ref().is_some_and(|imei| !was_entered(imei)) {
            return Some("nothing crosses orders");
        }
        if device.imei.as_ref().is_some_and(|imei| !is_sent(imei)) {
            return Some("I10: what is sent is the first IMEI of one phone");
        }
        let is_wrong = device.serial.as_ref().is_some_and(|serial| !is_serial(serial));
        is_wrong.then_some("I11: what is sent is the one serial number of the line")
    }

    /// Whether every list that may be known of another line has this too, and one is surely known.
    fn is_surely_shared(&self, sale: usize, item: &str, device: &domain::Device) -> bool {
        let imei = device.imei.as_ref().map(domain::Imei::as_str);
        let serial = device.serial.as_ref().map(domain::Serial::as_str);
        let others = self.plan.sales[sale].lines.iter().filter(|line| *line != item);
        others.into_iter().any(|other| {
            let has_imei = |list: &Vec<String>| {
                imei.is_some_and(|imei| list.iter().any(|entry| has(entry, imei)))
            };
            let has_serial =
                |list: &Vec<String>| serial.is_some_and(|serial| list.iter().any(|s| s == serial));
            let phones = |known| self.phones(sale, other, known);
            let serials = |known| self.serials(sale, other, known);
            phones(Known::Surely).next().is_some() && phones(Known::Maybe).all(has_imei)
                || serials(Known::Surely).next().is_some() && serials(Known::Maybe).all(has_serial)
        })
    }

    /// What is wrong with the devices that a claim fixed (rules I10 and I11).
    pub(super) fn wrong_devices(&self, saved: SavedPackage<'_>) -> Option<&'static str> {
        let sale = saved.parcel.sale;
        let devices = &saved.package.lock()?.devices;
        let is_shared = |(item, device): (&ItemId, &domain::Device)| {
            self.is_surely_shared(sale, item.as_str(), device)
        };
        if devices.iter().any(is_shared) {
            return Some("I10: what two lines have is sent for neither");
        }
        let forgets = |line: &PackedLine<'_>| {
            let sent = devices.iter().find(|(item, _)| item.as_str() == line.id);
            let sent = sent.and_then(|(_, device)| device.serial.as_ref());
            self.only_serial(sale, line.id)
                .is_some_and(|only| sent.is_none_or(|sent| sent.as_str() != only))
        };
        let mut needing = self.packed(sale).filter(|line| line.needs_serial && line.pieces == 1);
        let is_forgotten = self.is_whole(sale) && needing.any(|line| forgets(&line));
        is_forgotten.then_some("I11: a serial number that is known goes")
    }

    /// The serial number that all lists of a line have, which is no other line's, and surely known.
    fn only_serial(&self, sale: usize, item: &str) -> Option<&str> {
        let [only] = self.serials(sale, item, Known::Surely).next()?.as_slice() else {
            return None;
        };
        let lines = self.plan.sales[sale].lines.iter().filter(|line| *line != item);
        let mut others = lines.flat_map(|line| self.serials(sale, line, Known::Maybe));
        let is_elsewhere = others.any(|list| list.contains(only));
        let is_only = |list: &Vec<String>| list.as_slice() == std::slice::from_ref(only);
        let is_it = self.serials(sale, item, Known::Maybe).all(is_only);
        (is_it && !is_elsewhere).then_some(only)
    }

    /// I4 and I11: whether a line of the order surely lacks an IMEI or a serial number.
    pub(super) fn surely_lacks(&self, sale: usize, order: &Order, line: &PackedLine<'_>) -> bool {
        let kept_phones = order.imeis.iter().find(|(item, _)| item.as_str() == line.id);
        let kept_serials = order.serials.iter().find(|(item, _)| item.as_str() == line.id);
        let is_cut = self.remaining(sale, Known::Maybe).contains_key(line.id);
        let is_one = self.plan.sales[sale].pieces_of(line.id) == 1;
        let is_sendable = |list: &Vec<String>| self.sent_of(sale, list).is_some();
        let lacks_imei = kept_phones.is_none_or(|(_, list)| list.entries.is_empty())
            || !self.phones(sale, line.id, Known::Maybe).any(is_sendable);
        let lacks_serial = kept_serials.is_none_or(|(_, list)| list.entries.is_empty())
            || !self.serials(sale, line.id, Known::Maybe).any(|list| list.len() == 1);
        is_one && !is_cut && (line.is_phone && lacks_imei || line.needs_serial && lacks_serial)
    }
}

impl Watch {
    /// How many pieces of a line the other packages of the order were sent with, as far as that may be applied.
    fn sent_beside(&self, parcel: ParcelId, line: &str) -> u32 {
        let others = self.orders[parcel.sale].packages.iter();
        let others = others.filter(|(package, _)| **package != parcel.package);
        let sent = others.filter_map(|(_, record)| record.sent.last());
        let sent = sent.filter(|sent| sent.is_applied);
        sent.map(|sent| pieces_of(&sent.submission, line)).sum()
    }

    /// What is wrong with the lines of a confirmation, by what remained of them when it was claimed (rules L9 and L13).
    pub(super) fn wrong_lines(
        &self,
        parcel: ParcelId,
        submission: &Submission,
    ) -> Option<&'static str> {
        let sold = &self.plan.sales[parcel.sale];
        let packed = || sold.lines_of(parcel.package);
        let claim = self.record(parcel)?.claims.last()?;
        if submission.lines.iter().any(|line| !packed().any(|of| of.id == line)) {
            return Some("a confirmation is of its parcel's lines");
        }
        let is_left_out = |of: &PackedLine<'_>| !submission.lines.iter().any(|line| line == of.id);
        let may_be_cut = self.remaining(parcel.sale, Known::Maybe);
        if !submission.lines.is_empty()
            && packed().any(|of| is_left_out(&of) && !may_be_cut.contains_key(of.id))
        {
            return Some("a confirmation is of its parcel's lines");
        }
        for (index, codes) in submission.codes.iter().enumerate() {
            let line = packed().find(|of| submission.lines.get(index).is_some_and(|l| l == of.id));
            let told = line.map(|line| sold.codes(parcel.package, &line)).unwrap_or_default();
            let told: BTreeSet<&String> = told.iter().collect();
            if told != codes.iter().collect() {
                return Some("L13: the codes of a line are submitted as told");
            }
        }
        let is_too_many = |line: &String| {
            let Some(remaining) = claim.remaining.get(line) else { return false };
            let all = pieces_of(submission, line) + self.sent_beside(parcel, line);
            pieces_of(submission, line) > 0 && all > *remaining || *remaining == 0
        };
        let is_by_rule = !claim.is_by_person && !claim.is_repeat;
        let is_wrong = is_by_rule && submission.lines.iter().any(is_too_many);
        is_wrong.then_some("L9: no more of a line is sent than remains")
    }

    /// What is wrong with a claim of a package of which lines were cancelled before (rule L9).
    pub(super) fn wrong_claim(
        &self,
        saved: SavedPackage<'_>,
        is_repeat: bool,
    ) -> Option<&'static str> {
        let parcel = saved.parcel;
        let remaining = self.remaining(parcel.sale, Known::Surely);
        let sold = &self.plan.sales[parcel.sale];
        let packed = || sold.lines_of(parcel.package);
        if is_repeat {
            let record = self.record(parcel)?;
            let first = record.claims.iter().rfind(|claim| !claim.is_repeat)?;
            // A claim whose run died before its request leaves a doubt, too, and nobody knows what it would have sent.
            let sent = record.sent.last().filter(|sent| sent.task >= first.task)?;
            let is_persons = record.claims.iter().any(|claim| claim.is_by_person);
            let is_cut = packed().any(|line| {
                let now = remaining.get(line.id);
                now.is_some_and(|now| pieces_of(&sent.submission, line.id) > *now)
            });
            return (is_cut && !is_persons).then_some("L9: what was cut is not repeated");
        }
        if packed().all(|line| remaining.get(line.id) == Some(&0)) {
            return Some("L9: a label of which nothing is left is not sent");
        }
        let is_doubtful = |line: PackedLine<'_>| {
            let Some(left) = remaining.get(line.id).filter(|left| **left > 0) else { return false };
            if sold.has_codes && line.pieces > *left {
                return true;
            }
            let others = (1..=sold.packages).filter(|other| *other != parcel.package);
            let others =
                others.filter(|other| self.is_surely_unclaimed(saved.order, parcel.sale, *other));
            let beside =
                others.flat_map(|other| sold.lines_of(other)).filter(|of| of.id == line.id);
            let beside: u32 = beside.map(|of| of.pieces).sum();
            beside > 0 && beside + line.pieces > *left
        };
        packed().any(is_doubtful).then_some("L9: nobody guesses which of several labels was cut")
    }

    /// Whether a package surely has a label, and was never claimed.
    fn is_surely_unclaimed(&self, order: &Order, sale: usize, package: u8) -> bool {
        let parcel = ParcelId { sale, package };
        let is_voided =
            |fact: &Fact| matches!(fact, Fact::Void { package: of, .. } if *of == package);
        let is_new = self.record(parcel).is_some_and(|record| record.claims.is_empty());
        let is_sent = super::package(order, package).is_none_or(|package| package.lock().is_some());
        is_new
            && !is_sent
            && self.has_label(parcel, Known::Surely)
            && !self.has_return(sale, Known::Maybe)
            && !self.facts_known(sale, Known::Maybe).any(is_voided)
    }

    /// Whether some pieces of the order's lines were cancelled, by what is told in the end.
    pub(super) fn has_cuts(&self, sale: usize) -> bool {
        !self.remaining(sale, Known::InTheEnd).is_empty()
    }

    /// Whether the package was sent with more of a line than remains in the end, and nobody is shown it (rule L9).
    pub(super) fn is_cut_unseen(&self, parcel: ParcelId, order: &Order, package: &Package) -> bool {
        let Some(record) = self.record(parcel) else { return false };
        let is_persons = record.claims.iter().any(|claim| claim.is_by_person);
        // A2: "marks of what was forgotten do not come back".
        let is_forgotten = |at| self.restored_at.is_some_and(|restored_at| at < restored_at);
        let is_judged = package.lock().is_some() && !is_persons;
        let Some(sent) = record.sent.last().filter(|sent| is_judged && !is_forgotten(sent.at))
        else {
            return false;
        };
        let remaining = self.remaining(parcel.sale, Known::InTheEnd);
        let is_cut = |line: &String| {
            remaining.get(line).is_some_and(|left| pieces_of(&sent.submission, line) > *left)
        };
        sent.is_applied
            && sent.submission.lines.iter().any(is_cut)
            && order.attention_since.is_none()
            && !package.state.is_closed()
            && !package.resolved.contains(&Mark::CancelledLate)
    }
}

impl Watch {
    /// L15: a label that was refused is shown, where no label of its package was taken after it.
    pub(super) fn is_refusal_unseen(&self, sale: usize, order: &Order) -> bool {
        let facts = self.orders[sale].facts.iter().copied();
        let refused: Vec<usize> = facts.clone().filter(|index| self.is_refused(*index)).collect();
        refused.into_iter().any(|index| {
            // It may have been kept before its run died, so any label that was first dealt with from then on may have ended it.
            let at = self.on_the_bus[index];
            let mut labels = facts.clone().filter(|other| self.is_label(*other));
            let may_end =
                labels.any(|other| self.handled[other].is_none_or(|then| Some(then) >= at));
            self.handled[index].is_some() && !may_end && order.attention_since.is_none()
        })
    }

    fn is_refused(&self, index: usize) -> bool {
        matches!(self.plan.happenings[index].what, What::Event(Fact::BadLabel { .. }, _))
    }

    fn is_label(&self, index: usize) -> bool {
        matches!(
            self.plan.happenings[index].what,
            What::Event(Fact::Label(_) | Fact::HugeLabel { .. }, _)
        )
    }

    /// L14: whether the labels that an order keeps were told with more bytes than an order may have.
    pub(super) fn is_too_large(&self, sale: usize, order: &Order) -> bool {
        let is_kept =
            |package: u8| super::package(order, package).is_some_and(|p| p.label.is_some());
        let told = self.facts_known(sale, Known::Maybe).filter_map(|fact| match fact {
            Fact::HugeLabel { package, .. } if is_kept(*package) => {
                Some(fact.body(&self.plan.sales, &self.plan.accounts).len())
            }
            _ => None,
        });
        told.sum::<usize>() > ORDER_BYTES_MAX
    }

    /// The newest list of a line in the end: IMEIs, or serial numbers.
    pub(super) fn newest(
        &self,
        sale: usize,
        item: &str,
        of: fn(&EnteredLists) -> Option<&Vec<String>>,
    ) -> Option<(i64, Vec<String>)> {
        let told = self.facts_known(sale, Known::InTheEnd).filter_map(|fact| match fact {
            Fact::Entered { item: line, lists, at, .. } if line == item => {
                Some((*at, of(lists)?.clone()))
            }
            _ => None,
        });
        told.max()
    }

    /// What is wrong with what is shown of the order's IMEIs in the end (rule I10).
    pub(super) fn wrong_attention(&self, sale: usize, order: &Order) -> Option<&'static str> {
        let sold = &self.plan.sales[sale];
        if !order.channel.facts().takes_imeis || !self.is_whole(sale) {
            return None;
        }
        let (id, package) = order.packages.first_key_value()?;
        let label = package.label.as_ref().filter(|label| !package.voided.contains(&label.id));
        label?;
        let imeis = |line: &str| self.newest(sale, line, |lists| lists.imeis.as_ref());
        let is_ambiguous = |line: &PackedLine<'_>| {
            let list = imeis(line.id).map(|(_, list)| list).unwrap_or_default();
            line.is_phone
                && line.pieces == 1
                && list.len() > 1
                && self.sent_of(sale, &list).is_none()
        };
        // A3: what was observed "has no marks".
        let is_dealt_with = package.state.is_closed()
            || matches!(package.state, State::Observed(_))
            || package.resolved.contains(&Mark::ImeiAmbiguous)
            || order.attention_since.is_some();
        if self.packed(sale).any(|line| is_ambiguous(&line)) && !is_dealt_with {
            return Some("I10: what is ambiguous is shown");
        }
        let [line] = sold.lines.as_slice() else { return None };
        let device = package.lock()?.devices.iter().find(|(item, _)| item.as_str() == line);
        let (_, device) = device.filter(|(_, device)| device.serial.is_none())?;
        let sent = device.imei.as_ref()?.as_str();
        let (_, newest) = imeis(line)?;
        let is_still_there = matches!(newest.as_slice(), [phone] if has(phone, sent));
        let is_late = domain::attention(order, id).contains(&Attention::ImeiLate);
        let is_wrong = is_still_there && is_late && !sold.serials[0];
        is_wrong.then_some("I10: a list that still has the sent IMEI is not late")
    }
}

/// How many pieces of a line a confirmation has, where the channel is told.
fn pieces_of(submission: &Submission, line: &str) -> u32 {
    let lines = submission.lines.iter().zip(&submission.pieces);
    lines.filter(|(of, _)| *of == line).map(|(_, pieces)| *pieces).sum()
}
