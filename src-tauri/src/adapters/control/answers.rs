//! What the session answers at the control socket.

use std::time::Duration;

use agent::Core;
use agent::view::{Stage, StatusAnswer, StatusReport};
use async_trait::async_trait;
use protocol::error::ErrorBody;
use protocol::status::{StatusChange, Via};
use tokio::time::timeout;

use super::{Answers, Reply, Request};

/// How long a change waits for the workspace's answer. After that it is told as pending.
const SETTLES_WITHIN: Duration = Duration::from_secs(5);

/// How long a question waits for an app that has just been started and still reads what is stored.
const STARTS_WITHIN: Duration = Duration::from_secs(3);

/// Between two looks meanwhile.
const LOOKS_EVERY: Duration = Duration::from_millis(20);

/// Names of sites that are told at most; the sentence is long enough then.
const SITES_TOLD: usize = 20;

/// See the module.
pub struct SessionAnswers(pub Core);

#[async_trait]
impl Answers for SessionAnswers {
    async fn answer(&self, request: Request) -> Reply {
        if !self.is_ready().await {
            return Reply::NotReady;
        }
        let answer = match request {
            Request::Report => self.report().await,
            Request::Change { change, confirmed } => self.change(change, confirmed).await,
        };
        match answer {
            Ok(reply) => reply,
            Err(error) => Reply::Refused {
                error,
                report: self.0.status_report().await.ok(),
            },
        }
    }
}

impl SessionAnswers {
    /// Whether it is known who is signed in, if anybody is.
    async fn is_ready(&self) -> bool {
        let started = async {
            while self.0.stage() == Stage::Starting {
                tokio::time::sleep(LOOKS_EVERY).await;
            }
        };
        // What still is not read by then is no answer either.
        let _ = timeout(STARTS_WITHIN, started).await;
        matches!(self.0.stage(), Stage::FirstRun { .. } | Stage::Ready)
    }

    async fn report(&self) -> Result<Reply, ErrorBody> {
        let report: StatusReport = self.0.status_report().await?;
        Ok(Reply::Report { report })
    }

    async fn change(&self, change: StatusChange, confirmed: bool) -> Result<Reply, ErrorBody> {
        match self
            .0
            .change_status(change, Via::CommandLine, confirmed)
            .await?
        {
            StatusAnswer::LastAgent(view) => {
                let names = view.sites.into_iter().map(|site| site.name);
                return Ok(Reply::LastAgent {
                    sites: names.take(SITES_TOLD).collect(),
                });
            }
            StatusAnswer::Taken => {}
        }
        // Somebody waits for it: the next try to connect is now.
        if !self.0.status_report().await?.connected {
            self.0.try_now()?;
        }
        // What is not settled by then is in the report, as pending.
        if let Ok(settled) = timeout(SETTLES_WITHIN, self.0.status_settled()).await {
            settled?;
        }
        self.report().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use agent::ports::VaultError;
    use agent::{Ports, Setup};
    use protocol::error::ErrorCode;
    use protocol::status::Status;
    use testkit::fakes::{
        FakeClock, ManualActivity, ManualHush, MemoryVault, RecordingBadge, RecordingNotifier,
        SilentSound,
    };

    const PROFILE: &str = r#"{
        "workspace_id": "00000000-0000-7000-8000-000000000001",
        "workspace_name": "Lumen & Linde",
        "place": {"at": "address", "address": "http://127.0.0.1:9"},
        "agent_id": "00000000-0000-7000-8000-000000000002",
        "device_id": "00000000-0000-7000-8000-000000000003"
    }"#;

    /// A session that finds this on the disk.
    async fn session(
        scratch: &tempfile::TempDir,
        profile: Option<&str>,
        vault: &Arc<MemoryVault>,
    ) -> SessionAnswers {
        if let Some(profile) = profile {
            std::fs::write(scratch.path().join("profile.json"), profile).unwrap();
        }
        let core = Core::start(Setup {
            data_dir: scratch.path().to_owned(),
            device_name: "test desk".into(),
            locale: "en".into(),
            ports: Ports {
                clock: Arc::new(FakeClock::default()),
                vault: vault.clone(),
                notifier: Arc::new(RecordingNotifier::default()),
                activity: Arc::new(ManualActivity::default()),
                sound: Arc::new(SilentSound::default()),
                do_not_disturb: Arc::new(ManualHush::default()),
                badge: Arc::new(RecordingBadge::default()),
                local: None,
            },
        });
        let started = testkit::wait::until("the session to have read what is stored", async || {
            (core.stage() != Stage::Starting).then_some(())
        });
        started.await.unwrap();
        SessionAnswers(core)
    }

    fn questions() -> [Request; 2] {
        let change = StatusChange::Pick {
            status: Status::Offline,
        };
        let change = Request::Change {
            change,
            confirmed: true,
        };
        [Request::Report, change]
    }

    #[tokio::test]
    async fn nobody_is_taken_for_signed_out_behind_a_keychain_that_is_locked_or_empty() {
        let vault = Arc::new(MemoryVault::default());
        vault.refuse(Some(VaultError::Locked));
        let scratch = tempfile::tempdir().unwrap();
        let session = session(&scratch, Some(PROFILE), &vault).await;
        for question in questions() {
            assert_eq!(session.answer(question).await, Reply::NotReady);
        }
        vault.refuse(None);
        assert!(
            session.0.retry_keychain().await.is_err(),
            "it holds nothing"
        );
        for question in questions() {
            assert_eq!(session.answer(question).await, Reply::NotReady);
        }
    }

    #[tokio::test]
    async fn without_a_sign_in_it_says_so() {
        let scratch = tempfile::tempdir().unwrap();
        let session = session(&scratch, None, &Arc::default()).await;
        for question in questions() {
            let Reply::Refused { error, report } = session.answer(question).await else {
                panic!("nobody is signed in");
            };
            assert_eq!((error.code, report), (ErrorCode::NotSignedIn, None));
        }
    }
}
