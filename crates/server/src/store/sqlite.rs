//! The store in one SQLite file.
//!
//! One connection writes, at most one transaction at a time (`BEGIN IMMEDIATE`); a few others read,
//! each reading being one transaction of its own, so it sees one moment. The file is in WAL mode and
//! a commit returns when it is on the disk (`synchronous=FULL`). With a key the file is encrypted by
//! SQLCipher. A lock file keeps a second server away from the same folder, because the readings of
//! the clock that leases depend on live in the process.

use std::fs::{File, TryLockError};
use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Sqlite, Transaction};

use super::{Reading, Store, StoreError, Stored, Writing};

mod columns;
mod reading;
mod writing;

/// Readings that may go on at the same time.
const READERS: u32 = 4;

/// A workspace in one file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: SqlitePool,
    readers: SqlitePool,
    // Held for as long as the store is in use.
    lock: File,
}

impl SqliteStore {
    /// Opens the file, or makes it. With a key it is encrypted.
    ///
    /// # Errors
    /// [`StoreError::InUse`], [`StoreError::WrongKey`], [`StoreError::Newer`], or a failure of the
    /// disk.
    pub async fn open(file: &Path, key: Option<&[u8; 32]>) -> Stored<Self> {
        let lock = lock(&file.with_extension("lock"))?;
        make_private(file)?;
        let mut options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10))
            .pragma("temp_store", "MEMORY")
            .pragma("cache_size", "-16000")
            // A slow statement would be logged in full, also the one that sets the key.
            .disable_statement_logging();
        if let Some(key) = key {
            let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
            options = options.pragma("key", format!("\"x'{hex}'\""));
        }
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options.clone())
            .await
            .map_err(failed)?;
        if let Err(error) = sqlx::migrate!("./migrations").run(&writer).await {
            writer.close().await;
            return Err(match error {
                MigrateError::VersionMissing(version) => StoreError::Newer(version),
                MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                    failed(error)
                }
                other => StoreError::Failed(Box::new(other)),
            });
        }
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_lazy_with(options.pragma("query_only", "ON"));
        Ok(Self {
            writer,
            readers,
            lock,
        })
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn read(&self) -> Stored<Box<dyn Reading>> {
        let inner = self.readers.begin().await.map_err(failed)?;
        Ok(Box::new(Tx { inner }))
    }

    async fn write(&self) -> Stored<Box<dyn Writing>> {
        let inner = self
            .writer
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(failed)?;
        Ok(Box::new(Tx { inner }))
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
        if let Err(error) = self.lock.unlock() {
            tracing::warn!("the data folder was not released: {error}");
        }
    }
}

struct Tx {
    inner: Transaction<'static, Sqlite>,
}

/// Only this account reads the file; those that SQLite puts beside it get the same rights.
fn make_private(file: &Path) -> Stored<()> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(file)
        .map(|_| ())
        .map_err(|error| StoreError::Failed(Box::new(error)))
}

fn lock(path: &Path) -> Stored<File> {
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(path)
        .map_err(|error| StoreError::Failed(Box::new(error)))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::InUse),
        Err(TryLockError::Error(error)) => Err(StoreError::Failed(Box::new(error))),
    }
}

/// SQLite's code for "file is not a database", which is also what a wrong key looks like.
const NOT_A_DATABASE: &str = "26";

fn failed(error: sqlx::Error) -> StoreError {
    let wrong_key = error
        .as_database_error()
        .is_some_and(|error| error.code().as_deref() == Some(NOT_A_DATABASE));
    if wrong_key {
        StoreError::WrongKey
    } else {
        StoreError::Failed(Box::new(error))
    }
}
