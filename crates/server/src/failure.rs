//! Refusals: what goes back to whoever asked, and what goes to the log.

use protocol::body::BodyError;
use protocol::error::{ErrorBody, ErrorCode};

use crate::secrets::NoRandomness;
use crate::store::StoreError;

/// Why something was not done, ready to be sent. Internals were logged, and are not in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Failure(pub ErrorBody);

/// What the workspace answers.
pub type Answer<T> = Result<T, Failure>;

impl Failure {
    /// A refusal with its sentence.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(ErrorBody::new(code, message))
    }

    /// The input does not have the form it must have.
    #[must_use]
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::BadRequest, message)
    }

    /// There is no such thing, or the agent cannot see it.
    #[must_use]
    pub fn not_found(what: &str) -> Self {
        Self::new(ErrorCode::NotFound, format!("there is no such {what}"))
    }

    /// The token is not good.
    #[must_use]
    pub fn not_signed_in() -> Self {
        Self::new(
            ErrorCode::NotSignedIn,
            "this device is not signed in; sign in again",
        )
    }

    /// Too many tries.
    #[must_use]
    pub fn rate_limited() -> Self {
        Self::new(
            ErrorCode::RateLimited,
            "too many tries; wait a minute and try again",
        )
    }

    /// A mistake of ours; `what` and `why` are for the log only.
    #[must_use]
    pub fn internal(what: &str, why: &dyn std::fmt::Display) -> Self {
        tracing::error!("{what}: {why}");
        Self::new(
            ErrorCode::Internal,
            "something went wrong on the server; its log says what",
        )
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::internal("store", &error)
    }
}

impl From<NoRandomness> for Failure {
    fn from(error: NoRandomness) -> Self {
        Self::internal("secrets", &error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::internal("serialising", &error)
    }
}

impl From<BodyError> for Failure {
    fn from(error: BodyError) -> Self {
        let code = match error {
            BodyError::Empty => ErrorCode::BadRequest,
            BodyError::TooLong => ErrorCode::TooLarge,
        };
        Self::new(code, error.to_string())
    }
}

impl From<rules::conversation::Refused> for Failure {
    fn from(refused: rules::conversation::Refused) -> Self {
        use rules::conversation::Refused;
        match refused {
            Refused::Body(error) => error.into(),
            Refused::TooManyAgents => Self::new(ErrorCode::TooLarge, refused.to_string()),
            Refused::NoSuchAgent | Refused::NoSuchGroup => {
                Self::new(ErrorCode::NotFound, refused.to_string())
            }
        }
    }
}
