//! Secrets Manager. A secret's text never reaches a log or an error.

use super::chain;
use crate::ports::SecretError;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;

/// A secret's text; `None` when there is none of that name.
pub(super) async fn read(client: &Client, name: &str) -> Result<Option<String>, SecretError> {
    match client.get_secret_value().secret_id(name).send().await {
        Ok(output) => Ok(output.secret_string),
        Err(error) => match error.as_service_error() {
            Some(GetSecretValueError::ResourceNotFoundException(_)) => Ok(None),
            Some(_) | None => Err(SecretError(chain(&error))),
        },
    }
}
