//! Changing one's status from a device: at once, once, and not by accident.

use agent::view::{AcceptInvitation, StatusAnswer};
use protocol::error::ErrorCode;
use protocol::ids::AgentId;
use protocol::model::Role;
use protocol::rest::{Invitation, InviteRequest};
use protocol::status::{
    AgentSettings, ChoiceSource, IdleDelay, Plan, Status, StatusChange, StatusSettings,
    TeamPresence, Term, Via,
};

use crate::harness::{Device, PASSWORD, Workspace};

const QUARTER: StatusChange = StatusChange::Timed {
    status: Status::Invisible,
    term: Term::For { ms: 900_000 },
};

fn pick(status: Status) -> StatusChange {
    StatusChange::Pick { status }
}

/// A device that counts as there: the lease begins after the connection is live.
async fn there(workspace: &Workspace) -> Device {
    let device = workspace.device().await;
    online(&device).await;
    device
}

async fn online(device: &Device) -> AgentId {
    let seen = device.until("to be seen online", |screen| {
        let me = screen.me.as_ref()?.agent.id;
        let team = &screen.team.as_ref()?.presence;
        let presence = team.iter().find(|it| it.agent_id == me)?;
        (presence.status == Status::Online).then_some(me)
    });
    seen.await
}

/// A colleague with a device that is online.
pub(crate) async fn colleague(workspace: &Workspace) -> (AgentId, Device) {
    let invite = InviteRequest {
        email: "bert@example.com".into(),
        role: Role::Agent,
    };
    let invitation: Invitation = workspace
        .ask("POST", "/api/v1/invitations", &invite)
        .await
        .unwrap();
    let device = Device::start().await;
    device
        .core
        .accept_invitation(AcceptInvitation {
            link: invitation.link,
            name: "Bert".into(),
            password: PASSWORD.into(),
        })
        .await
        .unwrap();
    (online(&device).await, device)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_one_online_is_asked_first_and_a_word_does_it() {
    let workspace = Workspace::start().await;
    let device = there(&workspace).await;
    for change in [pick(Status::Offline), QUARTER, StatusChange::WindDown] {
        let asked = device.core.change_status(change, Via::App, false).await;
        let StatusAnswer::LastAgent(question) = asked.unwrap() else {
            panic!("{change:?} leaves the shop with nobody");
        };
        assert_eq!((question.change, question.via), (change, Via::App));
        let sites: Vec<_> = question.sites.iter().map(|site| site.id).collect();
        assert_eq!(sites, [workspace.site_id]);
    }
    let report = device.core.status_report().await.unwrap();
    assert_eq!(
        (report.pending, report.choice.status),
        (None, Status::Online),
        "a question changes nothing"
    );
    let done = device.core.change_status(QUARTER, Via::App, true).await;
    assert_eq!(done, Ok(StatusAnswer::Taken));
    device.core.status_settled().await.unwrap();
    let me = device
        .until_me("to be invisible", |me| {
            me.presence.status == Status::Invisible
        })
        .await;
    assert!(matches!(me.choice.plan, Some(Plan::Timed { .. })));
    assert_eq!(me.next.map(|next| next.status), Some(Status::Online));
    // Away already: nobody is left by another change.
    let again = device
        .core
        .change_status(pick(Status::Offline), Via::App, false);
    assert_eq!(again.await, Ok(StatusAnswer::Taken));
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_colleague_online_nobody_is_asked() {
    let workspace = Workspace::start().await;
    let device = there(&workspace).await;
    let (bert, desk) = colleague(&workspace).await;
    device
        .until("to see Bert online", |screen| {
            let team = screen.team.as_ref()?;
            let presence = team.presence.iter().find(|it| it.agent_id == bert)?;
            (presence.status == Status::Online).then_some(())
        })
        .await;
    let gone = device
        .core
        .change_status(pick(Status::Invisible), Via::Tray, false);
    assert_eq!(gone.await, Ok(StatusAnswer::Taken));
    device.core.status_settled().await.unwrap();
    // Now Bert is the last, once he knows it: asked before, he would be gone.
    desk.until("to see that nobody else is online", |screen| {
        let team = screen.team.as_ref()?;
        let away = |it: &TeamPresence| it.agent_id == bert || it.status == Status::Invisible;
        team.presence.iter().all(away).then_some(())
    })
    .await;
    let asked = desk
        .core
        .change_status(pick(Status::Offline), Via::App, false)
        .await;
    assert!(matches!(asked, Ok(StatusAnswer::LastAgent(_))), "{asked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn asked_from_the_tray_the_question_waits_for_a_window_and_asks_for_one() {
    let workspace = Workspace::start().await;
    let device = there(&workspace).await;
    let mut clicks = device.core.navigations();
    clicks.mark_unchanged();
    let asked = device
        .core
        .change_status(pick(Status::Invisible), Via::Tray, false)
        .await;
    assert!(matches!(asked, Ok(StatusAnswer::LastAgent(_))));
    clicks.changed().await.unwrap();
    let click = clicks.borrow_and_update().unwrap();
    assert_eq!(click.conversation_id, None, "a window, and nothing in it");
    let question = device
        .until("to show the question", |screen| screen.asked.clone())
        .await;
    assert_eq!(question.via, Via::Tray);

    // Answered in another way meanwhile, nothing is asked any more.
    let tray = device
        .core
        .change_status(pick(Status::Invisible), Via::Tray, false);
    assert!(matches!(tray.await, Ok(StatusAnswer::LastAgent(_))));
    device
        .core
        .change_status(pick(Status::Invisible), Via::CommandLine, true)
        .await
        .unwrap();
    device.core.status_settled().await.unwrap();
    let screen = device
        .until("to be decided", |screen| {
            let me = screen.me.as_ref()?;
            (me.choice.status == Status::Invisible).then(|| screen.asked.clone())
        })
        .await;
    assert_eq!(screen, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn until_another_time_from_the_tray_is_asked_in_a_window() {
    let workspace = Workspace::start().await;
    let device = there(&workspace).await;
    let mut clicks = device.core.navigations();
    clicks.mark_unchanged();
    device.core.ask_until();
    clicks.changed().await.unwrap();
    let click = clicks.borrow_and_update().unwrap();
    assert_eq!(click.conversation_id, None, "a window, and nothing in it");
    device
        .until("to ask until when", |screen| {
            screen.asked_until.then_some(())
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_may_not_be_picked_is_refused_before_it_shows() {
    let workspace = Workspace::start().await;
    let device = there(&workspace).await;
    let wrong = [
        (pick(Status::Busy), "Busy is not in use"),
        (
            StatusChange::Timed {
                status: Status::Online,
                term: Term::Tomorrow,
            },
            "without a time",
        ),
        (
            StatusChange::Timed {
                status: Status::Invisible,
                term: Term::For { ms: 59_999 },
            },
            "1 minute to 24 hours",
        ),
        (
            StatusChange::Timed {
                status: Status::Invisible,
                term: Term::At { minute: 1_440 },
            },
            "between 0:00 and 23:59",
        ),
    ];
    for (change, words) in wrong {
        let error = device.core.change_status(change, Via::App, true).await;
        let error = error.unwrap_err();
        assert_eq!(error.code, ErrorCode::BadRequest, "{change:?}");
        assert!(error.message.contains(words), "{}", error.message);
        assert!(error.message.ends_with('.'), "{}", error.message);
        let report = device.core.status_report().await.unwrap();
        assert_eq!(report.pending, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_be_picked_follows_the_workspace() {
    let workspace = Workspace::start().await;
    let device = there(&workspace).await;
    let before = device.core.status_report().await.unwrap();
    assert_eq!(
        before.selectable,
        [Status::Online, Status::Invisible, Status::Offline]
    );
    device
        .core
        .save_workspace(protocol::rest::SettingsRequest {
            name: "Lighthouse".into(),
            idle_minutes: Some(20),
            statuses: StatusSettings {
                busy: true,
                offline_by_hand: false,
            },
            status_log_for_admins: false,
            close_after_hours: Some(24),
        })
        .await
        .unwrap();
    let me = device
        .until_me("to offer Busy", |me| me.selectable.contains(&Status::Busy))
        .await;
    assert_eq!(
        (me.selectable.as_slice(), me.may_wind_down),
        (
            &[Status::Online, Status::Busy, Status::Invisible][..],
            false
        )
    );
    let refused = device
        .core
        .change_status(pick(Status::Offline), Via::App, true);
    assert_eq!(refused.await.unwrap_err().code, ErrorCode::BadRequest);
    let busy = device
        .core
        .change_status(pick(Status::Busy), Via::Shortcut, true);
    assert_eq!(busy.await, Ok(StatusAnswer::Taken));
    device.core.status_settled().await.unwrap();
    let report = device.core.status_report().await.unwrap();
    assert_eq!(
        report.choice.source,
        ChoiceSource::Agent { via: Via::Shortcut }
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_alike_on_all_devices_and_wrong_ones_change_nothing() {
    let workspace = Workspace::start().await;
    let desk = there(&workspace).await;
    let laptop = there(&workspace).await;
    let wanted = AgentSettings {
        idle: IdleDelay::Minutes { minutes: 7 },
        invisible_offers: true,
        ..AgentSettings::default()
    };
    desk.core.save_settings(wanted.clone()).await.unwrap();
    for device in [&desk, &laptop] {
        device
            .until_me("to have the settings", |me| me.settings == wanted)
            .await;
    }
    let wrong = AgentSettings {
        idle: IdleDelay::Minutes { minutes: 0 },
        ..wanted.clone()
    };
    let error = desk.core.save_settings(wrong).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::BadRequest);
    assert!(error.message.contains("1 to 240"), "{}", error.message);
    let me = desk.until_me("to be there", |_| true).await;
    assert_eq!(me.settings, wanted);
}

#[tokio::test(flavor = "multi_thread")]
async fn set_offline_by_an_admin_one_sees_by_whom_and_goes_back() {
    let workspace = Workspace::start().await;
    let admin = there(&workspace).await;
    let (bert, desk) = colleague(&workspace).await;
    admin.core.set_agent_offline(bert).await.unwrap();
    let anna = workspace.admin.agent_id;
    let set = desk
        .until_me("to be set Offline", |me| {
            me.presence.status == Status::Offline && me.choice.status == Status::Offline
        })
        .await;
    let before = Status::Online;
    let source = ChoiceSource::Admin {
        agent_id: anna,
        before,
    };
    assert_eq!(set.choice.source, source);
    let tray = desk.core.tray().borrow().clone();
    let undo = rules::tray::TrayEntry::Undo {
        before,
        by: "Anna".into(),
    };
    assert!(tray.entries.contains(&undo), "{tray:?}");
    let refused = desk.core.set_agent_offline(anna).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotAllowed);
    desk.pick(before).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_day_tells_each_change_with_its_way_and_fits_into_a_table() {
    let workspace = Workspace::start().await;
    let device = there(&workspace).await;
    let change = |status, via| device.core.change_status(pick(status), via, true);
    change(Status::Invisible, Via::Tray).await.unwrap();
    device.core.status_settled().await.unwrap();
    change(Status::Online, Via::CommandLine).await.unwrap();
    device.core.status_settled().await.unwrap();
    // The server's own day: the clock of the test's computer is another.
    let report = device.core.status_report().await.unwrap();
    let zone = rules::hours::Zone::utc();
    let date = zone.date(report.choice.at);
    let day = device.core.day(None, &date).await.unwrap();
    let ways: Vec<_> = day
        .changes
        .iter()
        .filter_map(|change| match change.choice.source {
            ChoiceSource::Agent { via } => Some((change.choice.status, via)),
            _ => None,
        })
        .collect();
    assert_eq!(
        ways,
        [
            (Status::Invisible, Via::Tray),
            (Status::Online, Via::CommandLine)
        ]
    );
    let table = device.core.day_table(None, &date).await.unwrap();
    assert_eq!((table.agent.as_str(), table.date), ("Anna", date.clone()));
    let lines: Vec<_> = table.csv.lines().collect();
    assert!(lines.first().unwrap().starts_with("agent,time,status"));
    assert!(table.csv.contains("invisible") && table.csv.contains("command_line"));

    let wrong = device.core.day(None, "2026-02-30").await.unwrap_err();
    assert_eq!(wrong.code, ErrorCode::BadRequest);
    let (bert, _desk) = colleague(&workspace).await;
    let hidden = device.core.day(Some(bert), &date).await.unwrap_err();
    assert_eq!(hidden.code, ErrorCode::NotAllowed, "off by default");
}
