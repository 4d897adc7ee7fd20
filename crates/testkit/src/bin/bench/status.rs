//! How fast a change of status is seen.
//!
//! One agent (Jonas) has the app on a desktop and a second device
//! without a screen; a colleague (Anna) has a device too; the server is a process of its own. The
//! second device changes the status, and each round waits for one place to show what the server
//! decided:
//!
//! - the **tray** of the app: the tick in its menu, asked for over D-Bus as a panel does;
//! - the **window** of the app: told by an observer inside the page;
//! - the **command line**: `porchlight status --json`, started over and over;
//! - the **colleague's** device.
//!
//! Every round watches one place only, so that watching one does not slow another down. All clocks are
//! this machine's. The figures contain what watching costs: starting a process for the command line,
//! one D-Bus call for the tray.

use std::path::Path;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use protocol::ids::AgentId;
use serde_json::{Value, json};
use testkit::RigError;
use testkit::desktop::Desktop;
use testkit::headless::HeadlessAgent;
use testkit::people::AgentAtDesk;
use testkit::process::{PASSWORD, ServerProcess, built};

use crate::figures::Figures;

/// A place that did not show a change by then fails the whole bench.
const PATIENCE: Duration = Duration::from_secs(10);
const JONAS: &str = "jonas@example.org";
const ANNA: &str = "anna@example.org";

struct Stage {
    desktop: Desktop,
    app: AgentAtDesk,
    data: std::path::PathBuf,
    second: HeadlessAgent,
    colleague: HeadlessAgent,
    jonas: AgentId,
    /// What was changed to last.
    status: &'static str,
    _server: ServerProcess,
}

/// Where a change is looked for.
#[derive(Clone, Copy)]
enum Place {
    Tray,
    Window,
    CommandLine,
    Colleague,
}

/// What is asked of the figures: at most so long, 99 times of 100.
struct Target {
    place: Place,
    name: &'static str,
    most: Duration,
}

const TARGETS: [Target; 4] = [
    Target {
        place: Place::Tray,
        name: "tray of another device",
        most: Duration::from_millis(200),
    },
    Target {
        place: Place::Window,
        name: "window of another device",
        most: Duration::from_millis(200),
    },
    Target {
        place: Place::CommandLine,
        name: "command line of another device",
        most: Duration::from_millis(200),
    },
    Target {
        place: Place::Colleague,
        name: "a colleague's device",
        most: Duration::from_secs(1),
    },
];

/// Whether all targets are met, watching each place so often.
pub(crate) async fn measure(rounds: usize) -> Result<bool, RigError> {
    let scratch = tempfile::tempdir().map_err(|source| RigError::Io {
        what: "make a scratch folder".into(),
        source,
    })?;
    println!("a desktop, a server, an agent with two devices, and a colleague …");
    let mut stage = Stage::set(scratch.path()).await?;
    println!("{rounds} changes of status for each place:\n");
    println!(
        "{:<34}{:>10}{:>10}{:>10}   target",
        "choice changed, seen on", "median", "p99", "most"
    );
    let mut all_met = true;
    for target in TARGETS {
        let mut took = Vec::with_capacity(rounds);
        // The first two warm up what is started on first use.
        for round in 0..rounds.saturating_add(2) {
            let length = stage.change(target.place).await?;
            if round >= 2 {
                took.push(length);
            }
        }
        let took = Figures::of(took);
        let at = |share| took.percentile(share);
        let met = at(99) <= target.most;
        all_met &= met;
        println!(
            "{:<34}{:>7} ms{:>7} ms{:>7} ms   p99 ≤ {} ms: {}",
            target.name,
            at(50).as_millis(),
            at(99).as_millis(),
            at(100).as_millis(),
            target.most.as_millis(),
            if met { "met" } else { "NOT met" }
        );
    }
    Ok(all_met)
}

impl Stage {
    async fn set(scratch: &Path) -> Result<Self, RigError> {
        let server = ServerProcess::start(&scratch.join("server"), &[]).await?;
        let admin = server.set_up("Bench", "Jonas", JONAS).await?;
        server.join(&admin, "Anna", ANNA).await?;
        let desktop = Desktop::start(&scratch.join("desktop")).await?;
        let data = scratch.join("app");
        let app = AgentAtDesk::sit_down(&desktop, &data, &[]).await?;
        app.signs_in(&server.url(), JONAS, PASSWORD).await?;
        app.is_live().await?;
        app.sees_own_status("online").await?;
        let second =
            HeadlessAgent::start(&scratch.join("second"), &server.url(), JONAS, PASSWORD).await?;
        let colleague =
            HeadlessAgent::start(&scratch.join("colleague"), &server.url(), ANNA, PASSWORD).await?;
        let watch = "const seen = (window.seen = []);\
            const button = document.querySelector('[data-test=status-button]');\
            new MutationObserver(() => seen.push([button.dataset.status, Date.now()]))\
            .observe(button, { attributes: true, attributeFilter: ['data-status'] });";
        app.app.execute(watch, Vec::new()).await?;
        Ok(Self {
            desktop,
            app,
            data,
            second,
            colleague,
            jonas: admin.agent_id,
            status: "online",
            _server: server,
        })
    }

