//! The `headless-agent` program: an agent's whole session in a process of its own, which tests give
//! orders, listen to, kill and start again. What it says is described in the program itself.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::PoisonError;

use protocol::ids::ConversationId;
use serde_json::{Value, json};

use crate::leash::{Leash, Process};
use crate::process::{Said, built, listen};
use crate::rig_error::RigError;
use crate::wait;

/// A running session. Dropping it kills it; its folder stays.
#[derive(Debug)]
pub struct HeadlessAgent {
    folder: PathBuf,
    arguments: Vec<String>,
    leash: Leash,
    process: Process,
    orders: ChildStdin,
    said: Said,
}

impl HeadlessAgent {
    /// Starts it and waits until it is connected and has caught up.
    ///
    /// # Errors
    /// If it does not get that far, with what it said.
    pub async fn start(
        folder: &Path,
        server: &str,
        email: &str,
        password: &str,
    ) -> Result<Self, RigError> {
        let arguments = [
            "--address",
            server,
            "--email",
            email,
            "--password",
            password,
        ]
        .map(str::to_owned)
        .to_vec();
        let leash = Leash::new()?;
        let (process, orders, said) = launch(&leash, folder, &arguments)?;
        let agent = Self {
            folder: folder.to_owned(),
            arguments,
            leash,
            process,
            orders,
            said,
        };
        agent.is_live().await?;
        Ok(agent)
    }

    /// Ends it without warning (`kill -9`).
    pub fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts it again with the same folder, and does not wait for a connection. What the last one
    /// said is forgotten.
    ///
    /// # Errors
    /// If it does not start.
    pub fn restart(&mut self) -> Result<(), RigError> {
        self.process.kill();
        (self.process, self.orders, self.said) =
            launch(&self.leash, &self.folder, &self.arguments)?;
        Ok(())
    }

