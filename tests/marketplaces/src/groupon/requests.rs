//! Groupon's requests: a tracking notification, and a read of orders.

use axum::body::Bytes;
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::Groupon;
use super::access::is_form;
use super::body::{Form, LineId, TRACKING_INFO, Version};
use super::get_orders::{PARAMETERS, PageRequest, page};
use super::wording::{self, Refusal};
use crate::fakes::UnknownOrders;
use crate::fault::Answer;
use crate::reply::{Outcome, Reply};
use crate::request::MarketplaceRequest;
use crate::shop::Shop;
use crate::submission::SubmissionId;

/// A request of `POST /api/v2/tracking_notification` or `POST /api/v4/lineitem_tracking_notification`.
pub(super) struct NotifyRequest {
    pub(super) groupon: Groupon,
    version: Version,
    is_form: bool,
    query: Option<String>,
    form: Form,
    /// The order whose lines the notification names. If Groupon knows none of the lines, this is the id of the first
    /// line.
    pub(super) order_id: String,
    pub(super) submission: SubmissionId,
}

/// A request of `GET /api/{v2|v4}/get_orders`.
pub(super) struct ReadRequest {
    pub(super) groupon: Groupon,
    pub(super) query: Form,
}

impl NotifyRequest {
    /// Parses the notification, and records it for its order.
    pub(super) fn new(
        groupon: Groupon,
        version: Version,
        headers: &HeaderMap,
        query: Option<String>,
        body: &Bytes,
    ) -> Self {
        let form = Form::read(body);
        let mut state = groupon.shared().lock();
        let mentioned = form.line_ids(version);
        let known = mentioned.iter().find_map(|line| state.channel.orders.order_of(line));
        let order_id = match known {
            Some(record) => record.order.id.clone(),
            None => mentioned.first().map(LineId::text).unwrap_or_default(),
        };
        let submission = state.submissions.add_as(&order_id, body, form.without_token());
        drop(state);
        Self { groupon, version, is_form: is_form(headers), query, form, order_id, submission }
    }

    fn notify(&self) -> Result<Vec<LineId>, Refusal> {
        // Real clients also send the token in the address, from where it gets into logs. Our client never does, so the
        // fake refuses it.
        if self.query.is_some() {
            return Err(Refusal::new("the parameters must be in the form, not in the address"));
        }
        if !self.is_form {
            return Err(Refusal::new("the body must be a form"));
        }
        let groupon = &self.groupon;
        let account = groupon.admit(&self.form)?;
        groupon
            .shared()
            .lock()
            .submissions
            .set_account(&self.submission, groupon.account_name(account));
        self.form.check(&["supplier_id", "token", TRACKING_INFO])?;
        let entries = self.form.entries(self.version)?;
        let mut state = groupon.shared().lock();
        if groupon.inner.unknown_orders == UnknownOrders::Accept {
            state.channel.orders.create_if_unknown(&entries);
        }
        let not_open = state.channel.orders.notify(&entries)?;
        if entries.iter().any(|entry| !not_open.contains(&entry.line)) {
            state.submissions.set_applied(&self.submission);
        }
        Ok(not_open)
    }
}

impl MarketplaceRequest for NotifyRequest {
    fn handle(&self) -> Reply {
        match self.notify() {
            Ok(not_open) => wording::saved(&not_open),
            Err(refusal) => refusal.reply(),
        }
    }

    fn fault_answer(&self, answer: &Answer) -> Outcome {
        wording::fault_answer(&self.form.line_ids(self.version), answer)
    }

    fn ship_elsewhere(&self, tracking_number: &str) {
        Shop::ship_elsewhere(&self.groupon, &self.order_id, tracking_number);
    }
}

impl ReadRequest {
    fn read(&self) -> Result<Value, Refusal> {
        self.groupon.admit(&self.query)?;
        self.query.check(&PARAMETERS)?;
        let request = PageRequest::read(&self.query)?;
        let state = self.groupon.shared().lock();
        let records = state.channel.orders.between(request.start_ms, request.end_ms);
        Ok(page(&records, request, self.groupon.inner.options.page_size))
    }
}

impl MarketplaceRequest for ReadRequest {
    fn handle(&self) -> Reply {
        match self.read() {
            Ok(page) => Reply::json(200, page),
            Err(refusal) => refusal.reply(),
        }
    }

    /// A read cannot be refused because an order has shipped. For that fault it sees a page without orders.
    fn fault_answer(&self, answer: &Answer) -> Outcome {
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
            | Answer::Custom { .. } => wording::fault_answer(&[], answer),
        }
    }
}
