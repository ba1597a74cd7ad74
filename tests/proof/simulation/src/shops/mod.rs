//! The marketplaces, as far as a sender can see them.
//!
//! A marketplace takes the senders' real requests and gives real answers. It applies what is submitted by its channel's own
//! rule, and shows it when it is read. Further refusals are tested with the strict fakes of `tests/marketplaces`. Each account
//! is a shop of its own.

mod amazon;
mod back_market;
mod ebay;
mod groupon;
mod reads;
mod requests;
mod until_gone;
mod wish;
mod words;

pub use requests::{LATEST, Question, ShopDevice, ShopRequest, Submission};
pub use words::refusal;

use crate::fault::Fault;
use crate::plan::{Away, Plan, Standing};
use channels::Answer;
use domain::{Channel, Moment};
use http::{HeaderMap, Request};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::START;

/// A parcel as a marketplace has it.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Our reference of the parcel, where the channel keeps one.
    reference: String,
    /// Its tracking number.
    pub number: String,
    /// The lines in the parcel.
    lines: Vec<String>,
    /// Since when reads show the parcel.
    since: Moment,
    /// Whether we submitted the number.
    is_ours: bool,
    /// Since when the order is to be shipped once more, so that this number is a former one.
    former_since: Option<Moment>,
}

impl Parcel {
    fn is_former(&self, by: Moment) -> bool {
        self.former_since.is_some_and(|since| since <= by)
    }
}

/// What an account's marketplace holds of an order.
#[derive(Debug)]
struct HeldOrder {
    lines: Vec<String>,
    accepted_at: Moment,
    parcels: Vec<Parcel>,
    /// Number of tracking numbers that were entered by hand.
    by_hand: u32,
    devices: BTreeMap<String, ShopDevice>,
    /// The lines that ship in two parcels.
    shared: Vec<String>,
    /// How many pieces of each line were ordered.
    ordered: BTreeMap<String, u32>,
    /// Numbers of ours that a person entered by hand.
    as_ours: Vec<String>,
    /// The ids of the webhooks that were taken.
    webhooks: Vec<String>,
    /// Whether the marketplace refuses the order although it takes the account.
    is_refused: bool,
    /// What it shows beside its parcels, and from when on.
    standings: Vec<(Moment, Standing)>,
    /// The next confirmation is taken, and not stored.
    stores_nothing: bool,
    /// The moment as of which the order was read last. What a read has shown once shows from then on.
    read_by: Moment,
}

/// One account's marketplace.
#[derive(Debug)]
struct Shop {
    channel: Channel,
    orders: BTreeMap<String, HeldOrder>,
    /// Number of credentials that the account ever had. Only the latest are good.
    generation: u32,
    is_revoked: bool,
    /// The one access token that is good, by its number.
    token: u32,
    drops_repeats: bool,
    closed_until: Moment,
    /// How the marketplace is away, and until when.
    away: Option<(Away, Moment)>,
}

/// All shops, by account.
#[derive(Debug)]
pub struct Shops(Vec<Shop>);

/// What became of a submission at a marketplace.
#[derive(Debug)]
pub struct SubmissionResult {
    /// The marketplace's answer.
    pub answer: Answer,
    /// Whether the submission was applied.
    pub is_applied: bool,
    /// Whether it was taken, and not stored.
    pub is_lost: bool,
}

fn answer(status: u16, body: &Value) -> Answer {
    Answer {
        status,
        headers: HeaderMap::new(),
        body: body.to_string().into_bytes(),
        is_whole: true,
    }
}

fn taken(status: u16, body: &Value) -> SubmissionResult {
    SubmissionResult { answer: answer(status, body), is_applied: true, is_lost: false }
}

fn refused(status: u16, body: &Value) -> SubmissionResult {
    SubmissionResult { answer: answer(status, body), is_applied: false, is_lost: false }
}

/// When a submission arrives, and whether its receiver drops repeats.
#[derive(Clone, Copy, Debug)]
struct Arrival {
    now: Moment,
    drops_repeats: bool,
}

/// The manners of a channel: how it numbers orders, how it is asked, what it does, and its words.
trait Manners {
    /// The `n`-th order's number, as the channel writes it.
    fn order(&self, n: usize) -> String;

