//! What a worker and a connection remember, and the one function that authenticates a token.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use access::Timestamp;
use access::token::TokenFault;

use super::RouteFamily;
use super::authority::Authority;
use super::cache::{KnownToken, TokenCache};
use crate::backend::upstream::Pool;

/// State of one worker; never shared with another.
pub(crate) struct Worker {
    authority: Arc<Authority>,
    tokens: TokenCache,
    upstreams: Pool,
}

impl Worker {
    /// A worker that remembers nothing yet.
    pub(crate) fn new(authority: Arc<Authority>) -> Self {
        Self {
            authority,
            tokens: TokenCache::default(),
            upstreams: Pool::new(),
        }
    }
}

/// State of one connection: the last token, because clients send the same one again and again.
pub(crate) struct ConnectionMemo {
    worker: Rc<Worker>,
    last: RefCell<Option<(String, Rc<KnownToken>)>>,
}

impl ConnectionMemo {
    /// A connection of this worker.
    pub(crate) fn new(worker: Rc<Worker>) -> Self {
        Self {
            worker,
            last: RefCell::default(),
        }
    }

    /// The worker's connections to model servers.
    pub(crate) fn upstreams(&self) -> &Pool {
        &self.worker.upstreams
    }

    /// Judges a token for routes of a family, at a time.
    ///
    /// # Errors
    /// The first fault.
    pub(crate) fn authenticate(
        &self,
        token: &str,
        family: RouteFamily,
        now: Timestamp,
    ) -> Result<Rc<KnownToken>, TokenFault> {
        let authority = &self.worker.authority;
        let generation = authority.generation();
        let last = self
            .last
            .borrow()
            .as_ref()
            .filter(|(text, known)| text == token && known.is_of(generation))
            .map(|(_, known)| Rc::clone(known));
        let known = match last.or_else(|| self.worker.tokens.find(token, generation)) {
            Some(known) => {
                known.recheck(authority, family, now)?;
                known
            }
            None => {
                let known = Rc::new(KnownToken::new(
                    authority.verify(token, family, now)?,
                    generation,
                ));
                self.worker.tokens.remember(token, &known);
                known
            }
        };
        match &mut *self.last.borrow_mut() {
            Some((_, remembered)) if Rc::ptr_eq(remembered, &known) => {}
            Some((text, remembered)) => {
                token.clone_into(text);
                *remembered = Rc::clone(&known);
            }
            nothing => *nothing = Some((token.to_owned(), Rc::clone(&known))),
        }
        Ok(known)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use testkit::{Bearer, NOW, Tenant};

    use super::*;
    use crate::authenticate::example;
    use crate::config;

    const HOUR: i64 = 3600;

    /// A connection to a server of the sample.
    fn connection() -> ConnectionMemo {
        let world = config::read(config::SAMPLE, Path::new("."), NOW).unwrap();
        let authority = example::authority(&world.endpoint.audiences);
        ConnectionMemo::new(Rc::new(Worker::new(Arc::new(authority))))
    }

    fn token() -> String {
        let token = Tenant::new().token(&Bearer::application("robot"));
        token.expires_in(HOUR).sign()
    }

    #[test]
    fn a_known_token_is_still_judged_for_each_part_of_the_surface() {
        let (connection, token) = (connection(), token());
        let ask = |family| connection.authenticate(&token, family, NOW);
        for _ in 0..3 {
            assert!(ask(RouteFamily::Classic).is_ok());
            assert!(ask(RouteFamily::V1).is_ok());
            for other in [RouteFamily::Management, RouteFamily::Graph] {
                let refused = ask(other);
                assert!(
                    matches!(refused, Err(TokenFault::Audience { .. })),
                    "{other:?}"
                );
            }
        }
    }

    #[test]
    fn a_known_token_ends_when_it_ends() {
        let (connection, token) = (connection(), token());
        let ask = |seconds: i64| {
            let now = Timestamp(NOW.0 + seconds);
            connection.authenticate(&token, RouteFamily::Classic, now)
        };
        for _ in 0..2 {
            assert!(ask(0).is_ok());
            assert!(matches!(ask(2 * HOUR), Err(TokenFault::Expired { .. })));
            assert!(matches!(
                ask(-2 * HOUR),
                Err(TokenFault::NotYetValid { .. })
            ));
        }
    }

    #[test]
    fn what_is_not_the_known_token_is_verified() {
        let (connection, token) = (connection(), token());
        assert!(
            connection
                .authenticate(&token, RouteFamily::Classic, NOW)
                .is_ok()
        );
        // Another signature under the same claims, and other claims under the same signature.
        let (claims, signature) = token.rsplit_once('.').unwrap();
        let forged = format!("{claims}.{}", signature.chars().rev().collect::<String>());
        let other = Tenant::new().token(&Bearer::application("another")).sign();
        let (other, _) = other.rsplit_once('.').unwrap();
        for token in [forged, format!("{other}.{signature}")] {
            for _ in 0..2 {
                let refused = connection.authenticate(&token, RouteFamily::Classic, NOW);
                assert!(refused.is_err(), "{token}");
            }
        }
        assert!(
            connection
                .authenticate(&token, RouteFamily::Classic, NOW)
                .is_ok()
        );
    }
}
