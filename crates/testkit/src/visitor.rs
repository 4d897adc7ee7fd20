//! A visitor without a browser: the widget's socket, spoken directly.

use futures_util::{SinkExt as _, StreamExt as _};
use protocol::PROTOCOL_VERSION;
use protocol::body::Body;
use protocol::ids::{ClientId, GroupId, Seq, SiteId};
use protocol::widget::{VisitorFrame, WidgetFrame, WidgetGroup, WidgetMessage, WidgetMode};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{WebSocketStream, client_async};
use uuid::Uuid;

use crate::rig_error::RigError;
use crate::wait;

/// An open widget.
pub struct VisitorSocket {
    socket: WebSocketStream<TcpStream>,
    /// To come back with.
    pub token: String,
    /// What there was to read on arrival, oldest first.
    pub history: Vec<WidgetMessage>,
    /// The mode it heard of last.
    pub mode: WidgetMode,
    /// The groups to choose from, as it heard of them last.
    pub groups: Vec<WidgetGroup>,
    /// The group that it heard of last as chosen.
    pub group_id: Option<GroupId>,
}

fn gone(error: impl std::fmt::Display) -> RigError {
    RigError::answer(format!("the widget's socket: {error}"))
}

impl VisitorSocket {
    /// Opens the widget of a site on the server at `http://127.0.0.1:PORT`.
    ///
    /// # Errors
    /// If the server refuses.
    pub async fn arrive(
        server: &str,
        site_id: SiteId,
        token: Option<String>,
    ) -> Result<Self, RigError> {
        let authority = server.trim_start_matches("http://").trim_end_matches('/');
        let stream = TcpStream::connect(authority).await.map_err(gone)?;
        let mut request = format!("ws://{authority}/widget/v1/socket")
            .into_client_request()
            .map_err(gone)?;
        let origin = format!("http://{authority}").parse().map_err(gone)?;
        request.headers_mut().insert("Origin", origin);
        let (socket, _) = client_async(request, stream).await.map_err(gone)?;
        let mut visitor = Self {
            socket,
            token: String::new(),
            history: Vec::new(),
            mode: WidgetMode::Hidden,
            groups: Vec::new(),
            group_id: None,
        };
        visitor
            .says(&VisitorFrame::Hello {
                version: PROTOCOL_VERSION,
                site_id,
                token,
                cursor: Seq(0),
            })
            .await?;
        match visitor.hears().await? {
            WidgetFrame::Welcome {
                token, messages, ..
            } => {
                visitor.token = token;
                visitor.history = messages;
                Ok(visitor)
            }
            other => Err(gone(format!("no welcome but {other:?}"))),
        }
    }

    /// Writes a message and waits until the server confirms it.
    ///
    /// # Errors
    /// If it does not.
    pub async fn writes(&mut self, text: &str) -> Result<WidgetMessage, RigError> {
        self.sends(ClientId(Uuid::now_v7()), text).await
    }

    /// [`VisitorSocket::writes`] with a given id: the same one again is the same message again.
    ///
    /// # Errors
    /// If the server does not confirm it.
    pub async fn sends(
        &mut self,
        client_id: ClientId,
        text: &str,
    ) -> Result<WidgetMessage, RigError> {
        self.says(&VisitorFrame::Send {
            client_id,
            body: Body::from_plain(text),
        })
        .await?;
        loop {
            match self.hears().await? {
                WidgetFrame::Message(message) if message.client_id == Some(client_id) => {
                    return Ok(message);
                }
                WidgetFrame::Refused { error, .. } => return Err(gone(error)),
                _ => {}
            }
        }
    }

    /// Leaves an e-mail address and waits until the server confirms it.
    ///
    /// # Errors
    /// If it does not.
    pub async fn leaves_email(&mut self, email: &str) -> Result<(), RigError> {
        let email = email.to_owned();
        self.says(&VisitorFrame::SetEmail { email }).await?;
        loop {
            match self.hears().await? {
                WidgetFrame::EmailStored { .. } => return Ok(()),
                WidgetFrame::Refused { error, .. } => return Err(gone(error)),
                _ => {}
            }
        }
    }

    /// Waits until the widget is in this mode, if it is not already.
    ///
    /// # Errors
    /// If it stays in another.
    pub async fn sees_mode(&mut self, mode: WidgetMode) -> Result<(), RigError> {
        while self.mode != mode {
            self.hears().await?;
        }
        Ok(())
    }

    /// Chooses who is to answer, and waits until the server says so.
    ///
    /// # Errors
    /// If it does not.
    pub async fn chooses(&mut self, group_id: Option<GroupId>) -> Result<(), RigError> {
        self.says(&VisitorFrame::ChooseGroup { group_id }).await?;
        loop {
            if let WidgetFrame::Mode { group_id: told, .. } = self.hears().await?
                && told == group_id
            {
                return Ok(());
            }
        }
    }

    /// Waits for the next message of an agent.
    ///
    /// # Errors
    /// If none comes.
    pub async fn reads(&mut self) -> Result<WidgetMessage, RigError> {
        loop {
            match self.hears().await? {
                WidgetFrame::Message(message) if message.agent_name.is_some() => {
                    return Ok(message);
                }
                WidgetFrame::Refused { error, .. } => return Err(gone(error)),
                _ => {}
            }
        }
    }

    /// The next frame.
    ///
    /// # Errors
    /// If none comes.
    pub async fn hears(&mut self) -> Result<WidgetFrame, RigError> {
        loop {
            let message = tokio::time::timeout(wait::LIMIT, self.socket.next())
                .await
                .map_err(|_| RigError::NotYet {
                    what: "a frame for the widget".into(),
                })?;
            match message {
                Some(Ok(Message::Text(text))) => {
                    let frame = serde_json::from_str(&text).map_err(gone)?;
                    self.notes(&frame);
                    return Ok(frame);
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => return Err(gone(format!("ended with {other:?}"))),
            }
        }
    }

    fn notes(&mut self, frame: &WidgetFrame) {
        if let WidgetFrame::Welcome {
            mode,
            groups,
            group_id,
            ..
        }
        | WidgetFrame::Mode {
            mode,
            groups,
            group_id,
            ..
        } = frame
        {
            self.mode = *mode;
            self.groups.clone_from(groups);
            self.group_id = *group_id;
        }
    }

    async fn says(&mut self, frame: &VisitorFrame) -> Result<(), RigError> {
        let text = serde_json::to_string(frame).map_err(gone)?;
        self.socket.send(Message::text(text)).await.map_err(gone)
    }
}
