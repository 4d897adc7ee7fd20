//! An agent without a screen: the real session, cache and network, with an operating system made by
//! hand. For tests that start and kill it, and for trying things out.
//!
//! It says what happens as JSON, a line each, on standard output, and takes orders the same way:
//!
//! ```text
//! > {"stage":"ready"}
//! > {"connection":"live"}
//! > {"message":{"conversation":"…","by":"visitor","text":"hello"}}
//! > {"notification":{"conversation":"…","title":"New chat: Visitor","body":"hello"}}
//! < {"reply":{"conversation":"…","text":"hello yourself"}}
//! > {"submitted":{"client_id":"…","conversation":"…","text":"hello yourself"}}
//! > {"message":{"conversation":"…","by":"me","text":"hello yourself","client_id":"…"}}
//! < {"read":"…"}                                               (all that is there of the conversation)
//! < {"choice":"invisible"}
//! < {"ask":{"change":"timed","status":"invisible","term":{"term":"for","ms":900000}}}
//! > {"asked":{"sites":["Shop"],"open":3}}                       (so nothing was changed)
//! < {"change":{"change":"wind_down"}}
//! < {"settings":{"idle":{"delay":"minutes","minutes":1},…}}
//! < {"machine":{"idle_for_ms":30000}}                           (or "active", "locked", "unlocked")
//! > {"own_notice":{"about":"idle_soon","title":"…","body":"…","answers":["stay_online"]}}
//! < {"answer":{"about":"idle_soon","answer":"stay_online"}}
//! > {"own_withdrawn":"idle_soon"}
//! > {"digest":{"title":"While you were away","body":"…"}}
//! < {"hang":true}                                              (the notification service does not answer)
//! > {"hanging":true}                                           (and somebody waits for it)
//! < {"click":"…"}
//! < {"quit":true}
//! ```
//!
//! `choice`, `change` and `ask` are made as if in the window; only `ask` asks questions.
//!
//! `submitted` is said after the reply is stored durably; `message` by `me` after the server has it.
//! Started again with the same folder it goes on where it was, also after `kill -9`: its secrets are
//! in plain files there, which is why this is no way to use Porchlight.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use agent::ports::{ActivityEvent, Clock as _, NotificationKey};
use agent::view::{
    ConnectionView, Delivery, Folder, ListQuery, MessageBy, MessageItem, SignIn, Sort, Stage,
    StatusAnswer, UiEvent,
};
use agent::{Core, Ports, Setup, UiStream};
use clap::Parser;
use protocol::body::Body;
use protocol::command::Command;
use protocol::error::ErrorBody;
use protocol::ids::{ClientId, ConversationId, Seq};
use protocol::model::MessageKind;
use protocol::status::{AgentSettings, Goodbye, Status, StatusChange, Via};
use rules::notices::own::{Answer, OwnNotice};
use serde::Deserialize;
use serde_json::{Value, json};
use testkit::fakes::{
    FolderVault, ManualActivity, ManualHush, Notified, RealClock, RecordingBadge,
    RecordingNotifier, SilentSound,
};
use tokio::sync::mpsc;

/// An agent without a screen.
#[derive(Parser)]
struct Arguments {
    /// Of the workspace, like http://127.0.0.1:4000.
    #[arg(long)]
    address: String,
    /// Of the agent.
    #[arg(long)]
    email: String,
    /// Of the agent.
    #[arg(long)]
    password: String,
    /// Where it keeps its data.
    #[arg(long)]
    data_dir: PathBuf,
    /// Answers every visitor who waits with this.
    #[arg(long)]
    auto_reply: Option<String>,
}

/// An order on standard input.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Order {
    /// Replies.
    Reply {
        /// Where.
        conversation: ConversationId,
        /// What.
        text: String,
    },
    /// Reads a conversation to its end.
    Read(ConversationId),
    /// Picks a status, whoever is left alone.
    Choice(Status),
    /// Changes the status in any way, whoever is left alone.
    Change(StatusChange),
    /// The same, but asks first if that leaves a site with nobody online.
    Ask(StatusChange),
    /// Sets one's own settings.
    Settings(AgentSettings),
    /// Something happens at the machine.
    Machine(Happening),
    /// Clicks a button of a notice of one's own state.
    Answer {
        /// Of which.
        about: OwnNotice,
        /// Which.
        answer: Answer,
    },
    /// Clicks the notification of a conversation.
    Click(ConversationId),
    /// The notification service takes what it is given, and does not answer.
    Hang(bool),
    /// Connects now instead of later.
    TryNow(bool),
    /// Says goodbye and ends.
    Quit(bool),
}

