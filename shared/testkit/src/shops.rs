//! Two marketplaces that behave: what they applied can be read back, and a second number is taken or refused as at the real
//! ones. They check little. The strict fakes are in `tests/marketplaces`.

use crate::SentRequest;
use channels::Answer;
use flows::ports::HttpError;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;

/// Something that a marketplace applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Applied {
    /// A tracking number of an order, and the IMEI with it.
    Number {
        /// The order.
        order: String,
        /// The number.
        number: String,
        /// The IMEI in the confirmation itself.
        imei: Option<String>,
    },
    /// The IMEI of a line, registered by itself.
    Imei {
        /// The line.
        line: String,
        /// The IMEI.
        imei: String,
    },
    /// The serial number of a line, in the confirmation or registered by itself.
    Serial {
        /// The line.
        line: String,
        /// The serial number.
        serial: String,
    },
}

/// What a marketplace does with a submission.
#[derive(Clone, Debug)]
pub enum Turn {
    /// It applies or refuses the submission, as usual.
    Usual,
    /// It applies or refuses the submission, and its answer is lost.
    LoseAnswer,
    /// It does not get the submission, and nobody answers.
    LoseRequest,
    /// No connection is made.
    NoConnection,
    /// It does not apply the submission, and gives this answer.
    Answer(Answer),
}

/// An answer with a JSON body.
pub fn answer(status: u16, body: &Value) -> Answer {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    let mut headers = HeaderMap::new();
    let json =
        (HeaderName::from_static("content-type"), HeaderValue::from_static("application/json"));
    headers.insert(json.0, json.1);
    Answer { status, headers, body, is_whole: true }
}

/// The marketplaces. A clone is another handle of the same ones.
#[derive(Clone, Default)]
pub struct Shops(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    /// The packages at Amazon, by order and reference.
    amazon: BTreeMap<String, BTreeMap<String, Value>>,
    back_market: BTreeMap<String, Phones>,
    turns: VecDeque<Turn>,
    applied: Vec<Applied>,
    tokens: u32,
    /// What is answered to a read of an account.
    account: Option<Answer>,
}

/// An order at Back Market.
#[derive(Default)]
struct Phones {
    number: Option<String>,
    lines: BTreeMap<String, HeldLine>,
}

/// What is registered at a line of an order at Back Market.
#[derive(Default)]
struct HeldLine {
    imei: Option<String>,
    serial: Option<String>,
}

impl HeldLine {
    /// Takes what a request has for the line.
    fn take(&mut self, line: &str, body: &Value) -> Vec<Applied> {
        let (imei, serial) = (field(body, "/imei"), field(body, "/serial_number"));
        self.imei = self.imei.take().or_else(|| imei.clone());
        self.serial = self.serial.take().or_else(|| serial.clone());
        let line = line.to_owned();
        let imei = imei.map(|imei| Applied::Imei { line: line.clone(), imei });
        imei.into_iter().chain(serial.map(|serial| Applied::Serial { line, serial })).collect()
    }

    fn json(&self, line: &str) -> Value {
        json!({ "id": number(line), "imei": self.imei, "serial_number": self.serial })
    }
}

impl Phones {
    fn json(&self, order: &str) -> Value {
        let state = if self.number.is_some() { 3 } else { 2 };
        let lines: Vec<Value> = self
            .lines
            .iter()
            .map(|(line, held)| {
                json!({ "id": number(line), "state": state, "imei": held.imei,
                    "serial_number": held.serial })
            })
            .collect();
        json!({ "order_id": number(order), "tracking_number": self.number, "orderlines": lines })
    }
}

fn number(text: &str) -> u64 {
    text.parse().expect("Back Market's ids are numbers")
}

fn field(body: &Value, name: &str) -> Option<String> {
    body.pointer(name).and_then(Value::as_str).map(str::to_owned)
}

impl Shops {
    /// Makes an order with these lines at Back Market. Amazon knows every order.
    pub fn open(&self, order: &str, lines: &[&str]) {
        let lines = lines.iter().map(|line| ((*line).to_owned(), HeldLine::default())).collect();
        let phones = Phones { number: None, lines };
        self.0.borrow_mut().back_market.insert(order.to_owned(), phones);
    }

    /// Says what becomes of the next submissions, one after the other. Those after them are as usual.
    pub fn next(&self, turns: impl IntoIterator<Item = Turn>) {
        self.0.borrow_mut().turns.extend(turns);
    }

    /// Everything that the marketplaces applied, with one entry for each time.
    pub fn applied(&self) -> Vec<Applied> {
        self.0.borrow().applied.clone()
    }

    /// Says what is answered to reads of accounts from now on. Without it they show that the credentials are taken.
    pub fn answer_account(&self, answer: Option<Answer>) {
        self.0.borrow_mut().account = answer;
    }

    /// How many access tokens were given out.
    pub fn tokens(&self) -> u32 {
        self.0.borrow().tokens
    }

