//! HTTPS to the marketplaces. A request has one try and 15 seconds in all, and follows no redirects. An error says whether
//! anything can have been sent.

use super::http_client::{HttpClient, Manner, client};
use super::reachable_hosts::Reach;
use aws_smithy_types::body::SdkBody;
use channels::Answer;
use flows::ports::{HTTP_TIMEOUT, HttpError};
use http::header::ACCEPT_ENCODING;
use http::{HeaderValue, Request};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Error;
use std::error::Error as _;
use std::time::Duration;
use tokio::time::Instant;

/// The longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The longest that resolver, connection and handshake may take together. It is less than a request may take, so a request that
/// waits for a connection that long has certainly not been sent.
const MADE_WITHIN: Duration = Duration::from_secs(8);

/// The longest answer that is read. Unit: bytes.
const ANSWER_MAX: usize = 1024 * 1024;

/// How long an unused connection is kept. Most servers keep it longer.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);

/// What becomes of a connection that is not used for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Idle {
    /// The connection is kept for some seconds. Marketplaces keep theirs longer.
    Kept,
    /// The connection is closed. A seller's own receiver may close an idle connection after two seconds, and a sandbox that was
    /// frozen notices that only by writing to it. Nobody would then know whether the request was read.
    Closed,
}

/// An HTTPS client.
#[derive(Clone, Debug)]
pub struct Https(HttpClient);

impl Https {
    /// Makes a client that keeps to a reach. Nothing is connected yet.
    pub fn new(reach: Reach, idle: Idle) -> Self {
        let idle_timeout = match idle {
            Idle::Kept => Some(IDLE_TIMEOUT),
            Idle::Closed => None,
        };
        Self(client(&Manner {
            reach,
            connect_timeout: CONNECT_TIMEOUT,
            made_within: MADE_WITHIN,
            idle_timeout,
            // There is no hidden second try, because the rules of the order decide about each try.
            is_sent_again: false,
        }))
    }

    /// Sends one request and reads its answer.
    ///
    /// # Errors
    /// When there is no answer. The error says whether nothing was sent, or whether that is unknown.
    pub async fn send(&self, request: Request<Vec<u8>>) -> Result<Answer, HttpError> {
        let (mut head, body) = request.into_parts();
        // Without this header any coding is acceptable (RFC 9110, section 12.5.3), and none is understood here.
        head.headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let request = Request::from_parts(head, SdkBody::from(body));
        let deadline = Instant::now() + HTTP_TIMEOUT;
        let answer = tokio::time::timeout_at(deadline, self.0.request(request)).await;
        let Ok(answer) = answer else {
            let seconds = HTTP_TIMEOUT.as_secs();
            return Err(HttpError::Unknown(format!("no answer within {seconds} s")));
        };
        let answer = answer.map_err(|error| refused(&error))?;
        let (head, mut incoming) = answer.into_parts();
        let mut body = Vec::new();
        let reading = read_whole(&mut incoming, &mut body);
        let is_whole = tokio::time::timeout_at(deadline, reading).await.unwrap_or(false);
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body, is_whole })
    }
}

/// Reads a body, and says whether it was read to its end. The status of the answer counts, whatever becomes of its body.
async fn read_whole<B>(incoming: &mut B, body: &mut Vec<u8>) -> bool
where
    B: BodyExt + Unpin,
    B::Data: AsRef<[u8]>,
{
    while let Some(frame) = incoming.frame().await {
        let Ok(frame) = frame else { return false };
        let Some(data) = frame.data_ref() else { continue };
        if body.len().saturating_add(data.as_ref().len()) > ANSWER_MAX {
            return false;
        }
        body.extend_from_slice(data.as_ref());
    }
    true
}

/// What the flows are told of a request that failed. Nothing was sent for certain only if no connection was made.
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

    /// A server that takes a connection, reads the beginning of what comes, and hangs up. It returns how many bytes it read.
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
        Https::new(reach, Idle::Kept).send(request).await.unwrap_err()
    }

    /// The name leads to this machine, so nothing is connected to, not even for the handshake.
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

    /// A channel may want its secrets in the address, so an error never has the address in it.
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

    /// A server that takes a connection, reads what comes, says this and hangs up. It returns what it read.
    fn says(answer: &'static str) -> (SocketAddr, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let served = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = vec![0; 4096];
            let read = std::io::Read::read(&mut stream, &mut request).unwrap();
            std::io::Write::write_all(&mut stream, answer.as_bytes()).unwrap();
            String::from_utf8_lossy(request.get(..read).unwrap_or_default()).into_owned()
        });
        (address, served)
    }

    async fn answered(address: SocketAddr) -> Answer {
        let request = Request::get(format!("http://{address}/")).body(Vec::new()).unwrap();
        Https::new(Reach::Anywhere, Idle::Kept).send(request).await.unwrap()
    }

    /// The status that was read counts, whatever becomes of the body.
    #[tokio::test]
    async fn a_body_that_is_cut_leaves_the_status() {
        let (address, served) =
            says("HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 9\r\n\r\n{\"a\"");
        let answer = answered(address).await;
        assert_eq!((answer.status, answer.is_whole), (429, false));
        assert_eq!(
            (answer.body.as_slice(), &answer.headers["retry-after"]),
            (&b"{\"a\""[..], &HeaderValue::from_static("7"))
        );
        let request = served.join().unwrap();
        assert!(request.contains("accept-encoding: identity"), "{request}");
    }

    #[tokio::test]
    async fn a_whole_body_is_whole() {
        let (address, _served) = says("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
        let answer = answered(address).await;
        assert_eq!(
            (answer.status, answer.is_whole, answer.body.as_slice()),
            (200, true, &b"{}"[..])
        );
    }

    /// A server that hangs still takes connections. Its handshake is never answered, and nothing of HTTP has left.
    #[tokio::test]
    async fn a_handshake_that_hangs_is_not_sent() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let address = format!("https://localhost:{port}/?secret=s3cret");
        let began = std::time::Instant::now();
        let error = refused(Reach::Anywhere, &address).await;
        assert!(
            matches!(&error, HttpError::NotSent(why) if why.contains("no connection within 8s") && !why.contains("s3cret")),
            "{error:?}"
        );
        assert!(began.elapsed() < HTTP_TIMEOUT);
        drop(listener);
    }
}
