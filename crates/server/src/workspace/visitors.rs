//! Visitors: coming in, writing, leaving an address.
//!
//! A visitor of a site is whoever holds their token: 256 bits, given at the first hello and kept in the
//! frame's storage. It becomes a row with the first message or address, so that pages merely looked
//! at leave nothing behind; until then any token of the right form is good, and two tabs with the
//! same one are one visitor. A token is good for one site: websites of one workspace do not learn
//! from each other who their visitors are.
//!
//! A visitor may choose who is to answer: a group that the site offers, or nobody in particular. Before
//! a conversation is open the choice waits: with the visitor's tabs ([`crate::tabs`]), and in their row
//! once they have one (the frame keeps it until then). The message that opens the conversation puts it
//! there. Later a choice moves the conversation, unless somebody answers it. One that cannot be made is
//! answered with how things are, not with a refusal: it crossed a change on the way.

use std::sync::Arc;

use protocol::PROTOCOL_VERSION;
use protocol::body::Body;
use protocol::error::ErrorCode;
use protocol::ids::{ClientId, ConversationId, GroupId, MessageId, Seq, SiteId, VisitorId};
use protocol::limits;
use protocol::model::{Author, Conversation, ConversationState, Message, MessageKind, Visitor};
use protocol::widget::{WidgetFrame, WidgetMessage};
use rules::conversation::{Draft, visitor_wrote};
use rules::status::meaning;
use rules::widget_mode::{Wish, redirected};

use super::accounts::known;
use crate::change::Change;
use crate::core::Core;
use crate::failure::{Answer, Failure};
use crate::input;
use crate::secrets::{self, Hashed};
use crate::store::{Reading, VisitorRecord};
use crate::tabs::{Chosen, Tab};

/// A tab after a good hello.
pub(crate) struct Guest {
    token: Hashed,
    site: SiteId,
    address: String,
    pub(crate) tab: Tab,
}

/// What a tab says first.
pub(crate) struct Knock {
    pub(crate) version: u32,
    pub(crate) site: SiteId,
    pub(crate) token: Option<String>,
    pub(crate) cursor: Seq,
    pub(crate) address: String,
}

impl Core {
    /// Lets a tab in. The welcome is already in its queue.
    pub(crate) async fn welcome(self: &Arc<Self>, knock: Knock) -> Answer<Guest> {
        if knock.version != PROTOCOL_VERSION {
            return Err(Failure::new(
                ErrorCode::VersionMismatch,
                "the widget and the server are of different versions; reload the page",
            ));
        }
        // Nothing may be said between what is read here and the tab being listed.
        let turn = self.hold().await;
        let mut reading = self.store.read().await?;
        let site = reading
            .site(knock.site)
            .await?
            .ok_or_else(|| Failure::not_found("site"))?;
        let brought = knock.token.filter(|token| secrets::is_token(token));
        let record = match &brought {
            Some(token) => reading.visitor(&Hashed::of(token)).await?,
            None => None,
        };
        let elsewhere = record
            .as_ref()
            .is_some_and(|record| record.site_id != site.id);
        let (token, record) = match brought {
            Some(token) if !elsewhere => (token, record),
            _ => (secrets::new_token()?, None),
        };
        let wish = record.as_ref().and_then(|record| record.wish);
        let visitor = record.map(|record| record.visitor);
        let hashed = Hashed::of(&token);
        let conversation = match &visitor {
            Some(visitor) => reading.conversation_of(visitor.id).await?,
            None => None,
        };
        let mut messages: Vec<WidgetMessage> = Vec::new();
        if let Some(conversation) = &conversation {
            let newer = replies_after(&mut *reading, conversation.id, knock.cursor).await?;
            messages.extend(newer.iter().map(|message| self.tabs.as_seen(message)));
        }
        let workspace_name = known(reading.workspace().await?)?.workspace.name;
        let id = visitor.as_ref().map(|visitor| visitor.id);
        let who = (site.id, hashed);
        let (tab, outlook) = self.tabs.join(who, id, conversation.as_ref(), wish);
        tab.answer(WidgetFrame::Welcome {
            token,
            workspace_name,
            mode: outlook.mode,
            agents: outlook.agents.to_vec(),
            messages,
            email: visitor.and_then(|visitor| visitor.email),
            groups: outlook.groups.to_vec(),
            group_id: outlook.group_id,
        });
        drop(turn);
        Ok(Guest {
            token: hashed,
            site: site.id,
            address: knock.address,
            tab,
        })
    }

