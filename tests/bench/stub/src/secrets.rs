//! Secrets Manager. It keeps only the current version of each secret.

use crate::refusal::{Code, Refusal, read, write};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// The label of a secret's newest version.
const CURRENT: &str = "AWSCURRENT";

/// The operations of this service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    GetSecretValue,
    DescribeSecret,
    PutSecretValue,
    CreateSecret,
}

impl Operation {
    /// Every operation.
    pub(crate) const ALL: [Self; 4] =
        [Self::GetSecretValue, Self::DescribeSecret, Self::PutSecretValue, Self::CreateSecret];

    /// The operation's name in the protocol.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::GetSecretValue => "GetSecretValue",
            Self::DescribeSecret => "DescribeSecret",
            Self::PutSecretValue => "PutSecretValue",
            Self::CreateSecret => "CreateSecret",
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Get {
    secret_id: String,
    version_id: Option<String>,
    version_stage: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Describe {
    secret_id: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Put {
    secret_id: String,
    secret_string: String,
    client_request_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
struct Create {
    name: String,
    secret_string: String,
    client_request_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    #[serde(rename = "ARN")]
    arn: String,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_string: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_stages: Option<[&'static str; 1]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_ids_to_stages: Option<HashMap<&'a str, [&'static str; 1]>>,
}

#[derive(Debug)]
struct Secret {
    text: String,
    version: String,
}

/// All secrets, by name.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    secrets: HashMap<String, Secret>,
    written: u64,
}

impl Secrets {
    /// Answers a call.
    pub(crate) fn answer(&mut self, operation: Operation, body: &[u8]) -> Result<Vec<u8>, Refusal> {
        match operation {
            Operation::GetSecretValue => self.value(&read(body)?),
            Operation::DescribeSecret => self.describe(&read(body)?),
            Operation::PutSecretValue => {
                let request: Put = read(body)?;
                self.find(&request.secret_id)?;
                self.store(&request.secret_id, &request.secret_string, request.client_request_token)
            }
            Operation::CreateSecret => {
                let request: Create = read(body)?;
                if self.secrets.contains_key(&request.name) {
                    return Err(Refusal::new(
                        Code::SecretExists,
                        "The operation failed because the secret already exists.",
                    ));
                }
                self.store(&request.name, &request.secret_string, request.client_request_token)
            }
        }
    }

    /// Puts a secret. It replaces a secret of this name.
    pub(crate) fn put(&mut self, name: &str, text: &str) {
        self.written += 1;
        let version = format!("00000000-0000-4000-a000-{:012x}", self.written);
        self.secrets.insert(name.to_owned(), Secret { text: text.to_owned(), version });
    }

    /// A secret's text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.secrets.get(name).map(|secret| secret.text.as_str())
    }

    fn find(&self, name: &str) -> Result<&Secret, Refusal> {
        self.secrets.get(name).ok_or_else(|| {
            Refusal::new(Code::SecretNotFound, "Secrets Manager can't find the specified secret.")
        })
    }

    fn value(&self, request: &Get) -> Result<Vec<u8>, Refusal> {
        let secret = self.find(&request.secret_id)?;
        let is_current = request.version_id.as_ref().is_none_or(|id| *id == secret.version)
            && request.version_stage.as_ref().is_none_or(|stage| stage == CURRENT);
        if !is_current {
            return Err(Refusal::new(
                Code::SecretNotFound,
                "Secrets Manager can't find the specified secret value for the version.",
            ));
        }
        write(&Answer {
            secret_string: Some(&secret.text),
            version_stages: Some([CURRENT]),
            ..answer(&request.secret_id, &secret.version)
        })
    }

    fn describe(&self, request: &Describe) -> Result<Vec<u8>, Refusal> {
        let secret = self.find(&request.secret_id)?;
        write(&Answer {
            version_id: None,
            version_ids_to_stages: Some([(secret.version.as_str(), [CURRENT])].into()),
            ..answer(&request.secret_id, &secret.version)
        })
    }

    fn store(&mut self, name: &str, text: &str, token: Option<String>) -> Result<Vec<u8>, Refusal> {
        self.put(name, text);
        if let (Some(secret), Some(token)) = (self.secrets.get_mut(name), token) {
            // The caller's token becomes the version's id. Source: API reference, `PutSecretValue`.
            secret.version = token;
        }
        let version = &self.find(name)?.version;
        write(&Answer { version_stages: Some([CURRENT]), ..answer(name, version) })
    }
}

fn answer<'a>(name: &'a str, version: &'a str) -> Answer<'a> {
    Answer {
        arn: format!("arn:aws:secretsmanager:us-east-1:000000000000:secret:{name}-abcdef"),
        name,
        version_id: Some(version),
        secret_string: None,
        version_stages: None,
        version_ids_to_stages: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn ask(secrets: &mut Secrets, operation: Operation, body: &Value) -> Result<Value, Code> {
        let answer = secrets.answer(operation, body.to_string().as_bytes());
        answer.map(|answer| serde_json::from_slice(&answer).unwrap()).map_err(|no| no.code)
    }

    #[test]
    fn a_secret_is_made_once_and_has_one_version_at_a_time() {
        use Operation::{CreateSecret, DescribeSecret, GetSecretValue, PutSecretValue};
        let mut secrets = Secrets::default();
        let get = json!({"SecretId": "a"});
        assert_eq!(ask(&mut secrets, GetSecretValue, &get), Err(Code::SecretNotFound));
        let put = json!({"SecretId": "a", "SecretString": "2", "ClientRequestToken": "v2"});
        assert_eq!(ask(&mut secrets, PutSecretValue, &put), Err(Code::SecretNotFound));
        let create = json!({"Name": "a", "SecretString": "1", "ClientRequestToken": "v1"});
        assert_eq!(ask(&mut secrets, CreateSecret, &create).unwrap()["VersionId"], "v1");
        assert_eq!(ask(&mut secrets, CreateSecret, &create), Err(Code::SecretExists));
        assert_eq!(ask(&mut secrets, GetSecretValue, &get).unwrap()["SecretString"], "1");
        assert_eq!(ask(&mut secrets, PutSecretValue, &put).unwrap()["VersionId"], "v2");
        let value = ask(&mut secrets, GetSecretValue, &get).unwrap();
        assert_eq!((&value["SecretString"], &value["VersionId"]), (&json!("2"), &json!("v2")));
        let described = ask(&mut secrets, DescribeSecret, &get).unwrap();
        assert_eq!(described["VersionIdsToStages"], json!({"v2": ["AWSCURRENT"]}));
        assert_eq!(described["SecretString"], Value::Null);
        let old = json!({"SecretId": "a", "VersionId": "v1"});
        assert_eq!(ask(&mut secrets, GetSecretValue, &old), Err(Code::SecretNotFound));
        let previous = json!({"SecretId": "a", "VersionStage": "AWSPREVIOUS"});
        assert_eq!(ask(&mut secrets, GetSecretValue, &previous), Err(Code::SecretNotFound));
        secrets.put("a", "3");
        assert_eq!(secrets.text("a"), Some("3"));
    }
}
