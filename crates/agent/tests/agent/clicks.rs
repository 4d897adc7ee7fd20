//! A notification that is shown opens something, whatever it tells and whatever became of that.

use std::collections::BTreeSet;
use std::future::Future as _;
use std::task::Poll;
use std::time::Duration;

use agent::Click;
use agent::ports::NotificationKey;
use agent::view::{Stage, UiEvent};
use protocol::error::{ErrorBody, ErrorCode};
use protocol::event::Event;
use protocol::frame::ServerFrame;
use protocol::ids::{ConversationId, Instant};
use protocol::status::{AgentSettings, Goodbye, OnReturn, Presence, Reason, Status};
use rules::notices::NoticeKind;
use rules::notices::own::OwnNotice;
use rules::notices::settings::Privacy;
use testkit::scripted::Scripted;
use testkit::wait;
use tokio::sync::watch;

use crate::harness::{Device, Workspace, texts};
use crate::log::{BERT, Log, chat, key};
use crate::script::{ME, choice, scripted};

/// A person at the notifications.
struct Hand<'a> {
    device: &'a Device,
    clicks: watch::Receiver<Option<Click>>,
}

impl<'a> Hand<'a> {
    fn at(device: &'a Device) -> Self {
        let clicks = device.core.navigations();
        Self { device, clicks }
    }

    /// Clicks, and answers what the window is opened on.
    async fn clicks(&mut self, key: NotificationKey) -> Option<ConversationId> {
        self.clicks.mark_unchanged();
        self.device.notifier.click(key);
        let opened = tokio::time::timeout(wait::LIMIT, self.clicks.changed()).await;
        opened.expect("the click opens a window").unwrap();
        self.clicks.borrow().unwrap().conversation_id
    }

    /// Clicks once it is there.
    async fn clicks_the_new(&mut self, key: NotificationKey) -> Option<ConversationId> {
        let there = |live: &std::collections::BTreeMap<_, _>| live.contains_key(&key);
        let what = format!("{key:?}");
        self.device.notifier.until(&what, there).await.unwrap();
        self.clicks(key).await
    }
}

/// What a window that opens is told of a click that leads nowhere.
async fn why_not(device: &Device) -> ErrorBody {
    let mut window = device.core.attach();
    let told = async {
        loop {
            match window.next().await.unwrap() {
                UiEvent::LinkRefused { error } => return error,
                UiEvent::Navigate { conversation_id } => panic!("it opened {conversation_id}"),
                _ => {}
            }
        }
    };
    tokio::time::timeout(wait::LIMIT, told).await.unwrap()
}

/// Something of this kind happens in this chat, new as it is.
async fn raise(log: &mut Log, device: &Device, kind: NoticeKind, number: u128) {
    let whose = match kind {
        NoticeKind::Message => vec![ME],
        NoticeKind::Mention => vec![BERT],
        _ => Vec::new(),
    };
    let id = log.opens(number, &whose).await;
    match kind {
        NoticeKind::NewChat | NoticeKind::Message => log.visitor_writes(id).await,
        NoticeKind::Missed => {
            log.changes(id, None, |it| it.waiting_since = Some(Instant(5)))
                .await;
            log.is_missed(id).await;
        }
        NoticeKind::Assigned => log.is_assigned(id, &[ME], BERT).await,
        NoticeKind::Mention => log.mentions_me(id, BERT).await,
        NoticeKind::Offered => {
            log.i_am(Status::Invisible).await;
            log.visitor_writes(id).await;
            wait::until("the offer", async || {
                // The while begins when the device looks, some time after the chat came.
                device.clock.advance(Duration::from_secs(16));
                log.happens(Event::Unknown).await;
                device.core.focus(agent::view::Focus::default());
                let live = device.notifier.live();
                live.contains_key(&key(number)).then_some(())
            })
            .await
            .unwrap();
            log.i_am(Status::Online).await;
        }
    }
}

