//! What a notification is about, as a name that a system keeps and gives back, also to another run of
//! the app.

use agent::ports::NotificationKey;
use rules::notices::own::OwnNotice;

const CONVERSATION: &str = "conversation-";
const OWN: &str = "own-";
const DIGEST: &str = "digest";
const SELF_TEST: &str = "self-test";

/// At most 64 characters of ASCII, as Windows' tags need.
#[must_use]
pub fn name(key: NotificationKey) -> String {
    match key {
        NotificationKey::Conversation(id) => format!("{CONVERSATION}{id}"),
        NotificationKey::Own(notice) => format!("{OWN}{}", notice.code()),
        NotificationKey::Digest => DIGEST.to_owned(),
        NotificationKey::SelfTest => SELF_TEST.to_owned(),
    }
}

/// The other way round.
#[must_use]
pub fn key(name: &str) -> Option<NotificationKey> {
    if let Some(id) = name.strip_prefix(CONVERSATION) {
        return id.parse().ok().map(NotificationKey::Conversation);
    }
    if let Some(code) = name.strip_prefix(OWN) {
        let notice = OwnNotice::ALL.into_iter().find(|it| it.code() == code);
        return notice.map(NotificationKey::Own);
    }
    match name {
        DIGEST => Some(NotificationKey::Digest),
        SELF_TEST => Some(NotificationKey::SelfTest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::ids::ConversationId;

    #[test]
    fn every_key_comes_back_from_a_name_that_fits() {
        let chat = NotificationKey::Conversation(ConversationId(uuid::Uuid::max()));
        let own = OwnNotice::ALL.map(NotificationKey::Own);
        let others = [chat, NotificationKey::Digest, NotificationKey::SelfTest];
        for one in others.into_iter().chain(own) {
            let name = name(one);
            assert!(name.len() <= 64 && name.is_ascii(), "{name}");
            assert_eq!(key(&name), Some(one));
        }
        for other in [
            "",
            "conversation-",
            "conversation-7",
            "own-",
            "own-x",
            "else",
        ] {
            assert_eq!(key(other), None, "{other}");
        }
    }
}
