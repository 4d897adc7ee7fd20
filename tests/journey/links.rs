//! Links into the app: they start it, they reach the one that runs, and what leads nowhere is said in its
//! window. Nothing is ever sent by one.

use std::path::PathBuf;

use agent::links::Link;
use protocol::ids::WorkspaceId;
use testkit::RigError;
use testkit::desktop::{Desktop, Parts, has_web_processes};
use testkit::people::{AgentAtDesk, Visitor};
use testkit::process::{self, PASSWORD, ServerProcess};

type Outcome = Result<(), RigError>;

const EMAIL: &str = "jonas@lumen-linde.example";

/// The operating system hands a link to the program that is registered for it.
async fn hand_over(desktop: &Desktop, data: &std::path::Path, link: &str) -> Outcome {
    let mut opener = desktop.command(process::built("porchlight")?);
    opener.arg("--data-dir").arg(data).arg(link);
    let mut opener = desktop.spawn("opener", &mut opener)?;
    assert!(opener.wait().await?.success(), "{}", opener.output());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_its_conversation_and_any_other_is_refused_in_words() -> Outcome {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = |name: &str| -> PathBuf { scratch.path().join(name) };
    let desktop = Desktop::start_with(&folder("desktop"), Parts::default()).await?;
    let server = ServerProcess::start(&folder("server"), &["--demo"]).await?;
    let signed_in = server.set_up("Lumen & Linde", "Jonas Weber", EMAIL).await?;
    let site = server.says("demo site on ").await?;
    let data = folder("app");
    let link = {
        let agent = AgentAtDesk::sit_down(&desktop, &data, &[]).await?;
        agent.signs_in(&server.url(), EMAIL, PASSWORD).await?;
        agent.is_live().await?;
        let anna = Visitor::arrive(&folder("anna"), &site).await?;
        anna.write("Is the wall lamp in stock?").await?;
        agent.app.click("[data-test=nav-all]").await?;
        agent.opens("Is the wall lamp in stock?").await?;
        let link = Link {
            workspace_id: signed_in.workspace_id,
            conversation_id: Some(agent.open_conversation().await?),
        };
        agent.app.kill_app().await?;
        link
    };

    // Cold: the link starts the app, also one that was to start into the tray.
    let text = link.to_string();
    let agent = AgentAtDesk::sit_down(&desktop, &data, &["--hidden", &text]).await?;
    agent.reads("Is the wall lamp in stock?").await?;
    let app = agent.app.id().expect("the app runs");

    // Running without a window: it comes back on the conversation.
    desktop.close_window("Porchlight")?;
    has_web_processes(app, 0).await?;
    hand_over(&desktop, &data, &text).await?;
    agent.app.find_window().await?;
    agent.reads("Is the wall lamp in stock?").await?;
    assert_eq!(agent.app.id(), Some(app), "it is the one that ran");

    // What leads nowhere says why, each by its own reason, and the app goes on.
    let elsewhere = Link {
        workspace_id: WorkspaceId(uuid::Uuid::now_v7()),
        ..link
    };
    let gone = Link {
        conversation_id: Some(protocol::ids::ConversationId(uuid::Uuid::now_v7())),
        ..link
    };
    for (text, code) in [
        (
            "porchlight://\u{202e}<b>/%00?send=yes".to_owned(),
            "bad_request",
        ),
        (elsewhere.to_string(), "not_allowed"),
        (gone.to_string(), "not_found"),
        (format!("{text}?text=Buy%20this"), "bad_request"),
    ] {
        hand_over(&desktop, &data, &text).await?;
        let css = format!("[data-test=error][data-code={code}]");
        agent.app.wait_for(&css).await?;
        agent.app.click(&format!("{css} button")).await?;
    }
    agent.reads("Is the wall lamp in stock?").await?;
    let script = "return document.querySelectorAll('[data-test=message][data-author=me]').length";
    let sent = agent.app.execute(script, Vec::new()).await?;
    assert_eq!(sent.as_u64(), Some(0), "no link sends");
    Ok(())
}
