//! Strangers at the door: who they are behind a proxy, how often they may try, how much they may say
//! and how long they may take.

use std::time::Duration;

use hyper::StatusCode;
use protocol::error::{ErrorBody, ErrorCode};
use server::limiter::Rate;
use server::{Config, Limits};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use url::Url;

use crate::rig::{House, soon};

fn two_guesses() -> Limits {
    let guesses = Rate {
        burst: 2,
        refill_ms: 60_000,
    };
    Limits {
        guesses,
        ..Limits::default()
    }
}

/// A server that others reach through a proxy at `address`.
fn behind(address: &str) -> impl FnOnce(&mut Config) {
    move |config| {
        config.limits = two_guesses();
        config.public_url = Some(Url::parse("https://chat.example.org").unwrap());
        config.proxies = vec![address.parse().unwrap()];
    }
}

/// A wrong guess over the network, with such a line of the header.
async fn guess(house: &House, forwarded_for: &str, email: &str) -> ErrorCode {
    let body = format!(r#"{{"email":"{email}","password":"a guess","device_name":"x"}}"#);
    let request = format!(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         X-Forwarded-For: {forwarded_for}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        house.address,
        body.len(),
    );
    answer(house, &request).await
}

async fn answer(house: &House, request: &str) -> ErrorCode {
    let mut stream = TcpStream::connect(house.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    soon("answer", stream.read_to_string(&mut answer))
        .await
        .unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").expect("an answer");
    let error: ErrorBody = serde_json::from_str(body).unwrap();
    error.code
}

#[tokio::test]
async fn a_named_proxy_tells_callers_apart() {
    let house = House::with(behind("127.0.0.1")).await;
    for email in ["a@example.org", "b@example.org"] {
        let code = guess(&house, "198.51.100.1", email).await;
        assert_eq!(code, ErrorCode::WrongCredentials);
    }
    let again = guess(&house, "1.1.1.1, 198.51.100.1", "c@example.org").await;
    assert_eq!(again, ErrorCode::RateLimited);
    let other = guess(&house, "198.51.100.2", "c@example.org").await;
    assert_eq!(other, ErrorCode::WrongCredentials);
}

#[tokio::test]
async fn a_caller_who_is_no_named_proxy_cannot_pass_for_somebody_else() {
    let nobody = House::with_limits(two_guesses()).await;
    let another = House::with(|config| {
        behind("10.0.0.1")(config);
        // So that the host of this test is known.
        config.public_url = Some(Url::parse("http://localhost").unwrap());
    })
    .await;
    for house in [nobody, another] {
        for number in 1..=2 {
            let code = guess(&house, &format!("198.51.100.{number}"), "a@example.org").await;
            assert_eq!(code, ErrorCode::WrongCredentials);
        }
        let third = guess(&house, "198.51.100.3", "b@example.org").await;
        assert_eq!(third, ErrorCode::RateLimited);
    }
}

#[tokio::test]
async fn guesses_at_one_account_are_counted_wherever_they_come_from() {
    let house = House::with(|config| {
        behind("127.0.0.1")(config);
        config.limits.account = Rate {
            burst: 3,
            refill_ms: 60_000,
        };
    })
    .await;
    for number in 1..=3 {
        let code = guess(&house, &format!("198.51.100.{number}"), "a@example.org").await;
        assert_eq!(code, ErrorCode::WrongCredentials);
    }
    let fourth = guess(&house, "198.51.100.4", "a@example.org").await;
    assert_eq!(fourth, ErrorCode::RateLimited);
    let other = guess(&house, "198.51.100.4", "b@example.org").await;
    assert_eq!(other, ErrorCode::WrongCredentials);
}

#[tokio::test]
async fn who_is_not_signed_in_may_not_say_much() {
    let house = House::open().await;
    let large = format!("\"{}\"", "x".repeat(protocol::limits::DOOR_BYTES));
    for path in ["setup", "sessions", "invitations/accept"] {
        let path = format!("/api/v1/{path}");
        let (status, _) = house
            .request(hyper::Method::POST, &path, None, Some(large.clone()))
            .await;
        assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_to_its_end_is_not_waited_for() {
    let limits = Limits {
        body: Duration::from_millis(50),
        ..Limits::default()
    };
    let house = House::with_limits(limits).await;
    let request = format!(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\n\
         Content-Length: 100\r\n\r\n{{",
        house.address
    );
    assert_eq!(answer(&house, &request).await, ErrorCode::BadRequest);
}

#[tokio::test]
async fn what_is_no_websocket_is_told_so_in_our_own_form() {
    let house = House::open().await;
    let get = |path: &str| {
        format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
             Connection: close\r\n\r\n",
            host = house.address
        )
    };
    for path in ["/api/v1/stream", "/widget/v1/socket"] {
        let code = answer(&house, &get(path)).await;
        assert_eq!(code, ErrorCode::BadRequest, "{path}");
    }
    let wrong_method = get("/widget/loader.js").replace("GET", "DELETE");
    assert_eq!(answer(&house, &wrong_method).await, ErrorCode::BadRequest);
}
