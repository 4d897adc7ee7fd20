//! Real browsers over plain WebDriver: a visitor's Chromium, and the app's own webview.
//!
//! [`Chromium`] is the visitor: a page with the widget, in as many tabs as they like. [`AppDriver`]
//! is the app: WebKit's own driver starts the program that agents run and looks into its window.
//!
//! The app's window is disposable: when it is closed the webview is gone, and opening it again makes a new one.
//! The driver's session outlives that, but it goes on pointing at the window that is gone until it is
//! told of the new one; [`AppDriver::find_window`] does. And a session begins only once there is a
//! window, so whoever starts the app hidden opens its window (from the tray) while
//! [`AppDriver::start`] is waiting.
//!
//! The helpers of [`Page`] wait for what they need: a page that has not drawn yet is no failure, a
//! page that never draws it is, and the message then says what was there.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use fantoccini::actions::{InputSource as _, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use fantoccini::elements::Element;
use fantoccini::wd::{Capabilities, WindowHandle};
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::desktop::Desktop;
use crate::leash::{Leash, Process};
use crate::rig_error::RigError;
use crate::wait;

/// 60 s: a browser's first start on a cold disk, while the machine builds something else.
const START: Duration = Duration::from_secs(60);

/// What both browsers can do: one WebDriver session. Everything that `fantoccini::Client` offers is
/// there too.
#[derive(Clone, Debug)]
pub struct Page(Client);

impl Deref for Page {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.0
    }
}

impl Page {
    /// Waits for an element that can be seen.
    ///
    /// # Errors
    /// [`RigError::NotYet`], with the text of the page as it is.
    pub async fn wait_for(&self, css: &str) -> Result<Element, RigError> {
        let found = wait::until("", async || {
            for element in self.0.find_all(Locator::Css(css)).await.ok()? {
                if element.is_displayed().await.unwrap_or(false) {
                    return Some(element);
                }
            }
            None
        })
        .await;
        match found {
            Ok(element) => Ok(element),
            Err(_) => Err(self.not_yet(&format!("{css:?} to be seen")).await),
        }
    }

    /// Waits for an element that can be seen and has some text, and gives the text.
    ///
    /// # Errors
    /// As [`Page::wait_for`].
    pub async fn wait_for_text(&self, css: &str) -> Result<String, RigError> {
        self.wait_until(css, "with any text", |text| !text.is_empty())
            .await
    }

    /// Waits until one of the elements holds this text.
    ///
    /// # Errors
    /// As [`Page::wait_for`].
    pub async fn wait_for_words(&self, css: &str, words: &str) -> Result<String, RigError> {
        let what = format!("with the words {words:?}");
        self.wait_until(css, &what, |text| text.contains(words))
            .await
    }

    /// Waits until one of the elements that can be seen has a text that is as described.
    ///
    /// # Errors
    /// As [`Page::wait_for`].
    pub async fn wait_until(
        &self,
        css: &str,
        what: &str,
        is_it: impl Fn(&str) -> bool,
    ) -> Result<String, RigError> {
        let found = wait::until("", async || {
            self.texts(css)
                .await
                .ok()?
                .into_iter()
                .find(|one| is_it(one))
        })
        .await;
        match found {
            Ok(text) => Ok(text),
            Err(_) => Err(self.not_yet(&format!("{css:?} {what}")).await),
        }
    }

    /// Waits until no element like this can be seen.
    ///
    /// # Errors
    /// As [`Page::wait_for`].
    pub async fn wait_until_gone(&self, css: &str) -> Result<(), RigError> {
        let found = wait::until("", async || {
            for element in self.0.find_all(Locator::Css(css)).await.ok()? {
                // An element that is gone between the two questions is gone.
                if element.is_displayed().await.unwrap_or(false) {
                    return None;
                }
            }
            Some(())
        })
        .await;
        match found {
            Ok(()) => Ok(()),
            Err(_) => Err(self.not_yet(&format!("{css:?} to go")).await),
        }
    }