    /// Answers a request.
    ///
    /// # Errors
    /// As the next turn says.
    pub fn answer(&self, request: &SentRequest) -> Result<Answer, HttpError> {
        let state = &mut *self.0.borrow_mut();
        let parts: Vec<&str> = request.uri().path().split('/').skip(1).collect();
        let body: Value = serde_json::from_slice(request.body()).unwrap_or_default();
        match (request.method().as_str(), parts.as_slice()) {
            ("POST", ["amazon", "auth", "o2", "token"]) => {
                state.tokens = state.tokens.saturating_add(1);
                let token = format!("token-{}", state.tokens);
                Ok(answer(200, &json!({ "access_token": token, "expires_in": 3600 })))
            }
            ("POST", ["amazon", "orders", "v0", "orders", order, "shipmentConfirmation"]) => {
                state.turn(|state| state.take_at_amazon(order, &body))
            }
            ("GET", ["amazon", "orders", "2026-01-01", "orders", order]) => {
                Ok(answer(200, &state.held_at_amazon(order)))
            }
            (
                "GET",
                ["amazon", "orders", "2026-01-01", "orders"] | ["back_market", "ws", "orders"],
            ) => Ok(state
                .account
                .clone()
                .unwrap_or_else(|| answer(200, &json!({ "orders": [], "results": [] })))),
            ("POST", ["back_market", "ws", "orders", order]) => {
                state.turn(|state| state.take_at_back_market(order, &body))
            }
            ("PATCH", ["back_market", "ws", "orderlines", line]) => {
                state.turn(|state| state.take_imei(line, &body))
            }
            ("GET", ["back_market", "ws", "orders", order]) => {
                let held = state.back_market.get(*order).map(|phones| phones.json(order));
                Ok(held.map_or_else(|| answer(404, &Value::Null), |held| answer(200, &held)))
            }
            _ => Ok(answer(404, &json!({ "errors": [{ "code": "NotFound" }] }))),
        }
    }
}

impl State {
    fn turn(&mut self, take: impl FnOnce(&mut Self) -> Answer) -> Result<Answer, HttpError> {
        match self.turns.pop_front().unwrap_or(Turn::Usual) {
            Turn::Usual => Ok(take(self)),
            Turn::LoseAnswer => {
                drop(take(self));
                Err(HttpError::Unknown("no answer within 15 s".to_owned()))
            }
            Turn::LoseRequest => Err(HttpError::Unknown("connection reset".to_owned())),
            Turn::NoConnection => Err(HttpError::NotSent("connection refused".to_owned())),
            Turn::Answer(answer) => Ok(answer),
        }
    }

    fn take_at_amazon(&mut self, order: &str, body: &Value) -> Answer {
        let package = body.pointer("/packageDetail").cloned().unwrap_or_default();
        let reference = field(&package, "/packageReferenceId").unwrap_or_default();
        let number = field(&package, "/trackingNumber").unwrap_or_default();
        self.applied.push(Applied::Number { order: order.to_owned(), number, imei: None });
        self.amazon.entry(order.to_owned()).or_default().insert(reference, package);
        answer(204, &Value::Null)
    }

    fn held_at_amazon(&self, order: &str) -> Value {
        let packages: Vec<Value> = self
            .amazon
            .get(order)
            .into_iter()
            .flatten()
            .map(|(reference, package)| {
                json!({ "packageReferenceId": reference,
                    "trackingNumber": package.get("trackingNumber"),
                    "packageItems": package.get("orderItems") })
            })
            .collect();
        json!({ "order": { "orderId": order, "packages": packages } })
    }

    fn take_at_back_market(&mut self, order: &str, body: &Value) -> Answer {
        let Some(phones) = self.back_market.get_mut(order) else {
            return answer(404, &Value::Null);
        };
        if phones.number.is_some() {
            return answer(400, &json!({ "message": "the order is already shipped" }));
        }
        let number = field(body, "/tracking_number").unwrap_or_default();
        let imei = field(body, "/imei");
        phones.number = Some(number.clone());
        let first = phones.lines.iter_mut().next();
        let inside = first.map(|(line, held)| held.take(line, body)).unwrap_or_default();
        let serial = inside.into_iter().filter(|applied| matches!(applied, Applied::Serial { .. }));
        let held = phones.json(order);
        self.applied.push(Applied::Number { order: order.to_owned(), number, imei });
        self.applied.extend(serial);
        answer(200, &held)
    }

    fn take_imei(&mut self, line: &str, body: &Value) -> Answer {
        let held = self.back_market.values_mut().find_map(|phones| phones.lines.get_mut(line));
        let Some(held) = held else { return answer(404, &Value::Null) };
        let has = |name: &str| field(body, name).is_some();
        if has("/imei") && held.imei.is_some() || has("/serial_number") && held.serial.is_some() {
            return answer(422, &json!({ "message": "the line already has an IMEI" }));
        }
        self.applied.extend(held.take(line, body));
        answer(200, &held.json(line))
    }
}