    /// The content of an account's secret.
    fn secret(&self, account: usize, generation: u32) -> Value;

    /// What a request asks for, and who asks. `parts` are the parts of its path, without the channel's name.
    fn parse_request(
        &self,
        request: &Request<Vec<u8>>,
        parts: &[&str],
        shops: &Shops,
    ) -> Option<ShopRequest>;

    /// A submission reaches an order.
    fn take(
        &self,
        held: &mut HeldOrder,
        parcel: Parcel,
        submission: &Submission,
        arrival: Arrival,
    ) -> SubmissionResult;

    /// The answer to a read of an order, with the parcels that show by a moment.
    fn shown(&self, held: &HeldOrder, order: &str, by: Moment) -> Value;

    /// The answer to a read of a day's orders, where the channel is asked so.
    fn day(&self, _orders: &BTreeMap<String, HeldOrder>, _by: Moment) -> Option<Value> {
        None
    }

    /// A listed refusal that is final. Where the channel has none listed, an answer that nobody has listed.
    fn for_good(&self) -> Answer;

    /// The answer for an order that was shipped before. Where the channel has no words for that, an answer that nobody has
    /// listed.
    fn shipped(&self, _lines: &[String]) -> Answer {
        words::said(500, "Internal", "try again")
    }

    /// The answer to credentials that are not good.
    fn unauthorized(&self) -> Answer {
        words::said(401, "Unauthorized", "who are you")
    }

    /// A success that cannot be read.
    fn malformed(&self) -> Answer {
        let (headers, body) = (HeaderMap::new(), b"<ok/>".to_vec());
        Answer { status: 200, headers, body, is_whole: true }
    }

    /// Whether this status alone says that a submission was applied.
    fn applies(&self, _status: u16) -> bool {
        false
    }
}

fn manners(channel: Channel) -> &'static dyn Manners {
    match channel {
        Channel::Amazon => &amazon::Amazon,
        Channel::Ebay => &ebay::Ebay,
        Channel::Wish => &wish::Wish,
        Channel::BackMarket => &back_market::BackMarket,
        Channel::Groupon => &groupon::Groupon,
        Channel::UntilGone => &until_gone::UntilGone,
    }
}

/// The `n`-th order's number, as the channel writes it.
pub(crate) fn order(channel: Channel, n: usize) -> String {
    manners(channel).order(n)
}

/// Whether a status alone says at a channel that a submission was applied.
pub(crate) fn applies(channel: Channel, status: u16) -> bool {
    manners(channel).applies(status)
}

/// How long before the start orders were placed.
pub(crate) const PLACED_BEFORE: SignedDuration = SignedDuration::from_hours(1);

impl Shops {
    /// The marketplaces of a plan, before anything is shipped.
    pub fn new(plan: &Plan, start: Moment) -> Self {
        let shop = |(place, account): (usize, &crate::plan::Account)| {
            let sales = plan.sales.iter().enumerate();
            let sold = sales.filter(|(_, sale)| sale.account == place);
            let held = |index: usize, sale: &crate::plan::Sale| HeldOrder {
                is_refused: plan.refused.contains(&index),
                lines: sale.lines.clone(),
                accepted_at: start.plus(SignedDuration::from_millis(sale.accepted_at)),
                parcels: Vec::new(),
                by_hand: 0,
                devices: BTreeMap::new(),
                shared: shared(sale),
                ordered: ordered(sale),
                as_ours: Vec::new(),
                webhooks: Vec::new(),
                standings: Vec::new(),
                stores_nothing: false,
                read_by: start,
            };
            Shop {
                channel: account.channel,
                orders: sold.map(|(index, sale)| (sale.order.clone(), held(index, sale))).collect(),
                generation: 0,
                is_revoked: false,
                token: 0,
                drops_repeats: account.drops_repeats(),
                closed_until: start,
                away: None,
            }
        };
        Self(plan.accounts.iter().enumerate().map(shop).collect())
    }

    /// The present content of an account's secret.
    pub fn secret(&self, account: usize) -> String {
        let shop = &self.0[account];
        manners(shop.channel).secret(account, shop.generation).to_string()
    }