    /// The visitor wrote. Every tab of theirs gets the message, this one too.
    pub(crate) async fn visitor_sends(
        self: &Arc<Self>,
        guest: &Guest,
        client_id: ClientId,
        body: Body,
    ) -> Answer<()> {
        body.check()?;
        self.not_too_often(guest)?;
        let mut change = self.begin().await?;
        let visitor = change.visitor_behind(guest).await?;
        let sender = format!("visitor {}", visitor.id);
        let done = change.tx.carried_out(&sender, client_id).await?;
        if let Some(stored) = done.and_then(|done| done.message_id) {
            return self.confirm_again(change, guest, stored).await;
        }
        let team = change.team().await?;
        let before = change.tx.conversation_of(visitor.id).await?;
        let after = change
            .conversation_after(guest, visitor, before.as_ref())
            .await?;
        change
            .put_conversation(before.as_ref(), &after, &team)
            .await?;
        let draft = Draft {
            author: Author::Visitor,
            kind: MessageKind::Reply,
            body,
            mentions: Vec::new(),
            seen_through: None,
        };
        let message_id = Some(change.add_message(&after, draft, client_id, &team).await?);
        let seq = change.log_end().await?;
        let done = protocol::command::CommandDone { seq, message_id };
        let now = change.now.wall;
        change
            .tx
            .put_carried_out(&sender, client_id, &done, now)
            .await?;
        change.commit().await?;
        Ok(())
    }

    /// The visitor left an e-mail address.
    pub(crate) async fn visitor_email(self: &Arc<Self>, guest: &Guest, email: &str) -> Answer<()> {
        let email = input::email(email)?;
        self.not_too_often(guest)?;
        let mut change = self.begin().await?;
        let mut visitor = change.visitor_behind(guest).await?;
        let before = change.tx.conversation_of(visitor.id).await?;
        visitor.email = Some(email.clone());
        change.tx.put_visitor(&visitor).await?;
        if let Some(before) = before {
            let team = change.team().await?;
            let after = Conversation {
                visitor,
                ..before.clone()
            };
            change
                .put_conversation(Some(&before), &after, &team)
                .await?;
        }
        change.commit().await?;
        guest.tab.answer(WidgetFrame::EmailStored { email });
        Ok(())
    }

    /// The visitor chose who is to answer.
    pub(crate) async fn visitor_chooses(
        self: &Arc<Self>,
        guest: &Guest,
        group_id: Option<GroupId>,
    ) -> Answer<()> {
        let wish = Wish(group_id);
        match self.tabs.choose(&guest.tab, wish) {
            Chosen::Nothing => Ok(()),
            Chosen::Kept => self.keep_wish(guest).await,
            Chosen::Moves => self.move_to(guest, wish).await,
        }
    }

    /// Stores what waits with the tabs, if the visitor has a row.
    async fn keep_wish(self: &Arc<Self>, guest: &Guest) -> Answer<()> {
        // Who chooses more often than people do may lose the choice with the page.
        if self.not_too_often(guest).is_err() {
            return Ok(());
        }
        let Some(known) = self.store.read().await?.visitor(&guest.token).await? else {
            return Ok(());
        };
        let mut change = self.begin().await?;
        let wish = self.tabs.wish((guest.site, guest.token));
        change.tx.put_wish(known.visitor.id, wish).await?;
        change.commit().await?;
        Ok(())
    }

    async fn move_to(self: &Arc<Self>, guest: &Guest, wish: Wish) -> Answer<()> {
        if self.not_too_often(guest).is_err() {
            self.tabs.repeat(&guest.tab);
            return Ok(());
        }
        let mut change = self.begin().await?;
        let visitor = change.visitor_behind(guest).await?;
        // Until its turn came somebody may have answered, or taken the group away.
        let before = change.tx.conversation_of(visitor.id).await?;
        let moves = before.filter(|it| {
            it.state == ConversationState::Open
                && it.assigned.is_empty()
                && self.tabs.offers(guest.site, wish)
        });
        let Some(before) = moves else {
            self.tabs.repeat(&guest.tab);
            return Ok(());
        };
        let team = change.team().await?;
        let after = Conversation {
            group_id: wish.0,
            ..before.clone()
        };
        change
            .put_conversation(Some(&before), &after, &team)
            .await?;
        change.commit().await?;
        Ok(())
    }

