//! Orders at every stage. The rules themselves step each order there.

use domain::{
    Action, Channel, Claim, Decision, EventId, ImeiTerms, Input, Item, LabelCreated, LabelKind,
    MissingImei, Order, OrderKey, OrderShown, Outcome, PackageId, PartnerNow, Person, Reading,
    Seal, Target, Terms, Timing, TimingNow, step,
};
use std::collections::BTreeSet;
use testkit::{IMEIS, at, parsed, text};

/// When orders are claimed. Unit: seconds after the start.
const CLAIMED_AT: i64 = 60;

/// The stage of an order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Stage {
    Waiting,
    Held,
    Cancelled,
    Ready,
    Sending,
    Confirmed,
    Rejected,
    Conflict,
    Unresolved,
}

impl Stage {
    pub(crate) const ALL: [Self; 9] = [
        Self::Waiting,
        Self::Held,
        Self::Cancelled,
        Self::Ready,
        Self::Sending,
        Self::Confirmed,
        Self::Rejected,
        Self::Conflict,
        Self::Unresolved,
    ];
}

pub(crate) fn package() -> PackageId {
    parsed("1")
}

pub(crate) fn target() -> Target {
    Target::Confirmation(package())
}

/// Follows an input, which the rules must not refuse.
fn taken(order: Order, input: &Input, seconds: i64) -> Order {
    let Decision { order, refused, .. } = step(order, input, at(seconds));
    assert_eq!(refused, None, "{input:?}");
    order
}

/// A label of a package with these lines. `of` is in its words.
pub(crate) fn label(key: &OrderKey, number: &str, lines: &[Item], of: &str) -> LabelCreated {
    LabelCreated {
        seller_id: key.seller.clone(),
        partner_id: key.partner.clone(),
        order_id: key.order.clone(),
        package_id: package(),
        label_id: parsed("lbl-1"),
        kind: LabelKind::Outbound,
        carrier: text("UPS"),
        service: Some(text(of)),
        registered: None,
        tracking_number: parsed(number),
        also_known_as: BTreeSet::new(),
        tracking_url: None,
        labeled_at: at(0),
        updated_at: None,
        ordered_at: None,
        ship_by: None,
        ships_on: None,
        items: lines.to_vec(),
        supply_source_id: None,
        left_out: Vec::new(),
    }
}

/// An order of this channel at a stage.
pub(crate) fn order_at(stage: Stage, channel: Channel, label: LabelCreated) -> Order {
    let timing = match stage {
        Stage::Waiting | Stage::Held | Stage::Cancelled => Timing::WhenTrackingShowsMovement,
        Stage::Ready
        | Stage::Sending
        | Stage::Confirmed
        | Stage::Rejected
        | Stage::Conflict
        | Stage::Unresolved => Timing::WhenTrackingIsAssigned,
    };
    let key = OrderKey {
        seller: label.seller_id.clone(),
        partner: label.partner_id.clone(),
        order: label.order_id.clone(),
    };
    let terms = Terms::unwatched(timing, imei_terms(channel));
    let cancel = domain::OrderCancelled {
        seller_id: key.seller.clone(),
        partner_id: key.partner.clone(),
        order_id: key.order.clone(),
        cancelled_at: at(1),
        items: None,
    };
    let labelled = Input::Label { event: label, terms, id: EventId(text("6f1e5c0a")) };
    let order = taken(Order::new(key, channel, at(0)), &labelled, 0);
    let outcome = |order, outcome| {
        taken(order, &Input::Outcome { target: target(), fence: 1, outcome }, CLAIMED_AT + 1)
    };
    let found = |order, reading| {
        let hash = Some(text("9f86d081884c7d659a2feaa0"));
        let asked_at = at(CLAIMED_AT + 120);
        let shown = OrderShown::default();
        let input = Input::Probe { target: target(), fence: 1, reading, shown, hash, asked_at };
        taken(order, &input, CLAIMED_AT + 120)
    };
    let words = || text("words of the channel");
    let doubted = |order| {
        outcome(sending(order, timing), Outcome::Unknown { reason: words(), retry_after: None })
    };
    match stage {
        Stage::Waiting | Stage::Ready => order,
        Stage::Held => {
            let person = Person { by: text("ann"), reason: words(), evidence: None, at: at(2) };
            taken(order, &Input::Operator { package: package(), action: Action::Hold, person }, 2)
        }
        Stage::Cancelled => taken(order, &Input::Cancel(cancel), 2),
        Stage::Sending => sending(order, timing),
        Stage::Confirmed => outcome(sending(order, timing), Outcome::ACCEPTED),
        Stage::Rejected => outcome(
            sending(order, timing),
            Outcome::Refused { code: text("InvalidInput"), message: words() },
        ),
        Stage::Conflict => found(doubted(order), Reading::Other(text("OTHER12345"))),
        Stage::Unresolved => found(doubted(order), Reading::Unclear(words())),
    }
}

fn imei_terms(channel: Channel) -> Option<ImeiTerms> {
    let terms = ImeiTerms { missing: MissingImei::SendWithout, window_s: 1 };
    channel.facts().takes_imeis.then_some(terms)
}

/// An order of this channel that is claimed.
fn sending(order: Order, timing: Timing) -> Order {
    let seal = Seal {
        reference: Some(text("483920175")),
        hash: text("9f86d081884c7d659a2feaa0"),
        is_deduped: false,
        carrier_code: None,
    };
    let claim = Claim {
        target: target(),
        now: PartnerNow::under(TimingNow { timing, never_until: None }),
        restored_at: None,
        lease_until: at(CLAIMED_AT + 65),
        seal,
    };
    let order = taken(order, &Input::Tick, CLAIMED_AT);
    taken(order, &Input::Claim(claim), CLAIMED_AT)
}

pub(crate) fn item(id: &str, quantity: u32) -> Item {
    Item {
        item_id: parsed(id),
        sku: None,
        quantity,
        requires_imei: false,
        requires_serial: false,
        transparency_codes: BTreeSet::new(),
    }
}

pub(crate) fn phone(id: &str) -> Item {
    Item { requires_imei: true, ..item(id, 1) }
}

/// An order whose line's IMEI has been entered.
pub(crate) fn with_imei(order: Order, line: &str, imei: usize) -> Order {
    let imei = IMEIS.get(imei).copied().expect("there is one");
    let entered = domain::ImeiUpdated {
        seller_id: order.key.seller.clone(),
        partner_id: order.key.partner.clone(),
        order_id: order.key.order.clone(),
        item_id: parsed(line),
        imeis: Some(vec![parsed(imei)]),
        serials: None,
        updated_at: at(0),
        updated_by: Some(text("ann")),
    };
    taken(order, &Input::Imei(entered), 0)
}