    /// The account's credentials are good no longer.
    pub fn revoke(&mut self, account: usize) {
        self.0[account].is_revoked = true;
    }

    /// The account has new credentials, and only they are good.
    pub fn renew(&mut self, account: usize) {
        let shop = &mut self.0[account];
        shop.generation += 1;
        shop.token += 1;
        shop.is_revoked = false;
    }

    /// The account cannot be reached until then.
    pub fn close(&mut self, account: usize, until: Moment) {
        let shop = &mut self.0[account];
        shop.closed_until = shop.closed_until.max(until);
    }

    /// The account's marketplace answers 503 for a while.
    pub fn is_away(&mut self, account: usize, away: Away, now: Moment) {
        let until = now.plus(SignedDuration::from_millis(away.lasts));
        self.0[account].away = Some((away, until));
    }

    /// The answer to a write, or a read, while the marketplace is away.
    pub fn away(&self, account: usize, is_write: bool, now: Moment) -> Option<Answer> {
        let (away, until) = self.0[account].away?;
        let is_it = now < until && if is_write { away.writes } else { away.reads };
        is_it.then(|| words::away(away.retry_after_s))
    }

    /// Every marketplace can be reached again, and refuses no order.
    pub fn open_all(&mut self, now: Moment) {
        for shop in &mut self.0 {
            shop.closed_until = now;
            shop.away = None;
            shop.orders.values_mut().for_each(|held| held.is_refused = false);
        }
    }

    /// Whether the account can be reached.
    pub fn is_open(&self, account: usize, now: Moment) -> bool {
        self.0[account].closed_until <= now
    }

    /// What a request asks for, and who asks. `None` for a request that no marketplace knows.
    pub fn parse_request(&self, request: &Request<Vec<u8>>) -> Option<ShopRequest> {
        requests::parse_request(request, self)
    }

    /// Whether the marketplace takes the credentials a request came with.
    pub fn is_welcome(&self, shop_request: &ShopRequest) -> bool {
        let shop = &self.0[shop_request.account];
        !shop.is_revoked
            && match shop_request.credentials {
                requests::Credentials::Own(generation) => generation == shop.generation,
                requests::Credentials::Token(token) => token == shop.token,
            }
    }

    /// Gives out an access token.
    pub fn token(&mut self, account: usize) -> Answer {
        let shop = &mut self.0[account];
        let expires_in = 3_600;
        // Amazon's and eBay's tokens are good beside each other. A renewal at Wish revokes the former token, and the grant.
        if shop.channel == Channel::Wish {
            shop.token += 1;
            shop.generation += 1;
            let (token, generation) = (shop.token, shop.generation);
            return answer(
                200,
                &json!({ "code": 0, "data": {
                    "access_token": format!("token/{account}/{token}"),
                    "refresh_token": format!("grant/{account}/{generation}"),
                    "expiry_time": "2026-12-20T00:00:00.000Z" } }),
            );
        }
        let token = format!("token/{account}/{}", shop.token);
        answer(200, &json!({ "access_token": token, "expires_in": expires_in }))
    }

    /// The orders of an account, none of which matter to who asks whether the account is taken.
    pub fn account(&self, account: usize) -> Answer {
        match self.0[account].channel {
            Channel::Wish => answer(200, &json!({ "code": 0, "data": [] })),
            _ => answer(200, &json!({ "orders": [], "results": [] })),
        }
    }

    /// A submission reaches the marketplace.
    pub fn submit(
        &mut self,
        account: usize,
        submission: &Submission,
        now: Moment,
    ) -> SubmissionResult {
        let shop = &mut self.0[account];
        let channel = shop.channel;
        let Some(held) = shop.orders.get_mut(&submission.order) else {
            return refused(404, &json!({ "errors": [{ "code": "NotFound" }] }));
        };
        if held.stores_nothing && held.parcels.is_empty() {
            held.stores_nothing = false;
            let answer = answer(204, &Value::Null);
            return SubmissionResult { answer, is_applied: false, is_lost: true };
        }
        let parcel = Parcel {
            reference: submission.reference.clone(),
            number: submission.number.clone(),
            lines: submission.lines.clone(),
            since: now,
            is_ours: true,
            former_since: None,
        };
        let arrival = Arrival { now, drops_repeats: shop.drops_repeats };
        manners(channel).take(held, parcel, submission, arrival)
    }

