//! Answers and errors as HTTP.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use protocol::error::{ErrorBody, ErrorCode};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use super::Site;
use crate::failure::Failure;

/// The status that fits a code.
fn status(code: ErrorCode) -> StatusCode {
    match code {
        ErrorCode::BadRequest | ErrorCode::VersionMismatch => StatusCode::BAD_REQUEST,
        ErrorCode::WrongCredentials | ErrorCode::NotSignedIn => StatusCode::UNAUTHORIZED,
        ErrorCode::NotAllowed | ErrorCode::OriginNotAllowed => StatusCode::FORBIDDEN,
        ErrorCode::NotFound => StatusCode::NOT_FOUND,
        ErrorCode::Conflict => StatusCode::CONFLICT,
        ErrorCode::Expired | ErrorCode::SnapshotNeeded => StatusCode::GONE,
        ErrorCode::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorCode::RateLimited | ErrorCode::TooSlow => StatusCode::TOO_MANY_REQUESTS,
        ErrorCode::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorCode::Internal | ErrorCode::NoKeychain | ErrorCode::Unknown => {
            StatusCode::INTERNAL_SERVER_ERROR
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let no_store = [(axum::http::header::CACHE_CONTROL, "no-store")];
        (status(self.0.code), no_store, Json(self.0)).into_response()
    }
}

/// JSON from outside; what cannot be read is refused in our own form.
pub(super) struct Input<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Site> for Input<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, site: &Site) -> Result<Self, Failure> {
        let patience = site.core.doors.body;
        match timeout(patience, Json::<T>::from_request(request, site)).await {
            Ok(Ok(Json(value))) => Ok(Self(value)),
            Ok(Err(rejection)) => Err(refused(&rejection)),
            Err(_) => Err(Failure::bad_request("the request did not come in time")),
        }
    }
}

fn refused(rejection: &JsonRejection) -> Failure {
    if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Failure::new(ErrorCode::TooLarge, "the request is too large");
    }
    Failure::bad_request(match rejection {
        JsonRejection::MissingJsonContentType(_) => "the content type must be application/json",
        JsonRejection::JsonSyntaxError(_) => "the request is not JSON",
        _ => "the request does not have the form it must have",
    })
}

pub(super) async fn nothing_here() -> Failure {
    Failure::new(ErrorCode::NotFound, "there is nothing at this address")
}

pub(super) async fn not_this_way() -> Response {
    let error = ErrorBody::new(
        ErrorCode::BadRequest,
        "this address does not take this method",
    );
    (StatusCode::METHOD_NOT_ALLOWED, Json(error)).into_response()
}
