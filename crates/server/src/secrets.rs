//! Tokens, codes and their hashes.
//!
//! A secret is 256 bits from the operating system. The server keeps only its SHA-256: with that much
//! randomness in it a fast hash cannot be turned back, and a leaked database signs nobody in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

/// The operating system gives no randomness.
#[derive(Debug, thiserror::Error)]
#[error("the operating system gives no random numbers: {0}")]
pub struct NoRandomness(getrandom::Error);

/// The SHA-256 of a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hashed(pub [u8; 32]);

impl Hashed {
    /// Of `secret`.
    #[must_use]
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }
}

/// A new secret as text (43 characters of base64url).
///
/// # Errors
/// [`NoRandomness`].
pub fn new_token() -> Result<String, NoRandomness> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

/// Whether `text` has the form of [`new_token`].
#[must_use]
pub fn is_token(text: &str) -> bool {
    URL_SAFE_NO_PAD
        .decode(text)
        .is_ok_and(|bytes| bytes.len() == 32)
}

/// Letters and digits that cannot be taken for each other.
const CODE_LETTERS: &[u8; 32] = b"ABCDEFGHJKMNPQRSTVWXYZ0123456789";

/// A code that a person can type: four times five characters, 100 bits.
///
/// # Errors
/// [`NoRandomness`].
pub fn new_code() -> Result<String, NoRandomness> {
    let mut bytes = [0u8; 20];
    getrandom::fill(&mut bytes).map_err(NoRandomness)?;
    let letters = bytes
        .iter()
        .filter_map(|byte| CODE_LETTERS.get(usize::from(byte % 32)));
    let mut code = String::new();
    for (place, letter) in letters.enumerate() {
        if place > 0 && place % 5 == 0 {
            code.push('-');
        }
        code.push(char::from(*letter));
    }
    Ok(code)
}

/// Compares two codes as people type them: without regard to case, spaces and dashes, and in a time
/// that does not tell how much of it was right.
#[must_use]
pub fn same_code(left: &str, right: &str) -> bool {
    let plain = |code: &str| -> String {
        code.chars()
            .filter(char::is_ascii_alphanumeric)
            .collect::<String>()
            .to_uppercase()
    };
    Hashed::of(&plain(left)) == Hashed::of(&plain(right))
}

/// A new id, in order of making.
#[must_use]
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_the_form_of_a_token_and_no_two_are_alike() {
        let (one, two) = (new_token().unwrap(), new_token().unwrap());
        assert!(is_token(&one) && is_token(&two));
        assert_ne!(one, two);
        assert!(!is_token("short"));
    }

    #[test]
    fn a_code_may_be_typed_in_lower_case_and_without_dashes() {
        let code = new_code().unwrap();
        assert_eq!(code.len(), 23, "{code}");
        assert!(same_code(&code, &code.to_lowercase().replace('-', " ")));
        assert!(!same_code(&code, "AAAAA-AAAAA-AAAAA-AAAAA"));
    }
}
