//! Checks of what people type, at the place where it comes in.

use protocol::error::ErrorCode;
use protocol::limits;
use url::Url;

use crate::failure::{Answer, Failure};

/// A name: trimmed, not empty, without control characters, not too long.
pub(crate) fn name(text: &str, what: &str) -> Answer<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Failure::bad_request(format!("{what} must not be empty")));
    }
    if text.chars().any(char::is_control) {
        return Err(Failure::bad_request(format!(
            "{what} must be one line of ordinary characters"
        )));
    }
    if text.chars().count() > limits::NAME_CHARACTERS {
        return Err(Failure::new(
            ErrorCode::TooLarge,
            format!(
                "{what} may have at most {} characters",
                limits::NAME_CHARACTERS
            ),
        ));
    }
    Ok(text.to_owned())
}

/// An e-mail address in lower case. Whether it exists only a mail can tell.
pub(crate) fn email(text: &str) -> Answer<String> {
    let text = text.trim();
    if text.chars().count() > limits::EMAIL_CHARACTERS {
        return Err(Failure::new(
            ErrorCode::TooLarge,
            "the e-mail address is too long",
        ));
    }
    let form = text.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.contains('@')
    });
    if !form
        || text
            .chars()
            .any(|letter| letter.is_whitespace() || letter.is_control())
    {
        return Err(Failure::bad_request("this is not an e-mail address"));
    }
    Ok(text.to_lowercase())
}

/// A new password.
pub(crate) fn password(text: &str) -> Answer<()> {
    if text.chars().count() < limits::PASSWORD_MIN_CHARACTERS {
        return Err(Failure::bad_request(format!(
            "a password needs at least {} characters",
            limits::PASSWORD_MIN_CHARACTERS
        )));
    }
    if text.len() > limits::PASSWORD_MAX_BYTES {
        return Err(Failure::new(
            ErrorCode::TooLarge,
            "the password is too long",
        ));
    }
    Ok(())
}

/// Origins as they stand in a policy: scheme, host, port, nothing else.
pub(crate) fn origins(texts: &[String]) -> Answer<Vec<String>> {
    if texts.len() > limits::ORIGINS_PER_SITE {
        return Err(Failure::new(
            ErrorCode::TooLarge,
            format!(
                "a site may have at most {} origins",
                limits::ORIGINS_PER_SITE
            ),
        ));
    }
    let mut origins = Vec::new();
    for text in texts {
        let origin = origin(text).ok_or_else(|| {
            Failure::bad_request("an origin looks like https://shop.example, without a path")
        })?;
        if !origins.contains(&origin) {
            origins.push(origin);
        }
    }
    Ok(origins)
}

fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    let bare = url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let web = matches!(url.scheme(), "http" | "https");
    let origin = url.origin().ascii_serialization();
    // What ends a source in a policy must not get into one, whatever a URL may hold.
    let plain = !origin.contains([';', ',', ' ', '\'', '"', '*']);
    (bare && web && plain).then_some(origin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_has_no_path_and_cannot_carry_a_second_directive() {
        let good = origins(&["https://Shop.Example/".into(), "http://127.0.0.1:80".into()]);
        assert_eq!(good.unwrap(), ["https://shop.example", "http://127.0.0.1"]);
        for bad in [
            "shop.example",
            "https://a/b",
            "ftp://a",
            "https://*.a",
            "https://a;b",
            "null",
        ] {
            assert!(origins(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_has_two_parts_and_no_spaces() {
        assert_eq!(email(" Anna@Example.org ").unwrap(), "anna@example.org");
        for bad in ["anna", "@x", "a@", "a b@x", "a@b@c"] {
            assert!(email(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_name_is_trimmed_and_bounded() {
        assert_eq!(name(" Anna ", "the name").unwrap(), "Anna");
        assert!(name("\u{7}", "the name").is_err());
        assert!(name(&"x".repeat(limits::NAME_CHARACTERS + 1), "the name").is_err());
    }
}
