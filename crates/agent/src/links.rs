//! Links into the app: `porchlight://<workspace>/conversation/<conversation>`, or the workspace alone.
//!
//! They come from outside: from a page, a mail, a notification that outlived the app. So a link can
//! only **navigate**: it opens a window on a conversation that this agent sees anyway, and nothing is ever
//! sent, taken or changed by one. Anything else is refused in the window, in words: text that is no link of
//! ours, another workspace, a conversation that is not here. A click on a notification leads the same way.
//!
//! A link that starts the app comes before the session has read what it stores; it waits for that.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use protocol::error::{ErrorBody, ErrorCode};
use protocol::ids::{ConversationId, WorkspaceId};
use url::Url;

use crate::seat::Seat;
use crate::session::Core;
use crate::view::Stage;

/// The scheme, as it is registered with the operating system.
pub const SCHEME: &str = "porchlight";

/// Longer text is no link of ours: the longest is 98 characters.
const LONGEST: usize = 200;

/// Where a link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whose.
    pub workspace_id: WorkspaceId,
    /// On what; `None` opens the window as it is.
    pub conversation_id: Option<ConversationId>,
}

/// It is no link of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a link into Porchlight")]
pub struct NoLink;

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}://{}", self.workspace_id)?;
        match self.conversation_id {
            Some(id) => write!(f, "/conversation/{id}"),
            None => Ok(()),
        }
    }
}

impl FromStr for Link {
    type Err = NoLink;

    fn from_str(text: &str) -> Result<Self, NoLink> {
        if text.len() > LONGEST {
            return Err(NoLink);
        }
        let url = Url::parse(text.trim()).map_err(|_| NoLink)?;
        let plain = url.username().is_empty()
            && url.password().is_none()
            && url.port().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if url.scheme() != SCHEME || !plain {
            return Err(NoLink);
        }
        let workspace_id = url.host_str().unwrap_or_default().parse();
        // Browsers and shells like to add a slash.
        let path = url.path().trim_matches('/');
        let conversation_id = match path.split_once('/') {
            None if path.is_empty() => None,
            Some(("conversation", id)) => Some(id.parse().map_err(|_| NoLink)?),
            _ => return Err(NoLink),
        };
        Ok(Self {
            workspace_id: workspace_id.map_err(|_| NoLink)?,
            conversation_id,
        })
    }
}

impl Core {
    /// The operating system handed over a link. Opens a window on where it leads, or on why it leads
    /// nowhere; nothing else can come of it.
    pub async fn follow_link(&self, text: &str) {
        let led = self.lead(text).await;
        self.go(led);
    }

    /// Opens a window on a conversation that a notification tells of, or, if it is not here any more, on
    /// the inbox and why. A notification may outlive what it tells of: some systems cannot take one back,
    /// and a click may be on its way already.
    pub(crate) async fn open_conversation(&self, conversation_id: ConversationId) {
        let led = match self.settled_seat().await {
            Some(seat) => is_here(&seat, conversation_id).await,
            // Nobody is signed in. Whatever else the window asks for first, the conversation waits.
            None => Ok(match self.stage() {
                Stage::FirstRun { .. } => None,
                _ => Some(conversation_id),
            }),
        };
        self.go(led);
    }

    fn go(&self, led: Result<Option<ConversationId>, ErrorBody>) {
        let inner = self.inner();
        match led {
            Ok(Some(conversation_id)) => inner.navigate(conversation_id),
            Ok(None) => inner.raise(None),
            Err(error) => {
                // Without the text of a link: it may hold anything.
                tracing::info!(code = ?error.code, "it leads nowhere");
                inner.board.refuse_link(error);
                inner.raise(None);
            }
        }
    }

