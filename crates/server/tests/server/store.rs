use std::path::Path;
use std::sync::{Arc, Mutex};

use protocol::ids::Instant;
use protocol::status::{
    AgentSettings, Choice, ChoiceSource, Presence, Reason, Status, StatusLogEntry, StatusSettings,
    Via,
};
use rules::attendance::Told;
use rules::choice::{StoredPick, StoredPlan};
use server::store::conformance;
use server::store::sqlite::SqliteStore;
use server::store::{Standing, Store as _, StoreError};

const KEY: [u8; 32] = [7; 32];

#[tokio::test]
async fn a_plain_file_keeps_what_a_store_must_keep() {
    let folder = tempfile::tempdir().unwrap();
    let mut number = 0;
    conformance::all(async || {
        number += 1;
        SqliteStore::open(&folder.path().join(format!("{number}.db")), None)
            .await
            .unwrap()
    })
    .await;
}

#[tokio::test]
async fn an_encrypted_file_keeps_what_a_store_must_keep() {
    let folder = tempfile::tempdir().unwrap();
    let mut number = 0;
    conformance::all(async || {
        number += 1;
        SqliteStore::open(&folder.path().join(format!("{number}.db")), Some(&KEY))
            .await
            .unwrap()
    })
    .await;
}

async fn filled(file: &Path, key: Option<&[u8; 32]>) {
    let store = SqliteStore::open(file, key).await.unwrap();
    conformance::make_workspace(&store, "Lumen and Linde").await;
    store.close().await;
}

#[tokio::test]
async fn an_encrypted_file_shows_nothing_and_opens_with_its_key_only() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("workspace.db");
    filled(&file, Some(&KEY)).await;
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("Lumen") && !text.contains("SQLite format"));
    }
    let wrong = SqliteStore::open(&file, Some(&[8; 32])).await.unwrap_err();
    assert!(matches!(wrong, StoreError::WrongKey), "{wrong}");
    let none = SqliteStore::open(&file, None).await.unwrap_err();
    assert!(matches!(none, StoreError::WrongKey), "{none}");
    SqliteStore::open(&file, Some(&KEY))
        .await
        .unwrap()
        .close()
        .await;
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_on_the_machine_reads_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("workspace.db");
    let store = SqliteStore::open(&file, None).await.unwrap();
    conformance::make_workspace(&store, "Lumen and Linde").await;
    let mut seen = 0;
    for name in ["workspace.db", "workspace.db-wal", "workspace.db-shm"] {
        if let Ok(metadata) = std::fs::metadata(folder.path().join(name)) {
            assert_eq!(metadata.permissions().mode() & 0o077, 0, "{name}");
            seen += 1;
        }
    }
    assert!(seen >= 2, "the file and its log");
    store.close().await;
}