    /// The registration of an IMEI, a serial number or both reaches the marketplace.
    pub fn register(
        &mut self,
        account: usize,
        line: &str,
        device: &ShopDevice,
    ) -> SubmissionResult {
        let orders = &mut self.0[account].orders;
        let Some(held) = orders.values_mut().find(|held| held.lines.iter().any(|id| id == line))
        else {
            return refused(404, &json!({ "message": "no such line" }));
        };
        let there = held.devices.entry(line.to_owned()).or_default();
        if there.imei.is_some() && device.imei.is_some()
            || there.serial.is_some() && device.serial.is_some()
        {
            return refused(422, &json!({ "message": "the line already has an IMEI" }));
        }
        let ShopDevice { imei, serial } = device.clone();
        there.imei = imei.or_else(|| there.imei.take());
        there.serial = serial.or_else(|| there.serial.take());
        let id: u64 = line.parse().unwrap_or_default();
        taken(200, &json!({ "id": id, "imei": there.imei, "serial_number": there.serial }))
    }

    /// What an order shows from a moment on.
    pub fn will_show(&mut self, account: usize, order: &str, standing: (Moment, Standing)) {
        if let Some(held) = self.0[account].orders.get_mut(order) {
            held.standings.push(standing);
        }
    }

    /// The next confirmation of an order is taken, and not stored.
    pub fn will_store_nothing(&mut self, account: usize, order: &str) {
        if let Some(held) = self.0[account].orders.get_mut(order) {
            held.stores_nothing = true;
        }
    }

    /// Whether a person has entered this number of ours by hand, whatever took its place since.
    pub fn was_entered(&self, account: usize, order: &str, number: &str) -> bool {
        let held = self.0[account].orders.get(order);
        held.is_some_and(|held| held.as_ours.iter().any(|entered| entered == number))
    }

    /// What an order shows by a moment, beside its parcels.
    pub fn standing(&self, account: usize, order: &str, by: Moment) -> Standing {
        self.0[account].orders.get(order).map_or_else(Standing::default, |held| held.standing(by))
    }

    /// A person ships the order by hand, by a number of ours.
    pub fn ship_by_hand_as(&mut self, account: usize, order: &str, number: &str, now: Moment) {
        let Some(held) = self.0[account].orders.get_mut(order) else { return };
        if held.parcels.is_empty() {
            held.as_ours.push(number.to_owned());
            held.parcels.push(Parcel {
                reference: "1".to_owned(),
                number: number.to_owned(),
                lines: held.lines.clone(),
                since: now,
                is_ours: true,
                former_since: None,
            });
        }
    }

    /// A person ships the order by hand.
    pub fn ship_by_hand(&mut self, account: usize, order: &str, now: Moment) {
        let shop = &mut self.0[account];
        let Some(held) = shop.orders.get_mut(order) else { return };
        if !held.parcels.is_empty() && shop.channel != Channel::Wish {
            // Most marketplaces take no second number for what has shipped.
            return;
        }
        // The person enters another number, or just as well the former one once more.
        held.by_hand += u32::from(now.as_millis().rem_euclid(3) > 0 || held.by_hand == 0);
        let parcel = Parcel {
            reference: "1".to_owned(),
            number: format!("{FOREIGN}{}", held.by_hand),
            lines: held.lines.clone(),
            since: now,
            is_ours: false,
            former_since: None,
        };
        if shop.channel == Channel::Wish {
            held.parcels.clear();
        }
        held.parcels.push(parcel);
    }

    /// The marketplace wants an order shipped once more that somebody else has shipped. Returns their number, which still
    /// shows.
    pub fn release_again(&mut self, account: usize, order: &str, now: Moment) -> Option<String> {
        let held = self.0[account].orders.get_mut(order)?;
        let parcel = held.parcels.iter_mut().find(|parcel| !parcel.is_ours)?;
        parcel.former_since.get_or_insert(now);
        Some(parcel.number.clone())
    }

