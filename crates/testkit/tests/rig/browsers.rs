//! The two browsers, with pages of our own.

use std::collections::BTreeMap;
use std::path::Path;

use testkit::browser::{AppDriver, Chromium};
use testkit::desktop::{Desktop, Keyring, Parts, has_web_processes, web_processes};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

const OUTER: &str = r#"<!doctype html><html lang="en"><title>Shop</title>
<h1>Lamps</h1><iframe src="/inner" title="widget"></iframe>"#;
const INNER: &str = r#"<!doctype html><html lang="en"><title>Widget</title>
<input id="text"><button id="send">Send</button><p id="said"></p>
<script>send.onclick = () => said.textContent = text.value</script>"#;

/// A shop whose pages hold a frame; gives its address.
async fn shop() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let mut request = [0; 4096];
                let read = stream.read(&mut request).await.unwrap_or(0);
                let page = if request[..read].starts_with(b"GET /inner") {
                    INNER
                } else {
                    OUTER
                };
                let head = format!(
                    "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    page.len()
                );
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(page.as_bytes()).await;
            });
        }
    });
    address
}

#[tokio::test]
async fn a_visitor_uses_a_frame_in_a_page_in_two_tabs() {
    let scratch = tempfile::tempdir().unwrap();
    let shop = shop().await;
    let visitor = Chromium::start(scratch.path()).await.unwrap();
    visitor.goto(&shop).await.unwrap();
    assert_eq!(visitor.wait_for_text("h1").await.unwrap(), "Lamps");
    let first = visitor.window().await.unwrap();

    visitor.enter_iframe("iframe").await.unwrap();
    visitor.fill("#text", "Hello").await.unwrap();
    visitor.click("#send").await.unwrap();
    visitor.wait_for_words("#said", "Hello").await.unwrap();
    visitor.leave_frames().await.unwrap();
    assert_eq!(visitor.wait_for_text("h1").await.unwrap(), "Lamps");

    visitor.open_tab(&format!("{shop}/inner")).await.unwrap();
    visitor.wait_for("#text").await.unwrap();
    visitor.switch_to_window(first).await.unwrap();
    assert_eq!(visitor.wait_for_text("h1").await.unwrap(), "Lamps");
}

#[tokio::test]
async fn a_driven_webview_is_looked_into_and_can_be_killed() {
    let scratch = tempfile::tempdir().unwrap();
    let parts = Parts {
        tray_host: false,
        notification_daemon: false,
        keyring: Keyring::Absent,
    };
    let desktop = Desktop::start_with(scratch.path(), parts).await.unwrap();
    let shop = shop().await;
    // WebKit's own browser: the app is driven in the same way.
    let folder = format!(
        "/usr/lib/{}-linux-gnu/webkit2gtk-4.1",
        std::env::consts::ARCH
    );
    let browser = Path::new(&folder).join("MiniBrowser");
    let app = AppDriver::start(&desktop, &browser, &["--automation"], &BTreeMap::new())
        .await
        .unwrap();
    app.goto(&shop).await.unwrap();
    assert_eq!(app.wait_for_text("h1").await.unwrap(), "Lamps");
    let id = app.id().expect("the browser is running");
    assert!(web_processes(id) > 0, "a page needs a process");

    app.find_window().await.unwrap();
    assert_eq!(app.wait_for_text("h1").await.unwrap(), "Lamps");

    app.kill_app().await.unwrap();
    has_web_processes(id, 0).await.unwrap();
}
