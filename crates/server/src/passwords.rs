//! Hashing of passwords: Argon2id, off the threads that serve, a few at a time.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;

use crate::failure::{Answer, Failure};

/// Hashes at the same time: each takes 19 MiB and a core.
const AT_ONCE: usize = 2;

/// Hashes and checks passwords.
#[derive(Clone, Debug)]
pub(crate) struct Passwords {
    places: Arc<Semaphore>,
    // Of a password nobody has, for addresses nobody has: both take the same time to refuse.
    nobody: Arc<str>,
}

impl Passwords {
    /// Ready to hash.
    ///
    /// # Errors
    /// When hashing is not possible at all.
    pub(crate) async fn new() -> Answer<Self> {
        let mut this = Self {
            places: Arc::new(Semaphore::new(AT_ONCE)),
            nobody: Arc::from(""),
        };
        this.nobody = Arc::from(this.hash(crate::secrets::new_token()?).await?);
        Ok(this)
    }

    /// The hash to store.
    ///
    /// # Errors
    /// When hashing fails.
    pub(crate) async fn hash(&self, password: String) -> Answer<String> {
        self.run(move || {
            let hash: PasswordHash = Argon2::default()
                .hash_password(password.as_bytes())
                .map_err(|error| Failure::internal("hashing", &error))?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether `password` belongs to the stored hash. Without one it does the same work and says no.
    ///
    /// # Errors
    /// When the stored hash cannot be read.
    pub(crate) async fn verify(&self, password: String, stored: Option<String>) -> Answer<bool> {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.nobody.to_string());
        self.run(move || {
            let stored = PasswordHash::new(&stored)
                .map_err(|error| Failure::internal("stored password hash", &error))?;
            let right = Argon2::default()
                .verify_password(password.as_bytes(), &stored)
                .is_ok();
            Ok(right && known)
        })
        .await
    }

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let _place = self
            .places
            .acquire()
            .await
            .map_err(|error| Failure::internal("password places", &error))?;
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| Failure::internal("password thread", &error))?
    }
}
