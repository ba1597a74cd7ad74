//! HTTPS to the marketplaces: one try, no redirects, 15 seconds in all, and an error that says whether anything can
//! have been sent.

use super::public::Reach;
use super::wire::{Manner, Wire, wire};
use crate::ports::HttpError;
use aws_smithy_types::body::SdkBody;
use channels::Answer;
use http::Request;
use http_body_util::{BodyExt as _, Limited};
use hyper_util::client::legacy::Error;
use std::error::Error as _;
use std::time::Duration;

/// Longest a request may take, from connecting to the last byte of its answer.
pub const HTTP_TIMEOUT: Duration = Duration::from_secs(15);

/// Longest a connection may take to be made.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Longest answer that is read, in bytes.
const ANSWER_MAX: usize = 1024 * 1024;

/// How long an unused connection is kept: shorter than most servers keep it.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// An HTTPS client.
#[derive(Clone, Debug)]
pub struct Https(Wire);

impl Https {
    /// A client that keeps to a reach. Connects nothing yet.
    pub fn new(reach: Reach) -> Self {
        Self(wire(&Manner {
            reach,
            connect_timeout: CONNECT_TIMEOUT,
            idle_timeout: IDLE_TIMEOUT,
            // Never a hidden second try: what a submission is allowed is decided by its order.
            is_sent_again: false,
        }))
    }

    /// Sends one request and reads its answer.
    ///
    /// # Errors
    /// That nothing was sent, or that it is not known.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        let request = request.map(SdkBody::from);
        let whole = async {
            let answer = self.0.request(request).await.map_err(|error| refused(&error))?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, ANSWER_MAX).collect().await;
            let body =
                body.map_err(|error| HttpError::Unknown(error.to_string()))?.to_bytes().to_vec();
            Ok(Answer { status: head.status.as_u16(), headers: head.headers, body, is_whole: true })
        };
        match tokio::time::timeout(HTTP_TIMEOUT, whole).await {
            Ok(answer) => answer,
            Err(_) => {
                Err(HttpError::Unknown(format!("no answer within {} s", HTTP_TIMEOUT.as_secs())))
            }
        }
    }
}

/// Only where no connection was made is it certain that nothing was sent.
fn refused(error: &Error) -> HttpError {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        source = cause.source();
    }
    if error.is_connect() { HttpError::NotSent(words) } else { HttpError::Unknown(words) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{SocketAddr, TcpListener};

    /// A server that takes a connection, reads a bit of what comes, and hangs up; it answers how many came.
    fn hangs_up() -> (SocketAddr, std::thread::JoinHandle<usize>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let served = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            std::io::Read::read(&mut stream, &mut [0; 64]).unwrap()
        });
        (address, served)
    }

    async fn refused(reach: Reach, address: &str) -> HttpError {
        let request = Request::get(address).body(Vec::new()).unwrap();
        Https::new(reach).send(request).await.unwrap_err()
    }

    /// A name of ours leads to this machine: nothing is connected to, not even for the handshake.
    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_connected_to() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let error = refused(Reach::PublicOnly, &format!("https://localhost:{port}/")).await;
        assert!(
            matches!(&error, HttpError::NotSent(why) if why.contains("localhost leads to no public address")),
            "{error}"
        );
        assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    }

    #[tokio::test]
    async fn nothing_goes_out_unencrypted() {
        let error = refused(Reach::PublicOnly, "http://example.com/").await;
        assert!(matches!(error, HttpError::NotSent(_)), "{error}");
    }

    /// A channel may want its secrets in the address, so an error never has it in it.
    #[tokio::test]
    async fn an_error_says_whether_anything_was_sent_and_nothing_of_the_address() {
        let (open, served) = hangs_up();
        let error = refused(Reach::Anywhere, &format!("http://{open}/?secret=s3cret")).await;
        assert!(served.join().unwrap() > 0);
        assert!(matches!(&error, HttpError::Unknown(why) if !why.contains("s3cret")), "{error:?}");
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let error = refused(Reach::Anywhere, &format!("http://{closed}/?secret=s3cret")).await;
        assert!(matches!(&error, HttpError::NotSent(why) if !why.contains("s3cret")), "{error:?}");
    }
}
