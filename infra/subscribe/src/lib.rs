//! Subscribes an account of Amazon to the notifications that `amazon-order-change` handles, shows its subscription, and ends it. It
//! uses the partner's own credentials, and shows none of them.

use channels::{
    Amazon, AmazonCredentials, AmazonSubscription, AmazonSubscriptions, Answer, Destination,
    Marketplace as _, Token, Unbuildable, merchant_account, read_credentials,
};
use domain::{Channel, Partner, PartnerId, SellerId, Text};
use flows::ports::{Clock, Http, HttpError, Partners, SecretError, Secrets, StoreError};
use http::Request;

/// Why it could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The partner's settings name no merchant, so nothing that Amazon sends would find it.
    #[error(
        "partner {0} has no merchant_id in its settings: set it first, or nothing that Amazon sends finds the partner"
    )]
    NoMerchant(String),
    /// There is no such partner at Amazon.
    #[error("seller {0} has no partner {1} at Amazon")]
    NoPartner(SellerId, PartnerId),
    /// The table did not answer.
    #[error("the partner could not be read")]
    Table(#[from] StoreError),
    /// The secret could not be read.
    #[error("the secret {name} could not be read")]
    Secret {
        /// The name of the secret.
        name: String,
        /// Why.
        source: SecretError,
    },
    /// There is no secret, or it does not hold what it must.
    #[error("the secret {0} is not there, or does not hold Amazon's credentials")]
    NoCredentials(String),
    /// A request could not be made of what is known.
    #[error("the request cannot be made: {0}")]
    Unbuildable(Unbuildable),
    /// Amazon was not reached.
    #[error("no answer of Amazon while it was to {doing}")]
    NoAnswer {
        /// What was asked.
        doing: &'static str,
        /// Why there is no answer.
        source: HttpError,
    },
    /// Amazon refused.
    #[error("Amazon refused to {doing}: {words}")]
    Refused {
        /// What was asked.
        doing: &'static str,
        /// What it said.
        words: Text,
    },
    /// The account is subscribed, and what it is told goes elsewhere. An account has one subscription of a kind.
    #[error(
        "the account is subscribed already, and its notifications go to the destination {0}; end that subscription first, if \
         nobody needs it"
    )]
    Elsewhere(String),
}

impl From<Unbuildable> for Error {
    fn from(error: Unbuildable) -> Self {
        Self::Unbuildable(error)
    }
}

/// A partner at Amazon and its credentials, as a deployed stack keeps them.
///
/// # Errors
/// When one of them is not there, or cannot be read.
pub async fn kept<P: Partners + Secrets>(
    ports: &P,
    stack: &str,
    (seller, id): (&SellerId, &PartnerId),
) -> Result<(Partner, AmazonCredentials), Error> {
    let partner = ports.partner(seller, id).await?;
    let partner = partner
        .filter(|partner| partner.settings.channel() == Channel::Amazon)
        .ok_or_else(|| Error::NoPartner(seller.clone(), id.clone()))?;
    let name = format!("{stack}/{}/{seller}/{id}", Channel::Amazon);
    let secret = match ports.secret(&name).await {
        Ok(secret) => secret,
        Err(source) => return Err(Error::Secret { name, source }),
    };
    let credentials = secret.and_then(|secret| read_credentials(&secret.text));
    credentials.map(|known| (partner, known)).ok_or(Error::NoCredentials(name))
}

/// What came of subscribing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Started {
    /// The account is subscribed from now on.
    New(AmazonSubscription),
    /// It was subscribed to the same queue before.
    Before(AmazonSubscription),
}

/// An account of Amazon, and what it takes to speak for it.
#[derive(Debug)]
pub struct Account<'a, P> {
    /// How Amazon is reached.
    pub ports: &'a P,
    /// The partner whose account it is.
    pub partner: &'a Partner,
    /// Its credentials.
    pub credentials: &'a AmazonCredentials,
    /// The address that is called instead of Amazon.
    pub endpoint: Option<&'a str>,
}

/// The name of the destination, for whoever looks at it at Amazon.
const DESTINATION: &str = "shipconfirm";

