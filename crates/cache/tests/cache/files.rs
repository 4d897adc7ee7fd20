//! The file: who can read it, and what happens when it is not as it should be.

use std::path::Path;

use cache::{Cache, CacheError, OpenError};
use protocol::command::{Command, CommandRequest};
use protocol::ids::Instant;

use crate::world::{KEY, Stored, World, chat, client};

const MARKER: &str = "xylophone-in-the-attic";

async fn with_secrets() -> Stored {
    let mut world = World::new();
    world.opens(1, None);
    for number in 0..200 {
        world.visitor_writes(1, &format!("{MARKER} {number}"));
    }
    let stored = Stored::of(&world).await;
    stored.cache.save_draft(chat(1), MARKER).await.unwrap();
    let body = protocol::body::Body::from_plain(MARKER);
    let command = Command::Comment {
        conversation_id: chat(1),
        body,
        mentions: Vec::new(),
    };
    let request = CommandRequest {
        client_id: client(1),
        command,
    };
    stored.cache.enqueue(&request, Instant(1)).await.unwrap();
    stored
}

fn assert_no_plain_text(folder: &Path, files: &[&str]) {
    let mut found: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let bytes = std::fs::read(entry.path()).unwrap();
        for word in [
            MARKER,
            "Visitor 1",
            "example.org",
            "CREATE TABLE",
            "SQLite format 3",
        ] {
            let holds = bytes
                .windows(word.len())
                .any(|window| window == word.as_bytes());
            assert!(!holds, "{} holds {word:?}", entry.path().display());
        }
        found.push(entry.file_name().to_string_lossy().into_owned());
    }
    found.sort();
    assert_eq!(found, files);
}

#[tokio::test]
async fn nothing_can_be_read_in_any_of_its_files() {
    let stored = with_secrets().await;
    assert_no_plain_text(
        &stored.folder(),
        &["cache.db", "cache.db-shm", "cache.db-wal"],
    );
    stored.close().await;
    assert_no_plain_text(&stored.folder(), &["cache.db"]);
    stored.close().await;
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_owner_may_read_its_files() {
    use std::os::unix::fs::PermissionsExt;
    let stored = with_secrets().await;
    for entry in std::fs::read_dir(stored.folder()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", entry.path().display());
    }
    stored.close().await;
}

#[tokio::test]
async fn another_key_is_told_apart_and_spoils_nothing() {
    let stored = with_secrets().await;
    stored.close().await;
    let error = Cache::open(&stored.path(), &[8; 32]).await.unwrap_err();
    assert!(matches!(error, OpenError::WrongKey), "{error:?}");
    let stored = stored.reopened().await;
    let open = stored
        .cache
        .conversation(chat(1), 10)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(open.messages.last().unwrap().body.plain_text(), MARKER);
    stored.close().await;
}

#[tokio::test]
async fn another_key_spoils_nothing_of_what_a_crash_left_in_the_journal() {
    let stored = with_secrets().await;
    let folder = tempfile::tempdir().unwrap();
    for name in ["cache.db", "cache.db-wal"] {
        // As if the machine had stopped now: nothing was moved from the journal to the file.
        std::fs::copy(stored.folder().join(name), folder.path().join(name)).unwrap();
    }
    let path = folder.path().join("cache.db");
    let error = Cache::open(&path, &[8; 32]).await.unwrap_err();
    assert!(matches!(error, OpenError::WrongKey), "{error:?}");
    let cache = Cache::open(&path, &KEY).await.unwrap();
    let open = cache.conversation(chat(1), 10).await.unwrap().unwrap();
    assert_eq!(open.messages.last().unwrap().body.plain_text(), MARKER);
    cache.close().await;
    stored.close().await;
}

#[tokio::test]
async fn damage_is_told_apart_from_another_key() {
    let stored = with_secrets().await;
    stored.close().await;
    let whole = std::fs::read(stored.path()).unwrap();
    let spoilt = |range: std::ops::Range<usize>| {
        let mut bytes = whole.clone();
        bytes[range].fill(0x55);
        bytes
    };
    let cases = [
        ("its first page", spoilt(1_000..1_100)),
        ("all but its first page", spoilt(4_096..whole.len())),
        ("a text", b"hello".to_vec()),
        ("a plain database", b"SQLite format 3\0".repeat(512)),
        ("half of it", whole[..2_000].to_vec()),
    ];
    for (what, bytes) in cases {
        std::fs::write(stored.path(), &bytes).unwrap();
        let error = Cache::open(&stored.path(), &KEY).await.unwrap_err();
        assert!(matches!(error, OpenError::Damaged), "{what}: {error:?}");
        assert_eq!(
            std::fs::read(stored.path()).unwrap(),
            bytes,
            "{what} was changed"
        );
    }
    std::fs::write(stored.path(), &whole).unwrap();
    let stored = stored.reopened().await;
    assert!(
        stored.cache.row(chat(1)).await.unwrap().is_some(),
        "it was none of its faults"
    );
    stored.close().await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_a_matter_of_the_file_system() {
    let folder = tempfile::tempdir().unwrap();
    let error = Cache::open(&folder.path().join("no/such/cache.db"), &KEY)
        .await
        .unwrap_err();
    assert!(matches!(error, OpenError::Io(_)), "{error:?}");
}

#[tokio::test]
async fn wiped_means_that_no_file_is_left_and_nothing_is_answered() {
    let stored = with_secrets().await;
    let other = stored.cache.clone();
    stored.cache.wipe().await.unwrap();
    assert_eq!(std::fs::read_dir(stored.folder()).unwrap().count(), 0);
    assert!(matches!(other.cursor().await, Err(CacheError::Closed)));
    assert!(matches!(
        other.save_draft(chat(1), "x").await,
        Err(CacheError::Closed)
    ));
    assert_eq!(
        std::fs::read_dir(stored.folder()).unwrap().count(),
        0,
        "and none came back"
    );
    let fresh = stored.reopened().await;
    assert_eq!(fresh.cache.cursor().await.unwrap(), None);
    fresh.close().await;
}

#[tokio::test]
async fn the_files_of_a_cache_whose_key_is_lost_can_be_removed() {
    let stored = with_secrets().await;
    stored.close().await;
    Cache::remove_files(&stored.path()).unwrap();
    assert_eq!(std::fs::read_dir(stored.folder()).unwrap().count(), 0);
    Cache::remove_files(&stored.path()).unwrap();
    stored.close().await;
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let stored = with_secrets().await.reopened().await;
    let open = stored
        .cache
        .conversation(chat(1), 1_000)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(open.draft, "", "the comment took it along");
    assert_eq!(
        open.messages.len(),
        31,
        "the snapshot's tail and the comment"
    );
    assert_eq!(stored.cache.next_to_send().await.unwrap().len(), 1);
    stored.close().await;
}
