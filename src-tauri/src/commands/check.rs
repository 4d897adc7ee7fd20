//! The limits on what the window sends. The window is ours, but it shows what visitors write, so it is
//! not trusted more than the network is.

use agent::view::{AcceptInvitation, ListQuery, SignIn, UseThisComputer};
use protocol::body::BodyError;
use protocol::command::Command;
use protocol::error::{ErrorBody, ErrorCode};
use protocol::limits;
use url::Url;

/// Characters in an address, link or URL: what browsers and servers commonly take.
const ADDRESS_CHARACTERS: usize = 2_048;
/// Conversations in one page of a list.
const LIST_PAGE: u32 = 200;

type Checked = Result<(), ErrorBody>;

fn at_most(what: &str, text: &str, characters: usize) -> Checked {
    if text.chars().count() <= characters {
        return Ok(());
    }
    let message = format!("The {what} is too long: at most {characters} characters.");
    Err(ErrorBody::new(ErrorCode::TooLarge, message))
}

fn password(text: &str) -> Checked {
    if text.len() <= limits::PASSWORD_MAX_BYTES {
        return Ok(());
    }
    Err(ErrorBody::new(
        ErrorCode::TooLarge,
        "The password is too long.",
    ))
}

/// An address as typed.
pub fn address(text: &str) -> Checked {
    at_most("address", text, ADDRESS_CHARACTERS)
}

/// A sign-in.
pub fn sign_in(given: &SignIn) -> Checked {
    address(&given.address)?;
    at_most("e-mail address", &given.email, limits::EMAIL_CHARACTERS)?;
    password(&given.password)
}

/// An accepted invitation.
pub fn invitation(given: &AcceptInvitation) -> Checked {
    at_most("link", &given.link, ADDRESS_CHARACTERS)?;
    at_most("name", &given.name, limits::NAME_CHARACTERS)?;
    password(&given.password)
}

/// The names of a local workspace.
pub fn setup(given: &UseThisComputer) -> Checked {
    at_most("name", &given.name, limits::NAME_CHARACTERS)?;
    at_most(
        "workspace's name",
        &given.workspace_name,
        limits::NAME_CHARACTERS,
    )
}

/// A page of a list.
pub fn list(query: &ListQuery) -> Checked {
    if query.limit <= LIST_PAGE {
        return Ok(());
    }
    Err(ErrorBody::new(
        ErrorCode::TooLarge,
        "A page holds at most 200 conversations.",
    ))
}

/// Something to send.
pub fn command(command: &Command) -> Checked {
    let (body, agents) = match command {
        Command::Reply { body, .. } => (Some(body), 0),
        Command::Comment { body, mentions, .. } => (Some(body), mentions.len()),
        Command::Assign { agents, .. } => (None, agents.len()),
        _ => (None, 0),
    };
    if let Some(body) = body {
        body.check().map_err(|error| {
            let code = match error {
                BodyError::Empty => ErrorCode::BadRequest,
                BodyError::TooLong => ErrorCode::TooLarge,
            };
            ErrorBody::new(code, format!("It was not sent: {error}."))
        })?;
    }
    if agents > limits::AGENTS_PER_COMMAND {
        return Err(ErrorBody::new(
            ErrorCode::TooLarge,
            "That names too many agents.",
        ));
    }
    Ok(())
}

/// A draft.
pub fn draft(text: &str) -> Checked {
    // A draft may be longer than a message: shortening it is what its writer is about to do.
    at_most("draft", text, limits::MESSAGE_CHARACTERS.saturating_mul(2))
}

/// A link that somebody clicked: only what a browser or a mail program opens.
pub fn link(text: &str) -> Result<Url, ErrorBody> {
    address(text)?;
    let refused = || ErrorBody::new(ErrorCode::BadRequest, "This link cannot be opened.");
    let url = Url::parse(text).map_err(|_| refused())?;
    match url.scheme() {
        "http" | "https" if url.has_host() => Ok(url),
        "mailto" => Ok(url),
        _ => Err(refused()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::body::Body;
    use protocol::ids::{ConversationId, Seq};

    #[test]
    fn only_links_that_browsers_and_mail_programs_open_leave_the_window() {
        for good in [
            "https://example.com/a?b#c",
            "http://localhost:1",
            "mailto:a@example.com",
        ] {
            assert!(link(good).is_ok(), "{good}");
        }
        for bad in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "ssh://host",
            "data:text/html,x",
            "smb://host/share",
            "example.com",
            "/etc/passwd",
            "--help",
            "",
            "tauri://localhost",
            "https://",
        ] {
            assert_eq!(link(bad).unwrap_err().code, ErrorCode::BadRequest, "{bad}");
        }
        let long = format!("https://example.com/{}", "a".repeat(3_000));
        assert_eq!(link(&long).unwrap_err().code, ErrorCode::TooLarge);
    }

    #[test]
    fn a_message_is_neither_empty_nor_longer_than_the_limit() {
        let reply = |text: &str| Command::Reply {
            conversation_id: ConversationId(uuid::Uuid::nil()),
            body: Body::from_plain(text),
            seen_through: Seq(0),
        };
        assert!(command(&reply("hello")).is_ok());
        assert_eq!(
            command(&reply(" ")).unwrap_err().code,
            ErrorCode::BadRequest
        );
        let long = "x".repeat(limits::MESSAGE_CHARACTERS + 1);
        assert_eq!(
            command(&reply(&long)).unwrap_err().code,
            ErrorCode::TooLarge
        );
    }

    #[test]
    fn a_password_is_measured_in_bytes_and_never_told_back() {
        let given = SignIn {
            address: "x".into(),
            email: "a@b".into(),
            password: "ü".repeat(limits::PASSWORD_MAX_BYTES),
        };
        let error = sign_in(&given).unwrap_err();
        assert_eq!(error.code, ErrorCode::TooLarge);
        assert!(!error.message.contains('ü'));
    }
}
