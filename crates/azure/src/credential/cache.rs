//! One token for everybody, renewed before it ends.
//!
//! A request takes the present token and does not wait. Only when there is none that is good (the first
//! request, or an identity endpoint that failed for minutes) it waits, for a bounded time, for the one fetch
//! that is under way. After a failed fetch nobody asks again for a moment, longer with every failure: requests fail
//! at once with its cause. A token that cannot be renewed is used to its end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use access::Timestamp;
use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use super::{CredentialError, Source, Token};

/// Renewed when it lasts no longer than this, in seconds.
const EARLY: i64 = 300;

/// Not sent any more when it lasts no longer than this, in seconds: it must still be good when it arrives.
const LAST_MOMENT: i64 = 10;

/// Seconds after a failed fetch until the next one, doubled with every further failure.
const PAUSE: i64 = 5;
const LONGEST_PAUSE: i64 = 30;

/// Seconds between two tries to renew a token that is still good, doubled likewise.
const RENEWAL_PAUSE: i64 = 30;
const LONGEST_RENEWAL_PAUSE: i64 = 120;

/// The longest that a request waits for a token.
const PATIENCE: Duration = Duration::from_secs(10);

/// The longest that one fetch takes, whoever waits.
const FETCH: Duration = Duration::from_secs(30);

/// Tokens of one source for one scope.
pub struct TokenCache(Arc<Inner>);

/// What became of asking the source, where it is not what became of it before.
#[derive(Debug)]
pub enum Turn<'a> {
    /// It failed. Until it succeeds, nothing more is told.
    Failed {
        /// Why.
        error: &'a CredentialError,
        /// When the token that is used meanwhile ends, if there is one that is good.
        good_until: Option<Timestamp>,
    },
    /// It succeeded after this many failures.
    Recovered {
        /// How many.
        failures: u32,
    },
}

/// Who is told of turns.
pub type Watcher = Box<dyn Fn(&Turn<'_>) + Send + Sync>;

struct Inner {
    source: Source,
    scope: String,
    current: ArcSwapOption<Token>,
    watcher: Watcher,
    /// The last time the source was asked. Held during a fetch.
    asked: Mutex<Option<Asked>>,
    renewing: AtomicBool,
}

/// One time that a source was asked.
struct Asked {
    when: Timestamp,
    /// How it failed, if it did.
    error: Option<CredentialError>,
    /// How often it failed in a row.
    failures: u32,
}

impl Asked {
    /// Whether it is too early to ask again: `pause` seconds, doubled for each failure after the first.
    fn is_recent(&self, now: Timestamp, pause: i64, longest: i64) -> bool {
        let doubled = 1_i64 << self.failures.saturating_sub(1).min(16);
        now < self.when.plus((pause * doubled).min(longest))
    }
}

impl TokenCache {
    /// A cache that has asked for nothing yet, and tells nobody.
    pub fn new(source: Source, scope: &str) -> TokenCache {
        Self::watched(source, scope, Box::new(|_| ()))
    }

    /// The same with somebody who is told when the source fails, and when it works again.
    pub fn watched(source: Source, scope: &str, watcher: Watcher) -> TokenCache {
        TokenCache(Arc::new(Inner {
            source,
            scope: scope.to_owned(),
            current: ArcSwapOption::empty(),
            watcher,
            asked: Mutex::new(None),
            renewing: AtomicBool::new(false),
        }))
    }

    /// A token that is good now. Must be called on a Tokio runtime.
    ///
    /// # Errors
    /// There is none, and none could be had in time.
    pub async fn token(&self, now: Timestamp) -> Result<Arc<Token>, CredentialError> {
        if let Some(token) = self.0.good(now) {
            if token.expires <= now.plus(EARLY) {
                self.renew(now);
            }
            return Ok(token);
        }
        // On a task of its own, so that a client who goes away does not end what others wait for.
        let inner = Arc::clone(&self.0);
        let fetch = tokio::spawn(async move { inner.fetch(now).await });
        match tokio::time::timeout(PATIENCE, fetch).await {
            Ok(Ok(fetched)) => fetched,
            Ok(Err(_)) | Err(_) => Err(CredentialError::Timeout(PATIENCE.as_secs())),
        }
    }

    /// Fetches the next token away from every request, once at a time.
    fn renew(&self, now: Timestamp) {
        if self.0.renewing.swap(true, Ordering::AcqRel) {
            return;
        }
        let renewal = Renewal(Arc::clone(&self.0));
        tokio::spawn(async move {
            // A failure is remembered; as long as the present token is good, no request learns of it.
            let _ = renewal.0.renew(now).await;
            drop(renewal);
        });
    }
}

/// Says that nobody renews any more when it is dropped, also with the runtime that it ran on.
struct Renewal(Arc<Inner>);

impl Drop for Renewal {
    fn drop(&mut self) {
        self.0.renewing.store(false, Ordering::Release);
    }
}

impl Inner {
    fn good(&self, now: Timestamp) -> Option<Arc<Token>> {
        let token = self.current.load_full()?;
        (now.plus(LAST_MOMENT) < token.expires).then_some(token)
    }

    /// A good token: the one that somebody else fetched meanwhile, or a new one.
    async fn fetch(&self, now: Timestamp) -> Result<Arc<Token>, CredentialError> {
        let mut asked = self.asked.lock().await;
        if let Some(token) = self.good(now) {
            return Ok(token);
        }
        if let Some(last) = &*asked
            && let Some(error) = &last.error
            && last.is_recent(now, PAUSE, LONGEST_PAUSE)
        {
            return Err(error.clone());
        }
        self.ask(&mut asked, now).await
    }

    /// The next token, unless the source was asked a moment ago: it may have given what it had.
    async fn renew(&self, now: Timestamp) -> Result<(), CredentialError> {
        let mut asked = self.asked.lock().await;
        let recently = |last: &Asked| last.is_recent(now, RENEWAL_PAUSE, LONGEST_RENEWAL_PAUSE);
        if !asked.as_ref().is_some_and(recently) {
            self.ask(&mut asked, now).await?;
        }
        Ok(())
    }

    async fn ask(
        &self,
        asked: &mut Option<Asked>,
        now: Timestamp,
    ) -> Result<Arc<Token>, CredentialError> {
        let answer = tokio::time::timeout(FETCH, self.source.token(&self.scope, now)).await;
        let answer = answer.unwrap_or(Err(CredentialError::Timeout(FETCH.as_secs())));
        let failures = asked.as_ref().map_or(0, |last| last.failures);
        *asked = Some(Asked {
            when: now,
            error: answer.as_ref().err().cloned(),
            failures: match answer {
                Ok(_) => 0,
                Err(_) => failures.saturating_add(1),
            },
        });
        match answer {
            Ok(token) => {
                let token = Arc::new(token);
                self.current.store(Some(Arc::clone(&token)));
                if failures > 0 {
                    (self.watcher)(&Turn::Recovered { failures });
                }
                Ok(token)
            }
            Err(error) => {
                if failures == 0 {
                    let good_until = self.good(now).map(|token| token.expires);
                    (self.watcher)(&Turn::Failed {
                        error: &error,
                        good_until,
                    });
                }
                Err(error)
            }
        }
    }
}

impl std::fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenCache")
            .field("source", &self.0.source)
            .field("scope", &self.0.scope)
            .finish_non_exhaustive()
    }
}