/// What was logged, by whichever thread.
#[derive(Clone, Default)]
struct Logged(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Logged {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_key_is_never_logged() {
    let logged = Logged::default();
    let writer = logged.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .init();
    tracing::info!("the log works");
    let folder = tempfile::tempdir().unwrap();
    filled(&folder.path().join("workspace.db"), Some(&KEY)).await;
    let text = String::from_utf8(logged.0.lock().unwrap().clone()).unwrap();
    assert!(text.contains("the log works"));
    assert!(!text.contains("070707"), "{text}");
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("workspace.db");
    filled(&file, None).await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(&file);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'from the future', TRUE, x'00', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let newer = SqliteStore::open(&file, None).await.unwrap_err();
    assert!(matches!(newer, StoreError::Newer(9999)), "{newer}");
    assert!(newer.to_string().contains("newer version"));
}

#[tokio::test]
async fn two_servers_do_not_share_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("workspace.db");
    let first = SqliteStore::open(&file, None).await.unwrap();
    let second = SqliteStore::open(&file, None).await.unwrap_err();
    assert!(matches!(second, StoreError::InUse), "{second}");
    drop(first);
    SqliteStore::open(&file, None).await.unwrap();
}

/// A folder with the migrations that a version before had.
fn migrations_until(folder: &Path, last: &str) -> std::path::PathBuf {
    let older = folder.join("migrations");
    std::fs::create_dir(&older).unwrap();
    let all = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    for entry in std::fs::read_dir(all).unwrap() {
        let entry = entry.unwrap();
        if entry.file_name().to_str().unwrap() <= last {
            std::fs::copy(entry.path(), older.join(entry.file_name())).unwrap();
        }
    }
    older
}

#[tokio::test]
async fn a_database_from_before_there_were_plans_and_settings_keeps_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("workspace.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(&file)
        .create_if_missing(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    let older = migrations_until(folder.path(), "0002_z");
    let migrator = sqlx::migrate::Migrator::new(older).await.unwrap();
    assert_eq!(migrator.iter().count(), 2);
    migrator.run(&pool).await.unwrap();
    let agent = "00000000-0000-0000-0000-000000000009";
    for statement in [
        "INSERT INTO workspace (only_one, id, name, idle_minutes) \
         VALUES (1, '00000000-0000-0000-0000-000000000001', 'W', 10)",
        &format!(
            "INSERT INTO agents (id, name, email, role, password_hash, created_at, choice, \
             choice_made_at, published, goodbye) VALUES ('{agent}', 'Anna', 'a@b', 'admin', 'h', 1, \
             '{{\"status\":\"invisible\",\"at\":20,\"source\":{{\"by\":\"agent\"}}}}', 19, \
             '{{\"presence\":{{\"status\":\"offline\",\"reason\":{{\"why\":\"idle\",\"since\":25}},\
             \"since\":30}},\"status_since\":29}}', NULL)"
        ),
        "INSERT INTO sites (id, name, origins, when_nobody) \
         VALUES ('00000000-0000-0000-0000-000000000002', 'Shop', '[]', 'hidden')",
        "INSERT INTO visitors (id, site_id, token_hash, created_at) VALUES \
         ('00000000-0000-0000-0000-000000000003', '00000000-0000-0000-0000-000000000002', x'00', 1)",
        &format!(
            "INSERT INTO conversations (id, site_id, visitor_id, state, assigned, created_at, \
             last_message_at) VALUES ('00000000-0000-0000-0000-000000000004', \
             '00000000-0000-0000-0000-000000000002', '00000000-0000-0000-0000-000000000003', \
             'open', '[\"{agent}\"]', 1, 1)"
        ),
    ] {
        sqlx::query(sqlx::AssertSqlSafe(statement.to_owned()))
            .execute(&pool)
            .await
            .unwrap();
    }
    pool.close().await;

    let store = SqliteStore::open(&file, None).await.unwrap();
    let mut reading = store.read().await.unwrap();
    let workspace = reading.workspace().await.unwrap().unwrap().workspace;
    assert_eq!(workspace.statuses, StatusSettings::default());
    assert!(!workspace.status_log_for_admins);
    assert_eq!(workspace.close_after_hours, Some(24));
    assert_eq!(reading.sites().await.unwrap()[0].groups, []);
    let records = reading.agents().await.unwrap();
    let [record] = records.as_slice() else {
        panic!("{records:?}")
    };
    let choice = Choice {
        status: Status::Invisible,
        at: Instant(20),
        source: ChoiceSource::Agent { via: Via::App },
        plan: None,
    };
    let presence = Presence {
        status: Status::Offline,
        reason: Reason::Idle { since: Instant(25) },
        since: Instant(30),
    };
    assert_eq!(
        record.standing,
        Standing {
            pick: StoredPick {
                status: Status::Invisible,
                at: Instant(20),
                made: Instant(19),
                source: choice.source,
                plan: StoredPlan::None,
            },
            held: false,
            away: false,
            goodbye: None,
            told: Told {
                presence,
                status_since: Instant(29),
                choice,
                next: None,
            },
        }
    );
    assert_eq!(record.settings, AgentSettings::default());
    assert_eq!(record.open, 1);
    let log = reading
        .status_log(record.agent.id, Instant(0), Instant(99), 9)
        .await
        .unwrap();
    let entry = StatusLogEntry {
        at: Instant(30),
        presence,
        choice,
    };
    assert_eq!(log, [entry], "the log begins with what holds");
    drop(reading);
    store.close().await;
}
