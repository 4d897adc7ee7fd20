//! How a notice is told: to whom, with which sound and how much of it, and what can be done in it.

use agent::ports::{
    Act, ActivityEvent, Clip, Hush, NotificationKey, NotifierError, Permission, Volume,
};
use agent::view_notices::{LedgerOutcome, LedgerRequest, LedgerWanted, NoticesHidden};
use cache::Outcome;
use protocol::body::Body;
use protocol::command::Command;
use protocol::ids::{AgentId, ConversationId, Instant};
use protocol::limits::MESSAGE_CHARACTERS;
use protocol::status::{AgentSettings, LockDelay, Status};
use rules::notices::digest;
use rules::notices::settings::{NoticeSettings, Privacy, QuietHours};
use testkit::wait;

use crate::harness::{Device, Workspace, texts};
use crate::status::colleague;

/// Waits for the newest line of a kind, and answers its outcome.
async fn outcome(device: &Device, kind: &str) -> Outcome {
    let what = format!("a line on {kind:?}");
    let line = wait::until(&what, async || {
        let lines = device.core.ledger(50).await.unwrap();
        lines.into_iter().find(|line| line.kind == kind)
    });
    line.await.unwrap().outcome
}

async fn set(device: &Device, change: impl FnOnce(&mut NoticeSettings)) {
    let mut settings = device.core.notice_settings().await.unwrap();
    change(&mut settings);
    device.core.save_notice_settings(settings).await.unwrap();
}

/// The notification of the only conversation.
async fn notification(device: &Device) -> agent::ports::Notification {
    let live = device
        .notifier
        .until("a notification", |live| live.len() == 1);
    live.await.unwrap().into_values().next().unwrap()
}