    async fn lead(&self, text: &str) -> Result<Option<ConversationId>, ErrorBody> {
        let link: Link = text.parse().map_err(|_| {
            ErrorBody::new(
                ErrorCode::BadRequest,
                "This link leads nowhere in Porchlight. Ask whoever sent it for another one.",
            )
        })?;
        // The window shows the sign-in by itself.
        let Some(seat) = self.settled_seat().await else {
            return Ok(None);
        };
        if link.workspace_id != seat.profile.workspace_id {
            return Err(ErrorBody::new(
                ErrorCode::NotAllowed,
                "This link belongs to another workspace. Sign in there to open it.",
            ));
        }
        match link.conversation_id {
            Some(conversation_id) => is_here(&seat, conversation_id).await,
            None => Ok(None),
        }
    }

    /// Who is signed in, once whoever starts or ends a session has finished.
    pub(crate) async fn settled_seat(&self) -> Option<Arc<Seat>> {
        let inner = self.inner();
        let _one = inner.changing.lock().await;
        inner.current_seat()
    }

    /// The link to a conversation, while signed in.
    #[must_use]
    pub fn link_to(&self, conversation_id: ConversationId) -> Option<Link> {
        let seat = self.seat().ok()?;
        Some(Link {
            workspace_id: seat.profile.workspace_id,
            conversation_id: Some(conversation_id),
        })
    }
}

async fn is_here(
    seat: &Seat,
    conversation_id: ConversationId,
) -> Result<Option<ConversationId>, ErrorBody> {
    let here = seat.cache.conversation(conversation_id, 1).await;
    match here.map_err(crate::errors::from_cache)? {
        Some(_) => Ok(Some(conversation_id)),
        None => Err(ErrorBody::new(
            ErrorCode::NotFound,
            "This conversation is not here: it was deleted, or it is in a group that you are not in.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACE: &str = "0193f1a0-0000-7000-8000-000000000001";
    const CONVERSATION: &str = "0193f1a0-0000-7000-8000-0000000000ff";

    #[test]
    fn a_link_reads_back_as_it_was_written() {
        for conversation_id in [None, Some(CONVERSATION.parse().unwrap())] {
            let link = Link {
                workspace_id: WORKSPACE.parse().unwrap(),
                conversation_id,
            };
            assert_eq!(link.to_string().parse(), Ok(link));
            assert_eq!(format!("{link}/").parse(), Ok(link), "with a slash");
            assert_eq!(format!(" {link}\n").parse(), Ok(link), "as copied");
        }
        let shouted = format!("PORCHLIGHT://{WORKSPACE}/conversation/{CONVERSATION}");
        assert!(shouted.parse::<Link>().is_ok());
    }

    #[test]
    fn anything_else_is_no_link() {
        let long = format!("porchlight://{WORKSPACE}/conversation/{}", "0".repeat(500));
        for text in [
            "",
            "porchlight",
            "porchlight:",
            "porchlight://",
            "porchlight://garbage",
            &format!("https://{WORKSPACE}/conversation/{CONVERSATION}"),
            &format!("porchlight:{WORKSPACE}/conversation/{CONVERSATION}"),
            &format!("porchlight://{WORKSPACE}/conversation"),
            &format!("porchlight://{WORKSPACE}/conversation/../../etc/passwd"),
            &format!("porchlight://{WORKSPACE}/send/{CONVERSATION}"),
            &format!("porchlight://{WORKSPACE}/conversation/{CONVERSATION}/send"),
            &format!("porchlight://{WORKSPACE}/conversation/{CONVERSATION}?text=hello"),
            &format!("porchlight://{WORKSPACE}/conversation/{CONVERSATION}#send"),
            &format!("porchlight://anna:secret@{WORKSPACE}/conversation/{CONVERSATION}"),
            &format!("porchlight://{WORKSPACE}:80/conversation/{CONVERSATION}"),
            "porchlight://\u{202e}/conversation/\0",
            &long,
        ] {
            assert_eq!(text.parse::<Link>(), Err(NoLink), "{text:?}");
        }
    }
}
