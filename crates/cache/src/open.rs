//! Opening, closing and removing the file.
//!
//! The file is encrypted by SQLCipher with the 32 bytes the vault holds, so its journal
//! (`-wal`) is, too; the shared index (`-shm`) holds page numbers only. The first 16 bytes of the
//! file are SQLCipher's salt, which any raw key may choose: here it is a fingerprint of the key
//! (half of a SHA-256 over it), so that another key and a damaged file can be told apart. It reveals
//! nothing, since the key is random and 256 bits long.
//!
//! One connection writes, in transactions that take the lock when they begin, and a commit is on the
//! disk when it returns (`synchronous=FULL`). A few others read, and cannot write.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sha2::{Digest, Sha256};
use sqlx::ConnectOptions;
use sqlx::migrate::MigrateError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::Cache;
use crate::error::{CacheError, OpenError};

/// Bytes of SQLCipher's salt, at the start of the file.
const FINGERPRINT_BYTES: usize = 16;
/// Pages a reader keeps, in KiB as SQLite wants it: negative.
const READER_CACHE: &str = "-4000";
const WRITER_CACHE: &str = "-8000";
/// More than the inbox ever asks for at once.
const READERS: u32 = 3;

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("./migrations");

pub(crate) struct Inner {
    pub(crate) path: PathBuf,
    pub(crate) writer: SqlitePool,
    pub(crate) readers: SqlitePool,
}

impl Cache {
    /// Opens the cache, or creates an empty one. The folder must exist; one process at a time.
    ///
    /// # Errors
    /// [`OpenError`]; whatever it is, the file stays as it is.
    pub async fn open(path: &Path, key: &[u8; 32]) -> Result<Self, OpenError> {
        create_private(path).map_err(OpenError::Io)?;
        let options = options(path, key);
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            // The file is local: a connection does not go away.
            .test_before_acquire(false)
            .connect_with(options.clone().pragma("cache_size", WRITER_CACHE))
            .await
            .map_err(|error| classify(path, key, error))?;
        if let Err(error) = MIGRATIONS.run(&writer).await {
            writer.close().await;
            return Err(match error {
                MigrateError::VersionMissing(_)
                | MigrateError::VersionMismatch(_)
                | MigrateError::Dirty(_) => OpenError::Newer,
                MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
                    classify(path, key, error)
                }
                error => OpenError::Database(sqlx::Error::Migrate(Box::new(error))),
            });
        }
        let readers = SqlitePoolOptions::new()
            // All of them now: one that is being opened when its question is given up belongs to nobody, and
            // `close` would not wait for it.
            .min_connections(READERS)
            .max_connections(READERS)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_with(
                options
                    .pragma("cache_size", READER_CACHE)
                    .pragma("query_only", "ON"),
            )
            .await;
        let readers = match readers {
            Ok(readers) => readers,
            Err(error) => {
                writer.close().await;
                return Err(classify(path, key, error));
            }
        };
        Ok(Self {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                writer,
                readers,
            }),
        })
    }

    /// Closes the files after what is under way. Whatever is asked later answers
    /// [`CacheError::Closed`].
    ///
    /// To be called before the process ends: each connection has a thread, and OpenSSL frees at exit
    /// what such a thread may be using. Nothing is lost without it, but the process may end with a
    /// fault instead of its exit code.
    pub async fn close(&self) {
        self.inner.readers.close().await;
        self.inner.writer.close().await;
    }

    /// Closes and deletes everything: the device was revoked, or the agent signed out.
    ///
    /// # Errors
    /// [`CacheError::Io`] when a file stays.
    pub async fn wipe(&self) -> Result<(), CacheError> {
        self.close().await;
        Ok(Self::remove_files(&self.inner.path)?)
    }

    /// Deletes the files of a cache that is not open, because its key is lost or it is damaged.
    ///
    /// # Errors
    /// When one of them stays. Absent files are fine.
    pub fn remove_files(path: &Path) -> std::io::Result<()> {
        // The journal last: without the file it means nothing.
        for ending in ["", "-shm", "-wal"] {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            match std::fs::remove_file(PathBuf::from(name)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }
}

fn options(path: &Path, key: &[u8; 32]) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .pragma(
            "key",
            format!("\"x'{}{}'\"", hex(key), hex(&fingerprint(key))),
        )
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(10))
        // What is too large for memory must not end in a plain temporary file.
        .pragma("temp_store", "MEMORY")
        // Erased means erased, also for whoever has the key.
        .pragma("secure_delete", "ON")
        // The statement that sets the key would be logged like any other.
        .disable_statement_logging()
}

