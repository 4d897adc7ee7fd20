//! A visitor at a browser and an agent at a desk: the steps that journeys and pictures are made of.
//!
//! Each step does what a person does and waits until the screen shows that it worked. What a step
//! finds on the screen it finds by `data-test` names, so that words and looks can change.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use protocol::ids::ConversationId;

use crate::RigError;
use crate::browser::{AppDriver, Chromium};
use crate::desktop::Desktop;
use crate::{process, wait};

/// Somebody on a website with the widget.
#[derive(Debug)]
pub struct Visitor {
    /// Their browser; it looks inside the widget once that was opened.
    pub browser: Chromium,
}

impl Visitor {
    /// Opens a browser on the website and opens the widget.
    ///
    /// # Errors
    /// If the page has no widget.
    pub async fn arrive(scratch: &Path, site: &str) -> Result<Self, RigError> {
        let browser = Chromium::start(scratch).await?;
        let visitor = Self { browser };
        visitor.browser.goto(site).await?;
        visitor.open_widget().await?;
        Ok(visitor)
    }

    /// Goes into the widget's frame and opens its panel, if it is not open already.
    ///
    /// # Errors
    /// If the page has no widget.
    pub async fn open_widget(&self) -> Result<(), RigError> {
        self.browser.leave_frames().await?;
        self.browser.enter_iframe("iframe").await?;
        self.browser
            .wait_for("[data-test=launcher], [data-test=panel]")
            .await?;
        let open = self
            .browser
            .find(fantoccini::Locator::Css("[data-test=panel]"))
            .await;
        let is_open = match open {
            Ok(panel) => panel.is_displayed().await.unwrap_or(false),
            Err(_) => false,
        };
        if !is_open {
            self.browser.click("[data-test=launcher]").await?;
        }
        self.browser.wait_for("[data-test=input]").await?;
        Ok(())
    }

    /// Loads the page again and opens the widget.
    ///
    /// # Errors
    /// If the page has no widget.
    pub async fn reload(&self) -> Result<(), RigError> {
        self.browser.leave_frames().await?;
        self.browser.refresh().await?;
        self.open_widget().await
    }

    /// Writes a message and waits until the server has it.
    ///
    /// # Errors
    /// If it is not confirmed.
    pub async fn write(&self, text: &str) -> Result<(), RigError> {
        self.browser.fill("[data-test=input]", text).await?;
        self.browser.click("[data-test=send]").await?;
        self.browser
            .wait_for_words(
                "[data-test=message][data-author=visitor][data-state=sent]",
                text,
            )
            .await?;
        Ok(())
    }

    /// [`Visitor::write`] by pasting: thousands of key strokes would take a driver minutes.
    ///
    /// # Errors
    /// If it is not confirmed.
    pub async fn paste(&self, text: &str) -> Result<(), RigError> {
        let script = "const input = document.querySelector('[data-test=input]');\
            input.value = arguments[0];\
            input.dispatchEvent(new InputEvent('input', { bubbles: true }));";
        self.browser.wait_for("[data-test=input]").await?;
        self.browser.execute(script, vec![text.into()]).await?;
        self.browser.click("[data-test=send]").await?;
        self.browser
            .wait_for_words(
                "[data-test=message][data-author=visitor][data-state=sent]",
                text.trim(),
            )
            .await?;
        Ok(())
    }

    /// Waits for an agent's message.
    ///
    /// # Errors
    /// If it does not come.
    pub async fn reads(&self, text: &str) -> Result<(), RigError> {
        self.browser
            .wait_for_words("[data-test=message][data-author=agent]", text)
            .await?;
        Ok(())
    }

    /// How many of the agents' messages on the page hold this text.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn times_read(&self, text: &str) -> Result<usize, RigError> {
        let all = self
            .browser
            .texts("[data-test=message][data-author=agent]")
            .await?;
        Ok(all.iter().filter(|one| one.contains(text)).count())
    }

    /// Waits until the widget is in this mode: `live_chat` or `messenger`.
    ///
    /// # Errors
    /// If it is in another.
    pub async fn sees_mode(&self, mode: &str) -> Result<(), RigError> {
        self.browser
            .wait_for(&format!("[data-mode={mode}]"))
            .await?;
        Ok(())
    }
}

/// Somebody who answers, with the app on a desktop.
#[derive(Debug)]
pub struct AgentAtDesk {
    /// The app and a look into its window.
    pub app: AppDriver,
    opened: PathBuf,
}

