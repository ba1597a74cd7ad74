//! The secrets are in Secrets Manager. The text of a secret is never in a log or an error.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::error::{ProvideErrorMetadata, SdkError};
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
            Some(_) | None => Err(failed(&error)),
        },
    }
}

/// Puts a new text into a secret that exists.
pub(super) async fn put(client: &Client, name: &str, text: &str) -> Result<(), SecretError> {
    let put = client.put_secret_value().secret_id(name).secret_string(text);
    put.send().await.map(|_| ()).map_err(|error| failed(&error))
}

/// Deletes a secret, at once and for good. One that is not there is deleted already.
pub(super) async fn delete(client: &Client, name: &str) -> Result<(), SecretError> {
    let delete = client.delete_secret().secret_id(name).force_delete_without_recovery(true);
    let Err(error) = delete.send().await else { return Ok(()) };
    match error.as_service_error() {
        Some(DeleteSecretError::ResourceNotFoundException(_)) => Ok(()),
        Some(_) | None => Err(failed(&error)),
    }
}

/// Makes a secret, or puts a new text into the one that exists. A registration that broke off may have left one.
pub(super) async fn write(client: &Client, name: &str, text: &str) -> Result<(), SecretError> {
    let Err(error) = client.create_secret().name(name).secret_string(text).send().await else {
        return Ok(());
    };
    match error.as_service_error() {
        Some(CreateSecretError::ResourceExistsException(_)) => put(client, name, text).await,
        Some(_) | None => Err(failed(&error)),
    }
}

/// Why a call failed. The SDK's own words of an answer that cannot be read have the answer in them, and so the secret.
fn failed<E: ProvideErrorMetadata>(error: &SdkError<E>) -> SecretError {
    SecretError(match (error, error.code()) {
        (SdkError::ServiceError(_), Some(code)) => code.to_owned(),
        (SdkError::ConstructionFailure(_), _) => "the call could not be built".to_owned(),
        (SdkError::TimeoutError(_), _) => "there was no answer in time".to_owned(),
        (SdkError::DispatchFailure(_), _) => "Secrets Manager was not reached".to_owned(),
        (_, _) => "the answer cannot be read".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
    use aws_smithy_types::body::SdkBody;

    #[test]
    fn an_answer_that_cannot_be_read_is_not_in_the_error() {
        let status = http::StatusCode::OK.into();
        let raw = HttpResponse::new(status, SdkBody::from(r#"{"SecretString":"s3cret"#));
        let error: SdkError<GetSecretValueError, HttpResponse> =
            SdkError::response_error("unexpected end", raw);
        assert!(format!("{error:?}").contains("s3cret"), "the SDK's own words have it");
        assert_eq!(
            failed(&error).to_string(),
            SecretError("the answer cannot be read".to_owned()).to_string()
        );
    }
}
