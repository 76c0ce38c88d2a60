//! Keeps one token for all callers, and renews it before it expires.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use tracing::{debug, warn};

/// How long before it expires a token is renewed. Azure's tokens live an hour or more.
const REFRESH_AHEAD: Duration = Duration::from_secs(10 * 60);
/// A token that expires this soon is not handed out, because the call has to arrive before that.
const EXPIRY_MARGIN: Duration = Duration::from_secs(30);
/// After a failed renewal of a token that is still good, the next try waits this long.
const RETRY_PAUSE: Duration = Duration::from_secs(30);

/// Where tokens come from.
#[async_trait]
pub trait TokenSource: Send + Sync + 'static {
    /// Gets a new token, and never one that it gave before.
    async fn fetch(&self) -> Result<Token, TokenError>;
}

/// A bearer token and its expiry.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token.
    pub secret: SecretString,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// No token could be had. The text says what to do about it.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct TokenError(pub String);

/// Tells the time; tests advance it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A token source with a memory, shared by all calls of a model.
pub struct TokenCache {
    source: Arc<dyn TokenSource>,
    clock: Clock,
    /// Locked only to copy the token, never across an await.
    kept: Mutex<Kept>,
    /// Locked by the one caller that fetches.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct Kept {
    token: Option<Token>,
    /// When it was fetched.
    fetched_at: Option<Timestamp>,
    /// Before this, an early renewal is not tried again.
    paused_until: Option<Timestamp>,
}

impl fmt::Debug for TokenCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("TokenCache").finish_non_exhaustive()
    }
}

impl TokenCache {
    /// A cache in front of `source`, on the system's clock.
    pub fn new(source: impl TokenSource) -> Self {
        Self::with_clock(source, Arc::new(Timestamp::now))
    }

    /// A cache in front of `source` on another clock.
    pub fn with_clock(source: impl TokenSource, clock: Clock) -> Self {
        Self {
            source: Arc::new(source),
            clock,
            kept: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
        }
    }

    /// A token that is valid now.
    ///
    /// Ten minutes before it expires, or half-way through a shorter life, one caller renews it while the others go
    /// on with the old one. If that fails, the old one serves until it expires.
    pub async fn token(&self) -> Result<SecretString, TokenError> {
        let Some((token, stale)) = self.good_token() else {
            return self.fetch_unless(Clone::clone).await;
        };
        if !stale {
            return Ok(token);
        }
        // Another caller is renewing it, so the old one serves.
        let Ok(_turn) = self.fetching.try_lock() else {
            return Ok(token);
        };
        if let Some((token, false)) = self.good_token() {
            return Ok(token);
        }
        match self.fetch().await {
            Ok(token) => Ok(token),
            Err(error) => {
                warn!(cause = %error, "Azure token could not be renewed early, the old one still serves");
                self.kept().paused_until = Some(self.now() + RETRY_PAUSE);
                Ok(token)
            }
        }
    }

    /// A token in place of `refused`, which the server did not take though it should be good.
    pub async fn replace(&self, refused: &SecretString) -> Result<SecretString, TokenError> {
        debug!("Azure token was refused and is replaced");
        self.fetch_unless(|good| {
            good.as_ref().filter(|good| good.expose_secret() != refused.expose_secret()).cloned()
        })
        .await
    }

    /// Fetches a token, unless `suits` finds, once it is this caller's turn, that another caller's token will do.
    async fn fetch_unless(
        &self,
        suits: impl Fn(&Option<SecretString>) -> Option<SecretString>,
    ) -> Result<SecretString, TokenError> {
        let _turn = self.fetching.lock().await;
        match suits(&self.good_token().map(|(token, _)| token)) {
            Some(token) => Ok(token),
            None => self.fetch().await,
        }
    }

    async fn fetch(&self) -> Result<SecretString, TokenError> {
        let token = self.source.fetch().await?;
        let secret = token.secret.clone();
        *self.kept() = Kept { token: Some(token), fetched_at: Some(self.now()), paused_until: None };
        Ok(secret)
    }

    /// The kept token if it is valid, and whether it is time to renew it.
    fn good_token(&self) -> Option<(SecretString, bool)> {
        let now = self.now();
        let kept = self.kept();
        let token = kept.token.as_ref()?;
        if now + EXPIRY_MARGIN >= token.expires_at {
            return None;
        }
        let life = kept
            .fetched_at
            .and_then(|fetched_at| Duration::try_from(token.expires_at.duration_since(fetched_at)).ok())
            .unwrap_or_default();
        let is_late = now + REFRESH_AHEAD.min(life / 2) >= token.expires_at;
        let is_paused = kept.paused_until.is_some_and(|until| now < until);
        Some((token.secret.clone(), is_late && !is_paused))
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }

    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        // Nothing panics while it is locked, and the token in it would be whole even then.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

    use tokio::sync::Semaphore;

    use super::*;

    const HOUR: i64 = 3600;