/// What happens at a machine.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Happening {
    /// Input.
    Active,
    /// The screen is locked.
    Locked,
    /// And opened again.
    Unlocked,
    /// It falls asleep.
    Sleep,
    /// And wakes.
    Wake,
    /// There was no input for so long.
    #[serde(rename = "idle_for_ms")]
    IdleForMs(u64),
}

fn say(line: &Value) {
    println!("{line}");
}

#[tokio::main]
async fn main() -> std::process::ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .init();
    match run(arguments).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            say(&json!({ "error": error }));
            std::process::ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), ErrorBody> {
    let unusable = |error: std::io::Error| {
        ErrorBody::new(
            protocol::error::ErrorCode::Internal,
            format!("the data folder: {error}"),
        )
    };
    let vault = FolderVault::new(arguments.data_dir.join("secrets")).map_err(unusable)?;
    let notifier = Arc::new(RecordingNotifier::default());
    let clock = Arc::new(RealClock::default());
    let activity = Arc::new(ManualActivity::default());
    let core = Core::start(Setup {
        data_dir: arguments.data_dir.join("data"),
        device_name: "headless".into(),
        locale: "en".into(),
        ports: Ports {
            clock: Arc::clone(&clock) as _,
            vault: Arc::new(vault),
            notifier: Arc::clone(&notifier) as _,
            activity: Arc::clone(&activity) as _,
            sound: Arc::new(SilentSound::default()),
            do_not_disturb: Arc::new(ManualHush::default()),
            badge: Arc::new(RecordingBadge::default()),
            local: None,
        },
    });
    tokio::spawn(tell_notifications(Arc::clone(&notifier)));
    let mut window = core.attach();
    let (ended, mut end) = mpsc::channel(1);
    let machine = Machine {
        core: core.clone(),
        notifier: Arc::clone(&notifier),
        clock,
        activity,
    };
    tokio::spawn(take_orders(machine, ended));
    let mut desk = Desk {
        core: core.clone(),
        auto_reply: arguments.auto_reply.clone(),
        told: BTreeMap::new(),
        stored: BTreeSet::new(),
    };
    // Listened for from here on, so that none is missed while an event is drawn.
    let mut signals = std::pin::pin!(async {
        tokio::select! {
            _ = end.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
            () = terminated() => {}
        }
    });
    let outcome = tokio::select! {
        outcome = work(&arguments, &core, &mut window, &mut desk) => outcome,
        () = &mut signals => Ok(()),
    };
    // Whatever came of it: the store is closed before the process ends.
    core.quit(Goodbye::Quit).await;
    outcome?;
    say(&json!({ "quit": true }));
    Ok(())
}