impl<P: Http + Clock> Account<'_, P> {
    /// Subscribes the account, so that what becomes of its orders is sent to the queue. It may be repeated.
    ///
    /// # Errors
    /// What Amazon refuses, and a subscription to somewhere else.
    pub async fn start(&self, queue_arn: &str) -> Result<Started, Error> {
        if merchant_account(&self.partner.settings).is_none() {
            return Err(Error::NoMerchant(self.partner.id.to_string()));
        }
        let destination = self.destination(queue_arn).await?;
        if let Some(known) = self.show().await? {
            if known.destination_id == destination {
                return Ok(Started::Before(known));
            }
            return Err(Error::Elsewhere(known.destination_id));
        }
        let token = self.seller_token().await?;
        let request = self.api().subscribe(&destination)?;
        let answer = self.ask("subscribe", request, &token).await?;
        let made = said("subscribe", AmazonSubscriptions::subscribed(&answer))?;
        made.map(Started::New).ok_or_else(|| Error::Refused {
            doing: "subscribe",
            words: Text::cut("it knows no such notifications"),
        })
    }

    /// The account's subscription, if it has one.
    ///
    /// # Errors
    /// What Amazon refuses.
    pub async fn show(&self) -> Result<Option<AmazonSubscription>, Error> {
        let token = self.seller_token().await?;
        let answer = self.ask("show the subscription", self.api().subscription()?, &token).await?;
        said("show the subscription", AmazonSubscriptions::subscribed(&answer))
    }

    /// Ends the account's subscription. Returns the one that ended, if there was one. The destination stays, because other accounts
    /// may have it.
    ///
    /// # Errors
    /// What Amazon refuses.
    pub async fn end(&self) -> Result<Option<AmazonSubscription>, Error> {
        let Some(known) = self.show().await? else { return Ok(None) };
        let token = self.grantless_token().await?;
        let answer = self.ask("end the subscription", self.api().end(&known.id)?, &token).await?;
        said("end the subscription", AmazonSubscriptions::ended(&answer))?;
        Ok(Some(known))
    }

    /// The destination that is the queue. One is made where there is none.
    async fn destination(&self, queue_arn: &str) -> Result<String, Error> {
        let token = self.grantless_token().await?;
        let answer = self.ask("list destinations", self.api().destinations()?, &token).await?;
        let known = AmazonSubscriptions::destination_of(&answer, queue_arn);
        if let Some(known) = said("list destinations", known)? {
            return Ok(known);
        }
        let request = self.api().create_destination(DESTINATION, queue_arn)?;
        let answer = self.ask("make a destination", request, &token).await?;
        said("make a destination", AmazonSubscriptions::created_destination(&answer))
    }

    fn site(&self) -> Destination<'_> {
        Destination { partner: self.partner, endpoint: self.endpoint }
    }

    fn api(&self) -> AmazonSubscriptions<'_> {
        AmazonSubscriptions(self.site())
    }

    async fn seller_token(&self) -> Result<Token, Error> {
        let request = Amazon::token_request(self.site(), self.credentials);
        let request = request.ok_or_else(|| Error::Unbuildable(Unbuildable(Text::cut("token"))))?;
        self.token(request).await
    }

    async fn grantless_token(&self) -> Result<Token, Error> {
        self.token(self.api().grantless_token(self.credentials)?).await
    }

    async fn token(&self, request: Request<Vec<u8>>) -> Result<Token, Error> {
        const DOING: &str = "give out a token";
        let answer = self.sent(DOING, request).await?;
        let token = Amazon::token(&answer, self.ports.now());
        token.map_err(|verdict| Error::Refused { doing: DOING, words: verdict.message })
    }

    async fn ask(
        &self,
        doing: &'static str,
        mut request: Request<Vec<u8>>,
        token: &Token,
    ) -> Result<Answer, Error> {
        let now = self.ports.now();
        Amazon::authorize(&mut request, self.credentials, Some(token), now)?;
        self.sent(doing, request).await
    }

    async fn sent(&self, doing: &'static str, request: Request<Vec<u8>>) -> Result<Answer, Error> {
        let answer = self.ports.http(request).await;
        answer.map_err(|source| Error::NoAnswer { doing, source })
    }
}

fn said<T>(doing: &'static str, said: Result<T, Text>) -> Result<T, Error> {
    said.map_err(|words| Error::Refused { doing, words })
}
