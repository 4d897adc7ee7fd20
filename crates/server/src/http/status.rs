//! The agents' API for statuses: one's own settings, an admin's Offline, the log of status changes.

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use protocol::ids::{AgentId, Instant};
use protocol::rest::StatusLog;
use protocol::status::AgentSettings;
use serde::Deserialize;

use super::Site;
use super::api::Id;
use super::reply::Input;
use crate::failure::{Answer, Failure};
use crate::workspace::Asker;

pub(super) async fn change_own_settings(
    State(site): State<Site>,
    asker: Asker,
    Input(settings): Input<AgentSettings>,
) -> Answer<StatusCode> {
    site.core
        .change_own_settings(&asker, settings)
        .await
        .map(|()| StatusCode::NO_CONTENT)
}

pub(super) async fn set_offline(
    State(site): State<Site>,
    asker: Asker,
    Id(agent): Id<AgentId>,
) -> Answer<StatusCode> {
    site.core
        .set_offline(&asker, agent)
        .await
        .map(|()| StatusCode::NO_CONTENT)
}

/// Which part of a log.
#[derive(Debug, Deserialize)]
pub(super) struct SpanQuery {
    from: i64,
    to: i64,
}

pub(super) async fn status_log(
    State(site): State<Site>,
    asker: Asker,
    whose: Result<Path<String>, PathRejection>,
    query: Result<Query<SpanQuery>, QueryRejection>,
) -> Answer<Json<StatusLog>> {
    let nobody = || Failure::not_found("agent");
    let Path(whose) = whose.map_err(|_| nobody())?;
    let whose = match whose.as_str() {
        "me" => asker.agent.id,
        other => other.parse().map_err(|_| nobody())?,
    };
    let Query(span) = query
        .map_err(|_| Failure::bad_request("from and to are times in milliseconds since 1970"))?;
    site.core
        .status_log(&asker, whose, Instant(span.from), Instant(span.to))
        .await
        .map(Json)
}
