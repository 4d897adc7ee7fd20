//! The command line, over the control socket, against the real app.

use std::path::Path;

use protocol::status::{Goodbye, Status};
use serde_json::{Value, json};
use testkit::RigError;
use testkit::desktop::{Keyring, Parts};
use testkit::process;

use crate::workday::{Colleague, Scene, WINDOW, Workday, said};

type Outcome = Result<(), RigError>;

#[tokio::test(flavor = "multi_thread")]
async fn the_command_line_shows_and_changes_the_status_everywhere() -> Outcome {
    let mut day = Workday::begin("app").await?;
    day.status_is("online").await?;
    let scene = &day.scene;
    let first = scene.asks(&["status"]).await?;
    assert_eq!((first.code, first.out.as_str()), (Some(0), "Online"));
    assert_eq!(first.err, "", "nothing but the line");
    let now = scene.asks(&["status", "--json"]).await?.json();
    assert_eq!(now["status"], "online");
    assert_eq!(now["reason"], "chosen");
    assert_eq!(now["connection"], "live");
    assert_eq!(now["workspace"], "Lumen & Linde");
    assert_eq!(now["pending"], Value::Null);

    // Alone, the change would leave the demo shop with nobody.
    let refused = scene.asks(&["status", "offline"]).await?;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.err.contains("--yes"), "{refused:?}");
    assert_eq!(refused.out, "");
    day.status_is("online").await?;
    let done = scene.asks(&["status", "offline", "--yes"]).await?;
    assert_eq!((done.code, done.out.as_str()), (Some(0), "Offline"));
    scene.tray_ticks("Offline").await?;
    day.desk.sees_own_status("offline").await?;

    // With a colleague online nothing is asked, and she sees each change.
    let mut mia = Colleague::join(&day.server, &day.jonas).await?;
    mia.sees(day.jonas.agent_id, Status::Offline).await?;
    day.shows_online(&mia).await?;
    let done = scene.asks(&["status", "online", "--json"]).await?;
    let now = done.json();
    assert_eq!(now["status"], "online", "decided when it answers: {now}");
    assert_eq!(now["choice"]["via"], "command_line");
    mia.sees(day.jonas.agent_id, Status::Online).await?;
    let done = scene.asks(&["status", "invisible", "--for", "15m"]).await?;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.out.starts_with("Invisible until ") && done.out.ends_with(", then Online"),
        "{done:?}"
    );
    let now = scene.asks(&["status", "--json"]).await?.json();
    assert_eq!(now["choice"]["plan"], "timed");
    assert_eq!(now["next"]["status"], "online");
    assert_eq!(now["next"]["at"], now["choice"]["until"]);
    mia.sees(day.jonas.agent_id, Status::Invisible).await?;
    scene.tray_ticks("Invisible").await?;
    day.desk.sees_own_status("invisible").await?;

    // What the workspace does not offer, and what is no status: nothing changes.
    let refused = scene.asks(&["status", "busy"]).await?;
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(
        refused.err.contains("does not offer Busy"),
        "it says what is offered: {refused:?}"
    );
    for words in [
        ["status", "onlin", "--yes"].as_slice(),
        &["status", "offline", "--for", "25h"],
        &["status", "offline", "--for", "soon"],
        &["status", "offline", "--until", "24:00"],
        &["status", "online", "--for", "1h"],
        &["status", "wind-down", "--until", "tomorrow"],
    ] {
        let wrong = scene.asks(words).await?;
        assert_eq!(wrong.code, Some(2), "{words:?}: {wrong:?}");
        assert!(wrong.err.contains("error:"), "{words:?}: {wrong:?}");
    }
    let now = scene.asks(&["status", "--json"]).await?.json();
    assert_eq!(now["choice"]["plan"], "timed", "nothing has changed: {now}");

    let german = scene.asks_in("de_DE.UTF-8", &["status"]).await?;
    assert!(german.out.starts_with("Unsichtbar bis "), "{german:?}");
    let french = scene.asks_in("fr_FR.UTF-8", &["status"]).await?;
    assert!(french.out.contains("jusqu’à"), "{french:?}");

    // With nothing left to answer, a wind-down ends at once.
    let wound = scene.asks(&["status", "wind-down"]).await?;
    assert_eq!(wound.code, Some(0), "{wound:?}");
    day.status_is("offline").await?;
    let now = day.scene.asks(&["status", "--json"]).await?.json();
    assert_eq!(now["choice"]["by"], "wound_down", "{now}");
    let tomorrow = ["status", "invisible", "--until", "tomorrow", "--json"];
    let now = day.scene.asks(&tomorrow).await?.json();
    assert_eq!(now["choice"]["plan"], "timed", "{now}");
    // Far from whatever time of day it is now, so that it does not come meanwhile.
    let far = jiff::Zoned::now().saturating_add(jiff::Span::new().hours(12));
    let far = far.strftime("%-H:%M").to_string();
    let until = ["status", "offline", "--until", &far, "--json"];
    let now = day.scene.asks(&until).await?.json();
    assert_eq!(now["status"], "offline", "{now}");
    assert_eq!(now["next"]["status"], "online", "{now}");

    // Without the workspace a change is pending, and says so.
    day.server.kill();
    day.desk
        .app
        .wait_for("[data-test=connection][data-state=lost]")
        .await?;
    let pending = day.scene.asks(&["status", "online"]).await?;
    assert_eq!(pending.code, Some(4), "{pending:?}");
    assert_eq!(
        pending.out,
        "Online: pending, the workspace is not reachable"
    );
    day.server.restart().await?;
    day.does("try_now", json!({})).await?;
    day.status_is("online").await?;
    mia.core.quit(Goodbye::Quit).await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_running_app_it_says_so_and_a_crash_locks_nobody_out() -> Outcome {
    let parts = Parts {
        tray_host: true,
        notification_daemon: false,
        keyring: Keyring::Absent,
    };
    let scene = Scene::set(parts, "app").await?;
    for words in [["status"].as_slice(), &["status", "online"]] {
        let said = scene.asks(words).await?;
        assert_eq!(said.code, Some(3), "{said:?}");
        assert!(said.err.contains("not running"), "{said:?}");
    }
    let german = scene.asks_in("de_DE.UTF-8", &["status"]).await?;
    assert!(german.err.contains("läuft nicht"), "{german:?}");

    // What some crash left behind.
    let socket = scene.socket();
    std::fs::create_dir_all(socket.parent().expect("a folder")).expect("a folder");
    drop(std::os::unix::net::UnixListener::bind(&socket).expect("a dead socket"));
    assert_eq!(scene.asks(&["status"]).await?.code, Some(3));

    let mut app = scene.start("app", &["--hidden"])?;
    let said = scene.answers().await?;
    assert_eq!(said.code, Some(1), "nobody is signed in: {said:?}");
    assert_eq!(
        said.err,
        "Nobody is signed in. Open Porchlight and sign in."
    );

    // Killed, then started anew: the socket is there, and nobody behind it, until the next app is.
    app.kill();
    assert!(socket.exists());
    assert_eq!(scene.asks(&["status"]).await?.code, Some(3));
    let mut again = scene.start("again", &["--hidden"])?;
    assert_eq!(scene.answers().await?.code, Some(1));

    // A sign-in that cannot be read is not taken for none.
    assert!(again.terminate().await?.success(), "{}", again.output());
    std::fs::write(scene.data.join("profile.json"), "{\"work").expect("a damaged profile");
    let mut again = scene.start("damaged", &["--hidden"])?;
    let said = scene.answers().await?;
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("cannot open"), "{said:?}");
    // It opens its window for that, by itself.
    scene.desktop.wait_for_window(WINDOW).await?;
    assert!(again.terminate().await?.success(), "{}", again.output());
    std::fs::remove_file(scene.data.join("profile.json")).expect("removed");
    let mut again = scene.start("mended", &["--hidden"])?;
    assert_eq!(scene.answers().await?.code, Some(1));

    // The command line opens no window, and is no second start.
    scene.tray().await?;
    assert_eq!(scene.desktop.windows(), Vec::<String>::new());
    assert!(again.terminate().await?.success(), "{}", again.output());
    assert_eq!(scene.asks(&["status"]).await?.code, Some(3));
    Ok(())
}