    /// Changes the status on the second device, and says how long it took to be seen there.
    async fn change(&mut self, place: Place) -> Result<Duration, RigError> {
        let status = match self.status {
            "online" => "invisible",
            _ => "online",
        };
        self.status = status;
        // Everybody has the change before: what is measured is this one.
        self.app
            .app
            .execute("window.seen.length = 0", Vec::new())
            .await?;
        let begun = Instant::now();
        let wall = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        self.second
            .order_change(&json!({ "change": "pick", "status": status }))?;
        let took = match place {
            Place::Tray => {
                self.until(begun, "the tray", async |stage| {
                    stage.tray_shows(status).await
                })
                .await?
            }
            Place::CommandLine => {
                self.until(begun, "the command line", async |stage| {
                    stage.command_line_says(status)
                })
                .await?
            }
            Place::Colleague => {
                self.until(begun, "the colleague", async |stage| {
                    Ok(stage.colleague_sees(status))
                })
                .await?
            }
            Place::Window => {
                let seen = self.window_saw(status).await?;
                Duration::from_millis(seen).saturating_sub(wall)
            }
        };
        self.app.sees_own_status(status).await?;
        let mine = self.jonas.to_string();
        self.colleague
            .says("the colleague to see it too", |line| {
                sees(line, &mine, status)
            })
            .await?;
        Ok(took)
    }

    async fn until(
        &self,
        begun: Instant,
        what: &str,
        shows: impl AsyncFn(&Self) -> Result<bool, RigError>,
    ) -> Result<Duration, RigError> {
        loop {
            if shows(self).await? {
                return Ok(begun.elapsed());
            }
            if begun.elapsed() > PATIENCE {
                return Err(RigError::NotYet {
                    what: format!(
                        "{what} to show the change; the device that made it says {:?}",
                        self.second.said().iter().rev().take(3).collect::<Vec<_>>()
                    ),
                });
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    async fn tray_shows(&self, status: &str) -> Result<bool, RigError> {
        let item = self
            .desktop
            .wait_for_tray_item("the app's icon", |_| true)
            .await?;
        let menu = self.desktop.tray_menu(&item).await?;
        Ok(menu.iter().any(|entry| {
            entry.checked == Some(true) && entry.label.to_lowercase().starts_with(status)
        }))
    }

    fn command_line_says(&self, status: &str) -> Result<bool, RigError> {
        let output = self
            .desktop
            .command(built("porchlight")?)
            .args(["status", "--json", "--data-dir"])
            .arg(&self.data)
            .output()
            .map_err(|source| RigError::Io {
                what: "run porchlight status".into(),
                source,
            })?;
        let report: Value = serde_json::from_slice(&output.stdout).map_err(|error| {
            RigError::Answer(format!(
                "no report ({error}): {}",
                String::from_utf8_lossy(&output.stderr)
            ))
        })?;
        Ok(report.get("status").and_then(Value::as_str) == Some(status))
    }

    fn colleague_sees(&self, status: &str) -> bool {
        let mine = self.jonas.to_string();
        // Only the newest word on the team counts.
        self.colleague
            .said()
            .iter()
            .rev()
            .find(|line| line.get("team").is_some())
            .and_then(|line| sees(line, &mine, status))
            .is_some()
    }

    /// When the window showed it, in milliseconds since 1970.
    async fn window_saw(&self, status: &str) -> Result<u64, RigError> {
        let script =
            "return (window.seen.find(([status]) => status === arguments[0]) ?? [])[1] ?? null";
        testkit::wait::until("the window to show the change", async || {
            let value = self
                .app
                .app
                .execute(script, vec![status.into()])
                .await
                .ok()?;
            value.as_u64()
        })
        .await
    }
}

fn sees(line: &Value, agent: &str, status: &str) -> Option<()> {
    let team = line.get("team")?.as_array()?;
    let is = |one: &Value, field: &str, text: &str| one.get(field).is_some_and(|it| it == text);
    team.iter()
        .any(|one| is(one, "agent_id", agent) && is(one, "status", status))
        .then_some(())
}