/// Signs in if nobody is, and says what happens, until the session ends.
async fn work(
    arguments: &Arguments,
    core: &Core,
    window: &mut UiStream,
    desk: &mut Desk,
) -> Result<(), ErrorBody> {
    while let Some(event) = window.next().await {
        match event {
            UiEvent::Stage(Stage::FirstRun { because: None, .. }) => {
                say(&json!({ "stage": "first_run" }));
                core.sign_in(SignIn {
                    address: arguments.address.clone(),
                    email: arguments.email.clone(),
                    password: arguments.password.clone(),
                })
                .await?;
            }
            event => desk.draw(event).await?,
        }
    }
    Ok(())
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

async fn tell_notifications(notifier: Arc<RecordingNotifier>) {
    let mut history = notifier.watch();
    let mut told = 0;
    while history.changed().await.is_ok() {
        let fresh: Vec<Notified> = history
            .borrow_and_update()
            .iter()
            .skip(told)
            .cloned()
            .collect();
        told += fresh.len();
        for one in fresh {
            match one {
                Notified::Shown(notification) => match notification.key {
                    NotificationKey::Conversation(conversation) => {
                        say(&json!({ "notification": {
                            "conversation": conversation,
                            "title": notification.title,
                            "body": notification.body,
                        } }));
                    }
                    NotificationKey::Own(about) => {
                        let answers = notification.actions.iter().map(|action| action.act.code());
                        say(&json!({ "own_notice": {
                            "about": about,
                            "title": notification.title,
                            "body": notification.body,
                            "answers": answers.collect::<Vec<_>>(),
                        } }));
                    }
                    NotificationKey::Digest | NotificationKey::SelfTest => {
                        say(&json!({ "digest": {
                            "title": notification.title,
                            "body": notification.body,
                        } }));
                    }
                },
                Notified::Withdrawn(NotificationKey::Conversation(conversation)) => {
                    say(&json!({ "withdrawn": conversation }));
                }
                Notified::Withdrawn(NotificationKey::Own(about)) => {
                    say(&json!({ "own_withdrawn": about }));
                }
                Notified::Withdrawn(NotificationKey::Digest | NotificationKey::SelfTest) => {
                    say(&json!({ "digest_withdrawn": true }));
                }
            }
        }
    }
}

/// What orders are given to.
struct Machine {
    core: Core,
    notifier: Arc<RecordingNotifier>,
    clock: Arc<RealClock>,
    activity: Arc<ManualActivity>,
}

impl Machine {
    async fn change(&self, change: StatusChange, confirmed: bool) -> Result<(), ErrorBody> {
        let answer = self.core.change_status(change, Via::App, confirmed).await?;
        if let StatusAnswer::LastAgent(question) = answer {
            let sites: Vec<&str> = question.sites.iter().map(|it| it.name.as_str()).collect();
            let open = question.open_conversations;
            say(&json!({ "asked": { "sites": sites, "open": open } }));
        }
        Ok(())
    }

    fn happens(&self, happening: Happening) {
        self.activity.happens(match happening {
            Happening::Active => ActivityEvent::Active,
            Happening::Locked => ActivityEvent::Locked,
            Happening::Unlocked => ActivityEvent::Unlocked,
            Happening::Sleep => ActivityEvent::Sleep,
            Happening::Wake => ActivityEvent::Wake,
            Happening::IdleForMs(length) => {
                let length = Duration::from_millis(length);
                ActivityEvent::IdleSince(self.clock.elapsed().saturating_sub(length))
            }
        });
    }
}

async fn take_orders(machine: Machine, ended: mpsc::Sender<()>) {
    // A thread of its own: reading cannot be interrupted, and must not hold up the end.
    let (sender, mut lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    while let Some(line) = lines.recv().await {
        let done = match serde_json::from_str(&line) {
            Ok(Order::Reply { conversation, text }) => {
                reply(&machine.core, conversation, &text).await
            }
            Ok(Order::Read(conversation)) => read(&machine.core, conversation).await,
            Ok(Order::Choice(status)) => machine.change(StatusChange::Pick { status }, true).await,
            Ok(Order::Change(change)) => machine.change(change, true).await,
            Ok(Order::Ask(change)) => machine.change(change, false).await,
            Ok(Order::Settings(settings)) => machine.core.save_settings(settings).await,
            Ok(Order::Machine(happening)) => {
                machine.happens(happening);
                Ok(())
            }
            Ok(Order::Answer { about, answer }) => {
                machine.notifier.answer(NotificationKey::Own(about), answer);
                Ok(())
            }
            Ok(Order::Click(conversation)) => {
                machine
                    .notifier
                    .click(NotificationKey::Conversation(conversation));
                Ok(())
            }
            Ok(Order::Hang(true)) => {
                machine.notifier.hang();
                let notifier = Arc::clone(&machine.notifier);
                tokio::spawn(async move {
                    if notifier.hangs().await.is_ok() {
                        say(&json!({ "hanging": true }));
                    }
                });
                Ok(())
            }
            Ok(Order::Hang(false)) => {
                machine.notifier.go_on();
                Ok(())
            }
            Ok(Order::TryNow(now)) if now => machine.core.try_now(),
            Ok(Order::Quit(now)) if now => {
                let _ = ended.send(()).await;
                return;
            }
            Ok(Order::TryNow(_) | Order::Quit(_)) => Ok(()),
            Err(error) => Err(ErrorBody::new(
                protocol::error::ErrorCode::BadRequest,
                format!("this is no order: {error}"),
            )),
        };
        if let Err(error) = done {
            say(&json!({ "error": error }));
        }
    }
    // Without orders it goes on until it is ended.
    std::future::pending::<()>().await;
}

async fn read(core: &Core, id: ConversationId) -> Result<(), ErrorBody> {
    let through = core.conversation(id).await?.seen_through;
    let read = Command::MarkRead {
        conversation_id: id,
        through,
    };
    core.submit(read).await?;
    say(&json!({ "read": id }));
    Ok(())
}

async fn reply(core: &Core, id: ConversationId, text: &str) -> Result<(), ErrorBody> {
    let seen_through = core.conversation(id).await?.seen_through;
    let client_id = core
        .submit(Command::Reply {
            conversation_id: id,
            body: Body::from_plain(text),
            seen_through,
        })
        .await?;
    say(&json!({ "submitted": { "client_id": client_id, "conversation": id, "text": text } }));
    Ok(())
}

/// What a person would see, told once.
struct Desk {
    core: Core,
    auto_reply: Option<String>,
    told: BTreeMap<ConversationId, Seq>,
    stored: BTreeSet<ClientId>,
}

impl Desk {
    async fn draw(&mut self, event: UiEvent) -> Result<(), ErrorBody> {
        match event {
            UiEvent::Stage(stage) => {
                let ready = stage == Stage::Ready;
                let text = match stage {
                    Stage::Starting => json!({ "stage": "starting" }),
                    Stage::Ready => json!({ "stage": "ready" }),
                    Stage::FirstRun {
                        because,
                        lost_unsent,
                    } => json!({
                        "stage": "first_run", "because": because, "lost_unsent": lost_unsent,
                    }),
                    Stage::KeychainLocked { error, .. } => {
                        json!({ "stage": "keychain_locked", "error": error })
                    }
                    Stage::Broken { error } => json!({ "stage": "broken", "error": error }),
                };
                say(&text);
                if ready {
                    self.tell_all().await?;
                }
            }
            UiEvent::Connection(connection) => say(&match connection {
                ConnectionView::Connecting => json!({ "connection": "connecting" }),
                ConnectionView::CatchingUp => json!({ "connection": "catching_up" }),
                ConnectionView::Live => json!({ "connection": "live" }),
                ConnectionView::Lost { error, .. } => {
                    json!({ "connection": "lost", "error": error })
                }
            }),
            UiEvent::Me(me) => say(&json!({ "me": {
                "choice": me.choice.status,
                "source": me.choice.source,
                "plan": me.choice.plan,
                "pending": me.pending,
                "status": me.presence.status,
                "reason": me.presence.reason,
                "next": me.next,
                "settings": me.settings,
                "counting_down": me.drops_at.is_some(),
                "hours_end": me.hours_end,
                "open": me.open_conversations,
            } })),
            UiEvent::Counts(counts) => say(&json!({ "unsent": counts.unsent })),
            UiEvent::ConversationsChanged { ids } if ids.is_empty() => self.tell_all().await?,
            UiEvent::ConversationsChanged { ids } => {
                for id in ids {
                    self.tell(id).await?;
                }
            }
            UiEvent::Away { card } => say(&json!({ "away": card })),
            UiEvent::LinkRefused { .. } => {}
            UiEvent::Navigate { conversation_id } => say(&json!({ "navigate": conversation_id })),
            UiEvent::Refused { error } => say(&json!({ "refused": error })),
            UiEvent::Team(team) => say(&json!({ "team": team.presence })),
            UiEvent::AskLastAgent(_) | UiEvent::AskUntil | UiEvent::AskBeforeClose => {}
        }
        Ok(())
    }

    async fn tell_all(&mut self) -> Result<(), ErrorBody> {
        let mut offset = 0;
        loop {
            let query = ListQuery {
                folder: Folder::All,
                open: true,
                sort: Sort::Oldest,
                offset,
                limit: 200,
            };
            let page = self.core.list(query).await?;
            let seen = u32::try_from(page.items.len()).unwrap_or(u32::MAX);
            for item in page.items {
                self.tell(item.conversation.id).await?;
            }
            offset = offset.saturating_add(seen);
            if seen == 0 || offset >= page.total {
                return Ok(());
            }
        }
    }

    async fn tell(&mut self, id: ConversationId) -> Result<(), ErrorBody> {
        // It may be gone by now.
        let Ok(view) = self.core.conversation(id).await else {
            return Ok(());
        };
        let told = self.told.get(&id).copied().unwrap_or_default();
        for message in &view.messages {
            let (Some(seq), MessageKind::Reply) = (message.seq, message.kind) else {
                continue;
            };
            let by = match message.by {
                MessageBy::Visitor => "visitor",
                MessageBy::Me => "me",
                MessageBy::Agent { .. } => "agent",
                MessageBy::Unknown => "unknown",
            };
            let stored = message.delivery == Delivery::Stored;
            let fresh = seq > told && stored;
            if fresh && self.stored.insert(message.client_id) {
                say(&json!({ "message": {
                    "conversation": id,
                    "by": by,
                    "text": message.body.plain_text(),
                    "client_id": message.client_id,
                } }));
            }
        }
        self.told.insert(id, view.seen_through.max(told));
        // Nobody is answered twice: a reply may be on its way.
        let unsent =
            |it: &MessageItem| it.kind == MessageKind::Reply && it.delivery == Delivery::Waiting;
        let waits = view.conversation.waiting_since.is_some();
        if let Some(text) = &self.auto_reply
            && waits
            && !view.messages.iter().any(unsent)
        {
            reply(&self.core, id, text).await?;
        }
        Ok(())
    }
}