impl AgentAtDesk {
    /// Starts the app with its window.
    ///
    /// # Errors
    /// If no window opens.
    pub async fn sit_down(
        desktop: &Desktop,
        data: &Path,
        arguments: &[&str],
    ) -> Result<Self, RigError> {
        let app = process::built("porchlight")?;
        let (path, opened) = stand_in_browser(&data.with_extension("browser"))?;
        let data = data.to_string_lossy().into_owned();
        let mut all = vec!["--data-dir", data.as_str()];
        all.extend(arguments);
        let env = BTreeMap::from([("PATH".to_owned(), path)]);
        let app = AppDriver::start(desktop, &app, &all, &env).await?;
        Ok(Self { app, opened })
    }

    /// Waits until the app has opened a link in the browser, and gives the newest.
    ///
    /// # Errors
    /// If it opens none.
    pub async fn opened_link(&self) -> Result<String, RigError> {
        wait::until("a link to be opened", async || {
            let opened = std::fs::read_to_string(&self.opened).ok()?;
            opened.lines().last().map(str::to_owned)
        })
        .await
    }

    /// Waits for a screen: `first_run`, `ready`, `keychain_locked`, …
    ///
    /// # Errors
    /// If another one stays.
    pub async fn sees_stage(&self, stage: &str) -> Result<(), RigError> {
        self.app
            .wait_for(&format!("[data-test=stage][data-stage={stage}]"))
            .await?;
        Ok(())
    }

    /// First run: *Use this computer*.
    ///
    /// # Errors
    /// If the inbox does not come.
    pub async fn uses_this_computer(&self, name: &str, workspace: &str) -> Result<(), RigError> {
        self.sees_stage("first_run").await?;
        self.app.click("[data-test=first-run-use]").await?;
        self.app.fill("[data-test=first-run-name]", name).await?;
        self.app
            .fill("[data-test=first-run-workspace]", workspace)
            .await?;
        self.app.click("[data-test=first-run-go]").await?;
        self.is_live().await
    }

    /// First run: *Sign in to a workspace*; does not wait for what comes of it.
    ///
    /// # Errors
    /// If the form is not there.
    pub async fn signs_in(&self, url: &str, email: &str, password: &str) -> Result<(), RigError> {
        self.sees_stage("first_run").await?;
        self.app.click("[data-test=first-run-server]").await?;
        self.app.fill("[data-test=signin-address]", url).await?;
        self.app.fill("[data-test=signin-email]", email).await?;
        self.app
            .fill("[data-test=signin-password]", password)
            .await?;
        self.app.click("[data-test=signin-go]").await
    }

    /// Waits for the inbox, connected and caught up.
    ///
    /// # Errors
    /// If it does not come.
    pub async fn is_live(&self) -> Result<(), RigError> {
        self.sees_stage("ready").await?;
        // The element is there in every state; live, it may take no room.
        wait::until("the connection to be live", async || {
            let found = self
                .app
                .find(fantoccini::Locator::Css("[data-state=live]"))
                .await;
            found.ok().map(drop)
        })
        .await
    }

    /// Waits until the transcript on screen holds this text.
    ///
    /// # Errors
    /// If it does not.
    pub async fn reads(&self, text: &str) -> Result<(), RigError> {
        self.app
            .wait_for_words("[data-test=transcript] [data-test=message]", text)
            .await?;
        Ok(())
    }

    /// Types a reply and sends it; waits until the composer is empty again, which is when it is
    /// stored on this device.
    ///
    /// # Errors
    /// If the composer keeps it.
    pub async fn replies(&self, text: &str) -> Result<(), RigError> {
        self.app
            .type_into("[data-test=composer-input]", text)
            .await?;
        self.app.click("[data-test=composer-send]").await?;
        wait::until("the composer to be empty", async || {
            let script = "return document.querySelector('[data-test=composer-input]')?.value";
            let value = self.app.execute(script, Vec::new()).await.ok()?;
            (value.as_str() == Some("")).then_some(())
        })
        .await
    }

    /// Waits until a message of one's own is `stored`, `waiting` or `failed`.
    ///
    /// # Errors
    /// If it is not.
    pub async fn sees_own(&self, text: &str, delivery: &str) -> Result<(), RigError> {
        let css = format!("[data-test=message][data-author=me][data-delivery={delivery}]");
        self.app.wait_for_words(&css, text).await?;
        Ok(())
    }

    /// Picks a status from the menu behind the profile picture.
    ///
    /// # Errors
    /// If the menu does not offer it.
    pub async fn picks(&self, status: &str) -> Result<(), RigError> {
        self.app.click("[data-test=status-button]").await?;
        self.app
            .click(&format!("[data-test=status-menu-{status}]"))
            .await?;
        self.sees_own_status(status).await
    }