    /// Everything it said since it was started.
    #[must_use]
    pub fn said(&self) -> Vec<Value> {
        let lines = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        lines
            .iter()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    /// Waits until something it said is as described, and gives the newest such.
    ///
    /// # Errors
    /// [`RigError::NotYet`], with what it said last.
    pub async fn says<T>(
        &self,
        what: &str,
        is_it: impl Fn(&Value) -> Option<T>,
    ) -> Result<T, RigError> {
        let found = wait::until(what, async || self.said().iter().rev().find_map(&is_it)).await;
        found.map_err(|_| {
            let said = self.said();
            let last = said
                .get(said.len().saturating_sub(5)..)
                .unwrap_or_default()
                .to_vec();
            RigError::NotYet {
                what: format!("{what}; it said last: {last:?}"),
            }
        })
    }

    /// Waits until the newest word on the connection is that it is live.
    ///
    /// # Errors
    /// If it is not.
    pub async fn is_live(&self) -> Result<(), RigError> {
        wait::until("the agent to be connected", async || {
            let said = self.said();
            let newest = said.iter().rev().find_map(|line| line.get("connection"))?;
            (newest == "live").then_some(())
        })
        .await
        .map_err(|_| RigError::NotYet {
            what: format!("the agent to be connected; it said: {:?}", self.said()),
        })
    }

    /// Waits for a visitor's message, and gives its conversation.
    ///
    /// # Errors
    /// If it does not come.
    pub async fn hears(&self, text: &str) -> Result<ConversationId, RigError> {
        self.says(&format!("the visitor's message {text:?}"), |line| {
            let message = line.get("message")?;
            let is_it = message.get("by")? == "visitor" && message.get("text")? == text;
            is_it
                .then(|| message.get("conversation")?.as_str()?.parse().ok())
                .flatten()
        })
        .await
    }

    /// Orders a reply and waits until it is stored on the device.
    ///
    /// # Errors
    /// If it is not.
    pub async fn reply(
        &mut self,
        conversation: ConversationId,
        text: &str,
    ) -> Result<(), RigError> {
        self.order_reply(conversation, text)?;
        self.says(&format!("the reply {text:?} to be stored"), |line| {
            (line.get("submitted")?.get("text")? == text).then_some(())
        })
        .await
    }

    /// Orders a reply and does not wait.
    ///
    /// # Errors
    /// If it is not running.
    pub fn order_reply(
        &mut self,
        conversation: ConversationId,
        text: &str,
    ) -> Result<(), RigError> {
        self.order(&json!({ "reply": { "conversation": conversation, "text": text } }))
    }

    /// Reads a conversation to its end, and waits until that is stored on the device.
    ///
    /// # Errors
    /// If it is not.
    pub async fn reads(&mut self, conversation: ConversationId) -> Result<(), RigError> {
        self.order(&json!({ "read": conversation }))?;
        self.says("that it is read", |line| {
            let read: ConversationId = line.get("read")?.as_str()?.parse().ok()?;
            (read == conversation).then_some(())
        })
        .await
    }

    /// Orders a status and waits until the server has decided.
    ///
    /// # Errors
    /// If it does not.
    pub async fn pick(&mut self, status: &str) -> Result<(), RigError> {
        self.order(&json!({ "choice": status }))?;
        wait::until(&format!("the choice to be {status}"), async || {
            let said = self.said();
            let me = said.iter().rev().find_map(|line| line.get("me"))?;
            (me.get("choice")? == status && me.get("pending")?.is_null()).then_some(())
        })
        .await
    }

    /// Orders any change of status and does not wait.
    ///
    /// # Errors
    /// If it is not running.
    pub fn order_change(&mut self, change: &Value) -> Result<(), RigError> {
        self.order(&json!({ "change": change }))
    }

    /// Sets the agent's own settings, as the wire has them, and waits until they are in force.
    ///
    /// # Errors
    /// If they do not come to be.
    pub async fn set(&mut self, settings: &Value) -> Result<(), RigError> {
        self.order(&json!({ "settings": settings }))?;
        self.sees_me("the settings to be in force", |me| {
            me.get("settings") == Some(settings)
        })
        .await
        .map(drop)
    }

    /// Something happens at its machine: `"active"`, `"locked"`, `{"idle_for_ms": 30000}`, …
    ///
    /// # Errors
    /// If it is not running.
    pub fn machine(&mut self, happening: &Value) -> Result<(), RigError> {
        self.order(&json!({ "machine": happening }))
    }

    /// Clicks a button of a notice of its own state.
    ///
    /// # Errors
    /// If it is not running.
    pub fn answer(&mut self, about: &str, answer: &str) -> Result<(), RigError> {
        self.order(&json!({ "answer": { "about": about, "answer": answer } }))
    }

    /// From now on its notification service takes what it is given, and does not answer.
    ///
    /// # Errors
    /// If it is not running.
    pub fn hang(&mut self) -> Result<(), RigError> {
        self.order(&json!({ "hang": true }))
    }

    /// Waits until its own line is as wanted; gives it.
    ///
    /// # Errors
    /// If it is not, with what it was last.
    pub async fn sees_me(
        &self,
        what: &str,
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<Value, RigError> {
        let newest = || {
            let said = self.said();
            said.iter().rev().find_map(|line| line.get("me")).cloned()
        };
        let found = wait::until(what, async || newest().filter(&wanted)).await;
        found.map_err(|_| RigError::NotYet {
            what: format!("{what}; it is {}", newest().unwrap_or_default()),
        })
    }

    /// Waits until a colleague's presence is this, as it reaches this agent.
    ///
    /// # Errors
    /// If it is not.
    pub async fn sees_colleague(&self, agent: &str, status: &str) -> Result<(), RigError> {
        let what = format!("the colleague to be {status}");
        wait::until(&what, async || {
            let said = self.said();
            let team = said.iter().rev().find_map(|line| line.get("team"))?;
            let of = |it: &&Value| it.get("agent_id").is_some_and(|id| id == agent);
            let found = team.as_array()?.iter().find(of)?;
            (found.get("status")? == status).then_some(())
        })
        .await
    }

    /// Lets it say goodbye and end.
    ///
    /// # Errors
    /// If it goes on.
    pub async fn quit(&mut self) -> Result<(), RigError> {
        self.order(&json!({ "quit": true }))?;
        self.process.wait().await.map(drop)
    }

    fn order(&mut self, order: &Value) -> Result<(), RigError> {
        writeln!(self.orders, "{order}").map_err(RigError::io("give the agent an order"))
    }
}

fn launch(
    leash: &Leash,
    folder: &Path,
    arguments: &[String],
) -> Result<(Process, ChildStdin, Said), RigError> {
    std::fs::create_dir_all(folder).map_err(RigError::io(format!("make {}", folder.display())))?;
    let mut command = Command::new(built("headless-agent")?);
    command
        .arg("--data-dir")
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut process = leash.start_piped(&mut command, &folder.join("agent.log"))?;
    let said = listen(&mut process)?;
    let orders = process
        .stdin()
        .ok_or_else(|| RigError::answer("the agent takes no orders"))?;
    Ok((process, orders, said))
}
