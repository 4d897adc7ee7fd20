use hyper::{Method, StatusCode};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::AgentId;
use protocol::model::Role;
use protocol::rest::{
    DeviceInfo, GroupRequest, InviteRequest, SetupRequest, SignInRequest, SignedIn, WorkspaceInfo,
};
use protocol::status::{Reason, Status};
use serde_json::Value;

use crate::rig::{House, PASSWORD, acceptance, new_id, refused};

fn sign_in(email: &str, password: &str) -> SignInRequest {
    SignInRequest {
        email: email.into(),
        password: password.into(),
        device_name: "Another desk".into(),
    }
}

async fn try_sign_in(house: &House, email: &str, password: &str) -> Result<SignedIn, ErrorBody> {
    house
        .post("/api/v1/sessions", None, &sign_in(email, password))
        .await
}

#[tokio::test]
async fn the_first_admin_needs_the_printed_code_and_is_made_once() {
    let house = House::open().await;
    let (_, info) = house
        .request(Method::GET, "/api/v1/workspace", None, None)
        .await;
    let info: WorkspaceInfo = serde_json::from_value(info).unwrap();
    assert_eq!(
        (info.product.as_str(), info.needs_setup),
        ("porchlight", true)
    );
    let request = |code: String| SetupRequest {
        setup_code: code,
        workspace_name: "Lumen".into(),
        name: "Anna".into(),
        email: "anna@example.org".into(),
        password: PASSWORD.into(),
        device_name: "desk".into(),
    };
    let code = house.server.setup_code().unwrap();
    let wrong: Result<SignedIn, _> = house
        .post(
            "/api/v1/setup",
            None,
            &request("AAAAA-AAAAA-AAAAA-AAAAA".into()),
        )
        .await;
    refused(wrong, ErrorCode::WrongCredentials);
    let typed = code.to_lowercase().replace('-', " ");
    let first: SignedIn = house
        .post("/api/v1/setup", None, &request(typed))
        .await
        .unwrap();
    assert_eq!(first.workspace_name, "Lumen");
    let second: Result<SignedIn, _> = house.post("/api/v1/setup", None, &request(code)).await;
    refused(second, ErrorCode::Conflict);
    assert_eq!(house.server.setup_code(), None);
    let house = house.restart(0).await;
    assert_eq!(
        house.server.setup_code(),
        None,
        "a set-up workspace prints no code"
    );
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_are_refused_alike() {
    let house = House::open().await;
    house.setup().await;
    let wrong = try_sign_in(&house, "anna@example.org", "not that one")
        .await
        .unwrap_err();
    let unknown = try_sign_in(&house, "nobody@example.org", PASSWORD)
        .await
        .unwrap_err();
    assert_eq!(wrong.code, ErrorCode::WrongCredentials);
    assert_eq!(wrong, unknown, "which of the two was wrong is never said");
    try_sign_in(&house, " Anna@Example.ORG", PASSWORD)
        .await
        .unwrap();
}

#[tokio::test]
async fn guessing_is_slowed_down_for_that_address_only_and_time_forgives() {
    let house = House::open().await;
    house.setup().await;
    for _ in 0..5 {
        let guess = try_sign_in(&house, "anna@example.org", "a wrong guess").await;
        refused(guess, ErrorCode::WrongCredentials);
    }
    let limited = try_sign_in(&house, "anna@example.org", PASSWORD).await;
    refused(limited, ErrorCode::RateLimited);
    let other = try_sign_in(&house, "bert@example.org", PASSWORD).await;
    refused(other, ErrorCode::WrongCredentials);
    house.clock.advance(12_000);
    try_sign_in(&house, "anna@example.org", PASSWORD)
        .await
        .unwrap();
}

#[tokio::test]
async fn signing_in_often_with_the_right_password_is_not_guessing() {
    let house = House::open().await;
    house.setup().await;
    for _ in 0..8 {
        try_sign_in(&house, "anna@example.org", PASSWORD)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_revoked_device_is_out_at_once_everywhere() {
    let house = House::open().await;
    let desk = house.setup().await;
    let laptop = try_sign_in(&house, "anna@example.org", PASSWORD)
        .await
        .unwrap();
    let stream = house.listen(&laptop).await;
    let devices: Vec<DeviceInfo> = house.get("/api/v1/devices", &desk.token).await.unwrap();
    assert_eq!(devices.len(), 2);
    let own = devices
        .iter()
        .filter(|device| device.this_device)
        .map(|device| device.id);
    assert_eq!(own.collect::<Vec<_>>(), [desk.device_id]);
    let path = format!("/api/v1/devices/{}", laptop.device_id);
    assert_eq!(
        house.delete(&path, &desk.token).await,
        StatusCode::NO_CONTENT
    );
    assert_eq!(stream.ends_with().await.code, ErrorCode::NotSignedIn);
    let read: Result<Value, _> = house.get("/api/v1/snapshot", &laptop.token).await;
    refused(read, ErrorCode::NotSignedIn);
    assert_eq!(
        house.delete(&path, &desk.token).await,
        StatusCode::NOT_FOUND
    );
    house.snapshot(&desk).await;
}

#[tokio::test]
async fn a_revocation_counts_even_if_whoever_asked_for_it_hangs_up() {
    let house = House::open().await;
    let desk = house.setup().await;
    for turns in 0..40 {
        let laptop = try_sign_in(&house, "anna@example.org", PASSWORD)
            .await
            .unwrap();
        let stream = house.listen(&laptop).await;
        let path = format!("/api/v1/devices/{}", laptop.device_id);
        {
            let mut asked = std::pin::pin!(house.delete(&path, &desk.token));
            for _ in 0..turns {
                tokio::select! {
                    biased;
                    _ = &mut asked => break,
                    () = tokio::task::yield_now() => {}
                }
            }
            // Here the connection is dropped, with the request somewhere on its way.
        }
        // A change after it: whatever became of the request, it is over now.
        house.snapshot(&desk).await;
        house.site(&desk, protocol::model::WhenNobody::Hidden).await;
        let devices: Vec<DeviceInfo> = house.get("/api/v1/devices", &desk.token).await.unwrap();
        if devices.iter().all(|device| device.id != laptop.device_id) {
            assert_eq!(stream.ends_with().await.code, ErrorCode::NotSignedIn);
        }
    }
}

#[tokio::test]
async fn one_device_more_than_fit_takes_the_place_of_the_one_unseen_longest() {
    let house = House::open().await;
    let first = house.setup().await;
    let present = house.online(&first).await;
    house.clock.advance(1);
    let mut tokens = Vec::new();
    for _ in 0..protocol::limits::DEVICES_PER_AGENT {
        house.clock.advance(1);
        let device = try_sign_in(&house, "anna@example.org", PASSWORD).await;
        tokens.push(device.unwrap().token);
    }
    let newest = tokens.last().unwrap();
    let devices: Vec<DeviceInfo> = house.get("/api/v1/devices", newest).await.unwrap();
    assert_eq!(devices.len(), protocol::limits::DEVICES_PER_AGENT);
    let out: Result<Value, _> = house.get("/api/v1/snapshot", &tokens[0]).await;
    refused(out, ErrorCode::NotSignedIn);
    house.snapshot(&first).await;
    drop(present);
}

#[tokio::test]
async fn signing_out_takes_the_agent_offline_with_that_reason() {
    let house = House::open().await;
    let desk = house.setup().await;
    let laptop = try_sign_in(&house, "anna@example.org", PASSWORD)
        .await
        .unwrap();
    let _online = house.online(&laptop).await;
    assert_eq!(
        house.delete("/api/v1/session", &laptop.token).await,
        StatusCode::NO_CONTENT
    );
    let presence = house.snapshot(&desk).await.presence;
    assert_eq!(
        (presence.status, presence.reason),
        (Status::Offline, Reason::SignedOut)
    );
}

#[tokio::test]
async fn an_invitation_works_once() {
    let house = House::open().await;
    let anna = house.setup().await;
    let invitation = house.invite(&anna, "Bert@example.org", Role::Agent).await;
    let link = format!("http://{}/invite#", house.address);
    assert!(invitation.link.starts_with(&link), "{}", invitation.link);
    let path = "/api/v1/invitations/accept";
    let bert: SignedIn = house
        .post(path, None, &acceptance(&invitation, "Bert"))
        .await
        .unwrap();
    let again: Result<SignedIn, _> = house
        .post(path, None, &acceptance(&invitation, "Mallory"))
        .await;
    refused(again, ErrorCode::Expired);
    let team = house.snapshot(&bert).await.agents;
    assert_eq!(
        team.iter()
            .map(|agent| agent.name.as_str())
            .collect::<Vec<_>>(),
        ["Anna", "Bert"]
    );
    try_sign_in(&house, "bert@example.org", PASSWORD)
        .await
        .unwrap();
    let taken = InviteRequest {
        email: "bert@example.org".into(),
        role: Role::Agent,
    };
    let taken: Result<Value, _> = house
        .post("/api/v1/invitations", Some(&anna.token), &taken)
        .await;
    refused(taken, ErrorCode::Conflict);
}

#[tokio::test]
async fn inviting_again_voids_the_link_before() {
    let house = House::open().await;
    let anna = house.setup().await;
    let mistaken = house.invite(&anna, "bert@example.org", Role::Admin).await;
    let meant = house.invite(&anna, "bert@example.org", Role::Agent).await;
    let path = "/api/v1/invitations/accept";
    let void: Result<SignedIn, _> = house.post(path, None, &acceptance(&mistaken, "Bert")).await;
    refused(void, ErrorCode::NotFound);
    let bert: SignedIn = house
        .post(path, None, &acceptance(&meant, "Bert"))
        .await
        .unwrap();
    let team = house.snapshot(&bert).await.agents;
    let role = team
        .iter()
        .find(|agent| agent.id == bert.agent_id)
        .map(|it| it.role);
    assert_eq!(role, Some(Role::Agent));
}

#[tokio::test]
async fn an_invitation_ends_after_72_hours() {
    let house = House::open().await;
    let anna = house.setup().await;
    let early = house.invite(&anna, "bert@example.org", Role::Agent).await;
    let late = house.invite(&anna, "carla@example.org", Role::Agent).await;
    let path = "/api/v1/invitations/accept";
    house.clock.advance(72 * 3_600_000);
    let bert: Result<SignedIn, _> = house.post(path, None, &acceptance(&early, "Bert")).await;
    bert.unwrap();
    house.clock.advance(1);
    let carla: Result<SignedIn, _> = house.post(path, None, &acceptance(&late, "Carla")).await;
    refused(carla, ErrorCode::Expired);
}

#[tokio::test]
async fn only_admins_change_the_workspace() {
    let house = House::open().await;
    let anna = house.setup().await;
    let bert = house.agent(&anna, "Bert").await;
    let invite = InviteRequest {
        email: "x@example.org".into(),
        role: Role::Admin,
    };
    let answer: Result<Value, _> = house
        .post("/api/v1/invitations", Some(&bert.token), &invite)
        .await;
    refused(answer, ErrorCode::NotAllowed);
    let group = GroupRequest {
        name: "Support".into(),
        members: vec![],
    };
    let answer: Result<Value, _> = house
        .post("/api/v1/groups", Some(&bert.token), &group)
        .await;
    refused(answer, ErrorCode::NotAllowed);
    let stranger = GroupRequest {
        name: "Support".into(),
        members: vec![new_id(AgentId)],
    };
    let answer: Result<Value, _> = house
        .post("/api/v1/groups", Some(&anna.token), &stranger)
        .await;
    refused(answer, ErrorCode::NotFound);
}

#[tokio::test]
async fn bad_input_is_refused_with_a_code_and_nothing_of_the_inside() {
    let house = House::open().await;
    let anna = house.setup().await;
    let token = Some(anna.token.as_str());
    let cases = [
        (Method::POST, "/api/v1/sessions", "{", ErrorCode::BadRequest),
        (
            Method::POST,
            "/api/v1/sessions",
            "{\"email\":1}",
            ErrorCode::BadRequest,
        ),
        (
            Method::POST,
            "/api/v1/commands",
            "[]",
            ErrorCode::BadRequest,
        ),
        (Method::GET, "/api/v1/nothing", "", ErrorCode::NotFound),
        (
            Method::GET,
            "/api/v1/conversations/x/messages",
            "",
            ErrorCode::NotFound,
        ),
        (Method::GET, "/elsewhere", "", ErrorCode::NotFound),
        (
            Method::DELETE,
            "/api/v1/snapshot",
            "",
            ErrorCode::BadRequest,
        ),
    ];
    for (method, path, body, code) in cases {
        let (status, value) = house
            .request(method, path, token, Some(body.to_owned()))
            .await;
        let error: ErrorBody = serde_json::from_value(value).unwrap();
        assert_eq!(error.code, code, "{path}");
        assert!(status.is_client_error(), "{path}: {status}");
    }
    let large = format!("\"{}\"", "x".repeat(protocol::limits::FRAME_BYTES));
    let (status, _) = house
        .request(Method::POST, "/api/v1/commands", token, Some(large))
        .await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let no_token: Result<Value, _> = house.get("/api/v1/snapshot", "not-a-token").await;
    refused(no_token, ErrorCode::NotSignedIn);
}