    /// The texts of all elements like this, in the order of the page. Does not wait.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn texts(&self, css: &str) -> Result<Vec<String>, RigError> {
        let script = "return [...document.querySelectorAll(arguments[0])]\
            .map(e => e.innerText ?? e.textContent)";
        let found = self.0.execute(script, vec![json!(css)]).await?;
        serde_json::from_value(found).map_err(|error| RigError::answer(error.to_string()))
    }

    /// Waits for an element and clicks it.
    ///
    /// # Errors
    /// As [`Page::wait_for`].
    pub async fn click(&self, css: &str) -> Result<(), RigError> {
        Ok(self.wait_for(css).await?.click().await?)
    }

    /// Waits for an input, and types into it what is there and what follows.
    ///
    /// # Errors
    /// As [`Page::wait_for`].
    pub async fn type_into(&self, css: &str, text: &str) -> Result<(), RigError> {
        Ok(self.wait_for(css).await?.send_keys(text).await?)
    }

    /// Waits for an input, empties it and types into it.
    ///
    /// # Errors
    /// As [`Page::wait_for`].
    pub async fn fill(&self, css: &str, text: &str) -> Result<(), RigError> {
        let element = self.wait_for(css).await?;
        element.clear().await?;
        Ok(element.send_keys(text).await?)
    }

    /// Takes hold of one point of the page with the pointer, and lets go at another.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn drag(&self, from: (f64, f64), to: (f64, f64)) -> Result<(), RigError> {
        let to_point = |(x, y)| PointerAction::MoveTo {
            duration: None,
            x,
            y,
        };
        let button = MOUSE_BUTTON_LEFT;
        // By way of the middle: a pointer that moves is seen on its way.
        let middle = (f64::midpoint(from.0, to.0), f64::midpoint(from.1, to.1));
        let pointer = MouseActions::new("mouse".to_owned())
            .then(to_point(from))
            .then(PointerAction::Down { button })
            .then(to_point(middle))
            .then(to_point(to))
            .then(PointerAction::Up { button });
        Ok(self.0.perform_actions(pointer).await?)
    }

    /// Waits for an iframe and goes inside; what follows looks there, until
    /// [`Page::leave_frames`].
    ///
    /// # Errors
    /// As [`Page::wait_for`].
    pub async fn enter_iframe(&self, css: &str) -> Result<(), RigError> {
        Ok(self.wait_for(css).await?.enter_frame().await?)
    }

    /// Back to the page itself.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn leave_frames(&self) -> Result<(), RigError> {
        // Choosing the window that is chosen already goes to its top, also when the frame is gone.
        let window = self.0.window().await?;
        Ok(self.0.switch_to_window(window).await?)
    }

    /// Opens a new tab and goes on there. Its handle leads back to it later.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn open_tab(&self, url: &str) -> Result<WindowHandle, RigError> {
        let handle = self.0.new_window(true).await?.handle;
        self.0.switch_to_window(handle.clone()).await?;
        self.0.goto(url).await?;
        Ok(handle)
    }

    /// Waits until what the page holds now was drawn.
    ///
    /// # Errors
    /// If the browser does not answer.
    pub async fn drawn(&self) -> Result<(), RigError> {
        // The first callback comes before a frame is drawn, the second one before the next.
        let script = "const done = arguments[0];\
            requestAnimationFrame(() => requestAnimationFrame(() => done()))";
        self.0.execute_async(script, Vec::new()).await?;
        Ok(())
    }

    /// Saves what the page shows as a PNG file.
    ///
    /// # Errors
    /// If the browser does not answer or the file cannot be written.
    pub async fn picture(&self, path: &Path) -> Result<(), RigError> {
        let png = self.0.screenshot().await?;
        std::fs::write(path, png).map_err(RigError::io(format!("write {}", path.display())))
    }

    async fn not_yet(&self, what: &str) -> RigError {
        let script = "return `${location.href}: ${document.body?.innerText ?? ''}`";
        let page = match self.0.execute(script, Vec::new()).await {
            Ok(text) => text.as_str().unwrap_or_default().to_owned(),
            Err(error) => error.to_string(),
        };
        RigError::NotYet {
            what: format!("{what}; the page is {page:?}"),
        }
    }
}

/// The visitor's browser: headless, with a profile of its own.
#[derive(Debug)]
pub struct Chromium {
    /// The session.
    pub page: Page,
    _driver: Process,
    _profile: tempfile::TempDir,
}

impl Deref for Chromium {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl Chromium {
    /// Starts a browser that nobody used before. Its log goes to `scratch`.
    ///
    /// # Errors
    /// If chromedriver or Chromium do not start.
    pub async fn start(scratch: &Path) -> Result<Self, RigError> {
        Self::start_in(scratch, "en-GB").await
    }

    /// [`Chromium::start`] for a visitor who reads another language.
    ///
    /// # Errors
    /// If chromedriver or Chromium do not start.
    pub async fn start_in(scratch: &Path, language: &str) -> Result<Self, RigError> {
        std::fs::create_dir_all(scratch).map_err(RigError::io("make the browser's folder"))?;
        let profile = tempfile::Builder::new()
            .prefix("porchlight-visitor-")
            .tempdir()
            .map_err(RigError::io("make the browser's profile"))?;
        let leash = Leash::new()?;
        let mut command = Command::new("chromedriver");
        command
            .args(["--port=0", "--log-level=WARNING"])
            .env("HOME", profile.path())
            // It leaves its files behind when it is killed.
            .env("TMPDIR", profile.path())
            .env("LANGUAGE", language)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut driver = leash.start_piped(&mut command, &scratch.join("chromedriver.log"))?;
        let port = chromedriver_port(&mut driver).await?;
        let data = profile.path().join("profile");
        let options = json!({
            "args": [
                "--headless=new",
                // Its own sandbox needs rights that root in a container does not have.
                "--no-sandbox",
                "--disable-dev-shm-usage",
                "--disable-gpu",
                "--no-first-run",
                "--no-default-browser-check",
                // Nothing but the page under test uses the network.
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                format!("--lang={language}"),
                "--window-size=1280,900",
                format!("--user-data-dir={}", data.display()),
            ],
            "prefs": { "intl": { "accept_languages": language } },
        });
        let mut capabilities = Capabilities::new();
        capabilities.insert("goog:chromeOptions".into(), options);
        let page = connect(port, &capabilities).await?;
        Ok(Self {
            page,
            _driver: driver,
            _profile: profile,
        })
    }
}

/// The driver says on its standard output which port it took.
async fn chromedriver_port(driver: &mut Process) -> Result<u16, RigError> {
    let output = driver
        .stdout()
        .ok_or_else(|| RigError::answer("chromedriver has no standard output"))?;
    let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
    std::thread::spawn(move || {
        // To the end, so that the driver is never stopped by a closed pipe.
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let port = line
                .trim_end_matches('.')
                .rsplit_once("started successfully on port ")
                .and_then(|(_, port)| port.parse::<u16>().ok());
            if let Some(port) = port {
                let _ = tell.send(port);
            }
        }
    });
    driver
        .ready("to say its port", async || told.try_recv().ok())
        .await
}

