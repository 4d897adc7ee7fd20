use std::path::Path;

use server::store::conformance;
use server::store::sqlite::SqliteStore;
use server::store::{Store as _, StoreError};

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
