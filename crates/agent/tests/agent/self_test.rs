//! The self-test in the settings: what the platform answered, whatever else is set.

use agent::ports::{Clip, Hush, NotificationKey, NotifierError, Permission, SoundError, Volume};
use agent::view_device::{NotificationPermission, Took};
use agent::view_notices::NoticesHidden;
use cache::Outcome;
use protocol::error::ErrorCode;
use protocol::status::Status;

use crate::harness::{Device, Workspace};

async fn outcome(device: &Device) -> Outcome {
    let lines = device.core.ledger(1).await.unwrap();
    assert_eq!(lines[0].kind, "self_test");
    lines[0].outcome.clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn it_shows_and_plays_also_while_offline_and_stands_in_the_ledger() {
    let workspace = Workspace::start().await;
    let anna = workspace.device().await;
    anna.pick(Status::Offline).await;
    let tried = anna.core.self_test(70).await.unwrap();
    assert_eq!((&tried.shown, &tried.sound), (&Took::Yes, &Took::Yes));
    assert_eq!(tried.permission, NotificationPermission::Granted);
    assert_eq!(tried.do_not_disturb, Some(false));
    assert_eq!(tried.service, "fake 1");
    assert_eq!(anna.sound.played().last(), Some(&(Clip::Own, Volume(70))));
    let live = anna.notifier.live();
    assert!(live.contains_key(&NotificationKey::SelfTest), "{live:?}");
    assert_eq!(outcome(&anna).await, Outcome::Shown);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_platform_refuses_is_said_in_its_own_words() {
    let workspace = Workspace::start().await;
    let anna = workspace.device().await;
    anna.notifier
        .refuse(Some(NotifierError("nobody is there".into())));
    anna.notifier.permit(Permission::NoService);
    anna.sound.refuse(Some(SoundError("no device".into())));
    anna.hush.set(Hush::On);
    let tried = anna.core.self_test(70).await.unwrap();
    let why = |took: &Took| match took {
        Took::No { why } => why.clone(),
        Took::Yes => panic!("it was refused"),
    };
    assert!(why(&tried.shown).contains("nobody is there"));
    assert!(why(&tried.sound).contains("no device"));
    assert_eq!(tried.permission, NotificationPermission::NoService);
    assert_eq!(tried.do_not_disturb, Some(true));
    let Outcome::Suppressed(line) = outcome(&anna).await else {
        panic!("it was not shown");
    };
    assert!(line.starts_with("failed: "), "{line}");
}

#[tokio::test(flavor = "multi_thread")]
async fn it_needs_somebody_to_be_signed_in() {
    let device = Device::start().await;
    let refused = device.core.self_test(70).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::NotSignedIn);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_comes_and_goes_is_said_without_a_notice() {
    let workspace = Workspace::start().await;
    let anna = workspace.device().await;
    let says = async |wanted: Option<NoticesHidden>| {
        let what = format!("what hides notices to be {wanted:?}");
        anna.until_me(&what, |me| me.notices_hidden == wanted).await;
    };
    // Who watches do-not-disturb hears of it first.
    anna.notifier.permit(Permission::NoService);
    anna.hush.set(Hush::Unknown);
    says(Some(NoticesHidden::NoService)).await;
    anna.notifier.permit(Permission::Granted);
    anna.hush.set(Hush::Off);
    says(None).await;
    // And whoever tries it sees at once that it works again.
    anna.notifier.permit(Permission::Denied);
    anna.core.self_test(0).await.unwrap();
    says(Some(NoticesHidden::PermissionDenied)).await;
    anna.notifier.permit(Permission::Granted);
    anna.core.self_test(0).await.unwrap();
    says(None).await;
}
