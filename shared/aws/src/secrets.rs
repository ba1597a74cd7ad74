//! The secrets are in Secrets Manager. The text of a secret is never in a log or an error.

use super::chain;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::create_secret::CreateSecretError;
use aws_sdk_secretsmanager::operation::delete_secret::DeleteSecretError;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use flows::ports::{Secret, SecretError};

/// Reads a secret. `None` says that there is no secret of that name.
pub(super) async fn read(client: &Client, name: &str) -> Result<Option<Secret>, SecretError> {
    match client.get_secret_value().secret_id(name).send().await {
        Ok(output) => Ok(output
            .secret_string
            .map(|text| Secret { text, version: output.version_id.unwrap_or_default() })),
        Err(error) => match error.as_service_error() {
            Some(GetSecretValueError::ResourceNotFoundException(_)) => Ok(None),
            Some(_) | None => Err(SecretError(chain(&error))),
        },
    }
}

/// Puts a new text into a secret that exists.
pub(super) async fn put(client: &Client, name: &str, text: &str) -> Result<(), SecretError> {
    let put = client.put_secret_value().secret_id(name).secret_string(text);
    put.send().await.map(|_| ()).map_err(|error| SecretError(chain(&error)))
}

/// Deletes a secret, at once and for good. One that is not there is deleted already.
pub(super) async fn delete(client: &Client, name: &str) -> Result<(), SecretError> {
    let delete = client.delete_secret().secret_id(name).force_delete_without_recovery(true);
    let Err(error) = delete.send().await else { return Ok(()) };
    match error.as_service_error() {
        Some(DeleteSecretError::ResourceNotFoundException(_)) => Ok(()),
        Some(_) | None => Err(SecretError(chain(&error))),
    }
}

/// Makes a secret, or puts a new text into the one that exists. A registration that broke off may have left one.
pub(super) async fn write(client: &Client, name: &str, text: &str) -> Result<(), SecretError> {
    let Err(error) = client.create_secret().name(name).secret_string(text).send().await else {
        return Ok(());
    };
    match error.as_service_error() {
        Some(CreateSecretError::ResourceExistsException(_)) => put(client, name, text).await,
        Some(_) | None => Err(SecretError(chain(&error))),
    }
}
