//! The program as an administrator meets it.

#[cfg(unix)]
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Output, Stdio};

use server::store::Store as _;
use server::store::sqlite::SqliteStore;

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_porchlight-server"));
    command.env_clear().stdin(Stdio::null());
    command
}

fn run(folder: &std::path::Path, arguments: &[&str]) -> Output {
    program()
        .arg("--data-dir")
        .arg(folder)
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn a_bad_configuration_ends_with_2_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    std::fs::write(&key, "too short").unwrap();
    let key = key.to_str().unwrap();
    let cases: [(&[&str], &str); 10] = [
        (&["--listen", "0.0.0.0:0"], "TLS"),
        (
            &["--listen", "0.0.0.0:0", "--behind-proxy", "10.0.0.1"],
            "--public-url",
        ),
        (&["--behind-proxy", "10.0.0.0/8"], "--behind-proxy"),
        (&["--behind-proxy", "proxy.example"], "--behind-proxy"),
        (&["--behind-proxy", "10.0.0.1,0.0.0.0"], "names no proxy"),
        (&["--public-url", "http://chat.example.org"], "https://"),
        (&["--listen", "nonsense"], "--listen"),
        (&["--database-key-file", key], "64 hexadecimal digits"),
        (&["--tls-cert", "/nowhere.pem"], "--tls-key"),
        (
            &[
                "--listen",
                "127.0.0.1:0",
                "--tls-cert",
                "/nowhere.pem",
                "--tls-key",
                "/no.pem",
            ],
            "/nowhere.pem",
        ),
    ];
    for (arguments, says) in cases {
        let output = run(folder.path(), arguments);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(text.contains(says), "{arguments:?}: {text}");
        assert!(
            output.stdout.is_empty(),
            "{arguments:?}: it must not say that it listens"
        );
    }
}

#[tokio::test]
async fn a_database_without_its_key_is_a_bad_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("workspace.db");
    SqliteStore::open(&file, Some(&[7; 32]))
        .await
        .unwrap()
        .close()
        .await;
    let output = run(folder.path(), &["--listen", "127.0.0.1:0"]);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{text}");
    assert!(text.contains("cannot be read with this key"), "{text}");
}

#[cfg(unix)]
#[test]
fn it_says_where_it_listens_and_stops_when_told_to() {
    let folder = tempfile::tempdir().unwrap();
    for start in ["first", "second"] {
        let mut child = program()
            .arg("--data-dir")
            .arg(folder.path())
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        assert!(line.starts_with("listening on http://127.0.0.1:"), "{line}");
        line.clear();
        lines.read_line(&mut line).unwrap();
        assert!(
            line.starts_with("setup code: "),
            "{start} start, not set up yet: {line}"
        );
        let stopped = Command::new("kill")
            .arg(child.id().to_string())
            .status()
            .unwrap();
        assert!(stopped.success());
        assert!(
            child.wait().unwrap().success(),
            "a stop that was asked for is no failure"
        );
        let mut rest = String::new();
        lines.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
    }
}
