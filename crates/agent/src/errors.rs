//! How faults inside become the words at the border. The cause goes to the log, never outside.

use cache::{CacheError, OpenError};
use protocol::PROTOCOL_VERSION;
use protocol::error::{ErrorBody, ErrorCode};

use crate::ports::VaultError;

/// What to tell when the cache did not do what it was asked.
pub(crate) fn from_cache(error: CacheError) -> ErrorBody {
    match error {
        CacheError::NoConversation(_) => ErrorBody::new(
            ErrorCode::NotFound,
            "This conversation is not here any more.",
        ),
        CacheError::Empty | CacheError::Closed => ErrorBody::new(
            ErrorCode::Unavailable,
            "Nothing is stored on this computer yet. Try again in a moment.",
        ),
        other => {
            tracing::error!(error = %other, "the cache failed");
            ErrorBody::new(
                ErrorCode::Internal,
                "Porchlight cannot read or write its data on this computer. Is the disk full?",
            )
        }
    }
}

/// What to tell when the cache cannot be opened.
pub(crate) fn from_open(error: &OpenError) -> ErrorBody {
    let message = match error {
        OpenError::Newer => {
            "A newer version of Porchlight wrote the data on this computer. Install that version."
        }
        OpenError::WrongKey | OpenError::Damaged => {
            "The data on this computer is damaged. Sign out to remove it and sign in again; what is \
             stored on the workspace comes back."
        }
        OpenError::Io(_) | OpenError::Database(_) => {
            "Porchlight cannot open its data on this computer. Check that the disk is not full and \
             that the folder can be written."
        }
    };
    ErrorBody::new(ErrorCode::Internal, message)
}

/// What to tell when the keychain does not hand out what it keeps.
pub(crate) fn from_vault(error: &VaultError) -> ErrorBody {
    let message = match error {
        VaultError::Locked => {
            "Your keychain is locked. Unlock it and try again; you stay signed in."
        }
        VaultError::TimedOut => {
            "Your keychain does not answer. Look for its question on the screen, then try again."
        }
        VaultError::Sealed => "Your sign-in is sealed. Enter your passphrase.",
        VaultError::Missing => {
            "No keychain was found on this system. Porchlight keeps its sign-in there: install or \
             start one (on Linux for example GNOME Keyring or KWallet), then try again."
        }
        VaultError::Failed(_) => "Your keychain refused. Unlock it and try again.",
    };
    if let VaultError::Failed(cause) = error {
        tracing::error!(%cause, "the keychain failed");
    }
    let code = match error {
        // Without a keychain a passphrase is the way on, also where one was chosen before.
        VaultError::Missing | VaultError::Sealed => ErrorCode::NoKeychain,
        _ => ErrorCode::Unavailable,
    };
    ErrorBody::new(code, message)
}

/// What to tell when the workspace cannot be reached.
pub(crate) fn from_io(error: &std::io::Error) -> ErrorBody {
    use std::io::ErrorKind;
    let message = match error.kind() {
        ErrorKind::NotFound => "There is no computer with this name. Check the address.",
        ErrorKind::ConnectionRefused => "Nothing answers at this address.",
        ErrorKind::TimedOut => "The workspace does not answer.",
        ErrorKind::InvalidData => {
            "The workspace could not prove who it is. Its certificate is not trusted on this \
             computer."
        }
        _ => "The workspace cannot be reached.",
    };
    tracing::debug!(%error, "not reached");
    ErrorBody::new(ErrorCode::Unavailable, message)
}

/// What to tell when the workspace speaks another version of the protocol.
pub(crate) fn other_version(server: u32) -> ErrorBody {
    let message = if server > PROTOCOL_VERSION {
        "The workspace is newer than this Porchlight. Install the newest version of Porchlight."
    } else {
        "The workspace is older than this Porchlight. It needs to be updated by whoever runs it."
    };
    ErrorBody::new(ErrorCode::VersionMismatch, message)
}

/// What to tell when an address leads elsewhere than it did.
pub(crate) fn another_workspace() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Conflict,
        "Another workspace answers at this address now.",
    )
}

/// What becomes of a status that was picked before one that the workspace holds.
pub(crate) fn newer_status() -> ErrorBody {
    ErrorBody::new(
        ErrorCode::Conflict,
        "A newer status was chosen meanwhile, on another device or by an admin. It stays.",
    )
}

/// What was checked before it was sent, and may not be. The words are those of the rule.
pub(crate) fn refused(why: &dyn std::fmt::Display) -> ErrorBody {
    let text = why.to_string();
    let mut characters = text.chars();
    let first = characters.next().map(|it| it.to_uppercase().to_string());
    let sentence = format!("{}{}.", first.unwrap_or_default(), characters.as_str());
    ErrorBody::new(ErrorCode::BadRequest, sentence)
}

/// What is longer or more than it may be.
pub(crate) fn too_large(message: &str) -> ErrorBody {
    ErrorBody::new(ErrorCode::TooLarge, message)
}

/// For what begins while the app ends.
pub(crate) fn quitting() -> ErrorBody {
    ErrorBody::new(ErrorCode::Unavailable, "Porchlight is being quit.")
}

/// A mistake of ours or something that cannot be helped here; the cause goes to the log.
pub(crate) fn internal(cause: &dyn std::fmt::Display) -> ErrorBody {
    tracing::error!(%cause, "something failed");
    ErrorBody::new(
        ErrorCode::Internal,
        "Something went wrong in Porchlight. The log has the details.",
    )
}