    /// Gives `token-1`, `token-2`, … each living an hour, or fails.
    struct Mint {
        clock: Arc<AtomicI64>,
        fetches: AtomicUsize,
        broken: std::sync::atomic::AtomicBool,
        /// One permit lets one fetch through.
        gate: Semaphore,
    }

    #[async_trait]
    impl TokenSource for Arc<Mint> {
        async fn fetch(&self) -> Result<Token, TokenError> {
            let number = self.fetches.fetch_add(1, Ordering::SeqCst) + 1;
            self.gate.acquire().await.unwrap().forget();
            if self.broken.load(Ordering::SeqCst) {
                return Err(TokenError("run `az login`".to_owned()));
            }
            Ok(Token {
                secret: format!("token-{number}").into(),
                expires_at: Timestamp::from_second(self.clock.load(Ordering::SeqCst) + HOUR).unwrap(),
            })
        }
    }

    fn mint(permits: usize) -> (Arc<Mint>, Arc<TokenCache>) {
        let clock = Arc::new(AtomicI64::new(1_000_000));
        let mint = Arc::new(Mint {
            clock: Arc::clone(&clock),
            fetches: AtomicUsize::new(0),
            broken: false.into(),
            gate: Semaphore::new(permits),
        });
        let now = move || Timestamp::from_second(clock.load(Ordering::SeqCst)).unwrap();
        (Arc::clone(&mint), Arc::new(TokenCache::with_clock(mint, Arc::new(now))))
    }

    impl Mint {
        fn pass(&self, seconds: i64) {
            self.clock.fetch_add(seconds, Ordering::SeqCst);
        }

        fn fetches(&self) -> usize {
            self.fetches.load(Ordering::SeqCst)
        }
    }

    async fn token(cache: &TokenCache) -> String {
        cache.token().await.unwrap().expose_secret().to_owned()
    }

    #[tokio::test]
    async fn a_token_is_kept_until_ten_minutes_before_its_end() {
        let (mint, cache) = mint(9);
        assert_eq!(token(&cache).await, "token-1");
        mint.pass(HOUR - 601);
        assert_eq!(token(&cache).await, "token-1");
        mint.pass(1);
        assert_eq!(token(&cache).await, "token-2");
        assert_eq!(mint.fetches(), 2);
    }

    #[tokio::test]
    async fn a_failed_early_renewal_keeps_the_old_token_and_pauses() {
        let (mint, cache) = mint(9);
        token(&cache).await;
        mint.broken.store(true, Ordering::SeqCst);
        mint.pass(HOUR - 300);
        assert_eq!(token(&cache).await, "token-1");
        assert_eq!(token(&cache).await, "token-1");
        assert_eq!(mint.fetches(), 2, "the second call must not try again at once");
        mint.pass(31);
        assert_eq!(token(&cache).await, "token-1");
        assert_eq!(mint.fetches(), 3);
        mint.pass(300);
        assert_eq!(cache.token().await.unwrap_err().to_string(), "run `az login`");
        mint.broken.store(false, Ordering::SeqCst);
        assert_eq!(token(&cache).await, "token-5");
    }

    #[tokio::test]
    async fn callers_without_a_token_wait_for_one_fetch() {
        let (mint, cache) = mint(0);
        let callers: Vec<_> = (0..8)
            .map(|_| {
                let cache = Arc::clone(&cache);
                tokio::spawn(async move { token(&cache).await })
            })
            .collect();
        tokio::task::yield_now().await;
        mint.gate.add_permits(8);
        for caller in callers {
            assert_eq!(caller.await.unwrap(), "token-1");
        }
        assert_eq!(mint.fetches(), 1);
    }

    #[tokio::test]
    async fn callers_go_on_with_the_old_token_while_one_renews_it() {
        let (mint, cache) = mint(1);
        token(&cache).await;
        mint.pass(HOUR - 60);
        let renewing = tokio::spawn({
            let cache = Arc::clone(&cache);
            async move { token(&cache).await }
        });
        while mint.fetches() < 2 {
            tokio::task::yield_now().await;
        }
        assert_eq!(token(&cache).await, "token-1");
        mint.gate.add_permits(1);
        assert_eq!(renewing.await.unwrap(), "token-2");
        assert_eq!(token(&cache).await, "token-2");
    }

    #[tokio::test]
    async fn a_refused_token_is_replaced_once_for_all_who_were_refused() {
        let (mint, cache) = mint(9);
        let refused = cache.token().await.unwrap();
        let replaced = cache.replace(&refused).await.unwrap();
        assert_eq!(replaced.expose_secret(), "token-2");
        assert_eq!(cache.replace(&refused).await.unwrap().expose_secret(), "token-2");
        assert_eq!(mint.fetches(), 2);
    }

    #[tokio::test]
    async fn neither_cache_nor_token_prints_the_secret() {
        let (_mint, cache) = mint(9);
        cache.token().await.unwrap();
        let token = Token { secret: "token-1".to_owned().into(), expires_at: Timestamp::UNIX_EPOCH };
        assert!(!format!("{cache:?} {token:?}").contains("token-1"));
    }
}
