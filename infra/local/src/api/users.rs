//! Makes and signs in users of the template's Cognito pool. The pool has no sign-up: an administrator makes each user,
//! with the seller whose orders the user may see.

use crate::{Error, Stack, State, calls};
use http::StatusCode;
use serde_json::{Value, json};

/// The first part of the names of Cognito's actions, as `x-amz-target` has them.
const COGNITO: &str = "AWSCognitoIdentityProviderService";

/// Cognito's error when the user exists already.
const EXISTS: &str = "UsernameExistsException";

/// The password of every user. It meets the pool's policy, and is good only for the engine on this machine.
const PASSWORD: &str = "On-this-machine-0nly";

/// The tokens of a user who has signed in. They are valid for a shift, as the template says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The ID token. It names the user and the seller, and the API takes it.
    pub id: String,
    /// The access token. It does not name the seller, so the API must refuse it.
    pub access: String,
}

impl Stack {
    /// The ID token of a user of `seller`. Makes the user if there is none.
    ///
    /// # Errors
    ///
    /// Cognito refused.
    pub async fn token_for(&self, seller: &str) -> Result<String, Error> {
        Ok(self.sign_in(&format!("{seller}@example.com"), Some(seller)).await?.id)
    }

    /// Signs in the user with this email. If there is none, makes one, of `seller` or of no seller.
    ///
    /// # Errors
    ///
    /// Cognito refused.
    pub async fn sign_in(&self, email: &str, seller: Option<&str>) -> Result<Tokens, Error> {
        let State { user_pool, user_pool_client, .. } = self.state();
        self.sign_in_at((user_pool, user_pool_client), email, seller).await
    }

    /// Signs in a user, as [`Stack::sign_in`] does, at the given pool and for the given client.
    ///
    /// # Errors
    ///
    /// Cognito refused.
    pub async fn sign_in_at(
        &self,
        (pool, client): (&str, &str),
        email: &str,
        seller: Option<&str>,
    ) -> Result<Tokens, Error> {
        let attribute = |name: &str, value: &str| json!({ "Name": name, "Value": value });
        let mut attributes = vec![attribute("email", email), attribute("email_verified", "true")];
        attributes.extend(seller.map(|seller| attribute("custom:seller_id", seller)));
        // We give a password, because the engine would make one that is shorter than the pool's policy allows.
        let user = json!({ "UserPoolId": pool, "Username": email, "MessageAction": "SUPPRESS",
            "TemporaryPassword": PASSWORD, "UserAttributes": attributes });
        let (status, made) = self.ask_cognito("AdminCreateUser", &user).await?;
        if !status.is_success() && made["__type"] != EXISTS {
            return Err(refused("AdminCreateUser", &made));
        }
        let password = json!({ "UserPoolId": pool, "Username": email, "Password": PASSWORD, "Permanent": true });
        self.cognito("AdminSetUserPassword", &password).await?;
        let sign_in = json!({ "UserPoolId": pool, "ClientId": client, "AuthFlow": "ADMIN_USER_PASSWORD_AUTH",
            "AuthParameters": { "USERNAME": email, "PASSWORD": PASSWORD } });
        let signed_in = self.cognito("AdminInitiateAuth", &sign_in).await?;
        let tokens = &signed_in["AuthenticationResult"];
        match (tokens["IdToken"].as_str(), tokens["AccessToken"].as_str()) {
            (Some(id), Some(access)) => Ok(Tokens { id: id.to_owned(), access: access.to_owned() }),
            _ => Err(refused("AdminInitiateAuth", &signed_in)),
        }
    }

    /// Calls an action of Cognito, such as `DescribeUserPool`, with the engine owner's rights.
    ///
    /// # Errors
    ///
    /// Cognito refused.
    pub async fn cognito(&self, action: &str, request: &Value) -> Result<Value, Error> {
        let (status, answer) = self.ask_cognito(action, request).await?;
        if status.is_success() { Ok(answer) } else { Err(refused(action, &answer)) }
    }

    async fn ask_cognito(
        &self,
        action: &str,
        request: &Value,
    ) -> Result<(StatusCode, Value), Error> {
        let target = format!("{COGNITO}.{action}");
        let body = request.to_string().into_bytes();
        let answer = calls::post(&self.state().engine, "cognito-idp", Some(&target), body).await?;
        let read = serde_json::from_slice(answer.body());
        let value = read.map_err(Error::call(format!("read Cognito's answer to {action}")))?;
        Ok((answer.status(), value))
    }
}

fn refused(action: &str, answer: &Value) -> Error {
    Error::Refused { doing: format!("carry out Cognito's {action}"), answer: answer.to_string() }
}