/// The app, and a look into its window.
#[derive(Debug)]
pub struct AppDriver {
    /// The session.
    pub page: Page,
    driver: Process,
    app: PathBuf,
}

impl Deref for AppDriver {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}

impl AppDriver {
    /// Starts the app on a desktop and waits for its window. `env` goes on top of the desktop's.
    /// The app's output goes to `app.log`.
    ///
    /// # Errors
    /// If the driver or the app do not start, or no window opens.
    pub async fn start(
        desktop: &Desktop,
        app: &Path,
        arguments: &[&str],
        env: &BTreeMap<String, String>,
    ) -> Result<Self, RigError> {
        let port = free_port()?;
        let mut command = desktop.command("WebKitWebDriver");
        command
            .args([format!("--port={port}"), "--host=127.0.0.1".to_owned()])
            .envs(env)
            // By these two the webview lets itself be driven.
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true");
        let mut driver = desktop.spawn("app", &mut command)?;
        driver
            .ready("to take sessions", async || {
                tokio::net::TcpStream::connect(("127.0.0.1", port))
                    .await
                    .ok()
                    .map(drop)
            })
            .await?;
        let mut capabilities = Capabilities::new();
        let options = json!({ "binary": app, "args": arguments });
        capabilities.insert("webkitgtk:browserOptions".into(), options);
        let page = connect(port, &capabilities).await.map_err(|error| {
            RigError::answer(format!(
                "{} does not open a window: {error}; its log: {}",
                app.display(),
                driver.output()
            ))
        })?;
        Ok(Self {
            page,
            driver,
            app: app.to_owned(),
        })
    }

    /// The app's process id, if it is running.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        let wanted = std::fs::canonicalize(&self.app).ok()?;
        std::fs::read_dir("/proc")
            .ok()?
            .flatten()
            .filter(|folder| {
                std::fs::read_link(folder.path().join("exe")).is_ok_and(|exe| exe == wanted)
            })
            .filter_map(|folder| folder.file_name().to_str()?.parse().ok())
            .find(|id| parent_of(*id) == Some(self.driver.id()))
    }

    /// What app and driver wrote so far.
    #[must_use]
    pub fn output(&self) -> String {
        self.driver.output()
    }

    /// Waits for a window and looks into it from now on: after the app closed its window and opened
    /// a new one.
    ///
    /// # Errors
    /// [`RigError::NotYet`] if none opens.
    pub async fn find_window(&self) -> Result<(), RigError> {
        wait::until("a window of the app", async || {
            let handle = self.page.windows().await.ok()?.pop()?;
            self.page.switch_to_window(handle).await.ok()
        })
        .await
    }

    /// Kills the app (`kill -9`), as a crash does, and waits until it is gone.
    ///
    /// # Errors
    /// If it was not running.
    pub async fn kill_app(&self) -> Result<(), RigError> {
        let id = self
            .id()
            .ok_or_else(|| RigError::answer("the app is not running"))?;
        Command::new("sh")
            .args(["-c", "kill -KILL \"$1\"", "kill", &id.to_string()])
            .status()
            .map_err(RigError::io("kill the app"))?;
        wait::until("the app to be gone", async || {
            self.id().is_none().then_some(())
        })
        .await
    }
}

fn parent_of(id: u32) -> Option<u32> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
    line.trim().parse().ok()
}

async fn connect(port: u16, capabilities: &Capabilities) -> Result<Page, RigError> {
    let mut builder = ClientBuilder::new(HttpConnector::new());
    builder.capabilities(capabilities.clone());
    let address = format!("http://127.0.0.1:{port}");
    let client = tokio::time::timeout(START, builder.connect(&address))
        .await
        .map_err(|_| RigError::NotYet {
            what: "a browser session".into(),
        })??;
    Ok(Page(client))
}

/// A port that was free a moment ago, for a program that cannot choose one by itself.
fn free_port() -> Result<u16, RigError> {
    let listener =
        TcpListener::bind(("127.0.0.1", 0)).map_err(RigError::io("look for a free port"))?;
    Ok(listener
        .local_addr()
        .map_err(RigError::io("look for a free port"))?
        .port())
}
