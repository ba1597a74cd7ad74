//! A world for the API: two sellers with a partner at each channel, and orders at every stage. The data of each
//! seller has words that the other must never read.

use crate::orders::{Stage, item, label, order_at, phone, with_imei};
use domain::{Channel, Order, OrderKey, Partner, SellerId, Stopped};
use flows::ports::{Orders as _, Trackings as _};
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use testkit::{Memory, at, parsed, partner_of, secret_name, text};

/// The two sellers.
pub(crate) const SELLERS: [&str; 2] = ["acme", "other"];

/// The word behind a seller's name in everything that is theirs alone.
pub(crate) const ONLY: &str = "-only";

/// The text of each kept secret.
pub(crate) const KEPT_SECRET: &str = "KEPT-S3CR3T";

/// When the world is made. Unit: seconds after the start.
const NOW: i64 = 600;

/// More polls than any call needs. A call that is not ready by then never will be.
const POLLS_MAX: u32 = 1_000_000;

/// The result of a call on ports in memory.
pub(crate) fn ready<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    let mut context = Context::from_waker(Waker::noop());
    for _ in 0..POLLS_MAX {
        if let Poll::Ready(done) = work.as_mut().poll(&mut context) {
            return done;
        }
    }
    panic!("it never ends")
}

/// The id of a partner. Both sellers have a partner of this id.
pub(crate) fn partner_id(channel: Channel) -> String {
    format!("{}-us", channel.name().replace('_', "-"))
}

/// The number of an order. Both sellers have an order of this number, with one partner id and one tracking number.
pub(crate) fn order_id(channel: Channel, stage: usize) -> String {
    if channel == Channel::Amazon {
        format!("902-1106328-105905{stage}")
    } else {
        format!("70000{stage}")
    }
}

/// An order's tracking number.
pub(crate) fn tracking(channel: Channel, stage: usize) -> String {
    format!("1Z999AA1{}{stage}", channel.name().replace('_', "").to_uppercase())
}

/// Keeps an order, and its tracking number.
pub(crate) fn keep(memory: &Memory, order: &Order) {
    ready(memory.save(order, None, "world")).expect("it is new");
    let numbers = order.packages.values().filter_map(|package| package.label.as_ref());
    for label in numbers {
        let number = label.telling.tracking.key();
        ready(memory.add_to_tracking(&order.key, &number)).expect("it has room");
    }
}

/// The world before each call.
pub(crate) fn world() -> Memory {
    let memory = Memory::new(at(NOW));
    for name in SELLERS {
        let seller: SellerId = parsed(name);
        for channel in Channel::ALL {
            let mut partner = partner_of(&seller, &partner_id(channel), channel);
            partner.name = text(&format!("{name}{ONLY}"));
            if channel == Channel::Groupon {
                let reason = text("refused");
                partner.stopped = Some(Stopped { at: at(1), reason, secret: "v1".to_owned() });
            }
            register(&memory, &partner);
            orders(&memory, &partner);
        }
    }
    memory
}

fn register(memory: &Memory, partner: &Partner) {
    memory.register(partner);
    let secret = format!(r#"{{"token":"{KEPT_SECRET}"}}"#);
    memory.put_secret(&secret_name(partner), Some(secret));
}

/// Orders at every stage for the first seller's channel with the richest rules, and one or two at each other channel.
fn orders(memory: &Memory, partner: &Partner) {
    let channel = partner.settings.channel();
    let is_rich = matches!(channel, Channel::Amazon | Channel::BackMarket);
    let stages = match (is_rich, partner.seller.as_str() == SELLERS[0]) {
        (true, true) => Stage::ALL.len(),
        (true, false) => 2,
        (false, _) => 1,
    };
    for (place, stage) in Stage::ALL.into_iter().enumerate().take(stages) {
        let key = OrderKey {
            seller: partner.seller.clone(),
            partner: partner.id.clone(),
            order: parsed(&order_id(channel, place)),
        };
        let number = tracking(channel, place);
        let lines =
            if channel == Channel::BackMarket { vec![phone("11")] } else { vec![item("11", 1)] };
        let label = label(&key, &number, &lines, &format!("{}{ONLY}", partner.seller));
        let mut order = order_at(stage, channel, label);
        if channel == Channel::BackMarket && place % 2 == 0 {
            order = with_imei(order, "11", place % 3);
        }
        keep(memory, &order);
    }
}
