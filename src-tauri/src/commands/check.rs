//! The limits on what the window sends. The window is ours, but it shows what visitors write, so it is
//! not trusted more than the network is. What goes into the outbox the session checks itself.

use agent::view::{AcceptInvitation, ListQuery, SignIn, UseThisComputer};
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

/// Fewest characters of a passphrase. Nothing limits guesses at a stolen file but their cost, so it
/// is longer than a password that a server watches over.
const PASSPHRASE_MIN_CHARACTERS: usize = 12;

/// A passphrase for the sealed file.
pub fn passphrase(text: &str) -> Checked {
    password(text)?;
    if text.chars().count() >= PASSPHRASE_MIN_CHARACTERS {
        return Ok(());
    }
    Err(ErrorBody::new(
        ErrorCode::BadRequest,
        "The passphrase is too short: at least 12 characters.",
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

/// A day of the calendar; whether there is such a day is for the session to say.
pub fn date(text: &str) -> Checked {
    at_most("date", text, 10)
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
