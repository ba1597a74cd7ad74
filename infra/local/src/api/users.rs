//! Users of the pool that the template makes. Nobody signs up: they are made as an administrator makes them, each with
//! the seller whose orders they may see.

use crate::{Error, Stack, State, calls};
use http::StatusCode;
use serde_json::{Value, json};

/// How Cognito's actions are called.
const COGNITO: &str = "AWSCognitoIdentityProviderService";

/// What Cognito says of a user who is there already.
const EXISTS: &str = "UsernameExistsException";

/// Every user's password. It meets the pool's policy, and opens nothing but this machine's engine.
const PASSWORD: &str = "On-this-machine-0nly";

/// What somebody gets who signs in, good for a shift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// Says who it is, and whose user: what the API takes.
    pub id: String,
    /// Says nothing of that.
    pub access: String,
}

impl Stack {
    /// The token of a user of `seller`, who is made if there is none.
    ///
    /// # Errors
    ///
    /// Cognito refused.
    pub async fn token_for(&self, seller: &str) -> Result<String, Error> {
        Ok(self.sign_in(&format!("{seller}@example.com"), Some(seller)).await?.id)
    }

    /// Signs in somebody of a seller or of none, who is made if there is nobody of that email.
    ///
    /// # Errors
    ///
    /// Cognito refused.
    pub async fn sign_in(&self, email: &str, seller: Option<&str>) -> Result<Tokens, Error> {
        let State { user_pool, user_pool_client, .. } = self.state();
        self.sign_in_at((user_pool, user_pool_client), email, seller).await
    }

    /// The same at another pool, or for another client.
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
        // With a password of ours from the start: the engine makes shorter ones than the pool takes.
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

    /// Calls an action of Cognito, such as `DescribeUserPool`, as the engine's owner.
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
