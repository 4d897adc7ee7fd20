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