/// Another user gets nothing, also where the folder's rights let them come as far as the socket.
#[tokio::test(flavor = "multi_thread")]
async fn another_user_of_the_computer_is_refused() -> Outcome {
    use std::os::unix::fs::PermissionsExt as _;
    let parts = Parts {
        tray_host: true,
        notification_daemon: false,
        keyring: Keyring::Absent,
    };
    let scene = Scene::set(parts, "app").await?;
    let _app = scene.start("app", &["--hidden"])?;
    scene.answers().await?;
    let own = std::fs::metadata(scene.socket()).expect("the socket");
    assert_eq!(own.permissions().mode() & 0o777, 0o600);

    // Only root can become somebody else.
    if !rustix::process::geteuid().is_root() {
        eprintln!("not root: what another user would meet was not tried");
        return Ok(());
    }
    let socket = scene.socket();
    let folder = socket.parent().expect("a folder");
    for path in [folder.parent().expect("a folder"), folder, &socket] {
        let open = std::fs::Permissions::from_mode(0o777);
        std::fs::set_permissions(path, open).expect("opened");
    }
    let as_nobody = |program: &Path| {
        let mut command = scene.desktop.command("setpriv");
        command
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(program);
        command
    };
    let mut raw = as_nobody(Path::new("perl"));
    raw.args(["-MIO::Socket::UNIX", "-e"])
        .arg(
            "my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die qq(no: $!); \
             $SIG{PIPE} = q(IGNORE); \
             print $s qq({\"version\":1,\"ask\":\"report\"}\\n); $s->flush; \
             my $l = <$s>; print defined $l ? $l : q(hung up);",
        )
        .arg(&socket);
    let heard = said(raw).await?;
    assert_eq!(heard.out, "hung up", "{heard:?}");

    // Beside the socket: where it was built, nobody else may come, as in root's home.
    let (built, program) = (process::built("porchlight")?, folder.join("porchlight"));
    std::fs::hard_link(&built, &program)
        .or_else(|_| std::fs::copy(&built, &program).map(drop))
        .expect("the program");
    let mut command = as_nobody(&program);
    command.arg("--data-dir").arg(&scene.data).arg("status");
    let heard = said(command).await?;
    assert_eq!(heard.code, Some(1), "{heard:?}");
    assert!(heard.err.contains("another user"), "{heard:?}");
    assert_eq!(scene.answers().await?.code, Some(1), "we still get through");
    Ok(())
}