    fn not_too_often(&self, guest: &Guest) -> Answer<()> {
        let steady = self.clock.now().steady;
        let by_visitor = format!("{:?}", guest.token);
        let one = self.doors.visitor.take(&by_visitor, steady);
        if one && self.doors.visitors_at.take(&guest.address, steady) {
            return Ok(());
        }
        Err(Failure::new(
            ErrorCode::RateLimited,
            "too many messages at once; wait a moment and send it again",
        ))
    }

    /// A repetition: its tab gets the stored message, and nothing else happens.
    async fn confirm_again(
        &self,
        mut change: Change,
        guest: &Guest,
        stored: MessageId,
    ) -> Answer<()> {
        if let Some(message) = change.tx.message(stored).await? {
            let seen = self.tabs.as_seen(&message);
            guest.tab.answer(WidgetFrame::Message(seen));
        }
        Ok(())
    }
}

impl Change {
    /// The visitor with this token, made if need be.
    async fn visitor_behind(&mut self, guest: &Guest) -> Answer<Visitor> {
        if let Some(record) = self.tx.visitor(&guest.token).await? {
            // Two sites may have been shown the token before it was anybody's.
            if record.site_id != guest.site {
                return Err(Failure::new(
                    ErrorCode::Conflict,
                    "this visitor belongs to another site; load the page again",
                ));
            }
            return Ok(record.visitor);
        }
        let visitor = Visitor {
            id: VisitorId(secrets::new_id()),
            name: None,
            email: None,
        };
        let record = VisitorRecord {
            visitor: visitor.clone(),
            site_id: guest.site,
            wish: self.core.tabs.wish((guest.site, guest.token)),
        };
        let now = self.now.wall;
        self.tx.add_visitor(&record, &guest.token, now).await?;
        self.core
            .tabs
            .identify((guest.site, guest.token), visitor.id);
        Ok(visitor)
    }

    async fn conversation_after(
        &mut self,
        guest: &Guest,
        visitor: Visitor,
        before: Option<&Conversation>,
    ) -> Answer<Conversation> {
        let now = self.now.wall;
        let wish = self.core.tabs.wish((guest.site, guest.token));
        if wish.is_some() {
            self.tx.put_wish(visitor.id, None).await?;
        }
        let Some(before) = before else {
            return Ok(Conversation {
                id: ConversationId(secrets::new_id()),
                site_id: guest.site,
                group_id: wish.and_then(|Wish(chosen)| chosen),
                visitor,
                state: ConversationState::Open,
                assigned: Vec::new(),
                created_at: now,
                last_message_at: now,
                waiting_since: Some(now),
                missed: None,
            });
        };
        let somebody_there = self.tx.agents().await?.iter().any(|record| {
            // Whether they wish to be offered chats changes nothing for visitors.
            let means = meaning(record.standing.told.presence.status, false);
            before.assigned.contains(&record.agent.id) && means.available_in_own
        });
        let after = visitor_wrote(before, somebody_there, now);
        if before.state == ConversationState::Open {
            return Ok(after);
        }
        Ok(redirected(after, wish))
    }
}

/// Replies after a cursor, oldest first, of which a visitor can ask for so many at most; on a fresh
/// page (cursor 0) for fewer.
async fn replies_after(
    reading: &mut dyn Reading,
    conversation: ConversationId,
    cursor: Seq,
) -> Answer<Vec<Message>> {
    let most = if cursor == Seq(0) {
        limits::HISTORY_PAGE
    } else {
        limits::WELCOME_MESSAGES
    };
    let kind = Some(MessageKind::Reply);
    let mut page = reading.messages(conversation, kind, None, most).await?;
    page.messages.retain(|message| message.seq > cursor);
    Ok(page.messages)
}