    /// Leaves sites with nobody online: the answer to the question that the last one is asked.
    ///
    /// # Errors
    /// If nobody asks.
    pub async fn goes_anyway(&self) -> Result<(), RigError> {
        self.app.click("[data-test=last-go]").await
    }

    /// Waits until one's own status is shown as this and confirmed by the server.
    ///
    /// # Errors
    /// If it is another.
    pub async fn sees_own_status(&self, status: &str) -> Result<(), RigError> {
        let script = "const b = document.querySelector('[data-test=status-button]');\
            return b && `${b.dataset.status}, pending: ${b.dataset.pending}`";
        let wanted = format!("{status}, pending: false");
        let mut seen = String::new();
        let found = wait::until("", async || {
            let value = self.app.execute(script, Vec::new()).await.ok()?;
            seen = value.as_str().unwrap_or("no status").to_owned();
            (seen == wanted).then_some(())
        })
        .await;
        found.map_err(|_| RigError::NotYet {
            what: format!("one's own status to be {wanted}; it is {seen}"),
        })
    }

    /// Opens the settings, on the page of one's availability.
    ///
    /// # Errors
    /// If they do not open.
    pub async fn opens_settings(&self) -> Result<(), RigError> {
        self.app.click("[data-test=nav-settings]").await?;
        self.app.wait_for("[data-test=settings]").await?;
        Ok(())
    }

    /// Drags with the pointer on a weekday of one's hours (Monday is 0), from one minute of the day to
    /// another.
    ///
    /// # Errors
    /// If the page of settings is not there.
    pub async fn drags_hours(&self, day: u8, from: u16, to: u16) -> Result<(), RigError> {
        let css = format!("[data-test=weekday][data-day='{day}'] .track");
        self.app.wait_for(&css).await?;
        let script = "const track = document.querySelector(arguments[0]);\
            track.scrollIntoView({ block: 'center' });\
            const box = track.getBoundingClientRect();\
            return [box.left, box.width, box.top + box.height / 2]";
        let found = self.app.execute(script, vec![css.into()]).await?;
        let (left, width, height): (f64, f64, f64) =
            serde_json::from_value(found).map_err(|error| RigError::answer(error.to_string()))?;
        let point = |minute: u16| ((left + width * f64::from(minute) / 1440.0).round(), height);
        self.app.drag(point(from), point(to)).await
    }

    /// Saves what was changed on a page of settings, and waits until the workspace has it.
    ///
    /// # Errors
    /// If it is refused.
    pub async fn saves_settings(&self) -> Result<(), RigError> {
        self.app.click("[data-test=save-settings]").await?;
        self.app.wait_until_gone("[data-test=save-bar]").await
    }

    /// The conversation on screen.
    ///
    /// # Errors
    /// If none is.
    pub async fn open_conversation(&self) -> Result<ConversationId, RigError> {
        let script =
            "return document.querySelector('[data-test=transcript]')?.dataset.conversation";
        let found = self.app.execute(script, Vec::new()).await?;
        let id = found.as_str().and_then(|id| id.parse().ok());
        id.ok_or_else(|| RigError::answer("no conversation is open"))
    }

    /// Opens the conversation whose row holds this text.
    ///
    /// # Errors
    /// If there is none.
    pub async fn opens(&self, text: &str) -> Result<(), RigError> {
        self.app.wait_for_words("[data-test=row]", text).await?;
        let script = "return [...document.querySelectorAll('[data-test=row]')]\
            .find(row => row.innerText.includes(arguments[0]))?.dataset.conversation";
        let found = self.app.execute(script, vec![text.into()]).await?;
        let id = found
            .as_str()
            .ok_or_else(|| RigError::answer(format!("no row with {text:?}")))?;
        self.app
            .click(&format!("[data-test=row][data-conversation='{id}']"))
            .await?;
        self.reads(text).await
    }
}

/// What opens when the app opens a link: a program that writes the link down. Gives the `PATH` that
/// finds it, and the file it writes to.
fn stand_in_browser(folder: &Path) -> Result<(String, PathBuf), RigError> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::create_dir_all(folder).map_err(RigError::io("make a stand-in browser"))?;
    let opened = folder.join("opened");
    let program = folder.join("xdg-open");
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$1\" >> '{}'\n",
        opened.display()
    );
    std::fs::write(&program, script).map_err(RigError::io("make a stand-in browser"))?;
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))
        .map_err(RigError::io("make a stand-in browser"))?;
    let path = std::env::var("PATH").unwrap_or_default();
    Ok((format!("{}:{path}", folder.display()), opened))
}
