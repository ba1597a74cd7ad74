//! The API: a request of any method, path, headers and body gets a response. An error is a problem that says what
//! would be right. Nobody reads or changes another seller's data, and no secret and no kept IMEI gets out.

mod requests;
mod responses;
mod seeds;

pub(crate) use seeds::{WORDS, seeds};

use crate::world::{ready, world};
use api::GatewayRequest;
use domain::SellerId;
use flows::Writer;
use requests::Asked;
use responses::answered;
use std::cell::RefCell;
use std::rc::Rc;
use testkit::api_user::Api;
use testkit::{IMEIS, Memory};

/// The world, and the API over it.
struct Home {
    memory: Memory,
    api: Api<Memory>,
}

impl Home {
    fn new(memory: Memory) -> Self {
        Self { api: Api::on(Rc::new(memory.clone()), None), memory }
    }
}

thread_local! {
    /// The world before every call. Making it costs more than a thousand calls.
    static PRISTINE: Memory = world();
    /// Whether the world was only read, and so can be used again.
    static HOME: RefCell<Option<Home>> = const { RefCell::new(None) };
}

/// Target: a request of any bytes. Two bytes choose the method, the sender and the headers. Lines with the target, the tag and
/// the body follow.
pub fn api(bytes: &[u8]) {
    let asked = Asked::of(bytes);
    let Ok(request) = serde_json::from_value::<GatewayRequest>(asked.event()) else { return };
    let home = HOME.take().unwrap_or_else(|| Home::new(PRISTINE.with(Memory::fork)));
    let call = home.api.call(request);
    let reply = ready(home.api.answer(&call, &Writer::new("00000000-api1")));
    answered(&asked, &reply);
    assert!(home.memory.sent().is_empty(), "the API calls no marketplace");
    let [own, other] = asked.sellers();
    PRISTINE.with(|pristine| {
        assert!(home.memory.is_same_of(pristine, &other), "another seller's world changed");
        // An order that refuses the request by its state may have changed all the same, because time has passed.
        let may_change = call.method != "GET" && matches!(reply.status, 200..300 | 404 | 409);
        if may_change {
            only_own(&own, &home.memory);
        } else {
            assert!(home.memory.is_same_of(pristine, &own), "{} changed something", reply.status);
            assert!(
                home.memory.bells().is_empty() && home.memory.published().is_empty(),
                "nothing is published"
            );
            HOME.set(Some(home));
        }
    });
}

/// Checks that doorbells and notices are of the seller's own orders.
fn only_own(own: &SellerId, memory: &Memory) {
    assert!(memory.bells().iter().all(|(_, bell)| bell.key.seller == *own), "rung for another");
    for notice in memory.published() {
        assert!(notice.seller == *own, "published of another seller's order");
        let repeats = IMEIS.iter().any(|imei| notice.reason.as_str().contains(imei));
        assert!(!repeats, "rule I8: {notice:?}");
    }
}
