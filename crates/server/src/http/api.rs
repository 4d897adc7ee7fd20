//! The agents' API under `/api/v1`.

use axum::extract::{FromRequestParts, Path, Query, State};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::{Extension, Json};
use protocol::command::{CommandDone, CommandRequest};
use protocol::ids::{ConversationId, DeviceId, GroupId, Seq, SiteId};
use protocol::rest::{
    AcceptInvitationRequest, DeviceInfo, GroupMade, GroupRequest, HistoryPage, Invitation,
    InviteRequest, SettingsRequest, SetupRequest, SignInRequest, SignedIn, SiteMade, SiteRequest,
    WorkspaceInfo,
};
use protocol::snapshot::Snapshot;
use serde::Deserialize;

use super::Site;
use super::reply::Input;
use crate::door::Caller;
use crate::failure::{Answer, Failure};
use crate::workspace::Asker;

/// An agent named by the bearer token.
impl FromRequestParts<Site> for Asker {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(Failure::not_signed_in)?;
        site.core.authenticate(token).await
    }
}

/// The caller's name at a rate limit.
pub(super) struct Address(pub(super) String);

impl FromRequestParts<Site> for Address {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        let Extension(caller) = Extension::<Caller>::from_request_parts(parts, site)
            .await
            .map_err(|error| Failure::internal("caller", &error))?;
        // What is no text names nobody, and must not let an earlier line count in its place.
        let forwarded: Vec<&str> = parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .map(|line| line.to_str().unwrap_or_default())
            .collect();
        Ok(Self(caller.address(&site.core.proxies, &forwarded)))
    }
}

/// An id in a path; what is no id is not there.
pub(super) struct Id<T>(pub(super) T);

impl<T: std::str::FromStr> FromRequestParts<Site> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Answer<Self> {
        let missing = || Failure::not_found("thing");
        let Path(text) = Path::<String>::from_request_parts(parts, site)
            .await
            .map_err(|_| missing())?;
        text.parse().map(Self).map_err(|_| missing())
    }
}

pub(super) async fn healthz(State(site): State<Site>) -> Answer<&'static str> {
    site.core.info().await.map(|_| "ok")
}

pub(super) async fn workspace(State(site): State<Site>) -> Answer<Json<WorkspaceInfo>> {
    site.core.info().await.map(Json)
}

pub(super) async fn setup(
    State(site): State<Site>,
    Address(address): Address,
    Input(request): Input<SetupRequest>,
) -> Answer<Json<SignedIn>> {
    site.core.setup(request, &address).await.map(Json)
}

pub(super) async fn sign_in(
    State(site): State<Site>,
    Address(address): Address,
    Input(request): Input<SignInRequest>,
) -> Answer<Json<SignedIn>> {
    site.core.sign_in(request, &address).await.map(Json)
}

pub(super) async fn sign_out(State(site): State<Site>, asker: Asker) -> Answer<StatusCode> {
    site.core
        .revoke(&asker, asker.device)
        .await
        .map(|()| StatusCode::NO_CONTENT)
}

pub(super) async fn snapshot(State(site): State<Site>, asker: Asker) -> Answer<Json<Snapshot>> {
    site.core.snapshot(&asker).await.map(Json)
}

/// Which page of history.
#[derive(Debug, Deserialize)]
pub(super) struct PageQuery {
    before: Option<u64>,
    limit: Option<usize>,
}

pub(super) async fn history(
    State(site): State<Site>,
    asker: Asker,
    Id(conversation): Id<ConversationId>,
    query: Result<Query<PageQuery>, axum::extract::rejection::QueryRejection>,
) -> Answer<Json<HistoryPage>> {
    let Query(page) = query.map_err(|_| Failure::bad_request("before and limit are numbers"))?;
    site.core
        .history(&asker, conversation, page.before.map(Seq), page.limit)
        .await
        .map(Json)
}

pub(super) async fn command(
    State(site): State<Site>,
    asker: Asker,
    Input(request): Input<CommandRequest>,
) -> Answer<Json<CommandDone>> {
    site.core.carry_out(&asker, request).await.map(Json)
}

pub(super) async fn invite(
    State(site): State<Site>,
    asker: Asker,
    Input(request): Input<InviteRequest>,
) -> Answer<(StatusCode, Json<Invitation>)> {
    let invitation = site.core.invite(&asker, request).await?;
    Ok((StatusCode::CREATED, Json(invitation)))
}

pub(super) async fn accept_invitation(
    State(site): State<Site>,
    Address(address): Address,
    Input(request): Input<AcceptInvitationRequest>,
) -> Answer<Json<SignedIn>> {
    site.core
        .accept_invitation(request, &address)
        .await
        .map(Json)
}

pub(super) async fn devices(
    State(site): State<Site>,
    asker: Asker,
) -> Answer<Json<Vec<DeviceInfo>>> {
    site.core.devices(&asker).await.map(Json)
}

pub(super) async fn revoke(
    State(site): State<Site>,
    asker: Asker,
    Id(device): Id<DeviceId>,
) -> Answer<StatusCode> {
    site.core
        .revoke(&asker, device)
        .await
        .map(|()| StatusCode::NO_CONTENT)
}

pub(super) async fn make_group(
    State(site): State<Site>,
    asker: Asker,
    Input(request): Input<GroupRequest>,
) -> Answer<(StatusCode, Json<GroupMade>)> {
    let made = site.core.make_group(&asker, request).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

pub(super) async fn change_group(
    State(site): State<Site>,
    asker: Asker,
    Id(group): Id<GroupId>,
    Input(request): Input<GroupRequest>,
) -> Answer<StatusCode> {
    site.core
        .change_group(&asker, group, request)
        .await
        .map(|()| StatusCode::NO_CONTENT)
}

pub(super) async fn make_site(
    State(site): State<Site>,
    asker: Asker,
    Input(request): Input<SiteRequest>,
) -> Answer<(StatusCode, Json<SiteMade>)> {
    let made = site.core.make_site(&asker, request).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

pub(super) async fn change_site(
    State(site): State<Site>,
    asker: Asker,
    Id(id): Id<SiteId>,
    Input(request): Input<SiteRequest>,
) -> Answer<StatusCode> {
    site.core
        .change_site(&asker, id, request)
        .await
        .map(|()| StatusCode::NO_CONTENT)
}

pub(super) async fn change_settings(
    State(site): State<Site>,
    asker: Asker,
    Input(request): Input<SettingsRequest>,
) -> Answer<StatusCode> {
    site.core
        .change_settings(&asker, request)
        .await
        .map(|()| StatusCode::NO_CONTENT)
}
