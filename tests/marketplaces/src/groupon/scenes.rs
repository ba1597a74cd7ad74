//! The operations behind the routes: what becomes of a notification, and of a reading.

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::Groupon;
use super::body::{Form, LineId, TRACKING_INFO, Version};
use super::gate::is_form;
use super::read::{PARAMETERS, Wanted, page};
use super::wording::{self, Refusal};
use crate::fakes::UnknownOrders;
use crate::fault::Answer;
use crate::play::Scene;
use crate::reply::{Outcome, Reply};
use crate::shop::Shop;
use crate::submission::Receipt;

/// `POST /api/v2/tracking_notification` or `POST /api/v4/lineitem_tracking_notification`.
pub(super) struct NotifyScene {
    pub(super) groupon: Groupon,
    version: Version,
    is_form: bool,
    query: Option<String>,
    form: Form,
    /// Whose lines the notification is about; the first line's own name if nobody knows it.
    pub(super) order_id: String,
    pub(super) receipt: Receipt,
}

/// `GET /api/{v2|v4}/get_orders`.
pub(super) struct ReadScene {
    pub(super) groupon: Groupon,
    pub(super) query: Form,
}

impl NotifyScene {
    /// Records the notification under its order.
    pub(super) fn new(
        groupon: Groupon,
        version: Version,
        headers: &HeaderMap,
        query: Option<String>,
        body: &Bytes,
    ) -> Self {
        let form = Form::read(body);
        let mut kept = groupon.desk().open();
        let mentioned = form.mentioned(version);
        let known = mentioned.iter().find_map(|line| kept.own.orders.order_of(line));
        let order_id = match known {
            Some(record) => record.order.id.clone(),
            None => mentioned.first().map(LineId::name).unwrap_or_default(),
        };
        let receipt = kept.book.arrived_as(&order_id, body, form.shown());
        drop(kept);
        Self { groupon, version, is_form: is_form(headers), query, form, order_id, receipt }
    }

    fn notify(&self) -> Result<Vec<LineId>, Refusal> {
        // A token in an address ends in logs. Real clients do it all the same; ours does not.
        if self.query.is_some() {
            return Err(Refusal::new("the parameters must be in the form, not in the address"));
        }
        if !self.is_form {
            return Err(Refusal::new("the body must be a form"));
        }
        let groupon = &self.groupon;
        let account = groupon.gate(&self.form)?;
        groupon.desk().open().book.let_in(&self.receipt, groupon.account_name(account));
        self.form.check(&["supplier_id", "token", TRACKING_INFO])?;
        let entries = self.form.entries(self.version)?;
        let mut kept = groupon.desk().open();
        if groupon.inner.unknown_orders == UnknownOrders::Accept {
            kept.own.orders.believe(&entries);
        }
        let not_open = kept.own.orders.notify(&entries)?;
        if entries.iter().any(|entry| !not_open.contains(&entry.line)) {
            kept.book.applied(&self.receipt);
        }
        Ok(not_open)
    }
}

impl Scene for NotifyScene {
    fn handle(&self) -> Reply {
        match self.notify() {
            Ok(not_open) => wording::saved(&not_open),
            Err(refusal) => refusal.reply(),
        }
    }

    fn say(&self, answer: &Answer) -> Outcome {
        wording::say(&self.form.mentioned(self.version), answer)
    }

    fn ship_elsewhere(&self, tracking_number: &str) {
        Shop::ship_elsewhere(&self.groupon, &self.order_id, tracking_number);
    }
}

impl ReadScene {
    fn read(&self) -> Result<Value, Refusal> {
        self.groupon.gate(&self.query)?;
        self.query.check(&PARAMETERS)?;
        let wanted = Wanted::read(&self.query)?;
        let kept = self.groupon.desk().open();
        let records = kept.own.orders.between(wanted.start_ms, wanted.end_ms);
        Ok(page(&records, wanted, self.groupon.inner.options.page_size))
    }
}

impl Scene for ReadScene {
    fn handle(&self) -> Reply {
        match self.read() {
            Ok(page) => Reply::json(200, page),
            Err(refusal) => refusal.reply(),
        }
    }

    /// A reading is not refused for what has shipped: then a page without orders is what it sees.
    fn say(&self, answer: &Answer) -> Outcome {
        match answer {
            Answer::AlreadyShipped => Outcome::Reply(Reply::json(
                200,
                json!({ "success": true, "data": [], "meta": { "no_of_items": 0 } }),
            )),
            Answer::HangUp
            | Answer::ServerError
            | Answer::Unavailable
            | Answer::TooManyRequests { .. }
            | Answer::NotJson
            | Answer::WrongJson
            | Answer::NotReady
            | Answer::Unauthorized
            | Answer::TokenExpired
            | Answer::Firewall
            | Answer::Custom { .. } => wording::say(&[], answer),
        }
    }
}