async fn with_settings(change: impl FnOnce(&mut AgentSettings)) -> Scripted {
    let server = scripted().await;
    let mut snapshot = crate::script::snapshot(10);
    change(&mut snapshot.settings);
    server.answers("/api/v1/snapshot", 200, &snapshot);
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_opens_its_conversation_and_the_window_once_that_is_gone() {
    let mut server = with_settings(|it| it.invisible_offers = true).await;
    let (mut log, device) = Log::with_device(&mut server).await;
    let mut hand = Hand::at(&device);
    let mut number = 0;
    for privacy in [Privacy::Full, Privacy::Sender, Privacy::Count] {
        let mut settings = device.core.notice_settings().await.unwrap();
        settings.privacy = privacy;
        device.core.save_notice_settings(settings).await.unwrap();
        for kind in NoticeKind::ALL {
            number += 1;
            let id = chat(number);
            raise(&mut log, &device, kind, number).await;
            let opened = hand.clicks_the_new(key(number)).await;
            assert_eq!(opened, Some(id), "{kind:?} {privacy:?}");
            device.core.conversation(id).await.unwrap();

            // Its notification was still there, or the click was on its way.
            if number % 2 == 0 {
                log.is_lost(id).await;
            } else {
                log.is_erased(id).await;
            }
            wait::until("it to be gone", async || {
                device.core.conversation(id).await.err()
            })
            .await
            .unwrap();
            assert_eq!(hand.clicks(key(number)).await, None, "{kind:?} {privacy:?}");
            assert_eq!(why_not(&device).await.code, ErrorCode::NotFound);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_that_no_window_followed_before_its_conversation_was_gone_leads_to_no_hole() {
    let mut server = scripted().await;
    let (mut log, device) = Log::with_device(&mut server).await;
    let mut hand = Hand::at(&device);
    let id = log.opens(1, &[]).await;
    log.visitor_writes(id).await;
    assert_eq!(hand.clicks_the_new(key(1)).await, Some(id));
    log.is_lost(id).await;
    wait::until("it to be gone", async || {
        device.core.conversation(id).await.err()
    })
    .await
    .unwrap();
    let mut window = device.core.attach();
    let drawn = async {
        let mut next = None;
        loop {
            match window.next().await.unwrap() {
                UiEvent::Navigate { conversation_id } => panic!("it opened {conversation_id}"),
                // All that waited for a window is told before what happens now.
                UiEvent::Counts(_) if next.is_none() => next = Some(log.opens(2, &[]).await),
                UiEvent::ConversationsChanged { ids } if ids.iter().any(|it| Some(*it) == next) => {
                    return;
                }
                _ => {}
            }
        }
    };
    tokio::time::timeout(wait::LIMIT, drawn).await.unwrap();
}

/// Keeps the only thread that tasks run on, until what this answers is dropped.
async fn nothing_goes_on() -> std::sync::mpsc::Sender<()> {
    let (go_on, wait) = std::sync::mpsc::channel();
    let (began, begins) = tokio::sync::oneshot::channel();
    tokio::spawn(async move {
        began.send(()).unwrap();
        assert!(wait.recv().is_err(), "it is dropped");
    });
    begins.await.unwrap();
    go_on
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_link_and_a_reply_that_start_the_app_wait_for_what_is_stored() {
    let workspace = Workspace::start().await;
    let mut device = workspace.device().await;
    workspace.visitor().await.writes("hello").await.unwrap();
    let id = device.conversation_saying("hello").await;
    let link = device.core.link_to(id).unwrap().to_string();
    device.core.quit(Goodbye::Quit).await;
    let held = nothing_goes_on().await;
    device.start_core();
    let core = device.core.clone();
    let mut following = std::pin::pin!(core.follow_link(&link));
    let waits = std::future::poll_fn(|cx| Poll::Ready(following.as_mut().poll(cx).is_pending()));
    assert!(waits.await, "nothing has been read yet");
    drop(held);
    following.await;
    let opened = device.core.navigations().borrow().unwrap();
    assert_eq!(opened.conversation_id, Some(id));

    device.core.quit(Goodbye::Quit).await;
    let held = nothing_goes_on().await;
    device.start_core();
    let key = NotificationKey::Conversation(id);
    device.notifier.reply(key, "At once!");
    drop(held);
    device
        .until_conversation(id, "the reply to be sent", |view| {
            texts(view).last().is_some_and(|text| text == "At once!")
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_opens_its_only_conversation_while_it_is_here_and_else_the_window() {
    let mut server = scripted().await;
    let (mut log, device) = Log::with_device(&mut server).await;
    let mut hand = Hand::at(&device);
    for number in 1..=3 {
        log.opens(number, &[]).await;
    }
    log.cut(&mut server, &device).await;
    log.visitor_writes(chat(1)).await;
    log.caught_up(&device).await;
    let opened = hand.clicks_the_new(NotificationKey::Digest).await;
    assert_eq!(opened, Some(chat(1)));

    log.cut(&mut server, &device).await;
    log.visitor_writes(chat(2)).await;
    log.visitor_writes(chat(3)).await;
    let shown = device.notifier.shown();
    log.caught_up(&device).await;
    let next = async || (device.notifier.shown() > shown).then_some(());
    wait::until("the next digest", next).await.unwrap();
    assert_eq!(hand.clicks(NotificationKey::Digest).await, None, "several");

    // One whose conversation is lost is taken back; a click that is on its way opens the window.
    log.cut(&mut server, &device).await;
    log.visitor_writes(chat(3)).await;
    let shown = device.notifier.shown();
    log.caught_up(&device).await;
    let next = async || (device.notifier.shown() > shown).then_some(());
    wait::until("the last digest", next).await.unwrap();
    log.is_lost(chat(3)).await;
    let gone =
        |live: &std::collections::BTreeMap<_, _>| !live.contains_key(&NotificationKey::Digest);
    device.notifier.until("no digest", gone).await.unwrap();
    assert_eq!(hand.clicks(NotificationKey::Digest).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tells_of_oneself_and_a_try_open_the_window() {
    let mut server = with_settings(|it| it.on_return = OnReturn::Ask).await;
    let (mut log, device) = Log::with_device(&mut server).await;
    let mut hand = Hand::at(&device);
    let mut opened = BTreeSet::new();
    device.core.self_test(0).await.unwrap();
    assert_eq!(hand.clicks_the_new(NotificationKey::SelfTest).await, None);

    log.opens(1, &[ME]).await;
    for notice in OwnNotice::ALL {
        match notice {
            OwnNotice::IdleSoon => {
                let soon = ServerFrame::IdleSoon { in_ms: 30_000 };
                log.stream.says(&soon).await.unwrap();
            }
            OwnNotice::WelcomeBack => {
                let held = Presence {
                    status: Status::Offline,
                    reason: Reason::Held,
                    since: Instant(5),
                };
                log.happens(Event::OwnPresence {
                    choice: choice(Status::Online),
                    presence: held,
                    next: None,
                })
                .await;
            }
            OwnNotice::HoursEnd => {
                let end = ServerFrame::HoursEndSoon {
                    at: Instant(300_000),
                    open: 1,
                };
                log.stream.says(&end).await.unwrap();
            }
            OwnNotice::ConnectionLost => {
                log.cut(&mut server, &device).await;
                device.clock.advance(Duration::from_secs(31));
                device.core.focus(agent::view::Focus::default());
            }
            OwnNotice::SignInLost => {
                let revoked = ErrorBody::new(ErrorCode::NotSignedIn, "revoked");
                let revoked = ServerFrame::Error(revoked);
                log.stream.says(&revoked).await.unwrap();
            }
        }
        let own = NotificationKey::Own(notice);
        assert_eq!(hand.clicks_the_new(own).await, None, "{notice:?}");
        opened.insert(notice);
    }
    assert_eq!(opened.len(), OwnNotice::ALL.len());
    assert!(matches!(device.core.stage(), Stage::FirstRun { .. }));
    // Of the session before: there is nothing behind it any more.
    assert_eq!(hand.clicks(key(1)).await, None);
}
