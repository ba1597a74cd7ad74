//! The settings API: a request of any method, path, headers and body is answered, an error as a problem that says what
//! would be right; nobody reads or changes what is another seller's, and no secret and no IMEI that is kept gets out.

mod answered;
mod asked;
mod seeds;

pub(crate) use seeds::{WORDS, seeds};

use crate::world::{ready, world};
use answered::answered;
use api::{Api, Call, Config, GatewayRequest, Site};
use asked::Asked;
use domain::SellerId;
use flows::Writer;
use std::cell::RefCell;
use std::rc::Rc;
use testkit::{IMEIS, Memory, sender_config};

/// A page as small as can be.
const SITE: Site = Site {
    page: &[31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 179, 41, 176, 3, 0, 187, 161, 110, 60, 3, 0, 0, 0],
    script_digest: "c2NyaXB0",
    style_digest: "c3R5bGU=",
    document: &[],
};

/// The world, and the API over it.
struct Home {
    memory: Memory,
    api: Api<Rc<Memory>>,
}

impl Home {
    fn new(memory: Memory) -> Self {
        let config = CONFIG.with(Config::clone);
        Self { api: Api::new(Rc::new(memory.clone()), config, SITE), memory }
    }
}

fn config() -> Config {
    let sender = sender_config();
    Config { secret_prefix: sender.secret_prefix, imei_window_minutes: 60, sign_in: None }
}

thread_local! {
    static CONFIG: Config = config();
    /// As every call finds it. Making it costs more than thousand calls.
    static PRISTINE: Memory = world();
    /// What was only read can be read again.
    static HOME: RefCell<Option<Home>> = const { RefCell::new(None) };
}

/// A request of any bytes: two that choose the method, the sender and the headers, then lines with the target, the tag and
/// the body.
pub fn api(bytes: &[u8]) {
    let asked = Asked::of(bytes);
    let Ok(request) = serde_json::from_value::<GatewayRequest>(asked.event()) else { return };
    let call = Call::from(request);
    let home = HOME.take().unwrap_or_else(|| Home::new(PRISTINE.with(Memory::fork)));
    let reply = ready(home.api.answer(&call, &Writer::new("00000000-api1")));
    answered(&asked, &reply);
    assert!(home.memory.sent().is_empty(), "the API calls no marketplace");
    let [own, other] = asked.sellers();
    PRISTINE.with(|pristine| {
        assert!(home.memory.is_same_of(pristine, &other), "another seller's world changed");
        // Where it is refused by the state it is in, an order that was looked at may have changed: time has passed.
        let may_change = call.method != "GET" && matches!(reply.status, 200..300 | 404 | 409);
        if may_change {
            only_own(&own, &home.memory);
        } else {
            assert!(home.memory.is_same_of(pristine, &own), "{} changed something", reply.status);
            assert!(
                home.memory.bells().is_empty() && home.memory.published().is_empty(),
                "nothing is told"
            );
            HOME.set(Some(home));
        }
    });
}

/// What is rung and told of is the seller's own.
fn only_own(own: &SellerId, memory: &Memory) {
    assert!(memory.bells().iter().all(|(_, bell)| bell.key.seller == *own), "rung for another");
    for notice in memory.published() {
        assert!(notice.seller == *own, "told of another");
        let repeats = IMEIS.iter().any(|imei| notice.reason.as_str().contains(imei));
        assert!(!repeats, "rule I8: {notice:?}");
    }
}