/// The file, readable by its owner only; SQLite gives its journal the same permissions.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
        options.mode(0o600);
        let file = options.open(path)?;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    options.open(path)?;
    Ok(())
}

fn fingerprint(key: &[u8; 32]) -> [u8; FINGERPRINT_BYTES] {
    let digest = Sha256::new()
        .chain_update(b"porchlight cache key")
        .chain_update(key)
        .finalize();
    let mut fingerprint = [0; FINGERPRINT_BYTES];
    for (to, from) in fingerprint.iter_mut().zip(digest) {
        *to = from;
    }
    fingerprint
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn classify(path: &Path, key: &[u8; 32], error: sqlx::Error) -> OpenError {
    const SQLITE_CORRUPT: i32 = 11;
    const SQLITE_NOTADB: i32 = 26;
    let code = error
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code)
        .and_then(|code| code.parse::<i32>().ok())
        // The lowest byte is the primary code.
        .map(|code| code & 0xff);
    match code {
        Some(SQLITE_CORRUPT) => OpenError::Damaged,
        Some(SQLITE_NOTADB) if made_with_other_key(path, key) => OpenError::WrongKey,
        Some(SQLITE_NOTADB) => OpenError::Damaged,
        _ => match error {
            sqlx::Error::Io(error) => OpenError::Io(error),
            error => OpenError::Database(error),
        },
    }
}

/// Whether the file starts with the fingerprint of some other key.
fn made_with_other_key(path: &Path, key: &[u8; 32]) -> bool {
    let mut start = [0; FINGERPRINT_BYTES];
    let read = std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start != fingerprint(key) && start != *b"SQLite format 3\0"
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; 32] = [3; 32];

    #[tokio::test]
    async fn a_file_of_a_newer_version_is_refused_and_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cache.db");
        let cache = Cache::open(&path, &KEY).await.unwrap();
        sqlx::query(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
            VALUES (9999, 'of tomorrow', TRUE, x'00', 0)",
        )
        .execute(&cache.inner.writer)
        .await
        .unwrap();
        cache.close().await;
        let before = std::fs::read(&path).unwrap();
        let error = Cache::open(&path, &KEY).await.unwrap_err();
        assert!(matches!(error, OpenError::Newer), "{error:?}");
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[tokio::test]
    async fn the_settings_that_safety_rests_on_are_in_force() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::open(&folder.path().join("cache.db"), &KEY)
            .await
            .unwrap();
        let settings = [
            ("journal_mode", "PRAGMA journal_mode", "wal"),
            (
                "synchronous FULL",
                "SELECT CAST(synchronous AS TEXT) FROM pragma_synchronous",
                "2",
            ),
            (
                "foreign keys",
                "SELECT CAST(foreign_keys AS TEXT) FROM pragma_foreign_keys",
                "1",
            ),
            (
                "temp_store MEMORY",
                "SELECT CAST(temp_store AS TEXT) FROM pragma_temp_store",
                "2",
            ),
        ];
        for (what, sql, wanted) in settings {
            for pool in [&cache.inner.writer, &cache.inner.readers] {
                let found: String = sqlx::query_scalar(sql).fetch_one(pool).await.unwrap();
                assert_eq!(found, wanted, "{what}");
            }
        }
        let write = sqlx::query("DELETE FROM outbox")
            .execute(&cache.inner.readers)
            .await;
        assert!(write.is_err(), "readers cannot write");
        cache.close().await;
    }

    #[test]
    fn the_fingerprint_is_no_part_of_the_key() {
        let fingerprint = fingerprint(&KEY);
        assert!(
            !KEY.windows(4)
                .any(|part| fingerprint.windows(4).any(|own| own == part))
        );
        assert_ne!(fingerprint, super::fingerprint(&[4; 32]));
    }
}