    /// The number of a former shipment, where that is all there is of an order that is still to be shipped.
    pub fn former(&self, account: usize, order: &str) -> Option<&str> {
        let held = self.0[account].orders.get(order)?;
        match held.parcels.as_slice() {
            [parcel] if parcel.former_since.is_some() => Some(&parcel.number),
            _ => None,
        }
    }

    /// The numbers the marketplace holds of an order, and whether each is ours.
    pub fn held(&self, account: usize, order: &str) -> Vec<(&str, bool)> {
        let held = self.0[account].orders.get(order);
        let parcels = held.iter().flat_map(|held| &held.parcels);
        parcels.map(|parcel| (parcel.number.as_str(), parcel.is_ours)).collect()
    }

    /// The moment as of which an order is shown: never earlier than at the read before.
    pub fn shown_by(&mut self, account: usize, order: &str, by: Moment) -> Moment {
        let held = self.0[account].orders.get_mut(order);
        held.map_or(by, |held| {
            held.read_by = held.read_by.max(by);
            held.read_by
        })
    }

    /// The numbers that were entered by hand before a moment, and whether each is of a former shipment.
    pub fn by_hand(&self, account: usize, order: &str, before: Moment) -> Vec<(&str, bool)> {
        let held = self.0[account].orders.get(order).into_iter().flat_map(|held| &held.parcels);
        held.filter(|parcel| !parcel.is_ours && parcel.since < before)
            .map(|parcel| (parcel.number.as_str(), parcel.former_since.is_some()))
            .collect()
    }

    /// What the marketplace holds of a line's device.
    pub fn device(&self, account: usize, order: &str, line: &str) -> ShopDevice {
        let held = self.0[account].orders.get(order).and_then(|held| held.devices.get(line));
        held.cloned().unwrap_or_default()
    }

    /// The answer to a submission of an order that the marketplace refuses although it takes the account.
    pub fn refuses(&self, account: usize, order: &str) -> Option<Answer> {
        let shop = &self.0[account];
        let is_refused = shop.orders.get(order).is_some_and(|held| held.is_refused);
        is_refused.then(|| refusal(shop.channel, Fault::Unauthorized, None))
    }

    /// What is answered when the credentials are not taken.
    pub fn unauthorized(&self, shop_request: &ShopRequest) -> Answer {
        refusal(self.0[shop_request.account].channel, Fault::Unauthorized, None)
    }
}

/// How many pieces of each line of an order ship in all its parcels.
fn ordered(sale: &crate::plan::Sale) -> BTreeMap<String, u32> {
    let mut ordered = BTreeMap::new();
    for line in (1..=sale.packages).flat_map(|package| sale.lines_of(package)) {
        *ordered.entry(line.id.to_owned()).or_default() += line.pieces;
    }
    ordered
}

/// The lines of an order that ship in two parcels.
fn shared(sale: &crate::plan::Sale) -> Vec<String> {
    let is_in = |package: u8, line: &String| sale.lines_of(package).any(|of| of.id == line);
    let is_shared = |line: &&String| (1..=sale.packages).filter(|p| is_in(*p, line)).count() > 1;
    sale.lines.iter().filter(is_shared).cloned().collect()
}

/// How the numbers begin that a person enters by hand.
pub const FOREIGN: &str = "9400FOREIGN";

/// A moment as a channel writes it.
fn written(at: i64) -> String {
    START.plus(SignedDuration::from_millis(at)).to_string()
}

impl HeldOrder {
    /// What it shows by a moment, beside its parcels.
    fn standing(&self, by: Moment) -> Standing {
        let shown = self.standings.iter().filter(|(since, _)| *since <= by);
        shown.max_by_key(|(since, _)| *since).map(|(_, standing)| *standing).unwrap_or_default()
    }

    fn is_taken(&self, lines: &[String]) -> bool {
        let parcels =
            |line: &String| self.parcels.iter().filter(|p| p.lines.contains(line)).count();
        lines.iter().any(|line| parcels(line) > usize::from(self.shared.contains(line)))
    }
}