async fn assign(device: &Device, conversation_id: ConversationId, agents: Vec<AgentId>) {
    let assign = Command::Assign {
        conversation_id,
        agents,
    };
    device.core.submit(assign).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn being_assigned_and_being_mentioned_are_told_and_my_own_taking_is_not() {
    let workspace = Workspace::start().await;
    let anna = workspace.device().await;
    let (bert, desk) = colleague(&workspace).await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("hello").await.unwrap();
    let id = anna.conversation_saying("hello").await;
    desk.conversation_saying("hello").await;
    assign(&anna, id, vec![bert]).await;
    assert_eq!(outcome(&desk, "assigned").await, Outcome::Shown);
    let told = notification(&desk).await;
    assert_eq!(told.title, "Yours now: Visitor");

    let comment = Command::Comment {
        conversation_id: id,
        body: Body::from_plain("Can you look at this?"),
        mentions: vec![bert],
    };
    anna.core.submit(comment).await.unwrap();
    assert_eq!(outcome(&desk, "mention").await, Outcome::Shown);
    let what = "the mention in its place";
    let live = desk.notifier.until(what, |live| {
        live.values().all(|it| it.body == "Can you look at this?")
    });
    assert_eq!(live.await.unwrap().len(), 1);

    assign(&anna, id, vec![workspace.admin.agent_id]).await;
    let back = "it to be taken away again";
    desk.until_conversation(id, back, |view| {
        view.conversation.assigned == [workspace.admin.agent_id]
    })
    .await;
    visitor.writes("still there?").await.unwrap();
    assert_eq!(outcome(&anna, "message").await, Outcome::Shown);
    let lines = anna.core.ledger(50).await.unwrap();
    let mine =
        |line: &&cache::LedgerEntry| line.kind == "assigned" && line.outcome == Outcome::Shown;
    assert_eq!(lines.iter().filter(mine).count(), 0, "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_whose_agents_went_away_is_told_as_missed_to_who_is_online() {
    let workspace = Workspace::start().await;
    let anna = workspace.device().await;
    let (bert, desk) = colleague(&workspace).await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("hello").await.unwrap();
    let id = anna.conversation_saying("hello").await;
    assign(&anna, id, vec![bert]).await;
    let gone = anna
        .notifier
        .until("it to be Bert's", |live| live.is_empty());
    gone.await.unwrap();
    assert_eq!(outcome(&desk, "assigned").await, Outcome::Shown);
    // Sounds that come together are one sound; this one comes later.
    anna.clock.advance(std::time::Duration::from_secs(3));
    desk.pick(Status::Offline).await;
    assert_eq!(outcome(&anna, "missed").await, Outcome::Shown);
    assert_eq!(notification(&anna).await.title, "Missed: Visitor");
    assert!(notification(&anna).await.actions.is_empty(), "it is Bert's");
    anna.sound
        .until("the sound of what is missed", |played| {
            played.contains(&(Clip::Missed, Volume(70)))
        })
        .await
        .unwrap();
    anna.reply(id, "I take over").await;
    let gone = anna.notifier.until("nothing", |live| live.is_empty());
    gone.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answers_and_the_others_notification_and_badge_go_and_reading_changes_nothing() {
    let workspace = Workspace::start().await;
    let anna = workspace.device().await;
    let (_, desk) = colleague(&workspace).await;
    workspace.visitor().await.writes("hello").await.unwrap();
    notification(&anna).await;
    notification(&desk).await;
    let one = agent::ports::Waiting {
        count: 1,
        missed: false,
    };
    desk.badge.until("one who waits", one).await.unwrap();
    let id = anna.conversation_saying("hello").await;
    let seen = anna.core.conversation(id).await.unwrap().seen_through;
    let read = Command::MarkRead {
        conversation_id: id,
        through: seen,
    };
    anna.core.submit(read).await.unwrap();
    let gone = anna
        .notifier
        .until("nothing, since she read it", |live| live.is_empty());
    gone.await.unwrap();
    anna.until("all to be sent", |screen| {
        screen.counts.clone().filter(|it| it.unsent == 0)
    })
    .await;
    assert_eq!(desk.notifier.live().len(), 1, "a colleague only read it");
    assert_eq!(desk.badge.shows(), one);
    anna.reply(id, "hi").await;
    let gone = desk.notifier.until("nothing", |live| live.is_empty());
    gone.await.unwrap();
    let nobody = agent::ports::Waiting::default();
    desk.badge.until("nobody who waits", nobody).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hides_notices_is_said_and_stands_in_the_ledger() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    device.hush.set(Hush::On);
    device
        .until_me("to say what hides notices", |me| {
            me.notices_hidden == Some(NoticesHidden::DoNotDisturb)
        })
        .await;
    workspace.visitor().await.writes("one").await.unwrap();
    let hushed = Outcome::Suppressed("do_not_disturb".into());
    assert_eq!(outcome(&device, "new_chat").await, hushed);
    assert_eq!(device.sound.played(), [], "and no sound");
    assert_eq!(device.notifier.live().len(), 1, "the platform keeps it");
    device.hush.set(Hush::Off);

    device.notifier.permit(Permission::Denied);
    device.clock.advance(std::time::Duration::from_secs(11));
    workspace.visitor().await.writes("two").await.unwrap();
    let denied = Outcome::Suppressed("permission_denied".into());
    wait::until("the second to have its line", async || {
        let lines = device.core.ledger(50).await.unwrap();
        lines.iter().any(|it| it.outcome == denied).then_some(())
    })
    .await
    .unwrap();
    device
        .until_me("to say what hides notices", |me| {
            me.notices_hidden == Some(NoticesHidden::PermissionDenied)
        })
        .await;
    device.pick(Status::Invisible).await;
    device
        .until_me("to say so only while visitors see it online", |me| {
            me.notices_hidden.is_none()
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_fails_is_asked_after_at_once() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    device
        .until_me("to be drawn", |me| me.notices_hidden.is_none())
        .await;
    device.notifier.permit(Permission::NoService);
    let gone = NotifierError("nobody answers".into());
    device.notifier.refuse(Some(gone));
    // The platform was asked a moment ago: by this clock, no time passes.
    workspace.visitor().await.writes("hello").await.unwrap();
    device
        .until_me("to say what hides notices", |me| {
            me.notices_hidden == Some(NoticesHidden::NoService)
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_silence_the_sound_and_nothing_else() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    // The fake clock stands at 8:00 in a zone without a name.
    set(&device, |settings| {
        settings.quiet = Some(QuietHours { from: 420, to: 540 });
    })
    .await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("one").await.unwrap();
    let silent = Outcome::ShownSilently("quiet_hours".into());
    assert_eq!(outcome(&device, "new_chat").await, silent);
    assert_eq!(device.sound.played(), []);
    set(&device, |settings| {
        settings.quiet = None;
        settings.volume = 30;
    })
    .await;
    visitor.writes("two").await.unwrap();
    device
        .sound
        .until("the sound of a new chat", |played| {
            played == [(Clip::NewChat, Volume(30))]
        })
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_muted_kind_is_not_told_and_the_ledger_says_why() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    set(&device, |settings| settings.new_chat.muted = true).await;
    workspace.visitor().await.writes("one").await.unwrap();
    let muted = Outcome::Suppressed("muted".into());
    assert_eq!(outcome(&device, "new_chat").await, muted);
    assert!(device.notifier.live().is_empty());

    let id = device.conversation_saying("one").await;
    let ask = async |outcome: LedgerWanted, about: Option<ConversationId>| {
        let request = LedgerRequest {
            conversation_id: about,
            outcome,
            before: None,
            limit: 50,
        };
        device.core.ledger_page(request).await.unwrap()
    };
    let because = |reason: &str| LedgerWanted::Because {
        reason: reason.into(),
    };
    let page = ask(because("muted"), Some(id)).await;
    assert_eq!(page.lines.len(), 1);
    assert!(!page.more);
    assert_eq!(
        page.lines[0].outcome,
        LedgerOutcome::Suppressed {
            reason: "muted".into()
        }
    );
    assert!(ask(because("busy"), None).await.lines.is_empty());
    assert!(ask(LedgerWanted::Shown, None).await.lines.is_empty());
    assert!(ask(LedgerWanted::Failed, None).await.lines.is_empty());
    let elsewhere = Some(ConversationId(uuid::Uuid::from_u128(5)));
    assert!(ask(LedgerWanted::Any, elsewhere).await.lines.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn privacy_hides_the_words_then_the_name_and_a_lock_all_but_the_number() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let settings = AgentSettings {
        lock: LockDelay::Off,
        ..AgentSettings::default()
    };
    device.core.save_settings(settings.clone()).await.unwrap();
    device
        .until_me("to have its settings", |me| me.settings == settings)
        .await;
    let mut visitor = workspace.visitor().await;
    visitor.leaves_email("mia@example.org").await.unwrap();
    let told = async |text: &str, title: &str, body: &str| {
        let what = format!("a notification entitled {title:?}");
        let live = device.notifier.until(&what, |live| {
            live.values()
                .any(|one| one.title == title && one.body == body)
        });
        live.await.unwrap_or_else(|_| {
            panic!("{text}: {:?}", device.notifier.live());
        })
    };
    visitor.writes("secret one").await.unwrap();
    told("full", "New chat: mia@example.org", "secret one").await;
    set(&device, |it| it.privacy = Privacy::Sender).await;
    visitor.writes("secret two").await.unwrap();
    told("sender", "New chat: mia@example.org", "").await;
    set(&device, |it| it.privacy = Privacy::Full).await;
    device.activity.happens(ActivityEvent::Locked);
    visitor.writes("secret three").await.unwrap();
    let locked = told("locked", "Porchlight", "1 visitor waits for a reply").await;
    let actions = &locked.values().next().unwrap().actions;
    assert!(actions.is_empty(), "nothing is sent from behind a lock");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_is_taken_and_replied_to_in_its_notification() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("hello").await.unwrap();
    let shown = notification(&device).await;
    let acts: Vec<Act> = shown.actions.iter().map(|action| action.act).collect();
    assert_eq!(acts, [Act::Reply, Act::Take]);
    let id = device.conversation_saying("hello").await;
    let mut clicks = device.core.navigations();
    device.notifier.act(shown.key, Act::Take);
    let click = clicks.wait_for(Option::is_some).await.unwrap().unwrap();
    assert_eq!(click.conversation_id, Some(id));
    let me = workspace.admin.agent_id;
    let taken = |view: &agent::view::ConversationView| view.conversation.assigned == [me];
    device.until_conversation(id, "to be taken", taken).await;

    visitor.writes("and now?").await.unwrap();
    let key = NotificationKey::Conversation(id);
    let live = device.notifier.until("the next one", |live| {
        live.get(&key).is_some_and(|one| one.body == "and now?")
    });
    live.await.unwrap();
    device.notifier.reply(key, "At once!");
    device
        .until_conversation(id, "the reply to be sent", |view| {
            texts(view).last().is_some_and(|text| text == "At once!")
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_in_a_notification_costs_no_draft_and_is_one_if_it_cannot_be_sent() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    workspace.visitor().await.writes("hello").await.unwrap();
    let key = notification(&device).await.key;
    let id = device.conversation_saying("hello").await;
    device.core.save_draft(id, "In the window").await.unwrap();
    device.notifier.reply(key, "At once!");
    device
        .until_conversation(id, "both to be there", |view| {
            view.draft == "In the window" && texts(view).last().is_some_and(|it| it == "At once!")
        })
        .await;

    let mut clicks = device.core.navigations();
    device.notifier.reply(key, " ");
    let click = clicks.wait_for(Option::is_some).await.unwrap().unwrap();
    assert_eq!(click.conversation_id, Some(id), "nothing to send");
    let too_long = "x".repeat(MESSAGE_CHARACTERS + 1);
    device.notifier.reply(key, &too_long);
    let both = format!("In the window\n\n{too_long}");
    device
        .until_conversation(id, "both as the draft", |view| view.draft == both)
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_out_of_range_are_refused_and_the_old_ones_stay() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let wrong = NoticeSettings {
        volume: 101,
        ..NoticeSettings::default()
    };
    device.core.save_notice_settings(wrong).await.unwrap_err();
    let kept = device.core.notice_settings().await.unwrap();
    assert_eq!(kept, NoticeSettings::default());
    assert_eq!(
        agent::ports::Clock::now(device.clock.as_ref()),
        Instant(1_800_000_000_000),
        "8:00, which the test of quiet hours builds on"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_before_me_on_another_device_is_not_told_here() {
    let workspace = Workspace::start().await;
    let desk = workspace.device().await;
    let laptop = workspace.device().await;
    let mut visitor = workspace.visitor().await;
    visitor.writes("one").await.unwrap();
    let id = desk.conversation_saying("one").await;
    laptop.conversation_saying("one").await;
    assert_eq!(outcome(&desk, "new_chat").await, Outcome::Shown);
    let looks = |focused| agent::view::Focus {
        focused,
        conversation_id: Some(id),
        at_end: true,
    };
    laptop.core.input();
    laptop.core.focus(looks(true));
    // It goes at once, since it is looked at; and so will the next.
    let gone = desk.notifier.until("nothing", |live| live.is_empty());
    gone.await.unwrap();
    visitor.writes("two").await.unwrap();
    let on_screen = Outcome::Suppressed("on_screen".into());
    wait::until("the desk to know why", async || {
        (outcome(&desk, "new_chat").await == on_screen).then_some(())
    })
    .await
    .unwrap();
    laptop.core.focus(looks(false));
    let say = "three";
    wait::until("the desk to tell again", async || {
        visitor.writes(say).await.unwrap();
        (outcome(&desk, "new_chat").await == Outcome::Shown).then_some(())
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_i_take_on_another_device_is_my_own_doing_here() {
    let workspace = Workspace::start().await;
    let desk = workspace.device().await;
    let laptop = workspace.device().await;
    workspace.visitor().await.writes("one").await.unwrap();
    let id = laptop.conversation_saying("one").await;
    desk.conversation_saying("one").await;
    let me = workspace.admin.agent_id;
    let take = Command::AddAgent {
        conversation_id: id,
        agent_id: me,
    };
    laptop.core.submit(take).await.unwrap();
    let own = Outcome::Suppressed("own_action".into());
    assert_eq!(outcome(&desk, "assigned").await, own);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_status_each_message_leaves_exactly_one_line() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let (mut first, mut second) = (workspace.visitor().await, workspace.visitor().await);
    let mut written = 0;
    for status in [
        Status::Online,
        Status::Invisible,
        Status::Offline,
        Status::Online,
    ] {
        device.pick(status).await;
        for number in 0..5 {
            first.writes(&format!("{status:?} {number}")).await.unwrap();
            second
                .writes(&format!("{status:?} {number}"))
                .await
                .unwrap();
            written += 2;
        }
        let id = device.conversation_saying(&format!("{status:?} 4")).await;
        if status == Status::Invisible {
            device.reply(id, "mine from now on").await;
        }
    }
    let of_messages = async || {
        let lines = device.core.ledger(200).await.unwrap();
        let kinds = ["new_chat", "message", "offered"];
        let lines = lines.iter();
        lines.filter(|it| kinds.contains(&it.kind.as_str())).count()
    };
    wait::until("every message to have its line", async || {
        (of_messages().await >= written).then_some(())
    })
    .await
    .unwrap();
    // What is decided after all of them shows that nothing more comes of them.
    let mut other = workspace.visitor().await;
    other.writes("the last one").await.unwrap();
    wait::until("the last one to have its line", async || {
        (of_messages().await > written).then_some(())
    })
    .await
    .unwrap();
    assert_eq!(of_messages().await, written + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_that_comes_in_drops_is_told_in_one_digest_until_the_moment_is_over() {
    let workspace = Workspace::start().await;
    let device = workspace.device().await;
    let together = NotificationKey::Digest;
    let mut told = 0;
    for number in 1..=8 {
        let text = format!("visitor {number}");
        workspace.visitor().await.writes(&text).await.unwrap();
        told = digest::AT_ONCE.min(number);
        let live = device.notifier.until(&text, |live| {
            let one = live.get(&together).map(|it| it.title.clone());
            let more = number - told;
            let wanted = match more {
                0 => None,
                1 => Some("1 visitor waits for a reply".to_owned()),
                _ => Some(format!("{more} visitors wait for a reply")),
            };
            live.len() == told + usize::from(more > 0) && one == wanted
        });
        live.await.unwrap();
    }
    // Nobody has read them; yet what comes now is another moment.
    let moment = std::time::Duration::from_millis(digest::MOMENT_MS);
    device.clock.advance(moment);
    workspace.visitor().await.writes("later").await.unwrap();
    let live = device.notifier.until("the later one by itself", |live| {
        live.len() == told + 2 && live.values().any(|it| it.body == "later")
    });
    live.await.unwrap();
}
