//! The API, called in this process as a person of a seller: what it answers is what the console would be told.

use crate::{Error, Operator};
use api::{Call, Caller, Content, DoorConfig, Reply};
use domain::{SellerId, Text};
use flows::ports::Clock as _;
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::Value;

/// Who asks, where nothing is changed.
const NOBODY: &str = "operate";

/// Whoever operates the stack names the seller without a token, and is counted in no budget.
pub(crate) const fn door() -> DoorConfig {
    DoorConfig { seller_claim: String::new(), calls_max: u32::MAX }
}

impl Operator {
    /// The seller that is named, or every seller that has a partner.
    pub(crate) async fn sellers_named(&self, seller: Option<&str>) -> Result<Vec<SellerId>, Error> {
        let Some(seller) = seller else {
            return Ok(self.sellers().await?.into_keys().collect());
        };
        let problem = |error| Error::Argument {
            argument: "--seller",
            problem: format!("`{seller}` is {error}"),
        };
        Ok(vec![seller.parse().map_err(problem)?])
    }

    pub(crate) fn get(&self, seller: &SellerId, path: &str) -> Call {
        self.call((seller, NOBODY), Method::GET, path.to_owned(), Vec::new())
    }

    /// A call as `by`, whose name is kept with what is changed.
    pub(crate) fn post(&self, (seller, by): (&SellerId, &str), path: String, body: &Value) -> Call {
        self.call((seller, by), Method::POST, path, body.to_string().into_bytes())
    }

    fn call(
        &self,
        (seller, by): (&SellerId, &str),
        method: Method,
        path: String,
        body: Vec<u8>,
    ) -> Call {
        let signed_in_at = Some(self.aws.now());
        let caller = Caller { seller: seller.clone(), person: Text::cut(by), signed_in_at };
        let json = HeaderValue::from_static("application/json");
        let headers = [(header::CONTENT_TYPE, json)].into_iter().collect::<HeaderMap>();
        Call { method, path, query: String::new(), headers, caller: Some(caller), body }
    }

    /// What the API answered, where it did what it was asked.
    pub(crate) fn answered(reply: Reply, doing: &str) -> Result<Value, Error> {
        let Reply { status, body, .. } = reply;
        let text = match body {
            Content::Text(text) => text,
            Content::Bytes(_) => String::new(),
        };
        let failed = |answer: String| Error::Failed { doing: doing.to_owned(), answer };
        if !(200..300).contains(&status) {
            return Err(failed(text));
        }
        serde_json::from_str(&text).map_err(|error| failed(error.to_string()))
    }
}
